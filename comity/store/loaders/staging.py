"""A file of a data set as a table: one row a row, in the file's order, each of our columns made by the data set's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from comity.store.loaders.datasets import Dataset
from comity.store.loaders.files import Plain
from comity.store.loaders.layouts import Plan
from comity.store.loaders.tables import Tables

# What a row is in the staging table; the data set says how each comes from its fields.
STAGE: Mapping[str, str] = {
    "own": "VARCHAR",
    "day": "DATE",
    "last": "DATE",
    "reported": "DATE",
    "basis": "VARCHAR",
    "s_name": "VARCHAR",
    "s_country": "VARCHAR",
    "s_role": "VARCHAR",
    "t_name": "VARCHAR",
    "t_country": "VARCHAR",
    "t_role": "VARCHAR",
    "act": "VARCHAR",
    "wording": "VARCHAR",
    "story": "VARCHAR",
    "sentence": "INTEGER",
    "publisher": "VARCHAR",
    "place": "VARCHAR",
    "origin": "VARCHAR",
    # What one telling is, only ever compared: a hash of it is enough, and an address is long.
    "telling": "UBIGINT",
}
LINE_BYTES = 10_000_000

WIDTH, BROKEN, TOO_LONG = "wrong number of columns", "broken quotes", "line too long"
REJECTS = {
    "MISSING COLUMNS": WIDTH,
    "TOO MANY COLUMNS": WIDTH,
    "UNQUOTED VALUE": BROKEN,
    "LINE SIZE OVER MAXIMUM": TOO_LONG,
}
UNREADABLE = "not readable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What could not be read of a file: lines with the reason, and what else a user should know."""

    rejected: Mapping[int, str]
    notes: tuple[str, ...]


def stage(connection: duckdb.DuckDBPyConnection, file: Plain, plan: Plan, dataset: Dataset, tables: Tables) -> Staged:
    """The file as a table: one row a row, in the file's order, each of our columns made by the data set's words."""
    fields = {field.name for field in tables.fields.get(dataset.name, ())}
    fields |= {p.field for layout in tables.layouts.get(dataset.name, ()) for p in layout.positions}
    nulls = ", ".join(f"'{word}'" for word in dataset.nulls)
    cells = []
    for field in sorted(fields):
        column = plan.columns.get(field)
        # Where lines end in two ways, one end sticks to the last column.
        last = column == plan.width - 1
        cell = f"trim(rtrim(c{column}, chr(13)))" if last else f"trim(c{column})"
        if column is None:
            value = "NULL::VARCHAR"
        elif len(dataset.nulls) == 1:
            value = f"nullif({cell}, {nulls})"
        else:
            value = f"CASE WHEN {cell} IN ({nulls}) THEN NULL ELSE {cell} END"
        cells.append(f'{value} AS "{field}"')
    name_of_file = "'" + file.place.replace("'", "''") + "'"
    shown = ", ".join(
        f"({_hashed(dataset.rows[name].replace('{file}', name_of_file), kind)})::{kind} AS {name}"
        for name, kind in STAGE.items()
        if name != "own"
    )
    own = dataset.rows["own"] if "id" in plan.columns else _row_id(sorted(plan.columns))
    connection.execute(
        f"""CREATE TEMP TABLE raw AS
            SELECT n, ({own})::VARCHAR AS own, {shown}
            FROM (SELECT n, {", ".join(cells)} FROM (SELECT row_number() OVER () AS n, * FROM {_csv(file, plan)}))""",
    )
    rows = connection.execute(
        "SELECT line, min(error_type), max(length(csv_line) - length(replace(csv_line, chr(10), ''))) "
        "FROM temp.reject_errors GROUP BY line"
    ).fetchall()
    rejected = {int(line): REJECTS.get(str(kind), UNREADABLE) for line, kind, _ in rows}
    # A quote that is never closed takes the lines after it along.
    swallowed = sum(breaks or 0 for _, _, breaks in rows)
    note = f"{swallowed:,} more lines lie inside rows with broken quotes, and are lost with them"
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
    return Staged(rejected=rejected, notes=(note,) if swallowed else ())


def _row_id(fields: Iterable[str]) -> str:
    """An id for the rows of a list without ids: a hash of what the row says, and which of its equals it is."""
    words = "concat_ws(chr(31), " + ", ".join(f"coalesce(\"{field}\", '')" for field in fields) + ")"
    return f"left(sha256({words}), 16) || '-' || (row_number() OVER (PARTITION BY {words} ORDER BY n))"


def _csv(file: Plain, plan: Plan) -> str:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    columns = "{" + ", ".join(f"'c{number}': 'VARCHAR'" for number in range(plan.width)) + "}"
    return (
        f"read_csv({quoted(str(file.path))}, auto_detect = false, columns = {columns}, "
        f"delim = {quoted(plan.delimiter)}, quote = {quoted(plan.quote)}, "
        f"escape = {quoted(plan.quote)}, header = {str(plan.header).lower()}, "
        f"strict_mode = true, null_padding = false, store_rejects = true, max_line_size = {LINE_BYTES})"
    )


def _hashed(expression: str, kind: str) -> str:
    return f"CASE WHEN ({expression}) IS NOT NULL THEN hash({expression}) END" if kind == "UBIGINT" else expression
