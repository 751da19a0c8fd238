"""What watching remembers between polls, in the store itself: baselines, documents not yet weighed, alerts, deliveries.

Nothing here fetches or sends. Each function is one transaction, so that a watch killed at any moment finds either all of a
step or nothing of it:

1. `begin` notes, before documents are written, the ties that they touch, with a baseline for each that has none;
2. the documents are written;
3. `settle` weighs each noted tie, and writes its alert and new baseline while it takes the note away.

Killed between 1 and 2, the notes wait for the documents, which come again; between 2 and 3, they are weighed next time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from comity.dyads import course
from comity.records import Event, Tie, stable_id
from comity.report.names import display_name
from comity.store import Store
from comity.watch.alert import Alert, Baseline, Kind, Sentence, act_noun, alert_from_dict, alert_to_dict
from comity.watch.rule import Rule, reason_to_alert

Pair = tuple[str, str]
Statement = tuple[str, Sequence[Any]]

SENTENCES = 5
_PUT = "INSERT INTO watch_state (key, value) VALUES (?, ?)"
_DROP = "DELETE FROM watch_state WHERE key = ?"
# What counts towards a tie (docs/method.md, "What counts").
_COUNTS = """least(source, target) = ? AND greatest(source, target) = ?
             AND NOT list_has_any(coalesce(auxiliary, []), ['negation', 'hypothetical'])"""


def touched(events: Iterable[Event]) -> dict[Pair, list[str]]:
    """The pairs that some events count for, each with the documents that tell of it."""
    pairs: dict[Pair, list[str]] = {}
    for event in events:
        if event.target is None or event.target.actor == event.source.actor:
            continue
        if {"negation", "hypothetical"} & set(event.auxiliary):
            continue
        low, high = sorted((event.source.actor, event.target.actor))
        documents = pairs.setdefault((low, high), [])
        if event.document not in documents:
            documents.append(event.document)
    return pairs


def has_learned(store: Store) -> bool:
    """Whether the first poll is over. A store that held events before watching began has nothing to learn."""
    if _get(store, "learned"):
        return True
    if _get(store, "learning"):
        return False
    if store.query("SELECT 1 FROM events LIMIT 1"):
        _write(store, [(_PUT, ["learned", "true"])])
        return True
    _write(store, [(_PUT, ["learning", "true"])])
    return False


def finish_learning(store: Store) -> None:
    """Notes that the first poll is over: from now on alerts are raised."""
    if not _get(store, "learned"):
        _write(store, [(_DROP, ["learning"]), (_PUT, ["learned", "true"])])


def begin(store: Store, pairs: Mapping[Pair, Sequence[str]], *, learning: bool) -> None:
    """Notes the pairs that documents (not yet written) touch; each pair's documents are by id."""
    statements: list[Statement] = []
    for pair, documents in sorted(pairs.items()):
        noted = _get(store, _key("pending", pair)) or {"documents": [], "unseen": False, "learning": learning}
        known = _get(store, _key("tie", pair))
        if known is None and not noted["unseen"]:
            if summed(store, pair).startswith("0-"):
                noted["unseen"] = True
            else:
                statements.append((_PUT, [_key("tie", pair), json.dumps(asdict(baseline(store, pair)))]))
        noted["documents"] = list(dict.fromkeys([*noted["documents"], *documents]))
        key = _key("pending", pair)
        statements += [(_DROP, [key]), (_PUT, [key, json.dumps(noted)])]
    if statements:
        _write(store, statements)


def note_changes(store: Store, pairs: Iterable[Pair]) -> None:
    """Notes of some pairs whether others wrote events of theirs since; a pair without a baseline gets one."""
    statements: list[Statement] = []
    for pair in pairs:
        known, key = _get(store, _key("tie", pair)), _key("pending", pair)
        if _get(store, key):
            continue
        if known is None:
            if not summed(store, pair).startswith("0-"):
                statements.append((_PUT, [_key("tie", pair), json.dumps(asdict(baseline(store, pair)))]))
        elif known["events"] != summed(store, pair):
            statements.append((_PUT, [key, json.dumps({"documents": [], "unseen": False, "learning": False})]))
    if statements:
        _write(store, statements)


def pending(store: Store) -> list[Pair]:
    """The pairs that wait to be weighed."""
    rows = store.query("SELECT key FROM watch_state WHERE key LIKE 'pending:%' ORDER BY key")
    return [(row[0].split(":")[1], row[0].split(":")[2]) for row in rows]


def settle(
    store: Store,
    pair: Pair,
    rule: Rule,
    channels: Sequence[str],
    *,
    raised: str,
    moves: bool = True,
    unseen: bool = True,
    name: Callable[[str], str] = display_name,
) -> Alert | None:
    """Weighs a noted pair: its alert, if it is worth one, is written with the channels that it must go to, and the pair has
    a new baseline. `moves` and `unseen` say which kinds are wanted of this pair. Returns the alert."""
    noted = _get(store, _key("pending", pair)) or {"documents": [], "unseen": False, "learning": False}
    known = _get(store, _key("tie", pair))
    then = Baseline(**known) if known else None
    tie = _last(store, pair)
    now = baseline(store, pair, tie)
    statements: list[Statement] = [(_DROP, [_key("pending", pair)])]
    alert: Alert | None = None
    if noted["learning"]:
        then = None
    elif tie is not None and then is None and noted["unseen"] and unseen:
        alert = _alert(
            store, "unseen", pair, tie, None, "Nothing between the two was on record before.", noted, raised, now, name
        )
    elif tie is not None and then is not None and moves and then.events != now.events:
        reason = reason_to_alert(then, tie, rule)
        alert = _alert(store, "move", pair, tie, then, reason, noted, raised, now, name) if reason else None
    if tie is not None:
        # Without an alert the old baseline stays, so that a slow move adds up; only what has counted is new.
        kept = now if alert or then is None else Baseline(**(asdict(then) | {"events": now.events}))
        statements += [(_DROP, [_key("tie", pair)]), (_PUT, [_key("tie", pair), json.dumps(asdict(kept))])]
    if alert is not None and not store.query("SELECT 1 FROM alerts WHERE id = ?", [alert.id]):
        statements.append(
            (
                "INSERT INTO alerts (id, kind, a, b, day, raised, record, delivered) VALUES (?, ?, ?, ?, ?::DATE, ?, ?, ?)",
                [
                    alert.id,
                    alert.kind,
                    *pair,
                    alert.day,
                    raised,
                    json.dumps(alert_to_dict(alert)),
                    json.dumps(dict.fromkeys(channels)),
                ],
            )
        )
    _write(store, statements)
    return alert


def undelivered(store: Store, channel: str) -> list[Alert]:
    """The alerts that must still go to a channel, the oldest first."""
    rows = store.query("SELECT record, delivered FROM alerts ORDER BY raised, id")
    return [
        alert_from_dict(json.loads(record))
        for record, delivered in rows
        if json.loads(delivered).get(channel, "not for it") is None
    ]


def note_delivered(store: Store, channel: str, ids: Iterable[str], moment: str) -> None:
    """Notes that alerts went to a channel."""
    statements: list[Statement] = []
    for identifier in ids:
        rows = store.query("SELECT delivered FROM alerts WHERE id = ?", [identifier])
        if rows:
            told = json.loads(rows[0][0]) | {channel: moment}
            statements.append(("UPDATE alerts SET delivered = ? WHERE id = ?", [json.dumps(told), identifier]))
    if statements:
        _write(store, statements)


def alerts(store: Store, most: int = 100) -> list[Alert]:
    """The newest alerts, the newest first."""
    rows = store.query("SELECT record FROM alerts ORDER BY raised DESC, id LIMIT ?", [most])
    return [alert_from_dict(json.loads(row[0])) for row in rows]


def baseline(store: Store, pair: Pair, tie: Tie | None = None) -> Baseline:
    """A pair as it stands now; `tie` spares the question where its course is known."""
    tie = tie or _last(store, pair)
    return Baseline(
        index=tie.index if tie else None,
        low=tie.low if tie else None,
        high=tie.high if tie else None,
        mass=tie.mass if tie else 0.0,
        day=_day(store, pair),
        events=summed(store, pair),
    )


def summed(store: Store, pair: Pair) -> str:
    """The events that count for a pair, summed up: how many, and a sum of their ids in which order does not matter."""
    count, total = store.query(
        f"SELECT count(*), coalesce(bit_xor(md5_number_lower(id)), 0) FROM events WHERE {_COUNTS}", list(pair)
    )[0]
    return f"{count}-{int(total):x}"


def _last(store: Store, pair: Pair) -> Tie | None:
    # Years: the last period is measured at the last report whatever its length, and the rest is not asked for.
    ties = course(store, *pair, period="year")
    return ties[-1] if ties else None


def _day(store: Store, pair: Pair) -> str:
    found = store.query(f"SELECT max(reported)::VARCHAR FROM events WHERE {_COUNTS}", list(pair))
    return str(found[0][0] or "")


def _alert(
    store: Store,
    kind: Kind,
    pair: Pair,
    tie: Tie,
    then: Baseline | None,
    reason: str,
    noted: Mapping[str, Any],
    raised: str,
    now: Baseline,
    name: Callable[[str], str],
) -> Alert | None:
    if tie.index is None or tie.low is None or tie.high is None:
        return None
    sentences, more = _sentences(store, pair, noted["documents"], name)
    return Alert(
        id=stable_id("alert", kind, *pair, then.events if then else "", then.day if then else "", now.events),
        kind=kind,
        a=pair[0],
        b=pair[1],
        name_a=name(pair[0]),
        name_b=name(pair[1]),
        day=now.day,
        raised=raised,
        index=tie.index,
        low=tie.low,
        high=tie.high,
        mass=tie.mass,
        before=then,
        reason=reason,
        sentences=sentences,
        more=more,
    )


def _sentences(
    store: Store, pair: Pair, documents: Sequence[str], name: Callable[[str], str]
) -> tuple[tuple[Sentence, ...], int]:
    """The events of the documents that touched a pair, or its newest where nobody knows which were new."""
    chosen = "document IN (SELECT unnest(?::VARCHAR[]))" if documents else "TRUE"
    values = [*pair, *([list(documents)] if documents else [])]
    rows = store.query(
        f"SELECT id FROM events WHERE {_COUNTS} AND {chosen} ORDER BY reported DESC, date_start DESC, abs(score) DESC, id",
        values,
    )
    ids = [row[0] for row in rows]
    events = {event.id: event for event in store.events(ids=ids[:SENTENCES])}
    places = {
        row[0]: row[1:]
        for row in store.query(
            """SELECT id, title, url, publisher, published::VARCHAR, interested FROM documents
               WHERE id IN (SELECT unnest(?::VARCHAR[]))""",
            [[event.document for event in events.values()]],
        )
    }
    found = []
    for identifier in ids[:SENTENCES]:
        event = events[identifier]
        title, url, publisher, published, interested = places.get(event.document, (None, None, None, None, False))
        other = name(event.target.actor) if event.target else ""
        arrow = "↔" if event.reciprocal else "→"
        found.append(
            Sentence(
                event=event.id,
                act=f"{name(event.source.actor)} {arrow} {other}: {act_noun(event.event)}",
                text=event.text,
                date=event.date.start,
                document=event.document,
                title=title,
                url=url,
                publisher=publisher,
                published=published,
                interested=bool(interested),
            )
        )
    return tuple(found), len(ids) - len(found) if documents else 0


def _write(store: Store, statements: Iterable[Statement]) -> None:
    """Statements with their parameters: all of them happen, or none."""
    with store.transaction() as connection:
        for sql, values in statements:
            connection.execute(sql, list(values))


def _key(kind: str, pair: Pair) -> str:
    return f"{kind}:{pair[0]}:{pair[1]}"


def _get(store: Store, key: str) -> Any:
    rows = store.query("SELECT value FROM watch_state WHERE key = ?", [key])
    return json.loads(rows[0][0]) if rows else None
