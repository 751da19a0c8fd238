"""The tables of the sources: a row of the wrong width is named, not shifted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.errors import TableError
from comity.sources import tables


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """A table of a test is none of the tables that are read once."""
    yield
    tables.rows.cache_clear()


def put(folder: Path, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    (folder / "data" / "sources").mkdir(parents=True)
    (folder / "data" / "sources" / "wide.csv").write_text(table, encoding="utf-8")
    monkeypatch.setattr("comity.sources.tables.resources.files", lambda _name: folder)
    tables.rows.cache_clear()


@pytest.mark.parametrize("row", ["label,one,two,three", "label"], ids=["long", "short"])
def test_a_row_of_another_width_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    put(tmp_path, monkeypatch, f"# what it is\nkind,words\nlabel,one\n{row}\n")
    with pytest.raises(TableError, match=r"wide\.csv:4: more or fewer cells than columns"):
        tables.rows("wide.csv")


def test_all_faults_of_all_rows_are_reported_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, monkeypatch, "# what it is\nkind,words\nlabel,one\nlable,two\nlabel,(three\nname,four\n")

    def make(_line: int, row: dict[str, str]) -> re.Pattern[str]:
        if row["words"] == "four":
            raise ValueError("one fault", "another")
        return re.compile(row["words"])

    with pytest.raises(TableError) as caught:
        tables.made("wide.csv", make, {"kind": ("label", "name", "")})
    assert [fault.partition("wide.csv:")[2] for fault in str(caught.value).splitlines() if "wide.csv:" in fault] == [
        '4: kind "lable" is none of label, name, (empty)',
        "5: missing ), unterminated subpattern at position 0",
        "6: one fault",
        "6: another",
    ]


def test_a_table_without_faults_comes_back_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, monkeypatch, "# what it is\nkind,words\nlabel,one\nname,two\n")
    found = tables.made("wide.csv", lambda line, row: (line, row["words"]), {"kind": ("label", "name")})
    assert found == ((3, "one"), (4, "two"))
