"""The index of all dyads at once, by period, from a hundred million events if need be.

In: a store, or Parquet files with the columns of its table `events`; out: a `Panel`. It is the arithmetic of `course` with
the same folding, and agrees with it to rounding (tests/dyads/test_panel.py).

All that is done once an event is one query in DuckDB, over a few years at a time, so that its hash tables stay small
however long the archive: rows to acts, acts to cells of dyad and period, each act decayed to its period's end. What is left
is one step a period over all dyads, in NumPy: what was remembered at the last end, decayed, and what came in between. A
cumulated sum in a window function would do the same with weights of 2^(day/half-life), which overflow: this cannot.

Dyads with a type of act that our own coding tells too are folded by `read_acts`, since a loaded event joins our own act of
its day; that part is fetched row by row.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import duckdb
import numpy as np

from comity.dyads.acts import OWN, Acts, FloatArray, IntArray, read_acts
from comity.dyads.course import Period, check, day_number, day_string, periods_between
from comity.dyads.index import FORGOTTEN, PRIOR_MASS
from comity.dyads.table import EventTable, Filters, counted, event_table
from comity.errors import InputError
from comity.store import Store

# Rows that a query takes at a time. Some more or less costs little (benchmarks/ties_scale.py).
CHUNK_ROWS = 2_000_000
# Where the day has to be reckoned from several columns, each chunk reads all rows; so there are few.
BLIND_CHUNKS = 6
# How many bits of its hash name an actor; and all bits of an act's kind but the two that tell its direction.
ACTOR_BITS, KIND_BITS = 31, (1 << 64) - 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The index of many dyads by period; one row each, by dyad and period.

    `dyad` and `period` are places in `dyads` (a < b) and `periods`, whose last days are `ends`. `index` is NaN where mass
    is 0. `weight` is what is left of the weights of all acts (with the index it gives their pull), `mass` the number of acts
    remembered, `acts` that of the period's new ones, `reports` the rows that tell those.
    """

    dyads: tuple[tuple[str, str], ...]
    periods: tuple[str, ...]
    ends: IntArray
    half_life_days: float
    dyad: IntArray
    period: IntArray
    index: FloatArray
    weight: FloatArray
    mass: IntArray
    acts: IntArray
    reports: IntArray

    def __len__(self) -> int:
        return len(self.dyad)

    def relation(self, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyRelation:
        """The rows as a DuckDB relation: a, b, period, day (its end), index (NULL with mass 0), weight, mass, acts,
        reports.
        From there: `.arrow()`, `.df()`, `.pl()`, or SQL."""
        own = connection or duckdb.connect()
        columns = {
            name: getattr(self, name) for name in ("dyad", "period", "index", "weight", "mass", "acts", "reports")
        }
        own.register("panel_rows", columns)
        names = np.array([*self.dyads, ("", "")], dtype=object)[:-1]
        own.register("panel_dyads", {"dyad": np.arange(len(names)), "a": names[:, 0], "b": names[:, 1]})
        labels = np.array([*self.periods, ""], dtype=object)[:-1]
        own.register("panel_periods", {"period": np.arange(len(labels)), "label": labels, "last": self.ends})
        return own.sql("""
            SELECT d.a, d.b, p.label AS period, DATE '1970-01-01' + p.last::INTEGER AS day,
                   CASE WHEN r.mass > 0 THEN r.index END AS index, r.weight, r.mass, r.acts, r.reports
            FROM panel_rows r JOIN panel_dyads d ON d.dyad = r.dyad JOIN panel_periods p ON p.period = r.period
            ORDER BY r.dyad, r.period""")

    def to_arrow(self) -> Any:
        """The rows as a `pyarrow.Table`. Raises ImportError where pyarrow is missing (`comity[frames]`)."""
        with duckdb.connect() as connection:
            return self.relation(connection).to_arrow_table()

    def write(self, file: str | Path) -> None:
        """Writes the rows as one Parquet file."""
        with duckdb.connect() as connection:
            self.relation(connection).write_parquet(str(file), compression="zstd")


def panel(
    source: Store | str | Path,
    *,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    dimension: str | None = None,
    dense: bool = True,
    **filters: Unpack[Filters],
) -> Panel:
    """The index of every dyad at the end of each period, from its first act on to `as_of`, or to the last day on record.

    `source`: a store, or a path or glob of Parquet files with the columns source, target, event, score and date_start (or
    date); of the store's other columns those that are there are heeded. Their rows are folded as loaded events are.
    `dense=False` gives only the periods in which something happened. The other arguments are those of `course`.
    Raises ValueError as `course` does, InputError for a file that cannot be read or has no such column.
    """
    if dimension == "each":
        raise ValueError('dimension "each" is for one dyad; ask for a panel of each side')
    check(period, half_life_days, dimension)
    side = None if dimension == "all" else dimension
    with event_table(source) as table:
        acts = _mixed(source, table, as_of, side, filters) if isinstance(source, Store) else None
        bounds = _bounds(table, as_of, acts)
        if bounds is None:
            none, some = np.empty(0, dtype=np.int64), np.empty(0)
            return Panel(dyads=(), periods=(), ends=none, half_life_days=half_life_days, dyad=none, period=none, index=some,
                         weight=some, mass=none, acts=none, reports=none)  # fmt: skip
        labels, ends = periods_between(*bounds, period)
        course = _Course(ends, half_life_days, dense)
        names = _reckon(table, course, bounds, as_of, side, filters, acts)
    return course.panel(names, labels)


def _mixed(store: Store, table: EventTable, as_of: str | None, dimension: str | None, filters: Filters) -> Acts | None:
    """The acts of all dyads and types that our own coding tells; those groups are left out of the query."""
    sets = filters.get("datasets")
    own = sets is None or sets == OWN or OWN in sets
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE own_groups AS SELECT DISTINCT least(source, target) AS low, "
        "greatest(source, target) AS high, event FROM events "
        f"WHERE dataset IS NULL AND target IS NOT NULL AND source <> target AND {'true' if own else 'false'}"
    )
    if not _row(table.connection, "SELECT count(*) FROM own_groups")[0]:
        return None
    return read_acts(store, as_of=as_of, dimension=dimension, only_own_groups=True, **filters)


def _bounds(table: EventTable, as_of: str | None, acts: Acts | None) -> tuple[int, int] | None:
    """The first and the last day: no act of the table lies before or after."""
    last = "max(e.reported)" if "reported" in table.columns else f"max({table.day})"
    row = _row(
        table.connection,
        f"SELECT min({table.day}) - DATE '1970-01-01', {last} - DATE '1970-01-01' FROM {table.relation} e",
    )
    days = [(row[0], row[1])] if row[0] is not None and row[1] is not None else []
    if acts is not None and acts.latest is not None:
        days.append((int(acts.day.min()) if len(acts.day) else acts.latest, acts.latest))
    if not days:
        return None
    end = day_number(as_of) if as_of else max(day for _, day in days)
    return min(*(day for day, _ in days), end), end


def _reckon(
    table: EventTable,
    course: _Course,
    bounds: tuple[int, int],
    as_of: str | None,
    dimension: str | None,
    filters: Filters,
    acts: Acts | None,
) -> dict[int, str]:
    """Puts all cells into the course, chunk by chunk; the names of the actors by their codes."""
    connection = table.connection
    rows = int(_row(connection, f"SELECT count(*) FROM {table.relation}")[0])
    days = _days(course, *bounds)
    connection.register("days_", days)
    connection.execute("CREATE OR REPLACE TEMP TABLE days AS SELECT * FROM days_")
    sql, parameters, names = _cells(table, as_of, dimension, filters, course.half_life_days, acts is not None)
    told = _told(acts, names, course) if acts is not None else None
    count = len(course.ends)
    blind = table.day != f"e.{table.date}::DATE"
    pieces = min(-(-rows // CHUNK_ROWS), BLIND_CHUNKS if blind else count)
    step = -(-count // max(pieces, 1))
    for begin in range(0, count, step):
        end = min(begin + step, count)
        first = int(course.ends[begin - 1]) + 1 if begin else bounds[0]
        span = [day_string(first), day_string(int(course.ends[end - 1]))]
        cells = connection.execute(sql, [*parameters, *span]).fetchnumpy()
        # Where all acts weigh 1, all of them are remembered at first.
        cells.setdefault("born", cells["acts"])
        if told is not None:
            chosen = (told["p"] >= begin) & (told["p"] < end)
            cells = {name: np.concatenate([np.asarray(cells[name]), told[name][chosen]]) for name in told}
        course.advance(begin, end, cells)
    return names


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    (row,) = connection.execute(sql).fetchall()
    found: tuple[Any, ...] = row
    return found


def _days(course: _Course, first: int, last: int) -> dict[str, Any]:
    """For each day its period, what an act of that day keeps till the period's end, and the period in which an act of
    weight 1 is forgotten (-1: not within these)."""
    day = np.arange(first, last + 1)
    place = np.searchsorted(course.ends, day)
    kept = np.exp2(-(course.ends[place] - day) / course.half_life_days)
    gone = course.forgotten(day, np.ones(len(day)))
    return {"day": day, "p": place, "kept": kept, "x": gone}


def _cells(
    table: EventTable,
    as_of: str | None,
    dimension: str | None,
    filters: Filters,
    half_life_days: float,
    mixed: bool,
) -> tuple[str, list[Any], dict[int, str]]:
    """The query for the cells of some days (its last two parameters), its other parameters, and names by code.

    Names are keyed by bits of their hashes: DuckDB hashes a column of few names once a name, not once a row, and groups
    whole numbers faster than texts. The bits are chosen so that no two actors share a code."""
    where, parameters, weight = counted(table, as_of, dimension, filters)
    if mixed:
        where += """ AND NOT EXISTS (SELECT 1 FROM own_groups g WHERE g.low = least(e.source, e.target)
                     AND g.high = greatest(e.source, e.target) AND g.event = e.event)"""
    actor, names = _actors(table)
    # Of some hundred types and modes two share 62 bits of hash once in 10^14 ontologies.
    kind = "xor(hash(e.event), hash(e.mode) >> 1)" if "mode" in table.columns else "hash(e.event)"
    both = "coalesce(e.reciprocal, false)" if "reciprocal" in table.columns else "false"
    forgotten = f"log2(weight / {FORGOTTEN}) * {half_life_days!r}::DOUBLE"
    gone = f"""LEFT JOIN days gone ON gone.day = acts.day + CASE WHEN weight >= {FORGOTTEN}
               THEN least(floor({forgotten}), 10000000)::BIGINT + 1 END"""
    sql = f"""
        WITH told AS (
            SELECT {actor.format("source")} AS s, {actor.format("target")} AS t, {both} AS reciprocal,
                   {kind} & {KIND_BITS}::UBIGINT AS kind,
                   ({table.day} - DATE '1970-01-01')::INTEGER AS day, e.score{f", {weight} AS weight" if weight else ""}
            FROM {table.relation} e WHERE {where} AND {table.day} BETWEEN ?::DATE AND ?::DATE),
        acts AS (
            SELECT least(s, t) << {ACTOR_BITS} | greatest(s, t) AS dyad,
                   kind | CASE WHEN reciprocal THEN 0 WHEN s < t THEN 1 ELSE 2 END::UBIGINT AS kind,
                   day, sum(score) AS score, count(*) AS reports{", max(weight) AS weight" if weight else ""}
            FROM told WHERE s <> t GROUP BY ALL)
        SELECT dyad, days.p, {"coalesce(gone.p, -1)" if weight else "days.x"} AS x,
               sum({"weight * " if weight else ""}days.kept) AS fresh,
               sum({"weight * " if weight else ""}days.kept * (score / reports)) AS pull,
               {f"count(*) FILTER (WHERE weight >= {FORGOTTEN}) AS born," if weight else ""}
               count(*) AS acts, sum(reports) AS reports
        FROM acts JOIN days ON days.day = acts.day {gone if weight else ""} GROUP BY ALL"""
    return sql, parameters, names


def _actors(table: EventTable) -> tuple[str, dict[int, str]]:
    """An SQL template that turns an actor's name into a number, different for each, and the names by number."""
    every = " UNION ".join(f"SELECT {column} AS name FROM {table.relation}" for column in ("source", "target"))
    rows = table.connection.execute(f"SELECT DISTINCT name, hash(name::VARCHAR) FROM ({every})").fetchall()
    hashes = np.array([row[1] for row in rows], dtype=np.uint64)
    mask = (1 << ACTOR_BITS) - 1
    for shift in range(64 - ACTOR_BITS + 1):
        codes = (hashes >> np.uint64(shift)) & np.uint64(mask)
        if len(np.unique(codes)) == len(codes):
            found = dict(zip(codes.astype(np.int64).tolist(), (row[0] for row in rows), strict=True))
            return f"((hash(e.{{}}::VARCHAR) >> {shift}) & {mask})::BIGINT", found
    raise InputError(table.place, f"has {len(rows):,} actors, too many to tell apart", "map them to fewer codes")


def _told(acts: Acts, names: dict[int, str], course: _Course) -> dict[str, Any]:
    """The cells of acts that were folded outside the query: one an act."""
    codes = {name: code for code, name in names.items()}
    free = (code for code in itertools.count() if code not in names)
    for name in {name for dyad in acts.dyads for name in dyad} - set(codes):
        codes[name] = next(free)
        names[codes[name]] = name
    keys = [min(codes[a], codes[b]) << ACTOR_BITS | max(codes[a], codes[b]) for a, b in acts.dyads]
    place = np.searchsorted(course.ends, acts.day)
    kept = acts.weight * np.exp2(-(course.ends[place] - acts.day) / course.half_life_days)
    return {
        "dyad": np.array(keys, dtype=np.int64)[acts.dyad] if keys else np.empty(0, dtype=np.int64),
        "p": place,
        "x": course.forgotten(acts.day, acts.weight),
        "fresh": kept,
        "pull": kept * acts.score,
        "born": (acts.weight >= FORGOTTEN).astype(np.int64),
        "acts": np.ones(len(acts.day), dtype=np.int64),
        "reports": np.bincount(acts.report_act, minlength=len(acts.day)),
    }


class _Course:
    """What each dyad has in memory, carried from period to period, and the rows that came out."""

    def __init__(self, ends: IntArray, half_life_days: float, dense: bool) -> None:
        self.ends = ends
        self.half_life_days = half_life_days
        self._dense = dense
        self._decay = np.exp2(-np.diff(ends, prepend=ends[:1]) / half_life_days)
        self._codes = np.empty(0, dtype=np.int64)
        self._order = np.empty(0, dtype=np.int64)
        self._mass = np.empty(0)
        self._pull = np.empty(0)
        self._alive = np.empty(0, dtype=np.int64)
        self._started = np.empty(0, dtype=bool)
        self._dying = np.empty((3, 0), dtype=np.int64)
        self._rows: list[tuple[Any, ...]] = []

    def forgotten(self, day: IntArray, weight: FloatArray) -> IntArray:
        """The period at whose end acts are no longer counted as remembered; -1 where that is none of these."""
        with np.errstate(divide="ignore"):
            life = np.floor(self.half_life_days * np.log2(np.maximum(weight, FORGOTTEN) / FORGOTTEN))
        gone = np.searchsorted(self.ends, day + np.minimum(life, 1e7).astype(np.int64) + 1)
        return np.where((gone < len(self.ends)) & (weight >= FORGOTTEN), gone, -1)

    def advance(self, begin: int, end: int, cells: dict[str, Any]) -> None:
        """Takes in the cells of the periods from `begin` to before `end`."""
        number = self._numbers(cells["dyad"].astype(np.int64))
        count, width = len(self._codes), end - begin
        place = number * width + cells["p"].astype(np.int64) - begin

        def table(name: str) -> FloatArray:
            flat = np.bincount(place, cells[name].astype(np.float64), count * width).astype(np.float64)
            return flat.reshape(count, width)

        fresh, pull, born, acts, reports = (table(name) for name in ("fresh", "pull", "born", "acts", "reports"))
        dying = np.stack([number, cells["x"].astype(np.int64), cells["born"].astype(np.int64)])
        dying = np.concatenate([self._dying, dying[:, dying[1] >= 0]], axis=1)
        now = dying[1] < end
        self._dying = dying[:, ~now]
        who, when, many = dying[:, now]
        dead = np.bincount(who * width + when - begin, many, count * width).reshape(count, width)
        for step in range(width):
            self._mass = self._mass * self._decay[begin + step] + fresh[:, step]
            self._pull = self._pull * self._decay[begin + step] + pull[:, step]
            self._alive += (born[:, step] - dead[:, step]).astype(np.int64)
            self._started |= acts[:, step] > 0
            shown = np.flatnonzero(self._started if self._dense else acts[:, step] > 0)
            index = self._pull[shown] / (self._mass[shown] + PRIOR_MASS)
            index[self._alive[shown] == 0] = np.nan
            self._rows.append(
                (
                    shown.astype(np.int32),
                    np.full(len(shown), begin + step, dtype=np.int32),
                    index,
                    self._mass[shown],
                    self._alive[shown].astype(np.int32),
                    acts[shown, step].astype(np.int32),
                    reports[shown, step].astype(np.int32),
                )
            )

    def panel(self, names: dict[int, str], labels: Sequence[str]) -> Panel:
        """All rows, dyads and rows in the order of names."""
        low = np.empty(len(self._codes), dtype=np.int64)
        low[self._order] = self._codes
        mask = (1 << ACTOR_BITS) - 1
        pairs = [tuple(sorted((names[int(code) >> ACTOR_BITS], names[int(code) & mask]))) for code in low]
        order = sorted(range(len(pairs)), key=pairs.__getitem__)
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order))
        columns = [np.concatenate(column) for column in zip(*self._rows, strict=True)]
        self._rows.clear()
        dyad = rank[columns[0]]
        # Rows came by period; a stable sort by dyad is all there is to do. Of 16-bit numbers it is a radix sort.
        sorting = np.argsort(dyad.astype(np.uint16) if len(pairs) <= 1 << 16 else dyad, kind="stable")
        kinds = ("period", "index", "weight", "mass", "acts", "reports")
        fields = {name: column[sorting] for name, column in zip(kinds, columns[1:], strict=True)}
        return Panel(
            dyads=tuple((pairs[n][0], pairs[n][1]) for n in order),
            periods=tuple(labels),
            ends=self.ends,
            half_life_days=self.half_life_days,
            dyad=dyad[sorting],
            **fields,
        )

    def _numbers(self, codes: IntArray) -> IntArray:
        """The numbers of dyads by their codes; new ones get the next."""
        fresh = np.setdiff1d(codes, self._codes)
        if len(fresh):
            numbers = np.arange(len(self._codes), len(self._codes) + len(fresh))
            every, order = np.concatenate([self._codes, fresh]), np.concatenate([self._order, numbers])
            sorting = np.argsort(every)
            self._codes, self._order = every[sorting], order[sorting]
            grown = len(every) - len(self._mass)
            self._mass, self._pull = (np.append(old, np.zeros(grown)) for old in (self._mass, self._pull))
            self._alive = np.append(self._alive, np.zeros(grown, dtype=np.int64))
            self._started = np.append(self._started, np.zeros(grown, dtype=bool))
        result: IntArray = self._order[np.searchsorted(self._codes, codes)]
        return result
