"""The proof of frustration through HiGHS: the cheapest set of ties that meets every cycle which cannot fit.

In: a signed graph, its best known parting and a packing of cycles; out: an `Answer` with a better parting, if there is
one, and a lower bound. A set of ties can be the misfits of some parting if and only if it meets every cycle with an odd
number of hostile ties (every cycle with exactly one, where the camps may be as many as they like). So frustration is

    min Σ |tie|·y(tie)   with   Σ y over each such cycle ≥ 1,   y ∈ {0, 1}.

Its linear relaxation has as many rows as the graph has cycles, and needs few of them: those that the last solution
violates are found (triangles by looking, longer ones as shortest paths in the graph's signed double cover) and added,
until there are none. On interstate networks that alone closes the gap. The dual is a packing of cycles, which proves
the bound to anybody. Where a gap stays, ties that cannot be in a better set (by their reduced cost) are fixed, and
HiGHS branches: over the nodes' sides in the AND model, the rows found beside it; with free camps over the ties, cycles
being added as long as its answer is no parting.

The covering model is the odd-cycle relaxation of max-cut (Barahona and Mahjoub 1986), in the variables of the XOR and
AND models of Aref, Mason and Wilson (2020), whose triangle inequalities are its shortest rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from comity.structure.covering import Model
from comity.structure.packing import Cycle
from comity.structure.search import FloatArray, IntArray, many_camps, misfit, two_camps

# Below so many violated triangles, longer cycles are looked for as well.
FEW = 20
# Above so many pairs of node and camp, three camps and more are left to local search and the bound of free camps.
ASSIGNED = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`lower` is what HiGHS proves; `cycles` is a packing that proves (nearly) `certificate` without it."""

    camps: IntArray
    lower: float
    certificate: float
    cycles: tuple[Cycle, ...]
    method: Literal["linear", "integer"]


def prove(
    graph: FloatArray,
    camps_found: IntArray,
    cycles: tuple[Cycle, ...],
    *,
    camps: int | None,
    seconds: float,
    unit: float,
    slack: float,
) -> Answer:
    """The best lower bound (and parting) that `seconds` allow; see the module. Stops as soon as the bounds meet, which
    is within `slack`, or within `unit` where frustration can only move in such steps."""
    end = time.monotonic() + seconds
    model = Model(graph, free=camps != 2)
    model.add([cycle.nodes for cycle in cycles])
    upper = misfit(graph, camps_found)
    near = unit * (1 - 1e-5) if unit else slack
    while time.monotonic() < end:
        if not model.solve(end - time.monotonic()) or model.lower >= upper - near:
            break
        violated = model.triangles(model.values)
        if len(violated) < FEW:
            violated += model.longer(model.values, camps_found)
        if not model.add(violated):
            break
    lower, certificate, packing = model.lower, model.lower, model.packing()
    method: Literal["linear", "integer"] = "linear"
    best = camps_found
    if lower < upper - near and time.monotonic() < end:
        best, upper = _better(graph, camps, model.parting(model.values), best, upper)
    if lower < upper - near and time.monotonic() < end:
        if camps in (2, None):
            model.fix(upper - lower + slack)
            best, upper, bound = _branch(graph, model, camps, best, upper, near, end)
        else:
            best, upper, bound = _assign(graph, model, camps, best, upper, end)
        if bound > lower:
            lower, method = bound, "integer"
    return Answer(camps=best, lower=lower, certificate=certificate, cycles=packing, method=method)


def _better(
    graph: FloatArray, camps: int | None, guess: IntArray, best: IntArray, upper: float
) -> tuple[IntArray, float]:
    """The better of the best parting and what local search makes of a guess."""
    found = two_camps(graph, start=guess) if camps == 2 else many_camps(graph, camps, start=guess)
    value = misfit(graph, found)
    return (found, value) if value < upper else (best, upper)


def _branch(
    graph: FloatArray, model: Model, camps: int | None, best: IntArray, upper: float, near: float, end: float
) -> tuple[IntArray, float, float]:
    """Branch and bound: over the camps of the nodes where they are two; else over the rows known, again and again while
    its answer violates others. Each bound is valid, since rows left out can only raise it."""
    lower = model.lower
    if camps == 2:
        model.side()
    while lower < upper - near and (left := end - time.monotonic()) > 0:
        values, bound, done = model.solve_integer(best, upper, left)
        lower = max(lower, bound)
        if values is None:
            break
        best, upper = _better(graph, camps, model.parting(values), best, upper)
        violated = model.triangles(values) + model.longer(values, best)
        if model.sided or not done or not model.add(violated):
            break
    return best, upper, lower


def _assign(
    graph: FloatArray, model: Model, camps: int, best: IntArray, upper: float, end: float
) -> tuple[IntArray, float, float]:
    """A fixed number of camps from three up, which cycles alone cannot bound: one binary for each node and camp, a tie
    a misfit where the camps of its ends say so. Weak, and so for small graphs only. That camps are named by their first
    node, so that node n is in one of the first n + 1, breaks their symmetry."""
    size = len(graph)
    if size * camps > ASSIGNED:
        return best, upper, model.lower
    numbered = np.full(camps, -1)
    for node in range(size):
        if numbered[best[node]] < 0:
            numbered[best[node]] = numbered.max() + 1
    best = numbered[best]
    solver = model.solver
    count = len(model.cost)
    ties = [(int(a), int(b)) for a, b in zip(*np.nonzero(np.triu(graph)), strict=True) if model.tie[a, b] >= 0]
    first = count
    place = np.arange(size * camps).reshape(size, camps) + first
    open_ = np.arange(camps)[None, :] <= np.arange(size)[:, None]
    solver.addVars(size * camps, np.zeros(size * camps), open_.astype(np.float64).ravel())
    for node in range(size):
        solver.addRow(1.0, 1.0, camps, place[node].astype(np.int32), np.ones(camps))
    for a, b in ties:
        tie = int(model.tie[a, b])
        for camp in range(camps):
            if graph[a, b] < 0:
                index, factor = [tie, place[a, camp], place[b, camp]], [1.0, -1.0, -1.0]
                solver.addRow(-1.0, np.inf, 3, np.array(index, dtype=np.int32), np.array(factor))
            else:
                for one, other in ((a, b), (b, a)):
                    index, factor = [tie, place[one, camp], place[other, camp]], [1.0, -1.0, 1.0]
                    solver.addRow(0.0, np.inf, 3, np.array(index, dtype=np.int32), np.array(factor))
    kinds = np.array([model.highs.HighsVarType.kInteger] * (size * camps))
    solver.changeColsIntegrality(size * camps, place.ravel().astype(np.int32), kinds)
    begin = model.highs.HighsSolution()
    begin.col_value = [*model.misfits(best).tolist(), *np.eye(camps)[best].ravel().tolist()]
    solver.setSolution(begin)
    solver.setOptionValue("time_limit", solver.getRunTime() + max(end - time.monotonic(), 0.1))
    solver.run()
    bound = float(solver.getInfo().mip_dual_bound)
    values = np.array(solver.getSolution().col_value)
    if len(values) == first + size * camps:
        found = values[first:].reshape(size, camps).argmax(1)
        if misfit(graph, found) < upper:
            best, upper = found, misfit(graph, found)
    return best, upper, min(bound, upper) if np.isfinite(bound) else model.lower
