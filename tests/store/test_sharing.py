"""A store that is written for hours is lent out between two transactions, and what is in it can be carried elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.errors import StoreError
from comity.store import Store
from comity.store.schema import COLUMNS

Make = Callable[..., Any]
READ = """
import sys
from comity.store import Store
from comity.errors import StoreError
print("ready", flush=True)
sys.stdin.readline()
try:
    with Store.open(sys.argv[1], read_only=True, wait=float(sys.argv[2])) as store:
        print(store.counts()["documents"], flush=True)
        sys.stdin.readline()
except StoreError as error:
    print(error, flush=True)
"""


def reader(path: Path, wait: float) -> subprocess.Popen[str]:
    """Another process that reads the store when told to, and holds it until told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", READ, str(path), str(wait)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def say(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_a_reader_gets_the_store_between_two_batches_and_the_writer_waits_for_it(
    tmp_path: Path, make_document: Make
) -> None:
    path = tmp_path / "s.duckdb"
    with Store.open(path) as store:
        store.replace_document(make_document(), [])
        other = reader(path, 30)
        say(other)
        time.sleep(0.3)  # it is turned away meanwhile
        store.share(0.0)
        assert hear(other) == "1\n"
        began = time.monotonic()
        say(other)
        store.replace_document(make_document(), [])
        assert time.monotonic() - began < 30
        assert store.counts()["documents"] == 2
    assert other.wait(30) == 0


def test_a_reader_that_waited_in_vain_is_told_who_has_the_store(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    with Store.open(path):
        other = reader(path, 0.2)
        say(other)
        assert (
            f"another process or connection has the store open: {Path(sys.executable).resolve().name}, process "
            in hear(other)
        )
    other.wait(30)


def test_a_store_is_not_let_go_before_its_time_nor_one_in_memory_ever(tmp_path: Path, make_document: Make) -> None:
    for path in (tmp_path / "s.duckdb", ":memory:"):
        with Store.open(path) as store:
            store.replace_document(make_document(), [])
            connection = store._connection
            store.share(3600.0 if path != ":memory:" else 0.0)
            assert store._connection is connection
            assert store.counts()["documents"] == 1


def test_what_another_process_wrote_meanwhile_is_known_as_a_copy(tmp_path: Path, make_document: Make) -> None:
    path = tmp_path / "s.duckdb"
    words = " ".join(f"word{number}" for number in range(60))
    first = make_document(text=f"{words} first", published="2020-01-01")
    second, third = (make_document(text=f"{words} {n}", published=f"2020-01-0{n}") for n in (2, 3))
    with Store.open(path) as store:
        store.replace_document(third, [])
        store.share(0.0)
        with Store.open(path) as other:
            other.replace_document(first, [])
        store.replace_document(second, [])
        heads = dict(store.query("SELECT id, duplicates_of FROM documents"))
    assert heads == {first.id: None, second.id: first.id, third.id: first.id}


def test_a_store_that_was_let_go_can_be_closed_and_not_used_after(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "s.duckdb")
    store.share(0.0)
    store.close()
    with pytest.raises(duckdb.Error):
        store.counts()


def table(store: Store, name: str) -> list[tuple[Any, ...]]:
    return store.query(f"SELECT {', '.join(COLUMNS[name])} FROM {name} ORDER BY ALL")


def test_what_is_exported_is_restored_as_it_was(
    tmp_path: Path, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    documents = [make_document(text=f"{words} {n}", published=f"2020-01-0{n}") for n in (1, 2)]
    with Store.open(tmp_path / "a.duckdb") as store, Store.open(tmp_path / "b.duckdb") as new:
        run = store.begin_run("code", "1", {"news": "abc"})
        for document in documents:
            event = make_event(document=document, contexts=("economic",), target=None, place="Å\0\ud800")
            store.replace_document(document, [event], [make_claim(document=document)], version="1")
        store.add_documents([make_document(text="not coded", published=None)])
        store.execute(
            "INSERT INTO events (id, document, dataset, text) VALUES ('icews:1', 'icews:2', 'icews', 'Consult')"
        )
        store.finish_run(run, {"events": 2})
        store.export(tmp_path / "out")
        assert new.restore(tmp_path / "out") == store.counts()
        for name in COLUMNS:
            assert table(new, name) == table(store, name)
        with pytest.raises(StoreError, match="holds documents or events already"):
            new.restore(tmp_path / "out")


def test_a_folder_without_tables_or_with_a_broken_one_restores_nothing(tmp_path: Path, make_document: Make) -> None:
    with Store.open(tmp_path / "a.duckdb") as store, Store.open(tmp_path / "b.duckdb") as new:
        store.replace_document(make_document(), [])
        store.export(tmp_path / "out")
        (tmp_path / "out" / "runs.parquet").write_bytes(b"PAR1 and no more")
        with pytest.raises(StoreError, match="cannot be restored"):
            new.restore(tmp_path / "out")
        with pytest.raises(StoreError, match="holds no tables"):
            new.restore(tmp_path)
        assert not any(new.counts().values())
