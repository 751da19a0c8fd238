"""The records of a WARC stream, one at a time, and the HTTP answer inside one.

A framing of our own, since what an archive of strangers needs most is what libraries leave out: FastWARC 2 aborts on a
stream that cannot seek, and warcio prints to standard error and stops at the first record whose length is wrong. Here
such a record is a Fault in its place and reading goes on at the next line that begins a record. WARC 1.1, section 4.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from comity.sources.http_content import joined, unpacked
from comity.sources.outcome import Fault

_LINE = 65_536
_FIELDS = 1_000
_AGAIN = "fetch the archive again"


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its fields by small letters, and its body (empty where it was not wanted)."""

    fields: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: status, fields by small letters, and its body, unpacked."""

    status: int
    fields: Mapping[str, str]
    body: bytes


def records(stream: BinaryIO, limit: int) -> Iterator[Record | Fault]:
    """The records of an uncompressed stream. Bodies of `response` records are held, up to `limit` bytes; others not."""
    line = _first(stream)
    while line:
        fields = _fields(stream)
        length = fields.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            yield Fault(f'states no length of its body but "{length[:20]}"', _AGAIN)
            line = _first(stream)
            continue
        wanted = fields.get("warc-type") == "response"
        size = int(length)
        body = stream.read(size) if wanted and size <= limit else b""
        left = size - len(body) if wanted and size <= limit else _skipped(stream, size)
        if left:
            yield Fault(f"says that its body has {size:,} bytes, and the archive ends {left:,} before", _AGAIN)
            return
        after = stream.readline(_LINE)
        if after.strip():
            yield Fault(f"says that its body has {size:,} bytes, and no record ends there", _AGAIN)
            line = after if after.startswith(b"WARC/") else _first(stream)
            continue
        if wanted and size > limit:
            yield Fault(f"is larger than {limit:,} bytes", "raise the limit page_bytes")
        else:
            yield Record(fields, body)
        line = _first(stream)


def answer(body: bytes, limit: int) -> Answer:
    """The HTTP answer in a record's body. Raises Fault where it is none or cannot be unpacked."""
    stream = io.BytesIO(body)
    words = stream.readline(_LINE).split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise Fault("holds no HTTP answer", _AGAIN)
    fields = _fields(stream)
    content = stream.read()
    if "chunked" in fields.get("transfer-encoding", "").lower():
        content = joined(content)
    # Crawlers that unpack what they store often leave the field as it was.
    return Answer(int(words[1]), fields, unpacked(content, fields.get("content-encoding", ""), limit))


def _first(stream: BinaryIO) -> bytes:
    """The line that begins the next record, whatever lies before it; empty at the end."""
    while line := stream.readline(_LINE):
        if line.startswith(b"WARC/"):
            return line
    return b""


def _fields(stream: BinaryIO) -> dict[str, str]:
    """Header fields up to the blank line. A line that begins with a blank goes on with the one before."""
    fields: dict[str, str] = {}
    name = ""
    for _ in range(_FIELDS):
        line = stream.readline(_LINE)
        if not line.strip():
            break
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[0] in " \t" and name:
            fields[name] += " " + text.strip()
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if colon:
            fields[name] = value.strip()
    return fields


def _skipped(stream: BinaryIO, size: int) -> int:
    """Pass over some bytes; how many of them were not there."""
    while size and (part := stream.read(min(size, 1 << 20))):
        size -= len(part)
    return size
