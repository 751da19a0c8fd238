"""Which dyads moved like this one: correlation of what each period's acts did, over a whole panel.

In: a panel, or a store or file to make one of; out: `Likeness` records, the most alike first. What is compared is a period's
own move: the mean score of its acts less the index that was left before them, times the root of their weight, so that a
month of a hundred acts says more than a month of one, and a young tie, whose index jumps, no more than an old one. Plain
differences of the index would find every dyad like every other that is being forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

import numpy as np

from comity.dyads.acts import FloatArray
from comity.dyads.course import Period
from comity.dyads.index import PRIOR_MASS
from comity.dyads.panel import Panel, panel
from comity.dyads.table import Filters
from comity.store import Store

# The 95th percentile of the normal distribution: 90 % intervals, as everywhere.
NORMAL_95 = 1.6448536269514722
# Dyads that are compared at a time.
BLOCK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike the moves of a and b are to those of the dyad asked for, `low`..`high` the 90 % interval of the
    `correlation`. With `lag` above 0 this dyad moves so many periods after that one; below 0, before it. `overlap` is the
    number of periods compared, `active` that of those in which both had acts."""

    a: str
    b: str
    correlation: float
    low: float
    high: float
    lag: int
    overlap: int
    active: int


def similar(
    source: Panel | Store | str | Path,
    a: str,
    b: str,
    *,
    top: int = 10,
    lag: int = 0,
    least_overlap: int = 24,
    least_active: int = 12,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    dimension: str | None = None,
    **filters: Unpack[Filters],
) -> tuple[Likeness, ...]:
    """The `top` dyads whose index moved most like that of `a` and `b`; empty where that has no record or none is alike.

    With `lag`, each dyad is shifted by up to so many periods either way and its best shift taken. Compared are periods
    that lie after both dyads' first acts: at least `least_overlap`, and `least_active` in which both had acts. The
    interval is Fisher's, over the number of periods that the two series' own persistence leaves (Bartlett 1946); it does
    not know that the best of many was picked, so the top of a long list is always less alike than it looks.
    With a panel, the arguments after `least_active` are its own. Raises ValueError as `panel` does, and for a negative lag.
    """
    if lag < 0:
        raise ValueError(f"lag is {lag}; it must be 0 or more")
    whole = (
        source
        if isinstance(source, Panel)
        else panel(source, as_of=as_of, period=period, half_life_days=half_life_days, dimension=dimension, **filters)
    )
    dyad = (min(a, b), max(a, b))
    if dyad not in whole.dyads:
        return ()
    own = whole.dyads.index(dyad)
    moves, known, active = moved(whole)
    found: list[Likeness] = []
    for begin in range(0, len(whole.dyads), BLOCK):
        block = slice(begin, begin + BLOCK)
        best: dict[int, Likeness] = {}
        for shift in range(-lag, lag + 1):
            theirs = tuple(_shifted(part[block], shift) for part in (moves, known, active))
            r, low, high, overlap, both = _correlations((moves[own], known[own], active[own]), theirs)
            fit = np.flatnonzero((overlap >= least_overlap) & (both >= least_active) & np.isfinite(r))
            for number in fit.tolist():
                a_, b_ = whole.dyads[begin + number]
                if begin + number == own or (number in best and best[number].correlation >= r[number]):
                    continue
                best[number] = Likeness(
                    a=a_,
                    b=b_,
                    correlation=float(r[number]),
                    low=float(low[number]),
                    high=float(high[number]),
                    lag=shift,
                    overlap=int(overlap[number]),
                    active=int(both[number]),
                )
        found += best.values()
        found = sorted(found, key=lambda one: (-one.correlation, one.a, one.b))[:top]
    return tuple(found)


def moved(whole: Panel) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each dyad's moves, whether the period lies after its first act, and whether it had acts; shape (dyads, periods)."""
    shape = (len(whole.dyads), len(whole.periods))
    index, weight, known, active, moves = (np.zeros(shape) for _ in range(5))
    place = (whole.dyad, whole.period)
    index[place], weight[place] = whole.index, whole.weight
    known[place] = 1
    active[place] = whole.acts > 0
    # Where all is forgotten the index is not given, and what is left of it next to nothing.
    index = np.nan_to_num(index)
    kept = np.exp2(-np.diff(whole.ends) / whole.half_life_days)
    left = weight[:, :-1] * kept
    still = index[:, :-1] * (weight[:, :-1] + PRIOR_MASS) * kept / (left + PRIOR_MASS)
    fresh = np.maximum(weight[:, 1:] - left, 0)
    told = (active[:, 1:] > 0) & (fresh > 1e-9)
    moves[:, 1:] = np.where(
        told, (index[:, 1:] - still) * (weight[:, 1:] + PRIOR_MASS) / np.sqrt(np.where(told, fresh, 1)), 0
    )
    # The first period brings the dyad into being; that is no move.
    known[:, 1:] *= known[:, :-1]
    known[:, :1] = 0
    return moves * known, known, active * known


def _shifted(table: FloatArray, shift: int) -> FloatArray:
    """The values `shift` periods later in the place of the values now; 0 where there are none."""
    result = np.zeros_like(table)
    if shift == 0:
        return table
    if shift > 0:
        result[:, :-shift] = table[:, shift:]
    else:
        result[:, -shift:] = table[:, :shift]
    return result


def _correlations(
    one: tuple[FloatArray, FloatArray, FloatArray], others: tuple[FloatArray, ...]
) -> tuple[FloatArray, ...]:
    """Correlation, interval, overlap and periods with acts in both, of one series with each of many."""
    x, known, active = (part.astype(np.float64) for part in one)
    y, theirs, acting = (part.astype(np.float64) for part in others)
    count = theirs @ known
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = theirs @ (x * known) / count, y @ known / count
        cross = y @ x / count - mean_x * mean_y
        spread_x = theirs @ (x * x * known) / count - mean_x**2
        spread_y = (y * y) @ known / count - mean_y**2
        r = np.where((spread_x > 1e-12) & (spread_y > 1e-12), cross / np.sqrt(spread_x * spread_y), np.nan)
        # Series that persist have fewer independent periods than they have periods.
        persist = _persistence(x[None, :], known[None, :]) * _persistence(y, theirs)
        free = np.clip(count * (1 - persist) / (1 + persist), 4, count)
        z, half = np.arctanh(np.clip(r, -0.999999, 0.999999)), NORMAL_95 / np.sqrt(np.maximum(free - 3, 1))
    return r, np.tanh(z - half), np.tanh(z + half), count, acting @ active


def _persistence(series: FloatArray, known: FloatArray) -> FloatArray:
    """The correlation of each series with itself one period before."""
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = (series - series.sum(axis=1, keepdims=True) / count) * known
    spread = (centred**2).sum(axis=1)
    result: FloatArray = (centred[:, 1:] * centred[:, :-1]).sum(axis=1) / np.maximum(spread, 1e-12)
    return np.clip(result, -0.95, 0.95)
