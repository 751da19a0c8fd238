"""`check`: inputs → each document held against a store, and against its own words. The store is only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from comity.app.coding import Coder, code
from comity.dyads.corroboration import corroborate
from comity.scrutiny.document import Check, check_document
from comity.sources import Failure
from comity.store import Store


def check(
    inputs: Sequence[str | Path],
    store: Store,
    *,
    published: str | None = None,
    as_of: str | None = None,
    coder: Coder | None = None,
) -> Iterator[Check | Failure]:
    """Reads and codes the inputs, and holds each document against what the store knew `as_of` a day (by default: all).

    A document that cannot be coded comes as a Failure. Its own copies in the store bear no witness to it.
    """
    for outcome in code(inputs, published=published, coder=coder):
        if isinstance(outcome, Failure):
            yield outcome
            continue
        document = outcome.document
        standings = corroborate(store, document, outcome.events, as_of=as_of)
        copies = sorted(store.story(document) - {document.id})
        yield check_document(document, outcome.events, outcome.claims, standings, copies)
