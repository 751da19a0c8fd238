"""Events and claims, each with where it is told and what a person said of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from comity import records
from comity.report.evidence import Source, read_sources
from comity.report.names import display_name
from comity.report.sheet import safe_url
from comity.report.words import named
from comity.store import Store, schema, visible
from comity.web import models
from comity.web.problems import Fault
from comity.web.queries.directory import actor
from comity.web.queries.lists import listed

_RECORD = f"""{schema.record_of("e")}, e.dataset, e.publisher, e.origin"""


def events(
    store: Store,
    *,
    a: str | None = None,
    b: str | None = None,
    document: str | None = None,
    start: str | None = None,
    end: str | None = None,
    as_of: str | None = None,
    latest: bool = True,
    limit: int,
    offset: int,
) -> models.Listed[models.Event]:
    """Events of an actor or a pair, of a document, of some days; the latest reported first."""
    seen, values = visible("e", "d", as_of)
    conditions, parameters = [seen], [*values]
    for code in (a, b):
        if code is not None:
            conditions.append("(e.source = ? OR e.target = ?)")
            parameters += [code, code]
    for condition, value in (
        ("e.document = ?", document),
        ("e.date_end >= ?::DATE", start),
        ("e.date_start <= ?::DATE", end),
    ):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    joined = "events e LEFT JOIN documents d ON d.id = e.document" if as_of else "events e"
    where = f"FROM {joined} WHERE {' AND '.join(conditions)}"
    order = "e.reported DESC, e.date_start DESC, e.id" if latest else "e.sentence, e.id"
    rows = store.query(f"SELECT {_RECORD} {where} ORDER BY {order} LIMIT ? OFFSET ?", [*parameters, limit, offset])
    (total,) = store.query(f"SELECT count(*) {where}", parameters)[0]
    return listed(_events_of(store, rows), total, limit, offset)


def events_by_id(store: Store, ids: Sequence[str], places: Sequence[int] | None = None) -> list[models.Event]:
    """Events with where they are told, in no order. `places` are the rows that they stand in: a large store then need not
    be searched."""
    if not ids:
        return []
    among, values = ("e.rowid IN (SELECT unnest(?::BIGINT[])) AND", [list(places)]) if places is not None else ("", [])
    rows = store.query(
        f"SELECT {_RECORD} FROM events e WHERE {among} e.id IN (SELECT unnest(?::VARCHAR[]))", [*values, list(ids)]
    )
    return _events_of(store, rows)


def _events_of(store: Store, rows: Sequence[tuple[Any, ...]]) -> list[models.Event]:
    """Events of rows of `_RECORD`, in order."""
    found = [(records.event_from_dict(json.loads(row[0])), *row[1:]) for row in rows]
    sources = read_sources(store, {event.document for event, *_ in found})
    judged = verdicts(store, [event.id for event, *_ in found])
    out = []
    for event, dataset, publisher, origin in found:
        source = sources.get(event.document)
        place = place_of(source) if source else _unheld(event.document, publisher, origin)
        out.append(event_out(event, place, judged, dataset))
    return out


def event(store: Store, identifier: str) -> models.Event:
    """One event. Raises Fault."""
    found = events_by_id(store, [identifier])
    if not found:
        raise Fault("not-found", f"{identifier[:80]}: there is no such event (it may have been coded anew)")
    return found[0]


def verdicts(store: Store, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Verdict and correction of those events that somebody judged."""
    rows = store.query(
        "SELECT event, verdict, id FROM corrections WHERE event IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def event_out(
    event: records.Event,
    place: models.Place | None,
    judged: Mapping[str, tuple[str, str]],
    dataset: str | None = None,
) -> models.Event:
    verdict, correction = judged.get(event.id, (None, None))
    return models.Event(
        id=event.id,
        source=_party(event.source),
        target=_party(event.target) if event.target else None,
        event=event.event,
        label=named("act", event.event),
        mode=event.mode,
        quad=event.quad,
        score=event.score,
        contexts=list(event.contexts),
        cameo=event.cameo,
        reciprocal=event.reciprocal,
        auxiliary=list(event.auxiliary),
        start_day=event.date.start,
        end_day=event.date.end,
        date_basis=event.date.basis,
        place=event.place,
        attribution=event.attribution.kind,
        speaker=event.attribution.speaker,
        reported=event.reported,
        confidence=event.confidence,
        rule=event.rule,
        text=event.text,
        sentence=event.sentence,
        start=event.start,
        end=event.end,
        trigger=models.Stretch(text=event.trigger.text, start=event.trigger.start, end=event.trigger.end),
        dataset=dataset,
        told_in=place or _unheld(event.document, None, None),
        verdict=verdict,  # type: ignore[arg-type]
        correction=correction,
    )


def _party(party: records.Participant) -> models.Party:
    return models.Party(
        code=party.actor,
        name=display_name(party.actor),
        sector=party.sector,
        text=party.text,
        start=party.start,
        end=party.end,
    )


def place_of(source: Source) -> models.Place:
    return models.Place(
        document=source.id,
        title=source.title,
        url=safe_url(source.url),
        publisher=source.publisher,
        published=source.published,
        genre=source.genre,
        interested=source.interested,
        interests=[interest.sentence for interest in source.interests],
        held=True,
    )


def _unheld(document: str, publisher: str | None, origin: str | None) -> models.Place:
    return models.Place(
        document=document,
        title=None,
        url=safe_url(origin),
        publisher=publisher,
        published=None,
        genre=None,
        interested=False,
        interests=[],
        held=False,
    )


def claim_out(claim: records.Claim, place: models.Place | None) -> models.Claim:
    return models.Claim(
        id=claim.id,
        text=claim.text,
        third=actor(claim.third),
        direction=claim.direction,
        attribution=claim.attribution.kind,
        speaker=claim.attribution.speaker,
        reported=claim.reported,
        told_in=place or _unheld(claim.document, None, None),
    )
