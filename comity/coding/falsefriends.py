"""Sentences that only sound like events: sport, weather, markets and the arts borrow the words of war and diplomacy.

In: a sentence. Out: the field it belongs to, or None. Such a sentence is not coded. Cues: data/lexicon/false_friends.csv.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from comity.errors import TableError
from comity.tables import read_table

from .lexicon import FOLDER


@dataclass(frozen=True, slots=True)
class Cue:
    """One expression of a field; `weight` 2 decides alone."""

    pattern: re.Pattern[str]
    field: str
    weight: int


@functools.cache
def load_cues() -> tuple[Cue, ...]:
    """The shipped cues. Raises TableError where an expression cannot be compiled."""
    out, faults = [], []
    for number, row in read_table(FOLDER / "false_friends.csv"):
        try:
            out.append(Cue(re.compile(row["word"]), row["field"], int(row["weight"])))
        except (re.error, ValueError) as fault:
            faults.append(f"false_friends.csv:{number}: {fault} (mend the expression or the weight)")
    if faults:
        raise TableError(faults)
    return tuple(out)


_LONE = frozenset({"accident"})


def field_of(sentence: str, lone: bool = False) -> str | None:
    """The field that a sentence belongs to by its words (sport, weather, markets, arts, and where it names one actor alone,
    accidents), or None.

    A cue of weight 2 decides alone; of weight 1, two different places in the sentence must speak for the same field.
    """
    lowered = sentence.lower()
    weights: dict[str, set[int]] = {}
    for cue in load_cues():
        if cue.field in _LONE and not lone:
            continue
        for match in cue.pattern.finditer(lowered):
            if cue.weight >= 2:
                return cue.field
            weights.setdefault(cue.field, set()).add(match.start())
    return next((name for name, places in weights.items() if len(places) >= 2), None)
