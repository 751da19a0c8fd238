"""Object stores, by the example of fsspec's own in memory: files, folders, patterns, and what is not there."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator

import pytest

from comity.sources import Failure, read

fsspec = pytest.importorskip("fsspec", reason="fsspec comes with comity[cloud] and comity[dev]")
SENTENCE = "Valdia recalled its ambassador from Norland on Monday."


@pytest.fixture
def bucket() -> Iterator[str]:
    store = fsspec.filesystem("memory")
    store.pipe(
        {
            "/news/a.txt": SENTENCE.encode(),
            "/news/b/c.jsonl.gz": gzip.compress(json.dumps({"text": SENTENCE}).encode(), mtime=0),
            "/news/.hidden.txt": b"x",
            "/news/map.png": b"x",
        }
    )
    yield "memory://news"
    store.rm("/news", recursive=True)


def told(address: str) -> list[str]:
    return [str(item) if isinstance(item, Failure) else f"{item.origin} {item.text}" for item in read([address])]


def test_a_folder_a_pattern_and_a_file_are_read_as_on_a_disk(bucket: str) -> None:
    first, second = f"memory:///news/a.txt {SENTENCE}", f"memory:///news/b/c.jsonl.gz:1 {SENTENCE}"
    assert told(bucket) == [first, second]
    assert told(f"{bucket}/*.txt") == [first]
    assert told(f"{bucket}/b/c.jsonl.gz") == [second]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("memory://news/gone.txt", "memory:///news/gone.txt: does not exist (check the path)"),
        (
            "memory://news/*.csv",
            "memory://news/*.csv: matches no file (check the pattern, and quote it from the shell)",
        ),
    ],
)
def test_what_is_not_there_is_one_line(bucket: str, address: str, line: str) -> None:
    assert told(address) == [line]


def test_an_unknown_kind_of_address_is_one_line() -> None:
    (line,) = told("gopher://hole/a")
    assert line.startswith("gopher://hole/a: cannot be opened: Protocol not known: gopher")


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert told("s3://bucket/a.txt") == [
        "s3://bucket/a.txt: is in an object store (install what reads them: pip install 'comity[cloud]')"
    ]
