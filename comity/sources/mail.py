"""E-mail (.eml) and mailboxes (.mbox) → one Document a message, and what is attached: newsletters, mailed releases.

The HTML part is read as a page, else the plain one as text; Subject, From and Date say title, publisher and day. What is
attached is read by the reader that fits it, and passed over where none does (pictures, calendars); the message's day is
then the latest on which it can have been published. Places of a mailbox are `origin:line`, the line that the message
begins at; those of attachments have `!name` behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses
from typing import BinaryIO

from comity.records import Document, Published
from comity.sources import dates, html, people
from comity.sources.archives import inside
from comity.sources.article import Known, document
from comity.sources.blocks import folded, split
from comity.sources.decoding import decode
from comity.sources.dispatch import extension, read_bytes
from comity.sources.language import code
from comity.sources.outcome import DEFAULT, Carrier, Failure, Fault, Options
from comity.sources.registry import extensions, media_types
from comity.sources.streams import lines, too_large

_MEND = "save the message again"
# What the standard library's parser raises on headers that no standard allows.
_UNPARSABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
# "Jane Doe from The Harbour Review", "Jane Doe via The Harbour Review", "Jane Doe at …"
_ON_BEHALF = re.compile(r"^(?P<person>.+?)\s+(?:from|via|at|of|[|,–-])\s+(?P<paper>\S.*)$")
# The convention for where a signature, or a newsletter's footer, begins.
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def read_eml(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The document of one message, then those attached to it."""
    yield from _read(data, origin, options)


def read_mbox(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a mailbox, message by message. One that cannot be read costs itself."""
    message: list[bytes] = []
    size, start, blank = 0, 1, True
    limit = options.limits.file_bytes
    for number, line in lines(stream, options.limits.line_bytes):
        if isinstance(line, Fault):
            size = limit + 1
            continue
        if blank and line.startswith(b"From "):
            if message or size > limit:
                yield from _one(message, size, f"{origin}:{start}", options)
            message, size, start = [], 0, number
            continue
        blank = not line
        size += len(line) + 1
        if size <= limit:
            # Mailboxes mark lines that look like the start of a message with ">".
            message.append(line[1:] if line.startswith(b">From ") else line)
    yield from _one(message, size, f"{origin}:{start}", options)


def _one(message: list[bytes], size: int, place: str, options: Options) -> Iterator[Document | Failure]:
    try:
        if size > options.limits.file_bytes:
            raise too_large(options.limits.file_bytes)
        yield from _read(b"\n".join(message), place, options)
    except Fault as fault:
        yield fault.at(place)


def _read(data: bytes, place: str, options: Options) -> Iterator[Document | Failure]:
    try:
        message = message_from_bytes(data, policy=policy.default)
        if message.get_content_type() == "multipart/encrypted":
            raise Fault("is an encrypted message", "decrypt it first")
        part = message.get_body(preferencelist=("html", "plain"))
        body = part.get_payload(decode=True) if part is not None else None
        attached = [name for name in map(_attached, _parts(message)) if name is not None and name[0] is not part]
    except _UNPARSABLE as error:
        raise Fault(f"is a message that cannot be taken apart: {error}", _MEND) from error
    if part is not None and isinstance(body, bytes) and body.strip():
        try:
            yield _text(message, part, body, place, options)
        except Fault as fault:
            yield fault.at(place)
    elif not attached:
        raise Fault("is a message without text", "save what it has attached")
    for item, name in attached:
        yield from _attachment(message, item, f"{place}!{name}", options)


def _parts(message: MIMEPart) -> Iterator[MIMEPart]:
    """The parts of a message; those of a message attached to it are that message's own."""
    for part in message.iter_parts() if message.is_multipart() else ():
        yield part
        if part.get_content_type() != "message/rfc822":
            yield from _parts(part)


def _attached(part: MIMEPart) -> tuple[MIMEPart, str] | None:
    """A part with its name if it is attached and of a kind that is read, else None."""
    name = folded(part.get_filename() or "")
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return part, name or "message.eml"
    # A nameless text is the message's own, or a list's footer; pictures and the like are no format of ours.
    if part.is_multipart() or not name or not (extension(name) in extensions() or kind in media_types()):
        return None
    return part, name


def _attachment(message: EmailMessage, part: MIMEPart, place: str, options: Options) -> Iterator[Document | Failure]:
    try:
        within, budget = inside(options)
        content = part.get_payload(0) if part.is_multipart() else None
        data = content.as_bytes() if isinstance(content, EmailMessage) else part.get_payload(decode=True)
        if not isinstance(data, bytes):
            raise Fault("cannot be taken out of its message", _MEND)
        budget.draw(len(data))
    except Fault as fault:
        yield fault.at(place)
        return
    except _UNPARSABLE as error:
        yield Failure(place=place, problem=f"cannot be taken out of its message: {error}", mend=_MEND)
        return
    carrier = Carrier(
        fetched=dates.from_value(_header(message, "Date")) or options.carrier.fetched,
        media_type=part.get_content_type(),
        charset=part.get_content_charset(),
    )
    yield from read_bytes(data, place, options=within.having(carrier))


def _text(message: EmailMessage, part: MIMEPart, body: bytes, place: str, options: Options) -> Document | Failure:
    """The document that a message is itself."""
    text = decode(body, part.get_content_charset())
    known = _known(message)
    if part.get_content_type() == "text/html":
        page, blocks = html.article_blocks(text, options.limits)
        return document(page, blocks, known, place, options)
    footer = _SIGNATURE.search(text)
    end = footer.start() if footer else len(text)
    blocks = [block if block.start < end else replace(block, article=False) for block in split(text)]
    return document(text, blocks, known, place, options)


def _known(message: EmailMessage) -> Known:
    published = dates.from_value(_header(message, "Date"))
    authors, publisher = _sender(_header(message, "From") or "")
    listed = re.sub(r"<[^>]*>", "", _header(message, "List-Id") or "").strip(' "')
    return Known(
        title=re.sub(r"^(?:(?:fwd?|re|aw|tr)\s*:\s*)+", "", _header(message, "Subject") or "", flags=re.I) or None,
        url=_address(_header(message, "Archived-At")),
        authors=authors,
        publisher=publisher or listed or None,
        published=Published(date=published, basis="record" if published else "unknown"),
        language=code(_header(message, "Content-Language")),
    )


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        value = message.get(name)
        return folded(str(value)) or None if value is not None else None
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return None  # the text can be read without a header that cannot


def _sender(line: str) -> tuple[tuple[str, ...], str | None]:
    """Author and publisher: a name that is a person's, the paper behind it, or the host that it came from."""
    name, address = next(iter(getaddresses([line])), ("", ""))
    host = address.rpartition("@")[2] or None
    if match := _ON_BEHALF.match(name):
        if authors := people.clean([match["person"]]):
            return authors, match["paper"]
        return (), name
    if people.is_name(name) and not re.search(r"(?i)\b(?:the|review|times|post|news|ministry|daily|office)\b", name):
        return people.clean([name]), host
    return (), name or host


def _address(value: str | None) -> str | None:
    value = (value or "").strip("<> ")
    return value if value.startswith(("http://", "https://")) else None
