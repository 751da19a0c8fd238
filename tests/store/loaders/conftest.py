"""Fixtures for the loaders: invented rows in the published layouts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from published_layouts import ICEWS, write

import comity
from comity.app.load import Load
from comity.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture
def load_icews(store: Store, tmp_path: Path) -> Callable[..., Load]:
    """Loads rows as one ICEWS file into the store."""

    def load(*lines: str, name: str = "events.tab") -> Load:
        return comity.load("icews", [write(tmp_path / name, lines, ICEWS)], store=store)

    return load
