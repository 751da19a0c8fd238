"""What waits to be judged, what people said, and what can be said of an act."""

from __future__ import annotations

import functools

from comity import records
from comity.ontology import DIMENSIONS, load_ontology
from comity.report.words import named
from comity.store import Store
from comity.web import models
from comity.web.queries.lists import listed
from comity.web.queries.told import events_by_id


def review_queue(
    store: Store, max_confidence: float, code: str | None, limit: int, offset: int
) -> models.Listed[models.Event]:
    """The events of our own coding that nobody has judged yet, the least sure first."""
    condition, values = "", [max_confidence]
    if code:
        condition = "AND (e.source = ? OR e.target = ?)"
        values += [code, code]  # type: ignore[list-item]
    where = f"""FROM events e SEMI JOIN documents d ON d.id = e.document ANTI JOIN corrections c ON c.event = e.id
                WHERE e.record IS NOT NULL AND e.confidence <= ? {condition}"""
    (total,) = store.query(f"SELECT count(*) {where}", values)[0]
    rows = store.query(f"SELECT e.id {where} ORDER BY e.confidence, e.id LIMIT ? OFFSET ?", [*values, limit, offset])
    by_id = {found.id: found for found in events_by_id(store, [row[0] for row in rows])}
    return listed([by_id[row[0]] for row in rows], total, limit, offset)


def corrections(store: Store, limit: int, offset: int) -> models.Listed[models.Correction]:
    """What people said of events, the latest first."""
    (total,) = store.query("SELECT count(*) FROM corrections")[0]
    rows = store.query("SELECT id FROM corrections ORDER BY made DESC, id LIMIT ? OFFSET ?", [limit, offset])
    found = {item.id: item for item in store.corrections(ids=[row[0] for row in rows])}
    return listed([correction_out(found[row[0]]) for row in rows], total, limit, offset)


def correction_out(correction: records.Correction) -> models.Correction:
    original = correction.original
    return models.Correction(
        id=correction.id,
        document=original.document,
        event=original.id,
        verdict=correction.verdict,
        original=models.Coding(
            event=original.event,
            mode=original.mode,
            source=original.source.actor,
            target=original.target.actor if original.target else None,
            reciprocal=original.reciprocal,
            auxiliary=list(original.auxiliary),
        ),
        coding=models.Coding(**records.to_dict(correction.coding)) if correction.coding else None,
        text=original.text,
        note=correction.note,
        made=correction.made,
    )


@functools.cache
def ontology() -> models.Ontology:
    """Types with their modes, auxiliary modes, and the sides of a tie."""
    known = load_ontology()
    return models.Ontology(
        types=[
            models.EventType(
                name=name, label=named("act", name), quad=kind.quad, score=kind.score, modes=list(known.modes[name])
            )
            for name, kind in known.types.items()
        ],
        auxiliaries=list(known.auxiliaries),
        dimensions=list(DIMENSIONS),
    )
