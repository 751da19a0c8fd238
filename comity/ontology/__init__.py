"""What can be said of an act: PLOVER's types, modes and contexts, their quad classes and scores, and CAMEO's codes.

In: the CSV tables of `comity/data/ontology`; out: one frozen `Ontology` that answers questions by name. This room knows
nobody. Where the codebook is silent or contradicts itself, the choice stands in the row's note.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from comity.ontology.tables import DIMENSIONS, Faults, Row, check_tables, read_tables

__all__ = ["DIMENSIONS", "EventType", "Ontology", "Reduction", "Rule", "dimension", "load_ontology", "validate"]

TABLES = Path(__file__).resolve().parent.parent / "data" / "ontology"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One of the 16 types. `score` is used where no mode is coded."""

    name: str
    quad: str
    quad_number: int
    requires_recipient: bool
    score: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a table where the first fit wins: an empty event, mode or context fits any."""

    event: str
    mode: str
    context: str
    result: str

    def fits(self, event: str, mode: str | None, contexts: Sequence[str]) -> bool:
        return self.event in ("", event) and self.mode in ("", mode) and (not self.context or self.context in contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A type with an auxiliary that already means another type. `own_threat`: only where the actor itself says so."""

    event: str
    mode: str
    auxiliary: str
    own_threat: bool
    to_event: str
    to_mode: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """PLOVER as Comity reads it. Names that are not PLOVER's raise TableError with the nearest that is."""

    types: Mapping[str, EventType]
    modes: Mapping[str, tuple[str, ...]]
    contexts: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    meanings: Mapping[str, str]
    mode_scores: Mapping[tuple[str, str], float]
    mode_contexts: Mapping[tuple[str, str], str]
    cameo_codes: Mapping[str, tuple[str, str | None, tuple[str, ...]] | None]
    cameo_labels: Mapping[str, str]
    cameo_rules: tuple[Rule, ...]
    dimension_rules: tuple[Rule, ...]
    reductions: tuple[Reduction, ...]

    def type(self, event: str) -> EventType:
        """The type of this name; TableError for any other name."""
        if event not in self.types:
            faults = Faults()
            faults.unknown("event", event, "an event type", self.types)
            faults.check()
        return self.types[event]

    def check_mode(self, event: str, mode: str) -> None:
        """TableError unless `mode` is a mode of `event`."""
        self.type(event)
        if mode not in self.modes[event]:
            faults = Faults()
            faults.unknown("mode", mode, f"a mode of {event}", self.modes[event])
            faults.check()

    def quad(self, event: str) -> str:
        """The quad category of a type: verbal or material, cooperation or conflict."""
        return self.type(event).quad

    def score(self, event: str, mode: str | Iterable[str] | None = None) -> float:
        """The score of an act: its mode's where one is coded, the most extreme of several, else its type's.

        Of two modes equally far from 0 the lower score wins, so that the order of the modes does not matter.
        """
        modes = (mode,) if isinstance(mode, str) else tuple(mode or ())
        for name in modes:
            self.check_mode(event, name)
        scores = [self.mode_scores[event, name] for name in modes]
        return min(scores, key=lambda score: (-abs(score), score)) if scores else self.type(event).score

    def cameo(self, event: str, mode: str | None = None, contexts: Sequence[str] = ()) -> str | None:
        """The nearest CAMEO code: the first row of plover_to_cameo.csv that fits. None never falls out of our tables,
        but a user's own may leave a type open."""
        self.type(event)
        return next((rule.result for rule in self.cameo_rules if rule.fits(event, mode, contexts)), None)

    def plover(self, cameo_code: str) -> tuple[str, str | None, tuple[str, ...]] | None:
        """Type, mode and contexts of a CAMEO code, or of its nearest parent. None for codes that PLOVER drops (01, 02)
        and for what is no CAMEO code."""
        code = cameo_code.strip()
        while len(code) >= 2:
            if code in self.cameo_codes:
                return self.cameo_codes[code]
            code = code[:-1]
        return None

    def dimension(self, event: str, mode: str | None = None, contexts: Sequence[str] = ()) -> str:
        """The side of a tie that an act belongs to: diplomatic, military, economic or societal.

        The first fitting row of dimensions.csv: force first, then what it was about, then what the type is about.
        """
        self.type(event)
        return next(rule.result for rule in self.dimension_rules if rule.fits(event, mode, contexts))

    def reduce(
        self, event: str, mode: str | None, auxiliary: Sequence[str], *, own_threat: bool = False
    ) -> tuple[str, str | None, tuple[str, ...]]:
        """What a type with auxiliary modes is to be coded as (PLOVER section 5; rows in reductions.csv).

        Promised aid is AGREE alone; an announced retreat is CONCEDE alone; with `own_threat` (the acting party itself
        says it would or will) a conditional attack is THREATEN violence alone. The auxiliary that is used up goes, any
        other stays: promised last year stays historical. A negated event is never reduced: "will not send aid" stays
        AID, future, negation, which no index counts. All else keeps its type and auxiliary.
        """
        self.type(event)
        kept = tuple(name for name in self.auxiliaries if name in auxiliary)
        if "negation" in kept:
            return event, mode, kept
        for rule in self.reductions:
            fits = rule.event == event and rule.mode in ("", mode) and rule.auxiliary in kept
            if fits and (own_threat or not rule.own_threat):
                # A threat is a threat however it is worded ("will", "would if"): both auxiliaries are used up.
                spent = ("future", "hypothetical") if rule.own_threat else (rule.auxiliary,)
                return rule.to_event, rule.to_mode, tuple(name for name in kept if name not in spent)
        return event, mode, kept


def dimension(event: str, mode: str | None = None, contexts: Sequence[str] = ()) -> str:
    """The side of a tie that an act belongs to, by the shipped tables. See `Ontology.dimension`."""
    return load_ontology().dimension(event, mode, contexts)


def validate(directory: Path = TABLES) -> None:
    """Checks all tables of a directory. Raises TableError with every fault at once."""
    read_ontology(directory)


@functools.cache
def load_ontology() -> Ontology:
    """The shipped ontology, read once."""
    return read_ontology(TABLES)


def read_ontology(directory: Path) -> Ontology:
    """An ontology from a directory of tables. Raises TableError with every fault at once."""
    faults = Faults()
    tables = read_tables(directory, faults)
    if not all(tables.values()):
        faults.check()  # against a table that could not be read, every row of the others would look wrong
    check_tables(tables, faults)
    faults.check()
    types = {
        row["event"]: EventType(
            name=row["event"],
            quad=row["quad"],
            quad_number=int(row["quad_number"]),
            requires_recipient=row["requires_recipient"] == "yes",
            score=float(row["score"]),
        )
        for row in tables["event_types.csv"]
    }
    modes = tables["modes.csv"]
    contexts = tables["contexts.csv"]
    cameo = tables["cameo_to_plover.csv"]
    return Ontology(
        types=MappingProxyType(types),
        modes=MappingProxyType({name: tuple(r["mode"] for r in modes if r["event"] == name) for name in types}),
        contexts=tuple(row["context"] for row in contexts),
        auxiliaries=tuple(row["auxiliary"] for row in tables["auxiliary_modes.csv"]),
        meanings=MappingProxyType(
            {f"{row['event']} {row['mode']}": row["meaning"] for row in modes}
            | {row["context"]: row["meaning"] for row in contexts}
        ),
        mode_scores=MappingProxyType({(row["event"], row["mode"]): float(row["score"]) for row in modes}),
        mode_contexts=MappingProxyType({(r["event"], r["mode"]): r["context"] for r in modes if r["context"]}),
        cameo_codes=MappingProxyType({row["cameo"]: _coding(row) for row in cameo}),
        cameo_labels=MappingProxyType({row["cameo"]: row["label"] for row in cameo}),
        cameo_rules=_rules(tables["plover_to_cameo.csv"], "cameo"),
        dimension_rules=_rules(tables["dimensions.csv"], "dimension"),
        reductions=tuple(
            Reduction(
                event=row["event"],
                mode=row["mode"],
                auxiliary=row["auxiliary"],
                own_threat=row["own_threat"] == "yes",
                to_event=row["to_event"],
                to_mode=row["to_mode"] or None,
            )
            for row in tables["reductions.csv"]
        ),
    )


def _coding(row: Row) -> tuple[str, str | None, tuple[str, ...]] | None:
    if not row["event"]:
        return None
    return row["event"], row["mode"] or None, tuple(filter(None, row["contexts"].split(";")))


def _rules(rows: Iterable[Row], result: str) -> tuple[Rule, ...]:
    return tuple(Rule(row["event"], row["mode"], row["context"], row[result]) for row in rows)
