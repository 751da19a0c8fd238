"""`read`: inputs → documents, with the parties of disclosed interests known by their codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.actors import load_index
from comity.records import Document
from comity.sources import Failure, Options
from comity.sources import read as read_sources


def read(inputs: Sequence[str | Path], *, published: str | None = None) -> Iterator[Document | Failure]:
    """The documents of files, folders, globs and "-", in order; what cannot be read comes as a Failure in its place.

    `published` (YYYY-MM-DD) is the date of all of them, whatever they say themselves.
    """
    index = load_index()

    def resolve(name: str) -> str | None:
        found = index.resolve(name)
        return found.actor if found else None

    yield from read_sources(inputs, options=Options(published=published, resolve=resolve))
