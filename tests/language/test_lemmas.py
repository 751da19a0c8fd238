"""Lemmas: rules invert, regular and irregular endings are undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.language.lemmas import Lemmatizer, apply_rule, lemma_rule, regular_lemmas

words = st.text(alphabet="abcdeABCDé'", min_size=1, max_size=12)


@given(words, words)
def test_a_rule_turns_its_form_into_its_lemma(form: str, lemma: str) -> None:
    assert apply_rule(form, lemma_rule(form, lemma)) == lemma


@pytest.mark.parametrize(
    ("form", "pos", "lemma"),
    [
        ("agreed", "VERB", "agree"),
        ("countries", "NOUN", "country"),
        ("banned", "VERB", "ban"),
        ("denied", "VERB", "deny"),
        ("attacking", "VERB", "attack"),
        ("urging", "VERB", "urge"),
        ("clashes", "NOUN", "clash"),
        ("overthrew", "VERB", "overthrow"),
        ("policemen", "NOUN", "policeman"),
    ],
)
def test_the_lemma_is_among_the_regular_ones(form: str, pos: str, lemma: str) -> None:
    assert lemma in list(regular_lemmas(form, pos))


def test_a_guess_that_is_no_word_gives_way_to_one_that_is() -> None:
    lemmatizer = Lemmatizer(known=frozenset({"agree", "move"}))
    assert lemmatizer.lemma("agreed", "VERB", "l2+") == "agree"
    assert lemmatizer.lemma("moved", "VERB", "l2+") == "move"


def test_a_name_keeps_its_form() -> None:
    assert Lemmatizer().lemma("Nations", "PROPN", "l1+") == "Nations"
