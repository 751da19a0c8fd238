"""A small ledger: Azerbaijan and Israel are close, Iran is at odds with both, and Russia with one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from comity.records import Interest
from comity.store import Store

Make = Callable[..., Any]


@pytest.fixture(scope="session")
def ledger(make_document: Make, make_event: Make, make_claim: Make) -> Iterator[Store]:
    wire = make_document(
        url="https://wire.example.org/1", title="Envoys meet", publisher="The Wire", published="2020-03-01"
    )
    opinion = make_document(
        url="https://page.example.org/2",
        title="Our friends",
        publisher="The Page",
        published="2020-03-02",
        genre="opinion",
        interests=(
            Interest(
                holder="A. Author",
                behalf="Azerbaijan",
                kind="representation",
                sentence="A. Author represents Azerbaijan.",
                actor="AZE",
            ),
        ),
    )
    daily = make_document(title="Border closed", publisher="The Daily", published="2020-03-03")
    with Store.open(":memory:") as store:
        store.replace_document(
            wire,
            [
                make_event(document=wire, date="2020-03-01", text="They signed."),
                make_event(document=wire, date="2020-02-20", event="ACCUSE", text="Israel blamed Azerbaijan.",
                           source="ISR", target="AZE"),
            ],
        )  # fmt: skip
        store.replace_document(
            opinion,
            [make_event(document=opinion, date="2020-03-02", event="AID", text="Israel sent aid.", source="ISR",
                        target="AZE")],
            [make_claim(document=opinion), make_claim(document=opinion, third="TUR", direction=-1)],
        )  # fmt: skip
        store.replace_document(
            daily,
            [
                make_event(document=daily, source="IRN", target="ISR", event="THREATEN", date="2020-03-02",
                           text="Iran threatened Israel."),
                make_event(document=daily, source="IRN", target="AZE", event="SANCTION", date="2020-03-03",
                           text="Iran closed the border."),
                make_event(document=daily, source="RUS", target="ISR", event="ACCUSE", date="2020-03-03",
                           text="Russia accused Israel."),
                make_event(document=daily, source="RUS", target="AZE", event="AID", date="2020-03-03",
                           text="Russia sent Azerbaijan grain."),
            ],
        )  # fmt: skip
        yield store
