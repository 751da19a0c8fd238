"""Quotations in a document's text: where they run, who speaks, and what is only set apart."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.language.quotations import QuotedSpan, quotations, reported_by


def speakers(text: str) -> list[tuple[str, str | None]]:
    """Each quotation as (the words with their marks, the speaker)."""
    return [(text[span.start : span.end], span.speaker) for span in quotations(text)]


@pytest.mark.parametrize(
    ("text", "speaker", "cue"),
    [
        ("“We will open an embassy,” said Anna Berg.", "Anna Berg", "said"),
        ("“We will open an embassy,” Anna Berg said.", "Anna Berg", "said"),
        ("“We will open an embassy,” Berg told reporters on Monday.", "Berg", "told"),
        ("“We will open an embassy,” Berg, the foreign minister, told reporters.", "Berg", "told"),
        ("“We will open an embassy,” Berg later added.", "Berg", "added"),
        ("“We will open an embassy,” tweeted Foreign Minister Anna Berg.", "Foreign Minister Anna Berg", "tweeted"),
        ("“We will open an embassy,” said foreign ministry spokesman Olav Lund.",
         "foreign ministry spokesman Olav Lund", "said"),
        ("“We will open an embassy,” the foreign ministry said.", "the foreign ministry", "said"),
        ("“We will open an embassy,” said a spokesman for the ministry.", "a spokesman for the ministry", "said"),
        ("“We will open an embassy,” Norway’s foreign ministry said.", "Norway’s foreign ministry", "said"),
        ("“We will open an embassy,” according to Anna Berg.", "Anna Berg", "according to"),
        ("“We will open an embassy,” according to a statement by the Norwegian government.",
         "the Norwegian government", "according to"),
        ("“Will you open an embassy?” asked Anna Berg.", "Anna Berg", "asked"),
        ("“Open it now!” Anna Berg shouted.", "Anna Berg", "shouted"),
        ("\"We will open an embassy,\" said Anna Berg.", "Anna Berg", "said"),
        ("« We will open an embassy », said Anna Berg.", "Anna Berg", "said"),
        ("«We will open an embassy», Anna Berg said.", "Anna Berg", "said"),
        ("„We will open an embassy“, said Anna Berg.", "Anna Berg", "said"),
        ("Anna Berg said: “We will open an embassy.”", "Anna Berg", "said"),
        ("Anna Berg told reporters in Oslo on Monday: “We will open an embassy.”", "Anna Berg", "told"),
        ("On Monday Anna Berg said, “We will open an embassy.”", "Anna Berg", "said"),
        ("Berg, who met the king, said: “We will open an embassy.”", "Berg", "said"),
        ("Berg, a former judge, has warned that “the embassy will close in May”.", "Berg", "warned"),
        ("According to Anna Berg, “the embassy will close in May”.", "Anna Berg", "According to"),
        ("The minister called the plan “a gift that nobody wanted”.", "The minister", "called"),
        ("Israeli officials said “the embassy will close in May”.", "Israeli officials", "said"),
        ("Mr. Berg arrived. President J. Lund said: “We will open it.”", "President J. Lund", "said"),
        ("“We will open an embassy.” The crowd went home.", None, None),
        ("A banner read “the embassy must close at once”.", None, None),
    ],
)  # fmt: skip
def test_the_speaker_stands_beside_a_speech_verb(text: str, speaker: str | None, cue: str | None) -> None:
    (span,) = quotations(text)
    assert (span.speaker, span.cue) == (speaker, cue)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("“We agree,” said Anna Berg. “We always did.”", ["Anna Berg", "Anna Berg"]),
        ("“We agree,” said Anna Berg, “and we always did.”", ["Anna Berg", "Anna Berg"]),
        ("“We agree,” said Anna Berg. “We always did,” she added.", ["Anna Berg", "Anna Berg"]),
        ("Anna Berg said that Oslo agreed. “It always did,” she told parliament.", ["Anna Berg"]),
        ("“It always did,” she told parliament.", ["she"]),
        ("“We agree.” Olav Lund said: “We do not.”", [None, "Olav Lund"]),
        ("“We agree,” said Anna Berg. Olav Lund said: “We do not.”", ["Anna Berg", "Olav Lund"]),
        ("“We agree,” said Anna Berg.\n\n“Never,” said Olav Lund.", ["Anna Berg", "Olav Lund"]),
        ("“We agree,” said Anna Berg.\n\nA sign said little. It read “all of them must go”.", ["Anna Berg", None]),
    ],
)
def test_the_speaker_is_carried_on_within_a_paragraph(text: str, named: list[str | None]) -> None:
    assert [speaker for _, speaker in speakers(text)] == named


def test_a_speech_of_several_paragraphs_is_one_span_each_with_one_speaker() -> None:
    text = "Anna Berg said: “We agree.\n\n“We always did.\n\n“And we shall.”\n\nThe hall was full."
    assert speakers(text) == [
        ("“We agree.", "Anna Berg"),
        ("“We always did.", "Anna Berg"),
        ("“And we shall.”", "Anna Berg"),
    ]


def test_a_speech_that_names_its_speaker_at_the_end_has_that_speaker_throughout() -> None:
    text = "“We agree.\n\n“We always did,” said Anna Berg."
    assert speakers(text) == [("“We agree.", "Anna Berg"), ("“We always did,”", "Anna Berg")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “we agree. \n\nThe hall was full.", ["“we agree."]),
        ('He said "we agree.\n\nThe "hall" was full.', ['"we agree.', '"hall"']),
        ("He said «we agree.", ["«we agree."]),
        ("A rod of 5\" and one of 6\" were found.", []),
        ("The ’90s were Azerbaijan’s and the states’ own.", []),
        ("It closed.” Then it opened.", []),
    ],
)  # fmt: skip
def test_a_quotation_nobody_closes_ends_with_its_paragraph(text: str, found: list[str]) -> None:
    assert [words for words, _ in speakers(text)] == found


def test_a_quotation_inside_another_is_listed_with_its_own_speaker() -> None:
    text = "“Then Lund told me: ‘We don’t agree.’ I left,” said Anna Berg."
    assert speakers(text) == [(text[:46], "Anna Berg"), ("‘We don’t agree.’", "Lund")]


@pytest.mark.parametrize(
    ("text", "scare"),
    [
        ("The so-called “republic” issued stamps.", True),
        ("The “special military operation” went on.", True),
        ('He runs an "anti-terror" unit.', True),
        ("“No comment,” said Berg.", False),
        ("“We won”, said Berg.", False),
        ("Berg said: “Never.”", False),
        ("Berg spoke of “a republic that no state knows”.", False),
    ],
)
def test_a_few_words_without_a_verb_are_set_apart_not_spoken(text: str, scare: bool) -> None:
    assert [span.scare for span in quotations(text)] == [scare]


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Three boats sank, according to the Turkish Defence Ministry.", "the Turkish Defence Ministry"),
        ("According to Olav Lund, three boats sank.", "Olav Lund"),
        ("According to officials in Oslo, three boats sank.", "officials"),
        ("According to a report by Human Rights Watch, three boats sank.", "Human Rights Watch"),
        ("Three boats sank, TASS said, citing the navy.", "the navy"),
        ("Three boats sank, as Reuters reported.", "Reuters"),
        ("The Reuters-reported sinking was denied.", "Reuters"),
        ("Three boats sank, it was reported by Interfax.", "Interfax"),
        ("All went according to plan.", None),
        ("According to the treaty, three boats may pass.", None),
        ("Three boats sank.", None),
    ],
)
def test_a_sentence_may_name_its_source(sentence: str, source: str | None) -> None:
    found = reported_by(sentence)
    assert (found[0] if found else None) == source
    if found:
        assert sentence[found[1] : found[2]] == found[0]


PARTS = st.lists(
    st.sampled_from(
        ["“", "”", '"', "«", "»", "‘", "’", "\n\n", " ", "said ", "Anna Berg ", "he ", "We agree", ", ", ". ", "told "]
    ),
    max_size=25,
).map("".join)


def _lawful(text: str, spans: tuple[QuotedSpan, ...]) -> None:
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        if span.speaker is None:
            assert span.speaker_start is span.speaker_end is None
        else:
            assert text[span.speaker_start : span.speaker_end] == span.speaker


@given(PARTS)
def test_spans_are_nested_or_apart_and_speakers_are_where_they_say(text: str) -> None:
    spans = quotations(text)
    _lawful(text, spans)
    for first, second in itertools.pairwise(spans):
        assert first.start < second.start
        assert second.end <= first.end or first.end <= second.start
    assert all("\n\n" not in text[span.start : span.end] for span in spans)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    _lawful(text, quotations(text))
    reported_by(text)


@given(PARTS)
def test_text_after_a_blank_line_changes_nothing_before_it(text: str) -> None:
    text = text.rstrip() + "\n\n"
    spans = quotations(text + "The hall was full.")
    assert spans == quotations(text + "The hall was empty, and nobody spoke.")


def test_marks_that_open_and_never_close_cost_no_square_of_their_number() -> None:
    began = time.process_time()
    assert quotations("“a " * 20_000)
    assert time.process_time() - began < 20  # it was two minutes
