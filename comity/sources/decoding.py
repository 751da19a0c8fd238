"""Bytes to characters: byte order mark, declared charset, UTF-8, then charset-normalizer's best guess, else a fault.

Never raises and never replaces a character: text with holes would be quoted as evidence. What is not text at all
(a PDF, a picture, an archive) is told by its first bytes, so that the message can say what it is.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from comity.sources.language import guess
from comity.sources.outcome import Fault

_SIGNATURES = (
    (b"%PDF-", "a PDF", "give it as a file of its own"),
    (b"PK\x03\x04", "a zip archive or an office document", "give it as a file of its own"),
    (b"\x1f\x8b", "a gzip archive", "give it as a file of its own"),
    (b"BZh", "a bzip2 archive", "give it as a file of its own"),
    (b"\xfd7zXZ", "an xz archive", "give it as a file of its own"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "give it as a file of its own"),
    (b"\x89PNG", "a picture", "save the article as text or HTML"),
    (b"\xff\xd8\xff", "a picture", "save the article as text or HTML"),
    (b"GIF8", "a picture", "save the article as text or HTML"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# Tab, line feed, vertical tab, form feed, carriage return, escape: the control characters that real text has.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_COMMON = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "gb18030", "shift_jis", "euc_kr"]
_WESTERN = frozenset({"en", "fr", "de", "es", "it", "pt", "nl"})  # written in cp1252, whatever else would fit
_MEND_ENCODING = "save it as UTF-8"


class Undecodable(Fault):
    """Bytes that are not text."""


def decode(data: bytes, charset: str | None = None) -> str:
    """The characters of `data`, line ends as "\\n". `charset` is what its carrier declares. Raises Undecodable."""
    for signature, what, mend in _SIGNATURES:
        if data.startswith(signature):
            raise Undecodable(f"is {what}, not text", mend)
    text = _characters(data, charset)
    if len(_CONTROL.findall(text[:20_000])) > len(text[:20_000]) // 200:
        raise Undecodable("is binary, not text", "give text, JSON lines or a saved HTML page")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _characters(data: bytes, charset: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Undecodable(f"is not {encoding} at byte {error.start}, as it begins", _MEND_ENCODING) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = error
    if data.count(b"\0", 0, 8192) > 0:
        raise Undecodable("is binary, not text", "give text, JSON lines or a saved HTML page")
    inside = _DECLARED.search(data[:4096])
    for declared in (charset, inside.group(1).decode("ascii") if inside else None):
        try:
            if declared:
                return data.decode(declared)
        except (LookupError, ValueError):
            pass  # pages lie about their charset often enough; the guess below decides
    # Short texts fit a dozen charsets; those that news is in go first, the rare ones only if none of them fits.
    matches = from_bytes(data, cp_isolation=_COMMON) or from_bytes(data)
    if not matches:
        raise Undecodable(f"is in no encoding that can be told (not UTF-8 at byte {fault.start})", _MEND_ENCODING)
    # Several charsets of one script often fit equally well; the one that gives words of a language is right.
    least = min(match.chaos for match in matches)
    texts = {match.encoding: str(match) for match in matches if match.chaos == least}
    best = max(texts.values(), key=lambda text: guess(text)[1])
    western = texts.get("cp1252", best)
    return western if guess(western)[0] == guess(best)[0] in _WESTERN else best
