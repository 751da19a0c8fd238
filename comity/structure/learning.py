"""The two small models of the forecast: a ridge regression and a penalised logistic regression. Values in, values out.

Both stand on standardised columns, so that one penalty fits all and a coefficient can be read. The penalty is that of a
normal prior with variance 1 on each standardised coefficient (times the noise, for the regression); the intercept is free.
A column may be `capped`: its standardised values count at most as 3. Figures of ties that have a side have heavy tails, and
a straight line drawn through the many says little of the few far out.
They are a dozen lines of NumPy each, which spares 40 MB of scikit-learn and SciPy for the installation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from comity.dyads.acts import FloatArray

BoolArray = npt.NDArray[np.bool_]

FARTHEST = 3.0
NEWTON_STEPS = 25
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A linear predictor: intercept + Σ coefficient · z, with z = (value - centre) / spread, within ± `farthest`."""

    centre: FloatArray
    spread: FloatArray
    farthest: FloatArray
    coefficient: FloatArray
    intercept: float

    def parts(self, values: FloatArray) -> FloatArray:
        """What each column adds, shape as `values`."""
        return _scaled(values, self.centre, self.spread, self.farthest) * self.coefficient

    def __call__(self, values: FloatArray) -> FloatArray:
        result: FloatArray = self.intercept + self.parts(values).sum(axis=1)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic regression: the probability whose log-odds are a linear predictor's."""

    linear: Linear

    def __call__(self, values: FloatArray) -> FloatArray:
        return _squash(self.linear(values))


def fit_ridge(
    values: FloatArray, target: FloatArray, penalty: float = 1.0, *, capped: BoolArray | None = None
) -> Linear:
    """The ridge regression of `target` (n,) on `values` (n, p); `capped` (p,) says which columns are."""
    centre, spread, farthest, scaled = _standard(values, capped)
    # Values cut at 3 need not have the mean 0 any more: they are centred once more, and the intercept carries the rest.
    middle, mean = scaled.mean(axis=0), float(target.mean())
    scaled = scaled - middle
    square = scaled.T @ scaled + penalty * np.eye(scaled.shape[1])
    coefficient = np.linalg.solve(square, scaled.T @ (target - mean))
    return Linear(
        centre=centre,
        spread=spread,
        farthest=farthest,
        coefficient=coefficient,
        intercept=mean - float(middle @ coefficient),
    )


def fit_logistic(
    values: FloatArray, outcome: FloatArray, penalty: float = 1.0, *, capped: BoolArray | None = None
) -> Logistic:
    """The penalised logistic regression of `outcome` (n,), 0 or 1, on `values` (n, p), by Newton's method; `capped` (p,) says
    which columns are.

    The penalty makes the problem strictly convex but for the intercept, which half an observation of either outcome keeps
    finite where one of them never came."""
    centre, spread, farthest, scaled = _standard(values, capped)
    count = len(outcome)
    design = np.column_stack([np.ones(count), scaled])
    ridge = np.diag([0.0, *[penalty] * scaled.shape[1]])
    share = (outcome.sum() + 0.5) / (count + 1)
    # Shrunk outcomes carry the half observations: they leave the intercept a finite optimum.
    target = (outcome * count + share) / (count + 1)
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(share / (1 - share))
    for _ in range(NEWTON_STEPS):
        chance = _squash(design @ beta)
        gradient = design.T @ (target - chance) - ridge @ beta
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        curvature[0, 0] += 1e-12
        move = np.linalg.solve(curvature, gradient)
        # A long step from a flat place may overshoot: halve it to a length the logistic's curve is fair for.
        move *= min(1.0, 4.0 / max(float(np.abs(move).max()), 1e-300))
        beta = beta + move
        if float(np.abs(move).max()) < TOLERANCE:
            break
    linear = Linear(centre=centre, spread=spread, farthest=farthest, coefficient=beta[1:], intercept=float(beta[0]))
    return Logistic(linear=linear)


def _standard(values: FloatArray, capped: BoolArray | None) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    centre = values.mean(axis=0)
    spread = values.std(axis=0)
    # A column that never varies says nothing; its coefficient comes out as 0.
    spread = np.where(spread > 1e-12, spread, 1.0)
    farthest = np.where(np.zeros(len(centre), dtype=bool) if capped is None else capped, FARTHEST, np.inf)
    return centre, spread, farthest, _scaled(values, centre, spread, farthest)


def _scaled(values: FloatArray, centre: FloatArray, spread: FloatArray, farthest: FloatArray) -> FloatArray:
    result: FloatArray = np.clip((values - centre) / spread, -farthest, farthest)
    return result


def _squash(odds: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-np.clip(odds, -35, 35)))
    return result
