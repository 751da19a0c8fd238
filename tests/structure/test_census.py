"""The census of triads: four types, their expectation, and the unbalanced ones that weigh most."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.structure.census import TYPES, census, heaviest


def matrix(size: int, ties: dict[tuple[int, int], float]) -> Any:
    graph = np.zeros((size, size))
    for (a, b), value in ties.items():
        graph[a, b] = graph[b, a] = value
    return graph


@st.composite
def graphs(draw: st.DrawFn) -> Any:
    size = draw(st.integers(1, 8))
    values = st.sampled_from([-4.0, -1.0, 0.0, 2.0, 8.0])
    return matrix(size, {pair: draw(values) for pair in itertools.combinations(range(size), 2)})


def triads(graph: Any) -> list[tuple[tuple[int, int, int], list[float]]]:
    return [
        ((a, b, c), [graph[a, b], graph[b, c], graph[a, c]])
        for a, b, c in itertools.combinations(range(len(graph)), 3)
        if graph[a, b] and graph[b, c] and graph[a, c]
    ]


@settings(max_examples=50, deadline=None)
@given(graphs())
def test_each_type_is_counted_and_weighed_by_looking_at_every_three(graph: Any) -> None:
    found = census(graph, permutations=3)
    for kind, row in zip(TYPES, found.types, strict=True):
        legs = [ties for _, ties in triads(graph) if sum(tie < 0 for tie in ties) == kind.count("-")]
        assert row.count.value == len(legs)
        assert row.weight.value == pytest.approx(sum(abs(np.prod(ties)) ** (1 / 3) for ties in legs))
    assert found.balanced == sum(np.prod(ties) > 0 for _, ties in triads(graph))
    assert found.unbalanced == sum(np.prod(ties) < 0 for _, ties in triads(graph))


@settings(max_examples=30, deadline=None)
@given(graphs())
def test_permutations_keep_the_number_of_triads_and_of_hostile_ties(graph: Any) -> None:
    found = census(graph, permutations=20)
    assert sum(row.count.expected for row in found.types) == pytest.approx(len(triads(graph)))
    if found.balance:
        assert found.balance.low <= found.balance.expected <= found.balance.high


def test_two_hostile_blocs_are_more_balanced_than_their_signs_dealt_anew() -> None:
    spin = np.repeat([1.0, -1.0], 6)
    graph = 3 * np.outer(spin, spin)
    np.fill_diagonal(graph, 0)
    found = census(graph)
    assert found.balance is not None
    assert found.balance.value == 1
    assert found.balance.expected == pytest.approx(0.5, abs=0.05)
    assert (found.balance.z or 0) > 5


def test_where_all_signs_are_equal_there_is_nothing_to_compare_with() -> None:
    found = census(matrix(3, {(0, 1): 1.0, (1, 2): 2.0, (0, 2): 4.0}))
    (plus, *_) = found.types
    assert (plus.count.value, plus.count.expected, plus.count.z) == (1, 1, None)
    assert plus.weight.value == pytest.approx(2.0)


def test_a_graph_without_triads_has_no_balance() -> None:
    found = census(matrix(3, {(0, 1): 1.0}))
    assert (found.balance, found.weighted_balance, found.balanced, found.unbalanced) == (None, None, 0, 0)


def test_the_census_is_the_same_for_a_seed() -> None:
    random = np.random.default_rng(0)
    graph = np.triu(random.normal(size=(12, 12)), 1)
    graph += graph.T
    assert census(graph, seed=7) == census(graph, seed=7)
    assert census(graph, seed=7) != census(graph, seed=8)


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_the_heaviest_triads_are_the_unbalanced_ones_in_order_of_weight(graph: Any) -> None:
    weights = {nodes: abs(np.prod(ties)) ** (1 / 3) for nodes, ties in triads(graph) if np.prod(ties) < 0}
    found = heaviest(graph, 3)
    assert [weight for weight, _ in found] == pytest.approx(sorted(weights.values(), reverse=True)[:3])
    assert all(weights[nodes] == pytest.approx(weight) for weight, nodes in found)
