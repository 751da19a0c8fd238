"""Processes that hunt, one after another, until a target has had its time; a process that dies is a finding.

A JSON line a target: executions, executions a second, the size of what was kept, peak memory, findings.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fuzz.hunt import read_ledger
from fuzz.trial import ROOT

CORPUS = Path(__file__).resolve().parent / "corpus"
WORK = ROOT / "build" / "fuzz"
# Wall seconds at one input after which a process is stopped from outside: it does not hear the signal of its own clock.
STUCK = 120.0
STARTS = 5  # deaths in a row without an execution


def engines() -> tuple[str, ...]:
    """The engines that are there, the better one first."""
    return ("atheris", "mutate") if importlib.util.find_spec("atheris") else ("mutate",)


def campaign(
    name: str, seconds: float, engine: str, *, seed: int = 1, work: Path = WORK, pause: Path | None = None
) -> dict[str, Any]:
    """Fuzzes one target; returns what its line says. While the file `pause` is there, no process is running."""
    place = work / name
    place.mkdir(parents=True, exist_ok=True)
    executions = deaths = idle = 0
    peak = 0
    spent = 0.0
    while spent < seconds and idle < STARTS:
        while pause is not None and pause.exists():
            time.sleep(2)
        given = {
            "target": name, "seconds": seconds - spent, "engine": engine, "work": str(place),
            "corpora": [str(CORPUS / name)], "seed": seed + deaths,
        }  # fmt: skip
        began = time.monotonic()
        (place / "ledger").unlink(missing_ok=True)
        status = _process(given, place, pause)
        found = read_ledger(place / "ledger") if (place / "ledger").exists() else None
        spent += time.monotonic() - began
        idle = 0 if found and found["executions"] else idle + 1
        if found:
            executions += found["executions"]
            peak = max(peak, found["peak"])
        if status != 0 and status != "paused" and found and found["input"] is not None:
            deaths += 1
            _keep_death(place, status, found["input"])
    listed = [json.loads(path.read_text()) for path in sorted((place / "findings").glob("*.json"))]
    kept = [path.stat().st_size for path in (place / "corpus").glob("*")] if (place / "corpus").is_dir() else []
    return {
        "target": name, "engine": engine, "seconds": round(spent, 1), "executions": executions,
        "executions_per_second": round(executions / spent, 1) if spent else 0.0, "corpus_files": len(kept),
        "corpus_bytes": sum(kept), "peak_megabytes": round(peak / 1e6), "deaths": deaths,
        "findings": [f"{item['kind']} at {item['place']}: {item['detail']}" for item in listed],
    }  # fmt: skip


def _process(given: dict[str, Any], place: Path, pause: Path | None) -> int | str:
    """Runs one process to its end; returns its exit status, "stuck", or "paused"."""
    with (place / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzz.hunt", json.dumps(given)],
            stdout=log, stderr=log, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        until = time.monotonic() + given["seconds"] + 2 * STUCK
        while True:
            try:
                return process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                ledger = place / "ledger"
                at = read_ledger(ledger) if ledger.exists() else None
                stuck = at is not None and at["input"] is not None and time.time() - at["began"] > STUCK
                paused = pause is not None and pause.exists()
                if paused or stuck or time.monotonic() > until:
                    process.kill()
                    process.wait()
                    return "paused" if paused else "stuck"


def _keep_death(place: Path, status: int | str, data: bytes) -> None:
    key = f"process ends with {status}"
    name = hashlib.sha256(key.encode() + data).hexdigest()[:12]
    folder = place / "findings"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.input").write_bytes(data)
    told = {"kind": "Death", "place": "process", "detail": f"{key}; see {name}.input"}
    (folder / f"{name}.json").write_text(json.dumps(told) + "\n")


def corpus_of(name: str) -> Iterator[bytes]:
    """The inputs of a target that the checkout keeps."""
    folder = CORPUS / name
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield path.read_bytes()
