"""Rows brought together by several small whole numbers at once. Values in, values out.

The numbers of a row and its place are packed into one whole number of 64 bits, and those are sorted: NumPy sorts plain
numbers with the processor's vector instructions, several times faster than it finds an order (`argsort`, `lexsort`) or a
hash table finds groups. The place, in the lowest bits, keeps rows of a group in their order, so that sums over a group come
out the same in every run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

# What fits a whole number of 64 bits without its sign.
BITS = 63
# So many values are found by halving sooner than by sorting.
FEW = 4_096


def group(*parts: tuple[npt.NDArray[np.integer], int]) -> tuple[IntArray, IntArray]:
    """The order that sorts rows by the given numbers (the first counts most), stable; and where in it each group begins.

    A part is an array with one number a row, and a bound: all are from 0 to below it. Both results are places: the order
    has one a row, the beginnings one a group.
    """
    rows = len(parts[0][0])
    row_bits = _bits(rows)
    if sum(_bits(bound) for _, bound in parts) + row_bits > BITS:
        parts = tuple(renumbered(numbers) for numbers, _ in parts)
    if sum(_bits(bound) for _, bound in parts) + row_bits > BITS:
        order = np.lexsort([numbers for numbers, _ in reversed(parts)]).astype(np.int64)
        new = np.zeros(rows, dtype=bool)
        for numbers, _ in parts:
            new[1:] |= np.diff(numbers[order]) != 0
    else:
        keys = np.zeros(rows, dtype=np.int64)
        for numbers, bound in parts:
            keys <<= _bits(bound)
            keys |= numbers
        keys <<= row_bits
        keys |= np.arange(rows)
        keys.sort()
        order = keys & ((1 << row_bits) - 1)
        keys >>= row_bits
        new = np.zeros(rows, dtype=bool)
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
    new[:1] = True
    return order, np.flatnonzero(new)


def _bits(bound: int) -> int:
    return max(int(bound) - 1, 0).bit_length()


def renumbered(numbers: npt.NDArray[np.integer]) -> tuple[IntArray, int]:
    """Any whole numbers as places among their different values, and how many those are."""
    values = np.unique(numbers)
    if len(values) <= FEW:
        return np.searchsorted(values, numbers).astype(np.int64), len(values)
    order = np.argsort(numbers)
    new = np.zeros(len(numbers), dtype=np.int64)
    new[1:] = numbers[order[1:]] != numbers[order[:-1]]
    places = np.empty(len(numbers), dtype=np.int64)
    places[order] = np.cumsum(new)
    return places, len(values)
