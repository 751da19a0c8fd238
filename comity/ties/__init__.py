"""Ties: from a store's events to the course of a dyad. See `comity.ties.course`."""

from __future__ import annotations

from comity.ties.acts import Acts, Direction, read_acts
from comity.ties.changes import Change, Mover, changes
from comity.ties.clusters import Cluster, clusters
from comity.ties.course import Asymmetry, Period, asymmetry, course
from comity.ties.likeness import Likeness, similar
from comity.ties.panel import Panel, panel

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
    "asymmetry",
    "changes",
    "clusters",
    "course",
    "panel",
    "read_acts",
    "similar",
]
