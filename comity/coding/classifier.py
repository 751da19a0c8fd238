"""The learned reading of pairs: each PLOVER type, or none, gets a probability for what one phrase does to another.

In: a sentence as the pipeline read it and the character spans of its pairs. Out: for each pair an `Opinion`. The classifier
goes on from the vectors that the parser made, so a sentence is read once for both, and all its pairs are asked in one run. It
sees words only, no actors and no lexicon, so its mistakes are others than the rules' and the two can be weighed against each
other (`fusion`, `relate`). Trained by `python -m training` on our own text; docs/training.md.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from comity.language.network import open_network
from comity.language.parse import Parse, places_of
from comity.language.pipeline import MODEL

FloatArray = NDArray[np.float32]
Span = tuple[int, int]
MODE = 0.5  # probability from which a mode is worth telling
UNRELATED = "NONE"  # its name, in the model and in what it was trained on, for a pair that nothing relates
# What the classifier cannot tell apart, since the sentences it learnt from call a deal that was reached now one, now the other:
# where a rule reads the first, the classifier's share of the second speaks for it too.
ONE_TO_IT = {"SUPPORT": "AGREE"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the classifier thinks that a source does to a target: probabilities by type, UNRELATED among them. `mode` gives
    the likely mode of a type, or None; it is worked out when asked, since most opinions never are."""

    probabilities: Mapping[str, float]
    mode: Callable[[str], str | None] = lambda _event: None

    def best(self) -> tuple[str, float]:
        """The likeliest type, UNRELATED included, and its probability."""
        event = max(self.probabilities, key=self.probabilities.__getitem__)
        return event, self.probabilities[event]

    def beside(self, event: str | None) -> Mapping[str, float]:
        """The probabilities to weigh against a rule that reads `event`: what the classifier does not tell from it is added to
        it (`ONE_TO_IT`)."""
        other = ONE_TO_IT.get(event or "")
        if event is None or other is None:
            return self.probabilities
        both = self.probabilities[event] + self.probabilities[other]
        return {**self.probabilities, event: both, other: 0.0}


class Classifier:
    """The shipped classifier, loaded once. `opinions` is its only use."""

    def __init__(self, folder: Path = MODEL, threads: int = 1) -> None:
        self._session = open_network(folder / "relations.onnx", threads)
        about: dict[str, Any] = json.loads((folder / "relations.json").read_text(encoding="utf-8"))
        self.types: tuple[str, ...] = tuple(about["types"])
        self.temperature: float = about["temperature"]
        # By type: its modes, and where they stand among the network's outputs.
        self._modes: dict[str, list[tuple[int, str]]] = {}
        for place, name in enumerate(about["modes"]):
            event, mode = name.split(":")
            self._modes.setdefault(event, []).append((place, mode))

    def opinions(self, parse: Parse, pairs: Sequence[tuple[Span, Span]]) -> list[Opinion | None]:
        """One calibrated opinion a pair, in order; None for a pair that lies beyond what the network takes of a long sentence.
        Spans are character offsets in the sentence. A sentence is one run: an answer does not depend on other sentences."""
        out: list[Opinion | None] = [None] * len(pairs)
        if parse.hidden is None or parse.cut is None:
            return out
        offsets = [word.idx for word in parse.words]
        rows, places = [], []
        for number, (source, target) in enumerate(pairs):
            found = [parse.cut.span(*words) for span in (source, target) if (words := places_of(offsets, *span))]
            if len(found) == 2 and found[0] is not None and found[1] is not None:
                rows.append(number)
                places.append([*found[0], *found[1]])
        if not rows:
            return out
        types, modes = self._session.run(
            None,
            {
                "hidden": parse.hidden,
                "mask": np.ones(parse.hidden.shape[:2], np.int64),
                "pairs": np.array([places], np.int64),
            },
        )
        shares = _softmax(types[0] / self.temperature)
        for row, number in enumerate(rows):
            out[number] = Opinion(
                dict(zip(self.types, shares[row].tolist(), strict=True)), functools.partial(self._mode, modes[0, row])
            )
        return out

    def _mode(self, scores: FloatArray, event: str) -> str | None:
        places = self._modes.get(event)
        if not places:
            return None
        shares = _softmax(scores[None, [place for place, _ in places]])[0]
        best = int(shares.argmax())
        return places[best][1] if shares[best] >= MODE else None


def _softmax(logits: FloatArray) -> FloatArray:
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    out: FloatArray = shifted / shifted.sum(1, keepdims=True)
    return out


@functools.cache
def load_classifier(threads: int = 1) -> Classifier | None:
    """The shipped classifier, loaded once a process; None where the model folder has none (rules alone then read)."""
    return Classifier(threads=threads) if (MODEL / "relations.onnx").exists() else None
