"""A shard → what it holds, exactly as it would come in reading its files whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from comity.engine.pieces import Given, Outcome, Piece, Shard, opened
from comity.sources import Failure, Fault, Options
from comity.sources import read as read_sources
from comity.sources.reading import read_file
from comity.sources.registry import formats
from comity.sources.streams import buffered


def read_shard(shard: Shard, options: Options) -> Iterator[Outcome]:
    """The outcomes of a shard, in order."""
    for piece in shard.pieces:
        if isinstance(piece, Given):
            yield from piece.outcomes
        elif piece.before is None:
            yield from read_sources([piece.path], options=options) if piece.cloud else _read_whole(piece, options)
        else:
            yield from _read_part(piece, options)


def _read_whole(piece: Piece, options: Options) -> Iterator[Outcome]:
    # A name with the marks of a pattern is a file all the same.
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
