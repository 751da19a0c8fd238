"""Web archives (WARC, as Common Crawl's CC-NEWS has them) → one Document a page, streamed in constant memory.

Only answers with status 200 that hold HTML are pages; all else (requests, pictures, redirects) is passed over in
silence, being no fault. Address and day of the record stand in where the page is silent. Places are `origin[n]`, n
being the record's number in the archive, counted from 1, and the address behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from comity.records import Document
from comity.sources import dates
from comity.sources.html import read_html
from comity.sources.outcome import DEFAULT, Carrier, Failure, Fault, Options
from comity.sources.warc_records import Record, answer, records

_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/[\d.]+ +200\b")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read_warc(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The pages of an archive, in order. What is broken costs itself."""
    silent = options.before is None
    for number, record in enumerate(records(stream, options.limits.page_bytes), start=1 + (options.before or 0)):
        place = f"{origin}[{number}]"
        if isinstance(record, Fault):
            silent = False
            yield record.at(place)
        elif _STATUS.match(record.body):
            for outcome in _page(record, place, options):
                silent = False
                yield outcome
    if silent:
        raise Fault("holds no page: no answer with status 200 and HTML", "give an archive of pages")


def _page(record: Record, place: str, options: Options) -> Iterator[Document | Failure]:
    url = record.fields.get("warc-target-uri", "").strip("<> ")
    place = f"{place} {url}" if url else place
    head = record.body[:8192].partition(b"\r\n\r\n")[0]
    try:
        kind = _media_type(head)
        if not _HTML.match(kind):
            return
        page = answer(record.body, options.limits.page_bytes)
        if not page.body.strip():
            raise Fault("is empty", "leave it out")
        charset = _CHARSET.search(kind)
        carrier = Carrier(
            url=url or None,
            fetched=dates.from_value(record.fields.get("warc-date")),
            charset=charset.group(1) if charset else None,
        )
        yield from read_html(page.body, place, options.having(carrier))
    except Fault as fault:
        yield fault.at(place)


def _media_type(head: bytes) -> str:
    """The Content-Type in the head of an answer, found without unpacking what may be a picture."""
    found = re.search(rb"^content-type:([^\r\n]*)", head, re.IGNORECASE | re.MULTILINE)
    return found.group(1).decode("latin-1") if found else ""
