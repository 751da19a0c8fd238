"""The project's own promises: dependencies are explained, documents are complete, and what they name exists."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from comity.coding.explain import Reason
from comity.coding.operators import operators
from comity.ontology import load_ontology
from comity.records import AttributionKind, Auxiliary, DateBasis, Event, Genre, event_from_dict
from comity.sources import READERS, furniture, interests
from comity.sources.formats import EXTENSIONS
from comity.store.schema import COLUMNS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("comity/data/**/*.md")]
    if path.is_file()
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements() -> list[str]:
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return sorted({re.split(r"[<>=!~;\[ ]", item, maxsplit=1)[0] for group in lists for item in group})


@pytest.mark.parametrize("name", requirements())
def test_each_dependency_has_its_line_in_the_architecture(name: str) -> None:
    assert re.search(rf"^\| {re.escape(name)} \|", text_of("docs/architecture.md"), re.MULTILINE)


def test_the_architecture_explains_no_dependency_that_is_gone() -> None:
    section = text_of("docs/architecture.md").split("## Dependencies")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\w.-]+) \|", section, re.MULTILINE)
    assert set(rows) - {"package", "---"} == set(requirements())


def test_each_room_of_the_package_stands_in_the_architecture() -> None:
    rooms = [path.name for path in (ROOT / "comity").iterdir() if path.is_dir() and not path.name.startswith("__")]
    assert [room for room in sorted(rooms) if f"`{room}" not in text_of("docs/architecture.md")] == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/training.md"])
def test_each_make_command_in_a_document_is_a_target(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text_of(document), re.MULTILINE))
    assert {first or second for first, second in named} - targets == set()


def commands() -> dict[str, set[str]]:
    """The commands that the README names, each with the options it gives them."""
    found: dict[str, set[str]] = {}
    for line in re.findall(r"^(?:\.venv/bin/)?comity ([a-z].*)$|`comity ([a-z][^`]*)`", text_of("README.md"), re.M):
        words = (line[0] or line[1]).split()
        found.setdefault(words[0], set()).update(word for word in words if word.startswith("--"))
    return found


@pytest.mark.parametrize(("command", "options"), sorted(commands().items()))
def test_each_command_in_the_readme_explains_itself_and_has_its_options(command: str, options: set[str]) -> None:
    plain = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    help_text = subprocess.run(
        [sys.executable, "-c", "from comity.cli import main; main()", command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=plain,
        timeout=60,
    )
    assert help_text.returncode == 0, help_text.stderr
    assert [option for option in sorted(options) if option not in help_text.stdout] == []


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        text = FENCE.sub("", document.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:", target):
                yield document, target


def test_each_relative_link_leads_to_a_file_and_a_heading() -> None:
    dead = []
    for document, target in links():
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            dead.append(f"{document.relative_to(ROOT)}: {target}")
    assert dead == []


def test_the_contributing_table_names_files_and_tests_that_exist() -> None:
    table = text_of("CONTRIBUTING.md").split("## Find the room")[1].split("\n## ")[0]
    names = re.findall(r"`([\w/*]+\.(?:csv|py))`", table)
    places = [ROOT, ROOT / "comity/data/lexicon", ROOT / "comity/data/actors", ROOT / "comity/data/sources"]
    assert names
    assert [name for name in names if not any(list(place.glob(name)) for place in places)] == []
    folders = re.findall(r"tests/\w+", table)
    assert [folder for folder in dict.fromkeys(folders) if not (ROOT / folder).is_dir()] == []


def test_the_codebook_names_each_type_mode_and_context_with_its_score() -> None:
    book, ontology = text_of("docs/codebook.md"), load_ontology()

    def printed(score: float) -> str:
        return f"{score:g}".replace("-", "−")

    rows = {row[2:].split("`", 2)[1]: row for row in re.findall(r"^\| `[A-Z]+` \|.*$", book, re.MULTILINE)}
    assert set(rows) == set(ontology.types)
    for name, kind in ontology.types.items():
        assert f"| {kind.quad.replace('_', ' ')} | {printed(kind.score)} |" in rows[name]
        for mode in ontology.modes[name]:
            assert f"`{mode}` {printed(ontology.score(name, mode))}" in rows[name]
    assert [context for context in ontology.contexts if f"`{context}`" not in book] == []
    assert [auxiliary for auxiliary in ontology.auxiliaries if f"| `{auxiliary}` |" not in book] == []


def test_the_codebook_has_a_line_for_each_effect_of_an_operator() -> None:
    effects = {operator.effect for operator in operators().values()}
    assert [name for name in sorted(effects) if f"| `{name}` |" not in text_of("docs/codebook.md")] == []


def test_the_page_on_records_has_each_field_value_and_reason() -> None:
    page = text_of("docs/records.md")
    names = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE)))
    assert [field.name for field in dataclasses.fields(Event) if field.name not in names] == []
    values = [*get_args(Auxiliary), *get_args(DateBasis), *get_args(AttributionKind)]
    assert [value for value in values if f"`{value}`" not in page] == []
    reasons = [reason for part in get_args(Reason) for reason in (get_args(part) or [part])]
    assert [reason for reason in reasons if f"| `{reason}` |" not in page] == []


def test_the_event_on_the_page_is_one_and_its_offsets_hold() -> None:
    (line,) = re.findall(r"^```json\n(.*?)^```$", text_of("docs/records.md"), re.MULTILINE | re.DOTALL)
    event = event_from_dict(json.loads(line))
    assert event.target
    for part in (event.trigger, event.source, event.target):
        assert event.text[part.start - event.start : part.end - event.start] == part.text


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_page_on_the_store_has_each_column(table: str) -> None:
    section = text_of("docs/store.md").split(f"### `{table}`")[1].split("\n#")[0]
    assert [column for column in COLUMNS[table] if f"`{column}`" not in section] == []


def test_the_page_on_sources_has_each_format_kind_and_column_name() -> None:
    page = text_of("docs/sources.md")
    with (ROOT / "comity/data/sources/columns.csv").open(encoding="utf-8") as lines:
        columns = [row["name"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))]
    assert [name for name in READERS if f"| {name} |" not in page] == []
    kinds = [*furniture.KINDS, *interests.KINDS]
    assert [kind for kind in kinds if f"| `{kind}` |" not in page] == []
    assert [name for name in [*EXTENSIONS, *get_args(Genre), *columns] if f"`{name}`" not in page] == []


def test_a_table_after_plover_carries_its_credit_and_the_notice_says_so() -> None:
    heads = [path.read_text("utf-8").splitlines()[0] for path in (ROOT / "comity/data/ontology").glob("*.csv")]
    after = [line for line in heads if "After PLOVER" in line]
    assert after
    assert all("CC BY-SA 4.0" in line for line in after)
    assert "openeventdata/PLOVER" in text_of("NOTICE")


def test_the_licence_and_the_changelog_are_there() -> None:
    assert text_of("LICENSE").strip().startswith("Apache License")
    assert PROJECT["license-files"] == ["LICENSE", "NOTICE"]
    assert re.search(r"^## \[(Unreleased|\d)", text_of("CHANGELOG.md"), re.MULTILINE)


def test_the_check_script_runs_and_calls_the_readmes_own_test_command() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert "make --no-print-directory test" in text_of(".ci/run") and "make test" in text_of("README.md")
