"""The actor tables as typed rows: folder of CSV files in, `Tables` out.

Reading checks the shape alone (columns there, none to spare). What the rows say is judged by `check.faults`, so that a
user who edits a table sees all its faults at once and not the first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import TableError
from comity.tables import utf8_text

DATA = Path(__file__).resolve().parent.parent / "data" / "actors"

COLUMNS: dict[str, tuple[str, ...]] = {
    "states": ("code", "iso2", "name", "official_name", "aliases", "adjectives", "people", "metonyms", "capitals",
               "kind", "from", "to", "successor", "note"),
    "organisations": ("code", "name", "kind", "state", "aliases", "note"),
    "groups": ("code", "name", "aliases", "sector", "home_state", "from", "to", "note"),
    "places": ("name", "kind", "state", "disputed", "aliases", "note"),
    "sectors": ("phrase", "sector", "plural", "flags"),
    "offices": ("title", "office", "sector", "states"),
    "blocked": ("phrase", "reason"),
    "ambiguous": ("word", "rules", "cues", "choices", "note"),
    "modifiers": ("word", "effect"),
    "common_names": ("surname",),
    "leaders": ("state", "office", "name", "aliases", "gender", "start", "end", "note"),
}  # fmt: skip

_FORM = re.compile(r"^(?P<text>.+?)(?::(?P<sector>[A-Z]{3}))?(?:\{(?P<start>[\d-]*)\.\.(?P<end>[\d-]*)\})?$")


@dataclass(frozen=True, slots=True)
class Form:
    """A surface form, with the sector and the period it is limited to (both may be empty)."""

    text: str
    sector: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A state or territory. `start` and `end` are when it existed under this code; empty = not limited."""

    place: str
    code: str
    iso2: str
    name: str
    official_name: str
    aliases: tuple[Form, ...]
    adjectives: tuple[Form, ...]
    people: tuple[Form, ...]
    metonyms: tuple[Form, ...]
    capitals: tuple[Form, ...]
    kind: str
    start: str
    end: str
    successor: str
    note: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body above or beside the states. `state` is set where it belongs to one."""

    place: str
    code: str
    name: str
    kind: str
    state: str
    aliases: tuple[Form, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """An armed group, de facto authority, party or organ, in one period; a code may have several rows."""

    place: str
    code: str
    name: str
    aliases: tuple[Form, ...]
    sector: str
    home_state: str
    start: str
    end: str
    note: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place below the state. `state` is the internationally recognised one (UN usage), empty where that is open."""

    place: str
    name: str
    kind: str
    state: str
    disputed: bool
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class HeadNoun:
    """A noun that tells which organ is meant. `flags`: weak, person, verb, modifier; see sectors.csv."""

    place: str
    phrase: str
    sector: str
    plural: tuple[str, ...]
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Office:
    """A title. `offices` are the keys of the terms of office that it may stand for."""

    place: str
    title: str
    offices: tuple[str, ...]
    sector: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A word with rules on when it names its actor; `choices` are (state, cues), the first being the default."""

    place: str
    word: str
    rules: frozenset[str]
    cues: tuple[str, ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Leader:
    """One term of one office-holder. `end` is empty while in office. Aliases that begin with `=` are matched whole."""

    state: str
    office: str
    name: str
    aliases: tuple[str, ...]
    gender: str
    start: str
    end: str
    note: str
    place: str = ""

    def holds(self, when: str) -> bool:
        """Whether the term covers the ISO date `when`; both ends count."""
        return self.start <= when and (not self.end or when <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables of the actors room."""

    states: tuple[State, ...]
    organisations: tuple[Organisation, ...] = ()
    groups: tuple[Group, ...] = ()
    places: tuple[Place, ...] = ()
    heads: tuple[HeadNoun, ...] = ()
    offices: tuple[Office, ...] = ()
    leaders: tuple[Leader, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    blocked: tuple[tuple[str, str, str], ...] = ()
    modifiers: tuple[tuple[str, str, str], ...] = ()
    common_names: frozenset[str] = frozenset()


def words(text: str) -> frozenset[str]:
    """A set of words from a line of them: how short closed word lists stand in the code."""
    return frozenset(text.split())


def cell(value: str) -> tuple[str, ...]:
    """The items of a list cell."""
    return tuple(item for item in (part.strip() for part in value.split("|")) if item) if value else ()


def form(item: str) -> Form:
    """One item of a list cell, with its `:SECTOR` and `{from..to}`."""
    if ":" not in item and "{" not in item:
        return Form(item)
    match = _FORM.match(item)
    if match is None:
        return Form(item)
    return Form(match["text"], match["sector"] or "", match["start"] or "", match["end"] or "")


def forms(value: str) -> tuple[Form, ...]:
    """The items of a list cell as forms."""
    return tuple(form(item) for item in cell(value))


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Rows of a table with their place (`file:line`). Raises TableError when a column is missing or to spare."""
    faults: list[str] = []
    rows: list[tuple[str, list[str]]] = []
    with io.StringIO(utf8_text(path), newline="") as handle:
        head: list[str] | None = None
        for line, text in enumerate(handle, start=1):
            # One row is one line: no cell of ours holds a line break, and so a fault can name its line.
            if not text.strip() or text.startswith("#"):
                continue
            row = text.rstrip("\r\n").split(",") if '"' not in text else next(csv.reader([text]))
            place = f"{path.name}:{line}"
            if head is None:
                head = row
                if tuple(head) != tuple(columns):
                    raise TableError([f"{place}: columns are {','.join(head)} (write {','.join(columns)})"])
            elif len(row) != len(columns):
                faults.append(f"{place}: {len(row)} cells where {len(columns)} belong (quote cells that hold a comma)")
            else:
                rows.append((place, row))
        if head is None:
            faults.append(f"{path.name}:1: no header (write {','.join(columns)})")
    if faults:
        raise TableError(faults)
    yield from rows


def _rows(folder: Path, name: str) -> Iterator[tuple[str, list[str]]]:
    path = folder / f"{name}.csv"
    return read_rows(path, COLUMNS[name]) if path.exists() else iter(())


def _state(place: str, r: list[str]) -> State:
    aliases, adjectives, people, metonyms, capitals = (forms(item) for item in r[4:9])
    return State(
        place, r[0], r[1], r[2], r[3], aliases, adjectives, people, metonyms, capitals, r[9], r[10], r[11], r[12], r[13]
    )


def _choices(value: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = (item.partition("=") for item in cell(value))
    return tuple((state, tuple(cues.split("/"))) for state, _, cues in pairs)


def read_leaders(folder: Path) -> tuple[Leader, ...]:
    """The terms of office in all leaders_*.csv files of a folder."""
    return tuple(
        Leader(r[0], r[1], r[2], cell(r[3]), r[4], r[5], r[6], r[7], place)
        for path in sorted(folder.glob("leaders_*.csv"))
        for place, r in read_rows(path, COLUMNS["leaders"])
    )


def read_tables(folder: Path = DATA) -> Tables:
    """All tables of a folder. Raises TableError when a table has not its columns; states.csv must be there."""
    if not (folder / "states.csv").exists():
        raise TableError([f"{folder / 'states.csv'}: no such table (name a folder that holds the actor tables)"])
    return Tables(
        states=tuple(_state(place, row) for place, row in _rows(folder, "states")),
        organisations=tuple(
            Organisation(p, r[0], r[1], r[2], r[3], forms(r[4]), r[5]) for p, r in _rows(folder, "organisations")
        ),
        groups=tuple(
            Group(p, r[0], r[1], forms(r[2]), r[3], r[4], r[5], r[6], r[7]) for p, r in _rows(folder, "groups")
        ),
        places=tuple(Place(p, r[0], r[1], r[2], r[3] == "yes", cell(r[4]), r[5]) for p, r in _rows(folder, "places")),
        heads=tuple(HeadNoun(p, r[0], r[1], cell(r[2]), frozenset(cell(r[3]))) for p, r in _rows(folder, "sectors")),
        offices=tuple(Office(p, r[0], cell(r[1]), r[2], cell(r[3])) for p, r in _rows(folder, "offices")),
        leaders=read_leaders(folder),
        ambiguous=tuple(
            Ambiguous(p, r[0], frozenset(cell(r[1])), cell(r[2]), _choices(r[3])) for p, r in _rows(folder, "ambiguous")
        ),
        blocked=tuple((p, r[0], r[1]) for p, r in _rows(folder, "blocked")),
        modifiers=tuple((p, r[0], r[1]) for p, r in _rows(folder, "modifiers")),
        common_names=frozenset(r[0] for _, r in _rows(folder, "common_names")),
    )
