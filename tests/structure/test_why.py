"""What pushes a tie: exact parts, all third parties, open questions, and no look ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dyads import course
from comity.records import Event
from comity.store import Store
from comity.structure import Why, why

Make = Callable[..., Any]
DAYS = st.integers(0, 900).map(lambda number: (date(2018, 1, 1) + timedelta(days=number)).isoformat())
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["AZE", "ISR", "IRN", "ARM", "TUR"]),
        st.sampled_from(["AZE", "ISR", "IRN", "ARM", "TUR"]),
        st.sampled_from(["SUPPORT", "ACCUSE", "ASSAULT", "AID", "REQUEST"]),
        DAYS,
        st.integers(0, 400),
        st.sampled_from([(), (), ("future",), ("negation",)]),
    ),
    max_size=20,
)
PROPERTY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


def written(make_event: Make, reports: Sequence[tuple[Any, ...]]) -> list[Event]:
    return [
        make_event(
            id=f"e{number}",
            source=source,
            target=target,
            event=event,
            date=day,
            reported=(date.fromisoformat(day) + timedelta(days=delay)).isoformat(),
            auxiliary=auxiliary,
            document=f"d{number % 4}",
        )
        for number, (source, target, event, day, delay, auxiliary) in enumerate(reports)
    ]


@pytest.fixture
def shared_enemy(store: Store, make_event: Make) -> Store:
    """Iran accuses both; Turkey backs Azerbaijan alone; the pair signs."""
    store.add_events(
        [
            make_event(id="signed", date="2020-06-01"),
            make_event(id="accused", source="IRN", target="AZE", event="ACCUSE", date="2020-03-01"),
            make_event(id="struck", source="IRN", target="ISR", event="ASSAULT", date="2020-04-01"),
            make_event(id="backed", source="TUR", target="AZE", date="2020-05-01"),
            make_event(id="elsewhere", source="TUR", target="IRN", event="ASSAULT", date="2020-05-01"),
        ]
    )
    return store


def test_a_shared_enemy_pulls_together(shared_enemy: Store) -> None:
    found = why(shared_enemy, "AZE", "ISR", as_of="2020-06-01")
    iran, turkey = found.drivers
    assert (iran.third, turkey.third) == ("IRN", "TUR")
    assert iran.pressure == pytest.approx(iran.leg_a * iran.leg_b / 100)
    assert iran.pressure > 0
    assert iran.change == iran.pressure  # nothing was on record before
    assert iran.share == 1.0
    assert set(iran.events) == {"accused", "struck"}
    assert [part.leg for part in found.parts["IRN"]] == ["a", "b"]
    assert found.structural == pytest.approx(iran.change)


def test_a_third_party_with_one_unknown_leg_is_an_open_question(shared_enemy: Store) -> None:
    turkey = why(shared_enemy, "AZE", "ISR").drivers[1]
    assert (turkey.pressure, turkey.change, turkey.leg_b) == (0, 0, None)
    assert turkey.leg_a is not None and turkey.leg_a > 0
    assert turkey.events == ("backed",)


def test_an_open_question_in_which_nothing_happened_is_left_out_unless_claimed(
    shared_enemy: Store, make_claim: Make
) -> None:
    def thirds() -> list[str]:
        found = why(shared_enemy, "AZE", "ISR", as_of="2021-06-01", start="2020-12-01")
        return [driver.third for driver in found.drivers]

    assert thirds() == ["IRN"]
    shared_enemy.add_claims([make_claim(id="t", third="TUR"), make_claim(id="u", third="USA")])
    assert thirds() == ["IRN", "TUR", "USA"]


def test_claims_attach_to_the_third_party_they_name(shared_enemy: Store, make_claim: Make) -> None:
    shared_enemy.add_claims([make_claim(id="c", third="IRN"), make_claim(id="g", a="GEO", third="IRN")])
    found = why(shared_enemy, "ISR", "AZE")
    assert found.drivers[0].claims == ("c",)
    assert [claim.id for claim in found.claims] == ["c"]


def test_the_ties_own_acts_are_ranked_by_what_they_moved(store: Store, make_event: Make) -> None:
    store.add_events(
        [
            make_event(id="old", date="2019-01-01", event="AID"),
            make_event(id="new", date="2020-12-01", event="ASSAULT"),
            make_event(id="also new", date="2020-12-01", event="ASSAULT", document="d1"),
        ]
    )
    found = why(store, "AZE", "ISR", as_of="2020-12-31", window_days=90)
    assert [part.events for part in found.direct] == [("also new", "new"), ("old",)]
    blow, aid = found.direct
    assert blow.change < aid.change < 0  # the blow pulls down, the old aid fades
    assert blow.change + aid.change == pytest.approx(found.change, abs=1e-9)
    assert found.mass == 2


def test_the_window_begins_on_the_eve_of_the_first_act(shared_enemy: Store) -> None:
    found = why(shared_enemy, "AZE", "ISR")
    assert (found.start, found.end, found.before) == ("2020-02-29", "2020-06-01", None)


def test_the_tie_is_that_of_its_course(shared_enemy: Store) -> None:
    tie = course(shared_enemy, "AZE", "ISR", as_of="2020-06-15")[-1]
    assert why(shared_enemy, "AZE", "ISR", as_of="2020-06-15").after == pytest.approx(tie.index, abs=1e-12)


def test_without_interested_documents_neither_their_acts_nor_their_claims_count(
    store: Store, make_document: Make, make_event: Make, make_claim: Make
) -> None:
    opinion, news = make_document(genre="opinion"), make_document()
    store.replace_document(opinion, [make_event(source="IRN", document=opinion)], [make_claim(document=opinion)])
    store.replace_document(news, [make_event(document=news)])
    assert [driver.third for driver in why(store, "AZE", "ISR").drivers] == ["IRN"]
    cleared = why(store, "AZE", "ISR", without_interested=True)
    assert (cleared.drivers, cleared.claims) == ((), ())


def test_nothing_on_record_is_no_answer(store: Store) -> None:
    found = why(store, "AZE", "ISR", as_of="2020-01-01")
    assert (found.before, found.after, found.direct, found.drivers, found.mass) == (None, None, (), (), 0)


def test_an_empty_window_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="the window from 2020-02-01 to 2020-01-01 is empty"):
        why(store, "AZE", "ISR", as_of="2020-01-01", start="2020-02-01")


def asked(events: Sequence[Event], **question: Any) -> Why:
    with Store.open(":memory:") as opened:
        opened.add_events(events)
        return why(opened, "AZE", "ISR", as_of="2020-12-31", **question)


@PROPERTY
@given(reports=REPORTS, window=st.none() | st.integers(1, 1000))
def test_the_parts_sum_to_the_whole(make_event: Make, reports: list[tuple[Any, ...]], window: int | None) -> None:
    found = asked(written(make_event, reports), window_days=window)
    assert sum(part.change for part in found.direct) == pytest.approx(found.change, abs=1e-9)
    for driver in found.drivers:
        parts = found.parts[driver.third]
        assert sum(part.change for part in parts) == pytest.approx(driver.change, abs=1e-9)
        for leg, index in (("a", driver.leg_a), ("b", driver.leg_b)):
            assert sum(part.after for part in parts if part.leg == leg) == pytest.approx(index or 0, abs=1e-9)
        assert -1 < driver.pressure < 1
    assert sum(driver.share for driver in found.drivers) == pytest.approx(
        1.0 if any(driver.change for driver in found.drivers) else 0.0
    )
    assert sum(driver.change for driver in found.drivers) == pytest.approx(found.structural, abs=1e-9)


@PROPERTY
@given(reports=REPORTS)
def test_the_drivers_are_the_same_seen_from_either_side(make_event: Make, reports: list[tuple[Any, ...]]) -> None:
    with Store.open(":memory:") as opened:
        opened.add_events(written(make_event, reports))
        one = why(opened, "AZE", "ISR", as_of="2021-12-31")
        other = why(opened, "ISR", "AZE", as_of="2021-12-31")
    assert [(d.third, d.pressure, d.change, d.leg_a, d.leg_b) for d in one.drivers] == [
        (d.third, d.pressure, d.change, d.leg_b, d.leg_a) for d in other.drivers
    ]


@PROPERTY
@given(reports=REPORTS, day=DAYS)
def test_as_of_a_day_nothing_told_later_pushes(make_event: Make, reports: list[tuple[Any, ...]], day: str) -> None:
    events = written(make_event, reports)
    answers = []
    for known in (events, [event for event in events if event.reported <= day]):
        with Store.open(":memory:") as opened:
            opened.add_events(known)
            answers.append(why(opened, "AZE", "ISR", as_of=day))
    assert answers[0] == answers[1]
