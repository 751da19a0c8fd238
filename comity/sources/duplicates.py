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
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from rensa import RMinHash, RMinHashLSH

from comity.records import Document

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


class _Empty:
    def between(self, _start: str | None, _end: str | None, _undated: bool) -> Iterable[Sketch]:
        return ()

    def of(self, _ids: Sequence[str]) -> Iterable[Sketch]:
        return ()


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


def one_story(a: Sketch, b: Sketch) -> bool:
    """Whether two documents are copies, rewrites or updates of one story. Symmetric."""
    if a.published and b.published and abs(date.fromisoformat(a.published) - date.fromisoformat(b.published)) > _WINDOW:
        return False
    alike: float = a.minhash.jaccard(b.minhash)
    # From |A∩B| = J·|A∪B| and |A∪B| = |A| + |B| - |A∩B|.
    shared = alike * (a.shingles + b.shingles) / (1 + alike)
    return alike >= ALIKE and shared >= CONTAINED * min(a.shingles, b.shingles)


_WINDOW = timedelta(days=WINDOW_DAYS)


class Stories:
    """The stories of a growing set of documents. Of what is in the archive, only that is fetched which could be a copy
    of what comes."""

    def __init__(self, archive: Archive | None = None) -> None:
        self._archive = archive or _Empty()
        self._lsh = RMinHashLSH(CONTAINED, PERMUTATIONS, BANDS)
        self._sketches: list[Sketch] = []
        self._numbers: dict[str, int] = {}
        # Neighbours, found once and kept up to date: the pairs that `one_story` accepts.
        self._near: dict[int, set[int]] = {}
        self._covered: tuple[str, str] | None = None

    def put(self, batch: Sequence[Sketch]) -> dict[str, str | None]:
        """Takes in documents, or their new dates. Returns the heads of all whose head may have changed."""
        self._take(self._archive.of([sketch.id for sketch in batch if sketch.id not in self._numbers]))
        self._cover(batch)
        touched: set[int] = set()
        for sketch in batch:
            number = self._numbers.get(sketch.id)
            if number is None:
                touched.add(self._add(sketch))
            else:
                touched.add(number)
                if self._sketches[number].published != sketch.published:
                    touched |= self._forget(number)
                    self._sketches[number] = replace(self._sketches[number], published=sketch.published)
        for number in touched:
            self._neighbours(number)
        return self._heads(self._closure(touched))

    def _add(self, sketch: Sketch) -> int:
        number = len(self._sketches)
        self._sketches.append(sketch)
        self._numbers[sketch.id] = number
        self._lsh.insert(number, sketch.minhash)
        return number

    def _forget(self, number: int) -> set[int]:
        """Drops what is known of a document's neighbours; returns who they were."""
        old = set(self._neighbours(number))
        for other in old:
            self._near.get(other, set()).discard(number)
        del self._near[number]
        return old

    def _neighbours(self, number: int) -> set[int]:
        found = self._near.get(number)
        if found is None:
            sketch = self._sketches[number]
            self._cover([sketch])
            proposed = set(self._lsh.query(sketch.minhash)) - {number}
            found = {other for other in proposed if one_story(sketch, self._sketches[other])}
            self._near[number] = found
            for other in found:
                # One that is not known yet is asked for itself when it is its turn.
                if other in self._near:
                    self._near[other].add(number)
        return found

    def _closure(self, touched: Iterable[int]) -> set[int]:
        """Everything that is joined with what was touched, over however many neighbours."""
        found, queue = set(touched), deque(touched)
        while queue:
            fresh = self._neighbours(queue.popleft()) - found
            found |= fresh
            queue.extend(fresh)
        return found

    def _heads(self, numbers: Iterable[int]) -> dict[str, str | None]:
        """Heads among documents none of which has a neighbour outside."""
        rank = {number: place for place, number in enumerate(sorted(numbers, key=self._order))}
        heads: set[int] = set()
        result: dict[str, str | None] = {}
        for number in rank:
            head = min((heads & self._neighbours(number)), key=rank.__getitem__, default=None)
            if head is None:
                heads.add(number)
            result[self._sketches[number].id] = None if head is None else self._sketches[head].id
        return result

    def _order(self, number: int) -> tuple[str, str]:
        """By publication; one without a date is never before one that has it."""
        sketch = self._sketches[number]
        return sketch.published or _EVER, sketch.id

    def _cover(self, batch: Sequence[Sketch]) -> None:
        """Fetches what could be a copy of these, so far as it is not here yet."""
        if not batch:
            return
        start, end = _reach(batch)
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

    def _take(self, fetched: Iterable[Sketch]) -> None:
        for sketch in fetched:
            if sketch.id not in self._numbers:
                self._add(sketch)


# After any date.
_EVER = "~"


def _reach(batch: Sequence[Sketch]) -> tuple[str, str]:
    """The first and the last day on which a copy of these can be published; ("", _EVER) where any day can be."""
    days = [sketch.published for sketch in batch]
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
