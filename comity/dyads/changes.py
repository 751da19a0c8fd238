"""Change points of a tie: when the acts between two actors went over to another level, and which acts did it.

In: a store or a file of events, and two actors; out: `Change` records, oldest first. What is searched is the mean score of
each period's fresh acts, not the index: the index remembers, and every memory looks like a trend.

PELT (Killick, Fearnhead and Eckley 2012, by `ruptures`) proposes the parting into levels with the least weighted squared
deviation plus a penalty of 3·σ²·ln(n) a change; a period weighs what its acts weigh. A proposal stands only if shuffling
the periods around it seldom parts them as well: noise has no change points, however few the periods.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from comity.dyads.acts import Direction, FloatArray, IntArray
from comity.dyads.course import Period, check, day_number, day_string, opened, periods_between, told_of
from comity.dyads.dyad import Told
from comity.dyads.table import Filters
from comity.errors import ComityError
from comity.store import Store

# A level is of at least so many periods with acts.
SHORTEST = 3
PENALTY = 3.0
# Scores go in steps of about half a point: a noise below that is an accident of few periods.
LEAST_NOISE = 0.5
SHUFFLES = 999
# With independent noise the change lies where the deviation is within this many σ² of the least, nine times of ten:
# (1 − exp(−c/2))² = 0.9 (Siegmund 1988).
WITHIN = 5.94


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """An act around a change that went its way: `pull` is its weight times its distance from the level before."""

    date: str
    score: float
    pull: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From `period` (whose first day is `date`) on, the acts of a and b are of another level.

    `low`..`high` are the periods in which the change lies with 90 % confidence; `before` and `after` the mean scores, each
    up to the next change or the end, resting on `acts_before` and `acts_after` acts; `confidence` is 1 less the share of
    shuffled series that part as well. `movers` are the acts of those periods that moved most.
    """

    a: str
    b: str
    dimension: str
    period: str
    date: str
    low: str
    high: str
    before: float
    after: float
    acts_before: int
    acts_after: int
    confidence: float
    movers: tuple[Mover, ...]


def changes(
    source: Store | str | Path,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    period: Period = "month",
    dimension: str | None = None,
    direction: Direction = "both",
    least_acts: int = 5,
    error: float = 0.05,
    top: int = 5,
    seed: int = 0,
    **filters: Unpack[Filters],
) -> tuple[Change, ...]:
    """The change points of the tie of `a` and `b`.

    A level rests on at least `least_acts` acts and three periods with acts; a change stands if at most the part `error` of
    shuffled series part as well. At most `top` movers are given with each. The other arguments are those of `course`.
    Raises ValueError as `course` does, and ComityError where `ruptures` is not installed.
    """
    found: list[Change] = []
    sides = check(period, 1, dimension, direction)
    with opened(source, a, b) as table:
        for side in sides:
            (told,) = told_of(table, a, b, as_of, side, [direction], filters)
            found += _changes(told, a, b, side, as_of, period, least_acts, error, top, seed)
    return tuple(found)


def _changes(
    told: Told,
    a: str,
    b: str,
    side: str,
    as_of: str | None,
    period: Period,
    least_acts: int,
    error: float,
    top: int,
    seed: int,
) -> list[Change]:
    if not len(told.day) or told.latest is None:
        return []
    labels, ends = periods_between(
        int(told.day.min()), day_number(as_of) if as_of else max(told.latest, int(told.day.max())), period
    )
    place = np.searchsorted(ends, told.day)
    weight = np.bincount(place, told.weight, len(ends)).astype(np.float64)
    some = np.flatnonzero(weight > 0)
    acts = np.bincount(place[told.weight > 0], minlength=len(ends))[some]
    mean = np.bincount(place, told.weight * told.score, len(ends)).astype(np.float64)[some] / weight[some]
    weight = weight[some]
    points = change_points(mean, weight, acts, least_acts=least_acts, error=error, seed=seed)
    edges = [0, *(point.place for point in points), len(some)]
    found = []
    for number, point in enumerate(points):
        before, after = (
            slice(edges[number], edges[number + 1]),
            slice(edges[number + 1], edges[number + 2]),
        )
        levels = [float(np.average(mean[part], weights=weight[part])) for part in (before, after)]
        low, high = int(some[point.low]), int(some[point.high])
        first = int(ends[low - 1]) + 1 if low else int(told.day.min())
        start = int(ends[some[point.place] - 1]) + 1
        found.append(
            Change(
                a=a,
                b=b,
                dimension=side,
                period=labels[some[point.place]],
                date=day_string(start),
                low=labels[low],
                high=labels[high],
                before=levels[0],
                after=levels[1],
                acts_before=int(acts[before].sum()),
                acts_after=int(acts[after].sum()),
                confidence=1 - point.chance,
                movers=_movers(told, first, int(ends[high]), levels[0], levels[1], top),
            )
        )
    return found


def _movers(told: Told, first: int, last: int, before: float, after: float, top: int) -> tuple[Mover, ...]:
    """The acts of some days that went the way of the change, those first that went farthest."""
    way = 1 if after > before else -1
    ranked = sorted(
        ((act.weight * (act.score - before), act) for act in told.acts(first, last)),
        key=lambda pair: (-way * pair[0], pair[1].day),
    )
    return tuple(
        Mover(date=day_string(act.day), score=act.score, pull=pull, events=act.events)
        for pull, act in ranked[:top]
        if way * pull > 0
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A change before the value at `place`; it lies between `low` and `high`; `chance` is its p-value."""

    place: int
    low: int
    high: int
    chance: float


def change_points(
    mean: FloatArray,
    weight: FloatArray,
    acts: IntArray | None = None,
    *,
    least_acts: int = 0,
    error: float = 0.05,
    seed: int = 0,
) -> tuple[Point, ...]:
    """Where a series goes over to another level: values `mean`, each with the noise σ²/`weight`, and resting on `acts`.

    Raises ComityError where `ruptures` is not installed."""
    count = len(mean)
    if count < 2 * SHORTEST:
        return ()
    rests = np.ones(count, dtype=np.int64) * least_acts if acts is None else acts
    noise = _noise(mean, weight)
    edges = _propose(mean, weight, PENALTY * noise * noise * math.log(count))
    random = np.random.default_rng(seed)
    # The weakest proposal falls first: without it, its neighbours are judged on more periods.
    while len(edges) > 2:
        chances = [
            1.0
            if min(rests[left:at].sum(), rests[at:right].sum()) < least_acts
            else _chance(mean[left:right], weight[left:right], random)
            for left, at, right in zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
        ]
        gains = [
            float(_gains(mean[left:right], weight[left:right])[at - left - SHORTEST])
            for left, at, right in zip(edges[:-2], edges[1:-1], edges[2:], strict=True)
        ]
        worst = max(range(len(chances)), key=lambda number: (chances[number], -gains[number]))
        if chances[worst] <= error:
            break
        del edges[worst + 1]
    else:
        return ()
    return tuple(
        Point(at, *_within(mean, weight, left, at, right, noise), chance)
        for left, at, right, chance in zip(edges[:-2], edges[1:-1], edges[2:], chances, strict=True)
    )


def _noise(mean: FloatArray, weight: FloatArray) -> float:
    """σ by the median absolute step between neighbours, which a few changes do not move."""
    steps = np.diff(mean) / np.sqrt(1 / weight[1:] + 1 / weight[:-1])
    return max(float(np.median(np.abs(steps))) / 0.6745, LEAST_NOISE)


def _propose(mean: FloatArray, weight: FloatArray, penalty: float) -> list[int]:
    """The edges of the levels by PELT, 0 and the end among them."""
    try:
        import ruptures
        from ruptures.base import BaseCost
    except ImportError as error:
        raise ComityError("change points need ruptures (pip install 'comity[analysis]')") from error

    class Deviation(BaseCost):  # type: ignore[misc]
        """Weighted squared deviation from the level, from running sums."""

        model = "weighted"
        min_size = SHORTEST

        def fit(self, signal: Any) -> Deviation:
            self.signal = signal
            sums = np.cumsum([weight, weight * mean, weight * mean * mean], axis=1)
            self.sums = np.concatenate([np.zeros((3, 1)), sums], axis=1).T.tolist()
            return self

        def error(self, start: int, end: int) -> float:
            (w, p, q), (v, r, s) = self.sums[start], self.sums[end]
            return float((s - q) - (r - p) ** 2 / (v - w))

    search = ruptures.Pelt(custom_cost=Deviation(), min_size=SHORTEST, jump=1).fit(mean.reshape(-1, 1))
    return [0, *search.predict(pen=penalty)]


def _gains(mean: FloatArray, weight: FloatArray) -> FloatArray:
    """What parting a series before each place saves in weighted squared deviation; shape (…, places)."""
    mass = np.cumsum(weight, axis=-1)
    pull = np.cumsum(weight * mean, axis=-1)
    left, whole, all_pull = mass[..., :-1], mass[..., -1:], pull[..., -1:]
    gain = pull[..., :-1] ** 2 / left + (all_pull - pull[..., :-1]) ** 2 / (whole - left) - all_pull**2 / whole
    result: FloatArray = gain[..., SHORTEST - 1 : gain.shape[-1] - SHORTEST + 1]
    return result


def _chance(mean: FloatArray, weight: FloatArray, random: np.random.Generator) -> float:
    """The share of shuffled series that can be parted as well as this one, wherever."""
    best = _gains(mean, weight).max()
    order = random.permuted(np.tile(np.arange(len(mean)), (SHUFFLES, 1)), axis=1)
    shuffled = _gains(mean[order], weight[order]).max(axis=1)
    return float((1 + np.count_nonzero(shuffled >= best * (1 - 1e-12))) / (1 + SHUFFLES))


def _within(mean: FloatArray, weight: FloatArray, left: int, at: int, right: int, noise: float) -> tuple[int, int]:
    """The first and the last place where the change may lie."""
    gains = _gains(mean[left:right], weight[left:right])
    chosen = gains[at - left - SHORTEST]
    near = np.flatnonzero(gains >= chosen - WITHIN * noise * noise) + left + SHORTEST
    return int(min(near.min(), at)), int(max(near.max(), at))
