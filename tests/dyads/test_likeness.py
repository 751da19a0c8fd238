"""Dyads that move alike: found at their lag, with an interval; those that only fade are not alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from comity.dyads import panel, similar
from comity.dyads.course import day_number, periods_between
from comity.store import Store

Make = Callable[..., Any]
MONTHS = [f"{2012 + n // 12}-{1 + n % 12:02d}" for n in range(72)]


@pytest.fixture(scope="module")
def store(load_events: Make) -> Store:
    """AZE–TUR does each month what AZE–ISR does; GEO–ISR the same two months later; CHL–PER has a course of its own."""
    random = np.random.default_rng(3)
    opened = Store.open(":memory:")
    own, other = (random.choice(["SUPPORT", "ACCUSE", "CONSULT", "ASSAULT"], 72) for _ in range(2))
    events = []
    for n, month in enumerate(MONTHS):
        date = f"{month}-15"
        events += [
            {"date": date, "event": str(own[n])},
            {"date": date, "event": str(own[n]), "target": "TUR"},
            {"date": date, "event": str(own[max(n - 2, 0)]), "source": "GEO"},
            {"date": date, "event": str(other[n]), "source": "CHL", "target": "PER"},
        ]
    # Two that fade side by side, after acts of other months.
    events += [{"date": f"2012-0{n}-15", "source": "NOR", "target": "POL"} for n in (1, 2)]
    events += [{"date": f"2012-0{n}-15", "source": "NOR", "target": "FIN"} for n in (3, 4)]
    load_events(opened, *events)
    return opened


def test_the_dyad_that_does_the_same_is_the_most_alike(store: Store) -> None:
    first, *others = similar(store, "ISR", "AZE")
    assert (first.a, first.b, first.lag) == ("AZE", "TUR", 0)
    assert first.correlation == pytest.approx(1)
    assert first.overlap == first.active == 71
    assert all(one.correlation < 0.5 for one in others)
    assert all(one.low < one.correlation < one.high for one in others)
    assert ("CHL", "PER") in {(one.a, one.b) for one in others}


def test_the_interval_holds_nothing_for_dyads_that_have_nothing_in_common() -> None:
    """Of 39 independent dyads some 35 should have 0 in their 90 % interval."""
    random = np.random.default_rng(11)
    months = np.arange("2010-01", "2016-01", dtype="datetime64[M]").astype("datetime64[D]")
    dyads = [("AAA", f"B{n:02d}") for n in range(40)]
    rows = [
        (source, target, "SUPPORT", float(random.choice([-9, -3, 2.5, 5])), month.item())
        for source, target in dyads
        for month in months + random.integers(0, 20, len(months))
    ]
    ends = periods_between(day_number("2010-01-01"), day_number("2015-12-31"), "month")
    with Store.open(":memory:") as opened:
        opened.execute(
            "INSERT INTO events (id, document, source, target, event, score, date_start, date_end, reported, dataset) "
            "SELECT 'x:' || r[2] || r[5], 'x:' || r[5], r[1], r[2], r[3], r[4]::DOUBLE, r[5]::DATE, r[5]::DATE, r[5]::DATE, "
            "'x' FROM (SELECT unnest(?::VARCHAR[][]) AS r)",
            [[[str(cell) for cell in row] for row in rows]],
        )
        found = similar(opened, "AAA", "B00", top=100)
    assert len(ends[0]) == 72 and len(found) == 39
    assert 30 <= sum(one.low < 0 < one.high for one in found) <= 39


def test_a_dyad_that_follows_is_found_at_its_lag(store: Store) -> None:
    found = {(one.a, one.b): one for one in similar(store, "AZE", "ISR", lag=3)}
    assert found["GEO", "ISR"].lag == 2
    assert found["GEO", "ISR"].correlation > 0.95


def test_fading_side_by_side_is_no_likeness(store: Store) -> None:
    found = similar(store, "NOR", "POL", least_active=0)
    assert ("FIN", "NOR") not in {(one.a, one.b) for one in found}


def test_what_shares_too_few_periods_is_left_out(store: Store) -> None:
    assert similar(store, "AZE", "ISR", least_overlap=72) == ()
    assert similar(store, "AZE", "ISR", least_active=72) == ()


def test_a_panel_at_hand_serves_many_questions(store: Store) -> None:
    assert similar(panel(store), "AZE", "ISR") == similar(store, "AZE", "ISR")


def test_an_unknown_dyad_is_like_none_and_a_negative_lag_is_refused(store: Store) -> None:
    assert similar(store, "AZE", "CHL") == ()
    with pytest.raises(ValueError, match="lag"):
        similar(store, "AZE", "ISR", lag=-1)
