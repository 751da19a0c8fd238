"""Which patterns may match: never one too few, since a text is then judged as if the pattern were not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.sources import furniture, genre, interests
from comity.sources.needles import Needles, needed

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        ("subscribe", {"subscribe"}),
        ("(?i)Subscribe", {"subscribe"}),
        ("sign up|register", {"sign up", "register"}),
        (r"\bcopy(?:right)?\b", {"copy"}),
        (r"(?:reuters|afp)+ photo", {" photo"}),
        (r"a longer one [a-z]+ here", {"a longer one "}),
        (r"(?:maybe )?[A-Z]\w+", set()),  # nothing that each match must hold
        (r"one|\d+", set()),  # one branch needs nothing
        (r"(?=ahead)x", set()),
        (r"(?<!not )said", {"said"}),
        (r"[Mm]inister of [A-Z]\w+", {"minister of "}),  # one letter in either case
        (r"[ab]cd", {"cd"}),
        (r"colou?r", {"colo"}),
        (r"ab{0,2}cd", {"cd"}),
        (r"ab{2}cd", {"ab", "cd"}),  # either will do
        (r"no\. \d+", {"no. "}),
        (r"\x41bc", {"bc"}),
        (r"(?P<who>he|she) said", {" said"}),
        (r"(?i:Paid) by", {"paid"}),
        (r"x(?#paid)[])(]paid", {"paid"}),
        (r"(?x) pa id", set()),  # blanks mean nothing there
    ],
)
def test_a_pattern_needs_one_of_these_strings(pattern: str, strings: set[str]) -> None:
    found = needed(re.compile(pattern))
    assert found == strings or (found and found < strings)


PATTERNS = [
    *(cue.pattern for cue in furniture.cues()),
    *(cue.pattern for cue in genre.cues()),
    *(rule.pattern for rule in interests.rules()),
]
NEEDLES = Needles(PATTERNS)


def missed(text: str) -> list[str]:
    may = set(NEEDLES.candidates(text))
    return [pattern.pattern for at, pattern in enumerate(PATTERNS) if at not in may and pattern.search(text)]


def test_no_match_is_missed_on_the_fixtures_and_the_tests_own_lines() -> None:
    files = [
        *FIXTURES.rglob("*.*"),
        *Path(__file__).parent.glob("*.py"),
        *(FIXTURES.parents[2] / "comity/data").rglob("*.csv"),
    ]
    lines = {line for file in files for line in file.read_bytes().decode("utf-8", "replace").splitlines()}
    assert len(lines) > 1000
    assert [(line[:80], found) for line in lines if (found := missed(line[:500]))] == []


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PATTERNS).flatmap(lambda pattern: st.tuples(st.just(pattern), st.from_regex(pattern))))
def test_what_a_pattern_matches_is_never_passed_over(found: tuple[re.Pattern[str], str]) -> None:
    pattern, text = found
    assert PATTERNS.index(pattern) in NEEDLES.candidates(text)


WORDS = ["Subscribe", "to", "our", "NEWSLETTER", "Photo:", "by", "Reuters", "the author is", "İstanbul", "opinion", "©"]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=12).map(" ".join))
def test_no_match_is_missed_on_any_text(text: str) -> None:
    assert missed(text) == []
