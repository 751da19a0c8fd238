"""Measures the shipped pipeline on the official test sets: `python -m training.evaluate DATA`. Prints JSON lines.

With gold words: UAS and LAS as CoNLL 2018 counts them (all words, relation subtypes dropped for LAS; with subtypes as
LAS+), UPOS, XPOS, lemma, entity F1 (exact spans, UNER on EWT). From raw text: word and sentence F1, and LAS over words
that were cut as in the treebank.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from spacy.tokens import Doc

from comity.language.pipeline import Pipeline
from comity.language.sentences import split

from .treebank import Sentence, add_iob2, read_conllu


def gold_words(pipeline: Pipeline, sentences: list[Sentence]) -> dict[str, float]:
    """Accuracies on the treebank's own words."""
    docs = [Doc(pipeline.nlp.vocab, words=s.words, spaces=s.space_after) for s in sentences]
    began = time.perf_counter()
    read = pipeline.read(docs)
    seconds = time.perf_counter() - began
    total = uas = las = las_plus = upos = xpos = lemma = 0
    for s, doc in zip(sentences, read, strict=True):
        for i, token in enumerate(doc):
            head = -1 if token.dep_ == "ROOT" else token.head.i
            dep = "root" if token.dep_ == "ROOT" else token.dep_
            total += 1
            if head == s.heads[i]:
                uas += 1
                las += dep.split(":")[0] == s.deprels[i].split(":")[0]
                las_plus += dep == s.deprels[i]
            upos += token.pos_ == s.upos[i]
            xpos += token.tag_ == s.xpos[i]
            lemma += token.lemma_ == s.lemmas[i]
    figures = {"uas": uas, "las": las, "las_plus": las_plus, "upos": upos, "xpos": xpos, "lemma": lemma}
    out = {name: round(value / total, 4) for name, value in figures.items()}
    named = [(s, d) for s, d in zip(sentences, read, strict=True) if s.entities]
    if named:
        gold = {(n, *span) for n, (s, _) in enumerate(named) for span in _spans(s.entities or [])}
        guess = {(n, e.start, e.end, e.label) for n, (_, d) in enumerate(named) for e in d.entities}
        right = len(gold & guess)
        out["entity_f1"] = round(2 * right / max(1, len(gold) + len(guess)), 4)
        out["entity_p"], out["entity_r"] = round(right / max(1, len(guess)), 4), round(right / max(1, len(gold)), 4)
    out["words_per_second"] = round(total / seconds)
    return out


def _spans(tags: list[str]) -> list[tuple[int, int, str]]:
    out: list[tuple[int, int, str]] = []
    for i, tag in enumerate(tags):
        if tag.startswith("B-"):
            out.append((i, i + 1, tag[2:]))
        elif tag.startswith("I-") and out and out[-1][1] == i:
            out[-1] = (out[-1][0], i + 1, out[-1][2])
    return out


def raw_text(pipeline: Pipeline, sentences: list[Sentence], size: int = 20) -> dict[str, float]:
    """F1 of words and sentences from running text with its paragraphs, `size` sentences at a time; blanks do not count."""
    gold_w = gold_s = guess_w = guess_s = right_w = right_s = 0
    for at in range(0, len(sentences), size):
        part = sentences[at : at + size]
        text = "".join(("\n\n" if s.opens_paragraph else " ") + s.text for s in part)
        gold_words_, gold_sents = _offsets(part)
        squeezed = _squeeze(text)
        spans = split(text)
        guess_sents = {(squeezed[a], squeezed[b - 1] + 1) for a, b in spans}
        guess_words_ = set()
        for a, b in spans:
            for token in pipeline.tokenize(text[a:b]):
                if not token.text.isspace():
                    guess_words_.add((squeezed[a + token.idx], squeezed[a + token.idx + len(token) - 1] + 1))
        gold_w, guess_w, right_w = (
            gold_w + len(gold_words_),
            guess_w + len(guess_words_),
            right_w + len(gold_words_ & guess_words_),
        )
        gold_s, guess_s, right_s = (
            gold_s + len(gold_sents),
            guess_s + len(guess_sents),
            right_s + len(gold_sents & guess_sents),
        )
    return {
        "word_f1": round(2 * right_w / (gold_w + guess_w), 4),
        "sentence_f1": round(2 * right_s / (gold_s + guess_s), 4),
    }


def _offsets(part: list[Sentence]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    words: set[tuple[int, int]] = set()
    sents: set[tuple[int, int]] = set()
    at = 0
    for s in part:
        began = at
        for word in s.words:
            length = len("".join(word.split()))
            words.add((at, at + length))
            at += length
        sents.add((began, at))
    return words, sents


def _squeeze(text: str) -> list[int]:
    """For each character its index in the text without white space."""
    out, at = [], 0
    for c in text:
        out.append(at)
        at += not c.isspace()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path, default=Path("comity/data/model"))
    parser.add_argument("--dev", action="store_true", help="the development sets instead of the test sets")
    options = parser.parse_args()
    pipeline = Pipeline(options.model)
    kind = "dev" if options.dev else "test"
    for name, file in (("ewt", f"{kind}.conllu"), ("gum", f"gum_{kind}.conllu")):
        sentences = read_conllu(options.data / "ud" / file)
        if name == "ewt":
            add_iob2(sentences, options.data / "ner" / f"{kind}.iob2")
        print(json.dumps({"set": f"{name} {kind}", **gold_words(pipeline, sentences), **raw_text(pipeline, sentences)}))
        news = [s for s in sentences if s.genre == "news"]
        if news:
            print(json.dumps({"set": f"gum news {kind}", **gold_words(pipeline, news), **raw_text(pipeline, news)}))


if __name__ == "__main__":
    main()
