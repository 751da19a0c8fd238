"""Who else tells an act, who says otherwise, and how many of them are independent of each other."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from comity.dyads.corroboration import Standing, corroborate, judge, opposites
from comity.dyads.wording import alike, wording
from comity.ontology import load_ontology
from comity.records import Document, Event
from comity.sources.owners import owner, plain_name
from comity.store import Store

Make = Callable[..., Any]
GAS = "Azerbaijan and Israel signed a contract on gas from the Caspian field."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Oslo and Riga signed a treaty on fishing quotas.", "The fishing treaty was signed by Riga and Oslo.", True),
        ("Oslo will cooperate with Riga on tourism.", "Riga and Oslo agreed on cooperation in tourism.", True),
        ("Oslo and Riga signed a treaty on fishing quotas.", "Oslo and Riga signed a contract for air defence.", False),
        (
            "Oslo shelled Riga near Port Elda.",
            "Oslo accused Riga of theft in Port Elda.",
            False,
        ),  # a place decides nothing
        ("They signed.", "They signed.", True),
        ("They signed.", "They met.", False),
    ],
)
def test_reports_of_one_kind_are_told_apart_by_their_words(one: str, other: str, same: bool) -> None:
    parties = ("Oslo", "Riga")
    a, b = (
        wording(text, "signed" if "signed" in text else text.split()[1].strip("."), parties) for text in (one, other)
    )
    assert alike(a, b) is same
    assert alike(b, a) is same


@pytest.mark.parametrize(
    ("told", "reported", "kind"),
    [
        ({}, {}, "same"),
        ({}, {"reciprocal": True, "source": "ISR", "target": "AZE"}, "same"),
        ({}, {"source": "ISR", "target": "AZE"}, None),  # the other one did it
        ({}, {"auxiliary": ("negation",)}, "denied"),
        ({"auxiliary": ("negation",)}, {}, "denied"),
        ({"auxiliary": ("negation",)}, {"auxiliary": ("negation",)}, "same"),
        ({}, {"auxiliary": ("future",)}, "akin"),  # a plan does not show that it was done
        ({"auxiliary": ("future",)}, {}, "same"),
        ({}, {"event": "REJECT"}, "opposite"),
        ({}, {"event": "REJECT", "auxiliary": ("negation",)}, None),
        ({}, {"event": "REJECT", "text": "Azerbaijan turned down a proposal for student visas."}, None),
        ({}, {"text": "Azerbaijan praised the doctors of Haifa in warm terms."}, "akin"),
        ({}, {"event": "AGREE"}, "akin"),
        ({}, {"event": "ASSAULT"}, None),
        ({"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT", "mode": "phone"}, "akin"),
        ({"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT"}, "same"),
        ({"target": None}, {}, None),
        ({"target": None}, {"target": None}, "same"),
    ],
)
def test_a_report_is_a_witness_of_one_kind_or_none(
    make_event: Make, told: dict[str, Any], reported: dict[str, Any], kind: str | None
) -> None:
    assert judge(make_event(**({"text": GAS} | told)), make_event(**({"text": GAS} | reported))) == kind


def asked(
    make_document: Make,
    make_event: Make,
    reports: Sequence[dict[str, Any]],
    own: Document | None = None,
    **question: Any,
) -> Standing:
    """The standing of the gas contract, given reports by papers with these fields."""
    own = own or make_document(publisher="The Reader", published="2020-01-02")
    event: Event = make_event(document=own, text=GAS)
    with Store.open(":memory:") as store:
        for number, fields in enumerate(reports):
            document = make_document(
                **({"publisher": f"Paper {number}", "published": "2020-01-02"} | fields.pop("document", {}))
            )
            store.replace_document(document, [make_event(**({"document": document, "text": GAS} | fields))])
        (standing,) = corroborate(store, own, [event], **question)
    return standing


@pytest.mark.parametrize(
    ("reports", "corroboration"),
    [
        ([], 0),
        ([{}, {}], 2),
        ([{"document": {"publisher": "The Times"}}, {"document": {"publisher": "nypost.com"}}], 1),  # one house
        ([{"document": {"publisher": "The Herald"}}, {"document": {"publisher": "Herald"}}], 1),
        ([{"document": {"publisher": None}}, {"document": {"publisher": None}}], 2),
        ([{"document": {"publisher": "The Reader"}}], 0),  # the document's own paper
        ([{"date": "2020-01-03"}], 1),
        ([{"date": "2020-01-04"}], 0),
        ([{"auxiliary": ("hypothetical",)}], 0),
        ([{"source": "GEO"}], 0),
    ],
)
def test_corroboration_counts_independent_publishers(
    make_document: Make, make_event: Make, reports: list[dict[str, Any]], corroboration: int
) -> None:
    assert asked(make_document, make_event, reports).corroboration == corroboration


def test_copies_of_a_story_are_one_witness_and_those_of_the_document_none(
    make_document: Make, make_event: Make
) -> None:
    words = [f"word{random.Random(n).randrange(900)}" for n in range(120)]
    wire, own = " ".join(words[:60]), " ".join(words[60:])
    reports = [{"document": {"text": f"{wire} {number}"}} for number in range(3)]
    reports += [{"document": {"text": f"{own} {number}"}} for number in range(2)]
    document = make_document(text=own, publisher="The Reader", published="2020-01-03")
    standing = asked(make_document, make_event, reports, document)
    assert standing.corroboration == 1
    assert len(standing.of("same")) == 3


def test_interested_witnesses_are_counted_apart(make_document: Make, make_event: Make) -> None:
    standing = asked(make_document, make_event, [{}, {"document": {"genre": "official"}}])
    assert (standing.corroboration, standing.impartial, standing.contradiction) == (2, 1, 0)


def test_a_denial_contradicts(make_document: Make, make_event: Make) -> None:
    standing = asked(make_document, make_event, [{}, {"auxiliary": ("negation",)}, {"event": "REJECT"}])
    assert (standing.corroboration, standing.contradiction) == (1, 2)


def test_as_of_a_day_later_witnesses_are_unknown(make_document: Make, make_event: Make) -> None:
    late = {"document": {"published": "2020-02-01"}}
    assert asked(make_document, make_event, [late], as_of="2020-01-31").corroboration == 0


def test_what_is_imagined_has_no_witness(make_document: Make, make_event: Make) -> None:
    document = make_document()
    with Store.open(":memory:") as store:
        store.replace_document(document, [make_event(document=document)])
        (standing,) = corroborate(store, make_document(), [make_event(auxiliary=("hypothetical",))])
    assert standing.witnesses == ()


def test_a_document_that_is_in_the_store_is_no_witness_to_itself(make_document: Make, make_event: Make) -> None:
    document = make_document()
    event = make_event(document=document)
    with Store.open(":memory:") as store:
        store.replace_document(document, [event])
        (standing,) = corroborate(store, document, [event])
    assert standing.witnesses == ()


def test_the_table_of_opposites_has_no_faults() -> None:
    assert set(opposites()) <= set(load_ontology().types)


@pytest.mark.parametrize(
    ("publisher", "name"),
    [("The Herald", "herald"), ("www.thesun.co.uk", "thesun"), ("https://www.ft.com/", "ft"), ("AFP", "afp")],
)
def test_a_publisher_is_known_by_name_or_host(publisher: str, name: str) -> None:
    assert plain_name(publisher) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("TASS", "RIA Novosti", True),
        ("The Wall Street Journal", "wsj.com", True),
        ("Reuters", "AFP", False),
        ("Unheard-of Gazette", "The Unheard-of Gazette", True),
    ],
)
def test_papers_of_one_house_have_one_owner(one: str, other: str, same: bool) -> None:
    assert (owner(one) == owner(other)) is same
