"""Dates as text states them, for one question: when was this published?

Whole dates (5 May 2021, May 5, 2021, 2021-05-05), dates in records (ISO 8601, RFC 2822, 20210505), dates in addresses
(/2021/05/05/), and, where nothing else says, the latest day that the article speaks of: it cannot be older than that,
so the day is a lower bound. Day-first and month-first figures (5/4/2021) are left alone unless only one reading exists.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from comity.sources.tables import MONTH

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = r"(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)"
_FIGURES = r"(?P<fig_a>\d{1,2})[./](?P<fig_b>\d{1,2})[./](?P<fig_year>(?:19|20)\d\d)"
_US = rf"(?P<us_month>{MONTH})\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<us_year>(?:19|20)\d\d)\b)?"
_UK = rf"(?P<uk_day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<uk_month>{MONTH})(?:,?\s+(?P<uk_year>(?:19|20)\d\d)\b)?"
_DATE = re.compile(rf"\b(?:{_ISO}|{_FIGURES}|{_UK}(?!\w)|{_US})", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d,.$€£-])\b(?:19|20)\d\d\b(?![\d,-]\d|\s*%)")
_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/_.-]|$)|[/_-]((?:19|20)\d\d)(\d\d)(\d\d)(?=\D|$)"
)
_LEADS_IN = re.compile(
    r"\W*\b(?:(?:first |last )?(?:published|posted|updated|modified|date)(?: on| at)?|on)?\W*(?:\w+day)?\W*$",
    re.IGNORECASE,
)
# Words before a date that put it into the future of the article: such a day says nothing on when it was written.
_AHEAD = re.compile(
    r"\b(?:(?:will|shall|would|deadline|scheduled|due|expires?|slated|planned|upcoming)\b[^.!?]*"
    r"|(?:by|until|till|before) )$",
    re.IGNORECASE,
)


def day(year: int, month: int, number: int) -> str | None:
    """The ISO date, or None when there is no such day."""
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def from_value(value: object) -> str | None:
    """The date in a record's or a tag's value, or None: ISO 8601, RFC 2822, YYYYMMDD, a written date, a Unix time.

    An instant keeps the day it was given in; it is not moved to another time zone.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        if 19000101 <= value <= 21001231:
            return from_value(str(int(value)))
        if 0 < value < 1e14:
            seconds = value / 1000 if value > 1e11 else value
            return datetime.fromtimestamp(seconds, tz=UTC).date().isoformat()
        return None
    text = str(value).strip()
    if match := re.match(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", text):
        return day(*map(int, match.groups()))
    if match := re.match(r"(\d{4})(\d\d)(\d\d)(?!\d{1,5}$)", text):
        return day(*map(int, match.groups()))
    if found := first(text):
        return found
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def first(text: str) -> str | None:
    """The first whole date in a line, or None."""
    for match in _DATE.finditer(text):
        year, month, number = _parts(match)
        if year and (found := day(year, month, number)):
            return found
    return None


def without(text: str) -> str:
    """What a line says before its first date, or else behind it: "Jane Doe, Published 5 May 2021" → "Jane Doe"."""
    match = _DATE.search(text)
    if not match:
        return text
    edges = " ,|·•–—-"
    return _LEADS_IN.sub("", text[: match.start()]).strip(edges) or text[match.end() :].strip(edges)


def from_url(url: str) -> str | None:
    """The date in an address (/2021/05/05/, /2021/may/05/, -20210505), or None."""
    for match in _ADDRESS.finditer(url):
        year, month, number = match.group(1, 2, 3) if match.group(1) else match.group(4, 5, 6)
        if month.isdigit():
            found = day(int(year), int(month), int(number))
        elif month in _MONTHS:
            found = day(int(year), _MONTHS.index(month) + 1, int(number))
        else:
            found = None
        if found:
            return found
    return None


def latest(text: str) -> str | None:
    """The latest day the text speaks of as past or present: a lower bound for its publication, or None.

    A day without a year takes the year of the nearest whole date; where the text has none, the nearest year named.
    Days that the sentence puts ahead (by, until, will … on) do not count.
    """
    found = [(match, *_parts(match)) for match in _DATE.finditer(text)]
    anchors = [(match.start(), year) for match, year, _, _ in found if year]
    if not anchors:
        anchors = [(match.start(), int(match.group())) for match in _YEAR.finditer(text)]
    days: list[str] = []
    for match, year, month, number in found:
        if _AHEAD.search(text[max(0, match.start() - 80) : match.start()]):
            continue
        if not year and anchors:
            year = min(anchors, key=lambda anchor: abs(anchor[0] - match.start()))[1]
        if year and (named := day(year, month, number)):
            days.append(named)
    return max(days, default=None)


def _parts(match: re.Match[str]) -> tuple[int, int, int]:
    """Year (0 when not given), month and day of a match; month 0 where figures can be read two ways."""
    part = match.groupdict()
    if part["iso_year"]:
        return int(part["iso_year"]), int(part["iso_month"]), int(part["iso_day"])
    if part["fig_year"]:
        one, two = int(part["fig_a"]), int(part["fig_b"])
        # 5.4.2021 is day first wherever points are used; with strokes only a figure above 12 tells.
        if "." in match.group() or one > 12:
            return int(part["fig_year"]), two, one
        return int(part["fig_year"]), (one if two > 12 or one == two else 0), two
    style = "us" if part["us_month"] else "uk"
    # A pattern that minds no case takes a long s for an s ("ſeptember"), and so does folding.
    month = _MONTHS.index(part[f"{style}_month"][:3].casefold()) + 1
    return int(part[f"{style}_year"] or 0), month, int(part[f"{style}_day"])
