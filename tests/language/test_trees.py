"""Trees: always one root, never a cycle, and never worse than any other tree."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from comity.language.trees import best_tree


def is_tree(heads: list[int]) -> bool:
    if heads.count(-1) != 1:
        return False
    for start in range(len(heads)):
        seen, at = set(), start
        while at != -1:
            if at in seen:
                return False
            seen.add(at)
            at = heads[at]
    return True


def total(scores: np.ndarray, heads: list[int]) -> float:
    return float(sum(scores[i, h + 1] for i, h in enumerate(heads)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: arrays(np.float32, (n, n + 1), elements=st.floats(-5, 5, width=32))))
def test_the_tree_is_the_best_of_all_single_rooted_trees(scores: np.ndarray) -> None:
    size = scores.shape[0]
    heads = best_tree(scores).tolist()
    assert is_tree(heads)
    every = (list(c) for c in itertools.product(range(-1, size), repeat=size))
    best = max(total(scores, h) for h in every if is_tree(h) and all(h[i] != i for i in range(size)))
    assert total(scores, heads) >= best - 1e-3


def test_a_cycle_of_the_greedy_choice_is_broken() -> None:
    scores = np.array([[0.0, -9, 5, 0], [1.0, 5, -9, 0], [0.0, 3, 0, -9]], np.float32)
    heads = best_tree(scores).tolist()
    assert is_tree(heads)
    assert heads == [1, -1, 0]
