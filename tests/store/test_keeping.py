"""What is backed up is restored as it was, whatever it is; what was cut off is never taken for whole; a check finds what
should not be."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.errors import StoreError
from comity.store import Store
from comity.store.checking import FAULTS, check_store
from comity.store.schema import COLUMNS, SCHEMA_VERSION
from comity.store.store import BACKUP

Make = Callable[..., Any]
KILLS = int(os.environ.get("COMITY_KILLS", "1"))
LONG = " ".join(f"word{number}" for number in range(40))
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
DAYS = st.dates().map(lambda day: f"{day:%Y-%m-%d}".rjust(10, "0")) | st.none()


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: store.query(f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL")
        for table, columns in COLUMNS.items()
    }


def fill(store: Store, make_document: Make, make_event: Make, make_claim: Make, copies: int = 2) -> None:
    """Something in every table."""
    run = store.begin_run("code", "1", {"news": "abc"})
    for number in range(copies):
        document = make_document(text=f"They signed. {LONG} {number}", published=f"2020-01-0{number + 1}")
        claim = make_claim(document=document, text="They signed.", end=12)
        store.replace_document(document, [make_event(document=document)], [claim], version="1")
    store.add_documents([make_document(text=f"not coded {copies}", published=None)])
    for statement in (
        "INSERT INTO events (id, document, dataset, text) VALUES ('icews:1', 'icews:2', 'icews', 'Consult')",
        "INSERT INTO corrections (id, document, verdict, made, record) VALUES ('k1', 'd', 'right', '2020', '{}')",
        """INSERT INTO alerts (id, kind, a, b, day, record, delivered) VALUES
           ('a1', 'move', 'AZE', 'ISR', '2020-01-01', '{}', '{"terminal": null}')""",
        "INSERT INTO watch_state VALUES ('tie:AZE:ISR', '[1.5, null]'), ('learned', 'true')",
    ):
        store.execute(statement)
    store.finish_run(run, {"events": copies})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(WORDS, DAYS, st.integers(0, 3)), max_size=4),
    loaded=st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=3),
    states=st.dictionaries(WORDS, WORDS, max_size=3),
)
def test_whatever_a_store_holds_comes_back_row_by_row(
    tmp_path_factory: pytest.TempPathFactory,
    make_document: Make,
    make_event: Make,
    make_claim: Make,
    texts: list[tuple[str, str | None, int]],
    loaded: list[tuple[str, str, str]],
    states: dict[str, str],
) -> None:
    folder = tmp_path_factory.mktemp("backup")
    with Store.open(":memory:") as store, Store.open(":memory:") as new:
        for text, day, events in texts:
            document = make_document(text=f"{LONG} {text}", published=day, title=text)
            found = [make_event(document=document, place=text, contexts=("economic",)) for _ in range(events)]
            store.replace_document(document, found, [make_claim(document=document)] * (events > 1), version=text)
        for number, (text, source, origin) in enumerate(loaded):
            store.execute(
                "INSERT INTO events (id, document, dataset, text, source_text, origin) VALUES (?, ?, 'icews', ?, ?, ?)",
                [f"icews:{number}", f"icews:{number}", text, source, origin],
            )
        for key, value in states.items():
            store.execute("INSERT INTO watch_state VALUES (?, ?)", [key, value])
            store.execute("INSERT INTO alerts (id, kind, record) VALUES (?, 'move', ?)", [key, value])
            store.execute("INSERT INTO corrections (id, document, record) VALUES (?, 'd', ?)", [key, value])
        store.export(folder)
        new.restore(folder)
        assert contents(new) == contents(store)


def test_a_back_up_of_another_day_takes_the_place_of_the_first(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    with Store.open(":memory:") as store, Store.open(":memory:") as new:
        fill(store, make_document, make_event, make_claim)
        store.export(tmp_path / "kept")
        store.execute("DELETE FROM claims")
        store.export(tmp_path / "kept")
        new.restore(tmp_path / "kept")
        assert contents(new) == contents(store)
        assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted(
            [BACKUP, *(f"{table}.parquet" for table in COLUMNS)]
        )


# Kills itself at the file of this number that a back-up puts in its place; -1: before the fourth table is written.
CUT_BACKUP = """
import os, signal, sys
from pathlib import Path
from comity.store import Store, store as module
left, real, copying = int(sys.argv[3]), Path.replace, module._copying
tables = 0
def replace(self, target):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return real(self, target)
def written(sql, file):
    global tables
    tables += 1
    if left < 0 and tables == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return copying(sql, file)
Path.replace, module._copying = replace, written
with Store.open(sys.argv[1], read_only=True) as store:
    store.export(sys.argv[2])
"""


@pytest.mark.parametrize(
    ("cut", "fault"), [(-1, "holds no tables"), (0, "holds no tables"), (3, "cut off"), (len(COLUMNS), "cut off")]
)
def test_a_back_up_that_was_killed_is_not_restored(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make, cut: int, fault: str
) -> None:
    with Store.open(tmp_path / "s.duckdb") as store:
        fill(store, make_document, make_event, make_claim)
    script = [sys.executable, "-c", CUT_BACKUP, str(tmp_path / "s.duckdb"), str(tmp_path / "kept"), str(cut)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Store.open(tmp_path / "s.duckdb", read_only=True) as store, Store.open(":memory:") as new:
        with pytest.raises(StoreError, match=fault):
            new.restore(tmp_path / "kept")
        store.export(tmp_path / "kept")
        new.restore(tmp_path / "kept")
        assert contents(new) == contents(store)


CUT_RESTORE = """
import os, signal, sys
from comity.store import Store
real = Store._restore
def cut(self, table, columns, files):
    if table == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, table, columns, files)
Store._restore = cut
with Store.open(sys.argv[1]) as store:
    store.restore(sys.argv[2])
"""


def test_a_restore_that_was_killed_leaves_an_empty_store_to_restore_into(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    with Store.open(":memory:") as store:
        fill(store, make_document, make_event, make_claim)
        store.export(tmp_path / "kept")
        script = [sys.executable, "-c", CUT_RESTORE, str(tmp_path / "s.duckdb"), str(tmp_path / "kept"), "sketches"]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        with Store.open(tmp_path / "s.duckdb") as new:
            assert not any(map(len, contents(new).values()))
            new.restore(tmp_path / "kept")
            assert contents(new) == contents(store)


def damaged(told: dict[str, Any], **changes: Any) -> str:
    return json.dumps(told | changes)


@pytest.mark.parametrize(
    ("notes", "fault"),
    [
        (lambda told: damaged(told, schema=SCHEMA_VERSION + 1), "by a later Comity"),
        (lambda told: damaged(told, rows=told["rows"] | {"events": 99}), r"events.parquet holds 3 rows, but 99 were"),
        (lambda told: "{}", "cannot be read"),
        (lambda told: "no JSON", "cannot be read"),
    ],
)
def test_a_back_up_that_is_not_what_was_written_is_refused(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make, notes: Callable[[Any], str], fault: str
) -> None:
    with Store.open(":memory:") as store, Store.open(":memory:") as new:
        fill(store, make_document, make_event, make_claim)
        store.export(tmp_path / "kept")
        file = tmp_path / "kept" / BACKUP
        file.write_text(notes(json.loads(file.read_text())))
        with pytest.raises(StoreError, match=fault):
            new.restore(tmp_path / "kept")
        assert not any(map(len, contents(new).values()))


@pytest.mark.parametrize("table", ["corrections", "alerts", "watch_state"])
def test_a_back_up_is_not_restored_over_what_people_said(tmp_path: Path, table: str) -> None:
    first = next(iter(COLUMNS[table]))
    with Store.open(":memory:") as store, Store.open(":memory:") as new:
        store.export(tmp_path / "kept")
        new.execute(f"INSERT INTO {table} ({first}) VALUES ('x')")
        with pytest.raises(StoreError, match="holds documents or events already"):
            new.restore(tmp_path / "kept")


# Writes batches for ever, and says of each when it is written; every other time the file is brought up to date as well.
WRITE = """
import sys
sys.path.insert(0, sys.argv[2])
from conftest import make_document, make_event
from comity.store import Store
with Store.open(sys.argv[1]) as store:
    for number in range(int(sys.argv[3]), 10_000):
        documents = [make_document(text=f"They signed. {number} {place}") for place in range(20)]
        store.replace_documents([(one, [make_event(document=one)], []) for one in documents], version=str(number))
        print(number, flush=True)
        if number % 2:
            store.execute("DELETE FROM claims")
            store.cursor().execute("CHECKPOINT")
            print(number, flush=True)
        if number % 5 == 4:
            store.share(0.0)
"""


def test_what_was_said_to_be_written_is_there_after_a_kill_also_in_the_midst_of_a_checkpoint(tmp_path: Path) -> None:
    chance, path = random.Random(7), tmp_path / "s.duckdb"
    tests = str(Path(__file__).parent.parent)
    said: set[int] = set()
    for killed in range(1, 2 * KILLS + 1):
        script = [sys.executable, "-c", WRITE, str(path), tests, str(max(said, default=-1) + 2)]
        writer = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        told = [writer.stdout.readline() for _ in range(chance.randrange(2, 12))] if writer.stdout else []
        # Somewhere in what comes next: a batch, a checkpoint, or closing and opening.
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(chance.uniform(0, 0.05))
        writer.kill()
        rest, errors = writer.communicate()
        assert errors == ""
        said |= {int(line) for line in [*told, *rest.splitlines()] if line.strip()}
        with Store.open(path) as store:
            batches = dict(store.query("SELECT version::INTEGER, count(*) FROM documents GROUP BY 1"))
            assert set(batches.values()) == {20}
            # What was written as it died may be there unsaid.
            assert said <= set(batches) and len(set(batches) - said) <= killed
            assert check_store(store).faults == ()
            assert store.counts()["events"] == store.counts()["documents"]


BROKEN = {
    "documents that are there twice": "INSERT INTO documents SELECT * FROM documents",
    "events that are there twice": "INSERT INTO events SELECT * FROM events",
    "claims that are there twice": "INSERT INTO claims SELECT * FROM claims",
    "own events without their document": "UPDATE events SET document = 'gone', record = NULL WHERE dataset IS NULL",
    "claims without their document": "UPDATE claims SET document = 'gone'",
    "events or claims of documents that are not coded": "UPDATE documents SET version = NULL",
    "own events without a record": "UPDATE events SET record = NULL",
    "copies of a document that is not there": "UPDATE documents SET duplicates_of = 'gone'",
    "copies of a copy": "UPDATE documents SET duplicates_of = id",
    "sketches without their document": "UPDATE sketches SET document = 'gone'",
    "documents that contradict their record": "UPDATE documents SET published = '1999-01-01'",
    "events that contradict their record": "UPDATE events SET source = 'XXX'",
    "claims that contradict their record": "UPDATE claims SET third = 'XXX'",
    "sentences that do not stand in the text of their document": (
        "UPDATE events SET record = replace(record, 'They signed.', 'They mourned.')"
    ),
}


def test_each_fault_that_is_looked_for_is_one_of_the_table() -> None:
    assert set(BROKEN) == set(FAULTS)


@pytest.mark.parametrize(("fault", "statement"), BROKEN.items())
def test_a_check_finds_what_should_not_be(
    make_document: Make, make_event: Make, make_claim: Make, fault: str, statement: str
) -> None:
    with Store.open(":memory:") as store:
        fill(store, make_document, make_event, make_claim)
        found = check_store(store)
        assert (found.faults, found.rows["events"], found.unfinished) == ((), 3, 0)
        store.execute(statement)
        faults = {one.fault: one for one in check_store(store).faults}
        assert faults[fault].count >= 1 and len(faults[fault].ids) == min(3, faults[fault].count)


def test_a_damaged_file_is_told_in_words(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    path = tmp_path / "s.duckdb"
    with Store.open(path) as store:
        fill(store, make_document, make_event, make_claim, copies=9)
    data = bytearray(path.read_bytes())
    for place in range(3 * 4096 + 100, len(data), 4096):
        data[place : place + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(StoreError), Store.open(path, read_only=True) as store:
        check_store(store)
