"""Inputs → shards: pieces of work of about the same size, in the order of the inputs, made as they are asked for.

A small file goes into a shard with its neighbours. A large one is cut where a reader can begin again: JSON lines at line
ends, CSV between rows, WARC between records, gzipped WARC between members. To know where that is, and how many records lie
before, it is scanned once (a few hundred megabytes a second, a hundredth of what coding takes); the reading itself is
left to whoever gets the shard. Other formats are one piece, however large.
"""

from __future__ import annotations

import io
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from comity.records import Document, stable_id
from comity.sources import Failure, Fault, Options, sniff
from comity.sources import read as read_sources
from comity.sources.cloud import expanded
from comity.sources.delimited import table
from comity.sources.formats import READERS
from comity.sources.reading import ADDRESS, expand
from comity.sources.registry import formats
from comity.sources.streams import Budget, Unpacked, buffered
from comity.sources.warc_records import Record, records

# Documents in one call of the coder, in one transaction of the store, and in one answer of a process.
BATCH = 64
# Bytes of input in a shard: a second or two of work, so that all processes are busy to the end.
SHARD = 1_000_000
_BLOCK = 1 << 20
_HEAD = 65_536

Outcome = Document | Failure
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, or a part of one. `path` is a path or, if `cloud`, an address.

    Of a part, `kind` is the format, `start` and `end` are bytes, `before` the lines or records before it, and `head` the
    length of the head that belongs to every part (the first row of CSV). `before` is None for a whole file. `stamp` tells
    the file's state from later ones: its time of change, or what its object store gives for that.
    """

    path: str
    size: int
    stamp: str
    cloud: bool = False
    kind: str = ""
    start: int = 0
    end: int = 0
    before: int | None = None
    head: int = 0

    @property
    def bytes(self) -> int:
        """How much of the input this is."""
        return self.size if self.before is None else self.end - self.start

    @property
    def place(self) -> str:
        """What a user calls it."""
        return self.path if self.before is None else f"{self.path} (bytes {self.start:,} to {self.end:,})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Outcomes of inputs that only this process can read: standard input, addresses of pages, what does not exist."""

    outcomes: tuple[Outcome, ...]

    @property
    def bytes(self) -> int:
        return 0

    @property
    def place(self) -> str:
        return ", ".join(o.place if isinstance(o, Failure) else o.origin or o.id for o in self.outcomes[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some whole pieces, or one part of a file. `last` is whether it is the last part of its file."""

    pieces: tuple[Piece | Given, ...]
    last: bool = False

    @property
    def bytes(self) -> int:
        return sum(piece.bytes for piece in self.pieces)

    @property
    def place(self) -> str:
        return ", ".join(piece.place for piece in self.pieces[:3])

    @property
    def part(self) -> Piece | None:
        """The part of a file that it is, if it is one."""
        first = self.pieces[0] if self.pieces else None
        return first if isinstance(first, Piece) and first.before is not None else None

    @property
    def whole(self) -> Shard:
        """The file of which it is a part."""
        part = self.part
        if part is None:
            return self
        return Shard(pieces=(replace(part, kind="", start=0, end=0, before=None, head=0),))

    def key(self, *more: object) -> str:
        """Names the shard by what is in it: the same on any machine and in any run."""
        parts: list[object] = [*more]
        for piece in self.pieces:
            if isinstance(piece, Piece):
                parts += [piece.path, piece.size, piece.stamp, piece.start, piece.end, piece.before]
            else:
                parts += [o.id if isinstance(o, Document) else str(o) for o in piece.outcomes]
        return stable_id(*parts)


def shards(inputs: Sequence[str | Path], options: Options, size: int = SHARD, *, here: bool = False) -> Iterator[Shard]:
    """The shards of some inputs. `here` says that they are worked off in this process, so that even what is in its own
    memory (memory://) can be read later."""
    group: list[Piece | Given] = []

    def grouped() -> Iterator[Shard]:
        if group:
            yield Shard(pieces=tuple(group))
            group.clear()

    for piece in _pieces(inputs, options, here):
        if isinstance(piece, Piece) and piece.size > size:
            yield from grouped()
            yield from _cut(piece, options, size)
            continue
        if isinstance(piece, Given) and len(piece.outcomes) > 1:
            yield from grouped()
            yield Shard(pieces=(piece,))
            continue
        group.append(piece)
        if len(group) >= BATCH or sum(one.bytes for one in group) >= size:
            yield from grouped()
    yield from grouped()


class Silence:
    """Notices files of whose parts none gives anything: no part can know that the whole holds nothing."""

    def __init__(self) -> None:
        self._silent = True

    def after(self, shard: Shard, gave: bool) -> Shard | None:
        """What to read as well when a shard has been read: such a file, whole. Its reader says best what is wrong."""
        part = shard.part
        self._silent = part is not None and (self._silent or not part.start) and not gave
        return shard.whole if shard.last and self._silent else None


def weigh(inputs: Sequence[str | Path]) -> int | None:
    """How many bytes the inputs have; None where that cannot be told without fetching them."""
    total = 0
    for item in inputs:
        if str(item) == "-" or ADDRESS.match(str(item)):
            return None
        for path in expand(item):
            if isinstance(path, Path):
                try:
                    total += path.stat().st_size
                except OSError:
                    continue  # reading will say so
    return total


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Items, so many at a time."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _pieces(inputs: Sequence[str | Path], options: Options, here: bool) -> Iterator[Piece | Given]:
    for item in inputs:
        place = str(item)
        if place == "-" or place.lower().startswith(("http://", "https://")):
            yield from _read_here([item], options)
        elif ADDRESS.match(place):
            yield from _cloud(place, options, here)
        else:
            for path in expand(item):
                yield Given(outcomes=(path,)) if isinstance(path, Failure) else _local(path)


def _read_here(inputs: Sequence[str | Path], options: Options) -> Iterator[Given]:
    for batch in batches(read_sources(inputs, options=options), BATCH):
        yield Given(outcomes=batch)


def _local(path: Path) -> Piece:
    try:
        state = path.stat()
    except OSError:
        return Piece(path=str(path), size=0, stamp="")  # whoever reads it will say so
    return Piece(path=str(path), size=state.st_size, stamp=str(state.st_mtime_ns))


def _cloud(address: str, options: Options, here: bool) -> Iterator[Piece | Given]:
    try:
        store, paths = expanded(address)
    except Fault as fault:
        yield Given(outcomes=(fault.at(address),))
        return
    for path in paths:
        place = store.unstrip_protocol(path)
        if place.startswith("memory://") and not here:
            yield from _read_here([place], options)
            continue
        try:
            known = store.info(path)
            size = int(known.get("size") or 0)
            stamp = next(
                (str(known[name]) for name in ("ETag", "etag", "md5Hash", "mtime", "created") if name in known), ""
            )
        except Exception:  # each store has errors of its own; reading will say what is wrong
            size, stamp = 0, ""
        yield Piece(path=place, size=size, stamp=stamp, cloud=True)


def opened(piece: Piece) -> BinaryIO:
    """The file that a piece is of. Raises OSError, or what an object store raises."""
    if not piece.cloud:
        return Path(piece.path).open("rb")
    import fsspec

    store, path = fsspec.core.url_to_fs(piece.path)
    return cast(BinaryIO, store.open(path, "rb"))


# Where a file can be cut


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place where a reader can begin: the byte, and how many lines or records lie before it."""

    at: int
    before: int
    head: int = 0


def _cut(piece: Piece, options: Options, size: int) -> Iterator[Shard]:
    """The parts of a large file, or the whole of it where it cannot be cut."""
    last = _Cut(0, 0)
    kind = ""
    try:
        with opened(piece) as stream:
            kind = _kind(stream, piece.path)
            for cut in _CUTS[kind](stream, options, size) if kind in _CUTS else ():
                if cut.at < piece.size:
                    yield _part(piece, kind, last, cut.at)
                    last = cut
    except Exception as error:  # each object store has errors of its own
        if not (piece.cloud or isinstance(error, Fault | OSError)):
            raise
        # Whoever reads the rest finds the same fault, and says so.
    if last.at == 0:
        yield Shard(pieces=(piece,))
    else:
        yield replace(_part(piece, kind, last, piece.size), last=True)


def _part(piece: Piece, kind: str, start: _Cut, end: int) -> Shard:
    part = replace(piece, kind=kind, start=start.at, end=end, before=start.before, head=start.head)
    return Shard(pieces=(part,))


def _kind(stream: BinaryIO, path: str) -> str:
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


def _cut_lines(stream: BinaryIO, _options: Options, size: int) -> Iterator[_Cut]:
    if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
        return  # UTF-16 has no line ends that could be looked for in bytes
    stream.seek(0)
    start = position = count = 0
    while block := stream.read(_BLOCK):
        offset = 0
        while (end := block.find(b"\n", max(offset, start + size - 1 - position))) >= 0:
            count += block.count(b"\n", offset, end + 1)
            start, offset = position + end + 1, end + 1
            yield _Cut(start, count)
        count += block.count(b"\n", offset)
        position += len(block)


def _cut_rows(stream: BinaryIO, options: Options, size: int) -> Iterator[_Cut]:
    _, rows = table(stream, options)
    head = stream.tell()
    start = end = head_lines = 0
    ready = False
    for number, cells in rows:
        # The line at which a row begins is known when it comes.
        if not end:
            head_lines = number - 1
        if ready:
            yield _Cut(end, number - 1 - head_lines, head)
            start = end
        end = stream.tell()
        ready = isinstance(cells, list) and end - start >= size


def _cut_records(stream: BinaryIO, options: Options, size: int) -> Iterator[_Cut]:
    start = 0
    for number, record in enumerate(records(stream, options.limits.page_bytes), start=1):
        # After what is broken the reader looks for its footing; there nobody else could begin.
        if isinstance(record, Record) and stream.tell() - start >= size:
            start = stream.tell()
            yield _Cut(start, number)


def _cut_members(stream: BinaryIO, options: Options, size: int) -> Iterator[_Cut]:
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
            yield _Cut(start, number)


_CUTS: dict[str, Callable[[BinaryIO, Options, int], Iterator[_Cut]]] = {
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


# Reading


def read_shard(shard: Shard, options: Options) -> Iterator[Outcome]:
    """What a shard holds, exactly as it would come in reading its files whole."""
    for piece in shard.pieces:
        if isinstance(piece, Given):
            yield from piece.outcomes
        elif piece.before is None:
            yield from read_sources([piece.path], options=options) if piece.cloud else _read_whole(piece, options)
        else:
            yield from _read_part(piece, options)


def _read_whole(piece: Piece, options: Options) -> Iterator[Outcome]:
    from comity.sources.reading import read_file  # a name with the marks of a pattern is a file all the same

    return read_file(Path(piece.path), options)


def _read_part(piece: Piece, options: Options) -> Iterator[Outcome]:
    reader = formats()["gzip" if piece.kind == "warc.gz" else piece.kind].stream
    if reader is None:
        raise ValueError(f"{piece.kind} cannot be read in parts")
    try:
        with opened(piece) as stream:
            head = stream.read(piece.head if piece.start else 0)
            stream.seek(piece.start)
            part = buffered(_Part(stream, piece.end - piece.start, head))
            yield from reader(part, piece.path, replace(options, before=piece.before))
    except Fault as fault:
        yield fault.at(piece.path)
    except OSError as error:
        problem = f"cannot be opened: {error.strerror or error}"
        yield Failure(place=piece.place, problem=problem, mend="check the path")


class _Part(io.RawIOBase):
    """The head of a file, then a part of it."""

    def __init__(self, stream: BinaryIO, size: int, head: bytes) -> None:
        self._stream = stream
        self._left = size
        self._head = head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._stream.read(min(len(view), self._left))
            self._left -= len(data)
        view[: len(data)] = data
        return len(data)
