"""The tables of this room (comity/data/sources/*.csv) as rows, with their patterns compiled.

A table is read once. All faults of a table are reported together, each as `file:row: fault`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import resources
from typing import TypeVar

from comity.errors import TableError

T = TypeVar("T")

# A personal name: two to five words that begin with a capital, particles between. Latin letters with any mark.
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŐŒ-ŽƏİ]"
_WORD = rf"{_CAPITAL}(?:[\w'’‘-]+|\.(?:{_CAPITAL}\.)?)"
NAME = rf"(?:{_WORD}(?: (?:{_WORD}|de|da|di|dos|del|van|von|der|den|al|el|bin|ben|ibn|la|le)){{1,4}})"
MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?|"
    r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
DATE = (
    rf"(?:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? {MONTH},? \d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}))"
)
_ORG = rf"(?:{_CAPITAL}[\w'’&.-]*(?: (?:{_CAPITAL}[\w'’&.-]*|of|and|for|&))*)"
_PARTY = (
    r"(?:the )?(?:(?:[Gg]overnments?|[Rr]epublic|[Kk]ingdom|[Ss]tate|[Ee]mbassy|[Mm]inistry of [A-Z]\w+(?: [A-Z]\w+)?"
    r"|[Ff]oreign [Mm]inistry) of (?:the )?)*"
    rf"(?P<behalf>{_CAPITAL}[\w’'-]*[\w](?: (?:(?:of|and|the|for) )*{_CAPITAL}[\w-]+)*)"
)


@cache
def rows(name: str) -> tuple[tuple[int, dict[str, str]], ...]:
    """The rows of a shipped table, each with its line in the file; lines that begin with # are its header comment."""
    path = resources.files("comity") / "data" / "sources" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, start=1) if line and not line.startswith("#")]
    found = tuple(zip(numbers[1:], csv.DictReader((lines[number - 1] for number in numbers), strict=True), strict=True))
    # A comma in an unquoted pattern shifts all that follows it.
    check(
        name,
        [f"{line}: more or fewer cells than columns" for line, row in found if None in row or None in row.values()],
    )
    return found


def made(
    name: str, make: Callable[[int, dict[str, str]], T], choices: Mapping[str, Collection[str]] | None = None
) -> tuple[T, ...]:
    """What `make` makes of each row of a table, given the row's line in the file and its cells.

    `choices` are the values that a column may have. Where a cell is none of them, or `make` raises re.error or
    ValueError (each of its arguments is a fault), the row is at fault. Raises TableError with all faults of all rows.
    """
    faults: list[str] = []
    found: list[T] = []
    for number, row in rows(name):
        for column, allowed in (choices or {}).items():
            if row[column] not in allowed:
                listed = ", ".join(value or "(empty)" for value in allowed)
                faults.append(f'{number}: {column} "{row[column]}" is none of {listed}')
        try:
            found.append(make(number, row))
        except re.error as error:
            faults.append(f"{number}: {error}")
        except ValueError as error:
            faults += [f"{number}: {fault}" for fault in error.args]
    check(name, faults)
    return tuple(found)


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a table, its placeholders filled in. Raises re.error when it is no regular expression."""
    filled = pattern.replace("{NAME}", NAME).replace("{DATE}", DATE).replace("{PARTY}", _PARTY).replace("{ORG}", _ORG)
    return re.compile(filled)


def check(name: str, faults: list[str]) -> None:
    """Raise TableError when a table has faults; each fault is `line: what`, the line counted in the file."""
    if faults:
        raise TableError([f"comity/data/sources/{name}:{fault}" for fault in faults])
