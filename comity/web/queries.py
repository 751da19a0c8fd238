"""What pages and API ask of the other rooms: the one place that knows them.

In: a store and checked arguments (actor codes, ISO days); out: the values of `models`. Figures are those of `ties`,
`structure` and `report`, reckoned nowhere else.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

import comity
from comity import records
from comity.actors import load_index
from comity.actors.index import fold
from comity.dyads import Direction, Period, read_acts
from comity.dyads import course as tie_course
from comity.dyads.course import day_number
from comity.dyads.index import FORGOTTEN, contributions, mass_at, memory
from comity.ontology import DIMENSIONS, load_ontology
from comity.report.charts import period_days
from comity.report.evidence import AccountedAct, AccountedClaim, AccountedDriver, Source, account, read_sources
from comity.report.names import display_name
from comity.report.sheet import safe_url
from comity.report.words import judgement, named
from comity.store import Store, schema, visible
from comity.structure import blocs
from comity.web import marking, models
from comity.web.problems import Fault

HALF_LIFE = 365.0
# A week has more dyads with reports than a page shows; of the rest the least told are not reckoned at all.
CANDIDATES, CANDIDATES_OF_MANY, MANY_EVENTS = 60, 16, 200_000
# The search for the best parting may take this long before a page answers with the best found so far.
PARTING_SECONDS = 4.0
ACTS_SHOWN, DRIVERS_SHOWN, CLAIMS_SHOWN, REPORTS_SHOWN = 12, 15, 30, 12


# The store


def store_info(store: Store, writable: bool) -> models.StoreInfo:
    """What the store holds, and from when to when."""
    counts = store.counts()
    first, last = span(store)
    (corrections,) = store.query("SELECT count(*) FROM corrections")[0]
    return models.StoreInfo(
        version=comity.__version__,
        documents=counts["documents"],
        events=counts["events"],
        claims=counts["claims"],
        corrections=corrections,
        first=first,
        last=last,
        writable=writable,
    )


def span(store: Store) -> tuple[str | None, str | None]:
    """The days of the first and the last report."""
    first, last = store.query("SELECT min(reported)::VARCHAR, max(reported)::VARCHAR FROM events")[0]
    return first, last


def is_large(store: Store) -> bool:
    """Whether what asks for all ties of the store takes so long that a page should not wait for it."""
    return bool(store.query("SELECT count(*) FROM events")[0][0] > MANY_EVENTS)


def known_day(store: Store, as_of: str | None) -> str | None:
    """The day asked for, but never later than the last report: what comes after that is not known."""
    last = span(store)[1]
    return min(as_of, last) if as_of and last else as_of or last


# Actors


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    name: str
    kind: Literal["state", "organisation", "group"]
    forms: tuple[str, ...]


@functools.cache
def _directory() -> tuple[_Named, ...]:
    tables = load_index().tables
    found: dict[str, _Named] = {}
    for state in tables.states:
        extra = [form.text for form in (*state.aliases, *state.adjectives, *state.capitals)]
        forms = tuple(map(fold, [state.name, state.code, state.iso2, state.official_name, *extra]))
        found.setdefault(state.code, _Named(state.code, state.name, "state", forms))
    for body in tables.organisations:
        forms = tuple(map(fold, [body.name, body.code, *(form.text for form in body.aliases)]))
        found.setdefault(body.code, _Named(body.code, body.name, "organisation", forms))
    for group in tables.groups:
        forms = tuple(map(fold, [group.name, group.code, *(form.text for form in group.aliases)]))
        found.setdefault(group.code, _Named(group.code, group.name, "group", forms))
    return tuple(found.values())


def actor(code: str) -> models.Actor:
    return models.Actor(code=code, name=display_name(code))


def code_of(name_or_code: str) -> str:
    """The code of an actor. Raises UnknownActor."""
    return load_index().lookup(name_or_code)


def actor_counts(store: Store) -> dict[str, int]:
    """How many events each actor has."""
    rows = store.query(
        """SELECT actor, count(*) FROM (SELECT source AS actor FROM events UNION ALL
           SELECT target FROM events WHERE target IS NOT NULL AND target <> source) GROUP BY actor"""
    )
    return {row[0]: int(row[1]) for row in rows}


def partner_counts(store: Store, code: str) -> dict[str, int]:
    """How many events each actor has with this one."""
    rows = store.query(
        """SELECT CASE WHEN source = ? THEN target ELSE source END AS actor, count(*) FROM events
           WHERE (source = ? OR target = ?) AND target IS NOT NULL AND source <> target GROUP BY actor""",
        [code, code, code],
    )
    return {row[0]: int(row[1]) for row in rows}


def find_actors(text: str, counts: Mapping[str, int], limit: int, offset: int) -> models.Listed[models.FoundActor]:
    """Actors whose name, code or other form fits a text as far as it is typed; those with more events first."""
    wanted = fold(text)
    ranked: list[tuple[int, int, bool, str, _Named]] = []
    for item in _directory():
        if not wanted:
            rank = 0 if counts.get(item.code) else None
        elif wanted in item.forms:
            rank = 0
        elif item.forms[0].startswith(wanted):
            rank = 1
        elif any(form.startswith(wanted) for form in item.forms):
            rank = 2
        else:
            rank = 3 if len(wanted) > 2 and any(wanted in form for form in item.forms) else None
        if rank is not None:
            ranked.append((rank, -counts.get(item.code, 0), item.kind != "state", item.name, item))
    ranked.sort(key=lambda entry: entry[:4])
    found = [
        models.FoundActor(code=item.code, name=item.name, kind=item.kind, events=-count)
        for _, count, _, _, item in ranked[offset : offset + limit]
    ]
    return listed(found, len(ranked), limit, offset)


def listed(items: list[Any], total: int, limit: int, offset: int) -> models.Listed[Any]:
    following = offset + limit
    return models.Listed(
        items=items, total=total, limit=limit, offset=offset, next=following if following < total else None
    )


# Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a tie is looked at."""

    as_of: str | None = None
    period: Period = "month"
    dimension: str = "all"
    direction: Direction = "both"
    half_life_days: float = HALF_LIFE
    without_interested: bool = False


def raw_course(store: Store, a: str, b: str, view: View, draws: int = 400) -> tuple[records.Tie, ...]:
    return tie_course(
        store,
        a,
        b,
        as_of=known_day(store, view.as_of),
        period=view.period,
        half_life_days=view.half_life_days,
        dimension=view.dimension,
        without_interested=view.without_interested,
        direction=view.direction,
        draws=draws,
    )


def course(store: Store, a: str, b: str, view: View, ties: Sequence[records.Tie] | None = None) -> models.Course:
    """The course of a tie; without points where nothing is on record. `ties`: it, where it is known already."""
    points = [_point(tie) for tie in (raw_course(store, a, b, view) if ties is None else ties)]
    return models.Course(
        a=actor(a),
        b=actor(b),
        dimension=view.dimension,
        direction=view.direction,
        period=view.period,
        as_of=known_day(store, view.as_of),
        half_life_days=view.half_life_days,
        without_interested=view.without_interested,
        points=points,
        now=points[-1] if points else None,
    )


def parts_of(store: Store, a: str, b: str, view: View) -> list[models.Part]:
    """The same tie by direction and by side, and without interested sources."""
    name_a, name_b = display_name(a), display_name(b)

    def part(key: str, label: str, **changes: Any) -> models.Part:
        fields = {name: getattr(view, name) for name in View.__slots__} | changes
        points = [_point(tie) for tie in raw_course(store, a, b, View(**fields))]
        return models.Part(key=key, label=label, now=points[-1] if points else None, points=points)

    other = "with" if view.without_interested else "without"
    return [
        part("ab", f"{name_a} → {name_b}", direction="ab"),
        part("ba", f"{name_b} → {name_a}", direction="ba"),
        *(part(side, side.capitalize(), dimension=side) for side in DIMENSIONS),
        part(other, f"{other.capitalize()} interested sources", without_interested=not view.without_interested),
    ]


def tie_span(store: Store, a: str, b: str) -> tuple[str | None, str | None]:
    """The days of the first and last report on a pair."""
    rows = store.query(
        """SELECT min(reported)::VARCHAR, max(reported)::VARCHAR FROM events
           WHERE (source = ? AND target = ?) OR (source = ? AND target = ?)""",
        [a, b, b, a],
    )
    return rows[0][0], rows[0][1]


def tie_events(
    store: Store,
    a: str,
    b: str,
    view: View,
    at: str | None,
    limit: int,
    offset: int,
    ties: Sequence[records.Tie] | None = None,
) -> models.Listed[models.Event]:
    """The events behind a tie, the latest first; with `at`, those of that period alone. `ties`: the course, where known."""
    found = raw_course(store, a, b, view, draws=0) if ties is None else ties
    if at is not None and at not in {tie.period for tie in found}:
        raise Fault("not-found", f"{at}: is no period of this tie (write it as {_example(view.period)})")
    ids = [event for tie in reversed(found) if at in (None, tie.period) for event in reversed(tie.events)]
    by_id = {event.id: event for event in events_by_id(store, ids[offset : offset + limit], (a, b))}
    return listed([by_id[key] for key in ids[offset : offset + limit] if key in by_id], len(ids), limit, offset)


def _example(period: str) -> str:
    return {"month": "2021-03", "quarter": "2021-Q1", "year": "2021"}[period]


def _point(tie: records.Tie) -> models.Point:
    first, following = period_days(tie.period)
    return models.Point(
        period=tie.period,
        start=first.isoformat(),
        end=(following - timedelta(days=1)).isoformat(),
        index=tie.index,
        low=tie.low,
        high=tie.high,
        mass=tie.mass,
        events=len(tie.events),
    )


def movers(store: Store, as_of: str | None, days: int, limit: int) -> models.Movers:
    """The dyads with reports in the `days` up to the last report, whose index moved most. What was known at the window's end
    is used for both ends, as `why` does."""
    end = known_day(store, as_of)
    if end is None:
        return models.Movers(start=None, end=None, items=[])
    start = (date.fromisoformat(end) - timedelta(days=days)).isoformat()
    many = is_large(store)
    rows = store.query(
        """SELECT least(source, target) AS low, greatest(source, target) AS high, count(*) AS reports FROM events
           WHERE reported > ?::DATE AND reported <= ?::DATE AND target IS NOT NULL AND source <> target
             AND NOT list_has_any(auxiliary, ['negation', 'hypothetical'])
           GROUP BY ALL ORDER BY sum(abs(score)) DESC, low, high LIMIT ?""",
        [start, end, CANDIDATES_OF_MANY if many else CANDIDATES],
    )
    reports = {(low, high): int(count) for low, high, count in rows}
    moves = _moves(store, list(reports), start, end, one_by_one=many)
    order = sorted(moves, key=lambda dyad: (-abs(moves[dyad][1] - (moves[dyad][0] or 0.0)), dyad))[:limit]
    items = []
    for a, b in order:
        tie = tie_course(store, a, b, as_of=end, period="year")
        if tie and tie[-1].index is not None:
            before, now = moves[a, b]
            items.append(
                models.Mover(
                    a=actor(a),
                    b=actor(b),
                    before=before,
                    now=_figure(tie[-1]),
                    change=now - (before or 0.0),
                    reports=reports[a, b],
                )
            )
    return models.Movers(start=start, end=end, items=items)


def _moves(
    store: Store, dyads: Sequence[tuple[str, str]], start: str, end: str, *, one_by_one: bool
) -> dict[tuple[str, str], tuple[float | None, float]]:
    """The index of each dyad at both ends; None where nothing was on record at the start."""
    wanted = set(dyads)
    found: dict[tuple[str, str], tuple[float | None, float]] = {}
    groups = [list(dyad) for dyad in dyads] if one_by_one else [sorted({name for dyad in dyads for name in dyad})]
    for among in groups:
        acts = read_acts(store, among=among, as_of=end)
        count = len(acts.dyads)
        first, last = day_number(start), day_number(end)
        ends = [
            np.bincount(
                acts.dyad,
                contributions(memory(acts.day, acts.weight, day, HALF_LIFE), acts.score, acts.dyad, count),
                count,
            )
            for day in (first, last)
        ]
        known = np.bincount(acts.dyad[acts.day <= first], minlength=count) > 0
        for number, dyad in enumerate(acts.dyads):
            if dyad in wanted:
                found[dyad] = (float(ends[0][number]) if known[number] else None, float(ends[1][number]))
    return found


def ties_now(store: Store, as_of: str | None, touching: str | None, half_life_days: float) -> list[models.TieNow]:
    """All ties of a day, the strongest first; of one actor, where one is named."""
    day = known_day(store, as_of)
    if day is None:
        return []
    acts = read_acts(store, touching=[touching] if touching else None, as_of=day)
    index, mass = _indexes(acts, day, half_life_days)
    found = [
        models.TieNow(a=actor(low), b=actor(high), index=float(index[n]), mass=float(mass[n]))
        for n, (low, high) in enumerate(acts.dyads)
        if mass[n]
    ]
    return sorted(found, key=lambda tie: (-abs(tie.index), tie.a.code, tie.b.code))


def _indexes(acts: Any, day: str, half_life_days: float) -> tuple[Any, Any]:
    """Index and mass of each dyad at a day."""
    left = memory(acts.day, acts.weight, day_number(day), half_life_days)
    count = len(acts.dyads)
    index = np.bincount(acts.dyad, contributions(left, acts.score, acts.dyad, count), count)
    return index, np.bincount(acts.dyad, (left >= FORGOTTEN).astype(float), count)


def _figure(tie: records.Tie) -> models.Figure:
    return models.Figure(index=tie.index, low=tie.low, high=tie.high, mass=tie.mass)


# Why


def why(
    store: Store, a: str, b: str, as_of: str | None, window_days: int | None, half_life_days: float, without: bool
) -> models.Why:
    """What pushes a tie, with its evidence: the strongest acts and third parties, and the sum of the rest."""
    end = known_day(store, as_of)
    try:
        found = account(
            store,
            a,
            b,
            as_of=end,
            window_days=window_days,
            half_life_days=half_life_days,
            without_interested=without,
        )
    except ValueError as error:
        raise Fault("not-found", f"{error}") from error
    view = View(as_of=found.end, half_life_days=half_life_days, without_interested=without)
    ties = raw_course(store, a, b, view)
    cleared = raw_course(store, a, b, View(as_of=found.end, half_life_days=half_life_days, without_interested=True), 0)
    year_ago = (date.fromisoformat(found.end) - timedelta(days=365)).strftime("%Y-%m")
    before = next((tie for tie in ties if tie.period == year_ago), None)
    shown = [item for item in found.drivers if item.driver.change or item.driver.pressure or item.claims]
    moved = sorted(shown, key=lambda item: -abs(item.driver.change))[:DRIVERS_SHOWN]
    cited = [report for act in found.direct[:ACTS_SHOWN] for report in act.reports]
    cited += [report for item in moved for act in item.acts[:ACTS_SHOWN] for report in act.reports]
    judged = _verdicts(store, [report.event.id for report in cited])
    places = {source.id: _place_of(source) for source in found.sources}

    def act(item: AccountedAct) -> models.Act:
        part = item.part
        return models.Act(
            leg=part.leg,
            date=part.date,
            score=part.score,
            weight=part.weight,
            before=part.before,
            after=part.after,
            change=part.change,
            reports=[
                _event(report.event, places.get(report.event.document), judged)
                for report in item.reports[:REPORTS_SHOWN]
            ],
        )

    direct = found.direct[:ACTS_SHOWN]
    figures = found.why
    return models.Why(
        a=actor(a),
        b=actor(b),
        start=figures.start,
        end=figures.end,
        before=figures.before,
        after=_figure(ties[-1]) if ties else None,
        change=figures.change,
        mass=figures.mass,
        pressure=found.pressure,
        structural=figures.structural,
        judgement=list(judgement(found, ties, cleared[-1] if cleared else None, before)),
        direct=[act(item) for item in direct],
        direct_total=len(found.direct),
        direct_rest=sum(item.part.change for item in found.direct[ACTS_SHOWN:]),
        drivers=[
            models.Driver(
                third=models.Actor(code=item.driver.third, name=item.name),
                pressure=item.driver.pressure,
                change=item.driver.change,
                share=item.driver.share,
                leg_a=item.driver.leg_a,
                leg_b=item.driver.leg_b,
                mass_a=_leg_mass(item, "a", found.end, half_life_days),
                mass_b=_leg_mass(item, "b", found.end, half_life_days),
                acts=[act(one) for one in item.acts[:ACTS_SHOWN]],
                acts_total=len(item.acts),
                claims=[_claim(claim, places) for claim in item.claims[:CLAIMS_SHOWN]],
            )
            for item in moved
        ],
        drivers_total=len(shown),
        drivers_rest=figures.structural - sum(item.driver.change for item in moved),
        claims=[_claim(claim, places) for claim in found.claims[:CLAIMS_SHOWN]],
    )


def _leg_mass(item: AccountedDriver, leg: str, end: str, half_life_days: float) -> float:
    parts = [act.part for act in item.acts if act.part.leg == leg]
    if not parts:
        return 0.0
    days = np.array([day_number(part.date) for part in parts], dtype=np.int64)
    weights = np.array([part.weight for part in parts], dtype=np.float64)
    return float(mass_at(days, weights, np.array([day_number(end)], dtype=np.int64), half_life_days)[0])


def _claim(item: AccountedClaim, places: Mapping[str, models.Place]) -> models.Claim:
    return _claim_out(item.claim, places.get(item.claim.document))


def _claim_out(claim: records.Claim, place: models.Place | None) -> models.Claim:
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


# Network


def network(
    store: Store, as_of: str | None, min_strength: float, half_life_days: float, without: bool
) -> models.Network:
    """The signed graph of a day with its two camps."""
    day = known_day(store, as_of)
    empty = models.Network(
        as_of=day,
        min_strength=min_strength,
        half_life_days=half_life_days,
        without_interested=without,
        nodes=[],
        edges=[],
        balanced=0,
        unbalanced=0,
        frustration=0.0,
        strength=0.0,
        exact=True,
    )
    if day is None:
        return empty
    found = blocs(
        store,
        day,
        min_strength,
        half_life_days=half_life_days,
        without_interested=without,
        seconds=PARTING_SECONDS,
    )
    acts = read_acts(store, as_of=day, without_interested=without)
    _, counted = _indexes(acts, day, half_life_days)
    mass = dict(zip(acts.dyads, counted.tolist(), strict=True))
    edges = [
        models.Edge(
            a=edge.a,
            b=edge.b,
            index=edge.index,
            mass=mass.get((min(edge.a, edge.b), max(edge.a, edge.b)), 0.0),
            frustrated=edge.frustrated,
        )
        for edge in found.edges
    ]
    camps: dict[str, Literal[1, 2]] = dict.fromkeys(found.camps[0], 1)
    camps |= dict.fromkeys(found.camps[1], 2)
    sums: dict[str, list[float]] = {code: [0.0, 0.0, 0.0] for code in camps}
    for edge in edges:
        for code in (edge.a, edge.b):
            entry = sums[code]
            weight = max(edge.mass, FORGOTTEN)
            entry[0] += edge.index * weight
            entry[1] += weight
            entry[2] += 1
    nodes = [
        models.Node(
            code=code, name=display_name(code), camp=camps[code], ties=int(count), position=total / (weight or 1.0)
        )
        for code, (total, weight, count) in sorted(sums.items())
    ]
    return empty.model_copy(
        update={
            "nodes": nodes,
            "edges": sorted(edges, key=lambda edge: -abs(edge.index)),
            "balanced": found.balanced,
            "unbalanced": found.unbalanced,
            "frustration": found.frustration,
            "strength": found.strength,
            "exact": found.exact,
        }
    )


# Events


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


def events_by_id(store: Store, ids: Sequence[str], dyad: tuple[str, str] | None = None) -> list[models.Event]:
    """Events with where they are told, in no order. `dyad` says whose they are: a large store is then searched faster."""
    if not ids:
        return []
    among, values = "", []
    if dyad:
        among, values = "((e.source = ? AND e.target = ?) OR (e.source = ? AND e.target = ?)) AND", [*dyad, *dyad[::-1]]
    rows = store.query(
        f"""SELECT {_RECORD} FROM events e WHERE {among} e.id IN (SELECT unnest(?::VARCHAR[]))""",
        [*values, list(ids)],
    )
    return _events_of(store, rows)


_RECORD = f"""{schema.record_of("e")}, e.dataset, e.publisher, e.origin"""


def _events_of(store: Store, rows: Sequence[tuple[Any, ...]]) -> list[models.Event]:
    """Events of rows of `_RECORD`, in order."""
    found = [(records.event_from_dict(json.loads(row[0])), *row[1:]) for row in rows]
    sources = read_sources(store, {event.document for event, *_ in found})
    judged = _verdicts(store, [event.id for event, *_ in found])
    out = []
    for event, dataset, publisher, origin in found:
        source = sources.get(event.document)
        place = _place_of(source) if source else _unheld(event.document, publisher, origin)
        out.append(_event(event, place, judged, dataset))
    return out


def event(store: Store, identifier: str) -> models.Event:
    """One event. Raises Fault."""
    found = events_by_id(store, [identifier])
    if not found:
        raise Fault("not-found", f"{identifier[:80]}: there is no such event (it may have been coded anew)")
    return found[0]


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


def _verdicts(store: Store, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Verdict and correction of those events that somebody judged."""
    rows = store.query(
        "SELECT event, verdict, id FROM corrections WHERE event IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _event(
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


def _place_of(source: Source) -> models.Place:
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


# Documents

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
    place = next(map(_place_of, read_sources(store, [identifier]).values()))
    judged = _verdicts(store, [one.id for one in coded])
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
        coded_events=[_event(one, place, judged) for one in coded],
        claims=[_claim_out(claim, place) for claim in claims],
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


# Corrections


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


# What can be said of an act


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


def days_between(first: str | None, last: str | None) -> list[str]:
    """The month ends from a first to a last day, for a slider; the last day itself at the end."""
    if not first or not last:
        return []
    start, stop = date.fromisoformat(first), date.fromisoformat(last)
    days = []
    month = start.year * 12 + start.month
    while (end := date(month // 12, month % 12 + 1, 1) - timedelta(days=1)) < stop:
        days.append(end.isoformat())
        month += 1
    return [*days, last]
