"""A sentence on its way through the coder, and which sentences are worth a parse.

Most sentences hold no event, and the parser is what costs. In: a sentence with the actors found in it. Out: why it cannot
hold an event or a claim, or None: then it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from comity.language.lemmas import irregular_verbs
from comity.language.parse import Parse
from comity.records import Mention

from .claims import cues
from .falsefriends import field_of
from .lexicon import Lexicon, Row
from .operators import operators
from .scene import DEFINITE, REFERRING

Unwanted = Literal["no actor", "no word of the lexicon", "one party only", "false friend"]
_PRONOUNS = frozenset(
    """it its they them their he him his she her we us our both each who whose ministry government army kingdom republic
    country group militants rebels""".split()
)
_DYAD = re.compile(r"\b(?:two|both|neighbou?ring|rival|warring)\s+(?:\w+\s+)?(?:countries|sides|states|nations|leaders|presidents|"
                   r"governments|neighbou?rs|parties|ministers|capitals|republics|allies|rivals)\b|\bthe\s+(?:countries|neighbou?rs|sides)\b", re.I)  # fmt: skip

_OWNED = re.compile(
    r"(?:my|its|his|hers?|theirs?|ours?|whose|" + "|".join(sorted(DEFINITE)) + r")"
    r"|(?:of|by|from|in|within|inside|across|at|near|under|for) (?:it|them|him|us|me|both|each)", re.I,
)  # fmt: skip

Earlier = Mapping[str, frozenset[str]]
"""The actors that a document has named before a sentence, each with the kinds of its mentions; demonyms do not count."""


@dataclass(slots=True)
class Sentence:
    """A sentence on its way: where it stands, who is in it and who was named before it, and its parse once it has one."""

    number: int
    start: int
    end: int
    text: str
    mentions: list[Mention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    earlier: Earlier = field(default_factory=dict)
    parse: Parse | None = None


class Prefilter:
    """Tells sentences that cannot code from their words alone."""

    def __init__(self, lexicon: Lexicon, sectors: Mapping[str, str]) -> None:
        lemmas = {row.lemma for row in lexicon} | {lemma for lemma, _ in operators()} | set(cues().nouns)
        self._triggers = word_forms(lemmas)
        self._alone = _needs(row for row in lexicon if row.solo)
        self._organs: dict[str, set[str]] = {}
        for noun, sector in sectors.items():
            for form in _noun_forms(noun):
                self._organs.setdefault(form, set()).add(sector)

    def unwanted(self, sentence: Sentence) -> Unwanted | None:
        """Why a sentence cannot hold an event or a claim, or None: it needs an actor (or "the two countries") and a word
        that may code, and must be no false friend. With one actor, a pronoun must be there that may stand for another, or the
        word be one that codes without a second party."""
        both = _DYAD.search(sentence.text) is not None
        if not sentence.mentions and not both:
            return "no actor"
        words = _words(sentence.text)
        actors = {m.actor for m in sentence.mentions} | {p.actor for p in sentence.places}
        pair = both or len(actors) > 1 or (not words.isdisjoint(_PRONOUNS) and self._another(sentence, words))
        if words.isdisjoint(self._triggers):
            return "no word of the lexicon"
        if not pair and not any(
            all(not words.isdisjoint(group) for group in needed)
            for word in words & self._alone.keys()
            for needed in self._alone[word]
        ):
            return "one party only"
        lone = len(actors) < 2 and not both
        return "false friend" if field_of(sentence.text, lone) is not None else None

    def _another(self, sentence: Sentence, words: Set[str]) -> bool:
        """Whether a sentence that names one actor may speak of another: a pronoun may stand for one named earlier, or two of
        the actor's organs are in it ("the Syrian army attacked its rebels"). An organ that is no part of a name belongs to
        the actor by a possessive, or by being "the government", or beside a second name."""
        own = {m.actor for m in sentence.mentions} | {p.actor for p in sentence.places}
        for actor, kinds in sentence.earlier.items():
            if actor not in own and any(not kinds.isdisjoint(REFERRING[word]) for word in words & REFERRING.keys()):
                return True
        sectors = {m.sector for m in sentence.mentions if m.sector}
        rest = _without(sentence.text, sentence.start, sentence.mentions)
        if sectors or len(sentence.mentions) + len(sentence.places) > 1 or _OWNED.search(rest):
            for word in _words(rest) & self._organs.keys():
                sectors |= self._organs[word]
        return len(sectors) > 1


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def _without(text: str, base: int, mentions: Iterable[Mention]) -> str:
    """A sentence without the names of its actors."""
    at, out = 0, []
    for mention in mentions:
        out.append(text[at : mention.start - base])
        at = mention.end - base
    return " ".join([*out, text[at:]])


def _noun_forms(noun: str) -> set[str]:
    """One word's singular and plural; nothing of several words: a lemma has one."""
    if not noun.isalpha():
        return set()
    return {noun, noun + "s", noun + "es", noun.removesuffix("y") + "ies", noun.removesuffix("an") + "en"}


def _needs(rows: Iterable[Row]) -> dict[str, set[tuple[frozenset[str], ...]]]:
    """By each form of a row's own word: which other words a sentence must hold for the row to fit, one of each group."""
    forms: dict[frozenset[str], frozenset[str]] = {}
    out: dict[str, set[tuple[frozenset[str], ...]]] = {}
    for row in rows:
        groups = [frozenset({particle}) for particle in row.particles]
        groups += [c.words for c in row.constraints if c.words and not c.absent]
        groups += [frozenset({part}) for part in row.lemma.split("-")[1:]]
        needed = tuple(forms.setdefault(g, word_forms(g)) for g in groups)
        for form in word_forms([row.lemma]):
            out.setdefault(form, set()).add(needed)
    return out


def word_forms(lemmas: Iterable[str]) -> frozenset[str]:
    """The inflected forms of lemmas, misspelt doubles included: a form too many costs a parse, one too few an event. Of several
    words ("rule out", "sit-in") the first."""
    irregular: dict[str, list[str]] = {}
    for form, lemma in irregular_verbs().items():
        irregular.setdefault(lemma, []).append(form)
    out: set[str] = set()
    for lemma in lemmas:
        for word in re.findall(r"[a-z]+", lemma)[:1]:
            stem = word.removesuffix("e")
            out |= {word, word + "s", word + "es", stem + "ed", stem + "ing", word + "ed", word + "ing"}
            out |= {stem + stem[-1:] + "ed", stem + stem[-1:] + "ing", *irregular.get(word, ())}
            if word.endswith("y"):
                out |= {word[:-1] + "ies", word[:-1] + "ied"}
            for a, b in (("ise", "ize"), ("ize", "ise"), ("our", "or"), ("or", "our")):
                if a in word:
                    changed = word.replace(a, b)
                    out |= {changed, changed + "s", changed.removesuffix("e") + "ed", changed.removesuffix("e") + "ing"}
    return frozenset(out)
