"""Figures become words, by the thresholds of data/report/words.csv and by nothing else.

In: an account and the course of its tie; out: the sentences of the judgement, each with the figures it rests on.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from comity.records import Tie
from comity.report.evidence import Account, AccountedDriver
from comity.tables import read_table

TABLE = Path(__file__).resolve().parent.parent / "data" / "report" / "words.csv"
BANDED = ("index", "change", "structural", "mass", "width")
# A push below this is one that the judgement does not name.
NOTABLE = 0.005


@functools.cache
def _rows() -> dict[str, list[tuple[str, str]]]:
    rows: dict[str, list[tuple[str, str]]] = {}
    for _, row in read_table(TABLE):
        rows.setdefault(row["figure"], []).append((row["at_least"], row["words"]))
    return rows


def word(figure: str, value: float) -> str:
    """The words for a figure: those of the last row whose threshold it reaches."""
    bands = _rows()[figure]
    return next((words for floor, words in reversed(bands) if value >= float(floor)), bands[0][1])


def named(figure: str, name: str) -> str:
    """The words for a name (of an event type, of a genre); the name itself where the table has none."""
    return dict(_rows()[figure]).get(name, name)


def thresholds(figure: str) -> tuple[tuple[float, str], ...]:
    """The bands of a figure: where each begins, and its words."""
    return tuple((float(floor), words) for floor, words in _rows()[figure])


def signed(value: float | None, digits: int = 1) -> str:
    """A figure with its sign: "+4.1", "−0.3" (a true minus), "0.0" without one, "–" where there is none."""
    if value is None:
        return "–"
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def judgement(found: Account, course: Sequence[Tie], without: float | None, year_ago: float | None) -> tuple[str, ...]:
    """The judgement, a sentence a figure. `without` is the index without interested sources, `year_ago` the index
    twelve months before the window's end; None where there is none."""
    pair = f"{found.name_a} and {found.name_b}"
    now = course[-1] if course else None
    if now is None or now.index is None or now.low is None or now.high is None:
        silent = f"On {found.end} no act between {pair} is remembered; silence is not neutrality."
        return (silent, _structural(found), *_claimed(found))
    acts = "act" if now.mass == 1 else "acts"
    sentences = [
        f"On {found.end} the record shows {pair} on {word('index', now.index)} terms: the index stands at "
        f"{signed(now.index)} on a scale from −10 to +10, {word('width', now.high - now.low)} (90 % interval "
        f"{signed(now.low)} to {signed(now.high)}), with {word('mass', now.mass)} behind it "
        f"({now.mass:g} distinct {acts})."
    ]
    if now.low < 0 < now.high:
        sentences.append(
            "The interval includes 0, so the record does not settle whether the tie is friendly or hostile."
        )
    if year_ago is not None:
        sentences.append(
            f"Over the last twelve months it {word('change', now.index - year_ago)} (from {signed(year_ago)})."
        )
    sentences.append(_structural(found))
    if without is not None:
        sentences.append(f"Without interested sources the index stands at {signed(without)}.")
    sentences += _claimed(found)
    return tuple(sentences)


def _claimed(found: Account) -> list[str]:
    count = len(found.claims)
    if not count:
        return []
    interested = sum(claim.interested for claim in found.claims)
    if count == 1:
        whose = "an interested source" if interested else "no interested source"
        return [f"1 claim says that a third party moves this tie, from {whose}; no claim enters a figure."]
    whose = {0: "none", count: "all"}.get(interested, str(interested))
    return [
        f"{count} claims say that a third party moves this tie, {whose} of them from interested sources; "
        "no claim enters a figure."
    ]


def _structural(found: Account) -> str:
    total = found.pressure
    together = [d for d in found.drivers if d.driver.pressure >= NOTABLE]
    apart = [d for d in found.drivers if d.driver.pressure <= -NOTABLE]
    if not together and not apart:
        return "No third party's ties with both are on record strongly enough to push this one."
    first, second = (together, apart) if total >= 0 else (apart, together)
    text = f"Third parties, by their own ties with each, {word('structural', total)} ({signed(total, 2)} in sum)"
    if first:
        text += f": {_listing(first)}"
    if second:
        text += f"; the other way: {_listing(second)}" if first else f": {_listing(second)}"
    return text + "."


def _listing(drivers: Sequence[AccountedDriver], most: int = 3) -> str:
    ranked = sorted(drivers, key=lambda d: -abs(d.driver.pressure))
    shown = [f"{d.name} ({signed(d.driver.pressure, 2)})" for d in ranked[:most]]
    rest = len(ranked) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
