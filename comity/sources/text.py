"""Plain text and Markdown → one Document. The whole file is the page; its head may state title, author and date.

A head is YAML-like front matter between --- lines (Markdown), or lines "Title: …", "Date: …" at the top of the file.
Markdown's marks (#, *, links) are dropped from the article's paragraphs and kept in the page.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from comity.records import Document, Published
from comity.sources import dates, people
from comity.sources.article import Known, document
from comity.sources.blocks import Block, blank, folded, split
from comity.sources.decoding import Undecodable, decode
from comity.sources.genre import named
from comity.sources.language import code
from comity.sources.outcome import DEFAULT, Failure, Options

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(
    r"(?P<key>title|headline|authors?|byline|date|published|publisher|source|outlet|url|link|language|lang|genre)"
    r"\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_MARKS = (
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)"), ""),
    (re.compile(r"(?<!\w)(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
)


def read_text(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The document of a text file."""
    try:
        page = decode(data, options.carrier.charset).lstrip("\ufeff")
    except Undecodable as error:
        yield Failure(place=origin, problem=error.problem, mend=error.mend)
        return
    if blank(page):
        yield Failure(place=origin, problem="is empty", mend="give a file with text in it")
        return
    fields, end = _head(page)
    blocks = split(page)
    head = [dataclasses.replace(block, kind="byline") for block in blocks if block.start < end]
    body = [block for block in blocks if block.start >= end]
    known = _known(fields)
    if origin.lower().removesuffix(".gz").endswith((".md", ".markdown")):
        body = [plain for block in body if (plain := _plain(block)).text]
        heading = next((block for block in body if re.match(r"#\s", page[block.start : block.end])), None)
        if heading is not None and known.title is None:
            known = dataclasses.replace(known, title=heading.text)
    yield document(page, [*head, *body], known, origin, options)


def _head(page: str) -> tuple[dict[str, str], int]:
    """The fields stated at the top of a file, and where the article begins."""
    front = _FRONT.match(page)
    if front:
        lines = front.group(1).splitlines()
        found = [match for line in lines if (match := _FIELD.fullmatch(line.strip()))]
        return {match["key"].lower(): match["value"].strip(" \"'") for match in found}, front.end()
    fields: dict[str, str] = {}
    end = 0
    for line in page.splitlines(keepends=True):
        match = _FIELD.fullmatch(line.strip())
        if not match:
            break
        fields[match["key"].lower()] = match["value"]
        end += len(line)
    # One such line may be the article's own ("Source: …"); two are a head.
    return (fields, end) if len(fields) >= 2 else ({}, 0)


def _known(fields: dict[str, str]) -> Known:
    def value(*keys: str) -> str | None:
        return next((fields[key] for key in keys if fields.get(key)), None)

    names = value("authors", "author", "byline")
    published = dates.from_value(value("date", "published"))
    return Known(
        title=value("title", "headline"),
        authors=people.in_byline(names.strip("[]")) if names else (),
        publisher=value("publisher", "source", "outlet"),
        published=Published(date=published, basis="meta" if published else "unknown"),
        url=value("url", "link"),
        language=code(value("language", "lang")),
        sure=True,
        genre=named(value("genre") or ""),
    )


def _plain(block: Block) -> Block:
    text = block.text
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return dataclasses.replace(block, text=folded(text), kind="" if text.strip("-*_= ") else "navigation")
