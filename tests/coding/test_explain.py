"""Reasons: why a sentence was coded as it was, and why another was not."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.coding import load_coder
from comity.coding.explain import Explained, explain
from comity.errors import InputError
from comity.records import Document, Published, document_id

pytestmark = pytest.mark.model

SENTENCES = [
    "Norway and Estonia signed an agreement on rail links in Tallinn on Tuesday.",
    "It threatened to expel two diplomats of Poland.",
    "The two countries agreed to meet again in May.",
    "Malta accused Libya and Tunisia of smuggling.",
    "Kenya beat Ghana 2-1 in a friendly match.",
    "Russia, like Norway, signed up for the course.",
    "Israel urged calm on its streets.",
    "The weather was fine.",
    "",
]


def document(text: str, language: str = "en") -> Document:
    return Document(
        id=document_id(text),
        text=text,
        page=text,
        published=Published(date="2023-03-29", basis="record"),
        language=language,
        origin="story.txt",
    )


def reasons(text: str) -> Explained:
    """What is told of the last sentence of a text."""
    return explain(load_coder(), document(text))[-1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SENTENCES), max_size=6))
def test_what_is_explained_is_what_is_coded(parts: list[str]) -> None:
    story = document(" ".join(parts))
    told = explain(load_coder(), story)
    coded = load_coder().code([story])[0]
    assert [coding.event for item in told for coding in item.codings] == list(coded.events)
    assert [claim for item in told for claim in item.claims] == list(coded.claims)
    assert len(told) == coded.sentences
    for item in told:
        assert story.text[item.start : item.end] == item.text
        assert (item.reason is None) == bool(item.codings)
        for candidate in item.candidates:
            assert story.text[candidate.start : candidate.end] == candidate.text


def test_a_coding_names_its_row_and_how_each_side_was_found() -> None:
    (coding,) = reasons("Norway signed an agreement with Estonia.").codings
    assert coding.event.rule == coding.rule
    assert coding.rule.startswith("predicates_") and "sign obj:AGREEMENT" in coding.rule
    assert coding.source == coding.target == "named in the role itself"
    assert coding.operators == ()


def test_the_operators_on_the_path_stand_apart_from_the_row() -> None:
    (coding,) = reasons("Estonia closed its embassy in Minsk. It threatened to expel two diplomats of Poland.").codings
    assert "expel" in coding.rule and ";" not in coding.rule
    assert coding.operators == ("threaten:threaten",)
    assert coding.source.startswith("a pronoun")


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway signed an agreement with Estonia.",
        "Estonia may sign an agreement with Norway.",
        "Iran's condemnation of Israel was sharp, and Syria shelled Lebanon.",
        "Malta accused Libya of smuggling.",
    ],
)
def test_the_factors_make_the_confidence(sentence: str) -> None:
    codings = reasons(sentence).codings
    assert codings
    for coding in codings:
        product = math.prod(factor.value for factor in coding.factors)
        assert coding.event.confidence == pytest.approx(product, abs=0.0005)


@pytest.mark.parametrize(
    ("sentence", "reason", "field"),
    [
        ("The weather was fine.", "no actor", None),
        ("Norway xyzzy qwertzy.", "no word of the lexicon", None),
        ("Kenya beat Ghana 2-1 in a friendly match.", "false friend", "sport"),
        ("Russia, like Norway, signed up for the course.", "no predicate fits", None),
        ("Israel urged calm on its streets.", "one party only", None),
    ],
)
def test_a_sentence_without_an_event_says_why(sentence: str, reason: str, field: str | None) -> None:
    told = reasons(sentence)
    assert (told.reason, told.field, told.codings) == (reason, field, ())
    assert bool(told.candidates) == (reason == "no predicate fits")


@pytest.mark.parametrize(
    ("sentence", "word", "lacks", "fits"),
    [
        ("Russia, like Norway, signed up for the course.", "signed", "needs as obj one of accord, agreement", False),
        (
            "Oman met Mali. Israel urged calm on its streets.",
            "urged",
            "no target found besides the source (sought: on",
            True,
        ),
        (
            "Oman met Mali. The harbour was shelled from the sea near its mouth in Norway.",
            "shelled",
            "no source found (sought: subj)",
            True,
        ),
        ("The accord with Oslo holds, as Riga knows.", "accord", "no light verb carries the noun", True),
        ("The accord with Oslo holds, as Riga knows.", "holds", "needs “back” beside it", False),
    ],
)
def test_a_predicate_that_fits_not_says_what_it_lacked_first(sentence: str, word: str, lacks: str, fits: bool) -> None:
    (candidate,) = [candidate for candidate in reasons(sentence).candidates if candidate.text == word]
    assert [row.fits for row in candidate.rows if row.lacks.startswith(lacks)][:1] == [fits]


def test_rows_after_the_one_that_fits_are_not_listed_for_they_were_not_tried() -> None:
    (candidate,) = [
        candidate
        for candidate in reasons("The accord with Oslo holds, as Riga knows.").candidates
        if candidate.text == "accord"
    ]
    assert [row.fits for row in candidate.rows] == [*[False] * (len(candidate.rows) - 1), True]


def test_an_operator_without_a_clause_says_what_it_needs() -> None:
    told = reasons("Oman met Mali. Israel urged calm on its streets.")
    (candidate,) = [candidate for candidate in told.candidates if candidate.text == "urged"]
    assert "operators.csv urge" in [row.rule for row in candidate.rows]


def test_a_claim_is_told_beside_the_events() -> None:
    told = reasons("The prospect of an Iranian deal prompted Israel to strengthen its ties with Azerbaijan.")
    assert [(claim.third, claim.direction) for claim in told.claims] == [("IRN", 1)]


def test_a_document_that_cannot_be_coded_is_refused() -> None:
    with pytest.raises(InputError, match=r"story\.txt: language 'fr' is not read yet"):
        explain(load_coder(), document("Oslo a condamné Minsk.", "fr"))
