"""The loaders' tables: what they hold fits the actors and the ontology, and a fault is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from comity.actors import load_index
from comity.errors import TableError
from comity.store.loaders import DATASETS, validate
from comity.store.loaders.parties import Names, spellings
from comity.store.loaders.staging import STAGE
from comity.store.loaders.tables import DATA, load_tables, read_tables


def test_the_shipped_tables_are_valid() -> None:
    validate()


@pytest.mark.parametrize(("table", "row", "fault"), [
    ("country_names.csv", "Ruritania,RUR,", '"RUR" is not an actor of comity/data/actors'),
    ("cameo_roles.csv", "042,guest,", '"guest" is not both or host'),
    ("icews_sectors.csv", "Wizards,WIZ", '"WIZ" is not a PLOVER sector'),
    ("cameo_groups.csv", "XYZ,No Such Body Anywhere", '"No Such Body Anywhere" is no name'),
    ("acled_acts.csv", "Battles,Duel,ASSAULT,duel,,,,", '"duel" is not a mode of ASSAULT'),
    ("columns.csv", "icews,mood,maybe,Mood,(", '"maybe" is not yes or no'),
    ("positions.csv", "icews,short,2,date,3,", "position 3 of 2 columns"),
])  # fmt: skip
def test_a_fault_is_told_with_its_line(table: str, row: str, fault: str, tmp_path: Path) -> None:
    folder = shutil.copytree(DATA, tmp_path / "loaders")
    lines = (folder / table).read_text(encoding="utf-8").splitlines()
    (folder / table).write_text("\n".join([*lines, row]) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as error:
        validate(folder)
    assert f"{table}:{len(lines) + 1}: {fault}" in str(error.value)


def test_each_data_set_makes_each_column_and_has_its_fields() -> None:
    tables = read_tables(DATA)
    for name, dataset in DATASETS.items():
        assert list(dataset.rows) == list(STAGE), name
        assert tables.fields.get(name) or tables.layouts.get(name), name


@pytest.mark.parametrize(("name", "forms"), [
    ("Dmitry Anatolyevich Medvedev", ["Dmitry Anatolyevich Medvedev", "Dmitry Medvedev", "Dmitry Anatolyevich-medvedev"]),
    ("Ma Ying Jeou", ["Ma Ying Jeou", "Ma Jeou", "Ma Ying-jeou"]),
    ("Raúl Castro", ["Raúl Castro", "Raul Castro"]),
])  # fmt: skip
def test_a_person_is_looked_up_in_the_spellings_of_the_news(name: str, forms: list[str]) -> None:
    assert list(spellings(name)) == forms


@pytest.mark.parametrize(("name", "code"), [
    ("the former Yugoslav Republic of Macedonia", "MKD"),
    ("COTE D'IVOIRE", "CIV"),
    ("Congo", "COG"),
    ("Democratic Republic of Congo", "COD"),
    ("Georgia", "GEO"),
    ("Hezbollah", None),
    ("Africa", None),
    ("IN", None),
])  # fmt: skip
def test_only_a_state_s_name_is_a_country(name: str, code: str | None) -> None:
    assert Names(load_index(), load_tables()).country(name) == code
