"""The arithmetic of the index. Values in, values out; no store, no clock.

The index of a tie at a day t is  Σ w·score / (Σ w + k)  over its distinct acts up to t, with w = weight · 0.5^(age/half
life). The prior mass k = 1 stands for one neutral act that is always remembered: it draws a tie with little on record
towards 0, and keeps the index strictly within the scores' range, -10..10.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PRIOR_MASS = 1.0
# An act whose weight has sunk below this is forgotten: it still shades the index, but is no longer counted as mass.
FORGOTTEN = 0.05


def memory(day: IntArray, weight: FloatArray, at: int, half_life_days: float) -> FloatArray:
    """What is left at day `at` of each act's weight; 0 for acts that lie ahead."""
    age = at - day
    return np.where(age >= 0, weight * np.exp2(-np.maximum(age, 0) / half_life_days), 0.0)


def contributions(
    remembered: FloatArray, score: FloatArray, tie: IntArray, ties: int, prior: float = PRIOR_MASS
) -> FloatArray:
    """What each act adds to the index of its tie; the sum is the index, exactly. `tie` numbers each act's tie."""
    total = np.bincount(tie, remembered, ties) + prior
    result: FloatArray = remembered * score / total[tie]
    return result


def course_of_index(
    day: IntArray,
    weight: FloatArray,
    score: FloatArray,
    ends: IntArray,
    half_life_days: float,
    prior: float = PRIOR_MASS,
) -> FloatArray:
    """The index at each of the days `ends` (ascending), shape (periods,).

    What is remembered at one end is what was remembered at the last, decayed, and what came in between; so the cost
    grows with entries + periods, not with their product.
    """
    period = np.searchsorted(ends, day)
    kept = period < len(ends)
    period, day, weight, score = period[kept], day[kept], weight[kept], score[kept]
    fresh = weight * np.exp2(-(ends[period] - day) / half_life_days)
    mass = np.bincount(period, fresh, len(ends)).astype(np.float64)
    pull = np.bincount(period, fresh * score, len(ends)).astype(np.float64)
    return carry(mass, pull, ends, half_life_days, prior)


def carry(
    mass: FloatArray, pull: FloatArray, ends: IntArray, half_life_days: float, prior: float = PRIOR_MASS
) -> FloatArray:
    """The index at each end from what came in each period, decayed to its end; all shape (…, periods). Overwrites both."""
    decay = np.exp2(-np.diff(ends, prepend=ends[:1]) / half_life_days)
    for step in range(1, len(ends)):
        mass[..., step] += mass[..., step - 1] * decay[step]
        pull[..., step] += pull[..., step - 1] * decay[step]
    result: FloatArray = pull / (mass + prior)
    return result


def drawn(
    draws: npt.NDArray[np.int64], column: IntArray, period: IntArray, value: FloatArray, periods: int
) -> FloatArray:
    """Per draw and period, the sum of the values, each as often as its column was drawn; shape (draws, periods)."""
    cells, cell = np.unique(period * draws.shape[1] + column, return_inverse=True)
    cell_period, cell_column = np.divmod(cells, draws.shape[1])
    sums = np.bincount(cell, value, len(cells))
    starts = np.flatnonzero(np.diff(cell_period, prepend=-1))
    result = np.zeros((len(draws), periods))
    # One draw a time: the table of draws by cells would not fit into memory for a dyad with many reports.
    for number, times in enumerate(draws):
        if len(starts):
            result[number, cell_period[starts]] = np.add.reduceat(times[cell_column] * sums, starts)
    return result


def mass_at(
    day: IntArray, weight: FloatArray, ends: IntArray, half_life_days: float, forgotten: float = FORGOTTEN
) -> FloatArray:
    """How many distinct acts are remembered at each of the days `ends`: those whose weight has not sunk below 0.05."""
    kept = weight >= forgotten
    born = np.sort(day[kept])
    dead = np.sort(day[kept] + half_life_days * np.log2(weight[kept] / forgotten))
    count = np.searchsorted(born, ends, side="right") - np.searchsorted(dead, ends, side="left")
    return count.astype(np.float64)


def draw_documents(publisher: IntArray, draws: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """How often each document counts in each draw, shape (draws, documents); `publisher` numbers each one's publisher.

    One publisher's reports are not independent: publishers are drawn first, then as many documents as those drawn
    have. A publisher's count is Poisson rather than multinomial, so that a tie that rests on one report shows how
    little that is; drawing a fixed number would return that report every time, and an interval of no width.
    """
    size = np.bincount(publisher)
    times = random.poisson(1.0, (draws, len(size)))
    result = times[:, publisher]
    for number in np.flatnonzero(size > 1):
        even = np.full(size[number], 1.0 / size[number])
        result[:, publisher == number] = random.multinomial(times[:, number] * size[number], even)
    return result
