"""Killed at any moment, a run leaves a store that opens, and the next one ends as if nothing had happened.

`COMITY_KILLS=20 pytest tests/engine/test_engine_crash.py` kills at twenty moments instead of one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.app.coding import Crew, code, code_to_folder, coding_version
from comity.engine.folder import written_shards
from comity.store import Store

KILLS = int(os.environ.get("COMITY_KILLS", "1"))
HERE = Path(__file__).parent
CODE = """
import sys
sys.path.insert(0, {here!r})
from comity.app.coding import Crew, code, code_to_folder
from comity.store import Store
if __name__ == "__main__":
    crew = Crew(workers={workers}, shard=4_000)
    print("begun", flush=True)
    if {folder!r}:
        code_to_folder([{news!r}], {folder!r}, coder={coder!r}, crew=Crew(workers={workers}, shard=10_000))
    else:
        with Store.open({store!r}) as store:
            for _ in code([{news!r}], store=store, coder={coder!r}, crew=crew, share=0.2):
                print("one", flush=True)
"""


def start(script: Path, **names: Any) -> subprocess.Popen[str]:
    given = {"here": str(HERE), "folder": "", "store": "", "coder": "engine_coders:slow"}
    script.write_text(CODE.format(**(given | names)))
    return subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def whole(path: Path) -> int:
    """How many documents a store holds; that no half of a batch is there."""
    with Store.open(path, read_only=True) as store:
        version = coding_version()
        held = store.query("SELECT count(*), count(version), count(DISTINCT id) FROM documents")[0]
        orphans = store.query("SELECT count(*) FROM events WHERE document NOT IN (SELECT id FROM documents)")[0][0]
        events = dict(store.query("SELECT document, count(*) FROM events GROUP BY 1"))
        for document in store.documents():
            assert events.get(document.id, 0) == document.text.count(" helped ")
        assert store.coded_document_ids(version) == {document.id for document in store.documents()}
    assert held[0] == held[1] == held[2]
    assert orphans == 0
    return int(held[0])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_at_random_moments_ends_with_the_same_store(
    tmp_path: Path, rows_of: Any, write_lines: Any, contents: Any, workers: int
) -> None:
    news = write_lines(rows_of(200))
    with Store.open(tmp_path / "whole.duckdb") as store:
        for _ in code([news], store=store, coder="engine_coders:words"):
            pass
    rng = random.Random(workers)
    path, killed, midway = tmp_path / "killed.duckdb", 0, 0
    while killed < KILLS:
        process = start(tmp_path / "run.py", news=str(news), store=str(path), workers=workers)
        assert process.stdout and process.stdout.readline() == "begun\n"
        try:
            process.wait(rng.uniform(0.05, 2.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        if path.exists() and path.stat().st_size:
            try:
                held = whole(path)
            except Exception as error:
                assert "is not a Comity store" in str(error) and not midway  # killed before there were tables
                continue
            midway += 0 < held < 200
            if held == 200:
                path.unlink()
                Path(f"{path}.wal").unlink(missing_ok=True)
    final = start(tmp_path / "run.py", news=str(news), store=str(path), workers=workers)
    _, errors = final.communicate(timeout=120)
    assert (final.returncode, errors) == (0, "")
    assert whole(path) == 200
    assert contents(path) == contents(tmp_path / "whole.duckdb")


def test_a_process_killed_in_the_midst_of_writing_leaves_only_whole_batches(
    tmp_path: Path, rows_of: Any, write_lines: Any
) -> None:
    news = write_lines(rows_of(200))
    path = tmp_path / "s.duckdb"
    script = tmp_path / "torn.py"
    script.write_text(f"""
import os, signal, sys
sys.path.insert(0, {str(HERE)!r})
from comity.app.coding import code
from comity.store import Store
written = 0
insert = Store._insert
def torn(self, table, rows):
    global written
    insert(self, table, rows)
    written += table == "events"
    if written == 3 and table == "events":
        os.kill(os.getpid(), signal.SIGKILL)  # documents and events of the third batch are in, claims are not
Store._insert = torn
with Store.open({str(path)!r}) as store:
    for _ in code([{str(news)!r}], store=store, coder="engine_coders:words"):
        pass
""")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert whole(path) == 128


def test_a_folder_whose_run_was_killed_is_gone_on_with(tmp_path: Path, rows_of: Any, write_lines: Any) -> None:
    news = write_lines(rows_of(200))
    code_to_folder([news], str(tmp_path / "whole"), coder="engine_coders:words", crew=Crew(shard=10_000))
    process = start(tmp_path / "run.py", news=str(news), folder=str(tmp_path / "killed"), workers=2)
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("killed/shards/*.json"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    there = len(written_shards(str(tmp_path / "killed")))
    report = code_to_folder([news], str(tmp_path / "killed"), coder="engine_coders:words", crew=Crew(shard=10_000))
    assert 3 <= report.resumed <= there <= report.shards
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path, rows_of: Any, write_lines: Any) -> None:
    news = write_lines(rows_of(200))
    process = start(tmp_path / "run.py", news=str(news), store=str(tmp_path / "s.duckdb"), workers=2)
    children: list[int] = []
    until = time.monotonic() + 60
    while len(children) < 2 and time.monotonic() < until:
        children = children_of(process.pid)
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    while any(map(alive, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(children) >= 2
    assert not any(map(alive, children))


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_a_run_that_is_interrupted_ends_cleanly_and_resumes(
    tmp_path: Path, rows_of: Any, write_lines: Any, contents: Callable[..., Any]
) -> None:
    news = write_lines(rows_of(200))
    path = tmp_path / "s.duckdb"
    coder = "engine_coders:sluggish"  # a batch of 64 takes three seconds, all of it five
    process = start(tmp_path / "run.py", news=str(news), store=str(path), workers=2, coder=coder)
    assert process.stdout
    assert [process.stdout.readline() for _ in range(2)] == ["begun\n", "one\n"]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert "EOFError" not in errors and "Broken" not in errors
    held = whole(path)
    assert held < 200
    final = start(tmp_path / "run.py", news=str(news), store=str(path), workers=2)
    assert final.wait(120) == 0
    assert held <= whole(path) == 200
