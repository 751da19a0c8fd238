"""The ledger: one DuckDB file that holds documents, events, claims and the runs that made them.

Records go in and come back exactly. Writing the same record twice changes nothing; coding a document anew replaces
what its older coding gave, in one transaction. With `as_of`, only what the world could know by that day comes back:
events and claims reported, and documents published, on or before it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb
import numpy as np

from comity.errors import StoreError
from comity.records import (
    Claim,
    Correction,
    Document,
    Event,
    claim_from_dict,
    correction_from_dict,
    document_from_dict,
    event_from_dict,
    stable_id,
)
from comity.sources.duplicates import Sketch, Stories, sketches, unpack
from comity.store import schema
from comity.store.opening import WAIT, Outdated, connect

# Rows that go into one statement: enough to spread its cost, few enough to keep the JSON parameter in the tens of MB.
BATCH = 5_000
# The last file of a back-up: its schema, its moment, and the rows of each table.
BACKUP = "store.json"
COUNTED = ("documents", "events", "claims", "runs")
# Seconds that a store that was let go is left to others at least, and how long to wait for them to end.
GAP = 0.1
PATIENCE = 3600.0

T = TypeVar("T")
Coded = tuple[Document, Sequence[Event], Sequence[Claim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that wrote to the store. `inputs` maps each input to its digest; `finished` is None while
    the run goes on, and stays None where it was cut off."""

    id: str
    started: str
    finished: str | None
    version: str
    command: str
    inputs: Mapping[str, str]
    counts: Mapping[str, int]


class Store:
    """A Comity store. `Store.open(path)` makes one where there is none; use it as a context manager."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str) -> None:
        self._opened = connection
        self._asking = connection
        self._since = time.monotonic()
        # When the store was let go, and the state that its file had then; None while it is open.
        self._left: tuple[float, tuple[int, int]] | None = None
        self.path = path
        self._stories = self._no_stories()

    @classmethod
    def open(cls, path: str | Path, read_only: bool = False, *, wait: float = WAIT) -> Store:
        """Opens the store at `path` (":memory:" for one that is gone when closed).

        A store of an earlier schema is brought up to date. Raises StoreError where there is none to read, where another
        process has it and does not let it go within `wait` seconds, and where the file is no Comity store or one of
        another schema.
        """
        try:
            connection = connect(str(path), read_only, wait)
        except Outdated:
            try:
                cls.open(path, wait=wait).close()
            except StoreError as error:
                raise type(error)(f"{path}: of an earlier schema, to be brought up to date; but {error}") from error
            connection = connect(str(path), read_only, wait)
        store = cls(connection, str(path))
        if not read_only:
            try:
                store._bring_up_to_date()
            except BaseException:
                store.close()
                raise
        return store

    def close(self) -> None:
        self._left = None
        self._opened.close()

    def share(self, seconds: float) -> None:
        """Lets other processes have the store, if this one has had it for `seconds`: it is closed, and opened again when it
        is next used here. For one that writes for hours, between two transactions; nobody may be reading through it.

        What is opened again waits for the others to end. Raises StoreError (then) where they do not within an hour."""
        if self.path == ":memory:" or self._left is not None or time.monotonic() - self._since < seconds:
            return
        self._opened.close()
        self._left = (time.monotonic(), self._state())

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._left is not None:
            moment, state = self._left
            # Whoever waits looks for it many times a second.
            time.sleep(max(0.0, moment + GAP - time.monotonic()))
            changed = self._state() != state
            self._opened = connect(self.path, False, PATIENCE)
            self._since, self._left = time.monotonic(), None
            if changed:
                self._stories = self._no_stories()
        return self._opened

    def _state(self) -> tuple[int, int]:
        """Tells whether somebody else has written meanwhile."""
        try:
            found = Path(self.path).stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size

    def _no_stories(self) -> Stories:
        return Stories(_Archive(lambda: self._connection))

    def sibling(self) -> Store:
        """The same open store for another thread: it sees what is committed, and closing it closes nothing else."""
        return Store(self._connection.cursor(), self.path)

    def interrupt(self) -> None:
        """Ends the question that another thread is asking through this store; there it raises duckdb.InterruptException."""
        self._asking.interrupt()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for a question: the caller may write, or ask again, while it reads the answer."""
        self._asking = self._connection.cursor()
        return self._asking

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Writing

    def add_documents(self, documents: Iterable[Document]) -> int:
        """Writes documents, not coded yet; one that is there already is left as it is. Returns how many are new."""
        added = 0
        for batch in _batches(documents):
            with self._transaction():
                known = self._known("documents", [document.id for document in batch])
                fresh = {document.id: document for document in batch if document.id not in known}
                self._insert_documents(fresh, None)
            added += len(fresh)
        return added

    def add_events(self, events: Iterable[Event]) -> int:
        """Writes events; one with the same id is replaced. Returns how many are new."""
        return self._put("events", events, schema.event_row)

    def add_claims(self, claims: Iterable[Claim]) -> int:
        """Writes claims; one with the same id is replaced. Returns how many are new."""
        return self._put("claims", claims, schema.claim_row)

    def replace_document(
        self, document: Document, events: Sequence[Event], claims: Sequence[Claim] = (), *, version: str | None = None
    ) -> None:
        """Writes a coded document; events and claims of an older coding of it go. All of it happens, or nothing."""
        self.replace_documents([(document, events, claims)], version=version)

    def replace_documents(self, coded: Iterable[Coded], *, version: str | None = None) -> None:
        """Writes many coded documents in one transaction. `version` is the version of Comity that coded them.

        Where a document comes twice, its last coding stays.
        """
        latest = {document.id: (document, events, claims) for document, events, claims in coded}
        if not latest:
            return
        events = {event.id: event for _, found, _ in latest.values() for event in found}
        claims = {claim.id: claim for _, _, found in latest.values() for claim in found}
        with self._transaction():
            self._insert_documents({key: document for key, (document, _, _) in latest.items()}, version)
            for table in ("events", "claims"):
                self._delete(table, "document", latest)
            self._delete("events", "id", events)
            self._delete("claims", "id", claims)
            self._insert("events", [schema.event_row(event) for event in events.values()])
            self._insert("claims", [schema.claim_row(claim) for claim in claims.values()])

    def replace_events(self, document: str, events: Sequence[Event]) -> None:
        """Puts these events in the place of those that a document has; the document and its claims stay as they are."""
        rows = {event.id: schema.event_row(event) for event in events}
        with self._transaction():
            self._delete("events", "document", [document])
            self._delete("events", "id", rows)
            self._insert("events", list(rows.values()))

    def add_corrections(self, corrections: Iterable[Correction]) -> int:
        """Writes corrections; one with the same id is replaced. Returns how many are new."""
        return self._put("corrections", corrections, schema.correction_row)

    def remove_corrections(self, ids: Iterable[str]) -> None:
        """Takes corrections back. The events stay as they are until their documents are coded again."""
        with self._transaction():
            self._delete("corrections", "id", ids)

    def begin_run(
        self, command: str, version: str, inputs: Mapping[str, str] | None = None, *, started: str | None = None
    ) -> str:
        """Notes that a run begins; returns its id. `inputs` maps each input to its digest."""
        moment = started or _now()
        run = stable_id(moment, command, version, json.dumps(dict(inputs or {}), sort_keys=True))
        row = {
            "id": run,
            "started": moment,
            "finished": None,
            "version": version,
            "command": command,
            "inputs": json.dumps(dict(inputs or {})),
            "counts": "{}",
        }
        with self._transaction():
            self._delete("runs", "id", [run])
            self._insert("runs", [row])
        return run

    def finish_run(self, run: str, counts: Mapping[str, int], *, finished: str | None = None) -> None:
        """Notes that a run came to its end, and what it counted."""
        self._connection.execute(
            "UPDATE runs SET finished = ?, counts = ? WHERE id = ?", [finished or _now(), json.dumps(dict(counts)), run]
        )

    # Reading

    def reported(self) -> tuple[str | None, str | None]:
        """The days of the first and the last report of an event; None where there is none."""
        first, last = self.query("SELECT min(reported)::VARCHAR, max(reported)::VARCHAR FROM events")[0]
        return first, last

    def documents(self, as_of: str | None = None) -> Iterator[Document]:
        """All documents, by date and id."""
        where, values = ("WHERE published IS NULL OR published <= ?::DATE", [as_of]) if as_of else ("", [])
        yield from self._documents(
            f"SELECT record, duplicates_of FROM documents {where} ORDER BY published, id", values
        )

    def document(self, identifier: str) -> Document | None:
        """The document of this id."""
        return next(self._documents("SELECT record, duplicates_of FROM documents WHERE id = ?", [identifier]), None)

    def heads(self, ids: Sequence[str]) -> dict[str, str]:
        """Of the documents with these ids that are copies, the id of their story's head."""
        sql = "SELECT id, duplicates_of FROM documents WHERE duplicates_of IS NOT NULL AND id IN (SELECT unnest(?::VARCHAR[]))"
        return dict(self.query(sql, [list(ids)]))

    def story(self, document: Document) -> frozenset[str]:
        """The ids of the documents that are one story with this one, itself among them, whether it is held or not."""
        stories = self._no_stories()
        found = sketches([document])
        stories.put(found)
        return frozenset({document.id}.union(*(stories.story(sketch.id) for sketch in found)))

    def events(
        self,
        a: str | None = None,
        b: str | None = None,
        as_of: str | None = None,
        *,
        ids: Sequence[str] | None = None,
        document: str | None = None,
        documents: Sequence[str] | None = None,
        start: str | None = None,
        end: str | None = None,
    ) -> Iterator[Event]:
        """Events by date and id: of actor `a`, or of the pair `a` and `b` in either direction; of one document, or of some;
        those with these `ids`; those that touch the days `start` to `end`."""
        seen, days = visible("e", "d", as_of)
        conditions: list[str] = [seen]
        values: list[Any] = [*days]
        for actor in (a, b):
            if actor is not None:
                conditions.append("(e.source = ? OR e.target = ?)")
                values += [actor, actor]
        for condition, value in (
            ("list_contains(?::VARCHAR[], e.id)", list(ids) if ids is not None else None),
            ("e.document = ?", document),
            ("e.document IN (SELECT unnest(?::VARCHAR[]))", list(documents) if documents is not None else None),
            ("e.date_end >= ?::DATE", start),
            ("e.date_start <= ?::DATE", end),
        ):
            if value is not None:
                conditions.append(condition)
                values.append(value)
        sql = f"""SELECT {schema.record_of("e")} FROM events e LEFT JOIN documents d ON d.id = e.document
                  WHERE {" AND ".join(conditions)} ORDER BY e.date_start, e.id"""
        for record in self._records(sql, values):
            yield event_from_dict(record)

    def claims(
        self,
        a: str | None = None,
        b: str | None = None,
        as_of: str | None = None,
        *,
        documents: Sequence[str] | None = None,
    ) -> Iterator[Claim]:
        """Claims by date and id: all, those on any tie of `a`, or those on the tie of `a` and `b` in either order; those of
        some documents."""
        condition, days = visible("c", "d", as_of)
        values: list[Any] = [*days]
        if documents is not None:
            condition += " AND c.document IN (SELECT unnest(?::VARCHAR[]))"
            values.append(list(documents))
        for actor in (a, b):
            if actor is not None:
                condition += " AND (c.a = ? OR c.b = ?)"
                values += [actor, actor]
        sql = f"""SELECT c.record FROM claims c LEFT JOIN documents d ON d.id = c.document
                  WHERE {condition} ORDER BY c.reported, c.id"""
        for record in self._records(sql, values):
            yield claim_from_dict(record)

    def corrections(
        self, *, ids: Sequence[str] | None = None, documents: Sequence[str] | None = None
    ) -> Iterator[Correction]:
        """Corrections, the oldest first: all, those with these `ids`, those of these `documents`."""
        conditions, values = ["TRUE"], []
        for column, wanted in (("id", ids), ("document", documents)):
            if wanted is not None:
                conditions.append(f"{column} IN (SELECT unnest(?::VARCHAR[]))")
                values.append(list(wanted))
        sql = f"SELECT record FROM corrections WHERE {' AND '.join(conditions)} ORDER BY made, id"
        for record in self._records(sql, values):
            yield correction_from_dict(record)

    def coded_document_ids(self, version: str) -> set[str]:
        """The ids of the documents that this version of Comity has coded: what a resumed run may skip."""
        return set(self.coded_ids(version))

    def coded_ids(self, version: str) -> Iterator[str]:
        """The same one after the other, each once: a store may hold many millions."""
        for (identifier,) in self._rows("SELECT id FROM documents WHERE version = ?", [version]):
            yield identifier

    def runs(self) -> tuple[Run, ...]:
        """The runs, oldest first."""
        names = list(schema.COLUMNS["runs"])
        rows = self.query(f"SELECT {', '.join(names)} FROM runs ORDER BY started, id")
        fields = [dict(zip(names, row, strict=True)) for row in rows]
        return tuple(
            Run(**(field | {"inputs": json.loads(field["inputs"]), "counts": json.loads(field["counts"])}))
            for field in fields
        )

    def counts(self) -> dict[str, int]:
        """How many documents, events, claims and runs the store holds."""
        return {table: int(self.query(f"SELECT count(*) FROM {table}")[0][0]) for table in COUNTED}

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a question in SQL; parameters are bound."""
        return self._cursor().execute(sql, list(values)).fetchall()

    def columns(self, sql: str, values: Sequence[Any] = ()) -> dict[str, np.ndarray[Any, Any]]:
        """The same as NumPy arrays, one a column: for the rooms that reckon."""
        found: dict[str, np.ndarray[Any, Any]] = self._cursor().execute(sql, list(values)).fetchnumpy()
        return found

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own to the same store, with temporary tables of its own: for rooms that reckon in SQL over
        many steps. Close it when done; it is a context manager."""
        return self._connection.cursor()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Changes the store in SQL of our own: for loaders, which move millions of rows without Python seeing one."""
        with self._transaction():
            self._connection.execute(sql, list(values))

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The store's own connection, for loaders that write in several steps: all of them happen, or nothing."""
        with self._transaction():
            yield self._connection

    def export(self, directory: str | Path) -> dict[str, Path]:
        """Backs up all that the store holds as Parquet, one file a table, into a directory; returns the files by table.
        `restore` is the inverse.

        All tables are of one moment. What is there of an earlier back-up is replaced; a directory in which this was cut off
        is refused by `restore`, since BACKUP, which counts the rows, is written last."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        files = {table: folder / f"{table}.parquet" for table in schema.COLUMNS}
        parts = {table: folder / f"{table}.parquet.part" for table in files}
        rows: dict[str, int] = {}
        with self.cursor() as cursor:
            cursor.begin()
            for table, part in parts.items():
                copied = cursor.execute(_copying(f"SELECT * FROM {table} ORDER BY ALL", part)).fetchone()
                rows[table] = int(copied[0]) if copied else 0
            cursor.rollback()
        notes = folder / BACKUP
        notes.unlink(missing_ok=True)
        for table, file in files.items():
            parts[table].replace(file)
        written = {"schema": schema.SCHEMA_VERSION, "written": _now(), "rows": rows}
        draft = folder / f"{BACKUP}.part"
        draft.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        draft.replace(notes)
        return files

    def restore(self, directory: str | Path) -> dict[str, int]:
        """Takes all that `export` wrote, or `comity code --out`, into this store, which must be empty; returns the rows by
        table. A document that comes twice is taken once, with what was found in it. All of it happens, or nothing.

        Raises StoreError where the store holds something, and where the directory holds no such files, not all of them, or
        those of a later schema."""
        if any(self._sizes().values()):
            raise StoreError(f"{self.path}: holds documents or events already (restore into a new store)")
        folder = Path(directory)
        found = {
            table: [
                str(file)
                for file in (folder / f"{table}.parquet", *sorted(folder.glob(f"{table}/*/*.parquet")))
                if file.is_file()
            ]
            for table in schema.COLUMNS
        }
        if not any(found.values()):
            raise StoreError(
                f"{directory}: holds no tables of a store (give a folder of a back-up, or of `code --out`)"
            )
        wanted = _rows_backed_up(folder) if any((folder / f"{table}.parquet").is_file() for table in found) else {}
        with self._transaction():
            for table, columns in schema.COLUMNS.items():
                if found[table]:
                    self._restore(table, tuple(columns), found[table])
            held = self._sizes()
            for table, count in wanted.items():
                if held.get(table) != count:
                    raise StoreError(
                        f"{directory}: {table}.parquet holds {held.get(table, 0):,} rows, but {count:,} were written "
                        "(the back-up is damaged; take another)"
                    )
        self._bring_up_to_date()
        return self.counts()

    def _sizes(self) -> dict[str, int]:
        """The rows of every table, seen from the writer's own transaction."""
        return {
            table: int((self._connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])
            for table in schema.COLUMNS
        }

    def _restore(self, table: str, columns: Sequence[str], files: Sequence[str]) -> None:
        try:
            described = "DESCRIBE SELECT * FROM read_parquet(?, union_by_name = true, hive_partitioning = false)"
            names = {row[0] for row in self._connection.execute(described, [list(files)]).fetchall()}
            listed = ", ".join(name for name in columns if name in names)
            # A table's first column tells its rows apart. The first file that has a row has the word.
            self._connection.execute(
                f"""INSERT INTO {table} ({listed}) SELECT {listed}
                    FROM read_parquet(?, union_by_name = true, filename = true, hive_partitioning = false)
                    QUALIFY row_number() OVER (PARTITION BY {columns[0]} ORDER BY filename) = 1""",
                [list(files)],
            )
        except duckdb.Error as error:
            fault = str(error).splitlines()[0]
            raise StoreError(f"{files[0]}: cannot be restored: {fault} (export it again)") from error

    def copy(self, sql: str, file: str | Path) -> None:
        """Writes the answer to a question as one Parquet file. `sql` is our own text, never a user's."""
        self._cursor().execute(_copying(sql, Path(file)))

    # Stories

    def _insert_documents(self, documents: Mapping[str, Document], version: str | None) -> None:
        """Writes documents in place of what is there of them, and says anew whose copies they and their likes are."""
        heads = self._sketched(documents)
        self._delete("documents", "id", documents)
        rows = [schema.document_row(document, version, heads.get(key)) for key, document in documents.items()]
        self._insert("documents", rows)
        self._set_heads({key: head for key, head in heads.items() if key not in documents})

    def _sketched(self, documents: Mapping[str, Document]) -> dict[str, str | None]:
        """Notes the sketches of documents; returns the head of each document whose story they may have changed."""
        found = sketches(documents.values())
        known = self._known("sketches", documents, "document")
        try:
            heads = self._stories.put(found)
        except ValueError as error:
            raise StoreError(f"{self.path}: a row of documents cannot be written: {error} (mend the record)") from error
        rows = {key: schema.no_sketch_row(key) for key in documents}
        rows |= {sketch.id: schema.sketch_row(sketch) for sketch in found}
        self._insert("sketches", [row for key, row in rows.items() if key not in known])
        return heads

    def _set_heads(self, heads: Mapping[str, str | None]) -> None:
        if heads:
            self._connection.execute(
                """UPDATE documents SET duplicates_of = changed.head
                   FROM (SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS head) AS changed
                   WHERE documents.id = changed.id AND duplicates_of IS DISTINCT FROM changed.head""",
                [list(heads), list(heads.values())],
            )

    def _bring_up_to_date(self) -> None:
        """Sketches the documents that have no row among the sketches, and all where another version made them."""
        state = self._connection.execute("SELECT minhash FROM sketches WHERE minhash IS NOT NULL LIMIT 1").fetchone()
        try:
            stale = state is not None and unpack(bytes(state[0])) is None
        except ValueError:
            stale = True
        missing = "id NOT IN (SELECT document FROM sketches)"
        if not stale and not self._connection.execute(f"SELECT 1 FROM documents WHERE {missing} LIMIT 1").fetchone():
            return
        sql = f"SELECT record, duplicates_of FROM documents WHERE {'TRUE' if stale else missing} ORDER BY published, id"
        with self._transaction():
            if stale:
                self._connection.execute("DELETE FROM sketches")
            for batch in _batches(self._documents(sql, [])):
                self._set_heads(self._sketched({document.id: document for document in batch}))

    # The seam to DuckDB

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            # What was taken in is not in the store; what is there is loaded again when it is asked for.
            self._stories = self._no_stories()
            raise
        self._connection.commit()

    def _put(self, table: str, records: Iterable[T], row: Callable[[T], dict[str, Any]]) -> int:
        added = 0
        for batch in _batches(records):
            rows = {fields["id"]: fields for fields in map(row, batch)}
            with self._transaction():
                added += len(rows) - len(self._known(table, rows))
                self._delete(table, "id", rows)
                self._insert(table, list(rows.values()))
        return added

    def _known(self, table: str, ids: Iterable[str], column: str = "id") -> set[str]:
        rows = self._connection.execute(
            f"SELECT {column} FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]
        ).fetchall()
        return {row[0] for row in rows}

    def _delete(self, table: str, column: str, values: Iterable[str]) -> None:
        self._connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))", [list(values)])

    def _insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        for batch in _batches(rows):
            try:
                self._connection.execute(schema.insert_statement(table), [schema.to_json(batch)])
            except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
                # from_json_strict raises; from_json would turn an impossible date into NULL.
                fault = str(error).splitlines()[0]
                raise StoreError(
                    f"{self.path}: a row of {table} cannot be written: {fault} (mend the record)"
                ) from error

    def _documents(self, sql: str, values: Sequence[Any]) -> Iterator[Document]:
        """Documents of (record, duplicates_of). Whose copy one is changes when an earlier one comes, so it is kept in
        its column alone."""
        for record, head in self._rows(sql, values):
            yield document_from_dict(json.loads(record) | {"duplicates_of": head})

    def _records(self, sql: str, values: Sequence[Any]) -> Iterator[dict[str, Any]]:
        for row in self._rows(sql, values):
            yield json.loads(row[0])

    def _rows(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        cursor = self._cursor().execute(sql, list(values))
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _copying(sql: str, file: Path) -> str:
    path = str(file).replace("'", "''")
    return f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"


def _rows_backed_up(folder: Path) -> dict[str, int]:
    """How many rows of each table a back-up holds. Raises StoreError where it was cut off or is of a later Comity."""
    place = folder / BACKUP
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        version, rows = int(told["schema"]), {str(table): int(count) for table, count in told["rows"].items()}
    except FileNotFoundError:
        raise StoreError(f"{folder}: the back-up was cut off, {BACKUP} is missing (take another)") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{place}: cannot be read: {error} (take another back-up)") from error
    if version > schema.SCHEMA_VERSION:
        raise StoreError(
            f"{folder}: backed up with schema {version} by a later Comity, this one knows schema {schema.SCHEMA_VERSION} at "
            "most (update it: pip install --upgrade comity)"
        )
    return rows


class _Archive:
    """The sketches of the documents in a store, for `Stories`."""

    def __init__(self, connection: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._connection = connection

    def between(self, start: str | None, end: str | None, undated: bool) -> Iterator[Sketch]:
        condition = "published >= coalesce(?::DATE, published) AND published <= coalesce(?::DATE, published)"
        return self._where(f"({condition}) OR (? AND published IS NULL)", [start, end, undated])

    def of(self, ids: Sequence[str]) -> Iterator[Sketch]:
        return self._where("id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)])

    def _where(self, condition: str, values: Sequence[Any]) -> Iterator[Sketch]:
        # In the writer's own transaction: what it has written a batch ago must be seen. They are taken in before anything
        # else is asked of that connection, so they need not all be held at once.
        answer = self._connection().execute(
            f"""SELECT id, published::VARCHAR, shingles, minhash FROM documents JOIN sketches ON document = id
                WHERE minhash IS NOT NULL AND ({condition})""",
            list(values),
        )
        while rows := answer.fetchmany(BATCH):
            for identifier, published, count, state in rows:
                yield Sketch(id=identifier, published=published, shingles=count, minhash=unpack(bytes(state)))


def visible(record: str, document: str, as_of: str | None) -> tuple[str, list[str]]:
    """The SQL condition, with its parameters, that lets through what the world could know on a day.

    `record` and `document` are the aliases of the joined tables. A record without a document, or with one that has no
    date, is judged by its own `reported` alone.
    """
    if as_of is None:
        return "TRUE", []
    condition = f"{record}.reported <= ?::DATE AND ({document}.published IS NULL OR {document}.published <= ?::DATE)"
    return condition, [as_of, as_of]


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
