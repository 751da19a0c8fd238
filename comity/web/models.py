"""What the API answers, typed. The pages are rendered from the same values.

Indexes lie in −10…10; `low` and `high` bound the 90 % interval; `mass` is the number of distinct acts behind a figure, and
with mass 0 the index is null: silence is not neutrality. Dates are ISO 8601. Offsets count Unicode characters of a
document's `text`, the end exclusive.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T")


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null")


class Listed(Model, Generic[T]):
    """A page of a list. `next` is the offset of the next page, or null at the end."""

    items: list[T]
    total: int = Field(description="How many there are in all.")
    limit: int
    offset: int
    next: int | None


class Actor(Model):
    code: str
    name: str


class FoundActor(Actor):
    kind: Literal["state", "organisation", "group"]
    events: int = Field(description="Events of this actor in the store.")


class StoreInfo(Model):
    version: str = Field(description="Of Comity.")
    documents: int
    events: int
    claims: int
    corrections: int
    first: str | None = Field(description="The day of the first report.")
    last: str | None = Field(description="The day of the last report.")
    writable: bool = Field(description="Whether this server takes corrections and additions.")


class Figure(Model):
    index: float | None
    low: float | None
    high: float | None
    mass: float


class Point(Figure):
    """The tie at the end of a period. `start` and `end` are its first and last day."""

    period: str
    start: str
    end: str
    events: int = Field(description="Events that fall into the period.")


class Course(Model):
    a: Actor
    b: Actor
    dimension: str
    direction: Literal["both", "ab", "ba"]
    period: Literal["month", "quarter", "year"]
    as_of: str | None = Field(
        description="The day asked for, or that of the last report; a later one is brought back to it."
    )
    half_life_days: float
    without_interested: bool
    points: list[Point]
    now: Figure | None = Field(description="The last point.")


class Part(Model):
    """Another view of the same tie at the same day: one side of it, one direction, or without interested sources."""

    key: str
    label: str
    now: Figure | None
    points: list[Point]


class Stretch(Model):
    text: str
    start: int
    end: int


class Party(Stretch):
    code: str
    name: str
    sector: str | None


class Place(Model):
    """Where an event or claim is told."""

    document: str
    title: str | None
    url: str | None = Field(description="http or https alone.")
    publisher: str | None
    published: str | None
    genre: str | None
    interested: bool
    interests: list[str] = Field(description="The sentences that disclose an interest.")
    held: bool = Field(description="Whether the document itself is in the store.")


class Event(Model):
    id: str
    source: Party
    target: Party | None
    event: str
    label: str = Field(description="The type in a word.")
    mode: str | None
    quad: str
    score: float
    contexts: list[str]
    cameo: str | None
    reciprocal: bool
    auxiliary: list[str]
    start_day: str
    end_day: str
    date_basis: str
    place: str | None
    attribution: str
    speaker: str | None
    reported: str
    confidence: float
    rule: str
    text: str
    sentence: int
    start: int
    end: int
    trigger: Stretch
    dataset: str | None
    told_in: Place
    verdict: Literal["right", "changed", "no_event"] | None = Field(description="What a person said of it.")
    correction: str | None = Field(description="The id of that correction.")


class Claim(Model):
    id: str
    text: str
    third: Actor
    direction: int
    attribution: str
    speaker: str | None
    reported: str
    told_in: Place


class Act(Model):
    """An act with its reports. `change` is its part of what moved (docs/method.md, "Drivers")."""

    leg: Literal["direct", "a", "b"]
    date: str
    score: float
    weight: float
    before: float
    after: float
    change: float
    reports: list[Event]


class Driver(Model):
    third: Actor
    pressure: float
    change: float
    share: float
    leg_a: float | None
    leg_b: float | None
    mass_a: float = Field(description="Acts remembered between a and the third party.")
    mass_b: float
    acts: list[Act]
    acts_total: int
    claims: list[Claim]


class Why(Model):
    a: Actor
    b: Actor
    start: str
    end: str
    before: float | None
    after: Figure | None
    change: float
    mass: float
    pressure: float = Field(description="The sum over the third parties at the window's end.")
    structural: float = Field(description="The sum of the third parties' changes.")
    judgement: list[str]
    direct: list[Act]
    direct_total: int
    direct_rest: float = Field(description="The summed change of the direct acts not listed.")
    drivers: list[Driver]
    drivers_total: int
    drivers_rest: float = Field(description="The summed change of the third parties not listed.")
    claims: list[Claim]


class Asymmetry(Model):
    """How the two directions stand at the end of a period. `difference` is ab less ba, `low` and `high` bound its 90 %
    interval; all three are null where one direction is."""

    period: str
    end: str
    ab: float | None = Field(description="The index of what a does to b.")
    ba: float | None = Field(description="The index of what b does to a.")
    difference: float | None
    low: float | None
    high: float | None


class Directions(Model):
    a: Actor
    b: Actor
    points: list[Asymmetry]
    now: Asymmetry | None = Field(description="The last point.")


class Turner(Model):
    """An act around a change that went its way. `pull` is its weight times its distance from the level before."""

    date: str
    score: float
    pull: float
    reports: list[Event]


class Change(Model):
    """From `period` on, the acts are of another level. `before` and `after` are mean scores of acts (−10…10), not indexes."""

    period: str
    date: str = Field(description="The first day of that period.")
    low: str = Field(description="The first period in which the change may lie (90 %).")
    high: str = Field(description="The last such period.")
    start: str = Field(description="The first day of `low`.")
    end: str = Field(description="The last day of `high`.")
    before: float
    after: float
    acts_before: int
    acts_after: int
    confidence: float
    acts: list[Turner]


class Changes(Model):
    a: Actor
    b: Actor
    items: list[Change]
    missing: str | None = Field(description="What must be installed before change points can be found, and how.")


class DriverFigures(Model):
    third: Actor
    pressure: float
    change: float
    share: float
    leg_a: float | None
    leg_b: float | None


class WhyFigures(Model):
    before: float | None
    after: float | None
    change: float
    mass: float
    structural: float
    drivers: list[DriverFigures]


class Dropped(Model):
    """What was left out of the record. `events` is how many reports went with it."""

    actors: list[Actor]
    publishers: list[str]
    documents: list[str]
    period: list[str] | None = Field(description="First and last day.")
    interested: bool
    events: int


class Shift(Model):
    """A third party with and without what was left out; null where it is no driver there. Differences are `without` less
    `whole`."""

    third: Actor
    whole: DriverFigures | None
    without: DriverFigures | None
    pressure: float
    change: float
    share: float


class WhatIf(Model):
    """The answer of why on the whole record and on what remains, over the same window."""

    a: Actor
    b: Actor
    start: str
    end: str
    dropped: Dropped
    whole: WhyFigures
    without: WhyFigures
    after: float | None = Field(description="The index without, less the index on the whole record.")
    change: float
    mass: float
    structural: float
    shifts: list[Shift] = Field(description="Third parties of either answer, the greatest difference in change first.")


class Pair(Model):
    a: Actor
    b: Actor


class Feed(Model):
    """A watched source. `state`: `answers`; `failing` (its last poll failed); `late` (it was due some while ago: is
    `comity watch` running?); `once` (polled with --once, and due when that is run again)."""

    place: str = Field(description="Its address without user and query, or the name of its file.")
    url: str | None = Field(description="The address, where nothing had to be left out.")
    state: Literal["answers", "failing", "late", "once"]
    polled: str
    due: str | None
    failures: int = Field(description="Polls in a row that failed.")
    fault: str | None
    ties: list[Pair] | None = Field(description="The ties that are told of; null for all.")


class AlertSentence(Model):
    """A new event behind an alert. `act` is who did what to whom, in words."""

    event: str
    act: str
    text: str
    date: str
    told_in: Place


class Sent(Model):
    """A way that an alert goes: terminal, atom, webhook or mail; `at` is null until it went."""

    channel: str
    at: str | None


class Alert(Model):
    """A tie that moved, or two who are on record together for the first time. `reason` says by which rule it is told."""

    id: str
    kind: Literal["move", "unseen"]
    a: Actor
    b: Actor
    title: str
    summary: str
    reason: str
    day: str = Field(description="The day of the last report then.")
    raised: str
    before: Figure | None
    before_day: str | None
    now: Figure
    sentences: list[AlertSentence]
    more: int = Field(description="Events behind it that are not listed.")
    sent: list[Sent]


class Mover(Model):
    a: Actor
    b: Actor
    before: float | None
    now: Figure
    change: float
    reports: int = Field(description="Events reported in the window.")


class Movers(Model):
    start: str | None
    end: str | None
    items: list[Mover]


class TieNow(Model):
    a: Actor
    b: Actor
    index: float
    mass: float


class Edge(Model):
    a: str
    b: str
    index: float
    mass: float
    frustrated: bool


class Node(Actor):
    camp: Literal[1, 2] | None
    ties: int
    position: float = Field(description="The mean index of its ties, weighted by mass.")


class Network(Model):
    as_of: str | None
    min_strength: float
    half_life_days: float
    without_interested: bool
    nodes: list[Node]
    edges: list[Edge]
    balanced: int
    unbalanced: int
    frustration: float
    strength: float
    exact: bool = Field(description="Whether no better parting into two camps exists, or only none was found.")


class Segment(Model):
    """A stretch of the article. `events` are the ids of the events whose sentence it lies in."""

    text: str
    start: int
    events: list[str]
    trigger: list[str] = Field(description="Events whose trigger it belongs to.")
    source: list[str]
    target: list[str]


class Block(Model):
    """A paragraph of the article, or a stretch of the page that was set apart from it (`kind` then says what it is)."""

    kind: str
    segments: list[Segment]


class Interest(Model):
    holder: str
    behalf: str
    kind: str
    sentence: str
    actor: str | None


class DocumentInfo(Model):
    id: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    genre: str
    language: str
    interested: bool
    events: int
    coded: bool
    duplicates_of: str | None


class Document(DocumentInfo):
    authors: list[str]
    published_basis: str
    origin: str
    genre_signals: list[str]
    text: str
    blocks: list[Block]
    interests: list[Interest]
    coded_events: list[Event]
    claims: list[Claim]
    copies: list[DocumentInfo]


class Coding(Model):
    """What an event should be."""

    event: str = Field(max_length=40, examples=["SUPPORT"])
    mode: str | None = Field(default=None, max_length=40)
    source: str = Field(max_length=120, description="Code or name.", examples=["AZE"])
    target: str | None = Field(default=None, max_length=120)
    reciprocal: bool = False
    auxiliary: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=4)


class Judgement(Model):
    """A person's word on an event. `coding` is given with `changed` and with nothing else."""

    event: str = Field(max_length=200, description="The id of the event.")
    verdict: Literal["right", "changed", "no_event"]
    coding: Coding | None = None
    note: str = Field(default="", max_length=2000)


class Correction(Model):
    id: str
    document: str
    event: str
    verdict: Literal["right", "changed", "no_event"]
    original: Coding
    coding: Coding | None
    text: str
    note: str
    made: str


def checked_day(value: str | None) -> str | None:
    """A day as YYYY-MM-DD, and nothing else that Python would take for one. Raises ValueError."""
    if value is None:
        return None
    try:
        if len(value) != 10:
            raise ValueError
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("is no date (write it as YYYY-MM-DD)") from None


Day = Annotated[str | None, AfterValidator(checked_day)]


class _Addition(Model):
    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str | None = Field(default=None, max_length=500)
    publisher: str | None = Field(default=None, max_length=200)
    published: Day = Field(default=None, json_schema_extra={"format": "date"})


class TextAddition(_Addition):
    """A text to add."""

    text: str = Field(min_length=1, max_length=1_000_000)


class AddressAddition(_Addition):
    """What stands at an address, to be added."""

    url: str = Field(pattern=r"^https?://[^\s/]", max_length=2000)


class AddedDocument(Model):
    id: str
    title: str | None
    events: int
    claims: int


class Job(Model):
    """An addition under way. `state`: waiting, reading, coding, writing, done or failed."""

    id: str
    state: Literal["waiting", "reading", "coding", "writing", "done", "failed"]
    done: int
    total: int
    events: int
    documents: list[AddedDocument]
    failures: list[str]
    started: str
    seconds: float


class EventType(Model):
    name: str
    label: str
    quad: str
    score: float
    modes: list[str]


class Ontology(Model):
    types: list[EventType]
    auxiliaries: list[str]
    dimensions: list[str]
