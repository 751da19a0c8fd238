"""What a person says of an event is kept, is applied at every coding, and becomes gold."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from comity.actors import load_index
from comity.app.coding import code
from comity.app.correcting import apply, correct, gold_lines, withdraw
from comity.errors import ComityError
from comity.evaluation.gold import read_gold
from comity.ontology import load_ontology
from comity.records import Coding, Correction, correction_from_dict, correction_id, to_dict
from comity.store import Store
from comity.web.app import create_app

from .conftest import Small, csrf_of

SWAPPED = Coding(event="SUPPORT", mode=None, source="AZE", target="ISR")


def said(event: Any, verdict: Any, coding: Coding | None = None) -> Correction:
    return Correction(
        id=correction_id(event),
        original=event,
        verdict=verdict,
        coding=coding,
        note="",
        made="2026-01-01T00:00:00+00:00",
    )


def test_no_event_goes_and_right_stays_and_changed_is_recoded(make_event: Any) -> None:
    event = make_event(source="ISR", target="AZE")
    assert apply([event], [said(event, "no_event")]) == ()
    (kept,) = apply([event], [said(event, "right")])
    assert (kept.id, kept.event, kept.confidence) == (event.id, event.event, 1.0)
    (changed,) = apply(
        [event], [said(event, "changed", Coding(event="ACCUSE", mode="allege", source="AZE", target="ISR"))]
    )
    assert (changed.event, changed.mode, changed.source.actor, changed.target.actor) == (
        "ACCUSE",
        "allege",
        "AZE",
        "ISR",
    )
    assert (changed.score, changed.quad) == (-3.5, "verbal_conflict")
    assert changed.source.text == "AZE", "the words of a party go with it"
    assert changed.id == event.id


def test_a_later_coder_that_sees_it_otherwise_is_overruled(make_event: Any) -> None:
    event = make_event(source="ISR", target="AZE", id="old")
    recoded = dataclasses.replace(event, id="new", event="CONSULT")
    assert apply([recoded], [said(event, "no_event")]) == ()
    (changed,) = apply([recoded], [said(event, "changed", SWAPPED)])
    assert (changed.id, changed.source.actor) == ("old", "AZE")
    (again,) = apply([], [said(event, "changed", SWAPPED)])
    assert (again.id, again.source.actor) == ("old", "AZE"), "what no coder sees any more stands all the same"


def test_an_event_of_other_parties_or_at_another_word_is_left_alone(make_event: Any) -> None:
    event = make_event(source="ISR", target="AZE")
    others = [
        make_event(source="ISR", target="IRN"),
        dataclasses.replace(event, id="x", trigger=dataclasses.replace(event.trigger, start=90, end=95)),
    ]
    assert apply(others, [said(event, "no_event")]) == tuple(others)


@given(verdict=st.sampled_from(["right", "changed", "no_event"]), how_many=st.integers(0, 3))
def test_applying_twice_changes_nothing_more(make_event: Any, verdict: Any, how_many: int) -> None:
    event = make_event(source="ISR", target="AZE")
    correction = said(event, verdict, SWAPPED if verdict == "changed" else None)
    events = [event, *(make_event(source="IRN", target="ISR") for _ in range(how_many))]
    once = apply(events, [correction])
    assert sorted(map(str, apply(once, [correction]))) == sorted(map(str, once))


def test_a_correction_comes_back_from_the_store_as_it_was(small: Small, make_event: Any) -> None:
    correction = said(make_event(), "changed", dataclasses.replace(SWAPPED, auxiliary=("negation",)))
    assert correction_from_dict(json.loads(json.dumps(to_dict(correction)))) == correction
    with Store.open(small.path) as store:
        assert store.add_corrections([correction]) == 1
        assert store.add_corrections([correction]) == 0
        assert list(store.corrections()) == [correction]


def test_a_second_word_takes_the_place_of_the_first_and_taking_it_back_restores_the_event(small: Small) -> None:
    with Store.open(small.path) as store:
        before = list(store.events(document=small.document.id))
        correct(store, small.thanked, "changed", SWAPPED)
        assert next(store.events(ids=[small.thanked])).source.actor == "AZE"
        kept = correct(store, small.thanked, "no_event")
        assert [event.id for event in store.events(document=small.document.id)] == [small.accused, small.denied]
        assert len(list(store.corrections())) == 1
        withdraw(store, kept.id)
        assert list(store.events(document=small.document.id)) == before
        assert list(store.corrections()) == []


@pytest.mark.parametrize(
    ("verdict", "coding", "words"),
    [
        ("changed", None, "needs coding"),
        ("right", SWAPPED, "takes no coding"),
        ("changed", dataclasses.replace(SWAPPED, event="HUG"), "no such type"),
        ("changed", dataclasses.replace(SWAPPED, mode="visit"), "no mode of SUPPORT"),
        ("changed", dataclasses.replace(SWAPPED, target="AZE"), "two parties"),
    ],
)
def test_what_cannot_be_is_refused(small: Small, verdict: Any, coding: Any, words: str) -> None:
    with Store.open(small.path) as store, pytest.raises(ComityError, match=words):
        correct(store, small.thanked, verdict, coding)


def test_a_sentence_is_gold_once_all_its_events_are_judged(small: Small, make_event: Any) -> None:
    with Store.open(small.path) as store:
        first = next(store.events(ids=[small.thanked]))
        store.add_events(
            [
                dataclasses.replace(
                    first, id="also", event="CONSULT", trigger=dataclasses.replace(first.trigger, start=99, end=105)
                )
            ]
        )
        correct(store, small.thanked, "changed", SWAPPED, note="the other way round")
        correct(store, small.accused, "no_event")
        lines, waiting = gold_lines(store)
        assert (len(lines), waiting) == (1, 1)
        correct(store, "also", "no_event")
        lines, waiting = gold_lines(store)
    assert waiting == 0
    items = read_gold(lines, "reviewed.jsonl", load_ontology(), load_index().lookup)
    by_text = {item.text: item for item in items}
    (event,) = by_text["Israel thanked Azerbaijan on Monday."].events
    assert (event.source, event.target, event.event) == ("AZE", "ISR", "SUPPORT")
    assert by_text["Iran accused Israel of espionage."].events == ()


@pytest.mark.model
def test_a_correction_changes_the_event_when_the_real_coder_codes_anew(tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Israel thanked Azerbaijan on Monday. Iran accused Israel of espionage.\n")
    path = tmp_path / "store.duckdb"

    def coded() -> dict[str, Any]:
        with Store.open(path) as store:
            for _ in code([article], store=store, published="2022-03-07"):
                pass
            return {event.text: event for event in store.events()}

    first = coded()
    thanked = first["Israel thanked Azerbaijan on Monday."]
    accused = first["Iran accused Israel of espionage."]
    with TestClient(create_app(path), base_url="http://localhost") as client:
        csrf = csrf_of(client)
        coding = {"event": "CONSULT", "mode": "visit", "source": "Azerbaijan", "target": "ISR"}
        body = {"event": thanked.id, "verdict": "changed", "coding": coding, "note": "a visit"}
        assert client.post("/api/v1/corrections", json=body, headers=csrf).status_code == 201
        body = {"event": accused.id, "verdict": "no_event"}
        assert client.post("/api/v1/corrections", json=body, headers=csrf).status_code == 201
    with Store.open(path) as store:
        # As if another version of Comity had coded it: everything is coded anew.
        store.execute("UPDATE documents SET version = 'older'")
        store.execute("DELETE FROM events")
    again = coded()
    assert list(again) == ["Israel thanked Azerbaijan on Monday."]
    event = again["Israel thanked Azerbaijan on Monday."]
    assert (event.event, event.mode, event.source.actor, event.target.actor) == ("CONSULT", "visit", "AZE", "ISR")
    assert event.id == thanked.id


def test_judging_by_form_and_by_api_comes_to_the_same(client: TestClient, small: Small) -> None:
    csrf = csrf_of(client)
    form = {
        "event": small.thanked,
        "verdict": "changed",
        "csrf": csrf["x-csrf-token"],
        "type": "SUPPORT",
        "source": "AZE",
        "target": "Israel",
    }
    assert client.post("/review", data=form, follow_redirects=False).status_code == 303
    event = client.get(f"/api/v1/events/{small.thanked}").json()
    assert (event["source"]["code"], event["verdict"]) == ("AZE", "changed")
    queue = [item["id"] for item in client.get("/api/v1/review").json()["items"]]
    assert small.thanked not in queue and queue[0] == small.accused, "the least sure comes first, the judged not at all"
    (kept,) = client.get("/api/v1/corrections").json()["items"]
    assert kept["original"]["source"] == "ISR" and kept["coding"]["source"] == "AZE"
    gold = client.get("/api/v1/corrections/gold")
    assert gold.headers["content-type"].startswith("application/jsonl") and json.loads(gold.text)["events"]
    assert client.delete(f"/api/v1/corrections/{kept['id']}", headers=csrf).status_code == 200
    assert client.get(f"/api/v1/events/{small.thanked}").json()["source"]["code"] == "ISR"


def test_the_figures_follow_a_correction_at_once(client: TestClient, small: Small) -> None:
    before = client.get("/api/v1/ties/IRN/ISR").json()["now"]
    body = {"event": small.accused, "verdict": "no_event"}
    client.post("/api/v1/corrections", json=body, headers=csrf_of(client))
    assert before["index"] < 0
    assert client.get("/api/v1/ties/IRN/ISR").json()["now"] is None
