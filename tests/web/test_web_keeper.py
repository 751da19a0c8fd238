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
