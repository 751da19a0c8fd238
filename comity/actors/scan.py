"""Where names stand in a text: one pass of an Aho-Corasick automaton, then the rules on words that mean two things.

Out come hits: sorted, non-overlapping, whole words, leftmost first and of those the longest. Blocked phrases ("Indian
Ocean") compete like names and are then dropped, which is how they swallow the name in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from comity.actors.people import People
from comity.actors.phrases import Phrases, in_title_case, word_after, word_before
from comity.actors.surfaces import Sense, Surfaces, choose
from comity.actors.tables import Ambiguous, words

# A capital before a name makes it a surname ("Michael Jordan") unless the word is one of these, which begin sentences.
_OPENERS = words(
    """
    a about above across after again against all along already also although amid among an and another any
    around as at back because before behind both but by can despite did do does during each either especially
    even every except few for former from given greater has had have here how however if in including inside
    instead into is it its just last like many meanwhile more most much near neighboring neighbouring neither
    nearby no nor not now of off on once one only or other our out outside over per perhaps regarding should
    since so some still such than that the their then there these this those though through throughout thus till
    to today together tomorrow toward towards under unlike until up upon versus via was were what when where
    whereas whether which while who whose why will with within without yesterday yet you
    """
)
_PREFIXES = ("pro-", "anti-", "ex-", "post-", "pre-", "non-")
# "BAKU, Sept. 5 -", "Baku, Azerbaijan (AP)": where a report was written; names nobody.
_DATELINE = re.compile(
    r"^[ \t]*(?:[A-Z][A-Z.'’/-]+(?: [A-Z][A-Z.'’/-]+)*(?:, ?[A-Z][^\n()—–]{0,50}?)?"
    r"(?:\s*\([\w /.-]{1,30}\)\s*(?:--|—|–|-|:)|\s*(?:--|—|–)|\s-(?=\s))"
    r"|[A-Z][^\n()—–.!?]{1,50} \((?:AP|AFP|Reuters|REUTERS|dpa|UPI|ANI|PTI|JNS|TASS|Xinhua|Interfax|CNN|BBC|VOA|CP)\))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found. Either `sense` is set, or `person`: "full" (a leader's whole name) or "surname"."""

    start: int
    end: int
    text: str
    sense: Sense | None
    person: str = ""


class Scanner:
    """The automaton over all forms, and the rules that go with them."""

    __slots__ = ("_ambiguous", "_automaton", "_blocked", "_patterns", "_people", "_phrases", "_surfaces")

    def __init__(
        self,
        surfaces: Surfaces,
        people: People,
        phrases: Phrases,
        blocked: Iterable[str],
        ambiguous: Iterable[Ambiguous],
    ) -> None:
        self._surfaces, self._people, self._phrases = surfaces, people, phrases
        self._ambiguous = {row.word: row for row in ambiguous}
        self._blocked = frozenset(blocked)
        patterns = dict.fromkeys(surfaces)
        patterns.update(dict.fromkeys(self._blocked))
        for name in (*people.full, *people.surnames):
            patterns.setdefault(name)
            if len(name) >= 4:
                patterns.setdefault(name.upper())
        self._patterns = list(patterns)
        self._automaton = AhoCorasick(self._patterns, matchkind=MatchKind.Standard, store_patterns=False)

    def hits(self, text: str, when: str | None) -> list[Hit]:
        """All hits in a text of the ISO date `when`."""
        datelines = [(match.start(), match.end()) for match in _DATELINE.finditer(text)]
        found: list[Hit] = []
        for start, end in self._spans(text):
            name = text[start:end]
            if name in self._blocked or any(low <= start < high for low, high in datelines):
                continue
            hit = self._read(text, start, end, name, when)
            if hit is not None:
                found.append(hit)
        return found

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Whole-word spans, leftmost-longest. All overlapping matches are asked for, since the longest at a place may
        end inside a word ("Iran Air" in "Iran Airstrikes") where a shorter one does not."""
        spans: list[tuple[int, int]] = []
        size = len(text)
        for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue
            last = text[end - 1]
            if end < size:
                after = text[end]
                if last == "-":
                    if not after.isalpha():
                        continue
                    end -= 1
                elif after in "$€£":  # US$5
                    continue
                elif last != "." and (after.isalnum() or after == "_"):
                    # A blocked phrase may stand in the plural; a name may not.
                    if not (
                        after == "s" and text[start:end] in self._blocked and not text[end + 1 : end + 2].isalnum()
                    ):
                        continue
                elif after in "'’" and _goes_on(text, end + 1):
                    continue
            elif last == "-":
                continue
            spans.append((start, end))
        spans.sort(key=lambda span: (span[0], -span[1]))
        chosen: list[tuple[int, int]] = []
        reached = 0
        for span in spans:
            if span[0] >= reached:
                chosen.append(span)
                reached = span[1]
        return chosen

    def _read(self, text: str, start: int, end: int, name: str, when: str | None) -> Hit | None:
        senses = self._surfaces.get(name)
        if senses is None and text[end : end + 1] == "-":
            senses = self._surfaces.get(name + "-")
        person = self._person(name)
        if senses is None or (person and self._titled(text, start)):
            return Hit(start, end, name, None, person) if person else None
        if text[max(0, start - 5) : start].lower().endswith(_PREFIXES):
            return None
        sense = choose(senses, when)
        if sense is None:
            return None
        row = self._ambiguous.get(name)
        if row is not None:
            sense = self._decide(row, sense, text, start, end)
            if sense is None:
                return None
        if sense.role in ("adjective", "people") and word_before(text, start).lower() == "ethnic":
            return None
        if sense.role == "adjective" and _is_language(text, start, end):
            return None
        return Hit(start, end, name, sense)

    def _person(self, name: str) -> str:
        forms = {name, proper(name)} if name.isupper() else {name}
        if forms & self._people.full.keys():
            return "full"
        return "surname" if forms & self._people.surnames.keys() else ""

    def _titled(self, text: str, start: int) -> bool:
        return word_before(text, start).lower() in self._people.offices

    def _decide(self, row: Ambiguous, sense: Sense, text: str, start: int, end: int) -> Sense | None:
        rules = row.rules
        if "needs" in rules and not any(cue in text for cue in row.cues):
            return None
        if "caps" in rules and (_shouts(word_before(text, start)) or _shouts(word_after(text, end))):
            return None
        if "us_state" in rules:
            window = text[max(0, start - 160) : end + 160]
            if any(cue in window for cue in row.cues):
                return None
        if "surname" in rules and self._is_name(word_before(text, start), text, start):
            return None
        if "given" in rules:
            after = word_after(text, end)
            if self._is_name(after, text, start) and not self._begins(after):
                return None
        if "context" in rules:
            named = [state for state, cues in row.choices if any(cue in text for cue in cues)]
            if len(named) > 1 and sense.role == "name" and row.word == "Korea":
                return None
            state = named[0] if named else row.choices[0][0]
            return Sense(state, sense.sector, sense.role)
        return sense

    def _is_name(self, word: str, text: str, position: int) -> bool:
        """Whether a neighbouring word looks like the other half of a person's name."""
        if len(word) < 2 or not word[0].isupper() or word.isupper() or "." in word or word.endswith(("'s", "’s")):
            return False
        low = word.lower()
        if low in _OPENERS or low.endswith("ly") or self._phrases.known(word) or low in self._people.offices:
            return False
        return not self._begins(word) and not in_title_case(text, position)

    def _begins(self, word: str) -> bool:
        return word in self._surfaces


def proper(name: str) -> str:
    """A name in capitals as it is otherwise written: ALIYEV, AL-SUDANI, KIM JONG UN."""
    return re.sub(r"[^\W\d_]+", lambda match: match[0][0] + match[0][1:].lower(), name)


def _goes_on(text: str, position: int) -> bool:
    """Whether the word goes on after an apostrophe ("Xi'an"), other than with a possessive s."""
    return text[position : position + 1].isalpha() and (
        text[position] not in "sS" or text[position + 1 : position + 2].isalnum()
    )


def _shouts(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isupper()


def _is_language(text: str, start: int, end: int) -> bool:
    """ "spoke in Russian." but not "in Russian territory"."""
    if word_before(text, start).lower() not in ("in", "speak", "speaks", "speaking", "spoke", "fluent", "into"):
        return False
    return not word_after(text, end) or text[end : end + 5] in (" and ", " on a", " but ")
