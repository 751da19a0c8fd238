"""Reading: what inputs are, which reader takes them, and what each thing that cannot be read says of itself."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import InputError
from comity.records import Document
from comity.sources import READERS, Failure, Limits, Options, read, read_bytes, sniff
from comity.sources.formats import EXTENSIONS

SENTENCE = "Valdia recalled its ambassador from Norland on Monday."


def told(path: Path | str, **options: object) -> list[str]:
    """The documents' texts and the failures' lines that an input gives."""
    return [
        str(item) if isinstance(item, Failure) else item.text
        for item in read([path], options=Options(**options))  # type: ignore[arg-type]
    ]


def test_a_failure_is_one_line_that_names_place_problem_and_mend() -> None:
    failure = Failure(place="a.txt", problem="is empty", mend="give a file with text in it")
    assert str(failure) == "a.txt: is empty (give a file with text in it)"
    assert isinstance(failure.as_error(), InputError)
    assert str(failure.as_error()) == str(failure)


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("empty.txt", b"", "is empty (give a file with text in it)"),
        ("blank.txt", b" \n\t\n", "is empty (give a file with text in it)"),
        ("blank.jsonl", b"\n\n", "is empty (give a file with text in it)"),
        ("zeros.txt", b"ab\x00\x00\xff\xfe\x00c", "is binary, not text (give text, JSON lines or a saved HTML page)"),
        (
            "a.txt",
            b"%PDF-1.7 ...",
            "is a PDF that cannot be read: Stream has ended unexpectedly (print it anew, or give its text)",
        ),
        ("a.html", b"\x89PNG\r\n", "is a picture, not text (save the article as text or HTML)"),
        ("a.txt", b"BZh91AY", "is a bzip2 archive, not text (give it as a file of its own)"),
        ("a.gz", gzip.compress(b"", mtime=0), "is empty (give a file with text in it)"),
        (
            "half.txt",
            b"\xff\xfea",
            "is not utf-16 at byte 2, as it begins (save it as UTF-8)",
        ),
        (
            "bare.html",
            b"<html><body><script>go()</script></body></html>",
            "has no readable text (save the page after it has loaded, or give its text)",
        ),
        (
            "notices.txt",
            b"Subscribe to continue reading.\n\nAll rights reserved.",
            "has no article text, only notices and links (give the page with its article, or leave it out)",
        ),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong_and_how_to_mend_it(
    tmp_path: Path, name: str, data: bytes, line: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert told(path) == [f"{path}: {line}"]


def test_a_path_that_leads_nowhere_is_one_failure(tmp_path: Path) -> None:
    assert told(tmp_path / "gone.txt") == [f"{tmp_path}/gone.txt: does not exist (check the path)"]
    assert told(f"{tmp_path}/*.txt") == [
        f"{tmp_path}/*.txt: matches no file (check the pattern, and quote it from the shell)"
    ]
    (tmp_path / "data.bin").write_bytes(b"x")
    assert told(tmp_path) == [
        f"{tmp_path}: holds nothing that can be read (put files in it: .atom, .bz2, .csv, .eml, .gz, .htm, .html, "
        ".json, .jsonl, .markdown, .mbox, .md, .ndjson, .parquet, .pdf, .rss, .text, .tsv, .txt, .warc, .xhtml, .xml, "
        ".xz, .zip, .zst)"
    ]


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text(SENTENCE)
    assert told(path, limits=Limits(file_bytes=10)) == [
        f"{path}: is larger than 10 bytes (split it, or raise the limit file_bytes)"
    ]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert told(tmp_path / "pipe.txt") == [f"{tmp_path}/pipe.txt: is no ordinary file (give a file or a folder)"]


def test_one_broken_file_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE)
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.txt").write_text(SENTENCE + " It gave no reason.")
    kinds = [type(item) for item in read([tmp_path])]
    assert kinds == [Document, Failure, Document]


def test_a_folder_is_read_in_sorted_order_without_hidden_files_and_loops(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", ".git/x.txt", "b/.hidden.txt", "c.md", "d.bin"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SENTENCE)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    origins = [str(Path(item.origin).relative_to(tmp_path)) for item in read([tmp_path]) if isinstance(item, Document)]
    assert origins == ["c.md", "a/1.txt", "b/2.txt"]


def test_a_glob_and_a_list_of_inputs_are_read_in_order(tmp_path: Path) -> None:
    for name in ("2.txt", "1.txt", "3.jsonl"):
        (tmp_path / name).write_text(SENTENCE if name.endswith("txt") else json.dumps({"text": SENTENCE}))
    places = [item.origin for item in read([f"{tmp_path}/*.txt", tmp_path / "3.jsonl"]) if isinstance(item, Document)]
    assert places == [f"{tmp_path}/1.txt", f"{tmp_path}/2.txt", f"{tmp_path}/3.jsonl:1"]


def test_a_file_with_brackets_in_its_name_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "report [1].txt"
    path.write_text(SENTENCE)
    assert told(path) == [SENTENCE]


def test_a_hyphen_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        buffer = io.BytesIO(SENTENCE.encode())

    monkeypatch.setattr(sys, "stdin", Stream())
    (item,) = read(["-"])
    assert isinstance(item, Document)
    assert (item.text, item.origin) == (SENTENCE, "stdin")


@pytest.mark.parametrize(
    ("data", "origin", "name"),
    [
        (b"Plain words.", "a.txt", "text"),
        (b"Plain words.", "", "text"),
        (b'{"text": "x"}\n', "", "jsonl"),
        (b'{"text": "x"}\n', "a.txt", "jsonl"),  # content beats the extension
        (b"broken\n", "a.jsonl", "jsonl"),  # where content does not tell, the extension does
        (b"<!DOCTYPE html><p>x", "a.txt", "html"),
        (b"\xef\xbb\xbf<!-- saved --><html>", "", "html"),
        (b"<p>One</p><p>Two</p><p>Three</p>", "", "html"),
        (b"<p>One</p><p>Two</p><p>Three</p>", "a.txt", "text"),
        (b"{not json", "", "text"),
        (b'{"version": "https://jsonfeed.org/version/1.1",\n', "a.json", "jsonfeed"),
        (b'{"version": "2",\n', "a.json", "json"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<rss version="2.0">', "a.txt", "feed"),
        (b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">', "", "feed"),
        (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", "", "warc"),
        (b"PK\x03\x04", "a.txt", "zip"),
        (b"\x1f\x8b\x08", "a.csv", "gzip"),
        (b"PAR1", "", "parquet"),
        (b"%PDF-1.4", "", "pdf"),
        (b"From: a@b\r\nMessage-ID: <1>\r\nSubject: x\r\n\r\n", "", "eml"),
        (b"From: the harbour, a story\n\nIt began.", "", "text"),
        (b"From a@b Mon Mar  5 10:00:00 2018\nSubject: x\n\n", "", "mbox"),
        (b"From Lissa came the news of 2018\n", "", "text"),
        (b"title,text\n", "a.csv", "csv"),
        (b"title,text\n", "a.csv.gz", "csv"),
    ],
)
def test_the_format_is_told_by_content_with_the_extension_as_a_hint(data: bytes, origin: str, name: str) -> None:
    assert sniff(data, origin) == name
    assert name in READERS


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "“Valdia’s envoy left,” said Željko Ağa."),
        ("utf-8-sig", "Valdia’s envoy left Łódź."),
        ("utf-16", "Valdia’s envoy left Łódź."),
        ("cp1252", "“We met in Genève,” said the envoy — who’d left the talks in anger."),
        ("cp1251", "Министры иностранных дел двух стран встретились в столице и подписали соглашение."),
        ("cp1254", "Cumhurbaşkanı Türkiye ile anlaşma imzaladı. Görüşmelerde güvenlik konuşuldu."),
    ],
)
def test_text_is_read_in_its_own_encoding(encoding: str, text: str) -> None:
    (item,) = read_bytes(text.encode(encoding), "a.txt")
    assert isinstance(item, Document)
    assert item.text == text


@given(st.binary(max_size=300), st.sampled_from([f"a{extension}" for extension in EXTENSIONS]))
def test_any_bytes_give_documents_or_failures_and_never_raise(data: bytes, origin: str) -> None:
    items = list(read_bytes(data, origin))
    assert items
    assert all(isinstance(item, (Document, Failure)) for item in items)
