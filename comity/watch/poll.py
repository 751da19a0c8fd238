"""One poll: fetch what is due, code what is new, weigh the ties that it touches, send the alerts.

In: what to watch, and a store's path; out: a `Polled`. The store is opened only to look and to write, never while a page is
fetched, a text is coded or an alert is sent, so that others can use it in between. What happens in which order, and what
a kill at any point costs, is said in `ledger`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from comity.app.coding import CodedDocument, Coder, code_documents, coding_version, keep
from comity.app.reading import read
from comity.records import Document
from comity.report.names import display_name
from comity.sources import Failure, Limits, Web
from comity.sources.addresses import domain
from comity.sources.outcome import LinkOnly
from comity.store import Store
from comity.watch import ledger
from comity.watch.alert import Alert
from comity.watch.channels import Channel
from comity.watch.rule import Rule

# Documents that are coded and written together: a kill repeats at most these.
BATCH = 32
# Seconds that a store that somebody else writes to is waited for.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is watched. `pairs` are ties (codes) whose moves are told; None tells of all. `parties` limits unseen pairs to
    those with one of these; None tells of all. `follow` reads the page behind an entry instead of its summary,
    or where the entry is but a title and a link."""

    store: Path
    pairs: tuple[tuple[str, str], ...] | None = None
    rule: Rule = field(default_factory=Rule)
    web: Web = field(default_factory=Web)
    limits: Limits = field(default_factory=Limits)
    follow: bool = False

    def wants_moves(self, pair: tuple[str, str]) -> bool:
        return self.pairs is None or pair in self.pairs

    def wants_unseen(self, pair: tuple[str, str]) -> bool:
        return self.pairs is None or any(actor in told for told in self.pairs for actor in pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a poll did. `asked` are the sources that were polled to their end; `failed` those of which nothing could be
    read, with the fault; `failures` are all faults of reading; `faults` are those of sending, a line each; `learning` says
    that this poll only learnt what there is; `stopped` that it was asked to stop early."""

    asked: tuple[str, ...] = ()
    new: int = 0
    events: int = 0
    alerts: tuple[Alert, ...] = ()
    sent: int = 0
    failed: tuple[tuple[str, Failure], ...] = ()
    failures: tuple[Failure, ...] = ()
    faults: tuple[str, ...] = ()
    learning: bool = False
    stopped: bool = False


def poll(
    watch: Watch,
    due: Sequence[str],
    channels: Sequence[Channel],
    *,
    coder: Coder | None = None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    name: Callable[[str], str] = display_name,
) -> Polled:
    """Polls the sources that are `due` once. Alerts left from an earlier poll are weighed and sent as well.

    `stop` is asked between batches: what is written by then is weighed and sent. Raises StoreError where the store is none,
    or stays locked.
    """
    with opened(watch.store) as store:
        learning = not ledger.has_learned(store)
        if not learning:
            ledger.note_changes(store, watch.pairs or ())
    failures: list[Failure] = []
    failed: list[tuple[str, Failure]] = []
    counts = {"documents": 0, "events": 0, "failures": 0}
    asked: list[str] = []
    run = ""
    finished = False
    for source in due:
        if stop():
            break
        documents = 0
        own: list[Failure] = []
        cut = False
        outcomes = read([source], limits=watch.limits, web=watch.web)
        while batch := list(islice(outcomes, BATCH)):
            if watch.follow:
                batch = [item.headline if isinstance(item, LinkOnly) else item for item in batch]
            fresh = [item for item in batch if isinstance(item, Document)]
            own += [item for item in batch if isinstance(item, Failure)]
            documents += len(fresh)
            new = _unknown(watch, fresh)
            if new:
                new = _followed(watch, new) if watch.follow else new
                coded = code_documents(new, coder)
                version = coding_version()
                with opened(watch.store) as store:
                    run = run or store.begin_run("watch", version, dict.fromkeys(due, ""))
                    events = [event for item in coded if item.failure is None for event in item.events]
                    ledger.begin(store, ledger.touched(events), learning=learning)
                    kept = keep(store, coded, version)
                own += [item for item in kept.values() if isinstance(item, Failure)]
                counts["documents"] += sum(isinstance(item, CodedDocument) for item in kept.values())
                counts["events"] += len(events)
            cut = stop()
            if cut:
                break
        failures += own
        if not cut:
            asked.append(source)
            if own and not documents:
                failed.append((source, own[0]))
    else:
        finished = True
    moment = clock().isoformat(timespec="seconds")
    raised: list[Alert] = []
    with opened(watch.store) as store:
        for pair in ledger.pending(store):
            alert = ledger.settle(
                store,
                pair,
                watch.rule,
                [channel.name for channel in channels],
                raised=moment,
                moves=watch.wants_moves(pair),
                unseen=watch.wants_unseen(pair),
                name=name,
            )
            raised += [alert] if alert else []
        # A first poll of which nothing came has learnt nothing.
        if learning and finished and len(failed) < len(due):
            ledger.finish_learning(store)
        if run:
            store.finish_run(run, counts | {"failures": len(failures)})
    sent, faults = deliver(watch.store, channels, clock=clock)
    return Polled(
        asked=tuple(asked),
        new=counts["documents"],
        events=counts["events"],
        alerts=tuple(raised),
        sent=sent,
        failed=tuple(failed),
        failures=tuple(failures),
        faults=faults,
        learning=learning,
        stopped=not finished,
    )


def deliver(
    path: Path, channels: Sequence[Channel], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[int, tuple[str, ...]]:
    """Sends to each channel what it has not had yet; returns how many went out, and the faults."""
    with opened(path) as store:
        waiting = {channel.name: ledger.undelivered(store, channel.name) for channel in channels}
        newest = ledger.alerts(store)
    faults: list[str] = []
    sent = 0
    for channel in channels:
        outcome = channel.send(waiting[channel.name], newest)
        faults += outcome.faults
        sent += len(outcome.ids)
        if outcome.ids:
            with opened(path) as store:
                ledger.note_delivered(store, channel.name, outcome.ids, clock().isoformat(timespec="seconds"))
    return sent, tuple(faults)


def opened(path: Path) -> Store:
    """The store, for writing: a context manager. Where somebody else has it open, it is waited for."""
    return Store.open(path, wait=PATIENCE)


def _unknown(watch: Watch, documents: Sequence[Document]) -> list[Document]:
    """The documents that are not in the store yet. An entry whose page was followed is known by its address."""
    by_id = {document.id: document for document in documents}
    if not by_id:
        return []
    with opened(watch.store) as store:
        known = {
            row[0]
            for row in store.query("SELECT id FROM documents WHERE id IN (SELECT unnest(?::VARCHAR[]))", [list(by_id)])
        }
        urls = [document.url for document in by_id.values() if document.url]
        read_before = {
            row[0] for row in store.query("SELECT url FROM documents WHERE url IN (SELECT unnest(?::VARCHAR[]))", [urls])
        } if watch.follow else set()  # fmt: skip
    return [one for key, one in by_id.items() if key not in known and one.url not in read_before]


def _followed(watch: Watch, entries: Sequence[Document]) -> list[Document]:
    """The pages behind entries, each by the entry's own address; the entry itself where its page cannot be read or says
    less. What a page does not say of itself, the feed does."""
    pages: dict[str, Document] = {}
    addresses = list(dict.fromkeys(entry.url for entry in entries if entry.url))
    # One call for all: each site's robots.txt is asked once, and its delay kept between two pages.
    for found in read(addresses, limits=watch.limits, web=watch.web):
        if isinstance(found, Document):
            # What holds several documents numbers them behind the address.
            url = found.origin if found.origin in addresses else found.origin.rpartition("[")[0]
            pages.setdefault(url, found)
    return [_completed(pages.get(entry.url or ""), entry) for entry in entries]


def _completed(page: Document | None, entry: Document) -> Document:
    if page is None or len(page.text) <= len(entry.text):
        return entry
    # A page that names no publisher is read as its site's.
    named = page.publisher is not None and page.publisher != domain(page.url or "")
    return replace(
        page,
        url=entry.url,
        title=page.title or entry.title,
        authors=page.authors or entry.authors,
        publisher=page.publisher if named else entry.publisher,
        published=page.published if page.published.date else entry.published,
    )
