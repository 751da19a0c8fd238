"""The measures of the validation: AUC, proper scores, skill, calibration, balance; and the words that judge them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.validation.balance import balance
from comity.validation.roc import Area, area, auc, roc_points
from comity.validation.scoring import brier, calibration, crps, draw, log_loss, skill
from comity.validation.words import BAR, against_chance, number, percent, reaches

SCORES = st.lists(st.tuples(st.integers(-5, 5).map(float), st.booleans()), min_size=2, max_size=30)


@settings(max_examples=60, deadline=None)
@given(rows=SCORES)
def test_the_auc_is_the_share_of_pairs_won_ties_counting_half(rows: list[tuple[float, bool]]) -> None:
    score, positive = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    pairs = [
        1.0 if one > other else 0.5 if one == other else 0.0 for one in score[positive] for other in score[~positive]
    ]
    value = auc(score, positive)
    if not pairs:
        assert value is None
        return
    assert value == pytest.approx(np.mean(pairs))
    assert auc(-score, positive) == pytest.approx(1 - value)
    assert auc(score * 3 + 1, positive) == pytest.approx(value)  # only the order matters
    false, true = roc_points(score, positive)
    assert np.trapezoid(true, false) == pytest.approx(value) if hasattr(np, "trapezoid") else True


def test_an_interval_by_state_is_wider_where_states_make_the_figure() -> None:
    random = np.random.default_rng(0)
    ends = np.array([(a, b) for a in range(14) for b in range(a)])
    of_state = random.normal(size=14)
    score, positive = of_state[ends].sum(axis=1), of_state[ends].sum(axis=1) + random.normal(size=len(ends)) > 0
    found = area(score, positive, np.arange(len(ends)), ends, draws=300)
    assert found.low is not None and found.high is not None and found.value is not None
    assert found.low_states is not None and found.high_states is not None
    assert found.low < found.value < found.high
    assert found.high_states - found.low_states > found.high - found.low
    assert found.positives + found.negative_dyads == len(ends)


def test_an_area_is_the_same_for_the_same_seed() -> None:
    random = np.random.default_rng(1)
    score, positive, dyad = random.normal(size=40), random.random(40) < 0.5, np.arange(40) // 2
    ends = np.column_stack([dyad, dyad + 20])
    assert area(score, positive, dyad, ends, draws=50, seed=4) == area(score, positive, dyad, ends, draws=50, seed=4)


def test_proper_scores_are_least_for_the_true_chance() -> None:
    outcome = (np.random.default_rng(0).random(20000) < 0.3).astype(float)
    for loss in (brier, log_loss):
        means = {chance: float(loss(np.full(20000, chance), outcome).mean()) for chance in (0.1, 0.2, 0.3, 0.4, 0.6)}
        assert min(means, key=lambda chance: means[chance]) == 0.3


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), moves=st.floats(0, 1))
def test_the_crps_in_closed_form_is_that_of_the_drawn_distribution(seed: int, moves: float) -> None:
    random = np.random.default_rng(seed)
    errors, shift, outcome = random.normal(size=12), random.normal(), random.normal()
    points = np.concatenate([[0.0], shift + errors])
    weights = np.concatenate([[1 - moves], np.full(12, moves / 12)])
    away = (weights * np.abs(points - outcome)).sum()
    between = (weights[:, None] * weights * np.abs(points[:, None] - points)).sum()
    found = crps(np.array([shift]), np.array([moves]), errors, np.array([outcome]))
    assert found[0] == pytest.approx(away - between / 2, abs=1e-9)


def test_skill_is_one_less_the_ratio_of_losses_with_the_wider_interval() -> None:
    random = np.random.default_rng(0)
    worse = random.random(400) + 0.5
    drawn = [draw(np.arange(400), 300, 0), draw(np.arange(400) // 100, 300, 0)]
    found = skill(worse * 0.8, worse, drawn)
    assert found.value == pytest.approx(0.2) and found.low == pytest.approx(0.2)
    mixed = skill(np.where(np.arange(400) < 100, worse * 2, worse * 0.5), worse, drawn)
    apart = skill(np.where(np.arange(400) < 100, worse * 2, worse * 0.5), worse, drawn[:1])
    assert mixed.low is not None and apart.low is not None and mixed.low < apart.low
    assert skill(worse, worse * 0, drawn).value is None


def test_calibration_parts_forecasts_by_what_they_said() -> None:
    found = calibration(np.array([0.05, 0.06, 0.7, 1.0]), np.array([0.0, 1.0, 1.0, 1.0]), (0.0, 0.1, 0.5, 1.0))
    assert [(one.count, one.said, one.came) for one in found] == [
        (2, pytest.approx(0.055), 0.5),
        (2, pytest.approx(0.85), 1.0),
    ]


def test_two_camps_are_balanced_and_three_enemies_are_not() -> None:
    camps = balance("x", 2000, [("A", "B", 1), ("C", "D", 1), *[(a, b, -1) for a in "AB" for b in "CD"]])
    assert (camps.balanced, camps.frustrated, camps.triads, camps.states) == (1.0, 0.0, 4, 4)
    assert camps.by_chance is not None and camps.by_chance < 1 and camps.z is not None and camps.z > 0
    foes = balance("x", 2000, [("A", "B", -1), ("B", "C", -1), ("A", "C", -1)])
    assert (foes.balanced, foes.z) == (0.0, None)  # all signs alike: chance gives the same
    assert foes.frustrated == pytest.approx(1 / 3)


def test_a_network_without_triads_says_so() -> None:
    assert balance("x", 2000, [("A", "B", 1)]).balanced is None


def figure(value: float, low: float, high: float) -> Area:
    return Area(
        value=value, low=low, high=high, low_states=low, high_states=high,
        positives=1, negatives=1, positive_dyads=1, negative_dyads=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "bar", "chance"),
    [
        (figure(0.9, 0.87, 0.95), "it reaches the bar of 0.85.", "better than chance"),
        (figure(0.9, 0.80, 0.95), "but its interval goes below", "better than chance"),
        (figure(0.8, 0.70, 0.90), "does not reach the bar of 0.85, which its interval includes", "better than chance"),
        (figure(0.6, 0.45, 0.70), "does not reach the bar of 0.85.", "cannot be told from chance"),
        (figure(0.3, 0.20, 0.40), "does not reach", "worse than chance"),
    ],
)
def test_the_sentence_follows_from_the_figure(found: Area, bar: str, chance: str) -> None:
    assert bar in reaches(found, BAR)
    assert chance in against_chance(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(number(-0.1234), "−0.123"), (number(-0.0001), "0.000"), (number(None), "–"), (percent(0.0789), "7.9 %")],
)
def test_figures_are_printed_with_a_true_minus(text: str, expected: str) -> None:
    assert text == expected
