"""Ties: from a store's events to the course of a dyad. See `comity.dyads.course`."""

from __future__ import annotations

from comity.dyads.acts import Acts, Direction, read_acts
from comity.dyads.arranged import arrange
from comity.dyads.changes import Change, Mover, changes
from comity.dyads.clusters import Cluster, clusters
from comity.dyads.course import Asymmetry, Period, asymmetry, course
from comity.dyads.likeness import Likeness, similar
from comity.dyads.panel import Panel, panel

__all__ = [
    "Acts",
    "Asymmetry",
    "Change",
    "Cluster",
    "Direction",
    "Likeness",
    "Mover",
    "Panel",
    "Period",
    "arrange",
    "asymmetry",
    "changes",
    "clusters",
    "course",
    "panel",
    "read_acts",
    "similar",
]
