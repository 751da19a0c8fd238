"""The forecast: no look ahead, honest fallbacks, and answers that belong to one distribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dyads import course
from comity.dyads.acts import read_acts
from comity.dyads.course import day_number, day_string
from comity.store import Store
from comity.structure import forecast
from comity.structure.features import FEATURES, NAMES, features, pressures
from comity.structure.forecast import rows_of, steps_to
from comity.structure.grid import grid
from comity.structure.learning import fit_logistic, fit_ridge
from comity.structure.predicting import Spread, fit

Make = Callable[..., Any]
ACTORS = ["AZE", "ISR", "IRN", "ARM", "TUR", "GEO", "RUS", "USA"]
PROPERTY = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def busy(make_event: Make, days: int = 1500, count: int = 1600, seed: int = 1) -> list[Any]:
    """Many acts between few actors: friends of a side are kind to each other, foes are not."""
    random = np.random.default_rng(seed)
    events = []
    for number in range(count):
        a, b = random.choice(len(ACTORS), 2, replace=False).tolist()
        kind = "SUPPORT" if (a % 2 == b % 2) == (random.random() < 0.8) else "ACCUSE"
        day = date(2016, 1, 1) + timedelta(days=int(random.integers(days)))
        late = int(random.integers(0, 60))
        events.append(
            make_event(
                id=f"e{number}",
                source=ACTORS[a],
                target=ACTORS[b],
                event=kind,
                date=day.isoformat(),
                reported=(day + timedelta(days=late)).isoformat(),
                document=f"d{number}",
            )
        )
    return events


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def world(make_event: Make) -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        opened.add_events(busy(make_event))
        yield opened


def test_a_forecast_says_where_the_index_goes_and_why(world: Store) -> None:
    found = forecast(world, "AZE", "ISR", as_of="2019-06-30")
    assert (found.method, found.target, found.level) == ("model", "2019-07-31", 0.9)
    assert found.low is not None and found.index is not None and found.high is not None
    assert -10 <= found.low <= found.index <= found.high <= 10
    assert found.moves is not None and 0 < found.moves < 1
    assert found.sign_change is not None and 0 < found.sign_change < 1
    assert {effect.name for effect in found.effects} == set(NAMES)
    assert (found.ties, found.steps) == (28, 38)


def test_the_index_it_starts_from_is_that_of_the_course(world: Store) -> None:
    found = forecast(world, "AZE", "ISR", as_of="2019-06-30")
    assert found.now == pytest.approx(course(world, "AZE", "ISR", as_of="2019-06-30", draws=0)[-1].index, abs=1e-9)


def test_both_orders_of_a_pair_are_told_the_same(world: Store) -> None:
    one, other = (forecast(world, *pair, as_of="2019-06-30") for pair in (("AZE", "ISR"), ("ISR", "AZE")))
    assert (one.index, one.low, one.high, one.sign_change) == (other.index, other.low, other.high, other.sign_change)


@PROPERTY
@given(day=st.integers(900, 1400), period=st.sampled_from(["month", "quarter"]))
def test_as_of_a_day_nothing_reported_later_changes_a_forecast(make_event: Make, day: int, period: Any) -> None:
    events = busy(make_event, count=500, seed=3)
    as_of = (date(2016, 1, 1) + timedelta(days=day)).isoformat()
    answers = []
    for known in (events, [event for event in events if event.reported <= as_of]):
        with Store.open(":memory:") as opened:
            opened.add_events(known)
            answers.append(forecast(opened, "AZE", "ISR", as_of=as_of, period=period))
    assert answers[0] == answers[1]


def test_a_step_of_the_past_knows_only_what_was_reported_by_then(store: Store, make_event: Make) -> None:
    store.add_events(
        [make_event(id="early", date="2020-01-10"), make_event(id="late", date="2020-01-20", reported="2020-03-05")]
    )
    acts = read_acts(store)
    days = np.array([day_number(day) for day in ("2020-01-31", "2020-02-29", "2020-03-31")])
    known = np.array([day_number("2020-01-10"), day_number("2020-03-05")])[np.argsort(np.argsort(acts.day))]
    assert grid(acts, days, 365, known=known).fresh[:, 0].tolist() == [1, 0, 1]
    assert grid(acts, days, 365).fresh[:, 0].tolist() == [2, 0, 0]


def test_a_panel_is_the_course_of_every_tie(world: Store) -> None:
    acts = read_acts(world, as_of="2019-12-31")
    days, _ = steps_to(day_number("2019-12-31"), int(acts.day.min()), "month")
    found = grid(acts, days, 365)
    for pair in (("AZE", "ISR"), ("ARM", "USA")):
        ties = course(world, *pair, as_of="2019-12-31", draws=0)
        number = found.dyads.index(pair)
        assert found.index[-len(ties) :, number] == pytest.approx([tie.index or 0 for tie in ties], abs=1e-9)
        assert found.mass[-len(ties) :, number].tolist() == [tie.mass for tie in ties]


def test_the_pressure_is_that_of_all_third_parties_together(store: Store, make_event: Make) -> None:
    store.add_events(
        [make_event(), make_event(source="IRN", event="ACCUSE"), make_event(source="IRN", target="AZE", event="ACCUSE")]
    )
    acts = read_acts(store)
    found = grid(acts, np.array([day_number("2020-01-01")]), 365)
    push, cosine = pressures(found)
    index = dict(zip(found.dyads, found.index[0], strict=True))
    assert push[0, found.dyads.index(("AZE", "ISR"))] == pytest.approx(index["AZE", "IRN"] * index["IRN", "ISR"] / 100)
    assert cosine[0, found.dyads.index(("AZE", "ISR"))] == pytest.approx(1.0)  # their only other ties agree


@pytest.mark.parametrize(
    ("day", "period", "target", "before"),
    [
        ("2020-01-31", "month", "2020-02-29", "2019-12-31"),  # a month's last day goes to months' last days
        ("2020-02-15", "month", "2020-03-15", "2020-01-15"),
        ("2019-11-30", "quarter", "2020-02-29", "2019-08-31"),
        ("2020-02-29", "year", "2021-02-28", "2019-02-28"),
    ],
)
def test_steps_are_a_period_apart(day: str, period: Any, target: str, before: str) -> None:
    days, after = steps_to(day_number(day), day_number("2015-01-01"), period)
    assert (day_string(int(days[-1])), day_string(int(days[-2])), day_string(after)) == (day, before, target)


def test_too_little_to_learn_from_falls_back_to_persistence_and_says_so(store: Store, make_event: Make) -> None:
    store.add_events(
        [make_event(id=f"e{month}", date=f"2020-{month:02d}-01", document=f"d{month}") for month in range(1, 6)]
    )
    found = forecast(store, "AZE", "ISR", as_of="2020-06-30")
    assert (found.method, found.index, found.effects) == ("persistence", found.now, ())
    assert (found.low, found.high) == (None, None)
    assert found.note.startswith("only 2 past steps to learn from") and "an interval takes 20" in found.note


def test_persistence_has_the_errors_of_the_past(store: Store, make_event: Make) -> None:
    store.add_events(busy(make_event, count=60))
    found = forecast(store, *max(read_acts(store).dyads), as_of="2020-02-28")
    assert found.method == "persistence" and found.low is not None and found.high is not None
    assert found.low <= found.high


def test_where_nothing_is_remembered_there_is_no_forecast(world: Store) -> None:
    found = forecast(world, "AZE", "FJI", as_of="2019-06-30")
    assert (found.method, found.index, found.sign_change, found.mass) == ("none", None, None, 0)
    assert "silence is not neutrality" in found.note


def test_a_store_without_events_has_no_day_to_forecast_from(store: Store) -> None:
    with pytest.raises(ValueError, match="holds no events"):
        forecast(store, "AZE", "ISR")


def test_a_spread_is_a_spike_where_nothing_happens_and_errors_round_the_move() -> None:
    spread = Spread(
        start=np.array([1.0, 1.0, 1.0]),
        scale=np.array([1.0, 1.0, 0.5]),
        shift=np.zeros(3),
        moves=np.array([0.01, 1.0, 1.0]),
        stratum=np.zeros(3, dtype=np.int64),
        errors=(np.linspace(-4, 4, 81),),
    )
    assert spread.quantile(0.05) == pytest.approx([1.0, -2.645, -0.8225])
    assert spread.quantile(0.5) == pytest.approx([1.0, 1.0, 1.0])
    # Beyond 0 lie the errors below -1 of the second, and below -2 of the third.
    assert spread.beyond_zero(np.ones(3)) == pytest.approx([0.01 * 30.5 / 82, 30.5 / 82, 20.5 / 82])


@PROPERTY
@given(seed=st.integers(0, 1000), moves=st.floats(0.001, 1), shift=st.floats(-5, 5))
def test_quantiles_of_a_spread_rise_with_the_level(seed: int, moves: float, shift: float) -> None:
    errors = np.sort(np.random.default_rng(seed).normal(size=50))
    spread = Spread(
        start=np.zeros(1),
        scale=np.ones(1),
        shift=np.array([shift]),
        moves=np.array([moves]),
        stratum=np.zeros(1, dtype=np.int64),
        errors=(errors,),
    )
    values = [float(spread.quantile(level)[0]) for level in np.linspace(0.01, 0.99, 25)]
    assert values == sorted(values)


def test_the_regressions_find_what_made_the_data() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=(4000, 2)) * [1, 5]
    line = fit_ridge(values, values @ [2.0, -0.1] + 3 + random.normal(size=4000))
    assert line.coefficient / line.spread == pytest.approx([2.0, -0.1], abs=0.05)
    odds = values @ [1.0, 0.2] - 1
    chance = fit_logistic(values, (random.random(4000) < 1 / (1 + np.exp(-odds))).astype(float))
    assert chance.linear.coefficient / chance.linear.spread == pytest.approx([1.0, 0.2], abs=0.15)
    assert chance(values).mean() == pytest.approx((1 / (1 + np.exp(-odds))).mean(), abs=0.03)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_a_logistic_regression_survives_an_outcome_that_never_or_always_came(outcome: float) -> None:
    values = np.random.default_rng(0).normal(size=(100, 3))
    chance = fit_logistic(values, np.full(100, outcome))(values)
    assert np.isfinite(chance).all()
    assert abs(chance - outcome).max() < 0.05


def test_nothing_is_learnt_from_a_step_without_a_next(world: Store) -> None:
    acts = read_acts(world)
    days, target = steps_to(day_number("2019-12-31"), int(acts.day.min()), "month")
    rows = rows_of(acts, days, target, 365, None)
    assert np.isnan(rows.next_index[rows.step == len(days) - 1]).all()
    assert fit(rows).rows == int((rows.step < len(days) - 1).sum())


def test_features_are_named_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
    assert [name for name in FEATURES if f"| `{name}` |" not in page] == []


def test_the_features_of_a_step_do_not_see_the_next(world: Store) -> None:
    acts = read_acts(world)
    days, target = steps_to(day_number("2019-12-31"), int(acts.day.min()), "month")
    whole = rows_of(acts, days, target, 365, None)
    cut = features(grid(acts, days[:-5], 365), grid(acts, days[:-5], 365 / 4), int(days[-5]))
    early = whole.where(whole.step < len(days) - 5)
    assert np.array_equal(early.values, cut.values)
