"""A file cut into parts reads as it reads whole: the same documents, failures and places, wherever the cuts fall."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from comity.engine.parts import read_shard
from comity.engine.pieces import Given, Piece, Shard
from comity.engine.plan import BATCH, shards, weigh
from comity.sources import Failure, Limits, Options, read

FIXTURES = Path(__file__).parent.parent / "sources" / "fixtures"
OPTIONS = Options(published="2020-01-01")


def whole(path: Path, options: Options = OPTIONS) -> list[Any]:
    return list(read([path], options=options))


def parts(path: Path, size: int, options: Options = OPTIONS) -> tuple[list[Shard], list[Any]]:
    cut = list(shards([path], options, size))
    return cut, [outcome for shard in cut for outcome in read_shard(shard, options)]


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_lines = st.sampled_from(
    [
        '{"text": "A report on grain.", "language": "en"}',
        '{"text": "Über die Brücke\\nund zurück.", "language": "de"}',
        "",
        "not json",
        '{"text": ""}',
        '\ufeff{"text": "A mark of byte order in the middle.", "language": "en"}',
        '{"text": "' + "long " * 40 + '", "language": "en"}',
    ]
)


@quick
@given(
    lines=st.lists(_lines, min_size=1, max_size=12), size=st.integers(1, 300), end=st.sampled_from(["\n", "\r\n", ""])
)
@example(lines=['{"text": "One.", "language": "en"}'] * 4, size=1, end="\n")
def test_json_lines_cut_anywhere_read_the_same(tmp_path: Path, lines: list[str], size: int, end: str) -> None:
    path = tmp_path / "n.jsonl"
    path.write_bytes(("{}\n" + (end or "\n").join(lines) + end).encode())
    cut, found = parts(path, size)
    assert found == whole(path)
    assert sum(shard.bytes for shard in cut) == path.stat().st_size


_cells = st.lists(
    st.sampled_from(["plain", "a, b", 'say "so"', "two\nlines", "", "three\r\n\r\nlines"]), min_size=2, max_size=2
)


@quick
@given(
    rows=st.lists(_cells, min_size=1, max_size=12),
    header=st.sampled_from([["text", "title"], ["text", "two\nlines"]]),
    size=st.integers(1, 120),
    fault=st.sampled_from(["", 'x"y,"open\n', '"a"b,c\n', "a,b,c,d\n"]),
)
def test_csv_cut_between_rows_reads_the_same(
    tmp_path: Path, rows: list[list[str]], header: list[str], size: int, fault: str
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows[: len(rows) // 2]])
    text.write(fault)
    csv.writer(text, lineterminator="\n").writerows(rows[len(rows) // 2 :])
    path = tmp_path / "n.csv"
    path.write_bytes(text.getvalue().encode())
    assert parts(path, size)[1] == whole(path)


def crawl(copies: int) -> bytes:
    return (FIXTURES / "warc" / "crawl.warc").read_bytes() * copies


@pytest.mark.parametrize("size", [1, 700, 5_000])
def test_a_warc_cut_between_records_reads_the_same(tmp_path: Path, size: int) -> None:
    path = tmp_path / "c.warc"
    path.write_bytes(crawl(3))
    cut, found = parts(path, size)
    assert found == whole(path)
    assert len(cut) > 1


def packed_crawl() -> bytes:
    records = (b"WARC/1." + rest for rest in crawl(6).split(b"WARC/1.")[1:])
    return b"".join(map(gzip.compress, records))


@pytest.mark.parametrize("size", [1, 700, 5_000])
@pytest.mark.parametrize("padding", [0, 700])
def test_a_gzipped_warc_cut_between_members_reads_the_same(tmp_path: Path, size: int, padding: int) -> None:
    path = tmp_path / "c.warc.gz"
    path.write_bytes(packed_crawl() + bytes(padding))
    cut, found = parts(path, size)
    assert found == whole(path)
    assert len(cut) > 1


@pytest.mark.parametrize("fault", ["garbage", "cut off"])
def test_a_fault_at_the_end_of_an_archive_is_told_and_what_lies_before_it_stays(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "c.warc.gz"
    path.write_bytes(packed_crawl())
    sound = whole(path)
    path.write_bytes(packed_crawl()[:-40] if fault == "cut off" else packed_crawl() + b"garbage")
    found = parts(path, 700)[1]
    assert found[-1] in whole(path)  # the same failure; whole, it is met before what is buffered has been read
    assert found[:-1] == sound[: len(found) - 1]
    assert len(found) >= len(sound) - 1


def test_a_broken_warc_is_cut_only_where_a_reader_has_its_footing(tmp_path: Path) -> None:
    path = tmp_path / "c.warc"
    path.write_bytes(crawl(1) + (FIXTURES / "broken" / "lengths.warc").read_bytes() + crawl(1))
    for size in (1, 300, 2_000):
        assert parts(path, size)[1] == whole(path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("n.jsonl.gz", gzip.compress(b'{"text": "A report."}\n' * 40, mtime=0)),
        ("one.warc.gz", gzip.compress(crawl(2), mtime=0)),
        ("utf16.jsonl", ('{"text": "A report."}\n' * 40).encode("utf-16")),
        ("long.txt", b"A long report on grain. " * 40),
    ],
)
def test_what_cannot_be_cut_is_one_piece(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (shard,), found = parts(path, 10)
    assert shard.part is None
    assert found == whole(path)


def test_small_files_share_a_shard_and_failures_keep_their_place(tmp_path: Path) -> None:
    for number in range(BATCH + 6):
        (tmp_path / f"{number:03}.txt").write_text(f"A report on grain, number {number}.")
    inputs = [tmp_path / "000.txt", tmp_path / "absent.txt", tmp_path]
    cut = list(shards(inputs, OPTIONS))
    assert [len(shard.pieces) for shard in cut] == [BATCH, 8]
    found = [outcome for shard in cut for outcome in read_shard(shard, OPTIONS)]
    assert found == list(read(inputs, options=OPTIONS))
    assert isinstance(found[1], Failure)


def test_the_limits_hold_in_parts_too(tmp_path: Path) -> None:
    path = tmp_path / "n.jsonl"
    path.write_text("".join(json.dumps({"text": "word " * n, "language": "en"}) + "\n" for n in (3, 400, 3)))
    options = Options(published="2020-01-01", limits=Limits(line_bytes=500))
    assert parts(path, 20, options)[1] == whole(path, options)


def test_a_shard_is_named_by_what_is_in_it(write_lines: Callable[..., Path]) -> None:
    path = write_lines([{"text": f"Report {n}."} for n in range(50)])
    keys = [shard.key("1") for shard in shards([path], OPTIONS, 300)]
    assert keys == [shard.key("1") for shard in shards([path], OPTIONS, 300)]
    assert len(set(keys)) == len(keys) > 2
    assert set(keys).isdisjoint(shard.key("2") for shard in shards([path], OPTIONS, 300))
    path.write_text(path.read_text() + "\n")
    assert set(keys).isdisjoint(shard.key("1") for shard in shards([path], OPTIONS, 300))


def test_what_lies_in_this_process_s_memory_is_read_here_for_others() -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("memory").pipe_file("/plan/n.jsonl", b'{"text": "A report on grain.", "language": "en"}\n')
    for here, kind in ((True, Piece), (False, Given)):
        (shard,) = shards(["memory://plan/n.jsonl"], OPTIONS, here=here)
        assert isinstance(shard.pieces[0], kind)
        assert [outcome.origin for outcome in read_shard(shard, OPTIONS)] == ["memory:///plan/n.jsonl:1"]  # type: ignore[union-attr]


def test_inputs_are_weighed_where_they_can_be(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("twelve bytes")
    assert weigh([tmp_path, tmp_path / "absent.txt"]) == 12
    assert weigh([tmp_path, "-"]) is None
    assert weigh(["https://example.org/"]) is None
