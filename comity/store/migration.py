"""Brings a store of an earlier schema up to date, one schema at a time.

In: a connection that may write; out: the schema that the store has then. Each step runs in one transaction: it happens,
or nothing does. What has to be reckoned from the documents (their sketches) the store adds when it is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from comity.store import schema

# From a schema to the next one.
STEPS: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE events ADD COLUMN trigger VARCHAR",
        "UPDATE events SET trigger = replace(record->>'$.trigger.text', chr(0), '')",
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
                connection.execute(statement)
            version += 1
            connection.execute("UPDATE schema_version SET version = ?", [version])
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    return version
