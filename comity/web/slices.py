"""What a store holds on one dyad, apart in memory, so that the many questions of one page search the store once.

In: an open store and two actors; out: a `Slice`, a store to those who ask it: its tables `events` and `documents` have the
dyad's rows alone, with the columns that figures are reckoned from, and `place`, the row's number in the store itself. A
slice lives as long as the store stays open, which is a second longer than somebody asks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from comity.store import Store

# Pages of so many dyads are kept at a time.
KEPT = 8
COLUMNS = """id, document, source, target, event, mode, dimension, score, reciprocal, auxiliary, date_start, date_end, reported,
             dataset, publisher"""
# Rows are found by their parties and fetched by their numbers: of ten million events DuckDB then unpacks few. Each column
# costs; what only our own coding has is not fetched for the rows of others' data sets.
FOUND = """
CREATE TABLE {name}.main.found AS
SELECT rowid AS place, dataset IS NULL AS own FROM events WHERE source = ? AND target = ? UNION ALL
SELECT rowid, dataset IS NULL FROM events WHERE source = ? AND target = ?"""
EVENTS = f"""
CREATE TABLE {{name}}.main.events AS SELECT {COLUMNS}, sentence, link, "trigger", rowid AS place
FROM events WHERE rowid IN (SELECT place FROM {{name}}.main.found WHERE own)"""
LOADED = f"""
INSERT INTO {{name}}.main.events BY NAME SELECT {COLUMNS}, rowid AS place
FROM events WHERE rowid IN (SELECT place FROM {{name}}.main.found WHERE NOT own)"""
# All documents of the stories that are told, since a copy is judged by the first of its story.
DOCUMENTS = """
CREATE TABLE {name}.main.documents AS SELECT id, publisher, published, interested, duplicates_of FROM documents
WHERE coalesce(duplicates_of, id) IN (
    SELECT coalesce(duplicates_of, id) FROM documents WHERE id IN (SELECT document FROM {name}.main.events))"""


class Slice(Store):
    """A store of one dyad, to be read. Closing it closes nothing else."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str, name: str) -> None:
        super().__init__(connection, path)
        self._name = name

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._within(super().cursor())

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        return self._within(super()._cursor())

    def _within(self, cursor: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        cursor.execute(f"USE {self._name}")
        return cursor


@dataclass(slots=True)
class _Entry:
    name: str
    users: int = 0


class Slices:
    """The slices of an open store. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str, str], _Entry] = {}
        self._made = 0

    @contextmanager
    def of(self, store: Store, stamp: str, a: str, b: str) -> Iterator[Slice]:
        """The slice of a and b; `stamp` is another one once the store has changed. Made where there is none, for one after
        the other: two parts of a page ask for the same one at once."""
        low, high = sorted((a, b))
        key = (stamp, low, high)
        with self._lock:
            if key not in self._entries:
                self._make_room(store)
                self._entries[key] = _Entry(self._make(store, low, high))
            # The latest asked for stands last.
            entry = self._entries[key] = self._entries.pop(key)
            entry.users += 1
        try:
            found = Slice(store.cursor(), store.path, entry.name)
            yield found
            found.close()
        finally:
            with self._lock:
                entry.users -= 1

    def forget(self) -> None:
        """Forgets all slices: the store was closed, and they went with it."""
        with self._lock:
            self._entries.clear()

    def _make(self, store: Store, low: str, high: str) -> str:
        self._made += 1
        name = f"slice_{self._made}"
        store.query(f"ATTACH ':memory:' AS {name} (READ_WRITE)")
        try:
            store.query(FOUND.format(name=name), [low, high, high, low])
            store.query(EVENTS.format(name=name))
            store.query(LOADED.format(name=name))
            store.query(DOCUMENTS.format(name=name))
        except BaseException:
            store.query(f"DETACH {name}")
            raise
        return name

    def _make_room(self, store: Store) -> None:
        idle = [key for key, entry in self._entries.items() if not entry.users]
        for key in idle[: max(0, len(self._entries) - KEPT + 1)]:
            store.query(f"DETACH {self._entries.pop(key).name}")
