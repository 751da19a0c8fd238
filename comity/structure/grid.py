"""All ties on a grid of days and dyads: what a forecast is fitted on, and what a test of the index compares.

In: acts and days; out: a `Grid` of arrays, one row a day and one column a dyad. What is remembered at one day is what was
remembered at the last, decayed, and what came in between: so the cost grows with acts + days × dyads.

It is not `dyads.panel`, which measures calendar periods of any number of events, as they are known at its end. A fair
forecast needs each day as it was known then. With `known`, the day on which each act was first reported, an act enters on
the first of the days by which the world could know it, with the weight that its age leaves it: each row then is what a
reader of that day would have measured. And it wants every cell, silent ones too, side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import Acts, FloatArray, IntArray
from comity.dyads.index import FORGOTTEN, PRIOR_MASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All dyads at the days `days` (ascending). Arrays have the shape (days, dyads).

    `weight` is Σ w, what is remembered of all acts, and `pull` is Σ w·score; `index` is pull / (weight + prior), 0 where
    nothing is on record. `mass` counts the acts remembered and `fresh` the acts that came since the day before in the
    row; the first row counts all before it.
    """

    dyads: tuple[tuple[str, str], ...]
    days: IntArray
    weight: FloatArray
    pull: FloatArray
    mass: FloatArray
    fresh: FloatArray
    prior: float
    half_life_days: float

    @property
    def index(self) -> FloatArray:
        return indexes(self.weight, self.pull, self.prior)

    def decay(self, step: int) -> float:
        """What is left of a weight from day `step` - 1 to day `step`."""
        return float(np.exp2(-(self.days[step] - self.days[step - 1]) / self.half_life_days))


def indexes(weight: FloatArray, pull: FloatArray, prior: float = PRIOR_MASS) -> FloatArray:
    """Index points from what is remembered; 0 where nothing is. `prior` 0 gives the plain weighted mean."""
    total = weight + prior
    result: FloatArray = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    return result


def grid(
    acts: Acts, days: IntArray, half_life_days: float, *, known: IntArray | None = None, prior: float = PRIOR_MASS
) -> Grid:
    """The ties of `acts` at each of `days` (ascending); `known` by act, or None where an act is known on its day."""
    steps, dyads = len(days), len(acts.dyads)
    seen = acts.day if known is None else np.maximum(acts.day, known)
    step = np.searchsorted(days, seen)
    kept = step < steps
    step, day, weight, score, dyad = step[kept], acts.day[kept], acts.weight[kept], acts.score[kept], acts.dyad[kept]
    cell = step * dyads + dyad
    left = weight * np.exp2(-(days[step] - day) / half_life_days) if steps else weight

    def table(values: FloatArray) -> FloatArray:
        return np.bincount(cell, values, steps * dyads).astype(np.float64).reshape(steps, dyads)

    mass = table(np.where(weight >= FORGOTTEN, 1.0, 0.0))
    fresh = table(np.ones(len(cell)))
    total, pull = table(left), table(left * score)
    # An act that is forgotten leaves the count again, at the first of the days by which it has sunk below the threshold.
    lasting = weight >= FORGOTTEN
    until = day[lasting] + half_life_days * np.log2(weight[lasting] / FORGOTTEN)
    gone = np.maximum(np.searchsorted(days, until, side="left"), step[lasting])
    out = gone < steps
    mass -= (
        np.bincount((gone * dyads + dyad[lasting])[out], minlength=steps * dyads)
        .astype(np.float64)
        .reshape(steps, dyads)
    )
    mass = np.cumsum(mass, axis=0)
    for number in range(1, steps):
        decay = np.exp2(-(days[number] - days[number - 1]) / half_life_days)
        total[number] += total[number - 1] * decay
        pull[number] += pull[number - 1] * decay
    return Grid(
        dyads=acts.dyads,
        days=days,
        weight=total,
        pull=pull,
        mass=mass,
        fresh=fresh,
        prior=prior,
        half_life_days=half_life_days,
    )
