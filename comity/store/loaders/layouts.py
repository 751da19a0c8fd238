"""Which column of a file holds which field. In: the first lines of a file; out: a `Plan` for DuckDB's CSV reader.

Files with a header are read by the names in it, files without by their width and by what values look like. A header may be
shifted against the data, as in some releases of POLECAT: where the values of a field do not look as they must, the nearest
column whose values do holds it, and the fields that follow are shifted with it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.sources.outcome import Fault
from comity.store.loaders.datasets import Dataset
from comity.store.loaders.tables import Field, Layout, Tables, header_key

# Rows that are looked at, and the share of the filled ones among them that must look as the field's values do.
SAMPLE = 200
ENOUGH = 0.8
# A header is shifted by a column or two, where one was added or forgotten.
FARTHEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to read a file: `columns` maps each field that is there to its column, counted from 0, of `width`."""

    layout: str
    delimiter: str
    quote: str
    header: bool
    width: int
    columns: dict[str, int]
    notes: tuple[str, ...] = ()


def plan(head: str, dataset: Dataset, tables: Tables) -> Plan:
    """The plan for a file that begins with these lines. Raises Fault where they are not this data set's."""
    lines = [line for line in head.splitlines() if line.strip()][: SAMPLE + 1]
    if not lines:
        raise Fault("is empty", "fetch it again")
    fields = tables.fields.get(dataset.name, ())
    if fields:
        for delimiter in dataset.delimiters:
            found = _by_header(lines, delimiter, fields)
            if found is not None:
                return found
    for delimiter in dataset.delimiters:
        found = _by_position(lines, delimiter, tables.layouts.get(dataset.name, ()))
        if found is not None:
            return found
    columns = re.split(r"[\t,;]", lines[0])
    shown = ", ".join(column.strip().strip('"')[:20] for column in columns[:4])
    raise Fault(
        f"is no file of {dataset.title} that Comity knows ({len(columns)} columns: {shown} …)",
        f"check that it is {dataset.title}'s file of events as published",
    )


def _rows(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    if not quote:
        return [line.split(delimiter) for line in lines]
    rows = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    try:
        return list(rows)
    except csv.Error as error:
        raise Fault(f"is no table: {error}", "fetch it again") from error


def _by_header(lines: list[str], delimiter: str, fields: Iterable[Field]) -> Plan | None:
    names = [header_key(name) for name in _rows(lines[:1], delimiter, '"')[0]]
    columns: dict[str, int] = {}
    for field in fields:
        column = next((names.index(name) for name in field.headers if name in names), None)
        if column is not None:
            columns[field.name] = column
        elif field.required:
            return None
    quote = _quote(lines[1:], delimiter)
    rows = _rows(lines[1:], delimiter, quote)
    width = _usual([len(row) for row in rows], len(names))
    rows = [row for row in rows if len(row) == width]
    shapes = {field.name: field.shape for field in fields if field.shape and field.name in columns}
    shifted = _shifted(columns, shapes, rows, width)
    notes: tuple[str, ...] = ()
    if shifted != columns:
        moved = sorted({shifted[name] - columns[name] for name in columns} - {0})
        by = " and ".join(f"{step:+d}" for step in moved)
        notes = (f"the header is shifted against the data (by {by} columns); read by what the values look like",)
    return Plan(
        layout="header", delimiter=delimiter, quote=quote, header=True, width=width, columns=shifted, notes=notes
    )


def _by_position(lines: list[str], delimiter: str, layouts: Iterable[Layout]) -> Plan | None:
    rows = _rows(lines, delimiter, "")
    for layout in layouts:
        fitting = [row for row in rows if len(row) == layout.width]
        looks = all(
            _share([row[position.column] for row in fitting], position.shape) >= ENOUGH
            for position in layout.positions
            if position.shape
        )
        if fitting and 2 * len(fitting) >= len(rows) and looks:
            columns = {position.field: position.column for position in layout.positions}
            return Plan(
                layout=layout.name, delimiter=delimiter, quote="", header=False, width=layout.width, columns=columns
            )
    return None


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Whether fields stand in quotes. Files parted by tabs seldom do, and then a quote is a letter like any other."""
    if delimiter != "\t":
        return '"'
    cells = [cell.strip() for line in lines for cell in line.split(delimiter) if cell.strip()]
    quoted = sum(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells)
    return '"' if quoted * 10 > len(cells) else ""


def _usual(widths: Sequence[int], header: int) -> int:
    counts = Counter(widths)
    return max(counts, key=lambda width: (counts[width], width == header), default=header)


def _shifted(columns: dict[str, int], shapes: dict[str, str], rows: list[list[str]], width: int) -> dict[str, int]:
    """The columns, moved where the values say so. A field without a shape moves with the nearest one before it that has
    one (the first of them, where none is before)."""

    def looks(name: str, column: int) -> bool:
        return 0 <= column < width and _share([row[column] for row in rows], shapes[name]) >= ENOUGH

    offsets: dict[int, int] = {}
    if rows:
        for name in shapes:
            column = columns[name]
            steps = sorted(range(-FARTHEST, FARTHEST + 1), key=lambda step: (abs(step), step))
            step = next((step for step in steps if looks(name, column + step)), None)
            if step is not None:
                offsets[column] = step
    anchors = sorted(offsets)
    if not any(offsets.values()):
        return columns
    moved = {}
    for name, column in columns.items():
        before = [anchor for anchor in anchors if anchor <= column]
        moved[name] = column + offsets[before[-1] if before else anchors[0]]
    return {name: column for name, column in moved.items() if 0 <= column < width}


def _share(values: Sequence[str], shape: str) -> float:
    filled = [value.strip().strip('"') for value in values if value.strip().strip('"')]
    pattern = re.compile(shape, re.IGNORECASE)
    return sum(bool(pattern.fullmatch(value)) for value in filled) / len(filled) if filled else 0.0
