"""The course of a tie: acts, not reports, are counted; nobody looks ahead; silence is not neutrality."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dyads import course, read_acts
from comity.records import Document, Event
from comity.store import Store

Make = Callable[..., Any]
ACTS = [
    ("SUPPORT", None),
    ("ACCUSE", "allege"),
    ("ASSAULT", "aerial"),
    ("CONSULT", "visit"),
    ("CONSULT", None),
    ("AID", None),
]
DAYS = st.integers(0, 900).map(lambda number: (date(2018, 1, 1) + timedelta(days=number)).isoformat())
REPORTS = st.lists(
    st.fixed_dictionaries(
        {
            "act": st.sampled_from(ACTS),
            "way": st.sampled_from([("AZE", "ISR"), ("ISR", "AZE")]),
            "reciprocal": st.booleans(),
            "auxiliary": st.sampled_from([(), (), (), ("historical",), ("future",), ("negation",), ("hypothetical",)]),
            "date": DAYS,
            "length": st.sampled_from([0, 0, 0, 30, 365]),
            "delay": st.integers(0, 500),
            "document": st.integers(0, 5),
        }
    ),
    max_size=12,
)
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


def later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def written(make_event: Make, reports: Sequence[dict[str, Any]]) -> list[Event]:
    return [
        make_event(
            id=f"e{number}",
            event=report["act"][0],
            mode=report["act"][1],
            source=report["way"][0],
            target=report["way"][1],
            reciprocal=report["reciprocal"],
            auxiliary=report["auxiliary"],
            date=(report["date"], later(report["date"], report["length"])),
            reported=later(report["date"], report["delay"]),
            document=f"d{report['document']}",
        )
        for number, report in enumerate(reports)
    ]


def ledger(events: Sequence[Event], documents: Sequence[Document] = ()) -> Store:
    opened = Store.open(":memory:")
    opened.add_documents(documents)
    opened.add_events(events)
    return opened


def masses(events: Sequence[Event], **question: Any) -> float:
    with ledger(events) as opened:
        ties = course(opened, "AZE", "ISR", draws=0, **question)
    return ties[-1].mass if ties else 0.0


def test_nothing_on_record_is_no_course(store: Store) -> None:
    assert course(store, "AZE", "ISR") == ()


def test_one_act_counts_half_its_score_on_its_day_and_halves_its_mass_in_a_half_life(
    store: Store, make_event: Make
) -> None:
    store.add_events([make_event(date="2019-12-31"), make_event(date="2020-12-31", source="GEO")])
    first, *_, last = course(store, "AZE", "ISR", as_of="2020-12-30", period="year", half_life_days=365)
    assert (first.period, last.period) == ("2019", "2020")
    assert first.index == pytest.approx(5 * 1 / (1 + 1))
    assert last.index == pytest.approx(5 * 0.5 / (0.5 + 1))


@pytest.mark.parametrize(
    ("reports", "acts"),
    [
        ([{}, {}], 1),  # two papers, one act
        ([{}, {"date": "2020-01-03"}], 1),  # printed two days later
        ([{}, {"date": "2020-01-04"}], 2),
        ([{"date": f"2020-01-{day:02d}"} for day in range(1, 10)], 3),  # a chain of neighbours does not melt into one
        ([{"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT"}], 1),  # a missing mode contradicts nothing
        ([{"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT", "mode": "phone"}], 2),
        ([{}, {"source": "ISR", "target": "AZE"}], 2),  # each did it to the other
        ([{}, {"source": "ISR", "target": "AZE", "reciprocal": True}], 1),
        ([{"link": "x"}, {"link": "x", "source": "ISR", "target": "AZE"}], 1),  # one act told in two records
        ([{}, {"date": ("2020-01-01", "2020-12-31"), "reported": "2021-01-01"}], 1),  # "in 2020"
        ([{"date": ("2020-01-01", "2020-12-31")}, {"date": ("2021-01-03", "2021-12-31")}], 2),
        ([{"event": "SUPPORT"}, {"event": "AGREE"}], 2),
        ([{"auxiliary": ("negation",)}, {"auxiliary": ("hypothetical",)}], 0),
        ([{"auxiliary": ("negation",)}, {}], 1),  # a denial does not undo another's report
        ([{"target": None}], 0),
        ([{"target": "AZE"}], 0),  # what a state does to its own people is no tie
    ],
)
def test_reports_of_one_act_are_folded(make_event: Make, reports: list[dict[str, Any]], acts: int) -> None:
    assert masses([make_event(document=f"d{n}", **report) for n, report in enumerate(reports)]) == acts


def test_a_vague_date_does_not_move_a_dated_act(make_event: Make) -> None:
    vague = make_event(date=("2020-01-01", "2020-12-31"), reported="2021-02-01")
    with ledger([make_event(date="2020-12-13"), vague]) as store:
        acts = read_acts(store, among=("AZE", "ISR"))
        assert [tie.period for tie in course(store, "AZE", "ISR", as_of="2021-02-01")] == [
            "2020-12",
            "2021-01",
            "2021-02",
        ]
    assert len(acts.day) == 1 and len(acts.events_of(0)) == 2


def test_a_plan_counts_less_and_from_the_day_it_was_told(store: Store, make_event: Make) -> None:
    store.add_events([make_event(event="MOBILIZE", auxiliary=("future",), date="2021-01-01", reported="2020-01-31")])
    tie = course(store, "AZE", "ISR", as_of="2020-01-31")[0]
    assert tie.period == "2020-01"
    assert tie.index == pytest.approx(-5.5 * 0.3 / 1.3)


def test_interested_documents_count_half_unless_another_tells_the_same(make_document: Make, make_event: Make) -> None:
    opinion, news = make_document(genre="opinion"), make_document()
    one, two = make_event(document=opinion), make_event(document=news)
    with ledger([one], [opinion, news]) as store:
        assert course(store, "AZE", "ISR")[0].index == pytest.approx(5 * 0.5 / 1.5)
        assert course(store, "AZE", "ISR", interested_weight=0.2)[0].index == pytest.approx(5 * 0.2 / 1.2)
        assert course(store, "AZE", "ISR", without_interested=True) == ()
        store.add_events([two])
        assert course(store, "AZE", "ISR")[0].index == pytest.approx(5 * 1 / 2)
        assert course(store, "AZE", "ISR", without_interested=True)[0].events == (two.id,)


def test_a_direction_and_a_dimension_show_their_part(store: Store, make_event: Make) -> None:
    store.add_events(
        [
            make_event(id="a", contexts=("economic",)),
            make_event(id="b", event="ASSAULT", source="ISR", target="AZE"),
            make_event(id="c", event="CONSULT", reciprocal=True),
        ]
    )
    assert course(store, "AZE", "ISR", direction="ab")[0].events == ("a", "c")
    assert course(store, "AZE", "ISR", direction="ba")[0].events == ("b", "c")
    assert course(store, "ISR", "AZE", direction="ab")[0].events == ("b", "c")
    assert course(store, "AZE", "ISR", dimension="military")[0].events == ("b",)
    assert [tie.dimension for tie in course(store, "AZE", "ISR", dimension="each")] == [
        "all",
        "diplomatic",
        "military",
        "economic",
    ]


@pytest.mark.parametrize(
    ("period", "labels"),
    [
        ("month", ["2020-11", "2020-12", "2021-01"]),
        ("quarter", ["2020-Q4", "2021-Q1"]),
        ("year", ["2020", "2021"]),
    ],
)
def test_periods_run_without_gaps_to_the_day_asked_for(
    store: Store, make_event: Make, period: Any, labels: list[str]
) -> None:
    store.add_events([make_event(date="2020-11-30")])
    assert [tie.period for tie in course(store, "AZE", "ISR", as_of="2021-01-15", period=period)] == labels


def test_a_tie_that_is_forgotten_has_no_index(store: Store, make_event: Make) -> None:
    store.add_events([make_event(date="2010-01-01")])
    tie = course(store, "AZE", "ISR", as_of="2020-01-01")[-1]
    assert (tie.mass, tie.index, tie.low, tie.high) == (0, None, None, None)


def test_reports_of_one_publisher_are_not_as_many_witnesses(make_document: Make, make_event: Make) -> None:
    def width(publishers: Sequence[str]) -> float:
        documents = [make_document(publisher=name) for name in publishers]
        events = [
            make_event(document=document, date=f"2020-01-{1 + 3 * n:02d}", event=["SUPPORT", "ACCUSE"][n // 4])
            for n, document in enumerate(documents)
        ]
        with ledger(events, documents) as store:
            tie = course(store, "AZE", "ISR", draws=400)[-1]
        assert tie.low is not None and tie.high is not None
        return tie.high - tie.low

    assert width(["The Herald"] * 4 + ["The Echo"] * 4) > width([f"Paper {n}" for n in range(8)])


@pytest.mark.parametrize(
    "question", [{"period": "week"}, {"direction": "up"}, {"half_life_days": 0}, {"dimension": "cultural"}]
)
def test_a_question_that_means_nothing_is_refused(store: Store, question: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(question))):
        course(store, "AZE", "ISR", **question)


@PROPERTY
@given(reports=REPORTS)
def test_the_index_stays_within_its_interval_and_its_bounds(make_event: Make, reports: list[dict[str, Any]]) -> None:
    with ledger(written(make_event, reports)) as store:
        ties = course(store, "AZE", "ISR", period="quarter", draws=20)
    for tie in ties:
        assert (tie.index is None) == (tie.mass == 0)
        if tie.index is not None and tie.low is not None and tie.high is not None:
            assert -10 < tie.low <= tie.index <= tie.high < 10
    counted = [event for event in written(make_event, reports) if not {"negation", "hypothetical"} & {*event.auxiliary}]
    assert sorted(event for tie in ties for event in tie.events) == sorted(event.id for event in counted)


@PROPERTY
@given(reports=REPORTS)
def test_the_tie_is_the_same_seen_from_either_side(make_event: Make, reports: list[dict[str, Any]]) -> None:
    with ledger(written(make_event, reports)) as store:
        one = course(store, "AZE", "ISR", period="year", draws=10)
        other = course(store, "ISR", "AZE", period="year", draws=10)
    assert [(t.period, t.index, t.low, t.high, t.mass, t.events) for t in one] == [
        (t.period, t.index, t.low, t.high, t.mass, t.events) for t in other
    ]


@PROPERTY
@given(reports=REPORTS)
def test_the_same_reports_in_another_paper_add_nothing(make_event: Make, reports: list[dict[str, Any]]) -> None:
    events = written(make_event, reports)
    copies = [dataclasses.replace(event, id=event.id + "x", link=event.id + "x", document="dx") for event in events]
    with ledger(events) as store:
        once = course(store, "AZE", "ISR", period="year", draws=0)
        store.add_events(copies)
        twice = course(store, "AZE", "ISR", period="year", draws=0)
    assert [(t.period, t.mass) for t in once] == [(t.period, t.mass) for t in twice]
    assert [t.index for t in once] == pytest.approx([t.index for t in twice])


@PROPERTY
@given(reports=REPORTS, day=DAYS)
def test_as_of_a_day_is_the_store_that_never_saw_later_reports(
    make_event: Make, reports: list[dict[str, Any]], day: str
) -> None:
    events = written(make_event, reports)
    with ledger(events) as store:
        asked = course(store, "AZE", "ISR", as_of=day, period="quarter", draws=10)
    with ledger([event for event in events if event.reported <= day]) as store:
        innocent = course(store, "AZE", "ISR", as_of=day, period="quarter", draws=10)
    assert asked == innocent


@PROPERTY
@given(reports=REPORTS)
def test_what_is_denied_or_imagined_never_counts(make_event: Make, reports: list[dict[str, Any]]) -> None:
    events = written(make_event, reports)
    actual = [event for event in events if not {"negation", "hypothetical"} & set(event.auxiliary)]
    with ledger(events) as store, ledger(actual) as plain:
        assert course(store, "AZE", "ISR", period="year", draws=10) == course(
            plain, "AZE", "ISR", period="year", draws=10
        )
