"""A sentence on its way through the coder, and which sentences are worth a parse.

Most sentences hold no event, and the parser is what costs. In: a sentence with the actors found in it. Out: why it cannot
hold an event or a claim, or None: then it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from comity.language.parse import Parse

from comity.language.lemmas import irregular_verbs
from comity.records import Mention

from .claims import cues
from .falsefriends import field_of
from .lexicon import Lexicon, Row
from .operators import operators

Unwanted = Literal["no actor", "no word of the lexicon", "one party only", "false friend"]
_PRONOUNS = frozenset(
    """it its they them their he him his she her we us our both each who whose ministry government army kingdom republic
    country group militants rebels""".split()
)
_DYAD = re.compile(r"\b(?:two|both|neighbou?ring|rival|warring)\s+(?:\w+\s+)?(?:countries|sides|states|nations|leaders|presidents|"
                   r"governments|neighbou?rs|parties|ministers|capitals|republics|allies|rivals)\b|\bthe\s+(?:countries|neighbou?rs|sides)\b", re.I)  # fmt: skip


@dataclass(slots=True)
class Sentence:
    """A sentence on its way: where it stands, who is in it, and its parse once it has one."""

    number: int
    start: int
    end: int
    text: str
    mentions: list[Mention] = field(default_factory=list)
    places: list[Mention] = field(default_factory=list)
    parse: Parse | None = None


class Prefilter:
    """Tells sentences that cannot code from their words alone."""

    def __init__(self, lexicon: Lexicon) -> None:
        lemmas = {row.lemma for row in lexicon} | {lemma for lemma, _ in operators()} | set(cues().nouns)
        self._triggers = word_forms(lemmas)
        self._alone = _needs(row for row in lexicon if row.solo)

    def unwanted(self, sentence: Sentence) -> Unwanted | None:
        """Why a sentence cannot hold an event or a claim, or None: it needs an actor (or "the two countries") and a word
        that may code, and must be no false friend. With one actor, the other must be a pronoun or the word one that codes
        without a second party."""
        both = _DYAD.search(sentence.text) is not None
        if not sentence.mentions and not both:
            return "no actor"
        words = set(re.findall(r"[a-z]+", sentence.text.lower()))
        actors = {m.actor for m in sentence.mentions} | {p.actor for p in sentence.places}
        pair = both or len(actors) > 1 or not words.isdisjoint(_PRONOUNS)
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
