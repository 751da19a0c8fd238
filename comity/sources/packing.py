"""How packed streams are unpacked piece by piece: bzip2 and xz by the standard library, zstd and brotli by packages of
the extra `archives`, loaded only where a file needs them.

What is broken, or needs more memory than any honest archive, is a Fault. Nothing unpacks more at a time than is asked.
"""

from __future__ import annotations

import bz2
import importlib
import io
import lzma
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import BinaryIO, Protocol, cast

from comity.sources.outcome import Fault

_PIECE = 1 << 16
_MEMORY = 1 << 28  # bytes: xz -9 takes 65 million; only its manual's extremes and bombs take more
_WINDOW = 27  # zstd's own bound, as a power of two: more must be asked for by name when one unpacks
_AGAIN = "fetch it again"


class Decompressor(Protocol):
    """What those of bz2, lzma and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Unpacking(io.RawIOBase):
    """A stream that unpacks another; packed streams on end are read as one. Raises Fault, or EOFError where it breaks off."""

    def __init__(self, stream: BinaryIO, kind: str) -> None:
        self._stream = stream
        self._kind = kind
        self._make, self._errors = _decompressors(kind)
        self._current = self._make()
        self._waiting = b""
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while True:
            if self._current.eof:
                self._waiting = self._current.unused_data.lstrip(b"\0") or self._stream.read(_PIECE).lstrip(b"\0")
                if not self._waiting:
                    return 0
                self._current, self._begun = self._make(), False
            elif self._current.needs_input and not self._waiting:
                self._waiting = self._stream.read(_PIECE)
                if not self._waiting and self._begun:
                    raise EOFError
                if not self._waiting:
                    return 0
            data, self._waiting = self._waiting, b""
            self._begun = True
            try:
                found = self._current.decompress(data, len(view))
            except self._errors as error:
                raise Fault(f"is a broken {self._kind} archive: {error}", _AGAIN) from error
            if found:
                view[: len(found)] = found
                return len(found)


def _decompressors(kind: str) -> tuple[Callable[[], Decompressor], tuple[type[Exception], ...]]:
    """What makes a decompressor, and what it raises."""
    if kind == "bzip2":
        return bz2.BZ2Decompressor, (OSError, ValueError)
    if kind == "xz":
        return lambda: lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=_MEMORY), (lzma.LZMAError,)
    zstd = zstandard()
    options: Mapping[object, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW}
    return lambda: cast(Decompressor, zstd.ZstdDecompressor(options=options)), (zstd.ZstdError,)


def zstandard() -> ModuleType:
    """The module for zstd: the standard library's from Python 3.14 on. Raises Fault where there is none."""
    return _extra("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "zstd")


def unbrotli(content: bytes, limit: int) -> bytes:
    """Content that brotli packed, or its first `limit` + 1 bytes. Raises Fault for what is broken."""
    brotli = _extra("brotli", "brotli")
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    left = limit + 1
    try:
        data = content
        while left > 0 and not unpacker.is_finished():
            part = unpacker.process(data, output_buffer_limit=left)
            if not part and unpacker.can_accept_more_data():
                raise Fault("is packed as br and breaks off", _AGAIN)
            parts.append(part)
            left -= len(part)
            data = b""
    except brotli.error as error:
        raise Fault("is packed as br and broken", _AGAIN) from error
    return b"".join(parts)[: limit + 1]


def unzstd(content: bytes, limit: int) -> bytes:
    """The same for zstd."""
    stream = io.BufferedReader(Unpacking(io.BytesIO(content), "zstd"))
    try:
        return stream.read(limit + 1)
    except EOFError as error:
        raise Fault("is packed as zstd and breaks off", _AGAIN) from error


def _extra(module: str, name: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Fault(f"is packed as {name}, which needs a package", "pip install 'comity[archives]'") from error
