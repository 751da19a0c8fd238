"""What is told of one dyad, ready to be reckoned with: from acts that were read row by row, or from a table, in SQL.

In: acts, or a table of events and two actors; out: `Told`, one a direction: the acts' days, weights and scores; the ids of
the events in each period; and the index by draw of publishers and stories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from comity.dyads.acts import Acts, Direction, FloatArray, IntArray
from comity.dyads.sampling import EXACT_STORIES, Moments, Stories, sample, sample_moments, stories_of
from comity.dyads.table import EventTable, Filters, counted

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


def table_told(
    table: EventTable,
    a: str,
    b: str,
    as_of: str | None,
    dimension: str | None,
    directions: Sequence[Direction],
    filters: Filters,
) -> list[Told]:
    """Of a table; a million rows are folded, decayed and summed by publisher and period in SQL. Fold: one-a-day."""
    where, parameters, weight = counted(table, as_of, dimension, filters)
    # Hashes in the place of names: DuckDB hashes a column of few names once a name, and groups numbers faster than texts.
    mode = "hash(e.mode)" if "mode" in table.columns else "0"
    both = "coalesce(e.reciprocal, false)" if "reciprocal" in table.columns else "false"
    story = "e.document" if "document" in table.columns else "row_number() OVER ()"
    publishing = "e.publisher IS NOT NULL" if "publisher" in table.columns else "false"
    reported = "e.reported" if "reported" in table.columns else table.day
    connection = table.connection
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE told AS
            SELECT CASE WHEN {both} THEN 0 WHEN e.source = ? THEN 1 ELSE -1 END AS way, hash(e.event) AS event, {mode} AS mode,
                   ({table.day} - DATE '1970-01-01')::INTEGER AS day, ({reported} - DATE '1970-01-01')::INTEGER AS reported,
                   e.score, {weight or "1.0::DOUBLE"} AS weight, {story} AS story,
                   {"hash(e.publisher)" if "publisher" in table.columns else "NULL::UBIGINT"} AS publisher,
                   {publishing} AS signed, {"e.id" if "id" in table.columns else "NULL::VARCHAR"} AS id
            FROM {table.relation} e WHERE e.source IN (?, ?) AND e.target IN (?, ?) AND {where}""",
        [a, a, b, a, b, *parameters],
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE acts AS
           SELECT way, event, mode, day, avg(score) AS score, max(weight) AS weight, count(*) AS reports
           FROM told GROUP BY ALL"""
    )
    acts = connection.execute("SELECT way, day, score, weight FROM acts ORDER BY day, way, event, mode").fetchnumpy()
    (row,) = connection.execute(
        """SELECT max(reported) FILTER (WHERE way >= 0), max(reported) FILTER (WHERE way <= 0), max(reported) FROM told"""
    ).fetchall()
    latest = dict(zip(("ab", "ba", "both"), row, strict=True))
    found = []
    for direction in directions:
        kept = _way(acts["way"], direction)
        day, score, weigh = (np.asarray(acts[name])[kept] for name in ("day", "score", "weight"))
        found.append(
            Told(
                day.astype(np.int64),
                weigh.astype(np.float64),
                score.astype(np.float64),
                latest[direction],
                direction,
                _events(table, direction),
                _sampler(table),
                _between(table, direction),
            )
        )
    return found


def _way(way: Any, direction: Direction) -> Any:
    return (way >= 0) if direction == "ab" else (way <= 0) if direction == "ba" else np.ones(len(way), dtype=bool)


def _events(table: EventTable, direction: Direction) -> Callable[[IntArray], list[tuple[str, ...]]]:
    way = {"ab": "way >= 0", "ba": "way <= 0", "both": "true"}[direction]

    def by_period(ends: IntArray) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = [()] * len(ends)
        if "id" not in table.columns:
            return found
        _periods(table, ends, 365)
        rows = table.connection.execute(
            f"""SELECT days.p, list(told.id ORDER BY told.day, told.id) FROM told JOIN days USING (day)
                WHERE {way} GROUP BY days.p"""
        ).fetchall()
        for place, ids in rows:
            found[place] = tuple(map(str, ids))
        return found

    return by_period


def _between(table: EventTable, direction: Direction) -> Callable[[int, int], list[ToldAct]]:
    way = {"ab": "way >= 0", "ba": "way <= 0", "both": "true"}[direction]

    def found(first: int, last: int) -> list[ToldAct]:
        rows = table.connection.execute(
            f"""SELECT day, avg(score), max(weight), list(id ORDER BY id) FROM told
                WHERE {way} AND day BETWEEN ? AND ? GROUP BY way, event, mode, day ORDER BY day, way, event, mode""",
            [first, last],
        ).fetchall()
        return [
            ToldAct(day, score, weight, tuple(str(one) for one in ids if one is not None))
            for day, score, weight, ids in rows
        ]

    return found


def _periods(table: EventTable, ends: IntArray, half_life_days: float) -> None:
    """The period of each day, and what is kept till its end, as a table."""
    (row,) = table.connection.execute("SELECT min(day) FROM told").fetchall()
    day = np.arange(int(row[0]), int(ends[-1]) + 1)
    place = np.searchsorted(ends, day)
    kept = np.exp2(-(ends[place] - day) / half_life_days)
    table.connection.register("days_", {"day": day, "p": place, "kept": kept})
    table.connection.execute("CREATE OR REPLACE TEMP TABLE days AS SELECT * FROM days_")


def _sampler(table: EventTable) -> Sampler:
    def sampler(sets: Sequence[Told], ends: IntArray, half_life_days: float, draws: int, seed: int) -> list[FloatArray]:
        _periods(table, ends, half_life_days)
        connection = table.connection
        # A story without a publisher answers for itself.
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE cells AS
               SELECT CASE WHEN told.signed THEN told.publisher ELSE hash(told.story) END AS publisher, told.story AS story, told.way, days.p,
                      sum(acts.weight * days.kept / acts.reports) AS mass,
                      sum(acts.weight * days.kept * acts.score / acts.reports) AS pull
               FROM told JOIN acts USING (way, event, mode, day) JOIN days USING (day) GROUP BY ALL"""
        )
        connection.execute(
            """CREATE OR REPLACE TEMP TABLE publishers AS
               SELECT publisher, count(DISTINCT story) AS stories FROM cells GROUP BY publisher"""
        )
        (row,) = connection.execute("SELECT coalesce(sum(stories), 0) FROM publishers").fetchall()
        if row[0] > EXACT_STORIES:
            return sample_moments([_moments(table, told.direction) for told in sets], ends, half_life_days, draws, seed)
        cells = connection.execute(
            """SELECT dense_rank() OVER (ORDER BY publisher) - 1 AS publisher,
                      dense_rank() OVER (ORDER BY publisher, story) - 1 AS story, way, p, mass, pull
               FROM cells ORDER BY publisher, story, p, way"""
        ).fetchnumpy()
        story = cells["story"].astype(np.int64)
        publisher = np.zeros(int(story.max()) + 1, dtype=np.int64)
        publisher[story] = cells["publisher"]
        parts = []
        for told in sets:
            kept = _way(cells["way"], told.direction)
            parts.append(
                Stories(
                    publisher, story[kept], cells["p"].astype(np.int64)[kept], cells["mass"][kept], cells["pull"][kept]
                )
            )
        return sample(parts, ends, half_life_days, draws, seed)

    return sampler


def _moments(table: EventTable, direction: Direction) -> Moments:
    """Sums over the stories of each publisher and period; publishers of one story are put together as number 0."""
    way = {"ab": "way >= 0", "ba": "way <= 0", "both": "true"}[direction]
    sql = f"""
        WITH numbered AS (
            SELECT publisher, stories, CASE WHEN stories = 1 THEN 0
                   ELSE row_number() OVER (PARTITION BY stories = 1 ORDER BY publisher) END AS number
            FROM publishers),
        stories AS (SELECT publisher, story, p, sum(mass) AS m, sum(pull) AS q FROM cells WHERE {way} GROUP BY ALL)
        SELECT number, any_value(n.stories) AS stories, p, sum(m) AS mass, sum(q) AS pull, sum(m * m) AS mm,
               sum(m * q) AS mq, sum(q * q) AS qq
        FROM stories s JOIN numbered n USING (publisher) GROUP BY number, p ORDER BY number, p"""
    rows = table.connection.execute(sql).fetchnumpy()
    (row,) = table.connection.execute("SELECT count(*) FROM publishers WHERE stories > 1").fetchall()
    stories = np.zeros(row[0] + 1, dtype=np.int64)
    number = rows["number"].astype(np.int64)
    stories[number] = rows["stories"]
    return Moments(
        stories, number, rows["p"].astype(np.int64), *(rows[name] for name in ("mass", "pull", "mm", "mq", "qq"))
    )
