"""Genre and interests: the verdict, and the words that led to it."""

from __future__ import annotations

import pytest

from comity.records import Document
from comity.sources import Options, read_bytes
from comity.sources.furniture import cues as furniture_cues
from comity.sources.genre import cues as genre_cues
from comity.sources.interests import rules, sentences

BODY = (
    "Valdia and Norland signed a treaty on fishing in the northern strait, after talks of eleven months.\n\n"
    "The two governments agreed to share the catch and to patrol the strait together from next spring.\n\n"
)


def one(text: str, origin: str = "a.txt", **options: object) -> Document:
    (item,) = read_bytes(text.encode(), origin, options=Options(**options))  # type: ignore[arg-type]
    assert isinstance(item, Document), str(item)
    return item


def test_the_tables_have_no_faults() -> None:
    assert min(len(furniture_cues()), len(genre_cues()), len(rules())) > 10


@pytest.mark.parametrize(
    ("page", "genre", "signal"),
    [
        (BODY, "unknown", None),
        ("FROSTHAVN, June 3 (NNA) - Norland recalled its envoy on Monday, officials said.\n\n" + BODY, "news", "said"),
        ("Opinion: Norland is right\n\n" + BODY, "opinion", "Opinion:"),
        (BODY + "The views expressed are those of the author.", "opinion", "views expressed are those of"),
        (BODY + "We must act. Make no mistake: it is high time to sign.", "opinion", "Make no mistake"),
        ("Explainer: who owns the strait\n\n" + BODY, "analysis", "Explainer:"),
        ("FOR IMMEDIATE RELEASE\n\nNorland opens a port\n\n" + BODY, "press_release", "FOR IMMEDIATE RELEASE"),
        (
            "Statement by the Ministry of Foreign Affairs\n\nThe Ministry of Foreign Affairs condemns the attack.",
            "official",
            "The Ministry of Foreign Affairs condemns",
        ),
        (BODY + "Press service of the Ministry of Defence of Norland", "official", "Press service of"),
    ],
)
def test_genre_and_the_words_that_led_to_it(page: str, genre: str, signal: str | None) -> None:
    document = one(page)
    assert document.genre == genre
    assert (signal in document.genre_signals) if signal else document.genre_signals == ()


@pytest.mark.parametrize(
    ("line", "holder", "kind"),
    [
        ("Jane Doe is the founder of Quayside, a PR firm representing Norland.", "Jane Doe", "representation"),
        ("Jane Doe is a registered lobbyist for the Republic of Norland.", "Jane Doe", "representation"),
        ("Jane Doe is a lawyer whose clients include the Government of Norland.", "Jane Doe", "representation"),
        (
            "Jane Doe served as ambassador of Norland to Valdia and is a fellow at the Sea Institute.",
            "Jane Doe",
            "office",
        ),
        ("Jane Doe is an analyst and an adviser to the government of Norland.", "Jane Doe", "office"),
        ("The writer is an adviser to President Petra Holm of Norland.", "the author", "office"),
        ("Sponsored by the Embassy of Norland", "the publisher", "sponsorship"),
        ("Paid for by the Norland Tourism Board.", "the publisher", "sponsorship"),
        ("The author travelled to Frosthavn as a guest of the Norland Foreign Ministry.", "the author", "sponsorship"),
        ("The Norland Telegraph is the official news agency of Norland.", "Norland Telegraph", "state_media"),
        ("Norland Telegraph is a state-owned broadcaster of Norland.", "Norland Telegraph", "state_media"),
    ],
)
def test_an_interest_that_a_page_discloses(line: str, holder: str, kind: str) -> None:
    (interest,) = one(BODY + line, resolve={"Norland": "NOR"}.get).interests
    assert (interest.holder, interest.kind, interest.actor, interest.sentence) == (holder, kind, "NOR", line)


@pytest.mark.parametrize(
    "line",
    [
        "Tomas Berg, a lobbyist for Norland, denied the report.",  # news of someone else's interest
        "The bridge, funded by Norland, opened on Monday.",
        "Norland Gas is owned by the Republic of Norland.",
        "Jane Doe is the former editor of the Review.",
    ],
)
def test_what_is_no_interest_of_the_pages_own(line: str) -> None:
    assert one(BODY + line).interests == ()


def test_without_a_resolver_an_interest_has_no_code() -> None:
    (interest,) = one(BODY + "Jane Doe is a registered lobbyist for Norland.").interests
    assert (interest.behalf, interest.actor) == ("Norland", None)


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert sentences("Mr. Doe met U.S. envoys. He left.") == ("Mr. Doe met U.S. envoys.", "He left.")
