"""Figures become words by the thresholds of the table, and by nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ontology import load_ontology
from comity.records import Tie
from comity.report.evidence import account
from comity.report.words import BANDED, judgement, named, signed, thresholds, word
from comity.store import Store

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (-9.0, "strongly hostile"),
        (-6.0, "hostile"),
        (-1.01, "strained"),
        (0.0, "neither friendly nor hostile"),
        (1.0, "cautiously cooperative"),
        (4.99, "cooperative"),
        (5.0, "closely cooperative"),
    ],
)
def test_a_band_holds_from_its_threshold_to_the_next(index: float, words: str) -> None:
    assert word("index", index) == words


@pytest.mark.parametrize("figure", BANDED)
def test_the_thresholds_of_a_figure_rise(figure: str) -> None:
    floors = [floor for floor, _ in thresholds(figure)]
    assert floors == sorted(set(floors))


@given(st.sampled_from(BANDED), st.floats(-1000, 1000))
def test_every_value_has_words(figure: str, value: float) -> None:
    assert word(figure, value) in {words for _, words in thresholds(figure)}


def test_every_event_type_has_a_noun() -> None:
    assert [name for name in load_ontology().types if named("act", name) == name] == []


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(4.06, 1, "+4.1"), (-0.3, 1, "−0.3"), (0.0, 1, "0.0"), (-0.004, 2, "0.00"), (None, 1, "–")],
)
def test_a_figure_shows_its_sign_unless_it_rounds_to_nothing(value: float | None, digits: int, text: str) -> None:
    assert signed(value, digits) == text


@pytest.mark.parametrize("interested", [0, 1, 2])
def test_the_judgement_says_how_many_claims_are_interested(
    make_document: Make, make_event: Make, make_claim: Make, interested: int
) -> None:
    documents = [make_document(genre="opinion" if number < interested else "news") for number in range(2)]
    with Store.open(":memory:") as store:
        store.replace_documents([(document, [], [make_claim(document=document)]) for document in documents])
        sentences = judgement(account(store, "AZE", "ISR"), (), None, None)
    words = {0: "none of them", 1: "1 of them", 2: "all of them"}[interested]
    assert sentences[0].endswith("is remembered; silence is not neutrality.")
    assert sentences[-1].startswith(f"2 claims say that a third party moves this tie, {words} from interested sources")


def test_the_judgement_owns_up_to_an_open_sign(make_event: Make) -> None:
    def said(low: float, high: float) -> str:
        tie = Tie(
            a="AZE", b="ISR", dimension="all", period="2020-01", index=1.0, low=low, high=high, mass=2.0, events=()
        )
        with Store.open(":memory:") as store:
            store.add_events([make_event()])
            then = dataclasses.replace(tie, index=3.0, low=2.5, high=3.5)
            return " ".join(judgement(account(store, "AZE", "ISR"), [tie], tie, then))

    assert "does not settle" in said(-1.0, 2.0)
    assert "does not settle" not in said(0.5, 2.0)
    assert "it has fallen: a year before it stood at +3.0 (+2.5 to +3.5, 2 acts), and the two intervals do not" in said(
        0.5, 2.0
    )
    assert "and the two intervals overlap" in said(0.5, 2.6)
