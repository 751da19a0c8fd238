"""Sentences to parsed sentences: the shipped English pipeline.

In: sentences as strings. Out: one spaCy `Doc` each, with tags, lemmas, dependencies (Universal Dependencies) and
entities (PER, ORG, LOC); `doc.text` is the sentence, to the character. spaCy's rules cut words; the shipped network
(`data/model`, made by `training/`) reads them one by one.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy import attrs
from spacy.lang.char_classes import ALPHA, HYPHENS
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from comity.errors import ComityError

from .lemmas import Lemmatizer
from .network import open_network
from .trees import best_tree
from .wordpiece import Cut, WordPieces

MODEL = Path(__file__).parent.parent / "data" / "model"
# Longer "sentences" are lists and tables; what lies beyond is tagged as unknown and hangs on the root.
MAX_PIECES = 250
MAX_WORDS = 160
_ENDLESS = 1_000  # letters without a blank: no word, but noise or malice


_VECTORS = "comity vectors"
_ATTRIBUTES = [attrs.POS, attrs.TAG, attrs.LEMMA, attrs.HEAD, attrs.DEP, attrs.ENT_IOB, attrs.ENT_TYPE]
_IOB = {"I": 1, "O": 2, "B": 3}


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the network saw in a sentence, for the classifier to go on from: `hidden` (1, pieces, width) and the pieces."""

    hidden: NDArray[np.float32]
    cut: Cut


def vectors_of(doc: Doc) -> Vectors | None:
    """The vectors of a sentence that the pipeline has read; None for any other."""
    found: Vectors | None = doc.user_data.get(_VECTORS)
    return found


class Pipeline:
    """The tokenizer and the network, loaded once. Not safe to share between threads; make one each."""

    def __init__(self, folder: Path = MODEL, threads: int = 1) -> None:
        if not (folder / "encoder.onnx").exists():
            raise ComityError(
                f"{folder}: the language model is missing (reinstall comity, or train it: docs/training.md)"
            )
        self._session = open_network(folder / "encoder.onnx", threads)
        labels: dict[str, list[str]] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self._upos, self._xpos = labels["upos"], labels["xpos"]
        self._rules, self._entities, self._deprels = labels["lemma_rules"], labels["entities"], labels["deprels"]
        self._pieces = WordPieces.load(folder / "vocabulary.txt")
        self._lemmatizer = Lemmatizer.load(folder / "lemmas.tsv", set(self._pieces.vocabulary))
        self.nlp = blank_english()
        # Labels as spaCy numbers them, so that a whole sentence is written at once.
        number = self.nlp.vocab.strings.add
        self._upos_ids = np.array([number(name) for name in self._upos], np.uint64)
        self._xpos_ids = np.array([number(name) for name in self._xpos], np.uint64)
        self._deprel_ids = np.array([number(name) for name in self._deprels], np.uint64)
        self._root_id = number("ROOT")
        tags = {*self._entities, *("B-" + name[2:] for name in self._entities if name != "O")}
        self._entity_ids = {tag: (_IOB[tag[0]], number(tag[2:]) if tag[2:] else 0) for tag in tags}
        self._beyond = np.array([number("X"), number("FW"), 0, 0, number("dep"), _IOB["O"], 0], np.uint64)

    def tokenize(self, sentence: str) -> Doc:
        """The words of a sentence, unread."""
        if len(sentence) > _ENDLESS and max(map(len, sentence.split()), default=0) > _ENDLESS:
            # spaCy takes an ending off a word as often as there is one, each time looking at all that is left: 60,000
            # brackets on end took it ten minutes.
            parts = re.findall(r"\S+|\s+", sentence)
            return Doc(self.nlp.vocab, words=parts, spaces=[False] * len(parts))
        return self.nlp.make_doc(sentence)

    def annotate(self, sentences: Iterable[str]) -> list[Doc]:
        """The sentences, read; in order."""
        return self.read([self.tokenize(s) for s in sentences])

    def read(self, docs: Sequence[Doc]) -> list[Doc]:
        """Writes all annotation into docs with words only, and gives them back, in order.

        Each sentence is its own run of the network: 8-bit activations share one scale a run, so in a batch a sentence's
        reading would depend on its neighbours. The price is about a tenth of the speed (benchmarks/code_speed.py).
        """
        return [self._run(doc) if len(doc) else doc for doc in docs]

    def _run(self, doc: Doc) -> Doc:
        cut = self._pieces.sentence(islice((token.text for token in doc), MAX_WORDS), MAX_PIECES)
        size = len(cut.firsts) - 1
        tags, arcs, rels, hidden = self._session.run(
            None,
            {
                "pieces": np.array([cut.pieces], np.int64),
                "cases": np.array([cut.cases], np.int64),
                "mask": np.ones((1, len(cut.pieces)), np.int64),
                "firsts": np.array([cut.firsts], np.int64),
            },
        )
        self._annotate(doc, tags[0, :size], best_tree(arcs[0, :size, : size + 1]), rels[0, :size, : size + 1])
        doc.user_data[_VECTORS] = Vectors(hidden, cut)
        return doc

    def _annotate(self, doc: Doc, tags: NDArray[Any], heads: NDArray[np.int64], rels: NDArray[Any]) -> None:
        """Writes what the network read into a doc; what lay beyond it is tagged as unknown and hangs on the root."""
        size, length = len(heads), len(doc)
        root = int(np.flatnonzero(heads < 0)[0])
        here = np.arange(length)
        table = np.empty((length, len(_ATTRIBUTES)), np.uint64)
        table[size:] = self._beyond
        table[:size, 0] = self._upos_ids[tags[:, 0]]
        table[:size, 1] = self._xpos_ids[tags[:, 1]]
        offsets = np.full(length, root) - here
        offsets[:size] = np.where(heads >= 0, heads, root) - here[:size]
        table[:, 3] = offsets.view(np.uint64)
        table[:size, 4] = self._deprel_ids[rels[np.arange(size), heads + 1]]
        table[root, 4] = self._root_id
        upos, rules = tags[:, 0].tolist(), tags[:, 2].tolist()
        entities = _valid_iob([self._entities[i] for i in tags[:, 3].tolist()])
        strings, lemma = doc.vocab.strings, self._lemmatizer.lemma
        for at, token in enumerate(doc):
            if at < size:
                table[at, 2] = strings.add(lemma(token.text, self._upos[upos[at]], self._rules[rules[at]]))
                table[at, 5:] = self._entity_ids[entities[at]]
            else:
                table[at, 2] = token.orth
        doc.from_array(_ATTRIBUTES, table)  # type: ignore[arg-type]


def _valid_iob(tags: list[str]) -> list[str]:
    """IOB2 with stray insides made beginnings."""
    before = "O"
    out = []
    for tag in tags:
        if tag.startswith("I-") and before[2:] != tag[2:]:
            tag = "B-" + tag[2:]
        out.append(tag)
        before = tag
    return out


# Prefixes that the treebanks keep with their word ("re-elected", "co-operation"); other hyphens part words.
_PREFIXES = ("anti", "co", "counter", "de", "ex", "inter", "mid", "mini", "multi", "non", "post", "pre", "pro", "re", "semi",
             "sub", "trans", "ultra", "un")  # fmt: skip


def blank_english() -> Language:
    """spaCy's English tokenizer, cut as the treebanks are: "U.S.-led" is three words, "re-elected" one."""
    import spacy

    nlp = spacy.blank("en")
    kept = "".join(rf"(?<!\b{p})(?<!\b{p.capitalize()})" for p in _PREFIXES)
    infixes = [rule for rule in nlp.Defaults.infixes or () if HYPHENS not in str(rule)]
    infixes += [
        rf"(?<=[{ALPHA}0-9.]){kept}(?:{HYPHENS})(?=[{ALPHA}])",
        rf"(?<=[{ALPHA}])(?:{HYPHENS})(?=[0-9])",
    ]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
    return nlp


@functools.cache
def load_pipeline(threads: int = 1) -> Pipeline:
    """The shipped pipeline, loaded once a process."""
    return Pipeline(threads=threads)
