"""What pushes a tie: its own events, and third parties, each with the events that moved them and their exact part.

In: a store, two actors, a window; out: a `Why`. With s(x,y) the index of a tie over 10, a third party k pushes the tie
a–b by s(a,k)·s(b,k): a shared friend or a shared enemy pulls together, a friend's enemy apart. The change of an index
is the sum of what each act adds to it at the window's end less what it added at its start, so old acts appear too, by
fading. The change of a product is shared by  Δ(xy) = Δx·(y0+y1)/2 + Δy·(x0+x1)/2,  which favours neither leg. Both
sums are exact: nothing is left over, and nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from comity.dyads.acts import INTERESTED_WEIGHT, Acts, FloatArray, IntArray, read_acts
from comity.dyads.course import day_number, day_string
from comity.dyads.index import contributions, mass_at, memory
from comity.records import Claim, Driver
from comity.store import Store

BoolArray = npt.NDArray[np.bool_]

SCALE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one act did to a tie or to a third party's push, over the window.

    `leg` is the tie the act is of: "direct", or "a" or "b" for the third party's tie with a or b. `events` are the
    reports of the act. `before` and `after` are what it added to that leg's index (-10..10) at the window's start and
    end. `change` is its part of what moved: index points of the tie for direct acts, units of pressure for a third
    party's.
    """

    leg: Literal["direct", "a", "b"]
    events: tuple[str, ...]
    date: str
    score: float
    weight: float
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What pushed the tie of a and b from `start` to `end`.

    `before` and `after` are its index then (None where nothing was on record), `mass` the acts remembered at the end.
    `direct` are its own acts, the strongest first: their changes sum to `change`. `drivers` are the third parties, the
    strongest first; `parts[third]` are the acts behind each, whose changes sum to that driver's change. `structural` is
    the sum of all drivers' changes. `claims` are all claims on the pair, whoever they name.
    """

    a: str
    b: str
    start: str
    end: str
    before: float | None
    after: float | None
    change: float
    mass: float
    direct: tuple[Part, ...]
    structural: float
    drivers: tuple[Driver, ...]
    parts: Mapping[str, tuple[Part, ...]]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """What to leave out of the record, to ask what if: all acts of `actors`; the stories of `publishers`; `documents` (the
    first of a story takes its copies along); what happened in `period` (first and last day); all interested sources."""

    actors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    period: tuple[str, str] | None = None
    interested: bool = False

    def __bool__(self) -> bool:
        return self != Drop()


def why(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    start: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
) -> Why:
    """What pushes the tie between `a` and `b`.

    The window ends at `as_of`, or on the day of the last report or claim; it begins at `start`, or `window_days` before
    its end, or on the eve of the first act of a, b and their third parties on record. What the world knew at `as_of` is
    used for both ends.

    A third party is listed when it has ties to both on record, or when something happened between it and one of the two
    in the window, or when a claim names it. With one leg unknown its pressure is 0 and that leg None: the question is
    open. Raises ValueError when the window is empty.
    """
    acts, claims = read_record(store, a, b, as_of, Drop(interested=without_interested), interested_weight)
    return decompose(acts, claims, a, b, window(acts, claims, as_of, start, window_days), half_life_days)


def read_record(
    store: Store, a: str, b: str, as_of: str | None, drop: Drop, interested_weight: float = INTERESTED_WEIGHT
) -> tuple[Acts, tuple[Claim, ...]]:
    """What bears on the tie of a and b: one query for the tie itself and for all legs of all third parties, and the claims.
    A claim goes with its document, its publisher and the third party that it names; a period takes along the claims that
    were reported in it."""
    acts = read_acts(
        store,
        touching=(a, b),
        as_of=as_of,
        without_interested=drop.interested,
        interested_weight=interested_weight,
        without_actors=drop.actors,
        without_publishers=drop.publishers,
        without_documents=drop.documents,
        without_period=drop.period,
    )
    claims = tuple(store.claims(a, b, as_of=as_of))
    if claims and drop:
        gone = _dropped_documents(store, drop)
        claims = tuple(
            claim
            for claim in claims
            if claim.document not in gone
            and claim.third not in drop.actors
            and not (drop.period and drop.period[0] <= claim.reported <= drop.period[1])
        )
    return acts, claims


def _dropped_documents(store: Store, drop: Drop) -> frozenset[str]:
    rows = store.query(
        """SELECT d.id FROM documents d LEFT JOIN documents h ON h.id = d.duplicates_of
           WHERE (? AND coalesce(h.interested, d.interested, false))
              OR coalesce(h.publisher, d.publisher) IN (SELECT unnest(?::VARCHAR[]))
              OR d.id IN (SELECT unnest(?::VARCHAR[])) OR d.duplicates_of IN (SELECT unnest(?::VARCHAR[]))""",
        [drop.interested, [*drop.publishers], [*drop.documents], [*drop.documents]],
    )
    return frozenset(row[0] for row in rows) | frozenset(drop.documents)


def decompose(
    acts: Acts, claims: tuple[Claim, ...], a: str, b: str, span: tuple[int, int], half_life_days: float
) -> Why:
    """What pushed the tie of a and b between two days (since 1970-01-01), from acts that touch a or b. Pure.

    Three identities hold, each to rounding: the changes of the direct acts sum to the change of the index; the changes of
    a third party's acts sum to its driver's change, and all drivers' changes to `structural`; the drivers' shares sum to
    1, or are all 0 where no pressure moved.
    """
    first, last = span
    moved = _measure(acts, a, b, first, last, half_life_days)
    parts = _parts(acts, moved)
    named: dict[str, list[str]] = {}
    for claim in claims:
        named.setdefault(claim.third, []).append(claim.id)
    drivers = _drivers(a, b, first, last, moved, parts, named)
    direct = moved.leg == 0
    return Why(
        a=a,
        b=b,
        start=day_string(first),
        end=day_string(last),
        before=float(moved.index[0][0]) if moved.known[0][0] else None,
        after=float(moved.index[1][0]) if moved.known[1][0] else None,
        change=float(moved.index[1][0] - moved.index[0][0]),
        mass=float(mass_at(acts.day[direct], acts.weight[direct], np.array([last]), half_life_days)[0]),
        direct=parts.get("", ()),
        structural=float((moved.pressure[1] - moved.pressure[0]).sum()),
        drivers=drivers,
        parts=MappingProxyType({driver.third: parts.get(driver.third, ()) for driver in drivers}),
        claims=claims,
    )


def contribution(driver: Driver) -> float:
    """A driver's share with the sign of its change, in -1..1: above 0 it pulled together over the window, below 0 apart.
    Their sum over all drivers is `structural` over the summed absolute changes."""
    return driver.share if driver.change >= 0 else -driver.share


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """The measure of a window. Pairs are (start, end). By leg: 0 is a–b, 1 + 2n is a–k, 2 + 2n is b–k for the n-th of
    `thirds`; `leg`, `added` and `change` are by act; `pressure` is by third party."""

    thirds: list[str]
    leg: IntArray
    added: tuple[FloatArray, FloatArray]
    index: tuple[FloatArray, FloatArray]
    known: tuple[BoolArray, BoolArray]
    recent: BoolArray
    mass: FloatArray
    pressure: tuple[FloatArray, FloatArray]
    change: FloatArray


def _measure(acts: Acts, a: str, b: str, first: int, last: int, half_life_days: float) -> _Moved:
    leg, thirds = _legs(acts, a, b)
    count = 1 + 2 * len(thirds)
    then, now = (memory(acts.day, acts.weight, day, half_life_days) for day in (first, last))
    added = contributions(then, acts.score, leg, count), contributions(now, acts.score, leg, count)
    index = np.bincount(leg, added[0], count).astype(float), np.bincount(leg, added[1], count).astype(float)
    (x0, x1), (y0, y1) = ([half[side::2] / SCALE for half in index] for side in (1, 2))
    # What a point of each leg's index moves: the tie itself one for one, a third party's push by the other leg's mean.
    lever = np.ones(count)
    lever[1::2], lever[2::2] = (y0 + y1) / 2 / SCALE, (x0 + x1) / 2 / SCALE
    return _Moved(
        thirds=thirds,
        leg=leg,
        added=added,
        index=index,
        known=(np.bincount(leg[acts.day <= first], minlength=count) > 0, np.bincount(leg, minlength=count) > 0),
        recent=np.bincount(leg[acts.day > first], minlength=count) > 0,
        mass=np.bincount(leg, now, count).astype(float),
        pressure=(x0 * y0, x1 * y1),
        change=(added[1] - added[0]) * lever[leg],
    )


def _drivers(
    a: str,
    b: str,
    first: int,
    last: int,
    moved: _Moved,
    parts: Mapping[str, tuple[Part, ...]],
    named: Mapping[str, list[str]],
) -> tuple[Driver, ...]:
    change = moved.pressure[1] - moved.pressure[0]
    whole = float(np.abs(change).sum())
    number = {third: index for index, third in enumerate(moved.thirds)}

    def driver(third: str) -> Driver:
        n = number.get(third)
        legs = [None if n is None or not moved.known[1][leg] else float(moved.index[1][leg]) for leg in _pair(n)]
        return Driver(
            a=a,
            b=b,
            third=third,
            start=day_string(first),
            end=day_string(last),
            pressure=0.0 if n is None else float(moved.pressure[1][n]),
            change=0.0 if n is None else float(change[n]),
            share=0.0 if n is None or not whole else abs(float(change[n])) / whole,
            leg_a=legs[0],
            leg_b=legs[1],
            events=tuple(event for part in parts.get(third, ()) for event in part.events),
            claims=tuple(named.get(third, ())),
        )

    def listed(third: str) -> bool:
        left, right = _pair(number[third])
        closed = bool(moved.known[1][left] and moved.known[1][right])
        return closed or bool(moved.recent[left] or moved.recent[right]) or third in named

    def rank(found: Driver) -> tuple[float, float, int, float, str]:
        mass = sum(float(moved.mass[leg]) for leg in _pair(number.get(found.third)) if found.third in number)
        return -abs(found.change), -abs(found.pressure), -len(found.claims), -mass, found.third

    thirds = [third for third in moved.thirds if listed(third)] + [third for third in named if third not in number]
    return tuple(sorted(map(driver, thirds), key=rank))


def _pair(number: int | None) -> tuple[int, int]:
    """The two legs of the n-th third party."""
    return (0, 0) if number is None else (1 + 2 * number, 2 + 2 * number)


def window(
    acts: Acts, claims: Iterable[Claim], as_of: str | None, start: str | None, window_days: int | None
) -> tuple[int, int]:
    """The first and last day to look at, since 1970-01-01. Raises ValueError when there is none between them."""
    told = [day_number(claim.reported) for claim in claims] + ([acts.latest] if acts.latest is not None else [])
    last = day_number(as_of) if as_of else max(told, default=0)
    if start is not None:
        first = day_number(start)
    elif window_days is not None:
        first = last - window_days
    else:
        first = min(int(acts.day.min()) if len(acts.day) else last, last) - 1
    if first >= last:
        raise ValueError(f"the window from {day_string(first)} to {day_string(last)} is empty; begin it earlier")
    return first, last


def _legs(acts: Acts, a: str, b: str) -> tuple[IntArray, list[str]]:
    """Each act's tie: 0 is a–b, 1 + 2n is a–k and 2 + 2n is b–k for the n-th third party k; and those parties."""
    names = sorted({actor for dyad in acts.dyads for actor in dyad} - {a, b})
    number = {name: index for index, name in enumerate(names)}

    def leg(low: str, high: str) -> int:
        if {low, high} == {a, b}:
            return 0
        third, own = (low, high) if high in (a, b) else (high, low)
        return 1 + 2 * number[third] + (own == b)

    legs = np.array([leg(*dyad) for dyad in acts.dyads], dtype=np.int64)
    return (legs[acts.dyad] if len(legs) else np.zeros(0, dtype=np.int64)), names


def _parts(acts: Acts, moved: _Moved) -> dict[str, tuple[Part, ...]]:
    """The acts by third party ("" for the tie itself), those that moved most first."""
    position = np.searchsorted(acts.report_act, np.arange(len(acts.day) + 1))
    before, after = moved.added
    found: dict[str, list[Part]] = {}
    order = np.lexsort((np.arange(len(after)), -np.abs(after), -np.abs(moved.change)))
    for act in order.tolist():
        leg = int(moved.leg[act])
        side: Literal["direct", "a", "b"] = "direct" if leg == 0 else "a" if leg % 2 else "b"
        found.setdefault(moved.thirds[(leg - 1) // 2] if leg else "", []).append(
            Part(
                leg=side,
                events=tuple(acts.report_event[position[act] : position[act + 1]].tolist()),
                date=day_string(int(acts.day[act])),
                score=float(acts.score[act]),
                weight=float(acts.weight[act]),
                before=float(before[act]),
                after=float(after[act]),
                change=float(moved.change[act]),
            )
        )
    return {third: tuple(parts) for third, parts in found.items()}
