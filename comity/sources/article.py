"""Blocks of a page and what is known of it → one Document: the article apart, the furniture set aside with its offsets.

Every reader ends here. The title is the page's first line that looks like a headline, or the one known from a record
or a tag; it is no part of `text`. Each block of the page is the title, a paragraph of `text`, or furniture: nothing is
lost.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from comity.records import Document, Furniture, Genre, Published, document_id
from comity.sources import captions, dates, people
from comity.sources.addresses import domain
from comity.sources.blocks import Block, bounded, ends_sentence, folded, words
from comity.sources.furniture import label
from comity.sources.genre import genre
from comity.sources.interests import interests
from comity.sources.language import language
from comity.sources.outcome import Carrier, Failure, Options

# "PORT ELDA, March 3 (Reuters) -" begins a report, cut short or not; no headline does.
_DATELINE = re.compile(r"[A-Z][A-Z.'’-]{2,}[A-Z.'’ -]*(?:, [\w. ]{2,30})?(?: ?\([^)]{2,30}\))? ?[-–—] ")
_QUOTED = re.compile(r"[“\"„«][^“”\"„«»]{0,2000}[”\"»]")
UNDATED = Published(date=None, basis="unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a record, or the head of a page, says of the document. `language` is taken at its word only if `sure`."""

    url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Published = UNDATED
    language: str | None = None
    sure: bool = False
    genre: Genre | None = None
    sections: tuple[str, ...] = ()


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class _Parts:
    title: str | None
    paragraphs: tuple[str, ...]
    furniture: tuple[Furniture, ...]


def document(page: str, blocks: Sequence[Block], known: Known, origin: str, options: Options) -> Document | Failure:
    """The document of a page, or a Failure when no article is on it. Raises Fault for a paragraph beyond measure."""
    bounded(max((len(block.text) for block in blocks), default=0))
    known = _carried(known, options.carrier)
    parts = _divide(page, blocks, known)
    if not parts.paragraphs:
        problem = "has no article text, only notices and links" if blocks else "is empty"
        return Failure(place=origin, problem=problem, mend="give the page with its article, or leave it out")
    text = "\n\n".join(parts.paragraphs)
    authors = known.authors or _authors(parts.furniture)
    publisher = known.publisher
    verdict = _genre(known, parts, publisher)
    return Document(
        id=document_id(text),
        text=text,
        page=page,
        url=known.url,
        title=parts.title,
        authors=authors,
        publisher=publisher,
        published=_published(known, parts, text, options),
        language=(known.language if known.sure and known.language else language(text, known.language)),
        furniture=parts.furniture,
        genre=verdict[0],
        genre_signals=verdict[1],
        interests=interests(parts.paragraphs, parts.furniture, authors, publisher, options.resolve),
        origin=origin,
    )


def _carried(known: Known, carrier: Carrier) -> Known:
    """What is known, the address filled in by what carried the page, and by the address its publisher."""
    if known.url is None and carrier.url is not None:
        publisher = known.publisher or domain(carrier.url)
        return dataclasses.replace(known, url=carrier.url, publisher=publisher)
    return known


def _divide(page: str, blocks: Sequence[Block], known: Known) -> _Parts:
    labels = list(label(blocks, known.authors))
    title_at, title = _title(blocks, labels, known.title)
    seen: set[str] = set()
    known_statements: dict[int, str] = {}  # most blocks are menus and notices, and nobody asks for theirs
    paragraphs: list[str] = []
    furniture: list[Furniture] = []

    def set_apart(kind: str, start: int, end: int) -> None:
        furniture.append(Furniture(kind=kind, text=page[start:end], start=start, end=end))

    def statement(index: int) -> str:
        if index not in known_statements:
            known_statements[index] = captions.statement(blocks[index], page)
        return known_statements[index]

    headline = title.casefold() if title is not None else None
    for index, block in enumerate(blocks):
        if index == title_at:
            continue
        if headline is not None and not labels[index] and folded(block.text).casefold() == headline:
            set_apart("navigation", block.start, block.end)
            continue
        if labels[index] and labels[index] != "caption":
            set_apart(labels[index], block.start, block.end)
            continue
        twin = any(
            0 <= other < len(blocks) and other != title_at and statement(other) == statement(index) != ""
            for other in (index - 1, index + 1)
        )
        cut = captions.cut(
            block, page, caption=labels[index] == "caption" or twin, seen=twin and statement(index) in seen
        )
        if cut is None:
            paragraphs.append(block.text)
            continue
        if cut.kept is not None:
            seen.add(statement(index))
            paragraphs.append(folded(page[cut.kept[0] : cut.kept[1]]))
        for start, end in cut.apart:
            set_apart("caption", start, end)
    return _Parts(title, tuple(paragraphs), tuple(furniture))


def _title(blocks: Sequence[Block], labels: Sequence[str], known: str | None) -> tuple[int, str | None]:
    """Where on the page the title stands (-1 for nowhere) and what it is."""
    if known:
        wanted = folded(known).casefold()
        for index, block in enumerate(blocks):
            if block.text.casefold() == wanted and labels[index] in ("", "navigation"):
                return index, folded(known)
        return -1, folded(known)
    for index, block in enumerate(blocks):
        if labels[index]:
            continue
        # Only the first line that is no furniture can be the headline, and only with an article below it.
        below = any(not kind for kind in labels[index + 1 :])
        short = words(block.text) <= 20 and len(block.text) <= 160
        headline = short and below and (not ends_sentence(block.text) or block.text.endswith(("?", "!")))
        unfinished = block.text.endswith((",", ";", ":", "-", "–", "—"))
        if headline and not unfinished and not block.text[:1].islower() and not _DATELINE.match(block.text):
            return index, block.text
        break
    return -1, None


def _authors(furniture: Sequence[Furniture]) -> tuple[str, ...]:
    """Those whom bylines name; without any, those whom bios are about."""
    lines = [folded(item.text) for item in furniture if item.kind == "byline"]
    named = people.clean([name for line in lines for name in people.in_byline(dates.without(line))])
    if named:
        return named
    bios = [people.of_bio(folded(item.text)) for item in furniture if item.kind == "bio"]
    # "About Castle Insurance" heads the words of a firm on itself, whose name may look like a person's.
    firms = {folded(item.text).removeprefix("About ") for item in furniture if item.kind == "bio"}
    return tuple(dict.fromkeys(name for name in bios if name and name not in firms))


def _published(known: Known, parts: _Parts, text: str, options: Options) -> Published:
    if options.published is not None:
        return Published(date=options.published, basis="argument")
    if known.published.date is not None:
        return known.published
    for item in parts.furniture:
        if item.kind == "byline" and (found := dates.first(item.text)):
            return Published(date=found, basis="byline")
    if known.url and (found := dates.from_url(known.url)):
        return Published(date=found, basis="url")
    if options.carrier.fetched:
        return Published(date=options.carrier.fetched, basis="fetched")
    if found := dates.latest(text):
        return Published(date=found, basis="text")
    return UNDATED


def _genre(known: Known, parts: _Parts, publisher: str | None) -> tuple[Genre, tuple[str, ...]]:
    if known.genre is not None:
        return known.genre, ("record",)
    text = "\n".join(parts.paragraphs)
    return genre(
        {
            "url": (known.url,) if known.url else (),
            "section": known.sections,
            "title": (parts.title,) if parts.title else (),
            "lead": (text[:500],),
            "text": (text,),
            "voice": (_QUOTED.sub(" ", text),),
            "furniture": tuple(folded(item.text) for item in parts.furniture),
            "publisher": (publisher,) if publisher else (),
        }
    )
