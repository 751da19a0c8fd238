"""What is told of one dyad, ready to be reckoned with: from acts that were read row by row, or from a table of rows.

In: acts, or a table of events and two actors; out: `Told`, one a direction: the acts' days, weights and scores; the ids of
the events in each period; and the index by draw of publishers and stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.dyads.acts import BETWEEN, Acts, Direction, FloatArray, IntArray
from comity.dyads.grouping import group, renumbered
from comity.dyads.sampling import Stories, sample, stories_of
from comity.dyads.table import EventTable, Filters, counted

# Columns of documents that are numbers are taken as they are, if they lie within so many; others by their hashes.
WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
NARROW = 1 << 40

Sampler = Callable[[Sequence["Told"], IntArray, float, int, int], list[FloatArray]]


@dataclass(frozen=True, slots=True)
class ToldAct:
    """One act with the ids of the events that tell it (none where the table has no ids)."""

    day: int
    score: float
    weight: float
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One direction of a dyad. `latest` is the last day on which any of it was reported, None where nothing was; `events`
    gives the ids by period for the periods' last days; `sample` the index by draw of several directions at once; `acts` the
    acts between two days, both included."""

    day: IntArray
    weight: FloatArray
    score: FloatArray
    latest: int | None
    direction: Direction
    events: Callable[[IntArray], list[tuple[str, ...]]]
    sample: Sampler
    acts: Callable[[int, int], list[ToldAct]]


def acts_told(sets: Sequence[Acts]) -> list[Told]:
    """Of acts read from a store, the directions together."""

    def sampler(
        _told: Sequence[Told], ends: IntArray, half_life_days: float, draws: int, seed: int
    ) -> list[FloatArray]:
        return sample(stories_of(sets, ends, half_life_days), ends, half_life_days, draws, seed)

    def events(acts: Acts) -> Callable[[IntArray], list[tuple[str, ...]]]:
        def by_period(ends: IntArray) -> list[tuple[str, ...]]:
            day = acts.day[acts.report_act]
            order = np.lexsort((acts.report_event.astype(str), day))
            edges = np.searchsorted(day[order], ends, side="right")
            ids = acts.report_event[order].tolist()
            return [tuple(ids[first:last]) for first, last in zip([0, *edges[:-1]], edges, strict=True)]

        return by_period

    def between(acts: Acts) -> Callable[[int, int], list[ToldAct]]:
        return lambda first, last: [
            ToldAct(int(acts.day[act]), float(acts.score[act]), float(acts.weight[act]), acts.events_of(int(act)))
            for act in np.flatnonzero((acts.day >= first) & (acts.day <= last))
        ]

    return [
        Told(acts.day, acts.weight, acts.score, acts.latest, "both", events(acts), sampler, between(acts))
        for acts in sets
    ]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a table tells of a dyad, one entry a row: by day and id where there are ids, else in the table's order.

    `way` is 1 for what a does, -1 for what b does, 0 for both; `story` and `publisher` are any numbers, different for each;
    `ids` is None where the table has none. `act` is the number of each row's act. By act, numbered by day, way and kind:
    `first` its first row, `score` the mean of its rows', `weight` their greatest, `reports` their number.
    """

    way: IntArray
    day: IntArray
    reported: IntArray
    story: IntArray
    publisher: IntArray
    ids: Any
    act: IntArray
    first: IntArray
    score: FloatArray
    weight: FloatArray
    reports: IntArray


def table_told(
    table: EventTable,
    a: str,
    b: str,
    as_of: str | None,
    dimension: str | None,
    directions: Sequence[Direction],
    filters: Filters,
) -> list[Told]:
    """Of a table: DuckDB finds the rows of the dyad; NumPy folds them (one-a-day), decays them and sums them by publisher
    and period, a million in a second or so."""
    rows = _read(table, a, b, as_of, dimension, filters)
    found = []
    for direction in directions:
        told, acts = _way(rows.way, direction), np.flatnonzero(_way(rows.way[rows.first], direction))
        found.append(
            Told(
                rows.day[rows.first[acts]],
                rows.weight[acts],
                rows.score[acts],
                int(rows.reported[told].max()) if told.any() else None,
                direction,
                _events(rows, told),
                _sampler(rows),
                _between(rows, acts),
            )
        )
    return found


def _read(table: EventTable, a: str, b: str, as_of: str | None, dimension: str | None, filters: Filters) -> _Rows:
    where, parameters, weight = counted(table, as_of, dimension, filters)
    # Hashes in the place of names: DuckDB hashes a column of few names once a name, and NumPy takes numbers as they are.
    # Of some hundred types and modes two share 62 bits of hash once in 10^14 ontologies.
    kind = "xor(hash(e.event), hash(e.mode) >> 1)" if "mode" in table.columns else "hash(e.event)"
    document = "e.document" if "document" in table.columns else "row_number() OVER ()"
    whole = table.columns.get("document") in WHOLE
    # A story without a publisher answers for itself.
    publisher = f"hash({document})"
    if "publisher" in table.columns:
        publisher = f"CASE WHEN e.publisher IS NULL THEN {publisher} ELSE hash(e.publisher) END"
    columns = {
        "way": "(CASE WHEN e.source = ? THEN 1 ELSE -1 END)::TINYINT",
        "kind": kind,
        "day": f"({table.day} - DATE '1970-01-01')::INTEGER",
        "score": "e.score::DOUBLE",
        "story": "coalesce(e.document, -1)::BIGINT" if whole else f"hash({document})",
        "publisher": publisher,
    }
    if "reciprocal" in table.columns:
        columns["both"] = "coalesce(e.reciprocal, false)"
    if "reported" in table.columns:
        columns["reported"] = f"(coalesce(e.reported, {table.day}) - DATE '1970-01-01')::INTEGER"
    if weight:
        columns["weight"] = f"({weight})::DOUBLE"
    if "id" in table.columns:
        columns["id"] = "e.id::VARCHAR"
    sql = f"""SELECT {", ".join(f"{sql} AS {name}" for name, sql in columns.items())}
              FROM {table.dyad or table.relation} e WHERE {BETWEEN} AND {where} AND {table.day} IS NOT NULL
              {"ORDER BY day, id" if "id" in table.columns else ""}"""
    return _folded(table.connection.execute(sql, [a, a, b, *parameters]).fetchnumpy())


def _folded(rows: dict[str, Any]) -> _Rows:
    way, day = rows["way"].astype(np.int8), rows["day"].astype(np.int64)
    if "both" in rows:
        way[np.asarray(rows["both"])] = 0
    begin = int(day.min()) if len(day) else 0
    span = int(day.max()) - begin + 1 if len(day) else 1
    order, starts = group((day - begin, span), (way + 1, 3), renumbered(np.asarray(rows["kind"])))
    reports = np.diff(starts, append=len(order))
    act = np.empty(len(order), dtype=np.int64)
    act[order] = np.repeat(np.arange(len(starts)), reports)
    weight = np.ones(len(starts))
    if "weight" in rows:
        weight = np.maximum.reduceat(rows["weight"][order], starts) if len(starts) else np.empty(0)
    return _Rows(
        way=way,
        day=day,
        reported=np.asarray(rows.get("reported", day)).astype(np.int64),
        story=np.asarray(rows["story"]),
        publisher=np.asarray(rows["publisher"]),
        ids=rows.get("id"),
        act=act,
        first=order[starts],
        score=np.bincount(act, np.asarray(rows["score"])) / reports,
        weight=weight,
        reports=reports,
    )


def _way(way: Any, direction: Direction) -> Any:
    return (way >= 0) if direction == "ab" else (way <= 0) if direction == "ba" else np.ones(len(way), dtype=bool)


def _events(rows: _Rows, told: Any) -> Callable[[IntArray], list[tuple[str, ...]]]:
    def by_period(ends: IntArray) -> list[tuple[str, ...]]:
        if rows.ids is None:
            return [()] * len(ends)
        ids = rows.ids[told].tolist()
        edges = np.searchsorted(rows.day[told], ends, side="right").tolist()
        return [tuple(ids[first:last]) for first, last in zip([0, *edges[:-1]], edges, strict=True)]

    return by_period


def _between(rows: _Rows, acts: IntArray) -> Callable[[int, int], list[ToldAct]]:
    def found(first: int, last: int) -> list[ToldAct]:
        day = rows.day[rows.first]
        chosen = acts[(day[acts] >= first) & (day[acts] <= last)]
        ids: dict[int, list[str]] = {}
        if rows.ids is not None:
            for place in np.flatnonzero(np.isin(rows.act, chosen)).tolist():
                ids.setdefault(int(rows.act[place]), []).append(rows.ids[place])
        return [
            ToldAct(int(day[act]), float(rows.score[act]), float(rows.weight[act]), tuple(ids.get(act, ())))
            for act in chosen.tolist()
        ]

    return found


def _sampler(rows: _Rows) -> Sampler:
    def sampler(sets: Sequence[Told], ends: IntArray, half_life_days: float, draws: int, seed: int) -> list[FloatArray]:
        parts = _stories(rows, [told.direction for told in sets], ends, half_life_days)
        return sample(parts, ends, half_life_days, draws, seed)

    return sampler


def _stories(rows: _Rows, directions: Sequence[Direction], ends: IntArray, half_life_days: float) -> list[Stories]:
    """What each story tells, one set a direction; publishers and their stories are numbered alike in all."""
    day = rows.day[rows.first]
    place = np.minimum(np.searchsorted(ends, day), len(ends) - 1)
    mass = rows.weight * np.exp2(-(ends[place] - day) / half_life_days) / rows.reports
    pull = mass * rows.score
    # A story in two papers is two, so that each answers for its own.
    publisher, publishers = renumbered(rows.publisher)
    order, starts = group((publisher, publishers), _narrow(rows.story))
    story = np.empty(len(order), dtype=np.int64)
    story[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(order)))
    told_by = publisher[order[starts]]
    found = []
    for direction in directions:
        chosen = np.flatnonzero(_way(rows.way, direction))
        act = rows.act[chosen]
        order, begins = group((story[chosen], len(starts)), (place[act], len(ends)))
        cell = np.empty(len(order), dtype=np.int64)
        cell[order] = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(order)))
        first = chosen[order[begins]]
        found.append(
            Stories(
                told_by,
                story[first],
                place[rows.act[first]],
                np.bincount(cell, mass[act], len(begins)).astype(np.float64),
                np.bincount(cell, pull[act], len(begins)).astype(np.float64),
            )
        )
    return found


def _narrow(numbers: Any) -> tuple[IntArray, int]:
    """Whole numbers from 0 on, and their bound: as they are where they lie close enough, else renumbered."""
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    return ((numbers - low).astype(np.int64), high - low + 1) if high - low < NARROW else renumbered(numbers)
