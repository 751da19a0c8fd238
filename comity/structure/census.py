"""The census of triads: how many are balanced, how many one would expect, and which unbalanced ones weigh most.

In: a signed graph as a matrix; out: a `Census` and the heaviest unbalanced triads. Three actors who all have ties form
a triad of one of four types: `+++` and `+--` are balanced, `++-` and `---` are not (Cartwright and Harary 1956; whoever
holds with Davis 1967 counts `---` as balanced: each in a camp of its own).

A count means nothing by itself: where most ties are friendly, most triads are `+++`. So each figure stands beside its
expectation over permutations that leave every tie and its strength in place and deal the same signs out anew (Leskovec,
Huttenlocher and Kleinberg 2010). What these permutations do not keep is how many foes each actor has.

A triad's weight is the geometric mean of its three |index| (the intensity of Onnela et al. 2005): in index points, and
small where one leg is weak. It orders triads as the product of the three legs does, and the product of two is the
push of `why`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.structure.search import FloatArray, IntArray
from comity.structure.triangles import triangles

TYPES = ("+++", "+--", "++-", "---")
BALANCED = ("+++", "+--")
PERMUTATIONS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure beside its expectation: the mean, the 90 % range `low`..`high` and `z`, the distance from the mean in
    standard deviations, over permutations of the signs. `z` is None where the permutations do not differ."""

    value: float
    expected: float
    low: float
    high: float
    z: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriadType:
    """A type of triad, such as "+--": how many there are, and what they weigh together."""

    kind: str
    balanced: bool
    count: Measured
    weight: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The four `types`, the balanced ones first; `balance` is the share of triads that are balanced, `weighted_balance`
    the share of their weight. Both are None where there is no triad."""

    types: tuple[TriadType, ...]
    balance: Measured | None
    weighted_balance: Measured | None

    @property
    def balanced(self) -> int:
        """How many triads are balanced."""
        return round(sum(row.count.value for row in self.types if row.balanced))

    @property
    def unbalanced(self) -> int:
        """How many triads are not balanced."""
        return round(sum(row.count.value for row in self.types if not row.balanced))


def census(graph: FloatArray, *, permutations: int = PERMUTATIONS, seed: int = 0) -> Census:
    """The census of a graph, with `permutations` of its signs (0: the figures alone, each its own expectation)."""
    a, b = np.nonzero(np.triu(graph))
    hostile = (graph[a, b] < 0).astype(np.int64)
    number = np.zeros(graph.shape, dtype=np.int64)
    number[a, b] = number[b, a] = np.arange(len(a))
    corners = triangles(graph)
    ties, weight = _ties(number, corners), _weights(graph, corners)
    measured = _by_type(hostile, ties, weight)
    random = np.random.default_rng(seed)
    dealt = [_by_type(random.permutation(hostile), ties, weight) for _ in range(permutations)]
    others = np.array(dealt or [measured])
    shares, expected = _balance(measured[None])[0], _balance(others)
    found = measured[0].sum() > 0
    return Census(
        types=tuple(
            TriadType(
                kind=kind,
                balanced=kind in BALANCED,
                count=_measured(measured[0, place], others[:, 0, place]),
                weight=_measured(measured[1, place], others[:, 1, place]),
            )
            for place, kind in enumerate(TYPES)
        ),
        balance=_measured(shares[0], expected[:, 0]) if found else None,
        weighted_balance=_measured(shares[1], expected[:, 1]) if found else None,
    )


def _ties(number: IntArray, corners: IntArray) -> IntArray:
    """The numbers of the three ties of each triad, shape (triads, 3)."""
    first, second, third = corners.T
    return np.stack([number[first, second], number[second, third], number[first, third]], axis=1)


def _weights(graph: FloatArray, corners: IntArray) -> FloatArray:
    first, second, third = corners.T
    weight: FloatArray = np.cbrt(np.abs(graph[first, second] * graph[second, third] * graph[first, third]))
    return weight


def _by_type(hostile: IntArray, ties: IntArray, weight: FloatArray) -> FloatArray:
    """Number and weight of the triads of each type, shape (2, 4)."""
    foes = hostile[ties].sum(1)
    result = np.stack([np.bincount(foes, minlength=4), np.bincount(foes, weight, minlength=4)])
    return result[:, [kind.count("-") for kind in TYPES]].astype(np.float64)


def _balance(figures: FloatArray) -> FloatArray:
    """The balanced share, shape (..., 2): of number and of weight."""
    total = figures.sum(-1)
    kept = figures[..., [TYPES.index(kind) for kind in BALANCED]].sum(-1)
    share: FloatArray = np.divide(kept, total, out=np.zeros_like(total), where=total > 0)
    return share


def _measured(value: float, others: FloatArray) -> Measured:
    low, high = np.percentile(others, [5, 95])
    spread = float(others.std())
    expected = float(others.mean())
    return Measured(
        value=float(value),
        expected=expected,
        low=float(low),
        high=float(high),
        z=(float(value) - expected) / spread if spread > 1e-9 else None,
    )


def heaviest(graph: FloatArray, top: int) -> tuple[tuple[float, tuple[int, int, int]], ...]:
    """The unbalanced triads of most weight: (weight, the three nodes), the heaviest first; in order of nodes where
    weights are equal."""
    corners = triangles(graph)
    first, second, third = corners.T
    odd = graph[first, second] * graph[second, third] * graph[first, third] < 0
    weight = _weights(graph, corners)[odd]
    order = np.argsort(-weight, kind="stable")[:top]
    return tuple(
        (float(weight[place]), (int(a), int(b), int(c)))
        for place, (a, b, c) in zip(order.tolist(), corners[odd][order].tolist(), strict=True)
    )
