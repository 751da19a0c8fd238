"""What moved of late, and how all ties stand on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from comity.dyads import course as tie_course
from comity.dyads import read_acts
from comity.dyads.course import day_number
from comity.dyads.index import FORGOTTEN, contributions, memory
from comity.store import Store
from comity.web import models
from comity.web.queries.courses import HALF_LIFE, figure
from comity.web.queries.directory import actor
from comity.web.queries.stores import is_large, known_day

# A week has more dyads with reports than a page shows; of the rest the least told are not reckoned at all.
CANDIDATES, CANDIDATES_OF_MANY = 60, 16


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
                    now=figure(tie[-1]),
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
    index, mass = indexes(acts, day, half_life_days)
    found = [
        models.TieNow(a=actor(low), b=actor(high), index=float(index[n]), mass=float(mass[n]))
        for n, (low, high) in enumerate(acts.dyads)
        if mass[n]
    ]
    return sorted(found, key=lambda tie: (-abs(tie.index), tie.a.code, tie.b.code))


def indexes(acts: Any, day: str, half_life_days: float) -> tuple[Any, Any]:
    """Index and mass of each dyad at a day."""
    left = memory(acts.day, acts.weight, day_number(day), half_life_days)
    count = len(acts.dyads)
    index = np.bincount(acts.dyad, contributions(left, acts.score, acts.dyad, count), count)
    return index, np.bincount(acts.dyad, (left >= FORGOTTEN).astype(float), count)
