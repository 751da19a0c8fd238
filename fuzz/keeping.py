"""The corpus of the checkout: of all inputs that a run kept, few and small ones that together reach as much.

Chosen greedily, by what each reaches of our own code per byte; seeds that lie in the tests reach theirs for nothing.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fuzz.targets import TARGETS
from fuzz.trial import ROOT, attempt

# Bytes of one target, of one input, and the inputs that are looked at.
MOST, LARGEST, LOOKED_AT = 12_000, 2_048, 3_000
_OURS = str(ROOT / "comity")


def keep_corpus(name: str, grown: Path, kept: Path) -> dict[str, Any]:
    """Writes the corpus of a target anew from what is kept and what has grown; returns what it has become."""
    target = TARGETS[name]
    run = target.make()
    inputs = {
        path.read_bytes()
        for folder in (kept, grown)
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.stat().st_size <= LARGEST
    }
    reached: set[tuple[str, int, int]] = set()
    for data in target.seeds():
        reached |= reach(run, data)
    chosen: list[bytes] = []
    size = 0
    for data in sorted(inputs, key=lambda one: (len(one), one))[:LOOKED_AT]:
        new = reach(run, data) - reached
        if new and size + len(data) <= MOST:
            chosen.append(data)
            size += len(data)
            reached |= new
    kept.mkdir(parents=True, exist_ok=True)
    for path in kept.iterdir():
        path.unlink()
    for data in chosen:
        (kept / hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)
    return {"target": name, "kept": len(chosen), "bytes": size, "branches": len(reached)}


def reach(run: Callable[[bytes], None], data: bytes) -> set[tuple[str, int, int]]:
    """The steps from line to line that an input makes in our own code."""
    found: set[tuple[str, int, int]] = set()

    def trace(frame: FrameType, _event: str, _argument: object) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(_OURS):
            return None
        last = frame.f_lineno

        def local(inner: FrameType, what: str, _more: object) -> Any:
            nonlocal last
            if what == "line":
                found.add((name, last, inner.f_lineno))
                last = inner.f_lineno
            return local

        return local

    sys.settrace(trace)
    threading.settrace(trace)
    try:
        attempt(run, data, seconds=60)
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
    return found
