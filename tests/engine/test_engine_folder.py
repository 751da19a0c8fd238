"""A folder of Parquet: by year, whole files only, with a manifest that tells all, and gone on with shard by shard."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from comity.app.coding import ALONE, Crew, code, code_to_folder
from comity.engine.folder import Folder
from comity.errors import ComityError
from comity.records import to_dict
from comity.sources import Failure
from comity.store import Store

WORDS = "engine_coders:words"
CREW = Crew(shard=8_000)


@pytest.fixture
def news(rows_of: Any, write_lines: Any) -> Path:
    rows = rows_of(120, special={5: "RAISE"})
    rows[9]["language"] = "fr"
    del rows[11]["published"]
    return Path(write_lines(rows))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def records(folder: Path) -> list[str]:
    rows = duckdb.sql(f"SELECT record FROM '{folder}/events/*/*.parquet' ORDER BY record").fetchall()
    return [row[0] for row in rows]


def test_the_events_are_those_that_code_gives_whoever_writes_them(news: Path, tmp_path: Path) -> None:
    report = code_to_folder([news], str(tmp_path / "one"), coder=WORDS, crew=CREW)
    code_to_folder([news], str(tmp_path / "two"), coder=WORDS, crew=Crew(workers=2, shard=8_000))
    coded = list(code([news], coder=WORDS))
    events = [json.dumps(to_dict(e)) for one in coded if not isinstance(one, Failure) for e in one.events]
    assert records(tmp_path / "one") == sorted(events)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert list(report.failures) == [one for one in coded if isinstance(one, Failure)]
    assert report.undated == (f"{news}:12",)
    assert report.counts["events"] == len(events)


def test_rows_lie_by_the_year_of_their_document(news: Path, tmp_path: Path) -> None:
    code_to_folder([news], str(tmp_path / "out"), coder=WORDS, crew=CREW)
    for table, column in (("documents", "published"), ("events", "reported")):
        rows = duckdb.sql(
            f"""SELECT DISTINCT regexp_extract(filename, 'year=(\\w+)', 1), year({column})
                FROM read_parquet('{tmp_path}/out/{table}/*/*.parquet', filename = true) ORDER BY ALL"""
        ).fetchall()
        assert [row for row in rows if row[0] != "unknown"] == [("2019", 2019), ("2020", 2020), ("2021", 2021)]
        assert len([row for row in rows if row[0] == "unknown"]) == 1


def test_the_manifest_names_each_file_with_its_digest_and_counts(news: Path, tmp_path: Path) -> None:
    code_to_folder([news], str(tmp_path / "out"), coder=WORDS, crew=CREW)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    named = {file["path"]: file for shard in manifest["shards"] for file in shard["files"]}
    there = {name: data for name, data in files(tmp_path / "out").items() if name.endswith(".parquet")}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in there.items()} == {
        name: file["sha256"] for name, file in named.items()
    }
    for table in ("documents", "events", "claims"):
        assert manifest[table] == sum(file["rows"] for name, file in named.items() if name.startswith(table))
    assert (manifest["documents"], manifest["failures"]) == (120, 2)
    parts = [(shard["inputs"][0]["start"], shard["inputs"][0]["end"]) for shard in manifest["shards"]]
    assert [start for start, _ in parts] == [0, *(end for _, end in parts[:-1])]
    assert parts[-1][1] == news.stat().st_size


def test_what_is_there_is_not_coded_again_until_its_input_changes(
    news: Path, tmp_path: Path, rows_of: Any, write_lines: Any
) -> None:
    out = tmp_path / "out"
    first = code_to_folder([news], str(out), coder=WORDS, crew=CREW)
    again = code_to_folder([news], str(out), coder="engine_coders:broken", crew=CREW)
    assert (again.resumed, again.counts, again.failures) == (first.shards, first.counts, first.failures)
    other = write_lines(rows_of(40, seed=2), "other.jsonl")
    code_to_folder([other], str(out), coder=WORDS, crew=CREW)
    news.write_text("".join(news.read_text().splitlines(keepends=True)[:60]))
    (out / "events" / "year=2019" / "left.parquet").write_bytes(b"what a run left that was killed")
    changed = code_to_folder([news], str(out), coder=WORDS, crew=CREW)
    assert changed.resumed == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["documents"] == 60 + 40
    assert {Path(shard["inputs"][0]["path"]).name for shard in manifest["shards"]} == {"news.jsonl", "other.jsonl"}
    assert len(records(out)) == manifest["events"]


def test_a_poison_document_is_set_aside_and_the_rest_of_its_shard_is_written(
    tmp_path: Path, rows_of: Any, write_lines: Any
) -> None:
    news = write_lines(rows_of(100, special={70: "ABORT"}))
    report = code_to_folder([news], str(tmp_path / "out"), coder=WORDS, crew=Crew(workers=2, shard=10**6))
    (failure,) = report.failures
    assert failure.place == f"{news}:71" and "SIGABRT" in failure.problem
    assert report.counts["documents"] == 100
    assert len(records(tmp_path / "out")) == report.counts["events"]
    events = duckdb.sql(f"SELECT count(DISTINCT document) FROM '{tmp_path}/out/events/*/*.parquet'").fetchall()
    assert events == [(99,)]


def test_a_folder_may_be_an_address(news: Path, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    address = f"memory://engine/{tmp_path.name}"
    code_to_folder([news], address, coder=WORDS, crew=CREW)
    code_to_folder([news], str(tmp_path / "out"), coder=WORDS, crew=CREW)
    memory = fsspec.filesystem("memory")
    root = f"/engine/{tmp_path.name}/"
    assert {name.removeprefix(root): memory.cat_file(name) for name in memory.find(root)} == files(tmp_path / "out")
    assert code_to_folder([news], address, coder="engine_coders:broken", crew=CREW).resumed > 2
    with pytest.raises(ComityError, match="own memory"):
        code_to_folder([news], address, coder=WORDS, crew=Crew(workers=2))


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ComityError, match=r"file/shards/x\.json: cannot be written: Not a directory"):
        Folder(str(tmp_path / "file")).write("shards/x.json", b"{}")
    assert list(tmp_path.rglob("*.part")) == []


def test_a_store_takes_a_folder_in(news: Path, tmp_path: Path, contents: Any) -> None:
    code_to_folder([news], str(tmp_path / "out"), coder=WORDS, crew=CREW)
    with Store.open(tmp_path / "restored.duckdb") as store:
        store.restore(tmp_path / "out")
    with Store.open(tmp_path / "coded.duckdb") as store:
        for _ in code([news], store=store, coder=WORDS, crew=ALONE):
            pass
    assert contents(tmp_path / "restored.duckdb") == contents(tmp_path / "coded.duckdb")
