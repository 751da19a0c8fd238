"""Figures become words, by the thresholds of data/report/words.csv and by nothing else.

In: an account and the course of its tie; out: the sentences of the judgement, each with the figures it rests on.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from comity.records import Tie
from comity.report.evidence import Account, AccountedDriver
from comity.report.sheet import counted, day_words
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


def judgement(found: Account, course: Sequence[Tie], without: Tie | None, year_ago: Tie | None) -> tuple[str, ...]:
    """The judgement, a sentence a figure. `without` is the tie without interested sources, `year_ago` that of twelve
    months before the window's end; None where there is none."""
    pair = f"{found.name_a} and {found.name_b}"
    now = course[-1] if course else None
    if now is None or now.index is None or now.low is None or now.high is None:
        silent = f"On {day_words(found.end)} no act between {pair} is remembered; silence is not neutrality."
        return (silent, _structural(found), *_claimed(found))
    sentences = [
        f"On {day_words(found.end)} the record shows {pair} on {word('index', now.index)} terms: the index stands at "
        f"{signed(now.index)} on a scale from −10 to +10, {word('width', now.high - now.low)} (90 % interval "
        f"{signed(now.low)} to {signed(now.high)}), with {word('mass', now.mass)} behind it "
        f"({counted(now.mass, 'distinct act')})."
    ]
    if now.low < 0 < now.high:
        sentences.append(
            "The interval includes 0, so the record does not settle whether the tie is friendly or hostile."
        )
    if year_ago is not None and year_ago.index is not None:
        sentences.append(
            f"Over the last twelve months it {word('change', now.index - year_ago.index)}: a year before it stood at "
            f"{with_doubt(year_ago)}{_settled(now, year_ago)}."
        )
    sentences.append(_structural(found))
    if without is not None and without.index is not None:
        sentences.append(f"Without interested sources the index stands at {with_doubt(without)}.")
    sentences += _claimed(found)
    return tuple(sentences)


def with_doubt(tie: Tie) -> str:
    """An index with its interval and mass: "+4.0 (+1.8 to +4.6, 24 acts)"."""
    if tie.index is None:
        return "–"
    return f"{signed(tie.index)} ({signed(tie.low)} to {signed(tie.high)}, {counted(tie.mass, 'act')})"


def _settled(now: Tie, then: Tie) -> str:
    """Whether a move is more than the doubt about both ends."""
    if None in (now.low, now.high, then.low, then.high) or now.index is None or then.index is None:
        return ""
    apart = (now.low or 0) > (then.high or 0) or (now.high or 0) < (then.low or 0)
    return ", and the two intervals do not touch" if apart else ", and the two intervals overlap"


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
    text = f"Third parties, by their own ties with each, {word('structural', total)} ({signed(total, 2)} in sum)"
    ways = [("together", together), ("apart", apart)]
    if total < 0:
        ways.reverse()
    return f"{text}: {'; '.join(f'{way} {_listing(drivers)}' for way, drivers in ways if drivers)}."


def _listing(drivers: Sequence[AccountedDriver], most: int = 3) -> str:
    ranked = sorted(drivers, key=lambda d: -abs(d.driver.pressure))
    shown = [f"{d.name} ({signed(d.driver.pressure, 2)})" for d in ranked[:most]]
    rest = len(ranked) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
