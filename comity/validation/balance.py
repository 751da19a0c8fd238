"""Is the world balanced, and was it? Signed networks of states over time: ours from events, and the published ones.

In: a grid at year ends, or published edges; out: one `Balance` a network. Beside the share of balanced triads stands what
chance alone would give with the same ties and as many hostile ones: where nine ties in ten are friendly, most triads are
balanced whatever holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from comity.structure.census import census
from comity.structure.frustration import frustration
from comity.structure.grid import Grid
from comity.validation.interstate import SignedNetwork
from comity.validation.roc import FloatArray, IntArray

SHUFFLES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One signed network. `label` names its year or window; `balanced` is the share of balanced triads (None without any),
    `by_chance` its mean over shuffles of the signs, and `z` how many standard deviations of those lie between. `frustrated`
    is the share of ties that the best parting in two found leaves out, `least` the share that any parting must."""

    label: str
    end: int
    states: int
    ties: int
    hostile: float
    triads: int
    balanced: float | None
    by_chance: float | None
    z: float | None
    frustrated: float
    least: float


def balance(
    label: str, end: int, edges: Iterable[tuple[str, str, int]], *, shuffles: int = SHUFFLES, seed: int = 0
) -> Balance:
    """The balance of a network of edges (a, b, sign); a pair that comes twice keeps its last sign."""
    ties = {(min(a, b), max(a, b)): sign for a, b, sign in edges if a != b and sign}
    names = sorted({name for pair in ties for name in pair})
    number = {name: position for position, name in enumerate(names)}
    left, right = (np.array([number[pair[side]] for pair in ties], dtype=np.int64) for side in (0, 1))
    signs = np.array([float(np.sign(sign)) for sign in ties.values()])
    graph = _graph(len(names), left, right, signs)
    counted = census(graph, permutations=shuffles, seed=seed)
    share = counted.balance
    found = frustration(graph, exact=False) if len(ties) else None
    return Balance(
        label=label,
        end=end,
        states=len(names),
        ties=len(ties),
        hostile=float((signs < 0).mean()) if len(ties) else 0.0,
        triads=round(sum(kind.count.value for kind in counted.types)),
        balanced=share.value if share else None,
        by_chance=share.expected if share else None,
        z=share.z if share else None,
        frustrated=found.upper / len(ties) if found else 0.0,
        least=found.lower / len(ties) if found else 0.0,
    )


def of_events(
    ties: Grid, labels: Sequence[str], min_strength: float, states: frozenset[str], *, seed: int = 0
) -> tuple[Balance, ...]:
    """The networks of a grid's days, each labelled by its year: ties between `states` with |index| of at least
    `min_strength`."""
    among = np.array([a in states and b in states for a, b in ties.dyads])
    result = []
    for row, label in zip(ties.index, labels, strict=True):
        strong = (np.abs(row) >= min_strength) & among
        edges = [(*ties.dyads[number], int(np.sign(row[number]))) for number in np.flatnonzero(strong).tolist()]
        result.append(balance(label, int(label[:4]), edges, seed=seed))
    return tuple(result)


def of_networks(networks: Sequence[SignedNetwork], *, seed: int = 0) -> tuple[Balance, ...]:
    """The published networks, by window; of windows that overlap the first."""
    apart: list[SignedNetwork] = []
    for one in networks:
        if not apart or one.start > apart[-1].end:
            apart.append(one)
    return tuple(balance(f"{one.start}–{one.end}", one.end, one.edges, seed=seed) for one in apart)


def _graph(size: int, left: IntArray, right: IntArray, signs: FloatArray) -> FloatArray:
    graph = np.zeros((size, size))
    graph[left, right] = graph[right, left] = signs
    return graph
