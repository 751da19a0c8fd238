"""Watching: feeds are polled, new items coded into the store, and who asked is told when a tie moves. See `poll`."""

from __future__ import annotations

from comity.watch.alert import Alert
from comity.watch.poll import Polled, Watch, poll

__all__ = ["Alert", "Polled", "Watch", "poll"]
