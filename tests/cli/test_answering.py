"""ties, why, blocs, brief and export, asked of a small store."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from typer.testing import Result

from comity.cli.tie_tables import bar
from comity.records import event_from_dict

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def coded(run: Run, news: Path) -> None:
    assert run("code", str(news), "--store", "comity.duckdb").exit_code == 0


def test_ties_shows_names_and_course_within_80_columns(run: Run) -> None:
    result = run("ties", "israel", "AZE")
    assert "Israel – Azerbaijan" in result.stdout
    assert "2020-01" in result.stdout and "2020-06" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_ties_leaves_out_quiet_months_unless_asked(run: Run) -> None:
    assert "2020-03" not in run("ties", "ISR", "AZE").stdout
    assert "2020-03" in run("ties", "ISR", "AZE", "--all").stdout


def test_ties_as_json_is_the_whole_course(run: Run) -> None:
    told = json.loads(run("ties", "ISR", "AZE", "--json", "--period", "quarter").stdout)
    assert (told["a"], told["b"], told["names"]) == ("ISR", "AZE", {"a": "Israel", "b": "Azerbaijan"})
    assert [tie["period"] for tie in told["course"]] == ["2020-Q1", "2020-Q2"]


def test_as_of_a_day_later_reports_are_unknown(run: Run) -> None:
    told = json.loads(run("ties", "ISR", "AZE", "--json", "--as-of", "2020-02-01").stdout)
    assert sum(len(tie["events"]) for tie in told["course"]) == 1


def test_each_dimension_has_its_table(run: Run) -> None:
    assert "economic side" in run("ties", "ISR", "AZE", "--dimension", "each").stdout


def test_a_tie_without_a_record_says_so(run: Run) -> None:
    result = run("ties", "Chile", "Nepal")
    assert (result.exit_code, result.stdout) == (0, "Nothing is on record between Chile and Nepal.\n")


def test_why_names_the_third_party_with_its_sentences_and_the_claim_as_a_claim(run: Run) -> None:
    result = run("why", "ISR", "AZE")
    for words in (
        "1. Iran",
        "“Iran hurt Israel.”",
        "“Iran hurt Azerbaijan.”",
        "The Wire",
        "claim: Iran",
        "[interested]",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_why_as_json_gives_drivers_with_events_and_claims(run: Run) -> None:
    told = json.loads(run("why", "ISR", "AZE", "--json").stdout)
    (iran,) = told["drivers"]
    assert (iran["third"], iran["name"]) == ("IRN", "Iran")
    assert iran["pressure"] > 0
    assert {(event["source"], event["target"]) for event in iran["events"]} == {("IRN", "ISR"), ("IRN", "AZE")}
    assert [claim["interested"] for claim in iran["claims"]] == [True]


def test_why_without_interested_drops_what_only_they_say(run: Run) -> None:
    told = json.loads(run("why", "ISR", "AZE", "--json", "--without-interested").stdout)
    assert told["claims"] == []


def test_blocs_shows_camps_proof_census_and_triads_within_80_columns(run: Run) -> None:
    result = run("blocs")
    for words in ("Azerbaijan, Israel", "proven, no parting fits better", "Triads", "+−−", "expected"):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_blocs_as_json_carries_everything(run: Run) -> None:
    told = json.loads(run("blocs", "--json", "--draws", "5").stdout)
    assert told["camps"] == [["AZE", "ISR"], ["IRN"]]
    assert (told["exact"], told["weighted"]["proven"], told["weighted"]["lower"]) == (True, True, told["frustration"])
    assert {row["kind"] for row in told["census"]["types"]} == {"+++", "+--", "++-", "---"}
    assert [place["actor"] for place in told["places"]] == ["AZE", "IRN", "ISR"]
    assert {"between", "certificate", "triads", "apart", "anchors"} <= told.keys() | told["weighted"].keys()


@pytest.mark.parametrize("arguments", [["--fast"], ["--camps", "auto"], ["--camps", "3"], ["--draws", "0"]])
def test_blocs_answers_in_each_way_of_asking(run: Run, arguments: list[str]) -> None:
    result = run("blocs", *arguments)
    assert (result.exit_code, "Camp 1" in result.stdout) == (0, True)


def test_blocs_over_time_shows_a_row_for_each_period(run: Run) -> None:
    result = run("blocs", "--over", "quarter", "--draws", "0")
    assert "2020-Q1" in result.stdout and "2020-Q2" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    told = json.loads(run("blocs", "--over", "quarter", "--draws", "0", "--json").stdout)
    assert [each["period"] for each in told["course"]] == ["2020-Q1", "2020-Q2"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["ties", "Izrael", "AZE"], "'Izrael': no such actor (did you mean Israel (ISR)"),
        (["why", "ISR", "Israel"], "'ISR' and 'Israel' are both ISR (name different actors)"),
        (["ties", "ISR", "AZE", "--store", "absent.duckdb"], "absent.duckdb: there is no store"),
        (
            ["why", "ISR", "AZE", "--store", "notes.duckdb"],
            "notes.duckdb: is not a Comity store (give the file that `comity code --store` wrote)",
        ),
        (["blocs", "--over", "year", "--camps", "auto"], "--over follows a number of camps through time"),
        (["export", "--format", "parquet"], "Parquet is written into a folder; name one"),
        (["brief", "ISR", "AZE", "--out", "no/such/folder/b.html"], "no/such/folder/b.html: No such file or directory"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(run: Run, arguments: list[str], fault: str) -> None:
    Path("notes.duckdb").write_text("These are notes. " * 500)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: {fault}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ties", "ISR"],
        ["ties", "ISR", "AZE", "--as-of", "2020-13-01"],
        ["ties", "ISR", "AZE", "--period", "week"],
        ["ties", "ISR", "AZE", "--half-life", "0"],
        ["blocs", "--camps", "1"],
        ["nonsense"],
    ],
)
def test_a_wrong_call_is_answered_with_2(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_debug_raises_the_error(run: Run) -> None:
    with pytest.raises(Exception, match="no such actor"):
        run("--debug", "ties", "Izrael", "AZE")


def test_brief_writes_one_file_and_says_where(run: Run) -> None:
    result = run("brief", "ISR", "AZE")
    assert result.stdout == "israel-azerbaijan.html\n"
    assert "Iran hurt Azerbaijan." in Path("israel-azerbaijan.html").read_text(encoding="utf-8")


def test_exported_json_lines_are_events(run: Run) -> None:
    lines = run("export", "--format", "jsonl").stdout.splitlines()
    assert [event_from_dict(json.loads(line)).date.start for line in lines] == [
        "2020-01-10",
        "2020-06-10",
        "2020-06-12",
        "2020-06-14",
        "2020-06-20",
    ]


def test_exported_clusters_say_who_tells_an_act(run: Run) -> None:
    told = [json.loads(line) for line in run("export", "--format", "clusters").stdout.splitlines()]
    assert [(item["date"], item["a"], item["b"], item["corroboration"]) for item in told][:2] == [
        ("2020-01-10", "AZE", "ISR", 1),
        ("2020-06-10", "AZE", "ISR", 1),
    ]
    assert sum(len(item["events"]) for item in told) == 5


def test_exported_csv_has_a_row_for_each_event_with_its_sentence(run: Run) -> None:
    assert run("export", "--format", "csv", "--out", "events.csv").stdout == "events.csv\n"
    rows = list(csv.DictReader(io.StringIO(Path("events.csv").read_text(encoding="utf-8"))))
    assert [row["text"] for row in rows][:2] == ["Israel helped Azerbaijan.", "Azerbaijan helped Israel."]
    assert {row["publisher"] for row in rows} == {"The Wire"}


def test_exported_parquet_is_three_tables(run: Run) -> None:
    result = run("export", "--format", "parquet", "--out", "tables")
    assert result.stdout.split() == ["tables/documents.parquet", "tables/events.parquet", "tables/claims.parquet"]
    assert duckdb.sql("SELECT count(*) FROM 'tables/events.parquet'").fetchall() == [(5,)]


def test_exported_parquet_is_read_alike_by_everything(run: Run) -> None:
    """What docs/r.md does with arrow and dplyr, in the data frames that can be had here."""
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq

    run("export", "--format", "parquet", "--out", "tables")
    events, documents = pd.read_parquet("tables/events.parquet"), pd.read_parquet("tables/documents.parquet")
    dyad = events[events.source.eq("IRN") | events.target.eq("IRN")]
    joined = dyad.merge(documents[["id", "title", "url", "interested"]], left_on="document", right_on="id")
    assert sorted(joined.title) == ["Five", "Four", "Three"] and list(joined.interested).count(True) == 1
    assert {len(words) for words in events.auxiliary} == {0}  # a list column, as sapply() wants it
    lazily = pl.scan_parquet("tables/events.parquet").filter(pl.col("reported") <= pl.date(2020, 6, 10)).collect()
    assert lazily["text"].to_list() == ["Israel helped Azerbaijan.", "Azerbaijan helped Israel."]
    types = {field.name: str(field.type) for field in pq.read_schema("tables/events.parquet")}
    assert (types["date_start"], types["reported"], types["score"]) == ("date32[day]", "date32[day]", "double")
    assert types["auxiliary"] == types["contexts"] and types["auxiliary"].startswith("list<")
    assert duckdb.sql("SELECT DISTINCT year(date_start) FROM 'tables/events.parquet'").fetchall() == [(2020,)]


def test_a_folder_parted_by_year_is_read_alike_by_everything(run: Run, news: Path) -> None:
    import polars as pl
    import pyarrow.dataset as ds

    run("code", str(news), "--out", "shards", "--workers", "1")
    by_duckdb = duckdb.sql("SELECT id, year FROM read_parquet('shards/events/*/*.parquet', hive_partitioning = true)")
    by_arrow = ds.dataset("shards/events", partitioning="hive").to_table(columns=["id", "year"]).to_pylist()
    by_polars = pl.read_parquet("shards/events/**/*.parquet", hive_partitioning=True).select("id", "year").rows()
    assert sorted(by_duckdb.fetchall()) == sorted((row["id"], row["year"]) for row in by_arrow) == sorted(by_polars)
    assert {year for _, year in by_polars} == {2020} and len(by_polars) == 5


def test_the_course_and_the_csv_have_what_the_page_for_r_plots(run: Run) -> None:
    course = json.loads(run("ties", "ISR", "AZE", "--json").stdout)["course"]
    assert {"period", "index", "low", "high", "mass"} <= set(course[0])
    assert all(len(one["period"]) == len("2020-01") for one in course)
    run("export", "--format", "csv", "--out", "events.csv")
    header = Path("events.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert {"date_start", "contexts", "auxiliary", "text"} <= set(header)


def test_exported_graph_holds_the_ties_with_sign(run: Run) -> None:
    graph = ElementTree.fromstring(run("export", "--format", "graphml").stdout)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = [node.get("id") for node in graph.iter(f"{space}node")]
    signs = {
        (edge.get("source"), edge.get("target")): float(edge[0].text or 0) > 0 for edge in graph.iter(f"{space}edge")
    }
    assert nodes == ["AZE", "IRN", "ISR"]
    assert signs == {("AZE", "ISR"): True, ("AZE", "IRN"): False, ("IRN", "ISR"): False}


@pytest.mark.parametrize(
    ("index", "low", "high", "drawn"),
    [
        (0.0, 0.0, 0.0, "          ●          "),
        (5.0, 0.0, 8.0, "          │────●───  "),
        (-10.0, -10.0, -5.0, "●─────    │          "),
        (None, None, None, "          │          "),
    ],
)
def test_the_bar_shows_index_and_interval(
    index: float | None, low: float | None, high: float | None, drawn: str
) -> None:
    assert bar(index, low, high, 21) == drawn


def test_ties_of_one_direction_say_which(run: Run) -> None:
    assert "Israel → Azerbaijan" in run("ties", "ISR", "AZE", "--direction", "ab").stdout
    told = json.loads(run("ties", "ISR", "AZE", "--direction", "ba", "--json").stdout)
    assert told["direction"] == "ba"
    assert {"ab", "ba", "difference", "low", "high"} <= told["asymmetry"][-1].keys()


def test_ties_with_changes_and_likes_fit_80_columns_and_stand_in_the_json(run: Run) -> None:
    result = run("ties", "ISR", "AZE", "--changes", "--like")
    assert "No change of level" in result.stdout and "No other tie" in result.stdout
    told = json.loads(run("ties", "ISR", "AZE", "--changes", "--like", "--json").stdout)
    assert (told["changes"], told["like"]) == ([], [])


def test_all_ties_go_to_one_file_and_come_back_from_another(run: Run, tmp_path: Path) -> None:
    result = run("ties", "--all", "--out", str(tmp_path / "panel.parquet"))
    assert result.exit_code == 0 and "3 ties" in result.stdout
    rows = duckdb.sql(f"SELECT DISTINCT a, b FROM '{tmp_path / 'panel.parquet'}' ORDER BY ALL").fetchall()
    assert rows == [("AZE", "IRN"), ("AZE", "ISR"), ("IRN", "ISR")]
    events = tmp_path / "events.parquet"
    duckdb.sql(
        "SELECT 'AZE' AS source, 'ISR' AS target, 'AID' AS event, 10.0 AS score, DATE '2020-01-01' AS date_start"
    ).write_parquet(str(events))
    told = json.loads(
        run("ties", "--all", "--events", str(events), "--out", str(tmp_path / "x.parquet"), "--json").stdout
    )
    assert told["rows"] == told["ties"] == 1
    assert "+5.0" in run("ties", "ISR", "AZE", "--events", str(events)).stdout


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        ((), "name two actors"),
        (("ISR",), "a tie needs two actors"),
        (("--all",), "--out FILE.parquet"),
        (("--all", "--out", "x.parquet", "--dimension", "each"), "a file for each side"),
        (("ISR", "AZE", "--out", "x.parquet"), "leave out A and B"),
        (("ISR", "AZE", "--events", "absent.parquet"), "no such file"),
    ],
)
def test_ties_without_what_they_need_say_what_to_give(run: Run, arguments: tuple[str, ...], mend: str) -> None:
    result = run("ties", *arguments)
    assert result.exit_code == 2
    assert mend in result.stderr
