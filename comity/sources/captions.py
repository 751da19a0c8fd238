"""Captions: which part of such a line is a credit, which a copy, and which a statement that the article may rest on.

"Two ministers signed an accord on May 5, 2021. Source: Twitter." is evidence with a credit behind it: the sentence
stays in the article once, the credit and every copy (image text beside caption) are set apart. A caption that states
nothing whole ("A view of the harbour") is furniture altogether.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.sources import dates
from comity.sources.blocks import Block, ends_sentence, folded, words

# A credit behind a sentence: a word for it and a colon, or brackets, or an agency behind a stroke.
_CREDIT = re.compile(
    r"(?:"
    r"\(?(?i:source|photo(?:graph)?|picture|image|credit|photo credit|image credit|video|courtesy|file photo)s?"
    r"\s*(?:by|of)?\s*[:/|]\s*[^:]{1,80}"
    r"|\((?i:photos?|picture|image|credit|photo by|via)\b[^()]{1,80}\)"
    r"|\([^()]{1,60}(?:/|\bvia )[^()]{1,40}\)"
    r"|\(?(?:AP|AFP|EPA|REUTERS|Reuters|Getty|Flash90|TASS)(?: Photo)?/[^.]{1,60}"
    r"|(?:Photo|Picture|Image|Video) (?:by|courtesy of|via) [^.]{1,60}"
    r")\)?\.?$"
)
# Signs of a finite verb, enough to tell a statement from a label. Captions favour the present tense.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|do|does|did|says?|said|meets?|met|signs?|speaks?|spoke|shakes?|"
    r"shook|holds?|held|attends?|visits?|arrives?|gives?|gave|takes?|took|makes?|made|hands?|stands?|leaves?|left|"
    r"(?<!\w)(?<![Tt]he )(?<!\b[Aa] )(?<!\b[Aa]n )(?<!, )[a-z]{3,}ed)\b"  # "the reopened villa", "planks, stacked by hand": no verbs
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A block divided: the statement kept for the article (or None) and the stretches set apart, as page offsets."""

    kept: tuple[int, int] | None
    apart: tuple[tuple[int, int], ...]


def states_something(sentence: str) -> bool:
    """Whether a caption says something whole: a sentence of six words or more with a verb or a whole date."""
    if words(sentence) < 6 or not ends_sentence(sentence):
        return False
    return bool(_VERB.search(sentence)) or dates.first(sentence) is not None


def credit_start(raw: str) -> int | None:
    """Where the credit at the end of a line begins, or None: only behind a sentence's end or a closing bracket."""
    for match in re.finditer(r"(?:^|(?<=[.!?…)”\"'’])\s+|\s+(?=\())", raw):
        if _CREDIT.match(raw, match.end()):
            return match.end()
    return None


def statement(block: Block, page: str) -> str:
    """A block's words without its credit, folded: what two copies of a caption have in common."""
    raw = page[block.start : block.end]
    start = credit_start(raw)
    return folded(raw if start is None else raw[:start])


def cut(block: Block, page: str, *, caption: bool, seen: bool) -> Cut | None:
    """How to divide a block, or None when it is no caption.

    `caption` says that the page's structure or a neighbour makes it one; `seen` that its statement was kept before.
    """
    raw = page[block.start : block.end]
    start = credit_start(raw)
    if start is None and not caption:
        return None
    body_end = len(raw) if start is None else len(raw[:start].rstrip())
    if seen or body_end == 0 or not states_something(folded(raw[:body_end])):
        # A credit closes many an ordinary long paragraph of an agency; only a short line is all caption.
        if not caption and not seen and words(raw) > 40 and start is not None:
            return Cut(kept=(block.start, block.start + body_end), apart=((block.start + start, block.end),))
        return Cut(kept=None, apart=((block.start, block.end),))
    apart = () if start is None else ((block.start + start, block.end),)
    return Cut(kept=(block.start, block.start + body_end), apart=apart)
