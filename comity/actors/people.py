"""Who is "President Aliyev", and when? Terms of office in, a `Leader` or nothing out.

A name stands for a person only where the terms leave no doubt: a surname that two men of different states bear is
nobody's until a title, a date or a state decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.actors.tables import Leader, Office, words

# Where the family name comes first, or people go by their given name: the first word of the name serves too.
FIRST_WORD_STATES = words("CHN KOR PRK TWN VNM SGP KHM ETH ERI MYS ISL IDN MNG THA MMR")
# Written before a surname and part of it: "al-Sudani", "bin Salman", "van der Bellen".
PARTICLES = words(
    "al el bin ibn ben abu van von der den de da di do dos das del della la le ul ur ud ould mac st ter ten zu af e y"
)
_HIGHEST = ("head_of_state", "head_of_government")
_RANK = {office: rank for rank, office in enumerate((*_HIGHEST, "foreign_minister", "defence_minister"))}


def short_forms(leader: Leader) -> set[str]:
    """The surnames by which a leader may be called: "Aliyev", "Van der Bellen", "al-Sudani" and "Sudani"."""
    found: set[str] = set()
    for name in (leader.name, *leader.aliases):
        if name.startswith("="):
            if " " not in name:
                found.add(name[1:])
            continue
        parts = name.split()
        if parts[-1].rstrip(".") in ("II", "III", "IV", "V", "VI", "VII", "X", "XI", "XIV", "XVI", "Jr", "Sr"):
            parts.pop()
        if len(parts) < 2:
            found.update(parts)
            continue
        last = parts[-1]
        found.add(last)
        if last[:3].lower() in ("al-", "el-", "as-", "ad-", "ar-", "an-") and len(last) > 5:
            found.add(last[3:])
        start = len(parts) - 1
        while start > 1 and parts[start - 1].lower() in PARTICLES:
            start -= 1
        if start < len(parts) - 1:
            tail = " ".join(parts[start:])
            found.update((tail, tail[0].upper() + tail[1:]))
        if leader.state in FIRST_WORD_STATES:
            found.add(parts[0])
    return {item for item in found if len(item) > 1 and item[-1] != "."}


class People:
    """The leaders by full name and by surname."""

    __slots__ = ("common", "full", "offices", "surnames")

    def __init__(self, leaders: Iterable[Leader], offices: Iterable[Office], common: frozenset[str]) -> None:
        self.common = common
        self.full: dict[str, list[Leader]] = {}
        self.surnames: dict[str, list[Leader]] = {}
        self.offices: dict[str, Office] = {office.title: office for office in offices}
        for leader in leaders:
            for name in {leader.name, *leader.aliases}:
                whole = name.removeprefix("=")
                if " " in whole:
                    self.full.setdefault(whole, []).append(leader)
            for surname in short_forms(leader):
                self.surnames.setdefault(surname, []).append(leader)

    def bearers(self, name: str) -> list[Leader]:
        """All terms of all who bear the name, as a full name or a surname."""
        return self.full.get(name) or self.surnames.get(name) or []

    def fitting(self, name: str, when: str | None, title: str | None, state: str | None) -> list[Leader]:
        """The terms that name, title, state and date leave; terms that cover the date go before those that do not."""
        terms = [term for term in self.bearers(name) if state is None or term.state == state]
        office = self.offices.get(title.lower()) if title else None
        if office is not None:
            if office.states:
                terms = [term for term in terms if term.state in office.states]
            if office.offices:
                # A title narrows the choice, but the terms on record may hold only a man's other office.
                terms = [term for term in terms if term.office in office.offices] or (
                    terms if name in self.full else []
                )
        if when is None:
            return terms
        return [term for term in terms if term.holds(when)] or terms

    def person(self, name: str, when: str | None, title: str | None, state: str | None) -> Leader | None:
        """The one person meant, in the term in office at `when` or the nearest to it; None where several may be."""
        terms = self.fitting(name, when, title, state)
        return nearest(terms, when) if terms and one_person(terms) else None

    def state(self, name: str, when: str | None, title: str | None) -> str | None:
        """The state of whoever is meant: known even where father and son cannot be told apart."""
        states = {term.state for term in self.fitting(name, when, title, None)}
        return states.pop() if len(states) == 1 else None

    def taken_alone(self, surname: str, when: str | None) -> bool:
        """Whether a surname may stand for its bearer with no title and no full name before it.

        Only for heads of state and government in office, where no other state's leader of that name is in office too;
        in an undated text, where no other state ever had one."""
        terms = self.surnames.get(surname, [])
        # Three letters are too few to tell a name by, unless the table says that the form stands by itself ("=Xi").
        if len(surname) < 4 and not any("=" + surname in term.aliases for term in terms):
            return False
        serving = [term for term in terms if when is None or term.holds(when)]
        if surname in self.common or len({term.state for term in serving}) != 1:
            return False
        return any(term.office in _HIGHEST for term in serving)

    def in_office(self, name: str, state: str, when: str | None) -> bool:
        """Whether a bearer of the name held any office of the state at `when`; an undated text is taken as current."""
        terms = [term for term in self.bearers(name) if term.state == state]
        return when is None or any(term.holds(when) for term in terms)


def one_person(terms: Sequence[Leader]) -> bool:
    """Whether all terms are one person's: same state and a name in common."""
    first = terms[0]
    names = {first.name, *first.aliases}
    return all(term.state == first.state and not names.isdisjoint((term.name, *term.aliases)) for term in terms)


def nearest(terms: Sequence[Leader], when: str | None) -> Leader:
    """The term that covers `when`, the higher office first; else the last begun before it, else the first after it."""
    if when is None:
        return max(terms, key=lambda term: (not term.end, term.start))
    covering = [term for term in terms if term.holds(when)]
    if covering:
        return min(covering, key=lambda term: _RANK.get(term.office, len(_RANK)))
    before = [term for term in terms if term.start <= when]
    return max(before, key=lambda term: term.start) if before else min(terms, key=lambda term: term.start)
