"""comity load, and what other commands make of loaded events."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comity.cli import app

HEADER = (
    "Event ID|Event Date|Source Name|Source Sectors|Source Country|Event Text|CAMEO Code|Target Name|Target Sectors"
    "|Target Country|Story ID|Sentence Number|Publisher"
).split("|")
ROWS = [
    "1|2018-06-01|Norway|NA|Norway|Sign formal agreement|057|Chile|NA|Chile|47|2|The Daily",
    "2|2018-06-01|Chile|NA|Chile|Sign formal agreement|057|Norway|NA|Norway|47|2|The Daily",
    "3|2018-07-01|Peru|NA|Peru|Criticize or denounce|111|Chile|NA|Chile|48|1|The Weekly",
    "4|2018-07-01|Norway|NA|Norway|Make statement|010|Chile|NA|Chile|49|1|The Weekly",
    "5|2018-07-01|Norway|NA|Norway|Accuse|112|Nobody Known|NA|NA|49|1|The Weekly",
]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    file = tmp_path / "events.2018.tab"
    lines = ["\t".join(HEADER), *(row.replace("|", "\t") for row in ROWS)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def comity(tmp_path: Path) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, [*words, "--store", str(tmp_path / "ledger.duckdb")])
        return result.exit_code, result.stdout, result.stderr

    return run


def test_load_accounts_for_every_row_in_eighty_columns(comity: Run, events: Path) -> None:
    code, out, _ = comity("load", "icews", str(events))
    assert code == 0
    for words in (
        "5 rows",
        "loaded",
        "no PLOVER type",
        "the other side of an act",
        "Nobody Known",
        "state actors: 9 of 9",
    ):
        assert words in out
    assert all(len(line) <= 80 for line in out.splitlines() if "→" not in line)


def test_load_as_json(comity: Run, events: Path) -> None:
    _, out, _ = comity("load", "icews", str(events), "--json")
    found = json.loads(out)
    assert found["rows"] == found["loaded"] + found["present"] + sum(drop["count"] for drop in found["dropped"]) == 5
    assert found["resolution"]["state_share"] == 1.0
    assert found["files"][0]["dropped"][0]["lines"]
    assert [name["name"] for name in found["unknown"]] == ["Nobody Known"]


def test_loading_again_says_that_it_is_there(comity: Run, events: Path) -> None:
    comity("load", "icews", str(events))
    code, out, _ = comity("load", "icews", str(events), "--json")
    assert (code, json.loads(out)["loaded"], json.loads(out)["present"]) == (0, 0, 2)
    assert json.loads(out)["files"][0]["skipped"] is True


def test_a_folder_with_a_broken_file_is_loaded_and_the_file_listed(comity: Run, events: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    code, out, err = comity("load", "icews", str(tmp_path))
    assert (code, "loaded" in out) == (1, True)
    assert "other.csv: is no file of ICEWS" in err


def test_a_dry_run_makes_no_store(comity: Run, events: Path, tmp_path: Path) -> None:
    code, out, _ = comity("load", "icews", str(events), "--dry-run")
    assert (code, "would be loaded" in out) == (0, True)
    assert not (tmp_path / "ledger.duckdb").exists()


def test_an_unknown_set_is_refused(comity: Run, events: Path) -> None:
    assert comity("load", "kedgs", str(events))[0] == 2


def test_ties_and_why_stand_on_loaded_events(comity: Run, events: Path) -> None:
    comity("load", "icews", str(events))
    _, out, _ = comity("ties", "Norway", "Chile", "--json")
    course = json.loads(out)["course"]
    assert [event for tie in course for event in tie["events"]] == ["icews:1"]
    assert course[0]["index"] > 0
    code, out, _ = comity("why", "Norway", "Chile", "--json")
    (event,) = json.loads(out)["direct"]
    assert (code, event["publisher"], event["dataset"], event["origin"]) == (0, "The Daily", "icews", f"{events}:2")
    _, out, _ = comity("why", "Norway", "Chile")
    assert "“Norway: Sign formal agreement: Chile”" in out
    assert "The Daily, 2018-06-01, “ICEWS 1, events.2018.tab:2”" in out


def test_exports_carry_the_row_s_words_and_place(comity: Run, events: Path, tmp_path: Path) -> None:
    import duckdb

    comity("load", "icews", str(events))
    _, out, _ = comity("export", "--format", "csv")
    first = out.splitlines()[1]
    assert "The Daily" in first and "Norway: Sign formal agreement: Chile" in first and f"icews,{events}:2" in first
    comity("export", "--format", "parquet", "--out", str(tmp_path / "out"))
    rows = duckdb.sql(f"""SELECT text, source_text, "end", dataset FROM '{tmp_path}/out/events.parquet' ORDER BY id""")
    assert rows.fetchall()[0] == ("Norway: Sign formal agreement: Chile", "Norway", 36, "icews")
