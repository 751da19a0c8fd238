"""Parquet → one Document a row, in batches. DuckDB reads it, which the store needs anyway. Places are `origin[row]`.

Only the columns that may say something are read, and of the rows one row group at a time is in memory.
"""

from __future__ import annotations

import glob
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb

from comity.records import Document
from comity.sources.columns import OURS, names, record_document
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.streams import whole

_BATCH = 64


def read_parquet(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a Parquet file."""
    with _on_disk(stream, options) as path, duckdb.connect(":memory:") as connection:
        number = 0
        try:
            connection.execute("SET threads = 1")
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
            columns = _wanted([row[0] for row in described], options)
            listed = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
            connection.execute(f"SELECT {listed} FROM read_parquet(?)", [path])
            while rows := connection.fetchmany(_BATCH):
                for row in rows:
                    number += 1
                    place = f"{origin}[{number}]"
                    yield record_document(dict(zip(columns, row, strict=True)), place, options)
        except duckdb.Error as error:
            line = str(error).splitlines()[0].replace(path, "it")
            raise Fault(f"is a broken Parquet table: {line}", "write it again") from error
    if not number:
        raise Fault("is a table without rows", "give one row a document")


def _wanted(columns: list[str], options: Options) -> list[str]:
    if set(columns) >= OURS:
        return columns
    asked = {name for every in names().values() for name in every} | {
        name.casefold() for name in options.columns.values()
    }
    found = [name for name in columns if name.casefold() in asked]
    text = {options.columns["text"].casefold()} if "text" in options.columns else set(names()["text"])
    if not text & {name.casefold() for name in found}:
        known = ", ".join(names()["text"][:4])
        shown = ", ".join(columns[:8])
        raise Fault(f"has no text column among its columns ({shown})", f"name it {known}, or say which it is")
    return found


@contextmanager
def _on_disk(stream: BinaryIO, options: Options) -> Iterator[str]:
    """The path of what a stream holds: DuckDB opens paths alone, and takes one with brackets for a pattern."""
    name = getattr(stream, "name", None)
    if isinstance(stream, io.BufferedReader) and isinstance(name, str) and not glob.has_magic(name):
        yield name
        return
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder) / "table.parquet"
        path.write_bytes(whole(stream, options.limits.file_bytes))
        yield str(path)
