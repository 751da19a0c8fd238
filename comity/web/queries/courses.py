"""The course of a tie: as a whole, by direction and side, with its change points; and the events behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

from comity import records
from comity.dyads import Direction, Period
from comity.dyads import asymmetry as tie_asymmetry
from comity.dyads import changes as tie_changes
from comity.dyads import course as tie_course
from comity.ontology import DIMENSIONS
from comity.report.charts import period_days
from comity.report.names import display_name
from comity.store import Store
from comity.web import models
from comity.web.problems import Fault
from comity.web.queries.directory import actor
from comity.web.queries.lists import listed
from comity.web.queries.told import events_by_id

HALF_LIFE = 365.0
REPORTS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a tie is looked at. `as_of` is a day of the record, as `known_day` gives it: what is asked for its tie may be but
    a slice of the store, which knows of no other day."""

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
        as_of=view.as_of,
        period=view.period,
        half_life_days=view.half_life_days,
        dimension=view.dimension,
        without_interested=view.without_interested,
        direction=view.direction,
        draws=draws,
    )


def course(a: str, b: str, view: View, ties: Sequence[records.Tie]) -> models.Course:
    """The course of a tie, which `raw_course` gave; without points where nothing is on record."""
    points = [_point(tie) for tie in ties]
    return models.Course(
        a=actor(a),
        b=actor(b),
        dimension=view.dimension,
        direction=view.direction,
        period=view.period,
        as_of=view.as_of,
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


def asymmetry(store: Store, a: str, b: str, view: View) -> models.Directions:
    """What a does to b beside what b does to a, and how sure the difference is. The view's direction does not matter."""
    found = tie_asymmetry(
        store,
        a,
        b,
        as_of=view.as_of,
        period=view.period,
        half_life_days=view.half_life_days,
        dimension=view.dimension,
        without_interested=view.without_interested,
    )
    points = [
        models.Asymmetry(
            period=one.period,
            end=_days(one.period)[1],
            ab=one.ab,
            ba=one.ba,
            difference=one.difference,
            low=one.low,
            high=one.high,
        )
        for one in found
    ]
    return models.Directions(a=actor(a), b=actor(b), points=points, now=points[-1] if points else None)


def changes(store: Store, part: Store, a: str, b: str, view: View) -> models.Changes:
    """Where the acts of the two went over to another level, with the acts around each change. `part` is what the store
    holds on them."""
    if find_spec("ruptures") is None:
        words = "Change points need a package that is not installed here (pip install 'comity[analysis]')."
        return models.Changes(a=actor(a), b=actor(b), items=[], missing=words)
    found = tie_changes(
        part,
        a,
        b,
        as_of=view.as_of,
        period=view.period,
        dimension=view.dimension,
        direction=view.direction,
        without_interested=view.without_interested,
    )
    ids = [event for change in found for mover in change.movers for event in mover.events[:REPORTS_SHOWN]]
    by_id = {event.id: event for event in dyad_events(store, part, ids)}
    items = [
        models.Change(
            period=change.period,
            date=change.date,
            low=change.low,
            high=change.high,
            start=_days(change.low)[0],
            end=_days(change.high)[1],
            before=change.before,
            after=change.after,
            acts_before=change.acts_before,
            acts_after=change.acts_after,
            confidence=change.confidence,
            acts=[
                models.Turner(
                    date=mover.date,
                    score=mover.score,
                    pull=mover.pull,
                    reports=[by_id[key] for key in mover.events[:REPORTS_SHOWN] if key in by_id],
                )
                for mover in change.movers
            ],
        )
        for change in found
    ]
    return models.Changes(a=actor(a), b=actor(b), items=items, missing=None)


def tie_events(
    store: Store, part: Store, ties: Sequence[records.Tie], period: str, at: str | None, limit: int, offset: int
) -> models.Listed[models.Event]:
    """The events behind a tie, the latest first; with `at`, those of that period alone. `ties` is its course by `period`;
    `part` is what the store holds on the two."""
    if at is not None and at not in {tie.period for tie in ties}:
        raise Fault("not-found", f"{at}: is no period of this tie (write it as {_example(period)})")
    ids = [event for tie in reversed(ties) if at in (None, tie.period) for event in reversed(tie.events)]
    by_id = {event.id: event for event in dyad_events(store, part, ids[offset : offset + limit])}
    return listed([by_id[key] for key in ids[offset : offset + limit] if key in by_id], len(ids), limit, offset)


def dyad_events(store: Store, part: Store, ids: Sequence[str]) -> list[models.Event]:
    """Events of a dyad, in no order. `part`, what the store holds on it, knows in which rows they stand."""
    places = part.query("SELECT place FROM events WHERE id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)])
    return events_by_id(store, ids, [row[0] for row in places])


def _example(period: str) -> str:
    return {"month": "2021-03", "quarter": "2021-Q1", "year": "2021"}[period]


def _point(tie: records.Tie) -> models.Point:
    start, end = _days(tie.period)
    return models.Point(
        period=tie.period,
        start=start,
        end=end,
        index=tie.index,
        low=tie.low,
        high=tie.high,
        mass=tie.mass,
        events=len(tie.events),
    )


def _days(period: str) -> tuple[str, str]:
    """The first and the last day of a period."""
    first, following = period_days(period)
    return first.isoformat(), (following - timedelta(days=1)).isoformat()


def figure(tie: records.Tie) -> models.Figure:
    return models.Figure(index=tie.index, low=tie.low, high=tie.high, mass=tie.mass)
