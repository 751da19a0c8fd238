"""A move is told once, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from watched import Feed, PatternCoder, friendly, hostile

from comity.records import Document
from comity.sources import Failure
from comity.store import Store
from comity.watch import Alert, Watch, ledger, poll
from comity.watch.alert import alert_from_dict, alert_to_dict
from comity.watch.channels import Sent
from comity.watch.rule import Rule


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@dataclass
class Wire:
    """A channel that remembers what it was given; `broken` makes it refuse, `kills` ends it after sending."""

    name: str = "wire"
    got: list[Alert] = field(default_factory=list)
    broken: bool = False
    kills: bool = False

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        if self.broken:
            return Sent(faults=("the wire is cut",))
        self.got += due
        if self.kills and due:
            raise Killed
        return Sent(ids=tuple(alert.id for alert in due))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def go(watch: Watch, feed: Feed, coder: PatternCoder, wire: Wire) -> Callable[..., Any]:
    def once(**fields: Any) -> Any:
        return poll(replace(watch, **fields), [feed.url], [wire], coder=coder)

    return once


def test_the_first_poll_of_an_empty_store_only_learns(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    polled = go()
    assert (polled.new, polled.learning, polled.alerts, wire.got) == (5, True, (), [])


def test_a_move_out_of_the_interval_is_told_once(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    go()
    hostile(feed)
    (alert,) = go().alerts
    assert wire.got == [alert]
    assert (alert.kind, alert.a, alert.b, alert.mass) == ("move", "AZE", "ISR", 12)
    assert alert.before and alert.before.low is not None and alert.index < alert.before.low
    assert "below the 90 % interval it had then" in alert.summary()
    assert [one.text for one in alert.sentences] == ["Israel hurt Azerbaijan."] * 5
    assert alert.more == 2
    assert [(one.publisher, one.published) for one in alert.sentences][:2] == [
        ("The Wire", "2020-06-25"),
        ("The Wire", "2020-06-21"),
    ]
    assert alert_from_dict(alert_to_dict(alert)) == alert
    for _ in range(2):
        assert go().alerts == ()
    assert wire.got == [alert]


def test_the_next_move_is_measured_from_the_last_alert(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    go()
    hostile(feed)
    first = go().alerts[0]
    hostile(feed, month=8)
    later = go(rule=Rule(move=0.5)).alerts[0]
    assert later.before and later.before.index == first.index
    assert later.id != first.id


def test_a_small_move_is_not_told_and_adds_up(watch: Watch, go: Callable[..., Any], feed: Feed) -> None:
    friendly(feed)
    go()
    with Store.open(watch.store) as store:
        before = ledger._get(store, "tie:AZE:ISR")
    feed.add("They spoke at length in June. Israel met Azerbaijan.", "2020-06-02")
    assert go().alerts == ()
    with Store.open(watch.store) as store:
        after = ledger._get(store, "tie:AZE:ISR")
    assert after["index"] == before["index"] and after["events"] != before["events"]


def test_an_unseen_pair_is_told(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    go()
    feed.add("A first. Norway helped Peru.", "2020-06-02")
    (alert,) = go().alerts
    assert (alert.kind, alert.name_a, alert.name_b, alert.before) == ("unseen", "Norway", "Peru", None)
    feed.add("A second time. Norway helped Peru.", "2020-06-08")
    assert go().alerts == ()


def test_with_a_pair_named_other_ties_are_not_told_of(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    feed.add("In spring Iran helped Russia.", "2020-02-02")
    go()
    hostile(feed)
    feed.add("A first. Norway helped Peru.", "2020-06-02")
    feed.add("Another first. Norway helped Israel.", "2020-06-03")
    told = go(pairs=(("AZE", "ISR"),)).alerts
    assert {(alert.kind, alert.a, alert.b) for alert in told} == {("move", "AZE", "ISR"), ("unseen", "ISR", "NOR")}


def test_what_others_write_is_noticed_for_a_named_pair(
    watch: Watch, go: Callable[..., Any], feed: Feed, make_document: Any, make_event: Any
) -> None:
    friendly(feed)
    go()
    with Store.open(watch.store) as store:
        for day in [f"2020-06-{day:02d}" for day in range(1, 29, 4)]:
            document = make_document(published=day)
            store.replace_document(document, [make_event(document=document, event="ASSAULT", date=day)])
    (alert,) = go(pairs=(("AZE", "ISR"),)).alerts
    assert alert.kind == "move" and alert.sentences


def test_a_denied_act_moves_nothing(go: Callable[..., Any], make_event: Any) -> None:
    assert (
        ledger.touched([make_event(auxiliary=("negation",)), make_event(target=None), make_event(target="AZE")]) == {}
    )


@pytest.mark.parametrize("step", ["ledger.begin", "keep", "ledger.settle", "deliver"])
def test_a_watch_killed_after_any_step_tells_each_move_once(
    go: Callable[..., Any], feed: Feed, wire: Wire, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    friendly(feed)
    go()
    hostile(feed)

    def after(work: Callable[..., Any]) -> Callable[..., Any]:
        def then_die(*args: Any, **named: Any) -> Any:
            work(*args, **named)
            raise Killed

        return then_die

    module = sys.modules["comity.watch.poll"]
    with monkeypatch.context() as patch:
        target, name = (module.ledger, step.split(".")[1]) if "." in step else (module, step)
        patch.setattr(target, name, after(getattr(target, name)))
        with pytest.raises(Killed):
            go()
    for _ in range(2):
        go()
    assert len(wire.got) == 1
    assert len({alert.id for alert in wire.got}) == 1


def test_a_watch_killed_while_it_learns_goes_on_learning(
    go: Callable[..., Any], feed: Feed, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    friendly(feed)
    module = sys.modules["comity.watch.poll"]
    work = module.keep

    def keep_and_die(*args: Any) -> None:
        work(*args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, "keep", keep_and_die)
        with pytest.raises(Killed):
            go()
    feed.add("A pair for itself. Norway helped Peru.", "2020-05-20")
    polled = go()
    assert polled.learning and polled.alerts == ()
    hostile(feed)
    assert len(go().alerts) == 1


def test_an_alert_sent_but_not_noted_goes_out_again_under_the_same_id(
    go: Callable[..., Any], feed: Feed, wire: Wire
) -> None:
    friendly(feed)
    go()
    hostile(feed)
    wire.kills = True
    with pytest.raises(Killed):
        go()
    wire.kills = False
    go()
    go()
    assert len(wire.got) == 2 and wire.got[0] == wire.got[1]


def test_an_alert_waits_for_a_broken_channel(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    friendly(feed)
    go()
    hostile(feed)
    wire.broken = True
    polled = go()
    assert (len(polled.alerts), polled.sent, polled.faults) == (1, 0, ("the wire is cut",))
    wire.broken = False
    polled = go()
    assert (polled.alerts, polled.sent, len(wire.got)) == ((), 1, 1)


def test_a_new_channel_is_not_flooded_with_old_alerts(
    watch: Watch, go: Callable[..., Any], feed: Feed, coder: PatternCoder
) -> None:
    friendly(feed)
    go()
    hostile(feed)
    go()
    late = Wire(name="late")
    poll(watch, [feed.url], [late], coder=coder)
    assert late.got == []


def test_an_unchanged_feed_is_neither_fetched_nor_coded_again(
    go: Callable[..., Any], feed: Feed, coder: PatternCoder
) -> None:
    friendly(feed)
    go()
    go()
    assert feed.answers == [200, 304]
    assert len(coder.asked) == 5


def test_a_failing_feed_is_a_fault_and_the_others_are_read(
    watch: Watch, feed: Feed, coder: PatternCoder, tmp_path: Path
) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text('{"text": "All went well in May. Israel helped Azerbaijan.", "published": "2020-05-01"}\n')
    feed.status = 500
    polled = poll(watch, [feed.url, str(file)], [], coder=coder)
    assert polled.new == 1
    ((source, failure),) = polled.failed
    assert source == feed.url and "status 500" in str(failure)


def test_a_first_poll_that_reads_nothing_has_learnt_nothing(go: Callable[..., Any], feed: Feed, wire: Wire) -> None:
    feed.status = 503
    go()
    feed.status = 200
    friendly(feed)
    assert go().learning


def test_a_stop_ends_after_the_batch_and_loses_nothing(watch: Watch, feed: Feed, coder: PatternCoder) -> None:
    friendly(feed)
    asked = iter([False, True])
    polled = poll(watch, [feed.url, "never/read"], [], coder=coder, stop=lambda: next(asked, True))
    assert (polled.stopped, polled.new, polled.failed) == (True, 5, ())
    assert poll(watch, [feed.url], [], coder=coder).new == 0


def test_follow_reads_the_page_behind_an_entry_and_once_only(watch: Watch, go: Callable[..., Any], feed: Feed) -> None:
    feed.add("A summary of little worth.", "2020-05-10")
    paragraphs = "".join(
        f"<p>The ministers spoke at length of matter number {n} and of much else.</p>" for n in range(6)
    )
    feed.pages["/0"] = (
        f"<html><body><article><h1>Aid</h1>{paragraphs}<p>Israel helped Azerbaijan.</p></article></body></html>"
    )
    assert go(follow=True).events == 1
    assert go(follow=True).new == 0
    with Store.open(watch.store) as store:
        (document,) = store.documents()
    assert isinstance(document, Document) and document.published.date == "2020-05-10"


def test_an_entry_whose_page_is_gone_is_read_from_the_feed(go: Callable[..., Any], feed: Feed) -> None:
    friendly(feed)
    feed.pages["/0"] = "<html></html>"
    assert go(follow=True).new == 5


ARTICLE = "".join(f"<p>The ministers spoke at length of matter number {n} and of much else.</p>" for n in range(6))


def test_follow_reads_the_page_of_an_entry_that_is_but_a_link(watch: Watch, go: Callable[..., Any], feed: Feed) -> None:
    feed.add("", "2020-05-10", title="Aid for Baku")
    feed.pages["/0"] = f"<html><body><article>{ARTICLE}<p>Israel helped Azerbaijan.</p></article></body></html>"
    assert go().new == 0  # without --follow it is a fault, and told as one
    polled = go(follow=True)
    assert (polled.new, polled.events, polled.failures) == (1, 1, ())
    with Store.open(watch.store) as store:
        (document,) = store.documents()
    # What the page does not say of itself, the feed does.
    assert (document.title, document.publisher) == ("Aid for Baku", "The Wire")
    assert document.published.date == "2020-05-10" and document.url and document.url.endswith("/0")
    assert go(follow=True).new == 0


def test_an_entry_that_is_but_a_link_is_its_headline_where_the_page_cannot_be_read(
    watch: Watch, go: Callable[..., Any], feed: Feed
) -> None:
    feed.add("", "2020-05-10", title="Israel helped Azerbaijan.")
    feed.pages["/0"] = "<html></html>"
    assert go(follow=True).events == 1
    with Store.open(watch.store) as store:
        (document,) = store.documents()
    assert (document.text, document.title) == ("Israel helped Azerbaijan.", "Israel helped Azerbaijan.")
    assert go(follow=True).new == 0


def test_pages_behind_one_feeds_entries_cost_one_look_at_robots(
    go: Callable[..., Any], feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.sources.web import Fetcher

    asked: list[str] = []
    rules = Fetcher._rules

    def told(self: Fetcher, url: str) -> Any:
        asked.append(url)
        return rules(self, url)

    monkeypatch.setattr(Fetcher, "_rules", told)
    for number in range(4):
        feed.add("", f"2020-05-1{number}", title=f"Matter {number}")
        feed.pages[f"/{number}"] = f"<html><body><article><p>Day {number}.</p>{ARTICLE}</article></body></html>"
    assert go(follow=True).new == 4
    assert len(asked) == 2  # one for the feed, one for all pages behind it


def test_a_store_in_use_is_waited_for_and_then_named(
    watch: Watch, feed: Feed, coder: PatternCoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.errors import StoreBusy

    Store.open(watch.store).close()
    reader = Store.open(watch.store, read_only=True)
    friendly(feed)
    threading.Timer(0.2, reader.close).start()
    assert poll(watch, [feed.url], [], coder=coder).new == 5
    monkeypatch.setattr(sys.modules["comity.watch.poll"], "PATIENCE", 0.0)
    with Store.open(watch.store, read_only=True), pytest.raises(StoreBusy, match="has the store open"):
        poll(watch, [feed.url], [], coder=coder)


SCRIPT = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {here!r}]
from conftest import make_event
from watched import PatternCoder
from pathlib import Path
from comity.sources import Web
from comity.watch import Watch
import comity.watch.poll
module = sys.modules["comity.watch.poll"]
work = module.keep
def keep(*args):
    work(*args)
    os.kill(os.getpid(), signal.SIGKILL)
module.keep = keep
folder = Path({folder!r})
watch = Watch(store=folder / "watched.duckdb", web=Web(private=True, cache=folder / "pages"))
module.poll(watch, [{url!r}], [], coder=PatternCoder(make_event))
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_watch_killed_by_the_system_between_write_and_alert_tells_its_move_once(
    go: Callable[..., Any], feed: Feed, wire: Wire, tmp_path: Path
) -> None:
    friendly(feed)
    go()
    hostile(feed)
    here = Path(__file__).parent
    script = textwrap.dedent(SCRIPT).format(tests=str(here.parent), here=str(here), folder=str(tmp_path), url=feed.url)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert wire.got == []
    go()
    go()
    assert len(wire.got) == 1


def test_failures_are_values(feed: Feed, watch: Watch) -> None:
    polled = poll(watch, ["no/such/file.xml"], [])
    assert isinstance(polled.failures[0], Failure)
