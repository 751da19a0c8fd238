"""Camps: balance of triads and the best parting in two."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.store import Store
from comity.structure import blocs
from comity.structure.blocs import frustration, parting, triads

Make = Callable[..., Any]


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    size = draw(st.integers(1, 6))
    graph = np.zeros((size, size))
    for i, j in itertools.combinations(range(size), 2):
        graph[i, j] = graph[j, i] = draw(st.sampled_from([-4.0, -1.5, 0.0, 2.0, 5.0]))
    return graph


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_no_parting_is_less_frustrated(graph: Any) -> None:
    pytest.importorskip("highspy", reason="the exact parting needs HiGHS")
    sides, exact = parting(graph)
    others = itertools.product([True, False], repeat=len(graph))
    assert exact
    assert frustration(graph, sides) == pytest.approx(min(frustration(graph, other) for other in others))


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_triads_are_counted_by_the_product_of_their_signs(graph: Any) -> None:
    products = [graph[i, j] * graph[j, k] * graph[i, k] for i, j, k in itertools.combinations(range(len(graph)), 3)]
    assert triads(graph) == (sum(p > 0 for p in products), sum(p < 0 for p in products))


def test_without_highs_a_frustrated_parting_is_flagged_as_unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    triangle = np.array([[0, -1, -1], [-1, 0, -1], [-1, -1, 0.0]])
    assert parting(triangle)[1] is False
    assert parting(np.abs(triangle))[1] is True  # nothing frustrated: nothing can be better


def test_two_camps_and_the_tie_that_does_not_fit(make_event: Make) -> None:
    friends = [("AZE", "TUR"), ("AZE", "ISR"), ("ARM", "IRN")]
    foes = [("AZE", "ARM"), ("ISR", "IRN"), ("TUR", "ISR"), ("TUR", "ARM")]
    with Store.open(":memory:") as store:
        store.add_events(
            [make_event(source=a, target=b, event="AID") for a, b in friends]
            + [make_event(source=a, target=b, event="ASSAULT") for a, b in foes[:2] + foes[3:]]
            + [make_event(source="TUR", target="ISR", event="ACCUSE")]
            + [make_event(source="GEO", target="ISR", event="REQUEST", mode="assist")]  # too weak to count
        )
        found = blocs(store, "2020-01-01")
    assert found.camps == (("AZE", "ISR", "TUR"), ("ARM", "IRN"))
    assert [(edge.a, edge.b) for edge in found.edges if edge.frustrated] == [("ISR", "TUR")]
    assert found.frustration == pytest.approx(1.5)
    assert (found.balanced, found.unbalanced, found.exact) == (1, 1, importlib.util.find_spec("highspy") is not None)


def test_an_empty_store_has_no_camps() -> None:
    with Store.open(":memory:") as store:
        found = blocs(store)
    assert (found.camps, found.edges, found.frustration) == (((), ()), (), 0)


def test_the_graph_can_be_limited_to_some_actors(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(), make_event(source="TUR")])
        found = blocs(store, actors=["AZE", "ISR"])
    assert found.camps == (("AZE", "ISR"), ())


def test_highs_prints_nothing_beside_the_answer() -> None:
    pytest.importorskip("highspy", reason="only HiGHS greets")
    code = """
import numpy as np
from comity.structure.blocs import parting
print(parting(np.array([[0, -1, -1], [-1, 0, -1], [-1, -1, 0.0]]))[1])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("True\n", "")
