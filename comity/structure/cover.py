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

import ctypes
import importlib
import importlib.util
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from comity.structure.packing import Cycle
from comity.structure.search import FloatArray, IntArray, joined, many_camps, misfit, two_camps
from comity.structure.triangles import triangles

# A row is violated, a value fractional, beyond this.
VIOLATED = 1e-6
# A tie stands in at most so many of the triangles added at once: many at a tie say the same.
PER_TIE = 5
# Below so many violated triangles, longer cycles are looked for as well.
FEW = 20
# Above so many pairs of node and camp, three camps and more are left to local search and the bound of free camps.
ASSIGNED = 150
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`lower` is what HiGHS proves; `cycles` is a packing that proves (nearly) `certificate` without it."""

    camps: IntArray
    lower: float
    certificate: float
    cycles: tuple[Cycle, ...]
    method: Literal["linear", "integer"]


def available() -> bool:
    """Whether HiGHS is installed."""
    return importlib.util.find_spec("highspy") is not None


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
    model = _Model(graph, free=camps != 2)
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
    graph: FloatArray, model: _Model, camps: int | None, best: IntArray, upper: float, near: float, end: float
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
    graph: FloatArray, model: _Model, camps: int, best: IntArray, upper: float, end: float
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


class _Model:
    """The covering problem in HiGHS, with the rows found so far."""

    def __init__(self, graph: FloatArray, *, free: bool) -> None:
        self.free = free
        self.size = len(graph)
        self.graph = graph
        # Ties outside every cycle fit anyway: leaves are taken off until none is left.
        core = _core(graph)
        self.a, self.b = (ends.astype(np.int64) for ends in np.nonzero(np.triu(core)))
        self.hostile = core[self.a, self.b] < 0
        self.cost = np.abs(core[self.a, self.b])
        self.tie = np.full(graph.shape, -1, dtype=np.int64)
        self.tie[self.a, self.b] = self.tie[self.b, self.a] = np.arange(len(self.a))
        self.values = np.zeros(len(self.a))
        self.reduced = np.zeros(len(self.a))
        self.lower = 0.0
        self.sided = False
        self.rows: dict[tuple[int, ...], tuple[int, ...]] = {}
        self.corners = _odd_triangles(core, free)
        self.highs: Any = importlib.import_module("highspy")
        with _silenced():
            self.solver = self.highs.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        count = len(self.a)
        self.solver.addVars(count, np.zeros(count), np.full(count, np.inf))
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), self.cost)

    def add(self, cycles: list[tuple[int, ...]]) -> int:
        """Adds a row for each cycle that has none; returns how many."""
        fresh: list[IntArray] = []
        for nodes in cycles:
            ties = self.tie[list(nodes), list(nodes[1:] + nodes[:1])]
            key = tuple(sorted(ties.tolist()))
            if key not in self.rows:
                self.rows[key] = nodes
                fresh.append(ties)
        if fresh:
            starts = np.cumsum([0] + [len(ties) for ties in fresh[:-1]]).astype(np.int32)
            index = np.concatenate(fresh).astype(np.int32)
            one, infinite = np.ones(len(fresh)), np.full(len(fresh), np.inf)
            self.solver.addRows(len(fresh), one, infinite, len(index), starts, index, np.ones(len(index)))
        return len(fresh)

    def solve(self, seconds: float) -> bool:
        """Solves the relaxation over the rows known; False where time ran out, and the last solution stands."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(seconds, 0.1))
        self.solver.run()
        if self.solver.getModelStatus() != self.highs.HighsModelStatus.kOptimal:
            return False
        solution = self.solver.getSolution()
        self.values = np.array(solution.col_value)
        self.reduced = np.array(solution.col_dual)
        self.dual = np.array(solution.row_dual)
        self.lower = max(self.lower, float(self.solver.getInfo().objective_function_value))
        return True

    def packing(self) -> tuple[Cycle, ...]:
        """The cycles whose rows have a dual price, with it as their weight."""
        prices = getattr(self, "dual", np.zeros(0)).clip(min=0)
        cycles = list(self.rows.values())
        return tuple(Cycle(nodes=cycles[row], weight=float(prices[row])) for row in np.flatnonzero(prices > 0))

    def fix(self, gap: float) -> None:
        """Fixes at 0 the ties whose reduced cost alone exceeds the gap: no better set has them."""
        settled = np.flatnonzero(self.reduced > gap).astype(np.int32)
        if len(settled):
            self.solver.changeColsBounds(len(settled), settled, np.zeros(len(settled)), np.zeros(len(settled)))

    def side(self) -> None:
        """Gives each node a binary for its camp, and each tie rows that make it a misfit where the camps of its ends say
        so: with them HiGHS branches on nodes, and every answer is a parting. The node of most ties is fixed, since camps
        may change their names."""
        self.sided = True
        first, none = len(self.cost), np.zeros(self.size)
        self.solver.addVars(self.size, none, none + 1.0)
        place = np.arange(self.size, dtype=np.int32) + first
        most = int(np.count_nonzero(self.tie >= 0, axis=0).argmax())
        self.solver.changeColBounds(int(place[most]), 1.0, 1.0)
        self.solver.changeColsIntegrality(self.size, place, np.array([self.highs.HighsVarType.kInteger] * self.size))
        for tie in range(first):
            index = np.array([tie, place[self.a[tie]], place[self.b[tie]]], dtype=np.int32)
            if self.hostile[tie]:
                self.solver.addRow(-1.0, np.inf, 3, index, np.array([1.0, -1.0, -1.0]))
                self.solver.addRow(1.0, np.inf, 3, index, np.array([1.0, 1.0, 1.0]))
            else:
                self.solver.addRow(0.0, np.inf, 3, index, np.array([1.0, -1.0, 1.0]))
                self.solver.addRow(0.0, np.inf, 3, index, np.array([1.0, 1.0, -1.0]))

    def solve_integer(self, camps: IntArray, upper: float, seconds: float) -> tuple[FloatArray | None, float, bool]:
        """A cheapest set of whole ties over the rows known, the bound proven, and whether it is proven the cheapest;
        `camps` is a parting to begin with."""
        count = len(self.cost)
        every = np.arange(count, dtype=np.int32)
        self.solver.changeColsBounds(count, every, np.zeros(count), self._ceiling())
        self.solver.changeColsIntegrality(count, every, np.array([self.highs.HighsVarType.kInteger] * count))
        begin = self.highs.HighsSolution()
        begin.col_value = self.misfits(camps).tolist()
        if self.sided:
            most = int(np.count_nonzero(self.tie >= 0, axis=0).argmax())
            begin.col_value = [*begin.col_value, *(camps == camps[most]).astype(float).tolist()]
        self.solver.setSolution(begin)
        # HiGHS looks at its clock between steps, which on large graphs take seconds.
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(0.9 * seconds, 0.1))
        self.solver.run()
        info = self.solver.getInfo()
        bound = float(info.mip_dual_bound)
        done = self.solver.getModelStatus() == self.highs.HighsModelStatus.kOptimal
        values = np.array(self.solver.getSolution().col_value)[:count]
        # Ties fixed by their reduced cost could only be in worse sets; the bound holds for better ones.
        bound = min(bound, upper) if np.isfinite(bound) else self.lower
        return (values if len(values) == count else None), bound, done

    def _ceiling(self) -> FloatArray:
        upper = np.array(self.solver.getLp().col_upper_)
        ceiling: FloatArray = np.where(upper == 0, 0.0, 1.0)
        return ceiling[: len(self.cost)]

    def misfits(self, camps: IntArray) -> FloatArray:
        """The set of ties that a parting does not fit, as 0 and 1."""
        wrong: FloatArray = ((camps[self.a] == camps[self.b]) == self.hostile).astype(np.float64)
        return wrong

    def triangles(self, values: FloatArray) -> list[tuple[int, ...]]:
        """Violated triangles, the worst first, at most `PER_TIE` at a tie."""
        if not len(self.corners):
            return []
        first, second, third = self.corners.T
        ties = np.stack([self.tie[first, second], self.tie[second, third], self.tie[first, third]], axis=1)
        total = values[ties].sum(1)
        violated = np.flatnonzero(total < 1 - VIOLATED)
        used = [0] * len(values)
        chosen = []
        for triangle in violated[np.argsort(total[violated], kind="stable")].tolist():
            x, y, z = ties[triangle].tolist()
            if used[x] < PER_TIE and used[y] < PER_TIE and used[z] < PER_TIE:
                used[x] += 1
                used[y] += 1
                used[z] += 1
                chosen.append(tuple(self.corners[triangle].tolist()))
        return chosen

    def longer(self, values: FloatArray, camps: IntArray) -> list[tuple[int, ...]]:
        """Violated cycles of any length. First those with one tie that a parting does not fit; if there are none and the
        camps are two, any, as shortest paths between the two copies of a node in the signed double cover."""
        if self.free:
            closing, roads = self.hostile, ~self.hostile
        else:
            closing = self.misfits(camps) > 0
            roads = ~closing
        length = np.full((self.size, self.size), np.inf)
        a, b = self.a[roads], self.b[roads]
        length[a, b] = length[b, a] = values[roads]
        distance, step = _shortest(length)
        found = []
        for tie in np.flatnonzero(closing):
            start, end = int(self.a[tie]), int(self.b[tie])
            if distance[start, end] + values[tie] < 1 - VIOLATED:
                found.append(_walk(step, start, end))
        if found or self.free:
            return found
        return self._odd_walks(values)

    def _odd_walks(self, values: FloatArray) -> list[tuple[int, ...]]:
        size = self.size
        length = np.full((2 * size, 2 * size), np.inf)
        shift = np.where(self.hostile, size, 0)
        for copy in (0, size):
            start, end = self.a + copy, self.b + (copy + shift) % (2 * size)
            length[start, end] = length[end, start] = values
        distance, step = _shortest(length)
        found = []
        for node in np.flatnonzero(distance[np.arange(size), np.arange(size) + size] < 1 - VIOLATED).tolist():
            walk = [place % size for place in _walk(step, node, node + size)]
            found.append(_odd_cycle(self.graph, walk))
        return found

    def parting(self, values: FloatArray) -> IntArray:
        """The camps that the ties with the smallest values give: a minimum spanning forest, each tie of it fitting; or,
        with camps as many as one likes, what friendly ties below one half join."""
        if self.free:
            friendly = np.zeros((self.size, self.size), dtype=bool)
            kept = ~self.hostile & (values < 0.5)
            friendly[self.a[kept], self.b[kept]] = friendly[self.b[kept], self.a[kept]] = True
            return joined(friendly | ((self.graph > 0) & (self.tie < 0)))
        value = np.full((self.size, self.size), np.inf)
        value[self.graph != 0] = 0.0
        value[self.a, self.b] = value[self.b, self.a] = values
        return _spanned(self.graph, value)


def _core(graph: FloatArray) -> FloatArray:
    """The graph without the nodes of one tie, then without those that have one left, and so on."""
    core = graph.copy()
    while len(leaves := np.flatnonzero((core != 0).sum(0) == 1)):
        core[leaves] = 0
        core[:, leaves] = 0
    return core


def _odd_triangles(graph: FloatArray, free: bool) -> IntArray:
    """The triangles with an odd number of hostile ties (with exactly one), shape (triangles, 3)."""
    corners = triangles(graph)
    first, second, third = corners.T
    hostile = sum((graph[x, y] < 0).astype(int) for x, y in ((first, second), (second, third), (first, third)))
    odd: IntArray = corners[hostile == 1 if free else hostile % 2 == 1]
    return odd


def _shortest(length: FloatArray) -> tuple[FloatArray, IntArray]:
    """All shortest paths (Floyd and Warshall): distances, and the next node on the way."""
    distance = length.copy()
    np.fill_diagonal(distance, 0.0)
    # A tie of value 0 must not make walks go round in circles: each step costs a trifle.
    distance = np.where(np.isfinite(distance), distance + 1e-9, np.inf)
    np.fill_diagonal(distance, 0.0)
    count = len(distance)
    step = np.where(np.isfinite(distance), np.arange(count)[None, :], -1)
    for middle in range(count):
        way = distance[:, middle, None] + distance[None, middle]
        rows = np.flatnonzero((way < distance).any(1))
        if len(rows):
            shorter = way[rows] < distance[rows]
            distance[rows] = np.where(shorter, way[rows], distance[rows])
            step[rows] = np.where(shorter, step[rows, middle][:, None], step[rows])
    return distance, step


def _walk(step: IntArray, start: int, end: int) -> tuple[int, ...]:
    walk = [start]
    while walk[-1] != end:
        walk.append(int(step[walk[-1], end]))
    return tuple(walk)


def _odd_cycle(graph: FloatArray, walk: list[int]) -> tuple[int, ...]:
    """A simple cycle with an odd number of hostile ties in a closed walk that has an odd number of them."""
    trail: list[int] = []
    place: dict[int, int] = {}
    for node in walk:
        if node in place:
            loop = trail[place[node] :]
            ends = loop[1:] + loop[:1]
            if sum(graph[x, y] < 0 for x, y in zip(loop, ends, strict=True)) % 2:
                return tuple(loop)
            for dropped in loop[1:]:
                del place[dropped]
            del trail[place[node] + 1 :]
        else:
            place[node] = len(trail)
            trail.append(node)
    raise AssertionError("a closed walk with an odd number of hostile ties holds an odd cycle")


def _spanned(graph: FloatArray, value: FloatArray) -> IntArray:
    """Camps from a minimum spanning forest (Prim) in which every tie fits."""
    size = len(graph)
    camps = np.full(size, -1)
    for root in range(size):
        if camps[root] >= 0:
            continue
        camps[root] = 0
        nearest, parent = value[root].copy(), np.full(size, root)
        while True:
            open_ = np.where(camps < 0, nearest, np.inf)
            node = int(open_.argmin())
            if not np.isfinite(open_[node]):
                break
            same = graph[parent[node], node] > 0
            camps[node] = camps[parent[node]] if same else 1 - camps[parent[node]]
            closer = value[node] < nearest
            nearest, parent = np.where(closer, value[node], nearest), np.where(closer, node, parent)
    return camps.astype(np.int64)


@contextmanager
def _silenced() -> Iterator[None]:
    """HiGHS greets on standard output when it is made, before `output_flag` can be set, and would spoil our JSON there.

    The file descriptor is the whole process's: one thread at a time, and for the making alone, not for the search.
    """
    libc = ctypes.CDLL(None) if os.name == "posix" else ctypes.cdll.msvcrt
    with _ONE_AT_A_TIME:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        try:
            libc.fflush(None)
            os.dup2(nowhere, 1)
            yield
            libc.fflush(None)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)
