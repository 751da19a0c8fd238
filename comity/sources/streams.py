"""Byte streams with bounds: read whole up to a limit, by lines up to a limit, or unpacked up to a budget.

What goes over a bound raises a Fault, and so does a packed stream that is broken, wherever the reader then is.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from comity.sources.outcome import Fault

_RATIO_FROM = 10_000_000  # unpacked bytes: below, a run of blanks may well pack a thousandfold


def too_large(limit: int, setting: str = "file_bytes") -> Fault:
    """The fault of what is longer than it may be."""
    return Fault(f"is larger than {limit:,} bytes", f"split it, or raise the limit {setting}")


def whole(stream: BinaryIO, limit: int) -> bytes:
    """All that is left in a stream. Raises Fault when that is more than `limit` bytes."""
    if stream.seekable():
        here = stream.tell()
        left = stream.seek(0, io.SEEK_END) - here
        stream.seek(here)
        if left > limit:
            raise too_large(limit)
    # One byte over the limit is enough to know that there is too much.
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(limit)
    return data


def head_of(stream: BinaryIO, length: int) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream, and a stream that still begins with them."""
    parts: list[bytes] = []
    missing = length
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    head = b"".join(parts)
    if stream.seekable():
        stream.seek(-len(head), io.SEEK_CUR)
        return head, stream
    return head, buffered(_Rewound(head, stream))


def buffered(raw: io.RawIOBase) -> BinaryIO:
    """A raw stream as readers want it: with lines, and reads that give all they were asked for."""
    return io.BufferedReader(raw, 1 << 16)


def lines(stream: BinaryIO, limit: int, before: int = 0) -> Iterator[tuple[int, bytes | Fault]]:
    """The lines of a stream, counted from 1 after those `before` it, without their ends. A line over the limit is a Fault
    in its place."""
    number = before
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            fault = Fault(f"is a line of more than {limit:,} bytes", "break it up, or raise the limit line_bytes")
            yield number, fault
        else:
            yield number, line.removesuffix(b"\n").removesuffix(b"\r")


class Budget:
    """What one input may still unpack to: its members, and archives inside them, draw on it together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0

    @property
    def spent(self) -> bool:
        """Whether more has been drawn than there was."""
        return self._used > self._limit

    def draw(self, count: int) -> None:
        """Take note of some unpacked bytes. Raises Fault where they are too many."""
        self._used += count
        if self.spent:
            raise Fault(
                f"unpacks to more than {self._limit:,} bytes", "unpack it yourself, or raise the limit unpacked_bytes"
            )


class Counted(io.RawIOBase):
    """A stream that knows how many bytes have been read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._stream.read(len(view))
        view[: len(data)] = data
        self.count += len(data)
        return len(data)


class Unpacked(io.RawIOBase):
    """A stream that unpacks another within limits; what is broken in it is a Fault.

    `packed` tells how many packed bytes have gone in so far.
    """

    def __init__(self, stream: BinaryIO, kind: str, budget: Budget, ratio: int, packed: Callable[[], int]) -> None:
        self._stream = stream
        self._kind = kind
        self._budget = budget
        self._ratio = ratio
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            data = self._stream.read(len(view))
        except EOFError as error:
            raise Fault(f"is a {self._kind} archive that breaks off", "fetch it again") from error
        except (OSError, ValueError, struct.error, zlib.error, zipfile.BadZipFile, lzma.LZMAError) as error:
            raise Fault(f"is a broken {self._kind} archive: {error}", "fetch it again") from error
        self._budget.draw(len(data))
        self._count += len(data)
        if self._count > _RATIO_FROM and self._count > self._ratio * max(1, self._packed()):
            raise Fault(
                f"unpacks to more than {self._ratio} times its size, as archive bombs do",
                "leave it out, or raise the limit ratio",
            )
        view[: len(data)] = data
        return len(data)


class _Rewound(io.RawIOBase):
    """The bytes already read, then the rest of the stream that they came from."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        if self._head:
            data: bytes | memoryview = self._head[: len(view)]
            self._head = self._head[len(view) :]
        else:
            data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)
