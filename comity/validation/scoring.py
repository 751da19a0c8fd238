"""How good is a forecast? Proper scores, their skill against another forecast, and intervals that respect clusters.

Values in, values out. All scores are losses: less is better (Gneiting and Raftery 2007). Skill is 1 - loss / loss of the
reference: 1 is perfect, 0 no better, below 0 worse. Rows of one tie, and rows of one moment, are not independent: the
bootstrap draws whole ties and, apart, whole moments, and the wider of the two intervals is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# No forecast is charged more than for having held impossible what comes once in a million.
SMALLEST = 1e-6
CALIBRATION = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Skill against a reference, with its 90 % interval; None where the reference lost nothing."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Forecasts whose chance lies in `low`..`high`: how many, what they said on average, and how often it came true."""

    low: float
    high: float
    count: int
    said: float
    came: float


def brier(chance: FloatArray, outcome: FloatArray) -> FloatArray:
    """The squared error of each chance (Brier 1950)."""
    result: FloatArray = (chance - outcome) ** 2
    return result


def log_loss(chance: FloatArray, outcome: FloatArray) -> FloatArray:
    """Minus the natural logarithm of the chance given to what happened (Good 1952)."""
    given = np.where(outcome > 0.5, chance, 1 - chance)
    result: FloatArray = -np.log(np.clip(given, SMALLEST, 1.0))
    return result


def crps(shift: FloatArray, moves: FloatArray, errors: FloatArray, outcome: FloatArray) -> FloatArray:
    """The continuous ranked probability score of forecasts that say: with the chance `moves` the outcome is `shift` + one of
    `errors` (all as likely), else 0. It is the mean distance of the forecast from the outcome, less half
    the mean distance of two draws of the forecast from each other."""
    members = np.sort(errors)
    count = len(members)
    rank = 2 * np.arange(1, count + 1) - count - 1
    apart = 2 * float((rank * members).sum()) / count**2
    sums = np.concatenate([[0.0], np.cumsum(members)])

    def distance(goal: FloatArray) -> FloatArray:
        """The mean of |error - goal|, from cumulative sums: no table of rows × errors."""
        below = np.searchsorted(members, goal, side="right")
        total = goal * below - sums[below] + (sums[-1] - sums[below]) - goal * (count - below)
        result: FloatArray = total / count
        return result

    away = (1 - moves) * np.abs(outcome) + moves * distance(outcome - shift)
    between = 2 * moves * (1 - moves) * distance(-shift) + moves**2 * apart
    result: FloatArray = away - between / 2
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Bootstrap draws of whole clusters: `place` says which cluster each row is of, `times` (draws, clusters) how often each
    was drawn."""

    place: IntArray
    times: npt.NDArray[np.int64]


def draw(clusters: IntArray, draws: int, seed: int) -> Draws:
    """Draws with replacement of as many clusters as there are."""
    members, place = np.unique(clusters, return_inverse=True)
    chance = np.full(len(members), 1 / max(len(members), 1))
    return Draws(place=place, times=np.random.default_rng(seed).multinomial(len(members), chance, draws))


def skill(loss: FloatArray, reference: FloatArray, drawn: Sequence[Draws]) -> Skill:
    """Skill of one forecast against another, both scored on the same rows; the interval is the wider of those of the
    bootstraps `drawn` (by tie, and by moment)."""
    whole = float(reference.sum())
    if not whole:
        return Skill(value=None, low=None, high=None)
    found: list[tuple[float, float]] = []
    for one in drawn:
        ours, theirs = np.bincount(one.place, loss), np.bincount(one.place, reference)
        below = one.times @ theirs
        values = 1 - (one.times @ ours)[below > 0] / below[below > 0]
        if len(values):
            low, high = np.percentile(values, [5, 95])
            found.append((float(low), float(high)))
    widest = max(found, key=lambda pair: pair[1] - pair[0], default=None)
    return Skill(
        value=1 - float(loss.sum()) / whole,
        low=widest[0] if widest else None,
        high=widest[1] if widest else None,
    )


def calibration(chance: FloatArray, outcome: FloatArray, edges: Sequence[float] = CALIBRATION) -> tuple[Bin, ...]:
    """Forecasts by what they said; bins without any are left out."""
    place = np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(edges) - 2)
    return tuple(
        Bin(
            low=edges[number],
            high=edges[number + 1],
            count=int((place == number).sum()),
            said=float(chance[place == number].mean()),
            came=float(outcome[place == number].mean()),
        )
        for number in range(len(edges) - 1)
        if (place == number).any()
    )
