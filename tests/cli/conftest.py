"""The commands, run in this process with a coder that knows one pattern: "A helped B." and "A hurt B."."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from comity.actors import load_index
from comity.cli import app
from comity.errors import UnknownActor
from comity.records import Claim, Document, Event, stable_id

Make = Callable[..., Any]
ACTS = {"helped": "AID", "hurt": "ASSAULT"}


@dataclass
class Coded:
    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None


class PatternCoder:
    """Counts what it was asked to code, so that a test can see what a resumed run skips."""

    def __init__(self, make_event: Make, make_claim: Make) -> None:
        self.make_event = make_event
        self.make_claim = make_claim
        self.asked: list[str] = []

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        return [self._code(document) for document in documents]

    def _code(self, document: Document) -> Coded:
        self.asked.append(document.id)
        if document.language != "en":
            return Coded(document, failure=f"language {document.language!r} is not read yet")
        events = []
        for found in re.finditer(r"(\w+) (helped|hurt) (\w+)\.", document.text):
            try:
                source, target = (load_index().lookup(found.group(side)) for side in (1, 3))
            except UnknownActor:
                continue
            events.append(
                self.make_event(
                    id=stable_id(document.id, found.start()),
                    document=document,
                    source=source,
                    target=target,
                    event=ACTS[found.group(2)],
                    text=found.group(0),
                    start=found.start(),
                    end=found.end(),
                    date=document.published.date or "2020-01-01",
                )
            )
        claims = ()
        if "closer" in document.text:
            said = document.text[: document.text.index(".") + 1]
            key = stable_id(document.id, "claim")
            claims = (
                self.make_claim(id=key, document=document, reported="2020-01-01", text=said, start=0, end=len(said)),
            )
        return Coded(document, tuple(events), claims)


@pytest.fixture
def coder(monkeypatch: pytest.MonkeyPatch, make_event: Make, make_claim: Make) -> PatternCoder:
    made = PatternCoder(make_event, make_claim)
    monkeypatch.setattr("comity.app.coding._load_coder", lambda: made)
    return made


@pytest.fixture
def run(coder: PatternCoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in an empty folder. A fault of ours that no command caught is raised here, not swallowed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(app, list(arguments), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Five articles of 2020 on Israel, Azerbaijan and Iran; one is an opinion."""
    rows = [
        {"title": "One", "text": "The year began well. Israel helped Azerbaijan.", "published": "2020-01-10"},
        {"title": "Two", "text": "It went on well. Azerbaijan helped Israel.", "published": "2020-06-10"},
        {"title": "Three", "text": "There was trouble. Iran hurt Israel.", "published": "2020-06-12"},
        {"title": "Four", "text": "There was more trouble. Iran hurt Azerbaijan.", "published": "2020-06-14"},
        {"title": "Five", "text": "Iran brings them closer, I say. Iran hurt Israel.", "published": "2020-06-20",
         "genre": "opinion"},
    ]  # fmt: skip
    file = tmp_path / "news.jsonl"
    lines = [json.dumps(row | {"publisher": "The Wire", "language": "en"}) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
