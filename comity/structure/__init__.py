"""Structure: what third parties do to a tie, what the next period may bring it, and which camps all ties form. See `why`,
`whatif`, `forecast` and `blocs`."""

from __future__ import annotations

from comity.structure.blocs import Blocs, Bounds, Edge, Triad, blocs
from comity.structure.census import Census
from comity.structure.forecast import Effect, Forecast, forecast
from comity.structure.frustration import Frustration, certified, frustration
from comity.structure.graph import SignedGraph, signed_graph
from comity.structure.history import BlocPeriod, Move, blocs_course
from comity.structure.places import Place
from comity.structure.whatif import Shift, WhatIf, what_if
from comity.structure.why import Drop, Part, Why, contribution, why

__all__ = [
    "BlocPeriod",
    "Blocs",
    "Bounds",
    "Census",
    "Drop",
    "Edge",
    "Effect",
    "Forecast",
    "Frustration",
    "Move",
    "Part",
    "Place",
    "Shift",
    "SignedGraph",
    "Triad",
    "WhatIf",
    "Why",
    "blocs",
    "blocs_course",
    "certified",
    "contribution",
    "forecast",
    "frustration",
    "signed_graph",
    "what_if",
    "why",
]
