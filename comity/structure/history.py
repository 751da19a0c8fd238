"""Camps over time: each period's as of its end, with labels that stay with their members.

In: a store and a period; out: one `Blocs` for each, and who changed camp. Each is what was known at its end, so news that
came later does not touch it. A camp keeps its number while it keeps most of its members: of all ways to number the camps
of a period, the one with the largest overlap with the period before holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import INTERESTED_WEIGHT, read_acts
from comity.dyads.course import Period, day_number, day_string, periods_between
from comity.store import Store
from comity.structure.blocs import DRAWS, SECONDS, Blocs, blocs
from comity.structure.places import match


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An actor in another camp (numbered from 1) than in the last period that had it in one. `firm` where it sat between
    camps neither then nor now; else the move may be the draw's."""

    actor: str
    then: int
    now: int
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlocPeriod:
    """A period's camps, and the actors that have changed camp."""

    period: str
    blocs: Blocs
    moved: tuple[Move, ...]


def blocs_course(
    store: Store,
    period: Period = "year",
    *,
    as_of: str | None = None,
    min_strength: float = 1.0,
    actors: Sequence[str] | None = None,
    camps: int = 2,
    half_life_days: float = 365,
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
    exact: bool = True,
    seconds: float = SECONDS,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[BlocPeriod, ...]:
    """The camps at the end of each period from the first act on record to `as_of`, or to the last report; periods in
    which no tie is strong enough have none. Arguments are those of `blocs`; `seconds` is for each period.
    Raises ValueError where `camps` is below 2."""
    if camps < 2:
        raise ValueError(f"camps is {camps}; a graph is parted into at least 2")
    acts = read_acts(
        store, among=actors, as_of=as_of, without_interested=without_interested, interested_weight=interested_weight
    )
    if acts.latest is None:
        return ()
    last = day_number(as_of) if as_of else acts.latest
    labels, ends = periods_between(min(int(acts.day.min()), last), last, period)
    result: list[BlocPeriod] = []
    known: dict[str, int] = {}
    loose: set[str] = set()
    for label, end in zip(labels, ends.tolist(), strict=True):
        found = blocs(
            store,
            day_string(end),
            min_strength,
            actors=actors,
            camps=camps,
            half_life_days=half_life_days,
            without_interested=without_interested,
            interested_weight=interested_weight,
            exact=exact,
            seconds=seconds,
            draws=draws,
            seed=seed,
        )
        if not found.edges:
            continue
        found = relabelled(found, known)
        between = {place.actor for place in found.between}
        now = {actor: number for number, camp in enumerate(found.camps) for actor in camp}
        moved = tuple(
            Move(actor=actor, then=known[actor] + 1, now=number + 1, firm=actor not in loose | between)
            for actor, number in sorted(now.items())
            if known.get(actor, number) != number
        )
        known |= now
        loose = (loose - now.keys()) | between
        result.append(BlocPeriod(period=label, blocs=found, moved=moved))
    return tuple(result)


def relabelled(found: Blocs, known: dict[str, int]) -> Blocs:
    """The same camps in the numbers (from 0) that most of their members have in `known`."""
    count = max([len(found.camps), *(number + 1 for number in known.values())])
    overlap = np.zeros((count, count), dtype=np.int64)
    for row, camp in enumerate(found.camps):
        for actor in camp:
            if actor in known:
                overlap[row, known[actor]] += 1
    number = match(overlap)
    row_of = np.argsort(number)
    padded = [*range(len(found.camps)), *([None] * (count - len(found.camps)))]
    order = [padded[row] for row in row_of.tolist()]
    return dataclasses.replace(
        found,
        camps=tuple(() if row is None else found.camps[row] for row in order),
        anchors=tuple(() if row is None else found.anchors[row] for row in order),
        places=tuple(
            dataclasses.replace(
                place,
                camp=int(number[place.camp - 1]) + 1,
                towards=tuple(0.0 if row is None or row >= len(place.towards) else place.towards[row] for row in order),
            )
            for place in found.places
        ),
    )
