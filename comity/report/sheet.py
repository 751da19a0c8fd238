"""A sheet: what a brief says, in blocks, before anybody decides how it looks.

The makers (`tiesheet`, `versus`, `blocsheet`) put words and figures into blocks; the renderers (`markdown`, `typeset`,
`webpage`) lay blocks out and know nothing of ties. Every string in a block is plain text, as it came from a document or
from us: a renderer escapes all of them, and none of them is ever markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

Way: TypeAlias = Literal["together", "apart", ""]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that stands out, with what it is and what it rests on."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    words: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A paragraph; `small` for a note on what follows."""

    words: str
    small: bool = False
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of points: a term, and what is said of it."""

    items: tuple[tuple[str, str], ...]
    kind: Literal["points"] = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing. `draw(width, key)` gives SVG to stand in a page (its colours the page's), `paper` the same with fixed
    colours. `name` is fit for a file's name; `alternative` says what it shows; `share` is its part of a paper's width."""

    name: str
    title: str
    alternative: str
    caption: str
    draw: Callable[[int, str], str]
    paper: Callable[[int], str]
    share: float = 1.0
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's head; `numeric` is set to the right; `share` is its part of the width, 0 for as little as it needs."""

    name: str
    numeric: bool = False
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A sentence with whoever printed it. `what` is the act or claim in words; `number` is the source's in the list."""

    what: str
    sentence: str
    publisher: str
    published: str
    title: str
    url: str | None
    number: int | None
    interested: bool
    way: Way
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    items: tuple[Quoted, ...]
    kind: Literal["quotes"] = "quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A document cited. `interest` says why it counts as interested, empty where it does not."""

    number: int
    publisher: str
    published: str
    title: str
    url: str | None
    genre: str
    interest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    items: tuple[SourceLine, ...]
    kind: Literal["sources"] = "sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Terms explained."""

    items: tuple[tuple[str, str], ...]
    kind: Literal["box"] = "box"


Block: TypeAlias = Heading | Words | Points | Picture | Table | Quotes | SourceList | Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A brief. `day` is the last day it knows of, YYYY-MM-DD; `lead` is the judgement's first sentence."""

    title: str
    kicker: str
    day: str
    lead: str
    judgement: tuple[str, ...]
    figures: tuple[Figure, ...]
    blocks: tuple[Block, ...]
    footer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of the evidence a sheet shows: quotations, rows, and the letters of a quotation."""

    timeline: int
    drivers: int
    acts: int
    against: int
    claims: int
    letters: int


FULL = Size(timeline=14, drivers=8, acts=8, against=5, claims=6, letters=600)
# For two pages: the first that fits is taken.
SHRINKING = (
    Size(timeline=9, drivers=5, acts=5, against=3, claims=2, letters=240),
    Size(timeline=8, drivers=5, acts=4, against=2, claims=2, letters=220),
    Size(timeline=7, drivers=4, acts=4, against=2, claims=1, letters=200),
    Size(timeline=6, drivers=4, acts=3, against=2, claims=1, letters=180),
    Size(timeline=5, drivers=3, acts=3, against=1, claims=1, letters=150),
    Size(timeline=4, drivers=2, acts=2, against=1, claims=1, letters=120),
    Size(timeline=3, drivers=2, acts=1, against=1, claims=0, letters=90),
)


def clean(text: str | None) -> str:
    """A text of strangers on one line: no control or direction characters, and no half of a surrogate pair."""
    whole = (text or "").encode("utf-8", "replace").decode("utf-8")
    return " ".join(_CONTROL.sub(" ", whole).split())


def cut(text: str | None, letters: int) -> str:
    """A text of at most so many letters, cut between words; three points tell that it goes on."""
    line = clean(text)
    if len(line) <= letters:
        return line
    return line[: letters - 2].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def safe_url(url: str | None) -> str | None:
    """An address that may become a link: http and https alone; a page runs no document's so-called address."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_words(day: str | None, short: bool = False) -> str:
    """An ISO date as English has it: "19 April 2023", or "19 Apr 2023"; "no date" where there is none."""
    try:
        found = date.fromisoformat(day or "")
    except ValueError:
        return clean(day) or "no date"
    month = _MONTHS[found.month - 1]
    return f"{found.day} {month[:3] if short else month} {found.year}"


def month_words(period: str) -> str:
    """A month's period, "2023-04", as "April 2023"; a year or quarter as it is."""
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return f"{_MONTHS[int(period[5:]) - 1]} {period[:4]}"
    return period


def counted(number: float, one: str, many: str | None = None) -> str:
    """ "1 act", "24 acts", "1,204 acts"."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"
