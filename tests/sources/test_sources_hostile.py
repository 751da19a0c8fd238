"""Hostile inputs that are too large to keep as files: each is one clear line, none stops the batch, memory stays low."""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.records import Document
from comity.sources import Failure, Limits, Options, read, read_bytes

SENTENCE = "Valdia recalled its ambassador from Norland on Monday."
MEGABYTE = 1_000_000


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def told(data: bytes, name: str, **limits: int) -> list[str]:
    items = read_bytes(data, name, options=Options(limits=Limits(**limits)))  # type: ignore[arg-type]
    return [str(item) if isinstance(item, Failure) else item.text for item in items]


BOMB = "unpacks to more than 100 times its size, as archive bombs do (leave it out, or raise the limit ratio)"


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("bomb.txt.gz", gzip.compress(bytes(300 * MEGABYTE), 1, mtime=0), f"bomb.txt.gz: {BOMB}"),
        ("bomb.zip", zipped({"a.txt": b"a" * 60 * MEGABYTE}), f"bomb.zip!a.txt: {BOMB}"),
        (
            "bomb.warc.gz",
            gzip.compress(b"WARC/1.0\r\nContent-Length: 300000000\r\n\r\n" + bytes(300 * MEGABYTE), 1, mtime=0),
            f"bomb.warc.gz: {BOMB}",
        ),
        (
            "line.txt",
            b"Valdia left. " * (49 * MEGABYTE // 13),
            "line.txt: has a paragraph of 48,999,990 characters (give text with line ends, in paragraphs)",
        ),
        (
            "line.jsonl",
            b'{"text": "' + b"Valdia left. " * (50 * MEGABYTE // 13) + b'"}',
            "line.jsonl:1: is a line of more than 10,000,000 bytes (break it up, or raise the limit line_bytes)",
        ),
        (
            "many.html",
            b"<p>Valdia left.</p>" * 100_000,
            "many.html: has more than 10,000 paragraphs (split it into its articles)",
        ),
        (
            "empty.html",
            b"<p>" + b"<b></b>" * 300_000 + b"Valdia left.",
            "empty.html: has more than 200,000 elements (give its text)",
        ),
        (
            "large.html",
            b"<p>Valdia left.</p>" * MEGABYTE,
            "large.html: is larger than 10,000,000 bytes (split it, or raise the limit page_bytes)",
        ),
        (
            "many.txt",
            b"Valdia left.\n" * MEGABYTE,
            "many.txt: has more than 10,000 paragraphs (split it into its articles)",
        ),
        (
            "deep.html",
            b"<div>" * 50_000 + b"Valdia left." + b"</div>" * 50_000,
            "deep.html: nests elements more than 2,000 deep (give its text, or raise the limit nesting)",
        ),
        (
            "deep.json",
            b"[" * 200_000,
            "deep.json: is nested too deep (give a JSON object, or a list of objects)",
        ),
        (
            "long.txt",
            (SENTENCE.encode() + b"\n") * MEGABYTE,
            "long.txt: is larger than 50,000,000 bytes (split it, or raise the limit file_bytes)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_what_is_made_to_harm_is_one_line(name: str, data: bytes, line: str) -> None:
    began = time.monotonic()
    assert told(data, name) == [line]
    assert time.monotonic() - began < 20


def test_many_members_draw_on_one_budget_and_too_many_are_refused() -> None:
    bomb = zipped({f"{n}.txt": f"{SENTENCE} {n}\n".encode() * 100 for n in range(8)})
    found = told(bomb, "a.zip", unpacked_bytes=20_000)
    assert len([line for line in found if "unpacks to more than 20,000 bytes" in line]) == 1
    assert found[-1].startswith("a.zip!3.txt: unpacks to more than 20,000 bytes")
    assert told(bomb, "a.zip", members=7) == ["a.zip: holds more than 7 files (split it, or raise the limit members)"]


def test_a_locked_archive_says_so() -> None:
    locked = bytearray(zipped({"a.txt": SENTENCE.encode()}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + at] |= 1
    assert told(bytes(locked), "a.zip") == ["a.zip!a.txt: is locked with a password (unpack it yourself)"]


def test_a_directory_that_points_before_its_archive_costs_its_members() -> None:
    """Found by fuzzing: zipfile goes where the archive says, and a place below 0 is a ValueError."""
    data = bytearray(zipped({"a.txt": SENTENCE.encode()}))
    end = data.rindex(b"PK\x05\x06")
    (start,) = struct.unpack_from("<I", data, end + 16)
    struct.pack_into("<I", data, end + 16, start + 40)
    (line,) = told(bytes(data), "a.zip")
    assert line.startswith("a.zip!a.txt: cannot be unpacked: negative seek value")


def test_a_row_of_csv_whose_quote_never_closes_costs_itself() -> None:
    rows = b'title,text\na,"Valdia left. \n' + b"b,Valdia left Norland.\n" * 2000
    found = told(rows, "a.csv", line_bytes=10_000)
    assert found[0] == "a.csv:2: is a row of more than 10,000 bytes (close the quote that it opens)"
    assert "Valdia left Norland." in found[1:]


def test_a_batch_goes_on_after_each_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": b"a" * 60 * MEGABYTE, "b.txt": SENTENCE.encode()}))
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(SENTENCE.encode(), mtime=0)[:-9])
    (tmp_path / "c.html").write_bytes(b"<div>" * 50_000 + SENTENCE.encode())
    (tmp_path / "d.jsonl").write_text('{"text": NaN}\n' + json.dumps({"text": SENTENCE}))
    (tmp_path / "e.txt").write_text(SENTENCE)
    kinds = [type(item) for item in read([tmp_path])]
    assert kinds == [Failure, Document, Failure, Failure, Failure, Document, Document]


MEASURE = textwrap.dedent(
    """
    import gzip, io, itertools, json, resource, sys, zlib
    resource.setrlimit(resource.RLIMIT_AS, (2_500_000_000, 2_500_000_000))
    from comity.sources import Failure, read_bytes, read_stream

    def peak():
        "Kilobytes. Not ru_maxrss, which a child has from its parent."
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    class Endless(io.RawIOBase):
        "A stream of so many units, made as it is read."
        def __init__(self, unit, count):
            self.parts = itertools.repeat(unit, count)
            self.rest = b""
        def readable(self):
            return True
        def readinto(self, buffer):
            self.rest = self.rest or next(self.parts, b"")
            data, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
            buffer[: len(data)] = data
            return len(data)

    list(read_bytes(b"<html><p>Valdia left Norland on Monday.</p></html>", "a.html"))
    begun = peak()
    junk = b"".join(bytes([33 + (n * n) % 90]) for n in range(200_000))
    picture = b"HTTP/1.1 200 OK\\r\\nContent-Type: image/png\\r\\n\\r\\n" + junk
    record = b"WARC/1.0\\r\\nWARC-Type: response\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(picture) + picture + b"\\r\\n\\r\\n"
    items = list(read_stream(io.BufferedReader(Endless(record, 1500)), "endless.warc"))
    assert [type(item) for item in items] == [Failure], items
    line = json.dumps({"text": "", "junk": junk.decode()}).encode() + b"\\n"
    failures = sum(1 for _ in read_stream(io.BufferedReader(Endless(line, 1000)), "endless.jsonl"))
    assert failures == 1000, failures
    list(read_bytes(gzip.compress(bytes(200_000_000), 1, mtime=0), "bomb.txt.gz"))
    print((peak() - begun) // 1024)
    list(read_bytes(b"Valdia left. " * 3_800_000, "line.txt"))
    list(read_bytes(b"<p>Valdia left.</p>" * 520_000, "many.html"))
    print((peak() - begun) // 1024)
    """
)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self/status is Linux's")
def test_memory_stays_low_over_half_a_gigabyte_of_streams_a_bomb_a_line_and_a_page() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    streams, whole = map(int, done.stdout.split())  # megabytes beyond what reading a small page took
    assert streams < 100
    assert whole < 600


STARTS = [
    b"PK\x03\x04",
    b"\x1f\x8b\x08\x00",
    b"%PDF-1.4\n",
    b"PAR1",
    b"BZh91AY&SY",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
    b"<rss><channel><item>",
    b'{"version": "https://jsonfeed.org/version/1", "items": [',
    b"From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n",
    b"From a@b Mon Mar  5 10:00:00 2018\nSubject: =?x?q?y?=\n",
    b"title,text\n",
]


@settings(deadline=None)  # the first PDF loads its library
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_what_only_begins_like_a_format_gives_documents_or_failures(start: bytes, rest: bytes) -> None:
    items = list(read_bytes(start + rest, "a.csv"))
    assert items
    assert all(isinstance(item, (Document, Failure)) for item in items)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Valdia left Norland on the day that was, and so <br>" + "and<br>" * 40_000,
        "".join("<div>" * 1_500 + f"<p>{SENTENCE} {n}.</p>" + "</div>" * 1_500 for n in range(60)),
        "".join(f"<p>{SENTENCE * 10} {n}.</p>" for n in range(4_000)),
        "<p>" + "<b class=x>a</b> " * 60_000,
        "<div><img>" + "<b></b>" * 150_000 + "<p>A b c.</p>" * 20 + "</div>" + f"<p>{SENTENCE}</p>" * 10,
    ],
    ids=["breaks", "deep", "paragraphs", "wide", "picture"],
)
def test_pages_just_below_the_bounds_take_seconds(page: str) -> None:
    began = time.monotonic()
    assert len(told(f"<html><body>{page}</body></html>".encode(), "a.html")) == 1
    assert time.monotonic() - began < 20
