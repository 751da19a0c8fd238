"""The index of all dyads at once, by period, from a hundred million events if need be.

In: a store, or Parquet files with the columns of its table `events`; out: a `Panel`. It is the arithmetic of `course` with
the same folding, and agrees with it to rounding (tests/dyads/test_panel.py).

DuckDB reads and filters the rows of a few years at a time and gives them as numbers; while it reads the next, NumPy brings
the rows of an act together by sorting, and sums acts, decayed to their period's end, to cells of dyad and period. What is
left is one step a period over all dyads: what was remembered at the last end, decayed, and what came in between. A cumulated
sum would do the same with weights of 2^(day/half-life), which overflow: this cannot. All sums are taken in the order of the
rows, so that two runs give the same bits however many threads read.

Dyads with a type of act that our own coding tells too are folded by `read_acts`, since a loaded event joins our own act of
its day; that part is fetched row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import duckdb
import numpy as np

from comity.dyads.acts import OWN, Acts, FloatArray, IntArray, read_acts
from comity.dyads.codes import Codes, codes_of
from comity.dyads.course import Period, check, day_number, day_string, periods_between
from comity.dyads.grouping import group
from comity.dyads.index import FORGOTTEN, PRIOR_MASS
from comity.dyads.table import EventTable, Filters, counted, event_table
from comity.store import Store

# Rows that a query takes at a time, where rows of other days can be passed over. Some more or less costs little.
CHUNK_ROWS = 2_000_000
# Where each query has to read all rows, since they are not in the order of days, it keeps as many as memory allows: some
# 100 bytes a row.
BLIND_ROWS = 20_000_000
# Rows that are sorted at a time, few enough to stay in the processor's cache; and what comes out of one query is split so.
BLOCK_ROWS = 250_000


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
    last = f"max(coalesce(e.reported, {table.day}))" if "reported" in table.columns else f"max({table.day})"
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
) -> list[str]:
    """Puts all cells into the course, chunk by chunk; the names of the actors in their order."""
    connection = table.connection
    actors = codes_of(
        connection, table.relation, ["source", "target"], [n for d in acts.dyads for n in d] if acts else []
    )
    kinds = [codes_of(connection, table.relation, [name]) for name in ("event", "mode") if name in table.columns]
    sql, parameters = _rows(table, as_of, dimension, filters, actors, kinds, acts is not None)
    told = _told(acts, actors.names, course) if acts is not None else None
    days = _days(course, *bounds)

    def read(chunk: tuple[int, int]) -> dict[str, Any]:
        first = int(course.ends[chunk[0] - 1]) + 1 if chunk[0] else bounds[0]
        span = [day_string(first), day_string(int(course.ends[chunk[1] - 1]))]
        return connection.execute(sql, [*parameters, *span]).fetchnumpy()

    def take_in(begin: int, end: int, blocks: Sequence[Future[dict[str, Any]]]) -> None:
        parts = [block.result() for block in blocks]
        if told is not None:
            chosen = (told["p"] >= begin) & (told["p"] < end)
            parts.append({name: values[chosen] for name, values in told.items()})
        course.advance(begin, end, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})

    chunks = _chunks(table, course)
    # NumPy lets other threads work while it sorts and gathers: blocks are folded side by side, and taken in in their order
    # while the next chunk is folded and the one after it is read.
    threads = int(_row(connection, "SELECT current_setting('threads')")[0])
    with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(threads) as folding:
        coming = ahead.submit(read, chunks[0])
        folded: tuple[int, int, list[Future[dict[str, Any]]]] | None = None
        for number, (begin, end) in enumerate(chunks):
            rows = coming.result()
            if number + 1 < len(chunks):
                coming = ahead.submit(read, chunks[number + 1])
            blocks = [folding.submit(_cells, block, actors, kinds, days) for block in _blocks(rows)]
            if folded is not None:
                take_in(*folded)
            folded = (begin, end, blocks)
        if folded is not None:
            take_in(*folded)
    return actors.names


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    (row,) = connection.execute(sql).fetchall()
    found: tuple[Any, ...] = row
    return found


@dataclass(frozen=True, slots=True)
class _Days:
    """For each day from `first` on: its period, what an act of that day keeps till the period's end, and the period in which
    an act of weight 1 is forgotten (-1: not within these)."""

    first: int
    period: IntArray
    kept: FloatArray
    gone: IntArray
    course: _Course


def _days(course: _Course, first: int, last: int) -> _Days:
    day = np.arange(first, last + 1)
    place = np.searchsorted(course.ends, day)
    kept = np.exp2(-(course.ends[place] - day) / course.half_life_days)
    return _Days(first, place, kept, course.forgotten(day, np.ones(len(day))), course)


def _chunks(table: EventTable, course: _Course) -> list[tuple[int, int]]:
    """The periods that each query reads: from the first to before the second of a pair."""
    rows = int(_row(table.connection, f"SELECT count(*) FROM {table.relation}")[0])
    count = len(course.ends)
    size = CHUNK_ROWS if table.day == f"e.{table.date}::DATE" and table.by_day() else max(CHUNK_ROWS, BLIND_ROWS)
    step = -(-count // max(min(-(-rows // size), count), 1))
    return [(begin, min(begin + step, count)) for begin in range(0, count, step)]


def _rows(
    table: EventTable,
    as_of: str | None,
    dimension: str | None,
    filters: Filters,
    actors: Codes,
    kinds: Sequence[Codes],
    mixed: bool,
) -> tuple[str, list[Any]]:
    """The query for the rows of some days (its last two parameters) as numbers, and its other parameters."""
    where, parameters, weight = counted(table, as_of, dimension, filters)
    if mixed:
        where += """ AND NOT EXISTS (SELECT 1 FROM own_groups g WHERE g.low = least(e.source, e.target)
                     AND g.high = greatest(e.source, e.target) AND g.event = e.event)"""
    columns = [f"{actors.sql('source')} AS s", f"{actors.sql('target')} AS t"]
    columns += [f"{codes.sql()} AS kind{number}" for number, codes in enumerate(kinds)]
    columns += [f"({table.day} - DATE '1970-01-01')::INTEGER AS day", "e.score::DOUBLE AS score"]
    if "reciprocal" in table.columns:
        columns.append("coalesce(e.reciprocal, false) AS reciprocal")
    if weight:
        columns.append(f"({weight})::DOUBLE AS weight")
    sql = f"""SELECT {", ".join(columns)} FROM {table.relation} e
              WHERE {where} AND {table.day} BETWEEN ?::DATE AND ?::DATE"""
    return sql, parameters


def _blocks(rows: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows in blocks, each with all rows of its days; or as they are where the days come in no order."""
    day = rows["day"] = np.asarray(rows["day"])
    if len(day) <= BLOCK_ROWS or np.any(day[1:] < day[:-1]):
        yield rows
        return
    edges = np.unique(np.searchsorted(day, day[::BLOCK_ROWS]))
    for first, last in zip(edges, [*edges[1:], len(day)], strict=True):
        yield {name: np.asarray(values)[first:last] for name, values in rows.items()}


def _cells(rows: dict[str, Any], actors: Codes, kinds: Sequence[Codes], days: _Days) -> dict[str, Any]:
    """Rows to acts, and acts to cells of dyad, period, and period in which they are forgotten."""
    source, target = actors.numbers(rows["s"]), actors.numbers(rows["t"])
    many = len(actors)
    dyad = np.minimum(source, target).astype(np.int64) * many + np.maximum(source, target)
    way = (source < target).astype(np.int8)
    if "reciprocal" in rows:
        way[np.asarray(rows["reciprocal"])] = 2
    begin = int(rows["day"].min()) if len(dyad) else 0
    span = int(rows["day"].max()) - begin + 1 if len(dyad) else 1
    day = rows["day"] - begin
    told = [(codes.numbers(rows[f"kind{number}"]), len(codes)) for number, codes in enumerate(kinds)]
    order, starts = group((dyad, many * many), (day, span), *told, (way, 3))
    reports = np.diff(starts, append=len(order))
    first = order[starts]
    dyad, at = dyad[first], day[first] + (begin - days.first)
    score = rows["score"][first]
    several = reports > 1
    if several.any():
        # Most acts are told once; the others' scores are summed in the order of their rows.
        act = np.repeat(np.cumsum(several) - 1, np.where(several, reports, 0))
        rest = order[np.repeat(several, reports)]
        score[several] = np.bincount(act, rows["score"][rest]) / reports[several]
    period, kept, gone = days.period[at], days.kept[at], days.gone[at]
    born = np.ones(len(at), dtype=np.int64)
    if "weight" in rows:
        weight = np.maximum.reduceat(rows["weight"][order], starts) if len(starts) else np.empty(0)
        kept, born = kept * weight, (weight >= FORGOTTEN).astype(np.int64)
        gone = days.course.forgotten(at + days.first, weight)
        sorting, _ = group((dyad, many * many), (period, len(days.course.ends)), (gone + 1, len(days.course.ends) + 1))
        dyad, period, gone, kept, born, score, reports = (
            values[sorting] for values in (dyad, period, gone, kept, born, score, reports)
        )
    new = np.ones(len(dyad), dtype=bool)
    new[1:] = (dyad[1:] != dyad[:-1]) | (period[1:] != period[:-1]) | (gone[1:] != gone[:-1])
    cell, cells = np.cumsum(new) - 1, np.flatnonzero(new)
    return {
        "dyad": dyad[cells],
        "p": period[cells],
        "x": gone[cells],
        "fresh": np.bincount(cell, kept),
        "pull": np.bincount(cell, kept * score),
        "born": np.bincount(cell, born),
        "acts": np.bincount(cell),
        "reports": np.bincount(cell, reports),
    }


def _told(acts: Acts, names: Sequence[str], course: _Course) -> dict[str, Any]:
    """The cells of acts that were folded outside the query: one an act."""
    number = {name: place for place, name in enumerate(names)}
    keys = [number[a] * len(names) + number[b] for a, b in acts.dyads]
    place = np.searchsorted(course.ends, acts.day)
    kept = acts.weight * np.exp2(-(course.ends[place] - acts.day) / course.half_life_days)
    return {
        "dyad": np.array(keys, dtype=np.int64)[acts.dyad],
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
        self._alive = np.empty(0, dtype=np.int32)
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
        place = (cells["p"].astype(np.int64) - begin) * count + number

        def table(name: str) -> Any:
            return np.bincount(place, cells[name], count * width).reshape(width, count)

        fresh, pull = table("fresh"), table("pull")
        born, acts, reports = (table(name).astype(np.int32) for name in ("born", "acts", "reports"))
        dying = np.stack([number, cells["x"].astype(np.int64), cells["born"].astype(np.int64)])
        dying = np.concatenate([self._dying, dying[:, dying[1] >= 0]], axis=1)
        now = dying[1] < end
        self._dying = dying[:, ~now]
        who, when, many = dying[:, now]
        born -= np.bincount((when - begin) * count + who, many, count * width).astype(np.int32).reshape(width, count)
        for step in range(width):
            self._mass *= self._decay[begin + step]
            self._mass += fresh[step]
            self._pull *= self._decay[begin + step]
            self._pull += pull[step]
            self._alive += born[step]
            self._started |= acts[step] > 0
            shown = np.flatnonzero(self._started if self._dense else acts[step] > 0)
            mass, alive = self._mass[shown], self._alive[shown]
            index = self._pull[shown] / (mass + PRIOR_MASS)
            index[alive == 0] = np.nan
            when_shown = np.full(len(shown), begin + step, dtype=np.int32)
            self._rows.append(
                (shown.astype(np.int32), when_shown, index, mass, alive, acts[step][shown], reports[step][shown])
            )

    def panel(self, names: Sequence[str], labels: Sequence[str]) -> Panel:
        """All rows, dyads and rows in the order of names."""
        rank = np.empty(len(self._codes), dtype=np.int32)
        rank[self._order] = np.arange(len(self._codes))
        pairs = [(names[low], names[high]) for low, high in (divmod(code, len(names)) for code in self._codes.tolist())]
        columns = [*zip(*self._rows, strict=True)]
        self._rows.clear()
        kinds = ("period", "index", "weight", "mass", "acts", "reports")
        with ThreadPoolExecutor() as side_by_side:
            whole = [side_by_side.submit(np.concatenate, column) for column in columns[1:]]
            dyad = rank[np.concatenate(columns[0])]
            # Rows came by period; a stable sort by dyad is all there is to do. Of 16-bit numbers it is a radix sort.
            sorting = np.argsort(dyad.astype(np.uint16) if len(pairs) <= 1 << 16 else dyad, kind="stable")
            parts = side_by_side.map(lambda column: column.result()[sorting], whole)
            fields = dict(zip(kinds, parts, strict=True))
        return Panel(
            dyads=tuple(pairs),
            periods=tuple(labels),
            ends=self.ends,
            half_life_days=self.half_life_days,
            dyad=dyad[sorting],
            **fields,
        )

    def _numbers(self, codes: IntArray) -> IntArray:
        """The numbers of dyads by their codes; new ones get the next."""
        at = np.searchsorted(self._codes, codes)
        known = at < len(self._codes)
        known[known] = self._codes[at[known]] == codes[known]
        if not known.all():
            fresh = np.unique(codes[~known])
            numbers = np.arange(len(self._codes), len(self._codes) + len(fresh))
            every, order = np.concatenate([self._codes, fresh]), np.concatenate([self._order, numbers])
            sorting = np.argsort(every)
            self._codes, self._order = every[sorting], order[sorting]
            grown = len(every) - len(self._mass)
            self._mass, self._pull = (np.append(old, np.zeros(grown)) for old in (self._mass, self._pull))
            self._alive = np.append(self._alive, np.zeros(grown, dtype=np.int32))
            self._started = np.append(self._started, np.zeros(grown, dtype=bool))
            at = np.searchsorted(self._codes, codes)
        result: IntArray = self._order[at]
        return result
