"""Reads and checks the ontology's CSV tables. In: a directory; out: rows that keep their line numbers, and faults.

A table may begin with comment lines (`#`); line numbers count them, so that a fault points at the line an editor shows.
All faults of all tables are gathered, then raised together.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comity.errors import TableError
from comity.tables import utf8_text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "event_types.csv": ("event", "quad", "quad_number", "requires_recipient", "score", "note"),
    "modes.csv": ("event", "mode", "meaning", "score", "context", "note"),
    "contexts.csv": ("context", "meaning"),
    "auxiliary_modes.csv": ("auxiliary", "meaning"),
    "reductions.csv": ("event", "mode", "auxiliary", "own_threat", "to_event", "to_mode"),
    "cameo_to_plover.csv": ("cameo", "label", "event", "mode", "contexts", "note"),
    "plover_to_cameo.csv": ("event", "mode", "context", "cameo", "note"),
    "dimensions.csv": ("event", "mode", "context", "dimension", "note"),
}
QUADS = {1: "verbal_cooperation", 2: "material_cooperation", 3: "verbal_conflict", 4: "material_conflict"}
DIMENSIONS = ("diplomatic", "military", "economic", "societal")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: where it stands, and its cells by column."""

    place: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(slots=True)
class Faults:
    """Gathers faults, and raises them all at once."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: str, fault: str) -> None:
        self.lines.append(f"{place}: {fault}")

    def unknown(self, place: str, value: str, what: str, known: Iterable[str]) -> None:
        """A value that is none of the known ones, with the nearest of them as the mend."""
        names = sorted(known)
        near = difflib.get_close_matches(value, names, n=1)
        mend = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(names) or 'none'}"
        self.add(place, f'"{value}" is not {what}. {mend}')

    def check(self) -> None:
        if self.lines:
            raise TableError(self.lines)


def read_rows(path: Path, columns: Sequence[str], faults: Faults) -> list[Row]:
    """The rows of one table; a missing file, a wrong head or a row of another width is a fault."""
    try:
        lines = utf8_text(path).splitlines()
    except FileNotFoundError:
        faults.add(str(path), "no such table; install Comity again or give the directory that holds it")
        return []
    skipped = 0
    while skipped < len(lines) and lines[skipped].startswith("#"):
        skipped += 1
    reader = csv.reader(lines[skipped:])
    head = next(reader, [])
    if tuple(head) != tuple(columns):
        faults.add(f"{path.name}:{skipped + 1}", f"the columns are {','.join(head)}; they must be {','.join(columns)}")
        return []
    rows = []
    for cells in reader:
        place = f"{path.name}:{skipped + reader.line_num}"
        if len(cells) != len(columns):
            faults.add(place, f"{len(cells)} cells, not {len(columns)}; put a text that holds commas in quotes")
        else:
            rows.append(Row(place, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    return rows


def read_tables(directory: Path, faults: Faults) -> dict[str, list[Row]]:
    """All tables of the ontology, by file name."""
    return {name: read_rows(directory / name, columns, faults) for name, columns in COLUMNS.items()}


def check_tables(tables: Mapping[str, Sequence[Row]], faults: Faults) -> None:
    """Each cell against the names that the tables themselves declare, and each table against what it must hold."""
    types = {row["event"] for row in tables["event_types.csv"]}
    contexts = {row["context"] for row in tables["contexts.csv"]}
    auxiliaries = {row["auxiliary"] for row in tables["auxiliary_modes.csv"]}
    codes = {row["cameo"] for row in tables["cameo_to_plover.csv"] if row["event"]}
    modes: dict[str, set[str]] = {event: set() for event in types}
    for row in tables["modes.csv"]:
        modes.setdefault(row["event"], set()).add(row["mode"])

    def known(row: Row, column: str, names: Iterable[str], what: str, *, empty: bool = False) -> bool:
        if row[column] in names or (empty and not row[column]):
            return True
        faults.unknown(row.place, row[column], what, names)
        return False

    def typed(row: Row, event: str = "event", mode: str = "mode", *, empty: bool = False) -> None:
        if known(row, event, types, "an event type", empty=empty) and row[mode]:
            known(row, mode, modes.get(row[event], ()), f"a mode of {row[event] or 'any type'}")

    for row in tables["event_types.csv"]:
        _check_score(row, faults)
        if QUADS.get(int(row["quad_number"]) if row["quad_number"].isdecimal() else 0) != row["quad"]:
            faults.add(row.place, f'quad {row["quad_number"]} is not "{row["quad"]}"; the four are {QUADS}')
        known(row, "requires_recipient", ("yes", "no"), "an answer")
    for row in tables["modes.csv"]:
        _check_score(row, faults)
        typed(row)
        known(row, "context", contexts, "a context", empty=True)
    for row in tables["reductions.csv"]:
        typed(row)
        typed(row, "to_event", "to_mode")
        known(row, "auxiliary", auxiliaries, "an auxiliary mode")
        known(row, "own_threat", ("yes", "no"), "an answer")
    for row in tables["cameo_to_plover.csv"]:
        typed(row, empty=True)
        for context in filter(None, row["contexts"].split(";")):
            if context not in contexts:
                faults.unknown(row.place, context, "a context", contexts)
    for row in tables["plover_to_cameo.csv"]:
        typed(row)
        known(row, "context", contexts, "a context", empty=True)
        known(row, "cameo", codes, "a CAMEO code of cameo_to_plover.csv")
    for row in tables["dimensions.csv"]:
        typed(row, empty=True)
        known(row, "context", contexts, "a context", empty=True)
        known(row, "dimension", DIMENSIONS, "a dimension")
    _check_unique(tables, faults)
    _check_complete(tables, types, faults)


def _check_score(row: Row, faults: Faults) -> None:
    try:
        score = float(row["score"])
    except ValueError:
        faults.add(row.place, f'score "{row["score"]}" is no number')
        return
    if not -10 <= score <= 10:
        faults.add(row.place, f"score {score:g} lies outside -10..10")


def _check_unique(tables: Mapping[str, Sequence[Row]], faults: Faults) -> None:
    keys = {
        "event_types.csv": ("event",),
        "modes.csv": ("event", "mode"),
        "contexts.csv": ("context",),
        "auxiliary_modes.csv": ("auxiliary",),
        "cameo_to_plover.csv": ("cameo",),
        "plover_to_cameo.csv": ("event", "mode", "context"),
        "dimensions.csv": ("event", "mode", "context"),
    }
    for name, columns in keys.items():
        seen: dict[tuple[str, ...], str] = {}
        for row in tables[name]:
            key = tuple(row[column] for column in columns)
            if key in seen:
                faults.add(
                    row.place, f"{' '.join(filter(None, key))} stands at {seen[key]} already; keep one of the two"
                )
            seen.setdefault(key, row.place)


def _check_complete(tables: Mapping[str, Sequence[Row]], types: Iterable[str], faults: Faults) -> None:
    def catches_all(name: str, event: str) -> bool:
        return any(row["event"] == event and not row["mode"] and not row["context"] for row in tables[name])

    for event in sorted(types):
        if not catches_all("plover_to_cameo.csv", event):
            faults.add("plover_to_cameo.csv", f"{event} has no row without mode and context; add one as its last")
    if not catches_all("dimensions.csv", ""):
        faults.add("dimensions.csv", "no row without event, mode and context; add one as the last")
