"""The page: complete, self-contained, and deaf to what a document would have it do."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from comity.report.brief import act_words, brief, gather, safe_url
from comity.report.evidence import Citation
from comity.store import Store

Make = Callable[..., Any]
HOSTILE = '</title><script>alert("x")</script><img src=x onerror=alert(1)>'


class Page(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.strays: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.strays.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def page(ledger: Store) -> Page:
    return Page(brief(ledger, "ISR", "AZE"))


def test_the_page_is_well_formed(page: Page) -> None:
    assert (page.open, page.strays) == ([], [])


@pytest.mark.parametrize(
    "heading",
    ["course", "timeline", "direct", "thirds", "against", "claims", "without", "change", "method", "sources"],
)
def test_the_page_has_each_section_and_a_way_to_it(page: Page, heading: str) -> None:
    assert heading in [attributes.get("id") for attributes in page.all("h2")]
    assert f"#{heading}" in [attributes.get("href") for attributes in page.all("a")]


def test_every_table_has_a_caption_and_every_drawing_a_name(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) > 0
    drawings = page.all("svg")
    assert drawings and all(drawing.get("role") == "img" and drawing.get("aria-labelledby") for drawing in drawings)


def test_no_two_things_on_the_page_share_an_id(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_link_within_the_page_has_an_end(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    inner = {str(a["href"])[1:] for a in page.all("a") if str(a.get("href")).startswith("#")}
    assert inner - ids == set()


def test_the_page_loads_nothing(ledger: Store) -> None:
    html = brief(ledger, "ISR", "AZE")
    page = Page(html)
    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "embed", "form"} == set()
    assert not any("src" in attributes or "srcset" in attributes for _, attributes in page.tags)
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_the_judgement_gives_the_figures(page: Page) -> None:
    assert "the record shows Israel and Azerbaijan on" in page.text
    assert "Third parties, by their own ties with each," in page.text
    assert "Without interested sources the index stands at" in page.text


def test_an_interested_source_is_marked_and_its_interest_told(page: Page) -> None:
    assert "interested source" in page.text
    assert "A. Author represents Azerbaijan." in page.text


def test_the_evidence_against_stands_apart(ledger: Store) -> None:
    found = gather(ledger, "ISR", "AZE")
    assert found.way == 1
    assert [act.best.event.text for act in found.counter_acts] == ["Israel blamed Azerbaijan."]
    assert [item.driver.third for item in found.counter_drivers] == ["RUS"]
    assert [item.claim.third for item in found.counter_claims] == ["TUR"]


def test_without_interested_sources_the_tie_is_another(ledger: Store) -> None:
    found = gather(ledger, "ISR", "AZE")
    assert found.now and found.without
    assert found.without.mass == found.now.mass - 1


def test_a_hostile_document_is_shown_and_does_nothing(make_document: Make, make_event: Make, make_claim: Make) -> None:
    document = make_document(title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)", genre="opinion")
    speaker = make_claim(document=document, text=HOSTILE)
    with Store.open(":memory:") as store:
        store.replace_document(document, [make_event(document=document, text=HOSTILE)], [speaker])
        page = Page(brief(store, "ISR", "AZE"))
    assert (page.all("script"), page.all("img"), page.open, page.strays) == ([], [], [], [])
    assert HOSTILE in page.text.replace("> <", "><")
    assert not any(str(a.get("href")).startswith("javascript") for a in page.all("a"))
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://wire.example.org/1", "https://wire.example.org/1"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:text/html,x", None),
        ("//elsewhere.example.org", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None, link: str | None) -> None:
    assert safe_url(url) == link


def test_a_tie_without_a_record_is_called_silent(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(source="IRN", target="ISR")])
        page = Page(brief(store, "ISR", "AZE"))
    assert "silence is not neutrality" in page.text
    assert (page.open, page.strays) == ([], [])


def test_an_as_of_brief_knows_nothing_later(ledger: Store) -> None:
    assert "Iran closed the border." in brief(ledger, "ISR", "AZE", as_of="2020-03-03")
    assert "Iran closed the border." not in brief(ledger, "ISR", "AZE", as_of="2020-03-02")


def test_an_act_in_words_shows_who_acts(make_event: Make) -> None:
    def words(**fields: Any) -> str:
        event = make_event(**fields)
        return act_words(Citation(event=event, source_name="Iran", target_name="Israel", source=None))

    assert words(event="ASSAULT") == "Iran → Israel: assault"
    assert words(event="CONSULT", reciprocal=True) == "Iran ↔ Israel: consultation"
