"""The store: one DuckDB file for documents, events, claims and runs. See `comity.store.store`."""

from __future__ import annotations

from comity.store.store import Run, Store, visible

__all__ = ["Run", "Store", "visible"]
