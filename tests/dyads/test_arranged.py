"""A copy of an archive by dyad gives the same answers, and none once the archive has changed."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from comity.dyads import arrange, asymmetry, course, panel
from comity.dyads.arranged import MANIFEST, arranged, folder_of
from comity.errors import InputError

ROWS = """SELECT 'story' || (i // 2) AS document, ['AZE', 'ISR', 'TUR', 'GEO', 'NOR'][1 + i % 5] AS source,
                 ['ISR', 'AZE', 'AZE', 'ISR', 'FIN'][1 + (i // 5) % 5] AS target, ['AID', 'ACCUSE'][1 + i % 2] AS event,
                 [10.0, -3.0][1 + i % 2] AS score, DATE '2020-01-01' + (i // 3)::INTEGER AS date_start,
                 'Paper ' || i % 7 AS publisher, 'e' || lpad(i::VARCHAR, 5, '0') AS id
          FROM range({first}, {last}) t(i)"""


def write(file: Path, first: int, last: int) -> Path:
    duckdb.sql(ROWS.format(first=first, last=last)).write_parquet(str(file))
    return file


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "events.parquet", 0, 900)


@pytest.mark.parametrize("dyad", [("AZE", "ISR"), ("ISR", "AZE"), ("FIN", "NOR"), ("CHL", "PER"), ("AZE", "AZE")])
def test_the_copy_gives_what_the_archive_gives(archive: Path, dyad: tuple[str, str]) -> None:
    plain = course(archive, *dyad), asymmetry(archive, *dyad), course(archive, *dyad, without_publishers=["Paper 1"])
    arrange(archive)
    assert plain == (
        course(archive, *dyad), asymmetry(archive, *dyad), course(archive, *dyad, without_publishers=["Paper 1"]),
    )  # fmt: skip


def test_the_copy_is_what_is_read(archive: Path) -> None:
    """Without the rows of its part, the copy knows nothing of the dyad: so it was the copy that was asked."""
    folder = arrange(archive)
    for part in folder.glob("*/*"):
        duckdb.sql(f"SELECT * FROM read_parquet('{part}') LIMIT 0").write_parquet(str(part))
    assert course(archive, "AZE", "ISR") == ()


def test_a_dyad_lies_in_one_file_and_no_row_is_lost(archive: Path) -> None:
    folder = arrange(archive)
    rows = duckdb.sql(
        f"""SELECT least(source, target), greatest(source, target), count(DISTINCT filename), count(*)
            FROM read_parquet('{folder}/*/*.part', filename = true) GROUP BY ALL"""
    ).fetchall()
    assert all(row[2] == 1 for row in rows) and sum(row[3] for row in rows) == 900
    assert folder == archive.parent / "events.parquet.dyads"


def test_a_copy_of_another_archive_is_not_read_and_is_made_anew(archive: Path) -> None:
    arrange(archive)
    write(archive, 100, 500)
    assert not arranged(archive)
    changed = course(archive, "AZE", "ISR")
    arrange(archive)
    assert arranged(archive)
    assert course(archive, "AZE", "ISR") == changed


def test_a_copy_that_is_up_to_date_is_left_as_it_is(archive: Path) -> None:
    manifest = arrange(archive) / MANIFEST
    before = manifest.stat().st_mtime_ns
    arrange(archive)
    assert manifest.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [{"format": 0}, {"probe": "1"}, {"files": []}])
def test_a_copy_made_otherwise_is_not_read(archive: Path, damage: dict[str, object]) -> None:
    plain = course(archive, "AZE", "ISR")
    folder = arrange(archive)
    told = json.loads((folder / MANIFEST).read_text()) | damage
    (folder / MANIFEST).write_text(json.dumps(told))
    for part in folder.glob("*/*"):
        part.write_bytes(b"no table")
    assert course(archive, "AZE", "ISR") == plain


def test_several_files_have_one_copy_that_their_glob_does_not_find(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.parquet", number * 300, number * 300 + 300)
    every = f"{tmp_path}/**/*.parquet"
    plain, table = course(every, "AZE", "ISR"), panel(every)
    assert arrange(every) == folder_of(every) and folder_of(every).parent == tmp_path
    assert course(every, "AZE", "ISR") == plain
    assert panel(every).reports.sum() == table.reports.sum()
    write(tmp_path / "3.parquet", 900, 1000)
    assert not arranged(every)


def test_what_cannot_be_arranged_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.parquet").write_text("no table")
    with pytest.raises(InputError, match=r"text\.parquet"):
        arrange(tmp_path / "text.parquet")
    with pytest.raises(InputError, match="no such file"):
        arrange(tmp_path / "absent.parquet")
    assert [file.name for file in tmp_path.iterdir()] == ["text.parquet"]
