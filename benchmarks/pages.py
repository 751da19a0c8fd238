"""Accuracy of the reading of pages: `python -m benchmarks.pages [--errors] [--split dev|held]`. Prints one JSON line.

The 70 labelled pages of tests/sources/pages (invented, see tests/sources/make_pages.py). Rules were tuned on the sites
of the dev half alone. Article text: F1 over tokens as multisets, micro (all tokens of a split) and mean per page;
beside it trafilatura's own extraction with its defaults, a first line that repeats the title taken off. Furniture:
the share of labelled tokens that are not in the article (`furniture_recall`), and that are furniture of the labelled
kind (`furniture_kind`). Title, authors, date, basis and genre: share of pages that agree exactly. Interests: F1 over
(holder, party, kind).
"""

from __future__ import annotations

import argparse
import difflib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.records import Document
from comity.sources import read

PAGES = Path(__file__).resolve().parent.parent / "tests" / "sources" / "pages"
_TOKEN = re.compile(r"\w+")


def tokens(text: str) -> list[str]:
    """The words of a text, case folded."""
    return _TOKEN.findall(text.casefold())


@dataclass(slots=True)
class Overlap:
    """Tokens found and wanted, and those in both."""

    both: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(self.both + other.both, self.found + other.found, self.wanted + other.wanted)

    @property
    def f1(self) -> float:
        return 2 * self.both / max(1, self.found + self.wanted)


def overlap(found: Iterable[Any], wanted: Iterable[Any]) -> Overlap:
    """Two bags compared."""
    a, b = Counter(found), Counter(wanted)
    return Overlap((a & b).total(), a.total(), b.total())


def kinds_of_tokens(document: Document) -> list[tuple[str, str]]:
    """Each word of the page with the kind of furniture it is in; "article" if in none."""
    kinds = [""] * (len(document.page) + 1)
    for item in document.furniture:
        kinds[item.start : item.end] = [item.kind] * (item.end - item.start)
    title = document.title and document.page.find(document.title)
    if document.title and isinstance(title, int) and title >= 0 and not any(kinds[title : title + 3]):
        kinds[title : title + len(document.title)] = ["title"] * len(document.title)
    return [(match.group().casefold(), kinds[match.start()] or "article") for match in _TOKEN.finditer(document.page)]


def aligned(page: Sequence[str], label: Sequence[str]) -> dict[int, int]:
    """Which word of the page is which word of the label, both in page order."""
    matcher = difflib.SequenceMatcher(None, label, page, autojunk=False)
    return {block.a + at: block.b + at for block in matcher.get_matching_blocks() for at in range(block.size)}


@dataclass(slots=True)
class Score:
    """What one page comes to; sums over pages."""

    pages: int = 0
    text: Overlap = field(default_factory=Overlap)
    plain: Overlap = field(default_factory=Overlap)
    text_f1: float = 0.0
    plain_f1: float = 0.0
    furniture: int = 0
    out: int = 0
    kind: int = 0
    right: Counter[str] = field(default_factory=Counter)
    interests: Overlap = field(default_factory=Overlap)
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.pages + other.pages,
            self.text + other.text,
            self.plain + other.plain,
            self.text_f1 + other.text_f1,
            self.plain_f1 + other.plain_f1,
            self.furniture + other.furniture,
            self.out + other.out,
            self.kind + other.kind,
            self.right + other.right,
            self.interests + other.interests,
            self.errors + other.errors,
        )

    def figures(self) -> dict[str, Any]:
        pages = max(1, self.pages)
        return {
            "pages": self.pages,
            "text_f1": round(self.text.f1, 4),
            "text_f1_mean": round(self.text_f1 / pages, 4),
            "trafilatura_f1": round(self.plain.f1, 4),
            "trafilatura_f1_mean": round(self.plain_f1 / pages, 4),
            "furniture_recall": round(self.out / max(1, self.furniture), 4),
            "furniture_kind": round(self.kind / max(1, self.furniture), 4),
            **{name: round(self.right[name] / pages, 4) for name in ("date", "basis", "genre", "title", "authors")},
            "interests_f1": round(self.interests.f1, 4),
        }


def plain_text(data: bytes, title: str) -> str:
    """What trafilatura alone takes for the article."""
    import trafilatura

    lines = (trafilatura.extract(data) or "").splitlines()
    return "\n".join(lines[1:] if lines and tokens(lines[0]) == tokens(title) else lines)


def score(label: dict[str, Any], document: Document, plain: str) -> Score:
    """One page held against its label."""
    article = [span["text"] for span in label["spans"] if span["kind"] == "article"]
    wanted = [word for paragraph in article for word in tokens(paragraph)]
    text = overlap(tokens(document.text), wanted)
    bare = overlap(tokens(plain), wanted)
    result = Score(pages=1, text=text, plain=bare, text_f1=text.f1, plain_f1=bare.f1)
    page = kinds_of_tokens(document)
    places = aligned([word for word, _ in page], [word for span in label["spans"] for word in tokens(span["text"])])
    position = 0
    for item in label["spans"]:
        span = range(position, position + len(tokens(item["text"])))
        position = span.stop
        if item["kind"] in ("article", "title"):
            continue
        # A word that the reader never saw (hidden, or run together with its neighbour) is kept out, of no kind.
        found = [page[places[at]][1] if at in places else "unread" for at in span]
        out, kind = len(span) - found.count("article"), found.count(item["kind"])
        result.furniture += len(span)
        result.out += out
        result.kind += kind
        if out < len(span):
            result.errors.append(f"leak {item['kind']}: {item['text']}")
        elif kind < len(span):
            result.errors.append(f"kind {item['kind']} as {found[0]}: {item['text']}")
    for paragraph in article:
        if paragraph not in document.text:
            result.errors.append(f"lost: {paragraph}")
    stated = {
        "date": (document.published.date, label["published"]["date"]),
        "basis": (document.published.basis, label["published"]["basis"]),
        "genre": (document.genre, label["genre"]),
        "title": (document.title, label["title"]),
        "authors": (list(document.authors), label["authors"]),
    }
    for name, (found_value, wanted_value) in stated.items():
        result.right[name] += found_value == wanted_value
        if found_value != wanted_value:
            signals = f" {document.genre_signals}" if name == "genre" else ""
            result.errors.append(f"{name}: {found_value!r} for {wanted_value!r}{signals}")
    found_interests = [(item.holder, item.behalf, item.kind) for item in document.interests]
    wanted_interests = [(item["holder"], item["behalf"], item["kind"]) for item in label["interests"]]
    result.interests = overlap(found_interests, wanted_interests)
    if set(found_interests) != set(wanted_interests):
        result.errors.append(f"interests: {found_interests} for {wanted_interests}")
    result.errors = [f"{label['page']}: {line}" for line in result.errors]
    return result


def scores(split: str | None = None) -> dict[str, Score]:
    """The sums of each half, and of both under "all"."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    sums = {"dev": Score(), "held": Score(), "all": Score()}
    with (PAGES / "labels.jsonl").open(encoding="utf-8") as lines:
        labels = [json.loads(line) for line in lines]
    for label in labels:
        if split not in (None, label["split"]):
            continue
        path = PAGES / label["page"]
        (document,) = read([path])
        if not isinstance(document, Document):
            raise SystemExit(str(document))
        result = score(label, document, plain_text(path.read_bytes(), label["title"]))
        for half in (label["split"], "all"):
            sums[half] += result
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what went wrong, page by page")
    parser.add_argument("--split", choices=("dev", "held"), help="one half alone")
    options = parser.parse_args()
    sums = scores(options.split)
    if options.errors:
        print("\n".join(sums["all"].errors))
    print(json.dumps({"benchmark": "pages", **{half: sums[half].figures() for half in sums if sums[half].pages}}))


if __name__ == "__main__":
    main()
