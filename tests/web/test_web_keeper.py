"""The store among many: other processes may write while nobody asks, and a locked store is told in words."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from comity.errors import StoreBusy
from comity.store import Store
from comity.web.app import create_app
from comity.web.keeper import Keeper

from .conftest import Small

HOLD = """
import sys
from comity.store import Store
store = Store.open(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
store.close()
"""


@pytest.fixture
def held(small: Small) -> Any:
    """Another process that has the store open for writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(small.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    yield process
    if process.poll() is None:
        process.communicate("\n")


def test_a_store_that_another_process_writes_is_told_in_words_and_comes_back(small: Small, held: Any) -> None:
    keeper = Keeper(small.path, patience=0.1)
    with pytest.raises(StoreBusy), keeper.reading():
        pass
    with TestClient(create_app(small.path, keeper=keeper), base_url="http://localhost") as client:
        page = client.get("/")
        assert page.status_code == 503 and "another process is writing" in page.text.lower()
        assert page.headers["retry-after"] == "5"
        problem = client.get("/api/v1/store")
        assert (problem.status_code, problem.json()["type"]) == (503, "urn:comity:problem:store-busy")
        held.communicate("\n")
        assert client.get("/").status_code == 200


def test_when_nobody_asks_another_process_may_write(small: Small) -> None:
    keeper = Keeper(small.path, idle=0.05)
    with keeper.reading() as store:
        assert store.counts()["documents"] == 13
    time.sleep(0.3)
    code = "import sys; from comity.store import Store; Store.open(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", code, str(small.path)], check=True)


def test_reading_goes_on_beside_writing(small: Small) -> None:
    keeper = Keeper(small.path)
    inside, done = threading.Event(), threading.Event()

    def write() -> None:
        with keeper.writing() as store:
            inside.set()
            done.wait(5)
            store.execute("DELETE FROM claims")

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(5)
    with keeper.reading() as store:
        assert store.counts()["claims"] == 1
    done.set()
    writer.join()
    with keeper.reading() as store:
        assert store.counts()["claims"] == 0
    keeper.close()


def test_who_reads_already_does_not_wait_for_a_writer_that_waits_for_it(small: Small) -> None:
    keeper = Keeper(small.path, patience=0.5)
    written = threading.Event()

    def write() -> None:
        with keeper.writing() as store:
            store.execute("DELETE FROM claims")
        written.set()

    with keeper.reading() as store:
        writer = threading.Thread(target=write)
        writer.start()
        while not keeper._draining:
            time.sleep(0.01)
        with keeper.dyad("ISR", "AZE") as part:
            assert part.query("SELECT count(*) FROM events") == [(13,)]
        assert store.counts()["claims"] == 1
    writer.join(10)
    assert written.is_set()
    keeper.close()


def test_a_slice_has_what_the_store_holds_on_two_actors_until_the_store_changes(small: Small) -> None:
    keeper = Keeper(small.path)

    def held() -> tuple[int, str | None]:
        with keeper.dyad("AZE", "ISR") as part:
            return part.query("SELECT count(*) FROM events")[0][0], part.reported()[1]

    assert held() == held() == (13, "2020-03-02")
    with keeper.reading() as store, keeper.dyad("ISR", "AZE") as part:
        (place,) = part.query("SELECT place FROM events WHERE id = ?", [small.thanked])[0]
        assert store.query("SELECT id FROM events WHERE rowid = ?", [place]) == [(small.thanked,)]
    with keeper.writing() as store:
        store.execute("DELETE FROM events WHERE id = ?", [small.thanked])
    assert held() == (12, "2019-12-10")
    keeper.close()


def test_more_slices_than_are_kept_push_out_the_oldest_that_nobody_uses(small: Small) -> None:
    from comity.web.slices import KEPT

    keeper = Keeper(small.path)
    with keeper.reading() as store, keeper.dyad("ISR", "AZE") as used:
        for number in range(KEPT + 3):
            with keeper.dyad("ISR", f"X{number:02d}") as part:
                assert part.reported() == (None, None)
        assert used.query("SELECT count(*) FROM events") == [(13,)]
        attached = store.query("SELECT count(*) FROM duckdb_databases() WHERE starts_with(database_name, 'slice_')")
        assert attached == [(KEPT,)]
    keeper.close()


def test_many_readers_and_writers_end_well(small: Small) -> None:
    keeper = Keeper(small.path, idle=0.01)
    faults: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(15):
                with keeper.reading() as store:
                    assert store.counts()["events"] == 15
        except Exception as error:
            faults.append(error)

    def write() -> None:
        try:
            for number in range(5):
                with keeper.writing() as store:
                    store.begin_run("test", "1", {str(threading.get_ident()): str(number)})
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=target) for target in (read, read, read, write, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    with keeper.reading() as store:
        assert store.counts()["runs"] == 10
    keeper.close()


def test_what_is_remembered_is_forgotten_when_the_store_changes(small: Small) -> None:
    keeper = Keeper(small.path)
    made: list[int] = []
    for _ in range(2):
        keeper.remembered("key", lambda: made.append(1))
    assert len(made) == 1 and keeper.knows("key")
    with Store.open(small.path) as store:
        store.execute("DELETE FROM claims")
    assert not keeper.knows("key")


def test_a_question_that_takes_too_long_is_ended(small: Small) -> None:
    import duckdb

    keeper = Keeper(small.path, question=0.1)
    with pytest.raises(duckdb.InterruptException), keeper.reading() as store:
        store.query("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range) = hash(b.range + 1)")
    keeper.close()


def test_a_store_that_is_not_there_is_no_fault_of_ours(small: Small, tmp_path: Any) -> None:
    with TestClient(create_app(tmp_path / "none.duckdb"), base_url="http://localhost") as client:
        found = client.get("/api/v1/store")
        assert (found.status_code, found.json()["type"]) == (503, "urn:comity:problem:store-unavailable")
