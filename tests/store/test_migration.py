"""A store of an earlier schema keeps all that it holds when it is brought up to date, even where that is cut off; one of a
later schema is left alone.

The files are those that the code of their day wrote (`make_earlier`). `COMITY_KILLS=20` kills at every statement.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from make_earlier import load

from comity.errors import StoreError
from comity.store import Store
from comity.store.migration import STEPS
from comity.store.schema import COLUMNS, SCHEMA_VERSION

# A process that is killed before the statement of this number, of all that a migration sends.
CUT = """
import os, signal, sys
import duckdb
from comity.store import Store, migration
class Cut:
    def __init__(self, connection, left):
        self.connection, self.left = connection, left
    def execute(self, *arguments):
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
        return self.connection.execute(*arguments)
    def commit(self):
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1
        self.connection.commit()
    def __getattr__(self, name):
        return getattr(self.connection, name)
real, cut = migration.migrate, int(sys.argv[2])
migration.migrate = lambda connection, version: real(Cut(connection, cut), version)
Store.open(sys.argv[1]).close()
"""
# What a migration from schema 1 sends: its statements, the new number and a commit for each step.
POINTS = sum(len(step) + 2 for step in STEPS.values())
KILLED = range(POINTS) if int(os.environ.get("COMITY_KILLS", "1")) > 1 else (1, 4, 7, POINTS - 1)


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, as they are in the file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: dict[str, list[dict[str, Any]]] = {}
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            answer = connection.execute(f"SELECT * FROM {table} ORDER BY ALL")
            names = [column[0] for column in answer.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return found


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("version", sorted(STEPS))
def test_all_that_an_earlier_store_holds_is_there_after_it_was_opened(
    tmp_path: Path, version: int, read_only: bool
) -> None:
    path = load(version, tmp_path / "s.duckdb")
    before = contents(path)
    Store.open(path, read_only=read_only).close()
    after = contents(path)
    assert after.pop("schema_version") == [{"version": SCHEMA_VERSION}]
    assert {table: list(rows[0]) for table, rows in after.items() if rows} == {
        table: list(columns) for table, columns in COLUMNS.items() if after[table]
    }
    before.pop("schema_version")
    for table, rows in before.items():
        kept = [{name: row[name] for name in rows[0]} for row in after[table]]
        if table == "documents" and version == 1:  # schema 1 knew no copies
            kept = [row | {"duplicates_of": None} for row in kept]
        for row in rows:
            assert row in kept
        assert table == "sketches" or len(rows) == len(kept)


@pytest.mark.parametrize("version", sorted(STEPS))
def test_the_records_of_an_earlier_store_come_back_whole(tmp_path: Path, version: int) -> None:
    with Store.open(load(version, tmp_path / "s.duckdb")) as store:
        documents = {document.origin.removesuffix(".txt"): document for document in store.documents()}
        assert list(documents) == ["copy", "first", "opinion", "odd", "undated"]
        assert documents["odd"].text == "Zero\0 and half a pair \ud800, a whole one \U0001f600, Bakı."
        assert documents["first"].duplicates_of == documents["copy"].id
        assert (
            documents["first"].furniture[0].text == "A hall" and documents["opinion"].interests[0].holder == "A. Writer"
        )
        events = {event.id: event for event in store.events()}
        assert sorted(events) == ["e1", "e2", "e3", "e4"]
        assert events["e4"].place == "\ud800" and events["e1"].trigger.text == "signed\0"
        assert dict(store.query("SELECT id, trigger FROM events")) == dict.fromkeys(events, "signed")
        assert [claim.id for claim in store.claims()] == ["c1"]
        assert [(run.version, run.finished is None) for run in store.runs()] == [
            ("0.1.0+aaaa", False),
            ("0.1.0+bbbb", True),
        ]
        assert store.query("SELECT count(*), count(minhash) FROM sketches") == [(5, 2)]
        assert store.coded_document_ids("0.1.0+aaaa") == {d.id for n, d in documents.items() if n != "undated"}


@pytest.mark.parametrize("cut", KILLED)
def test_a_migration_that_was_killed_is_done_again(tmp_path: Path, cut: int) -> None:
    path = load(1, tmp_path / "s.duckdb")
    whole = load(1, tmp_path / "whole.duckdb")
    Store.open(whole).close()
    done = subprocess.run([sys.executable, "-c", CUT, str(path), str(cut)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with duckdb.connect(str(path)) as connection:
        (version,) = connection.execute("SELECT version FROM schema_version").fetchall()[0]
    assert version == 1 + (cut >= len(STEPS[1]) + 2)
    Store.open(path).close()
    assert contents(path) == contents(whole)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_store_of_a_later_schema_is_refused_and_left_alone(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "ledger.duckdb"
    Store.open(path).close()
    duckdb.connect(str(path)).execute(f"UPDATE schema_version SET version = {SCHEMA_VERSION + 1}").close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as fault:
        Store.open(path, read_only=read_only)
    assert str(fault.value) == (
        f"{path}: written with schema {SCHEMA_VERSION + 1} by a later Comity, this one knows schema {SCHEMA_VERSION} at most "
        "(update it: pip install --upgrade comity)"
    )
    assert path.read_bytes() == before
