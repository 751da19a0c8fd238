"""Feeds beyond the fixtures: a broken end, entries that fall back on each other's fields, markup in titles."""

from __future__ import annotations

import json

import pytest

from comity.records import Document
from comity.sources import Failure, read_bytes

SENTENCE = "Valdia recalled its ambassador from Norland on Monday."


def told(data: str, name: str = "a.xml") -> list[str]:
    return [str(item) if isinstance(item, Failure) else item.text for item in read_bytes(data.encode(), name)]


def test_a_feed_that_breaks_off_loses_the_entry_that_may_be_cut() -> None:
    whole = f"<rss><channel><item><description>{SENTENCE}</description></item>"
    assert told(f"{whole}<item><description>Valdia recalled its amb") == [
        SENTENCE,
        "a.xml: is a feed that breaks off (fetch it again)",
    ]


def test_an_entry_nested_too_deep_costs_itself() -> None:
    deep = "&lt;div&gt;" * 3000 + "x"
    found = told(
        f"<rss><channel><item><description>{deep}</description></item><item><description>{SENTENCE}</description></item></channel></rss>"
    )
    assert found == [
        "a.xml[1]: nests elements more than 2,000 deep (give its text, or raise the limit nesting)",
        SENTENCE,
    ]


def test_titles_lose_their_markup_and_authors_their_addresses() -> None:
    (item,) = read_bytes(
        f"<rss><channel><title>Quay &amp;amp; Port</title><item><title>&lt;b&gt;Envoy&lt;/b&gt; leaves</title>"
        f"<author>desk@quay.example (Jane Doe)</author><description>{SENTENCE}</description></item></channel></rss>".encode(),
        "a.xml",
    )
    assert isinstance(item, Document)
    assert (item.title, item.authors, item.publisher) == ("Envoy leaves", ("Jane Doe",), "Quay & Port")


def test_an_item_of_a_json_feed_that_is_none_costs_itself() -> None:
    feed = {"version": "https://jsonfeed.org/version/1", "items": [7, {"content_text": SENTENCE}, {"id": "x"}]}
    assert told(json.dumps(feed), "a.json") == [
        "a.json[1]: is no object, as entries are (save the feed again)",
        SENTENCE,
        "a.json[3]: has no text, only a link (give the page itself)",
    ]


@pytest.mark.parametrize("broken", ["&#x110000;", "&#99999999999;"])
def test_a_letter_that_there_is_not_is_one_line(broken: str) -> None:
    """Found by fuzzing: feedparser raises whatever a broken feed leads it to."""
    feed = f'<?xml version="1.0" encoding="?><rss><channel><item><title>A {broken}</title><description>{SENTENCE}</description></item></channel></rss>'
    (line,) = told(feed)
    assert line.startswith("a.xml: is a feed that cannot be read: ") or line == SENTENCE
