"""Polling at a pace until asked to stop.

SIGINT and SIGTERM set a flag: the poll that is running ends its batch, weighs and sends what is written, and the loop ends.
A second signal ends it at once; the next run finds what was left.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType

from comity.errors import StoreBusy
from comity.watch import rounds
from comity.watch.channels import Channel
from comity.watch.feeds import Pace, due, span_words
from comity.watch.poll import Polled, Watch, opened, poll


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that the first SIGINT or SIGTERM sets; the second raises KeyboardInterrupt."""
    asked = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def once(
    watch: Watch, sources: Sequence[str], channels: Sequence[Channel], *, stop: Callable[[], bool] = lambda: False
) -> Polled:
    """Polls each source once, and notes in the store how it went. Raises StoreError as `poll` does."""
    return _noted(watch, poll(watch, sources, channels, stop=stop), {})


def run(
    watch: Watch,
    sources: Sequence[str],
    channels: Sequence[Channel],
    every: float,
    stop: threading.Event,
    tell: Callable[[Polled, dict[str, float]], None],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Polls each source every so many seconds until `stop`. After each poll `tell` gets what it did, and for each source
    that failed how long it is left alone."""
    paces = {source: Pace(every) for source in sources}
    while not stop.is_set():
        now = clock()
        wanted = due(sources, paces, now)
        try:
            polled = poll(watch, wanted, channels, stop=stop.is_set)
        except StoreBusy as error:
            # Nothing is lost: what was fetched comes again.
            polled = Polled(faults=(f"{error}; tried again in {span_words(every)}",))
        now = clock()
        failed = {source for source, _ in polled.failed}
        waits: dict[str, float] = {}
        for source in wanted:
            if source in failed:
                waits[source] = paces[source].failed(now)
            else:
                paces[source].answered(now)
        tell(_noted(watch, polled, {source: paces[source].due - now for source in wanted}), waits)
        stop.wait(max(0.1, min(pace.due for pace in paces.values()) - clock()))


def _noted(watch: Watch, polled: Polled, waits: Mapping[str, float]) -> Polled:
    """Notes the state of the sources, for the Watch page; that it could not is a fault and no more."""
    if not polled.asked:
        return polled
    try:
        with opened(watch.store) as store:
            rounds.note(store, polled, datetime.now(UTC), waits, watch.pairs)
    except StoreBusy as error:
        return replace(polled, faults=(*polled.faults, f"{error}; how the feeds went is not noted"))
    return polled
