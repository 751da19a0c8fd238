"""The words of the system. Frozen, slotted records; this module knows nobody else in the package.

All offsets are character offsets into `Document.text`, end-exclusive: `text[start:end]` is the quoted string.
Dates are ISO 8601 strings (`YYYY-MM-DD`), so records are plain JSON on the way in and out.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Genre = Literal["news", "opinion", "analysis", "press_release", "official", "unknown"]
PublishedBasis = Literal["record", "json-ld", "meta", "byline", "url", "fetched", "text", "argument", "unknown"]
DateBasis = Literal["explicit", "relative", "document"]
Auxiliary = Literal["historical", "future", "hypothetical", "negation"]
AttributionKind = Literal["author", "quoted", "reported"]
Verdict = Literal["right", "changed", "no_event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """A stretch of the page that is not the article.

    `start` and `end` are offsets into `Document.page` (the whole page text), not into `text`.
    `kind`: caption, bio, byline, disclaimer, paywall, donation, newsletter, related, cookie, comment, navigation.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A disclosed interest: who, on whose behalf, and the sentence that says so.

    `sentence` is a quotation from `Document.page`. `actor` is the code of the party behind it, or None.
    `kind`: representation, office, ownership, sponsorship, state_media.
    """

    holder: str
    behalf: str
    kind: str
    sentence: str
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a document was published, and how we know. `date` is None when nothing says."""

    date: str | None
    basis: PublishedBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article. `text` is the article alone; `page` is all the text found, furniture included.

    `id` is a hash of the normalised text (see `document_id`). `origin` is where it was read from
    (path, path:line or URL) and takes no part in the id. `duplicates_of` is the id of its story's earliest document, for
    a copy, rewrite or update; the store fills it in (`sources.duplicates`).
    """

    id: str
    text: str
    page: str
    url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Published = Published(date=None, basis="unknown")
    language: str = "en"
    furniture: tuple[Furniture, ...] = ()
    genre: Genre = "unknown"
    genre_signals: tuple[str, ...] = ()
    interests: tuple[Interest, ...] = ()
    duplicates_of: str | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A stretch of text that names an actor. `kind`: name, demonym, metonym, person, office, organisation, group,
    coreference."""

    text: str
    start: int
    end: int
    actor: str
    sector: str | None = None
    kind: str = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quoted stretch of `Document.text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A source or target of an event: the words, and the actor and sector they stand for."""

    text: str
    start: int
    end: int
    actor: str
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """When an event happened: a closed interval and what it rests on."""

    start: str
    end: str
    basis: DateBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who vouches for an event. `speaker` is the name as printed; who that is, `actors` decides."""

    kind: AttributionKind
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what to whom, when, and who says so. See DESIGN, "The records", and docs/codebook.md.

    `link` joins the records of one act with several sources or targets; it is the id of the first of them.
    `rule` names the lexicon row and path that gave the event.
    """

    id: str
    document: str
    sentence: int
    text: str
    start: int
    end: int
    trigger: Quote
    source: Participant
    target: Participant | None
    event: str
    mode: str | None
    contexts: tuple[str, ...]
    quad: str
    score: float
    cameo: str | None
    reciprocal: bool
    auxiliary: tuple[Auxiliary, ...]
    date: EventDate
    place: str | None
    attribution: Attribution
    reported: str
    confidence: float
    link: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that says a third party's doings push the tie of two states. A claim, never counted as an event.

    `direction` is +1 (pulls a and b together), -1 (apart) or 0 (not said). `a` < `b` alphabetically.
    """

    id: str
    document: str
    sentence: int
    text: str
    start: int
    end: int
    a: str
    b: str
    third: str
    direction: int
    cue: Quote
    attribution: Attribution
    reported: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The tie of a and b in a period. `index`, `low` and `high` lie in -10..10; `low`..`high` is the 90 % interval.

    `mass` is the number of distinct acts behind it; with mass 0, index, low and high are None: silence is not
    neutrality. `events` are the ids of the events that fall into the period.
    """

    a: str
    b: str
    dimension: str
    period: str
    index: float | None
    low: float | None
    high: float | None
    mass: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A third party that pushes the tie of a and b in a window.

    `pressure` is s(a,k)·s(b,k) at the window's end, in -1..1; `change` its change over the window; `share` the part of
    the summed absolute change over all third parties. `leg_a` and `leg_b` are the indexes of a–k and b–k (None where
    nothing is on record). `events` are ids, ranked by what they moved; `claims` are the ids of claims that name k.
    """

    a: str
    b: str
    third: str
    start: str
    end: str
    pressure: float
    change: float
    share: float
    leg_a: float | None
    leg_b: float | None
    events: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a person says an event is: the part of it that a correction may change. `source` and `target` are codes."""

    event: str
    mode: str | None
    source: str
    target: str | None
    reciprocal: bool = False
    auxiliary: tuple[Auxiliary, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's judgement on one coded event, kept for every later coding of its document.

    `original` is the event as it was coded; its document, trigger and parties say which event is meant. `verdict`:
    right (as it stands), changed (`coding` says to what) or no_event. `made` is the moment, in UTC.
    """

    id: str
    original: Event
    verdict: Verdict
    coding: Coding | None
    note: str
    made: str


def correction_id(original: Event) -> str:
    """The id of the correction of an event: a second judgement on the same event takes the first one's place."""
    target = original.target.actor if original.target else None
    trigger = original.trigger
    return stable_id(
        "correction", original.document, trigger.start, trigger.end, original.source.actor, target, original.id
    )


def document_id(text: str) -> str:
    """The id of a document: 16 hex digits of SHA-256 over the text, NFKC-normalised, case-folded, white space folded.

    The same article saved twice with other line breaks has the same id.
    """
    folded = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def stable_id(*parts: object) -> str:
    """16 hex digits of SHA-256 over the parts: equal parts, equal id, on any machine and in any run."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def to_dict(record: Any) -> dict[str, Any]:
    """A record as plain JSON values (nested records as dicts, tuples as lists). Inverse: `from_dict`."""
    return {name: _plain(getattr(record, name)) for name in _field_names(record.__class__)}


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_dict(value)
    return value


def document_from_dict(data: Mapping[str, Any]) -> Document:
    """A Document from `to_dict`'s output. Raises KeyError or TypeError on missing or unknown fields."""
    fields = dict(data)
    fields["authors"] = tuple(fields.get("authors", ()))
    fields["genre_signals"] = tuple(fields.get("genre_signals", ()))
    fields["furniture"] = tuple(Furniture(**item) for item in fields.get("furniture", ()))
    fields["interests"] = tuple(Interest(**item) for item in fields.get("interests", ()))
    fields["published"] = Published(**fields.get("published", {"date": None, "basis": "unknown"}))
    return Document(**fields)


def event_from_dict(data: Mapping[str, Any]) -> Event:
    """An Event from `to_dict`'s output. Raises KeyError or TypeError on missing or unknown fields."""
    fields = dict(data)
    fields["trigger"] = Quote(**fields["trigger"])
    fields["source"] = Participant(**fields["source"])
    fields["target"] = Participant(**fields["target"]) if fields["target"] else None
    fields["date"] = EventDate(**fields["date"])
    fields["attribution"] = Attribution(**fields["attribution"])
    fields["contexts"] = tuple(fields["contexts"])
    fields["auxiliary"] = tuple(fields["auxiliary"])
    return Event(**fields)


def claim_from_dict(data: Mapping[str, Any]) -> Claim:
    """A Claim from `to_dict`'s output. Raises KeyError or TypeError on missing or unknown fields."""
    fields = dict(data)
    fields["cue"] = Quote(**fields["cue"])
    fields["attribution"] = Attribution(**fields["attribution"])
    return Claim(**fields)


def correction_from_dict(data: Mapping[str, Any]) -> Correction:
    """A Correction from `to_dict`'s output. Raises KeyError or TypeError on missing or unknown fields."""
    fields = dict(data)
    fields["original"] = event_from_dict(fields["original"])
    coding = fields["coding"]
    fields["coding"] = Coding(**(coding | {"auxiliary": tuple(coding["auxiliary"])})) if coding else None
    return Correction(**fields)
