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


def group(*parts: tuple[npt.NDArray[np.integer], int]) -> tuple[IntArray, IntArray]:
    """The order that sorts rows by the given numbers (the first counts most), stable; and where in it each group begins.

    A part is an array with one number a row, and a bound: all are from 0 to below it. Both results are places: the order
    has one a row, the beginnings one a group.
    """
    rows = len(parts[0][0])
    row_bits = _bits(rows)
    if sum(_bits(bound) for _, bound in parts) + row_bits > BITS:
        parts = tuple(_renumbered(numbers) for numbers, _ in parts)
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


def group_numbers(starts: IntArray, rows: int) -> IntArray:
    """The number of the group that each row, in the order of `group`, belongs to."""
    return np.repeat(np.arange(len(starts)), np.diff(starts, append=rows))


def _bits(bound: int) -> int:
    return max(int(bound) - 1, 0).bit_length()


def _renumbered(numbers: npt.NDArray[np.integer]) -> tuple[IntArray, int]:
    values, places = np.unique(numbers, return_inverse=True)
    return places.astype(np.int64), len(values)
