"""What the store holds, and its days."""

from __future__ import annotations

from datetime import date, timedelta

import comity
from comity.store import Store
from comity.web import models

# Above this many events, what asks for all ties takes so long that a page should not wait for it.
MANY_EVENTS = 200_000


def store_info(store: Store, writable: bool) -> models.StoreInfo:
    """What the store holds, and from when to when."""
    counts = store.counts()
    first, last = store.reported()
    (corrections,) = store.query("SELECT count(*) FROM corrections")[0]
    return models.StoreInfo(
        version=comity.__version__,
        documents=counts["documents"],
        events=counts["events"],
        claims=counts["claims"],
        corrections=corrections,
        first=first,
        last=last,
        writable=writable,
    )


def is_large(store: Store) -> bool:
    """Whether what asks for all ties of the store takes so long that a page should not wait for it."""
    return bool(store.query("SELECT count(*) FROM events")[0][0] > MANY_EVENTS)


def known_day(store: Store, as_of: str | None) -> str | None:
    """The day asked for, but never later than the last report: what comes after that is not known."""
    return day_within(as_of, store.reported()[1])


def day_within(as_of: str | None, last: str | None) -> str | None:
    """The same, where the day of the last report is known."""
    return min(as_of, last) if as_of and last else as_of or last


def days_between(first: str | None, last: str | None) -> list[str]:
    """The month ends from a first to a last day, for a slider; the last day itself at the end."""
    if not first or not last:
        return []
    start, stop = date.fromisoformat(first), date.fromisoformat(last)
    days = []
    month = start.year * 12 + start.month
    while (end := date(month // 12, month % 12 + 1, 1) - timedelta(days=1)) < stop:
        days.append(end.isoformat())
        month += 1
    return [*days, last]
