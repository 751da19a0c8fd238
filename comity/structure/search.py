"""Partings found by local search: good ones at once, with no word on how much better another could be.

In: signed graphs as symmetric matrices of ties (0 where there is none); out: the camp of each node. A tabu search moves
whichever node gains most, even at a loss, and for a while does not move it back; it keeps the best parting it met.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Beginnings tried at once, and moves for each node. With these the search meets the proven least on 49 of the 51 interstate
# networks of benchmarks/frustration.py; with half the beginnings on 45, with more than twice the moves on no more.
BEGINNINGS = 32
MOVES = 12
EPSILON = 1e-9


def misfit(graph: FloatArray, camps: IntArray) -> float:
    """The summed strength of the ties that a parting does not fit: hostile within a camp, friendly across."""
    within = camps[:, None] == camps[None, :]
    return float((np.where(within, -graph, graph).clip(min=0)).sum() / 2)


def two_camps(graph: FloatArray, *, seed: int = 0, start: IntArray | None = None) -> IntArray:
    """The best parting in two that the search finds, node 0 in camp 0."""
    size = len(graph)
    random = np.random.default_rng(seed)
    begin = random.integers(0, 2, (BEGINNINGS, size))
    begin[0] = 0
    if start is not None:
        begin[1] = start
    found = tabu(np.broadcast_to(graph, (BEGINNINGS, size, size)), begin, random)
    return min(found, key=lambda camps: misfit(graph, camps))


def tabu(graphs: FloatArray, begin: IntArray, random: np.random.Generator) -> IntArray:
    """One search in two camps for each of `graphs` (shape (searches, n, n)) from `begin` (searches, n), all at once.

    Returns the best parting of each search, shape (searches, n), node 0 in camp 0.
    """
    searches, size = begin.shape
    if not size:
        return begin
    every = np.arange(searches)
    spin = 1.0 - 2.0 * begin
    field = np.einsum("rij,rj->ri", graphs, spin)
    fit = (spin * field).sum(1) / 2
    best, best_fit = spin.copy(), fit.copy()
    free_at = np.zeros((searches, size), dtype=np.int64)
    tenure = 1 + size // 10
    for step in range(MOVES * size):
        gain = -2 * spin * field
        allowed = (free_at <= step) | (fit[:, None] + gain > best_fit[:, None] + EPSILON)
        node = np.where(allowed, gain, -np.inf).argmax(1)
        fit += gain[every, node]
        field -= 2 * spin[every, node][:, None] * graphs[every, node]
        spin[every, node] *= -1
        free_at[every, node] = step + tenure + random.integers(1, 6, searches)
        better = fit > best_fit + EPSILON
        best[better], best_fit[better] = spin[better], fit[better]
    return ((best * best[:, :1]) < 0).astype(np.int64)


def many_camps(
    graph: FloatArray,
    limit: int | None,
    *,
    seed: int = 0,
    start: IntArray | None = None,
    beginnings: int = BEGINNINGS,
) -> IntArray:
    """The best parting in at most `limit` camps (None: in as many as fit best) that the search finds, by moving one
    node at a time from several beginnings (with `start` alone where `beginnings` is 1), then merging camps where that
    costs nothing. Camps are numbered from 0."""
    size = len(graph)
    width = min(limit or size, size)
    random = np.random.default_rng(seed)
    begins = [start % width] if start is not None and width else []
    if beginnings > 1:
        begins += [np.zeros(size, dtype=np.int64), np.arange(size) % max(width, 1)]
        begins += [random.integers(0, min(width, 2 + turn), size) for turn in range(beginnings - 2)]
    found = [_descend(graph, camps, width) for camps in begins] if size else []
    if limit is None:
        # What no friendly tie holds together is no camp.
        found = [joined((graph > 0) & (camps[:, None] == camps[None, :])) for camps in found]
    found = [_merge(graph, camps) for camps in found]
    return min(found, key=lambda camps: misfit(graph, camps), default=np.zeros(0, dtype=np.int64))


def _descend(graph: FloatArray, camps: IntArray, width: int) -> IntArray:
    size = len(graph)
    every = np.arange(size)
    towards = np.zeros((size, width))
    for camp in range(width):
        towards[:, camp] = graph[:, camps == camp].sum(1)
    while True:
        gain = towards - towards[every, camps][:, None]
        node, camp = divmod(int(gain.argmax()), width)
        if gain[node, camp] <= EPSILON:
            return camps
        towards[:, camps[node]] -= graph[:, node]
        towards[:, camp] += graph[:, node]
        camps[node] = camp


def _merge(graph: FloatArray, camps: IntArray) -> IntArray:
    """Joins the two camps with the friendliest ties between them while that is no loss, so that no camp is without need."""
    _, camps = np.unique(camps, return_inverse=True)
    while (count := int(camps.max()) + 1) > 1:
        member = np.eye(count)[camps]
        between = member.T @ graph @ member
        np.fill_diagonal(between, -np.inf)
        first, second = divmod(int(between.argmax()), count)
        # Camps without any tie between them stay apart: nothing says that they belong together.
        tied = (member.T @ np.abs(graph) @ member)[first, second] > 0
        if between[first, second] < 0 or not tied:
            break
        camps = np.where(camps == second, first, camps)
        _, camps = np.unique(camps, return_inverse=True)
    return camps.astype(np.int64)


def joined(linked: npt.NDArray[np.bool_]) -> IntArray:
    """The connected components of a boolean matrix, numbered from 0."""
    label = np.full(len(linked), -1)
    for node in range(len(linked)):
        if label[node] < 0:
            frontier = np.array([node])
            label[node] = node
            while len(frontier):
                frontier = np.flatnonzero(linked[frontier].any(0) & (label < 0))
                label[frontier] = node
    return np.unique(label, return_inverse=True)[1].astype(np.int64)
