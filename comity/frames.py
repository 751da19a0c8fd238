"""Tables for other programs: rows with named, typed columns, as Arrow, pandas, Polars, or HTML for a notebook.

In: rows; out: the table a user's own tools take. pandas, Polars and pyarrow come with `comity[frames]`; none is imported
before it is asked for. This module knows nobody but the errors.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Literal

from comity.errors import ComityError

Kind = Literal["text", "number", "integer", "boolean", "date", "texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A table: the kind of each column by name, in order, and the rows. None stands for what is not known."""

    columns: Mapping[str, Kind]
    rows: Sequence[tuple[Any, ...]]

    def to_arrow(self) -> Any:
        """The table as a `pyarrow.Table`, with the same types however few rows there are. Raises ComityError where pyarrow is
        missing."""
        arrow = wanted("pyarrow")
        types = {
            "text": arrow.string(),
            "number": arrow.float64(),
            "integer": arrow.int64(),
            "boolean": arrow.bool_(),
            "date": arrow.date32(),
            "texts": arrow.list_(arrow.string()),
        }
        cells = zip(*self.rows, strict=True) if self.rows else ([] for _ in self.columns)
        arrays = [
            arrow.array(map(_cell, column) if kind == "date" else list(column), type=types[kind])
            for column, kind in zip(cells, self.columns.values(), strict=True)
        ]
        return arrow.Table.from_arrays(arrays, names=list(self.columns))

    def to_pandas(self) -> Any:
        """The table as a `pandas.DataFrame`; days are datetimes, so that pandas can reckon with them."""
        pandas = wanted("pandas")
        frame = self.to_arrow().to_pandas()
        for name, kind in self.columns.items():
            if kind == "date":
                frame[name] = pandas.to_datetime(frame[name])
        return frame

    def to_polars(self) -> Any:
        """The table as a `polars.DataFrame`."""
        return wanted("polars").from_arrow(self.to_arrow())

    def to_html(self, limit: int = 20) -> str:
        """The table as HTML, its first `limit` rows. All text is escaped: some of it comes from strangers."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(cell))}</td>" for cell in row) + "</tr>" for row in self.rows[:limit]
        )
        more = len(self.rows) - limit
        rest = f"<p>… and {more} more rows</p>" if more > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def wanted(package: str) -> Any:
    """A package of the extra `frames`. Raises ComityError, with the mend, where it is not installed."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ComityError(f"{package} is not installed (pip install 'comity[frames]')") from error


def _cell(day: str | None) -> date | None:
    return date.fromisoformat(day) if day is not None else None


def _shown(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3g}"
    if isinstance(cell, (list, tuple)):
        return f"{len(cell)}"
    return str(cell)
