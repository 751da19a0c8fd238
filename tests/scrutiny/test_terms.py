"""Loaded terms are found with whose they are; the table takes both sides' words, and none for the truth."""

from __future__ import annotations

from collections import defaultdict

import pytest

from comity.language.sentences import split
from comity.scrutiny.contested import contested, cues
from comity.scrutiny.terms import rules, term_uses
from comity.sources import tables


def found(text: str) -> list[str]:
    return [use.text for use in term_uses(text, split(text))]


def test_the_tables_have_no_faults() -> None:
    assert len(rules()) >= 150
    assert len(cues()) >= 40


def test_each_dispute_has_the_terms_of_opposing_parties() -> None:
    sides: dict[str, list[set[str]]] = defaultdict(list)
    for rule in rules():
        if rule.term.dispute != "general":
            sides[rule.term.dispute].append(set(rule.term.parties))
    assert [dispute for dispute, rows in sides.items() if all(a & b for a in rows for b in rows)] == []
    assert len(sides) > 20


def test_no_term_is_neutral_for_itself() -> None:
    def listed(words: str) -> set[str]:
        return {word.casefold() for word in words.split("|")}

    assert [rule.term.words for rule in rules() if rule.term.neutral.casefold() in listed(rule.term.words)] == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The regime in Norland fell.", ["regime"]),
        ("The visa regime with Norland was eased.", []),
        ("Assad’s regime fell in December.", ["Assad’s regime"]),  # the longest, with either apostrophe
        ("They occupied a seat each.", []),
        ("Its army occupied the region in May.", ["occupied"]),
        ("Terrorists struck.", ["Terrorists"]),  # at the head of a sentence
        ("They met in judea and samaria.", []),  # a name keeps its capitals
        ("Judea and Samaria", ["Judea and Samaria"]),
        ("The court ruled the border illegal.", []),  # the finding has its judge
        ("The border is illegal.", ["illegal"]),
        (
            "Indian-occupied Kashmir, or Pakistan-occupied Kashmir",
            ["Indian-occupied Kashmir", "Pakistan-occupied Kashmir"],
        ),
        ("Artsakh and Khankendi", ["Artsakh", "Khankendi"]),
        ("The Malvinas", ["Malvinas"]),
        ("The Falkland Islands (Malvinas)", []),  # both names, as the UN prints them
        ("He spoke of nothing.", []),
    ],
)
def test_terms_are_found_where_they_are_loaded(text: str, terms: list[str]) -> None:
    assert found(text) == terms


def test_a_term_has_its_place_and_its_neutral_equivalent() -> None:
    text = "Rain fell. The puppet state of Norland met."
    (use,) = term_uses(text, split(text))
    assert text[use.start : use.end] == use.text == "puppet state"
    assert use.term.neutral


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("Norland must not ignore Valdia.", ["prescription"]),
        ("Norland is bent on ruining Valdia.", ["motive"]),
        ("Norland could not be more different from Valdia.", ["superlative"]),
        ("This mirrors a trend in Norland.", ["cause"]),
        ("Norland failed to acknowledge the gift.", ["judgement"]),
        ("Norland seeks to sign a treaty.", []),  # one weak cue is not enough
        ("Norland clearly seeks to humble Valdia.", ["motive", "certainty"]),
        ("Norland signed a treaty with Valdia on Monday.", []),
        ("Norland's parliament has 120 seats.", []),
    ],
)
def test_a_sentence_that_judges_explains_or_prescribes_is_contested(sentence: str, kinds: list[str]) -> None:
    assert [reason.kind for reason in contested(sentence, True, ())] == kinds


def test_claims_about_no_actor_do_not_concern_us() -> None:
    assert contested("The weather could not be more different.", False, ()) == ()


def test_a_name_that_one_side_uses_asserts_nothing() -> None:
    def reasons(text: str) -> list[str]:
        return [reason.words for reason in contested(text, True, term_uses(text, split(text)))]

    assert reasons("The envoys met in Artsakh.") == []
    assert reasons("The puppet state sent envoys.") == ["puppet state"]


def test_the_words_of_each_row_are_found() -> None:
    lost = []
    for _, row in tables.rows("loaded_terms.csv"):
        for word in row["term"].split("|"):
            when = (row["when"].split("|")[0] or "").replace("*", "")
            text = f"{word.replace('*', 's')} and {when} once"
            if not found(text):
                lost.append(text)
    assert lost == []
