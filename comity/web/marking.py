"""An article as it is shown: paragraphs cut where the coded stretches begin and end, and what was set apart in its place.

In: a Document and its events; out: blocks of segments whose texts, put together, are the article again, character by
character (but for the line ends between paragraphs). Pure; escaping is the template's work.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from comity.records import Document, Event, Furniture
from comity.web.models import Block, Segment

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
# Enough of a paragraph to find it again in the page, where white space may differ further on.
_BEGINNING = 40


def blocks(document: Document, events: Sequence[Event]) -> list[Block]:
    """The article's paragraphs in order, with the page's furniture between them where the page has it."""
    waiting = sorted(document.furniture, key=lambda item: (item.start, item.end))
    out: list[Block] = []
    at = 0
    for match in _PARAGRAPH.finditer(document.text):
        place = _find(document.page, match.group(), at)
        if place is not None:
            while waiting and waiting[0].start < place:
                out.append(_apart(waiting.pop(0)))
            at = place
        out.append(Block(kind="text", segments=segments(document.text, match.start(), match.end(), events)))
    return [*out, *map(_apart, waiting)]


def segments(text: str, start: int, end: int, events: Sequence[Event]) -> list[Segment]:
    """The stretch from `start` to `end`, cut at every edge of an event's sentence, trigger and parties."""
    near = [event for event in events if event.start < end and event.end > start]
    edges = {start, end}
    for event in near:
        for low, high in ((event.start, event.end), *(span[1:] for span in _spans(event))):
            edges |= {edge for edge in (low, high) if start < edge < end}
    ordered = sorted(edges)
    out: list[Segment] = []
    for low, high in itertools.pairwise(ordered):
        inside = {
            kind: [
                e.id for e in near for name, first, last in _spans(e) if name == kind and first <= low and high <= last
            ]
            for kind in ("trigger", "source", "target")
        }
        within = [event.id for event in near if event.start <= low and high <= event.end]
        out.append(Segment(text=text[low:high], start=low, events=within, **inside))
    return out


def _spans(event: Event) -> list[tuple[str, int, int]]:
    spans = [("trigger", event.trigger.start, event.trigger.end), ("source", event.source.start, event.source.end)]
    if event.target:
        spans.append(("target", event.target.start, event.target.end))
    return spans


def _find(page: str, paragraph: str, at: int) -> int | None:
    found = page.find(paragraph, at)
    if found < 0:
        found = page.find(paragraph.strip()[:_BEGINNING], at)
    return None if found < 0 else found


def _apart(item: Furniture) -> Block:
    plain = Segment(text=item.text, start=item.start, events=[], trigger=[], source=[], target=[])
    return Block(kind=item.kind, segments=[plain])
