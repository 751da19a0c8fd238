"""The table of the map names states that Comity knows and shapes that the map has, each once."""

from __future__ import annotations

import json
from pathlib import Path

import comity
from comity.actors import load_index
from comity.tables import read_table

PACKAGE = Path(comity.__file__).parent
ROWS = [row for _, row in read_table(PACKAGE / "data" / "web" / "map.csv")]
WORLD = json.loads((PACKAGE / "web" / "static" / "vendor" / "countries-110m.json").read_text())["objects"]["countries"]


def test_each_code_is_a_state_of_ours_and_stands_once() -> None:
    codes = [row["code"] for row in ROWS if row["code"]]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if code not in load_index().codes] == []


def test_each_state_that_exists_is_on_the_map() -> None:
    wanted = {state.code for state in load_index().tables.states if not state.end}
    assert wanted - {row["code"] for row in ROWS} == set()


def test_each_shape_of_the_table_is_one_of_the_map_or_a_point() -> None:
    shapes = {item.get("id") for item in WORLD["geometries"]}
    names = {item["properties"]["name"] for item in WORLD["geometries"]}
    for row in ROWS:
        if row["lon"]:
            assert -180 <= float(row["lon"]) <= 180 and -90 <= float(row["lat"]) <= 90
        elif row["shape_name"]:
            assert row["shape_name"] in names
        else:
            assert row["shape"] in shapes


def test_each_vendored_file_has_its_licence_beside_it() -> None:
    vendor = PACKAGE / "web" / "static" / "vendor"
    assert {file.name for file in vendor.glob("*.LICENSE")} == {
        "d3.LICENSE",
        "topojson-client.LICENSE",
        "world-atlas.LICENSE",
    }
    assert sum(file.stat().st_size for file in vendor.iterdir()) < 500_000
