"""When a move is worth an alert. Pure.

In: a tie before and after a poll, and a rule; out: the reason in words, or nothing. Only new acts can raise an alert:
whoever calls asks about ties with events that were not there before.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.records import Tie
from comity.report.words import signed
from comity.watch.alert import Baseline

# Two ways of summing the same acts may differ in the last digits.
SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A move counts when the index leaves the 90 % interval of the baseline, or moves by `move` points or more (None: never
    for that); in both cases only with at least `min_mass` acts remembered."""

    min_mass: float = 3.0
    move: float | None = 2.0


def reason_to_alert(before: Baseline, now: Tie, rule: Rule) -> str | None:
    """Why the move from `before` to `now` is worth an alert, or None where it is not."""
    if now.index is None or now.mass < rule.min_mass:
        return None
    if before.index is None or before.low is None or before.high is None:
        return "After a silence there are acts to remember again."
    moved = now.index - before.index
    if now.index > before.high + SLACK or now.index < before.low - SLACK:
        way = "above" if now.index > before.high else "below"
        return f"That is {way} the 90 % interval it had then ({signed(before.low)} to {signed(before.high)})."
    if rule.move is not None and abs(moved) >= rule.move:
        return f"That is a move of {signed(moved)}, though within the 90 % interval it had then."
    return None
