"""The tree of an HTML page → its readable stretches in order, each with what its place in the tree says of it.

Regions of regions.csv (menus, asides, comments) name a kind; the rest is for others to judge. Text is folded; a stretch
ends where a browser would begin a new line and a new thought: at block elements, and at line breaks between whole lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

import lxml.etree
from lxml.html import HtmlElement

from comity.sources import tables
from comity.sources.blocks import bounded, ends_sentence, few, folded, words
from comity.sources.furniture import KINDS
from comity.sources.outcome import Fault

_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "video"})
_UNREAD |= {"audio", "head", "textarea", "option"}
_BLOCKS = frozenset({"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"})
_BLOCKS |= {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "html", "label", "li", "main", "nav", "ol", "p", "pre", "section"}
_BLOCKS |= {"select", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button"}
_WRAPPERS = frozenset({"html", "body", "main", "article"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINKED = 0.8  # of the characters of a stretch: it is a link
_LINK_WORDS = 40  # a longer one is a link that somebody forgot to close
_ELEMENTS = 200_000  # news pages stay below twenty thousand; a million empty ones would take half a minute
_LARGE = 0.4  # of the page's characters: no region of furniture holds more


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, the innermost block element around it, and whether it is a link and nothing else."""

    text: str
    kind: str
    element: HtmlElement
    link: bool

    @property
    def heading(self) -> bool:
        """Whether it is marked as one."""
        return self.element.tag in HEADINGS


@dataclass(slots=True)
class _Run:
    """The stretch being gathered: the block it stands in, its text, and how much of it links carry.

    `line` is where its last line begins in `pieces`; `before` and `words` are the last line above that says something,
    and the words of all lines above. They are kept, since each line break asks for them.
    """

    element: HtmlElement
    kind: str = ""
    links: int = 0
    pieces: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    line: int = 0
    before: str = ""
    words: int = 0

    def clear(self) -> None:
        self.pieces.clear()
        self.linked.clear()
        self.line, self.before, self.words = 0, "", 0

    def break_line(self) -> None:
        self.pieces.append("\n")
        self.line = len(self.pieces)

    def add(self, text: str) -> None:
        self.pieces.append(text.replace("\n", " "))
        if self.links:
            self.linked.append(text)


def pieces(tree: HtmlElement, nesting: int) -> list[Piece]:
    """The readable stretches of a page, in order. Raises Fault for more than a page holds, or nests."""
    body = tree.find(".//body")
    root = tree if body is None else body
    lengths = lengths_below(root)
    if len(lengths) > _ELEMENTS:
        raise Fault(f"has more than {_ELEMENTS:,} elements", "give its text")
    found: list[Piece] = []
    run = _Run(root)

    def close() -> None:
        bounded(sum(map(len, run.pieces)))
        text = folded("".join(run.pieces))
        if text:
            linked = folded("".join(run.linked))
            link = bool(linked) and len(linked) >= _LINKED * len(text) and words(text) <= _LINK_WORDS
            found.append(Piece(text, run.kind, run.element, link))
            few(len(found))
        run.clear()

    # A walk with a stack of its own: (element, inherited kind, entering).
    stack: list[tuple[HtmlElement, str, bool, int]] = [(root, "", True, 0)]
    inherited: list[tuple[str, HtmlElement]] = []  # the kinds of the elements that are open, and these
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
            if kind in ("", "navigation"):  # a sidebar may hold a newsletter's box: the inner word is the better one
                kind = _region(element, tag, lengths, lengths[root]) or kind
            if tag in _BLOCKS:
                close()
                run.kind, run.element = kind, element
            elif tag == "br":
                if _line_ends(run, element):
                    close()
                run.break_line()
            elif _set_apart(element, run):
                run.pieces.append(" ")
            run.links += tag == "a" and bool(element.get("href"))
            if element.text:
                run.add(element.text)
            inherited.append((kind, element))
            stack.append((element, kind, False, depth))
            stack += [(child, kind, True, depth + 1) for child in reversed(element)]
        else:
            inherited.pop()
            if tag in _BLOCKS:
                close()
                run.kind, run.element = inherited[-1] if inherited else ("", root)
            run.links -= tag == "a" and bool(element.get("href"))
            _tail(element, run, root)
    close()
    return found


def _tail(element: HtmlElement, run: _Run, root: HtmlElement) -> None:
    if element is not root and element.tail:
        run.add(element.tail)


def _set_apart(element: HtmlElement, run: _Run) -> bool:
    """Whether style alone parts this element from the one before: two links, or "Share" with "Copy" behind it."""
    before = element.getprevious()
    if before is None or (before.tail or "") or before.tag == "br":
        return False
    last, first = "".join(run.pieces[-1:])[-1:], (element.text or "")[:1]
    return (element.tag == before.tag == "a") or (first.isupper() and (last.islower() or last.isdigit()))


def _line_ends(run: _Run, br: HtmlElement) -> bool:
    """Whether a line break ends a paragraph: two in a row do, and one behind a whole line of its own.

    Old pages set headline, byline and date below each other so. A line of eight words or more without a full stop, or
    one that goes on with a small letter, was only wrapped.
    """
    line = "".join(run.pieces[run.line :])
    if run.line and not line.strip(" "):
        return True
    line = folded(line)
    run.before, run.words = line or run.before, run.words + words(line)
    styled = br.getprevious()
    if styled is not None and styled.tag != "br" and not (styled.tail or "").strip():
        return True  # the line had a font of its own
    if not run.before or (br.tail or "").strip()[:1].islower():
        return False
    return ends_sentence(run.before) or (run.words < 8 and not run.before.endswith((",", ";", "-")))


def _hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and bool(_HIDDEN.search(style)))


def lengths_below(root: HtmlElement) -> dict[HtmlElement, int]:
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
