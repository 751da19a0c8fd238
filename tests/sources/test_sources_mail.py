"""What is attached to a message is read as if it were a file beside it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from comity.records import Document
from comity.sources import Failure, Limits, Options, read_bytes

PDF = next((Path(__file__).parent / "fixtures" / "pdf").glob("*.pdf")).read_bytes()
PAGE = (
    "<html><body><h1>Envoy recalled from Norland</h1>"
    "<p>Valdia recalled its ambassador from Norland on account of a quarrel about fish.</p></body></html>"
)


def message(
    text: str = "Please find our two statements attached, as we agreed.", subject: str = "Two statements"
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = "press@valdia.example", subject, "Mon, 05 Mar 2018 10:00:00 +0000"
    if text:
        made.set_content(text)
    return made


def outcomes(mail: EmailMessage, options: Options | None = None) -> dict[str, Document | Failure]:
    found = read_bytes(mail.as_bytes(), "m.eml", options=options or Options())
    return {item.origin if isinstance(item, Document) else item.place: item for item in found}


def test_pages_and_papers_attached_are_documents_of_their_own() -> None:
    mail = message()
    mail.add_attachment(PAGE, subtype="html", filename="recall.html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="paper.pdf")
    found = outcomes(mail)
    assert list(found) == ["m.eml", "m.eml!recall.html", "m.eml!paper.pdf"]
    own, page, paper = found.values()
    assert isinstance(own, Document) and own.title == "Two statements"
    assert isinstance(page, Document) and page.title == "Envoy recalled from Norland"
    # No later than the day of the message, which is no statement of when it was published.
    assert (page.published.date, page.published.basis) == ("2018-03-05", "fetched")
    assert isinstance(paper, Document) and paper.text


def test_a_message_attached_is_read_with_what_is_attached_to_it_once() -> None:
    inner = message("The inner message says that ships are late.", "Ships")
    inner.add_attachment("The strait is closed, the ministry said.", filename="note.txt")
    mail = message()
    mail.add_attachment(inner)
    assert list(outcomes(mail)) == ["m.eml", "m.eml!message.eml", "m.eml!message.eml!note.txt"]


def test_a_message_that_is_nothing_but_its_attachment_is_no_failure() -> None:
    mail = message("")
    mail.add_attachment(PAGE, subtype="html", filename="recall.html")
    assert list(outcomes(mail)) == ["m.eml!recall.html"]


def test_pictures_calendars_and_the_footers_of_lists_are_passed_over() -> None:
    mail = message()
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="day.ics")
    mail.add_attachment("You receive this as a reader of our list.")
    assert list(outcomes(mail)) == ["m.eml"]


def test_a_broken_attachment_costs_itself() -> None:
    mail = message()
    mail.add_attachment(b"%PDF-1.4 and no more", maintype="application", subtype="pdf", filename="bad.pdf")
    mail.add_attachment(PAGE, subtype="html", filename="recall.html")
    own, bad, good = outcomes(mail).values()
    assert isinstance(own, Document) and isinstance(good, Document)
    assert isinstance(bad, Failure) and bad.place == "m.eml!bad.pdf"


def test_a_broken_text_costs_no_attachment() -> None:
    mail = message("word " * 50_000)  # a paragraph beyond measure
    mail.add_attachment(PAGE, subtype="html", filename="recall.html")
    own, good = outcomes(mail).values()
    assert isinstance(own, Failure) and own.place == "m.eml"
    assert isinstance(good, Document)


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(depth=1), "lies more than 1 deep in archives and messages"),
        (Limits(unpacked_bytes=100), "unpacks to more than 100 bytes"),
    ],
)
def test_messages_in_messages_keep_the_limits_of_archives(limits: Limits, problem: str) -> None:
    mail = message()
    for level in range(3):
        around = message(f"This is message number {level} of several.")
        around.add_attachment(mail)
        mail = around
    failures = [item for item in outcomes(mail, Options(limits=limits)).values() if isinstance(item, Failure)]
    assert [item.problem for item in failures] == [problem]
