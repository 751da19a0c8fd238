"""Blocks of a page to labels: which are article, which furniture of which kind.

No single cue decides. Each row of furniture.csv adds its weight to a kind; the page's structure and the neighbours add
theirs: a name alone is a byline where a bio or a date stands beside it, "X is the director of Y" a bio where the
article is over, and once a block of notices has begun at the foot of a page, a short line among them that tells of
no event belongs to them, whatever it says ("Before you go…", "Times are hard.").
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

from comity.sources import dates, people, tables
from comity.sources.blocks import Block, ends_sentence, words
from comity.sources.needles import Needles

KINDS = (
    "caption",
    "bio",
    "byline",
    "disclaimer",
    "paywall",
    "donation",
    "newsletter",
    "related",
    "cookie",
    "comment",
    "navigation",
)  # fmt: skip
_NOTICES = frozenset({"disclaimer", "paywall", "donation", "newsletter", "related", "cookie", "comment", "navigation"})
_ANY = frozenset({"any"})
_SHORT = 200  # characters
_LONG = 45  # words from which on one cue is not enough
_EVENT = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.? \d"
    r"|\b(?:said|says|told|met|held|sent|struck|shot|fell|rose|won|lost|left|gave|took|began|became|broke|cut|withdrew)\b"
    r"|(?<!\w)(?!need|provided|based|registered|trusted|featured)[a-z]{2,}ed\b",
    re.IGNORECASE,
)


# The heading over the paragraph in which the issuer of a release describes itself.
_ABOUT = re.compile(r"About (?:[Tt]he )?(?P<who>[A-Z][^.!?:]{1,60}):?$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of furniture.csv."""

    kind: str
    pattern: re.Pattern[str]
    where: str
    weight: float


@cache
def cues() -> tuple[Cue, ...]:
    """The rows of furniture.csv. Raises TableError with all their faults."""

    def cue(_line: int, row: dict[str, str]) -> Cue:
        return Cue(row["kind"], tables.compiled(row["pattern"]), row["where"], float(row["weight"]))

    return tables.made("furniture.csv", cue, {"kind": KINDS, "where": ("any", "head", "tail")})


def tells_of_event(line: str) -> bool:
    """Whether a line reads as a report of something: a finished sentence with a date or a verb in the past tense."""
    return ends_sentence(line) and bool(_EVENT.search(line))


def notice(line: str) -> bool:
    """Whether a line is furniture by its own words, wherever on a page it stands."""
    kind, weight = _best(_score(_matched(line), _ANY))
    return bool(kind) and weight >= (1.5 if words(line) > _LONG else 1.0) - 1e-9


def label(blocks: Sequence[Block], authors: Sequence[str] = ()) -> tuple[str, ...]:
    """The kind of furniture of each block, or "" for article. `authors` are those known from elsewhere."""
    scores = _scores(blocks)
    # Structure that says no more than "not the article" leaves the kind to the words.
    labels = [
        block.kind if block.kind not in ("", "navigation") else _decided(block, score) or block.kind
        for block, score in zip(blocks, scores, strict=True)
    ]
    _label_bios(blocks, scores, labels, authors)
    _label_names(blocks, labels, authors)
    _label_tail(blocks, scores, labels)
    _label_lists(blocks, labels)
    for index, block in enumerate(blocks):
        if not labels[index] and not block.article:
            labels[index] = "navigation"
    return tuple(labels)


def _scores(blocks: Sequence[Block]) -> list[dict[str, float]]:
    # Running text is what bears no cue at all and has the length of a sentence; head and tail are measured on it.
    matched = [_matched(block.text) for block in blocks]
    anywhere = [_score(cues_of, _ANY) if cues_of else {} for cues_of in matched]
    running = [
        0 if score or block.kind or not block.article or (size := words(block.text)) < 12 else size
        for block, score in zip(blocks, anywhere, strict=True)
    ]
    total, before = sum(running), 0
    for cues_of, here, score in zip(matched, running, anywhere, strict=True):
        if cues_of:
            where = {"head"} if before <= total / 4 else set()
            if total - before - here <= total / 4:
                where.add("tail")
            for kind, weight in _score(cues_of, where).items() if where else ():
                score[kind] = score.get(kind, 0.0) + weight
        before += here
    return anywhere


def _score(matched: Sequence[Cue], where: Set[str]) -> dict[str, float]:
    score: dict[str, float] = {}
    for cue in matched:
        if cue.where in where:
            score[cue.kind] = score.get(cue.kind, 0.0) + cue.weight
    return score


def _matched(text: str) -> tuple[Cue, ...]:
    """The cues that a line bears, wherever it stands."""
    # Menus and notices are the same on all pages of a site; paragraphs are not, and would fill the memory, but are
    # asked about twice while their page is read.
    return _matched_short(text) if len(text) <= _SHORT else _matched_long(text)


@lru_cache(maxsize=20_000)
def _matched_short(text: str) -> tuple[Cue, ...]:
    return _search(text)


@lru_cache(maxsize=100)
def _matched_long(text: str) -> tuple[Cue, ...]:
    return _search(text)


def _search(text: str) -> tuple[Cue, ...]:
    rows = cues()
    return tuple(rows[index] for index in _needles().candidates(text) if rows[index].pattern.search(text))


@cache
def _needles() -> Needles:
    return Needles([cue.pattern for cue in cues()])


def _best(score: dict[str, float]) -> tuple[str, float]:
    if not score:
        return "", 0.0
    return max(score.items(), key=lambda item: item[1], default=("", 0.0))


def _decided(block: Block, score: dict[str, float]) -> str:
    # Bios need their context as well, see _label_bios, unless they say it all.
    if not score:
        return ""
    kind, weight = _best(score)
    return kind if weight >= (1.5 if words(block.text) > _LONG else 1.0) - 1e-9 else ""


def _label_bios(
    blocks: Sequence[Block], scores: Sequence[dict[str, float]], labels: list[str], authors: Sequence[str]
) -> None:
    over = True  # from the end: only furniture so far
    for index in range(len(blocks) - 1, -1, -1):
        text = blocks[index].text
        if not labels[index] and words(text) <= 150:
            weight = scores[index].get("bio", 0.0)
            person = people.of_bio(text)
            beside = person is not None and (
                person in authors
                or (
                    index > 0
                    and person.casefold() in blocks[index - 1].text.casefold()
                    and words(blocks[index - 1].text) < 10
                )
            )
            following = index > 0 and labels[index - 1] == "bio"
            about = _ABOUT.match(blocks[index - 1].text) if index > 0 else None
            if about and text.removeprefix("The ").startswith(about.group("who")):
                labels[index - 1] = labels[index] = "bio"
                continue
            known = person is not None and person in authors and over
            if (weight >= 0.5 or (known and weight >= 0)) and weight + 0.5 * over + 0.5 * beside + 0.5 * following >= (
                1.5 if words(text) > _LONG else 1.0
            ):
                labels[index] = "bio"
        # A lone bio-like sentence that is all the page has is the article.
        if not labels[index] and blocks[index].article and words(text) >= 6:
            over = False
    if not any(not kind and words(block.text) >= 6 for kind, block in zip(labels, blocks, strict=True)):
        for index, kind in enumerate(labels):
            if kind == "bio" and not blocks[index].kind:
                labels[index] = ""


def _label_names(blocks: Sequence[Block], labels: list[str], authors: Sequence[str]) -> None:
    for index, block in enumerate(blocks):
        if labels[index] or not people.is_name(block.text):
            continue
        after = index + 1
        known = any(author.casefold() in block.text.casefold() for author in authors)
        bio_follows = after < len(blocks) and labels[after] == "bio" and blocks[after].text.startswith(block.text)
        date_follows = after < len(blocks) and labels[after] == "byline" and dates.first(blocks[after].text) is not None
        by_before = index > 0 and blocks[index - 1].text.casefold() in {"by", "author", "written by", "by:", "author:"}
        if known or bio_follows or date_follows or by_before:
            labels[index] = "byline"
            if by_before:
                labels[index - 1] = "byline"


def _label_tail(blocks: Sequence[Block], scores: Sequence[dict[str, float]], labels: list[str]) -> None:
    """Absorb into a run of notices the lines that a notice precedes and no article follows, or that notices enclose."""
    last = max((i for i, block in enumerate(blocks) if _is_article(block, labels[i], scores[i])), default=-1)
    for index in range(1, len(blocks)):
        if labels[index] or labels[index - 1] not in _NOTICES or labels[index - 1] == "navigation":
            continue
        kind, weight = _best({name: value for name, value in scores[index].items() if name in _NOTICES})
        enclosed = any(labels[i] in _NOTICES for i in range(index + 1, min(index + 3, len(blocks))))
        if index <= last and not enclosed:
            continue
        short = words(blocks[index].text) <= 25 and not blocks[index].sure and not tells_of_event(blocks[index].text)
        if weight >= 0.5 - 1e-9 or (short and (index > last or (enclosed and words(blocks[index].text) <= 10))):
            labels[index] = kind if weight >= 0.5 - 1e-9 else labels[index - 1]


def _is_article(block: Block, kind: str, score: dict[str, float]) -> bool:
    if kind or not block.article:
        return False
    if block.sure:
        return True
    weight = max((value for name, value in score.items() if name in _NOTICES), default=0.0)
    return weight < 0.5 and (words(block.text) > 25 or tells_of_event(block.text))


def _label_lists(blocks: Sequence[Block], labels: list[str]) -> None:
    """Behind "Related articles" alone on its line, the headlines up to the next whole sentence are links as well."""
    for index in range(1, len(blocks)):
        if labels[index] or labels[index - 1] != "related" or ends_sentence(blocks[index].text):
            continue
        lead = index - 1
        while lead > 0 and labels[lead - 1] == "related":
            lead -= 1
        if words(blocks[lead].text) <= 4 and index - lead <= 10 and words(blocks[index].text) <= 20:
            labels[index] = "related"
