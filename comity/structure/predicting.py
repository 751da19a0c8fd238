"""The forecaster: fitted on the rows of the past, it says of any row what the next step may bring. Values in, values out.

Three answers of one fit: where the index will be (ridge regression of how far it ends from where fading alone would bring
it), how sure that is (errors of the past, conformal), and how likely its sign changes, and which way it moves if anything
happens (two logistic regressions). What it is fitted on never includes a row whose next step is not known yet.

Intervals are split-conformal (Lei et al. 2018), by stratum: the regression is fitted on the earlier two thirds of the steps,
and a second one of how far ties stray; the errors are taken on the later third, and the interval of a tie holds the middle
nine tenths of the errors of ties about as restless as it. Then the regression is fitted once more on all rows. The errors of neighbouring steps are not
exchangeable, so the coverage is not guaranteed but measured (docs/validation.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from comity.structure.features import NAMES, OWN, Features, columns, towards_zero
from comity.structure.learning import Linear, Logistic, fit_logistic, fit_ridge
from comity.ties.acts import FloatArray, IntArray

Method = Literal["model", "persistence", "none"]

LEVEL = 0.9
LIMIT = 10.0
# Fewer rows than this do not carry ten coefficients; fewer steps leave nothing to take the errors from.
MIN_ROWS, MIN_STEPS = 500, 6
# Of a rarer outcome the logistic regression would learn little but its own penalty.
MIN_OUTCOMES = 20
# Fewer past errors than this make no interval.
MIN_ERRORS = 20
STRATA, STRATUM = 10, 200
# More rows than this add nothing to ten coefficients; a fixed draw of them keeps a large store quick.
MAX_ROWS = 200_000
# An index is moved by something else than fading when it ends farther than this from where fading alone would bring it.
STILL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """For each row: `index` (the middle forecast), `low` and `high` (90 %), the chance that the sign changes and that the
    index ends above where fading alone would bring it if anything happens at all. NaN where there is no answer."""

    index: FloatArray
    low: FloatArray
    high: FloatArray
    sign_change: FloatArray
    rise: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecaster:
    """What was fitted. `names` are the features in use; `edges` part the strata by how restless a tie is (`unrest`), and
    `errors` holds the past errors of each, sorted. `reason` says why there is no regression where `method` is not "model"."""

    method: Method
    reason: str
    names: tuple[str, ...]
    location: Linear | None
    unrest: Linear | None
    turn: Logistic | None
    rise: Logistic | None
    edges: FloatArray
    errors: tuple[FloatArray, ...]
    rows: int
    steps: int

    def middle(self, rows: Features) -> FloatArray:
        """Where the index is expected, within -10..10."""
        if self.location is None:
            return rows.index
        expected: FloatArray = rows.silent + self.location(rows.values[:, columns(self.names)])
        return np.clip(expected, -LIMIT, LIMIT)

    def stratum(self, rows: Features) -> IntArray:
        if self.unrest is None:
            return np.zeros(len(rows.index), dtype=np.int64)
        return np.searchsorted(self.edges, self.unrest(restless(rows)), side="right")

    def predict(self, rows: Features) -> Predicted:
        count = len(rows.index)
        middle = self.middle(rows)
        low, high, turn = (np.full(count, np.nan) for _ in range(3))
        if self.errors:
            place = self.stratum(rows)
            for number, errors in enumerate(self.errors):
                here = place == number
                less, more = _middle_of(errors)
                low[here] = np.clip(middle[here] + less, -LIMIT, LIMIT)
                high[here] = np.clip(middle[here] + more, -LIMIT, LIMIT)
                turn[here] = crossing(middle[here], rows.index[here], errors)
        if self.turn is not None:
            turn = self.turn(towards_zero(rows, self.names))
        turn = np.where(rows.index == 0, np.nan, turn)
        rise = self.rise(rows.values[:, columns(self.names)]) if self.rise is not None else np.full(count, np.nan)
        return Predicted(index=middle, low=low, high=high, sign_change=turn, rise=rise)


def fit(rows: Features, names: tuple[str, ...] = NAMES, *, seed: int = 0) -> Forecaster:
    """The forecaster of rows whose next step is known (others are left out). With too little to fit on it is persistence:
    the index stays, with the errors that this had in the past; with hardly anything it gives no interval either."""
    rows = _sample(rows.where(np.isfinite(rows.next_index)), seed)
    steps = np.unique(rows.step)
    reason = ""
    if len(rows.index) < MIN_ROWS:
        reason = f"only {len(rows.index)} past steps of ties to learn from; a model takes {MIN_ROWS}"
    elif len(steps) < MIN_STEPS:
        reason = f"only {len(steps)} past steps to learn from; a model takes {MIN_STEPS}"
    if reason:
        errors = np.sort(rows.next_index - rows.index)
        known = len(errors) >= MIN_ERRORS
        return Forecaster(
            method="persistence",
            reason=reason if known else f"{reason}, and an interval {MIN_ERRORS}",
            names=names,
            location=None,
            unrest=None,
            turn=None,
            rise=None,
            edges=np.zeros(0),
            errors=(errors,) if known else (),
            rows=len(rows.index),
            steps=len(steps),
        )
    taken = columns(names)
    moved = rows.next_index - rows.silent
    early = rows.step < steps[len(steps) * 2 // 3]
    first = fit_ridge(rows.values[early][:, taken], moved[early])
    late = rows.where(~early)
    missed = late.next_index - np.clip(late.silent + first(late.values[:, taken]), -LIMIT, LIMIT)
    unrest = fit_ridge(restless(rows.where(early)), np.abs(moved[early]))
    edges, errors_by = stratify(unrest(restless(late)), missed)
    turned = (rows.next_index * rows.index < 0).astype(np.float64)
    sided = rows.index != 0
    stirred = np.abs(moved) > STILL
    risen = (moved > 0).astype(np.float64)
    return Forecaster(
        method="model",
        reason="",
        names=names,
        location=fit_ridge(rows.values[:, taken], moved),
        unrest=unrest,
        turn=fit_logistic(towards_zero(rows.where(sided), names), turned[sided])
        if turned[sided].sum() >= MIN_OUTCOMES
        else None,
        rise=fit_logistic(rows.values[stirred][:, taken], risen[stirred])
        if min(risen[stirred].sum(), (1 - risen[stirred]).sum()) >= MIN_OUTCOMES
        else None,
        edges=edges,
        errors=errors_by,
        rows=len(rows.index),
        steps=len(steps),
    )


def fit_own(rows: Features, *, seed: int = 0) -> Forecaster:
    """The same without what third parties do: what a forecast with them is to be compared with."""
    return fit(rows, OWN, seed=seed)


def restless(rows: Features) -> FloatArray:
    """What tells how far a tie may stray: how much is remembered and new, the sizes of its figures of late, and how little
    it takes to move it (an act more among few moves an index far)."""
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


def _middle_of(errors: FloatArray) -> tuple[float, float]:
    """The error that one in twenty falls below, and that one in twenty exceeds, one error more being to come."""
    count = len(errors)
    tail = (1 - LEVEL) / 2
    low = max(int(np.floor(tail * (count + 1))), 1)
    high = min(int(np.ceil((1 - tail) * (count + 1))), count)
    return float(errors[low - 1]), float(errors[high - 1])


def crossing(middle: FloatArray, index: FloatArray, errors: FloatArray) -> FloatArray:
    """The share of past errors with which `middle` would end on the other side of 0 from `index`; half an error more
    speaks for and half against, so that what never happened is not held impossible."""
    count = len(errors)
    below = np.searchsorted(errors, -middle, side="left")
    above = count - np.searchsorted(errors, -middle, side="right")
    across = np.where(index > 0, below, above)
    result: FloatArray = (across + 0.5) / (count + 1)
    return result


def _sample(rows: Features, seed: int) -> Features:
    if len(rows.index) <= MAX_ROWS:
        return rows
    kept = np.zeros(len(rows.index), dtype=bool)
    kept[np.random.default_rng(seed).choice(len(rows.index), MAX_ROWS, replace=False)] = True
    return rows.where(kept)
