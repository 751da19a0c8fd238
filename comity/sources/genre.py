"""What kind of text it is (news, opinion, analysis, press release, official), and the words that led to it.

Each row of genre.csv adds its weight for each distinct match, up to its cap; the genre with the highest sum wins.
The signals are quotations, so that a reader can contest the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from comity.records import Genre
from comity.sources import tables
from comity.sources.needles import Needles

GENRES: tuple[Genre, ...] = get_args(Genre)
PLACES = ("url", "section", "title", "lead", "text", "voice", "furniture", "publisher")
_ENOUGH: Mapping[Genre, float] = {"news": 0.5}  # any other: 1.0; a report bears fewer marks than the rest


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of genre.csv."""

    genre: Genre
    where: str
    pattern: re.Pattern[str]
    weight: float
    cap: float


@cache
def cues() -> tuple[Cue, ...]:
    """The rows of genre.csv. Raises TableError with all their faults."""

    def cue(_line: int, row: dict[str, str]) -> Cue:
        pattern, name = tables.compiled(row["pattern"]), cast(Genre, row["genre"])
        return Cue(name, row["where"], pattern, float(row["weight"]), float(row["cap"]))

    return tables.made("genre.csv", cue, {"genre": GENRES, "where": PLACES})


def genre(places: Mapping[str, tuple[str, ...]]) -> tuple[Genre, tuple[str, ...]]:
    """The genre and its signals. `places` maps each of PLACES to its words; voice is the text less what it quotes."""
    sums: dict[Genre, float] = {}
    signals: dict[Genre, list[str]] = {}
    possible: dict[int, list[str]] = {}  # by the number of a cue, the texts that it may match
    for where, texts in places.items():
        needles, numbers = _needles(where)
        for text in texts:
            for candidate in needles.candidates(text):
                possible.setdefault(numbers[candidate], []).append(text)
    rows = cues()
    for number in sorted(possible):
        cue = rows[number]
        words = _distinct(cue.pattern, possible[number])
        if words:
            sums[cue.genre] = sums.get(cue.genre, 0.0) + min(cue.weight * len(words), cue.cap)
            signals.setdefault(cue.genre, []).extend(words)
    enough = [name for name in sums if sums[name] >= _ENOUGH.get(name, 1.0) - 1e-9]
    if not enough:
        return "unknown", ()
    best = max(enough, key=lambda name: sums[name])
    return best, tuple(dict.fromkeys(signals[best]))


@cache
def _needles(where: str) -> tuple[Needles, tuple[int, ...]]:
    """What finds the cues of a place, and the number of each of them in the table."""
    numbers = tuple(number for number, cue in enumerate(cues()) if cue.where == where)
    return Needles([cues()[number].pattern for number in numbers]), numbers


def named(value: str) -> Genre | None:
    """The genre a record names ("Op-Ed", "press release"), or None when it is none of ours."""
    word = value.strip().lower().replace("-", "_").replace(" ", "_")
    alias = {"op_ed": "opinion", "oped": "opinion", "editorial": "opinion", "commentary": "opinion"}.get(word, word)
    return next((genre for genre in GENRES if genre == alias), None)


def _distinct(pattern: re.Pattern[str], texts: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        for match in pattern.finditer(text):
            word = " ".join(match.group().split())
            if word:
                found.setdefault(word.casefold(), word)
    return list(found.values())
