"""The program as a shell sees it, and the public face of the package."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import comity
from comity.app.demo import demo
from comity.cli.shared import dumps, plain

Run = Callable[..., Result]
COMMANDS = ("read", "code", "relate", "ties", "why", "blocs", "brief", "export", "store", "demo", "evaluate", "watch")


def shell(*arguments: str, stdin: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comity.cli", *arguments],
        input=stdin,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("name", [name for name in comity.__all__ if not name.startswith("__")])
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(comity, name).__doc__
    assert name in dir(comity)


def test_the_public_names_are_listed_once_in_order() -> None:
    assert sorted(set(comity.__all__)) == comity.__all__


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = comity.nonsense  # type: ignore[attr-defined]


# What takes a tenth of a second or more to import. `import comity` stays under 0.3 s and `comity --help` under 0.4 s.
HEAVY = {
    *(
        "numpy",
        "scipy",
        "pandas",
        "polars",
        "pyarrow",
        "duckdb",
        "spacy",
        "onnxruntime",
        "altair",
        "vl_convert",
        "jinja2",
    ),
    *("trafilatura", "lxml", "rensa", "rich", "fastapi", "dask", "sklearn", "highspy", "feedparser", "pypdf"),
}


@pytest.mark.parametrize(
    "does",
    [
        "import comity",
        "import comity.cli",
        "sys.argv[1:] = ['--help']; import comity.cli; comity.cli.main()",
        "sys.argv[1:] = ['ties', '--help']; import comity.cli; comity.cli.main()",
        "sys.argv[1:] = ['--version']; import comity.cli; comity.cli.main()",
    ],
    ids="comity commands help help-of-one version".split(),
)
def test_to_import_comity_or_to_ask_for_help_loads_nothing_heavy(does: str) -> None:
    told = f"print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)"
    script = f"import sys\ntry:\n {does}\nexcept SystemExit as end:\n assert not end.code\n{told}"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stderr.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_an_example_to_paste(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert f"comity {command}" in result.stdout.split("Example: ")[1]


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout == f"comity {comity.__version__}\n"


def test_an_error_in_the_shell_is_one_line_wherever_debug_is_not_asked(tmp_path: Path) -> None:
    plainly = shell("ties", "Izrael", "AZE", folder=tmp_path)
    assert (plainly.returncode, plainly.stdout) == (2, "")
    assert len(plainly.stderr.splitlines()) == 1
    assert "Traceback" in shell("ties", "Izrael", "AZE", "--debug", folder=tmp_path).stderr


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text("".join(f'{{"text": "Report {n}. {"word " * 400}"}}\n' for n in range(200)))
    command = f"{sys.executable} -m comity.cli read {file} | head -1"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert len(found.stdout.splitlines()) == 1
    assert found.stderr == ""


def test_a_strangers_text_cannot_speak_to_the_terminal() -> None:
    assert plain("a\x1b[31mred\x07\nb\u202ec") == "a [31mred b c"


def test_half_a_surrogate_pair_is_still_json() -> None:
    assert json.loads(dumps({"text": "\ud800 é"})) == {"text": "\ud800 é"}
    assert dumps({"text": "é"}) == '{"text": "é"}'


@pytest.mark.model
def test_from_an_article_to_a_brief_in_the_shell(tmp_path: Path) -> None:
    article = {
        "title": "Envoys sign in Baku",
        "text": "Israel and Azerbaijan signed an agreement on tourism in Baku on Wednesday. Iran condemned Israel. "
        "On Tuesday Iran threatened Azerbaijan.",
        "published": "2022-03-31",
        "language": "en",
        "publisher": "The Wire",
        "url": "https://wire.example.org/1",
    }
    (tmp_path / "news.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    coded = shell("code", "news.jsonl", "--store", "comity.duckdb", "--json", folder=tmp_path)
    assert (coded.returncode, coded.stderr) == (0, "")
    events = [json.loads(line) for line in coded.stdout.splitlines()]
    text = article["text"]
    assert events and all(text[event["start"] : event["end"]] == event["text"] for event in events)
    assert {("SUPPORT", "2022-03-30")} <= {(event["event"], event["date"]["start"]) for event in events}
    why = json.loads(shell("why", "ISR", "AZE", "--json", folder=tmp_path).stdout)
    assert [driver["third"] for driver in why["drivers"]] == ["IRN"]
    brief = shell("brief", "ISR", "AZE", folder=tmp_path)
    assert (brief.returncode, brief.stdout) == (0, "israel-azerbaijan.html\n")
    assert "Iran threatened Azerbaijan." in (tmp_path / "israel-azerbaijan.html").read_text(encoding="utf-8")


@pytest.mark.model
def test_relate_in_the_shell_answers_line_by_line(tmp_path: Path) -> None:
    lines = '{"sentence": "Iran condemned Israel.", "source": "Iran", "target": "Israel"}\nnonsense\n'
    found = shell("relate", stdin=lines, folder=tmp_path)
    answers = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 1
    assert [answer["event"] for answer in answers] == ["ACCUSE", None]
    assert answers[0]["quad"] == "verbal_conflict"


@pytest.mark.model
def test_the_demo_tells_the_tie_and_its_drivers_and_writes_the_brief(tmp_path: Path) -> None:
    found = shell("demo", "--out", "made", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    for words in ("Israel – Azerbaijan", "Third parties", "Iran", "made/israel-azerbaijan.html"):
        assert words in found.stdout
    html = (tmp_path / "made" / "israel-azerbaijan.html").read_text(encoding="utf-8")
    assert "<h1>Israel – Azerbaijan</h1>" in html
    again = demo(tmp_path / "made")
    with comity.Store.open(again.store) as store:
        assert [run.counts["resumed"] == run.counts["documents"] for run in store.runs()] == [False, True]
