"""MinHashes in arrays: who is like whom among a million texts, in some 1.3 KB each.

In: MinHashes as rows of numbers, numbered 0, 1, 2 … as they come. Out: for some of them, the others that have a band of
equal values with them (locality-sensitive hashing), and how alike two are.

Why not rensa's own LSH: its tables are hash maps of lists, 6 KB a text beside 2 KB for the MinHash, and a store of a few
hundred thousand documents would not fit into a desk machine's memory. Here a text costs its values (4 bytes a permutation)
and one sorted 8-byte entry a band; the answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.uint32]
Entries = NDArray[np.uint64]

# Rows of MinHashes in one array: no array has to grow, and none is copied.
_BLOCK = 4096
# Entries above which a sorted piece is left as it is: merging two of them would need as much memory again.
_PIECE = 1 << 22
# Texts whose like are looked for at a time.
_ASKED = 512
_NUMBER = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class Likeness:
    """MinHashes of `permutations` values; two are proposed as a pair where one of `bands` bands is equal."""

    def __init__(self, permutations: int, bands: int) -> None:
        self._permutations, self._bands = permutations, bands
        self._count = 0
        self._blocks: list[Values] = []
        # Sorted arrays of (hash of a band, number), each in 32 bits; their sizes fall fast, so there are few.
        self._pieces: list[Entries] = []

    def __len__(self) -> int:
        return self._count

    def add(self, digests: Sequence[Sequence[int]] | Values) -> None:
        """Takes in MinHashes, shape (n, permutations); they get the next n numbers."""
        rows = np.asarray(digests, np.uint32).reshape(-1, self._permutations)
        for start in range(0, len(rows), _BLOCK):
            self._add(rows[start : start + _BLOCK])

    def _add(self, rows: Values) -> None:
        first = self._count
        done = 0
        while done < len(rows):
            place = self._count % _BLOCK
            if not place:
                self._blocks.append(np.empty((_BLOCK, self._permutations), np.uint32))
            some = rows[done : done + _BLOCK - place]
            self._blocks[-1][place : place + len(some)] = some
            self._count += len(some)
            done += len(some)
        if not len(rows):
            return
        numbers = np.arange(first, self._count, dtype=np.uint64)
        piece = ((self._hashes(rows) << _HALF) | numbers[:, None]).ravel()
        piece.sort()
        while self._pieces and len(self._pieces[-1]) <= 4 * len(piece) and len(piece) < _PIECE:
            piece = np.concatenate([self._pieces.pop(), piece])
            piece.sort()
        self._pieces.append(piece)

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Values:
        """The MinHashes of these numbers, shape (n, permutations)."""
        wanted = np.asarray(numbers, np.int64)
        found = np.empty((len(wanted), self._permutations), np.uint32)
        blocks, places = wanted // _BLOCK, wanted % _BLOCK
        for block in np.unique(blocks).tolist():
            here = np.flatnonzero(blocks == block)
            found[here] = self._blocks[block][places[here]]
        return found

    def like(self, numbers: Sequence[int], least: float = 0.0) -> dict[int, list[tuple[int, float]]]:
        """For each of these, the others that have a band of equal values with it, with the estimated Jaccard similarity
        where that is `least` or more; in order of their numbers."""
        found: dict[int, list[tuple[int, float]]] = {number: [] for number in numbers}
        listed = list(found)
        for start in range(0, len(listed), _ASKED):
            pairs = self._pairs(np.array(listed[start : start + _ASKED], np.uint64))
            for begin in range(0, len(pairs), _BLOCK):
                some = pairs[begin : begin + _BLOCK]
                equal = self.rows(some[:, 0]) == self.rows(some[:, 1])
                alike = equal.mean(axis=1)
                # Two bands may have one hash: those pairs count of which a band is equal in fact.
                shared = equal.reshape(len(some), self._bands, -1).all(axis=2).any(axis=1)
                holds = np.flatnonzero(shared & (alike >= least))
                for (asker, other), likeness in zip(some[holds].tolist(), alike[holds].tolist(), strict=True):
                    found[asker].append((other, likeness))
        return found

    def _pairs(self, numbers: Entries) -> NDArray[np.int64]:
        """Pairs of each of these numbers and another with the hash of a band in common, shape (n, 2), sorted."""
        wanted = self._hashes(self.rows(numbers.astype(np.int64))).ravel() << _HALF
        order = np.argsort(wanted)  # neighbouring searches touch neighbouring memory
        wanted, askers = wanted[order], np.repeat(numbers, self._bands)[order]
        found: list[Entries] = []
        for piece in self._pieces:
            first = np.searchsorted(piece, wanted)
            hit = np.flatnonzero((piece[np.minimum(first, len(piece) - 1)] >> _HALF) == wanted >> _HALF)
            first = first[hit]
            last = np.searchsorted(piece, wanted[hit] | _NUMBER, side="right")
            count = np.maximum(last - first, 0)
            # Each hit's run of entries, one after the other.
            place = np.arange(int(count.sum())) + np.repeat(first - (np.cumsum(count) - count), count)
            asker, other = np.repeat(askers[hit], count), piece[place] & _NUMBER
            found.append(((asker << _HALF) | other)[asker != other])
        coded = np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)
        return np.stack([coded >> _HALF, coded & _NUMBER], axis=1).astype(np.int64)

    def _hashes(self, rows: Values) -> Entries:
        """A 32-bit hash of each band of each row, shape (n, bands)."""
        values = rows.reshape(len(rows), self._bands, -1).astype(np.uint64)
        mixed = np.broadcast_to(np.arange(1, self._bands + 1, dtype=np.uint64), values.shape[:2]).copy()
        for column in range(values.shape[2]):
            # The multiplier of SplitMix64 spreads each value over the upper half.
            mixed = (mixed ^ values[:, :, column]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        return mixed >> _HALF


def digest(minhashes: Iterable[Any]) -> Values:
    """MinHashes of rensa as rows of numbers."""
    return np.array([minhash.digest() for minhash in minhashes], np.uint32)
