"""PDF → one Document: the text of its pages in one piece, running heads set apart, words parted at line ends mended.

A PDF knows no paragraphs, only lines. A paragraph ends at a line that ends a sentence and is shorter than its
neighbours, and at a blank line. Pictures of text are not read: a scan needs text recognition first.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from comity.records import Document, Published
from comity.sources import dates, people
from comity.sources.article import Known, document
from comity.sources.blocks import ends_sentence, folded, laid_out
from comity.sources.outcome import DEFAULT, Failure, Fault, Options

_EDGE = 2  # lines at the top and the foot of a page where running heads stand
_FULL = 0.85  # of the usual length: a shorter line that ends a sentence ends its paragraph
_HEADING = 0.75  # of it: a paragraph that begins so short is a heading, a date, an item of a list
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
# Titles that programs put there: file names and placeholders.
_NO_TITLE = re.compile(r"(?i)^(?:untitled|microsoft word|document\d*|.*\.(?:docx?|pdf|indd|qxd|rtf|odt|tex)$)")


def read_pdf(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The document of a PDF file."""
    pages, about = _pages(data, options)
    if not any(line.strip() for page in pages for line in page):
        raise Fault("is a PDF without text, a scan perhaps", "run text recognition on it (ocrmypdf), or give its text")
    found = [(text, kind) for text, kind in paragraphs(pages) if folded(text)]
    page, blocks = laid_out(found)
    yield document(page, blocks, _known(about, page), origin, options)


def paragraphs(pages: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The paragraphs of the pages' lines, each with the furniture that it is ("navigation") or ""."""
    running = _running(pages)
    kept: list[str] = []
    apart: list[str] = []
    for lines in pages:
        # Between two pages a paragraph goes on, so heads and feet must not stand in its way.
        body = [line.strip() for line in lines]
        edges = _edges(body)
        kept += [line for at, line in enumerate(body) if not (at in edges and _shape(line) in running)]
        apart += [line for at, line in enumerate(body) if at in edges and _shape(line) in running and line]
    lengths = sorted(len(line) for line in kept if line)
    usual = lengths[int(len(lengths) * 0.75)] if lengths else 0
    found: list[tuple[str, str]] = []
    current = ""
    for line in kept:
        if not line:
            # Some writers put a blank line between any two; only an ended sentence makes it a paragraph's end.
            if current and (ends_sentence(current) or len(current) < _FULL * usual):
                found.append((current, ""))
                current = ""
            continue
        current = _joined(current, line)
        heading = current == line and len(line) < _HEADING * usual
        if heading or (len(line) < _FULL * usual and ends_sentence(line)):
            found.append((current, ""))
            current = ""
    found.append((current, ""))
    return [*found, *((line, "navigation") for line in dict.fromkeys(apart))]


def _joined(before: str, line: str) -> str:
    if not before:
        return line
    if _HYPHEN.search(before) and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """The shapes of lines that stand at the edge of most pages: running heads, and page numbers on all of them."""
    if len(pages) < 2:
        return frozenset()
    counts: Counter[str] = Counter()
    for lines in pages:
        body = [line.strip() for line in lines]
        counts.update({_shape(body[at]) for at in _edges(body)})
    least = 2 if len(pages) < 4 else len(pages) // 2
    return frozenset(shape for shape, count in counts.items() if count >= least)


def _edges(lines: Sequence[str]) -> frozenset[int]:
    """Where the first and the last lines with text stand."""
    filled = [at for at, line in enumerate(lines) if line]
    return frozenset([*filled[:_EDGE], *filled[-_EDGE:]])


def _shape(line: str) -> str:
    return _NUMBER.sub("#", line.casefold())


def _pages(data: bytes, options: Options) -> tuple[list[list[str]], dict[str, Any]]:
    """The lines of each page, and what the file says of itself. Raises Fault."""
    import pypdf  # only PDFs pay for loading it

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    deadline = time.monotonic() + options.limits.seconds
    pages: list[list[str]] = []
    length = 0
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Fault("is a PDF locked with a password", "unlock it first")
        for page in reader.pages:
            text = page.extract_text()
            length += len(text)
            if time.monotonic() > deadline:
                raise Fault(f"takes more than {options.limits.seconds:g} seconds", "give its text, or raise the limit")
            if length > options.limits.file_bytes:
                raise Fault(f"unpacks to more than {options.limits.file_bytes:,} bytes", "give its text")
            pages.append(text.splitlines())
        about = {key: str(value) for key, value in (reader.metadata or {}).items()}
    except Fault:
        raise
    except Exception as error:  # pypdf raises whatever a broken object leads it to, far beyond its own errors
        raise Fault(
            f"is a PDF that cannot be read: {folded(str(error))[:200]}", "print it anew, or give its text"
        ) from error
    return pages, about


def _known(about: dict[str, Any], page: str) -> Known:
    title = folded(about.get("/Title", ""))
    stated = re.match(r"D:(\d{8})", about.get("/CreationDate", ""))
    # The file's own day is when it was made; a date at the head of the text is better.
    made = dates.from_value(stated.group(1)) if stated and not dates.first(page[:600]) else None
    return Known(
        title=title if " " in title and not _NO_TITLE.match(title) else None,
        authors=people.in_byline(about.get("/Author", "")),
        published=Published(date=made, basis="meta" if made else "unknown"),
    )
