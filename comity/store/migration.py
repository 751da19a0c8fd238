"""Brings a store of an earlier schema up to date, one schema at a time.

In: a connection that may write; out: the schema that the store has then. Each step runs in one transaction: it happens,
or nothing does. What has to be reckoned from the documents (their sketches) the store adds when it is open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import duckdb

from comity.store import schema


def _triggers(connection: duckdb.DuckDBPyConnection) -> None:
    """The triggers of records that DuckDB takes for no JSON: those with half a surrogate pair."""
    rows = connection.execute("SELECT id, record FROM events WHERE NOT json_valid(record)").fetchall()
    for identifier, record in rows:
        trigger = schema.clean(json.loads(record)["trigger"]["text"])
        connection.execute("UPDATE events SET trigger = ? WHERE id = ?", [trigger, identifier])


# From a schema to the next one: statements, and what SQL cannot do.
STEPS: Mapping[int, Sequence[str | Callable[[duckdb.DuckDBPyConnection], None]]] = {
    1: (
        "ALTER TABLE events ADD COLUMN trigger VARCHAR",
        "UPDATE events SET trigger = replace(record->>'$.trigger.text', chr(0), '') WHERE json_valid(record)",
        _triggers,
        schema.create_table("sketches"),
    ),
    2: (
        *(f"ALTER TABLE events ADD COLUMN {column} VARCHAR" for column in schema.LOADED),
        schema.create_table("corrections"),
        schema.create_table("alerts"),
        schema.create_table("watch_state"),
    ),
}


def migrate(connection: duckdb.DuckDBPyConnection, version: int) -> int:
    """Takes all steps from `version` on."""
    while version in STEPS:
        connection.begin()
        try:
            for statement in STEPS[version]:
                if isinstance(statement, str):
                    connection.execute(statement)
                else:
                    statement(connection)
            version += 1
            connection.execute("UPDATE schema_version SET version = ?", [version])
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return version
