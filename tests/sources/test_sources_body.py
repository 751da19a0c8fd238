"""What on a page is article, where extraction alone cannot tell. All pages invented."""

from __future__ import annotations

import pytest

from comity.records import Document
from comity.sources import read_bytes

PARAGRAPHS = (
    "Valdia recalled its ambassador from Norland on Monday after a quarrel about fishing rights in the strait.",
    "Norland regretted the step and said that its own ambassador would stay where she was for the time being.",
    "The two governments have quarrelled about the strait since a freighter was stopped there in the spring.",
)


def document(markup: str) -> Document:
    (item,) = read_bytes(markup.encode(), "a.html")
    assert isinstance(item, Document), str(item)
    return item


def page(*between: str, around: str = "{}") -> str:
    parts = [f"<p>{text}</p>" for text in PARAGRAPHS]
    parts[1:1] = between
    body = f"<h1>Envoy recalled from Norland</h1><div class='body'>{''.join(parts)}</div>"
    return f"<html><title>Envoy recalled from Norland</title><body>{around.format(body)}</body></html>"


@pytest.mark.parametrize(
    "markup",
    [
        page(),
        page(around="<div>World Politics Ships and more of them</div>{}"),  # above the headline
        page(
            around="{}<div class='x1'><p>I knew this envoy, and he never liked the place at all.</p></div>"
        ),  # outside
        page("<div class='x2'><a href='/a'>Ice closes the northern route</a></div>"),  # a link and nothing else
        page("<div class='x3'>A freighter was stopped there in the spring</div>"),  # a pull quote
        page("<div class='x4'><p>Our boats are the best in the whole of Norland, come and see.</p></div>"),  # a box
        page("<div>Share</div>", "<div>Share</div>"),  # stands there twice
        page("<h4>Elsewhere</h4><ul><li><a href='/b'>Herring counted</a></li></ul>"),  # a heading over links
    ],
)
def test_what_is_no_paragraph_of_the_article_is_left_out(markup: str) -> None:
    assert document(markup).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        (page("<h3>An old quarrel</h3>"), "An old quarrel"),
        (
            page("<blockquote>We will not go home before the fish do.</blockquote>"),
            "We will not go home before the fish do.",
        ),
        (page("<ul><li>Valdia fines every third ship.</li></ul>"), "Valdia fines every third ship."),
    ],
)
def test_subheads_quotations_and_lists_belong_to_the_article(markup: str, kept: str) -> None:
    assert document(markup).text.split("\n\n")[1] == kept


def test_lines_parted_by_single_breaks_are_headline_byline_and_date() -> None:
    head = "<font size=5><b>Envoy recalled from Norland</b></font><br>By Jane Doe<br>9 March 2004, 16:12 GMT<br><br>"
    text = "<br><br>".join(PARAGRAPHS)
    found = document(f"<title>The Digest: Envoy recalled from Norland</title><body><td>{head}{text}</td>")
    assert found.title == "Envoy recalled from Norland"
    assert found.authors == ("Jane Doe",)
    assert (found.published.date, found.published.basis) == ("2004-03-09", "byline")
    assert found.text == "\n\n".join(PARAGRAPHS)


def test_a_line_that_was_only_wrapped_is_not_parted() -> None:
    wrapped = "Valdia recalled its ambassador from Norland on Monday after<br>a quarrel about fishing rights."
    assert "\n" not in document(f"<body><p>{wrapped}</p>").text


def test_links_side_by_side_are_not_run_together() -> None:
    found = document(page("<div><a href='/a'>Sign in</a><a href='/b'>Subscribe</a></div>"))
    assert "Sign in Subscribe" in found.page


def test_whom_a_release_is_about_does_not_count_as_its_author() -> None:
    about = "<p><b>About Castle Insurance</b></p><p>Castle Insurance has insured ships since 1884.</p>"
    found = document(page(around="{}").replace("</div></body>", about + "</div></body>"))
    assert found.authors == ()
    assert [item.text for item in found.furniture if item.kind == "bio"] == [
        "About Castle Insurance",
        "Castle Insurance has insured ships since 1884.",
    ]
