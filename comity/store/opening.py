"""Opens the file of a store, and says plainly why it cannot be opened.

DuckDB lets either one process write a file or several read it. Whoever comes in between waits a while: a run that codes
lets its store go every few seconds (`Store.share`).
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import duckdb

from comity.errors import StoreBusy, StoreError
from comity.store import migration, schema

# A DuckDB file begins with a checksum of eight bytes, then these.
MAGIC = b"DUCK"
HEAD = 12
# Seconds to wait for a store that another process has: longer than a run that codes keeps it at a time.
WAIT = 15.0
_POLL = 0.05
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<process>\d+)\)")


def connect(name: str, read_only: bool, wait: float = WAIT) -> duckdb.DuckDBPyConnection:
    """A connection to the store at path `name`, whose tables are there. Raises StoreError, where another process has the
    store after `wait` seconds."""
    if read_only and not Path(name).exists():
        raise StoreError(f"{name}: there is no store (make one with: comity code INPUT --store {name})")
    if _is_another_file(Path(name)):
        raise StoreError(no_store(name))
    until = time.monotonic() + wait
    while True:
        try:
            connection = duckdb.connect(name, read_only=read_only)
            break
        except duckdb.Error as error:
            if not _is_held(error) or time.monotonic() >= until:
                raise open_fault(name, error) from error
            time.sleep(_POLL)
    try:
        prepare(connection, name, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: duckdb.DuckDBPyConnection, name: str, read_only: bool) -> None:
    """Makes the tables of an empty store, or checks that these are a store's, and brings an older one up to date."""
    tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables and not read_only:
        connection.begin()
        for statement in schema.create_statements():
            connection.execute(statement)
        connection.commit()
        return
    if "schema_version" not in tables:
        raise StoreError(no_store(name))
    found = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    version = found[0] if found else None
    if version is not None and version in migration.STEPS and not read_only:
        version = migration.migrate(connection, version)
    if version is not None and version > schema.SCHEMA_VERSION:
        raise StoreError(
            f"{name}: written with schema {version} by a later Comity, this one knows schema {schema.SCHEMA_VERSION} at "
            "most (update it: pip install --upgrade comity)"
        )
    if version != schema.SCHEMA_VERSION:
        raise StoreError(
            f"{name}: written with schema {version}, this Comity reads schema {schema.SCHEMA_VERSION} "
            "(code the inputs into a new store, or use the Comity that wrote it)"
        )


def is_outdated(name: str) -> bool:
    """Whether a store of an earlier schema is there, one that can be brought up to date."""
    path = Path(name)
    if not path.is_file() or _is_another_file(path):
        return False
    try:
        with duckdb.connect(name, read_only=True) as connection:
            found = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except duckdb.Error:
        return False  # `connect` will say what is wrong with it
    return found is not None and found[0] in migration.STEPS


def _is_another_file(path: Path) -> bool:
    """Whether something other than a database is there. DuckDB itself opens a file of JSON or CSV as tables in memory,
    where all that is written is lost when the store is closed."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)[-len(MAGIC) :] != MAGIC
    except OSError:
        return False  # absent, a directory, or not ours to read: DuckDB's complaint tells which


def _is_held(error: duckdb.Error) -> bool:
    """Whether another process has the file, or another connection of this one has it for something else."""
    text = str(error).lower()
    return "set lock" in text or "different configuration" in text


def no_store(name: str) -> str:
    """What is said of a file that is no store."""
    return f"{name}: is not a Comity store (give the file that `comity code --store` wrote)"


def open_fault(name: str, error: duckdb.Error) -> StoreError:
    """DuckDB's complaint in our words: what is wrong with the path, and the mend."""
    text = str(error)
    if _is_held(error):
        holder = _HOLDER.search(text)
        who = f": {Path(holder['program']).name}, process {holder['process']}" if holder else ""
        return StoreBusy(
            f"{name}: another process or connection has the store open{who} (wait for it to end, or close it)"
        )
    if "not a valid DuckDB" in text or "serialization" in text.lower():
        return StoreError(no_store(name))
    if Path(name).is_dir():
        return StoreError(f"{name}: a directory, not a store (give a file in it, such as {name}/ledger.duckdb)")
    return StoreError(f"{name}: cannot be opened: {text.splitlines()[0]} (check the path and its permissions)")
