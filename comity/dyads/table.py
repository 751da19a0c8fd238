"""A table of events that a query can read straight: Parquet files, or the loaded events of a store.

In: a path, or a store; out: an `EventTable`: a connection, what to select from, and which columns are there; and the SQL
for the rows of it that count, with their day and weight. A file needs `source`, `target`, `event`, `score` and
`date_start` (or `date`); it may have the other columns of the table `events`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict

import duckdb

from comity.dyads.acts import BETWEEN, COUNTS, OWN, WEIGHT, check_weights, not_of, of_datasets
from comity.dyads.arranged import part_with, quoted
from comity.errors import InputError
from comity.store import Store

NEEDED = ("source", "target", "event", "score")
DATES = ("date_start", "date")
# How often each day may lie within the span of a row group, on average, before a table counts as unsorted.
MOST_OVERLAP = 4


class Filters(TypedDict, total=False):
    """What a question leaves out or weighs otherwise; `read_acts` says what each means."""

    without_interested: bool
    interested_weight: float
    datasets: Literal["own"] | Sequence[str] | None
    publisher_weights: Mapping[str, float] | None
    dimension_weights: Mapping[str, float] | None
    without_publishers: Sequence[str]
    without_documents: Sequence[str]
    without_actors: Sequence[str]
    without_period: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class EventTable:
    """`relation` stands after FROM; `columns` are its columns with their types; `date` is the column that rows are ordered by, if by any; `place` names it in errors;
    `statistics` is the SQL for what Parquet files say of their row groups, None for a store. `dyad` is where the events of
    the one dyad that is asked for are: the relation, or a part of a copy of it (`arranged`)."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    columns: Mapping[str, str]
    date: str
    place: str
    statistics: str | None = None
    dyad: str | None = None

    def by_day(self) -> bool:
        """Whether a query for some days passes over most others: the row groups follow each other by date."""
        if self.statistics is None:
            return True
        # A date that is kept as a text or a time is made a day row by row, and nothing can be passed over.
        row = self.connection.execute(
            f"""SELECT sum(last - first), max(last) - min(first) + 1 FROM (
                    SELECT TRY_CAST(stats_min_value AS DATE) AS first, TRY_CAST(stats_max_value AS DATE) AS last
                    FROM {self.statistics} WHERE path_in_schema = ? AND type = 'INT32')""",
            [self.date],
        ).fetchone()
        return row is not None and row[0] is not None and row[0] <= MOST_OVERLAP * row[1]

    @property
    def day(self) -> str:
        """The day of an event `e`: the middle of its dates, but not later than its report."""
        start = f"e.{self.date}::DATE"
        middle = f"{start} + ((e.date_end - {start}) // 2)::INTEGER" if "date_end" in self.columns else start
        return f"least({middle}, e.reported)" if "reported" in self.columns else middle

    @property
    def publisher(self) -> str | None:
        """Who published the report of `e`; None where the table has nothing to tell reports apart by."""
        names = [f"e.{name}::VARCHAR" for name in ("publisher", "document") if name in self.columns]
        return f"coalesce({', '.join(names)})" if names else None


@contextmanager
def event_table(source: Store | str | Path, dyad: tuple[str, str] | None = None) -> Iterator[EventTable]:
    """The table of a store's loaded events, or of one or more Parquet files (a path or a glob). Where only one `dyad` is
    asked for, its events are read from a copy by dyad, if there is one (`arranged`).

    Raises InputError where no file is there, one is no Parquet, or a column is missing.
    """
    if isinstance(source, Store):
        with source.cursor() as cursor:
            relation = "(SELECT * FROM events WHERE dataset IS NOT NULL)"
            columns = _columns(cursor, relation)
            # Found by their parties first, and fetched by their numbers: DuckDB then unpacks the texts of few rows.
            between = BETWEEN.replace("?", "{}").format(*map(quoted, dyad)) if dyad else ""
            rows = f"(SELECT * FROM events WHERE dataset IS NOT NULL AND rowid IN (SELECT rowid FROM events e WHERE {between}))"
            yield EventTable(cursor, relation, columns, "date_start", source.path, dyad=rows if dyad else None)
        return
    place = str(source)
    with duckdb.connect() as connection:
        # Chunks of one file are read one after the other; its footer need not be.
        connection.execute("SET parquet_metadata_cache = true")
        options = ", union_by_name = true" if any(sign in place for sign in "*?[") else ""
        relation = f"read_parquet({quoted(place)}{options})"
        try:
            columns = _columns(connection, relation)
        except duckdb.IOException as error:
            raise InputError(place, "no such file" if "No files found" in str(error) else _first(error),
                             "give a Parquet file, or a glob of some") from error  # fmt: skip
        except duckdb.Error as error:
            raise InputError(place, f"is no Parquet file: {_first(error)}", "write the events as Parquet") from error
        date = next((name for name in DATES if name in columns), None)
        missing = [name for name in NEEDED if name not in columns] + ([] if date else ["date_start"])
        if missing or date is None:
            have = ", ".join(sorted(columns))
            raise InputError(place, f"has no column {', '.join(missing)}", f"name them so; its columns are {have}")
        part = part_with(connection, source, *dyad) if dyad else None
        yield EventTable(
            connection,
            relation,
            columns,
            date,
            place,
            statistics=f"parquet_metadata({quoted(place)})",
            dyad=f"read_parquet({quoted(part)}, hive_partitioning = false)" if part else None,
        )


def counted(
    table: EventTable, as_of: str | None = None, dimension: str | None = None, filters: Filters | None = None
) -> tuple[str, list[Any], str | None]:
    """The conditions on rows `e` that count, their parameters, and the SQL for a row's weight (None: all weigh 1).

    Raises InputError where the question needs a column that the table has not, ValueError as `read_acts` does.
    """
    asked = filters or Filters()
    check_weights(asked.get("publisher_weights"), asked.get("dimension_weights"), asked.get("without_period"))
    conditions = ["e.source <> e.target", "e.score IS NOT NULL"]
    parameters: list[Any] = []

    def keep(text: str, *values: Any) -> None:
        conditions.append(text)
        parameters.extend(values)

    def column(name: str, option: str) -> str:
        if name not in table.columns:
            raise InputError(table.place, f"has no column {name}", f"{option} needs it")
        return f"e.{name}"

    weights: list[str] = []
    if "auxiliary" in table.columns:
        keep(COUNTS)
        weights.append(WEIGHT)
    if as_of is not None:
        keep(f"coalesce({'e.reported' if 'reported' in table.columns else table.day}, {table.day}) <= ?::DATE", as_of)
    if dimension is not None:
        keep(f"{column('dimension', 'dimension')} = ?", dimension)
    if asked.get("datasets") is not None:
        sets = [OWN] if asked["datasets"] == OWN else list(asked["datasets"] or ())
        column("dataset", "datasets")
        keep(of_datasets(sets), *sets)
    if actors := list(asked.get("without_actors", ())):
        keep(not_of(actors), *actors, *actors)
    if documents := list(asked.get("without_documents", ())):
        keep(f"{column('document', 'without_documents')}::VARCHAR NOT IN (SELECT unnest(?::VARCHAR[]))", documents)
    if publishers := list(asked.get("without_publishers", ())):
        column("publisher", "without_publishers")
        keep(f"{table.publisher} NOT IN (SELECT unnest(?::VARCHAR[]))", publishers)
    if period := asked.get("without_period"):
        keep(f"NOT ({table.day} BETWEEN ?::DATE AND ?::DATE)", *period)
    for option, name in (("publisher_weights", "publisher"), ("dimension_weights", "dimension")):
        given: Mapping[str, float] | None = asked.get(option)  # type: ignore[assignment]
        if given:
            pairs = ", ".join(f"{quoted(key)}: {float(weight)!r}::DOUBLE" for key, weight in given.items())
            value = table.publisher if name == "publisher" and column(name, option) else column(name, option)
            weights.append(f"coalesce(map_extract_value(MAP {{{pairs}}}, {value}), 1.0)")
    return " AND ".join(conditions), parameters, " * ".join(weights) or None


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]
