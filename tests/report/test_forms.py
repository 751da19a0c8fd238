"""Each form of a brief holds what the others hold, and no text of a document becomes markup in any of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from comity.records import Interest
from comity.report.forms import FORMS, Form, Made, blocs_brief, tie_brief, versus_brief
from comity.report.markdown import escaped, link
from comity.report.sheet import clean, cut, day_words
from comity.store import Store

Make = Callable[..., Any]
# What would do something in HTML, in Markdown or in Typst, if it were read as markup there.
HOSTILE = (
    '<script>alert("x")</script> ![p](https://evil.example/p.png) [l](https://evil.example) **b** `c` | cell | '
    '#eval("1+1") #read("/etc/passwd") $x$ @label <label> = head \\ // note \u202egnp.exe\u0007 www.evil.example'
)
MAKERS: dict[str, Callable[[Store, Form], Made]] = {
    "tie": lambda store, form: tie_brief(store, "ISR", "AZE", form),
    "versus": lambda store, form: versus_brief(store, ("ISR", "AZE"), ("IRN", "ISR"), form),
    "blocs": lambda store, form: blocs_brief(store, form, min_strength=0.1),
}


@pytest.fixture(scope="module")
def made(ledger: Store) -> Callable[[str, Form], Made]:
    """The briefs of the small ledger, each made once."""
    return functools.cache(lambda kind, form: MAKERS[kind](ledger, form))


@pytest.fixture(scope="module")
def hostile(make_document: Make, make_event: Make, make_claim: Make) -> Iterator[Store]:
    interest = Interest(holder=HOSTILE, behalf=HOSTILE, kind="representation", sentence=HOSTILE, actor="AZE")
    document = make_document(
        title=HOSTILE, publisher=HOSTILE, url='https://ok.example/a)b"<x> #c', genre="opinion", interests=(interest,)
    )
    other = make_document(title="# 1. - Title", publisher="- A", url="javascript:alert(1)")
    with Store.open(":memory:") as store:
        store.replace_document(document, [make_event(document=document, text=HOSTILE)], [make_claim(document=document)])
        store.replace_document(
            other,
            [
                make_event(document=other, event="ASSAULT", text=HOSTILE),
                make_event(document=other, event="ASSAULT", source="IRN", text=HOSTILE),
                make_event(document=other, event="ASSAULT", source="IRN", target="AZE", text=HOSTILE),
            ],
        )
        yield store


def pdf_text(made: Made) -> str:
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(made.content)).pages).split())
    return re.sub(r"(?<=\w)[-\u2010\u00ad] (?=[a-z])", "", text)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_pdf_has_two_pages_embedded_letters_and_text_to_select(made: Callable[[str, Form], Made], kind: str) -> None:
    pdf = made(kind, "pdf")
    reader = PdfReader(BytesIO(pdf.content))
    assert len(reader.pages) <= 2
    assert len(pdf.content) < 1_000_000
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    inner = [one.get_object() for font in fonts for one in font.get("/DescendantFonts", [font])]
    assert fonts and all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one["/FontDescriptor"]) for one in inner)
    assert "What would change the judgement" in pdf_text(pdf)
    assert "They signed." in pdf_text(pdf) or kind == "blocs"


@pytest.mark.parametrize(("kind", "form"), [("tie", "pdf"), ("versus", "md"), ("blocs", "html")])
def test_the_same_store_gives_the_same_bytes(
    made: Callable[[str, Form], Made], ledger: Store, kind: str, form: Form
) -> None:
    assert MAKERS[kind](ledger, form) == made(kind, form)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_the_judgement_the_sentence_who_printed_it_and_when(
    made: Callable[[str, Form], Made], form: Form
) -> None:
    text = pdf_text(made("tie", form)) if form == "pdf" else re.sub(r"<[^>]*>|\\", "", made("tie", form).text)
    plain = " ".join(text.split())
    for words in ("On 3 March 2020 the record shows Israel and Azerbaijan", "They signed.", "The Wire", "1 March 2020",
                  "A. Author represents Azerbaijan.", "Without The Wire", "Comity 0.1.0"):  # fmt: skip
        assert words in plain, words


@pytest.mark.parametrize("kind", MAKERS)
def test_hostile_words_are_letters_in_a_pdf(hostile: Store, kind: str) -> None:
    made = MAKERS[kind](hostile, "pdf")
    targets = [
        note.get_object()["/A"].get("/URI", "")
        for page in PdfReader(BytesIO(made.content)).pages
        for note in page.get("/Annots", [])
    ]
    assert {target.split("/a")[0] for target in targets} <= {"https://ok.example"}
    assert '#eval("1+1")' in pdf_text(made)
    assert "root:" not in pdf_text(made)


@pytest.mark.parametrize("kind", MAKERS)
def test_hostile_words_are_letters_in_markdown(hostile: Store, kind: str) -> None:
    text = MAKERS[kind](hostile, "md").text
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    spans = [child for token in tokens for child in token.children or []]
    assert not [span for span in [*tokens, *spans] if span.type.startswith(("html", "code", "fence"))]
    pictures = [str(span.attrs["src"]) for span in spans if span.type == "image"]
    assert all(source.endswith(".svg") and "/" not in source for source in pictures)
    links = [str(span.attrs["href"]) for span in spans if span.type == "link_open"]
    assert {target.split("/a")[0] for target in links} <= {"https://ok.example"}
    heads = [token for token in tokens if token.type == "heading_open"]
    assert len(heads) == len(re.findall(r"^#{1,2} ", text, re.M))
    shown = "".join(span.content for span in spans)
    assert '<script>alert("x")</script>' in shown and "![p](https://evil.example/p.png)" in shown


@pytest.mark.parametrize("kind", MAKERS)
def test_hostile_words_are_letters_in_a_page(hostile: Store, kind: str) -> None:
    page = MAKERS[kind](hostile, "html").text
    assert "<script" not in page and "javascript:" not in re.sub(r"\(javascript:[^)]*\)", "", page)
    assert "&lt;script&gt;" in page
    assert set(re.findall(r'href="(https?://[^/"]*)', page)) <= {"https://ok.example"}


@given(st.text(max_size=80))
def test_escaped_words_come_back_as_they_were(text: str) -> None:
    made = MarkdownIt("gfm-like", {"linkify": False}).parse(f"- {escaped(text)}")
    shown = "".join(child.content for token in made for child in token.children or [])
    assert shown == clean(text)
    assert not [token for token in made if token.type in ("heading_open", "code_block", "hr", "blockquote_open")]
    assert len([token for token in made if token.type == "list_item_open"]) == 1


def test_only_an_address_of_the_web_becomes_a_link_in_markdown() -> None:
    assert link("a]b", "https://x.example/(1) 2") == "[a\\]b](https://x.example/%281%29%202)"
    assert link("words", "javascript:alert(1)") == "words"


def test_a_cut_sentence_says_so() -> None:
    assert cut("one two three", 20) == "one two three"
    assert cut("one two, three four", 12) == "one two …"


def test_dates_read_as_english_does() -> None:
    assert (day_words("2023-04-09"), day_words("2023-09-30", short=True), day_words(None)) == (
        "9 April 2023", "30 Sep 2023", "no date",
    )  # fmt: skip


def test_a_long_record_still_fits_two_pages(make_document: Make, make_event: Make) -> None:
    with Store.open(":memory:") as store:
        for number in range(30):
            day = f"{1990 + number}-05-01"
            document = make_document(title="A very long title " * 12, publisher=f"Paper {number}", published=day)
            text = f"Number {number}: " + "they said at length what they had said before, and signed it again, " * 9
            store.replace_document(
                document,
                [
                    make_event(document=document, date=day, text=text, event="AID" if number % 3 else "ASSAULT"),
                    *(make_event(document=document, date=day, source=third, target=own, text=text)
                      for third in ("IRN", "RUS", "TUR", "USA", "FRA") for own in ("ISR", "AZE")),
                ],
            )  # fmt: skip
        made = tie_brief(store, "ISR", "AZE", "pdf")
    assert len(PdfReader(BytesIO(made.content)).pages) == 2


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_record_has_a_brief_that_says_so(form: Form) -> None:
    with Store.open(":memory:") as store:
        tie, versus = (
            tie_brief(store, "ISR", "AZE", form, as_of="2020-01-01"),
            versus_brief(store, ("ISR", "AZE"), ("NOR", "POL"), form, as_of="2020-01-01"),
        )
        camps = blocs_brief(store, form, as_of="2020-01-01")
    texts = [pdf_text(made) if form == "pdf" else made.text for made in (tie, versus, camps)]
    assert "silence is not neutrality" in texts[0]
    assert "cannot be compared" in texts[1]
    assert "no tie is strong enough" in texts[2]


def test_pdf_without_typst_says_what_to_install(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from comity.errors import ComityError

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ComityError, match=r"pip install 'comity\[pdf\]'"):
        tie_brief(ledger, "ISR", "AZE", "pdf")


def test_markdown_brings_its_pictures(ledger: Store) -> None:
    made = tie_brief(ledger, "ISR", "AZE", "md", stem="it")
    assert list(made.pictures) == ["it-course-isr-aze.svg"]
    assert "](it-course-isr-aze.svg)" in made.text
    assert "var(--" not in made.pictures["it-course-isr-aze.svg"]


def test_two_ties_are_compared_only_as_far_as_their_intervals_allow(ledger: Store) -> None:
    text = versus_brief(ledger, ("ISR", "AZE"), ("RUS", "AZE"), "md").text
    assert "the two intervals overlap, so the record does not settle which is higher" in text


def test_a_tie_does_not_stand_against_itself(ledger: Store) -> None:
    with pytest.raises(ValueError, match="against itself"):
        versus_brief(ledger, ("ISR", "AZE"), ("AZE", "ISR"))
