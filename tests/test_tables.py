"""Commented CSV tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.errors import TableError
from comity.tables import read_table


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("# what it is\nverb,forms\n# irregular\n\ngo,went|gone\n", [(5, {"verb": "go", "forms": "went|gone"})]),
        ('verb,note\nsay,"of a person, or a state"\n', [(2, {"verb": "say", "note": "of a person, or a state"})]),
        ("verb,forms,note\r\ngo\r\n", [(2, {"verb": "go", "forms": "", "note": ""})]),
        ("verb\ngo,surplus\n", [(2, {"verb": "go"})]),
        ("verb,forms\n", []),
        ("# nothing else\n", []),
    ],
    ids=["comments and blank lines", "quoted comma", "short row", "long row", "no rows", "no header"],
)
def test_rows_come_by_column_with_their_lines(
    tmp_path: Path, text: str, rows: list[tuple[int, dict[str, str]]]
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(text.encode())
    assert list(read_table(table)) == rows


def test_a_table_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    """Found by fuzzing; spreadsheets save tables so."""
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\n1,2\nBrčko,Genève".encode()[:-1] + b"\xe8")
    with pytest.raises(TableError, match=r"^t\.csv:3: is not UTF-8 \(save the table as UTF-8\)$"):
        list(read_table(path))
