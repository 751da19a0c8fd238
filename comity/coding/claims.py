"""Claims that a third party's doings push the tie of two states.

In: a scene. Out: `Push` values: "The prospect of a deal with X prompted A to strengthen its ties with B". Such a sentence
says why a tie moves; it is a claim of whoever writes or speaks it, kept beside the ledger and never counted in it.
Words: data/lexicon/claim_cues.csv.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from comity.language.parse import Word
from comity.tables import read_table

from .arguments import conjuncts, noun_arguments, verb_arguments
from .lexicon import FOLDER
from .operators import own_auxiliaries
from .scene import Found, Scene


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of claims."""

    verbs: dict[str, int]
    nouns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Push:
    """One claim: the tie's two parties, the third party, the direction, and the word that says so."""

    a: Found
    b: Found
    third: Found
    direction: int
    cue: Word


@functools.cache
def cues() -> Cues:
    """The shipped words."""
    verbs: dict[str, int] = {}
    nouns: set[str] = set()
    for _, row in read_table(FOLDER / "claim_cues.csv"):
        lemmas = row["lemmas"].split("|")
        if row["kind"] == "verb":
            verbs.update(dict.fromkeys(lemmas, int(row["direction"])))
        elif row["kind"] == "noun":
            nouns.update(lemmas)
    return Cues(verbs, frozenset(nouns))


def pushes(scene: Scene) -> list[Push]:
    """The claims of one sentence; each (pair, third party) once."""
    if len({m.actor for m in scene.mentions}) < 2:
        return []
    out: dict[tuple[str, str, str], Push] = {}
    for tie in scene.parse:
        if tie.lemma_.lower() in cues().nouns and tie.pos_ == "NOUN":
            pair = _parties(scene, tie)
            cue = _cue(tie)
            if pair is None or cue is None or "negation" in own_auxiliaries(cue):
                continue
            for third in _thirds(scene, pair):
                a, b = sorted(pair, key=lambda f: f.mention.actor)
                key = (a.mention.actor, b.mention.actor, third.mention.actor)
                out.setdefault(key, Push(a, b, third, _direction(tie, cue), cue))
    return list(out.values())


def _parties(scene: Scene, tie: Word) -> tuple[Found, Found] | None:
    """The two parties of a tie: "A's ties with B", "ties between A and B", "A–B relations", "strengthen ties with B"."""
    roles = noun_arguments(tie)
    found: list[Found] = []
    for name in ("poss", "modifier", "between", "of", "with", "to", "light subj"):
        for token in roles.get(name):
            for part in conjuncts(token):
                mention = scene.mention_at(part) if name == "modifier" else None
                group = [Found(mention, "modifier", mention.sector)] if mention else []
                for one in group or ([] if name == "modifier" else scene.participants([part])):
                    if all(one.mention.actor != f.mention.actor for f in found):
                        found.append(one)
    if len(found) == 1:
        for one in scene.participants(_agents(tie), subject=True):
            if one.mention.actor != found[0].mention.actor:
                found.append(one)
    return (found[0], found[1]) if len(found) >= 2 else None


def _agents(tie: Word) -> list[Word]:
    """Who the verb above a tie is said of ("A wants to strengthen ties with B")."""
    verb = tie.head
    return verb_arguments(verb).get("subj") if verb.pos_ == "VERB" else []


def _above(token: Word) -> Iterator[Word]:
    current = token
    for _ in range(8):
        if current.head == current:
            return
        current = current.head
        yield current


def _cue(tie: Word) -> Word | None:
    """The nearest verb above a tie that moves it; a participle or noun between them does not matter."""
    verbs = [t for t in _above(tie) if t.lemma_ in cues().verbs and t.pos_ in {"VERB", "NOUN"}]
    own = [c for c in tie.children if c.dep_ in {"acl", "acl:relcl"} and c.lemma_ in cues().verbs]
    return next(iter([*verbs, *own]), None)


def _direction(tie: Word, cue: Word) -> int:
    """The direction of the first directed verb from the tie upward; a "rift" turns it round."""
    sign = next((d for t in [cue, *_above(tie)] if (d := cues().verbs.get(t.lemma_, 0))), 0)
    return -sign if tie.lemma_ == "rift" else sign


def _thirds(scene: Scene, pair: tuple[Found, Found]) -> Iterator[Found]:
    inside = {f.mention.actor for f in pair}
    seen: set[str] = set()
    for mention in scene.mentions:
        if mention.actor not in inside and mention.actor not in seen:
            seen.add(mention.actor)
            yield Found(mention, "direct", mention.sector)
