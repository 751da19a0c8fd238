"""The six data sets: for each, which of its fields make our columns, and how its codes and parties are read.

An expression is SQL over the fields of comity/data/loaders/columns.csv or positions.csv (a field that a file lacks is NULL). What
is done per row is done by DuckDB; `act` and `party` see each distinct code and party once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from comity.actors.index import fold
from comity.ontology import load_ontology
from comity.store.loaders.acts import UNKNOWN_CODE, Act, cameo_act
from comity.store.loaders.parties import Names, Party

Text = str | None
# Name, country and role of a party, and the day as of which it is read.
PartyReader = Callable[[Names, Text, Text, Text, Text], Party]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """How a data set is read.

    `rows`: SQL for each column of the staging table (`STAGE` of loading.py). `nulls`: words that stand for nothing.
    `delimiters`: what may part the columns of its files. `same_telling`: two rows with the same `telling` are of one sentence,
    so that any code with the parties exchanged is the other side of one act; else only codes that are always written twice.
    `reused_ids`: the set gives an id again on another day. `stable`: a row never changes its day in a later release.
    """

    name: str
    title: str
    rows: Mapping[str, str]
    act: Callable[[Names, str], Act]
    party: PartyReader
    nulls: tuple[str, ...] = ("",)
    delimiters: str = "\t,;"
    same_telling: bool = False
    reused_ids: bool = False
    stable: bool = True
    lists: tuple[str, ...] = ()


def day(text: str, *formats: str) -> str:
    """SQL for a date in one of these forms, NULL where it has none."""
    listed = ", ".join(f"'{form}'" for form in formats or ("%Y-%m-%d",))
    return f"try_strptime({text}, [{listed}])::DATE"


@functools.cache
def _labels() -> dict[str, str]:
    return {fold(label): code for code, label in load_ontology().cameo_labels.items() if len(code) > 2}


def _icews_act(names: Names, key: str) -> Act:
    code, _, text = key.partition("|")
    named = names.tables.icews_texts.get(fold(text)) or _labels().get(fold(text))
    # The code is the set's own word; a spreadsheet may have taken its leading zero, and a list has none.
    act = cameo_act(code if len(code) > 2 or not named else named, names.tables)
    if act.reason == UNKNOWN_CODE and named:
        return cameo_act(named, names.tables)
    return act


def _icews_party(names: Names, name: Text, country: Text, role: Text, when: Text) -> Party:
    sectors = [sector.strip() for sector in (role or "").split(",")]
    ours = None
    for sector, own in names.tables.icews_sectors:
        tail = sector.removeprefix("*")
        if any(one.endswith(tail) if tail != sector else one == sector for one in sectors):
            ours = own
            break
    return names.read(name, country, ours, when)


ICEWS = Dataset(
    name="icews",
    title="ICEWS",
    rows={
        "own": "id",
        "day": day("left(date, 10)", "%Y-%m-%d", "%m/%d/%Y"),
        "last": "NULL",
        "reported": "NULL",
        "basis": "'document'",
        "s_name": "source_name",
        "s_country": "source_country",
        "s_role": "source_sectors",
        "t_name": "target_name",
        "t_country": "target_country",
        "t_role": "target_sectors",
        "act": "concat(cameo, '|', text)",
        "wording": "text",
        "story": "story",
        "sentence": "try_cast(sentence AS INTEGER)",
        "publisher": "publisher",
        "place": "nullif(concat_ws(', ', city, province, country), '')",
        "origin": "NULL",
        # A list has no sentences: there the day alone tells what belongs together.
        "telling": "CASE WHEN story IS NULL THEN date ELSE concat_ws('/', date, story, sentence) END",
    },
    act=_icews_act,
    party=_icews_party,
    nulls=("", "NA", "NULL", "\\N"),
    same_telling=True,
    reused_ids=True,
    lists=("quadruple list",),
)

DATASETS: Mapping[str, Dataset] = {dataset.name: dataset for dataset in (ICEWS,)}
