"""Whether two reports of acts of one kind speak of the same act, by their words: the trigger and what stands around it.

In: a sentence, its trigger, and the words for its parties; out: the stems of what is left, and whether two are alike.
Dyad, type and day are settled elsewhere; what is left to tell "signed a gas contract" from "signed a visa agreement" are
the other words. Names alone decide nothing: two acts in one dispute share its places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Two reports are alike when they share this part of the shorter one's words, and as many that are no names.
SHARED, COMMON = 0.25, 2
# Enough letters to tell words apart, few enough to join "cooperate" and "cooperation".
STEM = 6

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_STOP = frozenset(
    """a about above across after again against ago all almost along already also although am amid among an and another any
    are around as at be became because been before began being between both but by came can could day days did do does doing
    down due during each earlier early either else even ever every few first for former from further get give given had has
    have having he her here him his how however i if in including into is it its itself just last late later least less like
    made make many may me meanwhile might month months more most much must my near neither new next no nor not now of off on
    once one only or other our out over own part per put put quite rather re said same say says second see set several she
    should since so some still such take than that the their them then there these they this those though three through time
    to today told too took toward towards two under until up upon us use used very via was we week weeks well went were what
    when where which while who whom whose why will with within without would year years yesterday yet you your
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
    november december jan feb mar apr jun jul aug sept sep oct nov dec minister ministers president prime foreign government
    country countries state states official officials according statement reported announced""".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The stems of a report's words without its parties; `common` are those that are no names; `trigger` is one stem."""

    words: frozenset[str]
    common: frozenset[str]
    trigger: str


def wording(sentence: str, trigger: str, parties: Iterable[str]) -> Wording:
    """The words of a report by which it can be told from another of the same kind."""
    skipped = {_stem(word) for party in parties for word in _WORD.findall(party)}
    words, common = set[str](), set[str]()
    for match in _WORD.finditer(sentence):
        stem = _stem(match.group())
        if stem in skipped or stem in _STOP or len(stem) < 3:
            continue
        words.add(stem)
        if match.group()[0].islower():
            common.add(stem)
    own = _WORD.findall(trigger)
    return Wording(frozenset(words), frozenset(common), _stem(own[0]) if own else "")


def alike(a: Wording, b: Wording) -> bool:
    """Whether two reports of one kind of act speak of the same one. Symmetric."""
    smaller = min(len(a.words), len(b.words))
    if not a.common or not b.common:
        # "They met." has no words left but its trigger.
        return a.trigger == b.trigger
    # A report that says nothing but "signed" fits each signing.
    needed = min(COMMON, len(a.common), len(b.common))
    return len(a.common & b.common) >= needed and len(a.words & b.words) >= SHARED * smaller


def _stem(word: str) -> str:
    bare = re.sub(r"['’]s?$", "", word.casefold())
    if bare in _STOP:
        return bare
    return re.sub(r"(?:ies|ied|ing|ed|es|s|e)$", "", bare)[:STEM] if len(bare) > 4 else bare
