"""Which blocks of a page are its article: trafilatura's extraction, corrected by where the blocks stand in the tree.

Extraction drops a paragraph here and there (text in no <p>, subheads, quotations) and takes in what only looks like one
(menus in tables, readers' letters). The article's paragraphs have a home: the smallest element that holds most of their
words. What stands above the headline, what lies outside that home, and what is a link and nothing else is not article.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

import lxml.etree
from ahocorasick_rs import AhoCorasick
from lxml.html import HtmlElement

from comity.sources import dates, people
from comity.sources.blocks import Block, ends_sentence, words
from comity.sources.furniture import notice
from comity.sources.markup import HEADINGS, Piece, lengths_below

_HOME = 0.7  # of the weight of extracted prose; the rest may stand in a box of its own (an ad between two halves)
_PROSE = 8  # words from which on a finished sentence is prose; a paragraph weighs what it has beyond, notices are short
_CREDIT = 80  # characters beside a caption in the picture's box: who took it
_BOX = 360  # characters: what a box of its own among the paragraphs holds, if it is an appeal or a pull quote
_BEGINNING = 60  # characters of a possible pull quote that are looked for before the rest of it
_STANDFIRSTS = frozenset({"subtitle", "standfirst", "dek", "deck", "summary", "lede", "strapline", "subheadline"})
_QUOTING = frozenset({"blockquote", "ul", "ol", "dl", "table", "figure"})
_PICTURES = ("img", "amp-img", "picture")


def judged(
    blocks: Sequence[Block], pieces: Sequence[Piece], extracted: Sequence[str], title: str | None
) -> list[Block]:
    """Each block with `article` set, captions beside pictures with their kind. Without an extraction all stay article."""
    inside = _extracted(blocks, extracted)
    if not any(inside):
        return list(blocks)
    prose = [
        not block.kind and not piece.link and words(block.text) >= _PROSE and ends_sentence(block.text)
        for block, piece in zip(blocks, pieces, strict=True)
    ]
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    while first > 0 and prose[first - 1]:
        first -= 1
    while last + 1 < len(blocks) and prose[last + 1]:
        last += 1
    headline = _headline(blocks, title, prose, inside)
    home = _home(blocks, pieces, [a and b for a, b in zip(prose, inside, strict=True)], headline)
    below = set(() if home is None else home.iter())
    at_home = [home is None or piece.element in below for piece in pieces]
    marks = {_mark(piece.element) for piece, p, at in zip(pieces, prose, at_home, strict=True) if p and at} - {None}
    usual = Counter(_mark(piece.element) for piece, p, at in zip(pieces, prose, at_home, strict=True) if p and at)
    paragraph = max(usual, key=lambda mark: usual[mark], default=None)
    root = pieces[0].element.getroottree().getroot()
    lengths, headed, pictured = lengths_below(root), _around(root, HEADINGS), _around(root, _PICTURES)
    repeated, pulled, boxed = _repeated(blocks, pieces), _pulled(blocks, prose), _boxed(pieces, prose, at_home, home)
    begin = next((i for i in range(headline + 1, len(blocks)) if at_home[i] and prose[i] and inside[i]), len(blocks))
    result = []
    for index, (block, piece) in enumerate(zip(blocks, pieces, strict=True)):
        taken = inside[index] or (first <= index <= last and prose[index]) or _subhead(index, blocks, pieces, prose)
        like = _mark(piece.element) in marks
        here = at_home[index] or (prose[index] and (headline < index < begin or (inside[index] and like)))
        here = here and not (piece.link or repeated[index] or pulled[index] or boxed[index])
        here = here and not (piece.heading and index + 1 < len(pieces) and pieces[index + 1].link)  # heads links
        # What follows a label that stands on the page twice, and looks unlike the article, is what the label says.
        heads = piece.heading
        here = here and not (index - 1 > headline and repeated[index - 1] and not like and not heads)
        kind = block.kind
        if not kind and headline >= 0 and headline < index < begin and not prose[index]:
            kind = _signature(block)
            standfirst = not kind and (heads or bool(_tokens(piece.element) & _STANDFIRSTS)) and words(block.text) >= 3
            taken = taken or standfirst
            here = standfirst or (here and (heads or words(block.text) >= _PROSE or piece.element.tag == "p"))
        if not kind and at_home[index] and index > headline and _beside_picture(piece, lengths, headed, pictured):
            kind = "caption"
        article = index == headline or (taken and here and index > headline)
        sure = article and at_home[index] and paragraph is not None and _mark(piece.element) == paragraph
        result.append(dataclasses.replace(block, article=article, kind=kind, sure=sure))
    return result


def _signature(block: Block) -> str:
    """ "byline" for a line between headline and article that is a name or holds a day."""
    named = people.is_name(block.text) or (words(block.text) <= 20 and dates.first(block.text) is not None)
    return "byline" if named else ""


def _extracted(blocks: Sequence[Block], extracted: Sequence[str]) -> list[bool]:
    lines = {_bare(line) for line in extracted}
    whole = "\n".join(_bare(line) for line in extracted)
    return [
        not block.kind and (_bare(block.text) in lines or (words(block.text) >= 4 and _bare(block.text) in whole))
        for block in blocks
    ]


def _headline(blocks: Sequence[Block], title: str | None, prose: Sequence[bool], inside: Sequence[bool]) -> int:
    """Where the headline stands above the article: its last place before the first extracted prose; -1 if nowhere."""
    if not title:
        return -1
    wanted = title.casefold()
    places = [index for index, block in enumerate(blocks) if block.text.casefold() == wanted]
    start = next((index for index, both in enumerate(zip(prose, inside, strict=True)) if all(both)), len(blocks))
    return max((place for place in places if place < start), default=-1)


def _home(blocks: Sequence[Block], pieces: Sequence[Piece], prose: Sequence[bool], headline: int) -> HtmlElement | None:
    """The smallest element that holds most of the extracted prose below the headline that is no notice."""
    weights: Counter[HtmlElement] = Counter()
    for index, (block, piece) in enumerate(zip(blocks, pieces, strict=True)):
        if not prose[index] or index < headline or notice(block.text):
            continue
        weights[piece.element] += words(block.text) - _PROSE + 1
    if not weights:
        return None
    total = weights.total()
    # From the leaves, so that the first that holds so much is the smallest: any other one is around it.
    for _, element in lxml.etree.iterwalk(pieces[0].element.getroottree().getroot(), events=("end",)):
        if weights[element] >= _HOME * total:
            return element
        if weights[element]:
            weights[element.getparent()] += weights[element]
    return None


def _mark(element: HtmlElement) -> tuple[str, str, str] | None:
    """What paragraphs of one article have in common wherever they stand: tag and class, their own and their box's."""
    parent = element.getparent()
    own, box = element.get("class") or "", "" if parent is None else parent.get("class") or ""
    return (str(element.tag), own, box) if own or box else None


def _subhead(index: int, blocks: Sequence[Block], pieces: Sequence[Piece], prose: Sequence[bool]) -> bool:
    """A heading with prose under it, its date line or picture between them aside."""
    if not pieces[index].heading or blocks[index].kind or words(blocks[index].text) > 20:
        return False
    return any(prose[index + 1 : index + 3])


def _tokens(element: HtmlElement) -> set[str]:
    return set(re.split(r"[\s_-]+", (element.get("class") or "").lower()))


def _pulled(blocks: Sequence[Block], prose: Sequence[bool]) -> list[bool]:
    """Of each block, whether it only repeats words of a longer paragraph: a pull quote."""
    bare = [_bare(block.text) if words(block.text) >= 5 else None for block in blocks]
    quotes = {own for own in bare if own}
    lengths: dict[str, set[int]] = {}  # by how they begin, so that one pass over the paragraphs finds them all
    for own in quotes:
        lengths.setdefault(own[:_BEGINNING], set()).add(len(own))
    begins = list(lengths)
    automaton = AhoCorasick(begins)
    found = {""}  # marks alone: a rule between parts
    for text in {_bare(block.text) for block, whole in zip(blocks, prose, strict=True) if whole}:
        for number, start, _ in automaton.find_matches_as_indexes(text, overlapping=True):
            held = {text[start : start + length] for length in lengths[begins[number]]}
            found |= (held & quotes) - {text}
    return [own in found for own in bare]


def _boxed(
    pieces: Sequence[Piece], prose: Sequence[bool], at_home: Sequence[bool], home: HtmlElement | None
) -> list[bool]:
    """Of each piece, whether it stands in a small box of its own where most paragraphs stand in none.

    Where a home's paragraphs are its own <p>, a <div class="…"> of a few words among them is an appeal or an
    advertisement; quotations, lists and tables are not.
    """
    if home is None:
        return [False] * len(pieces)
    at = [index for index in range(len(pieces)) if prose[index] and at_home[index]]
    plain = [index for index in at if pieces[index].element.tag == "p" and pieces[index].element.getparent() is home]
    if len(plain) < 0.6 * len(at) or len(plain) < 3:
        return [False] * len(pieces)
    lengths = lengths_below(home)
    return [
        inside and not piece.heading and piece.element is not home and _in_box(piece, home, lengths)
        for piece, inside in zip(pieces, at_home, strict=True)
    ]


def _in_box(piece: Piece, home: HtmlElement, lengths: Mapping[HtmlElement, int]) -> bool:
    path = [piece.element]
    while path[-1].getparent() is not home:
        path.append(path[-1].getparent())
    if any(element.tag in _QUOTING for element in path) or path[-1].tag == "p":
        return False
    return bool(path[-1].get("class")) and lengths[path[-1]] <= _BOX


def _repeated(blocks: Sequence[Block], pieces: Sequence[Piece]) -> list[bool]:
    """Of each block, whether it is a few words that stand on the page twice and head nothing: tools, labels of ads."""
    counts = Counter(block.text for block in blocks)
    return [
        counts[block.text] > 1 and words(block.text) <= 4 and not ends_sentence(block.text) and not piece.heading
        for block, piece in zip(blocks, pieces, strict=True)
    ]


def _around(root: HtmlElement, tags: Iterable[str]) -> set[HtmlElement]:
    """The elements of these tags and all that hold one, each looked at once."""
    found: set[HtmlElement] = set()
    for inner in root.iter(*tags):
        element: HtmlElement | None = inner
        while element is not None and element not in found:
            found.add(element)
            element = element.getparent()
    return found


def _beside_picture(
    piece: Piece, lengths: Mapping[HtmlElement, int], headed: Set[HtmlElement], pictured: Set[HtmlElement]
) -> bool:
    """Whether a short stretch stands with a picture in a box that holds nothing else: a caption, or an author's face."""
    if piece.link or people.of_bio(piece.text) or piece.heading:
        return False
    element: HtmlElement | None = piece.element
    while element is not None and element.tag not in ("body", "html", "article", "main"):
        if lengths.get(element, 0) > len(piece.text) + _CREDIT:
            return False
        if element in headed:
            return False
        if element in pictured:
            return True
        element = element.getparent()
    return False


def _bare(text: str) -> str:
    """Letters and figures alone: extraction moves blanks and drops list marks."""
    return re.sub(r"[\W_]+", "", text).casefold()
