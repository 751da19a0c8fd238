"""A folder of Parquet that many processes fill: documents, events and claims, parted by the year of publication.

    FOLDER/events/year=2024/KEY.parquet     one file for each shard, table and year; the columns of the store
    FOLDER/shards/KEY.json                  what a shard gave, written when all its files are there
    FOLDER/manifest.json                    all shards, written at the end of a run

Every file is written under another name and then renamed, so that a reader sees all of it or nothing. A folder is a path,
or an address that fsspec knows.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from comity.engine.pieces import Given, Outcome, Shard
from comity.errors import ComityError
from comity.records import Document
from comity.sources import Failure
from comity.sources.reading import ADDRESS
from comity.store import schema

if TYPE_CHECKING:
    from comity.engine.work import Found

TABLES = ("documents", "events", "claims")
MANIFEST = "manifest.json"
_YEAR = "coalesce(year(d.published)::VARCHAR, 'unknown')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a shard is written. `key` names it, `version` is that of the coding, `folder` a path or an address."""

    folder: str
    key: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a shard gave, as it stands in the manifest: plain JSON."""

    record: dict[str, Any]

    @property
    def failures(self) -> list[Failure]:
        """What of it could not be read or coded."""
        return [Failure(**item) for item in self.record["failures"]]


def describe(shard: Shard) -> list[dict[str, Any]]:
    """The inputs of a shard, for its record."""
    found: list[dict[str, Any]] = []
    for piece in shard.pieces:
        if isinstance(piece, Given):
            found.append({"path": piece.place, "stamp": "", "start": 0, "end": 0})
        else:
            end = piece.size if piece.before is None else piece.end
            found.append({"path": piece.path, "stamp": piece.stamp, "start": piece.start, "end": end})
    return found


def write_shard(
    target: Target, shard: Shard, done: Iterable[tuple[Sequence[Outcome], Sequence[Found]]]
) -> Iterator[Written | None]:
    """Writes what a shard gives; None after each batch, and at the end what was written.

    The rows wait on the disk, not in memory: a shard may be a whole archive."""
    record: dict[str, Any] = {"key": target.key, "version": target.version, "inputs": describe(shard)}
    counts = dict.fromkeys(TABLES, 0)
    failures: list[dict[str, str]] = []
    undated: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="comity-") as scratch,
        duckdb.connect(f"{scratch}/shard.duckdb", config={"threads": 1}) as connection,
    ):
        for table in TABLES:
            connection.execute(schema.create_table(table))
        for outcomes, found in done:
            bad = [o for o in outcomes if isinstance(o, Failure)] + [
                one.as_failure() for one in found if one.failure is not None
            ]
            failures += [{"place": f.place, "problem": f.problem, "mend": f.mend} for f in bad]
            undated += [o.origin or o.id for o in outcomes if isinstance(o, Document) and not o.published.date]
            rows = _rows(found, target.version)
            for table in TABLES:
                if rows[table]:
                    connection.execute(schema.insert_statement(table), [schema.to_json(rows[table])])
                counts[table] += len(rows[table])
            yield None
        files = list(_publish(connection, target, Path(scratch)))
    record |= counts | {"undated": undated, "failures": failures, "files": files}
    Folder(target.folder).write(f"shards/{target.key}.json", _json(record))
    yield Written(record=record)


def _rows(found: Sequence[Found], version: str) -> dict[str, list[dict[str, Any]]]:
    return {
        "documents": [
            schema.document_row(item.document, version if item.failure is None else None, None) for item in found
        ],
        "events": [schema.event_row(event) for item in found for event in item.events],
        "claims": [schema.claim_row(claim) for item in found for claim in item.claims],
    }


def _publish(connection: duckdb.DuckDBPyConnection, target: Target, scratch: Path) -> Iterator[dict[str, Any]]:
    folder = Folder(target.folder)
    for table in TABLES:
        key = "id" if table == "documents" else "document"
        joined = f"{table} t JOIN documents d ON t.{key} = d.id"
        years = connection.execute(f"SELECT {_YEAR}, count(*) FROM {joined} GROUP BY 1 ORDER BY 1").fetchall()
        for year, rows in years:
            file = scratch / "out.parquet"
            connection.execute(
                f"""COPY (SELECT t.* FROM {joined} WHERE {_YEAR} = '{year}' ORDER BY t.id)
                    TO '{file}' (FORMAT parquet, COMPRESSION zstd)"""
            )
            data = file.read_bytes()
            name = f"{table}/year={year}/{target.key}.parquet"
            folder.write(name, data)
            yield {"path": name, "rows": rows, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def written_shards(folder: str) -> dict[str, Written]:
    """The shards that a folder has, by key. One whose record cannot be read counts as not written."""
    where = Folder(folder)
    found = {}
    for name in where.names("shards"):
        with suppress(ValueError, KeyError):
            record = json.loads(where.read(name))
            found[record["key"]] = Written(record=record)
    return found


def conclude(folder: str, keys: Sequence[str], version: str) -> dict[str, Any]:
    """Writes the manifest and returns it. `keys` are the shards of this run.

    A shard of another run stays, unless an input of it belongs to this one: the input has changed since, or the coding
    has. Files that no shard names are what a run left that was cut off; they go."""
    where = Folder(folder)
    there = written_shards(folder)
    wanted = set(keys)
    paths = {item["path"] for key in keys if key in there for item in there[key].record["inputs"]}
    for key, shard in list(there.items()):
        if key not in wanted and any(item["path"] in paths for item in shard.record["inputs"]):
            where.remove(f"shards/{key}.json")
            del there[key]
    named = {file["path"] for shard in there.values() for file in shard.record["files"]}
    for table in TABLES:
        for name in where.names(table):
            if name not in named:
                where.remove(name)
    order = {key: number for number, key in enumerate(keys)}
    listed = sorted(there.values(), key=lambda one: (order.get(one.record["key"], -1), one.record["key"]))
    manifest = {
        "version": version,
        **{table: sum(one.record[table] for one in listed) for table in TABLES},
        "failures": sum(len(one.record["failures"]) for one in listed),
        "shards": [one.record for one in listed],
    }
    where.write(MANIFEST, _json(manifest))
    return manifest


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


class Folder:
    """A folder on a disk or in an object store. Names in it have slashes. Errors of the store are ComityErrors."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") or address
        self._local = not ADDRESS.match(address)
        if not self._local:
            try:
                import fsspec
            except ImportError as error:
                raise ComityError(
                    f"{address}: is in an object store (install what writes there: pip install 'comity[cloud]')"
                ) from error
            try:
                self._store, self._root = fsspec.core.url_to_fs(self.address)
            except Exception as error:  # an unknown protocol, a library that is not there
                raise ComityError(f"{address}: cannot be opened: {error} (check the address)") from error

    def write(self, name: str, data: bytes) -> None:
        """Writes a file: all of it or nothing, in the place of one that is there."""
        try:
            if self._local:
                self._write_local(Path(self.address) / name, data)
                return
            final = f"{self._root}/{name}"
            passing = f"{final}.{os.getpid()}.part"
            self._store.makedirs(final.rpartition("/")[0], exist_ok=True)
            self._store.pipe_file(passing, data)
            self._store.mv(passing, final)
        except Exception as error:  # each store has errors of its own
            fault = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
            raise ComityError(
                f"{self.address}/{name}: cannot be written: {fault} (check the path, your rights and the disk)"
            ) from error

    def _write_local(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        passing = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with passing.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            passing.replace(path)
        except BaseException:
            passing.unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        if self._local:
            return (Path(self.address) / name).read_bytes()
        data: bytes = self._store.cat_file(f"{self._root}/{name}")
        return data

    def names(self, under: str) -> list[str]:
        """The files below a folder of it, sorted."""
        if self._local:
            root = Path(self.address)
            return sorted(p.relative_to(root).as_posix() for p in (root / under).rglob("*") if p.is_file())
        root_name = self._root.strip("/") + "/"
        return sorted(name.strip("/").removeprefix(root_name) for name in self._store.find(f"{self._root}/{under}"))

    def remove(self, name: str) -> None:
        """Takes a file away."""
        if self._local:
            (Path(self.address) / name).unlink(missing_ok=True)
        else:
            self._store.rm_file(f"{self._root}/{name}")
