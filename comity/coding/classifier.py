"""The learned reading of a marked pair: a small encoder that gives each PLOVER type, or none, a probability.

In: a parsed sentence and the character spans of source and target. Out: probabilities over `TYPES` (the 16 types and
NONE). It sees words only, no actors and no lexicon, so its mistakes are others than the rules' and the two can be weighed
against each other (`relate`). Trained by `python -m training.relations` on our own text; docs/training.md.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from comity.language.network import open_network
from comity.language.pipeline import MODEL
from comity.language.wordpiece import WordPieces, case_id

FloatArray = NDArray[np.float32]
Span = tuple[int, int]
MAX_PIECES = 160
_MARKERS = 4  # the last pieces of the vocabulary: source opens, source closes, target opens, target closes


class Classifier:
    """The shipped classifier, loaded once. `probabilities` is its only use."""

    def __init__(self, folder: Path = MODEL, threads: int = 1) -> None:
        self._session = open_network(folder / "relations.onnx", threads)
        about: dict[str, Any] = json.loads((folder / "relations.json").read_text(encoding="utf-8"))
        self.types: tuple[str, ...] = tuple(about["types"])
        self.temperature: float = about["temperature"]
        words = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
        self._pieces = WordPieces([*words, *about["markers"]])
        self._first_marker = len(words)

    def probabilities(self, items: Sequence[tuple[Doc, Span, Span]]) -> FloatArray:
        """Calibrated probabilities, shape (items, types), in order. Spans are character offsets in the doc's text.

        One run an item, so that no answer depends on its neighbours (see `Pipeline.read`)."""
        out = np.zeros((len(items), len(self.types)), np.float32)
        for number, item in enumerate(items):
            pieces, cases, source, target = self._row(*item)
            (logits,) = self._session.run(
                None,
                {
                    "pieces": np.array([pieces], np.int64),
                    "cases": np.array([cases], np.int64),
                    "mask": np.ones((1, len(pieces)), np.int64),
                    "source": np.array([source], np.int64),
                    "target": np.array([target], np.int64),
                },
            )
            out[number] = _softmax(logits / self.temperature)[0]
        return out

    def _row(self, doc: Doc, source: Span, target: Span) -> tuple[list[int], list[int], int, int]:
        """Pieces with the four markers around the spans, cases, and where the two opening markers stand."""
        marks = sorted(
            [(source[0], 0), (source[1], 1), (target[0], 2), (target[1], 3)], key=lambda mark: (mark[0], -mark[1] % 2)
        )
        ids, cases = [self._pieces.start], [0]
        at = [0] * _MARKERS
        for token in doc:
            while marks and marks[0][0] <= token.idx:
                self._mark(marks.pop(0)[1], ids, cases, at)
            if not token.is_space:
                cut = self._pieces.pieces(token.text)
                ids += cut
                cases += [case_id(token.text)] * len(cut)
        for _, marker in marks:
            self._mark(marker, ids, cases, at)
        ids.append(self._pieces.end)
        cases.append(0)
        if len(ids) > MAX_PIECES:
            # What lies far from both parties goes first; a pair too far apart keeps its first party's side.
            start = max(0, min(min(at) - 10, len(ids) - MAX_PIECES))
            ids, cases = ids[start : start + MAX_PIECES], cases[start : start + MAX_PIECES]
            at = [min(max(0, a - start), MAX_PIECES - 1) for a in at]
        return ids, cases, at[0], at[2]

    def _mark(self, marker: int, ids: list[int], cases: list[int], at: list[int]) -> None:
        at[marker] = len(ids)
        ids.append(self._first_marker + marker)
        cases.append(0)


def _softmax(logits: FloatArray) -> FloatArray:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    out: FloatArray = shifted / shifted.sum(1, keepdims=True)
    return out


@functools.cache
def load_classifier(threads: int = 1) -> Classifier | None:
    """The shipped classifier, loaded once a process; None where the model folder has none (rules alone then read)."""
    return Classifier(threads=threads) if (MODEL / "relations.onnx").exists() else None
