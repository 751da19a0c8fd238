"""The ledger gives back what it was given, once, and as of any day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.errors import StoreError
from comity.records import Claim, Document, Event, EventDate, Furniture, Interest, Participant
from comity.store import Run, Store

Make = Callable[..., Any]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


def test_records_come_back_exactly(store: Store, make_document: Make, make_event: Make, make_claim: Make) -> None:
    document: Document = make_document(
        authors=("Ann Writer",),
        furniture=(Furniture(kind="caption", text="A bridge", start=0, end=8),),
        interests=(
            Interest(holder="Firm", behalf="AZE", kind="representation", sentence="On behalf of.", actor="AZE"),
        ),
        genre_signals=("byline",),
    )
    event: Event = make_event(
        document=document,
        target=None,
        contexts=("economic", "military"),
        auxiliary=("historical", "future"),
        confidence=0.1 + 0.2,
    )
    claim: Claim = make_claim(document=document)
    store.replace_document(document, [event], [claim], version="1")
    assert list(store.documents()) == [document]
    assert store.document(document.id) == document
    assert list(store.events()) == [event]
    assert list(store.claims()) == [claim]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(), max_size=20), score=st.floats(-10, 10), mode=st.none() | st.just("visit"))
def test_any_text_and_number_comes_back_exactly(
    make_document: Make, make_event: Make, words: str, score: float, mode: str | None
) -> None:
    document = make_document(text=words, title=words, publisher=words)
    event = make_event(
        document=document,
        event="CONSULT",
        mode=mode,
        score=score,
        place=words,
        source=Participant(text=words, start=0, end=len(words), actor="AZE"),
    )
    with Store.open(":memory:") as store:
        store.replace_document(document, [event])
        assert list(store.documents()) == [document]
        assert list(store.events()) == [event]


def test_a_loaded_event_has_its_data_set_s_words_for_a_text(store: Store) -> None:
    store.execute(
        """INSERT INTO events (id, document, sentence, source, source_sector, target, event, quad, score, cameo,
               reciprocal, auxiliary, contexts, date_start, date_end, date_basis, attribution, reported, confidence, link,
               rule, dataset, publisher, text, source_text, target_text)
           VALUES ('icews:1', 'icews:47', 2, 'BGD', 'GOV', 'VNM', 'CONSULT', 'verbal_cooperation', 1, '040', true, [], [],
               '2018-06-01', '2018-06-01', 'document', 'author', '2018-06-01', 1, 'icews:1', 'cameo 040', 'icews',
               'Vietnam News Agency', 'Consult', 'Foreign Affairs (Bangladesh)', 'Military (Vietnam)')"""
    )
    (event,) = store.events("BGD", "VNM")
    assert event.text == "Foreign Affairs (Bangladesh): Consult: Military (Vietnam)"
    for part in (event.trigger, event.source, event.target):
        assert part is not None and event.text[part.start : part.end] == part.text
    assert (event.trigger.text, event.target and event.target.actor) == ("Consult", "VNM")
    assert (event.date.start, event.mode, event.reciprocal) == ("2018-06-01", None, True)


def test_writing_twice_adds_nothing(store: Store, make_document: Make, make_event: Make, make_claim: Make) -> None:
    document, event, claim = make_document(), make_event(), make_claim()
    assert [store.add_documents([document]), store.add_events([event, event]), store.add_claims([claim])] == [1, 1, 1]
    assert [store.add_documents([document]), store.add_events([event]), store.add_claims([claim])] == [0, 0, 0]
    assert store.counts() == {"documents": 1, "events": 1, "claims": 1, "runs": 0}


def test_coding_anew_replaces_what_the_older_coding_gave(store: Store, make_document: Make, make_event: Make) -> None:
    document, other = make_document(), make_document()
    old, new, kept = make_event(document=document), make_event(document=document), make_event(document=other)
    store.replace_document(document, [old], version="1")
    store.replace_document(other, [kept], version="1")
    store.replace_document(document, [new], version="2")
    assert {event.id for event in store.events()} == {new.id, kept.id}
    assert store.coded_document_ids("1") == {other.id}
    assert store.coded_document_ids("2") == {document.id}


def test_a_document_that_fails_on_the_way_leaves_nothing_behind(
    store: Store, make_document: Make, make_event: Make
) -> None:
    document = make_document()
    broken = make_event(document=document, date=EventDate(start="2020-02-31", end="2020-02-31", basis="explicit"))
    with pytest.raises(StoreError, match="a row of events cannot be written"):
        store.replace_document(document, [broken], version="1")
    assert store.counts()["documents"] == 0


def test_adding_a_document_again_keeps_its_coding(store: Store, make_document: Make) -> None:
    document = make_document()
    store.replace_document(document, [], version="1")
    store.add_documents([document])
    assert store.coded_document_ids("1") == {document.id}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"a": "AZE"}, ["signed", "shelled"]),
        ({"a": "ISR", "b": "AZE"}, ["signed"]),
        ({"b": "ARM"}, ["shelled"]),
        ({"a": "GEO"}, []),
        ({"start": "2020-06-01"}, ["shelled"]),
        ({"end": "2020-06-01"}, ["signed"]),
        ({"as_of": "2020-05-31"}, []),  # done in March, told in June
        ({"as_of": "2020-06-30"}, ["signed"]),
        ({"document": "d1"}, ["shelled"]),
        ({"documents": ["d0", "nowhere"]}, ["signed"]),
        ({"documents": ["d1", "d0"], "a": "AZE"}, ["signed", "shelled"]),
        ({"documents": []}, []),
        ({"ids": ["shelled", "nowhere"]}, ["shelled"]),
    ],
)
def test_events_are_found_by_pair_day_and_document(
    store: Store, make_event: Make, question: dict[str, Any], found: list[str]
) -> None:
    store.add_events(
        [
            make_event(id="signed", date="2020-03-01", reported="2020-06-01"),
            make_event(id="shelled", source="ARM", target="AZE", event="ASSAULT", date="2020-09-27", document="d1"),
        ]
    )
    assert [event.id for event in store.events(**question)] == found


def test_as_of_a_day_before_its_document_was_published_an_event_is_unknown(
    store: Store, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    document = make_document(published="2020-03-01")
    undated = make_document(published=None)
    store.replace_document(
        document, [make_event(document=document, reported="2020-01-01")], [make_claim(document=document)]
    )
    store.replace_document(undated, [make_event(id="known", document=undated, reported="2020-01-01")])
    assert [event.id for event in store.events(as_of="2020-02-01")] == ["known"]
    assert list(store.claims(as_of="2020-02-01")) == []
    assert list(store.documents(as_of="2020-02-01")) == [undated]
    assert len(list(store.claims("ISR", "AZE", as_of="2020-03-01"))) == 1


def test_a_run_is_kept_with_its_inputs_and_counts(store: Store) -> None:
    run = store.begin_run("comity code news", "0.1.0", {"news.jsonl": "abc"}, started="2020-01-01T00:00:00")
    assert store.runs()[0].finished is None
    store.finish_run(run, {"events": 7}, finished="2020-01-01T00:01:00")
    assert store.runs() == (
        Run(
            id=run,
            started="2020-01-01T00:00:00",
            finished="2020-01-01T00:01:00",
            version="0.1.0",
            command="comity code news",
            inputs={"news.jsonl": "abc"},
            counts={"events": 7},
        ),
    )


def test_more_rows_than_one_batch_go_in(store: Store, make_event: Make) -> None:
    event = json.loads(json.dumps({"document": "d"}))
    assert store.add_events(make_event(id=f"e{number}", **event) for number in range(5_001)) == 5_001
    assert len(list(store.events())) == 5_001


def test_a_store_keeps_what_it_holds_on_disk(tmp_path: Path, make_event: Make) -> None:
    event = make_event()
    with Store.open(tmp_path / "ledger.duckdb") as store:
        store.add_events([event])
    with Store.open(tmp_path / "ledger.duckdb", read_only=True) as store:
        assert list(store.events()) == [event]


def test_the_tables_go_out_as_parquet(tmp_path: Path, store: Store, make_document: Make, make_event: Make) -> None:
    document = make_document()
    store.replace_document(document, [make_event(document=document, contexts=("economic",))])
    files = store.export(tmp_path / "it's out")
    sql = "SELECT source, target, contexts, dimension FROM read_parquet(?)"
    rows = duckdb.connect().execute(sql, [str(files["events"])])
    assert rows.fetchall() == [("AZE", "ISR", ["economic"], "economic")]


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda path: path.write_text("id,event\n" * 1000), "is not a Comity store"),
        (lambda path: path.write_text(""), "is not a Comity store"),
        (lambda path: duckdb.connect(str(path)).execute("CREATE TABLE t (x INT)").close(), "is not a Comity store"),
        (lambda path: path.mkdir(), "a directory"),
    ],
)
def test_what_is_no_store_is_refused(tmp_path: Path, make: Callable[[Path], object], fault: str) -> None:
    path = tmp_path / "ledger.duckdb"
    make(path)
    with pytest.raises(StoreError, match=fault):
        Store.open(path)


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("name", ["news.jsonl", "news.csv", "news.json", "news.parquet"])
def test_a_file_that_duckdb_would_read_as_a_table_is_no_store(tmp_path: Path, name: str, read_only: bool) -> None:
    path = tmp_path / name
    path.write_text('{"text": "A report."}\n', encoding="utf-8")
    with pytest.raises(StoreError) as refused:
        Store.open(path, read_only)
    assert str(refused.value) == f"{path}: is not a Comity store (give the file that `comity code --store` wrote)"
    assert path.read_text(encoding="utf-8") == '{"text": "A report."}\n'


def test_a_store_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        Store.open(tmp_path / "none.duckdb", read_only=True)


def test_a_store_of_another_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with Store.open(path):
        pass
    duckdb.connect(str(path)).execute("UPDATE schema_version SET version = 0").close()
    with pytest.raises(StoreError, match=r"written with schema 0, this Comity reads schema 3"):
        Store.open(path)


def test_a_store_that_another_process_writes_to_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    with Store.open(path):
        code = f"from comity.store import Store\ntry:\n Store.open({str(path)!r}, wait=0.1)\nexcept Exception as e: print(e)"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert (
        f"another process or connection has the store open: {Path(sys.executable).resolve().name}, process {os.getpid()}"
        in told
    )
