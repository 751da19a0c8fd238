"""How well a figure parts two classes: the area under the ROC curve, with intervals that respect clusters.

Values in, values out. The area is the chance that a random member of the first class has the higher figure (ties count
half): the Mann–Whitney statistic over its number of pairs (Hanley and McNeil 1982). Observations of one dyad are not
independent, nor are dyads that share a state: the bootstraps draw whole dyads, or whole states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An AUC with its 90 % intervals: by dyad (`low`, `high`) and by state (`low_states`, `high_states`). `positives` and
    `negatives` are observations, `positive_dyads` and `negative_dyads` the dyads they are of; `value` is None where one
    class is empty."""

    value: float | None
    low: float | None
    high: float | None
    low_states: float | None
    high_states: float | None
    positives: int
    negatives: int
    positive_dyads: int
    negative_dyads: int


def auc(score: FloatArray, positive: BoolArray, weight: FloatArray | None = None) -> float | None:
    """The weighted area under the ROC curve; None where one class has no weight."""
    if weight is None:
        weight = np.ones(len(score))
    _, level = np.unique(score, return_inverse=True)
    return _area(level, positive, weight)


def _area(level: IntArray, positive: BoolArray, weight: FloatArray) -> float | None:
    count = int(level.max()) + 1 if len(level) else 0
    above = np.bincount(level[positive], weight[positive], count)
    below = np.bincount(level[~positive], weight[~positive], count)
    whole = above.sum() * below.sum()
    if not whole:
        return None
    # Of the negatives, those on lower levels lose, and those on the same level count half.
    return float((above * (np.cumsum(below) - below / 2)).sum() / whole)


def area(
    score: FloatArray, positive: BoolArray, dyad: IntArray, ends: IntArray, *, draws: int = 1000, seed: int = 0
) -> Area:
    """The AUC of `score` for `positive`, with intervals.

    `dyad` (n,) numbers each observation's dyad; `ends` (n, 2) its two states. By dyad: dyads are drawn with replacement.
    By state: states are drawn with replacement, and a dyad counts as often as its two states together (the product),
    which lets dyads that share a state rise and fall together (after Snijders and Borgatti 1999).
    """
    _, level = np.unique(score, return_inverse=True)
    value = _area(level, positive, np.ones(len(score)))
    low = high = low_states = high_states = None
    if value is not None and draws:
        random = np.random.default_rng(seed)
        low, high = _interval(level, positive, _by_dyad(dyad, draws, random))
        low_states, high_states = _interval(level, positive, _by_state(ends, draws, random))
    return Area(
        value=value,
        low=low,
        high=high,
        low_states=low_states,
        high_states=high_states,
        positives=int(positive.sum()),
        negatives=int((~positive).sum()),
        positive_dyads=len(np.unique(dyad[positive])),
        negative_dyads=len(np.unique(dyad[~positive])),
    )


def _by_dyad(dyad: IntArray, draws: int, random: np.random.Generator) -> FloatArray:
    members, column = np.unique(dyad, return_inverse=True)
    drawn = random.multinomial(len(members), np.full(len(members), 1 / len(members)), draws)
    return drawn[:, column].astype(np.float64)


def _by_state(ends: IntArray, draws: int, random: np.random.Generator) -> FloatArray:
    members, column = np.unique(ends, return_inverse=True)
    column = column.reshape(ends.shape)
    drawn = random.multinomial(len(members), np.full(len(members), 1 / len(members)), draws)
    return (drawn[:, column[:, 0]] * drawn[:, column[:, 1]]).astype(np.float64)


def _interval(level: IntArray, positive: BoolArray, weights: FloatArray) -> tuple[float | None, float | None]:
    """The 5th and 95th percentile over draws; a draw that misses a class says nothing."""
    found = [area for row in weights if (area := _area(level, positive, row)) is not None]
    if not found:
        return None, None
    low, high = np.percentile(found, [5, 95])
    return float(low), float(high)


def roc_points(score: FloatArray, positive: BoolArray) -> tuple[FloatArray, FloatArray]:
    """The ROC curve: false positive and true positive rates as the threshold falls, from (0, 0) to (1, 1)."""
    levels, level = np.unique(score, return_inverse=True)
    above = np.bincount(level[positive], minlength=len(levels))[::-1]
    below = np.bincount(level[~positive], minlength=len(levels))[::-1]
    false = np.concatenate([[0.0], np.cumsum(below) / max(below.sum(), 1)])
    true = np.concatenate([[0.0], np.cumsum(above) / max(above.sum(), 1)])
    return false, true
