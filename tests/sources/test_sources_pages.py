"""The labelled pages: the figures of the reader are a floor, and pages and labels come from one source.

Figures: `python -m benchmarks.pages`. A floor may rise with the reader; lowering one belongs in the changelog.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest

HERE = Path(__file__).parent
LABELS = [json.loads(line) for line in (HERE / "pages" / "labels.jsonl").read_text("utf-8").splitlines()]


def module(path: Path) -> ModuleType:
    """A module by its file: neither benchmarks nor tests are packages that pytest could import."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, Any]]:
    pages = module(HERE.parents[1] / "benchmarks" / "pages.py")
    return {half: score.figures() for half, score in pages.scores().items()}


@pytest.mark.parametrize(
    ("half", "figure", "floor"),
    [
        ("all", "text_f1", 0.95),
        ("all", "furniture_recall", 0.90),
        ("all", "date", 0.95),
        ("all", "genre", 0.85),
        ("dev", "text_f1", 0.99),
        ("dev", "furniture_recall", 0.98),
        ("dev", "furniture_kind", 0.75),
        ("dev", "genre", 0.93),
        ("dev", "title", 0.97),
        ("dev", "authors", 0.95),
        ("held", "text_f1", 0.94),  # sites that no rule was tuned on
        ("held", "furniture_recall", 0.90),
        ("held", "date", 0.95),
        ("held", "genre", 0.80),
        ("held", "title", 0.97),
    ],
)
def test_the_reader_does_not_fall_below_what_it_reached(
    figures: dict[str, dict[str, Any]], half: str, figure: str, floor: float
) -> None:
    assert figures[half][figure] >= floor


def test_the_reader_keeps_more_of_an_article_than_extraction_alone(figures: dict[str, dict[str, Any]]) -> None:
    for half in ("dev", "held"):
        assert figures[half]["text_f1"] > figures[half]["trafilatura_f1"] + 0.05


def test_the_set_is_large_and_varied_enough() -> None:
    assert len(LABELS) >= 64
    assert len({label["site"] for label in LABELS}) >= 12
    held = {label["site"] for label in LABELS if label["split"] == "held"}
    assert held.isdisjoint(label["site"] for label in LABELS if label["split"] == "dev")
    assert {label["genre"] for label in LABELS} == {"news", "opinion", "analysis", "press_release", "official"}


def test_pages_and_labels_are_those_that_the_templates_make() -> None:
    maker = module(HERE / "make_pages.py")
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "page_templates"))
    made = []
    for site in maker.SITES:
        template = environment.get_template(f"{site.name}.html")
        for number, article in enumerate(
            maker.articles((HERE / "page_texts" / f"{site.name}.txt").read_text("utf-8")), 1
        ):
            page, label = maker.made(site, number, article, template)
            made.append(label)
            committed = (HERE / "pages" / label["page"]).read_bytes()
            assert committed == page.encode(site.encoding, "xmlcharrefreplace"), label["page"]
    assert made == LABELS
