"""One act, many constructions: who does what to whom stays the same."""

from collections.abc import Callable

import pytest

from comity.coding.predicates import Act

Read = Callable[[str], list[Act]]
pytestmark = pytest.mark.model


def triples(acts: list[Act]) -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    return [(a.event, a.source.mention.actor, a.target.mention.actor if a.target else None, a.auxiliary) for a in acts]


@pytest.mark.parametrize(
    "sentence",
    [
        "<s>Norway</s> condemned <t>Belarus</t> on Monday.",
        "<t>Belarus</t> was condemned by <s>Norway</s> on Monday.",
        "<s>Norway</s>, which condemned <t>Belarus</t> last week, sent an envoy.",
        "<t>Belarus</t>, condemned by <s>Norway</s> last week, kept silent.",
        "<s>Norway</s> met reporters and condemned <t>Belarus</t>.",
        "<s>Norway</s>'s condemnation of <t>Belarus</t> surprised the envoys.",
        "<s>Norway</s> issued a sharp condemnation of <t>Belarus</t>.",
        "<s>Norway</s> condemned <t>Belarus</t>'s decision to close the border.",
        "<s>Norway</s> condemned the arrest of students in <t>Belarus</t>.",
        "The foreign minister of <s>Norway</s> condemned the <t>Belarusian</t> government.",
        "<t>Belarus</t> drew condemnation from <s>Norway</s>.",
        "<s>Norway</s> has repeatedly condemned the raid by <t>Belarus</t>.",
        "Officials said <s>Norway</s> had condemned <t>Belarus</t>.",
        "<s>Norway</s> continued to condemn <t>Belarus</t>.",
    ],
)
def test_condemning_is_read_in_every_construction(read: Read, sentence: str) -> None:
    assert ("ACCUSE", "S", "T", ()) in triples(read(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "<s>Chad</s> and <t>Niger</t> signed a border treaty.",
        "<s>Chad</s> signed a border treaty with <t>Niger</t>.",
        "A border treaty was signed by <s>Chad</s> and <t>Niger</t>.",
        "A border treaty between <s>Chad</s> and <t>Niger</t> was signed on Monday.",
        "The presidents of <s>Chad</s> and <t>Niger</t> signed a border treaty.",
    ],
)
def test_signing_together_is_one_reciprocal_act(read: Read, sentence: str) -> None:
    found = [a for a in read(sentence) if a.event == "SUPPORT"]
    assert len(found) == 1
    assert found[0].reciprocal
    assert {found[0].source.mention.actor, found[0].target.mention.actor if found[0].target else None} == {"S", "T"}


@pytest.mark.parametrize(
    ("sentence", "event", "auxiliary"),
    [
        # aid given, promised, refused, denied, asked for, cut
        ("<s>Chile</s> sent flour to <t>Peru</t>.", "AID", ()),
        ("<s>Chile</s> will send flour to <t>Peru</t>.", "AGREE", ()),
        ("<s>Chile</s> promised to send flour to <t>Peru</t>.", "AGREE", ()),
        ("<s>Chile</s> plans to send flour to <t>Peru</t>.", "AGREE", ()),
        ("<s>Chile</s> refused to send flour to <t>Peru</t>.", "REJECT", ()),
        ("<s>Chile</s> will not send flour to <t>Peru</t>.", "REJECT", ()),
        ("<s>Chile</s> did not send flour to <t>Peru</t>.", "AID", ("negation",)),
        ("<s>Chile</s> failed to send flour to <t>Peru</t>.", "AID", ("negation",)),
        ("<s>Chile</s> may send flour to <t>Peru</t>.", "AID", ("hypothetical",)),
        ("<s>Chile</s> is ready to send flour to <t>Peru</t>.", "AGREE", ()),
        ("<s>Chile</s> suspended aid to <t>Peru</t>.", "SANCTION", ()),
        # force used, threatened, meant, denied
        ("<s>Chile</s> attacked <t>Peru</t>.", "ASSAULT", ()),
        ("<s>Chile</s> threatened to attack <t>Peru</t>.", "THREATEN", ()),
        ("<s>Chile</s> vowed to attack <t>Peru</t>.", "THREATEN", ()),
        ("<s>Chile</s> denied that it had attacked <t>Peru</t>.", "ASSAULT", ("negation",)),
        ("<s>Chile</s> never attacked <t>Peru</t>.", "ASSAULT", ("negation",)),
        # asked of somebody: the asked party is the target
        ("<s>Chile</s> urged <t>Peru</t> to withdraw its troops.", "REQUEST", ()),
        ("<s>Chile</s> called on <t>Peru</t> to release the pilots.", "REQUEST", ()),
        ("<s>Chile</s> demanded that <t>Peru</t> release the pilots.", "REQUEST", ()),
        # alleged
        ("<s>Chile</s> accused <t>Peru</t> of arming rebels.", "ACCUSE", ()),
        # talks held, agreed, refused, called off
        ("<s>Chile</s> held talks with <t>Peru</t>.", "CONSULT", ()),
        ("<s>Chile</s> agreed to hold talks with <t>Peru</t>.", "AGREE", ()),
        ("<s>Chile</s> refused to meet <t>Peru</t>.", "REJECT", ()),
        ("<s>Chile</s> called off talks with <t>Peru</t>.", "REJECT", ()),
        # a withdrawal promised is a concession
        ("<s>Chile</s> agreed to withdraw its troops from <t>Peru</t>.", "CONCEDE", ()),
        ("<s>Chile</s> withdrew its troops from <t>Peru</t>.", "RETREAT", ()),
    ],
)
def test_how_an_act_stands_decides_its_type(read: Read, sentence: str, event: str, auxiliary: tuple[str, ...]) -> None:
    assert (event, "S", "T", auxiliary) in triples(read(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "<s>Peru</s> lies south of <t>Ecuador</t>.",
        "The language of <s>Laos</s> is close to that of <t>Thailand</t>.",
    ],
)
def test_what_is_no_act_between_states_is_not_coded(read: Read, sentence: str) -> None:
    assert triples(read(sentence)) == []
