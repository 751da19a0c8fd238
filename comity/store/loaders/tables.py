"""The loaders' own tables: columns, names of states, codes. In: comity/data/loaders/*.csv; out: `Tables`, read once.

`validate` checks every cell against the actors, the sectors and the ontology, and reports all faults at once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.actors.index import fold
from comity.errors import TableError
from comity.ontology import load_ontology
from comity.tables import read_table

DATA = Path(__file__).resolve().parents[2] / "data" / "loaders"
SECTORS = frozenset(
    "GOV MIL LEG JUD COP SPY REB PRM UAF OPP PTY ELI CVL JRN BUS LAB AGR EDU MED REL REF CRM SOC PRE UNK".split()
)

Rows = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a data set and where it stands: header names for files that have a header."""

    name: str
    required: bool
    headers: tuple[str, ...]
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A field of a file without a header. `column` counts from 0."""

    field: str
    column: int
    shape: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A file without a header: how wide a row is, and what stands where."""

    name: str
    width: int
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """What a data set's own type of event becomes; an empty `event`: it has no PLOVER type."""

    label: str
    event: str
    mode: str | None
    contexts: tuple[str, ...]
    reciprocal: bool
    swap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables. Names are folded (no case, no accents) where they are keys."""

    fields: Mapping[str, tuple[Field, ...]]
    layouts: Mapping[str, tuple[Layout, ...]]
    countries: Mapping[str, str | None]
    cameo_roles: Mapping[str, str]
    icews_texts: Mapping[str, str]
    icews_sectors: tuple[tuple[str, str], ...]
    agents: Mapping[str, str]
    cameo_countries: Mapping[str, str | None]
    cameo_groups: Mapping[str, str]
    cameo_types: Mapping[str, str | None]
    groups: Mapping[str, str]
    acled_acts: Mapping[tuple[str, str], ActRow]
    acled_inter: Mapping[str, tuple[str | None, bool]]
    ucdp_acts: Mapping[str, ActRow]


def read(name: str, folder: Path = DATA) -> Rows:
    """The rows of a table with their places (`file:line`)."""
    return [(f"{name}:{number}", row) for number, row in read_table(folder / name)]


@functools.cache
def load_tables() -> Tables:
    """The shipped tables, read once a process."""
    return read_tables(DATA)


def read_tables(folder: Path) -> Tables:
    """The tables of a folder."""

    def rows(name: str) -> list[dict[str, str]]:
        return [row for _, row in read(name, folder)]

    fields: dict[str, list[Field]] = {}
    for row in rows("columns.csv"):
        fields.setdefault(row["dataset"], []).append(
            Field(
                name=row["field"],
                required=row["required"] == "yes",
                headers=tuple(header_key(name) for name in row["names"].split("|")),
                shape=row["shape"],
            )
        )
    positions: dict[tuple[str, str, int], list[Position]] = {}
    for row in rows("positions.csv"):
        positions.setdefault((row["dataset"], row["layout"], int(row["columns"])), []).append(
            Position(field=row["field"], column=int(row["position"]) - 1, shape=row["shape"])
        )
    layouts: dict[str, list[Layout]] = {}
    for (dataset, name, width), found in positions.items():
        layouts.setdefault(dataset, []).append(Layout(name=name, width=width, positions=tuple(found)))
    return Tables(
        fields={name: tuple(found) for name, found in fields.items()},
        layouts={name: tuple(found) for name, found in layouts.items()},
        countries={fold(row["name"]): row["code"] or None for row in rows("country_names.csv")},
        cameo_roles={row["cameo"]: row["role"] for row in rows("cameo_roles.csv")},
        icews_texts={fold(row["text"]): row["cameo"] for row in rows("icews_texts.csv")},
        icews_sectors=tuple((row["sector"], row["ours"]) for row in rows("icews_sectors.csv")),
        agents={fold(row["agent"]): row["sector"] for row in rows("icews_agents.csv")},
        cameo_countries={row["cameo"]: row["code"] or None for row in rows("cameo_countries.csv")},
        cameo_groups={row["group"]: row["name"] for row in rows("cameo_groups.csv")},
        cameo_types={row["type"]: row["sector"] or None for row in rows("cameo_types.csv")},
        groups={fold(row["name"]): row["ours"] for row in rows("group_names.csv")},
        acled_acts={(fold(row["type"]), fold(row["subtype"])): _act(row) for row in rows("acled_acts.csv")},
        acled_inter={
            fold(row["inter"]): (row["sector"] or None, row["state"] == "yes") for row in rows("acled_inter.csv")
        },
        ucdp_acts={row["type"]: _act(row) for row in rows("ucdp_acts.csv")},
    )


def _act(row: Mapping[str, str]) -> ActRow:
    return ActRow(
        label=row.get("label") or row.get("subtype") or row["type"],
        event=row["event"],
        mode=row["mode"] or None,
        contexts=tuple(filter(None, row["contexts"].split(";"))),
        reciprocal=row["reciprocal"] == "yes",
        swap=row.get("swap") == "yes",
    )


def header_key(name: str) -> str:
    """A header name for comparing: no case, and only letters and digits, parted by blanks."""
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold()))


def validate(folder: Path = DATA) -> None:
    """Checks all tables. Raises TableError with every fault at once."""
    from comity.actors import load_index

    faults: list[str] = []
    codes = load_index().codes
    ontology = load_ontology()

    def check(place: str, value: str, known: Iterable[str], what: str, *, empty: bool = False) -> None:
        if value not in known and not (empty and not value):
            faults.append(f'{place}: "{value}" is not {what}')

    def shape(place: str, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(f'{place}: "{pattern}" is no regular expression: {error}')

    for place, row in read("columns.csv", folder):
        check(place, row["required"], ("yes", "no"), "yes or no")
        shape(place, row["shape"])
        if not all(map(header_key, row["names"].split("|"))):
            faults.append(f"{place}: a header name is empty")
    for place, row in read("positions.csv", folder):
        shape(place, row["shape"])
        if not (row["position"].isdecimal() and row["columns"].isdecimal()):
            faults.append(f"{place}: position and columns are numbers")
        elif not 1 <= int(row["position"]) <= int(row["columns"]):
            faults.append(f"{place}: position {row['position']} of {row['columns']} columns")
    for place, row in read("country_names.csv", folder):
        check(place, row["code"], codes, "an actor of comity/data/actors", empty=True)
    for place, row in read("cameo_roles.csv", folder):
        check(place, row["role"], ("both", "host"), "both or host")
        check(place, row["cameo"], ontology.cameo_codes, "a CAMEO code")
    for place, row in read("icews_texts.csv", folder):
        if not re.fullmatch(r"\d{3,4}", row["cameo"]):
            faults.append(f'{place}: "{row["cameo"]}" is no CAMEO code')
    for name, column, empty in (
        ("icews_sectors.csv", "ours", False),
        ("icews_agents.csv", "sector", False),
        ("cameo_types.csv", "sector", True),
        ("acled_inter.csv", "sector", True),
    ):
        for place, row in read(name, folder):
            check(place, row[column], SECTORS, "a PLOVER sector", empty=empty)
    for place, row in read("cameo_countries.csv", folder):
        check(place, row["code"], codes, "an actor of comity/data/actors", empty=True)
    index = load_index()
    for name, column in (("cameo_groups.csv", "name"), ("group_names.csv", "ours")):
        for place, row in read(name, folder):
            if index.resolve(row[column]) is None and index.find(row[column]) is None:
                faults.append(f'{place}: "{row[column]}" is no name that comity/data/actors knows')
    for name in ("acled_acts.csv", "ucdp_acts.csv"):
        for place, row in read(name, folder):
            check(place, row["event"], ontology.types, "an event type", empty=True)
            if row["mode"]:
                check(place, row["mode"], ontology.modes.get(row["event"], ()), f"a mode of {row['event']}")
            for context in filter(None, row["contexts"].split(";")):
                check(place, context, ontology.contexts, "a context")
    if faults:
        raise TableError(faults)
