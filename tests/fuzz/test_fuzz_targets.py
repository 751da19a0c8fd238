"""The fuzzer itself: every target bears its seeds and its corpus, and what is wrong with a target is seen."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comity.sources import READERS
from fuzz.campaign import CORPUS, ROOT, corpus_of
from fuzz.hunt import Hunt, Ledger, read_ledger
from fuzz.mutate import mutated
from fuzz.targets import TARGETS
from fuzz.trial import attempt

# The coder loads its models; its inputs have a test of their own elsewhere.
QUICK = [name for name in TARGETS if name != "code"]


@pytest.mark.parametrize("name", QUICK)
def test_a_target_bears_its_seeds_and_its_corpus(name: str) -> None:
    run = TARGETS[name].make()
    inputs = [*TARGETS[name].seeds(), *corpus_of(name)]
    assert inputs, "a target without an input to begin with"
    assert [finding for data in inputs if (finding := attempt(run, data, seconds=20)) is not None] == []


def test_each_reader_has_a_target() -> None:
    known = {"gzip", "bzip2", "xz", "zstd", "zip", "markdown"}
    assert set(READERS) <= set(TARGETS) | known


def test_the_corpus_is_small() -> None:
    sizes = [path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()]
    assert sum(sizes) < 500_000
    assert {path.name for path in CORPUS.glob("*") if path.is_dir()} <= set(TARGETS)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (lambda _: int("x"), "ValueError"),
        (lambda _: time.sleep(0) or [None for _ in range(10**12)].clear(), "Hang"),  # type: ignore[func-returns-value]
    ],
)
def test_what_is_wrong_is_a_finding_with_its_place(target: object, kind: str) -> None:
    found = attempt(target, b"x", seconds=0.2)  # type: ignore[arg-type]
    assert found is not None and found.kind in (kind, "Memory")
    assert found.place.endswith(".py") or ".py:" in found.place


def test_a_hang_inside_a_pattern_is_seen() -> None:
    import re

    found = attempt(lambda _: re.match(r"(a+)+$", "a" * 60 + "b"), b"", seconds=0.2)
    assert found is not None and found.kind == "Hang"


def test_a_finding_is_kept_once_with_its_smallest_input(tmp_path: Path) -> None:
    def broken(data: bytes) -> None:
        if b"!" in data:
            raise KeyError("a bug")

    hunt = Hunt(broken, Ledger(tmp_path / "ledger"), tmp_path / "findings")
    for data in (b"fine", b"much longer!", b"short!", b"longer again!"):
        hunt.one(data)
    assert [path.read_bytes() for path in (tmp_path / "findings").glob("*.input")] == [b"short!"]
    told = read_ledger(tmp_path / "ledger")
    assert (told["executions"], told["findings"], told["input"]) == (4, 3, None)


def test_the_input_that_ends_a_process_is_known_to_the_one_that_started_it(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from fuzz.hunt import Hunt, Ledger\n"
        "Hunt(lambda _: os._exit(7), Ledger(Path(sys.argv[1])), Path('x')).one(b'deadly')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "ledger")], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 7
    assert read_ledger(tmp_path / "ledger")["input"] == b"deadly"


def test_inputs_are_made_the_same_from_the_same_numbers_and_stay_within_their_length() -> None:
    def made(seed: int) -> list[bytes]:
        dice = random.Random(seed)
        return [mutated(b"From: a@b", [b"<p>x</p>"], [b"--x"], 300, dice) for _ in range(200)]

    assert made(1) == made(1) != made(2)
    assert max(map(len, made(1))) <= 300 and len(set(made(1))) > 150
