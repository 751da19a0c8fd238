"""The course of a tie: its index at the end of each period, with a 90 % interval and the mass behind it; and how far the
two directions differ.

In: a store or a file of events, two actors and a day; out: records, oldest first. The periods run from the first act on
record to `as_of`, or to the day of the last report. The last period is measured at that day, the others at their ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, Unpack, get_args

import numpy as np

from comity.dyads.acts import BETWEEN, Direction, FloatArray, IntArray, read_acts
from comity.dyads.dyad import Told, acts_told, table_told
from comity.dyads.index import course_of_index, mass_at
from comity.dyads.table import EventTable, Filters, event_table
from comity.ontology import DIMENSIONS
from comity.records import Tie
from comity.store import Store

Period = Literal["month", "quarter", "year"]

EPOCH = date(1970, 1, 1)
# A dyad with more loaded events than this, and none of our own coding, is reckoned in SQL and not row by row.
MANY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asymmetry:
    """How the two directions of a tie stand in a period: `ab` is the index of what a does to b, `ba` that of the other
    way (None where no such act is remembered), reciprocal acts counting in both. `difference` is ab − ba and
    `low`..`high` its 90 % interval; None where one of them is."""

    a: str
    b: str
    dimension: str
    period: str
    ab: float | None
    ba: float | None
    difference: float | None
    low: float | None
    high: float | None


def course(
    source: Store | str | Path,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    dimension: str | None = None,
    direction: Direction = "both",
    draws: int = 400,
    seed: int = 0,
    **filters: Unpack[Filters],
) -> tuple[Tie, ...]:
    """The course of the tie between `a` and `b`; empty where nothing is on record.

    `source` is a store, or the path of Parquet files with the columns of its table `events` (see `panel`).

    The index at a period's end is Σ w·score / (Σ w + 1) over the distinct acts up to then, where w halves every
    `half_life_days`. An act announced for later has weight 0.3; one that only opinion, official or interested documents
    tell has `interested_weight` (`without_interested` leaves those documents out). What is denied or merely imagined
    never counts. The interval comes from a bootstrap of publishers and of their documents; with `draws=0` there is
    none, and low = high = index.

    `dimension`: None or "all" for the whole tie; diplomatic, military, economic or societal for one side of it; "each"
    for the whole and then every side. `direction`: "both"; "ab" for what a does to b (reciprocal acts included).
    The other arguments weigh and leave out, as `read_acts` says. Raises ValueError for an argument outside these, and
    InputError for a file that cannot be read or has no column that the question needs.
    """
    sides = check(period, half_life_days, dimension, direction)
    ties: list[Tie] = []
    with opened(source, a, b) as table:
        for side in sides:
            (told,) = told_of(table, a, b, as_of, side, [direction], filters)
            ties += _ties(told, a, b, side, as_of, period, half_life_days, draws, seed)
    return tuple(ties)


def asymmetry(
    source: Store | str | Path,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    dimension: str | None = None,
    draws: int = 400,
    seed: int = 0,
    **filters: Unpack[Filters],
) -> tuple[Asymmetry, ...]:
    """What `a` does to `b` beside what `b` does to `a`, by period. Arguments and errors as for `course`.

    Both directions are reckoned from the same draws of publishers and stories, so that a paper that tells both moves both,
    and the interval is that of the difference.
    """
    sides = check(period, half_life_days, dimension, "both")
    found: list[Asymmetry] = []
    with opened(source, a, b) as table:
        for side in sides:
            one, other = told_of(table, a, b, as_of, side, ["ab", "ba"], filters)
            found += _asymmetry(one, other, a, b, side, as_of, period, half_life_days, draws, seed)
    return tuple(found)


def check(period: str, half_life_days: float, dimension: str | None, direction: str = "both") -> tuple[str, ...]:
    """The sides of the tie that are asked for. Raises ValueError for what no course is reckoned with."""
    if period not in get_args(Period):
        raise ValueError(f'period "{period}" is none of {", ".join(get_args(Period))}')
    if direction not in get_args(Direction):
        raise ValueError(f'direction "{direction}" is none of {", ".join(get_args(Direction))}')
    if not half_life_days > 0:
        raise ValueError(f"half_life_days is {half_life_days:g}; it must be above 0")
    if dimension not in (None, "all", "each", *DIMENSIONS):
        raise ValueError(f'dimension "{dimension}" is none of all, each, {", ".join(DIMENSIONS)}')
    return ("all", *DIMENSIONS) if dimension == "each" else (dimension or "all",)


@contextmanager
def opened(source: Store | str | Path, a: str, b: str) -> Iterator[Store | EventTable]:
    """The store, or the table, that the acts of this dyad are read from."""
    if isinstance(source, Store):
        ((own, loaded),) = source.query(
            f"SELECT count(*) FILTER (WHERE dataset IS NULL), count(dataset) FROM events e WHERE {BETWEEN}", [a, b]
        )
        if own or loaded <= MANY:
            yield source
            return
    with event_table(source, (a, b)) as table:
        yield table


def told_of(
    source: Store | EventTable,
    a: str,
    b: str,
    as_of: str | None,
    side: str,
    directions: Sequence[Direction],
    filters: Filters,
) -> list[Told]:
    """What is told of a dyad, once a direction."""
    dimension = None if side == "all" else side
    if isinstance(source, EventTable):
        return table_told(source, a, b, as_of, dimension, directions, filters)
    return acts_told(
        [
            read_acts(source, among=(a, b), as_of=as_of, dimension=dimension, direction=direction, **filters)
            for direction in directions
        ]
    )


def _ties(
    told: Told,
    a: str,
    b: str,
    side: str,
    as_of: str | None,
    period: Period,
    half_life_days: float,
    draws: int,
    seed: int,
) -> list[Tie]:
    if not len(told.day) or told.latest is None:
        return []
    horizon = day_number(as_of) if as_of else told.latest
    labels, ends = periods_between(int(told.day.min()), horizon, period)
    index = course_of_index(told.day, told.weight, told.score, ends, half_life_days)
    low = high = index
    if draws:
        (drawn,) = told.sample([told], ends, half_life_days, draws, seed)
        low, high = _interval(drawn, index)
    mass = mass_at(told.day, told.weight, ends, half_life_days)
    events = told.events(ends)
    return [
        Tie(
            a=a,
            b=b,
            dimension=side,
            period=label,
            index=float(index[step]) if mass[step] else None,
            low=float(low[step]) if mass[step] else None,
            high=float(high[step]) if mass[step] else None,
            mass=float(mass[step]),
            events=events[step],
        )
        for step, label in enumerate(labels)
    ]


def _asymmetry(
    one: Told,
    other: Told,
    a: str,
    b: str,
    side: str,
    as_of: str | None,
    period: Period,
    half_life_days: float,
    draws: int,
    seed: int,
) -> list[Asymmetry]:
    both = [told for told in (one, other) if len(told.day) and told.latest is not None]
    if not both:
        return []
    horizon = day_number(as_of) if as_of else max(told.latest or 0 for told in both)
    labels, ends = periods_between(min(int(told.day.min()) for told in both), horizon, period)
    courses, masses = [], []
    for told in (one, other):
        courses.append(course_of_index(told.day, told.weight, told.score, ends, half_life_days))
        masses.append(mass_at(told.day, told.weight, ends, half_life_days))
    difference = courses[0] - courses[1]
    low = high = difference
    if draws:
        first, second = one.sample([one, other], ends, half_life_days, draws, seed)
        low, high = _interval(first - second, difference)
    found = []
    for step, label in enumerate(labels):
        ab, ba = (float(index[step]) if mass[step] else None for index, mass in zip(courses, masses, strict=True))
        known = ab is not None and ba is not None
        found.append(
            Asymmetry(
                a=a,
                b=b,
                dimension=side,
                period=label,
                ab=ab,
                ba=ba,
                difference=float(difference[step]) if known else None,
                low=float(low[step]) if known else None,
                high=float(high[step]) if known else None,
            )
        )
    return found


def _interval(drawn: FloatArray, value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The 5th and 95th percentile over draws. A skewed bootstrap may leave the value itself outside; the interval is then
    widened to hold it."""
    low, high = np.percentile(drawn, [5, 95], axis=0)
    return np.minimum(low, value), np.maximum(high, value)


def day_number(day: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return (date.fromisoformat(day) - EPOCH).days


def day_string(number: int) -> str:
    """The ISO date of a number of days since 1970-01-01."""
    return (EPOCH + timedelta(days=number)).isoformat()


def periods_between(first: int, last: int, period: Period) -> tuple[list[str], IntArray]:
    """The labels of the periods from day `first` to day `last`, and the day each is measured at: its end, or `last`."""
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    start, stop = EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
    count = (stop.year * 12 + stop.month - 1) // months - (start.year * 12 + start.month - 1) // months + 1
    begin = (start.year * 12 + start.month - 1) // months * months
    labels, ends = [], []
    for step in range(max(count, 1)):
        month = begin + step * months
        following = month + months
        labels.append(_label(month, period))
        ends.append(min((date(following // 12, following % 12 + 1, 1) - EPOCH).days - 1, last))
    return labels, np.asarray(ends, dtype=np.int64)


def _label(month: int, period: Period) -> str:
    year, index = divmod(month, 12)
    if period == "year":
        return f"{year:04d}"
    return f"{year:04d}-Q{index // 3 + 1}" if period == "quarter" else f"{year:04d}-{index + 1:02d}"
