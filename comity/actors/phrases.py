"""What a name's neighbours say: head nouns to its right and left. Text and offset in, the phrase's end and sector out.

"Azerbaijani army" is the army and "Azerbaijan's former foreign minister" a man out of office; a table of nouns says so
(sectors.csv), no parse is needed. Knows nothing of actors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from comity.actors.people import PARTICLES
from comity.actors.tables import HeadNoun, words

_WORD = re.compile(r"[ \u00a0]([^\W_]+(?:[-'’.][^\W_]+)*)")
_BEFORE = re.compile(r"([^\W_]+(?:[-'’.][^\W_]+)*\.?)[ \u00a0]$")
_NAME = re.compile(r"[ \u00a0]((?:[A-Z]\.)+|[^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_ADJECTIVE = re.compile(r"^[a-z-]+(?:al|ic|ary|ive|ern|ish|ous|an|ior|ar|ful|less)$")
_FIELD = re.compile(r"(?:,? and|,|,? &)?(?: of| for)?(?: the)?[ \u00a0]([^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_WITH_PORTFOLIO = ("minister", "ministers", "ministry", "ministries", "secretary", "department", "committee")
_LONGEST = 6
# What headlines in capitals leave in lower case.
_SMALL_WORDS = words("from with over into after amid than upon onto that as")
_CALENDAR = words(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A head noun in one of its forms."""

    sector: str
    weak: bool
    person: bool
    verb: bool
    modifier: bool
    plural: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a phrase reaches: `end`, its sector, and whether a person's name may follow."""

    end: int
    sector: str
    person: bool
    plural: bool
    former: bool


def plural_of(phrase: str) -> str:
    """The regular plural of a noun phrase's last word."""
    if re.search(r"[^aeiou]y$", phrase):
        return phrase[:-1] + "ies"
    if re.search(r"(?:s|x|z|ch|sh)$", phrase):
        return phrase + "es"
    return phrase + "s"


class Phrases:
    """The head nouns and modifiers, ready to be read off a text."""

    __slots__ = ("_first_words", "fields", "heads", "hyphened", "modifiers")

    def __init__(self, nouns: Iterable[HeadNoun], modifiers: Iterable[tuple[str, str]]) -> None:
        self.heads: dict[str, Head] = {}
        for noun in nouns:
            flags = noun.flags
            kind = ("weak" in flags, "person" in flags, "verb" in flags, "modifier" in flags)
            self.heads.setdefault(noun.phrase, Head(noun.sector, *kind, plural=noun.plural == (noun.phrase,)))
            if noun.plural == ("-",):
                continue
            for plural in noun.plural or (plural_of(noun.phrase),):
                self.heads.setdefault(plural, Head(noun.sector, *kind, plural=True))
        self._first_words = frozenset(phrase.split(" ", 1)[0] for phrase in self.heads)
        self.modifiers: dict[str, str] = {}
        self.hyphened: dict[str, str] = {}
        self.fields: set[str] = set()
        for word, effect in modifiers:
            if word.startswith("-"):
                self.hyphened[word[1:]] = effect
            elif effect == "field":
                self.fields.add(word)
            else:
                self.modifiers[word.lower()] = effect

    def known(self, word: str) -> bool:
        """Whether a word is an ordinary one of ours (a noun, a modifier, a month), and so hardly a person's name."""
        word = word.lower()
        return word in self.heads or word in self.modifiers or word in _CALENDAR

    def right(self, text: str, start: int, *, bare: bool, sector: str = "") -> Reach | None:
        """The phrase that goes on at `start`, right after a state's name or adjective (and its 's).

        `bare`: after a plain name ("Russia forces Kyiv to ..."), where nouns that are verbs too are not taken.
        `sector`: what a weak head ("spokesman") inherits when no noun stands before it."""
        position, end = start, -1
        inherited, found, former = sector, "", False
        head = None
        for _ in range(_LONGEST):
            ahead = self._words(text, position)
            if not ahead:
                break
            length, hit, possessive = self._longest(ahead)
            word = ahead[0][0].lower()
            if hit is not None and hit.modifier:
                inherited = hit.sector
                position = ahead[length - 1][1]
            elif hit is not None:
                if hit.verb and ((bare and end < 0) or (head is not None and hit.plural)):
                    break
                # A plural noun does not modify the next: "Russian troops police the town".
                if head is not None and head.plural and not text[position - 6 : position].endswith("forces"):
                    break
                found = inherited if hit.weak and inherited else hit.sector
                inherited, head = found, hit
                position = end = ahead[length - 1][1]
                if not possessive and ahead[length - 1][0].lower() in _WITH_PORTFOLIO:
                    position = end = self._portfolio(text, end)
                if possessive:
                    end = position = position - 2
                    break
            elif not bare and word in self.modifiers:
                former = former or self.modifiers[word] == "ELI"
                position = ahead[0][1]
            elif not bare and end < 0 and _ADJECTIVE.match(ahead[0][0]) and self._longest(ahead[1:])[1]:
                position = ahead[0][1]
            else:
                break
        if head is None:
            return None
        return Reach(end, found, head.person and not head.plural, head.plural, former)

    def left(self, text: str, end: int, floor: int) -> tuple[int, Head, bool] | None:
        """The head noun that ends at `end`, begun no earlier than `floor`: its start, itself, and "former" before it.

        For "the foreign minister of Iran" and "police in Armenia"."""
        starts: list[int] = []
        position = end
        while len(starts) < _LONGEST and position > floor:
            match = _BEFORE.search(text, max(floor, position - 40), position + 1)
            if match is None:
                break
            starts.append(match.start(1))
            position = match.start(1) - 1
        for start in reversed(starts):
            head = self.heads.get(text[start:end].lower())
            if head is not None and not head.modifier:
                before = word_before(text, start).lower()
                return start, head, self.modifiers.get(before) == "ELI"
        return None

    def name_after(self, text: str, end: int, stop: int) -> int:
        """The end of a person's name that stands right after `end`, or `end` itself. Never runs past `stop`."""
        if in_title_case(text, end):
            return end
        position = last = end
        for count in range(5):
            match = _NAME.match(text, position)
            if match is None or match.end() > stop:
                break
            word = match[1]
            if word.lower() in PARTICLES and count:
                position = match.end()
                continue
            plain = word[3:] if word[:3] in ("al-", "el-", "ad-", "as-", "ar-") else word
            if not plain[:1].isupper() or word.lower() in _CALENDAR or (count == 0 and self.known(word)):
                break
            if word.endswith(("'s", "’s")):
                last = match.end() - 2
                break
            position = last = match.end()
        return last

    def _portfolio(self, text: str, end: int) -> int:
        """The end of what a minister is minister of: "of Tourism", "for Culture and Sport"."""
        if not text.startswith((" of ", " for "), end):
            return end
        match = _FIELD.match(text, end)
        while match is not None and match[1].lower() in self.fields:
            end = match.end()
            match = _FIELD.match(text, end)
        return end

    @staticmethod
    def _words(text: str, position: int) -> list[tuple[str, int]]:
        ahead: list[tuple[str, int]] = []
        while len(ahead) < _LONGEST:
            match = _WORD.match(text, position)
            if match is None:
                break
            position = match.end()
            ahead.append((match[1], position))
        return ahead

    def _longest(self, ahead: list[tuple[str, int]]) -> tuple[int, Head | None, bool]:
        first = ahead[0][0].lower() if ahead else ""
        # "president's office" begins with a possessive of its own.
        if not {first, first.removesuffix("'s").removesuffix("’s")} & self._first_words:
            return 0, None, False
        for length in range(len(ahead), 0, -1):
            phrase = " ".join(word for word, _ in ahead[:length]).lower()
            hit = self.heads.get(phrase)
            if hit is not None:
                return length, hit, False
            if phrase.endswith(("'s", "’s")):
                hit = self.heads.get(phrase[:-2])
                if hit is not None and not hit.modifier:
                    return length, hit, True
        return 0, None, False


def word_before(text: str, start: int) -> str:
    """The word that stands before `start`, one blank between; empty where there is none."""
    if not start or text[start - 1] not in " \u00a0":
        return ""
    low = max(0, start - 40)
    parts = text[low : start - 1].split(None)
    if not parts or text[start - 2].isspace():
        return ""
    word = parts[-1].lstrip("\"'“‘([")
    return word if word and (word[-1].isalnum() or word[-1] == ".") else ""


def word_after(text: str, end: int) -> str:
    """The word that stands after `end`, one blank between; empty where there is none."""
    match = _WORD.match(text, end)
    return match[1] if match else ""


def in_title_case(text: str, position: int) -> bool:
    """Whether the line around `position` is a headline with Capitals on Most Words, so that a capital says nothing."""
    floor = max(0, position - 150)
    low = max(text.rfind("\n", floor, position) + 1, text.rfind(". ", floor, position) + 2, floor)
    ends = [end for end in (text.find(mark, position, position + 150) for mark in ("\n", ". ")) if end >= 0]
    line = text[low : min(ends, default=position + 150)]
    parts = [word for word in re.findall(r"[^\W\d_]{4,}", line) if word not in _SMALL_WORDS]
    return len(parts) >= 4 and all(word[0].isupper() for word in parts)
