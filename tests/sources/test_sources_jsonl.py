"""JSON lines: columns by their many names, and lines that cost only themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comity.records import Document, to_dict
from comity.sources import Failure, Options, read_bytes

SENTENCE = "Valdia expelled two envoys of Norland."


def lines(*records: Any, **options: Any) -> list[Document | Failure]:
    data = "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)
    return list(read_bytes(data.encode(), "a.jsonl", options=Options(**options)))


def one(record: Any, **options: Any) -> Document:
    (item,) = lines(record, **options)
    assert isinstance(item, Document), str(item)
    return item


@pytest.mark.parametrize(
    ("column", "value", "field", "expected"),
    [
        ("headline", "Envoys sent home", "title", "Envoys sent home"),
        ("link", "https://www.x.example/a", "url", "https://www.x.example/a"),
        ("authors", ["Jane Doe", "John Roe"], "authors", ("Jane Doe", "John Roe")),
        ("author", {"name": "Jane Doe"}, "authors", ("Jane Doe",)),
        ("byline", "By Jane Doe and John Roe", "authors", ("Jane Doe", "John Roe")),
        ("publisher", "The Harbour Review", "publisher", "The Harbour Review"),
        ("source", {"id": None, "name": "The Harbour Review"}, "publisher", "The Harbour Review"),
        ("outlet", "The Harbour Review", "publisher", "The Harbour Review"),
        ("lang", "en-GB", "language", "en"),
        ("genre", "Op-Ed", "genre", "opinion"),
        ("genre", "press release", "genre", "press_release"),
    ],
)
def test_a_column_goes_by_many_names(column: str, value: Any, field: str, expected: Any) -> None:
    assert getattr(one({"text": SENTENCE, column: value}), field) == expected


@pytest.mark.parametrize("column", ["text", "body", "content", "maintext", "Text"])
def test_the_text_goes_by_many_names(column: str) -> None:
    assert one({column: SENTENCE}).text == SENTENCE


@pytest.mark.parametrize("column", ["date", "published", "date_publish", "publish_date", "pubDate"])
@pytest.mark.parametrize(
    "value",
    [
        "2021-09-06",
        "2021-09-06T00:01:00Z",
        "2021-09-06 00:01:00",
        "Mon, 06 Sep 2021 00:01:00 +0000",
        "20210906",
        20210906,
        "6 September 2021",
        "Sept. 6, 2021",
        1630886460,
    ],
)
def test_a_date_is_read_in_the_forms_that_records_have(column: str, value: Any) -> None:
    published = one({"text": SENTENCE, column: value}).published
    assert (published.date, published.basis) == ("2021-09-06", "record")


def test_a_column_of_ones_own_can_be_named() -> None:
    document = one({"text": "x", "story": SENTENCE}, columns={"text": "story"})
    assert document.text == SENTENCE


def test_without_a_publisher_the_address_gives_it_and_the_date() -> None:
    document = one({"text": SENTENCE, "url": "https://www.review.example/2021/09/06/envoys"})
    assert document.publisher == "review.example"
    assert (document.published.date, document.published.basis) == ("2021-09-06", "url")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "a.jsonl:2: is not JSON: Expecting value at column 1 (write one JSON object a line)"),
        ("[1, 2]", "a.jsonl:2: is a JSON list, not an object (write one JSON object a line)"),
        (
            '{"title": "x"}',
            "a.jsonl:2: has no text column (name it text, body, content, maintext, or say which it is)",
        ),
        ('{"text": 5}', "a.jsonl:2: has a text column that is a number (write the text as a string)"),
        ('{"text": "  "}', "a.jsonl:2: has an empty text column (give the text, or leave the line out)"),
    ],
)
def test_a_broken_line_names_its_line_and_costs_only_itself(line: str, message: str) -> None:
    before, broken, after = lines({"text": SENTENCE}, line, {"text": SENTENCE})
    assert isinstance(before, Document)
    assert str(broken) == message
    assert isinstance(after, Document)
    assert after.origin == "a.jsonl:3"


def test_blank_lines_are_passed_over_and_still_counted() -> None:
    (item,) = lines("", "", {"text": SENTENCE})
    assert isinstance(item, Document)
    assert item.origin == "a.jsonl:3"


def test_a_line_in_another_encoding_is_read_by_itself() -> None:
    data = json.dumps({"text": SENTENCE}).encode() + b"\n" + '{"text": "Genève hosts the talks."}'.encode("cp1252")
    assert [getattr(item, "text", str(item)) for item in read_bytes(data, "a.jsonl")] == [
        SENTENCE,
        "Genève hosts the talks.",
    ]


def test_the_title_that_opens_the_text_is_not_read_twice() -> None:
    document = one({"title": "Envoys sent home", "text": f"Envoys sent home\n{SENTENCE}"})
    assert (document.title, document.text) == ("Envoys sent home", SENTENCE)


def test_a_document_that_comity_wrote_comes_back_as_it_was() -> None:
    document = one({"text": f"Envoys leave Norland\n\n{SENTENCE}\n\nShare this article", "date": "2021-09-06"})
    assert document.furniture
    assert one(to_dict(document)) == document


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "0123456789abcdef"}, "its id is not that of its text"),  # another's, to have that one replaced
        ({"text": 5}, "text is no text"),
        ({"text": " "}, "its text is empty"),
        ({"title": ["a"]}, "title is no text"),
        ({"published": {"date": "yesterday", "basis": "record"}}, "Invalid isoformat string"),
        ({"published": {"date": "20210906", "basis": "record"}}, "its date is none"),
        ({"genre": "gossip"}, "its genre or its authors are none"),
        ({"authors": [1]}, "its genre or its authors are none"),
        ({"furniture": [{"kind": "bio", "text": "x", "start": 3, "end": 4}]}, "what is set apart is not where it says"),
        ({"furniture": [{"kind": "bio", "text": "x", "start": "3", "end": 4}]}, "slice indices"),
    ],
)  # fmt: skip
def test_a_forged_document_of_comity_is_a_failure(change: dict[str, Any], problem: str) -> None:
    (item,) = lines({**to_dict(one({"text": SENTENCE})), **change})
    assert isinstance(item, Failure)
    assert item.problem.startswith("is no Document of this version: ") and problem in item.problem


@pytest.mark.parametrize("field", ["title", "publisher", "url", "authors", "text"])
def test_half_a_surrogate_pair_stops_nothing(field: str) -> None:
    """Found by fuzzing: the search for cues refused such a title, and the run ended."""
    found = lines({"text": SENTENCE, field: f"{SENTENCE} \ud800"})
    assert len(found) == 1


def test_a_broken_document_of_comity_is_a_failure() -> None:
    (item,) = lines({**to_dict(one({"text": SENTENCE})), "colour": "red"})
    assert isinstance(item, Failure)
    assert item.problem.startswith("is no Document of this version")
