"""What each station of `comity code --store` can do, and what the time goes into: `python -m benchmarks.stations ../shared/data`.

Three corpora, as far as they are there: `dense`, reports of world events (current_events.jsonl); `dense_wire`, the descriptions
of AG News' World class (ag_world.csv); `general`, GUM's news texts (ud/train.conllu, by `# text`), which are news of all
kinds, most of it about no two states. Only measured; nothing of them is kept.

Prints one JSON line. Each station is run alone over a corpus, in one process, and its figures are sentences of the
corpus for each CPU second of that station, since this machine is shared; a station that most sentences never reach has a large
figure. `share` says whose code the time goes into. `whole` is `comity code --store`, documents in and events in the store,
by the clock and with the model loaded, with one process and with two; the ratios hold it against parsing every sentence with the
same network and against spaCy's bare tokenizer, in the same run. There is no spaCy model with a parser on PyPI to compare
with.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.code_scale import measure
from comity.app.reading import read
from comity.coding import load_coder
from comity.coding.coder import Coder
from comity.records import Document
from comity.store import Store

BATCH = 64
SAMPLE = 400  # sentences that the parser alone and the bare tokenizer read


class Timed:
    """An onnxruntime session that counts the CPU seconds of its runs."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.seconds = 0.0
        self.runs = 0

    def run(self, names: Any, feed: Any) -> Any:
        """As the session's own."""
        began = time.process_time()
        out = self._session.run(names, feed)
        self.seconds += time.process_time() - began
        self.runs += 1
        return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--documents", type=int, default=800, help="of each corpus at most")
    parser.add_argument("--clock", action="store_true", help="also run the whole by the clock, with 1 and 2 processes")
    options = parser.parse_args()
    coder = load_coder()
    parser_net, classifier_net = Timed(coder.pipeline._session), None
    coder.pipeline._session = parser_net
    if coder.classifier is not None:
        classifier_net = coder.classifier._session = Timed(coder.classifier._session)
    out: dict[str, Any] = {"benchmark": "stations", "load": os.getloadavg()[0], "cpu": _processor(), "corpora": {}}
    with tempfile.TemporaryDirectory(prefix="comity-") as folder:
        for name, texts in corpora(options.data):
            path = Path(folder) / f"{name}.jsonl"
            rows = [
                json.dumps({"text": t, "published": "2026-01-15", "language": "en"}) for t in texts[: options.documents]
            ]
            path.write_text("\n".join(rows) + "\n", encoding="utf-8")
            figures = stations(coder, path, parser_net, classifier_net)
            if options.clock:
                runs = {n: measure(path, Path(folder) / "s.duckdb", n) for n in (1, 2)}
                figures["whole"]["sentences_per_second_by_the_clock"] = {
                    n: round(figures["sentences"] / one.seconds) for n, one in runs.items()
                }
                figures["whole"]["cores_busy"] = {n: round(one.cpu / one.seconds, 2) for n, one in runs.items()}
            out["corpora"][name] = figures
    print(json.dumps(out))


def corpora(data: Path) -> Iterator[tuple[str, list[str]]]:
    """The texts of each corpus that is there, by document."""
    path = data / "news" / "current_events.jsonl"
    if path.exists():
        yield "dense", [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    path = data / "news" / "ag_world.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            yield "dense_wire", [row["description"] for row in csv.DictReader(lines)]
    path = data / "ud" / "train.conllu"
    if path.exists():
        documents: dict[str, list[str]] = {}
        current = ""
        for line in path.open(encoding="utf-8"):
            if line.startswith("# newdoc id = "):
                current = line.split("= ", 1)[1].strip()
            elif line.startswith("# text = ") and current.startswith("GUM_news"):
                documents.setdefault(current, []).append(line[len("# text = ") :].strip())
        yield "general", ["\n\n".join(sentences) for sentences in documents.values()]


def stations(coder: Coder, path: Path, parser_net: Timed, classifier_net: Timed | None) -> dict[str, Any]:
    """The figures of one corpus."""
    seconds: dict[str, float] = {}
    began = time.process_time()

    def done(station: str) -> None:
        nonlocal began
        now = time.process_time()
        seconds[station] = seconds.get(station, 0.0) + now - began
        began = time.process_time()

    coder.code([item for item in read([path]) if isinstance(item, Document)][:20])  # warm
    before = parser_net.seconds, classifier_net.seconds if classifier_net else 0.0, parser_net.runs
    done("warming")
    documents = [item for item in read([path]) if isinstance(item, Document)]
    done("read")
    plans = [coder.plan(document) for document in documents]
    done("sentences_and_actors")
    wanted = [[s for s in plan if coder.unwanted(s) is None] for plan in plans]
    done("prefilter")
    flat = [s for group in wanted for s in group]
    docs = [coder.pipeline.tokenize(s.text) for s in flat]
    done("tokenize")
    for sentence, parse in zip(flat, coder.pipeline.read(docs), strict=True):
        sentence.parse = parse
    done("parse")
    readings = [list(coder.readings(d, plan)) for d, plan in zip(documents, plans, strict=True)]
    done("rules")
    coder.weigh([reading for group in readings for reading in group])
    done("classify")
    coded = [
        (document, [e for r in group for e in r.events()], [c for r in group for c in r.claims()])
        for document, group in zip(documents, readings, strict=True)
    ]
    done("records")
    with tempfile.TemporaryDirectory(prefix="comity-") as folder, Store.open(Path(folder) / "s.duckdb") as store:
        began = time.process_time()
        for at in range(0, len(coded), BATCH):
            store.replace_documents(coded[at : at + BATCH], version="benchmark")
        done("store")
    del seconds["warming"]
    networks = parser_net.seconds - before[0] + (classifier_net.seconds - before[1] if classifier_net else 0.0)
    total = sum(seconds.values())
    sentences = sum(map(len, plans))
    texts = [s.text for plan in plans for s in plan]
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    began = time.process_time()
    coder.pipeline.annotate(sample)
    alone = (time.process_time() - began) / len(sample)
    began = time.process_time()
    for text in sample:
        coder.pipeline.tokenize(text)
    bare = (time.process_time() - began) / len(sample)
    return {
        "documents": len(documents),
        "sentences": sentences,
        "events": sum(len(events) for _, events, _ in coded),
        "parsed_share": round(len(flat) / sentences, 3),
        "classified_share": round(sum(bool(r.heard) for group in readings for r in group) / sentences, 3),
        "sentences_per_cpu_second": {name: round(sentences / value) for name, value in seconds.items()},
        "whole": {
            "sentences_per_cpu_second": round(sentences / total),
            "milliseconds_per_sentence": round(1000 * total / sentences, 2),
            "of_parsing_every_sentence": round(total / sentences / alone, 2),
            "of_spacy_tokenizing_alone": round(total / sentences / bare, 1),
        },
        "share": {
            "onnxruntime": round(networks / total, 3),
            "spacy": round(seconds["tokenize"] / total, 3),
            "store": round(seconds["store"] / total, 3),
            "ours": round((total - networks - seconds["tokenize"] - seconds["store"]) / total, 3),
        },
    }


def _processor() -> dict[str, Any]:
    """What this processor is called, and whether it multiplies 8-bit numbers (VNNI)."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return {"name": named.get("model name"), "cores": os.cpu_count(), "vnni": "vnni" in named.get("flags", "")}


if __name__ == "__main__":
    main()
