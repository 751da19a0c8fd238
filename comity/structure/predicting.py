"""The forecaster: fitted on the rows of the past, it says of any row what the next step may bring. Values in, values out.

From one step to the next most ties see no act at all, and then the index is known: it fades. So the forecast has two parts,
as models of rare events have (Cragg 1971): the chance that anything happens (a logistic regression), and where the index
goes if it does: a ridge regression of how far it ends from where fading alone would bring it, with the errors that this
made in the past. An act moves an index by about its score over what is remembered, so distances are taken in points of
score: times Σ w + 1. Together they are a distribution: a spike where nothing happens, and a spread round the expected move.
The index forecast is its median, the interval its middle nine tenths, and the chance that the sign changes is what of it
lies beyond 0. One more logistic regression says which way the index moves if anything happens.

The errors are those of a regression on the earlier two thirds of the past steps, made on the later third (split conformal,
Lei et al. 2018), parted by how restless a tie is. Then the regression is fitted once more on all rows. The errors of
neighbouring steps are not exchangeable, so the coverage is not guaranteed but measured (docs/validation.md). Nothing is
fitted on a row whose next step is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from comity.dyads.acts import FloatArray, IntArray
from comity.structure.features import NAMES, BoolArray, Features, columns, sided
from comity.structure.learning import Linear, Logistic, fit_logistic, fit_ridge

Method = Literal["model", "persistence", "none"]

LEVEL = 0.9
LIMIT = 10.0
# Fewer steps than this leave nothing to take the errors from; fewer moves, in the earlier two thirds of the steps or in the
# later third, do not carry ten coefficients or their errors.
MIN_STEPS, MIN_MOVES = 6, 100
# Of a rarer outcome the logistic regression would learn little but its own penalty.
MIN_OUTCOMES = 20
# Fewer past errors than this make no interval.
MIN_ERRORS = 20
STRATA, STRATUM = 10, 100
# More rows than this add nothing to ten coefficients; a fixed draw of them keeps a large store quick.
MAX_ROWS = 200_000
# An index is moved by something else than fading when it ends farther than this from where fading alone would bring it.
STILL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What may become of some rows. With the chance `moves` the index ends at `start` + `scale` · (`shift` + one of the
    `errors` of the row's stratum, each sorted, all as likely), else at `start`."""

    start: FloatArray
    scale: FloatArray
    shift: FloatArray
    moves: FloatArray
    stratum: IntArray
    errors: tuple[FloatArray, ...]

    def quantile(self, level: float) -> FloatArray:
        """The value that the outcome stays below with the chance `level`, within -10..10; NaN where no errors are known."""
        result = np.full(len(self.start), np.nan)
        for number, errors in enumerate(self.errors):
            here = self.stratum == number
            shift, moves = self.shift[here], np.maximum(self.moves[here], 1e-12)
            below = moves * np.searchsorted(errors, -shift, side="left") / len(errors)
            still = 1 - self.moves[here]
            down, up = level / moves, (level - still) / moves
            places = (np.arange(len(errors)) + 0.5) / len(errors)
            moved = np.where(
                level < below,
                np.minimum(shift + np.interp(down, places, errors), 0),
                np.where(level <= below + still, 0.0, np.maximum(shift + np.interp(up, places, errors), 0)),
            )
            result[here] = np.clip(self.start[here] + self.scale[here] * moved, -LIMIT, LIMIT)
        return result

    def beyond_zero(self, index: FloatArray) -> FloatArray:
        """The chance to end on the other side of 0 from `index`; half an error more speaks for and half against, so that
        what never happened is not held impossible. NaN where no errors are known."""
        result = np.full(len(self.start), np.nan)
        for number, errors in enumerate(self.errors):
            here = self.stratum == number
            goal = -self.start[here] / self.scale[here] - self.shift[here]
            under = np.searchsorted(errors, goal, side="left")
            over = len(errors) - np.searchsorted(errors, goal, side="right")
            across = np.where(index[here] > 0, under, over)
            result[here] = self.moves[here] * (across + 0.5) / (len(errors) + 1)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """For each row: `index` (the median), `low` and `high` (90 %), `moves` (the chance that anything happens), and the
    chances that the sign changes, and that the index ends above where fading alone would bring it if anything happens. NaN
    where there is no answer."""

    index: FloatArray
    low: FloatArray
    high: FloatArray
    moves: FloatArray
    sign_change: FloatArray
    rise: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecaster:
    """What was fitted. `names` are the features in use; `edges` part the strata by how restless a tie is (`unrest`), and
    `errors` holds the past errors of each, sorted. `reason` says why there is no regression where `method` is not "model"."""

    method: Method
    reason: str
    names: tuple[str, ...]
    moves: Logistic | None
    shift: Linear | None
    unrest: Linear | None
    rise: Logistic | None
    edges: FloatArray
    errors: tuple[FloatArray, ...]
    rows: int
    steps: int

    def spread(self, rows: Features) -> Spread:
        """The distributions of the next index."""
        count = len(rows.index)
        if self.shift is None or self.unrest is None or self.moves is None:
            ones, none = np.ones(count), np.zeros(count)
            place = np.zeros(count, dtype=np.int64)
            return Spread(start=rows.index, scale=ones, shift=none, moves=ones, stratum=place, errors=self.errors)
        values = rows.values[:, columns(self.names)]
        return Spread(
            start=rows.silent,
            scale=1 / (rows.weight + 1),
            shift=self.shift(values),
            moves=self.moves(values),
            stratum=np.searchsorted(self.edges, self.unrest(restless(rows)), side="right"),
            errors=self.errors,
        )

    def predict(self, rows: Features) -> Predicted:
        spread = self.spread(rows)
        middle = spread.quantile(0.5) if self.method == "model" else rows.index
        unknown = np.full(len(rows.index), np.nan)
        return Predicted(
            index=middle,
            low=spread.quantile((1 - LEVEL) / 2),
            high=spread.quantile((1 + LEVEL) / 2),
            moves=spread.moves if self.moves is not None else unknown,
            sign_change=np.where(rows.index == 0, np.nan, spread.beyond_zero(rows.index)),
            rise=self.rise(rows.values[:, columns(self.names)]) if self.rise is not None else unknown,
        )


def fit(rows: Features, names: tuple[str, ...] = NAMES, *, seed: int = 0) -> Forecaster:
    """The forecaster of rows whose next step is known (others are left out), from the features `names`.

    With too little to fit on it is persistence: the index stays, with the errors that this had in the past; with hardly
    anything it gives no interval either."""
    rows = _sample(rows.where(np.isfinite(rows.next_index)), seed)
    steps = np.unique(rows.step)
    moved = rows.next_index - rows.silent
    stirred = np.abs(moved) > STILL
    early = rows.step < steps[len(steps) * 2 // 3] if len(steps) else stirred
    reason = ""
    if len(steps) < MIN_STEPS:
        reason = f"only {len(steps)} past steps to learn from, and a model takes {MIN_STEPS}"
    elif min(counts := (int((stirred & early).sum()), int((stirred & ~early).sum()))) < MIN_MOVES:
        reason = (
            f"only {counts[0]} past moves of ties in the earlier steps and {counts[1]} in the later to learn from, "
            f"and a model takes {MIN_MOVES} of each"
        )
    if reason:
        return _persistence(rows, names, reason, len(steps))
    taken = columns(names)
    capped = sided(names)
    points = moved * (rows.weight + 1)
    before, after = rows.where(stirred & early), rows.where(stirred & ~early)
    trial = fit_ridge(before.values[:, taken], points[stirred & early], capped=capped)
    unrest = fit_ridge(restless(before), np.abs(points[stirred & early]))
    edges, errors = stratify(unrest(restless(after)), points[stirred & ~early] - trial(after.values[:, taken]))
    return Forecaster(
        method="model",
        reason="",
        names=names,
        moves=fit_logistic(rows.values[:, taken], stirred.astype(np.float64), capped=capped),
        shift=fit_ridge(rows.values[stirred][:, taken], points[stirred], capped=capped),
        unrest=unrest,
        rise=_chance(rows.values[stirred][:, taken], (moved > 0)[stirred].astype(np.float64), capped),
        edges=edges,
        errors=errors,
        rows=len(rows.index),
        steps=len(steps),
    )


def _persistence(rows: Features, names: tuple[str, ...], reason: str, steps: int) -> Forecaster:
    errors = np.sort(rows.next_index - rows.index)
    known = len(errors) >= MIN_ERRORS
    return Forecaster(
        method="persistence",
        reason=reason if known else f"{reason}; and an interval takes {MIN_ERRORS} past errors",
        names=names,
        moves=None,
        shift=None,
        unrest=None,
        rise=None,
        edges=np.zeros(0),
        errors=(errors,) if known else (),
        rows=len(rows.index),
        steps=steps,
    )


def _chance(values: FloatArray, outcome: FloatArray, capped: BoolArray) -> Logistic | None:
    """The logistic regression of an outcome that came, and failed to come, often enough."""
    often = min(outcome.sum(), (1 - outcome).sum()) >= MIN_OUTCOMES
    return fit_logistic(values, outcome, capped=capped) if often else None


def restless(rows: Features) -> FloatArray:
    """What tells how far a tie may be moved: how much is remembered and new, the sizes of its figures of late, and how
    little is remembered."""
    mass, activity = (rows.values[:, columns((name,))] for name in ("mass", "activity"))
    sizes = np.abs(rows.values[:, columns(("index", "surprise", "trend", "recent"))])
    return np.column_stack([mass, mass**2, activity, sizes, 1 / (rows.weight + 1)])


def stratify(unrest: FloatArray, errors: FloatArray) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    """Errors parted by how restless their ties are, in up to ten strata of like size; the edges between them, and each
    stratum's errors sorted."""
    strata = max(1, min(STRATA, len(errors) // STRATUM))
    edges = np.unique(np.quantile(unrest, np.arange(1, strata) / strata)) if strata > 1 else np.zeros(0)
    place = np.searchsorted(edges, unrest, side="right")
    parted = tuple(np.sort(errors[place == number]) for number in range(len(edges) + 1))
    # Many ties may be equally restless, so that a stratum has few: it takes the errors of all.
    return edges, tuple(part if len(part) >= MIN_ERRORS else np.sort(errors) for part in parted)


def _sample(rows: Features, seed: int) -> Features:
    if len(rows.index) <= MAX_ROWS:
        return rows
    kept = np.zeros(len(rows.index), dtype=bool)
    kept[np.random.default_rng(seed).choice(len(rows.index), MAX_ROWS, replace=False)] = True
    return rows.where(kept)
