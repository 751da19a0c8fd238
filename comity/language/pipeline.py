"""Sentences to parsed sentences: the shipped English pipeline.

In: sentences as strings. Out: one spaCy `Doc` each, with tags, lemmas, dependencies (Universal Dependencies) and
entities (PER, ORG, LOC); `doc.text` is the sentence, to the character. spaCy's rules cut words; the shipped network
(`data/model`, made by `training/`) reads them one by one.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.lang.char_classes import ALPHA, HYPHENS
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from comity.errors import ComityError

from .lemmas import Lemmatizer
from .network import open_network
from .trees import best_tree
from .wordpiece import WordPieces, case_id

MODEL = Path(__file__).parent.parent / "data" / "model"
# Longer "sentences" are lists and tables; what lies beyond is tagged as unknown and hangs on the root.
MAX_PIECES = 250
MAX_WORDS = 160


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

    def tokenize(self, sentence: str) -> Doc:
        """The words of a sentence, unread."""
        return self.nlp.make_doc(sentence)

    def annotate(self, sentences: Iterable[str]) -> list[Doc]:
        """The sentences, read; in order."""
        return self.read([self.tokenize(s) for s in sentences])

    def read(self, docs: Sequence[Doc]) -> list[Doc]:
        """Docs with words only become docs with all annotation; in order.

        Each sentence is its own run of the network: 8-bit activations share one scale a run, so in a batch a sentence's
        reading would depend on its neighbours. The price is about a tenth of the speed (benchmarks/code_speed.py).
        """
        return [self._run(doc) if len(doc) else doc for doc in docs]

    def _cut(self, doc: Doc) -> tuple[list[int], list[int], list[int]]:
        ids, cases, firsts = [self._pieces.start], [0], [0]
        for token in doc:
            word = token.text
            pieces = self._pieces.pieces(word)
            if len(ids) + len(pieces) >= MAX_PIECES or len(firsts) > MAX_WORDS:
                break
            firsts.append(len(ids))
            ids.extend(pieces)
            cases.extend([case_id(word)] * len(pieces))
        ids.append(self._pieces.end)
        cases.append(0)
        return ids, cases, firsts

    def _run(self, doc: Doc) -> Doc:
        pieces, cases, firsts = self._cut(doc)
        size = len(firsts) - 1
        tags, arcs, rels = self._session.run(
            None,
            {
                "pieces": np.array([pieces], np.int64),
                "cases": np.array([cases], np.int64),
                "mask": np.ones((1, len(pieces)), np.int64),
                "firsts": np.array([firsts], np.int64),
            },
        )
        return self._assemble(doc, tags[0, :size], best_tree(arcs[0, :size, : size + 1]), rels[0, :size, : size + 1])

    def _assemble(self, doc: Doc, tags: NDArray[Any], heads: NDArray[np.int64], rels: NDArray[Any]) -> Doc:
        words = [t.text for t in doc]
        size = len(heads)
        root = int(np.flatnonzero(heads < 0)[0])
        chosen = rels[np.arange(size), heads + 1].tolist()
        rest = len(words) - size
        upos, xpos, rules, entities = (tags[:, i].tolist() for i in range(4))
        deps = [self._deprels[d] for d in chosen]
        deps[root] = "ROOT"
        starts: list[bool | int | None] = [True, *[False] * (len(words) - 1)]
        return Doc(
            doc.vocab,
            words=words,
            spaces=[bool(t.whitespace_) for t in doc],
            pos=[self._upos[i] for i in upos] + ["X"] * rest,
            tags=[self._xpos[i] for i in xpos] + ["FW"] * rest,
            lemmas=[
                self._lemmatizer.lemma(w, self._upos[u], self._rules[r])
                for w, u, r in zip(words, upos, rules, strict=False)
            ]
            + words[size:],
            heads=[int(h) if h >= 0 else i for i, h in enumerate(heads)] + [root] * rest,
            deps=deps + ["dep"] * rest,
            ents=_valid_iob([self._entities[i] for i in entities] + ["O"] * rest),
            sent_starts=starts,
        )


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
