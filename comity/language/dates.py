"""The dates that a sentence speaks of. In: one sentence and the day it was published; out: spans with closed intervals.

Written dates ("30 March 2022", "in August", "early 2015", "between 2014 and 2016") and dates told from the day of
publication ("on Wednesday", "two weeks ago"). What cannot be guessed: each span says how it hangs in the sentence
(`kind`), since in "condemned the 2020 war" the year dates the war and not the condemnation.

Intervals are as wide as the words are vague: a year for "30 years ago", a week for "two weeks ago", the third of a
month for "mid-May". Seasons are those of the northern hemisphere; winter begins in the December of the year it is
named after.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from comity.records import DateBasis, EventDate

__all__ = ["DateKind", "DateSpan", "find_dates"]

DateKind = Literal["clause", "modifier", "since", "bound"]
Interval = tuple[date, date]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """A date in a sentence; `start` and `end` are offsets into that sentence.

    `kind`: clause (dates what the clause tells), modifier (dates a noun: "the 2020 war", "Wednesday's vote"), since
    (the state holds from `date.start` on; `date.end` is the day of publication), bound (by, until, before, after it).
    """

    start: int
    end: int
    date: EventDate
    kind: DateKind = "clause"


@dataclass(frozen=True, slots=True)
class _Clock:
    """From where relative dates are told."""

    now: date | None
    future: bool
    year_hint: int | None


@dataclass(slots=True)
class _Found:
    """A date as read, not yet resolved.

    A calendar date is `place`: the interval it takes in a given year. `year` may be None; `choose` then says which:
    near (the latest that does not lie ahead), last, this, next. A relative date is `tell`: the interval, given the
    date that the sentence named before.
    """

    start: int
    end: int
    basis: DateBasis
    place: Callable[[int], Interval | None] | None = None
    year: int | None = None
    choose: str = "near"
    to_day: bool = False
    weekly: bool = False
    tell: Callable[[Interval | None], Interval | None] | None = None


# A date without a year may lie this many days after publication: previews of events name the day without the year.
AHEAD_DAYS = 30

# --- words ------------------------------------------------------------------------------------------------------------

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 0, "final": 0}
_NUMBERS: dict[str, tuple[int, int]] = {
    word: (number, number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
} | {
    "fifteen": (15, 15),
    "a": (1, 1),
    "an": (1, 1),
    "twenty": (20, 20),
    "thirty": (30, 30),
    "forty": (40, 40),
    "fifty": (50, 50),
    "a couple of": (2, 2),
    "several": (3, 6),
    "a few": (2, 5),
    "": (2, 6),
}

_MONTH = (
    r"(?:Jan(?:uary\b|\.|\b)|Feb(?:ruary\b|\.|\b)|Mar(?:ch\b|\.|\b)|Apr(?:il\b|\.|\b)|May\b|June\b|July\b|Ju[nl](?:\.|\b)"
    r"|Aug(?:ust\b|\.|\b)|Sep(?:tember\b|t?\.|t?\b)|Oct(?:ober\b|\.|\b)|Nov(?:ember\b|\.|\b)|Dec(?:ember\b|\.|\b))"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_YEAR = r"(?:1[89]|20)\d\d(?![\w%]|[.,:/]\d|-\d\d?-\d)"
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)})"
_NUM = rf"(?:\d{{1,3}}|{'|'.join(sorted((n for n in _NUMBERS if n), key=len, reverse=True))})".replace(" ", r"\s+")
# After a number these say that it counts something: "in 2000 cases", "in May 15 people died".
_COUNTED = (
    r"(?!\s+(?:people|persons?|soldiers?|troops?|men|women|children|cases|dollars|euros|pounds|km|kilomet\w+|miles?|met\w+s"
    r"|tons?|tonnes?|votes|homes|houses|families|civilians|deaths|prisoners|refugees|villages|villagers|jobs|hectares"
    r"|acres|feet|years|months|weeks|days|hours|minutes|members|others|percent|per\s+cent|square|GMT|UTC|local|protesters"
    r"|demonstrators|fighters|militants|insurgents|rebels|migrants|workers|students|police\w*|officers|migrants|detainees"
    r"|hostages|tanks|missiles|rockets|drones|million|billion|thousand|of\s+(?:them|whom|the))\b)"
)
_YEAR_TAIL = (
    rf"(?:(?:\s*,)?\s+(?:of\s+|in\s+)?(?:(?P<year>{_YEAR}){_COUNTED}"
    r"|(?P<told>last|this|next|that|the\s+same|the\s+previous|the\s+following)\s+year\b(?!['’]s)))?"
)
_PART = r"(?:(?P<part>[Ee]arly|[Mm]id|[Ll]ate|[Ee]arlier|[Ll]ater)(?:\s+in\s+|[\s–-]+)(?:the\s+)?)"
_EDGE = r"(?:(?:[Tt]he\s+)?(?P<edge>[Ss]tart|[Bb]eginning|[Mm]iddle|[Ee]nd)\s+of\s+)"
_BEGIN = r"(?<![\w$€£.,:/–-])"

_PARTS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}

# What may stand before a bare year or month for it to be one.
_YEAR_CUE = re.compile(
    r"(?:\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Tt]ill|[Ff]rom|[Dd]uring|[Bb]etween|[Bb]efore|[Aa]fter|of|to|[Tt]hrough"
    r"|[Tt]hroughout|[Aa]round|circa|year|for|than|into)\s+|\()$"
)
_MONTH_CUE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Tt]ill|[Ff]rom|[Dd]uring|[Bb]etween|[Bb]efore|[Aa]fter|of|to|[Tt]hrough"
    r"|[Tt]hroughout|for|into)\s+$"
)
_MAY_CUE = re.compile(r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Dd]uring|[Tt]hroughout|[Bb]etween)\s+$")
_CHOICE = re.compile(r"\b([Ll]ast|[Tt]his|[Nn]ext)\s+$")
_YEAR_LIST = re.compile(rf"\b(?:[Ii]n|[Bb]etween)\s+(?:{_YEAR},\s+)*{_YEAR}(?:,|,?\s+and|\s+or)\s+$")
_DETERMINER = re.compile(
    r"(?:\b(?i:the|an?|his|her|its|their|our|this|that|these|those|another|each|any)|['’]s|s['’])\s+"
    r"(?:(?:[\w-]*(?:al|ic|ous|ive|ful|less|an|ese|ing)|[\w-]+-\w+ed|bloody|brief|short|failed|first|second|fresh|joint"
    r"|[A-Z][\w-]*)\s+){0,2}$"
)
_FUNCTION_WORD = (
    r"(?:of|in|on|at|to|and|or|nor|but|by|with|for|from|when|that|which|who|whom|whose|where|was|is|are|were|be|been|as|after"
    r"|before|while|until|till|because|said|says|will|would|had|has|have|than|through|about|into|onto|over|under|under|near"
    r"|did|does|do|not|if|so|then|since|during|against|amid|among|between|despite|following|upon|without|within|via|per"
    r"|it|he|she|they|we|you|i|the|a|an|his|her|its|their|our|this|these|those|there|here|also|alone|onwards?|saw|brought"
    r"|came|may|might|can|could|should|shall|must|last|next|ago|all|both|some|many|most)"
)
_NOUN_AFTER = re.compile(rf"\s+(?!{_FUNCTION_WORD}\b)[^\W\d_]|-(?:era|born|vintage)\b")
_LOWER_AFTER = re.compile(rf"\s+(?!{_FUNCTION_WORD}\b)[a-z]")
_POSSESSED = re.compile(r"['’]s?(?=\s)")
_SINCE = re.compile(r"\b[Ss]ince\s+(?:the\s+|at\s+least\s+|about\s+|around\s+)?$")
_BOUND = re.compile(
    r"\b(?:[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Aa]head\s+of|later\s+than|[Pp]rior\s+to)\s+(?:the\s+|at\s+least\s+)?$"
)
# "The war of 2008" is dated by its year; "on the night of 25 March" and "as of 2020" date the clause.
_OF_NOUN = re.compile(
    r"\b(?!(?:as|ahead|nights?|evening|morning|afternoon|hours|days?|weeks?|months?|year)\s)\w+\s+of\s+$", re.IGNORECASE
)

# --- calendar arithmetic ----------------------------------------------------------------------------------------------


def _month_span(year: int, month: int, length: int = 1) -> Interval:
    """`length` whole months from this one on."""
    last = year * 12 + month - 1 + length - 1
    end_year, end_month = last // 12, last % 12 + 1
    return date(year, month, 1), date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])


def _year_span(year: int, length: int = 1) -> Interval:
    return date(year, 1, 1), date(year + length - 1, 12, 31)


def _day_span(year: int, month: int, day: int, last: int | None = None) -> Interval | None:
    try:
        first = date(year, month, day)
        return first, date(year, month, last) if last and last > day else first
    except ValueError:
        return None


def _week_span(day: date, weeks: int = 0) -> Interval:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def _third(span: Interval, part: str | None) -> Interval:
    """The early, middle or late third of a month, year or decade."""
    which = _PARTS.get((part or "").lower())
    if which is None:
        return span
    first, last = span
    days = (last - first).days + 1
    if days > 400:
        step = (last.year - first.year + 1) // 3
        return _year_span(first.year + which * step, step + 1)
    if days > 200:
        return _month_span(first.year, 1 + which * 4, 4)
    begin = first + timedelta(days=which * (days // 3))
    return begin, last if which == 2 else begin + timedelta(days=days // 3 - 1)


def _shift(day: date, unit: str, count: int) -> date:
    """`count` units later (earlier when negative); the last day of a month where the day does not exist."""
    if unit in ("hour", "minute"):
        return day
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "year": 12, "decade": 120, "century": 1200}[unit]
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _about(first: date, last: date, unit: str) -> Interval:
    """The interval widened to what a count in this unit leaves open."""
    if unit == "week":
        return first - timedelta(days=3), last + timedelta(days=3)
    if unit == "month":
        return _month_span(first.year, first.month)[0], _month_span(last.year, last.month)[1]
    slack = {"year": 0, "decade": 1, "century": 5}.get(unit)
    if slack is None:
        return first, last
    return date(first.year - slack, 1, 1), date(last.year + slack, 12, 31)


def _unit_span(now: date, unit: str, choose: str, *, future: bool) -> Interval:
    """Last, this or next week, month, year …; the current one up to (or, of a future clause, from) today."""
    step = {"last": -1, "next": 1}.get(choose, 0)
    if unit == "weekend":
        saturday = _week_span(now)[0] + timedelta(days=5)
        if choose == "the":  # most recent, or coming
            step = 0 if future or now >= saturday else -1
        return saturday + timedelta(weeks=step), saturday + timedelta(weeks=step, days=1)
    if unit == "week":
        span = _week_span(now, step)
    elif unit == "month":
        moved = _shift(now.replace(day=1), "month", step)
        span = _month_span(moved.year, moved.month)
    elif unit == "year":
        span = _year_span(now.year + step)
    else:
        size = 10 if unit == "decade" else 100
        span = _year_span((now.year // size + step) * size, size)
    if step == 0 and choose == "this":
        return (now, span[1]) if future else (span[0], now)
    return span


def _choose_year(place: Callable[[int], Interval | None], choose: str, to_day: bool, clock: _Clock) -> Interval | None:
    """The year of a date that names none. See `_Found`."""
    now = clock.now
    if now is None:
        return place(clock.year_hint) if clock.year_hint is not None and choose == "near" else None
    if choose == "this":
        return place(now.year)
    if choose == "next" or (choose == "near" and clock.future):
        spans = (place(year) for year in range(now.year - 1, now.year + 9))
        return next((s for s in spans if s and (s[0] > now if choose == "next" else s[1] >= now)), None)
    spans = (place(year) for year in range(now.year + 1, now.year - 9, -1))
    latest = now + timedelta(days=AHEAD_DAYS if to_day else 0)
    return next((s for s in spans if s and (s[1] < now if choose == "last" else s[0] <= latest)), None)


# --- readers: one for each way to write a date ------------------------------------------------------------------------

_Reader = Callable[[re.Match[str], _Clock], _Found | None]


def _month_number(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1


def _day_number(word: str) -> int:
    return int(word.rstrip("sthndr"))


def _dated(found: _Found, match: re.Match[str], clock: _Clock) -> _Found:
    """Gives a calendar date the year that stands behind it: "2020", "last year", "that year"."""
    told = " ".join((match["told"] or "").split())
    if match["year"]:
        found.year = int(match["year"])
    elif told in ("last", "this", "next"):
        found.basis = "relative"
        if clock.now is not None:
            found.year = clock.now.year + {"last": -1, "this": 0, "next": 1}[told]
        else:
            found.choose = told  # nothing to tell it from: resolves to no date
    elif told:
        place, step = found.place, {"the previous": -1, "the following": 1}.get(told, 0)
        found.basis = "relative"
        found.place = None
        found.tell = lambda anchor: place(anchor[0].year + step) if anchor and place else None
    return found


def _read_day(match: re.Match[str], clock: _Clock) -> _Found | None:
    month, day = _month_number(match["month"]), _day_number(match["day"])
    last = _day_number(match["last"]) if match["last"] else None
    found = _Found(*match.span(), "explicit", place=lambda year: _day_span(year, month, day, last), to_day=True)
    return _dated(found, match, clock)


def _read_figures(match: re.Match[str], _: _Clock) -> _Found | None:
    """2022-03-30; 30/03/2022 where only one reading exists; 9/11."""
    if match["iso"]:
        year, month, day = (int(match[name]) for name in ("iso", "iso_month", "iso_day"))
    elif match["fig_year"]:
        year, day, month = (int(match[name]) for name in ("fig_year", "fig_a", "fig_b"))
        if day <= 12 and month <= 12 and day != month:
            return None
        if month > 12:
            day, month = month, day
    else:
        year, month, day = 2001, 9, 11
    return _Found(*match.span(), "explicit", place=lambda y: _day_span(y, month, day), year=year, to_day=True)


def _read_month(match: re.Match[str], clock: _Clock) -> _Found | None:
    text, month = match.string, _month_number(match["month"])
    before, part = text[max(0, match.start() - 40) : match.start()], match["part"] or match["edge"]
    found = _Found(*match.span(), "explicit", place=lambda year: _third(_month_span(year, month), part))
    if match["year"] or match["told"]:
        return _dated(found, match, clock)
    if chosen := _CHOICE.search(before):
        found.start -= len(chosen[0])
        found.choose, found.basis = chosen[1].lower(), "relative"
        return found
    if part:
        if part.lower() in ("earlier", "later") and clock.now and clock.now.month == month:
            return _clipped(found, _month_span(clock.now.year, month), part, clock.now)
        return found
    cue = _MAY_CUE if month == 5 else _MONTH_CUE
    named = _DETERMINER.search(before) and _LOWER_AFTER.match(text, match.end())
    ranged = re.search(rf"{_MONTH}\s*(?:to|and|until|through|[–-])\s*$", before)
    to_range = re.match(rf"\s*(?:[–-]|to|through|until)\s*{_MONTH}", text[match.end() : match.end() + 20])
    return found if cue.search(before) or named or ranged or to_range else None


def _clipped(found: _Found, span: Interval, part: str, now: date) -> _Found:
    """ "Earlier this month" ends today, "later this month" begins today."""
    if part.lower() == "earlier":
        clipped = (span[0], max(span[0], min(span[1], now)))
    else:
        clipped = (min(span[1], max(span[0], now)), span[1])
    found.place, found.tell, found.basis = None, lambda _: clipped, "relative"
    return found


def _read_year(match: re.Match[str], _: _Clock) -> _Found | None:
    text, first = match.string, int(match["year"])
    before, part = text[max(0, match.start() - 40) : match.start()], match["part"] or match["edge"]
    last = first
    if match["until"]:
        last = int(match["until"]) if len(match["until"]) == 4 else first // 100 * 100 + int(match["until"])
        if last <= first:
            return None
    elif not part and not _YEAR_CUE.search(before):
        named = _DETERMINER.search(before) and _NOUN_AFTER.match(text, match.end())
        listed = _YEAR_LIST.search(before)
        if not named and not listed:
            return None
    span = (date(first, 1, 1), date(last, 12, 31))
    span = _third(span, part) if first == last else span
    return _Found(*match.span(), "explicit", place=lambda _: span, year=first)


def _read_decade(match: re.Match[str], _: _Clock) -> _Found | None:
    first = int(match["decade"]) if match["decade"] else 1900 + int(match["short"])
    span = _third(_year_span(first, 10), match["part"])
    return _Found(*match.span(), "explicit", place=lambda _: span, year=first)


def _read_season(match: re.Match[str], clock: _Clock) -> _Found | None:
    month, part = _SEASONS[match["season"].lower()], match["part"]
    choose = (match["choose"] or "").lower()
    if not (choose or match["year"] or match["told"]):
        return None
    found = _Found(*match.span(), "relative" if choose else "explicit")
    found.place = lambda year: _third(_month_span(year, month, 3), part)
    found.choose = choose or "near"
    return _dated(found, match, clock)


def _read_fraction(match: re.Match[str], clock: _Clock) -> _Found | None:
    """Quarters and halves of a year."""
    months = 6 if (match["unit"] or "") == "half" else 3
    number = int(match["q"]) if match["q"] else _ORDINALS[match["ordinal"].lower()] or 12 // months
    if not 1 <= number <= 12 // months:
        return None
    found = _Found(*match.span(), "explicit")
    found.place = lambda year: _month_span(year, 1 + (number - 1) * months, months)
    if match["the_year"]:
        found.choose, found.basis = "this", "relative"
        return found
    return _dated(found, match, clock) if match["year"] or match["told"] else None


def _read_weekday(match: re.Match[str], clock: _Clock) -> _Found | None:
    now, number = clock.now, _WEEKDAYS.index(match["weekday"])
    if now is None:
        return None
    choose = " ".join((match["choose"] or "").lower().split())
    ahead, back = (number - now.weekday()) % 7, (now.weekday() - number) % 7
    if week := match["week"]:
        day = _week_span(now, {"last": -1, "next": 1}.get(week, 0))[0] + timedelta(days=number)
    elif choose in ("last", "past", "this past", "previous"):
        day = now - timedelta(days=back or 7)
    elif choose in ("next", "coming", "this coming"):
        day = now + timedelta(days=ahead or 7)
    elif choose == "this":
        day = _week_span(now)[0] + timedelta(days=number)
    else:
        day = now + timedelta(days=ahead) if clock.future else now - timedelta(days=back)
    return _Found(*match.span(), "relative", tell=lambda _: (day, day), weekly=not choose and not week)


_NAMED_DAYS = {
    "the day before yesterday": (-2, -2),
    "the day after tomorrow": (2, 2),
    "yesterday": (-1, -1),
    "last night": (-1, -1),
    "overnight": (-1, 0),
    "tomorrow": (1, 1),
}


def _read_named_day(match: re.Match[str], clock: _Clock) -> _Found | None:
    now = clock.now
    if now is None:
        return None
    first, last = _NAMED_DAYS.get(" ".join(match[0].lower().split()), (0, 0))
    if match["tomorrow"]:
        first = last = 1
    if match["yesterday"]:
        first = last = -1
    span = now + timedelta(days=first), now + timedelta(days=last)
    return _Found(*match.span(), "relative", tell=lambda _: span)


def _read_unit(match: re.Match[str], clock: _Clock) -> _Found | None:
    """Last week, earlier this month, late next year, the end of the year, over the weekend."""
    now, unit = clock.now, match["unit"]
    choose, part = match["choose"].lower(), match["part"] or match["edge"]
    if now is None or (choose == "the" and not part and unit != "weekend"):
        return None
    found = _Found(*match.span(), "relative")
    if part and part.lower() in ("earlier", "later"):
        return _clipped(found, _unit_span(now, unit, "the" if choose == "this" else choose, future=False), part, now)
    if part:
        span = _third(_unit_span(now, unit, "whole" if choose == "this" else choose, future=clock.future), part)
    else:
        span = _unit_span(now, unit, choose, future=clock.future)
    found.tell = lambda _: span
    return found


def _read_distance(match: re.Match[str], clock: _Clock) -> _Found | None:
    """Two weeks ago (from publication); a day earlier, three days later (from the date named before, if any)."""
    now, unit = clock.now, match["unit"]
    word = " ".join((match["count"] or "").casefold().split())
    direction = match["direction"].split()[0]
    # A pattern that minds no case takes the Turkish letters of "sıx" for those of "six".
    if not (word.isdigit() or word in _NUMBERS):
        return None
    low, high = _NUMBERS[word] if not word.isdigit() else (int(word), int(word))
    if not word and unit not in ("day", "week", "month", "hour", "minute"):
        return None  # "years ago" says nothing one could hold on to

    def tell(anchor: Interval | None) -> Interval | None:
        base = (now, now) if direction in ("ago", "hence", "from") or anchor is None else anchor
        if base[0] is None or base[1] is None:
            return None
        if direction in ("ago", "earlier", "previously", "prior", "beforehand"):
            return _about(_shift(base[0], unit, -high), _shift(base[1], unit, -low), unit)
        # A past clause cannot lie after publication: its "later" is told from a date in another sentence.
        if anchor is None and not clock.future and direction not in ("hence", "from"):
            return None
        return _about(_shift(base[0], unit, low), _shift(base[1], unit, high), unit)

    return _Found(*match.span(), "relative", tell=tell)


# How far back "in recent …" goes, in days.
_RECENT = {"day": 7, "week": 30, "month": 180, "year": 1095}


def _read_window(match: re.Match[str], clock: _Clock) -> _Found | None:
    """The past two weeks, the coming days, recent months, within a month: an interval that ends or begins today."""
    now = clock.now
    if now is None:
        return None
    if match["recent"]:
        recent = now - timedelta(days=_RECENT[match["recent"]])
        return _Found(*match.span(), "relative", tell=lambda _: (recent, now))
    if match["way"] == "next" and not match["count"] and not match["plural"] and not match["during"]:
        return None  # "the next day": see _read_anchored
    if match["within"]:
        if not clock.future:
            return None
        word, unit, ahead = match["within"], match["within_unit"], True
    else:
        word, unit, ahead = match["count"] or "", match["unit"], match["way"] in ("next", "coming")
        if not word and match["plural"]:
            word = "several"
        word = word or "one"
    word = " ".join(word.lower().split())
    number = int(word) if word.isdigit() else _NUMBERS[word][1]
    other = _shift(now, unit, number if ahead else -number)
    if match["at"]:
        point = _about(other, other, unit)
        return _Found(*match.span(), "relative", tell=lambda _: point)
    span = (now, other) if ahead else (other, now)
    return _Found(*match.span(), "relative", tell=lambda _: span)


def _read_anchored(match: re.Match[str], _: _Clock) -> _Found | None:
    """The same day, the following month, that year: told only from a date named before."""
    unit, step = match["unit"], {"following": 1, "next": 1, "previous": -1}.get(match["which"] or "", 0)

    def tell(anchor: Interval | None) -> Interval | None:
        if anchor is None:
            return None
        day = _shift(anchor[1 if step > 0 else 0], unit, step)
        if unit == "day":
            return (day, _shift(anchor[1], unit, step)) if step == 0 else (day, day)
        return _unit_span(day, unit, "the", future=False)

    return _Found(*match.span(), "relative", tell=tell)


_UNITS = r"(?P<unit>hour|minute|day|week|month|year|decade|century)(?:s|\b)"
_FULL = r"(?:(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+\(?(?:the\s+)?)?)"

# For each reader: words of which one must be in the sentence (looked for first, since that costs next to nothing),
# whether a digit must be, and the pattern.
_READERS: tuple[tuple[tuple[str, ...], bool, re.Pattern[str], _Reader], ...] = (
    (
        _MONTHS,
        True,
        re.compile(
            rf"{_BEGIN}{_FULL}(?P<day>{_DAY})(?:\s*(?:[–-]|\bto\b|\band\b|\bor\b)\s*(?P<last>{_DAY}))?\s+(?:of\s+)?"
            rf"(?P<month>{_MONTH})(?!-\w){_YEAR_TAIL}"
        ),
        _read_day,
    ),
    (
        _MONTHS,
        True,
        re.compile(
            rf"{_BEGIN}{_FULL}(?P<month>{_MONTH})\s+(?:the\s+)?(?P<day>{_DAY}){_COUNTED}"
            rf"(?:\s*(?:[–-]|\bto\b|\band\b)\s*(?P<last>{_DAY})(?!\s+(?:of\s+)?{_MONTH}){_COUNTED})?{_YEAR_TAIL}"
        ),
        _read_day,
    ),
    (
        ("-", "/", "."),
        True,
        re.compile(
            r"(?<![\w/.-])(?:(?P<iso>\d{4})[-/](?P<iso_month>\d\d)[-/](?P<iso_day>\d\d)(?![\d/-])"
            r"|(?P<fig_a>\d{1,2})[./](?P<fig_b>\d{1,2})[./](?P<fig_year>(?:19|20)\d\d)(?![\w/])|9/11(?![\d/]))"
        ),
        _read_figures,
    ),
    (
        _MONTHS,
        False,
        re.compile(rf"(?<!\w)(?:{_PART}|{_EDGE})?(?P<month>{_MONTH})(?!-\w){_YEAR_TAIL}"),
        _read_month,
    ),
    (
        (),
        True,
        re.compile(
            rf"{_BEGIN}(?:{_PART}|{_EDGE})?(?P<year>{_YEAR})"
            rf"(?:\s*[–—-]\s*(?P<until>{_YEAR}|\d\d(?![\w–-]|[.,]\d)))?{_COUNTED}"
        ),
        _read_year,
    ),
    (
        ("0s", "0's", "0’s"),
        True,
        re.compile(
            rf"(?<![\w$€£.,:/–-])(?:(?:[Tt]he\s+)?{_PART})?(?:(?P<decade>(?:1[89]|20)\d0)['’]?s\b|['’](?P<short>[1-9]0)s\b)"
        ),
        _read_decade,
    ),
    (
        ("pring", "ummer", "utumn", "fall", "winter", "Winter", "Fall"),
        False,
        re.compile(
            rf"\b(?:(?P<choose>[Ll]ast|[Tt]his|[Nn]ext)\s+|{_PART})?(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"
            rf"\b{_YEAR_TAIL}"
        ),
        _read_season,
    ),
    (
        ("quarter", "half", "Q"),
        False,
        re.compile(
            r"\b(?:(?:[Tt]he\s+)?(?P<ordinal>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal)\s+"
            rf"(?P<unit>quarter|half)|Q(?P<q>[1-4]))(?:(?P<the_year>\s+of\s+the\s+year\b)|{_YEAR_TAIL})"
        ),
        _read_fraction,
    ),
    (
        ("day",),
        False,
        re.compile(
            r"(?<![-])\b(?:(?<!Black\s)(?<!Bloody\s)(?<!Good\s)(?<!Ash\s)(?<!Palm\s)(?<!Easter\s)(?<!Super\s)(?<!Holy\s))"
            r"(?:(?P<choose>(?:[Tt]his\s+)?(?:coming|past)|[Ll]ast|[Nn]ext|[Tt]his|previous)\s+)?"
            rf"(?P<weekday>{_WEEKDAY})\b(?!\s+(?:Times|Telegraph|Mirror|Express|Mail|Post|Agreement|Accords?)\b|-)"
            r"(?:\s+(?:morning|afternoon|evening|night|noon)\b)?(?:,?\s+(?:of\s+)?(?P<week>last|this|next)\s+week\b)?"
        ),
        _read_weekday,
    ),
    (
        ("day", "night", "omorrow", "morning", "evening", "afternoon"),
        False,
        re.compile(
            r"(?i:\bthe\s+day\s+(?:before\s+yesterday|after\s+tomorrow)|\b(?P<yesterday>yesterday)(?:\s+(?:morning|afternoon"
            r"|evening))?|\b(?P<tomorrow>tomorrow)(?:\s+(?:morning|afternoon|evening|night))?|\b(?:earlier\s+|later\s+)?today"
            r"|\btonight|\b(?:earlier|later)\s+in\s+the\s+day|\b(?<!the\s)last\s+night"
            r"|\bthis\s+(?:morning|afternoon|evening)|\bovernight)\b"
        ),
        _read_named_day,
    ),
    (
        ("week", "month", "year", "decade", "centur"),
        False,
        re.compile(
            rf"\b(?:{_PART}|{_EDGE}|(?<=\b[Tt]he\s)(?!))?(?P<choose>(?:(?<![Tt]he\s)[Ll]ast|[Tt]his|(?<![Tt]he\s)[Nn]ext|[Tt]he"
            r"|(?<=[Ee]arlier\sin\s)the))\s+(?P<unit>weekend|week|month|year|decade|century)\b(?!-)"
        ),
        _read_unit,
    ),
    (
        ("ago", "earlier", "later", "previously", "prior", "hence", "beforehand", "afterward", "now"),
        False,
        re.compile(
            rf"(?<![\w.,$-])(?i:(?P<count>{_NUM})\s+)?{_UNITS}\s+"
            r"(?P<direction>ago|earlier(?!\s+than)|later(?!\s+than)|previously|prior(?!\s+to)|hence|beforehand|afterwards?|"
            r"from\s+now)\b"
        ),
        _read_distance,
    ),
    (
        ("day", "week", "month", "year", "decade"),
        False,
        re.compile(
            r"\b(?:(?:[Ii]n|[Oo]ver|[Dd]uring)\s+recent\s+(?P<recent>day|week|month|year)s\b"
            rf"|(?:[Ww]ithin|(?P<at>[Ii]n))\s+(?P<within>{_NUM})\s+(?P<within_unit>day|week|month|year)s?\b"
            rf"|(?P<during>(?:[Ii]n|[Oo]ver|[Ww]ithin|[Dd]uring|[Ff]or)\s+)?the\s+(?P<way>last|past|next|coming)\s+(?:(?P<count>{_NUM})\s+)?(?P<unit>day|week|month|year|decade)"
            r"(?P<plural>s)?\b(?!\s+of\b))"
        ),
        _read_window,
    ),
    (
        ("day", "week", "month", "year"),
        False,
        re.compile(
            r"\b(?:[Tt]he|[Tt]hat)\s+(?:(?<=[Tt]hat\s)|(?:very\s+)?(?P<which>same|following|next|previous)\s+)"
            r"(?P<unit>day|week|month|year)\b"
        ),
        _read_anchored,
    ),
)
_DIGIT = re.compile(r"\d")
_JOINER = re.compile(r"\s*(?:[–—-]|\b(?:to|until|till|through|and))\s*(?:on\s+|the\s+)?$")

_BETWEEN = re.compile(r"\b[Bb]etween\s+(?:the\s+)?$")


def find_dates(
    text: str,
    published: str | None,
    *,
    future: bool = False,
    year_hint: int | None = None,
    anchor: EventDate | None = None,
) -> tuple[DateSpan, ...]:
    """The dates of one sentence, from left to right, without overlaps.

    `published` is an ISO date. `future`: the clause tells of what is to come, so "on Friday" and "in August" mean the
    coming ones. `year_hint` is the year of a date that names none, where `published` is None; without either, no date.
    `anchor` is the date that the text before spoke of, for "three days later" and "the following month". Raises
    ValueError when `published` is no ISO date.
    """
    read = list(_read(text))
    if not read:
        return ()
    clock = _Clock(date.fromisoformat(published[:10]) if published else None, future, year_hint)
    told: Interval | None = None
    if anchor is not None:
        told = date.fromisoformat(anchor.start), date.fromisoformat(anchor.end)
    spans: list[DateSpan] = []
    items = (_in_calendar(reader, match, clock) for match, reader in read)
    found = _without_overlaps(item for item in items if item is not None)
    index = 0
    while index < len(found):
        item, span = found[index], None
        start, end, basis = item.start, item.end, item.basis
        if index + 1 < len(found) and _joined(text, item, found[index + 1]):
            other = found[index + 1]
            span = _in_calendar(_resolve_range, item, other, clock, told)
            if span is not None:
                end, index = other.end, index + 1
                basis = "relative" if "relative" in (item.basis, other.basis) else "explicit"
        span = span or _in_calendar(_resolve, item, clock, told)
        index += 1
        if span is None:
            continue
        told = span
        kind = _kind(text, start, end, basis)
        if kind == "since" and clock.now is not None:
            span = span[0], max(span[1] if span[0] > clock.now else clock.now, span[0])
        event_date = EventDate(start=span[0].isoformat(), end=span[1].isoformat(), basis=basis)
        spans.append(DateSpan(start=start, end=end, date=event_date, kind=kind))
    return tuple(spans)


def _read(text: str) -> Iterator[tuple[re.Match[str], _Reader]]:
    """All places where some reader's pattern fits."""
    digit = _DIGIT.search(text) is not None
    for words, needs_digit, pattern, reader in _READERS:
        if (digit or not needs_digit) and (not words or any(word in text for word in words)):
            for match in pattern.finditer(text):
                yield match, reader


def _in_calendar(reckon: Callable[..., T | None], *given: object) -> T | None:
    """What a reckoning gives, or None where it leads before the year 1 or beyond 9999, as "a week ago" may in a document
    that says of itself to be of 1 January 0001."""
    try:
        return reckon(*given)
    except (ValueError, OverflowError):
        return None


def _without_overlaps(found: Iterator[_Found]) -> list[_Found]:
    """Of dates that overlap the longest, of equals the first; then in the order of the text."""
    kept: list[_Found] = []
    starts: list[int] = []
    for item in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        at = bisect_left(starts, item.start)
        if (not at or kept[at - 1].end <= item.start) and (at == len(kept) or item.end <= kept[at].start):
            kept.insert(at, item)
            starts.insert(at, item.start)
    return kept


def _joined(text: str, first: _Found, second: _Found) -> bool:
    """From one date to another: one interval."""
    between = text[first.end : second.start]
    if not _JOINER.fullmatch(between):
        return False
    return "and" not in between or _BETWEEN.search(text[max(0, first.start - 40) : first.start]) is not None


def _resolve(found: _Found, clock: _Clock, told: Interval | None) -> Interval | None:
    if found.tell is not None:
        return found.tell(told)
    if found.place is None:
        return None
    if found.year is not None:
        return found.place(found.year)
    return _choose_year(found.place, found.choose, found.to_day, clock)


def _resolve_range(first: _Found, second: _Found, clock: _Clock, told: Interval | None) -> Interval | None:
    """A date without a year takes that of the date it is joined to."""
    end = _resolve(second, clock, told)
    if end is None:
        return None
    if first.place is not None and first.year is None and first.choose == "near":
        begin = first.place(end[1].year)
        if begin is not None and begin[0] > end[1]:
            begin = first.place(end[1].year - 1)
    else:
        begin = _resolve(first, clock, told)
    if begin is not None and first.weekly and begin[0] > end[0]:
        week = timedelta(weeks=1)
        if clock.future:
            end = end[0] + week, end[1] + week
        else:
            begin = begin[0] - week, begin[1] - week
    return (begin[0], end[1]) if begin is not None and begin[0] <= end[1] else None


def _kind(text: str, start: int, end: int, basis: DateBasis) -> DateKind:
    """How the date hangs in the sentence, by the words beside it."""
    before = text[max(0, start - 60) : start]
    if _POSSESSED.match(text, end):
        return "modifier"
    span = text[start:end]
    calendar_date = basis == "explicit" and not span.endswith("s")
    if calendar_date and _DETERMINER.search(before) and _NOUN_AFTER.match(text, end):
        return "modifier"
    if span in _WEEKDAYS and re.search(r"\b(?:[Tt]he|[Aa]|its|their)\s+$", before) and _LOWER_AFTER.match(text, end):
        return "modifier"
    if calendar_date and (_OF_NOUN.search(before) or (span.isdigit() and before.endswith("("))):
        return "modifier"
    if _SINCE.search(before):
        return "since"
    return "bound" if _BOUND.search(before) else "clause"
