"""Inputs of many documents, and what a store holds, to be compared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from comity.store import Store
from comity.store.schema import COLUMNS

Row = dict[str, Any]


def news_rows(count: int, *, special: dict[int, str] | None = None, seed: int = 1) -> list[Row]:
    """Reports with an event or two each; every ninth is a copy of an earlier one with its first words changed."""
    rng = random.Random(seed)
    names = ["Israel", "Georgia", "Norway", "Kenya", "Peru", "Japan"]
    nouns = [f"word{n}" for n in range(400)]
    rows: list[Row] = []
    for number in range(count):
        body = " ".join(rng.choices(nouns, k=40))
        if number % 9 == 8:
            body = rows[number - 5]["text"].split(". ", 1)[1].removesuffix(".")
        helped = " ".join("{} helped {}.".format(*rng.sample(names, 2)) for _ in range(1 + number % 2))
        text = f"Report {number}: {helped} {(special or {}).get(number, '')} {body}."
        year = 2019 + number % 3
        rows.append(
            {"text": text, "published": f"{year}-0{1 + number % 9}-11", "language": "en", "title": f"T{number}"}
        )
    return rows


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., list[Row]]:
    return news_rows


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[[Sequence[Row], str], Path]:
    def write(rows: Sequence[Row], name: str = "news.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


def contents(path: str | Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a store holds but its runs, every column."""
    with Store.open(path, read_only=True) as store:
        return {
            table: store.query(f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL")
            for table, columns in COLUMNS.items()
            if table != "runs"
        }


@pytest.fixture(scope="session", name="contents")
def contents_fixture() -> Callable[[str | Path], dict[str, list[tuple[Any, ...]]]]:
    return contents
