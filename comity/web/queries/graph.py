"""The signed graph of a day with its two camps."""

from __future__ import annotations

from typing import Literal

from comity.dyads import read_acts
from comity.dyads.index import FORGOTTEN
from comity.report.names import display_name
from comity.store import Store
from comity.structure import blocs
from comity.web import models
from comity.web.queries.moves import indexes
from comity.web.queries.stores import known_day

# The search for the best parting may take this long before a page answers with the best found so far.
PARTING_SECONDS = 4.0


def network(
    store: Store, as_of: str | None, min_strength: float, half_life_days: float, without: bool
) -> models.Network:
    """The signed graph of a day with its two camps."""
    day = known_day(store, as_of)
    empty = models.Network(
        as_of=day,
        min_strength=min_strength,
        half_life_days=half_life_days,
        without_interested=without,
        nodes=[],
        edges=[],
        balanced=0,
        unbalanced=0,
        frustration=0.0,
        strength=0.0,
        exact=True,
    )
    if day is None:
        return empty
    found = blocs(
        store,
        day,
        min_strength,
        half_life_days=half_life_days,
        without_interested=without,
        seconds=PARTING_SECONDS,
    )
    acts = read_acts(store, as_of=day, without_interested=without)
    _, counted = indexes(acts, day, half_life_days)
    mass = dict(zip(acts.dyads, counted.tolist(), strict=True))
    edges = [
        models.Edge(
            a=edge.a,
            b=edge.b,
            index=edge.index,
            mass=mass.get((min(edge.a, edge.b), max(edge.a, edge.b)), 0.0),
            frustrated=edge.frustrated,
        )
        for edge in found.edges
    ]
    camps: dict[str, Literal[1, 2]] = dict.fromkeys(found.camps[0], 1)
    camps |= dict.fromkeys(found.camps[1], 2)
    sums: dict[str, list[float]] = {code: [0.0, 0.0, 0.0] for code in camps}
    for edge in edges:
        for code in (edge.a, edge.b):
            entry = sums[code]
            weight = max(edge.mass, FORGOTTEN)
            entry[0] += edge.index * weight
            entry[1] += weight
            entry[2] += 1
    nodes = [
        models.Node(
            code=code, name=display_name(code), camp=camps[code], ties=int(count), position=total / (weight or 1.0)
        )
        for code, (total, weight, count) in sorted(sums.items())
    ]
    return empty.model_copy(
        update={
            "nodes": nodes,
            "edges": sorted(edges, key=lambda edge: -abs(edge.index)),
            "balanced": found.balanced,
            "unbalanced": found.unbalanced,
            "frustration": found.frustration,
            "strength": found.strength,
            "exact": found.exact,
        }
    )
