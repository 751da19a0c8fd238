"""The coder on whole documents: exact offsets, stable ids, dates, attribution, and documents it cannot code."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.coding import Coder, load_coder
from comity.records import Document, Event, Published, document_id

pytestmark = pytest.mark.model

SENTENCES = [
    "Norway and Estonia signed an agreement on rail links in Tallinn on Tuesday.",
    "Belarus condemned the agreement, and Russia recalled its ambassador from Estonia.",
    "“We will not attend the talks with Minsk,” Estonian Foreign Minister Margus Tsahkna told reporters.",
    "It urged Latvia to release the two drivers.",
    "The two countries agreed to meet again in May.",
    "In 2014, Russia annexed Crimea from Ukraine.",
    "According to the ministry, Polish troops entered Lithuania for joint drills with the U.S. Army.",
    "The weather was fine.",
    "Türkiye’s president thanked Qatar — and Egypt’s too — for the aid.",
    "",
]


@pytest.fixture(scope="module")
def coder() -> Coder:
    return load_coder()


def document(text: str, published: str | None = "2023-03-29", language: str = "en") -> Document:
    return Document(
        id=document_id(text),
        text=text,
        page=text,
        published=Published(date=published, basis="record"),
        language=language,
    )


def code(coder: Coder, text: str, published: str | None = "2023-03-29") -> tuple[Event, ...]:
    return coder.code([document(text, published)])[0].events


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.sampled_from([" ", "\n\n", "  "]))
def test_offsets_reproduce_every_quoted_string(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    coded = load_coder().code([document(text)])[0]
    for event in coded.events:
        assert text[event.start : event.end] == event.text
        assert text[event.trigger.start : event.trigger.end] == event.trigger.text
        assert event.start <= event.trigger.start < event.trigger.end <= event.end
        for side in (event.source, event.target):
            if side is not None:
                assert text[side.start : side.end] == side.text


def test_coding_twice_gives_the_same_records(coder: Coder) -> None:
    text = " ".join(SENTENCES)
    assert coder.code([document(text)]) == coder.code([document(text)])


def test_ids_are_unique_within_a_document(coder: Coder) -> None:
    ids = [event.id for event in code(coder, " ".join(SENTENCES))]
    assert ids
    assert len(ids) == len(set(ids))


def test_a_document_is_coded_alike_alone_and_in_a_batch(coder: Coder) -> None:
    documents = [document(text) for text in SENTENCES]
    assert coder.code(documents) == [coder.code([d])[0] for d in documents]


def summary(event: Event) -> tuple[str, str, str | None]:
    return event.event, event.source.actor, event.target.actor if event.target else None


def test_actors_dates_and_reciprocity_are_read(coder: Coder) -> None:
    signed = code(coder, SENTENCES[0])[0]
    assert summary(signed) == ("SUPPORT", "NOR", "EST")
    assert signed.reciprocal
    assert (signed.date.start, signed.date.end, signed.date.basis) == ("2023-03-28", "2023-03-28", "relative")
    assert signed.reported == "2023-03-29"
    assert signed.quad == "verbal_cooperation"


def test_what_somebody_says_is_attributed(coder: Coder) -> None:
    refused = next(e for e in code(coder, SENTENCES[2]) if e.event == "REJECT")
    assert refused.attribution.kind == "quoted"
    assert "Tsahkna" in (refused.attribution.speaker or "")
    cited = code(coder, "Hungary withdrew its ambassador from Sweden, the Swedish foreign ministry said.")[0]
    assert cited.attribution.kind == "reported"
    assert "ministry" in (cited.attribution.speaker or "")


def test_pronouns_stand_for_the_last_subject(coder: Coder) -> None:
    events = code(coder, "Estonia closed its embassy in Minsk. It urged Latvia to release the two drivers.")
    assert ("REQUEST", "EST", "LVA") in [summary(e) for e in events]


def test_an_act_more_than_a_year_back_is_historical(coder: Coder) -> None:
    old = code(coder, "In 2014, Slovakia expelled two diplomats of Serbia.")[0]
    assert "historical" in old.auxiliary
    assert old.date.start == "2014-01-01"


def test_what_is_done_to_a_place_is_done_to_its_state(coder: Coder) -> None:
    assert ("ASSAULT", "RUS", "UKR") in [summary(e) for e in code(coder, "Russian forces shelled Kharkiv on Monday.")]


def test_several_targets_of_one_act_are_linked(coder: Coder) -> None:
    events = [e for e in code(coder, "Malta accused Libya and Tunisia of smuggling.") if e.event == "ACCUSE"]
    assert {e.target.actor for e in events if e.target} == {"LBY", "TUN"}
    assert len({e.link for e in events}) == 1


def test_a_language_that_is_not_read_is_kept_and_said(coder: Coder) -> None:
    coded = coder.code([document("Oslo a condamné Minsk.", language="fr"), document(SENTENCES[0])])
    assert coded[0].events == ()
    assert "fr" in (coded[0].failure or "")
    assert coded[1].events


def test_sentences_without_an_actor_are_never_parsed(coder: Coder) -> None:
    coded = coder.code([document("The weather was fine. Nobody came. It rained on the harbour.")])[0]
    assert (coded.sentences, coded.parsed) == (3, 0)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Israel urged calm on its streets.", 0),  # nobody else whom "its" could stand for
        ("Oman met Mali. Israel urged calm on its streets.", 2),
        ("The Omani coast is long. Israel urged calm on its streets.", 0),  # a demonym is nobody's antecedent
        ("Oman met Mali. Israel, who urged calm, waited.", 1),  # "who" stands for Israel
        ("Oman met Mali. Israel urged him to wait.", 1),  # no person was named
        ("Syria’s army shelled its rebels.", 1),  # two organs of one state
        ("Syria’s army shelled its harbour.", 0),
        ("Norway’s premier resigned.", 1),  # codes without a second party
    ],
)
def test_of_sentences_with_one_party_those_are_parsed_that_may_speak_of_another(
    coder: Coder, text: str, parsed: int
) -> None:
    assert coder.code([document(text)])[0].parsed == parsed


def test_sport_is_no_event(coder: Coder) -> None:
    assert code(coder, "Kenya beat Ghana 2-1 in a friendly match.") == ()


def test_a_claim_names_the_pair_the_third_party_and_the_direction(coder: Coder) -> None:
    text = "The prospect of an Iranian deal prompted Israel to strengthen its ties with Azerbaijan."
    claims = coder.code([document(text)])[0].claims
    assert [(c.a, c.b, c.third, c.direction) for c in claims] == [("AZE", "ISR", "IRN", 1)]
    assert text[claims[0].cue.start : claims[0].cue.end] == claims[0].cue.text


def test_a_document_without_a_date_is_dated_by_its_reading(coder: Coder) -> None:
    undated = dataclasses.replace(document(SENTENCES[1]), published=Published(date=None, basis="unknown"))
    events = coder.code([undated])[0].events
    assert events
    assert all(e.date.basis == "document" for e in events)


def test_what_a_neighbour_is_accused_of_is_no_deed(coder: Coder) -> None:
    found = code(coder, "Latvia, which has accused its neighbour of giving shelter to Belarus, did not react at once.")
    assert all("hypothetical" in e.auxiliary for e in found if e.event == "AID")


def test_who_is_talked_about_takes_no_part_in_the_talk(coder: Coder) -> None:
    found = code(coder, "Estonia's president received the Latvian president. They discussed the Norwegian budget.")
    talks = [e for e in found if e.event == "CONSULT"]
    assert talks
    assert all("NOR" not in (e.source.actor, e.target.actor if e.target else None) for e in talks)


def test_in_whose_eyes_something_is_so_is_no_party(coder: Coder) -> None:
    found = code(coder, "For Norway, Latvia's friendship with Belarus makes its ties with Estonia dearer.")
    assert all("NOR" not in (e.source.actor, e.target.actor if e.target else None) for e in found)
