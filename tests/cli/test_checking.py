"""check: one document against a small store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
ARTICLE = "The year began well, for once. Israel helped Azerbaijan.\n\nThe regime in Tehran must not ignore it.\n"


@pytest.fixture(autouse=True)
def coded(run: Run, news: Path) -> None:
    assert run("code", str(news), "--store", "comity.duckdb").exit_code == 0
    Path("article.txt").write_text(ARTICLE, encoding="utf-8")


def test_check_shows_all_its_parts_within_80_columns(run: Run) -> None:
    result = run("check", "article.txt", "--date", "2020-01-11")
    assert result.exit_code == 0
    for words in (
        "Israel → Azerbaijan: aid",
        "corroborated by 1 independent publisher",
        "The Wire, 2020-01-10 tells it too",
        "prescription: must not ignore",
        "government, leadership",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_check_as_json_is_a_line_a_document(run: Run, news: Path) -> None:
    result = run("check", "article.txt", str(news), "--date", "2020-01-11", "--json")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(told) == 6
    assert [event["corroboration"] for event in told[0]["events"]] == [1]


def test_as_of_a_day_before_the_record_nothing_corroborates(run: Run) -> None:
    result = run("check", "article.txt", "--date", "2020-01-11", "--as-of", "2020-01-09", "--json")
    assert [event["corroboration"] for event in json.loads(result.stdout)["events"]] == [0]


def test_check_writes_one_page(run: Run) -> None:
    result = run("check", "article.txt", "--date", "2020-01-11", "--html", "check.html")
    assert result.stdout == "check.html\n"
    assert "Israel helped Azerbaijan." in Path("check.html").read_text(encoding="utf-8")


def test_check_changes_no_store(run: Run) -> None:
    before = Path("comity.duckdb").read_bytes()
    run("check", "article.txt", "--date", "2020-01-11")
    assert Path("comity.duckdb").read_bytes() == before


def test_an_input_that_cannot_be_read_costs_only_itself(run: Run) -> None:
    result = run("check", "absent.txt", "article.txt", "--date", "2020-01-11")
    assert result.exit_code == 1
    assert "Israel → Azerbaijan: aid" in result.stdout
    assert result.stderr == "error: absent.txt: does not exist (check the path)\n"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--store", "absent.duckdb"], "absent.duckdb: there is no store"),
        (["--json", "--html", "check.html"], "--json and --html ask for two things"),
        (["--html", "no/such/check.html"], "no/such/check.html: No such file or directory"),
    ],
)
def test_a_call_that_cannot_be_answered_is_one_line(run: Run, arguments: list[str], fault: str) -> None:
    result = run("check", "article.txt", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {fault}")
