"""Coders that processes of the tests load by import path. What a text says decides how a process fares with it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import ComityError
from comity.ontology import load_ontology
from comity.records import (
    Attribution,
    Claim,
    Document,
    Event,
    EventDate,
    Participant,
    Quote,
    stable_id,
)


@dataclass
class Coded:
    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None


class WordCoder:
    """Each "A helped B." is an event. "ABORT" ends the process, "HANG" hangs, "RAISE" raises, "DIE:path" ends it unless the
    file at the path is there, and makes it; `pause` is slept for each document."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        return [self._code(document) for document in documents]

    def _code(self, document: Document) -> Coded:
        text = document.text
        time.sleep(self.pause)
        if document.language != "en":
            return Coded(document, failure=f"language {document.language!r} is not read yet")
        if "ABORT" in text:
            os.abort()
        if "HANG" in text:
            time.sleep(1000)
        if "RAISE" in text:
            raise ValueError("no such thing")
        if found := re.search(r"DIE:(\S+)", text):
            mark = Path(found.group(1))
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return Coded(document, tuple(event(document, found) for found in re.finditer(r"(\w+) helped (\w+)\.", text)))


def event(document: Document, found: re.Match[str]) -> Event:
    ontology = load_ontology()
    day = document.published.date or "2020-01-01"
    parts = [
        Participant(text=found.group(n), start=found.start(n), end=found.end(n), actor=found.group(n).upper()[:3])
        for n in (1, 2)
    ]
    key = stable_id(document.id, found.start())
    return Event(
        id=key,
        document=document.id,
        sentence=0,
        text=found.group(),
        start=found.start(),
        end=found.end(),
        trigger=Quote(text="helped", start=found.end(1) + 1, end=found.end(1) + 7),
        source=parts[0],
        target=parts[1],
        event="AID",
        mode=None,
        contexts=(),
        quad=ontology.quad("AID"),
        score=ontology.score("AID", None),
        cameo=None,
        reciprocal=False,
        auxiliary=(),
        date=EventDate(start=day, end=day, basis="document"),
        place=None,
        attribution=Attribution(kind="author"),
        reported=day,
        confidence=0.5,
        link=key,
        rule="test",
    )


def words() -> WordCoder:
    return WordCoder()


def slow() -> WordCoder:
    return WordCoder(pause=0.004)


def sluggish() -> WordCoder:
    return WordCoder(pause=0.05)


def broken() -> WordCoder:
    raise ComityError("the model is missing (train it)")


def stillborn() -> WordCoder:
    os._exit(3)


def deadly(_name: str) -> str | None:
    """Looks up a name, and ends the process that asked."""
    os.kill(os.getpid(), signal.SIGKILL)
    return None
