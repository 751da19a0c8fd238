"""`read`: inputs → documents, with the parties of disclosed interests known by their codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.actors import load_index
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
    index = load_index()

    def resolve(name: str) -> str | None:
        found = index.resolve(name)
        return found.actor if found else None

    options = Options(published=published, limits=limits, web=web or default_web(), resolve=resolve)
    yield from read_sources(inputs, options=options)
