"""Loaded terms: words by which a text takes a side, with whose they are and what a neutral report could say instead.

In: a text; out: each use of a term of data/sources/loaded_terms.csv with its place. Whose mouth it stands in, `voice` tells.
Of terms that overlap the longest counts: "Assad's regime" is one term, not also "regime".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.actors import load_index
from comity.errors import UnknownActor
from comity.sources import tables

KINDS = ("name", "label", "frame", "evaluation", "distance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A row of the table. `parties` are the codes of those whose term it is; none where anybody may use it."""

    words: str
    kind: str
    dispute: str
    parties: tuple[str, ...]
    neutral: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermUse:
    """A loaded term in a text: `text[start:end]`, as printed."""

    term: Term
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    term: Term
    found: re.Pattern[str]
    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def term_uses(text: str, sentences: Sequence[tuple[int, int]]) -> tuple[TermUse, ...]:
    """The loaded terms of a text, by place. `sentences` are its sentences as (start, end)."""
    uses = [use for start, end in sentences for use in _in_sentence(text[start:end], start)]
    longest: list[TermUse] = []
    for use in sorted(uses, key=lambda use: (use.start - use.end, use.start)):
        if all(use.end <= other.start or other.end <= use.start for other in longest):
            longest.append(use)
    return tuple(sorted(longest, key=lambda use: use.start))


def _in_sentence(sentence: str, base: int) -> Iterator[TermUse]:
    for rule in rules():
        for match in rule.found.finditer(sentence):
            if rule.when and not rule.when.search(sentence):
                break
            if rule.unless and rule.unless.search(sentence):
                break
            yield TermUse(term=rule.term, text=match.group(), start=base + match.start(), end=base + match.end())


@functools.cache
def rules() -> tuple[_Rule, ...]:
    """The rows of the table. Raises TableError with all their faults."""
    index = load_index()
    seen: dict[str, int] = {}

    def rule(line: int, row: dict[str, str]) -> _Rule:
        faults: list[str] = []
        parties = tuple(filter(None, row["parties"].split(";")))
        for code in parties:
            try:
                index.name(code)
            except UnknownActor:
                faults.append(f'party "{code}" is no actor (see comity/data/actors)')
        if not row["neutral"] or not row["term"]:
            faults.append("a row needs a term and what is neutral instead")
        if bool(parties) == (row["dispute"] == "general"):
            faults.append('a term has parties if and only if its dispute is not "general"')
        for word in row["term"].split("|"):
            if (row["dispute"] + word) in seen:
                faults.append(f'"{word}" stands in line {seen[row["dispute"] + word]} already')
            seen[row["dispute"] + word] = line
        if faults:
            raise ValueError(*faults)
        term = Term(words=row["term"], kind=row["kind"], dispute=row["dispute"], parties=parties,
                    neutral=row["neutral"], note=row["note"])  # fmt: skip
        return _Rule(term, _compiled(row["term"]), *(_compiled(row[c]) if row[c] else None for c in ("when", "unless")))

    return tables.made("loaded_terms.csv", rule, {"kind": KINDS})


def _compiled(words: str) -> re.Pattern[str]:
    """Words parted by | as one pattern: whole words, `*` for any ending, capitals bind, either apostrophe."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(_one, sorted(words.split('|'), key=len, reverse=True)))})(?![\w-])")


def _one(word: str) -> str:
    pattern = re.escape(word).replace(r"\*", r"\w*").replace("'", "['’]").replace(r"\ ", r"\s+")
    # A word without capitals is found at the head of a sentence too.
    return pattern if word != word.lower() else f"(?i:{pattern})"
