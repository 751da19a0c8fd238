"""The actor tables held against themselves: every fault of every table at once, each with its `file:line`.

A fault is what would make a reading wrong or arbitrary: an unknown code, a form that two actors claim at the same time
with no rule to choose, a date that is none, two men in one office for months.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.actors.surfaces import Sense, surfaces
from comity.actors.tables import DATA, Form, Leader, Tables, read_tables, words
from comity.errors import TableError

SECTORS = words(
    """
    GOV MIL REB OPP CVL COP JUD LEG PRM PTY SPY UAF UNK AGR BUS CRM EDU ELI JRN LAB MED PRE REF REL SOC
    """
)
OFFICES = frozenset(("head_of_state", "head_of_government", "foreign_minister", "defence_minister"))
STATE_KINDS = frozenset(("un_member", "observer", "other", "historic"))
BODY_KINDS = frozenset(("IGO", "NGO", "MNC", "COA"))
PLACE_KINDS = frozenset(("city", "region", "island", "territory", "strait", "river", "border"))
FLAGS = frozenset(("weak", "person", "verb", "modifier"))
RULES = frozenset(("given", "surname", "us_state", "caps", "needs", "context"))
EFFECTS = frozenset(("", "ELI", "skip", "keep", "field"))
# Handovers, rival governments and captains regent overlap by days or weeks; more than this is a slip of the pen.
OVERLAP_DAYS = 60
# Offices that two or more hold at once by constitution, or that rival governments claimed.
_SHARED = words(
    """
    joint co- rival acting facto disputed captain collective presidency monarch leave interim dual shared member recogni
    rebel junta ceremonial nominal
    """
)


def validate(folder: Path = DATA) -> None:
    """Raises TableError with all faults of the tables in a folder; returns quietly when there are none."""
    found = list(faults(read_tables(folder)))
    if found:
        raise TableError(found)


def faults(tables: Tables) -> Iterator[str]:
    """All faults, as `file:line: fault (mend)`."""
    yield from _codes(tables)
    yield from _words(tables)
    yield from _clashes(tables)
    yield from _dates(tables)
    yield from _terms(tables.leaders)


def _codes(tables: Tables) -> Iterator[str]:
    states = {state.code for state in tables.states}
    seen: dict[str, str] = {}
    for state in tables.states:
        if len(state.code) != 3 or not state.code.isupper():
            yield f'{state.place}: code "{state.code}" is not of three capitals (use ISO 3166-1 alpha-3)'
        if state.kind not in STATE_KINDS:
            yield f'{state.place}: kind "{state.kind}" (one of {", ".join(sorted(STATE_KINDS))})'
        if state.successor and state.successor not in states:
            yield f'{state.place}: successor "{state.successor}" is no code of states.csv'
    coded = [(state.place, state.code) for state in tables.states]
    coded += [(body.place, body.code) for body in tables.organisations]
    for at, code in coded:
        if code in seen:
            yield f'{at}: code "{code}" stands at {seen[code]} already'
        seen.setdefault(code, at)
    bodies = {body.code for body in tables.organisations}
    for body in tables.organisations:
        if body.kind not in BODY_KINDS:
            yield f'{body.place}: kind "{body.kind}" (one of {", ".join(sorted(BODY_KINDS))})'
        if body.state and body.state not in states:
            yield f'{body.place}: state "{body.state}" is no code of states.csv'
    for group in tables.groups:
        if group.code in bodies:
            yield f'{group.place}: code "{group.code}" is an organisation\'s ({seen[group.code]})'
        if group.home_state not in states:
            yield f'{group.place}: home_state "{group.home_state}" is no code of states.csv'
        if group.sector not in SECTORS:
            yield f'{group.place}: sector "{group.sector}" is not one of PLOVER\'s'
    for place in tables.places:
        if place.state and place.state not in states:
            yield f'{place.place}: state "{place.state}" is no code of states.csv'
        if place.kind not in PLACE_KINDS:
            yield f'{place.place}: kind "{place.kind}" (one of {", ".join(sorted(PLACE_KINDS))})'
    for office in tables.offices:
        for code in office.states:
            if code not in states:
                yield f'{office.place}: state "{code}" is no code of states.csv'
        for key in office.offices:
            if key not in OFFICES:
                yield f'{office.place}: office "{key}" (one of {", ".join(sorted(OFFICES))})'
    for row_ in tables.ambiguous:
        for code, _ in row_.choices:
            if code not in states:
                yield f'{row_.place}: choice "{code}" is no code of states.csv'
    for term in tables.leaders:
        if term.state not in states:
            yield f'{term.place}: state "{term.state}" is no code of states.csv'
        if term.office not in OFFICES:
            yield f'{term.place}: office "{term.office}" (one of {", ".join(sorted(OFFICES))})'
        if not term.name:
            yield f"{term.place}: no name"


def _all_forms(tables: Tables) -> Iterator[tuple[str, Form]]:
    for state in tables.states:
        for cells in (state.aliases, state.adjectives, state.people, state.metonyms, state.capitals):
            for form in cells:
                yield state.place, form
    for body in tables.organisations:
        yield from ((body.place, form) for form in body.aliases)
    for group in tables.groups:
        yield from ((group.place, form) for form in group.aliases)


def _words(tables: Tables) -> Iterator[str]:
    for place, form in _all_forms(tables):
        if form.sector and form.sector not in SECTORS:
            yield f'{place}: sector "{form.sector}" of "{form.text}" is not one of PLOVER\'s'
        for date in (form.start, form.end):
            if date and not _is_date(date):
                yield f'{place}: "{date}" of "{form.text}" is no date (write YYYY-MM-DD)'
    seen: dict[str, str] = {}
    for noun in tables.heads:
        if noun.sector not in SECTORS:
            yield f'{noun.place}: sector "{noun.sector}" of "{noun.phrase}" is not one of PLOVER\'s'
        if noun.phrase != noun.phrase.lower():
            yield f'{noun.place}: "{noun.phrase}" is not in lower case'
        if noun.phrase in seen:
            yield f'{noun.place}: "{noun.phrase}" stands at {seen[noun.phrase]} already'
        seen.setdefault(noun.phrase, noun.place)
        for flag in sorted(noun.flags - FLAGS):
            yield f'{noun.place}: flag "{flag}" (one of {", ".join(sorted(FLAGS))})'
    for row in tables.ambiguous:
        for rule in sorted(row.rules - RULES):
            yield f'{row.place}: rule "{rule}" (one of {", ".join(sorted(RULES))})'
        if row.rules & {"needs", "us_state"} and not row.cues:
            yield f'{row.place}: "{row.word}" has a rule that needs cues, and none'
    for place, word, effect in tables.modifiers:
        if effect not in EFFECTS:
            yield f'{place}: effect "{effect}" of "{word}" (one of ELI, skip, keep, field or empty)'


def _clashes(tables: Tables) -> Iterator[str]:
    """A form that two actors claim at the same time, and no rule in ambiguous.csv chooses."""
    ruled = {row.word for row in tables.ambiguous if "context" in row.rules}
    places = {group.code: group.place for group in tables.groups}
    places |= {body.code: body.place for body in tables.organisations}
    places |= {state.code: state.place for state in tables.states}
    for form, senses in surfaces(tables).items():
        if form in ruled or len(senses) == 1:
            continue
        for i, one in enumerate(senses):
            for other in senses[i + 1 :]:
                if one.actor != other.actor and _meet(one, other):
                    yield (
                        f'{places[one.actor]}: "{form}" is {one.actor} and {other.actor} ({places[other.actor]}) at '
                        "the same time (limit one with {from..to}, drop it, or give a context rule in ambiguous.csv)"
                    )
    blocked: dict[str, str] = {}
    for place, phrase, _ in tables.blocked:
        if phrase in blocked:
            yield f'{place}: "{phrase}" stands at {blocked[phrase]} already'
        blocked.setdefault(phrase, place)
    for form in surfaces(tables):
        if form in blocked:
            yield f'{blocked[form]}: "{form}" is blocked and is a form of an actor too (drop one)'


def _meet(one: Sense, other: Sense) -> bool:
    """Whether two periods share a day."""
    return one.start <= (other.end or "9999") and other.start <= (one.end or "9999")


def _dates(tables: Tables) -> Iterator[str]:
    periods = [(state.place, state.start, state.end) for state in tables.states]
    periods += [(group.place, group.start, group.end) for group in tables.groups]
    periods += [(term.place, term.start, term.end) for term in tables.leaders]
    for place, start, end in periods:
        for date in (start, end):
            if date and not _is_date(date):
                yield f'{place}: "{date}" is no date (write YYYY-MM-DD)'
        if start and end and end < start:
            yield f"{place}: ends on {end}, before it begins on {start}"
    for term in tables.leaders:
        if not term.start:
            yield f"{term.place}: {term.name} has no start of term"


def _terms(leaders: Iterable[Leader]) -> Iterator[str]:
    """Two persons in one office of one state for longer than a handover takes."""
    held: dict[tuple[str, str], list[Leader]] = {}
    for term in leaders:
        if _is_date(term.start) and (not term.end or _is_date(term.end)):
            held.setdefault((term.state, term.office), []).append(term)
    for (state, office), terms in held.items():
        terms.sort(key=lambda term: term.start)
        for i, one in enumerate(terms):
            for other in terms[i + 1 :]:
                if one.end and one.end < other.start:
                    continue
                end = min(one.end or "9999-12-31", other.end or "9999-12-31")
                days = (_date(end) - _date(other.start)).days
                shared = any(word in f"{one.note} {other.note}".lower() for word in _SHARED)
                if days > OVERLAP_DAYS and one.name != other.name and not shared:
                    yield (
                        f"{other.place}: {other.name} and {one.name} ({one.place}) are both {office} of {state} for "
                        f"{days} days (mend the dates, or say why in note: acting, joint, rival, de facto ...)"
                    )


def _date(value: str) -> datetime.date:
    return datetime.date.fromisoformat(value)


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10
