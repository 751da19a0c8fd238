"""What the head of an HTML page says of its article: JSON-LD first, then meta tags, then the page's own elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import Any

from lxml.html import HtmlElement

from comity.records import Published
from comity.sources import dates, people
from comity.sources.addresses import domain
from comity.sources.article import Known
from comity.sources.blocks import folded
from comity.sources.language import code
from comity.sources.markup import Outline

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|PressRelease|WebPage)$")
_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "headline")
_AUTHORS = (
    "author",
    "article:author",
    "byl",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "sailthru.author",
)
_DATES = (
    "article:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "citation_publication_date",
    "sailthru.date",
    "date",
)
_SITES = ("og:site_name", "application-name", "dc.publisher", "publisher", "twitter:site")
_SECTIONS = ("article:section", "parsely-section", "section", "category", "article:tag")
_RUBRICS = frozenset({"category", "cat", "kicker", "rubric", "eyebrow", "overline", "section", "tag", "tags", "terms"})
_OF_RUBRICS = frozenset({"a", "span", "div", "p", "li"})
_OF_AUTHORS = _OF_RUBRICS | {"address", "h4"}
_AUTHOR = frozenset({"author", "byline"})
_SEPARATOR = re.compile(r"\s*(?:[|–—»•·]|::|(?<=\s)-(?=\s))")
_SEPARATOR_BEFORE = re.compile(r"(?:[|–—»•·:]|\s-)\s*$")
# Browsers note where they saved a page from in a comment at its head.
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|.*?\burl:\s*)(https?://[^\s>]+)", re.IGNORECASE | re.DOTALL)


def known(tree: HtmlElement, outline: Outline, markup: str) -> Known:
    """The facts that a page states about itself. `outline` is that of `tree`."""
    items = [item for item in _json_ld(tree) if _ARTICLE_TYPES.search(_type(item))]
    items.sort(key=lambda item: _type(item) == "WebPage")  # the page's own entry only where there is no article's
    tags = _tags(tree)
    url = _url(tree, tags, markup)
    site = _ld_name(items, "publisher") or _first(tags, _SITES)
    site = site.lstrip("@") if site else (domain(url) if url else None)
    names = _ld_names(items, "author") or tuple(
        name
        for key in _AUTHORS
        for value in tags.get(key, ())
        if not value.startswith("http")
        for name in people.in_byline(value)
    )
    return Known(
        url=url,
        title=_title(tree, items, tags, site),
        authors=tuple(dict.fromkeys(names)) or _marked_authors(outline),
        publisher=site,
        published=_published(tree, items, tags),
        language=code(
            _text(items, "inLanguage") or tree.get("lang") or _first(tags, ("og:locale", "content-language"))
        ),
        sections=(
            *(_type(item) for item in items),
            *_ld_sections(items),
            *(v for key in _SECTIONS for v in tags.get(key, ())),
            *_rubric(outline),
        ),
    )


def _json_ld(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            stack = [json.loads(script.text_content().strip(), strict=False)]
        except (json.JSONDecodeError, RecursionError):
            continue  # a page's broken metadata is no reason not to read its article
        while stack:
            value = stack.pop(0)
            if isinstance(value, list):
                stack = [*value, *stack]
            elif isinstance(value, dict):
                yield value
                stack = [*([value["@graph"]] if "@graph" in value else []), *stack]


def _type(item: dict[str, Any]) -> str:
    kind = item.get("@type")
    return str(kind[0] if isinstance(kind, list) and kind else kind or "")


def _text(items: list[dict[str, Any]], key: str) -> str | None:
    for item in items:
        value = item.get(key)
        if isinstance(value, str) and folded(value):
            return folded(value)
    return None


def _ld_names(items: list[dict[str, Any]], key: str) -> tuple[str, ...]:
    for item in items:
        values = item.get(key)
        values = values if isinstance(values, list) else [values]
        names = [value.get("name") if isinstance(value, dict) else value for value in values]
        found = people.clean([name for name in names if isinstance(name, str)])
        if found:
            return found
    return ()


def _calling_themselves(outline: Outline, tags: Set[str], names: frozenset[str]) -> Iterator[HtmlElement]:
    """The elements of these tags whose class, rel or itemprop holds one of these words."""
    stated = outline.stated
    for at, (tag, name) in enumerate(zip(outline.tags, outline.classes, strict=True)):
        if tag in tags and ((name and _holds(name, names)) or (at in stated and _holds(stated[at], names))):
            yield outline.elements[at]


@lru_cache(maxsize=20_000)
def _holds(marks: str, names: frozenset[str]) -> bool:
    return not names.isdisjoint(re.split(r"[\s_-]+", marks.lower()))


def _marked_authors(outline: Outline) -> tuple[str, ...]:
    """The names in elements that call themselves an author's, outside of comments and lists of other articles."""
    for element in _calling_themselves(outline, _OF_AUTHORS, _AUTHOR):
        marks = f"{element.get('rel') or ''} {element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        around = " ".join(str(box.get(key) or "") for box in element.iterancestors() for key in ("class", "id")).lower()
        if re.search(r"\b(?:comments?|respond|related|sidebar|teaser|footer)\b", around):
            continue
        text = folded(element.text_content())
        if "comment" not in marks and len(text) <= 120 and (found := people.in_byline(text)):
            return found
    return ()


def _ld_name(items: list[dict[str, Any]], key: str) -> str | None:
    for item in items:
        value = item.get(key)
        value = value[0] if isinstance(value, list) and value else value
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and folded(name) and not name.startswith("http"):
            return folded(name)
    return None


def _ld_sections(items: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for item in items:
        value = item.get("articleSection")
        found += [folded(part) for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]
    return found


def _rubric(outline: Outline) -> Iterator[str]:
    """The first short line that calls itself the article's category: themes print it over the headline."""
    for element in _calling_themselves(outline, _OF_RUBRICS, _RUBRICS):
        text = folded(element.text_content())
        if 0 < len(text.split()) <= 3:
            yield text
            return


def _tags(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    tags: dict[str, tuple[str, ...]] = {}
    for meta in tree.iter("meta"):
        key = (meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or "").lower()
        value = folded(meta.get("content") or "")
        if key and value:
            tags[key] = (*tags.get(key, ()), value)
    return tags


def _first(tags: dict[str, tuple[str, ...]], keys: tuple[str, ...]) -> str | None:
    return next((tags[key][0] for key in keys if key in tags), None)


def _url(tree: HtmlElement, tags: dict[str, tuple[str, ...]], markup: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower() and (link.get("href") or "").startswith("http"):
            return str(link.get("href")).strip()
    stated = _first(tags, ("og:url", "twitter:url"))
    if stated and stated.startswith("http"):
        return stated
    saved = _SAVED_FROM.search(markup[:2000])
    return saved.group(1) if saved else None


def _title(
    tree: HtmlElement, items: list[dict[str, Any]], tags: dict[str, tuple[str, ...]], site: str | None
) -> str | None:
    headings = [folded(heading.text_content()) for heading in tree.iter("h1")]
    headings = [heading for heading in headings if heading and heading != site]
    stated = _text([item for item in items if _type(item) != "WebPage"], "headline") or _first(tags, _TITLES)
    plain = next((folded(title.text_content()) for title in tree.iter("title")), "")
    # A heading that the head's title begins with is the headline without the site's name behind it.
    for heading in headings:
        if any(heading.casefold() in (text or "").casefold() for text in (stated, plain)):
            return heading
    if stated:
        return _without_site(stated, site)
    return headings[0] if len(headings) == 1 else _without_site(plain, site) or None


def headline(title: str | None, lines: Sequence[tuple[str, bool]]) -> str | None:
    """The title without what a site sets before or behind it ("Name: …", "… - Name"), if a line of the page says so.

    `lines` are the page's, each with whether it is a heading.
    """
    if not title:
        return title
    whole = title.casefold()
    found = [
        (heading, line)
        for line, heading in lines
        if len(line.split()) >= 2
        and len(line) < len(title)
        and (
            (whole.startswith(line.casefold()) and _SEPARATOR.match(title, len(line)))
            or (whole.endswith(line.casefold()) and _SEPARATOR_BEFORE.search(title[: -len(line)]))
        )
    ]
    # The site's name may stand on the page as well: the headline is a heading, or else the longer of the two.
    return max(found, key=lambda item: (item[0], len(item[1])))[1] if found else title


def _without_site(title: str, site: str | None) -> str:
    for mark in (" | ", " – ", " — ", " - ", " » ", " :: "):
        head, found, tail = title.rpartition(mark)
        if found and site and tail.casefold() in (site.casefold(), site.split(".")[0].casefold()):
            return head.strip()
    return title.rpartition(" | ")[0].strip() or title if " | " in title else title


def _published(tree: HtmlElement, items: list[dict[str, Any]], tags: dict[str, tuple[str, ...]]) -> Published:
    if found := dates.from_value(_text(items, "datePublished")):
        return Published(date=found, basis="json-ld")
    for key in _DATES:
        for value in tags.get(key, ()):
            if found := dates.from_value(value):
                return Published(date=found, basis="meta")
    for time in tree.iter("time"):
        inside = {element.tag for element in time.iterancestors()} & {"nav", "aside", "footer"}
        if not inside and (found := dates.from_value(time.get("datetime") or time.text_content())):
            return Published(date=found, basis="byline")
    return Published(date=None, basis="unknown")
