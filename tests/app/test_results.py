"""Answers in a researcher's own tools: typed tables, pictures, and the records as they were."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest

import comity
from comity.app.results import Answer, BlocsAnswer, Course, WhyAnswer, blocs, ties, why
from comity.dyads import course
from comity.errors import ComityError, UnknownActor
from comity.frames import Frame
from comity.store import Store
from comity.structure import why as find_why

Make = Callable[..., Any]


@pytest.fixture
def store(make_event: Make, make_claim: Make) -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        opened.add_events(
            [
                make_event(id="e1", source="AZE", target="ISR", date="2019-03-04"),
                make_event(id="e2", source="IRN", target="ISR", event="ASSAULT", date="2020-05-06"),
                make_event(id="e3", source="IRN", target="AZE", event="ACCUSE", date="2020-06-07"),
                make_event(id="e4", source="AZE", target="ISR", event="AID", date="2021-01-02"),
            ]
        )
        opened.add_claims([make_claim(a="AZE", b="ISR", third="IRN")])
        yield opened


@pytest.fixture(params=["ties", "why", "blocs"])
def answer(request: pytest.FixtureRequest, store: Store) -> Answer:
    made: dict[str, Callable[[], Answer]] = {
        "ties": lambda: ties(store, "AZE", "ISR"),
        "why": lambda: why(store, "AZE", "ISR"),
        "blocs": lambda: blocs(store, min_strength=0.1),
    }
    return made[request.param]()


def test_an_answer_is_what_the_room_below_returns(store: Store) -> None:
    assert tuple(ties(store, "Azerbaijan", "Israel", draws=20)) == course(store, "AZE", "ISR", draws=20)
    found, below = why(store, "AZE", "ISR"), find_why(store, "AZE", "ISR")
    assert isinstance(found, comity.Why)
    assert (found.drivers, found.direct, dict(found.parts)) == (below.drivers, below.direct, dict(below.parts))
    assert isinstance(blocs(store), comity.Blocs)


def test_each_table_is_the_same_in_every_tool(answer: Answer) -> None:
    assert answer.table().rows, "the first table of each answer has something to show"
    for name, table in answer.tables().items():
        arrow, frame, polar = answer.to_arrow(name), answer.to_pandas(name), answer.to_polars(name)
        assert isinstance(arrow, pyarrow.Table)
        assert isinstance(frame, pandas.DataFrame)
        assert isinstance(polar, polars.DataFrame)
        assert arrow.column_names == list(frame.columns) == polar.columns == list(table.columns)
        assert arrow.num_rows == len(frame) == len(polar) == len(table.rows)
        for column, kind in table.columns.items():
            if kind in ("text", "number", "integer", "boolean"):
                cells = [row[list(table.columns).index(column)] for row in table.rows]
                assert arrow[column].to_pylist() == polar[column].to_list() == cells


def test_days_are_days(store: Store) -> None:
    answer = ties(store, "AZE", "ISR", period="quarter")
    frame = answer.to_pandas()
    assert str(frame["start"].dtype).startswith("datetime64")
    assert (frame["start"].iloc[0].isoformat()[:10], frame["end"].iloc[0].isoformat()[:10]) == (
        "2019-01-01",
        "2019-03-31",
    )
    assert answer.to_polars()["end"].dtype == polars.Date


def test_an_empty_answer_keeps_its_types(store: Store) -> None:
    empty, full = ties(store, "NOR", "POL"), ties(store, "AZE", "ISR")
    assert len(empty) == 0
    assert empty.to_arrow().schema == full.to_arrow().schema
    assert "Nothing is on record" in empty._repr_html_()


def test_a_notebook_shows_the_picture_and_the_table(answer: Answer) -> None:
    shown = answer._repr_html_()
    assert shown.startswith("<svg")
    assert "<table>" in shown
    assert answer.plot().to_dict()["$schema"].endswith(".json")


def test_text_of_strangers_is_escaped() -> None:
    frame = Frame(columns={"<b>": "text"}, rows=[("<script>alert(1)</script>",)])
    assert "<script>" not in frame.to_html()
    assert "&lt;b&gt;" in frame.to_html()


def test_a_table_there_is_not_is_refused(answer: Answer) -> None:
    with pytest.raises(ValueError, match='table "nothing" is none of'):
        answer.to_pandas("nothing")


def test_a_store_is_opened_by_its_path_and_closed(tmp_path: Path, make_event: Make) -> None:
    path = tmp_path / "ledger.duckdb"
    with Store.open(path) as written:
        written.add_events([make_event(source="AZE", target="ISR")])
    assert isinstance(ties(path, "AZE", "ISR"), Course)
    assert isinstance(why(str(path), "AZE", "ISR"), WhyAnswer)
    assert isinstance(blocs(path), BlocsAnswer)
    Store.open(path).close()


def test_names_that_nobody_answers_to_are_refused(store: Store) -> None:
    with pytest.raises(UnknownActor):
        ties(store, "Atlantis", "ISR")
    with pytest.raises(ComityError, match="are both ISR"):
        why(store, "ISR", "Israel")


def test_a_missing_package_is_named_with_the_mend(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ComityError, match=r"pyarrow is not installed \(pip install 'comity\[frames\]'\)"):
        ties(store, "AZE", "ISR").to_arrow()
