"""What pushes a tie, with the sentence behind each figure.

In: a store and two actors; out: an `Account`: the figures of `structure.why`, joined with the events, the documents and
the disclosed interests they rest on. Everything that a table, a page or a program shows of `why` is taken from here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.records import Claim, Driver, Event, Interest
from comity.report.names import display_name
from comity.store import Store
from comity.structure import Part, Why, contribution, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document as the place of a quotation; or the row of somebody's data set (`dataset`), whose `id` is the event's and
    whose `origin` is its file and line, or its address."""

    id: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    genre: str
    interested: bool
    interests: tuple[Interest, ...]
    dataset: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One report of an act: the event, its parties by name, and the document that tells it (None if it is not held)."""

    event: Event
    source_name: str
    target_name: str
    source: Source | None

    @property
    def interested(self) -> bool:
        return self.source is not None and self.source.interested


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedAct:
    """An act with its reports, the one to quote first. `third` is the third party whose leg it is of, or empty."""

    part: Part
    third: str
    reports: tuple[Citation, ...]

    @property
    def best(self) -> Citation:
        return self.reports[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedClaim:
    """A claim with who makes it."""

    claim: Claim
    third_name: str
    source: Source | None

    @property
    def interested(self) -> bool:
        return self.source is not None and self.source.interested


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedDriver:
    """A third party with the acts behind its push and the claims that name it."""

    driver: Driver
    name: str
    acts: tuple[AccountedAct, ...]
    claims: tuple[AccountedClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that pushes the tie of a and b, told. `pressure` is the sum over the drivers at the window's end; `sources`
    are the documents cited, by date."""

    a: str
    b: str
    name_a: str
    name_b: str
    why: Why
    pressure: float
    direct: tuple[AccountedAct, ...]
    drivers: tuple[AccountedDriver, ...]
    claims: tuple[AccountedClaim, ...]
    sources: tuple[Source, ...]

    @property
    def end(self) -> str:
        return self.why.end


def account(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    start: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    without_interested: bool = False,
    name: Callable[[str], str] = display_name,
) -> Account:
    """`structure.why` (same arguments) with its evidence."""
    found = why(
        store,
        a,
        b,
        as_of=as_of,
        start=start,
        window_days=window_days,
        half_life_days=half_life_days,
        without_interested=without_interested,
    )
    return account_of(store, found, name)


def account_of(store: Store, found: Why, name: Callable[[str], str] = display_name) -> Account:
    """Figures of `structure.why` with the evidence that the store holds of them."""
    ids = {event for parts in (found.direct, *found.parts.values()) for part in parts for event in part.events}
    events = read_events(store, ids)
    documents = dict.fromkeys(event.document for event in events.values())
    documents |= dict.fromkeys(claim.document for claim in found.claims)
    sources = read_sources(store, documents) | read_rows(store, ids)
    return assemble(found, events, sources, name)


def read_events(store: Store, ids: Iterable[str]) -> dict[str, Event]:
    """Events by id."""
    return {event.id: event for event in store.events(ids=sorted(ids))}


def read_sources(store: Store, ids: Iterable[str]) -> dict[str, Source]:
    """Documents as sources, by date, publisher and title. The texts stay in the store."""
    rows = store.query(
        """SELECT id, title, url, publisher, published::VARCHAR, genre, interested, interests FROM documents
           WHERE id IN (SELECT unnest(?::VARCHAR[]))
           ORDER BY published NULLS LAST, publisher, title, id""",
        [list(ids)],
    )
    return {
        row[0]: Source(
            id=row[0],
            title=row[1],
            url=row[2],
            publisher=row[3],
            published=row[4],
            genre=row[5],
            interested=bool(row[6]),
            interests=tuple(Interest(**item) for item in json.loads(row[7])),
        )
        for row in rows
    }


def read_rows(store: Store, ids: Iterable[str]) -> dict[str, Source]:
    """Those of these events that stand in somebody's data set, as sources: by the id of the event, not of its document."""
    rows = store.query(
        """SELECT id, dataset, publisher, reported::VARCHAR, origin FROM events
           WHERE dataset IS NOT NULL AND id IN (SELECT unnest(?::VARCHAR[])) ORDER BY reported, publisher, id""",
        [sorted(ids)],
    )
    return {
        row[0]: Source(
            id=row[0],
            title=_row_title(row[1], row[0], row[4]),
            url=row[4] if row[4] and "://" in row[4] else None,
            publisher=row[2],
            published=row[3],
            genre="unknown",
            interested=False,
            interests=(),
            dataset=row[1],
            origin=row[4],
        )
        for row in rows
    }


def _row_title(dataset: str, identifier: str, origin: str | None) -> str:
    """A row of a data set by its own id there, and where it is no page by the file and line."""
    from comity.store.loaders.datasets import DATASETS

    whose = DATASETS[dataset].title if dataset in DATASETS else dataset
    own = f"{whose} {identifier.removeprefix(dataset + ':')}"
    return own if not origin or "://" in origin else f"{own}, {origin.replace(chr(92), '/').rpartition('/')[2]}"


def assemble(
    found: Why, events: Mapping[str, Event], sources: Mapping[str, Source], name: Callable[[str], str]
) -> Account:
    """Figures and evidence joined. Pure."""

    def cite(identifier: str) -> Citation:
        event = events[identifier]
        return Citation(
            event=event,
            source_name=name(event.source.actor),
            target_name=name(event.target.actor) if event.target else "",
            source=sources.get(event.id) or sources.get(event.document),
        )

    def acts(parts: Iterable[Part], third: str) -> tuple[AccountedAct, ...]:
        return tuple(
            AccountedAct(part=part, third=third, reports=tuple(sorted(map(cite, part.events), key=_worth)))
            for part in parts
        )

    claims = {
        claim.id: AccountedClaim(claim=claim, third_name=name(claim.third), source=sources.get(claim.document))
        for claim in found.claims
    }
    return Account(
        a=found.a,
        b=found.b,
        name_a=name(found.a),
        name_b=name(found.b),
        why=found,
        pressure=sum(driver.pressure for driver in found.drivers),
        direct=acts(found.direct, ""),
        drivers=tuple(
            AccountedDriver(
                driver=driver,
                name=name(driver.third),
                acts=acts(found.parts[driver.third], driver.third),
                claims=tuple(claims[claim] for claim in driver.claims),
            )
            for driver in found.drivers
        ),
        claims=tuple(claims.values()),
        sources=tuple(sources.values()),
    )


def _worth(report: Citation) -> tuple[bool, bool, bool, bool, float, str, str]:
    """Which report of an act to quote: one without an interest, a sentence rather than a row of a data set, in the
    author's own words, of the act as a deed, surely coded, early."""
    event = report.event
    told_by_author = event.attribution.kind == "author"
    return (
        report.interested,
        report.source is not None and report.source.dataset is not None,
        not told_by_author,
        bool(event.auxiliary),
        -event.confidence,
        event.reported,
        event.id,
    )


def account_to_dict(found: Account) -> dict[str, Any]:
    """An account as plain JSON values, for programs: every event and claim, each with where it stands."""
    figures = found.why
    return {
        "a": found.a,
        "b": found.b,
        "names": {"a": found.name_a, "b": found.name_b},
        "start": figures.start,
        "end": figures.end,
        "before": figures.before,
        "after": figures.after,
        "change": figures.change,
        "mass": figures.mass,
        "pressure": found.pressure,
        "structural": figures.structural,
        "direct": [event for act in found.direct for event in _act_events(act)],
        "drivers": [
            {
                "third": item.driver.third,
                "name": item.name,
                "pressure": item.driver.pressure,
                "change": item.driver.change,
                "share": item.driver.share,
                "contribution": contribution(item.driver),
                "leg_a": item.driver.leg_a,
                "leg_b": item.driver.leg_b,
                "events": [event for act in item.acts for event in _act_events(act)],
                "claims": [_claim(claim) for claim in item.claims],
            }
            for item in found.drivers
        ],
        "claims": [_claim(claim) for claim in found.claims],
    }


def _act_events(act: AccountedAct) -> list[dict[str, Any]]:
    """The reports of an act. `act` is its first report's id; `change` is the whole act's, on each of them."""
    return [
        {
            "id": report.event.id,
            "act": act.part.events[0],
            "leg": act.part.leg,
            "change": act.part.change,
            "before": act.part.before,
            "after": act.part.after,
            "text": report.event.text,
            "date": report.event.date.start,
            "date_end": report.event.date.end,
            "source": report.event.source.actor,
            "target": report.event.target.actor if report.event.target else None,
            "event": report.event.event,
            "mode": report.event.mode,
            "score": report.event.score,
            "auxiliary": list(report.event.auxiliary),
            "attribution": {"kind": report.event.attribution.kind, "speaker": report.event.attribution.speaker},
            "reported": report.event.reported,
            "document": report.event.document,
            **_place(report.source),
        }
        for report in act.reports
    ]


def _claim(item: AccountedClaim) -> dict[str, Any]:
    claim = item.claim
    return {
        "id": claim.id,
        "text": claim.text,
        "third": claim.third,
        "name": item.third_name,
        "direction": claim.direction,
        "attribution": {"kind": claim.attribution.kind, "speaker": claim.attribution.speaker},
        "reported": claim.reported,
        "document": claim.document,
        **_place(item.source),
    }


def _place(source: Source | None) -> dict[str, Any]:
    return {
        "title": source.title if source else None,
        "url": source.url if source else None,
        "publisher": source.publisher if source else None,
        "genre": source.genre if source else None,
        "interested": source.interested if source else False,
        "interests": [interest.sentence for interest in source.interests] if source else [],
        "dataset": source.dataset if source else None,
        "origin": source.origin if source else None,
    }
