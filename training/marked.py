"""Marked text for the classifier of pairs: what stands in `training/relations`, as sentences with pairs of phrases.

In: the lexicon's examples, `part_*.csv` (one marked pair a row), `sentences_*.jsonl` (several numbered phrases a sentence and
the acts between them), and the same for running text that is read from where it stands: `pairs.csv` and `running.jsonl`. Out:
`Marked` sentences. All of it is our own or openly licensed; none is made from anybody's test set (docs/training.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.coding.classifier import UNRELATED as NONE
from comity.coding.lexicon import load_lexicon, unmark
from comity.errors import ComityError
from comity.language.sentences import split
from comity.ontology import load_ontology
from comity.tables import read_table

from .treebank import read_conllu

FOLDER = Path(__file__).parent / "relations"
Span = tuple[int, int]
_PHRASE = re.compile(r"\[(\d) ([^\[\]]+)\]")
_ACT = re.compile(r"(\d)>(\d) ([A-Z]+)(?::([a-z-]+))?")


@dataclass(frozen=True, slots=True)
class Pair:
    """An ordered pair of phrases: what the first does to the second, a type or NONE, and its mode where one is given."""

    source: Span
    target: Span
    event: str
    mode: str | None = None


@dataclass(slots=True)
class Marked:
    """A sentence with its pairs; spans are character offsets."""

    text: str
    pairs: list[Pair] = field(default_factory=list)


def marked_text(data: Path) -> list[Marked]:
    """All marked sentences, each text once, in a fixed order. `data` is the folder that holds news/current_events.jsonl. What
    `running_held.jsonl` keeps aside to set thresholds by is left out. Raises ComityError where a file has a fault."""
    out: dict[str, Marked] = {}
    known = {digest(text): text for text in _sentences(data)}
    aside = {text for text, _ in running(known, FOLDER / "running_held.jsonl")}
    for text, pair in [*_rows(), *_pairs(data), *_numbered(), *running(known, FOLDER / "running.jsonl")]:
        if text.strip() not in aside:
            out.setdefault(text, Marked(text)).pairs.append(pair)
    return list(out.values())


def _rows() -> Iterator[tuple[str, Pair]]:
    """The lexicon's examples and `part_*.csv`: "<s>A</s> does something to <t>B</t>"."""
    rows = [(row.example, row.event, row.mode) for row in load_lexicon()]
    for path in sorted(FOLDER.glob("part_*.csv")):
        rows += [(row["marked"], row["event"], row["mode"] or None) for _, row in read_table(path)]
    for marked, event, mode in rows:
        found = unmark(marked)
        if found.source is not None and found.target is not None:
            yield found.text, Pair(found.source, found.target, event, mode)


def _pairs(data: Path) -> Iterator[tuple[str, Pair]]:
    """`pairs.csv`: pairs of actors as they stand in the shipped dispatches (`di:`) and in the current events that no benchmark
    holds (`ce:`), each in both directions."""
    from comity.sources import read

    folder = Path(__file__).parent.parent / "comity" / "data" / "dispatches"
    known = {f"di:{d.id}": d.text for d in read([folder]) if hasattr(d, "text")}
    with (data / "news" / "current_events.jsonl").open(encoding="utf-8") as lines:
        known |= {f"ce:{number}": json.loads(line)["text"] for number, line in enumerate(lines)}
    for _, row in read_table(FOLDER / "pairs.csv"):
        text = known.get(row["item"])
        if text is None:
            continue
        start, end = int(row["start"]), int(row["end"])
        a = (int(row["a_start"]) - start, int(row["a_end"]) - start)
        b = (int(row["b_start"]) - start, int(row["b_end"]) - start)
        yield text[start:end], Pair(a, b, row["ab"])
        yield text[start:end], Pair(b, a, row["ba"])


def _numbered() -> Iterator[tuple[str, Pair]]:
    """`sentences_*.jsonl`."""
    for path in sorted(FOLDER.glob("sentences_*.jsonl")):
        for record in _records(path, lambda record: numbered(str(record["text"]), record["acts"])):
            yield from record


def running(known: Mapping[str, str], path: Path) -> Iterator[tuple[str, Pair]]:
    """Sentences of running text, with the phrases that `path` marks in them. `known` has the text by its digest; raises
    ComityError for one that it has not."""

    def read(record: dict[str, Any]) -> list[tuple[str, Pair]]:
        text = known[record["key"]]
        spans = {str(number): (a, b) for number, (a, b) in enumerate(record["phrases"], 1)}
        return [(text, pair) for pair in _between(spans, record["acts"])]

    for record in _records(path, read):
        yield from record


def _sentences(data: Path) -> Iterator[str]:
    """The sentences of the current events and of the treebanks."""
    with (data / "news" / "current_events.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            yield from (text[a:b].strip() for a, b in split(text))
    yield from (sentence.text.strip() for sentence in read_conllu(data / "ud" / "train.conllu"))


def digest(text: str) -> str:
    """By what `running.jsonl` knows a sentence."""
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _records(path: Path, read: Callable[[dict[str, Any]], list[tuple[str, Pair]]]) -> Iterator[list[tuple[str, Pair]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield read(json.loads(line))
        except (ValueError, KeyError) as fault:
            raise ComityError(f"{path.name}:{number}: {fault} (see training/relations/README.md)") from fault


def numbered(marked: str, acts: Sequence[str]) -> list[tuple[str, Pair]]:
    """The plain text of "[1 Oslo] warned [2 Minsk]", with each ordered pair of its phrases; those without an act are NONE.
    Raises ValueError for an act that names no phrase, type or mode."""
    text, spans, at = "", {}, 0
    for match in _PHRASE.finditer(marked):
        text += marked[at : match.start()]
        spans[match[1]] = (len(text), len(text) + len(match[2]))
        text += match[2]
        at = match.end()
    text += marked[at:]
    if "[" in text or "]" in text or len(spans) < 2:
        raise ValueError("needs two or more numbered phrases, none inside another")
    return [(text, pair) for pair in _between(spans, acts)]


def _between(spans: Mapping[str, Span], acts: Sequence[str]) -> Iterator[Pair]:
    """All ordered pairs of phrases, with the acts that are told of them."""
    ontology = load_ontology()
    told: dict[tuple[str, str], tuple[str, str | None]] = {}
    for act in acts:
        found = _ACT.fullmatch(act)
        if found is None or found[1] not in spans or found[2] not in spans or found[1] == found[2]:
            raise ValueError(f"{act!r} is no act between two of its phrases")
        if found[3] not in ontology.types or (found[4] and found[4] not in ontology.modes.get(found[3], ())):
            raise ValueError(f"{act!r} names no type or mode of PLOVER")
        told[found[1], found[2]] = (found[3], found[4])
    for a in spans:
        for b in spans:
            if a != b:
                yield Pair(spans[a], spans[b], *told.get((a, b), (NONE, None)))
