"""A page as a row of blocks: paragraphs and lines with their offsets, so that what is set apart can be pointed at.

A blank line ends a block. A single line end does too, unless the file is hard-wrapped (lines of even length that break
in mid-sentence): pasted pages put caption, byline and bio on lines of their own without blank lines between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from comity.sources.outcome import Fault

# Soft hyphens, zero-width spaces and byte order marks sit inside words and would hide them from any dictionary.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
_VISIBLE = re.compile(r"[^\s\u00ad\u200b\u200e\u200f\u2060\ufeff]")
# Characters. Books have none a tenth as long; the patterns of furniture.csv would take minutes on a million.
_PARAGRAPH = 200_000
# A page is judged by the neighbours of each block, and trafilatura takes half a minute for 35,000 of them.
_BLOCKS = 10_000
_END = re.compile(r"[.!?…。！？։؟।]['\"’”»)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of the page. `kind` is the furniture the page's own structure makes it, or "" when it does not say.

    `article` is False where the page's structure says that it lies outside the article; `sure` is True where it stands
    and is marked like the article's other paragraphs.
    """

    start: int
    end: int
    text: str
    kind: str = ""
    article: bool = True
    sure: bool = False


def folded(text: str) -> str:
    """White space folded to single blanks, invisible characters dropped: the form in which a paragraph is given on."""
    return " ".join((text if text.isascii() else text.translate(_INVISIBLE)).split())


def blank(text: str) -> bool:
    """Whether there is nothing to see in a text."""
    return not _VISIBLE.search(text)


def bounded(length: int) -> None:
    """Raise a Fault where a paragraph has more characters than any real one, before time and memory go into it."""
    if length > _PARAGRAPH:
        raise Fault(f"has a paragraph of {length:,} characters", "give text with line ends, in paragraphs")


def few(count: int) -> None:
    """Raise a Fault where a page has more blocks than any article."""
    if count > _BLOCKS:
        raise Fault(f"has more than {_BLOCKS:,} paragraphs", "split it into its articles")


def ends_sentence(text: str) -> bool:
    """Whether a line ends as sentences do, closing quotes and brackets aside."""
    return bool(_END.search(text))


def words(text: str) -> int:
    """The number of words, by blanks."""
    return len(text.split())


def split(page: str) -> tuple[Block, ...]:
    """The blocks of a plain text."""
    blocks: list[Block] = []
    wrapped = _hard_wrapped(page)
    pattern = r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*" if wrapped else r"[^\n]*\S[^\n]*"
    for match in re.finditer(pattern, page):
        bounded(match.end() - match.start())
        few(len(blocks))
        text = folded(match.group())
        if text:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            blocks.append(Block(start=start, end=start + len(match.group().strip()), text=text))
    return tuple(blocks)


def laid_out(found: Sequence[tuple[str, str]]) -> tuple[str, list[Block]]:
    """Paragraphs, each with its kind of furniture, as a page with a blank line between any two, and its blocks."""
    blocks: list[Block] = []
    start = 0
    for text, kind in found:
        blocks.append(Block(start=start, end=start + len(text), text=text, kind=kind))
        start += len(text) + 2
    return "\n\n".join(text for text, _ in found), blocks


def _hard_wrapped(page: str) -> bool:
    """Whether line ends fall in mid-sentence at an even width: none over 100 characters, most full, unfinished."""
    lines = page.split("\n")
    longest = max((len(line) for line in lines), default=0)
    if not 40 <= longest <= 100:
        return False
    inner = [line for line, after in pairwise(lines) if line.strip() and after.strip()]
    full = [line for line in inner if len(line) >= 0.7 * longest and not ends_sentence(line.rstrip())]
    return len(inner) >= 3 and len(full) >= 0.6 * len(inner)
