"""why with something left out, and forecast, asked of a small store."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from comity.store import Store

Run = Callable[..., Result]
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def stored(run: Run, make_document: Make, make_event: Make) -> None:
    """Azerbaijan and Israel sign, once in each month of 2020; Iran accuses both, in an official paper."""
    herald = make_document(id="herald", publisher="The Herald", published="2020-01-01")
    office = make_document(id="office", publisher="The Office", published="2020-01-01", genre="official")
    with Store.open("comity.duckdb") as store:
        store.replace_document(
            herald,
            [make_event(document=herald, date=f"2020-{m:02d}-01", reported=f"2020-{m:02d}-01") for m in range(1, 13)],
        )
        store.replace_document(
            office,
            [
                make_event(
                    id=target, document=office, source="IRN", target=target, event="ACCUSE", date="2020-06-01",
                    reported="2020-06-01",
                )
                for target in ("AZE", "ISR")
            ],
        )  # fmt: skip


def test_why_with_a_drop_prints_what_it_changes_within_80_columns(run: Run) -> None:
    result = run("why", "ISR", "AZE", "--drop-actor", "Iran", "--drop-period", "2020-12-01/2020-12-31")
    assert result.exit_code == 0
    assert "What if: without Iran; what happened from 2020-12-01 to 2020-12-31" in result.stdout
    assert "3 reports go" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_why_with_a_drop_gives_base_counterfactual_and_differences(run: Run) -> None:
    base = json.loads(run("why", "ISR", "AZE", "--json").stdout)
    told = json.loads(run("why", "ISR", "AZE", "--json", "--drop-actor", "Iran").stdout)
    assert "differences" not in base
    assert told["dropped"]["actors"] == ["IRN"] and told["dropped"]["events"] == ["AZE", "ISR"]
    assert told["base"]["structural"] == base["structural"] > 0
    assert told["counterfactual"]["structural"] == told["structural"] == 0
    assert told["differences"]["structural"] == pytest.approx(-base["structural"])
    assert told["drivers"] == [] and base["drivers"][0]["contribution"] == 1.0
    assert [driver["third"] for driver in told["differences"]["drivers"]] == ["IRN"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--drop-publisher", "The Office"],
        ["--drop-document", "office"],
        ["--without-interested"],
        ["--drop-period", "2020-06-01/2020-06-01"],
    ],
)
def test_each_way_of_leaving_out_takes_the_third_party_away(run: Run, arguments: list[str]) -> None:
    told = json.loads(run("why", "ISR", "AZE", "--json", *arguments).stdout)
    assert [driver["third"] for driver in told["base"]["drivers"]] == ["IRN"]
    assert told["counterfactual"]["drivers"] == []


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--drop-period", "2020"], "is no period (write it as 2020-01-01/2020-12-31, both days included)"),
        (["--drop-period", "2020-02-01/2020-01-01"], "ends before it begins (turn the two days round)"),
        (["--drop-actor", "ISR"], "ISR is of the tie itself; without it there is no tie (drop a third party)"),
        (["--drop-actor", "Nowhere"], "no such actor"),
    ],
)
def test_what_cannot_be_left_out_is_refused(run: Run, arguments: list[str], fault: str) -> None:
    result = run("why", "ISR", "AZE", *arguments)
    assert result.exit_code == 2
    assert fault in result.stderr


def test_a_forecast_of_a_small_store_says_that_it_is_persistence(run: Run) -> None:
    result = run("forecast", "ISR", "AZE", "--as-of", "2020-12-31")
    assert result.exit_code == 0
    assert "Israel – Azerbaijan, 2020-12-31 to 2021-01-31" in result.stdout
    assert "The index is taken to stay as it is" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_forecast_as_json_has_every_field(run: Run) -> None:
    told = json.loads(run("forecast", "ISR", "AZE", "--json", "--period", "quarter", "--as-of", "2020-12-31").stdout)
    assert (told["target"], told["method"], told["index"]) == ("2021-03-31", "persistence", told["now"])
    assert told["names"] == {"a": "Israel", "b": "Azerbaijan"}
    assert {"low", "high", "level", "moves", "sign_change", "rise", "silent", "mass", "note", "effects"} <= set(told)


def test_a_forecast_of_a_tie_without_a_record_says_so(run: Run) -> None:
    result = run("forecast", "Chile", "Nepal")
    assert result.exit_code == 0
    assert "silence is not neutrality" in result.stdout
