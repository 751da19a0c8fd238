"""Disclosed interests: on whose behalf the author, or the paper, speaks, and the sentence that says so.

Looked for where disclosures stand (bios, bylines, disclaimers, sponsors' lines), and in the article only where a
sentence names one of its own authors: that a person in the news is a lobbyist is news, not an interest of the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from comity.records import Furniture, Interest
from comity.sources import people, tables
from comity.sources.blocks import folded
from comity.sources.needles import Needles

KINDS = ("representation", "office", "ownership", "sponsorship", "state_media")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Amb|U\.S|U\.K|U\.N|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Co|vs|No)\.$"
)

_SUBJECT = tables.compiled(r"^(?:The )?(?P<name>{ORG}) (?:is|are)\b")
_ORGANS = frozenset({"Government", "Ministry", "Embassy", "Board", "Agency", "Parliament", "Army", "Office"})
# How a sentence of the article begins that speaks of the paper itself, not of the news.
_SELF = tables.compiled(
    r"^(?:This (?:article|story|content|material|post|site|website|publication|newspaper|trip)\b"
    r"|Sponsored\b|Paid (?:for )?by\b"
    r"|Funded by\b|Presented by\b|Made possible\b|In (?:paid )?partnership\b|The (?:author|writer|journalist)\b"
    r"|(?:The )?{ORG} is (?:the|an?|state)\b[^.]*\b(?:agency|broadcaster|newspaper|channel|outlet|website|paper)\b"
    r"|(?:The )?{ORG} is state-(?:owned|run|funded|controlled)\b)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of interests.csv."""

    kind: str
    where: str
    holder: str
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of interests.csv. Raises TableError with all their faults."""

    def rule(_line: int, row: dict[str, str]) -> Rule:
        pattern = tables.compiled(row["pattern"])
        if "behalf" not in pattern.groupindex:
            raise ValueError("pattern has no group behalf (write {PARTY})")
        return Rule(row["kind"], row["where"], row["holder"], pattern)

    holders = ("subject", "author", "publisher")
    return tables.made("interests.csv", rule, {"kind": KINDS, "where": ("author", "notice"), "holder": holders})


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a block, by their final marks; abbreviations do not end one."""
    found: list[str] = []
    start = 0
    for match in re.finditer(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])", text):
        if not _ABBREVIATION.search(text[max(start, match.start() - 8) : match.start() + 1]):
            found.append(text[start : match.end()].strip())
            start = match.end()
    return tuple([*found, text[start:].strip()] if text[start:].strip() else found)


def interests(
    paragraphs: Sequence[str],
    furniture: Sequence[Furniture],
    authors: Sequence[str],
    publisher: str | None,
    resolve: Callable[[str], str | None] | None = None,
) -> tuple[Interest, ...]:
    """The interests a page discloses, in the order of the page's furniture, then of the article."""
    found: dict[tuple[str, str, str], Interest] = {}
    needles = _needles()
    for raw, of_author, of_paper in _places(paragraphs, furniture, authors, publisher):
        sentence = folded(raw)
        for index in needles.candidates(sentence) if of_author or of_paper else ():
            rule = rules()[index]
            if not (of_author if rule.where == "author" else of_paper):
                continue
            for match in rule.pattern.finditer(sentence):
                behalf = re.sub(r"['’]s$", "", match.group("behalf"))
                holder = _holder(rule.holder, sentence, authors, publisher)
                actor = _actor(behalf, resolve)
                found.setdefault(
                    (holder, behalf, rule.kind),
                    Interest(holder=holder, behalf=behalf, kind=rule.kind, sentence=sentence, actor=actor),
                )
    return tuple(found.values())


@cache
def _needles() -> Needles:
    return Needles([rule.pattern for rule in rules()])


def _places(
    paragraphs: Sequence[str], furniture: Sequence[Furniture], authors: Sequence[str], publisher: str | None
) -> list[tuple[str, bool, bool]]:
    """(sentence, may disclose an author's interest, may disclose the paper's), of what holds a word of any rule."""
    places = []
    needles = _needles()
    for item in furniture:
        if needles.candidates(folded(item.text)):
            personal = item.kind in ("bio", "byline", "disclaimer")
            places += [(sentence, personal, item.kind != "bio") for sentence in sentences(item.text)]
    names = {author.split()[-1] for author in authors}
    for index, paragraph in enumerate(paragraphs):
        if not needles.candidates(paragraph):
            continue
        edge = index in (0, len(paragraphs) - 1) and len(paragraphs) > 1
        for sentence in sentences(paragraph):
            own = any(re.search(rf"\b{re.escape(name)}\b", sentence) for name in names)
            own = own or bool(re.search(r"\b[Tt]he (?:author|writer) (?:is|was|has|serves|works)\b", sentence))
            named = publisher is not None and sentence.startswith((publisher, f"The {publisher}"))
            paper = named or bool(_SELF.search(sentence))
            places.append((sentence, own, edge and paper and len(sentence) < 250))
    return places


def _actor(behalf: str, resolve: Callable[[str], str | None] | None) -> str | None:
    """The code of a party; "Norland Tourism Board" is Norland's where no one answers to the whole name."""
    if resolve is None:
        return None
    names = behalf.split()
    shorter = range(len(names) - 1, 0, -1) if names[-1] in _ORGANS else ()
    codes = (resolve(" ".join(names[:length])) for length in (len(names), *shorter))
    return next((code for code in codes if code is not None), None)


def _holder(role: str, sentence: str, authors: Sequence[str], publisher: str | None) -> str:
    if role == "publisher":
        subject = _SUBJECT.match(sentence)
        return publisher or (subject.group("name") if subject else "the publisher")
    named = people.of_bio(sentence) if role == "subject" else None
    return named or (", ".join(authors) if authors else "the author")
