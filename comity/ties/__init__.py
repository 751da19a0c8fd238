"""Ties: from a store's events to the course of a dyad. See `comity.ties.course`."""

from __future__ import annotations

from comity.ties.acts import Acts, Direction, read_acts
from comity.ties.clusters import Cluster, clusters
from comity.ties.course import Period, course

__all__ = ["Acts", "Cluster", "Direction", "Period", "clusters", "course", "read_acts"]
