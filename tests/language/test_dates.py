"""Dates in sentences: what is one, when it was, and what it dates. Published on Thursday, 2022-09-08, unless said."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.language.dates import DateSpan, find_dates
from comity.records import EventDate

PUBLISHED = "2022-09-08"  # a Thursday


def read(sentence: str, *, published: str | None = PUBLISHED, future: bool = False) -> list[tuple[str, str, str]]:
    """Each date as (the words, the interval, its kind where it is not `clause`)."""
    return [_plain(sentence, span) for span in find_dates(sentence, published, future=future)]


def _plain(sentence: str, span: DateSpan) -> tuple[str, str, str]:
    days = span.date.start if span.date.start == span.date.end else f"{span.date.start}/{span.date.end}"
    return sentence[span.start : span.end], days, "" if span.kind == "clause" else span.kind


@pytest.mark.parametrize(
    ("sentence", "words", "day"),
    [
        ("On March 30, 2022, Baku opened an office.", "March 30, 2022", "2022-03-30"),
        ("On 30 March 2022 Baku opened an office.", "30 March 2022", "2022-03-30"),
        ("The envoy arrived on the 3rd of May 2019.", "3rd of May 2019", "2019-05-03"),
        ("They met on Wednesday, March 30, 2022.", "Wednesday, March 30, 2022", "2022-03-30"),
        ("They met on Friday (Aug. 26) in Oslo.", "Friday (Aug. 26", "2022-08-26"),
        ("The post was attacked on Aug. 26.", "Aug. 26", "2022-08-26"),
        ("The post was attacked on 26 August.", "26 August", "2022-08-26"),
        ("The post was attacked on August 26th.", "August 26th", "2022-08-26"),
        ("The decree came into force on 2022-03-30.", "2022-03-30", "2022-03-30"),
        ("The visa lapsed on 30/03/2022.", "30/03/2022", "2022-03-30"),
        ("The visa lapsed on 03/30/2022.", "03/30/2022", "2022-03-30"),
        ("The visa lapsed on 30.03.2022.", "30.03.2022", "2022-03-30"),
        ("The visa lapsed on 5.5.2021.", "5.5.2021", "2021-05-05"),
        ("They signed on Feb. 29, 2020.", "Feb. 29, 2020", "2020-02-29"),
        ("They signed on Sept. 3 in Vienna.", "Sept. 3", "2022-09-03"),
        ("They signed on 5 March last year.", "5 March last year", "2021-03-05"),
        ("They signed on 5 March this year.", "5 March this year", "2022-03-05"),
    ],
)
def test_a_whole_date_is_a_day(sentence: str, words: str, day: str) -> None:
    assert read(sentence) == [(words, day, "")]


@pytest.mark.parametrize(
    ("sentence", "published", "day"),
    [
        ("They met on 26 December.", "2022-01-04", "2021-12-26"),
        ("They met on 4 January.", "2022-01-04", "2022-01-04"),
        ("The summit opens on 2 October.", PUBLISHED, "2022-10-02"),  # 24 days ahead: a preview
        ("The summit was held on 20 October.", PUBLISHED, "2021-10-20"),  # more than 30 days ahead: last year's
        ("They met on 29 February.", PUBLISHED, "2020-02-29"),
    ],
)
def test_a_day_without_a_year_lies_before_publication_or_soon_after(sentence: str, published: str, day: str) -> None:
    assert [days for _, days, _ in read(sentence, published=published)] == [day]


@pytest.mark.parametrize(
    ("sentence", "words", "days"),
    [
        ("Relations were cut in 2019.", "2019", "2019-01-01/2019-12-31"),
        ("Relations were cut in March 2020.", "March 2020", "2020-03-01/2020-03-31"),
        ("Relations were cut in August.", "August", "2022-08-01/2022-08-31"),
        ("Relations were cut in October.", "October", "2021-10-01/2021-10-31"),
        ("Relations were cut in early 2015.", "early 2015", "2015-01-01/2015-04-30"),
        ("Relations were cut in mid-2015.", "mid-2015", "2015-05-01/2015-08-31"),
        ("Relations were cut late in 2015.", "late in 2015", "2015-09-01/2015-12-31"),
        ("Relations were cut at the end of 2015.", "the end of 2015", "2015-09-01/2015-12-31"),
        ("Relations were cut late last year.", "late last year", "2021-09-01/2021-12-31"),
        ("Relations were cut in the summer of 2014.", "summer of 2014", "2014-06-01/2014-08-31"),
        ("Relations were cut in spring 2014.", "spring 2014", "2014-03-01/2014-05-31"),
        ("Relations were cut in the winter of 2013.", "winter of 2013", "2013-12-01/2014-02-28"),
        ("Relations were cut last winter.", "last winter", "2021-12-01/2022-02-28"),
        ("Exports fell in the first quarter of 2021.", "the first quarter of 2021", "2021-01-01/2021-03-31"),
        ("Exports fell in Q3 2021.", "Q3 2021", "2021-07-01/2021-09-30"),
        ("Exports fell in the second half of last year.", "the second half of last year", "2021-07-01/2021-12-31"),
        ("The two were allies in the 1990s.", "1990s", "1990-01-01/1999-12-31"),
        ("The two were allies in the late 1990s.", "the late 1990s", "1996-01-01/1999-12-31"),
        ("Talks collapsed in mid-May.", "mid-May", "2022-05-11/2022-05-20"),
        ("Talks collapsed in May.", "May", "2022-05-01/2022-05-31"),
        ("Talks collapsed in early March 2016.", "early March 2016", "2016-03-01/2016-03-10"),
        ("Talks collapsed in late February.", "late February", "2022-02-19/2022-02-28"),
        ("Talks collapsed in March last year.", "March last year", "2021-03-01/2021-03-31"),
        ("Talks collapsed in August of last year.", "August of last year", "2021-08-01/2021-08-31"),
        ("Talks collapsed last June.", "last June", "2022-06-01/2022-06-30"),
        ("Talks collapsed earlier in August.", "earlier in August", "2022-08-01/2022-08-31"),
    ],
)
def test_a_partial_date_is_as_wide_as_its_words(sentence: str, words: str, days: str) -> None:
    assert read(sentence) == [(words, days, "")]


@pytest.mark.parametrize(
    ("sentence", "words", "days"),
    [
        ("The minister flew home on Wednesday.", "Wednesday", "2022-09-07"),
        ("The minister flew home on Thursday.", "Thursday", "2022-09-08"),
        ("The minister flew home on Friday.", "Friday", "2022-09-02"),
        ("The minister flew home Tuesday evening.", "Tuesday evening", "2022-09-06"),
        ("The minister flew home last Tuesday.", "last Tuesday", "2022-09-06"),
        ("The minister flew home last Thursday.", "last Thursday", "2022-09-01"),
        ("The minister flew home on Tuesday last week.", "Tuesday last week", "2022-08-30"),
        ("The minister flew home yesterday.", "yesterday", "2022-09-07"),
        ("The minister flew home the day before yesterday.", "the day before yesterday", "2022-09-06"),
        ("The minister flew home earlier today.", "earlier today", "2022-09-08"),
        ("The minister flew home last night.", "last night", "2022-09-07"),
        ("Drones struck the depot overnight.", "overnight", "2022-09-07/2022-09-08"),
        ("Drones struck the depot over the weekend.", "the weekend", "2022-09-03/2022-09-04"),
        ("Drones struck the depot last week.", "last week", "2022-08-29/2022-09-04"),
        ("Drones struck the depot this week.", "this week", "2022-09-05/2022-09-08"),
        ("Drones struck the depot earlier this week.", "earlier this week", "2022-09-05/2022-09-08"),
        ("Drones struck the depot last month.", "last month", "2022-08-01/2022-08-31"),
        ("Drones struck the depot earlier this month.", "earlier this month", "2022-09-01/2022-09-08"),
        ("Drones struck the depot last year.", "last year", "2021-01-01/2021-12-31"),
        ("Drones struck the depot this year.", "this year", "2022-01-01/2022-09-08"),
        ("Drones struck the depot three days ago.", "three days ago", "2022-09-05"),
        ("Drones struck the depot two weeks ago.", "two weeks ago", "2022-08-22/2022-08-28"),
        ("Drones struck the depot two weeks earlier.", "two weeks earlier", "2022-08-22/2022-08-28"),
        ("Drones struck the depot six months ago.", "six months ago", "2022-03-01/2022-03-31"),
        ("The treaty was signed 30 years ago.", "30 years ago", "1992-01-01/1992-12-31"),
        ("The treaty was signed a decade ago.", "a decade ago", "2011-01-01/2013-12-31"),
        ("The treaty was signed a few days ago.", "a few days ago", "2022-09-03/2022-09-06"),
        ("The two clashed in the past two weeks.", "in the past two weeks", "2022-08-25/2022-09-08"),
        ("The two clashed in recent days.", "in recent days", "2022-09-01/2022-09-08"),
    ],
)
def test_a_relative_date_is_told_from_publication(sentence: str, words: str, days: str) -> None:
    (found,) = find_dates(sentence, PUBLISHED)
    assert _plain(sentence, found) == (words, days, "")
    assert found.date.basis == "relative"


@pytest.mark.parametrize(
    ("sentence", "words", "days"),
    [
        ("The envoys will meet on Friday.", "Friday", "2022-09-09"),
        ("The envoys will meet on Thursday.", "Thursday", "2022-09-08"),
        ("The envoys will meet next Wednesday.", "next Wednesday", "2022-09-14"),
        ("The envoys will meet tomorrow.", "tomorrow", "2022-09-09"),
        ("The envoys will meet next week.", "next week", "2022-09-12/2022-09-18"),
        ("The envoys will meet next month.", "next month", "2022-10-01/2022-10-31"),
        ("The envoys will meet later this month.", "later this month", "2022-09-08/2022-09-30"),
        ("The envoys will meet this year.", "this year", "2022-09-08/2022-12-31"),
        ("The envoys will meet over the weekend.", "the weekend", "2022-09-10/2022-09-11"),
        ("The envoys will meet in August.", "August", "2023-08-01/2023-08-31"),
        ("The envoys will meet on 20 October.", "20 October", "2022-10-20"),
        ("The envoys will meet in two weeks.", "in two weeks", "2022-09-19/2022-09-25"),
        ("The envoys will meet in the coming days.", "in the coming days", "2022-09-08/2022-09-14"),
    ],
)
def test_in_a_future_clause_the_coming_one_is_meant(sentence: str, words: str, days: str) -> None:
    assert read(sentence, future=True) == [(words, days, "")]


@pytest.mark.parametrize(
    ("sentence", "words", "days"),
    [
        (
            "They fought from 27 September to 10 November 2020.",
            "27 September to 10 November 2020",
            "2020-09-27/2020-11-10",
        ),
        ("They fought from 28 December to 3 January 2020.", "28 December to 3 January 2020", "2019-12-28/2020-01-03"),
        ("They fought between 2014 and 2016.", "2014 and 2016", "2014-01-01/2016-12-31"),
        ("They fought from 2014 to 2016.", "2014 to 2016", "2014-01-01/2016-12-31"),
        ("They fought in 2014-16.", "2014-16", "2014-01-01/2016-12-31"),
        ("They fought in 2014–2016.", "2014–2016", "2014-01-01/2016-12-31"),
        ("They fought on the night of 25 to 26 February 1992.", "25 to 26 February 1992", "1992-02-25/1992-02-26"),
        ("They talked on March 3-5, 2021.", "March 3-5, 2021", "2021-03-03/2021-03-05"),
        ("They talked from March to May 2020.", "March to May 2020", "2020-03-01/2020-05-31"),
        ("They talked between March and May.", "March and May", "2022-03-01/2022-05-31"),
        ("They talked from Monday to Wednesday.", "Monday to Wednesday", "2022-09-05/2022-09-07"),
        ("They talked from Friday until Monday.", "Friday until Monday", "2022-09-02/2022-09-05"),
    ],
)
def test_two_dates_joined_are_one_interval(sentence: str, words: str, days: str) -> None:
    assert read(sentence) == [(words, days, "")]


@pytest.mark.parametrize(
    "sentence",
    [
        "The council adopted Resolution 2231.",
        "No. 5 on the list is a treaty.",
        "Protesters march on the capital.",
        "The government may 20 times refuse.",
        "The two may sign a deal.",
        "Theresa May, 45, met the envoy.",
        "The statement by May angered Dublin.",
        "The 30-year-old was freed.",
        "Rebels killed 2000 people.",
        "In 2000 cases the visa was refused.",
        "Some 1,995 soldiers were sent.",
        "The plan costs $2020 a head.",
        "Flight 1914 was grounded.",
        "It came 30 years after the treaty.",
        "Veterans of World War II gathered.",
        "The 04/05/2022 entry is unclear.",
        "He reads the Sunday Times.",
        "Shops close on Sundays.",
        "The Good Friday Agreement holds.",
        "The fall of Kabul shook the region.",
        "The year of living dangerously is over.",
        "Trade rose by 2020% in a year.",
        "It was signed on 31 February 2020.",
        "Years ago they were friends.",
        "The day of reckoning came.",
        "Three days later the border was shut.",  # told from a date that this sentence does not name
        "The following month the border was shut.",
    ],
)
def test_what_is_no_date(sentence: str) -> None:
    assert read(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "words", "days"),
    [
        ("Ankara condemned the 2020 war.", "2020", "2020-01-01/2020-12-31"),
        ("Ankara recalled Russia's 2022 invasion.", "2022", "2022-01-01/2022-12-31"),
        ("Both broke the 1994 Budapest Memorandum.", "1994", "1994-01-01/1994-12-31"),
        ("It ended its bloody 2008 war with Georgia.", "2008", "2008-01-01/2008-12-31"),
        ("Minsk broke the statement of 9 November 2020.", "9 November 2020", "2020-11-09"),
        ("Minsk recalled the war of 2008.", "2008", "2008-01-01/2008-12-31"),
        ("Minsk hailed the Oct. 7, 2021 accord.", "Oct. 7, 2021", "2021-10-07"),
        ("Minsk hailed a 27 March ceasefire.", "27 March", "2022-03-27"),
        ("Minsk hailed the July summit.", "July", "2022-07-01/2022-07-31"),
        ("Minsk hailed Wednesday's vote.", "Wednesday", "2022-09-07"),
        ("Minsk hailed last year's deal.", "last year", "2021-01-01/2021-12-31"),
        ("Minsk backed the 1988-1994 talks.", "1988-1994", "1988-01-01/1994-12-31"),
        ("After the 9/11 attacks Minsk sent aid.", "9/11", "2001-09-11"),
        ("Minsk cited the protocol (2014).", "2014", "2014-01-01/2014-12-31"),
    ],
)
def test_a_date_that_belongs_to_a_noun_does_not_date_the_clause(sentence: str, words: str, days: str) -> None:
    assert read(sentence) == [(words, days, "modifier")]


@pytest.mark.parametrize(
    ("sentence", "days", "kind"),
    [
        ("The two have had no ties since 2015.", "2015-01-01/2022-09-08", "since"),
        ("The border has been shut since last Tuesday.", "2022-09-06/2022-09-08", "since"),
        ("The border has been shut since March 2020.", "2020-03-01/2022-09-08", "since"),
        ("Troops must leave by 1 October.", "2022-10-01", "bound"),
        ("Troops must leave before the end of 2022.", "2022-09-01/2022-12-31", "bound"),
        ("The truce holds until Friday.", "2022-09-02", "bound"),
    ],
)
def test_since_and_bounds_are_told_apart_from_the_day_itself(sentence: str, days: str, kind: str) -> None:
    assert [found[1:] for found in read(sentence)] == [(days, kind)]


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Signed on 3 March 2021, it took effect three days later.", ["2021-03-03", "2021-03-06"]),
        ("It was signed on 3 March 2021, two days earlier than hoped.", ["2021-03-03"]),
        ("Signed on 3 March 2021, it lapsed the next day.", ["2021-03-03", "2021-03-04"]),
        ("Signed in May 2021, it lapsed the following month.", ["2021-05-01/2021-05-31", "2021-06-01/2021-06-30"]),
        ("Elected in 2014, he fell two years later.", ["2014-01-01/2014-12-31", "2016-01-01/2016-12-31"]),
        ("Elected in 2014, he fell in August of that year.", ["2014-01-01/2014-12-31", "2014-08-01/2014-08-31"]),
        ("They voted in 2014, 2016 and 2018.", ["2014", "2016", "2018"]),
        ("They met on Tuesday and Wednesday.", ["2022-09-06", "2022-09-07"]),
    ],
)
def test_several_dates_in_one_sentence(sentence: str, days: list[str]) -> None:
    found = [item for _, item, _ in read(sentence)]
    assert [item[:4] if len(day) == 4 else item for item, day in zip(found, days, strict=True)] == days


def test_later_is_told_from_the_date_the_text_before_spoke_of() -> None:
    anchor = EventDate(start="2021-03-03", end="2021-03-03", basis="explicit")
    (found,) = find_dates("Three days later the border was shut.", PUBLISHED, anchor=anchor)
    assert (found.date.start, found.date.basis) == ("2021-03-06", "relative")


@pytest.mark.parametrize(
    ("sentence", "hint", "days"),
    [
        ("They met on 26 August.", 2019, ["2019-08-26"]),
        ("They met on 26 August.", None, []),
        ("They met on 26 August 2018.", None, ["2018-08-26"]),
        ("They met on Wednesday.", 2019, []),
        ("They met last year.", 2019, []),
        ("They met in March last year.", 2019, []),
    ],
)
def test_without_a_day_of_publication_only_what_the_words_or_the_hint_give(
    sentence: str, hint: int | None, days: list[str]
) -> None:
    assert [span.date.start for span in find_dates(sentence, None, year_hint=hint)] == days


# fmt: off
WORDS = st.sampled_from(
    ["in", "on", "since", "the", "from", "to", "between", "and", "early", "mid-", "late", "last", "next", "this", "of",
     "2014", "2020", "March", "May", "26", "3,", "Aug.", "Friday", "Monday", "week", "month", "year", "two", "weeks",
     "–", "ago", "later", "earlier", "days", "1990s", "summer", "quarter", "first", "2022-02-31", "30/12/2021", "war",
     "today"]
)
# fmt: on
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2090, 12, 31)).map(date.isoformat)


@given(st.lists(WORDS, max_size=12).map(" ".join), DAYS, st.booleans())
def test_any_span_lies_in_the_text_and_begins_before_it_ends(text: str, published: str, future: bool) -> None:
    end = 0
    for span in find_dates(text, published, future=future):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        assert date.fromisoformat(span.date.start) <= date.fromisoformat(span.date.end)
        end = span.end


@given(st.text(max_size=80), st.none() | DAYS)
def test_any_text_can_be_read(text: str, published: str | None) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in find_dates(text, published))


@given(st.lists(WORDS, max_size=10), DAYS, st.sampled_from(["  ", "\n", "\t", "\u00a0"]))
def test_white_space_changes_no_date(words: list[str], published: str, blank: str) -> None:
    plain = find_dates(" ".join(words), published)
    spaced = find_dates(f"{blank}{blank.join(words)}{blank}", published)
    assert [(span.date, span.kind) for span in spaced] == [(span.date, span.kind) for span in plain]


@pytest.mark.parametrize("published", ["0001-01-01", "0001-01-03", "9999-12-31"])
@pytest.mark.parametrize(
    "words",
    ["on Wednesday", "the weekend", "last year", "next century", "yesterday and tomorrow", "two weeks ago", "a century ago",
     "in May", "the past six months", "in recent years", "early next week", "spring of next year", "the day after tomorrow"],
)  # fmt: skip
def test_a_date_beyond_the_calendar_is_none(words: str, published: str) -> None:
    """Found by fuzzing: a document may say of itself to be of 1 January 0001."""
    for future in (False, True):
        for span in find_dates(f"They met {words}.", published, future=future):
            assert span.date.start <= span.date.end


@pytest.mark.parametrize("words", ["ſix days ago", "sıx days ago", "ſeveral weeks later", "sİx years earlier"])
def test_a_number_with_a_letter_that_only_folds_to_its_own_stops_nothing(words: str) -> None:
    find_dates(f"They met {words}.", "2020-06-10")


def test_thousands_of_dates_in_a_sentence_cost_no_square_of_their_number() -> None:
    began = time.process_time()
    assert len(find_dates("in 2014 and 2015, " * 4_000, "2020-06-10")) == 8_000
    assert time.process_time() - began < 8  # a tenth of it; it was two minutes
