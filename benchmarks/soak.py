"""A day of news in small: `nice -n 15 python -m benchmarks.soak [--documents 200000] [--slices 24]`.

Makes documents of our own words (nothing of anybody's text), one after the other and always the same: general news without
actors, sentences in which states act, one state alone, exact repeats, near-copies, broken lines, long ones and other
languages, as JSON lines, RSS and gzipped web archives, in slices as of an hour each. The first half of the slices are runs
of `comity code --store` of their own, as from a timer; the second half is one long run, as of a process that stays up. One run is
killed midway and run again, one slice is run twice, and a reader asks all the while.

Then it counts. How many documents there must be follows from their texts, how many events from what the coder makes of
each sentence of the table alone, how many failures from the broken lines and the other languages. Running everything again
must add nothing, some slices in one run with one process must give the same rows, and whose copy a document is must be
what one pass over all of them says.

Prints one JSON line. Memory is what the main process and its workers hold (RSS, MB), looked at twice a second:
`main_mb` and `workers_mb` at the end of each run, and for the long run at its first tenth, middle and end, with the
slope between them for each 10,000 documents. `--pause-while FILE` stops all processes while such a file is there.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.duplicates import SENTENCES, SLOTS
from comity.app.coding import code_documents, coding_version
from comity.records import Document, Published, document_id
from comity.sources.duplicates import Stories, sketches
from comity.store import Store

DAY = "2024-05-06"
ACTS = [
    "{0} signed a trade agreement with {1} on Monday.",
    "{0} condemned {1} over the closure of the border.",
    "{0} threatened {1} with sanctions.",
    "{0} sent {1} two planes with food and medicine.",
    "{0} recalled its ambassador from {1}.",
    "Troops of {0} shelled a village in {1} on Sunday.",
    "The foreign minister of {0} met his counterpart from {1}.",
    "{0} demanded that {1} withdraw its troops.",
    "{0} imposed sanctions on {1}.",
    "{0} and {1} agreed to open a joint railway line.",
]
ALONE = [
    "Heavy rain closed three roads in {0}.",
    "A museum in {0} showed old maps of the coast.",
    "Schools in {0} stay shut until Thursday.",
]
STATES = ["France", "Kenya", "Norway", "Peru", "Japan", "Georgia", "Chile", "Ghana", "Poland", "Oman"]
FOREIGN = {
    "de": "Der Rat der Stadt hat am {n}. Tag über den neuen Hafen beraten und die Mittel für die Brücke bewilligt.",
    "fr": "Le conseil de la ville a débattu du nouveau port le jour {n} et a voté les moyens pour le pont.",
    "es": "El consejo de la ciudad debatió sobre el nuevo puerto el día {n} y aprobó los fondos para el puente.",
}
# What a worker holds at least once its model is loaded; the helper that Python starts beside them holds less.
STARTED_MB = 100
# Of a hundred documents. The rest is general news without an actor.
SHARES = {"act": 12, "alone": 6, "repeat": 4, "near": 5, "broken": 1, "foreign": 3, "long": 0.1, "undated": 0.3}
FORMS = ("jsonl",) * 6 + ("rss",) * 3 + ("warc",)
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
READ = """
import json, sys, time
from comity.errors import StoreBusy
from comity.store import Store
path, answers, busy, broken = sys.argv[1], 0, 0, []
last = (0, 0)
for line in sys.stdin:
    try:
        with Store.open(path, read_only=True) as store:
            (documents, ids), (events,) = (
                store.query("SELECT count(*), count(DISTINCT id) FROM documents")[0],
                store.query("SELECT count(*) FROM events")[0])
            (orphans,) = store.query("SELECT count(*) FROM events WHERE document NOT IN (SELECT id FROM documents)")[0]
        if orphans or documents != ids or documents < last[0] or events < last[1]:
            broken.append([documents, ids, events, orphans])
        last = (documents, events)
        answers += 1
    except StoreBusy:
        busy += 1
    except Exception as error:
        broken.append([type(error).__name__, str(error)[:200]])
    print(json.dumps({"answers": answers, "busy": busy, "broken": broken}), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """One document as it goes into a file. `sentence` is the one of the table that it tells, `text` None where the record
    is broken."""

    number: int
    kind: str
    form: str
    text: str | None
    language: str = "en"
    sentence: str | None = None
    dated: bool = True


def table() -> list[str]:
    """The sentences that tell an act, and those with one state."""
    pairs = [(a, b) for place, a in enumerate(STATES) for b in STATES[place + 1 :: 3]]
    return [act.format(a, b) for act in ACTS for a, b in pairs] + [
        one.format(state) for one in ALONE for state in STATES
    ]


def made(number: int, sentences: Sequence[str]) -> Made:
    """The document of a number; always the same."""
    chance = random.Random(f"soak {number}")
    form = chance.choice(FORMS)
    kind = _kind(chance)
    if kind in ("repeat", "near"):
        if number < 100:
            kind = "plain"
        else:
            # As a rule a copy follows within the hour, sometimes much later.
            back = chance.randrange(1, 100) if chance.random() < 0.8 else chance.randrange(1, number)
            original = made(max(0, number - back), sentences)
            if original.text is None or original.kind != "plain":
                kind = "plain"
            elif kind == "repeat":
                return Made(number, kind, form, original.text)
            else:
                return Made(
                    number, kind, form, f"{original.text} The report was updated at {number % 24} hours, {number}."
                )
    lead = f"Report {number:,} of the day. {_filled(chance)}"
    if kind == "broken":
        return Made(number, kind, "jsonl", None)
    if kind == "foreign":
        language = chance.choice(sorted(FOREIGN))
        return Made(number, kind, "jsonl", FOREIGN[language].format(n=number), language)
    if kind in ("act", "alone"):
        acts = len(sentences) - len(ALONE) * len(STATES)
        sentence = chance.choice(sentences[:acts] if kind == "act" else sentences[acts:])
        return Made(number, kind, form, f"{lead} {sentence}", sentence=sentence)
    if kind == "long":
        more = " ".join(_filled(chance) for _ in range(chance.randint(100, 300)))
        sentence = chance.choice(sentences)
        return Made(number, kind, form, f"{lead} {more} {sentence}", sentence=sentence)
    if kind == "undated":
        return Made(number, kind, "jsonl", lead, dated=False)
    return Made(number, kind, form, " ".join([lead, *(_filled(chance) for _ in range(chance.randint(0, 2)))]))


def _kind(chance: random.Random) -> str:
    place = chance.uniform(0, 100)
    for kind, share in SHARES.items():
        if place < share:
            return kind
        place -= share
    return "plain"


def _filled(chance: random.Random) -> str:
    parts = chance.choice(SENTENCES).split("{")
    text = parts[0] + "".join(chance.choice(SLOTS[slot]) + rest for slot, rest in (p.split("}", 1) for p in parts[1:]))
    return text[0].upper() + text[1:]


def write_slice(folder: Path, numbers: range, sentences: Sequence[str]) -> None:
    """Writes the files of one slice."""
    folder.mkdir()
    with (
        (folder / "wire.jsonl").open("w", encoding="utf-8") as lines,
        (folder / "crawl.warc.gz").open("wb") as archive,
        (folder / "feed.rss").open("w", encoding="utf-8") as feed,
    ):
        feed.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>The Day</title>')
        feed.write("<link>https://day.example/</link><language>en</language>\n")
        for number in numbers:
            item = made(number, sentences)
            if item.text is None:
                lines.write('{"text": "A line that breaks off\n')
            elif item.form == "jsonl":
                row = {"text": item.text, "title": f"Report {number}", "language": item.language}
                lines.write(json.dumps(row | ({"published": DAY} if item.dated else {})) + "\n")
            elif item.form == "rss":
                feed.write(
                    f"<item><title>Report {number}</title><link>https://day.example/{number}</link>"
                    f"<pubDate>Mon, 06 May 2024 08:00:00 +0000</pubDate>"
                    f"<description>{escape(f'<p>{escape(item.text)}</p>')}</description></item>\n"
                )
            else:
                page = (
                    f'<!doctype html><html lang="en"><head><title>Report {number}</title>'
                    f'<meta property="article:published_time" content="{DAY}"></head><body><nav><a href="/">Home</a></nav>'
                    f"<article><h1>Report {number}</h1><p>{escape(item.text)}</p></article></body></html>"
                ).encode()
                body = HTTP + page
                head = (
                    f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://day.example/page/{number}\r\n"
                    f"WARC-Date: {DAY}T08:00:00Z\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                archive.write(gzip.compress(head.encode() + body + b"\r\n\r\n", 1))
        feed.write("</channel></rss>\n")


@dataclass(slots=True)
class Expected:
    """What a store must hold. Kept as the documents are made: ids of texts, and the events that each tells."""

    events: dict[str, int]
    documents: dict[str, int] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)

    def take(self, numbers: Iterable[int], sentences: Sequence[str]) -> tuple[int, int]:
        """Counts some numbers in; returns how many distinct documents (coded ones) and failures one run over them has."""
        here: set[str] = set()
        failures = 0
        for number in numbers:
            item = made(number, sentences)
            key = document_id(item.text) if item.text is not None else ""
            if key and key in here:
                continue
            if key:
                here.add(key)
                self.documents[key] = self.events[item.sentence] if item.sentence else 0
            if item.kind in ("broken", "foreign"):
                failures += 1
            if item.kind == "foreign":
                self.foreign.add(key)
        return len(here - self.foreign), failures


class Watched:
    """A process whose memory, and its children's, is looked at twice a second, and which stands still while it must."""

    def __init__(self, command: Sequence[str], log: Path, pause: Path | None) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        self._pause = pause
        self.samples: list[tuple[float, float, float]] = []
        self.paused = 0.0
        self.began = time.monotonic()

    def wait(self, kill_after: float | None = None) -> int:
        """Waits for its end; kills it, without warning, when so many seconds have passed."""
        while self.process.poll() is None:
            if self._pause is not None and self._pause.exists():
                self._stand_still()
            seconds = time.monotonic() - self.began - self.paused
            if kill_after is not None and seconds > kill_after:
                self.process.send_signal(signal.SIGKILL)
            children = _children(self.process.pid)
            self.samples.append((seconds, _held(self.process.pid), max(map(_held, children), default=0.0)))
            time.sleep(0.5)
        self.seconds = time.monotonic() - self.began - self.paused
        return self.process.returncode

    def _stand_still(self) -> None:
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGSTOP)
        while self._pause is not None and self._pause.exists():
            time.sleep(1)
        os.killpg(self.process.pid, signal.SIGCONT)
        self.paused += time.monotonic() - began

    def at(self, share: float) -> tuple[float, float]:
        """What the main process and the largest worker held after a share of the time; workers that are there."""
        there = [one for one in self.samples if one[2] > STARTED_MB] or [(0.0, 0.0, 0.0)]
        _, main, worker = there[min(len(there) - 1, int(share * len(there)))]
        return round(main, 1), round(worker, 1)


def _held(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


class Reader:
    """Another process that asks the store every few seconds."""

    def __init__(self, store: Path, every: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", READ, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.told: dict[str, Any] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=(every, store), daemon=True)
        self._thread.start()

    def _ask(self, every: float, store: Path) -> None:
        while not self._ended.wait(every):
            if store.exists() and self._process.stdin and self._process.stdout:
                self._process.stdin.write("ask\n")
                self._process.stdin.flush()
                self.told = json.loads(self._process.stdout.readline())

    def end(self) -> dict[str, Any]:
        self._ended.set()
        self._thread.join(60)
        self._process.communicate()
        return self.told


def rows(store: Store, table: str, columns: str, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    key = "id" if table == "documents" else "document"
    return store.query(
        f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT unnest(?::VARCHAR[])) ORDER BY ALL", [ids]
    )


def digest(store: Store) -> tuple[Any, ...]:
    """All that a store holds but its runs, as one number a table and its rows."""
    return tuple(
        store.query(f"SELECT count(*), bit_xor(hash(t)) FROM {table} t")[0]
        for table in ("documents", "events", "claims", "sketches")
    )


def heads_in_one_pass(store: Store) -> bool:
    """Whether whose copy each document is, is what one pass over all of them says."""
    stories, found = Stories(), dict[str, str | None]()
    batch: list[Document] = []

    def put() -> None:
        found.update(stories.put(sketches(batch)))
        batch.clear()

    for document in store.documents():
        batch.append(document)
        if len(batch) == 2000:
            put()
    put()
    kept = dict(store.query("SELECT id, duplicates_of FROM documents"))
    return all(found.get(key) == head for key, head in kept.items())


def run_all(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    sentences = table()
    coded = code_documents(
        [
            Document(id=f"s{n}", text=s, page=s, published=Published(date=DAY, basis="record"))
            for n, s in enumerate(sentences)
        ]
    )
    expected = Expected({sentence: len(found.events) for sentence, found in zip(sentences, coded, strict=True)})
    size = -(-options.documents // options.slices)
    parts = [range(at, min(at + size, options.documents)) for at in range(0, options.documents, size)]
    half = len(parts) // 2
    folders = [folder / f"hour-{place:02}" for place in range(len(parts))]
    store, log = folder / "day.duckdb", folder / "log.txt"
    command = [sys.executable, "-m", "comity.cli", "code"]
    tail = ["--store", str(store), "--workers", str(options.workers)]
    reader = Reader(store, options.ask_every)
    shown: list[dict[str, Any]] = []
    faults: list[str] = []

    def code(name: str, inputs: Sequence[Path], numbers: Sequence[range], kill_after: float | None = None) -> Watched:
        run = Watched([*command, *map(str, inputs), *tail], log, options.pause_while)
        status = run.wait(kill_after)
        with Store.open(store, read_only=True, wait=60) as opened:
            counts = opened.counts()
            last = opened.runs()[-1]
        count = sum(map(len, numbers))
        main, worker = run.at(1.0)
        shown.append(
            {
                "run": name,
                "documents": count,
                "seconds": round(run.seconds, 1),
                "per_second": round(count / run.seconds),
                "main_mb": main,
                "worker_mb": worker,
            }
        )
        print(json.dumps(shown[-1] | {"store": counts["documents"], "status": status}), file=sys.stderr, flush=True)
        if kill_after is not None:
            if last.finished is not None or status != -signal.SIGKILL:
                faults.append(f"{name}: was to be killed, and ended ({status})")
            return run
        documents, failures = expected.take(chain(*numbers), sentences)
        told = last.counts
        if (told.get("documents"), told.get("failures")) != (documents, failures):
            faults.append(f"{name}: {told} but {documents} documents and {failures} failures expected")
        return run

    for place in range(half):
        write_slice(folders[place], parts[place], sentences)
        if place == options.kill:
            typical = parts[place].stop - parts[place].start
            code("killed", [folders[place]], [], kill_after=0.5 * typical / max(1, shown[-1]["per_second"]))
        code(folders[place].name, [folders[place]], [parts[place]])
        if place == options.again:
            with Store.open(store, read_only=True, wait=60) as opened:
                before = digest(opened)
            code(f"{folders[place].name} again", [folders[place]], [parts[place]])
            with Store.open(store, read_only=True, wait=60) as opened:
                if digest(opened) != before:
                    faults.append("a slice that was run again changed the store")
    for place in range(half, len(parts)):
        write_slice(folders[place], parts[place], sentences)
    long = code("long run", folders[half:], parts[half:])
    asked = reader.end()
    with Store.open(store, read_only=True) as opened:
        before = digest(opened)
        found = opened.counts()
        orphans = opened.query("SELECT count(*) FROM events WHERE document NOT IN (SELECT id FROM documents)")[0][0]
        by_document = dict(opened.query("SELECT document, count(*) FROM events GROUP BY 1"))
        ids = {row[0]: row[1] for row in opened.query("SELECT id, version FROM documents")}
    wrong = [key for key, count in expected.documents.items() if by_document.get(key, 0) != count]
    uncoded = {key for key, version in ids.items() if version != coding_version()}
    with Store.open(store, read_only=True) as opened:
        heads = heads_in_one_pass(opened)
        copies = opened.query("SELECT count(*) FROM documents WHERE duplicates_of IS NOT NULL")[0][0]
    same = same_rows(folder, store, folders[options.kill : options.kill + 2], options)
    after = before
    if options.all_again:
        code("all again", folders, parts)
        with Store.open(store, read_only=True, wait=60) as opened:
            after = digest(opened)
    tenth, middle, end = long.at(0.1), long.at(0.5), long.at(1.0)
    tens = 0.9 * sum(map(len, parts[half:])) / 10_000
    return {
        "benchmark": "soak",
        "documents": options.documents,
        "distinct": {"expected": len(expected.documents), "found": found["documents"]},
        "the_same_documents": set(ids) == set(expected.documents),
        "events": {"expected": sum(expected.documents.values()), "found": found["events"]},
        "documents_with_other_events": len(wrong),
        "uncoded": {"expected": len(expected.foreign), "found": len(uncoded)},
        "orphans": orphans,
        "faults": faults,
        "copies": copies,
        "copies_as_in_one_pass": heads,
        "all_again_adds_nothing": after == before if options.all_again else None,
        "same_rows_as_one_run": same,
        "reader": asked,
        "long_run": {
            "documents": sum(map(len, parts[half:])),
            "main_mb": [tenth[0], middle[0], end[0]],
            "worker_mb": [tenth[1], middle[1], end[1]],
            "main_mb_per_10000": round((end[0] - tenth[0]) / tens, 2),
            "worker_mb_per_10000": round((end[1] - tenth[1]) / tens, 2),
        },
        "runs": shown,
        "documents_per_second": round(sum(one["documents"] for one in shown) / sum(one["seconds"] for one in shown)),
        "store_mb": round(store.stat().st_size / 1e6, 1),
        "load": os.getloadavg()[0],
    }


def same_rows(folder: Path, store: Path, inputs: Sequence[Path], options: argparse.Namespace) -> bool:
    """Whether some slices, in one run of one process into a new store, give the rows that the whole store has of them."""
    alone = folder / "alone.duckdb"
    command = [sys.executable, "-m", "comity.cli", "code", *map(str, inputs), "--store", str(alone), "--workers", "1"]
    Watched(command, folder / "log.txt", options.pause_while).wait()
    with Store.open(alone, read_only=True) as one, Store.open(store, read_only=True) as all_of_it:
        ids = [row[0] for row in one.query("SELECT id FROM documents")]
        # Whose copy a document is depends on all that is known; where it was read first, on the order.
        documents = "id, published, language, genre, version, record->>'$.text'"
        wanted = (("documents", documents), ("events", "*"), ("claims", "*"), ("sketches", "*"))
        return all(rows(one, table, what, ids) == rows(all_of_it, table, what, ids) for table, what in wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--slices", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", type=int, default=4, help="the slice whose first run is killed")
    parser.add_argument("--again", type=int, default=6, help="the slice that is run twice")
    parser.add_argument("--all-again", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--ask-every", type=float, default=7.0, help="seconds between two questions of the reader")
    parser.add_argument("--pause-while", type=Path, help="stand still while this file is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        print(json.dumps(run_all(options, Path(folder))))


if __name__ == "__main__":
    main()
