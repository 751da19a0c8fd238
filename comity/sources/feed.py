"""RSS, Atom and JSON Feed → one Document an entry: its full content if the feed has it, else its summary.

Entries are fragments of HTML that are all article, so the page's structure is cut into blocks and no second judge is
asked. Places are `origin[n]`, n counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from comity.records import Document, Published
from comity.sources import dates, html, people
from comity.sources.addresses import domain
from comity.sources.article import Known, document
from comity.sources.blocks import blank, folded, split
from comity.sources.decoding import decode
from comity.sources.jsonl import loads
from comity.sources.language import code
from comity.sources.outcome import DEFAULT, Carrier, Failure, Fault, LinkOnly, Options
from comity.sources.streams import too_large

_ENTITY = re.compile(rb"<!ENTITY\b", re.I)
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.I)
_SAVE = "save the feed again"


def read_feed(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The entries of an RSS or Atom feed."""
    import feedparser  # only feeds pay for loading it

    if len(data) > options.limits.page_bytes:
        raise too_large(options.limits.page_bytes, "page_bytes")
    # Feeds have no business declaring entities; ten lines of them unfold into gigabytes.
    if _ENTITY.search(data):
        raise Fault("is a feed that declares XML entities", "leave it out: an entity may unfold without end")
    try:
        found = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    except (
        Exception
    ) as error:  # a broken number of a letter is a ValueError, broken base64 another; there is no tree of them
        raise Fault(f"is a feed that cannot be read: {folded(str(error))[:200]}", _SAVE) from error
    if not found.entries:
        reason = f": {found.bozo_exception}" if found.bozo else ""
        raise Fault(f"is a feed without entries{reason}", _SAVE)
    broken = bool(found.bozo) and not _END.search(data[-2000:])
    # The last entry of a feed that breaks off may have lost its end.
    entries = found.entries[:-1] if broken else found.entries
    publisher = _text(found.feed.get("title"))
    language = code(found.feed.get("language"))
    for number, entry in enumerate(entries, start=1):
        bodies = [part.get("value") or "" for part in entry.get("content", ())]
        url = _address(entry.get("link"))
        known = Known(
            url=url,
            title=_text(entry.get("title")),
            authors=_people(entry.get("author"), *(one.get("name") for one in entry.get("authors", ()))),
            publisher=_text((entry.get("source") or {}).get("title")) or publisher or (domain(url) if url else None),
            published=_published(entry.get("published") or entry.get("updated")),
            language=language,
            sections=tuple(tag["term"] for tag in entry.get("tags", ()) if tag.get("term")),
        )
        markup = max([*bodies, entry.get("summary") or ""], key=len)
        yield _entry(markup, known, f"{origin}[{number}]", options)
    if broken:
        raise Fault("is a feed that breaks off", "fetch it again")


def read_json_feed(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The items of a JSON Feed (version 1 or 1.1)."""
    feed = loads(decode(data), _SAVE)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        raise Fault("is a feed without entries", _SAVE)
    for number, item in enumerate(items, start=1):
        place = f"{origin}[{number}]"
        if not isinstance(item, dict):
            yield Failure(place=place, problem="is no object, as entries are", mend=_SAVE)
            continue
        url = _address(item.get("url") or item.get("external_url") or item.get("id"))
        known = Known(
            url=url,
            title=_text(item.get("title")),
            authors=_people(*_names(item) or _names(feed)),
            publisher=_text(feed.get("title")) or (domain(url) if url else None),
            published=_published(item.get("date_published") or item.get("date_modified")),
            language=code(_text(item.get("language")) or _text(feed.get("language"))),
            sections=tuple(tag for tag in item.get("tags") or () if isinstance(tag, str)),
        )
        plain = _text_of(item, "content_text")
        markup = _text_of(item, "content_html") or ("" if plain else _text_of(item, "summary"))
        yield _entry(plain if plain and not markup else markup, known, place, options, plain=not markup)


def _entry(body: str, known: Known, place: str, options: Options, *, plain: bool = False) -> Document | Failure:
    options = options.having(Carrier())  # the address of a feed is not that of its entry
    try:
        if blank(body):
            return _link_only(known, place, options)
        page, blocks = (body, split(body)) if plain else html.fragment(body, options.limits.nesting)
        return document(page, blocks, known, place, options)
    except Fault as fault:
        return fault.at(place)


def _link_only(known: Known, place: str, options: Options) -> Failure:
    problem, mend = "has no text, only a link", f"give the page itself{': ' + known.url if known.url else ''}"
    if known.url and known.title:
        # A title that is all the text is not taken off as the text's title.
        found = document(known.title, split(known.title), replace(known, title=None), place, options)
        if isinstance(found, Document):
            headline = replace(found, title=known.title)
            return LinkOnly(place=place, problem=problem, mend=mend, headline=headline)
    return Failure(place=place, problem=problem, mend=mend)


def _published(value: Any) -> Published:
    found = dates.from_value(value)
    return Published(date=found, basis="record" if found else "unknown")


def _people(*names: Any) -> tuple[str, ...]:
    # RSS has "address (Jane Doe)" for an author.
    lines = [re.sub(r"^\S+@\S+\s*\((.*)\)$", r"\1", folded(name)) for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(name for line in lines for name in people.in_byline(line)))


def _names(item: Mapping[str, Any]) -> list[str]:
    stated = item.get("authors") or [item.get("author")]
    return [one["name"] for one in stated if isinstance(one, dict) and isinstance(one.get("name"), str)]


def _text(value: Any) -> str | None:
    """A title as a line: feeds put markup and entities even there."""
    if not isinstance(value, str) or not folded(value):
        return None
    return folded(html.fragment(value)[0]) if re.search(r"[<&]", value) else folded(value)


def _text_of(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def _address(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip().startswith(("http://", "https://")) else None
