"""`relate`: the type of a marked pair, whoever the parties are."""

import pytest

from comity.coding.relate import locate, relate
from comity.errors import InputError


def item(marked: str) -> dict[str, str]:
    from comity.coding.lexicon import unmark

    found = unmark(marked)
    assert found.source and found.target
    return {
        "sentence": found.text,
        "source": found.text[slice(*found.source)],
        "target": found.text[slice(*found.target)],
        "marked": marked,
    }


@pytest.mark.model
@pytest.mark.parametrize(
    ("marked", "event", "quad"),
    [
        ("<s>Police</s> arrested <t>three teachers</t> in the harbour town.", "COERCE", "material_conflict"),
        ("<s>The dockers' union</s> sued <t>the port authority</t> on Friday.", "ACCUSE", "verbal_conflict"),
        ("<s>The bank</s> lent <t>the ministry</t> 40 million dollars.", "AID", "material_cooperation"),
        ("<s>The prince</s> met <t>the bishop</t> in the palace garden.", "CONSULT", "verbal_cooperation"),
    ],
)
def test_any_two_parties_are_related(marked: str, event: str, quad: str) -> None:
    answer = next(relate([item(marked)]))
    assert (answer["event"], answer["quad"]) == (event, quad)
    assert max(answer["scores"], key=answer["scores"].get) == event
    assert answer["rule"]


@pytest.mark.model
def test_answers_come_in_order_and_a_bad_item_costs_only_itself() -> None:
    good = item("<s>Oslo</s> condemned <t>Minsk</t>.")
    answers = list(relate([good, {"sentence": "Oslo."}, good]))
    assert [a["event"] for a in answers] == ["ACCUSE", None, "ACCUSE"]
    assert "source and target" in answers[1]["error"]


@pytest.mark.model
def test_nothing_relates_two_places_on_a_list() -> None:
    answer = next(relate([item("The delegates came from <s>Oslo</s>, Turin and <t>Minsk</t>.")]))
    assert answer["event"] is None


def test_marks_decide_when_a_string_occurs_twice() -> None:
    place = locate(
        {"sentence": "x", "source": "Oslo", "target": "Oslo", "marked": "Oslo: <s>Oslo</s> met <t>Oslo</t>."}
    )
    assert place == ("Oslo: Oslo met Oslo.", (6, 10), (15, 19))


def test_a_target_that_is_not_named_is_left_open() -> None:
    assert locate({"sentence": "Oslo protested.", "source": "Oslo", "target": "a recipient"}) == (
        "Oslo protested.",
        (0, 4),
        None,
    )


def test_two_strings_that_are_nowhere_are_an_error() -> None:
    with pytest.raises(InputError, match="neither source nor target occurs"):
        locate({"sentence": "Oslo protested.", "source": "Rome", "target": "Minsk"})
