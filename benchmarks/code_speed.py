"""Speed of `comity code` on news text: `python -m benchmarks.code_speed FILE.jsonl [--field text] [--documents N]`.

Prints one JSON line: sentences a second on one core from documents to events, the share of sentences that were parsed and that
the classifier was asked about, and what finding actors takes. Bare spaCy tokenizing of the same text in the same run
is the yardstick, since this machine's speed wanders.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from comity.coding import load_coder
from comity.language.pipeline import blank_english
from comity.records import Document, Published, document_id


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--field", default="text")
    parser.add_argument("--documents", type=int, default=2000)
    options = parser.parse_args()
    texts = [json.loads(line)[options.field] for line in options.file.open(encoding="utf-8")][: options.documents]
    documents = [
        Document(id=document_id(t), text=t, page=t, published=Published(date="2026-01-15", basis="argument"))
        for t in texts
    ]
    coder = load_coder()
    coder.code(documents[:20])
    began = time.perf_counter()
    coded = [c for at in range(0, len(documents), 64) for c in coder.code(documents[at : at + 64])]
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    for text in texts:
        coder.index.mentions(text, "2026-01-15")
    actors = time.perf_counter() - began
    nlp = blank_english()
    began = time.perf_counter()
    for text in texts:
        nlp.make_doc(text)
    bare = time.perf_counter() - began
    sentences = sum(c.sentences for c in coded)
    print(
        json.dumps(
            {
                "benchmark": "code_speed",
                "documents": len(documents),
                "sentences": sentences,
                "sentences_per_second": round(sentences / seconds),
                "parsed_share": round(sum(c.parsed for c in coded) / max(1, sentences), 3),
                "classified_share": round(sum(c.classified for c in coded) / max(1, sentences), 3),
                "events": sum(len(c.events) for c in coded),
                "seconds": round(seconds, 2),
                "actors_seconds": round(actors, 2),
                "bare_tokenizing_seconds": round(bare, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
