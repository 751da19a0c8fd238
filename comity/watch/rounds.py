"""What is known of each watched source: when it was polled last and is due again, and how often it failed in a row.

It stands in the store (`watch_state`), so that others can see how watching goes: `comity watch` itself keeps its pace in
memory, and needs none of this to go on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from comity.store import Store
from comity.watch.poll import Polled

_KEY = "feed:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A source after a poll. `polled` and `due` are moments (ISO 8601, with zone); `due` is None where it was polled once
    and for all. `failures` counts the polls in a row of which nothing could be read, `fault` is the last one's. `pairs` are
    the ties that are told of; None for all."""

    source: str
    polled: str
    due: str | None
    failures: int
    fault: str | None
    pairs: tuple[tuple[str, str], ...] | None


def note(
    store: Store,
    polled: Polled,
    moment: datetime,
    waits: Mapping[str, float],
    pairs: Sequence[tuple[str, str]] | None,
) -> None:
    """Notes the sources that a poll asked. `waits` says in how many seconds each is asked again, if ever."""
    before = {one.source: one.failures for one in rounds(store)}
    failed = dict(polled.failed)
    with store.transaction() as connection:
        for source in polled.asked:
            fault = failed.get(source)
            wait = waits.get(source)
            found = Round(
                source=source,
                polled=moment.isoformat(timespec="seconds"),
                due=None if wait is None else (moment + timedelta(seconds=wait)).isoformat(timespec="seconds"),
                failures=before.get(source, 0) + 1 if fault else 0,
                fault=str(fault) if fault else None,
                pairs=None if pairs is None else tuple(pairs),
            )
            connection.execute("DELETE FROM watch_state WHERE key = ?", [_KEY + source])
            connection.execute(
                "INSERT INTO watch_state (key, value) VALUES (?, ?)", [_KEY + source, json.dumps(asdict(found))]
            )


def rounds(store: Store) -> tuple[Round, ...]:
    """All sources that were ever watched into this store, by name."""
    rows = store.query("SELECT value FROM watch_state WHERE starts_with(key, ?) ORDER BY key", [_KEY])
    return tuple(_round(json.loads(row[0])) for row in rows)


def _round(data: Mapping[str, object]) -> Round:
    pairs = data["pairs"]
    told = None if pairs is None else tuple((a, b) for a, b in pairs)  # type: ignore[attr-defined]
    return Round(**(dict(data) | {"pairs": told}))  # type: ignore[arg-type]
