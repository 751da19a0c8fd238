"""`comity code` with one and with two processes: `nice python -m benchmarks.code_scale [--documents 1500] [--rounds 3]`.

Codes the shipped dispatches, each copy with a number of its own in its text, into a new store: documents in, events in the
store, and starting the processes apart. One and two processes take turns, and the best of the rounds counts, since this
machine's speed wanders. Prints one JSON line: documents and sentences a second, the ratio, the CPU seconds of all processes
(where two processes need more of them than one, the work has grown, not the machine been busy), and the
peak memory of each process. `--pause` SECONDS waits between rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.app.coding import code, coding_version
from comity.app.demo import DISPATCHES
from comity.app.reading import read, reading_options
from comity.engine.plan import shards
from comity.engine.pool import Pool
from comity.engine.running import Finished, run
from comity.engine.work import Setup
from comity.language.sentences import split
from comity.records import Document, to_dict
from comity.store import Store


@dataclass(frozen=True, slots=True)
class Measured:
    seconds: float
    cpu: float
    events: int
    peaks: tuple[int, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        path = Path(folder) / "news.jsonl"
        sentences = make(path, options.documents)
        rounds: dict[int, list[Measured]] = {1: [], 2: []}
        for _ in range(options.rounds):
            for workers, measured in rounds.items():
                measured.append(measure(path, Path(folder) / "s.duckdb", workers))
                time.sleep(options.pause)
    best = {workers: min(measured, key=lambda one: one.seconds) for workers, measured in rounds.items()}
    assert len({one.events for measured in rounds.values() for one in measured}) == 1
    print(
        json.dumps(
            {
                "benchmark": "code_scale",
                "documents": options.documents,
                "sentences": sentences,
                "events": best[1].events,
                "documents_per_second": {n: round(options.documents / one.seconds, 1) for n, one in best.items()},
                "sentences_per_second": {n: round(sentences / one.seconds) for n, one in best.items()},
                "ratio": round(best[1].seconds / best[2].seconds, 2),
                "cpu_seconds": {n: round(one.cpu, 1) for n, one in best.items()},
                "cores_busy": {n: round(one.cpu / one.seconds, 2) for n, one in best.items()},
                "cpu_ratio_of_perfect_cores": round(2 * best[1].cpu / best[2].cpu, 2),
                "peak_mb": {n: [round(peak / 1e6) for peak in one.peaks] for n, one in best.items()},
                "load": os.getloadavg()[0],
            }
        )
    )


def make(path: Path, count: int) -> int:
    """Writes so many documents; returns their sentences."""
    originals = [item for item in read([DISPATCHES]) if isinstance(item, Document)]
    sentences = 0
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            original = originals[number % len(originals)]
            text = f"{original.text}\n\nThis was dispatch number {number}."
            sentences += sum(1 for _ in split(text))
            fields = to_dict(original)
            row = {name: fields[name] for name in ("title", "publisher", "language")}
            lines.write(json.dumps(row | {"text": text, "published": original.published.date}) + "\n")
    return sentences


def measure(news: Path, store: Path, workers: int) -> Measured:
    """One run into a new store: one process does all, or several code and this one writes. Their model is loaded."""
    for old in (store, Path(f"{store}.wal")):
        old.unlink(missing_ok=True)
    options = reading_options()
    warm = news.with_name("warm.jsonl")
    warm.write_text('{"text": "Norway signed an agreement with Poland.", "language": "en"}\n' * workers)
    if workers == 1:
        list(code([warm]))
        before, began = cpu([]), time.perf_counter()
        with Store.open(store) as opened:
            for _ in code([news], store=opened):
                pass
            seconds, used = time.perf_counter() - began, cpu([]) - before
            return Measured(seconds, used, opened.counts()["events"], (peak(os.getpid()),))
    with Pool(Setup(options=options), workers) as pool, Store.open(store) as opened:
        list(run(shards([warm], options, 1), pool))
        before, began = cpu(pool.pids), time.perf_counter()
        for answer in run(shards([news], options, 30_000), pool):
            if not isinstance(answer, Finished):
                found = getattr(answer, "found", ())
                opened.replace_documents(
                    [(item.document, item.events, item.claims) for item in found], version=coding_version()
                )
        seconds = time.perf_counter() - began
        used = cpu(pool.pids) - before
        peaks = (peak(os.getpid()), *map(peak, pool.pids))
        events = opened.counts()["events"]
    return Measured(seconds, used, events, peaks)


def cpu(pids: Sequence[int]) -> float:
    """CPU seconds, user and system, of this process and of those."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    total = mine.ru_utime + mine.ru_stime
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def peak(pid: int) -> int:
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
