"""Every form under which an actor may stand in a text: tables in, a dictionary from form to senses out.

A form may have several senses ("Moscow" is the Soviet Union's government in 1985, Russia's in 1995), each with its
period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.actors.tables import Form, Tables


@dataclass(frozen=True, slots=True)
class Sense:
    """What a form may stand for.

    `start`/`end` limit the sense; a text outside the periods of all senses takes the nearest, unless `strict`.
    `role`: name, adjective, people, capital, metonym, organisation, group. `home`: the state a group belongs to."""

    actor: str
    sector: str
    role: str
    start: str = ""
    end: str = ""
    home: str = ""
    strict: bool = False

    def covers(self, when: str) -> bool:
        """Whether the sense holds for a text of the ISO date `when`."""
        return self.start <= when and (not self.end or when <= self.end)


Surfaces = dict[str, list[Sense]]


def surfaces(tables: Tables) -> Surfaces:
    """All forms of all actors, spelling variants included."""
    found: Surfaces = {}
    for text, sense in _senses(tables):
        for variant in variants(text):
            senses = found.setdefault(variant, [])
            if sense not in senses:
                senses.append(sense)
    for row in tables.ambiguous:
        # A form that no table holds, for which a rule chooses among several states ("Korea").
        if "context" in row.rules and row.choices and row.word not in found:
            role = "name" if row.word in ("Korea", "Congo") else "people" if row.word.endswith("s") else "adjective"
            for variant in variants(row.word):
                found[variant] = [Sense(row.choices[0][0], "", role)]
    return found


def variants(text: str) -> Iterator[str]:
    """A form, with curly for straight apostrophes, and in capitals as headlines print it."""
    yield text
    curly = text.replace("'", "’")
    if curly != text:
        yield curly
    # Short forms in capitals are abbreviations of something else as often as not.
    if len(text) >= 4 and text != text.upper() and text[-1] != "-":
        yield text.upper()
        if curly != text:
            yield curly.upper()


def _limited(
    forms: Iterable[Form], actor: str, sector: str, role: str, start: str, end: str, home: str = ""
) -> Iterator[tuple[str, Sense]]:
    for form in forms:
        strict = bool(form.start or form.end)
        yield (
            form.text,
            Sense(actor, form.sector or sector, role, form.start or start, form.end or end, home, strict),
        )


def _senses(tables: Tables) -> Iterator[tuple[str, Sense]]:
    for state in tables.states:
        period = (state.start, state.end)
        names = (Form(state.name), Form(state.official_name), *state.aliases)
        yield from _limited(names, state.code, "", "name", *period)
        yield from _limited(state.adjectives, state.code, "", "adjective", *period)
        yield from _limited(state.people, state.code, "", "people", *period)
        yield from _limited(state.metonyms, state.code, "GOV", "metonym", *period)
        yield from _limited(state.capitals, state.code, "GOV", "capital", *period)
    for body in tables.organisations:
        yield from _limited((Form(body.name), *body.aliases), body.code, "", "organisation", "", "", body.state)
    for group in tables.groups:
        yield from _limited(group.aliases, group.code, group.sector, "group", group.start, group.end, group.home_state)


def choose(senses: list[Sense], when: str | None) -> Sense | None:
    """The sense that holds at `when`; outside all periods the nearest one. An undated text is taken as current."""
    if len(senses) == 1 and not senses[0].strict:
        return senses[0]
    if when is None:
        return max(senses, key=lambda sense: (not sense.end, sense.end, sense.start))
    covering = [sense for sense in senses if sense.covers(when)]
    if covering:
        return max(covering, key=lambda sense: sense.start)
    loose = [sense for sense in senses if not sense.strict]
    if not loose:
        return None
    past = [sense for sense in loose if sense.end and sense.end < when]
    return max(past, key=lambda sense: sense.end) if past else min(loose, key=lambda sense: sense.start)
