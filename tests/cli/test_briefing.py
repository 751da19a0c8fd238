"""brief: each form by name or by the file's ending, two ties side by side, camps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def store(run: Run, news: Path) -> None:
    assert run("code", str(news), "--store", "comity.duckdb").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "files", "words"),
    [
        (["ISR", "AZE", "--out", "b.md"], ["b-course-isr-aze.svg", "b.md"], "# Israel – Azerbaijan"),
        (["ISR", "AZE", "--out", "b.pdf"], ["b.pdf"], "%PDF-"),
        (["ISR", "AZE", "--format", "html", "--versus", "IRN", "ISR"],
         ["israel-azerbaijan-versus-iran-israel.html"], "Israel–Azerbaijan and Iran–Israel"),
        (["--blocs", "--format", "md"], ["blocs-camps.svg", "blocs.md"], "# Camps among 3 parties"),
    ],
)  # fmt: skip
def test_a_brief_is_written_in_the_form_asked_for(run: Run, arguments: list[str], files: list[str], words: str) -> None:
    before = set(Path().iterdir())
    result = run("brief", *arguments)
    assert result.stdout == f"{files[-1]}\n"
    assert sorted(path.name for path in set(Path().iterdir()) - before) == files
    assert words.encode() in Path(files[-1]).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["ISR"], "a brief is on a tie: name A and B (or ask for --blocs)"),
        (["ISR", "AZE", "--blocs"], "--blocs is about all actors"),
        (["ISR", "AZE", "--out", "b.doc"], "--out b.doc: no form ends in .doc"),
        (["ISR", "AZE", "--out", "b.md", "--format", "pdf"], "--format pdf and --out b.md ask for two forms"),
        (["ISR", "AZE", "--versus", "AZE", "ISR"], "ISR–AZE stands against itself"),
        (["ISR", "AZE", "--versus", "Izrael", "AZE"], "'Izrael': no such actor"),
    ],
)
def test_a_brief_that_cannot_be_made_is_one_line(run: Run, arguments: list[str], fault: str) -> None:
    result = run("brief", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: {fault}")
