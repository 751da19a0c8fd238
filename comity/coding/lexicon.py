"""The predicate lexicon: what verbs, nouns and adjectives mean in PLOVER's terms.

In: the tables of `data/lexicon` (their format: data/lexicon/README.md). Out: `Lexicon`, which gives the rows of a lemma.
A row is compiled once into constraints; whether it fits a sentence is `matching`'s business.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from comity.errors import TableError
from comity.ontology import Ontology, load_ontology
from comity.tables import read_table

FOLDER = Path(__file__).parent.parent / "data" / "lexicon"
COLUMNS = ("pattern", "event", "mode", "source", "target", "contexts", "flags", "note", "example")
FLAGS = frozenset({"reciprocal", "solo", "bare"})
WordClass = Literal["V", "N", "A"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One condition on a dependent. `words` empty: any will do; `actor`: it must name an actor; `absent`: it must lack."""

    role: str
    words: frozenset[str] = frozenset()
    actor: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the lexicon, compiled. `place` is `file:line`, by which a coding names its rule."""

    place: str
    pattern: str
    lemma: str
    word_class: WordClass
    particles: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    event: str
    mode: str | None
    source: tuple[str, ...]
    target: tuple[str, ...]
    contexts: tuple[str, ...]
    reciprocal: bool
    solo: bool
    bare: bool
    example: str

    @property
    def weight(self) -> int:
        """How specific the row is; particles count double, since they change the verb itself."""
        return 2 * len(self.particles) + sum(2 if c.words else 1 for c in self.constraints)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Rows by (lemma, word class), the most specific first."""

    rows: Mapping[tuple[str, WordClass], tuple[Row, ...]]
    sets: Mapping[str, frozenset[str]]
    read: dict[tuple[str, str, str, str, bool], tuple[Row, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What `matching.rows_of` found for words as the parser reads them: they repeat."""

    def of(self, lemma: str, word_class: WordClass) -> tuple[Row, ...]:
        """The rows of a lemma, or none."""
        return self.rows.get((lemma, word_class), ())

    def __iter__(self) -> Iterator[Row]:
        for rows in self.rows.values():
            yield from rows


def read_sets(paths: Iterable[Path]) -> dict[str, frozenset[str]]:
    """Word sets by name; `@NAME` inside a set takes in another one."""
    raw: dict[str, set[str]] = {}
    for path in paths:
        for _, row in read_table(path, ("set", "lemmas")):
            raw.setdefault(row["set"].strip(), set()).update(w.strip() for w in row["lemmas"].split("|") if w.strip())

    def expand(name: str, seen: frozenset[str]) -> frozenset[str]:
        words: set[str] = set()
        for word in raw.get(name, set()):
            if word.startswith("@") and word[1:] not in seen:
                words |= expand(word[1:], seen | {name})
            elif not word.startswith("@"):
                words.add(word)
        return frozenset(words)

    return {name: expand(name, frozenset()) for name in raw}


def load_lexicon(folder: Path = FOLDER) -> Lexicon:
    """The lexicon in a folder. Raises TableError with all faults of all files."""
    return _load(folder)


@functools.cache
def _load(folder: Path) -> Lexicon:
    sets = read_sets(sorted(folder.glob("sets*.csv")))
    ontology = load_ontology()
    faults: list[str] = []
    rows: dict[tuple[str, WordClass], list[Row]] = {}
    for path in sorted(folder.glob("predicates_*.csv")):
        for number, cells in read_table(path, COLUMNS):
            place = f"{path.name}:{number}"
            row = _compile(cells, place, sets, ontology, faults)
            if row is not None:
                rows.setdefault((row.lemma, row.word_class), []).append(row)
    if faults:
        raise TableError(faults)
    return Lexicon({key: tuple(sorted(group, key=lambda r: -r.weight)) for key, group in rows.items()}, sets)


def _compile(
    cells: Mapping[str, str],
    place: str,
    sets: Mapping[str, frozenset[str]],
    ontology: Ontology,
    faults: list[str],
) -> Row | None:
    def fault(text: str) -> None:
        faults.append(f"{place}: {text}")

    before = len(faults)
    parts = cells["pattern"].split()
    if not parts:
        fault("the pattern is empty")
        return None
    lemma, _, letter = parts[0].partition("/")
    word_class: WordClass = "N" if letter == "N" else "A" if letter == "A" else "V"
    if letter not in {"", "N", "A", "V"}:
        fault(f'word class "{letter}" is none of N, A, V')
    particles, constraints = [], []
    for part in parts[1:]:
        if part.startswith("+"):
            particles.append(part[1:])
        elif part.startswith("!"):
            constraints.append(Constraint(role=part[1:], absent=True))
        elif ":" in part:
            role, _, want = part.partition(":")
            constraints.append(_constraint(role, want, sets, fault))
        else:
            fault(f'"{part}" is neither +particle, !role nor role:words')
    event, mode = cells["event"], cells["mode"] or None
    if event not in ontology.types:
        fault(f'event "{event}" is no PLOVER type{_near(event, ontology.types)}')
    elif mode and mode not in ontology.modes.get(event, {}):
        names = list(ontology.modes.get(event, {}))
        fault(f'mode "{mode}" is not a mode of {event} ({", ".join(names)}){_near(mode, names)}')
    contexts = _parts(cells["contexts"])
    for context in contexts:
        if context not in ontology.contexts:
            fault(f'context "{context}" is no PLOVER context{_near(context, ontology.contexts)}')
    flags = set(_parts(cells["flags"]))
    for flag in flags - FLAGS:
        fault(f'flag "{flag}" is none of {", ".join(sorted(FLAGS))}')
    if not cells["example"].strip():
        fault("the example is missing")
    if len(faults) > before:
        return None
    return Row(
        place=place,
        pattern=cells["pattern"],
        lemma=lemma,
        word_class=word_class,
        particles=tuple(particles),
        constraints=tuple(constraints),
        event=event,
        mode=mode,
        source=tuple(_parts(cells["source"])) or ("subj",),
        target=() if cells["target"].strip() == "-" else tuple(_parts(cells["target"])) or ("obj",),
        contexts=tuple(contexts),
        reciprocal="reciprocal" in flags,
        solo="solo" in flags,
        bare="bare" in flags,
        example=cells["example"],
    )


def _constraint(role: str, want: str, sets: Mapping[str, frozenset[str]], fault: object) -> Constraint:
    if want == "*":
        return Constraint(role=role)
    if want == "@":
        return Constraint(role=role, actor=True)
    words: set[str] = set()
    actor = False
    for name in want.split("|"):
        if name == "@":
            actor = True
        elif re.fullmatch(r"[A-Z][A-Z0-9_]+", name) and name in sets:
            words |= sets[name]
        elif re.fullmatch(r"[A-Z][A-Z0-9_]+", name) and len(name) > 3:
            assert callable(fault)
            fault(f'word set "{name}" does not exist{_near(name, sets)}')
        else:
            words.add(name.lower().replace("_", " "))
    return Constraint(role=role, words=frozenset(words), actor=actor)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _near(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), 1)
    return f'. Did you mean "{close[0]}"?' if close else ""


@dataclass(frozen=True, slots=True)
class MarkedExample:
    """A row's example without its marks, and where they were (start, end) or None."""

    text: str
    source: tuple[int, int] | None
    target: tuple[int, int] | None


def unmark(marked: str) -> MarkedExample:
    """`<s>A</s> met <t>B</t>.` without the marks. Works for any sentence marked so."""
    text: list[str] = []
    length = 0
    found: dict[str, tuple[int, int]] = {}
    opened: dict[str, int] = {}
    for piece in re.split(r"(</?[st]>)", marked):
        if piece in {"<s>", "<t>"}:
            opened[piece[1]] = length
        elif piece in {"</s>", "</t>"}:
            if piece[2] in opened:
                found.setdefault(piece[2], (opened[piece[2]], length))
        else:
            text.append(piece)
            length += len(piece)
    return MarkedExample("".join(text), found.get("s"), found.get("t"))
