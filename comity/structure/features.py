"""What a forecast looks at: one row of figures for each tie at each step, made of the past alone.

In: grids (`structure.grid`); out: `Features`. Nothing here sees a row of the grid later than the step it describes, but
for the targets, which are the next row. What each figure means is in `FEATURES` and in docs/method.md, "Forecast".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from comity.dyads.acts import FloatArray, IntArray
from comity.structure.grid import Grid, indexes

BoolArray = npt.NDArray[np.bool_]

SCALE = 10.0
# How many steps back the trend looks, and so the first step that has one.
TREND = 3
# The recent tone is an index whose memory is this many times shorter.
RECENT = 4

FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "index": "the index at the step",
        "fading": "what the index will lose or gain by the next step if nothing happens, as old acts fade",
        "surprise": "how far the last step's acts moved the index from where fading alone would have brought it",
        "trend": "the change of the index over the last three steps",
        "recent": "the index with a memory four times shorter, less the index: the tone of late",
        "mass": "ln(1 + Σ w): how much is remembered",
        "activity": "ln(1 + the acts that came within the last step)",
        "pressure": "the push of all third parties: the sum of s(a,k)·s(b,k)",
        "pressure_change": "its change over the last step",
        "alignment": "the push over the most that such ties could give: the cosine of a's and b's other ties",
    }
)
NAMES = tuple(FEATURES)
THIRD_PARTIES = ("pressure", "pressure_change", "alignment")
OWN = tuple(name for name in NAMES if name not in THIRD_PARTIES)
# Figures that have a side (friendly or hostile); the others only have a size.
SIDED = ("index", "fading", "surprise", "trend", "recent", "pressure", "pressure_change", "alignment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Rows (tie, step), ordered by step. `values` (rows, features) in the order of `NAMES`.

    `index` and `weight` are the tie's at the step; `silent` is what the index will be at the next step if nothing happens;
    `next_index` what it was (NaN at the last step, which has no next).
    """

    step: IntArray
    dyad: IntArray
    values: FloatArray
    index: FloatArray
    weight: FloatArray
    silent: FloatArray
    next_index: FloatArray

    def where(self, kept: BoolArray) -> Features:
        return Features(
            step=self.step[kept],
            dyad=self.dyad[kept],
            values=self.values[kept],
            index=self.index[kept],
            weight=self.weight[kept],
            silent=self.silent[kept],
            next_index=self.next_index[kept],
        )


def features(ties: Grid, recent: Grid, next_day: int) -> Features:
    """The rows of all steps that have a trend, of ties of which something is remembered then.

    `ties` and `recent` are grids of the same days, the second with the shorter memory; `next_day` is the day that the
    last step looks ahead to.
    """
    index, tone = ties.index, recent.index
    pressure, alignment = pressures(ties)
    days = np.append(ties.days, next_day)
    decay = np.exp2(-np.diff(days) / ties.half_life_days)[:, None]
    silent = indexes(ties.weight * decay, ties.pull * decay, ties.prior)
    step, dyad = np.nonzero(ties.mass >= 1)
    kept = step >= TREND
    step, dyad = step[kept], dyad[kept]
    here, before = (step, dyad), (step - 1, dyad)
    values = {
        "index": index[here],
        "fading": silent[here] - index[here],
        "surprise": index[here] - silent[before],
        "trend": index[here] - index[step - TREND, dyad],
        "recent": tone[here] - index[here],
        "mass": np.log1p(ties.weight[here]),
        "activity": np.log1p(ties.fresh[here]),
        "pressure": pressure[here],
        "pressure_change": pressure[here] - pressure[before],
        "alignment": alignment[here],
    }
    following = np.vstack([index[1:], np.full((1, index.shape[1]), np.nan)])
    return Features(
        step=step,
        dyad=dyad,
        values=np.column_stack([values[name] for name in NAMES]),
        index=index[here],
        weight=ties.weight[here],
        silent=silent[here],
        next_index=following[here],
    )


def pressures(ties: Grid) -> tuple[FloatArray, FloatArray]:
    """The push of all third parties on each dyad at each step, Σ s(a,k)·s(b,k), and its cosine; both (steps, dyads)."""
    names = sorted({name for dyad in ties.dyads for name in dyad})
    number = {name: position for position, name in enumerate(names)}
    a, b = (np.array([number[dyad[side]] for dyad in ties.dyads], dtype=np.int64) for side in (0, 1))
    index = ties.index / SCALE
    pushes, cosines = np.zeros_like(index), np.zeros_like(index)
    graph = np.zeros((len(names), len(names)))
    for step, row in enumerate(index):
        graph[a, b] = graph[b, a] = row
        # Neither end is its own third party: the diagonal is 0, so neither a nor b adds to the sum.
        pushes[step] = (graph @ graph)[a, b]
        squares = (graph**2).sum(axis=1)
        most = np.sqrt(np.maximum(squares[a] - row**2, 0) * np.maximum(squares[b] - row**2, 0))
        np.divide(pushes[step], most, out=cosines[step], where=most > 1e-12)
    return pushes, np.clip(cosines, -1, 1)


def columns(names: tuple[str, ...]) -> list[int]:
    """Where these features stand in `Features.values`."""
    return [NAMES.index(name) for name in names]


def sided(names: tuple[str, ...]) -> BoolArray:
    """Which of these features have a side; those are heavy-tailed, and capped in the regressions. The others are logarithms
    of counts, whose far end is where the most is known."""
    return np.array([name in SIDED for name in names])
