"""`read`: inputs → documents, with the parties of disclosed interests known by their codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.actors import code_of
from comity.records import Document
from comity.sources import Failure, Limits, Options, Web
from comity.sources import read as read_sources
from comity.sources.web_cache import default_folder

DEFAULT_LIMITS = Limits()


def default_web(private: bool = False) -> Web:
    """How addresses are fetched: what comes is kept in the user's folder for caches."""
    return Web(private=private, cache=default_folder())


def read(
    inputs: Sequence[str | Path],
    *,
    published: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    web: Web | None = None,
) -> Iterator[Document | Failure]:
    """The documents of files, folders, globs, addresses and "-", in order; what cannot be read comes as a Failure.

    `published` (YYYY-MM-DD) is the date of all of them, whatever they say themselves. Pages fetched from the web
    are kept in the user's folder for caches, unless `web` says otherwise.
    """
    yield from read_sources(inputs, options=reading_options(published, limits, web))


def reading_options(published: str | None = None, limits: Limits = DEFAULT_LIMITS, web: Web | None = None) -> Options:
    """How commands read: as `read` says. It can be sent to another process."""
    return Options(published=published, limits=limits, web=web or default_web(), resolve=code_of)
