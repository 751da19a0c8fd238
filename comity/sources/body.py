"""Which blocks of a page are its article: trafilatura's extraction, corrected by where the blocks stand in the tree.

Extraction drops a paragraph here and there (text in no <p>, subheads, quotations) and takes in what only looks like one
(menus in tables, readers' letters). The article's paragraphs have a home: the smallest element that holds most of their
words. What stands above the headline, what lies outside that home, and what is a link and nothing else is not article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from comity.sources import dates, people
from comity.sources.blocks import Block, ends_sentence, words
from comity.sources.furniture import notice
from comity.sources.markup import HEADINGS, PICTURES, Outline, Piece

_HOME = 0.7  # of the weight of extracted prose; the rest may stand in a box of its own (an ad between two halves)
_PROSE = 8  # words from which on a finished sentence is prose; a paragraph weighs what it has beyond, notices are short
_CREDIT = 80  # characters beside a caption in the picture's box: who took it
_BOX = 360  # characters: what a box of its own among the paragraphs holds, if it is an appeal or a pull quote
_BEGINNING = 60  # characters of a possible pull quote that are looked for before the rest of it
_STANDFIRSTS = frozenset({"subtitle", "standfirst", "dek", "deck", "summary", "lede", "strapline", "subheadline"})
_QUOTING = frozenset({"blockquote", "ul", "ol", "dl", "table", "figure"})
_PAGES = frozenset({"body", "html", "article", "main"})
_MARKS = re.compile(r"[\W_]+")
_ASCII_MARKS = {code: None for code in range(128) if not chr(code).isalnum()}


def judged(blocks: Sequence[Block], outline: Outline, extracted: Sequence[str], title: str | None) -> list[Block]:
    """Each block with `article` set, captions beside pictures with their kind. Without an extraction all stay article.

    `blocks` are the outline's pieces, laid out.
    """
    pieces = outline.pieces
    inside = _extracted(blocks, extracted)
    if not any(inside):
        return list(blocks)
    sizes = [words(block.text) for block in blocks]
    prose = [
        size >= _PROSE and not block.kind and not piece.link and ends_sentence(block.text)
        for block, piece, size in zip(blocks, pieces, sizes, strict=True)
    ]
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    while first > 0 and prose[first - 1]:
        first -= 1
    while last + 1 < len(blocks) and prose[last + 1]:
        last += 1
    headline = _headline(blocks, title, prose, inside)
    home = _home(blocks, outline, [a and b for a, b in zip(prose, inside, strict=True)], headline)
    at_home = [home is None or home <= piece.at < outline.ends[home] for piece in pieces]
    looks = [_look(outline, piece.at) for piece in pieces]
    usual = Counter(look for look, p, at in zip(looks, prose, at_home, strict=True) if p and at)
    paragraph = max(usual, key=lambda look: usual[look], default=None)
    headed, pictured = outline.holding(HEADINGS), outline.holding(PICTURES)
    repeated, pulled, boxed = (
        _repeated(blocks, pieces),
        _pulled(blocks, prose, sizes),
        _boxed(outline, prose, at_home, home),
    )
    begin = next((i for i in range(headline + 1, len(blocks)) if at_home[i] and prose[i] and inside[i]), len(blocks))
    result = []
    for index, (block, piece) in enumerate(zip(blocks, pieces, strict=True)):
        taken = inside[index] or (first <= index <= last and prose[index]) or _subhead(index, blocks, pieces, prose)
        like = looks[index] is not None and looks[index] in usual
        here = at_home[index] or (prose[index] and (headline < index < begin or (inside[index] and like)))
        here = here and not (piece.link or repeated[index] or pulled[index] or boxed[index])
        here = here and not (piece.heading and index + 1 < len(pieces) and pieces[index + 1].link)  # heads links
        # What follows a label that stands on the page twice, and looks unlike the article, is what the label says.
        heads = piece.heading
        here = here and not (index - 1 > headline and repeated[index - 1] and not like and not heads)
        kind = block.kind
        if not kind and headline >= 0 and headline < index < begin and not prose[index]:
            kind = _signature(block)
            lead = heads or not _STANDFIRSTS.isdisjoint(_tokens(outline.classes[piece.at]))
            standfirst = not kind and lead and sizes[index] >= 3
            taken = taken or standfirst
            here = standfirst or (here and (heads or sizes[index] >= _PROSE or piece.tag == "p"))
        if not kind and at_home[index] and index > headline and _beside_picture(piece, outline, headed, pictured):
            kind = "caption"
        article = index == headline or (taken and here and index > headline)
        sure = article and at_home[index] and paragraph is not None and looks[index] == paragraph
        result.append(Block(start=block.start, end=block.end, text=block.text, kind=kind, article=article, sure=sure))
    return result


def _signature(block: Block) -> str:
    """ "byline" for a line between headline and article that is a name or holds a day."""
    named = people.is_name(block.text) or (words(block.text) <= 20 and dates.first(block.text) is not None)
    return "byline" if named else ""


def _extracted(blocks: Sequence[Block], extracted: Sequence[str]) -> list[bool]:
    bare = [_bare(line) for line in extracted]
    lines, whole = set(bare), "\n".join(bare)
    return [not block.kind and _taken(block.text, lines, whole) for block in blocks]


def _taken(text: str, lines: Set[str], whole: str) -> bool:
    bare = _bare(text)
    return bare in lines or (bare in whole and words(text) >= 4)


def _headline(blocks: Sequence[Block], title: str | None, prose: Sequence[bool], inside: Sequence[bool]) -> int:
    """Where the headline stands above the article: its last place before the first extracted prose; -1 if nowhere."""
    if not title:
        return -1
    wanted = title.casefold()
    places = [index for index, block in enumerate(blocks) if block.text.casefold() == wanted]
    start = next((index for index, both in enumerate(zip(prose, inside, strict=True)) if all(both)), len(blocks))
    return max((place for place in places if place < start), default=-1)


def _home(blocks: Sequence[Block], outline: Outline, prose: Sequence[bool], headline: int) -> int | None:
    """The smallest element that holds most of the extracted prose below the headline that is no notice."""
    weights = [0] * len(outline.tags)
    for index, (block, piece) in enumerate(zip(blocks, outline.pieces, strict=True)):
        if prose[index] and index >= headline and not notice(block.text):
            weights[piece.at] += words(block.text) - _PROSE + 1
    enough = _HOME * sum(weights)
    if not enough:
        return None
    # From the leaves, so that the first that holds so much is the smallest: any other one is around it.
    for at in range(len(weights) - 1, -1, -1):
        if weights[at] >= enough:
            return at
        if weights[at] and at:
            weights[outline.around[at]] += weights[at]
    return None


def _look(outline: Outline, at: int) -> tuple[str, str, str] | None:
    """What paragraphs of one article have in common wherever they stand: tag and class, their own and their box's."""
    own, box = outline.classes[at], outline.box(at)
    return (outline.tags[at], own, box) if own or box else None


def _subhead(index: int, blocks: Sequence[Block], pieces: Sequence[Piece], prose: Sequence[bool]) -> bool:
    """A heading with prose under it, its date line or picture between them aside."""
    if not pieces[index].heading or blocks[index].kind or words(blocks[index].text) > 20:
        return False
    return any(prose[index + 1 : index + 3])


@lru_cache(maxsize=20_000)
def _tokens(name: str) -> frozenset[str]:
    """The words of a class."""
    return frozenset(re.split(r"[\s_-]+", name.lower()))


def _pulled(blocks: Sequence[Block], prose: Sequence[bool], sizes: Sequence[int]) -> list[bool]:
    """Of each block, whether it only repeats words of a longer paragraph: a pull quote."""
    bare = [_bare(block.text) if size >= 5 else None for block, size in zip(blocks, sizes, strict=True)]
    quotes = {own for own in bare if own}
    lengths: dict[str, set[int]] = {}  # by how they begin, so that one pass over the paragraphs finds them all
    for own in quotes:
        lengths.setdefault(own[:_BEGINNING], set()).add(len(own))
    begins = list(lengths)
    automaton = AhoCorasick(begins)
    found = {""}  # marks alone: a rule between parts
    for text in {own or "" for own, whole in zip(bare, prose, strict=True) if whole}:
        for number, start, _ in automaton.find_matches_as_indexes(text, overlapping=True):
            held = {text[start : start + length] for length in lengths[begins[number]]}
            found |= (held & quotes) - {text}
    return [own in found for own in bare]


def _boxed(outline: Outline, prose: Sequence[bool], at_home: Sequence[bool], home: int | None) -> list[bool]:
    """Of each piece, whether it stands in a small box of its own where most paragraphs stand in none.

    Where a home's paragraphs are its own <p>, a <div class="…"> of a few words among them is an appeal or an
    advertisement; quotations, lists and tables are not.
    """
    pieces = outline.pieces
    if home is None:
        return [False] * len(pieces)
    at = [index for index in range(len(pieces)) if prose[index] and at_home[index]]
    plain = sum(pieces[index].tag == "p" and outline.around[pieces[index].at] == home for index in at)
    if plain < 0.6 * len(at) or plain < 3:
        return [False] * len(pieces)
    return [
        inside and not piece.heading and piece.at != home and _in_box(piece.at, home, outline)
        for piece, inside in zip(pieces, at_home, strict=True)
    ]


def _in_box(at: int, home: int, outline: Outline) -> bool:
    while True:
        if outline.tags[at] in _QUOTING:
            return False
        if outline.around[at] == home:
            return outline.tags[at] != "p" and bool(outline.classes[at]) and outline.lengths[at] <= _BOX
        at = outline.around[at]


def _repeated(blocks: Sequence[Block], pieces: Sequence[Piece]) -> list[bool]:
    """Of each block, whether it is a few words that stand on the page twice and head nothing: tools, labels of ads."""
    counts = Counter(block.text for block in blocks)
    return [
        counts[block.text] > 1 and words(block.text) <= 4 and not ends_sentence(block.text) and not piece.heading
        for block, piece in zip(blocks, pieces, strict=True)
    ]


def _beside_picture(piece: Piece, outline: Outline, headed: Set[int], pictured: Set[int]) -> bool:
    """Whether a short stretch stands with a picture in a box that holds nothing else: a caption, or an author's face."""
    if piece.link or piece.heading:
        return False
    at, most = piece.at, len(piece.text) + _CREDIT
    while at >= 0 and outline.tags[at] not in _PAGES:
        if outline.lengths[at] > most or at in headed:
            return False
        if at in pictured:
            return people.of_bio(piece.text) is None
        at = outline.around[at]
    return False


def _bare(text: str) -> str:
    """Letters and figures alone: extraction moves blanks and drops list marks."""
    if text.isascii():
        return text.translate(_ASCII_MARKS).lower()
    return _MARKS.sub("", text).casefold()
