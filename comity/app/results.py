"""The answers of Comity as a researcher's tools take them: `ties`, `why` and `blocs` with tables and pictures.

In: a store, open or by its path, and actors by name or code; out: what the rooms below return, whole, with
`to_pandas`, `to_arrow`, `to_polars` and `plot` beside it. In a notebook an answer shows its picture and its table.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from comity.actors import load_index
from comity.dyads import course
from comity.frames import Frame, Kind
from comity.records import Tie
from comity.report.names import display_name
from comity.store import Store
from comity.structure import Blocs, Part, Why
from comity.structure import blocs as find_blocs
from comity.structure import why as find_why
from comity.structure.places import Place


class Answer:
    """What all answers can do. `tables` names them all; the first is the one meant where none is named."""

    __slots__ = ()

    def tables(self) -> Mapping[str, Frame]:
        """The tables of this answer, by name."""
        raise NotImplementedError

    def plot(self) -> Any:
        """The answer as an Altair chart."""
        raise NotImplementedError

    def table(self, name: str | None = None) -> Frame:
        """One table, by default the first. Raises ValueError for a name there is not."""
        tables = self.tables()
        if name is None:
            return next(iter(tables.values()))
        if name not in tables:
            raise ValueError(f'table "{name}" is none of {", ".join(tables)}')
        return tables[name]

    def to_pandas(self, table: str | None = None) -> Any:
        """A table as a `pandas.DataFrame`. Raises ComityError where pandas is not installed."""
        return self.table(table).to_pandas()

    def to_arrow(self, table: str | None = None) -> Any:
        """A table as a `pyarrow.Table`. Raises ComityError where pyarrow is not installed."""
        return self.table(table).to_arrow()

    def to_polars(self, table: str | None = None) -> Any:
        """A table as a `polars.DataFrame`. Raises ComityError where Polars is not installed."""
        return self.table(table).to_polars()

    def _repr_html_(self) -> str:
        from comity.report.plots import drawing

        table = self.table()
        return (drawing(self.plot()) if table.rows else "<p>Nothing is on record.</p>") + table.to_html()


class Course(tuple[Tie, ...], Answer):
    """The course of a tie: a tuple of `Tie` records, oldest first."""

    __slots__ = ()

    def tables(self) -> Mapping[str, Frame]:
        """`periods`: one row a period and dimension, with the ids of its events."""
        columns: dict[str, Kind] = {
            "a": "text",
            "b": "text",
            "dimension": "text",
            "period": "text",
            "start": "date",
            "end": "date",
            "index": "number",
            "low": "number",
            "high": "number",
            "mass": "number",
            "events": "texts",
        }
        from comity.report.plots import period_bounds

        rows = [
            (
                tie.a,
                tie.b,
                tie.dimension,
                tie.period,
                *period_bounds(tie.period),
                tie.index,
                tie.low,
                tie.high,
                tie.mass,
                list(tie.events),
            )
            for tie in self
        ]
        return {"periods": Frame(columns=columns, rows=rows)}

    def plot(self) -> Any:
        """The index with its interval, and the mass below it. A silence is a gap, not a line."""
        from comity.report.plots import course_plot

        return course_plot(self, _title(self[0].a, self[0].b) if self else "")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WhyAnswer(Why, Answer):
    """What pushes a tie: a `Why`, with tables."""

    def tables(self) -> Mapping[str, Frame]:
        """`drivers`: one row a third party, the strongest first; `acts`: one row an act, of the tie itself (third
        party None) or of a third party's legs; `claims`: one row a claim."""
        drivers = Frame(
            columns={
                "third": "text",
                "name": "text",
                "pressure": "number",
                "change": "number",
                "share": "number",
                "leg_a": "number",
                "leg_b": "number",
                "events": "texts",
                "claims": "texts",
            },
            rows=[
                (
                    driver.third,
                    display_name(driver.third),
                    driver.pressure,
                    driver.change,
                    driver.share,
                    driver.leg_a,
                    driver.leg_b,
                    list(driver.events),
                    list(driver.claims),
                )
                for driver in self.drivers
            ],
        )
        parts: list[tuple[str | None, Part]] = [(None, part) for part in self.direct]
        parts += [(third, part) for third, found in self.parts.items() for part in found]
        acts = Frame(
            columns={
                "third": "text",
                "leg": "text",
                "date": "date",
                "score": "number",
                "weight": "number",
                "before": "number",
                "after": "number",
                "change": "number",
                "events": "texts",
            },
            rows=[
                (
                    third,
                    part.leg,
                    part.date,
                    part.score,
                    part.weight,
                    part.before,
                    part.after,
                    part.change,
                    list(part.events),
                )
                for third, part in parts
            ],
        )
        claims = Frame(
            columns={
                "id": "text",
                "third": "text",
                "direction": "integer",
                "reported": "date",
                "speaker": "text",
                "document": "text",
                "text": "text",
            },
            rows=[
                (
                    claim.id,
                    claim.third,
                    claim.direction,
                    claim.reported,
                    claim.attribution.speaker,
                    claim.document,
                    claim.text,
                )
                for claim in self.claims
            ],
        )
        return {"drivers": drivers, "acts": acts, "claims": claims}

    def plot(self) -> Any:
        """What each third party's push changed over the window, the strongest first."""
        from comity.report.plots import drivers_plot

        return drivers_plot(self.drivers, _title(self.a, self.b))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BlocsAnswer(Blocs, Answer):
    """The camps of a day: a `Blocs`, with tables."""

    def tables(self) -> Mapping[str, Frame]:
        """`members`: one row an actor with its camp (numbered from 1; None apart) and how firmly it is held there;
        `edges`: one row a tie; `triads`: the unbalanced triads that weigh most."""
        place = {found.actor: found for found in self.places}
        camp = {actor: number for number, side in enumerate(self.camps, 1) for actor in side}
        members = Frame(
            columns={
                "actor": "text",
                "name": "text",
                "camp": "integer",
                "hold": "number",
                "low": "number",
                "high": "number",
                "stability": "number",
                "between": "boolean",
                "ties": "integer",
                "strength": "number",
            },
            rows=[
                (actor, display_name(actor), camp.get(actor), *_held(place.get(actor)))
                for actor in (*camp, *self.apart)
            ],
        )
        edges = Frame(
            columns={
                "a": "text",
                "b": "text",
                "index": "number",
                "low": "number",
                "high": "number",
                "mass": "number",
                "frustrated": "boolean",
            },
            rows=[(edge.a, edge.b, edge.index, edge.low, edge.high, edge.mass, edge.frustrated) for edge in self.edges],
        )
        triads = Frame(
            columns={
                "first": "text",
                "second": "text",
                "third": "text",
                "first_second": "number",
                "second_third": "number",
                "first_third": "number",
                "weight": "number",
            },
            rows=[(*triad.actors, *triad.indexes, triad.weight) for triad in self.triads],
        )
        return {"members": members, "edges": edges, "triads": triads}

    def plot(self) -> Any:
        """All ties as a matrix, actors in order of their camps: what fits lies in the blocks of its sign."""
        from comity.report.plots import blocs_plot

        return blocs_plot((*self.camps, self.apart), self.edges)


def ties(store: Store | str | Path, a: str, b: str, **options: Any) -> Course:
    """The course of the tie between two actors, by name or code; `options` are those of `comity.dyads.course`.

    Raises UnknownActor, StoreError, and ValueError for an option out of range.
    """
    left, right = load_index().lookup_each((a, b))
    with _opened(store) as held:
        return Course(course(held, left, right, **options))


def why(store: Store | str | Path, a: str, b: str, **options: Any) -> WhyAnswer:
    """What pushes the tie between two actors, by name or code; `options` are those of `comity.structure.why`.

    Raises UnknownActor, StoreError, and ValueError where the window is empty.
    """
    left, right = load_index().lookup_each((a, b))
    with _opened(store) as held:
        return WhyAnswer(**_fields(find_why(held, left, right, **options)))


def blocs(
    store: Store | str | Path, as_of: str | None = None, min_strength: float = 1.0, **options: Any
) -> BlocsAnswer:
    """The camps on a day; `options` are those of `comity.structure.blocs`. Its `actors` may be names or codes.

    Raises UnknownActor and StoreError.
    """
    if options.get("actors") is not None:
        options["actors"] = load_index().lookup_each(options["actors"])
    with _opened(store) as held:
        return BlocsAnswer(**_fields(find_blocs(held, as_of, min_strength, **options)))


@contextmanager
def _opened(store: Store | str | Path) -> Iterator[Store]:
    """The store itself, left open, or the one at a path, opened to be read."""
    if isinstance(store, Store):
        yield store
        return
    with Store.open(store, read_only=True) as opened:
        yield opened


def _held(place: Place | None) -> tuple[Any, ...]:
    if place is None:
        return (None,) * 7
    return (place.hold, place.low, place.high, place.stability, place.between, place.ties, place.strength)


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}


def _title(a: str, b: str) -> str:
    return f"{display_name(a)} – {display_name(b)}"
