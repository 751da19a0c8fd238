"""`code --explain`: inputs → documents with each sentence explained. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.app.reading import read
from comity.coding import load_coder
from comity.coding.explain import Explained, explain
from comity.errors import InputError
from comity.records import Document
from comity.sources import Failure, Web


def explained(
    inputs: Sequence[str | Path], *, published: str | None = None, web: Web | None = None
) -> Iterator[tuple[Document, tuple[Explained, ...]] | Failure]:
    """The documents of the inputs, in order, each with its sentences explained; what cannot be coded is a Failure."""
    for outcome in read(inputs, published=published, web=web):
        if isinstance(outcome, Failure):
            yield outcome
            continue
        try:
            yield outcome, explain(load_coder(), outcome)
        except InputError as error:
            yield Failure(place=error.place, problem=error.problem, mend=error.mend)
