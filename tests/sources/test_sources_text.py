"""Plain text and Markdown: what is article, what is furniture, and what the page says of itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.records import Document, document_id
from comity.sources import Options, read_bytes

BODY = (
    "Valdia and Norland signed a treaty on fishing in the northern strait on Monday, after talks of eleven months.\n\n"
    "The two governments agreed to share the catch and to patrol the strait together, officials said.\n\n"
)


def one(text: str, origin: str = "a.txt", **options: object) -> Document:
    (item,) = read_bytes(text.encode(), origin, options=Options(**options))  # type: ignore[arg-type]
    assert isinstance(item, Document), str(item)
    return item


def kinds(document: Document) -> list[str]:
    return [item.kind for item in document.furniture]


PAGE = """Two neighbours share a strait

Peace at sea is cheaper than war.

The ministers of Valdia and Norland sign a treaty on fishing on March 3, 2019. Source: Twitter.
The ministers of Valdia and Norland sign a treaty on fishing on March 3, 2019. Source: Twitter.
Mara Ellison
Mara Ellison is a columnist at the Harbour Review. Her essays have appeared in several papers.

The treaty ends a quarrel that had run for eleven years. On May 7, Norland withdrew its boats.

Lights on the breakwater

It is incumbent upon Valdia to pay for the lights. Its parliament must not ignore the treaty.

Mara Ellison is the founder of Quayside Strategies, a PR firm representing Norland.

The opinions in this article are those of the author and do not reflect those of the Review.
You have read 2 articles this month.
Before you go...

Times are hard.

We rely on readers like you, and our journalists work through the night.
Never miss a story
Get our headlines delivered to your inbox
"""


def test_a_pasted_opinion_page_is_taken_apart() -> None:
    document = one(PAGE, resolve={"Norland": "NOR"}.get)
    assert document.title == "Two neighbours share a strait"
    assert document.text.split("\n\n") == [
        "Peace at sea is cheaper than war.",
        "The ministers of Valdia and Norland sign a treaty on fishing on March 3, 2019.",
        "The treaty ends a quarrel that had run for eleven years. On May 7, Norland withdrew its boats.",
        "Lights on the breakwater",
        "It is incumbent upon Valdia to pay for the lights. Its parliament must not ignore the treaty.",
    ]
    assert [(item.kind, item.text.split()[0]) for item in document.furniture] == [
        ("caption", "Source:"),
        ("caption", "The"),
        ("byline", "Mara"),
        ("bio", "Mara"),
        ("bio", "Mara"),
        ("disclaimer", "The"),
        ("paywall", "You"),
        ("donation", "Before"),
        ("donation", "Times"),
        ("donation", "We"),
        ("newsletter", "Never"),
        ("newsletter", "Get"),
    ]
    assert document.authors == ("Mara Ellison",)
    assert (document.published.date, document.published.basis) == ("2019-05-07", "text")
    assert document.genre == "opinion"
    assert "must not ignore" in document.genre_signals
    (interest,) = document.interests
    assert (interest.holder, interest.behalf, interest.kind, interest.actor) == (
        "Mara Ellison",
        "Norland",
        "representation",
        "NOR",
    )
    assert interest.sentence in document.page
    assert document.id == document_id(document.text)


@pytest.mark.parametrize("place", ["foot", "middle"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Subscribe to continue reading.", "paywall"),
        ("To keep reading, log in or create a free account.", "paywall"),
        ("You've reached your limit of free articles this month.", "paywall"),
        ("Already a subscriber? Log in", "paywall"),
        ("Every gift, however small, keeps our newsroom going.", "donation"),
        ("Unlike others we have no owner. We depend on our readers to keep our reporting independent.", "donation"),
        ("Donate now", "donation"),
        ("Sign up to our free morning newsletter", "newsletter"),
        ("Follow us on Telegram", "newsletter"),
        ("Get the day's headlines delivered to your inbox.", "newsletter"),
        ("We use cookies to personalise content.", "cookie"),
        ("Read also: Norland counts its ships", "related"),
        ("READ MORE: Five things about the strait", "related"),
        ("Tags: Valdia, Norland, fishing", "related"),
        ("© 2020 Valdian Telegraph. All rights reserved.", "disclaimer"),
        ("The views expressed are the author's own and do not necessarily reflect ours.", "disclaimer"),
        ("Share this article", "navigation"),
        ("Advertisement", "navigation"),
        ("Leave a comment", "comment"),
        ("12 Comments", "comment"),
        ("(Reporting by Jane Doe in Oslo; Editing by John Roe)", "byline"),
        ("5 min read", "byline"),
        ("Photo: AP", "caption"),
        ("Photo by Jane Doe/AFP", "caption"),
        ("A view of the harbour. Photo: Reuters", "caption"),
    ],
)
def test_a_notice_is_furniture_of_its_kind_wherever_it_stands(line: str, kind: str, place: str) -> None:
    page = f"{BODY}{line}\n" if place == "foot" else f"{BODY}{line}\n\n{BODY}"
    document = one(page)
    assert [(item.kind, item.text) for item in document.furniture] == [(kind, line)]


@pytest.mark.parametrize("place", ["foot", "middle"])
@pytest.mark.parametrize(
    "line",
    [
        "Norland relies on Valdia for its gas.",
        "Valdia will donate two ships to Norland.",
        "Norland pledged support to Valdia today.",
        "They will sign in Paris an accord that gives full access to ports.",
        "Valdia will join the English Channel patrols.",
        "With the news of the accord, the first trucks crossed the border.",
        "The minister said a dollar is worth nine crowns.",
        '"We thank you for your support of our mission," the general said.',
        "This report was published by the ministry on Monday.",
        "Reported by the army on Monday, the clash left three dead.",
        "Petra Holm is the president of Norland.",
        "Petra Holm is a member of the parliament of Norland.",
        "Video of the attack was shared on Telegram.",
        "The views of the two governments differ on the facts presented in the report.",
        "Norland cut ties with Valdia.",
    ],
)
def test_a_sentence_of_the_news_that_sounds_like_a_notice_stays(line: str, place: str) -> None:
    document = one(f"{BODY}{line}\n" if place == "foot" else f"{BODY}{line}\n\n{BODY}")
    assert document.furniture == ()
    assert line in document.text.split("\n\n")


def test_a_report_below_a_notice_stays_article() -> None:
    document = one(f"{BODY}Subscribe to continue reading.\n\nThe accord enters into force on May 1.\n")
    assert document.text.endswith("The accord enters into force on May 1.")


def test_headlines_under_related_articles_are_links_and_the_next_sentence_is_not() -> None:
    document = one(f"{BODY}Related articles\nGrain prices climb\nA new miller\n\n{BODY}")
    assert kinds(document) == ["related"] * 3
    assert document.text == one(BODY + BODY).text


@pytest.mark.parametrize(
    ("caption", "kept"),
    [
        ("Ministers met in Oslo on May 5, 2021. Source: Twitter.", "Ministers met in Oslo on May 5, 2021."),
        ("Two boats were seen leaving the strait. (AP Photo/Jane Doe)", "Two boats were seen leaving the strait."),
        ("Two boats in the strait. Photo: AFP", None),  # states nothing
        ("Credit: Ministry of Defence", None),
    ],
)
def test_a_caption_that_states_something_stays_without_its_credit(caption: str, kept: str | None) -> None:
    paragraphs = one(f"{BODY}{caption}\n\n{BODY}").text.split("\n\n")
    assert [line for line in paragraphs if line not in BODY] == ([kept] if kept else [])


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Valdia and Norland share a strait", "Valdia and Norland share a strait"),
        ("Will Valdia keep its word?", "Will Valdia keep its word?"),
        ("Valdia and Norland share a strait.", None),
        ("FROSTHAVN, June 3 (NNA) - Norland recalled its envoy", None),
        ("Among those who came:", None),
    ],
)
def test_the_first_line_is_the_title_when_it_looks_like_a_headline(first: str, title: str | None) -> None:
    document = one(f"{first}\n\n{BODY}")
    assert document.title == title
    assert document.text.startswith(first) is (title is None)


def test_the_only_line_is_the_article_not_its_title() -> None:
    document = one("Norland recalled its envoy")
    assert (document.title, document.text) == (None, "Norland recalled its envoy")


@pytest.mark.parametrize(
    ("head", "authors", "date", "basis"),
    [
        ("By Jane Doe\nMarch 3, 2019", ("Jane Doe",), "2019-03-03", "byline"),
        (
            "By JANE DOE and John van Roe, Reuters\nPublished: 3 Mar 2019 14:05",
            ("Jane Doe", "John van Roe"),
            "2019-03-03",
            "byline",
        ),
        ("Jane Doe\n2019-03-03", ("Jane Doe",), "2019-03-03", "byline"),
        ("By Staff Reporter", (), None, "unknown"),
    ],
)
def test_a_byline_names_authors_and_day(head: str, authors: tuple[str, ...], date: str | None, basis: str) -> None:
    document = one(f"Valdia and Norland share a strait\n\n{head}\n\n{BODY}")
    assert document.authors == authors
    assert (document.published.date, document.published.basis) == (date, basis)
    assert document.text == one(BODY).text


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Ministers met on 5 May 2021.", "2021-05-05"),
        ("Ministers met on March 30, 2022. On Aug. 31, they met again.", "2022-08-31"),
        ("The war ended in 2020. On Aug. 31 ministers met. The pact dates from March 30, 2022.", "2022-08-31"),
        ("In 2019, on June 4, ministers met.", "2019-06-04"),  # no whole date: the nearest year named
        ("Ministers met on 5 May 2021 and will meet again on 1 June 2021.", "2021-05-05"),  # what lies ahead
        ("Ministers met on 5 May 2021; the pact must be ratified by 1 June 2030.", "2021-05-05"),
        ("Ministers met on Monday.", None),
        ("Ministers met on 31 February 2021.", None),
    ],
)
def test_without_a_date_the_latest_day_of_the_text_is_a_lower_bound(text: str, date: str | None) -> None:
    document = one(text)
    assert document.published.date == date
    assert document.published.basis == ("text" if date else "unknown")


def test_the_callers_date_beats_all() -> None:
    document = one("By Jane Doe\nMarch 3, 2019\n\n" + BODY, published="2019-03-04")
    assert (document.published.date, document.published.basis) == ("2019-03-04", "argument")


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The foreign ministers of the two countries met in the capital on Monday\n"
        "to discuss the border, and agreed to reopen three crossings that had\n"
        "been closed since the war. They also agreed to exchange prisoners\n"
        "before the end of the year.\n\n"
        "The opposition rejected the deal and said that protests would follow\n"
        "in every town of the country.\n"
    )
    assert len(one(wrapped).text.split("\n\n")) == 2
    assert "\n" not in one(wrapped).text.split("\n\n")[0]


def test_a_head_of_fields_is_read_and_set_apart() -> None:
    document = one(f"Title: A shared strait\nAuthor: Jane Doe\nDate: 2019-03-03\nURL: https://x.example/1\n\n{BODY}")
    assert (document.title, document.authors, document.url) == ("A shared strait", ("Jane Doe",), "https://x.example/1")
    assert (document.published.date, document.published.basis) == ("2019-03-03", "meta")
    assert document.text == one(BODY).text


def test_markdown_front_matter_and_marks_are_understood() -> None:
    source = (
        '---\ntitle: "Valdia opens an embassy"\nauthor: Jane Doe\ndate: 2020-02-03\ngenre: news\n---\n'
        "# Valdia opens an embassy\n\n"
        "Valdia **opened** an embassy in [Norland](https://x.example) on Monday.\n\n- It employs nine people.\n"
    )
    document = one(source, "a.md")
    assert document.title == "Valdia opens an embassy"
    assert document.text == "Valdia opened an embassy in Norland on Monday.\n\nIt employs nine people."
    assert (document.published.date, document.genre, document.page) == ("2020-02-03", "news", source)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (BODY, "en"),
        ("Министры иностранных дел двух стран встретились в столице и подписали соглашение о границе.", "ru"),
        ("Prezident qonşu ölkənin lideri ilə görüşdü və iqtisadi əməkdaşlıq haqqında sazişi imzaladı.", "az"),
        ("Baku.", "en"),  # too short to tell
    ],
)
def test_the_language_is_told_and_nothing_is_turned_away(text: str, language: str) -> None:
    assert one(text).language == language


# Laws ---------------------------------------------------------------------------------------------------------------

LINES = st.lists(
    st.one_of(
        st.sampled_from([line for line in PAGE.split("\n") if line]),
        st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60),
    ),
    min_size=1,
    max_size=15,
)


@given(LINES, st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_furniture_reproduces_the_page_and_text_is_made_of_the_page_in_order(lines: list[str], end: str) -> None:
    for item in read_bytes(end.join(lines).encode(), "a.txt"):
        if not isinstance(item, Document):
            continue
        spans = [(part.start, part.end) for part in item.furniture]
        assert all(item.page[part.start : part.end] == part.text for part in item.furniture)
        assert spans == sorted(spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        rest = iter(item.page)
        assert all(letter in rest for letter in item.text if not letter.isspace())
        assert item.id == document_id(item.text)


@given(LINES)
def test_reading_twice_gives_the_same(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert list(read_bytes(data, "a.txt")) == list(read_bytes(data, "a.txt"))


@given(LINES)
def test_no_line_is_lost_title_article_or_furniture(lines: list[str]) -> None:
    for item in read_bytes("\n\n".join(lines).encode(), "a.txt"):
        if isinstance(item, Document):
            given_back = "".join([item.title or "", item.text, *(part.text for part in item.furniture)])
            letters = [letter for letter in item.page if letter.isalnum()]
            assert sorted(letters) == sorted(letter for letter in given_back if letter.isalnum())
