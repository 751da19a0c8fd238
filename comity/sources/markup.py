"""The tree of an HTML page → its readable stretches in order, each with what its place in the tree says of it.

Regions of regions.csv (menus, asides, comments) name a kind; the rest is for others to judge. Text is folded; a stretch
ends where a browser would begin a new line and a new thought: at block elements, and at line breaks between whole lines.

The tree is walked once. What later questions ask of an element (what is around it, how much text is below it, its
class) is kept in rows of numbers, since asking lxml costs more than all that is done with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

import lxml.etree
from lxml.html import HtmlElement

from comity.sources import tables
from comity.sources.blocks import bounded, ends_sentence, few, folded, words
from comity.sources.furniture import KINDS
from comity.sources.outcome import Fault

_SILENT = frozenset({"script", "style", "svg", "math", "textarea", "option", "head"})  # hold no picture or heading
_UNREAD = _SILENT | {"noscript", "template", "iframe", "object", "canvas", "video", "audio"}
_BLOCKS = frozenset({"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"})
_BLOCKS |= {"dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "html", "label", "li", "main", "nav", "ol", "p", "pre", "section"}
_BLOCKS |= {"select", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button"}
_WRAPPERS = frozenset({"html", "body", "main", "article"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PICTURES = frozenset({"img", "amp-img", "picture"})
_LINKED = 0.8  # of the characters of a stretch: it is a link
_LINK_WORDS = 40  # a longer one is a link that somebody forgot to close
_ELEMENTS = 200_000  # news pages stay below twenty thousand; a million empty ones would take half a minute
_LARGE = 0.4  # of the page's characters: no region of furniture holds more


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, the innermost block element around it (its number in the outline), and whether it is a link
    and nothing else."""

    text: str
    kind: str
    at: int
    tag: str
    link: bool

    @property
    def heading(self) -> bool:
        """Whether it is marked as one."""
        return self.tag in HEADINGS


@dataclass(slots=True)
class Outline:
    """A page's readable elements in the order in which they begin, element 0 around all others, and its stretches.

    Of each element: itself, its tag and class, the element around it (-1 for none), the number behind the last one
    below it, and the characters of readable text below it. `stated` are words of the rel and itemprop of the few that
    have them. `unseen` are elements around a heading or a picture that is hidden or shown only without scripts, with
    its tag.
    """

    elements: list[HtmlElement] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    around: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    stated: dict[int, str] = field(default_factory=dict)
    unseen: list[tuple[int, str]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    outer: str = ""  # the class of what is around element 0
    depth: int = 0  # of the element that most others are around

    def box(self, at: int) -> str:
        """The class of the element around an element."""
        return self.classes[self.around[at]] if at else self.outer

    def holding(self, tags: Collection[str]) -> set[int]:
        """The elements of these tags and all that hold one, each looked at once."""
        found: set[int] = set()
        inner = [at for at, tag in enumerate(self.tags) if tag in tags]
        for at in [*inner, *(at for at, tag in self.unseen if tag in tags)]:
            while at >= 0 and at not in found:
                found.add(at)
                at = self.around[at]
        return found


@dataclass(slots=True)
class _Lines:
    """The lines of the stretch being gathered, as line breaks part them.

    `begin` is where the last one begins among the stretch's parts; `before` and `words` are the last line above that
    says something, and the words of all lines above. They are kept, since each line break asks for them.
    """

    begin: int = 0
    before: str = ""
    words: int = 0

    def end(self, parts: list[str], br: HtmlElement) -> bool:
        """Whether a line break ends a paragraph: two in a row do, and one behind a whole line of its own.

        Old pages set headline, byline and date below each other so. A line of eight words or more without a full
        stop, or one that goes on with a small letter, was only wrapped.
        """
        line = "".join(parts[self.begin :]).replace("\n", " ")
        if self.begin and not line.strip(" "):
            return True
        line = folded(line)
        self.before, self.words = line or self.before, self.words + words(line)
        styled = br.getprevious()
        if styled is not None and styled.tag != "br" and not (styled.tail or "").strip():
            return True  # the line had a font of its own
        if not self.before or (br.tail or "").strip()[:1].islower():
            return False
        return ends_sentence(self.before) or (self.words < 8 and not self.before.endswith((",", ";", "-")))


def outline(tree: HtmlElement, nesting: int) -> Outline:
    """The elements and stretches of a page that was parsed without its comments. Raises Fault for more than a page
    holds, or nests."""
    root = next(tree.iter("body"), tree)
    parent = root.getparent()
    page = Outline(outer="" if parent is None else parent.get("class") or "")
    elements, tags, classes = page.elements, page.tags, page.classes
    around, ends, lengths = page.around, page.ends, page.lengths
    marks: list[str] = []  # of each element the words of its class, id and role
    found: list[tuple[str, int, bool]] = []
    parts: list[str] = []  # of the stretch being gathered
    linked: list[str] = []  # what of it links carry
    lines = _Lines()
    links = total = current = 0
    parents: list[int] = []  # the elements that are open
    siblings = [""]  # of each, and of the root's parent, the tag of the child before if no text follows it
    skipping = False

    def close() -> None:
        nonlocal lines
        whole = "".join(parts)
        bounded(len(whole))
        text = folded(whole)
        if text:
            link = False
            if linked:
                carried = folded("".join(linked))
                link = bool(carried) and len(carried) >= _LINKED * len(text) and words(text) <= _LINK_WORDS
            found.append((text, current, link))
            few(len(found))
            linked.clear()
        parts.clear()
        linked.clear()
        if lines.begin or lines.words:
            lines = _Lines()

    walk = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            tag = element.tag
            attributes = dict(element.items())
            unread = tag in _UNREAD or "hidden" in attributes
            if parents and (unread or ("style" in attributes and _HIDDEN.search(attributes["style"]))):
                if tag not in _SILENT:
                    inner = {str(each.tag) for each in element.iter(*HEADINGS, *PICTURES)}
                    page.unseen += [(parents[-1], each) for each in inner]
                walk.skip_subtree()
                skipping = True
                continue
            at = len(tags)
            if at >= _ELEMENTS:
                raise Fault(f"has more than {_ELEMENTS:,} elements", "give its text")
            if len(parents) > nesting:
                raise Fault(f"nests elements more than {nesting:,} deep", "give its text, or raise the limit nesting")
            elements.append(element)
            tags.append(tag)
            around.append(parents[-1] if parents else -1)
            ends.append(0)
            lengths.append(total)
            if attributes:
                classes.append(attributes.get("class", ""))
                marks.append(f"{classes[at]} {attributes.get('id', '')} {attributes.get('role', '')}")
                if "rel" in attributes or "itemprop" in attributes:
                    page.stated[at] = f"{attributes.get('rel', '')} {attributes.get('itemprop', '')}"
            else:
                classes.append("")
                marks.append("")
            text = element.text
            if tag in _BLOCKS:
                if parts:
                    close()
                current = at
            elif tag == "br":
                if lines.end(parts, element):
                    close()
                parts.append("\n")
                lines.begin = len(parts)
            elif siblings[-1] and siblings[-1] != "br" and _set_apart(tag, text, siblings[-1], parts):
                parts.append(" ")
            if tag == "a" and attributes.get("href"):
                links += 1
            if text:
                total += len(text.strip())
                if parts or not text.isspace():
                    parts.append(text)
                    if links:
                        linked.append(text)
            parents.append(at)
            if len(parents) > page.depth:
                page.depth = len(parents)
            siblings.append("")
            continue
        if skipping:
            skipping = False
            tag = element.tag
        else:
            at = parents.pop()
            siblings.pop()
            tag = tags[at]
            ends[at] = len(tags)
            lengths[at] = total - lengths[at]
            if tag in _BLOCKS:
                if parts:
                    close()
                current = parents[-1] if parents else 0
            elif tag == "a" and element.get("href"):
                links -= 1
            if not parents:
                break
        tail = element.tail
        siblings[-1] = "" if tail else tag
        if tail:
            total += len(tail.strip())
            if parts or not tail.isspace():
                parts.append(tail)
                if links:
                    linked.append(tail)
    if parts:
        close()
    kinds = _kinds(page, marks)
    page.pieces = [Piece(text, kinds[at], at, tags[at], link) for text, at, link in found]
    return page


def _set_apart(tag: str, text: str | None, before: str, parts: list[str]) -> bool:
    """Whether style alone parts an element from the one before: two links, or "Share" with "Copy" behind it."""
    if tag == before == "a":
        return True
    if not text or not text[0].isupper() or not parts:
        return False
    last = parts[-1][-1:]
    return last.islower() or last.isdigit()


def _kinds(page: Outline, marks: Iterable[str]) -> list[str]:
    """The furniture that each element is by its place."""
    kinds: list[str] = []
    for at, (tag, mark, length) in enumerate(zip(page.tags, marks, page.lengths, strict=True)):
        kind = kinds[page.around[at]] if at else ""
        # A sidebar may hold a newsletter's box: the inner word is the better one.
        if kind in ("", "navigation") and (region := _region(tag, mark)):
            large = length > _LARGE * page.lengths[0] and tag not in {"figcaption", "nav"}
            kind = kind if large else region
        kinds.append(kind)
    return kinds


@cache
def _regions() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    def rule(_line: int, row: dict[str, str]) -> tuple[str, frozenset[str], frozenset[str]]:
        return row["kind"], frozenset(row["tags"].split("|")) - {""}, frozenset(row["tokens"].split("|")) - {""}

    return tables.made("regions.csv", rule, {"kind": KINDS})


@lru_cache(maxsize=20_000)
def _region(tag: str, marks: str) -> str:
    """The furniture that an element is by its tag or the words of its class, id and role; "" for none."""
    if tag in _WRAPPERS:
        return ""
    marks = marks.lower()
    tokens = set(re.split(r"[\s_-]+", marks)) | set(marks.split())
    for kind, tags, words_of_class in reversed(_regions()):
        if tag in tags or tokens & words_of_class:
            return kind
    return ""
