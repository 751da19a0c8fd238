"""People's judgements on coded events: kept in the store, applied whenever a document is coded, and handed on as gold.

A judgement is about the event that stands at one trigger between two parties of one document. It is kept apart from the
events, so that a later coding, by whatever version, comes out as the person said.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from comity.errors import ComityError
from comity.ontology import load_ontology
from comity.records import Coding, Correction, Event, Participant, Verdict, correction_id
from comity.store import Store


def correct(
    store: Store, event_id: str, verdict: Verdict, coding: Coding | None = None, *, note: str = "", made: str = ""
) -> Correction:
    """Keeps a judgement on an event of the store, and changes the event as it says.

    Raises ComityError where there is no such event, where it is a row of somebody else's data set, and where `coding` is
    missing, not asked for, or none that the ontology knows.
    """
    known = next((item for item in store.corrections() if item.original.id == event_id), None)
    original = known.original if known else next(store.events(ids=[event_id]), None)
    if original is None:
        raise ComityError(f"{event_id}: there is no such event (it may have been coded anew; look at its document)")
    if store.document(original.document) is None:
        raise ComityError(f"{event_id}: is a row of somebody else's data set (correct it there)")
    if (coding is None) == (verdict == "changed"):
        raise ComityError(f"{event_id}: {verdict!r} {'needs' if coding is None else 'takes no'} coding")
    if coding:
        _check(coding)
    moment = made or datetime.now(UTC).isoformat(timespec="seconds")
    correction = Correction(
        id=correction_id(original), original=original, verdict=verdict, coding=coding, note=note, made=moment
    )
    store.add_corrections([correction])
    # From the event as it was coded, whatever an earlier judgement had made of it.
    others = [event for event in store.events(document=original.document) if event.id != original.id]
    store.replace_events(original.document, [*others, *apply([original], [correction])])
    return correction


def withdraw(store: Store, correction: str) -> Correction:
    """Takes a judgement back: the event is again what the coder made of it. Raises ComityError where there is none."""
    found = next(store.corrections(ids=[correction]), None)
    if found is None:
        raise ComityError(f"{correction}: there is no such correction")
    store.remove_corrections([correction])
    document = store.document(found.original.document)
    if document is not None:
        events = [event for event in store.events(document=document.id) if event.id != found.original.id]
        store.replace_events(document.id, [*events, found.original])
    return found


def apply(events: Sequence[Event], corrections: Iterable[Correction]) -> tuple[Event, ...]:
    """The events of one document as people said they are. Pure.

    An event is the one meant when its trigger and its parties are those that were judged, or already are those that it
    was corrected to; of several such, the one of the same type and auxiliary modes. What was judged right or changed
    stands even where a later coder no longer sees it; what is no event is left out.
    """
    out = list(events)
    for correction in corrections:
        found = _meant(out, correction)
        if found is not None:
            out.remove(found)
        if correction.verdict != "no_event":
            out.append(_recoded(correction.original if found is None else found, correction))
    order = {event.id: number for number, event in enumerate(events)}
    return tuple(sorted(out, key=lambda event: (order.get(event.id, len(order)), event.start, event.id)))


def gold_lines(store: Store) -> tuple[list[str], int]:
    """The judged sentences as lines of a gold file for `comity evaluate` (docs/evaluation.md), and how many sentences wait.

    A gold line says all that a sentence tells, so a sentence is written once each of its events has been judged.
    """
    by_sentence: dict[tuple[str, int], list[Correction]] = {}
    for correction in store.corrections():
        original = correction.original
        by_sentence.setdefault((original.document, original.sentence), []).append(correction)
    standing: dict[str, list[Event]] = {}
    lines: list[str] = []
    waiting = 0
    for (document, sentence), judged in sorted(by_sentence.items()):
        if document not in standing:
            standing[document] = list(store.events(document=document))
        decided = {correction.original.id for correction in judged}
        if any(event.sentence == sentence and event.id not in decided for event in standing[document]):
            waiting += 1
        else:
            lines.append(_gold(document, sentence, judged))
    return lines, waiting


def _gold(document: str, sentence: int, judged: Sequence[Correction]) -> str:
    first = judged[0].original
    events = []
    for correction in judged:
        coding = correction.coding or _coding(correction.original)
        if correction.verdict == "no_event":
            continue
        event = {
            "source": coding.source,
            "target": coding.target,
            "event": coding.event,
            "mode": coding.mode,
            "reciprocal": coding.reciprocal and coding.target is not None,
            "auxiliary": list(coding.auxiliary),
        }
        if event not in events:
            events.append(event)
    notes = [correction.note for correction in judged if correction.note]
    return json.dumps(
        {
            "id": f"{document}:{sentence}",
            "phenomenon": "reviewed",
            "text": first.text,
            "published": first.reported,
            "events": events,
            "note": "; ".join(notes),
        },
        ensure_ascii=False,
    )


def _coding(event: Event) -> Coding:
    return Coding(
        event=event.event,
        mode=event.mode,
        source=event.source.actor,
        target=event.target.actor if event.target else None,
        reciprocal=event.reciprocal,
        auxiliary=event.auxiliary,
    )


def _parties(event: Event) -> tuple[str, str | None]:
    return event.source.actor, event.target.actor if event.target else None


def _meant(events: Sequence[Event], correction: Correction) -> Event | None:
    original = correction.original
    parties = {_parties(original)}
    if correction.coding:
        parties.add((correction.coding.source, correction.coding.target))
    same = next((event for event in events if event.id == original.id), None)
    if same is not None:
        return same
    found = [
        event
        for event in events
        if (event.trigger.start, event.trigger.end) == (original.trigger.start, original.trigger.end)
        and _parties(event) in parties
    ]
    like = [event for event in found if (event.event, event.auxiliary) == (original.event, original.auxiliary)]
    return next(iter(like or (found if len(found) == 1 else [])), None)


def _recoded(event: Event, correction: Correction) -> Event:
    """The event with the coding of a correction, under the id that it was judged by."""
    mark = f"judged {correction.made[:10]}"
    rule = event.rule if event.rule.endswith(mark) else f"{event.rule} · {mark}"
    coding = correction.coding
    if coding is None:
        return dataclasses.replace(event, id=correction.original.id, confidence=1.0, rule=rule)
    ontology = load_ontology()
    sides: dict[str, Participant] = {side.actor: side for side in (event.target, event.source) if side}
    source = _party(coding.source, sides, event.source)
    return dataclasses.replace(
        event,
        id=correction.original.id,
        event=coding.event,
        mode=coding.mode,
        source=source,
        target=_party(coding.target, sides, event.target or event.source) if coding.target else None,
        quad=ontology.quad(coding.event),
        score=ontology.score(coding.event, coding.mode),
        cameo=ontology.cameo(coding.event, coding.mode, event.contexts),
        reciprocal=coding.reciprocal,
        auxiliary=coding.auxiliary,
        confidence=1.0,
        rule=rule,
    )


def _party(actor: str, sides: dict[str, Participant], words: Participant) -> Participant:
    """An actor at the place of the event where it is named, or else in the place of the one whom it stands in for."""
    return sides.get(actor) or dataclasses.replace(words, actor=actor, sector=None)


def _check(coding: Coding) -> None:
    ontology = load_ontology()
    if coding.event not in ontology.types:
        raise ComityError(f"{coding.event!r}: there is no such type (one of {', '.join(ontology.types)})")
    if coding.mode is not None and coding.mode not in ontology.modes[coding.event]:
        raise ComityError(f"{coding.mode!r}: is no mode of {coding.event}")
    if any(name not in ontology.auxiliaries for name in coding.auxiliary):
        raise ComityError(f"{', '.join(coding.auxiliary)}: not all of these are auxiliary modes")
    if coding.source == coding.target:
        raise ComityError(f"{coding.source}: an act needs two parties, or a source alone")
    if coding.reciprocal and coding.target is None:
        raise ComityError("a reciprocal act needs a target")


def corrected(store: Store, documents: Sequence[str]) -> dict[str, list[Correction]]:
    """The corrections of some documents, by document."""
    found: dict[str, list[Correction]] = {}
    for correction in store.corrections(documents=documents):
        found.setdefault(correction.original.document, []).append(correction)
    return found
