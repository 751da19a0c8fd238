"""PLOVER as Comity reads it: types, scores, reductions, CAMEO's codes and the sides of a tie."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import TableError
from comity.ontology import DIMENSIONS, TABLES, dimension, load_ontology, read_ontology, validate

ONTOLOGY = load_ontology()
EVENTS = st.sampled_from(sorted(ONTOLOGY.types))
ACTS = EVENTS.flatmap(lambda event: st.tuples(st.just(event), st.sampled_from([None, *ONTOLOGY.modes[event]])))
CONTEXTS = st.lists(st.sampled_from(ONTOLOGY.contexts), unique=True, max_size=4)


def test_the_codebook_is_there_in_full() -> None:
    assert len(ONTOLOGY.types) == 16
    assert len(ONTOLOGY.contexts) == 37
    assert ONTOLOGY.auxiliaries == ("historical", "future", "hypothetical", "negation")


@pytest.mark.parametrize(
    ("event", "mode", "score"),
    [
        ("SUPPORT", None, 5.0),
        ("CONSULT", "phone", 1.5),  # the mode's score wins over the type's
        ("ACCUSE", None, -3.0),  # printed without its minus sign
        ("PROTEST", "vandalize", -5.0),  # printed without a score
        ("ASSAULT", ("beat", "aerial"), -9.5),  # of several modes the most extreme
        ("REQUEST", ("assist", "yield"), -1.0),
        ("AID", (), 10.0),
    ],
)
def test_the_score_is_the_modes_where_one_is_coded(event: str, mode: str | tuple[str, ...], score: float) -> None:
    assert ONTOLOGY.score(event, mode) == score


@pytest.mark.parametrize(
    ("event", "quad", "recipient"),
    [
        ("AGREE", "verbal_cooperation", False),
        ("AID", "material_cooperation", True),
        ("REQUEST", "verbal_conflict", False),
        ("SANCTION", "material_conflict", True),
    ],
)
def test_a_type_has_one_quad_and_says_whether_it_needs_a_target(event: str, quad: str, recipient: bool) -> None:
    assert ONTOLOGY.quad(event) == quad
    assert ONTOLOGY.types[event].requires_recipient is recipient


@given(ACTS)
def test_scores_lie_within_ten_and_take_their_quads_sign(act: tuple[str, str | None]) -> None:
    score = ONTOLOGY.score(*act)
    assert -10 <= score <= 10
    if "cooperation" in ONTOLOGY.quad(act[0]):
        assert score > 0
    else:
        assert score <= 0.5  # a plea for help is the one verbal conflict with a score above 0


@pytest.mark.parametrize(
    ("event", "mode", "auxiliary", "own_threat", "becomes"),
    [
        ("AID", None, ["future"], False, ("AGREE", None, ())),
        ("CONSULT", "visit", ["future"], False, ("AGREE", None, ())),
        ("RETREAT", "withdraw", ["future"], False, ("CONCEDE", None, ())),
        ("CONCEDE", None, ["future"], False, ("CONCEDE", None, ())),
        ("AID", None, ["future", "historical"], False, ("AGREE", None, ("historical",))),  # promised, long ago
        ("AID", None, ["future", "negation"], False, ("AID", None, ("future", "negation"))),  # never reduced
        ("ASSAULT", "aerial", ["hypothetical"], True, ("THREATEN", "violence", ())),
        ("ASSAULT", "aerial", ["hypothetical"], False, ("ASSAULT", "aerial", ("hypothetical",))),  # an analyst's if
        ("ASSAULT", None, ["future", "hypothetical"], True, ("THREATEN", "violence", ())),
        ("SANCTION", "expel", ["future"], True, ("THREATEN", "expel", ())),
        ("SANCTION", None, ["future"], False, ("SANCTION", None, ("future",))),
        ("ACCUSE", "allege", ["historical"], False, ("ACCUSE", "allege", ("historical",))),
    ],
)
def test_a_type_that_already_says_it_takes_the_auxiliarys_place(
    event: str, mode: str | None, auxiliary: list[str], own_threat: bool, becomes: tuple[object, ...]
) -> None:
    assert ONTOLOGY.reduce(event, mode, auxiliary, own_threat=own_threat) == becomes


@given(ACTS, st.lists(st.sampled_from(ONTOLOGY.auxiliaries), unique=True), st.booleans())
def test_reducing_twice_changes_nothing_more(
    act: tuple[str, str | None], auxiliary: list[str], own_threat: bool
) -> None:
    once = ONTOLOGY.reduce(*act, auxiliary, own_threat=own_threat)
    assert ONTOLOGY.reduce(*once, own_threat=own_threat) == once


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        ("057", ("SUPPORT", None, ("diplomatic",))),
        ("1955", ("ASSAULT", "aerial", ("military",))),  # not in the table: read as its parent
        ("0871", ("CONCEDE", None, ("military",))),  # declared, not yet kept
        ("010", None),  # statements are no events
        ("99", None),
    ],
)
def test_a_cameo_code_is_read_as_plover(code: str, becomes: tuple[object, ...] | None) -> None:
    assert ONTOLOGY.plover(code) == becomes


@pytest.mark.parametrize(
    ("event", "mode", "contexts", "code"),
    [
        ("SUPPORT", None, ["economic"], "057"),
        ("SUPPORT", None, [], "051"),
        ("CONSULT", "phone", ["military"], "041"),
        ("ASSAULT", "drone", [], "195"),
        ("SANCTION", "withdraw", ["diplomatic"], "161"),
    ],
)
def test_an_act_is_given_the_nearest_cameo_code(event: str, mode: str | None, contexts: list[str], code: str) -> None:
    assert ONTOLOGY.cameo(event, mode, contexts) == code


@given(ACTS, CONTEXTS)
def test_every_act_has_a_code_and_a_dimension_whatever_the_order_of_its_contexts(
    act: tuple[str, str | None], contexts: list[str]
) -> None:
    codes = {ONTOLOGY.cameo(*act, order) for order in itertools.permutations(contexts)}
    sides = {dimension(*act, order) for order in itertools.permutations(contexts)}
    assert len(codes) == 1 and codes <= set(ONTOLOGY.cameo_codes)
    assert len(sides) == 1 and sides <= set(DIMENSIONS)


@pytest.mark.parametrize(
    ("event", "mode", "contexts", "side"),
    [
        ("ASSAULT", "aerial", ["economic"], "military"),
        ("SUPPORT", None, ["economic"], "economic"),
        ("AID", None, ["military", "economic"], "military"),
        ("AID", None, [], "economic"),
        ("CONSULT", "visit", [], "diplomatic"),
        ("PROTEST", "demo", ["military"], "societal"),
        ("SUPPORT", None, ["religion_ethnicity"], "societal"),
    ],
)
def test_an_act_belongs_to_one_side_of_a_tie(event: str, mode: str | None, contexts: list[str], side: str) -> None:
    assert dimension(event, mode, contexts) == side


def test_an_unknown_name_is_answered_with_the_nearest_known_one() -> None:
    with pytest.raises(TableError, match=r'"SUPORT" is not an event type\. Did you mean "SUPPORT"'):
        ONTOLOGY.quad("SUPORT")
    with pytest.raises(TableError, match=r'"expell" is not a mode of SANCTION\. Did you mean "expel"'):
        ONTOLOGY.score("SANCTION", "expell")


def test_the_shipped_tables_are_valid() -> None:
    validate()
    assert read_ontology(TABLES) == ONTOLOGY


def test_all_faults_of_all_tables_are_reported_at_once(tmp_path: Path) -> None:
    tables = Path(shutil.copytree(TABLES, tmp_path / "ontology"))
    modes = (tables / "modes.csv").read_text(encoding="utf-8")
    (tables / "modes.csv").write_text(modes.replace("meeting inside", "in, or at,"), encoding="utf-8")
    with (tables / "dimensions.csv").open("a", encoding="utf-8") as file:
        file.write("AID,gift,,economy,\n")
    with pytest.raises(TableError) as caught:
        validate(tables)
    faults = "\n".join(caught.value.faults)
    assert "dimensions.csv:" in faults and '"economy" is not a dimension. Did you mean "economic"?' in faults
    assert '"gift" is not a mode of AID' in faults
    assert "modes.csv:" in faults


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("event_types.csv", "no,2.5", "no,25", "score 25 lies outside -10..10"),
        ("event_types.csv", "SUPPORT,verbal_cooperation,1", "SUPPORT,verbal_cooperation,2", "quad 2 is not"),
        ("contexts.csv", "economic,", "military,", "military stands at contexts.csv:"),
        ("plover_to_cameo.csv", "AID,,,070,", "AID,,economic,070,", "AID has no row without mode and context"),
        ("cameo_to_plover.csv", "cameo,label", "code,label", "they must be cameo,label"),
        ("reductions.csv", "AGREE", "AGREED", '"AGREED" is not an event type'),
    ],
)
def test_a_fault_names_its_row(tmp_path: Path, name: str, old: str, new: str, fault: str) -> None:
    tables = Path(shutil.copytree(TABLES, tmp_path / "ontology"))
    text = (tables / name).read_text(encoding="utf-8")
    assert old in text
    (tables / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        validate(tables)
    assert any(fault in line and line.startswith((f"{name}:", name)) for line in caught.value.faults)
