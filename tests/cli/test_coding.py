"""read, code and relate: what comes out, what is skipped, and what a bad input costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import Result

from comity.app.coding import CodedDocument, code
from comity.cli.coding import related
from comity.records import document_from_dict, event_from_dict
from comity.sources import Failure
from comity.store import Store

Run = Callable[..., Result]


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_read_prints_documents_as_json_lines(run: Run, news: Path) -> None:
    result = run("read", str(news))
    documents = [document_from_dict(row) for row in rows(result)]
    assert result.exit_code == 0
    assert [document.title for document in documents] == ["One", "Two", "Three", "Four", "Five"]


def test_read_names_the_head_of_a_copy_when_asked(run: Run, tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    lines = [{"text": f"{words} {day}", "published": f"2020-01-{day:02d}"} for day in (3, 1, 2)]
    (tmp_path / "copies.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    third, first, second = rows(run("read", "copies.jsonl", "--fold"))
    assert [item["duplicates_of"] for item in (first, second, third)] == [None, first["id"], first["id"]]
    assert {row["duplicates_of"] for row in rows(run("read", "copies.jsonl"))} == {None}


def test_what_read_prints_code_reads(run: Run, news: Path) -> None:
    printed = run("read", str(news), "--json").stdout
    direct, piped = run("code", str(news), "--json"), run("code", "-", "--json", stdin=printed)
    assert rows(direct) == rows(piped)
    assert len(rows(direct)) == 5


def test_the_date_given_is_the_date_of_all_inputs(run: Run, news: Path) -> None:
    result = run("read", str(news), "--date", "2019-05-06")
    assert {row["published"]["date"] for row in rows(result)} == {"2019-05-06"}


@pytest.mark.parametrize("command", ["read", "code"])
@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("absent.txt", None, "absent.txt: does not exist"),
        ("empty.txt", b"", "empty.txt: is empty"),
        ("bad.jsonl", b'{"text": "A report.", "published": "2020-01-10"}\n{"text": \n', "bad.jsonl:2: is not JSON"),
        ("image.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "image.txt: "),
    ],
)
def test_a_bad_input_costs_only_itself(
    run: Run, news: Path, tmp_path: Path, command: str, name: str, content: bytes | None, fault: str
) -> None:
    bad = tmp_path / name
    if content is not None:
        bad.write_bytes(content)
    result = run(command, str(bad), str(news), "--json")
    assert result.exit_code == 1
    assert len(rows(result)) >= 5
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ") and fault in line
    assert line.endswith(")")  # the mend


def test_code_prints_a_short_table_unless_told_otherwise(run: Run, news: Path) -> None:
    result = run("code", str(news))
    assert "ISR → AZE" in result.stdout and "AID" in result.stdout
    assert "5 documents, 5 events, 1 claim\n" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_long_sentence_is_cut_and_leaves_date_and_parties_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("After a long debate that " + "went on and " * 20 + "on, Israel helped Azerbaijan. It rained.\n")
    result = run("code", str(file), "--date", "2020-01-10")
    (line,) = [line for line in result.stdout.splitlines() if "AID" in line]
    assert "2020-01-10" in line and "ISR → AZE" in line


def test_a_document_without_a_date_is_coded_with_a_warning(run: Run, tmp_path: Path) -> None:
    (tmp_path / "undated.txt").write_text("The year began well for both. Israel helped Azerbaijan.\n")
    first = run("code", "undated.txt", "--store", "s.duckdb")
    assert first.exit_code == 0
    assert first.stderr == "warning: undated.txt: no date found; taken as read today (give --date YYYY-MM-DD)\n"
    assert run("code", "undated.txt", "--store", "s.duckdb").stderr == ""  # its events keep their day
    assert run("code", "undated.txt", "--date", "2020-01-10").stderr == ""


def test_each_document_without_a_date_is_named_by_its_place(run: Run, tmp_path: Path) -> None:
    texts = ["The year began well. Israel helped Azerbaijan.", "It went on badly. Iran hurt Israel."]
    rows = [{"text": texts[0]}, {"text": texts[1], "published": "2020-01-10"}, {"text": texts[1] + " It rained."}]
    (tmp_path / "n.jsonl").write_text("".join(json.dumps(row | {"language": "en"}) + "\n" for row in rows))
    result = run("code", "n.jsonl", "--json")
    assert result.exit_code == 0
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["n.jsonl:1", "n.jsonl:3"]


STORY = "Norway signed an agreement with Poland. Kenya beat Ghana 2-1 in a friendly match. Israel urged calm on its streets. It rained.\n"


@pytest.mark.model
def test_explain_prints_each_sentence_with_its_reasons(run: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    result = run("code", "story.txt", "--explain", "--date", "2023-03-29")
    assert (result.exit_code, result.stderr) == (0, "")
    for words in (
        "0  Norway signed an agreement with Poland.",
        "rule: predicates_",
        "source: NOR GOV “Norway”",
        "confidence: 0.9",
        "no event: false friend (sport); actors: KEN, GHA",
        "no event: no predicate fits; actors: ISR",
        "“urged” could be",
        "fits, but: no target found",
        "no event: no actor",
        "4 sentences, 1 event. Without an event:",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.model
def test_explain_as_json_is_a_line_a_sentence_with_the_same_events_as_code(run: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    told = rows(run("code", "story.txt", "--explain", "--json", "--date", "2023-03-29"))
    assert [row["reason"] for row in told] == [None, "false friend", "no predicate fits", "no actor"]
    assert {row["origin"] for row in told} == {"story.txt"}
    events = [event_from_dict(coding["event"]) for row in told for coding in row["codings"]]
    assert [(event.source.actor, event.event) for event in events] == [("NOR", "SUPPORT")]


def test_explain_writes_nothing_so_it_takes_no_place_to_write_to(run: Run, news: Path) -> None:
    result = run("code", str(news), "--explain", "--store", "s.duckdb")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: --explain writes nothing (leave out --store, --parquet and --out)\n",
    )
    assert not Path("s.duckdb").exists()


def test_explain_lists_what_cannot_be_coded(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fr.jsonl").write_text(
        '{"text": "Oslo a condamné Minsk.", "language": "fr", "published": "2020-01-10"}\n'
    )
    result = run("code", "fr.jsonl", "--explain")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: fr.jsonl:1: language 'fr' is not read yet")


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A story, a copy of it that comes before it, and another story."""
    words = " ".join(f"word{number}" for number in range(60))
    lines = [
        {"text": f"{words} three", "published": "2020-01-03", "language": "en"},
        {"text": f"{words} one", "published": "2020-01-01", "language": "en"},
        {"text": "Something else happened.", "published": "2020-01-02", "language": "en"},
    ]
    file = tmp_path / "copies.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return file


def copies_of(outcomes: Iterable[CodedDocument | Failure]) -> list[str | None]:
    coded = [outcome for outcome in outcomes if isinstance(outcome, CodedDocument)]
    ids = {item.document.id: item.document.text.split()[-1] for item in coded}
    return [ids.get(item.document.duplicates_of or "") for item in coded]


@pytest.mark.usefixtures("coder")
def test_what_is_coded_knows_whose_copy_it_is_where_stories_are_folded(copies: Path) -> None:
    assert copies_of(code([copies])) == [None, None, None]
    assert copies_of(code([copies], fold=True)) == ["one", None, None]
    with Store.open(":memory:") as store:
        assert copies_of(code([copies], store=store)) == ["one", None, None]
        assert copies_of(code([copies], store=store)) == ["one", None, None]  # the second time out of the store


@pytest.mark.usefixtures("coder")
def test_a_store_alone_says_whose_copy_a_document_is(copies: Path) -> None:
    lines = [json.loads(line) | {"duplicates_of": "0123456789abcdef"} for line in copies.read_text().splitlines()]
    copies.write_text("\n".join(json.dumps(line) for line in lines))
    with Store.open(":memory:") as store:
        assert copies_of(code([copies], store=store)) == ["one", None, None]


def test_code_counts_copies_where_stories_are_folded(run: Run, copies: Path) -> None:
    assert "3 documents (1 copy of another's story)" in run("code", str(copies), "--fold").stdout
    assert "3 documents (1 copy" in run("code", str(copies), "--store", "s.duckdb").stdout
    assert "copy" not in run("code", str(copies)).stdout


def test_code_writes_into_the_store_and_prints_at_once(run: Run, news: Path) -> None:
    result = run("code", str(news), "--store", "s.duckdb", "--json")
    with Store.open("s.duckdb") as store:
        assert store.counts() == {"documents": 5, "events": 5, "claims": 1, "runs": 1}
        assert {event.id for event in store.events()} == {event_from_dict(row).id for row in rows(result)}
        (noted,) = store.runs()
    assert noted.finished and noted.counts["events"] == 5
    assert list(noted.inputs) == [str(news)] and noted.inputs[str(news)]


def test_coding_twice_codes_nothing_anew_and_answers_the_same(run: Run, news: Path, coder: Any) -> None:
    first = run("code", str(news), "--store", "s.duckdb", "--json")
    asked = len(coder.asked)
    second = run("code", str(news), "--store", "s.duckdb", "--json")
    assert (asked, len(coder.asked)) == (5, 5)
    assert second.stdout == first.stdout
    with Store.open("s.duckdb") as store:
        assert store.counts()["events"] == 5


def test_another_version_codes_again(run: Run, news: Path, coder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run("code", str(news), "--store", "s.duckdb")
    monkeypatch.setattr("comity.app.coding.coding_version", lambda: "another")
    run("code", str(news), "--store", "s.duckdb")
    assert len(coder.asked) == 10


def test_a_run_cut_off_resumes_where_it_stopped(
    run: Run, news: Path, coder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.app.coding.BATCH", 2)
    original, left = coder.code, iter([True, False])

    def interrupted(documents: Any) -> Any:
        if next(left):
            return original(documents)
        raise KeyboardInterrupt

    monkeypatch.setattr(coder, "code", interrupted)
    result = run("code", str(news), "--store", "s.duckdb")
    assert result.exit_code == 130
    assert "resumes" in result.stderr
    monkeypatch.setattr(coder, "code", original)
    run("code", str(news), "--store", "s.duckdb")
    assert len(coder.asked) == 5
    with Store.open("s.duckdb") as store:
        assert [run.finished is not None for run in store.runs()] == [False, True]


def test_a_document_that_comes_twice_is_coded_once(run: Run, news: Path) -> None:
    assert len(rows(run("code", str(news), str(news), "--json"))) == 5


def test_a_document_in_a_language_not_read_is_kept_and_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "fr.jsonl"
    file.write_text('{"text": "La France et la Chine.", "language": "fr"}\n')
    result = run("code", str(file), "--store", "s.duckdb")
    assert result.exit_code == 1
    assert "language 'fr' is not read yet" in result.stderr
    with Store.open("s.duckdb") as store:
        assert store.counts()["documents"] == 1


def test_code_writes_parquet_with_sentence_and_offsets(run: Run, news: Path) -> None:
    result = run("code", str(news), "--parquet", "events.parquet")
    assert result.stdout.strip().endswith("→ events.parquet")
    table = duckdb.sql("""SELECT source, target, text, "end" - start FROM 'events.parquet' ORDER BY date_start, id""")
    assert table.fetchall()[0] == ("ISR", "AZE", "Israel helped Azerbaijan.", 25)


def test_a_parquet_file_that_cannot_be_written_is_one_line(run: Run, news: Path) -> None:
    result = run("code", str(news), "--parquet", "no/such/folder/events.parquet")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: no/such/folder/events.parquet: cannot be written")
    assert len(result.stderr.splitlines()) == 1


def greedy(items: Iterator[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A `relate` that reads all before it answers."""
    for item in list(items):
        yield {"event": item["sentence"], "quad": None, "auxiliary": [], "scores": {}}


def lazy(items: Iterator[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield {"event": item["sentence"], "quad": None, "auxiliary": [], "scores": {}}


@pytest.mark.parametrize("relate", [greedy, lazy])
def test_answers_keep_the_order_of_the_lines(relate: Any) -> None:
    lines = [
        b"not json\n",
        b'{"sentence": "a", "source": "x", "target": "y"}\n',
        b"\n",
        b'{"sentence": "b", "source": "x"}\n',
        b"[1]\n",
        b'{"sentence": "c", "source": "x", "target": "y"}\n',
        b"\xff\n",
    ]
    answers = [(answer["event"], answer.get("error", "").split(" ")[:2]) for answer in related(iter(lines), relate)]
    assert answers == [
        (None, ["line", "1:"]),
        ("a", [""]),
        (None, ["line", "4:"]),
        (None, ["line", "5:"]),
        ("c", [""]),
        (None, ["line", "7:"]),
    ]


def test_a_fault_that_relate_finds_gets_its_line() -> None:
    def refusing(items: Iterator[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for _ in items:
            yield {"event": None, "error": "the source does not occur in the sentence"}

    lines = [b"\n", b'{"sentence": "a", "source": "x", "target": "y"}\n']
    (answer,) = related(iter(lines), refusing)
    assert answer["error"] == "line 2: the source does not occur in the sentence"


def test_relate_says_each_fault_and_exits_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    relate_module = pytest.importorskip("comity.coding.relate")
    monkeypatch.setattr(relate_module, "relate", lazy)
    result = run("relate", stdin='{"sentence": "a", "source": "x", "target": "y"}\nno\n')
    assert result.exit_code == 1
    assert [row["event"] for row in rows(result)] == ["a", None]
    assert result.stderr == "error: line 2: is not JSON: Expecting value at column 1 (write one object a line)\n"
