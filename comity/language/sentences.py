"""Where sentences begin and end in news text.

In: text. Out: (start, end) offsets, without outer white space, in order, covering all but white space. Rules, not a
model: a stop ends a sentence unless it belongs to an abbreviation, an initial, a number or a quotation that goes on.
Abbreviations live in data/language/abbreviations.csv.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from comity.tables import read_table

_DATA = Path(__file__).parent.parent / "data" / "language" / "abbreviations.csv"
_CLOSERS = "\"'”’»)]"
_OPENERS = "\"'“‘«(["
_STOP = re.compile(r"[.!?…]+[" + re.escape(_CLOSERS) + r"]*(?=\s|$)|[.!?][" + re.escape('”»"') + r"](?=[A-Z“])")
_BREAK = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_INITIALS = re.compile(r"(?:^|[\s(\"“'‘.-])(?:[A-Z]\.)*[A-Z]$")

# Characters beside a stop that are looked at. No word that decides is as long, and a paragraph of 200,000 characters, all of
# it looked at from every stop, would take minutes.
_NEAR = 300

# Words that open sentences far more often than they continue a name after an abbreviation.
_STARTERS = frozenset(
    """The A An This That These Those It Its He She They We I You His Her Their Our My There Here In On At By For From
    With But And Or So Yet Nor If When While After Before Since As Although Though However Meanwhile Moreover Also
    According Both Some Many Most Several All No Not Such Another Other One Two Three Earlier Later Last Next Now Then
    Once Under Over During Despite Because What Who Where Why How Is Are Was Were Has Have Had Will Would
    """.split()
)


@functools.cache
def _abbreviations() -> dict[str, str]:
    return {row["abbreviation"]: row["kind"] for _, row in read_table(_DATA)}


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end), in order.

    A blank line always ends a sentence; a single line end does so after a short line without a stop (a headline).
    """
    out: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        at = start
        for stop in _stops(text, start, end):
            out.append(_trim(text, at, stop))
            at = stop
        out.append(_trim(text, at, end))
    return [(a, b) for a, b in out if a < b]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in _BREAK.finditer(text):
        yield from _lines(text, at, match.start())
        at = match.end()
    yield from _lines(text, at, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Splits a paragraph at single line ends that close a headline or a list item; other line ends are just wrapping."""
    at = start
    for match in re.finditer(r"\n", text[start:end]):
        stop = start + match.start()
        line, rest = text[max(at, stop - _NEAR) : stop].strip(), text[stop + 1 : min(end, stop + _NEAR)].lstrip()
        short = len(line) < 70 and not line.endswith((",", ";", "-", "—"))
        if line and (line[-1] in ".!?:…" + _CLOSERS or short) and rest[:1].isupper():
            yield at, stop
            at = stop + 1
    yield at, end


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    for match in _STOP.finditer(text, start, end):
        stop = match.end()
        after = text[stop : min(end, stop + _NEAR)].lstrip()
        before = text[max(start, match.start() - _NEAR) : match.start()]
        if after and _ends(before, match.group(), after, text[stop : stop + 1]):
            yield stop


def _ends(before: str, stop: str, after: str, gap: str) -> bool:
    """Whether a stop ends its sentence, from what stands on both sides."""
    opener = after.lstrip(_OPENERS)
    first = opener[:1]
    if not first or first.islower() or first in ",;:—–":
        return False
    quoted = len(stop.rstrip(_CLOSERS)) < len(stop)
    if stop[0] in "!?…" or stop.startswith("..."):
        return first.isupper() or after[:1] in _OPENERS or first.isdigit()
    if gap.strip() != "" and not quoted:
        return False
    token = before.split()[-1].lstrip(_OPENERS) if before[-1:].strip() else ""
    starter = re.match(r"[A-Za-z]+", opener)
    opens = bool(starter) and starter.group() in _STARTERS  # type: ignore[union-attr]
    kind = _abbreviations().get(token)
    if kind and not quoted:
        if kind == "title" or kind == "inner":
            return False
        if kind == "number":
            return not first.isdigit() and opens
        if kind == "month":
            return not first.isdigit() and opens
        return opens or after[:1] in '“"'
    if not quoted and _INITIALS.search(before) and len(token.replace(".", "")) <= 3 and token[-1:].isupper():
        # "J. Smith", "U.S. Army": an initial goes on, unless an opener follows ("in the U.S. He said").
        return opens and not (
            len(token) == 1 and token not in {"I", "A"} and not before[:-1].rstrip().endswith(("lan", "roup", "art"))
        )
    # "1. First item" is one line of a list.
    return not (token.isdigit() and len(token) <= 2 and len(before.strip()) <= 3)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
