"""Matching: which coded event is which gold event, and what is left over on either side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evaluation import GoldEvent, GoldItem, Matched, Said, match
from comity.records import Event

Make = Callable[..., Event]


def item(*events: GoldEvent, published: str = "2020-01-01") -> GoldItem:
    return GoldItem(id="a", phenomenon="active", text="…", published=published, events=events)


def gold(source: str = "AZE", target: str | None = "ISR", event: str = "SUPPORT", **rest: Any) -> GoldEvent:
    return GoldEvent(source=source, target=target, event=event, **rest)


def outcome(found: Matched) -> tuple[int, int, int]:
    return len(found.pairs), len(found.missed), len(found.wrong)


def test_source_target_and_type_make_a_match(make_event: Make) -> None:
    assert outcome(match(item(gold()), [make_event()])) == (1, 0, 0)


@pytest.mark.parametrize("changes", [{"source": "IRN"}, {"target": "IRN"}, {"target": None}, {"event": "AID"}])
def test_one_of_the_three_wrong_is_missed_and_wrong(make_event: Make, changes: dict[str, Any]) -> None:
    assert outcome(match(item(gold()), [make_event(**changes)])) == (0, 1, 1)


def test_an_act_upon_nobody_matches_one_upon_nobody(make_event: Make) -> None:
    assert outcome(match(item(gold(target=None)), [make_event(target=None)])) == (1, 0, 0)


@pytest.mark.parametrize(
    ("said", "coded", "right"),
    [(True, True, 1), (True, False, 1), (None, True, 1), (None, False, 0), (False, True, 0), (False, False, 0)],
)
def test_sides_may_be_swapped_where_gold_says_so_or_is_silent_and_the_coder_does(
    make_event: Make, said: bool | None, coded: bool, right: int
) -> None:
    swapped = make_event(source="ISR", target="AZE", reciprocal=coded)
    assert len(match(item(gold(reciprocal=said)), [swapped]).pairs) == right


def test_an_act_coded_twice_is_once_wrong(make_event: Make) -> None:
    assert outcome(match(item(gold()), [make_event(), make_event()])) == (1, 0, 1)


def test_of_several_that_would_do_the_one_that_agrees_is_taken(make_event: Make) -> None:
    plain, denied = make_event(), make_event(auxiliary=("negation",))
    found = match(item(gold(auxiliary=Said(frozenset({"negation"})))), [plain, denied])
    assert found.pairs[0].coded is denied
    assert found.wrong == (plain,)


def test_a_reciprocal_act_leaves_the_ordered_one_its_only_partner(make_event: Make) -> None:
    first, second = gold(reciprocal=True), gold(reciprocal=False)
    found = match(item(first, second), [make_event(), make_event(source="ISR", target="AZE")])
    assert outcome(found) == (2, 0, 0)
    assert [pair.gold for pair in found.pairs] == [first, second]


@pytest.mark.parametrize(
    ("said", "changes", "faults"),
    [
        ({}, {"mode": None, "auxiliary": ("future",)}, ()),
        ({"mode": Said("disapprove")}, {"mode": "disapprove"}, ()),
        ({"mode": Said(None)}, {"mode": "disapprove"}, ("mode",)),
        ({"auxiliary": Said(frozenset({"future", "negation"}))}, {"auxiliary": ("negation", "future")}, ()),
        ({"auxiliary": Said(frozenset())}, {"auxiliary": ("future",)}, ("auxiliary",)),
        ({"date": Said(("2019-01-01", "2019-12-31"))}, {"date": ("2019-01-01", "2019-12-31")}, ()),
        ({"date": Said(("2019-01-01", "2019-12-31"))}, {"date": "2019-01-01"}, ("date",)),
        ({"date": Said(None)}, {"date": "2020-01-01"}, ()),  # the document's day
        ({"date": Said(None)}, {"date": "2019-12-31"}, ("date",)),
    ],
)
def test_what_goes_with_an_event_is_judged_where_gold_judges_it(
    make_event: Make, said: dict[str, Any], changes: dict[str, Any], faults: tuple[str, ...]
) -> None:
    found = match(item(gold(event="ACCUSE", **said)), [make_event(event="ACCUSE", **changes)])
    assert found.pairs[0].agreement.faults == faults


def test_what_is_missed_and_wrong_between_the_same_two_is_confused(make_event: Make) -> None:
    turned = make_event(source="ISR", target="AZE")
    found = match(item(gold(), gold(target="IRN")), [turned, make_event(target="TUR")])
    assert [(one.target, other) for one, other in found.confused] == [("ISR", turned)]
    assert outcome(found) == (0, 2, 2)


ENDS = st.sampled_from(["AZE", "ISR"])
TYPES = st.sampled_from(["AID", "SUPPORT"])
GOLD = st.builds(gold, ENDS, ENDS, TYPES, reciprocal=st.sampled_from([True, False, None]))


CODED = st.fixed_dictionaries({"source": ENDS, "target": ENDS, "event": TYPES, "reciprocal": st.booleans()})


@given(wanted=st.lists(GOLD, max_size=5), drawn=st.lists(CODED, max_size=5))
def test_nothing_is_lost_and_nothing_has_two_partners(
    make_event: Make, wanted: list[GoldEvent], drawn: list[dict[str, Any]]
) -> None:
    coded = [make_event(**fields) for fields in drawn]
    found = match(item(*wanted), coded)
    assert len(found.pairs) + len(found.missed) == len(wanted)
    assert sorted(e.id for e in [*(pair.coded for pair in found.pairs), *found.wrong]) == sorted(e.id for e in coded)
