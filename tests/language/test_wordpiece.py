"""Words become pieces that spell them; case goes its own way."""

import pytest

from comity.language.wordpiece import CASES, WordPieces, case_id, fold

PIECES = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "pa", "##ct", "pact", "##s", "e"])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("pact", ["pact"]),
        ("Pacts", ["pact", "##s"]),
        ("pas", ["pa", "##s"]),
        ("é", ["e"]),
        ("x", ["[UNK]"]),
        ("", ["[UNK]"]),
    ],
)
def test_the_longest_piece_from_the_left_is_taken(word: str, expected: list[str]) -> None:
    assert [PIECES.vocabulary[i] for i in PIECES.pieces(word)] == expected


@pytest.mark.parametrize(
    ("word", "case"),
    [("baku", "lower"), ("Baku", "title"), ("BAKU", "upper"), ("A", "title"), ("McCain", "mixed"), ("2022", "digit"), ("“", "other")],
)  # fmt: skip
def test_case_is_told_apart(word: str, case: str) -> None:
    assert CASES[case_id(word)] == case


def test_folding_drops_case_accents_and_typographic_marks() -> None:
    assert fold("Türkiye’s") == "turkiye's"
