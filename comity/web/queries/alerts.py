"""What `comity watch` keeps in the store: the feeds with their state, and the alerts it raised."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from comity.report.sheet import safe_url
from comity.store import Store
from comity.watch import ledger
from comity.watch.alert import Alert, alert_from_dict
from comity.watch.atom import feed
from comity.watch.rounds import Round, rounds
from comity.web import models
from comity.web.problems import Fault
from comity.web.queries.directory import actor
from comity.web.queries.lists import listed

# A source that nobody has polled for so long is watched no more.
FORGOTTEN = timedelta(days=31)
# A poll may itself take a while; only then is a source late.
LATE = timedelta(minutes=5)


def feeds(store: Store, now: datetime, limit: int, offset: int) -> models.Listed[models.Feed]:
    """The sources that are watched, those first that need a look: failing, then late, then the others by name."""
    found = [_feed(one, now) for one in rounds(store) if now - datetime.fromisoformat(one.polled) < FORGOTTEN]
    order = ("failing", "late", "answers", "once")
    found.sort(key=lambda one: (order.index(one.state), one.place))
    return listed(found[offset : offset + limit], len(found), limit, offset)


def _feed(one: Round, now: datetime) -> models.Feed:
    state: Literal["answers", "failing", "late", "once"] = "once" if one.due is None else "answers"
    if one.due is not None and datetime.fromisoformat(one.due) + LATE < now:
        state = "late"
    if one.failures:
        state = "failing"
    place = _place(one.source)
    return models.Feed(
        place=place,
        url=safe_url(place) if place == one.source else None,
        state=state,
        polled=one.polled,
        due=one.due,
        failures=one.failures,
        # A fault begins with the address, which may hold what is nobody's business.
        fault=one.fault.replace(one.source, place) if one.fault else None,
        ties=None if one.pairs is None else [models.Pair(a=actor(a), b=actor(b)) for a, b in one.pairs],
    )


def _place(source: str) -> str:
    """A source as it may be shown: without user, password and query, which may be secret."""
    if "://" not in source:
        return source.replace("\\", "/").rstrip("/").rpartition("/")[2]
    parts = urlsplit(source)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}{'?…' if parts.query else ''}"


def alerts(
    store: Store, limit: int, offset: int, code: str | None = None, kind: str | None = None
) -> models.Listed[models.Alert]:
    """The alerts so far, the newest first: all, those on ties of an actor, those of one kind."""
    where = "FROM alerts WHERE (?::VARCHAR IS NULL OR ? IN (a, b)) AND (?::VARCHAR IS NULL OR kind = ?)"
    values = [code, code, kind, kind]
    (total,) = store.query(f"SELECT count(*) {where}", values)[0]
    rows = store.query(
        f"SELECT record, delivered {where} ORDER BY raised DESC, id LIMIT ? OFFSET ?", [*values, limit, offset]
    )
    return listed(_alerts(store, rows), total, limit, offset)


def alert(store: Store, identifier: str) -> models.Alert:
    """One alert. Raises Fault."""
    found = _alerts(store, store.query("SELECT record, delivered FROM alerts WHERE id = ?", [identifier]))
    if not found:
        raise Fault("not-found", f"{identifier[:80]}: there is no such alert")
    return found[0]


def alerts_feed(store: Store, place: str, page: Callable[[str, str, str], str]) -> str:
    """The newest alerts as an Atom feed, as the Atom channel writes them; `place` is its own address, `page` gives that of
    a tie on a day."""
    return feed(ledger.alerts(store), place, lambda one: page(one.a, one.b, one.day))


def _alerts(store: Store, rows: list[tuple[Any, ...]]) -> list[models.Alert]:
    found = [(alert_from_dict(json.loads(record)), json.loads(delivered)) for record, delivered in rows]
    ids = list({sentence.document for one, _ in found for sentence in one.sentences})
    held = {row[0] for row in store.query("SELECT id FROM documents WHERE id IN (SELECT unnest(?::VARCHAR[]))", [ids])}
    return [_alert(one, delivered, held) for one, delivered in found]


def _alert(one: Alert, delivered: dict[str, str | None], held: set[str]) -> models.Alert:
    then = one.before
    return models.Alert(
        id=one.id,
        kind=one.kind,
        a=models.Actor(code=one.a, name=one.name_a),
        b=models.Actor(code=one.b, name=one.name_b),
        title=one.title,
        summary=one.summary(),
        reason=one.reason,
        day=one.day,
        raised=one.raised,
        before=models.Figure(index=then.index, low=then.low, high=then.high, mass=then.mass) if then else None,
        before_day=then.day if then else None,
        now=models.Figure(index=one.index, low=one.low, high=one.high, mass=one.mass),
        sentences=[
            models.AlertSentence(
                event=sentence.event,
                act=sentence.act,
                text=sentence.text,
                date=sentence.date,
                told_in=models.Place(
                    document=sentence.document,
                    title=sentence.title,
                    url=safe_url(sentence.url),
                    publisher=sentence.publisher,
                    published=sentence.published,
                    genre=None,
                    interested=sentence.interested,
                    interests=[],
                    held=sentence.document in held,
                ),
            )
            for sentence in one.sentences
        ],
        more=one.more,
        sent=[
            models.Sent(channel=name.partition(":")[0], at=moment)
            for name, moment in sorted(delivered.items(), key=lambda item: (item[1] is None, item[0]))
        ],
    )
