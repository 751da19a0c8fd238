"""A copy of an archive of events in which the rows of a dyad lie together, so that one tie is read without the others.

In: a Parquet file, or a glob of some; out: a folder beside it, `FILE.dyads`: the same rows in some Parquet files, a dyad's
all in one of them (the layout that Hive and others call partitions), and `manifest.json`, which says what it was made of.
A copy counts as out of date, and is not read, when one of those files has another size or time, when one came or went, and
when it was made by a DuckDB that hashes otherwise.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from comity.errors import InputError

FORMAT = 1
# A question reads one of so many parts; with more of them, making the copy takes more memory.
PARTS = 64
MEMORY = "4GB"
MANIFEST = "manifest.json"
# The copy's files are Parquet, but a glob for an archive's `**/*.parquet` must not find them too.
ENDING = "part"
# Which part a row `e` is in: the same for both directions.
_PART = "((xor(hash(e.source::VARCHAR), hash(e.target::VARCHAR)) >> 32) % {parts})::INTEGER"


def arrange(source: str | Path) -> Path:
    """Writes the copy, or leaves it as it is where it is up to date; the folder.

    It is as large as the archive, or up to half as large again, and takes some two times as long as copying it
    (docs/method.md has figures). Raises InputError where the source is no Parquet with the columns source and target.
    """
    folder = folder_of(source)
    if arranged(source):
        return folder
    made_of = _files(source)
    part, spill = (folder.with_name(folder.name + ending) for ending in (".part", ".tmp"))
    shutil.rmtree(part, ignore_errors=True)
    place = str(source)
    many = ", union_by_name = true" if len(made_of) > 1 else ""
    try:
        with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(spill)}) as connection:
            connection.execute("SET enable_progress_bar = false")
            relation = f"read_parquet({quoted(place)}{many})"
            connection.execute(
                f"COPY (SELECT e.*, {_PART.format(parts=PARTS)} AS part_of_dyads FROM {relation} e) TO {quoted(str(part))} "
                f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (part_of_dyads), FILE_EXTENSION '{ENDING}')"
            )
            probe = _probe(connection)
    except duckdb.Error as error:
        shutil.rmtree(part, ignore_errors=True)
        raise InputError(place, str(error).splitlines()[0], "give Parquet files with source and target") from error
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    part.mkdir(exist_ok=True)  # an archive without rows
    told = {"format": FORMAT, "parts": PARTS, "probe": probe, "files": made_of}
    (part / MANIFEST).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)
    return folder


def arranged(source: str | Path) -> bool:
    """Whether there is a copy by dyad, made of these files as they are now."""
    told = _manifest(source)
    return told is not None and told["files"] == _files(source)


def part_with(connection: duckdb.DuckDBPyConnection, source: str | Path, a: str, b: str) -> str | None:
    """The glob of the files that hold all events between two actors; None where no copy is there or it is out of date."""
    told = _manifest(source)
    if told is None or told["probe"] != _probe(connection) or told["files"] != _files(source):
        return None
    sql = f"SELECT {_PART.format(parts=int(told['parts']))} FROM (SELECT ? AS source, ? AS target) e"
    ((number,),) = connection.execute(sql, [a, b]).fetchall()
    # A dyad of which nothing is on record may have no part of its own; any other says so as well.
    others = sorted(folder_of(source).glob("part_of_dyads=*"))
    folder = next((one for one in others if one.name == f"part_of_dyads={number}"), others[0] if others else None)
    return f"{folder}/*.{ENDING}" if folder else None


def folder_of(source: str | Path) -> Path:
    """Where the copy lies: beside the file; for a glob, in the last folder that it names outright."""
    place = Path(source)
    parts = place.parts
    sign = next((number for number, name in enumerate(parts) if any(c in name for c in "*?[")), len(parts) - 1)
    name = "_".join(parts[sign:])
    for c in "*?[]":
        name = name.replace(c, "_")
    return Path(*parts[:sign]) / (name + ".dyads")


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'{}'".format(text.replace("'", "''"))


def _files(source: str | Path) -> list[list[Any]]:
    """Name, size and time of each file of the archive, as DuckDB finds them."""
    with duckdb.connect() as connection:
        names = connection.execute("SELECT file FROM glob(?) ORDER BY file", [str(source)]).fetchall()
    states = [(name, Path(name).stat()) for (name,) in names]
    if not states:
        raise InputError(str(source), "no such file", "give a Parquet file, or a glob of some")
    return [[Path(name).name, state.st_size, state.st_mtime_ns] for name, state in states]


def _manifest(source: str | Path) -> dict[str, Any] | None:
    try:
        told = json.loads((folder_of(source) / MANIFEST).read_text(encoding="utf-8"))
        return told if told["format"] == FORMAT and {"parts", "probe", "files"} <= set(told) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _probe(connection: duckdb.DuckDBPyConnection) -> str:
    """What DuckDB's hash makes of a word. It is the same from one version to the next, but nobody promises that."""
    ((value,),) = connection.execute("SELECT hash('comity')::VARCHAR").fetchall()
    return str(value)
