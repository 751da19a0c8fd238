"""Where actors stand between camps, and how camps keep their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.structure.places import match, places, renumbered

NAMES = ("A", "B", "C", "D")


def graph(**ties: float) -> Any:
    """A matrix over A to D; `AB=2` is the tie of A and B."""
    result = np.zeros((4, 4))
    for pair, value in ties.items():
        a, b = (NAMES.index(end) for end in pair)
        result[a, b] = result[b, a] = value
    return result


CAMPS = np.array([0, 0, 1, 1])
TWO = graph(AB=4, CD=4, AC=-4)


def test_an_actor_is_drawn_by_its_friends_and_by_the_foes_of_others() -> None:
    a, b, *_ = places(NAMES, TWO, CAMPS, np.zeros((0, 4, 4)))
    assert (a.camp, a.towards, a.hold) == (1, (0.5, -0.5), 1.0)
    assert (b.towards, b.hold, b.ties, b.strength) == ((1.0, 0.0), 1.0, 1, 4.0)
    assert (a.low, a.stability, a.between) == (None, None, False)


def test_who_has_as_much_with_both_camps_sits_between() -> None:
    *_, d = places(NAMES, graph(AB=4, AC=-4, BD=2, CD=2), CAMPS, np.zeros((0, 4, 4)))
    assert (d.towards, d.hold, d.between) == ((0.5, 0.5), 0.0, True)


def test_draws_that_turn_a_tie_make_its_actor_unstable() -> None:
    turned = graph(AB=4, CD=-4, AC=-4)
    drawn = np.stack([TWO, TWO, turned, TWO])
    a, _, c, d = places(NAMES, TWO, CAMPS, drawn)
    assert (a.stability, c.stability, d.stability) == (1.0, 1.0, 0.75)
    assert d.low is not None and d.low < 0
    assert (d.between, a.between) == (True, False)


def test_free_camps_are_sought_anew_in_each_draw() -> None:
    enemies = graph(AB=-1, AC=-1, BC=-1, AD=1)
    camps = np.array([0, 1, 2, 0])
    stands = places(NAMES, enemies, camps, np.stack([enemies] * 3), free=True)
    assert [place.camp for place in stands] == [1, 2, 3, 1]
    assert all(place.stability == 1 for place in stands)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.permutations(range(4)))
def test_renumbered_camps_are_the_same_camps(camps: list[int], order: list[int]) -> None:
    known = np.array(camps)
    assert renumbered(known, np.array(order)[known]).tolist() == camps


@pytest.mark.parametrize("size", [3, 9])
def test_matching_gives_each_row_a_column_of_its_own(size: int) -> None:
    overlap = np.eye(size, dtype=np.int64)[::-1] * 5
    assert match(overlap).tolist() == list(range(size))[::-1]
