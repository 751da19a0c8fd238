"""A saved HTML page → one Document. The page's readable text, block by block; trafilatura says what is article.

Two judges: the page's structure (regions.csv: menus, asides, comments) with trafilatura's extraction mark what lies
outside, and the cues of furniture.csv then mark the notices inside. Where trafilatura finds nothing, structure decides.
The page is parsed once, for both.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import lxml.etree
from lxml.html import HtmlElement

from comity.records import Document
from comity.sources import head
from comity.sources.article import document
from comity.sources.blocks import Block, ends_sentence, laid_out, words
from comity.sources.body import judged
from comity.sources.decoding import Undecodable, decode
from comity.sources.limits import Limits
from comity.sources.markup import Outline, outline
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.streams import too_large

_STUB = 400  # characters: a longer page that broke off still holds something to read
_SENTENCE = 8  # words from which on a finished line is likely prose
_SOUND = 0.5  # of the page's likely prose: an extraction that holds so much needs no second opinion
_DEEP = 250  # elements in elements
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The document of a saved page. Raises Fault for one beyond the limits."""
    if len(data) > options.limits.page_bytes:
        raise too_large(options.limits.page_bytes, "page_bytes")
    try:
        markup = decode(data, options.carrier.charset)
    except Undecodable as error:
        yield Failure(place=origin, problem=error.problem, mend=error.mend)
        return
    tree = _parse(markup)
    if tree is None:
        yield Failure(
            place=origin, problem="is not HTML that can be parsed", mend="save the page again, or give its text"
        )
        return
    found = outline(tree, options.limits.nesting)
    known = head.known(tree, found, markup)
    page, blocks = _laid_out(found)
    if not blocks:
        yield Failure(
            place=origin, problem="has no readable text", mend="save the page after it has loaded, or give its text"
        )
        return
    if len(page) < _STUB and _cut_off(markup):
        yield Failure(place=origin, problem="is broken off inside a tag", mend="save the whole page again")
        return
    title = head.headline(known.title, [(piece.text, piece.heading) for piece in found.pieces])
    known = dataclasses.replace(known, title=title)
    yield document(page, judged(blocks, found, _extracted(tree, markup, found), title), known, origin, options)


def fragment(markup: str, nesting: int = Limits().nesting) -> tuple[str, list[Block]]:
    """The text of a piece of HTML that is all article (an entry of a feed), and its blocks. Raises Fault."""
    tree = _parse(f"<div>{markup}</div>")
    return ("", []) if tree is None else _laid_out(outline(tree, nesting))


def article_blocks(markup: str, limits: Limits) -> tuple[str, list[Block]]:
    """The text of a whole page and its blocks, judged as in a saved page; its head is not asked. Raises Fault."""
    if len(markup) > limits.page_bytes:
        raise too_large(limits.page_bytes, "page_bytes")
    tree = _parse(markup)
    if tree is None:
        raise Fault("is not HTML that can be parsed", "give its text")
    found = outline(tree, limits.nesting)
    page, blocks = _laid_out(found)
    return page, judged(blocks, found, _extracted(tree, markup, found), None)


def _laid_out(found: Outline) -> tuple[str, list[Block]]:
    return laid_out([(piece.text, piece.kind) for piece in found.pieces])


def _cut_off(markup: str) -> bool:
    """Whether the file ends before its last tag does: a download that broke off."""
    return markup.rfind("<") > markup.rfind(">")


def _parse(markup: str) -> HtmlElement | None:
    # lxml refuses a str that declares an encoding, and control characters; the declaration has done its work.
    markup = _DECLARATION.sub("", markup).replace("\x00", "")
    if "<" not in markup:
        return None
    try:
        tree = lxml.etree.fromstring(markup, _parser())
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


@cache
def _parser() -> Any:
    # lxml.html's own parser asks a Python function for the class of each element that is touched.
    parser = lxml.etree.HTMLParser(
        recover=True, huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    parser.set_element_class_lookup(lxml.etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _extracted(tree: HtmlElement, markup: str, found: Outline) -> list[str]:
    """The lines that trafilatura takes for the article; empty when it finds none.

    Its rules alone where they find most of what reads like prose; else the algorithms that it keeps for the rest, which
    take as long again.
    """
    prose = sum(
        len(piece.text)
        for piece in found.pieces
        if not (piece.kind or piece.link) and words(piece.text) >= _SENTENCE and ends_sentence(piece.text)
    )
    # Left to itself, trafilatura parses no deeper; some of what it does takes the square of the depth.
    page = tree if found.depth <= _DEEP else markup
    lines = _lines(page, fast=True)
    return lines if lines and sum(map(len, lines)) >= _SOUND * prose else _lines(page, fast=False)


def _lines(page: HtmlElement | str, *, fast: bool) -> list[str]:
    import trafilatura  # half a second to load: only pages pay it

    found = trafilatura.bare_extraction(page, options=_extractor(fast))
    text = getattr(found, "text", None) or ""
    return [line for line in text.splitlines() if line.strip()]


@cache
def _extractor(fast: bool) -> Any:
    from trafilatura.settings import Extractor

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return Extractor(output_format="python", fast=fast, recall=True, comments=False, tables=True)
