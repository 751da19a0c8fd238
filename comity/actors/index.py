"""The face of the room: who is named in this text, at that time? `ActorIndex` holds the tables, ready for use.

`load_index()` reads the shipped tables once a process. All methods are pure: a text and its date in, records out. Dates
are ISO strings; `when` is the text's own date, and None reads it as written today.
"""

from __future__ import annotations

import difflib
import functools
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind

from comity.actors.mentions import Reader
from comity.actors.people import People
from comity.actors.phrases import Phrases
from comity.actors.scan import Scanner
from comity.actors.surfaces import surfaces
from comity.actors.tables import DATA, Leader, Place, Tables, read_tables
from comity.errors import ComityError, UnknownActor
from comity.records import Mention


@dataclass(frozen=True, slots=True)
class Actor:
    """Who a phrase stands for."""

    actor: str
    sector: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A stretch of text that names a place. `state`: the internationally recognised one; None where that is open."""

    text: str
    start: int
    end: int
    name: str
    state: str | None
    disputed: bool


class ActorIndex:
    """All actors that Comity knows, and the reading of names."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._people = People(tables.leaders, tables.offices, tables.common_names)
        phrases = Phrases(tables.heads, ((word, effect) for _, word, effect in tables.modifiers))
        scanner = Scanner(
            surfaces(tables), self._people, phrases, (phrase for _, phrase, _ in tables.blocked), tables.ambiguous
        )
        self._reader = Reader(scanner, self._people, phrases)
        self._names: dict[str, str] = {}
        # A code may be a state's and, in another row, one of its organs': the state's name is the one to print.
        self._names |= {group.code: group.name for group in tables.groups}
        self._names |= {body.code: body.name for body in tables.organisations}
        self._names |= {state.code: state.name for state in tables.states}

    @classmethod
    def load(cls, folder: Path = DATA) -> ActorIndex:
        """The index over the tables of a folder. Raises TableError when a table cannot be read."""
        return cls(read_tables(folder))

    @property
    def codes(self) -> frozenset[str]:
        """All actor codes."""
        return frozenset(self._names)

    def mentions(self, text: str, when: str | None = None) -> tuple[Mention, ...]:
        """All actors named in a text, sorted and non-overlapping; `text[m.start:m.end] == m.text`.

        A mention reaches over the nouns and the person that belong to it ("Iranian Foreign Minister Mohammad Javad
        Zarif") and leaves its article out. `sector` is None for a state's bare name or adjective."""
        return self._reader.read(text, when)

    def resolve(self, phrase: str, when: str | None = None) -> Actor | None:
        """Who a noun phrase stands for: the first actor in it. None when it names none."""
        found = self._reader.read(phrase, when)
        return Actor(found[0].actor, found[0].sector) if found else None

    def person(
        self, name: str, when: str | None = None, title: str | None = None, state: str | None = None
    ) -> Leader | None:
        """The leader meant by a full name or surname, as the term in office at `when` or else the nearest one.

        `title` and `state` narrow the choice. None where no leader, or more than one person, fits."""
        return self._people.person(name, when, title, state)

    def places(self, text: str) -> tuple[PlaceMention, ...]:
        """The places below the state that a text names, sorted and non-overlapping. They are no actors."""
        return tuple(self._places(text))

    def _places(self, text: str) -> Iterator[PlaceMention]:
        automaton, rows = self._place_automaton
        for number, start, end in automaton.find_matches_as_indexes(text):
            whole = not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()
            if whole:
                row = rows[number]
                yield PlaceMention(
                    text=text[start:end],
                    start=start,
                    end=end,
                    name=row.name,
                    state=row.state or None,
                    disputed=row.disputed,
                )

    @functools.cached_property
    def _place_automaton(self) -> tuple[AhoCorasick, list[Place]]:
        forms = {form: row for row in self.tables.places for form in (row.name, *row.aliases)}
        automaton = AhoCorasick(list(forms), matchkind=MatchKind.LeftmostLongest, store_patterns=False)
        return automaton, list(forms.values())

    def find(self, name_or_code: str) -> str | None:
        """What `lookup` gives, and None where it raises: for lists in which many names are nobody's."""
        return self._keys.get(fold(name_or_code))

    def lookup(self, name_or_code: str) -> str:
        """The code of an actor that a person named: ISR, IL, Israel, "azerbaijan", "Ivory Coast", any case.

        Raises UnknownActor with the nearest names."""
        wanted = fold(name_or_code)
        code = self._keys.get(wanted)
        if code is not None:
            return code
        near: dict[str, None] = {}
        for key in difflib.get_close_matches(wanted, self._keys, n=8, cutoff=0.7):
            near.setdefault(self._keys[key])
        # "Did you mean" is of no help with ten answers.
        hint = ", ".join(f"{self.name(item)} ({item})" for item in list(near)[:3])
        mend = f"did you mean {hint}?" if hint else "use an ISO 3166 code or a name from comity/data/actors"
        raise UnknownActor(f"{name_or_code!r}: no such actor ({mend})")

    def lookup_each(self, names: Iterable[str]) -> list[str]:
        """The codes of actors that are to be different ones, such as the two of a tie.

        Raises UnknownActor as `lookup` does, and ComityError where two names are one actor's."""
        codes: dict[str, str] = {}
        for name in names:
            code = self.lookup(name)
            if code in codes:
                raise ComityError(f"{codes[code]!r} and {name!r} are both {code} (name different actors)")
            codes[code] = name
        return list(codes)

    @functools.cached_property
    def _keys(self) -> dict[str, str]:
        keys: dict[str, str] = {}
        tables = self.tables
        for code in self._names:
            keys.setdefault(fold(code), code)
        for code, name in self._names.items():
            keys.setdefault(fold(name), code)
        aliases = [(state.code, state.aliases) for state in tables.states]
        aliases += [(body.code, body.aliases) for body in tables.organisations]
        aliases += [(group.code, group.aliases) for group in tables.groups]
        for code, forms in aliases:
            for form in forms:
                keys.setdefault(fold(form.text), code)
        for state in tables.states:
            if state.iso2:
                keys.setdefault(fold(state.iso2), state.code)
            for form in (*state.adjectives, *state.people):
                keys.setdefault(fold(form.text), state.code)
            keys.setdefault(fold(state.official_name), state.code)
        for state in tables.states:
            if not state.end:
                for form in (*state.capitals, *state.metonyms):
                    keys.setdefault(fold(form.text), state.code)
        return keys

    def name(self, code: str) -> str:
        """The display name of a code. Raises UnknownActor."""
        try:
            return self._names[code]
        except KeyError:
            raise UnknownActor(f"{code!r}: no such actor code (see comity/data/actors)") from None


def fold(name: str) -> str:
    """A name without case, accents and stray blanks, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'"))
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).casefold().split())


@functools.cache
def load_index() -> ActorIndex:
    """The index over the shipped tables, read once a process."""
    return ActorIndex.load()


def code_of(name: str) -> str | None:
    """The code of the actor that a name stands for, or None."""
    found = load_index().resolve(name)
    return found.actor if found else None
