"""The tables of the sources: a row of the wrong width is named, not shifted."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.errors import TableError
from comity.sources import tables


@pytest.mark.parametrize("row", ["label,one,two,three", "label"], ids=["long", "short"])
def test_a_row_of_another_width_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    folder = tmp_path / "data" / "sources"
    folder.mkdir(parents=True)
    (folder / "wide.csv").write_text(f"# what it is\nkind,words\nlabel,one\n{row}\n", encoding="utf-8")
    monkeypatch.setattr("comity.sources.tables.resources.files", lambda _name: tmp_path)
    with pytest.raises(TableError, match=r"wide\.csv:4: more or fewer cells than columns"):
        tables.rows("wide.csv")
