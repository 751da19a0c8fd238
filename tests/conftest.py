"""Records written by hand: a test names only what it is about, the rest is filled in."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.ontology import load_ontology
from comity.records import (
    Attribution,
    Claim,
    Document,
    Event,
    EventDate,
    Participant,
    Published,
    Quote,
    document_id,
    stable_id,
)

_numbers = itertools.count()


def make_document(**overrides: Any) -> Document:
    """A news document of 1 January 2020 with a text of its own. `published` may be a plain date."""
    text = overrides.pop("text", f"Report number {next(_numbers)}.")
    published = overrides.pop("published", "2020-01-01")
    if published is None or isinstance(published, str):
        published = Published(date=published, basis="record" if published else "unknown")
    fields: dict[str, Any] = {
        "id": document_id(text),
        "text": text,
        "page": text,
        "url": None,
        "title": "A report",
        "publisher": "The Herald",
        "published": published,
        "genre": "news",
        "origin": "test",
    }
    return Document(**(fields | overrides))


def make_event(**overrides: Any) -> Event:
    """Azerbaijan signs with Israel on 1 January 2020, unless said otherwise.

    `source` and `target` may be actor codes, `date` a day or a pair of days, `document` a Document or its id.
    Score and quad follow the type and mode; `reported` follows the document's day, or the event's.
    """
    ontology = load_ontology()
    document = overrides.pop("document", "d0")
    date = overrides.pop("date", "2020-01-01")
    if isinstance(date, str):
        date = (date, date)
    if isinstance(date, tuple):
        date = EventDate(start=date[0], end=date[1], basis="explicit")
    published = document.published.date if isinstance(document, Document) else None
    event, mode = overrides.get("event", "SUPPORT"), overrides.get("mode")
    fields: dict[str, Any] = {
        "document": document.id if isinstance(document, Document) else document,
        "sentence": 0,
        "text": "They signed.",
        "start": 0,
        "end": 12,
        "trigger": Quote(text="signed", start=5, end=11),
        "source": _participant(overrides.pop("source", "AZE")),
        "target": _participant(overrides.pop("target", "ISR")),
        "event": event,
        "mode": mode,
        "contexts": (),
        "quad": ontology.quad(event),
        "score": ontology.score(event, mode),
        "cameo": None,
        "reciprocal": False,
        "auxiliary": (),
        "date": date,
        "place": None,
        "attribution": Attribution(kind="author"),
        "reported": published or date.end,
        "confidence": 0.9,
        "rule": "test",
    }
    fields |= overrides
    fields.setdefault("id", stable_id(next(_numbers), fields["document"]))
    fields.setdefault("link", fields["id"])
    return Event(**fields)


def make_claim(**overrides: Any) -> Claim:
    """A claim that Iran's doings pull Azerbaijan and Israel together, unless said otherwise."""
    document = overrides.pop("document", "d0")
    fields: dict[str, Any] = {
        "document": document.id if isinstance(document, Document) else document,
        "sentence": 0,
        "text": "Iran's pressure drives them together.",
        "start": 0,
        "end": 37,
        "a": "AZE",
        "b": "ISR",
        "third": "IRN",
        "direction": 1,
        "cue": Quote(text="drives", start=16, end=22),
        "attribution": Attribution(kind="author"),
        "reported": "2020-01-01",
    }
    fields |= overrides
    fields.setdefault("id", stable_id(next(_numbers), fields["document"]))
    return Claim(**fields)


def _participant(value: str | Participant | None) -> Participant | None:
    return Participant(text=value, start=0, end=0, actor=value, sector="GOV") if isinstance(value, str) else value


@pytest.fixture(name="make_document", scope="session")
def make_document_fixture() -> Callable[..., Document]:
    return make_document


@pytest.fixture(name="make_event", scope="session")
def make_event_fixture() -> Callable[..., Event]:
    return make_event


@pytest.fixture(name="make_claim", scope="session")
def make_claim_fixture() -> Callable[..., Claim]:
    return make_claim


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `comity demo`, made once a run by the shipped model. To be read; who writes copies it first."""
    from comity.app.demo import demo

    return demo(tmp_path_factory.mktemp("demo")).store
