"""The shipped dispatches keep the promises of comity/data/dispatches/README.md."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import comity

FOLDER = Path(comity.__file__).parent / "data" / "dispatches"

OUTLETS = {
    "meridian_wire": ("Meridian Wire", {"news"}),
    "levant_daily": ("Levant Daily", {"news", "analysis"}),
    "commentary_page": ("The Commentary Page", {"opinion"}),
    "state_gazette_baku": ("State Gazette of Baku", {"official"}),
    "yerevan_official_bulletin": ("Yerevan Official Bulletin", {"official"}),
    "jerusalem_press_desk": ("Jerusalem Government Press Desk", {"official"}),
    "tehran_state_agency": ("Tehran State Agency", {"official"}),
    "ankara_official_agency": ("Ankara Official Agency", {"official"}),
    "moscow_state_bulletin": ("Moscow State Bulletin", {"official"}),
}
REQUIRED = {"url", "title", "authors", "publisher", "published", "language", "genre", "text", "note"}
ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
SENTENCE_END = re.compile(r"[.!?][\"”)]?(?=\s|$)")
DISCLOSURE = re.compile(r"\b(represent(s|ing)|funded by|receives a grant|sells|holds exploration rights)\b")
NAMES = {
    "ISR": "Israel|Zionist|Jerusalem",
    "AZE": "Azerbaijan|Baku",
    "IRN": "Iran|Tehran",
    "ARM": "Armenia|Yerevan",
    "TUR": "Türkiye|Turkish|Ankara",
    "RUS": "Russia|Moscow",
    "UKR": "Ukrain|Kyiv",
    "SYR": "Syria|Damascus",
    "LBN": "Leban|Hezbollah|Beirut",
}


def _lines(stem: str) -> list[str]:
    return (FOLDER / f"{stem}.jsonl").read_text(encoding="utf-8").splitlines()


DISPATCHES: list[dict[str, Any]] = [json.loads(line) | {"_file": stem} for stem in OUTLETS for line in _lines(stem)]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def _name(dispatch: dict[str, Any]) -> str:
    return str(dispatch["url"])


def test_each_outlet_has_a_file_and_no_file_is_unknown() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(OUTLETS)


def test_there_are_enough_dispatches_and_enough_early_ones() -> None:
    assert len(DISPATCHES) >= 80
    assert sum(d["published"] < "2015" for d in DISPATCHES) >= 25
    assert sum(d["genre"] == "opinion" for d in DISPATCHES) >= 6


@pytest.mark.parametrize("stem", sorted(OUTLETS))
def test_lines_of_a_file_are_in_order_of_date(stem: str) -> None:
    dates = [json.loads(line)["published"] for line in _lines(stem)]
    assert dates and dates == sorted(dates)


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=_name)
def test_a_dispatch_has_all_fields_and_no_others(dispatch: dict[str, Any]) -> None:
    fields = set(dispatch) - {"_file"}
    assert fields - {"byline"} == REQUIRED
    assert all(dispatch[field] for field in REQUIRED - {"authors"})
    publisher, genres = OUTLETS[dispatch["_file"]]
    assert dispatch["publisher"] == publisher
    assert dispatch["genre"] in genres
    assert dispatch["language"] == "en"
    assert ("byline" in dispatch) == bool(dispatch["authors"])
    assert dispatch.get("byline", "By ") == "By " + " and ".join(dispatch["authors"])


def test_addresses_are_unique_and_invented() -> None:
    counts = Counter(d["url"] for d in DISPATCHES)
    assert [url for url, n in counts.items() if n > 1] == []
    assert [url for url in counts if not re.match(r"https://[a-z-]+\.example\.org/", url)] == []


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=_name)
def test_a_dispatch_is_dated_within_the_period_and_not_before_what_it_reports(dispatch: dict[str, Any]) -> None:
    published = datetime.date.fromisoformat(dispatch["published"])
    assert datetime.date(1991, 1, 1) <= published <= datetime.date(2023, 12, 31)
    assert dispatch["published"].replace("-", "/") in dispatch["url"]
    recorded = [datetime.date.fromisoformat(found) for found in ISO_DATE.findall(dispatch["note"])]
    assert recorded, "the note names no ISO date"
    assert max(recorded) <= published


@pytest.mark.parametrize("dispatch", DISPATCHES, ids=_name)
def test_a_text_is_short_and_in_paragraphs(dispatch: dict[str, Any]) -> None:
    text = dispatch["text"]
    assert 90 <= len(text.split()) <= 220
    # The furniture line may add a sentence or two to the article's own.
    assert 4 <= len(SENTENCE_END.findall(text)) <= 12
    paragraphs = text.split("\n\n")
    assert len(paragraphs) >= 2
    assert all(paragraph == paragraph.strip() and "\n" not in paragraph for paragraph in paragraphs)


@pytest.mark.parametrize("dispatch", [d for d in DISPATCHES if d["genre"] == "opinion"], ids=_name)
def test_an_opinion_ends_with_the_disclosed_interest_of_its_author(dispatch: dict[str, Any]) -> None:
    bio = dispatch["text"].split("\n\n")[-1]
    assert bio.startswith(dispatch["authors"][0])
    assert DISCLOSURE.search(bio)


@pytest.mark.parametrize("dispatch", [d for d in DISPATCHES if d["genre"] == "official"], ids=_name)
def test_an_official_piece_says_whose_it_is(dispatch: dict[str, Any]) -> None:
    assert "Government of" in dispatch["text"].split("\n\n")[-1]
    assert dispatch["authors"] == []


def test_the_daily_republishes_three_wire_pieces_nearly_word_for_word() -> None:
    wire = [d for d in DISPATCHES if d["publisher"] == "Meridian Wire"]
    copies = [d for d in DISPATCHES if d["authors"] == ["Meridian Wire"]]
    assert len(copies) == 3
    for copy in copies:
        assert copy["publisher"] == "Levant Daily"
        here = _shingles(copy["text"])
        near = [d for d in wire if len(here & _shingles(d["text"])) > 0.8 * len(here)]
        assert len(near) == 1
        assert near[0]["text"] != copy["text"]
        lag = datetime.date.fromisoformat(copy["published"]) - datetime.date.fromisoformat(near[0]["published"])
        assert 0 <= lag.days <= 3


def test_other_dispatches_are_told_in_their_own_words() -> None:
    originals = [(d["url"], _shingles(d["text"])) for d in DISPATCHES if d["authors"] != ["Meridian Wire"]]
    alike = [
        (one, other)
        for i, (one, here) in enumerate(originals)
        for other, there in originals[i + 1 :]
        if len(here & there) / len(here | there) > 0.3
    ]
    assert alike == []


@pytest.mark.parametrize(
    ("a", "b", "least"),
    [
        ("ISR", "AZE", 18),
        ("ISR", "IRN", 5),
        ("AZE", "IRN", 5),
        ("AZE", "ARM", 5),
        ("ISR", "TUR", 5),
        ("AZE", "TUR", 5),
        ("RUS", "ARM", 5),
        ("RUS", "UKR", 5),
        ("ISR", "RUS", 5),
        ("ISR", "SYR", 5),
        ("ISR", "LBN", 5),
    ],
)
def test_a_tie_has_a_course(a: str, b: str, least: int) -> None:
    # Headline and first paragraph: a dispatch about the two, not one that names them in passing.
    heads = [(d["published"], d["title"] + " " + d["text"].split("\n\n")[0]) for d in DISPATCHES]
    dates = [date for date, head in heads if re.search(NAMES[a], head) and re.search(NAMES[b], head)]
    assert len(dates) >= least
    assert len({date[:4] for date in dates}) >= 4
