"""The covering problem of `cover` in HiGHS: a variable for each tie, a row for each cycle known to need one.

In: a signed graph; out: solutions of the relaxation and of the whole-number problem, the cycles that they violate, and the
parting that a solution suggests. The model holds the solver and the rows found so far; what to add and when, `cover` says.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from comity.structure.cycles import cyclic_core, odd_cycle, odd_triangles, route, shortest
from comity.structure.packing import Cycle
from comity.structure.search import FloatArray, IntArray, joined

# A row is violated, a value fractional, beyond this.
VIOLATED = 1e-6
# A tie stands in at most so many of the triangles added at once: many at a tie say the same.
PER_TIE = 5
_ONE_AT_A_TIME = threading.Lock()


def available() -> bool:
    """Whether HiGHS is installed."""
    return importlib.util.find_spec("highspy") is not None


class Model:
    """The covering problem in HiGHS, with the rows found so far."""

    def __init__(self, graph: FloatArray, *, free: bool) -> None:
        self.free = free
        self.size = len(graph)
        self.graph = graph
        # Ties outside every cycle fit anyway: leaves are taken off until none is left.
        core = cyclic_core(graph)
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
        self.corners = odd_triangles(core, free)
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
        distance, step = shortest(length)
        found = []
        for tie in np.flatnonzero(closing):
            start, end = int(self.a[tie]), int(self.b[tie])
            if distance[start, end] + values[tie] < 1 - VIOLATED:
                found.append(route(step, start, end))
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
        distance, step = shortest(length)
        found = []
        for node in np.flatnonzero(distance[np.arange(size), np.arange(size) + size] < 1 - VIOLATED).tolist():
            walk = [place % size for place in route(step, node, node + size)]
            found.append(odd_cycle(self.graph, walk))
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
