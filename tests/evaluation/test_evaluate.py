"""`evaluate` and its command, with a coder that gives what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comity import InputError, TableError, evaluate
from comity.cli import app
from comity.evaluation import evaluation_to_dict
from comity.records import Document, Event

Make = Callable[..., Event]
ROWS = [
    {"id": "said", "phenomenon": "active", "text": "Baku backed Jerusalem.", "published": "2020-01-01",
     "events": [{"source": "AZE", "target": "ISR", "event": "SUPPORT", "auxiliary": [], "date": None, "mode": None}]},
    {"id": "denied", "phenomenon": "denial", "text": "Baku denied that it backed Jerusalem.", "published": "2020-01-01",
     "events": [{"source": "AZE", "target": "ISR", "event": "SUPPORT", "auxiliary": ["negation"]}]},
    {"id": "given", "phenomenon": "active", "text": "Baku gave Tehran tents.", "published": "2020-01-01",
     "events": [{"source": "AZE", "target": "IRN", "event": "AID"}]},
    {"id": "played", "phenomenon": "sport", "text": "Baku beat Tehran on the pitch.", "published": "2020-01-01", "events": []},
]  # fmt: skip


@dataclass
class Coded:
    events: tuple[Event, ...]


@dataclass
class FixedCoder:
    """Backs whatever it reads, and takes a match for an assault; remembers the documents it was given."""

    make_event: Make
    seen: list[Document] = field(default_factory=list)

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        self.seen.extend(documents)
        return [Coded(self._events(document)) for document in documents]

    def _events(self, document: Document) -> tuple[Event, ...]:
        if "backed" in document.text:
            return (self.make_event(document=document, rule="row 1"),)
        if "beat" in document.text:
            return (self.make_event(document=document, target="IRN", event="ASSAULT", rule="row 2"),)
        return ()


@pytest.fixture(name="gold")
def gold_fixture(tmp_path: Path) -> Path:
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n", encoding="utf-8-sig")
    return file


@pytest.fixture(name="coder")
def coder_fixture(make_event: Make) -> FixedCoder:
    return FixedCoder(make_event)


@pytest.fixture(name="run")
def run_fixture(coder: FixedCoder, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setattr("comity.evaluation.run._load_coder", lambda: coder)
    monkeypatch.setenv("COLUMNS", "80")

    def invoke(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["evaluate", *arguments])
        assert result.exit_code == code, result.output
        return result.stdout or result.stderr

    return invoke


def test_each_text_is_a_document_of_its_own_with_its_day(gold: Path, coder: FixedCoder) -> None:
    found = evaluate(gold, coder=coder)
    assert [document.text for document in coder.seen] == [row["text"] for row in ROWS]
    assert {document.published.date for document in coder.seen} == {"2020-01-01"}
    assert len({document.id for document in coder.seen}) == len(ROWS)
    assert (found.scores.events.right, found.scores.events.wrong, found.scores.events.missed) == (2, 1, 1)
    assert found.scores.auxiliary.value == 0.5
    assert found.scores.no_event.value == 1.0


def test_everything_is_in_the_json(gold: Path, run: Callable[..., str], coder: FixedCoder) -> None:
    data = json.loads(run(str(gold), "--json"))
    assert data["scores"]["events"]["f1"] == 0.6667
    by_id = {item["id"]: item for item in data["items"]}
    assert by_id["denied"]["matched"][0]["faults"] == ["auxiliary"]
    assert by_id["given"]["missed"] == [{"source": "AZE", "target": "IRN", "event": "AID"}]
    assert by_id["played"]["wrong"][0]["rule"] == "row 2"
    assert data["scores"] == evaluation_to_dict(evaluate(gold, coder=coder))["scores"]


def test_the_tables_name_types_phenomena_and_confusions(gold: Path, run: Callable[..., str]) -> None:
    printed = run(str(gold))
    for words in ("SUPPORT", "denial", "phenomenon", "precision", "coded as", "invented", "ASSAULT 1"):
        assert words in printed
    assert "Texts without an event that were coded: 1 of 1 (100.0%)" in printed
    assert "missed  AZE" not in printed
    assert max(len(line) for line in printed.splitlines()) <= 80


def test_errors_are_listed_with_their_sentence_and_rule(gold: Path, run: Callable[..., str]) -> None:
    printed = run(str(gold), "--errors")
    assert "given (2020-01-01): Baku gave Tehran tents.\n  missed  AZE → IRN AID\n" in printed
    assert "wrong   AZE → IRN ASSAULT  [row 2]" in printed
    assert "auxiliary of AZE → ISR SUPPORT: none, not negation  [row 1]" in printed
    assert "said (2020" not in printed


def test_a_faulty_file_is_refused_before_anything_is_coded(
    gold: Path, run: Callable[..., str], coder: FixedCoder
) -> None:
    gold.write_text(json.dumps(ROWS[0] | {"events": [{"source": "AZE", "target": "ISR", "event": "AIDE"}]}))
    assert f"{gold}:1: event 1: a type cannot be 'AIDE' (did you mean AID?)" in run(str(gold), code=2)
    with pytest.raises(TableError):
        evaluate(gold, coder=coder)


def test_a_file_that_cannot_be_read_is_said_plainly(tmp_path: Path, coder: FixedCoder) -> None:
    with pytest.raises(InputError, match="No such file or directory \\(check the path"):
        evaluate(tmp_path / "none.jsonl", coder=coder)
    (tmp_path / "latin.jsonl").write_bytes('{"text": "Türkiye"}'.encode("latin-1"))
    with pytest.raises(InputError, match="is not UTF-8 \\(save it as UTF-8\\)"):
        evaluate(tmp_path / "latin.jsonl", coder=coder)
