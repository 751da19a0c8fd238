"""Sentences of news text: where they end, and where a stop ends nothing."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.language.sentences import split


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oslo agreed. Minsk refused.", ["Oslo agreed.", "Minsk refused."]),
        # initials and titles
        ("J. M. Coetzee met Gen. Diaz. They talked.", ["J. M. Coetzee met Gen. Diaz.", "They talked."]),
        ("Sen. Ruth Okoro and Dr. A. B. Lund flew in.", ["Sen. Ruth Okoro and Dr. A. B. Lund flew in."]),
        # U.S. inside and at the end of a sentence
        ("The U.S. Army left. It had come in May.", ["The U.S. Army left.", "It had come in May."]),
        ("He flew to the U.S. The visit lasted a day.", ["He flew to the U.S.", "The visit lasted a day."]),
        ("U.N. Secretary-General Guterres spoke.", ["U.N. Secretary-General Guterres spoke."]),
        # months, numbers
        ("On Aug. 31 they met. On Sept. 2 they parted.", ["On Aug. 31 they met.", "On Sept. 2 they parted."]),
        ("Exports rose 3.5 percent. No. 2 on the list is gas.", ["Exports rose 3.5 percent.", "No. 2 on the list is gas."]),
        ("The talks began at 5 p.m. on Monday.", ["The talks began at 5 p.m. on Monday."]),
        # quotations
        ('"We will not yield." He left at once.', ['"We will not yield."', "He left at once."]),
        ("“Will they sign?” she asked. Nobody knew.", ["“Will they sign?” she asked.", "Nobody knew."]),
        ("“It is over.” “Not yet,” he said.", ["“It is over.”", "“Not yet,” he said."]),
        # headlines and paragraphs
        ("Oslo, Minsk sign pact\n\nOSLO — The two signed.", ["Oslo, Minsk sign pact", "OSLO — The two signed."]),
        ("Talks resume\nThe envoys met again on Monday.", ["Talks resume", "The envoys met again on Monday."]),
        # a line end inside a sentence is no end
        ("The two ministers met in the capital on Monday and\nagreed to meet again.",
         ["The two ministers met in the capital on Monday and\nagreed to meet again."]),
        # companies
        ("Acme Inc. shares fell. Beta Ltd. did not.", ["Acme Inc. shares fell.", "Beta Ltd. did not."]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from(list("abAB.!? \n\t\"'“”U1")), max_size=120))
def test_sentences_are_in_order_apart_and_cover_all_but_white_space(text: str) -> None:
    spans = split(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [("“A.” He said. " * 10_000, 10_000), ("a" * 150_000 + " b. Then c. " * 500, 501), ("A." * 80_000 + " B. Then", 1)],
    ids=["stops", "a long word", "initials"],
)
def test_a_paragraph_of_any_shape_costs_no_square_of_its_length(text: str, sentences: int) -> None:
    began = time.process_time()
    found = split(text)
    assert time.process_time() - began < 8  # a tenth of it; it was minutes
    assert len(found) >= sentences // 2
