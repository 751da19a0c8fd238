"""Names as small whole numbers, so that rows can be grouped by them without touching a text.

In: a table and its columns; out: `Codes`: the SQL for some bits of a name's hash, and the numbers for what it gives. DuckDB
hashes a column of few names once a name and not once a row, and whole numbers come to NumPy as they are. The bits are chosen
so that no two names of the table share them; where there are too many names for that, all 64 are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

# How many bits of a hash may stand for a name, with a table of that many places: 16 hold some 600 names, 22 some 5,000.
WIDTHS = {16: "USMALLINT", 20: "UINTEGER", 22: "UINTEGER"}


@dataclass(frozen=True, slots=True)
class Codes:
    """`names` in their order (an absent one as ""), and what turns the hash of a name into its place there."""

    names: list[str]
    columns: Sequence[str]
    cut: str
    table: npt.NDArray[np.int32] | None
    hashes: npt.NDArray[np.uint64]
    places: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    def sql(self, column: str | None = None) -> str:
        """The SQL for the bits of the column (of the first, where none is named) of a row `e`."""
        return self.cut.format(f"e.{column or self.columns[0]}")

    def numbers(self, bits: Any) -> npt.NDArray[np.integer]:
        """The places in `names`, for what `sql` gave."""
        bits = np.asarray(bits)
        found: npt.NDArray[np.integer]
        found = self.table[bits] if self.table is not None else self.places[np.searchsorted(self.hashes, bits)]
        return found


def codes_of(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str], more: Iterable[str] = ()
) -> Codes:
    """The codes of all names that these columns of a relation hold, and of some more."""
    every = " UNION ".join(f"SELECT {column}::VARCHAR AS name FROM {relation}" for column in columns)
    rows = connection.execute(
        f"SELECT name, hash(name) FROM (SELECT name FROM ({every}) UNION SELECT unnest(?::VARCHAR[]))", [[*more]]
    ).fetchall()
    rows.sort(key=lambda row: row[0] or "")
    names = [row[0] or "" for row in rows]
    hashes = np.array([row[1] for row in rows], dtype=np.uint64)
    for bits, kind in WIDTHS.items():
        mask = (1 << bits) - 1
        for shift in range(64 - bits + 1):
            found = (hashes >> np.uint64(shift)) & np.uint64(mask)
            if len(np.unique(found)) == len(found):
                table = np.zeros(1 << bits, dtype=np.int32)
                table[found.astype(np.int64)] = np.arange(len(found))
                cut = f"((hash({{}}::VARCHAR) >> {shift}) & {mask})::{kind}"
                return Codes(names, columns, cut, table, hashes, np.empty(0, dtype=np.int64))
    order = np.argsort(hashes)
    return Codes(names, columns, "hash({}::VARCHAR)", None, hashes[order], order)
