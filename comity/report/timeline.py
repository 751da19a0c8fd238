"""Which acts of a long record stand in a timeline, and the index they left behind them.

In: the acts of a tie and its course by month; out: a few acts in order of time, each with the tie at the end of its month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from comity.records import Tie
from comity.report.evidence import AccountedAct

# So that a year of daily news leaves room for the thirty before it.
MOST_A_YEAR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An act, and the tie at the end of its month (None where the course does not reach it)."""

    act: AccountedAct
    tie: Tie | None


def timeline(acts: Sequence[AccountedAct], course: Sequence[Tie], most: int) -> tuple[Moment, ...]:
    """The weightiest acts of a record, oldest first: by what an act weighs times its score, then by how many reports tell
    it; at most two of a year while other years have some."""
    ranked = sorted(acts, key=lambda act: (-abs(act.part.score) * act.part.weight, -len(act.reports), act.part.date))
    chosen: list[AccountedAct] = []
    a_year: Counter[str] = Counter()
    passed: list[AccountedAct] = []
    for act in ranked:
        year = act.part.date[:4]
        if a_year[year] < MOST_A_YEAR:
            a_year[year] += 1
            chosen.append(act)
        else:
            passed.append(act)
    kept = (chosen + passed)[:most]
    ties = {tie.period: tie for tie in course}
    return tuple(
        Moment(act=act, tie=ties.get(act.part.date[:7]))
        for act in sorted(kept, key=lambda act: (act.part.date, act.part.events))
    )
