"""A real opinion page with all its furniture, where it is at hand. Nothing of it is kept in this repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.records import Document
from comity.sources import Options, read

PAGE = Path("/work/shared/data/news/israel_azerbaijan_ties.txt")


@pytest.mark.skipif(not PAGE.exists(), reason=f"{PAGE} is not on this machine; it may not be shipped")
def test_a_real_opinion_page() -> None:
    (item,) = read([PAGE], options=Options(resolve={"Azerbaijan": "AZE"}.get))
    assert isinstance(item, Document)
    assert item.title == "Geopolitical developments amplify Israel-Azerbaijan ties"
    assert item.authors == ("Jacob Kamaras",)
    assert item.genre == "opinion"
    assert (item.published.date, item.published.basis, item.language) == ("2022-08-31", "text", "en")
    (interest,) = item.interests
    assert (interest.holder, interest.behalf, interest.kind, interest.actor) == (
        "Jacob Kamaras",
        "Azerbaijan",
        "representation",
        "AZE",
    )
    assert "a PR firm representing Azerbaijan" in interest.sentence
    words = item.text.casefold()
    notices = ("jns", "kamaras", "subscribe", "register", "donating", "contribution, big", "misinformation", "at war")
    assert [notice for notice in notices if notice in words] == []
    assert words.count("state tourism agency") == 1
    assert "source: twitter" not in words
    # The dek is the first paragraph, and the last is the article's own last.
    paragraphs = item.text.split("\n\n")
    assert len(paragraphs) == 20
    assert paragraphs[0].startswith("For Israel")
    assert paragraphs[-1].startswith("Ultimately,")
