"""What an index would be without a publisher, an act, or with one more: the index's own formula over other acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from comity.dyads import course
from comity.report.brief import gather
from comity.report.reservations import reservations
from comity.report.robustness import robustness
from comity.store import Store

Make = Callable[..., Any]


def store_of(make_document: Make, make_event: Make, rows: list[tuple[str, str, str]]) -> Store:
    store = Store.open(":memory:")
    for publisher, event, day in rows:
        document = make_document(publisher=publisher, published=day)
        store.replace_document(document, [make_event(document=document, event=event, date=day)])
    return store


def test_without_a_publisher_the_index_is_that_of_the_others(make_document: Make, make_event: Make) -> None:
    rows = [("A", "AID", "2020-01-01"), ("A", "SUPPORT", "2020-03-01"), ("B", "ACCUSE", "2020-02-01"),
            ("B", "AID", "2020-01-01")]  # fmt: skip
    with store_of(make_document, make_event, rows) as store:
        found = robustness(store, "ISR", "AZE", as_of="2020-03-01")
    assert found is not None
    # The act of 1 January is told by both, so it stays.
    assert (found.publishers, found.publisher, found.alone) == (2, "A", 1)
    with store_of(make_document, make_event, rows[2:]) as others:
        assert found.without_publisher.index == pytest.approx(
            course(others, "ISR", "AZE", as_of="2020-03-01")[-1].index
        )
    assert found.without_publisher.mass == 2


def test_one_more_act_and_a_year_of_silence_follow_the_formula(make_document: Make, make_event: Make) -> None:
    with store_of(make_document, make_event, [("A", "AID", "2020-01-01")]) as store:
        found = robustness(store, "ISR", "AZE", as_of="2020-01-01")
        later = course(store, "ISR", "AZE", as_of="2020-12-31")[-1]
    assert found is not None
    assert found.after_worst == pytest.approx(0 / 3) and found.after_best == pytest.approx(20 / 3)
    assert found.needed == 2
    assert (found.in_a_year.index, found.in_a_year.mass) == (pytest.approx(later.index), later.mass)
    assert found.without_strongest.index is None


def test_an_empty_record_has_nothing_to_drop(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(source="IRN")])
        assert robustness(store, "NOR", "POL", as_of="2020-03-01") is None


def test_an_unnamed_publisher_is_not_called_by_a_documents_id(make_document: Make, make_event: Make) -> None:
    document = make_document(publisher=None)
    with Store.open(":memory:") as store:
        store.replace_document(document, [make_event(document=document)])
        found = robustness(store, "ISR", "AZE", as_of="2020-01-01")
    assert found is not None and found.publisher is None


def test_the_points_say_what_each_figure_rests_on(ledger: Store) -> None:
    points = dict(gather(ledger, "ISR", "AZE").reservations)
    assert set(points) >= {"The interval", "Thin record", "The heaviest publisher", "Interested sources", "Silence"}
    assert all("act" in points[term] for term in ("The heaviest publisher", "The weightiest act", "Silence"))


def test_a_silent_tie_has_no_points_on_its_index(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(source="IRN", target="ISR")])
        page = gather(store, "ISR", "AZE")
    assert reservations(page.account, None, None, None, "") == ()
