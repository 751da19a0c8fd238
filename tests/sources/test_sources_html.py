"""Saved pages: the article found among the furniture, and what the head of the page says of it. All pages invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.records import Document
from comity.sources import read, read_bytes
from comity.sources.html import read_html

FIXTURES = Path(__file__).parent / "fixtures"


def page(name: str) -> Document:
    (item,) = read([FIXTURES / name])
    assert isinstance(item, Document), str(item)
    return item


def one(markup: str) -> Document:
    (item,) = read_bytes(markup.encode(), "a.html")
    assert isinstance(item, Document), str(item)
    return item


def kinds(document: Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in document.furniture:
        found.setdefault(item.kind, []).append(item.text)
    return found


def test_an_opinion_page_of_a_blog_theme() -> None:
    document = page("wordpress.html")
    assert document.title == "Why Valdia must keep its word to Norland"
    assert document.authors == ("Mara Ellison",)
    assert document.publisher == "The Harbour Review"
    assert document.url == "https://harbourreview.example/opinion/2021/04/19/valdia-norland/"
    assert (document.published.date, document.published.basis) == ("2021-04-19", "json-ld")
    assert document.genre == "opinion"
    assert [paragraph.split(",")[0][:40] for paragraph in document.text.split("\n\n")] == [
        "Foreign ministers of Valdia and Norland ",
        "Last week the foreign ministers of Valdi",
        "The treaty deserves better than the cold",
        "Valdia cannot afford to repeat that mist",
        "What Norland wants",
        "Norland",
    ]
    found = kinds(document)
    assert found["caption"] == ["Photo: Norland Press Office."]
    assert found["bio"] == [document.interests[0].sentence]
    assert found["newsletter"] == ["Sign up for our weekly newsletter"]
    assert found["related"] == ["Related articles", "Norland counts its ships", "The price of a breakwater"]
    assert found["comment"] == ["2 comments", "I was there last year and the lights were out."]
    assert found["cookie"] == ["We use cookies to improve this website.", "Accept"]
    assert (document.interests[0].holder, document.interests[0].behalf) == ("Mara Ellison", "Norland")


def test_an_agency_report_in_an_old_encoding_with_line_breaks_for_paragraphs() -> None:
    document = page("agency.html")
    assert document.genre == "news"
    assert document.authors == ("Tom Aldous", "Ines Brandt")
    assert (document.published.date, document.published.basis) == ("2021-06-03", "meta")
    paragraphs = document.text.split("\n\n")
    assert len(paragraphs) == 4
    assert paragraphs[0].startswith("FROSTHAVN, June 3 (NNA) - Norland recalled its ambassador")
    assert paragraphs[1].startswith("“Our crew was in open water,” Foreign Minister")
    assert kinds(document)["related"] == ["Read also: Norland counts its ships"]
    assert kinds(document)["byline"][-1].startswith("Reporting by Tom Aldous")


def test_a_statement_of_a_ministry() -> None:
    document = page("ministry.html")
    assert document.genre == "official"
    assert document.title == "Statement of the Ministry of Foreign Affairs of Norland on the incident in the strait"
    assert (document.published.date, document.published.basis) == ("2021-06-04", "meta")
    assert document.publisher == "mfa.norland.example"
    assert len(document.text.split("\n\n")) == 3


@pytest.mark.parametrize(
    ("head", "basis", "date"),
    [
        ('<meta name="date" content="2021-02-03">', "meta", "2021-02-03"),
        ('<meta property="article:published_time" content="2021-02-03T23:30:00-05:00">', "meta", "2021-02-03"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2021-02-03"}</script>',
            "json-ld",
            "2021-02-03",
        ),
        ('<script type="application/ld+json">{broken</script>', "unknown", None),
        ('<link rel="canonical" href="https://x.example/2021/02/03/a">', "url", "2021-02-03"),
        ('<meta property="article:modified_time" content="2021-02-03">', "unknown", None),  # not when it appeared
    ],
)
def test_the_day_of_publication_and_what_it_rests_on(head: str, basis: str, date: str | None) -> None:
    document = one(
        f"<html><head>{head}</head><body><p>Valdia recalled its envoy from Norland on Monday.</p></body></html>"
    )
    assert (document.published.date, document.published.basis) == (date, basis)


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title>Envoy recalled | The Review</title><body><h1>Envoy recalled</h1>", "Envoy recalled"),
        ("<title>Envoy recalled | The Review</title><body>", "Envoy recalled"),
        ("<meta property='og:title' content='Envoy recalled'><title>x</title><body>", "Envoy recalled"),
    ],
)
def test_the_title_is_the_headline_without_the_sites_name(markup: str, title: str) -> None:
    document = one(f"<html>{markup}<p>Valdia recalled its envoy from Norland on Monday.</p>")
    assert (document.title, document.text) == (title, "Valdia recalled its envoy from Norland on Monday.")


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>Valdia <b>recalled its <i>envoy</b> on Monday.</i><p>Norland protested.<div></body>",
        "<p>Valdia recalled its envoy on Monday.</p><p>Norland protested.</p></div></div></html></p>",
        "<?xml version='1.0' encoding='utf-8'?><html><p>Valdia recalled its envoy on Monday.<p>Norland protested.",
    ],
)
def test_broken_markup_is_read_as_browsers_do(markup: str) -> None:
    assert one(markup).text == "Valdia recalled its envoy on Monday.\n\nNorland protested."


def test_what_a_page_hides_is_not_read() -> None:
    document = one(
        "<html><body><p>Valdia recalled its envoy on Monday.</p><p hidden>One.</p>"
        "<div style='display: none'><p>Two.</p></div><script>three()</script></body></html>"
    )
    assert document.page == "Valdia recalled its envoy on Monday."


def test_a_page_nested_beyond_measure_is_survived() -> None:
    (item,) = read_bytes(("<div>" * 20_000 + "Valdia recalled its envoy." + "</div>" * 20_000).encode(), "a.html")
    assert item is not None


@settings(deadline=None)  # the first page loads trafilatura and the model of languages
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<nav>", "<br>", "<h1>", "Valdia left. ", "a & b", "<"])
    )
)
def test_furniture_of_any_markup_reproduces_the_page(parts: list[str]) -> None:
    for item in read_bytes(("<html><body>" + "".join(parts)).encode(), "a.html"):
        if isinstance(item, Document):
            assert all(item.page[part.start : part.end] == part.text for part in item.furniture)


def test_a_short_page_that_breaks_off_inside_a_tag_is_a_failure() -> None:
    found = list(read_html(b'<html><body><p>Norway condemned Belarus <div <<< <a href="x', "cut.html"))
    assert [str(f) for f in found] == ["cut.html: is broken off inside a tag (save the whole page again)"]
