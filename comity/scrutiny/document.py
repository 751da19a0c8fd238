"""One document against the record: the whole of `comity check`, as values.

In: a document, the events and claims that the coder read in it, and the standing of each event in a store; out: a `Check`.
Nothing is judged true or false here. Events have witnesses or none; claims have somebody who makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from comity.actors import load_index
from comity.dyads.corroboration import Standing, Witness
from comity.language.sentences import split
from comity.records import Claim, Document, Event, to_dict
from comity.scrutiny.contested import Reason, contested
from comity.scrutiny.terms import TermUse, term_uses
from comity.scrutiny.voice import Stretch, own_words, speaker_at, voices


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """A sentence of the author's own that judges, explains or prescribes, and why we think so. `claims` are the coder's
    readings of it as a claim about a tie."""

    number: int
    text: str
    start: int
    end: int
    reasons: tuple[Reason, ...]
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What somebody other than the author is made to say. `sentence` is the sentence it stands in, which says how ("denied
    that"). `events` and `claims` are what the coder read in it; `terms` the loaded terms that it holds. `speaker` as
    printed, or None where nobody is named."""

    speaker: str | None
    kind: str
    text: str
    sentence: str
    start: int
    end: int
    events: tuple[Event, ...]
    claims: tuple[Claim, ...]
    terms: tuple[TermUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """All that is to be said of a document. `own` are contested sentences in the author's voice, and claims about ties;
    `spoken` what named speakers say; `terms` the loaded terms in the author's voice. `copies` are the ids of other
    documents in the store that are the same story."""

    document: Document
    events: tuple[Standing, ...]
    own: tuple[CheckedSentence, ...]
    spoken: tuple[Spoken, ...]
    terms: tuple[TermUse, ...]
    copies: tuple[str, ...] = ()


def check_document(
    document: Document,
    events: Sequence[Event],
    claims: Sequence[Claim],
    standings: Sequence[Standing],
    copies: Sequence[str] = (),
) -> Check:
    """Puts a check together."""
    text = document.text
    sentences = split(text)
    stretches = voices(text)
    actors = [mention.start for mention in load_index().mentions(text, document.published.date)]
    uses = term_uses(text, sentences)
    own_terms = tuple(use for use in uses if speaker_at(stretches, use.start) is None)
    own: list[CheckedSentence] = []
    for number, (start, end) in enumerate(sentences):
        told = tuple(c for c in claims if c.sentence == number and c.attribution.kind == "author")
        reasons = contested(
            own_words(text, start, end, stretches),
            any(start <= place < end for place in actors),
            [use for use in own_terms if start <= use.start < end],
        )
        if reasons or told:
            own.append(
                CheckedSentence(number=number, text=text[start:end], start=start, end=end, reasons=reasons, claims=told)
            )
    return Check(
        document=document,
        events=tuple(standings),
        own=tuple(own),
        spoken=tuple(_spoken(text, sentences, stretch, events, claims, uses) for stretch in _outer(stretches)),
        terms=own_terms,
        copies=tuple(copies),
    )


def _outer(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that are not inside another; a quotation within a reported sentence is the same speaker's."""
    outer: list[Stretch] = []
    for stretch in stretches:
        if not outer or stretch.start >= outer[-1].end:
            outer.append(stretch)
    return outer


def _spoken(
    text: str,
    sentences: Sequence[tuple[int, int]],
    stretch: Stretch,
    events: Sequence[Event],
    claims: Sequence[Claim],
    uses: Sequence[TermUse],
) -> Spoken:
    def inside(place: int) -> bool:
        return stretch.start <= place < stretch.end

    around = next(((low, high) for low, high in sentences if low <= stretch.start < high), (stretch.start, stretch.end))
    return Spoken(
        speaker=stretch.speaker,
        kind=stretch.kind,
        text=text[stretch.start : stretch.end].strip(),
        sentence=text[around[0] : max(around[1], stretch.end)].strip(),
        start=stretch.start,
        end=stretch.end,
        events=tuple(event for event in events if inside(event.trigger.start)),
        claims=tuple(claim for claim in claims if inside(claim.cue.start)),
        terms=tuple(use for use in uses if inside(use.start)),
    )


def check_to_dict(check: Check, name: Callable[[str], str]) -> dict[str, Any]:
    """A check as plain JSON values, for programs. `name` gives an actor's name."""
    document = check.document
    return {
        "document": {
            "id": document.id,
            "origin": document.origin,
            "url": document.url,
            "title": document.title,
            "authors": list(document.authors),
            "publisher": document.publisher,
            "published": to_dict(document.published),
            "language": document.language,
            "genre": document.genre,
            "genre_signals": list(document.genre_signals),
            "interests": [to_dict(interest) for interest in document.interests],
            "copies": list(check.copies),
        },
        "events": [_standing(standing, name) for standing in check.events],
        "own_voice": [
            {
                "sentence": item.number,
                "text": item.text,
                "start": item.start,
                "end": item.end,
                "reasons": [to_dict(reason) for reason in item.reasons],
                "claims": [to_dict(claim) for claim in item.claims],
            }
            for item in check.own
        ],
        "spoken": [
            {
                "speaker": item.speaker,
                "kind": item.kind,
                "text": item.text,
                "sentence": item.sentence,
                "start": item.start,
                "end": item.end,
                "events": [event.id for event in item.events],
                "claims": [claim.id for claim in item.claims],
                "terms": [_use(use) for use in item.terms],
            }
            for item in check.spoken
        ],
        "loaded_terms": [_use(use) for use in check.terms],
    }


def _use(use: TermUse) -> dict[str, Any]:
    return {
        "text": use.text,
        "start": use.start,
        "end": use.end,
        "kind": use.term.kind,
        "dispute": use.term.dispute,
        "parties": list(use.term.parties),
        "neutral": use.term.neutral,
        "note": use.term.note,
    }


def _standing(standing: Standing, name: Callable[[str], str]) -> dict[str, Any]:
    event = standing.event
    return {
        "event": to_dict(event),
        "names": {
            "source": name(event.source.actor),
            "target": name(event.target.actor) if event.target else None,
        },
        "corroboration": standing.corroboration,
        "without_interested": standing.impartial,
        "contradiction": standing.contradiction,
        "witnesses": [_witness(witness) for witness in standing.witnesses],
    }


def _witness(witness: Witness) -> dict[str, Any]:
    return {
        "kind": witness.kind,
        "event": witness.event.id,
        "text": witness.event.text,
        "date": witness.event.date.start,
        "document": witness.event.document,
        "story": witness.story,
        "publisher": witness.publisher,
        "house": witness.house,
        "interested": witness.interested,
        "title": witness.title,
        "url": witness.url,
        "published": witness.published,
    }
