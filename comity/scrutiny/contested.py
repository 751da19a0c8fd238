"""Contested statements: sentences that judge, explain or prescribe in the author's own voice, and why we think so.

In: the author's words of a sentence, whether it names an actor, and the loaded terms in it; out: the reasons, or none.
A sentence is listed from a weight of 1.0 on. That does not make it wrong: it is what a reader should not take for a report.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.scrutiny.terms import TermUse
from comity.sources import tables

KINDS = ("motive", "cause", "superlative", "judgement", "prescription", "certainty")
ENOUGH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a sentence is contested: the kind, and the words that show it. `kind` is one of KINDS, or "loaded term"."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: str
    found: re.Pattern[str]
    weight: float
    actor: bool


def contested(own: str, names_actor: bool, terms: Sequence[TermUse]) -> tuple[Reason, ...]:
    """The reasons why a sentence is contested; none where they weigh too little. `own` has others' words blanked out."""
    weight = 0.0
    reasons: list[Reason] = []
    for cue in cues():
        if cue.actor and not names_actor:
            continue
        match = cue.found.search(own)
        words = " ".join(match.group().split()) if match else ""
        # The same words weigh once, by the row that comes first.
        if match and all(words != reason.words for reason in reasons):
            weight += cue.weight
            reasons.append(Reason(kind=cue.kind, words=words))
    # A name that one party uses is loaded, yet asserts nothing about anybody.
    weight += sum(1.0 for use in terms if use.term.kind != "name")
    said = " ".join(reason.words for reason in reasons).casefold()
    reasons += [Reason(kind="loaded term", words=use.text) for use in terms if use.text.casefold() not in said]
    return tuple(reasons) if weight >= ENOUGH else ()


@functools.cache
def cues() -> tuple[_Cue, ...]:
    """The rows of contested.csv. Raises TableError with all their faults."""

    def cue(_line: int, row: dict[str, str]) -> _Cue:
        pattern = re.compile(rf"(?<!\w)(?:{row['pattern']})(?!\w)", re.IGNORECASE)
        if pattern.match(""):
            raise ValueError("the pattern fits nothing at all")
        return _Cue(row["kind"], pattern, float(row["weight"]), row["actor"] == "yes")

    return tables.made("contested.csv", cue, {"kind": KINDS, "actor": ("", "yes")})
