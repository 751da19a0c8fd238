"""Commented CSV, the form of the tables that a person can open and correct: lines that begin with # explain the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from comity.errors import TableError


def utf8_text(path: Path) -> str:
    """The text of a table. Raises TableError, with the line, where it is not UTF-8, as spreadsheets like to save it."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError([f"{path.name}:{line}: is not UTF-8 (save the table as UTF-8)"]) from error


def read_table(path: Path, columns: Collection[str] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a commented CSV file by column, each with its line number. Cells that a short row lacks are empty, and
    those that a long one has to spare are left out; tables that must be of one width are checked where they are read. Raises TableError for a text that is not UTF-8, and for a table
    without one of `columns`."""
    with io.StringIO(utf8_text(path), newline="") as lines:
        numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    reader = csv.reader([line for _, line in numbered])
    header = next(reader, [])
    if missing := [column for column in columns if column not in header]:
        raise TableError([f"{path.name}: has no column {', '.join(missing)} (the first row names {','.join(columns)})"])
    for cells in reader:
        # Quoted line ends are not used in these tables, so a record is a line.
        number = numbered[min(reader.line_num, len(numbered)) - 1][0]
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))
