"""Camps: all ties of a day as a signed graph, how balanced it is, and who stands where.

In: a store and a day; out: a `Blocs`. It joins what its rooms reckon: the graph (`graph`), the parting with the least
frustration and its proof (`frustration`), the census of triads (`census`) and the place of each actor between the camps
(`places`). Camps are named by their numbers and their anchors, the members whose ties to it are strongest.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import INTERESTED_WEIGHT
from comity.store import Store
from comity.structure.census import Census, census, heaviest
from comity.structure.frustration import Frustration, frustration
from comity.structure.graph import GraphEdge, SignedGraph, signed_graph
from comity.structure.places import Place, places
from comity.structure.search import FloatArray, IntArray

SECONDS = 60.0
DRAWS = 100
TRIADS = 10
ANCHORS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge(GraphEdge):
    """A tie of the graph; `frustrated` when the camps do not fit its sign."""

    frustrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Triad:
    """An unbalanced triad: its actors, the indexes of the ties of the first and second, second and third, first and
    third, and its `weight`, their geometric mean in index points."""

    actors: tuple[str, str, str]
    indexes: tuple[float, float, float]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Frustration between bounds: the best parting leaves `upper`, none leaves less than `lower`; `proven` when they
    meet; `of` is the whole that it is a part of. `method` gave the lower bound: "balanced" (there is none), "packing" or
    "linear" (cycles that cannot fit, see `certificate`), or "integer" (branch and bound). `certificate` are those cycles
    with weights: no tie is loaded beyond its strength, so their sum `certified` is a lower bound that anyone can check."""

    upper: float
    lower: float
    of: float
    proven: bool
    method: str
    seconds: float
    certified: float
    certificate: tuple[tuple[tuple[str, ...], float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocs:
    """The signed graph of a day.

    `camps` are those of the best parting, the larger first; `apart` are actors that no path of ties joins to the largest
    connected part of the graph, so that nothing says which side they are on (their ties count in every other figure);
    with camps as many as fit best, `apart` is empty and such actors have camps of their own. `anchors` are the members
    that hold each camp together, the strongest first. `frustration` is the strength (|index|) of the ties that the
    parting does not fit, `strength` that of all ties; `exact` says whether no better parting exists; `weighted` has the
    bounds, and `counted` those of the number of ties, whose best parting may be another.
    """

    as_of: str | None
    day: str | None
    edges: tuple[Edge, ...]
    balanced: int
    unbalanced: int
    camps: tuple[tuple[str, ...], ...]
    apart: tuple[str, ...]
    anchors: tuple[tuple[str, ...], ...]
    frustration: float
    strength: float
    exact: bool
    weighted: Bounds
    counted: Bounds
    census: Census
    triads: tuple[Triad, ...]
    places: tuple[Place, ...]

    @property
    def between(self) -> tuple[Place, ...]:
        """Who sits between the camps, the least held first."""
        return tuple(sorted((place for place in self.places if place.between), key=lambda place: place.hold))


def blocs(
    store: Store,
    as_of: str | None = None,
    min_strength: float = 1.0,
    *,
    actors: Sequence[str] | None = None,
    camps: int | None = 2,
    half_life_days: float = 365,
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
    exact: bool = True,
    seconds: float = SECONDS,
    draws: int = DRAWS,
    top: int = TRIADS,
    seed: int = 0,
) -> Blocs:
    """The camps on a day (by default that of the last report), from ties with |index| of at least `min_strength`.

    `actors` limits the graph to these. `camps` is how many there may be; None for as many as fit best. With `exact`
    HiGHS looks for proofs, `seconds` at most in all; without it the bounds of `frustration.frustration` stand. `draws`
    of publishers and stories give the intervals and stabilities; `top` is how many unbalanced triads to list.
    Raises ValueError where `camps` is below 2.
    """
    graph, drawn = signed_graph(
        store,
        as_of,
        min_strength,
        actors=actors,
        half_life_days=half_life_days,
        without_interested=without_interested,
        interested_weight=interested_weight,
        draws=draws,
        seed=seed,
    )
    return part(graph, drawn, as_of=as_of, camps=camps, exact=exact, seconds=seconds, top=top, seed=seed)


def part(
    graph: SignedGraph,
    drawn: FloatArray,
    *,
    as_of: str | None = None,
    camps: int | None = 2,
    exact: bool = True,
    seconds: float = SECONDS,
    top: int = TRIADS,
    seed: int = 0,
) -> Blocs:
    """The camps of a graph, with its edges' indexes in other draws (draws, edges); see `blocs`."""
    matrix = graph.matrix()
    begun = time.monotonic()
    weighted = frustration(matrix, camps=camps, exact=exact, seconds=seconds / 2, seed=seed)
    left = seconds - (time.monotonic() - begun)
    counted = frustration(np.sign(matrix), camps=camps, exact=exact, seconds=left, seed=seed)
    of_node = np.array(weighted.camps, dtype=np.int64)
    joined = np.arange(len(graph.nodes)) if camps is None else _largest_part(matrix)
    sides, number = _ordered(graph.nodes, of_node, joined)
    among = np.ix_(joined, joined)
    stands = places(
        tuple(graph.nodes[node] for node in joined),
        matrix[among],
        number,
        np.stack([graph.matrix(values)[among] for values in drawn]) if len(drawn) else np.zeros((0, 0, 0)),
        free=camps is None,
        seed=seed,
    )
    place_of = {node: place for place, node in enumerate(graph.nodes)}
    counts = census(matrix, seed=seed)
    return Blocs(
        as_of=as_of,
        day=graph.day,
        edges=tuple(
            Edge(
                a=edge.a,
                b=edge.b,
                index=edge.index,
                low=edge.low,
                high=edge.high,
                mass=edge.mass,
                frustrated=(edge.index > 0) != (of_node[place_of[edge.a]] == of_node[place_of[edge.b]]).item(),
            )
            for edge in graph.edges
        ),
        balanced=counts.balanced,
        unbalanced=counts.unbalanced,
        camps=sides,
        apart=tuple(sorted(set(graph.nodes).difference(*sides))),
        anchors=tuple(_anchors(stands, camp) for camp in range(1, len(sides) + 1)),
        frustration=weighted.upper,
        strength=float(np.abs(matrix).sum() / 2),
        exact=weighted.proven,
        weighted=_bounds(weighted, graph.nodes, float(np.abs(matrix).sum() / 2)),
        counted=_bounds(counted, graph.nodes, float(len(graph.edges))),
        census=counts,
        triads=tuple(
            Triad(
                actors=(graph.nodes[a], graph.nodes[b], graph.nodes[c]),
                indexes=(float(matrix[a, b]), float(matrix[b, c]), float(matrix[a, c])),
                weight=weight,
            )
            for weight, (a, b, c) in heaviest(matrix, top)
        ),
        places=stands,
    )


def _bounds(found: Frustration, nodes: tuple[str, ...], of: float) -> Bounds:
    return Bounds(
        upper=found.upper,
        lower=found.lower,
        of=of,
        proven=found.proven,
        method=found.method,
        seconds=found.seconds,
        certified=found.certificate,
        certificate=tuple((tuple(nodes[node] for node in cycle.nodes), cycle.weight) for cycle in found.cycles),
    )


def _largest_part(matrix: FloatArray) -> IntArray:
    """The nodes of the connected part with the most nodes; of equal ones, that with the strongest ties."""
    left = set(range(len(matrix)))
    parts = []
    while left:
        reached, frontier = set(), {min(left)}
        while frontier:
            reached |= frontier
            frontier = set(np.flatnonzero(matrix[sorted(frontier)].any(0)).tolist()) - reached
        parts.append(sorted(reached))
        left -= reached
    best = max(parts, key=lambda part: (len(part), np.abs(matrix[part]).sum()), default=[])
    return np.array(best, dtype=np.int64)


def _ordered(
    nodes: tuple[str, ...], of_node: IntArray, joined: IntArray
) -> tuple[tuple[tuple[str, ...], ...], IntArray]:
    """The camps of the joined nodes, the larger first, and their numbers for these nodes. At least two, one of them
    empty where nothing parts the graph."""
    members: dict[int, list[str]] = {}
    for node in joined.tolist():
        members.setdefault(int(of_node[node]), []).append(nodes[node])
    order = sorted(members, key=lambda camp: (-len(members[camp]), members[camp]))
    sides = tuple(tuple(members[camp]) for camp in order)
    number = np.array([order.index(int(of_node[node])) for node in joined.tolist()], dtype=np.int64)
    return sides + ((),) * (2 - len(sides)), number


def _anchors(stands: tuple[Place, ...], camp: int) -> tuple[str, ...]:
    """The members that the camp holds most strongly, each in as far as it is stable; at least one."""

    def held(place: Place) -> float:
        return place.hold * place.strength * (1.0 if place.stability is None else place.stability)

    members = sorted((place for place in stands if place.camp == camp), key=lambda place: (-held(place), place.actor))
    return tuple(place.actor for place in members[:ANCHORS] if place is members[0] or held(place) > 0)
