"""Figures become words by the thresholds of the table, and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ontology import load_ontology
from comity.report.words import BANDED, named, signed, thresholds, word


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
