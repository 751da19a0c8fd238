"""How the feeds fare stands in the store: last polled, due again, failures in a row."""

from __future__ import annotations

import sys
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from comity.sources import Failure
from comity.store import Store
from comity.watch import Polled, Watch
from comity.watch.loop import once, run
from comity.watch.rounds import Round, rounds

GOOD, BAD = "https://herald.example/rss", "no/such/file.xml"


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources of which the next poll can read nothing."""
    failing = [BAD]

    def poll(_watch: Watch, due: Any, _channels: Any, **_: Any) -> Polled:
        failed = [(source, Failure(place=source, problem="is gone", mend="ask why")) for source in failing]
        return Polled(asked=tuple(due), failed=tuple(failed))

    monkeypatch.setattr("comity.watch.loop.poll", poll)
    return failing


def told(watch: Watch) -> dict[str, Round]:
    with Store.open(watch.store) as store:
        return {one.source: one for one in rounds(store)}


def test_failures_are_counted_until_the_source_answers_again(watch: Watch, polls: list[str]) -> None:
    for number in (1, 2):
        once(watch, [GOOD, BAD], [])
        found = told(watch)
        assert (found[GOOD].failures, found[BAD].failures) == (0, number)
        assert found[BAD].fault == f"{BAD}: is gone (ask why)" and found[GOOD].fault is None
        assert found[GOOD].due is found[BAD].due is None, "once and for all"
    polls.clear()
    once(watch, [BAD], [])
    assert told(watch)[BAD].failures == 0


def test_while_watching_each_source_is_due_after_its_pace_and_a_failing_one_after_twice_that(
    watch: Watch, polls: list[str]
) -> None:
    stop = threading.Event()
    run(watch, [GOOD, BAD], [], 600.0, stop, lambda _polled, _waits: stop.set())
    waits = {
        one.source: datetime.fromisoformat(one.due or "") - datetime.fromisoformat(one.polled)
        for one in told(watch).values()
    }
    assert abs(waits[GOOD] - timedelta(seconds=600)) < timedelta(seconds=2)
    assert abs(waits[BAD] - timedelta(seconds=1200)) < timedelta(seconds=2)


def test_a_store_that_stays_busy_costs_the_note_and_not_the_poll(
    watch: Watch, polls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(watch.store).close()
    monkeypatch.setattr(sys.modules["comity.watch.poll"], "PATIENCE", 0.0)
    with Store.open(watch.store, read_only=True):
        polled = once(watch, [GOOD], [])
    assert len(polled.faults) == 1 and "is not noted" in polled.faults[0]
    assert told(watch) == {}
