"""Whose number is 365? The state numbers of the Correlates of War project, as codes of Comity's actors.

In: the table comity/data/interstate/cow_codes.csv; out: rows that a query joins with any data set that numbers states so.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.actors import load_index
from comity.errors import TableError
from comity.tables import read_table

TABLE = Path(__file__).resolve().parent.parent / "data" / "interstate" / "cow_codes.csv"
FIRST, LAST = 0, 9999


@dataclass(frozen=True, slots=True)
class CowCode:
    """A number (and the letters) that stands for an actor in the years `start` to `end`, both inclusive."""

    cow: int
    abb: str
    code: str
    start: int
    end: int


@functools.cache
def cow_codes(path: Path = TABLE) -> tuple[CowCode, ...]:
    """The rows of the table. Raises TableError with every fault at once."""
    known = load_index().codes
    faults: list[str] = []
    rows: list[CowCode] = []
    for number, row in read_table(path):
        place = f"{path}:{number}"
        years = [row["from"] or str(FIRST), row["to"] or str(LAST)]
        if not row["cow"].isdigit() or not all(year.isdigit() for year in years):
            faults.append(f"{place}: cow, from and to must be whole numbers, or from and to empty")
            continue
        if row["code"] not in known:
            faults.append(f"{place}: code {row['code']!r} is no actor (see comity/data/actors/states.csv)")
        rows.append(CowCode(int(row["cow"]), row["abb"], row["code"], int(years[0]), int(years[1])))
        if rows[-1].start > rows[-1].end:
            faults.append(f"{place}: from {years[0]} is after to {years[1]}")
    faults += _overlaps(rows, path)
    if faults:
        raise TableError(faults)
    return tuple(rows)


def _overlaps(rows: Iterable[CowCode], path: Path) -> list[str]:
    """A number that would stand for two actors in one year."""
    ordered = sorted(rows, key=lambda row: (row.cow, row.start))
    return [
        f"{path}: number {later.cow} stands for {earlier.code} and {later.code} in {later.start} (part their years)"
        for earlier, later in itertools.pairwise(ordered)
        if earlier.cow == later.cow and later.start <= earlier.end
    ]
