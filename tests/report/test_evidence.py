"""Each figure of `why` comes with the sentence behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from comity.report.evidence import account, account_to_dict
from comity.store import Store

Make = Callable[..., Any]


def test_a_driver_carries_the_sentences_of_both_its_legs(ledger: Store) -> None:
    iran = next(item for item in account(ledger, "AZE", "ISR").drivers if item.driver.third == "IRN")
    assert iran.name == "Iran"
    assert {(act.part.leg, act.best.event.text) for act in iran.acts} == {
        ("a", "Iran closed the border."),
        ("b", "Iran threatened Israel."),
    }
    assert {act.best.source.publisher for act in iran.acts if act.best.source} == {"The Daily"}


def test_the_pressure_is_the_sum_over_all_drivers(ledger: Store) -> None:
    found = account(ledger, "AZE", "ISR")
    assert found.pressure == pytest.approx(sum(item.driver.pressure for item in found.drivers))
    assert found.pressure == pytest.approx(found.why.structural)


def test_claims_say_who_makes_them_and_whom_they_serve(ledger: Store) -> None:
    claim = account(ledger, "AZE", "ISR").claims[0]
    assert claim.interested
    assert claim.source and claim.source.interests[0].sentence == "A. Author represents Azerbaijan."


def test_of_several_reports_one_without_an_interest_is_quoted(make_document: Make, make_event: Make) -> None:
    official, news = make_document(genre="official"), make_document(genre="news")
    with Store.open(":memory:") as store:
        store.replace_documents(
            [
                (official, [make_event(document=official, text="The official version.")], []),
                (news, [make_event(document=news, text="The news.")], []),
            ]
        )
        (act,) = account(store, "AZE", "ISR").direct
    assert [report.event.text for report in act.reports] == ["The news.", "The official version."]


def test_an_event_whose_document_is_not_held_is_still_told(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(document="elsewhere")])
        (act,) = account(store, "AZE", "ISR").direct
    assert act.best.source is None
    assert not act.best.interested


def test_an_actor_of_other_tables_keeps_its_code(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(source="QQX"), make_event(source="QQX", target="AZE")])
        assert [item.name for item in account(store, "AZE", "ISR").drivers] == ["QQX"]


def test_the_json_names_event_document_and_interest(ledger: Store) -> None:
    told = account_to_dict(account(ledger, "AZE", "ISR"))
    assert [item["third"] for item in told["drivers"]] == ["RUS", "IRN", "TUR"]
    (aid,) = [event for event in told["direct"] if event["event"] == "AID"]
    assert (aid["source"], aid["target"], aid["publisher"], aid["url"]) == (
        "ISR",
        "AZE",
        "The Page",
        "https://page.example.org/2",
    )
    assert aid["interested"] and aid["interests"] == ["A. Author represents Azerbaijan."]
    assert sorted(claim["third"] for claim in told["claims"]) == ["IRN", "TUR"]
