"""The course of a tie: its index at the end of each period, with a 90 % interval and the mass behind it.

In: a store, two actors and a day; out: `Tie` records, oldest first. The periods run from the first act on record to
`as_of`, or to the day of the last report. The last period is measured at that day, the others at their ends.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

import numpy as np

from comity.ontology import DIMENSIONS
from comity.records import Tie
from comity.store import Store
from comity.ties.acts import INTERESTED_WEIGHT, Acts, Direction, FloatArray, IntArray, read_acts
from comity.ties.index import course_of_index, draw_documents, mass_at

Period = Literal["month", "quarter", "year"]

EPOCH = date(1970, 1, 1)
# Draws are made in blocks of at most this many counts (draws × documents), some 30 MB.
TABLE_CELLS = 4_000_000


def course(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    dimension: str | None = None,
    without_interested: bool = False,
    direction: Direction = "both",
    interested_weight: float = INTERESTED_WEIGHT,
    draws: int = 400,
    seed: int = 0,
) -> tuple[Tie, ...]:
    """The course of the tie between `a` and `b`; empty where nothing is on record.

    The index at a period's end is Σ w·score / (Σ w + 1) over the distinct acts up to then, where w halves every
    `half_life_days`. An act announced for later has weight 0.3; one that only opinion, official or interested documents
    tell has `interested_weight` (`without_interested` leaves those documents out). What is denied or merely imagined
    never counts. The interval comes from a bootstrap of publishers and of their documents; with `draws=0` there is
    none, and low = high = index.

    `dimension`: None or "all" for the whole tie; diplomatic, military, economic or societal for one side of it; "each"
    for the whole and then every side. `direction`: "both"; "ab" for what a does to b (reciprocal acts included).
    Raises ValueError for an argument outside these.
    """
    if period not in get_args(Period):
        raise ValueError(f'period "{period}" is none of {", ".join(get_args(Period))}')
    if direction not in get_args(Direction):
        raise ValueError(f'direction "{direction}" is none of {", ".join(get_args(Direction))}')
    if half_life_days <= 0:
        raise ValueError(f"half_life_days is {half_life_days:g}; it must be above 0")
    if dimension not in (None, "all", "each", *DIMENSIONS):
        raise ValueError(f'dimension "{dimension}" is none of all, each, {", ".join(DIMENSIONS)}')
    sides = ("all", *DIMENSIONS) if dimension == "each" else (dimension or "all",)
    ties: list[Tie] = []
    for side in sides:
        acts = read_acts(
            store,
            among=(a, b),
            as_of=as_of,
            dimension=None if side == "all" else side,
            direction=direction,
            without_interested=without_interested,
            interested_weight=interested_weight,
        )
        ties += _ties(acts, a, b, side, as_of, period, half_life_days, draws, seed)
    return tuple(ties)


def _ties(
    acts: Acts,
    a: str,
    b: str,
    side: str,
    as_of: str | None,
    period: Period,
    half_life_days: float,
    draws: int,
    seed: int,
) -> list[Tie]:
    if acts.latest is None:
        return []
    horizon = day_number(as_of) if as_of else acts.latest
    labels, ends = periods_between(int(acts.day.min()), horizon, period)
    index = course_of_index(acts.day, acts.weight, acts.score, ends, half_life_days)
    low, high = _interval(acts, ends, half_life_days, draws, seed) if draws else (index, index)
    mass = mass_at(acts.day, acts.weight, ends, half_life_days)
    day = acts.day[acts.report_act]
    place = np.searchsorted(ends, day)
    order = np.lexsort((acts.report_event.astype(str), day))
    events: list[list[str]] = [[] for _ in labels]
    for report in order:
        events[place[report]].append(str(acts.report_event[report]))
    return [
        Tie(
            a=a,
            b=b,
            dimension=side,
            period=label,
            index=float(index[step]) if mass[step] else None,
            # A skewed bootstrap may leave the index itself outside; the interval is then widened to hold it.
            low=float(min(low[step], index[step])) if mass[step] else None,
            high=float(max(high[step], index[step])) if mass[step] else None,
            mass=float(mass[step]),
            events=tuple(events[step]),
        )
        for step, label in enumerate(labels)
    ]


def _interval(
    acts: Acts, ends: IntArray, half_life_days: float, draws: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """The 5th and 95th percentile over draws of documents, copies of a story being one. An act is shared among its
    reports, so that its expected weight is the same in every draw."""
    act = acts.report_act
    documents, column = np.unique(acts.report_story.astype(str), return_inverse=True)
    _, publisher = np.unique(acts.report_publisher.astype(str), return_inverse=True)
    publisher_of = np.zeros(len(documents), dtype=np.int64)
    publisher_of[column] = publisher
    random = np.random.default_rng(seed)
    size = max(1, TABLE_CELLS // len(documents))
    drawn = [
        course_of_index(
            acts.day[act],
            acts.weight[act],
            acts.score[act],
            ends,
            half_life_days,
            acts.report_share,
            column,
            draw_documents(publisher_of, min(size, draws - done), random),
        )
        for done in range(0, draws, size)
    ]
    low, high = np.percentile(np.concatenate(drawn), [5, 95], axis=0)
    return low, high


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
