"""`demo`: the whole way of the data on the shipped dispatches: read, code, store, tie, drivers, brief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import comity
from comity.app.coding import code
from comity.dyads import course
from comity.errors import ComityError
from comity.records import Tie
from comity.report.brief import brief
from comity.report.evidence import Account, account
from comity.sources import Failure
from comity.store import Store

DISPATCHES = Path(comity.__file__).parent / "data" / "dispatches"
PAIR = ("ISR", "AZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo made: counts of the store, the tie's course by year, what pushes it, and the files."""

    counts: dict[str, int]
    course: tuple[Tie, ...]
    account: Account
    failures: tuple[Failure, ...]
    store: Path
    brief: Path


def demo(out: Path = Path("out"), *, watch: Callable[[int], None] = lambda _done: None) -> Demo:
    """Reads and codes the shipped dispatches into `out`/comity-demo.duckdb and writes the brief on Israel–Azerbaijan.

    `watch` is told how many documents are done. Run again, it codes only what has changed.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ComityError(f"{out}: cannot be made: {error.strerror} (give another folder to --out)") from error
    path, page = out / "comity-demo.duckdb", out / "israel-azerbaijan.html"
    failures: list[Failure] = []
    with Store.open(path) as store:
        for done, outcome in enumerate(code(sorted(DISPATCHES.glob("*.jsonl")), store=store), start=1):
            if isinstance(outcome, Failure):
                failures.append(outcome)
            watch(done)
        found = account(store, *PAIR)
        page.write_text(brief(store, *PAIR), encoding="utf-8", errors="replace")
        return Demo(
            counts=store.counts(),
            course=course(store, *PAIR, period="year"),
            account=found,
            failures=tuple(failures),
            store=path,
            brief=page,
        )
