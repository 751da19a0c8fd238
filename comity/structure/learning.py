"""The two small models of the forecast: a ridge regression and a penalised logistic regression. Values in, values out.

Both stand on standardised columns, so that one penalty fits all and a coefficient can be read. The penalty is that of a
normal prior with variance 1 on each standardised coefficient (times the noise, for the regression); the intercept is free.
They are a dozen lines of NumPy each, which spares 40 MB of scikit-learn and SciPy for the installation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.ties.acts import FloatArray

NEWTON_STEPS = 25
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A linear predictor: intercept + Σ coefficient · (value - centre) / spread."""

    centre: FloatArray
    spread: FloatArray
    coefficient: FloatArray
    intercept: float

    def parts(self, values: FloatArray) -> FloatArray:
        """What each column adds, shape as `values`."""
        result: FloatArray = (values - self.centre) / self.spread * self.coefficient
        return result

    def __call__(self, values: FloatArray) -> FloatArray:
        result: FloatArray = self.intercept + self.parts(values).sum(axis=1)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """A logistic regression: the probability whose log-odds are a linear predictor's."""

    linear: Linear

    def __call__(self, values: FloatArray) -> FloatArray:
        return _squash(self.linear(values))


def fit_ridge(values: FloatArray, target: FloatArray, penalty: float = 1.0) -> Linear:
    """The ridge regression of `target` (n,) on `values` (n, p)."""
    centre, spread, scaled = _standard(values)
    mean = float(target.mean())
    square = scaled.T @ scaled + penalty * np.eye(scaled.shape[1])
    coefficient = np.linalg.solve(square, scaled.T @ (target - mean))
    return Linear(centre=centre, spread=spread, coefficient=coefficient, intercept=mean)


def fit_logistic(values: FloatArray, outcome: FloatArray, penalty: float = 1.0) -> Logistic:
    """The penalised logistic regression of `outcome` (n,), 0 or 1, on `values` (n, p), by Newton's method.

    The penalty makes the problem strictly convex but for the intercept, which half an observation of either outcome keeps
    finite where one of them never came."""
    centre, spread, scaled = _standard(values)
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
    linear = Linear(centre=centre, spread=spread, coefficient=beta[1:], intercept=float(beta[0]))
    return Logistic(linear=linear)


def _standard(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    centre = values.mean(axis=0)
    spread = values.std(axis=0)
    # A column that never varies says nothing; its coefficient comes out as 0.
    spread = np.where(spread > 1e-12, spread, 1.0)
    return centre, spread, (values - centre) / spread


def _squash(odds: FloatArray) -> FloatArray:
    result: FloatArray = 1 / (1 + np.exp(-np.clip(odds, -35, 35)))
    return result
