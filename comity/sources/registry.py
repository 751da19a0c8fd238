"""The register of formats: what Comity ships, and what other packages add through the entry point group `comity.readers`.

A format names its reader, its extensions, and how its content is known. Formats of others are asked first, so that
one can take the place of ours; its name then is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import BinaryIO, Protocol

from comity.errors import ComityError
from comity.records import Document
from comity.sources.outcome import Failure, Options

GROUP = "comity.readers"


class Reader(Protocol):
    """Bytes and where they came from → what they hold, in order."""

    def __call__(self, data: bytes, origin: str, options: Options = ..., /) -> Iterator[Document | Failure]: ...


class StreamReader(Protocol):
    """The same for what may be too large to hold: the stream is read once, from its beginning."""

    def __call__(self, stream: BinaryIO, origin: str, options: Options = ..., /) -> Iterator[Document | Failure]: ...


def _never(_start: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: either `read` (its files are read whole) or `stream`.

    `recognises` judges the first 64 KB, blanks and byte order mark dropped; it answers True only if no other format
    could look so. `extensions` decide where no content does, and where they do not either, what a web server
    says (`media_types`).
    """

    name: str
    extensions: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    read: Reader | None = None
    stream: StreamReader | None = None
    recognises: Callable[[bytes], bool] = _never

    def __post_init__(self) -> None:
        if (self.read is None) == (self.stream is None):
            raise ValueError(f'format "{self.name}" must have either read or stream')


@cache
def formats() -> Mapping[str, Format]:
    """All formats by name, those of others first. Raises ComityError when one of them cannot be loaded."""
    from comity.sources.formats import BUILT_IN  # archives there ask this register in their turn

    found: dict[str, Format] = {}
    for point in metadata.entry_points(group=GROUP):
        try:
            loaded = point.load()
        except Exception as error:  # somebody else's module may raise anything when imported
            raise ComityError(
                f'reader "{point.name}" ({point.value}): {error} (mend or uninstall its package)'
            ) from error
        if not isinstance(loaded, Format):
            raise ComityError(f'reader "{point.name}" ({point.value}): is no comity.sources.Format (mend its package)')
        found[loaded.name] = loaded
    return {**found, **{item.name: item for item in BUILT_IN if item.name not in found}}


@cache
def extensions() -> Mapping[str, str]:
    """The format that each extension names."""
    return {extension: item.name for item in reversed([*formats().values()]) for extension in item.extensions}


@cache
def media_types() -> Mapping[str, str]:
    """The format that each media type names."""
    return {kind: item.name for item in reversed([*formats().values()]) for kind in item.media_types}
