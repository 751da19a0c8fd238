"""Frustration: how far a signed graph is from balance, bounded from both sides.

In: a signed graph as a symmetric matrix of ties, positive for friendly, negative for hostile, 0 where there is none;
out: a `Frustration`. The frustration of a graph (Harary's line index of balance, 1959; weighted here by |tie|) is the
least summed strength of ties that a parting into two camps does not fit. Local search gives a parting, and so an upper
bound. The lower bound rests on cycles: every cycle with an odd number of hostile ties holds at least one tie that does
not fit, whatever the parting. Cycles with weights such that no tie carries more than its own strength (a packing) thus
prove that frustration is no less than the sum of those weights. `certified` checks such a proof in a few lines, without
trusting whoever found it. `cover` finds the best packing through HiGHS; without HiGHS, or in haste, a greedy one stands.

With `camps=None` the camps may be as many as fit best (generalised balance, Davis 1967: three mutual enemies fit three
camps). There the cycles that prove are those with exactly one hostile tie.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from comity.structure.packing import Cycle, pack
from comity.structure.search import FloatArray, many_camps, misfit, two_camps

SECONDS = 60.0
# Bounds closer than this (of the graph's strength) are the same: floating-point sums tell no more.
TOLERANCE = 1e-7
Method = Literal["balanced", "packing", "linear", "integer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frustration:
    """The least frustration of a graph, as far as it is known.

    `camps` gives the camp of each node, from 0, of the best parting found; `upper` is the strength of the ties that it
    does not fit; no parting has less than `lower`; `proven` when the two meet. `method` is what gave the lower bound:
    "balanced" (nothing is frustrated), "packing" (greedy), "linear" (HiGHS, checkable: see `cycles`) or "integer"
    (HiGHS, branch and bound). `cycles` is the packing that proves `certificate`, a lower bound that anybody can check
    with `certified`; it may be below `lower` where the method is "integer".
    """

    camps: tuple[int, ...]
    upper: float
    lower: float
    proven: bool
    method: Method
    certificate: float
    cycles: tuple[Cycle, ...]
    seconds: float

    @property
    def gap(self) -> float:
        """How much of `upper` is not proven, 0..1."""
        return 0.0 if self.proven or not self.upper else (self.upper - self.lower) / self.upper


def frustration(
    graph: FloatArray,
    *,
    camps: int | None = 2,
    exact: bool = True,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Frustration:
    """The frustration of `graph` with at most `camps` camps (None: with as many as fit best).

    With `exact` HiGHS looks for a proof, `seconds` at most; without it (or without HiGHS, the package highspy) the
    answer comes from local search and a greedy packing. Both are deterministic for a `seed`, save for what the clock
    cuts off. With three camps or more the lower bound is that of any number of camps, which fewer can only exceed; it
    is then proven only where both meet, or on small graphs.

    Raises ValueError where the matrix is not square, not symmetric or not finite, or `camps` is below 2.
    """
    begun = time.monotonic()
    graph = _checked(graph)
    if camps is not None and camps < 2:
        raise ValueError(f"camps is {camps}; a graph is parted into at least 2")
    free = camps != 2
    found = two_camps(graph, seed=seed) if camps == 2 else many_camps(graph, camps, seed=seed)
    upper = misfit(graph, found)
    strength = float(np.abs(graph).sum() / 2)
    slack = TOLERANCE * max(strength, 1.0)
    if upper <= slack:
        return Frustration(
            camps=tuple(found.tolist()),
            upper=upper,
            lower=upper,
            proven=True,
            method="balanced",
            certificate=upper,
            cycles=(),
            seconds=time.monotonic() - begun,
        )
    cycles = pack(graph, found, free=free)
    certificate = certified(graph, cycles, free=free)
    lower, method = certificate, "packing"
    unit = _unit(graph)
    if exact and not _meet(lower, upper, unit, slack):
        from comity.structure import cover, covering

        if covering.available():
            left = max(seconds - (time.monotonic() - begun), 1.0)
            answer = cover.prove(graph, found, cycles, camps=camps, seconds=left, unit=unit, slack=slack)
            if answer.certificate > certificate:
                cycles, certificate = answer.cycles, answer.certificate
            lower, method = max(lower, answer.lower), answer.method if answer.lower > lower else method
            if misfit(graph, answer.camps) < upper - slack:
                found, upper = answer.camps, misfit(graph, answer.camps)
    proven = _meet(lower, upper, unit, slack)
    return Frustration(
        camps=tuple(found.tolist()),
        upper=upper,
        lower=upper if proven else _round_up(lower, unit, slack),
        proven=proven,
        method=method,  # type: ignore[arg-type]
        certificate=certificate,
        cycles=cycles,
        seconds=time.monotonic() - begun,
    )


def certified(graph: FloatArray, cycles: Iterable[Cycle], *, free: bool = False) -> float:
    """The lower bound that a packing of cycles proves, checked from the graph alone.

    Each must be a simple cycle of the graph with an odd number of hostile ties (`free`: with exactly one), and together
    they may not load a tie beyond its strength; where rounding makes them, all are scaled down until they do not.
    Raises ValueError for anything that is no such cycle.
    """
    load = np.zeros_like(graph)
    total = 0.0
    for cycle in cycles:
        nodes = cycle.nodes
        ends = nodes[1:] + nodes[:1]
        ties = graph[list(nodes), list(ends)]
        hostile = int((ties < 0).sum())
        if len(nodes) < 3 or len(set(nodes)) < len(nodes) or not ties.all() or cycle.weight < 0:
            raise ValueError(f"{nodes} is no simple cycle of the graph with a weight of 0 or more")
        if hostile != 1 if free else hostile % 2 == 0:
            raise ValueError(f"the cycle {nodes} has {hostile} hostile ties and proves nothing")
        for a, b in zip(nodes, ends, strict=True):
            load[a, b] += cycle.weight
            load[b, a] += cycle.weight
        total += cycle.weight
    loaded = load > 0
    scale = float((np.abs(graph[loaded]) / load[loaded]).min()) if loaded.any() else 1.0
    return total * min(1.0, scale)


def _checked(graph: FloatArray) -> FloatArray:
    graph = np.array(graph, dtype=np.float64)
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1]:
        raise ValueError(f"a signed graph is a square matrix, not one of shape {graph.shape}")
    if not np.isfinite(graph).all() or not np.array_equal(graph, graph.T):
        raise ValueError("a signed graph is a symmetric matrix of finite numbers")
    np.fill_diagonal(graph, 0.0)
    return graph


def _unit(graph: FloatArray) -> float:
    """The step between possible values of frustration: 1 where all ties are whole numbers; 0 where nothing is known."""
    return 1.0 if np.array_equal(graph, np.round(graph)) else 0.0


def _round_up(lower: float, unit: float, slack: float) -> float:
    return max(0.0, math.ceil(lower - max(slack, 1e-6)) * 1.0) if unit else max(lower, 0.0)


def _meet(lower: float, upper: float, unit: float, slack: float) -> bool:
    return _round_up(lower, unit, slack) >= upper - slack
