"""Where each actor stands between the camps, and how sure that is.

In: a signed graph, its camps, and its ties in other draws of publishers and stories; out: a `Place` for each node. What
draws an actor to a camp is the summed index of its ties to the members, as a share of the strength of all its ties:
friendship with members draws, hostility repels. Its hold is the draw of its own camp less that of the next best. With
two camps that is its place on the line between them: 1 deep in its own, 0 in the middle. The interval of the hold comes
from the draws; stability is the share of draws in which the camps, sought anew, have the actor where it is now.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from comity.structure.search import FloatArray, IntArray, many_camps, tabu

# Below this stability, or with an interval that reaches below 0, an actor sits between camps.
STABLE = 0.9
# Draws are parted in blocks of at most this many cells (draws × nodes × nodes), some 60 MB.
TABLE_CELLS = 8_000_000
# Up to so many camps, two numberings are matched by trying all; beyond, the largest overlaps first.
TRIED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An actor's place: its camp (numbered from 1) and its draw `towards` each camp, -1..1. `hold` is the draw of its
    own camp less the best other, -1..1, with its 90 % interval; `stability` the share of draws, 0..1, that keep it in
    its camp (both None where nothing was drawn). `ties` and `strength` (summed |index|) say what that rests on."""

    actor: str
    camp: int
    towards: tuple[float, ...]
    hold: float
    low: float | None
    high: float | None
    stability: float | None
    ties: int
    strength: float

    @property
    def between(self) -> bool:
        """Whether the actor sits between camps: another may draw it more, or its camp changes from draw to draw."""
        if self.low is None or self.stability is None:
            return self.hold <= 0
        return self.low < -1e-9 or self.stability < STABLE


def places(
    actors: tuple[str, ...], graph: FloatArray, camps: IntArray, drawn: FloatArray, *, free: bool = False, seed: int = 0
) -> tuple[Place, ...]:
    """The place of each node. `camps` numbers from 0; `drawn` are graphs of other draws, shape (draws, n, n); with
    `free` the camps of a draw may be as many as fit best, else as many as there are."""
    count = int(camps.max(initial=0)) + 1
    towards = _towards(graph[None], camps, count)[0]
    hold = _hold(towards[None], camps)[0]
    low = high = stability = None
    if len(drawn):
        others = _hold(_towards(drawn, camps, count), camps)
        low, high = np.percentile(others, [5, 95], axis=0)
        stability = (_parted(drawn, camps, count, free, seed) == camps).mean(0)
    return tuple(
        Place(
            actor=actor,
            camp=int(camps[node]) + 1,
            towards=tuple(towards[node].tolist()),
            hold=float(hold[node]),
            low=None if low is None else float(min(low[node], hold[node])),
            high=None if high is None else float(max(high[node], hold[node])),
            stability=None if stability is None else float(stability[node]),
            ties=int(np.count_nonzero(graph[node])),
            strength=float(np.abs(graph[node]).sum()),
        )
        for node, actor in enumerate(actors)
    )


def _towards(graphs: FloatArray, camps: IntArray, count: int) -> FloatArray:
    strength = np.abs(graphs).sum(2, keepdims=True)
    pull = graphs @ np.eye(count)[camps]
    result: FloatArray = np.divide(pull, strength, out=np.zeros_like(pull), where=strength > 0)
    return result


def _hold(towards: FloatArray, camps: IntArray) -> FloatArray:
    every = np.arange(len(camps))
    own = towards[:, every, camps].copy()
    if towards.shape[2] == 1:
        return own
    others = towards.copy()
    others[:, every, camps] = -np.inf
    result: FloatArray = own - others.max(2)
    return result


def _parted(drawn: FloatArray, camps: IntArray, count: int, free: bool, seed: int) -> IntArray:
    """The camps of each draw, sought from those known, numbered as they are."""
    random = np.random.default_rng(seed)
    if count <= 2 and not free:
        block = max(1, TABLE_CELLS // max(drawn[0].size, 1))
        parts = [
            tabu(some, np.broadcast_to(camps, (len(some), len(camps))).copy(), random)
            for some in (drawn[start : start + block] for start in range(0, len(drawn), block))
        ]
        found = np.concatenate(parts)
    else:
        limit = None if free else count
        found = np.stack([many_camps(graph, limit, start=camps, beginnings=1) for graph in drawn])
    return np.stack([renumbered(camps, other) for other in found])


def renumbered(known: IntArray, camps: IntArray) -> IntArray:
    """`camps` in the numbers of `known` where the two overlap most in members; camps that match none come after."""
    size = max(int(known.max(initial=0)), int(camps.max(initial=0))) + 1
    overlap = np.zeros((size, size), dtype=np.int64)
    np.add.at(overlap, (camps, known), 1)
    return match(overlap)[camps]


def match(overlap: IntArray) -> IntArray:
    """For each row its own column, so that the summed overlap is largest (greedy beyond `TRIED` rows)."""
    size = len(overlap)
    every = np.arange(size)
    if size <= TRIED:
        best = max(itertools.permutations(range(size)), key=lambda order: overlap[every, list(order)].sum())
        return np.array(best, dtype=np.int64)
    left = overlap.astype(np.float64)
    result = np.zeros(size, dtype=np.int64)
    for _ in range(size):
        row, column = divmod(int(left.argmax()), size)
        result[row] = column
        left[row] = left[:, column] = -np.inf
    return result
