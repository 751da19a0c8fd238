"""Every fixture file reads with every expected field (fixtures/expected.jsonl: file, its documents, its failures)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comity.records import Document
from comity.sources import READERS, Failure, read, sniff

FOLDER = Path(__file__).parent / "fixtures"
EXPECTED = [json.loads(line) for line in (FOLDER / "expected.jsonl").read_text(encoding="utf-8").splitlines()]


def fields(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "authors": list(document.authors),
        "publisher": document.publisher,
        "published": {"date": document.published.date, "basis": document.published.basis},
        "url": document.url,
        "language": document.language,
        "text": document.text,
        "furniture": sorted({part.kind for part in document.furniture}),
    }


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda item: item["file"])
def test_a_fixture_reads_with_every_field(expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    found = list(read([expected["file"]]))
    assert [fields(item) for item in found if isinstance(item, Document)] == expected["documents"]
    assert [str(item) for item in found if isinstance(item, Failure)] == expected["failures"]


def test_each_file_has_its_line_and_each_format_its_files() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.parent != FOLDER}
    assert files == {item["file"] for item in EXPECTED}
    assert len(files) >= 40
    kinds = {sniff((FOLDER / name).read_bytes(), name) for name in files}
    assert kinds == set(READERS)


def test_no_broken_file_stops_a_folder() -> None:
    found = list(read([FOLDER]))
    failures = [item for item in found if isinstance(item, Failure)]
    documents = [item for item in found if isinstance(item, Document)]
    pages_beside = 3  # whole pages of other tests, in the folder itself
    lines_of_expectation = len(EXPECTED)  # expected.jsonl is a file of JSON lines too, without a text column
    assert len(failures) == sum(len(item["failures"]) for item in EXPECTED) + lines_of_expectation
    assert len(documents) == sum(len(item["documents"]) for item in EXPECTED) + pages_beside


def test_offsets_of_what_is_set_apart_reproduce_it_in_every_format() -> None:
    for item in read([FOLDER]):
        if isinstance(item, Document):
            assert all(item.page[part.start : part.end] == part.text for part in item.furniture), item.origin
