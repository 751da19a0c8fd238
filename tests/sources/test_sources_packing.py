"""bzip2, xz, zstd and brotli: read like gzip, within the same limits, and by name where a package is missing."""

from __future__ import annotations

import bz2
import importlib
import json
import lzma
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.records import Document
from comity.sources import Failure, Limits, Options, read, read_bytes
from comity.sources.http_content import unpacked
from comity.sources.outcome import Fault

SENTENCE = "Valdia recalled its ambassador from Norland on Monday after a quarrel."
LINES = "".join(json.dumps({"text": f"{SENTENCE} It was number {number}."}) + "\n" for number in range(50)).encode()
Pack = Callable[[bytes], bytes]


def zstd() -> Any:
    return pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


PACKS: dict[str, tuple[str, Pack]] = {
    "bzip2": (".bz2", bz2.compress),
    "xz": (".xz", lzma.compress),
    "zstd": (".zst", lambda data: bytes(zstd().compress(data))),
}


@pytest.fixture(params=list(PACKS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def outcomes(data: bytes, origin: str, **limits: Any) -> list[Document | Failure]:
    return list(read_bytes(data, origin, options=Options(limits=Limits(**limits))))


def test_what_is_packed_is_read_as_what_it_holds(kind: str, tmp_path: Path) -> None:
    extension, pack = PACKS[kind]
    (tmp_path / f"news.jsonl{extension}").write_bytes(pack(LINES))
    found = list(read([tmp_path]))
    assert len(found) == 50 and all(isinstance(item, Document) for item in found)
    assert found[6].origin.endswith(f"news.jsonl{extension}:7") if isinstance(found[6], Document) else False


def test_packed_streams_on_end_are_one(kind: str) -> None:
    extension, pack = PACKS[kind]
    half = len(LINES.splitlines(keepends=True)[0]) * 20
    packed = pack(LINES[:half]) + pack(LINES[half:])
    assert len([item for item in outcomes(packed, f"a.jsonl{extension}") if isinstance(item, Document)]) == 50


def test_one_that_breaks_off_gives_what_came_before_and_a_failure(kind: str) -> None:
    extension, pack = PACKS[kind]
    packed = pack(LINES)
    *_, last = outcomes(packed[: len(packed) - 5], f"a.jsonl{extension}")
    assert isinstance(last, Failure) and last.problem == f"is a {kind} archive that breaks off"


def test_a_broken_one_is_a_failure(kind: str) -> None:
    extension, pack = PACKS[kind]
    packed = pack(LINES)
    middle = len(packed) // 2
    *_, last = outcomes(packed[:middle] + b"\xff" * 40 + packed[middle + 40 :], f"a.jsonl{extension}")
    assert isinstance(last, Failure) and last.problem.startswith(f"is a broken {kind} archive")


def test_a_bomb_is_stopped(kind: str) -> None:
    extension, pack = PACKS[kind]
    (last,) = outcomes(pack(b" " * 30_000_000), f"a.txt{extension}")
    assert isinstance(last, Failure) and "as archive bombs do" in last.problem


def test_a_window_larger_than_any_honest_one_is_refused() -> None:
    packed = lzma.compress(SENTENCE.encode(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
    (last,) = outcomes(packed, "a.txt.xz")
    assert isinstance(last, Failure) and "emory usage limit" in last.problem


@given(st.binary(max_size=3000), st.sampled_from(["br", "zstd"]))
def test_a_page_packed_by_its_server_comes_back_as_it_was(page: bytes, encoding: str) -> None:
    page = b"\x01" + page  # no "<": what is not packed at all is taken as it is
    packed = pytest.importorskip("brotli").compress(page) if encoding == "br" else zstd().compress(page)
    assert unpacked(packed, encoding, 4000) == page
    with pytest.raises(Fault, match="unpacks to more than"):
        unpacked(packed, encoding, len(page) - 1)
    with pytest.raises(Fault, match=r"broken|breaks off"):
        unpacked(packed[:-1], encoding, 4000)


def test_a_record_of_an_archive_may_be_packed_with_brotli() -> None:
    page = f"<html><body><h1>Envoy recalled</h1><p>{SENTENCE}</p></body></html>".encode()
    packed = pytest.importorskip("brotli").compress(page)
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n" + packed
    record = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"
    (item,) = outcomes(record, "a.warc")
    assert isinstance(item, Document) and item.text == SENTENCE


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_where_the_package_is_missing_the_failure_says_which(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(Fault, match="which needs a package") as caught:
        unpacked(b"\x01\x02", encoding, 100)
    assert caught.value.mend == "pip install 'comity[archives]'"
