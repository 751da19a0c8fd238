"""Who it is: a party as a data set writes it into an actor and a sector. One distinct name in, one `Party` out.

A set gives a party up to three words: its name, its country (a name or a code) and its role (sectors, types). In this order:
a country's own name is its government; a body, group or leader of Comity's tables is itself; else the country that the set
gives, or the name in brackets behind ("Police (Mali)"); else whoever Comity reads in the name, as it would in a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from comity.actors import ActorIndex
from comity.actors.index import fold
from comity.store.loaders.tables import Tables

_BRACKET = re.compile(r"^(?P<head>.*?)\s*\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)?)\)$")
# Short forms are codes of one thing and abbreviations of another: only spelled-out names are taken as whole names.
_SHORT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party read. `actor` None: nobody that Comity knows. `state`: the set says that it is a state's. `named`: it is
    somebody at all, not "unspecified" or a region. `dated`: who it is may depend on the year."""

    actor: str | None = None
    sector: str | None = None
    state: bool = False
    named: bool = True
    dated: bool = False


def spellings(name: str) -> Iterator[str]:
    """A name as it is, and as the news would print it: without accents, without middle names ("Dmitry Anatolyevich
    Medvedev"), with the hyphen of Korean and Chinese given names ("Ma Ying Jeou")."""
    yield name
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    if plain != name:
        yield plain
    words = plain.split()
    if len(words) >= 3:
        yield f"{words[0]} {words[-1]}"
    if len(words) == 3:
        yield f"{words[0]} {words[1]}-{words[2].lower()}"


class Names:
    """Reads names by Comity's actors and the loaders' table of names. Remembers nothing between calls."""

    def __init__(self, index: ActorIndex, tables: Tables) -> None:
        self.index = index
        self.tables = tables
        self._states = {state.code for state in index.tables.states}
        self._sectors = {head.phrase: head.sector for head in index.tables.heads}

    def is_state(self, code: str | None) -> bool:
        """Whether a code is a state's or territory's."""
        return code in self._states

    def country(self, name: str | None) -> str | None:
        """The code of a country by name; None for what names no state."""
        if not name:
            return None
        key = fold(name)
        if key in self.tables.countries:
            return self.tables.countries[key]
        code = self.index.find(name) if len(name) > _SHORT else None
        return code if self.is_state(code) else None

    def is_nowhere(self, name: str) -> bool:
        """Whether a name is a region, or nobody's in particular: the table says so by an empty code."""
        key = fold(name)
        return key in self.tables.countries and self.tables.countries[key] is None

    def whole(self, name: str, when: str | None) -> Party | None:
        """The body, group or leader that a whole name is; None where it is none, or only part of the name is."""
        name = self.tables.groups.get(fold(name), name)
        for form in spellings(name):
            found = self.index.mentions(form, when)
            alone = len(found) == 1 and found[0].start == 0 and found[0].end == len(form)
            # A name put together from parts of another must be a person's: nothing else has middle names.
            if alone and (form == name or found[0].kind == "person"):
                return Party(actor=found[0].actor, sector=found[0].sector, dated=True)
        code = self.index.find(name) if len(name) > _SHORT else None
        return Party(actor=code) if code and not self.is_state(code) else None

    def agent(self, words: str) -> str | None:
        """The sector of a role: "Police", "Member of Parliament"."""
        key = fold(words)
        if key in self.tables.agents:
            return self.tables.agents[key]
        parts = key.split()
        for start in range(len(parts)):
            phrase = " ".join(parts[start:])
            for form in (phrase, phrase.removesuffix("s")):
                if form in self._sectors:
                    return self._sectors[form]
        return None

    def read(
        self, name: str | None, country: str | None, sector: str | None, when: str | None, home: str | None = None
    ) -> Party:
        """A party by a name, a country's name (or code, `home`) where the set has one, and the sector that its role gave."""
        home = home or self.country(country)
        state = bool(home) or (bool(country) and not self.is_nowhere(country or ""))
        if not name:
            return Party(actor=home, sector=sector, state=state, named=state)
        own = self.country(name)
        if own is not None and (home is None or own == home):
            # A state named bare acts through its government (docs/codebook.md).
            return Party(actor=own, sector=sector or "GOV", state=True)
        head, inside = self.split(name)
        if inside is None:
            whole = self.whole(name, when)
            if whole is not None and not (home and self.is_state(whole.actor) and whole.actor != home):
                return Party(actor=whole.actor, sector=sector or whole.sector, state=state, dated=whole.dated)
            if home is not None:
                return Party(actor=home, sector=sector, state=True)
            if self.is_nowhere(name) and not state:
                return Party(named=False)
            part = self.index.resolve(name, when)
            if part is not None:
                return Party(actor=part.actor, sector=sector or part.sector, state=state, dated=True)
            # Nobody in this year may be somebody in another.
            return Party(state=state, dated=True)
        place = self.country(inside)
        nowhere = self.is_nowhere(inside)
        body = None if place or nowhere else self.whole(inside, when)
        role = sector or self.agent(head)
        if body is not None and not (home and self.is_state(body.actor) and body.actor != home):
            mine = role or body.sector
            return Party(actor=body.actor, sector=mine, state=state or self.is_state(body.actor), dated=body.dated)
        code = home or place
        if code is not None:
            return Party(actor=code, sector=role, state=True)
        return Party(state=not nowhere, named=not nowhere)

    def split(self, name: str) -> tuple[str, str | None]:
        """ "Police (Mali)" is ("Police", "Mali"); a name without brackets behind is itself and None."""
        match = _BRACKET.match(name)
        return (match["head"], match["inside"]) if match and match["head"] else (name, None)
