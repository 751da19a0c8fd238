"""Several processes give what one gives; a process that dies costs nothing but time, and what kills it is named."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import engine_coders
import pytest

from comity.app import coding
from comity.app.coding import CodedDocument, Crew, Progress, code
from comity.engine.plan import shards
from comity.engine.pool import Pool
from comity.engine.running import Finished, run
from comity.engine.work import Known, Seen, Setup
from comity.errors import ComityError
from comity.records import to_dict
from comity.sources import Failure, Options
from comity.store import Store

Rows = Callable[..., list[dict[str, Any]]]
Write = Callable[..., Path]
Contents = Callable[[str | Path], dict[str, list[tuple[Any, ...]]]]
CRAWL = Path(__file__).parent.parent / "sources" / "fixtures" / "warc" / "crawl.warc"
WORDS = "engine_coders:words"
ALONE = Crew(shard=4_000)
TWO = Crew(workers=2, shard=4_000)


def told(outcomes: Iterator[CodedDocument | Failure]) -> list[str]:
    """Everything that comes out, in order, as text."""
    lines = []
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            lines.append(str(outcome))
        else:
            lines.append(json.dumps(to_dict(outcome.document)))
            lines += [json.dumps(to_dict(item)) for item in (*outcome.events, *outcome.claims)]
    return lines


def failures(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not line.startswith("{")]


@pytest.fixture
def many(tmp_path: Path, rows_of: Rows, write_lines: Write) -> list[Path]:
    """200 reports in JSON lines, a web archive packed and unpacked, a table, small files, a broken line, a repeated one, a
    file that is not there."""
    rows = rows_of(200, special={7: "RAISE"})
    rows[20]["language"] = "fr"
    write_lines([*rows, rows[3]])
    with (tmp_path / "news.jsonl").open("a") as more:
        more.write("not json\n")
    records = [b"WARC/1." + rest for rest in (CRAWL.read_bytes() * 2).split(b"WARC/1.")[1:]]
    (tmp_path / "crawl.warc").write_bytes(b"".join(records))
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    table = "text,language\n" + "".join(f'"Norway helped Peru.\nReport {n} on grain.",en\n' for n in range(80))
    (tmp_path / "table.csv").write_text(table)
    for number in range(5):
        (tmp_path / f"small{number}.txt").write_text(f"Kenya helped Japan. It was report {number} on grain.\n")
    return [tmp_path, tmp_path / "absent.txt", tmp_path / "news.jsonl"]


def test_two_processes_give_what_one_gives(many: list[Path], tmp_path: Path, contents: Contents) -> None:
    seen: list[Progress] = []
    results = []
    for name, crew in (("one", ALONE), ("two", TWO)):
        with Store.open(tmp_path / f"{name}.duckdb") as store:
            outcomes = code(many, store=store, coder=WORDS, published="2020-02-02", crew=crew, watch=seen.append)
            results.append(told(outcomes))
            (noted,) = store.runs()
            results.append([json.dumps(dict(noted.counts))])
    assert results[:2] == results[2:]
    # No file cut, and no store that knows copies.
    apart = [re.sub(r'"duplicates_of": "\w+"', '"duplicates_of": null', line) for line in results[0]]
    assert apart != results[0]
    assert apart == told(code(many, coder=WORDS, published="2020-02-02"))
    folded = [told(code(many, coder=WORDS, published="2020-02-02", crew=crew, fold=True)) for crew in (ALONE, TWO)]
    assert folded[0] == folded[1] != apart
    assert contents(tmp_path / "one.duckdb") == contents(tmp_path / "two.duckdb")
    assert len(contents(tmp_path / "one.duckdb")["events"]) > 200
    faults = failures(results[0])
    assert [
        part
        for part in ("absent.txt", "is not JSON", "'fr' is not read", "ValueError: no such thing")
        if not any(part in f for f in faults)
    ] == []
    assert len(faults) == len(set(faults)) + 1  # the broken line of the file that comes twice
    last = seen[-1]
    assert last.bytes == last.total and last.seconds_left == 0


def test_what_is_coded_already_is_read_but_not_coded(tmp_path: Path, rows_of: Rows, write_lines: Write) -> None:
    path = write_lines(rows_of(100))
    with Store.open(tmp_path / "s.duckdb") as store:
        first = told(code([path], store=store, coder=WORDS, crew=TWO))
        again = list(code([path], store=store, coder=WORDS, crew=TWO))
    assert sorted(told(iter(again))) == sorted(first)  # from a store, by date
    assert all(isinstance(one, CodedDocument) and one.resumed for one in again)


def test_a_process_killed_in_the_midst_loses_and_doubles_nothing(
    tmp_path: Path, rows_of: Rows, write_lines: Write, contents: Contents
) -> None:
    rows = rows_of(250, special={150: f"DIE:{tmp_path}/mark1", 151: f"DIE:{tmp_path}/mark2"})
    path = write_lines(rows)
    for mark in ("mark1", "mark2"):
        (tmp_path / mark).touch()
    with Store.open(tmp_path / "one.duckdb") as store:
        expected = told(code([path], store=store, coder="engine_coders:slow", crew=ALONE))
    for mark in ("mark1", "mark2"):
        (tmp_path / mark).unlink()  # each kills a process once
    with Store.open(tmp_path / "two.duckdb") as store:
        assert told(code([path], store=store, coder="engine_coders:slow", crew=TWO)) == expected
    assert (tmp_path / "mark1").exists() and (tmp_path / "mark2").exists()
    assert contents(tmp_path / "two.duckdb") == contents(tmp_path / "one.duckdb")


def test_processes_killed_from_outside_by_their_ids_lose_and_double_nothing(
    tmp_path: Path, rows_of: Rows, write_lines: Write
) -> None:
    path = write_lines(rows_of(250))
    expected = told(code([path], coder="engine_coders:slow", crew=ALONE))
    lines: list[str] = []
    killed: list[int] = []
    with Pool(Setup(options=coding.reading_options(), coder="engine_coders:slow"), 2) as pool:
        seen: set[str] = set()
        for number, answer in enumerate(run(shards([path], Options(), 4_000), pool)):
            if number in (2, 15, 30):
                victim = pool.pids[number % 2]
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
            if not isinstance(answer, Finished):
                for item in answer.found:  # type: ignore[union-attr]
                    assert item.document.id not in seen
                    seen.add(item.document.id)
                    lines += told(iter([CodedDocument(document=item.document, events=item.events, claims=())]))
        assert len(set(killed)) == 3
        assert set(killed).isdisjoint(pool.pids)
    assert lines == expected


def test_a_document_that_kills_or_hangs_is_set_aside_and_named(
    tmp_path: Path, rows_of: Rows, write_lines: Write
) -> None:
    rows = rows_of(150, special={70: "HANG", 72: "ABORT"})
    path = write_lines(rows)
    with Store.open(tmp_path / "s.duckdb") as store:
        lines = told(code([path], store=store, coder=WORDS, crew=Crew(workers=2, shard=20_000, seconds=1.5)))
        for number, how, fault in zip((71, 73), ("longer than 1.5 seconds", "SIGABRT"), failures(lines), strict=True):
            assert fault.startswith(f"{path}:{number}: ") and how in fault and "set aside" in fault
        assert store.counts()["documents"] == 150
        coded = store.coded_document_ids(coding.coding_version())
        assert len(coded) == 148
    others = write_lines([row for number, row in enumerate(rows) if number not in (70, 72)], "others.jsonl")
    expected = told(code([others], coder=WORDS, crew=ALONE))
    assert [json.loads(line).get("trigger") for line in lines if line.startswith("{")] == [
        json.loads(line).get("trigger") for line in expected
    ]


def test_one_process_keeps_a_time_limit_too_where_it_is_watched(rows_of: Rows, write_lines: Write) -> None:
    path = write_lines(rows_of(3, special={1: "HANG"}))
    (fault,) = failures(told(code([path], coder=WORDS, crew=Crew(workers=1, seconds=1.5, watched=True))))
    assert fault.startswith(f"{path}:2: ") and "longer than 1.5 seconds" in fault


def test_a_file_that_kills_its_reader_is_set_aside_and_its_neighbours_are_not(tmp_path: Path) -> None:
    for name in ("a", "c"):
        (tmp_path / f"{name}.txt").write_text(f"Norway helped Peru. It was report {name} on grain.")
    setup = Setup(options=Options(published="2020-01-01", resolve=engine_coders.deadly), coder=WORDS)
    (tmp_path / "b.html").write_text(PAGE)
    with Pool(setup, 1) as pool:
        answers = list(run(shards([tmp_path / "a.txt", tmp_path / "b.html", tmp_path / "c.txt"], setup.options), pool))
    outcomes = [o for answer in answers if not isinstance(answer, Finished) for o in answer.outcomes]  # type: ignore[union-attr]
    assert [getattr(o, "origin", None) or o.place for o in outcomes] == [
        str(tmp_path / n) for n in ("a.txt", "b.html", "c.txt")
    ]
    assert isinstance(outcomes[1], Failure) and "SIGKILL" in outcomes[1].problem


PAGE = """<html><head><title>Views</title></head><body><article><h1>Views</h1><p>By Ann Writer</p>
<p>Norway helped Peru. It was a long report on grain, ships and the price of bread in the towns of the coast.</p>
<p>Ann Writer is a registered lobbyist for the Republic of Peru.</p></article></body></html>"""


def test_a_coder_that_cannot_be_loaded_ends_the_run_with_its_own_words(rows_of: Rows, write_lines: Write) -> None:
    with pytest.raises(ComityError, match="the model is missing"):
        list(code([write_lines(rows_of(5))], coder="engine_coders:broken", crew=TWO))


def test_processes_that_end_while_they_start_end_the_run(rows_of: Rows, write_lines: Write) -> None:
    with pytest.raises(ComityError, match="end while they start"):
        list(code([write_lines(rows_of(5))], coder="engine_coders:stillborn", crew=TWO))


def test_whoever_stops_asking_leaves_no_process_behind(rows_of: Rows, write_lines: Write) -> None:
    with Pool(Setup(coder="engine_coders:slow"), 2) as pool:
        answers = run(shards([write_lines(rows_of(200))], Options(), 4_000), pool)
        next(answers)
        pids = list(pool.pids)
        assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_large_file_without_documents_is_one_failure(tmp_path: Path) -> None:
    (tmp_path / "blank.jsonl").write_text("\n" * 10_000)
    requests = b"WARC/1.0\r\nWARC-Type: request\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    (tmp_path / "requests.warc").write_bytes(requests * 200)
    found = [told(code([tmp_path], coder=WORDS, crew=crew)) for crew in (Crew(), ALONE, TWO)]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 2


def test_a_set_of_ids_takes_any_id() -> None:
    known = Known(["00ff00ff00ff00ff", "ffffffffffffffff", "an id of others", "0000000000000000"])
    assert all(one in known for one in ("00ff00ff00ff00ff", "ffffffffffffffff", "an id of others", "0000000000000000"))
    assert not any(one in known for one in ("00ff00ff00ff00fe", "FFFFFFFFFFFFFFFF", "an id", ""))
    assert len(known) == 4 and len(Known()) == 0 and "x" not in Known()


def test_a_growing_set_of_ids_forgets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comity.engine.work._AT_ONCE", 7)
    ids = [f"{number:016x}" for number in range(0, 100, 3)] + ["an id of others", "another"]
    seen = Seen()
    for place, one in enumerate(ids):
        assert one not in seen
        seen.add(one)
        assert all(earlier in seen for earlier in ids[: place + 1])
    assert f"{1:016x}" not in seen
    assert len(Known(ids)) == len(ids)


def test_small_inputs_need_one_process_and_large_ones_all_cores(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text("x" * 100)
    (tmp_path / "large.txt").write_text("x" * coding.SMALL)
    crew = Crew()
    assert coding.crew_for([tmp_path / "small.txt"], crew).workers == 1
    assert coding.crew_for(["-"], crew).workers == 1
    assert coding.crew_for([tmp_path / "large.txt"], crew).workers == coding.usable_cores()
    assert coding.crew_for([tmp_path / "small.txt"], crew, 3).workers == 3
