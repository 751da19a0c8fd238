"""Sentences to parsed sentences: the shipped English pipeline.

In: sentences as strings. Out: one `Parse` each, with tags, lemmas, dependencies (Universal Dependencies) and entities (PER,
ORG, LOC); `parse.text` is the sentence, to the character. spaCy's rules cut words; the shipped network (`data/model`, made
by `training/`) reads the sentences one by one.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from spacy.lang.char_classes import ALPHA, HYPHENS
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex

from comity.errors import ComityError

from .lemmas import Lemmatizer
from .network import open_network
from .parse import Entity, Parse, Word
from .trees import best_tree
from .wordpiece import WordPieces

MODEL = Path(__file__).parent.parent / "data" / "model"
# Longer "sentences" are lists and tables; what lies beyond is tagged as unknown and hangs on the root.
MAX_PIECES = 250
MAX_WORDS = 160
_KEPT = 200_000  # words whose lemma is remembered
_ENDLESS = 1_000  # letters without a blank: no word, but noise or malice


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
        self._seen: dict[tuple[str, int, int], tuple[str, str]] = {}

    def tokenize(self, sentence: str) -> Doc:
        """The words of a sentence, unread."""
        if len(sentence) > _ENDLESS and max(map(len, sentence.split()), default=0) > _ENDLESS:
            # spaCy takes an ending off a word as often as there is one, each time looking at all that is left: 60,000
            # brackets on end were not done after minutes.
            parts = re.findall(r"\S+|\s+", sentence)
            return Doc(self.nlp.vocab, words=parts, spaces=[False] * len(parts))
        return self.nlp.make_doc(sentence)

    def annotate(self, sentences: Iterable[str]) -> list[Parse]:
        """The sentences, read; in order."""
        return [self._run(s, self.tokenize(s)) for s in sentences]

    def read(self, docs: Sequence[Doc]) -> list[Parse]:
        """What the network reads in sentences that are cut into words, in order.

        Each sentence is its own run of the network: 8-bit activations share one scale a run, so in a batch a sentence's
        reading would depend on its neighbours. The price is about a tenth of the speed (benchmarks/code_speed.py).
        """
        return [self._run(doc.text, doc) for doc in docs]

    def _run(self, text: str, doc: Doc) -> Parse:
        if not len(doc):
            return Parse(text, [])
        forms: list[str] = []
        offsets: list[int] = []
        for token in doc:
            forms.append(token.text)
            offsets.append(token.idx)
        cut = self._pieces.sentence(islice(forms, MAX_WORDS), MAX_PIECES)
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
        heads = best_tree(arcs[0, :size, : size + 1])
        deprels = rels[0, np.arange(size), heads + 1]
        chosen = tags[0, :size].tolist()
        words = self._words(forms, offsets, chosen, heads.tolist(), deprels.tolist())
        return Parse(text, words, tuple(_entities([self._entities[entity] for *_, entity in chosen])), hidden, cut)

    def _words(
        self, forms: list[str], offsets: list[int], tags: list[list[int]], heads: list[int], deprels: list[int]
    ) -> list[Word]:
        """The words with what the network read in them; what lay beyond it is tagged as unknown and hangs on the root."""
        words: list[Word] = []
        for i, (upos, xpos, rule, entity) in enumerate(tags):
            form = forms[i]
            lower, lemma = self._forms(form, upos, rule)
            dep = self._deprels[deprels[i]]
            words.append(
                Word(words, i, offsets[i], form, lower, lemma, self._upos[upos], self._xpos[xpos], dep, self._entities[entity][2:])
            )  # fmt: skip
        for i in range(len(tags), len(forms)):
            form = forms[i]
            words.append(Word(words, i, offsets[i], form, form.lower(), form, "X", "FW", "dep", ""))
        root = words[heads.index(-1)]
        root.dep_ = "ROOT"
        for i, word in enumerate(words):
            head = words[heads[i]] if i < len(heads) and heads[i] >= 0 else root
            if word is not root:
                word.head = head
                head.children.append(word)
        return words

    def _forms(self, form: str, upos: int, rule: int) -> tuple[str, str]:
        """A word in lower case, and its lemma. Remembered, since words repeat."""
        key = (form, upos, rule)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) > _KEPT:
                self._seen.clear()
            lemma = self._lemmatizer.lemma(form, self._upos[upos], self._rules[rule])
            found = self._seen[key] = (form.lower(), lemma)
        return found


def _entities(tags: list[str]) -> Iterator[Entity]:
    """Names from tags of the kind B-PER, I-PER, O. An inside without its beginning begins a name of its own."""
    start, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        if label and tag != "I-" + label:
            yield Entity(start, i, label)
            label = ""
        if not label and tag != "O":
            start, label = i, tag[2:]


# Prefixes that the treebanks keep with their word ("re-elected", "co-operation"); other hyphens part words.
_PREFIXES = ("anti", "co", "counter", "de", "ex", "inter", "mid", "mini", "multi", "non", "post", "pre", "pro", "re", "semi",
             "sub", "trans", "ultra", "un")  # fmt: skip


def blank_english() -> Language:
    """spaCy's English tokenizer, cut as the treebanks are: "U.S.-led" is three words, "re-elected" one."""
    import spacy

    nlp = spacy.blank("en")
    # spaCy works out shape, prefix, "is it like a number?" and ten more of each word that it sees for the first time. Nothing
    # here asks for them; without, cutting text with many new names takes half the time.
    nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
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
