"""Whoever reads while a run writes gets an answer of a committed state, or is told that the store is busy."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.store import Store

HERE = Path(__file__).parent
# Each writes a report a document, each with one event for every "helped", in batches of a few.
WRITE = """
import sys
sys.path.insert(0, {engine!r})
from comity.app.coding import code
from comity.store import Store
if __name__ == "__main__":
    with Store.open({store!r}) as store:
        store.counts()
        print("begun", flush=True)
        for _ in code([{news!r}], store=store, coder="engine_coders:slow", share=0.1):
            pass
"""
# What a committed state looks like: whole batches, each document with all its events, nothing less than before.
LOOK = """
def look(store):
    rows = store.query("SELECT d.id, d.record->>'$.text', count(e.id) FROM documents d LEFT JOIN events e "
                       "ON e.document = d.id GROUP BY ALL")
    torn = [key for key, text, events in rows if text.count(" helped ") != events]
    orphans = store.query("SELECT count(*) FROM events WHERE document NOT IN (SELECT id FROM documents)")[0][0]
    return len(rows), len(torn) + orphans
"""
# The ways in which commands and pages read: patiently, impatiently, many times in one opening, and as the server does.
WAYS = {
    "patient": """
def ask():
    with Store.open(path, read_only=True, wait=10) as store:
        return look(store)
""",
    "impatient": """
def ask():
    with Store.open(path, read_only=True, wait=0) as store:
        return look(store)
""",
    "lingering": """
def ask():
    with Store.open(path, read_only=True, wait=10) as store:
        first = look(store)
        time.sleep(0.2)
        again = look(store)
    return first[0], first[1] + (first != again)
""",
    "keeper": """
from comity.web.keeper import Keeper
keeper = Keeper(path)
def ask():
    with keeper.reading() as store:
        return look(store)
""",
}
ASK = """
import json, sys, time, traceback
from comity.errors import StoreBusy
from comity.store import Store
path = sys.argv[1]
{look}
{way}
seen, busy, faults = [], [], []
print("ready", flush=True)
import threading
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
while not ended.wait(0.03):
    try:
        documents, wrong = ask()
        seen.append(documents)
        if wrong:
            faults.append([documents, wrong])
    except StoreBusy as error:
        busy.append(str(error))
    except Exception:
        faults.append(traceback.format_exc())
print(json.dumps({{"seen": seen, "busy": busy[-1:], "faults": faults}}))
"""


@pytest.fixture
def asking(tmp_path: Path) -> Any:
    """Processes that read a store, each in its way, until they are told to end."""
    processes: dict[str, subprocess.Popen[str]] = {}

    def start(path: Path) -> dict[str, subprocess.Popen[str]]:
        for name, way in WAYS.items():
            script = tmp_path / f"{name}.py"
            script.write_text(ASK.format(look=LOOK, way=way))
            processes[name] = subprocess.Popen(
                [sys.executable, str(script), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        for process in processes.values():
            assert process.stdout and process.stdout.readline() == "ready\n"
        return processes

    yield start
    for process in processes.values():
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_readers_see_whole_batches_while_a_run_writes(tmp_path: Path, asking: Callable[..., Any]) -> None:
    names = ["Israel", "Georgia", "Norway", "Kenya"]
    news = tmp_path / "news.jsonl"
    with news.open("w") as lines:
        for number in range(400):
            acts = " ".join(
                f"{names[(number + n) % 4]} helped {names[(number + n + 1) % 4]}." for n in range(number % 4)
            )
            lines.write(
                json.dumps({"text": f"Report {number}. {acts}", "published": "2020-01-02", "language": "en"}) + "\n"
            )
    path = tmp_path / "s.duckdb"
    Store.open(path).close()
    script = tmp_path / "write.py"
    script.write_text(WRITE.format(engine=str(HERE.parent / "engine"), store=str(path), news=str(news)))
    readers = asking(path)
    writer = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, errors = writer.communicate(timeout=120)
    assert (writer.returncode, errors) == (0, "")
    time.sleep(0.5)  # they look once more
    told = {name: json.loads(process.communicate("", timeout=60)[0]) for name, process in readers.items()}
    for name, answer in told.items():
        assert answer["faults"] == [], name
        assert answer["seen"] == sorted(answer["seen"]), name
        assert answer["seen"] and answer["seen"][-1] == 400, name
        assert all(re.search(r"\((wait for it to end|try again)", words) for words in answer["busy"]), name
    between = {count for answer in told.values() for count in answer["seen"]} - {0, 400}
    assert between and all(count % 64 == 0 for count in between)
