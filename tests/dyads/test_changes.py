"""Change points: found where acts go over to another level, and not in noise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from comity.dyads import changes
from comity.dyads.changes import change_points
from comity.store import Store

Make = Callable[..., Any]
pytest.importorskip("ruptures")


@pytest.mark.parametrize("length", [5, 8, 12, 40])
def test_noise_has_no_change_points(length: int) -> None:
    """At the error of 5 %, 60 series of noise give 3 false alarms; more than 8 would come by chance once in 200 runs."""
    alarms = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        weight = 1.0 + random.poisson(2, length)
        alarms += bool(change_points(random.normal(1, 4, length) / np.sqrt(weight), weight, seed=seed))
    assert alarms <= 8


def test_a_series_that_never_moves_has_no_change_point() -> None:
    assert change_points(np.full(30, 2.5), np.ones(30)) == ()


def test_levels_are_found_where_they_change() -> None:
    random = np.random.default_rng(1)
    series = np.concatenate([random.normal(level, 1.5, 30) for level in (4, -4, 1)])
    found = change_points(series, np.ones(90))
    assert [point.place for point in found] == pytest.approx([30, 60], abs=1)
    for point, true in zip(found, (30, 60), strict=True):
        assert point.low <= true <= point.high
        assert point.chance <= 0.05


def test_a_level_that_rests_on_few_acts_is_none() -> None:
    series, ones = np.array([5.0] * 10 + [-9.0] * 3), np.ones(13)
    acts = np.ones(13, dtype=np.int64)
    assert change_points(series, ones, acts, least_acts=3)
    assert change_points(series, ones, acts, least_acts=4) == ()


@pytest.fixture
def quarrel(load_events: Make) -> Store:
    """A year of visits, then a year of accusations; and the act that began it."""
    store = Store.open(":memory:")
    months = [f"{2018 + n // 12}-{1 + n % 12:02d}" for n in range(24)]
    load_events(store, *({"date": f"{month}-10", "event": "CONSULT"} for month in months[:12]))
    load_events(store, {"id": "icews:spark", "date": "2019-01-05", "event": "ASSAULT"})
    load_events(store, *({"date": f"{month}-10", "event": "ACCUSE"} for month in months[12:]))
    return store


def test_a_change_has_its_date_its_levels_and_the_acts_that_made_it(quarrel: Store) -> None:
    (change,) = changes(quarrel, "AZE", "ISR")
    assert (change.period, change.date) == ("2019-01", "2019-01-01")
    assert change.low <= "2019-01" <= change.high
    assert change.before == pytest.approx(2.5)
    assert change.after == pytest.approx((-9 - 12 * 3) / 13)
    assert (change.acts_before, change.acts_after) == (12, 13)
    assert change.movers[0].events == ("icews:spark",)
    assert change.movers[0].pull == pytest.approx(-11.5)
    assert all(mover.pull < 0 for mover in change.movers)
    assert change.confidence > 0.95


def test_no_change_is_seen_before_it_is_told(quarrel: Store) -> None:
    assert changes(quarrel, "AZE", "ISR", as_of="2019-02-28") == ()


def test_nothing_on_record_changes_nothing(quarrel: Store) -> None:
    assert changes(quarrel, "AZE", "TUR") == ()
