"""The loop of one process: inputs, each tried, with what is found kept on disk, until the time is over.

Two engines make the inputs. `atheris` (libFuzzer over instrumented Python) keeps those that reach new code and goes on
from them; `mutate` changes the seeds without looking, and needs nothing installed. What the process is at stands in a
small shared file, so that its parent knows the input that killed it.
"""

from __future__ import annotations

import gc
import hashlib
import json
import mmap
import random
import resource
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from fuzz.mutate import mutated
from fuzz.trial import SPACE, attempt, peak

_HEAD = struct.Struct("<QQQdI")  # executions, findings, peak, when the input began, its length + 1 (0 between two)
LARGEST = 1 << 20
INSTRUMENTED = ("comity", "feedparser", "pypdf", "protego", "email", "csv", "zipfile", "gzip", "html", "quopri")


class Ledger:
    """What a process is at, in a file that outlives it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as made:
            made.truncate(_HEAD.size + LARGEST)
        with path.open("r+b") as opened:
            self._map = mmap.mmap(opened.fileno(), 0)
        self.executions = self.findings = 0

    def begin(self, data: bytes) -> None:
        self._map[_HEAD.size : _HEAD.size + len(data)] = data
        self._write(len(data) + 1)

    def end(self) -> None:
        self.executions += 1
        self._write(0)

    def _write(self, length: int) -> None:
        _HEAD.pack_into(self._map, 0, self.executions, self.findings, peak(), time.time(), length)


def read_ledger(path: Path) -> dict[str, Any]:
    """Executions, findings and peak memory of a process, and the input that it is, or died, at (None between two)."""
    data = path.read_bytes()
    executions, findings, most, began, length = _HEAD.unpack_from(data)
    return {
        "executions": executions,
        "findings": findings,
        "peak": most,
        "began": began,
        "input": data[_HEAD.size : _HEAD.size + length - 1] if length else None,
    }


class Hunt:
    """A target with where its findings go."""

    def __init__(self, run: Callable[[bytes], None], ledger: Ledger, findings: Path) -> None:
        self._run = run
        self._ledger = ledger
        self._findings = findings
        self._seen: dict[str, int] = {}

    def one(self, data: bytes) -> None:
        """Tries one input; a finding is kept once, with its smallest input."""
        self._ledger.begin(data)
        found = attempt(self._run, data)
        if found is not None:
            self._ledger.findings += 1
            if len(data) < self._seen.get(found.key, LARGEST):
                self._seen[found.key] = len(data)
                name = hashlib.sha256(found.key.encode()).hexdigest()[:12]
                self._findings.mkdir(parents=True, exist_ok=True)
                (self._findings / f"{name}.input").write_bytes(data)
                (self._findings / f"{name}.json").write_text(json.dumps(asdict(found), ensure_ascii=False) + "\n")
        self._ledger.end()
        if self._ledger.executions % 256 == 0:
            gc.collect()


def no_network(*_: object, **__: object) -> NoReturn:
    """Stands in for the look-up of names: a fuzzer writes addresses of strangers' hosts."""
    raise OSError("no network while fuzzing")


def hunt(name: str, seconds: float, engine: str, work: Path, corpora: Sequence[Path], seed: int) -> None:
    """Hunts until the time is over. With atheris it does not return: libFuzzer ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    socket.getaddrinfo = no_network
    with ExitStack() as stack:
        if engine == "atheris":
            import atheris

            stack.enter_context(atheris.instrument_imports(include=list(INSTRUMENTED), enable_loader_override=False))
        from fuzz.targets import TARGETS

        target = TARGETS[name]
        run = target.make()
        for data in target.seeds():
            run_quietly(run, data)  # what is loaded late is loaded, and instrumented, now
    hunting = Hunt(run, Ledger(work / "ledger"), work / "findings")
    seeds = [data for data in (*target.seeds(), *_files(corpora)) if len(data) <= target.longest]
    if engine == "mutate":
        _mutate(hunting, seeds, target.words, target.longest, seconds, seed)
        return
    grown = work / "corpus"
    grown.mkdir(parents=True, exist_ok=True)
    for data in seeds:
        (grown / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    dice = random.Random(seed)

    def changed(data: bytes, most: int, number: int) -> bytes:
        dice.seed(number)
        if dice.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, seeds, target.words, most, dice)

    arguments = [
        sys.argv[0],
        f"-max_total_time={max(1, int(seconds))}",
        f"-max_len={target.longest}",
        f"-seed={seed or 1}",
        "-timeout=120",
        "-rss_limit_mb=0",
        "-verbosity=0",
        "-print_final_stats=0",
        f"-artifact_prefix={work}/",
        str(grown),
    ]
    atheris.Setup(arguments, hunting.one, custom_mutator=changed)
    atheris.Fuzz()


def run_quietly(run: Callable[[bytes], None], data: bytes) -> None:
    """One run whose outcome is looked at later."""
    attempt(run, data, seconds=60)


def _mutate(
    hunting: Hunt, seeds: Sequence[bytes], words: Sequence[bytes], longest: int, seconds: float, seed: int
) -> None:
    dice = random.Random(seed)
    until = time.monotonic() + seconds
    for data in seeds:
        hunting.one(data)
    pool = list(seeds) or [b""]
    while time.monotonic() < until:
        data = mutated(dice.choice(pool), seeds, words, longest, dice)
        hunting.one(data)
        if dice.random() < 0.02:
            # Some changes must be made on top of others.
            pool.append(data)
            if len(pool) > 4 * len(seeds) + 64:
                del pool[len(seeds)]


def _files(folders: Sequence[Path]) -> list[bytes]:
    return [path.read_bytes() for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    hunt(
        given["target"],
        given["seconds"],
        given["engine"],
        Path(given["work"]),
        [Path(folder) for folder in given["corpora"]],
        given["seed"],
    )
