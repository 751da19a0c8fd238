"""Commented CSV, the form of the tables that a person can open and correct: lines that begin with # explain the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


def read_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a commented CSV file by column, each with its line number. Cells that a short row lacks are empty, and
    those that a long one has to spare are left out; tables that must be of one width are checked where they are read."""
    with path.open(encoding="utf-8", newline="") as lines:
        numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    reader = csv.reader([line for _, line in numbered])
    header = next(reader, [])
    for cells in reader:
        # Quoted line ends are not used in these tables, so a record is a line.
        number = numbered[min(reader.line_num, len(numbered)) - 1][0]
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))
