"""Figures: counts that add up, ratios that are only formed where there is something to divide by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.evaluation import Count, GoldEvent, GoldItem, Said, Scores, Share, match, scores, scores_to_dict
from comity.records import Event

Make = Callable[..., Event]
TYPES = ("AGREE", "SUPPORT", "AID", "ACCUSE")


def figures(*cases: tuple[str, list[GoldEvent], list[Event]]) -> Scores:
    """Of cases (phenomenon, gold, coded), all of one day."""
    matched = [
        match(GoldItem(id=str(n), phenomenon=name, text="…", published="2020-01-01", events=tuple(gold)), coded)
        for n, (name, gold, coded) in enumerate(cases)
    ]
    return scores(matched, TYPES)


def gold(event: str = "SUPPORT", source: str = "AZE", target: str = "ISR") -> GoldEvent:
    return GoldEvent(
        source=source, target=target, event=event, mode=Said(None), auxiliary=Said(frozenset()), date=Said(None)
    )


@pytest.fixture(name="mixed")
def mixed_fixture(make_event: Make) -> Scores:
    return figures(
        ("active", [gold()], [make_event()]),
        ("active", [gold("AID")], [make_event(event="AGREE", auxiliary=("future",))]),
        ("passive", [gold(), gold(target="IRN")], [make_event(date="2019-12-31", auxiliary=("future",))]),
        ("sport", [], [make_event(event="ACCUSE")]),
        ("sport", [], []),
    )


def test_hits_and_misses_are_counted_by_type_and_by_phenomenon(mixed: Scores) -> None:
    assert mixed.events == Count(right=2, wrong=2, missed=2)
    assert mixed.by_type == {
        "AGREE": Count(wrong=1),
        "SUPPORT": Count(right=2, missed=1),
        "AID": Count(missed=1),
        "ACCUSE": Count(wrong=1),
    }
    assert mixed.by_phenomenon == {"active": Count(1, 1, 1), "passive": Count(1, 0, 1), "sport": Count(0, 1, 0)}


def test_precision_recall_and_f1() -> None:
    count = Count(right=6, wrong=2, missed=4)
    assert (count.precision, count.recall) == (0.75, 0.6)
    assert count.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_where_there_is_nothing_there_is_no_figure() -> None:
    assert (Count().precision, Count().recall, Count().f1, Share().value) == (None, None, None, None)
    assert Count(wrong=1).recall is None
    assert figures(("sport", [], [])).macro_f1 is None


def test_the_macro_figure_counts_each_type_that_occurs_alike(mixed: Scores) -> None:
    assert mixed.macro_f1 == pytest.approx((0 + 0.8 + 0 + 0) / 4)


def test_texts_without_an_event_are_counted_apart(mixed: Scores) -> None:
    assert mixed.no_event == Share(1, 2)
    assert mixed.no_event_by_phenomenon == {"sport": Share(1, 2)}


def test_what_goes_with_an_event_is_counted_on_matched_ones_only(mixed: Scores) -> None:
    assert (mixed.mode, mixed.auxiliary, mixed.date) == (Share(2, 2), Share(1, 2), Share(1, 2))
    assert mixed.dated == Share()  # no gold event gives a date


def test_the_confusion_table_names_types_missed_and_invented(mixed: Scores) -> None:
    assert mixed.confusion == {
        ("SUPPORT", "SUPPORT"): 2,
        ("AID", "AGREE"): 1,
        ("SUPPORT", "missed"): 1,
        ("invented", "ACCUSE"): 1,
    }


def test_two_equal_missed_events_are_two(make_event: Make) -> None:
    twin = gold()
    assert figures(("active", [twin, gold()], [make_event(event="AID")])).confusion == {
        ("SUPPORT", "AID"): 1,
        ("SUPPORT", "missed"): 1,
    }


def test_the_figures_as_json_are_rounded_and_null_where_there_is_none(mixed: Scores) -> None:
    data = scores_to_dict(mixed)
    assert data["events"] == {"right": 2, "wrong": 2, "missed": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert data["by_type"]["AGREE"]["recall"] is None
    assert data["no_event_coded"] == {"part": 1, "whole": 2, "share": 0.5}
    assert data["confusion"]["AID"] == {"AGREE": 1}


COUNTS = st.builds(Count, *[st.integers(0, 50)] * 3)


@given(COUNTS, COUNTS)
def test_f1_lies_between_precision_and_recall_and_counts_add_up(one: Count, other: Count) -> None:
    both = one + other
    assert both.right == one.right + other.right
    if both.precision is not None and both.recall is not None and both.f1 is not None:
        low, high = sorted((both.precision, both.recall))
        assert low - 1e-9 <= both.f1 <= high + 1e-9
