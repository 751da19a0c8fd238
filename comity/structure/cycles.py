"""Cycles that cannot fit, found in a signed graph: triangles by looking, longer ones as shortest paths.

In: signed ties, or lengths of them, as arrays over the nodes; out: cycles as tuples of their nodes. A cycle with an odd
number of hostile ties fits no parting into two camps; one with exactly one fits none at all.
"""

from __future__ import annotations

import numpy as np

from comity.structure.search import FloatArray, IntArray
from comity.structure.triangles import triangles


def cyclic_core(graph: FloatArray) -> FloatArray:
    """The graph without the nodes of one tie, then without those that have one left, and so on."""
    core = graph.copy()
    while len(leaves := np.flatnonzero((core != 0).sum(0) == 1)):
        core[leaves] = 0
        core[:, leaves] = 0
    return core


def odd_triangles(graph: FloatArray, free: bool) -> IntArray:
    """The triangles with an odd number of hostile ties (with exactly one), shape (triangles, 3)."""
    corners = triangles(graph)
    first, second, third = corners.T
    hostile = sum((graph[x, y] < 0).astype(int) for x, y in ((first, second), (second, third), (first, third)))
    odd: IntArray = corners[hostile == 1 if free else hostile % 2 == 1]
    return odd


def shortest(length: FloatArray) -> tuple[FloatArray, IntArray]:
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


def route(step: IntArray, start: int, end: int) -> tuple[int, ...]:
    """The nodes from `start` to `end`, both included, by the next nodes that `shortest` gave."""
    walk = [start]
    while walk[-1] != end:
        walk.append(int(step[walk[-1], end]))
    return tuple(walk)


def odd_cycle(graph: FloatArray, walk: list[int]) -> tuple[int, ...]:
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
