"""The body of an HTTP answer as its page: chunks joined, Content-Encoding undone, never beyond a limit."""

from __future__ import annotations

import zlib

from comity.sources.outcome import Fault
from comity.sources.packing import unbrotli, unzstd

_AGAIN = "fetch it again"


def joined(content: bytes) -> bytes:
    """A chunked body in one piece; one that is not chunked after all, as it is."""
    parts: list[bytes] = []
    at = 0
    while (end := content.find(b"\r\n", at, at + 100)) >= 0:
        try:
            size = int(content[at:end].split(b";")[0], 16)
        except ValueError:
            break
        if size <= 0:
            return b"".join(parts)
        parts.append(content[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(parts) if parts else content


def unpacked(content: bytes, encoding: str, limit: int) -> bytes:
    """Content without its Content-Encoding. Raises Fault; content that is not packed at all is taken as it is."""
    name = encoding.strip().lower()
    if name in ("", "identity") or (name in ("gzip", "x-gzip") and not content.startswith(b"\x1f\x8b")):
        return content
    if name in ("gzip", "x-gzip", "deflate"):
        for window in (47, -15):  # with a header of either kind; bare, as some servers send "deflate"
            try:
                inflater = zlib.decompressobj(window)
                data = inflater.decompress(content, limit + 1)
            except zlib.error:
                continue
            if len(data) > limit:
                raise _too_much(limit)
            return data
        if content.lstrip()[:1] == b"<":
            return content
        raise Fault(f"is packed as {name} and broken", _AGAIN)
    if content.lstrip()[:1] == b"<":
        return content
    if name in ("br", "zstd"):
        data = unbrotli(content, limit) if name == "br" else unzstd(content, limit)
        if len(data) > limit:
            raise _too_much(limit)
        return data
    raise Fault(f"is packed as {name[:20]}, which is not read", "fetch it unpacked, or with gzip")


def _too_much(limit: int) -> Fault:
    return Fault(f"unpacks to more than {limit:,} bytes", "raise the limit on its size")
