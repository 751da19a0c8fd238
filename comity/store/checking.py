"""Looks a store through for what should never be: half-written documents, records without their document, columns that
contradict the record, quotations that do not stand in the text.

In: a store; out: a `StoreCheck` with the rows of its tables and each fault with a few ids. Each question is one query; the
store is not changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from comity.errors import StoreError
from comity.store.schema import COLUMNS, SCHEMA_VERSION
from comity.store.store import Store

# Ids that are shown of each fault.
SHOWN = 3
_VALID = "record IS NOT NULL AND json_valid(record)"


def _twice(table: str) -> str:
    return f"SELECT id FROM {table} GROUP BY id HAVING count(*) > 1"


def _differs(table: str, columns: Mapping[str, str]) -> str:
    """Rows whose columns are not what their record says."""
    unequal = " OR ".join(f"{column} IS DISTINCT FROM record->>'{path}'" for column, path in columns.items())
    return f"SELECT id FROM (SELECT * FROM {table} WHERE {_VALID}) WHERE {unequal}"


# What is wrong, in words, and the query for the ids of the rows in which it is.
FAULTS: Mapping[str, str] = {
    "documents that are there twice": _twice("documents"),
    "events that are there twice": _twice("events"),
    "claims that are there twice": _twice("claims"),
    "own events without their document": (
        "SELECT id FROM events WHERE dataset IS NULL AND document NOT IN (SELECT id FROM documents)"
    ),
    "claims without their document": "SELECT id FROM claims WHERE document NOT IN (SELECT id FROM documents)",
    "events or claims of documents that are not coded": (
        "SELECT id FROM (SELECT id, document FROM events WHERE dataset IS NULL UNION ALL SELECT id, document FROM claims) "
        "WHERE document IN (SELECT id FROM documents WHERE version IS NULL)"
    ),
    "own events without a record": "SELECT id FROM events WHERE dataset IS NULL AND record IS NULL",
    "copies of a document that is not there": (
        "SELECT id FROM documents WHERE duplicates_of IS NOT NULL AND duplicates_of NOT IN (SELECT id FROM documents)"
    ),
    "copies of a copy": (
        "SELECT c.id FROM documents c JOIN documents h ON h.id = c.duplicates_of WHERE h.duplicates_of IS NOT NULL"
    ),
    "sketches without their document": "SELECT document FROM sketches WHERE document NOT IN (SELECT id FROM documents)",
    "documents that contradict their record": _differs(
        "documents", {"id": "$.id", "published::VARCHAR": "$.published.date"}
    ),
    "events that contradict their record": _differs(
        "events",
        {
            "id": "$.id",
            "document": "$.document",
            "source": "$.source.actor",
            "target": "$.target.actor",
            "event": "$.event",
            "date_start::VARCHAR": "$.date.start",
            "reported::VARCHAR": "$.reported",
        },
    ),
    "claims that contradict their record": _differs(
        "claims", {"id": "$.id", "document": "$.document", "a": "$.a", "b": "$.b", "third": "$.third"}
    ),
    "sentences that do not stand in the text of their document": f"""
        SELECT e.id FROM (SELECT id, document, record->>'$.text' AS text, (record->>'$.start')::BIGINT AS start,
                (record->>'$.end')::BIGINT AS stop FROM events WHERE {_VALID}
            UNION ALL SELECT id, document, record->>'$.text', (record->>'$.start')::BIGINT, (record->>'$.end')::BIGINT
                FROM claims WHERE {_VALID}) e
        JOIN (SELECT id, record->>'$.text' AS text FROM documents WHERE {_VALID}) d ON d.id = e.document
        WHERE substring(d.text, e.start + 1, e.stop - e.start) <> e.text""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFault:
    """A kind of fault, how many rows have it, and the ids of a few."""

    fault: str
    count: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCheck:
    """What a store holds, and what is wrong with it. `unfinished` are runs that were cut off, or go on: no fault, since they
    leave only whole batches."""

    path: str
    schema: int
    rows: Mapping[str, int]
    unfinished: int
    faults: tuple[StoreFault, ...]


def check_store(store: Store) -> StoreCheck:
    """Looks a store through; reads all of it. Raises StoreError where the file itself is damaged."""
    try:
        return _checked(store)
    except duckdb.Error as error:
        raise StoreError(
            f"{store.path}: is damaged: {str(error).splitlines()[0]} (restore a back-up: comity store restore FOLDER)"
        ) from error


def _checked(store: Store) -> StoreCheck:
    rows = {table: int(store.query(f"SELECT count(*) FROM {table}")[0][0]) for table in COLUMNS}
    faults: list[StoreFault] = []
    for fault, sql in FAULTS.items():
        ((count, ids),) = store.query(
            f"WITH wrong AS ({sql}) SELECT count(*), (SELECT list(i ORDER BY i) FROM (SELECT #1 AS i FROM wrong ORDER BY 1 LIMIT {SHOWN})) FROM wrong"
        )
        if count:
            faults.append(StoreFault(fault=fault, count=count, ids=tuple(ids)))
    unfinished = int(store.query("SELECT count(*) FROM runs WHERE finished IS NULL")[0][0])
    return StoreCheck(path=store.path, schema=SCHEMA_VERSION, rows=rows, unfinished=unfinished, faults=tuple(faults))
