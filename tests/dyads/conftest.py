"""Events of other people's data sets, as the loaders leave them in a store."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from comity.ontology import dimension, load_ontology
from comity.store import Store

_numbers = itertools.count()


def load_events(store: Store, *events: dict[str, Any]) -> list[str]:
    """Writes loaded events: Azerbaijan signs with Israel on 1 January 2020 in ICEWS unless said otherwise; their ids."""
    ontology, ids = load_ontology(), []
    for event in events:
        number = next(_numbers)
        kind, mode = event.get("event", "SUPPORT"), event.get("mode")
        day = event.get("date", "2020-01-01")
        dataset = event.get("dataset", "icews")
        row = {
            "id": f"{dataset}:{number:06d}",
            "document": f"{dataset}:s{number}",
            "source": "AZE",
            "target": "ISR",
            "event": kind,
            "mode": mode,
            "dimension": dimension(kind, mode, ()),
            "quad": ontology.quad(kind),
            "score": ontology.score(kind, mode),
            "reciprocal": False,
            "date_start": day,
            "date_end": day,
            "reported": day,
            "dataset": dataset,
            "publisher": None,
        } | {name: value for name, value in event.items() if name != "date"}
        store.execute(
            f"INSERT INTO events ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})",
            list(row.values()),
        )
        ids.append(str(row["id"]))
    return ids


@pytest.fixture(name="load_events", scope="session")
def load_events_fixture() -> Callable[..., list[str]]:
    return load_events
