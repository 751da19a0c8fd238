"""Words to word pieces: the encoder's alphabet.

In: words as printed. Out: for each word its piece ids and its case id. The vocabulary is uncased, so case travels in a
channel of its own. A word's pieces do not depend on its neighbours, so each distinct word is cut once and remembered;
that is why this is twenty lines of ours and not a tokenizer library (docs/architecture.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PAD, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
CASES = ("lower", "title", "upper", "mixed", "digit", "other")
_MAX_WORD = 40


def case_id(word: str) -> int:
    """The index in `CASES` of how a word is written."""
    if word.islower():
        return 0
    if word.isalpha() or any(c.isalpha() for c in word):
        if word.isupper():
            return 2 if len(word) > 1 else 1
        return 1 if word[0].isupper() and word[1:].islower() else 3
    return 4 if any(c.isdigit() for c in word) else 5


def fold(word: str) -> str:
    """Lower case without accents, as the encoder's vocabulary has it; typographic quotes and dashes made plain."""
    plain = word.translate(_PLAIN).lower()
    if plain.isascii():
        return plain
    return "".join(c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) != "Mn")


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": ".", "ı": "i", "ß": "s"})


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence as the network takes it. `firsts[0]` is the start mark, `firsts[i + 1]` the first piece of word i; words that
    did not fit are missing."""

    pieces: list[int]
    cases: list[int]
    firsts: list[int]

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """The first and last piece of the words `first` to `last` (counted from 0, both included), or None if they were cut
        off."""
        if last + 1 >= len(self.firsts):
            return None
        end = self.firsts[last + 2] if last + 2 < len(self.firsts) else len(self.pieces) - 1
        return self.firsts[first + 1], end - 1


class WordPieces:
    """A vocabulary that cuts words by longest match from the left (the WordPiece scheme of BERT)."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.vocabulary = tuple(vocabulary)
        self._ids = {piece: index for index, piece in enumerate(self.vocabulary)}
        self._cache: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
        self.pad = self._ids[PAD]
        self.unknown = self._ids[UNKNOWN]
        self.start = self._ids[START]
        self.end = self._ids[END]

    @classmethod
    def load(cls, path: Path) -> WordPieces:
        """The vocabulary in a file with one piece a line."""
        return cls(path.read_text(encoding="utf-8").split("\n"))

    def pieces(self, word: str) -> tuple[int, ...]:
        """The piece ids of one word; at least one. Cached, since words repeat."""
        return (self._cache.get(word) or self._remember(word))[0]

    def sentence(self, words: Iterable[str], most: int) -> Cut:
        """A sentence of words between its start and end marks, with at most `most` pieces: what does not fit is left off."""
        ids, cases, firsts = [self.start], [0], [0]
        for word in words:
            found = self._cache.get(word) or self._remember(word)
            if len(ids) + len(found[0]) >= most:
                break
            firsts.append(len(ids))
            ids += found[0]
            cases += found[1]
        ids.append(self.end)
        cases.append(0)
        return Cut(ids, cases, firsts)

    def _remember(self, word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The piece ids of a word, and its case id for each of them."""
        cut = self._cut(fold(word)[:_MAX_WORD])
        if len(self._cache) > 200_000:
            self._cache.clear()
        self._cache[word] = (cut, (case_id(word),) * len(cut))
        return self._cache[word]

    def _cut(self, word: str) -> tuple[int, ...]:
        out: list[int] = []
        at = 0
        while at < len(word):
            for end in range(len(word), at, -1):
                piece = self._ids.get(word[at:end] if at == 0 else "##" + word[at:end])
                if piece is not None:
                    out.append(piece)
                    at = end
                    break
            else:
                out.append(self.unknown)
                at += 1
        return tuple(out) or (self.unknown,)
