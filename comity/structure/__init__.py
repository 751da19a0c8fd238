"""Structure: what third parties do to a tie, and which camps all ties form. See `why` and `blocs`."""

from __future__ import annotations

from comity.structure.blocs import Blocs, Bounds, Edge, Triad, blocs
from comity.structure.census import Census
from comity.structure.frustration import Frustration, certified, frustration
from comity.structure.graph import SignedGraph, signed_graph
from comity.structure.history import BlocPeriod, Move, blocs_course
from comity.structure.places import Place
from comity.structure.why import Part, Why, why

__all__ = [
    "BlocPeriod",
    "Blocs",
    "Bounds",
    "Census",
    "Edge",
    "Frustration",
    "Move",
    "Part",
    "Place",
    "SignedGraph",
    "Triad",
    "Why",
    "blocs",
    "blocs_course",
    "certified",
    "frustration",
    "signed_graph",
    "why",
]
