"""The best tree from arc scores.

In: scores of each word's candidate heads. Out: one head for each word, a tree with one root. Most sentences need only
the greedy choice; the rest go through Chu-Liu/Edmonds (Edmonds 1967; McDonald et al. 2005).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Table = NDArray[np.float64]


def best_tree(scores: FloatArray) -> IntArray:
    """Heads, shape (words,), 0-based with -1 for the root, of the best single-rooted tree.

    `scores` has shape (words, words + 1): column 0 is the root, column j+1 word j.
    """
    size = scores.shape[0]
    table: Table = scores.astype(np.float64)
    table[np.arange(size), np.arange(size) + 1] = -1e9
    heads: IntArray = table.argmax(1).astype(np.int64)
    if (heads == 0).sum() == 1 and _is_tree(heads):
        return _zero_based(heads)
    # One root only: try the words that most want to be it.
    own = table[:, 1:].max(1)
    wanting = np.argsort(-(table[:, 0] - own))[:3]
    best: tuple[float, IntArray] | None = None
    for root in wanting:
        # No tree is better than each word's own best head: most second and third tries need not be made.
        if best is not None and own.sum() - own[root] + table[root, 0] < best[0]:
            continue
        single = table.copy()
        single[:, 0] = -1e9
        single[root, :] = -1e9
        single[root, 0] = table[root, 0]
        found = _edmonds(single)
        total = float(table[np.arange(size), found].sum())
        if best is None or total > best[0]:
            best = (total, found)
    assert best is not None
    return _zero_based(best[1])


def _zero_based(heads: IntArray) -> IntArray:
    out: IntArray = heads - 1
    return out


def _is_tree(heads: IntArray) -> bool:
    """Whether every word reaches the root (heads are 1-based, 0 the root)."""
    return _cycle(heads) is None


def _edmonds(scores: Table) -> IntArray:
    """Heads (1-based, 0 the root) of the best arborescence; `scores` as in `best_tree`."""
    size = scores.shape[0]
    heads: IntArray = scores.argmax(1).astype(np.int64)
    cycle = _cycle(heads)
    if cycle is None:
        return heads
    inside = np.zeros(size, bool)
    inside[cycle] = True
    rest = np.flatnonzero(~inside)
    own = scores[cycle, heads[cycle]]
    columns = np.concatenate(([0], rest + 1))
    # The cycle becomes one word, the last: the best way in, and for the others the best of its words as head.
    into = scores[np.ix_(cycle, columns)] - own[:, None]
    entry = into.argmax(0)
    out_of = scores[np.ix_(rest, cycle + 1)]
    leave = out_of.argmax(1) if len(rest) else np.zeros(0, int)
    small = np.full((len(rest) + 1, len(rest) + 2), -1e12)
    small[:-1, : len(rest) + 1] = scores[np.ix_(rest, columns)]
    small[:-1, -1] = out_of.max(1) if len(rest) else 0
    small[-1, : len(rest) + 1] = into.max(0)
    chosen = _edmonds(small)
    result: IntArray = heads.copy()
    for index, word in enumerate(rest):
        head = chosen[index]
        result[word] = cycle[leave[index]] + 1 if head == len(rest) + 1 else columns[head]
    way_in = chosen[-1]
    result[cycle[entry[way_in]]] = columns[way_in]
    return result


def _cycle(heads: IntArray) -> IntArray | None:
    """The words of one cycle, or None."""
    above = [0, *heads.tolist()]  # plain numbers: numpy's cost three times as much one by one
    state = [0] * len(above)
    for start in range(1, len(above)):
        path = []
        at = start
        while at and state[at] == 0:
            state[at] = start
            path.append(at)
            at = above[at]
        if at and state[at] == start:
            return np.array(path[path.index(at) :]) - 1
    return None
