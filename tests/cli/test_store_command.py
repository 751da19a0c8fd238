"""`store`: looked through, backed up and restored from the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from comity.store import Store

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def made(run: Run, news: Path) -> None:
    run("code", str(news), "--store", "comity.duckdb")


def test_a_check_tells_what_a_store_holds(run: Run) -> None:
    result = run("store")
    assert result.exit_code == 0
    assert ["documents", "5"] in [line.split() for line in result.stdout.splitlines()]
    assert result.stdout.endswith("schema 3; nothing is wrong\n")
    found = json.loads(run("store", "check", "--json").stdout)
    assert (found["rows"]["events"], found["faults"], found["unfinished"]) == (5, [], 0)


def test_a_check_that_finds_a_fault_ends_with_1(run: Run) -> None:
    with Store.open("comity.duckdb") as store:
        store.execute("DELETE FROM documents WHERE title = 'One'")
    result = run("store", "check", "--json")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].startswith("error: 1 own events without their document, such as ")
    assert json.loads(result.stdout)["faults"][0]["count"] == 1


def test_what_is_backed_up_is_restored(run: Run) -> None:
    assert run("store", "backup", "kept").stdout == "5 documents, 5 events, 1 claim, 1 run → kept\n"
    result = run("store", "restore", "kept", "--store", "new.duckdb")
    assert result.stdout == "5 documents, 5 events, 1 claim, 1 run → new.duckdb\n"
    assert run("store", "--store", "new.duckdb", "--json").exit_code == 0
    assert run("export", "--format", "csv", "--store", "new.duckdb").stdout == run("export", "--format", "csv").stdout


def test_a_folder_of_shards_is_restored_too(run: Run, news: Path) -> None:
    run("code", str(news), "--out", "shards", "--workers", "1")
    result = run("store", "restore", "shards", "--store", "new.duckdb", "--json")
    assert json.loads(result.stdout)["rows"]["events"] == 5


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["store", "backup"], "backup takes a folder: comity store backup FOLDER"),
        (["store", "check", "kept"], "check takes no folder"),
        (["store", "restore", "absent", "--store", "new.duckdb"], "absent: there is no such folder"),
        (["store", "restore", "empty", "--store", "new.duckdb"], "empty: holds no tables of a store"),
        (["store", "restore", "kept"], "holds documents or events already"),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_no_file(run: Run, arguments: list[str], fault: str) -> None:
    run("store", "backup", "kept")
    Path("empty").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert fault in result.stderr
    assert not Path("new.duckdb").exists()
    assert run("store").exit_code == 0
