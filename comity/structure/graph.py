"""All ties of a day as a signed graph.

In: a store and a day; out: a `SignedGraph`, and what its ties would be in other draws of publishers and stories. A tie
is an edge where its index is at least so strong; its interval is the one of `ties`: 90 % over a bootstrap of publishers
and of their stories, the same draw for all ties at once, so that what rests on several ties can be drawn as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import INTERESTED_WEIGHT, Acts, read_acts
from comity.dyads.course import day_number, day_string
from comity.dyads.index import FORGOTTEN, PRIOR_MASS, contributions, draw_documents, memory
from comity.store import Store
from comity.structure.search import FloatArray

# Draws are made in blocks of at most this many counts (draws × stories), some 30 MB.
TABLE_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """A tie: `index` in -10..10, its 90 % interval `low`..`high` (None where nothing was drawn), and the number of
    distinct acts remembered behind it. `a` comes before `b` in the alphabet."""

    a: str
    b: str
    index: float
    low: float | None
    high: float | None
    mass: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedGraph:
    """The ties on `day` (None where nothing is on record) among `nodes`, in alphabetical order; a node has an edge."""

    day: str | None
    nodes: tuple[str, ...]
    edges: tuple[GraphEdge, ...]

    def matrix(self, values: FloatArray | None = None) -> FloatArray:
        """The indexes as a symmetric matrix over `nodes`, 0 where there is no edge; or others, one for each edge."""
        number = {node: place for place, node in enumerate(self.nodes)}
        graph = np.zeros((len(self.nodes), len(self.nodes)))
        if self.edges:
            a, b = (
                np.array([number[end] for end in ends]) for ends in zip(*((e.a, e.b) for e in self.edges), strict=True)
            )
            graph[a, b] = graph[b, a] = [edge.index for edge in self.edges] if values is None else values
        return graph


def signed_graph(
    store: Store,
    as_of: str | None = None,
    min_strength: float = 1.0,
    *,
    actors: Sequence[str] | None = None,
    half_life_days: float = 365,
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
    draws: int = 0,
    seed: int = 0,
) -> tuple[SignedGraph, FloatArray]:
    """The graph as of a day (by default that of the last report) of the ties with |index| of at least `min_strength`,
    and the indexes of its edges in each draw, shape (draws, edges). `actors` limits it to these."""
    acts = read_acts(
        store, among=actors, as_of=as_of, without_interested=without_interested, interested_weight=interested_weight
    )
    if acts.latest is None:
        return SignedGraph(day=as_of, nodes=(), edges=()), np.zeros((draws, 0))
    day = day_number(as_of) if as_of else acts.latest
    left = memory(acts.day, acts.weight, day, half_life_days)
    count = len(acts.dyads)
    index = np.bincount(acts.dyad, contributions(left, acts.score, acts.dyad, count), count)
    mass = np.bincount(acts.dyad, left >= FORGOTTEN, count)
    kept = np.flatnonzero((np.abs(index) >= max(min_strength, np.finfo(float).tiny)) & (mass > 0))
    drawn = draw_indexes(acts, left, draws, seed)[:, kept]
    low, high = np.percentile(drawn, [5, 95], axis=0) if draws else (None, None)
    edges = tuple(
        GraphEdge(
            a=acts.dyads[dyad][0],
            b=acts.dyads[dyad][1],
            index=float(index[dyad]),
            # A skewed bootstrap may leave the index itself outside; the interval is then widened to hold it.
            low=None if low is None else float(min(low[place], index[dyad])),
            high=None if high is None else float(max(high[place], index[dyad])),
            mass=float(mass[dyad]),
        )
        for place, dyad in enumerate(kept)
    )
    nodes = tuple(sorted({end for edge in edges for end in (edge.a, edge.b)}))
    return SignedGraph(day=day_string(day), nodes=nodes, edges=edges), drawn


def draw_indexes(acts: Acts, left: FloatArray, draws: int, seed: int) -> FloatArray:
    """The index of every dyad in each draw of publishers and stories, shape (draws, dyads); `left` is what is left of
    each act's weight. An act is shared among its reports, as in the interval of `ties`."""
    count = len(acts.dyads)
    result = np.zeros((draws, count))
    if not draws or not len(acts.report_act):
        return result
    stories, story = np.unique(acts.report_story.astype(str), return_inverse=True)
    _, publisher = np.unique(acts.report_publisher.astype(str), return_inverse=True)
    publisher_of = np.zeros(len(stories), dtype=np.int64)
    publisher_of[story] = publisher
    act = acts.report_act
    weight = left[act] * acts.report_share
    # A story tells of few dyads: what it adds to each is summed once, not in every draw.
    cells, cell = np.unique(story * count + acts.dyad[act], return_inverse=True)
    cell_story, cell_dyad = np.divmod(cells, count)
    mass = np.bincount(cell, weight, len(cells))
    pull = np.bincount(cell, weight * acts.score[act], len(cells))
    random = np.random.default_rng(seed)
    block = max(1, TABLE_CELLS // len(stories))
    for done in range(0, draws, block):
        for turn, times in enumerate(draw_documents(publisher_of, min(block, draws - done), random), start=done):
            drawn = times[cell_story]
            result[turn] = np.bincount(cell_dyad, drawn * pull, count) / (
                np.bincount(cell_dyad, drawn * mass, count) + PRIOR_MASS
            )
    return result
