"""Gold files: what a line says, what it leaves unjudged, and how its faults are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.actors import load_index
from comity.errors import TableError
from comity.evaluation import GoldItem, Said, read_gold
from comity.ontology import load_ontology

EVENT = {"source": "NOR", "target": "BLR", "event": "ACCUSE"}


def line(**changes: Any) -> str:
    row = {
        "id": "a",
        "phenomenon": "active",
        "text": "Oslo condemned Minsk.",
        "published": "2023-03-29",
        "events": [EVENT],
    }
    return json.dumps({name: value for name, value in (row | changes).items() if value is not ...})


def read(*lines: str) -> tuple[GoldItem, ...]:
    return read_gold(lines, "gold.jsonl", load_ontology(), load_index().lookup)


def test_a_line_is_an_item_with_its_place() -> None:
    item = read("", line(note="why"))[0]
    assert (item.id, item.phenomenon, item.published, item.note) == ("a", "active", "2023-03-29", "why")
    assert item.place == "gold.jsonl:2"
    assert [(event.source, event.target, event.event) for event in item.events] == [("NOR", "BLR", "ACCUSE")]


def test_what_is_left_out_is_not_judged_and_null_is() -> None:
    silent = read(line())[0].events[0]
    assert (silent.mode, silent.auxiliary, silent.date, silent.reciprocal) == (None, None, None, None)
    spoken = read(line(events=[EVENT | {"mode": None, "auxiliary": [], "date": None, "reciprocal": False}]))[0].events[
        0
    ]
    assert (spoken.mode, spoken.auxiliary, spoken.date) == (Said(None), Said(frozenset()), Said(None))
    assert spoken.reciprocal is False


def test_an_actor_may_be_named() -> None:
    event = read(line(events=[EVENT | {"source": "Norway", "target": "Ivory Coast"}]))[0].events[0]
    assert (event.source, event.target) == ("NOR", "CIV")


def test_a_line_without_id_or_phenomenon_is_known_by_its_place() -> None:
    item = read(line(id=..., phenomenon=...))[0]
    assert (item.id, item.phenomenon) == ("gold.jsonl:1", "unnamed")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes at column 2 (write one object a line)"),
        ("[1]", "is not an object (write one object a line)"),
        (line(text=...), '"text" is missing or no string'),
        (line(text="  "), '"text" is missing or no string'),
        (line(published="29 March"), "\"published\" is '29 March', no date (write it as YYYY-MM-DD)"),
        (line(published=...), '"published" is None, no date'),
        (line(events=...), 'has no list "events" (write "events": [] where nothing may be coded)'),
        (line(event=[]), '"event" is no field (did you mean events?)'),
        (line(events=["x"]), "event 1 is not an object"),
        (line(events=[EVENT, {"source": "NOR"}]), 'event 2 has no "target" (an act upon nobody has "target": null)'),
        (line(events=[EVENT | {"event": "ACUSE"}]), "event 1: a type cannot be 'ACUSE' (did you mean ACCUSE?)"),
        (line(events=[EVENT | {"event": ["ACCUSE"]}]), "event 1: a type cannot be ['ACCUSE']"),
        (line(events=[EVENT | {"source": "Norwey"}]), "event 1: \"source\": 'Norwey': no such actor (did you mean Norway"),
        (line(events=[EVENT | {"source": 7}]), 'event 1: "source" is no string'),
        (line(events=[EVENT | {"mode": "allegge"}]), "a mode of ACCUSE cannot be 'allegge' (did you mean allege?)"),
        (line(events=[EVENT | {"event": "AID", "mode": "visit"}]), "event 1: AID has no modes (write null)"),
        (line(events=[EVENT | {"auxiliary": ["negated"]}]), "cannot be 'negated' (did you mean negation?)"),
        (line(events=[EVENT | {"auxiliary": "negation"}]), '"auxiliary" is no list (write [] for none)'),
        (line(events=[EVENT | {"date": "2020"}]), 'event 1: "date" is not {"start", "end"}'),
        (line(events=[EVENT | {"date": {"start": "2020-02-30", "end": "2020-03-01"}}]), "the start is '2020-02-30', no date"),
        (line(events=[EVENT | {"date": {"start": "2020-02-03", "end": "2020-02-01"}}]), "ends on 2020-02-01, before it"),
        (line(events=[EVENT | {"reciprocal": "yes"}]), "\"reciprocal\" is 'yes' (write true or false, or leave it out)"),
        (line(events=[EVENT | {"reciprocal": True, "target": None}]), "is reciprocal and has no target"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_the_mend(row: str, fault: str) -> None:
    with pytest.raises(TableError) as raised:
        read(line(id="first"), row)
    assert len(raised.value.faults) == 1
    assert raised.value.faults[0].startswith("gold.jsonl:2: ")
    assert fault in raised.value.faults[0]


def test_all_faulty_lines_are_told_at_once_and_many_are_summed_up() -> None:
    with pytest.raises(TableError) as raised:
        read("{", line(), line(text=...), line())
    assert [fault.split(" ")[0] for fault in raised.value.faults] == ["gold.jsonl:1:", "gold.jsonl:3:", "gold.jsonl:4:"]
    assert 'the id "a" stands at gold.jsonl:2 already' in raised.value.faults[2]
    with pytest.raises(TableError) as many:
        read(*["{"] * 50)
    assert len(many.value.faults) == 21
    assert many.value.faults[-1] == "gold.jsonl: 30 more faults (mend these first)"


def test_a_file_without_a_line_is_a_fault() -> None:
    with pytest.raises(TableError, match="holds no line"):
        read("", "  ")
