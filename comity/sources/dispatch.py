"""Bytes or a stream → what they hold, by the format that fits: content first, the extension where content is silent."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from comity.records import Document
from comity.sources.outcome import DEFAULT, Carrier, Failure, Fault, Options
from comity.sources.registry import extensions, formats, media_types
from comity.sources.streams import head_of, whole

_HEAD = 65_536
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst)$", re.I)
_TAGS = re.compile(rb"</(?:p|div|span|a|h1|h2|li|body|html)>", re.I)


def sniff(data: bytes, origin: str = "", media_type: str | None = None) -> str:
    """The name of the format of some bytes: by content; where that leaves it open, by the extension of `origin`; else
    by what its carrier declares."""
    start = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    for name, item in formats().items():
        if item.recognises(start):
            return name
    # Content that is packed is known by its content, so behind ".gz" stands what was in it.
    hint = extensions().get(extension(_PACKED.sub("", origin))) or media_types().get(media_type or "")
    if hint:
        return hint
    return "html" if len(_TAGS.findall(start)) >= 3 else "text"


def extension(origin: str) -> str:
    """The extension of a path or an address, in small letters, with its point."""
    path = urlsplit(origin).path if "://" in origin else origin
    return PurePosixPath(path).suffix.lower()


def read_bytes(data: bytes, origin: str, *, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """What some bytes hold."""
    yield from read_stream(io.BytesIO(data), origin, options=options)


def read_stream(stream: BinaryIO, origin: str, *, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """What a stream holds. A fault that ends the reading comes last; what was read before it stays."""
    try:
        head, stream = head_of(stream, _HEAD)
        if not head.strip() and len(head) < _HEAD:
            raise Fault("is empty", "give a file with text in it")
        chosen = formats()[sniff(head, origin, options.carrier.media_type)]
        if chosen.stream is not None:
            # The address of a file of many documents is the address of none of them.
            yield from chosen.stream(stream, origin, options.having(Carrier()))
        elif chosen.read is not None:
            yield from chosen.read(whole(stream, options.limits.file_bytes), origin, options)
    except Fault as fault:
        yield fault.at(origin)
