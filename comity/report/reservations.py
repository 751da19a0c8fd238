"""What would change the judgement: points made from figures by rule, each with what it rests on.

In: an account, the tie now, how robust it is; out: pairs of a term and a sentence. A point stands where its figures are
there; none is left out because it is inconvenient.
"""

from __future__ import annotations

from comity.records import Tie
from comity.report.evidence import Account
from comity.report.robustness import Robustness, Variant
from comity.report.sheet import counted, day_words
from comity.report.words import signed, word

Point = tuple[str, str]


def reservations(
    found: Account, now: Tie | None, without: Tie | None, strength: Robustness | None, strongest: str
) -> tuple[Point, ...]:
    """The points, the interval first. `without` is the tie without interested sources; `strongest` is the act in words
    that adds most to the index."""
    points: list[Point] = []
    if now is not None and now.index is not None and now.low is not None and now.high is not None:
        points.append(("The interval", _interval(now.low, now.high)))
        if now.mass < 5:
            points.append(
                ("Thin record", f"With {counted(now.mass, 'act')} remembered each one moves the index by much: read the "
                 "sentences before the figure.")
            )  # fmt: skip
    if strength is not None:
        points += [
            ("The heaviest publisher", _publisher(strength)),
            ("The weightiest act", f"Without “{strongest}” the index would be {variant(strength.without_strongest)}."),
        ]
    if now is not None and now.index is not None:
        points.append(("Interested sources", _interested(now, without)))
    if strength is not None and now is not None and now.index is not None:
        points.append(("One more act", _one_more(found, now.index, strength)))
        if strength.in_a_year.index is not None:
            points.append(("Silence", f"If nothing more were told, the index would be {variant(strength.in_a_year)} a "
                           "year later; fading is not a change of relations."))  # fmt: skip
        else:
            points.append(("Silence", "If nothing more were told, no act would be remembered a year later."))
    third = _third(found)
    if third:
        points.append(("One third party", third))
    return tuple(points)


def variant(found: Variant) -> str:
    """An index with its mass: "+3.1 (20 acts)"."""
    return (
        f"{signed(found.index)} ({counted(found.mass, 'act')})" if found.index is not None else "none: no act is left"
    )


def _interval(low: float, high: float) -> str:
    below, above = word("index", low), word("index", high)
    if below == above:
        return f"From its low end ({signed(low)}) to its high end ({signed(high)}) the word stays the same: {below}."
    return f"At its low end ({signed(low)}) the word would be “{below}”, at its high end ({signed(high)}) “{above}”."


def _publisher(strength: Robustness) -> str:
    name = strength.publisher or "one unnamed publisher"
    if strength.publishers == 1:
        return f"All of it is told by {name}. A second publisher could change everything."
    return (
        f"Without {name}, which alone tells {counted(strength.alone, 'of the acts', 'of the acts')}, the index would be "
        f"{variant(strength.without_publisher)}; {counted(strength.publishers, 'publisher')} tell of this tie."
    )


def _interested(now: Tie, without: Tie | None) -> str:
    if without is None or without.index is None or without.low is None or without.high is None:
        return "Only interested sources tell of this tie; without them nothing is left."
    same = word("index", without.index) == word("index", now.index or 0)
    verdict = "the word stays the same" if same else f"the word would be “{word('index', without.index)}”"
    return (
        f"Without them the index is {signed(without.index)} ({signed(without.low)} to {signed(without.high)}, "
        f"{counted(without.mass, 'act')}): {verdict}."
    )


def _one_more(found: Account, index: float, strength: Robustness) -> str:
    other, after = ("worst", strength.after_worst) if index >= 0 else ("best", strength.after_best)
    score = "−10" if other == "worst" else "+10"
    turned = "below" if index >= 0 else "above"
    return (
        f"One act of score {score} told on {day_words(found.end)} would make it {signed(after)}; "
        f"{counted(strength.needed, 'such act')} would take it {turned} 0."
    )


def _third(found: Account) -> str:
    ranked = sorted(found.drivers, key=lambda item: (-abs(item.driver.pressure), item.driver.third))
    if not ranked or abs(ranked[0].driver.pressure) < 0.005:
        return ""
    first = ranked[0]
    rest = found.pressure - first.driver.pressure
    before, after = word("structural", found.pressure), word("structural", rest)
    change = "the words stay the same" if before == after else f"then third parties {after}"
    return (
        f"Without {first.name} ({signed(first.driver.pressure, 2)}) the push of all others sums to {signed(rest, 2)} "
        f"instead of {signed(found.pressure, 2)}: {change}."
    )
