"""The store knows which documents are copies, over many runs; and a store of the earlier schema learns it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.errors import StoreError
from comity.records import Document, Event, to_dict
from comity.store import Store
from comity.store.schema import COLUMNS

Make = Callable[..., Any]

# Schema 1, as version 0.1.0 of July 2026 wrote it.
SCHEMA_1 = """
CREATE TABLE documents (id VARCHAR, url VARCHAR, title VARCHAR, publisher VARCHAR, published DATE, language VARCHAR,
    genre VARCHAR, interested BOOLEAN, duplicates_of VARCHAR, version VARCHAR, furniture VARCHAR, interests VARCHAR,
    record VARCHAR);
CREATE TABLE events (id VARCHAR, document VARCHAR, sentence INTEGER, source VARCHAR, source_sector VARCHAR,
    target VARCHAR, target_sector VARCHAR, event VARCHAR, mode VARCHAR, contexts VARCHAR[], dimension VARCHAR,
    quad VARCHAR, score DOUBLE, cameo VARCHAR, reciprocal BOOLEAN, auxiliary VARCHAR[], date_start DATE, date_end DATE,
    date_basis VARCHAR, place VARCHAR, attribution VARCHAR, speaker VARCHAR, reported DATE, confidence DOUBLE,
    link VARCHAR, rule VARCHAR, record VARCHAR);
CREATE TABLE claims (id VARCHAR, document VARCHAR, a VARCHAR, b VARCHAR, third VARCHAR, direction TINYINT,
    reported DATE, record VARCHAR);
CREATE TABLE runs (id VARCHAR, started VARCHAR, finished VARCHAR, version VARCHAR, command VARCHAR, inputs VARCHAR,
    counts VARCHAR);
CREATE TABLE schema_version (version INTEGER);
INSERT INTO schema_version VALUES (1);
"""


def text(words: int = 60, changed: int = 0, seed: int = 1) -> str:
    chance = random.Random(seed)
    made = [f"word{chance.randrange(500)}" for _ in range(words)]
    return " ".join([*made[: words - changed], *(f"new{number}" for number in range(changed))])


def copies(make_document: Make, count: int = 3) -> list[Document]:
    return [make_document(text=text(changed=place), published=f"2020-01-{place + 1:02d}") for place in range(count)]


def heads(store: Store) -> dict[str, str | None]:
    return {document.id: document.duplicates_of for document in store.documents()}


def test_a_copy_names_its_head_when_it_comes_back(make_document: Make) -> None:
    first, second, third = copies(make_document)
    with Store.open(":memory:") as store:
        store.add_documents([third, second])
        assert heads(store) == {second.id: None, third.id: second.id}
        store.replace_document(first, [])
        assert heads(store) == {first.id: None, second.id: first.id, third.id: first.id}
        assert store.document(third.id) == replace(third, duplicates_of=first.id)


def test_writing_twice_changes_no_story(make_document: Make) -> None:
    documents = copies(make_document)
    with Store.open(":memory:") as store:
        store.add_documents(documents)
        before = heads(store)
        store.add_documents(documents)
        store.replace_documents([(document, [], []) for document in documents])
        assert heads(store) == before
        assert store.query("SELECT count(*) FROM sketches") == [(3,)]


def test_what_a_document_says_of_itself_does_not_count(make_document: Make) -> None:
    lone = replace(make_document(text=text()), duplicates_of="nowhere")
    with Store.open(":memory:") as store:
        store.add_documents([lone])
        assert heads(store) == {lone.id: None}


def test_a_story_goes_on_when_the_store_is_opened_again(tmp_path: Path, make_document: Make) -> None:
    first, second, third = copies(make_document)
    for document in (second, third, first):
        with Store.open(tmp_path / "ledger.duckdb") as store:
            store.add_documents([document])
    with Store.open(tmp_path / "ledger.duckdb", read_only=True) as store:
        assert heads(store) == {first.id: None, second.id: first.id, third.id: first.id}


def test_a_document_redated_far_away_leaves_its_story(tmp_path: Path, make_document: Make) -> None:
    first, second, _ = copies(make_document)
    with Store.open(tmp_path / "ledger.duckdb") as store:
        store.add_documents([first, second])
    with Store.open(tmp_path / "ledger.duckdb") as store:
        store.replace_document(make_document(text=first.text, published="2021-06-01"), [])
        assert heads(store) == {first.id: None, second.id: None}


def test_what_was_rolled_back_is_nobodys_head(make_document: Make, make_event: Make) -> None:
    first, second, _ = copies(make_document)
    with Store.open(":memory:") as store:
        broken = make_event(document=first, id="x", reported="2020-02-31")
        with pytest.raises(StoreError):
            store.replace_document(first, [broken])
        store.add_documents([second])
        assert heads(store) == {second.id: None}


def test_a_document_with_an_impossible_date_is_refused(make_document: Make) -> None:
    with Store.open(":memory:") as store, pytest.raises(StoreError, match="a row of documents cannot be written"):
        store.add_documents([make_document(text=text(), published="2020-02-31")])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.none() | st.integers(1, 60), min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
    reopened=st.booleans(),
)
def test_the_order_in_which_runs_bring_copies_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    make_document: Make,
    days: list[int | None],
    order: random.Random,
    reopened: bool,
) -> None:
    documents = [
        make_document(
            text=text(changed=4 * place), published=day and f"2020-{1 + (day - 1) // 30:02d}-{1 + (day - 1) % 28:02d}"
        )
        for place, day in enumerate(days)
    ]
    with Store.open(":memory:") as store:
        store.add_documents(documents)
        wanted = heads(store)
    order.shuffle(documents)
    path = tmp_path_factory.mktemp("store") / "ledger.duckdb"
    store = Store.open(path)
    for document in documents:
        if reopened:
            store.close()
            store = Store.open(path)
        store.add_documents([document])
    assert heads(store) == wanted
    store.close()


def schema_1(path: Path, documents: list[Document], events: list[Event]) -> None:
    """A store as the earlier Comity wrote it."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(SCHEMA_1)
        for document in documents:
            connection.execute(
                "INSERT INTO documents (id, published, interested, interests, record) VALUES (?, ?, false, '[]', ?)",
                [document.id, document.published.date, json.dumps(to_dict(document))],
            )
        for event in events:
            connection.execute(
                """INSERT INTO events (id, document, source, target, event, score, reciprocal, auxiliary, date_start,
                       date_end, reported, link, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [event.id, event.document, event.source.actor, event.target and event.target.actor, event.event,
                 event.score, event.reciprocal, list(event.auxiliary), event.date.start, event.date.end,
                 event.reported, event.link, json.dumps(to_dict(event))],
            )  # fmt: skip


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_of_the_earlier_schema_is_brought_up_to_date(
    tmp_path: Path, make_document: Make, make_event: Make, read_only: bool
) -> None:
    path = tmp_path / "ledger.duckdb"
    first, second, third = copies(make_document)
    event = make_event(document=first)
    schema_1(path, [second, third, first], [event])
    with Store.open(path, read_only=read_only) as store:
        assert heads(store) == {first.id: None, second.id: first.id, third.id: first.id}
        assert list(store.events()) == [event]
        assert store.query("SELECT trigger FROM events") == [("signed",)]
        assert store.query("SELECT version FROM schema_version") == [(3,)]
        found = store.query("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal")
        assert {row for row in found if row[0] != "schema_version"} == {
            (table, column) for table, columns in COLUMNS.items() for column in columns
        }
    with Store.open(path) as store:
        assert store.add_events([make_event(document=second)]) == 1


def test_a_store_that_may_not_be_written_is_not_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.duckdb"
    schema_1(path, [], [])
    real = duckdb.connect

    def refusing(name: str, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        if not read_only:
            raise duckdb.IOException(f'IO Error: Cannot open file "{name}": Permission denied')
        return real(name, read_only=read_only)

    monkeypatch.setattr("comity.store.opening.duckdb.connect", refusing)
    with pytest.raises(
        StoreError, match=r"of an earlier schema, .* cannot be opened: .*Permission denied .*permissions"
    ):
        Store.open(path, read_only=True)


def test_sketches_of_another_version_are_made_anew(tmp_path: Path, make_document: Make) -> None:
    path = tmp_path / "ledger.duckdb"
    first, second, third = copies(make_document)
    with Store.open(path) as store:
        store.add_documents([first, second])
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE sketches SET minhash = 'older'::BLOB")
    with Store.open(path) as store:
        store.add_documents([third])
        assert heads(store) == {first.id: None, second.id: first.id, third.id: first.id}


def test_what_is_too_short_to_have_copies_is_looked_at_once(
    tmp_path: Path, make_document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.duckdb"
    with Store.open(path) as store:
        store.add_documents([make_document(text="Too short."), *copies(make_document, 2)])
        store.add_documents([make_document(text="Too short, too.")])

    def asked(documents: Any) -> Any:
        raise AssertionError("sketched again")

    with monkeypatch.context() as patched:
        patched.setattr("comity.store.store.sketches", asked)
        Store.open(path).close()
    with Store.open(path) as store:
        first, second = copies(make_document, 2)
        assert heads(store)[second.id] == first.id  # and who has copies is known as before


def test_documents_that_an_earlier_comity_left_without_a_row_are_sketched_when_the_store_is_opened(
    tmp_path: Path, make_document: Make
) -> None:
    path = tmp_path / "ledger.duckdb"
    first, second = copies(make_document, 2)
    with Store.open(path) as store:
        store.add_documents([make_document(text="Too short."), first, second])
        store.execute("DELETE FROM sketches WHERE minhash IS NULL OR document = ?", [second.id])
        store.execute("UPDATE documents SET duplicates_of = NULL")
    with Store.open(path) as store:
        assert store.query("SELECT count(*) FROM sketches") == [(3,)]
        assert heads(store)[second.id] == first.id
