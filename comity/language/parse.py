"""A sentence as the parser read it: words that know their governor and what hangs on them.

In: what the network said of each word. Out: `Parse`. The fields have the names that spaCy's `Token` gives them, so that whoever
knows spaCy can read the rules of `coding`; but they are plain attributes of plain objects. A spaCy token looks each of them up
in its store of strings when asked, and finds its children by searching the sentence: on tokens, all of coding but the networks
took 1.3 to 1.6 times as long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .wordpiece import Cut


class Word:
    """One word. `i` is its place in the sentence, `idx` its first character's; `head` is the word that governs it, itself for
    the root; `children` are the words that it governs, in order."""

    __slots__ = (
        "_words",
        "children",
        "dep_",
        "ent_type_",
        "head",
        "i",
        "idx",
        "lemma_",
        "lower_",
        "pos_",
        "tag_",
        "text",
    )

    def __init__(
        self, words: list[Word], i: int, idx: int, text: str, lower: str, lemma: str, pos: str, tag: str, dep: str, entity: str
    ) -> None:  # fmt: skip
        self._words = words
        self.i = i
        self.idx = idx
        self.text = text
        self.lower_ = lower
        self.lemma_ = lemma
        self.pos_ = pos
        self.tag_ = tag
        self.dep_ = dep
        self.ent_type_ = entity
        self.head = self
        self.children: list[Word] = []

    def __repr__(self) -> str:
        return f"Word({self.i} {self.text} {self.pos_} {self.dep_}<{self.head.text})"

    def nbor(self, offset: int = 1) -> Word:
        """The word that stands `offset` places further on; negative: before. Raises IndexError beyond the sentence."""
        at = self.i + offset
        if at < 0:
            raise IndexError(at)
        return self._words[at]

    @property
    def ancestors(self) -> Iterator[Word]:
        """Its governor, that one's governor, and so on to the root."""
        word = self
        while word.head is not word:
            word = word.head
            yield word

    @property
    def subtree(self) -> list[Word]:
        """It and all that hangs on it, each word between what hangs on it from the left and from the right."""
        if not self.children:
            return [self]
        out: list[Word] = []
        own = self.i
        placed = False
        for child in self.children:
            if not placed and child.i > own:
                out.append(self)
                placed = True
            out += child.subtree
        if not placed:
            out.append(self)
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A name that the network saw: the words `start` to `end` (not included), and PER, ORG or LOC."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Parse:
    """A sentence, read. `hidden` (1, pieces, width) is what the network saw in its pieces (`cut`), for the classifier to go
    on from; None in an empty sentence."""

    text: str
    words: list[Word]
    entities: tuple[Entity, ...] = ()
    hidden: NDArray[np.float32] | None = None
    cut: Cut | None = None

    def __iter__(self) -> Iterator[Word]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, i: int) -> Word:
        return self.words[i]

    def places_of(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last word that a stretch of characters touches."""
        return places_of([w.idx for w in self.words], start, end)

    def phrase(self, first: Word, last: Word) -> str:
        """The text from one word to another, both included."""
        return self.text[first.idx : last.idx + len(last.text)]


def places_of(offsets: Sequence[int], start: int, end: int) -> tuple[int, int] | None:
    """The first and last of the words, which begin at `offsets`, that the characters `start` to `end` touch; None where they
    touch none. Blanks belong to the word before them."""
    first, last = bisect_right(offsets, start) - 1, bisect_right(offsets, end - 1) - 1
    return (first, last) if 0 <= first <= last and start < end else None
