"""A saved HTML page → one Document. The page's readable text, block by block; trafilatura says what is article.

Two judges: the page's structure (regions.csv: menus, asides, comments) with trafilatura's extraction mark what lies
outside, and the cues of furniture.csv then mark the notices inside. Where trafilatura finds nothing, structure decides.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from comity.records import Document
from comity.sources import head, tables
from comity.sources.article import document
from comity.sources.blocks import Block, bounded, ends_sentence, few, folded, laid_out, words
from comity.sources.decoding import Undecodable, decode
from comity.sources.furniture import KINDS
from comity.sources.limits import Limits
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.streams import too_large

_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video"})
_UNREAD |= {"audio", "head", "textarea", "option"}
_BLOCKS = frozenset({"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"})
_BLOCKS |= {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "html", "label", "li", "main", "nav", "ol", "p", "pre", "section"}
_BLOCKS |= {"select", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button"}
_WRAPPERS = frozenset({"html", "body", "main", "article"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LARGE = 0.4  # of the page's characters: no region of furniture holds more
_ELEMENTS = 200_000  # news pages stay below twenty thousand; a million empty ones would take half a minute
_STUB = 400  # characters: a longer page that broke off still holds something to read


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
    known = head.known(tree, markup)
    page, blocks = _blocks(tree, options.limits.nesting)
    if not blocks:
        yield Failure(
            place=origin, problem="has no readable text", mend="save the page after it has loaded, or give its text"
        )
        return
    if len(page) < _STUB and _cut_off(markup):
        yield Failure(place=origin, problem="is broken off inside a tag", mend="save the whole page again")
        return
    yield document(page, _judged(blocks, _extracted(markup)), known, origin, options)


def fragment(markup: str, nesting: int = Limits().nesting) -> tuple[str, list[Block]]:
    """The text of a piece of HTML that is all article (an entry of a feed), and its blocks. Raises Fault."""
    tree = _parse(f"<div>{markup}</div>")
    return ("", []) if tree is None else _blocks(tree, nesting)


def article_blocks(markup: str, limits: Limits) -> tuple[str, list[Block]]:
    """The text of a whole page and its blocks, judged as in a saved page; its head is not asked. Raises Fault."""
    if len(markup) > limits.page_bytes:
        raise too_large(limits.page_bytes, "page_bytes")
    tree = _parse(markup)
    if tree is None:
        raise Fault("is not HTML that can be parsed", "give its text")
    page, blocks = _blocks(tree, limits.nesting)
    return page, _judged(blocks, _extracted(markup))


def _cut_off(markup: str) -> bool:
    """Whether the file ends before its last tag does: a download that broke off."""
    return markup.rfind("<") > markup.rfind(">")


def _parse(markup: str) -> HtmlElement | None:
    # lxml refuses a str that declares an encoding, and control characters; the declaration has done its work.
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup).replace("\x00", "")
    if "<" not in markup:
        return None
    try:
        tree = lxml.html.document_fromstring(markup, parser=lxml.html.HTMLParser(recover=True, huge_tree=True))
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


@dataclass(slots=True)
class _Run:
    """The block being gathered: its pieces of text and the furniture that its place makes it."""

    kind: str = ""
    pieces: list[str] = field(default_factory=list)


def _blocks(tree: HtmlElement, nesting: int) -> tuple[str, list[Block]]:
    """The readable text of a page, blocks parted by blank lines, and what structure says of each block."""
    body = tree.find(".//body")
    root = tree if body is None else body
    lengths = _lengths(root)
    if len(lengths) > _ELEMENTS:
        raise Fault(f"has more than {_ELEMENTS:,} elements", "give its text")
    found: list[tuple[str, str]] = []
    run = _Run()

    def close() -> None:
        bounded(sum(map(len, run.pieces)))
        text = folded("".join(run.pieces))
        if text:
            found.append((text, run.kind))
            few(len(found))
        run.pieces.clear()

    # A walk with a stack of its own: (element, inherited kind, entering).
    stack: list[tuple[HtmlElement, str, bool, int]] = [(root, "", True, 0)]
    inherited: list[str] = []  # the kinds of the elements that are open
    while stack:
        element, kind, entering, depth = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if entering:
            if depth > nesting:
                problem = f"nests elements more than {nesting:,} deep"
                raise Fault(problem, "give its text, or raise the limit nesting")
            if not tag or tag in _UNREAD or _hidden(element):
                _tail(element, run, root)
                continue
            kind = kind or _region(element, tag, lengths, lengths[root])
            if tag in _BLOCKS:
                close()
                run.kind = kind
            elif tag == "br":
                # Two line breaks in a row are a paragraph's end to the eye.
                if next((piece for piece in reversed(run.pieces) if piece.strip(" ")), "") == "\n":
                    close()
                run.pieces.append("\n")
            if element.text:
                run.pieces.append(element.text.replace("\n", " "))
            inherited.append(kind)
            stack.append((element, kind, False, depth))
            stack += [(child, kind, True, depth + 1) for child in reversed(element)]
        else:
            inherited.pop()
            if tag in _BLOCKS:
                close()
                run.kind = inherited[-1] if inherited else ""
            _tail(element, run, root)
    close()
    return laid_out(found)


def _tail(element: HtmlElement, run: _Run, root: HtmlElement) -> None:
    if element is not root and element.tail:
        run.pieces.append(element.tail.replace("\n", " "))


def _hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and bool(_HIDDEN.search(style)))


def _lengths(root: HtmlElement) -> dict[HtmlElement, int]:
    """Characters of readable text below each element, in one pass from the leaves."""
    lengths: dict[HtmlElement, int] = {}
    for _, element in lxml.etree.iterwalk(root, events=("end",)):
        if isinstance(element.tag, str) and element.tag not in _UNREAD:
            own = len((element.text or "").strip())
            lengths[element] = own + sum(lengths.get(child, 0) + len((child.tail or "").strip()) for child in element)
    return lengths


@cache
def _regions() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    faults: list[str] = []
    rules = []
    for number, row in tables.rows("regions.csv"):
        if row["kind"] not in KINDS:
            faults.append(f'{number}: kind "{row["kind"]}" is none of {", ".join(KINDS)}')
        rules.append(
            (row["kind"], frozenset(row["tags"].split("|")) - {""}, frozenset(row["tokens"].split("|")) - {""})
        )
    tables.check("regions.csv", faults)
    return tuple(rules)


def _region(element: HtmlElement, tag: str, lengths: dict[HtmlElement, int], total: int) -> str:
    """The furniture that an element is by its tag or the words of its class, id and role; "" for none."""
    if tag in _WRAPPERS or (lengths.get(element, 0) > _LARGE * total and tag not in {"figcaption", "nav"}):
        return ""
    return _region_of(tag, " ".join(element.get(name) or "" for name in ("class", "id", "role")))


@lru_cache(maxsize=20_000)
def _region_of(tag: str, marks: str) -> str:
    marks = marks.lower()
    tokens = set(re.split(r"[\s_-]+", marks)) | set(marks.split())
    for kind, tags, words_of_class in reversed(_regions()):
        if tag in tags or tokens & words_of_class:
            return kind
    return ""


def _extracted(markup: str) -> list[str]:
    """The lines that trafilatura takes for the article; empty when it finds none."""
    import trafilatura  # half a second to load: only pages pay it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    text = trafilatura.extract(
        markup, include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
    )
    return [line for line in (text or "").splitlines() if line.strip()]


def _judged(blocks: list[Block], extracted: list[str]) -> list[Block]:
    """Each block with `article` set: in the extraction, or prose among and directly beside the blocks that are.

    Extraction drops a paragraph here and there (text that stands in no <p>, quotations); whole sentences that structure
    does not put outside are taken back.
    """
    lines = {_bare(line) for line in extracted}
    whole = "\n".join(_bare(line) for line in extracted)
    inside = [
        not block.kind and (_bare(block.text) in lines or (words(block.text) >= 4 and _bare(block.text) in whole))
        for block in blocks
    ]
    if not any(inside):
        return blocks
    prose = [not block.kind and words(block.text) >= 8 and ends_sentence(block.text) for block in blocks]
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    while first > 0 and prose[first - 1]:
        first -= 1
    while last + 1 < len(blocks) and prose[last + 1]:
        last += 1
    return [
        dataclasses.replace(block, article=inside[index] or (first <= index <= last and prose[index]))
        for index, block in enumerate(blocks)
    ]


def _bare(text: str) -> str:
    """Letters and figures alone: extraction moves blanks and drops list marks."""
    return re.sub(r"[\W_]+", "", text).casefold()
