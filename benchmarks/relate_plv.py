"""Accuracy of `comity relate` on marked sentences with PLOVER codes: `python -m benchmarks.relate_plv FILE.tsv [--errors]`.

FILE has the columns of Zero-Shot-PLOVER's PLV sets (sentence, marked_sentence, source, target, gold_penta, gold_root). That
benchmark's older names fold CONCEDE and RETREAT into YIELD, which it files under class 2. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from comity.coding.relate import relate
from comity.ontology import load_ontology

Score = tuple[float, dict[str, float]]
YIELD = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}
CLASSES = {"verbal_cooperation": "1", "material_cooperation": "2", "verbal_conflict": "3", "material_conflict": "4"}


def macro_f1(pairs: list[tuple[str, str]]) -> Score:
    """Mean F1 over the gold labels, and each label's; `pairs` are (gold, guess)."""
    gold, guess, right = (
        Counter(g for g, _ in pairs),
        Counter(p for _, p in pairs),
        Counter(g for g, p in pairs if g == p),
    )
    each = {label: 2 * right[label] / (gold[label] + guess[label]) for label in sorted(gold)}
    return sum(each.values()) / len(each), {label: round(value, 3) for label, value in each.items()}


def figures(
    rows: Sequence[Mapping[str, str]], guesses: Sequence[str | None]
) -> tuple[Score, Score, list[tuple[str, str]]]:
    """Macro-F1 over root types and over the four classes, each with its labels' F1, and the (gold, guess) pairs of root types.
    `guesses` are our types, or None; they are folded into that benchmark's names."""
    ontology = load_ontology()
    roots, quads = [], []
    for row, guess in zip(rows, guesses, strict=True):
        folded = YIELD.get(guess, guess) if guess else "none"
        roots.append((row["gold_root"], folded))
        quad = "none" if guess is None else "2" if folded == "YIELD" else CLASSES[ontology.quad(guess)]
        quads.append((row["gold_penta"], quad))
    return macro_f1(roots), macro_f1(quads), roots


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--confusion", action="store_true", help="also print the most frequent confusions")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    began = time.perf_counter()
    answers = list(
        relate(
            {"sentence": r["sentence"], "source": r["source"], "target": r["target"], "marked": r["marked_sentence"]}
            for r in rows
        )
    )
    seconds = time.perf_counter() - began
    (root, each), (quad, _), roots = figures(rows, [answer["event"] for answer in answers])
    print(
        json.dumps(
            {
                "benchmark": "relate_plv",
                "file": options.file.name,
                "rows": len(rows),
                "root_macro_f1": round(root, 4),
                "quad_macro_f1": round(quad, 4),
                "answered": round(sum(p != "none" for _, p in roots) / len(roots), 4),
                "errors": sum("error" in a for a in answers),
                "by_type": each,
                "seconds": round(seconds, 2),
                "sentences_per_second": round(len(rows) / seconds),
            }
        )
    )
    if options.confusion:
        for (gold, guess), count in Counter(p for p in roots if p[0] != p[1]).most_common(25):
            print(f"  {count:4} {gold} read as {guess}")


if __name__ == "__main__":
    main()
