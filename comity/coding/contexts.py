"""What a sentence is about, by its words. In: text; out: names of PLOVER contexts, in the codebook's order.

A context is given by one strong cue ("asylum seeker") or by two different weak ones ("ballot" and "candidate"): most
words of politics belong to several contexts, and one of them alone proves little. The cues are rows of
`data/lexicon/context_words.csv`. A longer cue hides those inside it, so a row of weight `none` ("tennis court") says
that its words mean nothing here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from comity.errors import TableError
from comity.ontology import load_ontology

__all__ = ["ContextCues", "contexts_of", "load_cues", "read_cues"]

TABLE = Path(__file__).resolve().parent.parent / "data" / "lexicon" / "context_words.csv"
COLUMNS = ["words", "context", "weight", "note"]
WEIGHTS = ("strong", "weak", "none")
# Two different weak cues do what a strong one does.
ENOUGH = 2

# "Anti-corruption", "cease-fire": a hyphen divides words as a blank does. Typewriter apostrophes as in the table.
_SAME = str.maketrans("-‐‑–—\n\t\u00a0’", " " * 8 + "'")
# What of it ASCII text can hold: most English news is ASCII, and replacing is far faster than translating.
_ASCII_CHANGED = ("-", "\n", "\t")


def _folded(text: str) -> str:
    text = text.lower()
    if not text.isascii():
        return text.translate(_SAME)
    for character in _ASCII_CHANGED:
        text = text.replace(character, " ")
    return text


def _plural(words: str) -> str:
    """The regular plural of the last word."""
    if words.endswith(("s", "x", "z", "ch", "sh")):
        return words + "es"
    if words.endswith("y") and words[-2:-1] not in "aeiou":
        return words[:-1] + "ies"
    return words + "s"


@dataclass(frozen=True, slots=True)
class ContextCues:
    """The cues, ready to be looked for. `gives[i]` holds, for pattern i, (place of the context, points, cue)."""

    contexts: tuple[str, ...]
    automaton: AhoCorasick
    gives: tuple[tuple[tuple[int, int, int], ...], ...]

    def contexts_of(self, text: str) -> tuple[str, ...]:
        """The contexts that the words of the text give, in the codebook's order."""
        folded = _folded(text)
        matches = self.automaton.find_matches_as_indexes(folded, overlapping=True)
        if not matches:
            return ()
        size = len(folded)
        whole = [
            (start, -end, pattern)
            for pattern, start, end in matches
            if (end == size or not folded[end].isalnum()) and (start == 0 or not folded[start - 1].isalnum())
        ]
        if not whole:
            return ()
        whole.sort()
        points: dict[int, int] = {}
        seen: set[tuple[int, int]] = set()
        reached = 0
        for start, minus_end, pattern in whole:
            if start < reached:
                continue  # inside or across a cue that began earlier or is longer
            reached = -minus_end
            for context, worth, cue in self.gives[pattern]:
                if (context, cue) not in seen:
                    seen.add((context, cue))
                    points[context] = points.get(context, 0) + worth
        return tuple(self.contexts[context] for context in sorted(points) if points[context] >= ENOUGH)


def contexts_of(text: str) -> tuple[str, ...]:
    """The contexts that the words of a sentence or paragraph give, by the shipped table, in the codebook's order.

    >>> contexts_of("The two states agreed on a free trade zone.")
    ('economic',)
    """
    return load_cues().contexts_of(text)


@cache
def load_cues() -> ContextCues:
    """The shipped cues, read once."""
    return read_cues(TABLE, load_ontology().contexts)


def read_cues(path: Path, contexts: Sequence[str]) -> ContextCues:
    """Cues from a table. Raises TableError with every fault at once."""
    forms = _read_forms(path, {name: place for place, name in enumerate(contexts)})
    patterns = sorted(forms)
    return ContextCues(
        contexts=tuple(contexts),
        automaton=AhoCorasick(patterns, matchkind=MatchKind.Standard),
        gives=tuple(forms[pattern] for pattern in patterns),
    )


def _read_forms(path: Path, places: Mapping[str, int]) -> dict[str, tuple[tuple[int, int, int], ...]]:
    """Each form of each cue with what it gives; plurals are added."""
    lines = path.read_text(encoding="utf-8").splitlines()
    skipped = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.reader(lines[skipped:])
    head = next(reader, [])
    if head != COLUMNS:
        raise TableError(
            [f"{path.name}:{skipped + 1}: the columns are {','.join(head)}; they must be {','.join(COLUMNS)}"]
        )
    faults: list[str] = []
    stated: dict[str, dict[int, tuple[int, int]]] = {}
    plurals: dict[str, str] = {}
    cues: dict[str, int] = {}
    for row in reader:
        place = f"{path.name}:{skipped + reader.line_num}"
        if len(row) != len(COLUMNS):
            faults.append(f"{place}: {len(row)} cells, not {len(COLUMNS)}; put a text that holds commas in quotes")
            continue
        words, context, weight, _ = (cell.strip() for cell in row)
        if weight not in WEIGHTS:
            faults.append(f'{place}: "{weight}" is not a weight; use one of {", ".join(WEIGHTS)}')
        elif (weight == "none") != (not context) or (context and context not in places):
            faults.append(f'{place}: "{context}" is not a context of weight {weight}; see data/ontology/contexts.csv')
        else:
            for form in words.split("|"):
                folded = _folded(form.strip())
                if not folded or folded != form.strip().replace("-", " "):
                    faults.append(f'{place}: "{form}" is empty or not in lower case')
                    continue
                gives = stated.setdefault(folded, {})
                plurals.setdefault(_plural(folded), folded)
                if not context:
                    continue
                if places[context] in gives:
                    faults.append(f'{place}: "{form}" stands for {context} already; keep one of the two')
                # The forms of one row are one cue: "exported" and "exports" are not two.
                cue = cues.setdefault(place, len(cues))
                gives[places[context]] = (ENOUGH if weight == "strong" else 1, cue)
    if faults:
        raise TableError(faults)
    for plural, singular in plurals.items():
        stated.setdefault(plural, stated[singular])
    return {form: tuple((c, worth, cue) for c, (worth, cue) in gives.items()) for form, gives in stated.items()}
