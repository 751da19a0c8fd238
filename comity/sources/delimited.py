"""CSV and TSV → one Document a row, streamed. Columns are named by the first row. Places are `origin:line`.

A row may run over several lines inside quotes; its place is the line that it begins at.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from comity.records import Document
from comity.sources.columns import names, record_document
from comity.sources.decoding import decode
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.streams import head_of, lines

_MARKS = (b"\xff\xfe", b"\xfe\xff")


Row = tuple[int, list[str] | Fault]


def read_csv(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a table whose cells are parted by commas, semicolons, tabs or strokes: its first line tells."""
    header, rows = table(stream, options)
    wanted = {options.columns["text"].casefold()} if "text" in options.columns else set(names()["text"])
    if not wanted & {name.casefold() for name in header}:
        known = ", ".join(names()["text"][:4])
        shown = ", ".join(header[:8])
        raise Fault(f"has no text column among its columns ({shown})", f"name it {known}, or say which it is")
    empty = options.before is None
    for number, cells in rows:
        place = f"{origin}:{number}"
        if isinstance(cells, Fault):
            empty = False
            yield cells.at(place)
        elif any(cells):
            empty = False
            if len(cells) > len(header):
                problem = f"has {len(cells)} cells, and the table {len(header)} columns"
                yield Failure(place=place, problem=problem, mend="put cells with commas in quotes")
            else:
                yield record_document(dict(zip(header, cells, strict=False)), place, options)
    if empty:
        raise Fault("is a table without rows", "give one row a document")


def table(stream: BinaryIO, options: Options = DEFAULT) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns, and the rows: each with the line that it begins at, and its cells or what is wrong with it.

    A row is read from the stream when it is asked for, and no further. Raises Fault for what is no table.
    """
    head, stream = head_of(stream, 65_536)
    if head.startswith(_MARKS):
        raise Fault("is a table in UTF-16", "save it as UTF-8")
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    mark = max(",;\t|", key=lambda one: first.count(one.encode()))
    source = _Lines(stream, options)
    # Python's own bound on a cell, 128 KB, is below a long article; the bound on lines has been kept by then.
    csv.field_size_limit(max(csv.field_size_limit(), options.limits.line_bytes))
    cells = csv.reader(source, delimiter=mark, strict=True)
    try:
        header = [name.strip() for name in next(cells, [])]
    except csv.Error as error:
        raise Fault(f"is no table: {error}", "give CSV with the names of its columns in the first line") from error
    return header, _rows(cells, source)


def _rows(cells: Iterator[list[str]], source: _Lines) -> Iterator[Row]:
    while True:
        start = source.number + 1
        try:
            row = next(cells, None)
        except csv.Error as error:
            yield start, Fault(f"is no row of CSV: {error}", "double the quotes inside quoted cells")
        except Fault as fault:
            yield start, fault
        else:
            if row is None:
                return
            yield start, row
        source.joined = 0


class _Lines:
    """The decoded lines of a stream, with their ends. A class, since a generator would be over after its first fault."""

    def __init__(self, stream: BinaryIO, options: Options) -> None:
        self._lines = lines(stream, options.limits.line_bytes, options.before or 0)
        self._limit = options.limits.line_bytes
        self.number = 0
        self.joined = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        if isinstance(line, Fault):
            raise line
        # A quote that is never closed would make one cell of all the rest.
        self.joined += len(line)
        if self.joined > self._limit:
            raise Fault(f"is a row of more than {self._limit:,} bytes", "close the quote that it opens")
        if not line:
            return "\n"
        return decode(line).lstrip("\ufeff") + "\n"
