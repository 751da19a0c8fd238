"""Cycles that cannot all fit, found greedily: a lower bound on frustration without any solver.

In: a signed graph and a parting of it; out: cycles with weights, no tie loaded beyond its strength. Each tie that the
parting does not fit is closed to a cycle by ties that it does fit: such a cycle has an odd number of hostile ties,
whatever the parting is. Weight is sent round the shortest such cycles until no tie has strength left for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from comity.structure.search import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A closed walk through distinct `nodes` (their numbers, in order), and the weight it has in a packing."""

    nodes: tuple[int, ...]
    weight: float


def pack(graph: FloatArray, camps: IntArray, *, free: bool = False) -> tuple[Cycle, ...]:
    """A packing of cycles with an odd number of hostile ties, or, with `free`, with exactly one, shortest cycles first.

    In a cycle of one tie that the parting does not fit and otherwise ties that it does, a friendly tie is crossed within
    a camp and a hostile one between two; the walk comes back to its camp, so with two camps the number of hostile ties
    that fit is even, and the misfit makes the whole odd. With more camps only friendly ties may close the cycle.
    """
    within = camps[:, None] == camps[None, :]
    fits = graph * np.where(within, 1.0, -1.0) > 0
    if free:
        # Friendly ties alone close a cycle round a hostile one, whether they fit or not.
        fits, wrong = graph > 0, graph < 0
    else:
        wrong = ~fits & (graph != 0)
    left = np.abs(graph)
    road = np.where(fits, left, 0.0)
    ties = [(int(a), int(b)) for a, b in zip(*np.nonzero(np.triu(wrong)), strict=True)]
    cycles: list[Cycle] = []
    for a, b in ties:
        while left[a, b] > 0:
            width = np.minimum(road[a], road[b])
            third = int(width.argmax())
            if width[third] <= 0:
                break
            cycles.append(_send(left, road, (a, third, b)))
    for a, b in ties:
        while left[a, b] > 0 and (path := _path(road > 0, a, b)):
            cycles.append(_send(left, road, path))
    return tuple(cycles)


def _send(left: FloatArray, road: FloatArray, path: tuple[int, ...]) -> Cycle:
    """Sends as much weight as fits round the cycle of `path` and the tie of its two ends."""
    start, end = np.array(path[:-1]), np.array(path[1:])
    weight = float(min(left[path[0], path[-1]], road[start, end].min()))
    road[start, end] -= weight
    road[end, start] -= weight
    left[path[0], path[-1]] -= weight
    left[path[-1], path[0]] -= weight
    return Cycle(nodes=path, weight=weight)


def _path(linked: npt.NDArray[np.bool_], a: int, b: int) -> tuple[int, ...]:
    """The nodes of a shortest path from a to b, or none."""
    size = len(linked)
    came_from = np.full(size, -1)
    came_from[a] = a
    frontier = np.array([a])
    while len(frontier) and came_from[b] < 0:
        reached = linked[frontier]
        fresh = np.flatnonzero(reached.any(0) & (came_from < 0))
        came_from[fresh] = frontier[reached[:, fresh].argmax(0)]
        frontier = fresh
    if came_from[b] < 0:
        return ()
    path = [b]
    while path[-1] != a:
        path.append(int(came_from[path[-1]]))
    return tuple(path[::-1])
