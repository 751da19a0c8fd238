"""The bootstrap: its normal limit gives the interval that drawing each story gives; both directions are drawn together."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from comity.dyads import asymmetry, course
from comity.dyads.sampling import Stories, moments, sample, sample_moments
from comity.store import Store

Make = Callable[..., Any]


def some_stories(publishers: int, stories: int, seed: int) -> Stories:
    random = np.random.default_rng(seed)
    score = random.choice([-9.0, -3.0, 2.5, 5.0], stories)
    mass = random.uniform(0.2, 1, stories)
    publisher = np.minimum(random.geometric(0.2, stories), publishers) - 1
    return Stories(publisher, np.arange(stories), random.integers(0, 12, stories), mass, mass * score)


@pytest.mark.parametrize("publishers", [5, 30])
def test_the_normal_limit_gives_the_interval_of_the_draws(publishers: int) -> None:
    told = some_stories(publishers, 3000, 7)
    # Every publisher must be there.
    told.publisher[:publishers] = np.arange(publishers)
    ends = np.arange(30, 361, 30)
    (exact,) = sample([told], ends, 365, 2000, 1)
    (limit,) = sample_moments([moments(told, len(ends))], ends, 365, 2000, 2)
    widths = [np.subtract(*np.percentile(drawn, [95, 5], axis=0)) for drawn in (exact, limit)]
    assert np.allclose(widths[1] / widths[0], 1, atol=0.12)
    assert np.allclose(exact.mean(axis=0), limit.mean(axis=0), atol=0.05 * widths[0].max() + 0.02)


def test_a_large_dyad_in_sql_is_the_same_as_row_by_row(load_events: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(5)
    with Store.open(":memory:") as store:
        load_events(
            store,
            *(
                {
                    "date": f"{2015 + n % 3}-{1 + n % 12:02d}-{1 + n % 20:02d}",
                    "event": str(random.choice(["SUPPORT", "ACCUSE", "AID"])),
                    "source": "AZE" if n % 3 else "ISR",
                    "target": "ISR" if n % 3 else "AZE",
                    "publisher": [None, "The Echo", "The Herald"][n % 3],
                    "reciprocal": n % 5 == 0,
                }
                for n in range(60)
            ),
        )
        by_row = course(store, "AZE", "ISR"), asymmetry(store, "AZE", "ISR")
        monkeypatch.setattr(sys.modules["comity.dyads.course"], "MANY", 10)
        in_sql = course(store, "AZE", "ISR"), asymmetry(store, "AZE", "ISR")
        monkeypatch.setattr("comity.dyads.sampling.EXACT_STORIES", 5)
        limit = course(store, "AZE", "ISR")
    for one, other in zip(by_row[0], in_sql[0], strict=True):
        assert (one.period, one.mass, one.events) == (other.period, other.mass, other.events)
        for name in ("index", "low", "high"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1.0 if name != "index" else 1e-9)
    for left, right in zip(by_row[1], in_sql[1], strict=True):
        assert (left.ab, left.ba) == pytest.approx((right.ab, right.ba), abs=1e-9)
    exact = in_sql[0][-1]
    assert limit[-1].index == pytest.approx(exact.index, abs=1e-9)
    assert limit[-1].low == pytest.approx(exact.low, abs=0.7) and limit[-1].high == pytest.approx(exact.high, abs=0.7)


def test_asymmetry_is_the_difference_of_the_two_courses(make_document: Make, make_event: Make) -> None:
    documents = [make_document(publisher=f"Paper {n}") for n in range(6)]
    events = [
        make_event(document=document, event="SUPPORT" if n < 4 else "ACCUSE", date=f"2020-01-{1 + 4 * n:02d}",
                   source="AZE" if n < 4 else "ISR", target="ISR" if n < 4 else "AZE")
        for n, document in enumerate(documents)
    ]  # fmt: skip
    with Store.open(":memory:") as store:
        store.add_documents(documents)
        store.add_events(events)
        (found,) = asymmetry(store, "AZE", "ISR", as_of="2020-01-31")
        (turned,) = asymmetry(store, "ISR", "AZE", as_of="2020-01-31")
        ab = course(store, "AZE", "ISR", direction="ab", draws=0, as_of="2020-01-31")[-1].index
        ba = course(store, "AZE", "ISR", direction="ba", draws=0, as_of="2020-01-31")[-1].index
        assert asymmetry(store, "AZE", "TUR") == ()
    assert (found.ab, found.ba) == (ab, ba)
    assert found.difference is not None and ab is not None and ba is not None
    assert found.low is not None and found.high is not None
    assert found.difference == pytest.approx(ab - ba)
    assert 0 < found.low < found.difference < found.high
    assert turned.difference == pytest.approx(-found.difference)


def test_acts_of_both_leave_no_asymmetry_and_no_doubt_of_it(load_events: Make) -> None:
    with Store.open(":memory:") as store:
        load_events(store, *({"date": f"2020-0{n}-01", "reciprocal": True} for n in range(1, 8)))
        found = asymmetry(store, "AZE", "ISR")
    assert {(one.difference, one.low, one.high) for one in found} == {(0.0, 0.0, 0.0)}


def test_where_one_direction_is_silent_there_is_no_difference(load_events: Make) -> None:
    with Store.open(":memory:") as store:
        load_events(store, {})
        (found,) = asymmetry(store, "AZE", "ISR")
    assert found.ab is not None
    assert (found.ba, found.difference, found.low, found.high) == (None, None, None, None)
