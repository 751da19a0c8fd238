"""Opens the file of a store, and says plainly why it cannot be opened.

DuckDB lets either one process write a file or several read it. Whoever comes in between waits a while: a run that codes
lets its store go every few seconds (`Store.share`). One that waits to write says so by a file beside the store, and whoever
comes to read lets it go first: readers that follow each other closely would keep it out for ever.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
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
# The file by which a process says that it waits to write; it is renewed at each look, and an old one means nothing.
WANTED = ".wanted"
_FRESH = 1.0
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<process>\d+)\)")


def connect(name: str, read_only: bool, wait: float = WAIT) -> duckdb.DuckDBPyConnection:
    """A connection to the store at path `name`, whose tables are there. Raises StoreError, where another process has the
    store after `wait` seconds."""
    if read_only and not Path(name).exists():
        raise StoreError(f"{name}: there is no store (make one with: comity code INPUT --store {name})")
    if _is_another_file(Path(name)):
        raise StoreError(no_store(name))
    connection = _wait_for(name, read_only, time.monotonic() + wait)
    try:
        prepare(connection, name, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _wait_for(name: str, read_only: bool, until: float) -> duckdb.DuckDBPyConnection:
    mark = Path(name + WANTED)
    marked = False
    try:
        while True:
            if read_only and wanted(name):
                if time.monotonic() >= until:
                    raise StoreBusy(f"{name}: another process waits to write into the store (try again in a moment)")
            else:
                try:
                    return duckdb.connect(name, read_only=read_only)
                except duckdb.Error as error:
                    if not _is_held(error) or time.monotonic() >= until:
                        raise open_fault(name, error) from error
                if not read_only:
                    # Where no file can be made, DuckDB cannot write either, and will say so.
                    with suppress(OSError):
                        mark.touch()
                        marked = True
            time.sleep(_POLL)
    finally:
        if marked:
            mark.unlink(missing_ok=True)


def wanted(name: str) -> bool:
    """Whether a process waits to write into the store: whoever reads lets it go first."""
    try:
        return abs(time.time() - Path(name + WANTED).stat().st_mtime) < _FRESH
    except OSError:
        return False


class Outdated(StoreError):
    """The store is of an earlier schema, and was opened to be read alone."""


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
    if version is not None and version in migration.STEPS:
        if read_only:
            raise Outdated(f"{name}: of an earlier schema (open it for writing once)")
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
