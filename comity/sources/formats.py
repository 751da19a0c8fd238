"""The formats that Comity ships, in the order in which content is asked for them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from comity.sources.archives import read_gzip, read_zip, unpacking
from comity.sources.delimited import read_csv
from comity.sources.feed import read_feed, read_json_feed
from comity.sources.html import read_html
from comity.sources.json_file import read_json
from comity.sources.jsonl import read_jsonl
from comity.sources.mail import read_eml, read_mbox
from comity.sources.parquet import read_parquet
from comity.sources.pdf import read_pdf
from comity.sources.registry import Format
from comity.sources.text import read_text
from comity.sources.warc import read_warc

_HTML_START = re.compile(
    rb"^(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)
_FEED_START = re.compile(
    rb"^(?:<\?xml[^>]*\?>\s*|<\?xml-stylesheet[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s+(?!html)[^\[>]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:rss|feed|rdf:RDF)\b",
    re.I | re.S,
)
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")  # its size, then a block or the end
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version')


def _is_feed(start: bytes) -> bool:
    return bool(_FEED_START.match(start))


_HEADER = re.compile(rb"^(?:[A-Za-z][\w-]*:[^\n]*(?:\n[ \t][^\n]*)*\n)+")
_OF_MAIL = re.compile(rb"^(?:Received|Message-ID|MIME-Version|Return-Path|Delivered-To|Content-Type)\s*:", re.I | re.M)


def _is_eml(start: bytes) -> bool:
    head = _HEADER.match(start.replace(b"\r\n", b"\n"))
    if head is None or not re.search(rb"^From\s*:", head.group(), re.I | re.M):
        return False
    return bool(_OF_MAIL.search(head.group()))


def _is_mbox(start: bytes) -> bool:
    line, _, rest = start.partition(b"\n")
    return bool(re.match(rb"From \S+ .*\b(?:19|20)\d\d\s*$", line)) and bool(
        _HEADER.match(rest.replace(b"\r\n", b"\n"))
    )


def _is_json_feed(start: bytes) -> bool:
    return start.startswith(b"{") and bool(_JSON_FEED.search(start))


def _is_html(start: bytes) -> bool:
    return bool(_HTML_START.match(start))


def _is_jsonl(start: bytes) -> bool:
    line = start.split(b"\n", 1)[0]
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda start: start.startswith(signatures)


BUILT_IN = (
    Format(
        name="zip",
        extensions=(".zip",),
        media_types=("application/zip",),
        stream=read_zip,
        recognises=_begins(b"PK\x03\x04", b"PK\x05\x06"),
    ),
    Format(
        name="gzip",
        extensions=(".gz",),
        media_types=("application/gzip",),
        stream=read_gzip,
        recognises=_begins(b"\x1f\x8b"),
    ),
    Format(
        name="bzip2",
        extensions=(".bz2",),
        media_types=("application/x-bzip2",),
        stream=unpacking("bzip2"),
        recognises=lambda start: bool(_BZIP2.match(start)),
    ),
    Format(
        name="xz",
        extensions=(".xz",),
        media_types=("application/x-xz",),
        stream=unpacking("xz"),
        recognises=_begins(b"\xfd7zXZ\x00"),
    ),
    Format(
        name="zstd",
        extensions=(".zst",),
        media_types=("application/zstd",),
        stream=unpacking("zstd"),
        recognises=_begins(b"\x28\xb5\x2f\xfd"),
    ),
    Format(
        name="warc",
        extensions=(".warc",),
        media_types=("application/warc",),
        stream=read_warc,
        recognises=_begins(b"WARC/1.", b"WARC/0."),
    ),
    Format(
        name="pdf", extensions=(".pdf",), media_types=("application/pdf",), read=read_pdf, recognises=_begins(b"%PDF-")
    ),
    Format(
        name="parquet",
        extensions=(".parquet",),
        media_types=("application/vnd.apache.parquet",),
        stream=read_parquet,
        recognises=_begins(b"PAR1"),
    ),
    Format(
        name="mbox", extensions=(".mbox",), media_types=("application/mbox",), stream=read_mbox, recognises=_is_mbox
    ),
    Format(name="eml", extensions=(".eml",), media_types=("message/rfc822",), read=read_eml, recognises=_is_eml),
    Format(
        name="feed",
        extensions=(".rss", ".atom", ".xml"),
        media_types=("application/rss+xml", "application/atom+xml", "application/xml", "text/xml"),
        read=read_feed,
        recognises=_is_feed,
    ),
    Format(name="jsonfeed", media_types=("application/feed+json",), read=read_json_feed, recognises=_is_json_feed),
    Format(
        name="html",
        extensions=(".html", ".htm", ".xhtml"),
        media_types=("text/html", "application/xhtml+xml"),
        read=read_html,
        recognises=_is_html,
    ),
    Format(
        name="jsonl",
        extensions=(".jsonl", ".ndjson"),
        media_types=("application/jsonl", "application/x-ndjson"),
        stream=read_jsonl,
        recognises=_is_jsonl,
    ),
    Format(name="json", extensions=(".json",), media_types=("application/json",), read=read_json),
    Format(
        name="csv", extensions=(".csv", ".tsv"), media_types=("text/csv", "text/tab-separated-values"), stream=read_csv
    ),
    Format(name="text", extensions=(".txt", ".text", ".md", ".markdown"), read=read_text),
)
READERS = {item.name: item for item in BUILT_IN}
EXTENSIONS = {extension: item.name for item in BUILT_IN for extension in item.extensions}
