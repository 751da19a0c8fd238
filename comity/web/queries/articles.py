"""Documents: the list of them, and one with its coding."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from comity import records
from comity.report.evidence import read_sources
from comity.report.sheet import safe_url
from comity.store import Store
from comity.web import marking, models
from comity.web.problems import Fault
from comity.web.queries.lists import listed
from comity.web.queries.told import claim_out, event_out, place_of, verdicts

_INFO = """SELECT d.id, d.title, d.url, d.publisher, d.published::VARCHAR, d.genre, d.language, d.interested,
                  (SELECT count(*) FROM events e WHERE e.document = d.id), d.version IS NOT NULL, d.duplicates_of
           FROM documents d"""


def documents(
    store: Store, text: str, limit: int, offset: int, as_of: str | None = None
) -> models.Listed[models.DocumentInfo]:
    """Documents by day, the latest first; with a text, those that have it in title or publisher."""
    conditions, values = ["TRUE"], []
    if text:
        conditions.append("(contains(lower(d.title), lower(?)) OR contains(lower(d.publisher), lower(?)))")
        values += [text, text]
    if as_of:
        conditions.append("(d.published IS NULL OR d.published <= ?::DATE)")
        values.append(as_of)
    where = f"WHERE {' AND '.join(conditions)}"
    (total,) = store.query(f"SELECT count(*) FROM documents d {where}", values)[0]
    rows = store.query(
        f"{_INFO} {where} ORDER BY d.published DESC NULLS LAST, d.title, d.id LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return listed([_info(row) for row in rows], total, limit, offset)


def document(store: Store, identifier: str) -> models.Document:
    """A document with its coding. Raises Fault."""
    held = store.document(identifier)
    if held is None:
        raise Fault("not-found", f"{identifier[:80]}: there is no such document in the store")
    coded = sorted(store.events(document=identifier), key=lambda one: (one.start, one.trigger.start, one.id))
    claims = [
        records.claim_from_dict(json.loads(row[0]))
        for row in store.query("SELECT record FROM claims WHERE document = ? ORDER BY id", [identifier])
    ]
    (row,) = store.query(f"{_INFO} WHERE d.id = ?", [identifier])
    head = held.duplicates_of or held.id
    copies = store.query(
        f"{_INFO} WHERE (d.duplicates_of = ? OR d.id = ?) AND d.id <> ? ORDER BY d.published, d.id LIMIT 50",
        [head, head, identifier],
    )
    place = next(map(place_of, read_sources(store, [identifier]).values()))
    judged = verdicts(store, [one.id for one in coded])
    return models.Document(
        **_info(row).model_dump(),
        authors=list(held.authors),
        published_basis=held.published.basis,
        origin=held.origin if safe_url(held.origin) else held.origin.rsplit("/", 1)[-1],
        genre_signals=list(held.genre_signals),
        text=held.text,
        blocks=marking.blocks(held, coded),
        interests=[
            models.Interest(
                holder=item.holder, behalf=item.behalf, kind=item.kind, sentence=item.sentence, actor=item.actor
            )
            for item in held.interests
        ],
        coded_events=[event_out(one, place, judged) for one in coded],
        claims=[claim_out(claim, place) for claim in claims],
        copies=[_info(copy) for copy in copies],
    )


def _info(row: Sequence[Any]) -> models.DocumentInfo:
    return models.DocumentInfo(
        id=row[0],
        title=row[1],
        url=safe_url(row[2]),
        publisher=row[3],
        published=row[4],
        genre=row[5],
        language=row[6],
        interested=bool(row[7]),
        events=row[8],
        coded=bool(row[9]),
        duplicates_of=row[10],
    )
