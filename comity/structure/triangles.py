"""All triangles of a graph. In: a symmetric matrix; out: the three nodes of each, in ascending order."""

from __future__ import annotations

import numpy as np

from comity.structure.search import FloatArray, IntArray


def triangles(graph: FloatArray) -> IntArray:
    """The triangles whose three ties are all there, shape (triangles, 3), in order of their nodes."""
    found = [np.zeros((0, 3), dtype=np.int64)]
    for node in range(len(graph)):
        near = np.flatnonzero(graph[node, node + 1 :]) + node + 1
        second, third = np.nonzero(np.triu(graph[np.ix_(near, near)]))
        found.append(np.stack([np.full(len(second), node), near[second], near[third]], axis=1))
    return np.concatenate(found)
