"""What others say of pairs of states: alliances, strategic rivalries, militarised disputes, signed networks.

In: the folder `interstate` of the data (docs/validation.md, "Data"); out: `Interstate`, undirected dyad-years in the codes
of our actors. DuckDB reads the files; nothing of them is kept in the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from comity.errors import InputError
from comity.validation.cow import cow_codes

Pair = tuple[str, str]
DyadYear = tuple[str, str, int]

# What a pact binds its members to (ATOP 5); a pact may hold several obligations.
OBLIGATIONS = {
    "defence": "atop_defense",
    "offence": "atop_offense",
    "neutrality": "atop_neutral",
    "nonaggression": "atop_nonagg",
    "consultation": "atop_consul",
}
ATOP, TSS, TD, MIDS, SIGNED, STATES = (
    "atop_alliance.csv.gz",
    "tss_rivalries.csv",
    "td_rivalries.csv",
    "gml_mid_ddydisps.csv",
    "signed_cow_networks.csv.gz",
    "cow_states.csv",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interstate:
    """Dyad-years (a < b, year) of each kind. `pacts` by obligation. `members` are the states of each year; `last` is the
    last year that each source covers, `unmapped` the numbers of states without a code, with how many rows each had."""

    pacts: Mapping[str, frozenset[DyadYear]]
    rivals: frozenset[DyadYear]
    rivals_td: frozenset[DyadYear]
    disputes: frozenset[DyadYear]
    members: frozenset[tuple[str, int]]
    last: Mapping[str, int]
    unmapped: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedNetwork:
    """A signed network of a window of years: edges (a, b, sign)."""

    start: int
    end: int
    edges: tuple[tuple[str, str, int], ...]


def read_interstate(folder: Path, first: int, last: int) -> Interstate:
    """The pairs of the years `first` to `last`. Raises InputError where a file is missing or lacks a column."""
    with duckdb.connect() as connection:
        _codes(connection)

        def pairs(name: str, rows: str) -> frozenset[DyadYear]:
            found = _run(
                connection,
                folder / name,
                f"""SELECT DISTINCT least(x.code, y.code), greatest(x.code, y.code), year::INTEGER
                    FROM ({rows}) JOIN codes x ON x.cow = one AND year BETWEEN x.start_ AND x.end_
                                  JOIN codes y ON y.cow = two AND year BETWEEN y.start_ AND y.end_
                    WHERE year BETWEEN {first} AND {last} AND x.code <> y.code""",
            )
            return frozenset(found)

        def spans(begin: str, end: str) -> str:
            return f"""SELECT ccode1 AS one, ccode2 AS two, unnest(range({begin}, {end} + 1)) AS year FROM file"""

        pacts = {
            name: pairs(ATOP, f"SELECT ccode1 AS one, ccode2 AS two, year FROM file WHERE {column} = 1")
            for name, column in OBLIGATIONS.items()
        }
        return Interstate(
            pacts=pacts,
            rivals=pairs(TSS, spans("start", '"end"')),
            rivals_td=pairs(TD, spans("styear", "endyear")),
            disputes=pairs(MIDS, "SELECT ccode1 AS one, ccode2 AS two, year FROM file"),
            members=frozenset(
                _run(
                    connection,
                    folder / STATES,
                    f"""SELECT DISTINCT code, year FROM
                        (SELECT ccode AS one, unnest(range(styear, least(endyear, {last}) + 1)) AS year FROM file)
                        JOIN codes ON cow = one AND year BETWEEN start_ AND end_ WHERE year >= {first}""",
                )
            ),
            last={
                name: int(_run(connection, folder / name, f"SELECT max({column}) FROM file")[0][0])
                for name, column in ((ATOP, "year"), (TSS, '"end"'), (TD, "endyear"), (MIDS, "year"))
            },
            unmapped={
                int(number): int(count)
                for number, count in _run(
                    connection,
                    folder / ATOP,
                    f"""SELECT one, count(*) FROM (SELECT unnest([ccode1, ccode2]) AS one FROM file
                        WHERE year BETWEEN {first} AND {last})
                        WHERE one NOT IN (SELECT cow FROM codes) GROUP BY one ORDER BY one""",
                )
            },
        )


def read_signed_networks(folder: Path) -> tuple[SignedNetwork, ...]:
    """The signed networks by window, in their own letters for states. Raises InputError."""
    with duckdb.connect() as connection:
        rows = _run(
            connection,
            folder / SIGNED,
            "SELECT year_start, year_end, a, b, sign FROM file ORDER BY year_start, year_end, a, b",
        )
    windows: dict[tuple[int, int], list[tuple[str, str, int]]] = {}
    for start, end, a, b, sign in rows:
        windows.setdefault((int(start), int(end)), []).append((str(a), str(b), int(sign)))
    return tuple(SignedNetwork(start=start, end=end, edges=tuple(edges)) for (start, end), edges in windows.items())


def _codes(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [[getattr(row, name) for row in cow_codes()] for name in ("cow", "code", "start", "end")]
    connection.execute(
        """CREATE TABLE codes AS SELECT unnest(?::INTEGER[]) AS cow, unnest(?::VARCHAR[]) AS code,
           unnest(?::INTEGER[]) AS start_, unnest(?::INTEGER[]) AS end_""",
        rows,
    )


def _run(connection: duckdb.DuckDBPyConnection, path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a question to one CSV file, which it calls `file`."""
    if not path.is_file():
        raise InputError(
            str(path), "there is no such file", "name the folder that holds icews/ and interstate/: --data"
        )
    try:
        connection.execute("CREATE OR REPLACE TEMP TABLE file AS SELECT * FROM read_csv(?, header = true)", [str(path)])
        return connection.execute(sql).fetchall()
    except duckdb.Error as error:
        fault = str(error).splitlines()[0]
        raise InputError(str(path), f"cannot be read: {fault}", "take the file anew from its makers") from error
