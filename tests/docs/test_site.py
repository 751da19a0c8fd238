"""The documentation: its outputs are true, its names exist, and every page can be found."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
import shlex
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from comity.cli import app
from comity.store.schema import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.model
def test_the_outputs_of_the_tutorial_are_true(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The demo goes on from what it coded before, and prints the same.
    (tmp_path / "out").mkdir()
    shutil.copy(demo_store, tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(command: str, _folder: Path) -> str:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}: {result.output}"
        return result.stdout

    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    # Where this fails after a change of figures or words: python docs/_tutorial.py
    renewed = script("_tutorial").renewed(page, tmp_path, run)
    # Processors round the network's sums differently in the last place, so one reading in a thousand may turn.
    alike = difflib.SequenceMatcher(None, without_figures(page), without_figures(renewed), autojunk=False).ratio()
    assert alike > 0.95, "\n".join(difflib.unified_diff(page.splitlines(), renewed.splitlines(), lineterm=""))


def without_figures(page: str) -> list[str]:
    """The lines of a page, numbers and the bars that stand for them left out."""
    return [re.sub(r"[+−-]?\d[\d,.]*|[─│●]| +", " ", line).strip() for line in page.splitlines()]


def test_each_page_has_its_place_on_the_site() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:")[1]
    named = re.findall(r": (\S+\.md)$", nav, re.M)
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert sorted(named) == sorted(pages)


@pytest.mark.parametrize("name", re.findall(r"^::: (\S+)$", (DOCS / "reference.md").read_text(encoding="utf-8"), re.M))
def test_each_name_in_the_python_reference_exists_and_is_documented(name: str) -> None:
    module, _, member = name.rpartition(".")
    found = (
        importlib.import_module(name) if name == "comity.errors" else getattr(importlib.import_module(module), member)
    )
    assert found.__doc__


def test_each_column_in_the_page_for_r_is_one_of_the_store() -> None:
    page = (DOCS / "r.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:select\(documents, |filter\(+|count\(year = format\()([\w, ]+)", page))
    words = {word for group in named for word in re.findall(r"[a-z_]+", group)}
    known = {*COLUMNS["events"], *COLUMNS["documents"], "sapply"}
    assert words and words - known == set()


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[comity/data](../comity/data)", "`comity/data`"),
        ("[`NOTICE`](../NOTICE)", "`NOTICE`"),
        ("[the words](../comity/data/report/words.csv)", "the words (`comity/data/report/words.csv`)"),
        ("[method](method.md#index)", "[method](method.md#index)"),
    ],
)
def test_a_link_out_of_the_site_becomes_the_name_of_a_file(link: str, shown: str) -> None:
    assert script("_hooks").on_page_markdown(link) == shown


def test_the_page_of_commands_has_the_help_of_each() -> None:
    hooks = script("_hooks")
    hooks._help = lambda name: f"Usage: comity {name}"
    page = hooks.on_page_markdown((DOCS / "commands.md").read_text(encoding="utf-8"))
    names = [command.name for command in app.registered_commands]
    assert re.findall(r"^## comity (\w+)$", page, re.M) == names
