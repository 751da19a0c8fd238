"""Lemmas: a table of seen forms first, then the network's rule checked against known words.

A rule is `<case><cut>+<suffix>`: case `l` lower-cases the form first, `k` keeps it; `cut` characters go from its end.
`running` → `run` is `l4+`; `went` → `go` is `l4+go`. After the scheme of UDPipe 2 (Straka 2018), without prefixes.
A network that sees word pieces may cut `agreed` to `agre`; so where its answer is no known word, the regular endings
are tried against the known words, as WordNet's morphy does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path

from comity.tables import read_table

_DOUBLED = "bdfglmnprtvz"
_IRREGULAR = Path(__file__).parent.parent / "data" / "language" / "irregular_verbs.csv"


@functools.cache
def irregular_verbs() -> dict[str, str]:
    """Irregular verb forms and their lemmas."""
    return {form: row["lemma"] for _, row in read_table(_IRREGULAR) for form in row["forms"].split("|")}


def lemma_rule(form: str, lemma: str) -> str:
    """The shortest rule that makes `lemma` of `form`. `apply_rule(form, lemma_rule(form, lemma)) == lemma` always."""
    lowered = _rule("l", form.lower(), lemma)
    kept = _rule("k", form, lemma)
    return lowered if len(lowered) <= len(kept) else kept


def _rule(case: str, form: str, lemma: str) -> str:
    shared = 0
    for a, b in zip(form, lemma, strict=False):
        if a != b:
            break
        shared += 1
    return f"{case}{len(form) - shared}+{lemma[shared:]}"


def apply_rule(form: str, rule: str) -> str:
    """The lemma that a rule gives for a form; the lower-cased form where the rule cuts more than there is."""
    base = form.lower() if rule[0] == "l" else form
    cut, _, suffix = rule[1:].partition("+")
    count = int(cut)
    if count > len(base):
        return form.lower()
    return base[: len(base) - count] + suffix or form.lower()


def regular_lemmas(form: str, pos: str) -> Iterator[str]:
    """The lemmas that a form could have by English's endings and irregular verbs, likeliest first; the form itself last."""
    word = form.lower()
    if pos in {"VERB", "AUX"} and word in irregular_verbs():
        yield irregular_verbs()[word]
    if pos in {"VERB", "AUX", "NOUN"} and word.endswith("s") and not word.endswith("ss"):
        if word.endswith("ies") and len(word) > 4:
            yield word[:-3] + "y"
        if word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
            yield word[:-2]
        yield word[:-1]
        if word.endswith("ves"):
            yield word[:-3] + "f"
            yield word[:-3] + "fe"
    if pos == "NOUN" and word.endswith("men"):
        yield word[:-2] + "an"
    if pos in {"VERB", "AUX", "ADJ"}:
        for ending in ("ed", "ing"):
            if word.endswith(ending) and len(word) > len(ending) + 2:
                stem = word[: -len(ending)]
                if ending == "ed" and stem.endswith("i"):
                    yield stem[:-1] + "y"
                if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED:
                    yield stem[:-1]
                if stem.endswith("ck"):
                    yield stem[:-1]
                yield stem
                yield stem + "e"
    yield word


@dataclass(slots=True)
class Lemmatizer:
    """`table` holds seen (coarse part of speech, lower-cased form) → lemma; `known` the words that a lemma may be."""

    table: dict[tuple[str, str], str] = field(default_factory=dict)
    known: Set[str] = frozenset()

    @classmethod
    def load(cls, path: Path, vocabulary: Set[str]) -> Lemmatizer:
        """From a file of `pos<TAB>form<TAB>lemma` lines; the vocabulary's whole words count as known."""
        table = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            pos, form, lemma = line.split("\t")
            table[pos, form] = lemma
        words = {piece for piece in vocabulary if piece.isalpha()} | set(table.values())
        return cls(table, words)

    def lemma(self, form: str, pos: str, rule: str) -> str:
        """The lemma of a form with this part of speech; `rule` is the network's answer."""
        if pos == "PROPN":
            return form
        seen = self.table.get((pos, form.lower()))
        if seen is not None:
            return seen
        guess = apply_rule(form, rule)
        if pos == "VERB" and form.lower() in irregular_verbs():
            return irregular_verbs()[form.lower()]
        if pos not in {"VERB", "NOUN", "ADJ"} or guess in self.known or not form.isalpha():
            return guess
        return next((word for word in regular_lemmas(form, pos) if word in self.known), guess)
