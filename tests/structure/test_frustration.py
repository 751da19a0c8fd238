"""Frustration: both bounds, the proof, and values that others published for classic networks."""

from __future__ import annotations

import csv
import importlib.util
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.structure import cover, covering, packing, search
from comity.structure.frustration import certified, frustration
from comity.structure.packing import Cycle
from comity.structure.search import misfit

needs_highs = pytest.mark.skipif(importlib.util.find_spec("highspy") is None, reason="the proof needs HiGHS")
NETWORKS = Path(__file__).parent / "networks.csv"

# Printed below Table D13: what each novice was given of liking, and of disliking.
LIKED = [12, 13, 7, 12, 10, 3, 6, 6, 5, 0, 4, 9, 4, 3, 3, 2, 4, 8]
DISLIKED = [3, 17, 13, 18, 0, 9, 5, 10, 0, 3, 0, 1, 4, 2, 0, 1, 7, 1]


def arcs(network: str) -> Any:
    """A network as a matrix of who says what of whom, and the names, in order of their appearance as `a`, then `b`."""
    with NETWORKS.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(line for line in lines if line[0] != "#") if row["network"] == network]
    names = list(dict.fromkeys([row["a"] for row in rows] + [row["b"] for row in rows]))
    matrix = np.zeros((len(names), len(names)))
    for row in rows:
        matrix[names.index(row["a"]), names.index(row["b"])] = float(row["value"])
    return matrix, names


def undirected(network: str) -> Any:
    matrix, _ = arcs(network)
    return matrix + matrix.T


@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> Any:
    size = draw(st.integers(1, most))
    graph = np.zeros((size, size))
    for i, j in itertools.combinations(range(size), 2):
        graph[i, j] = graph[j, i] = draw(st.sampled_from([-4.0, -1.5, -1.0, 0.0, 0.0, 1.0, 2.0, 5.25]))
    return graph


def least(graph: Any, camps: int) -> float:
    """By trying every parting in which node 0 is in camp 0."""
    others = itertools.product(range(camps), repeat=len(graph) - 1)
    return min(misfit(graph, np.array((0, *rest))) for rest in others)


@needs_highs
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_the_proven_frustration_is_the_least_of_all_partings(graph: Any) -> None:
    found = frustration(graph)
    assert found.proven
    assert found.upper == found.lower == pytest.approx(least(graph, 2))
    assert misfit(graph, np.array(found.camps)) == pytest.approx(found.upper)


@needs_highs
@settings(max_examples=25, deadline=None)
@given(graphs(most=6), st.sampled_from([3, None]))
def test_more_camps_are_proven_as_well(graph: Any, camps: int | None) -> None:
    found = frustration(graph, camps=camps)
    assert found.proven
    assert found.upper == pytest.approx(least(graph, camps or len(graph)))
    assert max(found.camps) < (camps or len(graph))


@settings(max_examples=60, deadline=None)
@given(graphs(most=6), st.sampled_from([2, 3, None]))
def test_without_a_solver_the_truth_lies_between_the_bounds(graph: Any, camps: int | None) -> None:
    found = frustration(graph, camps=camps, exact=False)
    assert found.lower - 1e-9 <= least(graph, camps or len(graph)) <= found.upper + 1e-9
    assert found.proven == (found.upper == found.lower)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.sampled_from([2, None]), st.booleans())
def test_the_certificate_can_be_checked_from_the_graph_alone(graph: Any, camps: int | None, exact: bool) -> None:
    found = frustration(graph, camps=camps, exact=exact)
    if found.method != "balanced":
        assert certified(graph, found.cycles, free=camps is None) == pytest.approx(found.certificate, abs=1e-6)
        assert found.certificate <= found.upper + 1e-6


@settings(max_examples=40, deadline=None)
@given(graphs(), st.lists(st.booleans(), min_size=8, max_size=8))
def test_switching_a_camp_changes_nothing(graph: Any, turned: list[bool]) -> None:
    spin = np.where(turned[: len(graph)], -1.0, 1.0)
    switched = graph * np.outer(spin, spin)
    assert frustration(switched, exact=False).upper == pytest.approx(frustration(graph, exact=False).upper)


@needs_highs
@pytest.mark.parametrize(
    ("network", "nodes", "ties", "hostile", "value"),
    [
        ("tribes", 16, 58, 29, 7),  # Aref and Wilson 2018, Aref, Mason and Wilson 2020
        ("monastery", 18, 49, 12, 5),  # the same
    ],
)
def test_classic_networks_have_the_published_index(
    network: str, nodes: int, ties: int, hostile: int, value: int
) -> None:
    graph = undirected(network)
    assert (len(graph), np.count_nonzero(graph) // 2, (graph < 0).sum() // 2) == (nodes, ties, hostile)
    found = frustration(graph)
    assert (found.proven, found.upper) == (True, value)


@needs_highs
def test_the_tribes_fit_three_camps_but_for_two_friendships() -> None:
    # Hage and Harary 1983: the graph is all but clusterable; Doreian and Mrvar's criterion on it is 2.
    found = frustration(undirected("tribes"), camps=3)
    assert (found.proven, found.upper) == (True, 2)
    assert sorted(np.bincount(found.camps).tolist()) == [4, 5, 7]


@needs_highs
def test_the_novices_at_the_fourth_time_fit_three_camps_as_doreian_and_mrvar_found() -> None:
    said, names = arcs("monastery_t4")
    order = [names.index(name) for name in _NOVICES]
    assert np.maximum(said, 0).sum(0)[order].tolist() == LIKED
    assert np.maximum(-said, 0).sum(0)[order].tolist() == DISLIKED
    # Two who disagree about each other leave a misfit whatever the camps are.
    unavoidable = np.minimum(np.maximum(said, 0), np.maximum(-said, 0).T).sum()
    found = frustration(said + said.T, camps=3)
    # Their criterion (1996) gives half a point for each point of misfit: 10.5.
    assert (found.proven, (found.upper + unavoidable) / 2) == (True, 10.5)


_NOVICES = (
    "John Bosco,Gregory,Basil,Peter,Bonaventure,Berthold,Mark,Victor,Ambrose,"
    "Romuald,Louis,Winfrid,Amand,Hugh,Boniface,Albert,Elias,Simplicius"
).split(",")


@needs_highs
def test_the_slovene_parties_fall_into_the_published_camps() -> None:
    graph, names = undirected("parties"), arcs("parties")[1]
    found = frustration(graph)
    camp = {name for name, side in zip(names, found.camps, strict=True) if side == found.camps[names.index("SKD")]}
    assert camp == {"SKD", "SDSS", "ZS", "SLS", "SPS-SNS"}
    assert found.proven


@needs_highs
def test_a_gap_that_cycles_leave_is_closed_by_branching() -> None:
    # K5 with hostile ties alone: ten triangles at weight 1/3 prove 10/3, and no packing more; the truth is 4.
    graph = np.eye(5) - 1.0
    found = frustration(graph * 1.5)
    assert (found.proven, found.upper, found.method) == (True, 6.0, "integer")
    assert found.certificate == pytest.approx(5.0)


@needs_highs
def test_long_cycles_prove_where_there_is_no_triangle() -> None:
    # The Petersen graph, all ties hostile: its twelve pentagons at weight 1/4 prove 3 ties, and its largest cut has 12 of 15.
    graph = np.zeros((10, 10))
    for node in range(5):
        for a, b in ((node, (node + 1) % 5), (node, node + 5), (node + 5, (node + 2) % 5 + 5)):
            graph[a, b] = graph[b, a] = -1.5
    found = frustration(graph)
    assert (found.proven, found.upper) == (True, 4.5)
    assert found.certificate == pytest.approx(4.5)
    assert cover.prove(
        graph, np.array(found.camps), packing.pack(graph, np.array(found.camps)), camps=2, seconds=9, unit=0, slack=1e-6
    ).certificate == pytest.approx(4.5)


@needs_highs
def test_whole_ties_need_no_branching_where_rounding_up_proves() -> None:
    found = frustration(np.eye(5) - 1.0)
    assert (found.proven, found.lower, found.method) == (True, 4, "linear")


def test_a_balanced_graph_is_proven_by_its_parting() -> None:
    spin = np.array([1, 1, -1, 1, -1])
    found = frustration(np.outer(spin, spin) * 2.0)
    assert (found.upper, found.proven, found.method) == (0, True, "balanced")
    assert found.camps == (0, 0, 1, 0, 1)


def test_without_highs_the_bounds_stand_and_nothing_is_called_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "available", lambda: False)
    graph = np.eye(5) - 1.0
    found = frustration(graph)
    assert (found.upper, found.proven, found.method) == (4, False, "packing")
    assert 2 <= found.lower < 4
    assert found.gap == pytest.approx((4 - found.lower) / 4)


@needs_highs
def test_time_that_runs_out_leaves_valid_bounds() -> None:
    random = np.random.default_rng(0)
    graph = np.triu(random.choice([-1.0, 0.0, 1.0], (70, 70)), 1)
    found = frustration(graph + graph.T, seconds=1)
    assert 0 < found.lower <= found.upper
    assert certified(graph + graph.T, found.cycles) <= found.lower + 1e-6


@pytest.mark.parametrize(
    ("graph", "camps", "fault"),
    [
        (np.ones((2, 3)), 2, "square matrix"),
        (np.array([[0.0, 1.0], [-1.0, 0.0]]), 2, "symmetric"),
        (np.array([[0.0, np.nan], [np.nan, 0.0]]), 2, "finite"),
        (np.zeros((2, 2)), 1, "at least 2"),
    ],
)
def test_what_is_no_signed_graph_is_refused(graph: Any, camps: int, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        frustration(graph, camps=camps)


@pytest.mark.parametrize(
    "cycle",
    [
        Cycle(nodes=(0, 1, 2), weight=1.0),  # an even number of hostile ties
        Cycle(nodes=(0, 1, 3), weight=1.0),  # no tie between 0 and 3
        Cycle(nodes=(1, 2), weight=1.0),
        Cycle(nodes=(1, 2, 3), weight=-1.0),
    ],
)
def test_a_false_certificate_is_refused(cycle: Cycle) -> None:
    graph = np.zeros((4, 4))
    for a, b, value in ((0, 1, -1), (1, 2, -1), (0, 2, 1), (1, 3, 1), (2, 3, 1)):
        graph[a, b] = graph[b, a] = value
    with pytest.raises(ValueError, match="cycle"):
        certified(graph, [cycle])
    assert certified(graph, [Cycle(nodes=(1, 2, 3), weight=5.0)]) == 1.0  # scaled to what its ties can bear


@settings(max_examples=60, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_a_packing_from_any_parting_is_valid(graph: Any, random: Any) -> None:
    camps = np.array([random.randrange(2) for _ in graph])
    cycles = packing.pack(graph, camps)
    assert certified(graph, cycles) == pytest.approx(sum(cycle.weight for cycle in cycles))


def test_local_search_gives_the_same_answer_for_a_seed() -> None:
    random = np.random.default_rng(1)
    graph = np.triu(random.normal(size=(30, 30)), 1)
    graph += graph.T
    assert search.two_camps(graph, seed=3).tolist() == search.two_camps(graph, seed=3).tolist()


def test_free_camps_without_any_tie_between_them_stay_apart() -> None:
    graph = np.zeros((4, 4))
    graph[0, 1] = graph[1, 0] = graph[2, 3] = graph[3, 2] = 1.0
    assert len(set(search.many_camps(graph, None).tolist())) == 2
