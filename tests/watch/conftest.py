"""A feed on this machine, a coder of patterns, and a watch over an empty store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watched import Feed, PatternCoder

from comity.sources import Web
from comity.watch import Watch

Make = Callable[..., Any]


@pytest.fixture
def coder(make_event: Make) -> PatternCoder:
    return PatternCoder(make_event)


@pytest.fixture
def feed() -> Iterator[Feed]:
    made = Feed()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    web = Web(private=True, cache=tmp_path / "pages")
    return Watch(store=tmp_path / "watched.duckdb", web=web)
