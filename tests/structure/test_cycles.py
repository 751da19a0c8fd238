"""Cycles that cannot fit: what is taken off, found and walked."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.structure.cycles import cyclic_core, odd_cycle, odd_triangles, route, shortest


def graph_of(size: int, ties: dict[tuple[int, int], float]) -> np.ndarray:
    graph = np.zeros((size, size))
    for (a, b), value in ties.items():
        graph[a, b] = graph[b, a] = value
    return graph


def test_ties_outside_every_cycle_are_taken_off():
    triangle = {(0, 1): 1.0, (1, 2): -2.0, (0, 2): 1.0}
    core = cyclic_core(graph_of(5, triangle | {(2, 3): 5.0, (3, 4): -5.0}))
    assert np.array_equal(core, graph_of(5, triangle))


def test_a_triangle_fits_no_two_camps_with_one_hostile_tie_or_three_and_no_camps_at_all_with_one():
    one = graph_of(3, {(0, 1): 1.0, (1, 2): -1.0, (0, 2): 1.0})
    three = graph_of(3, {(0, 1): -1.0, (1, 2): -1.0, (0, 2): -1.0})
    two = graph_of(3, {(0, 1): -1.0, (1, 2): -1.0, (0, 2): 1.0})
    assert [len(odd_triangles(graph, free=False)) for graph in (one, two, three)] == [1, 0, 1]
    assert [len(odd_triangles(graph, free=True)) for graph in (one, two, three)] == [1, 0, 0]


@given(st.lists(st.floats(0, 1), min_size=15, max_size=15))
def test_a_route_is_as_long_as_its_distance(values):
    length = np.full((6, 6), np.inf)
    length[np.triu_indices(6, 1)] = values
    length = np.minimum(length, length.T)
    distance, step = shortest(length)
    nodes = route(step, 0, 5)
    assert (nodes[0], nodes[-1]) == (0, 5)
    assert abs(sum(length[a, b] for a, b in itertools.pairwise(nodes)) - distance[0, 5]) < 1e-6


def test_an_odd_cycle_is_cut_out_of_a_closed_walk():
    # Round a friendly square, then round a triangle with one hostile tie, from the node that they share.
    friendly = {(0, 1): 1.0, (1, 2): 1.0, (2, 3): 1.0, (0, 3): 1.0}
    graph = graph_of(6, friendly | {(0, 4): 1.0, (4, 5): -1.0, (0, 5): 1.0})
    assert sorted(odd_cycle(graph, [0, 1, 2, 3, 0, 4, 5, 0])) == [0, 4, 5]
