"""Where a large file can be cut: the places at which a reader can begin again, by format.

In: a stream and its format; out: `Cut`s as they are found. JSON lines are cut at line ends, CSV between rows, WARC between
records, gzipped WARC between members. To know where that is, and how many records lie before, the stream is scanned once.
"""

from __future__ import annotations

import io
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from comity.sources import Options, sniff
from comity.sources.delimited import table
from comity.sources.formats import READERS
from comity.sources.registry import formats
from comity.sources.streams import Budget, Unpacked
from comity.sources.warc_records import Record, records

_BLOCK = 1 << 20
_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a reader can begin: the byte, and how many lines or records lie before it."""

    at: int
    before: int
    head: int = 0


def cuts(stream: BinaryIO, kind: str, options: Options, size: int) -> Iterator[Cut]:
    """The cuts of a stream at its beginning, about `size` bytes apart; none for a format that cannot be cut."""
    return _CUTS[kind](stream, options, size) if kind in _CUTS else iter(())


def kind_of(stream: BinaryIO, path: str) -> str:
    """The format of a file if it is one that can be cut and is read by our own reader; "warc.gz" for gzipped WARC."""
    head = stream.read(_HEAD)
    stream.seek(0)
    kind = sniff(head, path)
    inner = kind
    if kind == "gzip":
        try:
            inner = sniff(zlib.decompressobj(wbits=31).decompress(head, _HEAD), path.removesuffix(".gz"))
        except zlib.error:
            return ""
        if inner != "warc":
            return ""
        kind = "warc.gz"
    return kind if formats()[inner] is READERS[inner] else ""


def _cut_lines(stream: BinaryIO, _options: Options, size: int) -> Iterator[Cut]:
    if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
        return  # UTF-16 has no line ends that could be looked for in bytes
    stream.seek(0)
    start = position = count = 0
    while block := stream.read(_BLOCK):
        offset = 0
        while (end := block.find(b"\n", max(offset, start + size - 1 - position))) >= 0:
            count += block.count(b"\n", offset, end + 1)
            start, offset = position + end + 1, end + 1
            yield Cut(start, count)
        count += block.count(b"\n", offset)
        position += len(block)


def _cut_rows(stream: BinaryIO, options: Options, size: int) -> Iterator[Cut]:
    _, rows = table(stream, options)
    head = stream.tell()
    start = end = head_lines = 0
    ready = False
    for number, cells in rows:
        # The line at which a row begins is known when it comes.
        if not end:
            head_lines = number - 1
        if ready:
            yield Cut(end, number - 1 - head_lines, head)
            start = end
        end = stream.tell()
        ready = isinstance(cells, list) and end - start >= size


def _cut_records(stream: BinaryIO, options: Options, size: int) -> Iterator[Cut]:
    start = 0
    for number, record in enumerate(records(stream, options.limits.page_bytes), start=1):
        # After what is broken the reader looks for its footing; there nobody else could begin.
        if isinstance(record, Record) and stream.tell() - start >= size:
            start = stream.tell()
            yield Cut(start, number)


def _cut_members(stream: BinaryIO, options: Options, size: int) -> Iterator[Cut]:
    members = _Members(stream)
    budget = Budget(options.limits.unpacked_bytes)
    unpacked = Unpacked(cast(BinaryIO, members), "gzip", budget, options.limits.ratio, lambda: members.packed)
    plain = io.BufferedReader(_Told(unpacked), _HEAD)
    start = 0
    for number, record in enumerate(records(plain, options.limits.page_bytes), start=1):
        here = plain.tell()
        while members.begins and members.begins[0][0] < here:
            members.begins.popleft()
        if not (members.begins and isinstance(record, Record)):
            continue
        # A member ends with the blank lines that end its record; the reader has seen one of them.
        begin, packed = members.begins[0]
        if packed - start >= size and begin - here <= 2 and not plain.peek(2)[: begin - here].strip():
            start = packed
            yield Cut(start, number)


_CUTS: dict[str, Callable[[BinaryIO, Options, int], Iterator[Cut]]] = {
    "jsonl": _cut_lines,
    "csv": _cut_rows,
    "warc": _cut_records,
    "warc.gz": _cut_members,
}


class _Members(io.RawIOBase):
    """Unpacks a gzip stream and remembers where its members begin: in the plain stream, and in the packed one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = b""
        self._unpacking: Any = None
        self._count = 0
        self.packed = 0
        self.begins: deque[tuple[int, int]] = deque()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while True:
            if not self._left:
                self._left = self._stream.read(_HEAD)
                if not self._left:
                    return b""
            if self._unpacking is None:
                self._unpacking = zlib.decompressobj(wbits=31)
            given = len(self._left)
            data: bytes = self._unpacking.decompress(self._left, size)
            self._left = self._unpacking.unused_data if self._unpacking.eof else self._unpacking.unconsumed_tail
            self.packed += given - len(self._left)
            self._count += len(data)
            if self._unpacking.eof:
                self._unpacking = None
                self._left = self._left or self._stream.read(_HEAD)
                # Zeros may pad the end of an archive; no reader could begin at them.
                if self._left.startswith(b"\x1f\x8b"):
                    self.begins.append((self._count, self.packed))
            if data:
                return data


class _Told(io.RawIOBase):
    """A stream that cannot seek, but tells how far it has been read."""

    def __init__(self, stream: Unpacked) -> None:
        self._stream = stream
        self._count = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer) or 0
        self._count += count
        return count
