"""A story counts once in the index, however many papers print it and on whatever day."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from comity.dyads import course, read_acts
from comity.records import Document, Event, EventDate
from comity.store import Store

Make = Callable[..., Any]
TEXT = " ".join(f"word{random.Random(n).randrange(900)}" for n in range(80))


def printed(make_document: Make, days: Sequence[str], **fields: Any) -> list[Document]:
    """One story as printed by as many papers as there are days."""
    return [
        make_document(text=f"{TEXT} {number}", publisher=f"Paper {number}", published=day, **fields)
        for number, day in enumerate(days)
    ]


def told(make_event: Make, document: Document, **fields: Any) -> Event:
    """An event that its document does not date: it takes the day of printing."""
    day = document.published.date or ""
    date = EventDate(start=day, end=day, basis="document")
    return make_event(**({"document": document, "date": date, "reported": day} | fields))


def ledger(documents: Sequence[Document], events: Sequence[Event]) -> Store:
    store = Store.open(":memory:")
    store.replace_documents([(d, [e for e in events if e.document == d.id], []) for d in documents])
    return store


def test_a_story_printed_again_weeks_later_is_the_same_act_on_its_first_day(
    make_document: Make, make_event: Make
) -> None:
    documents = printed(make_document, ["2020-01-01", "2020-01-12", "2020-01-20"])
    with ledger(documents, [told(make_event, document) for document in documents]) as store:
        acts = read_acts(store)
        (tie,) = course(store, "AZE", "ISR")
        first = course(store, "AZE", "ISR", as_of="2020-01-05")[-1]
    assert (tie.mass, len(acts.day), len(acts.report_event)) == (1, 1, 3)
    assert acts.report_share.tolist() == [1.0, 0.0, 0.0]
    assert set(acts.report_publisher) == {"Paper 0"}
    assert first.mass == 1


def test_copies_make_a_tie_no_surer(make_document: Make, make_event: Make) -> None:
    others = [make_document(published="2020-01-05", publisher=f"Other {number}") for number in range(2)]
    against = [told(make_event, document, event="ACCUSE") for document in others]
    documents = printed(make_document, ["2020-01-01", "2020-01-02", "2020-01-20"])
    events = [told(make_event, document) for document in documents]
    with ledger([documents[0], *others], [events[0], *against]) as once:
        alone = course(once, "AZE", "ISR", as_of="2020-01-31")[-1]
    with ledger([*documents, *others], [*events, *against]) as often:
        copied = course(often, "AZE", "ISR", as_of="2020-01-31")[-1]
    assert (alone.index, alone.low, alone.high, alone.mass) == (copied.index, copied.low, copied.high, copied.mass)


def test_what_an_update_adds_counts(make_document: Make, make_event: Make) -> None:
    documents = printed(make_document, ["2020-01-01", "2020-01-08"])
    events = [*(told(make_event, document) for document in documents), told(make_event, documents[1], event="AID")]
    with ledger(documents, events) as store:
        assert course(store, "AZE", "ISR")[-1].mass == 2


def test_two_acts_told_with_one_word_stay_two_in_every_copy(make_document: Make, make_event: Make) -> None:
    documents = printed(make_document, ["2020-01-10", "2020-01-18"])
    events = [
        told(make_event, document, date=day, sentence=sentence)
        for document in documents
        for sentence, day in enumerate(["2019-03-01", "2019-09-01"])
    ]
    with ledger(documents, events) as store:
        acts = read_acts(store)
    assert len(acts.day) == 2
    assert acts.report_share.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_a_statement_printed_by_a_paper_stays_a_statement(make_document: Make, make_event: Make) -> None:
    statement, paper = printed(make_document, ["2020-01-01", "2020-01-02"])
    statement = make_document(text=statement.text, published="2020-01-01", genre="official")
    events = [told(make_event, document) for document in (statement, paper)]
    with ledger([statement, paper], events) as store:
        assert read_acts(store).weight.tolist() == [0.5]
        assert course(store, "AZE", "ISR", without_interested=True) == ()
