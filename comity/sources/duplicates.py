"""Near-duplicates: which documents are one story (wire copies, rewrites, updates), and which of them is its head.

In: sketches of documents, in any order and as many at a time as come; out: for each document whose answer may have
changed, the id of its story's head, or None where it is a head itself.

A text is the set of its three-word shingles, and a sketch is the MinHash of that set (rensa). Its LSH proposes pairs; a
pair is one story when enough of the shorter text stands in the longer. Stories are anchored: in order of publication, a
document joins the earliest head that it matches, or becomes a head. So the answer depends on the documents alone and
never on the order in which they came, a chain of rewrites does not melt a month into one story, and no answer depends on
a document published later.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Protocol

from rensa import RMinHash

from comity.records import Document
from comity.sources.likeness import Likeness, digest

SHINGLE_WORDS = 3
# 64 bands of 3 rows propose a pair of Jaccard similarity 0.35 in 94 of 100 cases, of 0.5 in all but 1 of 5,000; two
# unrelated reports (0.01) in 1 of 16,000. The estimate's own standard error is at most 0.036.
PERMUTATIONS, BANDS, SEED = 192, 64, 42
# One story: this part of the shorter text's shingles stands in the longer. Follow-ups that repeat a story's background
# stay below it, copies with every tenth word changed stay above (benchmarks/duplicates.py).
CONTAINED = 0.5
# And the two must be alike as wholes, or a digest of ten reports would be a copy of each. A copy cut to a third passes.
ALIKE = 0.25
# A text of fewer shingles is a phrase that anyone may print; it is never folded.
SHORTEST = 20
# Copies of a story are printed within weeks. What recurs later is another story in the same words: a yearly statement.
WINDOW_DAYS = 30
# Documents remembered before any is forgotten: some 100 MB.
REMEMBERED = 65_536
# Sketches that are taken in at a time.
_AT_ONCE = 4096

# Letters of scripts that part no words by spaces are words of their own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """What is remembered of a document in order to know its copies: its date, how many shingles, and their MinHash."""

    id: str
    published: str | None
    shingles: int
    minhash: RMinHash


class Archive(Protocol):
    """Where the sketches of documents are that came earlier; it may give one twice."""

    def between(self, start: str | None, end: str | None, undated: bool) -> Iterable[Sketch]:
        """Those published from `start` to `end` (None: without end), and with `undated` those without a date."""
        ...

    def of(self, ids: Sequence[str]) -> Iterable[Sketch]:
        """Those of these documents."""
        ...


def shingles(text: str) -> list[str]:
    """The distinct three-word shingles of a text, in order; case, marks and line ends do not matter."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
    return list(dict.fromkeys(map(" ".join, zip(words, words[1:], words[2:], strict=False))))


def sketches(documents: Iterable[Document]) -> list[Sketch]:
    """The sketches of documents; those too short to have copies are left out."""
    long = [(document, found) for document in documents if len(found := shingles(document.text)) >= SHORTEST]
    hashes = RMinHash.from_token_sets([found for _, found in long], PERMUTATIONS, SEED)
    return [
        Sketch(id=document.id, published=document.published.date, shingles=len(found), minhash=minhash)
        for (document, found), minhash in zip(long, hashes, strict=True)
    ]


def pack(minhash: RMinHash) -> bytes:
    """A MinHash as bytes, with the version of its algorithm."""
    state: bytes = minhash.__getstate__()
    return state


def unpack(state: bytes) -> RMinHash:
    """The inverse of `pack`. Raises ValueError for another version of the algorithm, or other parameters."""
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.__setstate__(state)
    if len(minhash.digest()) != PERMUTATIONS:
        raise ValueError("a MinHash of another size")
    return minhash


def one_story(alike: float, shingles: tuple[int, int], published: tuple[str | None, str | None]) -> bool:
    """Whether two documents are copies, rewrites or updates of one story. Symmetric.

    `alike` is the Jaccard similarity of their shingles; the rest is of the one and the other."""
    first, second = published
    if first and second and abs(date.fromisoformat(first) - date.fromisoformat(second)) > _WINDOW:
        return False
    # From |A∩B| = J·|A∪B| and |A∪B| = |A| + |B| - |A∩B|.
    shared = alike * sum(shingles) / (1 + alike)
    return alike >= ALIKE and shared >= CONTAINED * min(shingles)


_WINDOW = timedelta(days=WINDOW_DAYS)


class Stories:
    """The stories of a growing set of documents. Of what is in the archive, only that is fetched which could be a copy
    of what comes, and what it has grown beyond twice that is forgotten: memory follows the documents of a window, not those
    of the store (some 1.6 KB each)."""

    def __init__(self, archive: Archive | None = None, most: int = REMEMBERED) -> None:
        """`most`: documents below which nothing is forgotten; without an archive nothing ever is."""
        self._archive = archive
        self._least = self._most = most
        self._forget_all()

    def _forget_all(self) -> None:
        self._likeness = Likeness(PERMUTATIONS, BANDS)
        self._ids: list[str] = []
        self._published: list[str | None] = []
        self._shingles = array("l")
        self._numbers: dict[str, int] = {}
        # Neighbours, found once and kept up to date: the pairs that `one_story` accepts. `_asked` says of whom they are
        # known; few have any.
        self._asked = bytearray()
        self._near: dict[int, set[int]] = {}
        # The head of each, itself where it is one; _UNKNOWN until somebody's answer depends on it.
        self._head = array("l")
        self._covered: tuple[str, str] | None = None

    def __len__(self) -> int:
        """How many documents are remembered."""
        return len(self._ids)

    def put(self, batch: Sequence[Sketch]) -> dict[str, str | None]:
        """Takes in documents, or their new dates. Returns the heads of these, and of all others whose head has changed."""
        forgetting = self._archive is not None and len(self) > self._most
        if forgetting:
            self._forget_all()
        if self._archive:
            self._take(self._archive.of([sketch.id for sketch in batch if sketch.id not in self._numbers]))
        self._cover([sketch.published for sketch in batch])
        if forgetting:
            self._most = max(self._least, 2 * len(self))
        self._take(batch)
        touched = {self._numbers[sketch.id] for sketch in batch}
        for sketch in batch:
            number = self._numbers[sketch.id]
            if self._published[number] != sketch.published:
                touched |= self._forget(number)
                self._published[number] = sketch.published
        return {self._ids[copy]: None if head == copy else self._ids[head] for copy, head in self._settle(touched)}

    def story(self, identifier: str) -> set[str]:
        """The ids of the documents that are one story with one that was put, itself among them."""
        number = self._numbers[identifier]
        head = self._head[number]
        near = self._neighbours([head])
        self._resolve(near)
        return {self._ids[one] for one in (head, *near) if self._head[one] == head}

    def _forget(self, number: int) -> set[int]:
        """Drops what is known of a document's neighbours; returns who they were."""
        old = self._neighbours([number])
        for other in old:
            self._near.get(other, set()).discard(number)
        self._near.pop(number, None)
        self._asked[number] = False
        self._head[number] = _UNKNOWN
        return old

    def _neighbours(self, numbers: Iterable[int]) -> set[int]:
        """The neighbours of all these together."""
        listed = list(numbers)
        unknown = [number for number in listed if not self._asked[number]]
        if unknown:
            self._cover([self._published[number] for number in unknown])
            for number, proposed in self._likeness.like(unknown, ALIKE).items():
                self._asked[number] = True
                for other, alike in proposed:
                    if self._one_story(number, other, alike):
                        self._near.setdefault(number, set()).add(other)
                        # One that is not known yet is asked for itself when it is its turn.
                        if self._asked[other]:
                            self._near.setdefault(other, set()).add(number)
        return {other for number in listed for other in self._near.get(number, ())}

    def _one_story(self, a: int, b: int, alike: float) -> bool:
        return one_story(alike, (self._shingles[a], self._shingles[b]), (self._published[a], self._published[b]))

    def _settle(self, touched: set[int]) -> Iterator[tuple[int, int]]:
        """Says anew whose copies these are, and whose those are that this changes; each with its head.

        A document's head is the earliest head among its earlier neighbours. So what changes runs towards later documents
        alone, and stops where a head stays one, and a copy a copy."""
        self._neighbours(touched)
        waiting = [(self._order(number), number) for number in touched]
        heapify(waiting)
        queued = set(touched)
        while waiting:
            order, number = heappop(waiting)
            before = self._head[number]
            self._head[number] = head = self._earliest(number)
            yield number, head
            if before == _UNKNOWN or (before == number) is not (head == number):
                later = [
                    other for other in self._near.get(number, ()) if other not in queued and self._order(other) > order
                ]
                self._neighbours(later)
                queued.update(later)
                for other in later:
                    heappush(waiting, (self._order(other), other))

    def _earliest(self, number: int) -> int:
        """The earliest head among a document's earlier neighbours; itself where there is none."""
        order = self._order(number)
        earlier = [other for other in self._near.get(number, ()) if self._order(other) < order]
        self._resolve(earlier)
        return min((other for other in earlier if self._head[other] == other), key=self._order, default=number)

    def _resolve(self, numbers: Iterable[int]) -> None:
        """Finds the heads of documents of which they are not known: nothing that comes now changes them."""
        fresh = {number for number in numbers if self._head[number] == _UNKNOWN}
        found = set(fresh)
        while fresh:
            self._neighbours(fresh)
            fresh = {
                other
                for number in fresh
                for other in self._near.get(number, ())
                if self._head[other] == _UNKNOWN and other not in found and self._order(other) < self._order(number)
            }
            found |= fresh
        for number in sorted(found, key=self._order):
            self._head[number] = self._earliest(number)

    def _order(self, number: int) -> tuple[str, str]:
        """By publication; one without a date is never before one that has it."""
        return self._published[number] or _EVER, self._ids[number]

    def _cover(self, days: Sequence[str | None]) -> None:
        """Fetches what could be a copy of documents of these days, so far as it is not here yet."""
        if not days or self._archive is None:
            return
        start, end = _reach(days)
        if self._covered is None:
            self._covered = (start, end)
            self._take(self._archive.between(start or None, None if end == _EVER else end, True))
            return
        first, last = self._covered
        self._covered = (min(start, first), max(end, last))
        if start < first:
            self._take(self._archive.between(start or None, first, False))
        if end > last:
            self._take(self._archive.between(last, None if end == _EVER else end, False))

    def _take(self, sketches: Iterable[Sketch]) -> None:
        """Takes in those that are new, some thousands at a time."""
        iterator = iter(sketches)
        while some := list(islice(iterator, _AT_ONCE)):
            fresh = {sketch.id: sketch for sketch in some if sketch.id not in self._numbers}
            if not fresh:
                continue
            self._likeness.add(digest(sketch.minhash for sketch in fresh.values()))
            for sketch in fresh.values():
                self._numbers[sketch.id] = len(self._ids)
                self._ids.append(sketch.id)
                self._published.append(sketch.published and sys.intern(sketch.published))
                self._shingles.append(sketch.shingles)
                self._head.append(_UNKNOWN)
            self._asked.extend(bytes(len(fresh)))


_UNKNOWN = -1
# After any date.
_EVER = "~"


def _reach(days: Sequence[str | None]) -> tuple[str, str]:
    """The first and the last day on which a copy of documents of these can be published; ("", _EVER) where any can be."""
    dated = [date.fromisoformat(day) for day in days if day]
    if len(dated) < len(days) or not dated:
        return "", _EVER
    # Python's calendar ends in year 1 and 9999; nobody publishes there, but a test may.
    first = max(min(dated).toordinal() - WINDOW_DAYS, date.min.toordinal())
    last = min(max(dated).toordinal() + WINDOW_DAYS, date.max.toordinal())
    return date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat()


def fold_duplicates(documents: Iterable[Document]) -> list[Document]:
    """The same documents in the same order, each copy with the head of its story in `duplicates_of`."""
    listed = list(documents)
    heads = Stories().put(sketches(listed))
    return [replace(document, duplicates_of=heads.get(document.id)) for document in listed]
