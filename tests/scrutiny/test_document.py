"""A check puts together what a document tells, claims, lets others say, and in which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from comity.dyads.corroboration import Standing, Witness
from comity.records import Attribution, Interest, Quote
from comity.report.checkpage import check_page
from comity.report.checkwords import chosen, summary, verdict
from comity.report.names import display_name
from comity.scrutiny import Check, check_document, check_to_dict

Make = Callable[..., Any]
TEXT = (
    "Azerbaijan and Israel signed a contract. Iran's regime must not ignore it. "
    "“The puppet state will fall,” said Anna Berg. Talks went on in Artsakh."
)


def witness(make_event: Make, kind: Any, number: int = 0, **fields: Any) -> Witness:
    values = {"story": f"s{number}", "publisher": f"Paper {number}", "house": f"paper {number}", "interested": False,
              "title": "Talks", "url": "javascript:alert(1)", "published": "2020-01-01"}  # fmt: skip
    return Witness(kind=kind, event=make_event(text="They <b>signed</b>."), **(values | fields))


def checked(make_document: Make, make_event: Make, make_claim: Make) -> Check:
    document = make_document(
        text=TEXT,
        title="<script>alert(1)</script>",
        genre="opinion",
        genre_signals=("must not ignore",),
        interests=(
            Interest(holder="A. Author", behalf="Azerbaijan", kind="representation", sentence="A firm <i>x</i>."),
        ),
    )
    event = make_event(
        document=document, text=TEXT[:40], start=0, end=40, trigger=Quote(text="signed", start=22, end=28)
    )
    said = TEXT.index("will fall")
    claim = make_claim(
        document=document,
        sentence=2,
        cue=Quote(text="fall", start=said + 5, end=said + 9),
        attribution=Attribution(kind="quoted", speaker="Anna Berg"),
    )
    own = make_claim(document=document, sentence=0)
    standing = Standing(event=event, witnesses=(witness(make_event, "same"), witness(make_event, "denied", 1)))
    return check_document(document, [event], [claim, own], [standing], ["copy"])


def test_each_statement_stands_under_who_makes_it(make_document: Make, make_event: Make, make_claim: Make) -> None:
    check = checked(make_document, make_event, make_claim)
    assert [(item.number, len(item.claims)) for item in check.own] == [(0, 1), (1, 0)]
    assert [reason.words for reason in check.own[1].reasons] == ["must not ignore", "regime"]
    (said,) = check.spoken
    assert (said.speaker, len(said.claims), [use.text for use in said.terms]) == ("Anna Berg", 1, ["puppet state"])
    assert [use.text for use in check.terms] == ["regime", "Artsakh"]
    for item in (*check.own, *check.spoken, *check.terms):
        assert TEXT[item.start : item.end].strip() == item.text


def test_the_json_holds_all_of_it(make_document: Make, make_event: Make, make_claim: Make) -> None:
    told = json.loads(json.dumps(check_to_dict(checked(make_document, make_event, make_claim), display_name)))
    (event,) = told["events"]
    assert (event["corroboration"], event["contradiction"], event["names"]["target"]) == (1, 1, "Israel")
    assert [item["kind"] for item in event["witnesses"]] == ["same", "denied"]
    assert told["document"]["interests"][0]["behalf"] == "Azerbaijan"
    assert told["document"]["copies"] == ["copy"]
    assert [item["text"] for item in told["loaded_terms"]] == ["regime", "Artsakh"]


def test_the_page_escapes_what_strangers_wrote_and_asks_nobody(
    make_document: Make, make_event: Make, make_claim: Make
) -> None:
    page = check_page([checked(make_document, make_event, make_claim)])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script" not in page
    assert "They &lt;b&gt;signed&lt;/b&gt;." in page
    assert "javascript:" not in page and "src=" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    for words in ("A. Author represents Azerbaijan", "corroborated by 1 independent publisher", "contradicted by 1",
                  "1 other document in the store is a copy", "Nagorno-Karabakh"):  # fmt: skip
        assert words in page


def test_a_verdict_says_how_an_event_stands(make_event: Make) -> None:
    event = make_event()
    rows = [
        ((), "not on record in the store"),
        (("akin",), "not on record in the store; something akin is"),
        (("same", "same"), "corroborated by 2 independent publishers"),
        (("same", "opposite"), "corroborated by 1 independent publisher; contradicted by 1 independent publisher"),
    ]
    for kinds, words in rows:
        told = tuple(witness(make_event, kind, number) for number, kind in enumerate(kinds))
        assert verdict(Standing(event=event, witnesses=told)) == words
    imagined = replace(event, auxiliary=("hypothetical",))
    assert verdict(Standing(event=imagined, witnesses=())).startswith("imagined")
    official = witness(make_event, "same", interested=True)
    assert verdict(Standing(event=event, witnesses=(official,))) == (
        "corroborated by 1 independent publisher, 1 of them interested"
    )


def test_of_each_house_one_witness_a_kind_is_shown_and_akin_ones_only_alone(make_event: Make) -> None:
    same = [witness(make_event, "same", story="a"), witness(make_event, "same", story="b")]
    akin = [witness(make_event, "akin", 2), witness(make_event, "akin", 3)]
    event = make_event()
    assert chosen(Standing(event=event, witnesses=(*akin, *same)), 5) == (same[0],)
    assert chosen(Standing(event=event, witnesses=tuple(akin)), 1) == (akin[0],)


def test_the_summary_counts(make_document: Make, make_event: Make, make_claim: Make) -> None:
    assert summary(checked(make_document, make_event, make_claim)) == (
        "It tells of 1 event, 1 of them corroborated by the store and 1 contradicted. "
        "In the author's own voice it makes 1 statement that others may contest, and uses 2 loaded terms."
    )
