"""One input against one target: bounded in processor time and in memory, and whatever is wrong comes back as a value.

A target gets bytes and returns quietly. Every exception is a finding, since targets catch what is documented; so is an
input that takes longer than `SECONDS` of processor time, or makes the process larger by more than `GROWTH`.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
# Processor seconds of one input (at most 64 kB): a document of that size takes a hundredth of it.
SECONDS = 5.0
# Bytes by which one input may raise the process's peak; and the address space of the whole process.
GROWTH = 400_000_000
SPACE = 6_000_000_000


class Hang(BaseException):
    """An input took too long. No Exception: code that catches all of those must not catch this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What went wrong. `kind` is an exception's name, "Hang" or "Memory"; `place` the innermost line of ours; two
    findings with both alike are one."""

    kind: str
    place: str
    detail: str

    @property
    def key(self) -> str:
        return f"{self.kind} at {self.place}"


def attempt(target: Callable[[bytes], None], data: bytes, *, seconds: float = SECONDS) -> Finding | None:
    """Runs one input. Returns what is wrong, or None."""
    before = peak()
    began = time.process_time()
    try:
        with _at_most(seconds):
            target(data)
    except Hang as error:
        return _finding("Hang", error, f"more than {seconds:g} processor seconds")
    except MemoryError as error:
        return _finding("Memory", error, "no memory within the bound of the address space")
    except Exception as error:
        return _finding(type(error).__name__, error, str(error))
    spent, grown = time.process_time() - began, peak() - before
    if spent > seconds:
        # What runs outside the interpreter hears of no signal before it is done.
        return Finding(kind="Hang", place="native code", detail=f"{spent:.1f} processor seconds")
    if grown > GROWTH:
        return Finding(kind="Memory", place="process", detail=f"{grown // 1_000_000} MB more at its peak")
    return None


def peak() -> int:
    """The most memory that this process had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raises Hang inside when so much processor time has passed; libFuzzer keeps the alarm of the wall clock itself."""

    def over(_signal: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)  # again, where the first was swallowed
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _finding(kind: str, error: BaseException, detail: str) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "comity" in Path(frame.filename).parts[-4:] or "/comity/" in frame.filename]
    frame = (ours or frames)[-1]
    path = Path(frame.filename)
    place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return Finding(kind=kind, place=f"{place}:{frame.lineno}", detail=" ".join(detail.split())[:300])
