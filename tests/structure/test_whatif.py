"""What if: the drivers without some actor, publisher, document, period or interest; the laws hold there as they do before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.store import Store
from comity.structure import Drop, Why, contribution, what_if, why

Make = Callable[..., Any]
ACTORS = ["AZE", "ISR", "IRN", "ARM", "TUR"]
DAYS = st.integers(0, 900).map(lambda number: (date(2018, 1, 1) + timedelta(days=number)).isoformat())
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(ACTORS),
        st.sampled_from(ACTORS),
        st.sampled_from(["SUPPORT", "ACCUSE", "ASSAULT", "AID"]),
        DAYS,
        st.integers(0, 3),
    ),
    max_size=20,
)
PERIODS = st.none() | st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days)))
DROPS = st.builds(
    Drop,
    actors=st.lists(st.sampled_from(["IRN", "ARM", "TUR"]), unique=True, max_size=2).map(tuple),
    publishers=st.lists(st.sampled_from(["Paper 0", "Paper 1"]), unique=True, max_size=2).map(tuple),
    period=PERIODS,
    interested=st.booleans(),
)
PROPERTY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.fixture
def papers(store: Store, make_document: Make, make_event: Make, make_claim: Make) -> Store:
    """The Herald tells of the pair and of Iran; an official paper tells of Iran and Türkiye and claims something of Iran."""
    herald = make_document(id="herald", publisher="The Herald", published="2020-06-01")
    office = make_document(id="office", publisher="The Office", published="2020-06-01", genre="official")
    store.replace_document(
        herald,
        [
            make_event(id="signed", document=herald, date="2020-05-01"),
            make_event(id="accused", document=herald, source="IRN", target="AZE", event="ACCUSE", date="2020-03-01"),
            make_event(id="struck", document=herald, source="IRN", target="ISR", event="ASSAULT", date="2019-04-01"),
        ],
    )
    store.replace_document(
        office,
        [
            make_event(id="praised", document=office, source="TUR", target="AZE", date="2020-02-01"),
            make_event(id="backed", document=office, source="TUR", target="ISR", date="2020-02-01"),
        ],
        [make_claim(id="claim", document=office, reported="2020-06-01")],
    )
    return store


@pytest.mark.parametrize(
    ("drop", "left", "gone", "claims"),
    [
        (Drop(actors=("IRN",)), {"TUR"}, {"accused", "struck"}, 0),
        (
            Drop(publishers=("The Herald",)),
            {"IRN", "TUR"},
            {"signed", "accused", "struck"},
            1,
        ),  # Iran by the claim alone
        (Drop(publishers=("The Office",)), {"IRN"}, {"praised", "backed"}, 0),
        (Drop(documents=("office",)), {"IRN"}, {"praised", "backed"}, 0),
        (Drop(interested=True), {"IRN"}, {"praised", "backed"}, 0),
        (Drop(period=("2020-01-01", "2020-12-31")), {"IRN"}, {"signed", "accused", "praised", "backed"}, 0),
    ],
)
def test_what_is_left_out_is_gone_from_every_figure(
    papers: Store, drop: Drop, left: set[str], gone: set[str], claims: int
) -> None:
    found = what_if(papers, "AZE", "ISR", drop)
    assert {driver.third for driver in found.counterfactual.drivers} == left
    assert set(found.gone) == gone
    assert len(found.counterfactual.claims) == claims
    told = {event for parts in found.counterfactual.parts.values() for part in parts for event in part.events}
    assert not told & gone


def test_the_window_is_that_of_the_whole_record(papers: Store) -> None:
    found = what_if(papers, "AZE", "ISR", Drop(period=("2019-01-01", "2020-03-31")))
    assert (found.base.start, found.base.end) == (found.counterfactual.start, found.counterfactual.end)


def test_the_differences_are_counterfactual_less_base(papers: Store) -> None:
    found = what_if(papers, "AZE", "ISR", Drop(actors=("IRN",)))
    (iran,) = [shift for shift in found.shifts if shift.third == "IRN"]
    assert iran.base is not None and iran.counterfactual is None
    assert iran.change == -iran.base.change
    assert found.structural == pytest.approx(-iran.base.change)
    assert found.change == 0  # a third party is no part of the tie's own index


def test_without_a_publisher_an_index_may_become_unknown(papers: Store) -> None:
    found = what_if(papers, "AZE", "ISR", Drop(publishers=("The Herald",)))
    assert (found.counterfactual.after, found.after) == (None, None)


def test_a_side_of_the_tie_cannot_be_left_out(papers: Store) -> None:
    with pytest.raises(ValueError, match="ISR is of the tie itself"):
        what_if(papers, "AZE", "ISR", Drop(actors=("ISR",)))


def filled(store: Store, make_document: Make, make_event: Make, reports: Sequence[tuple[Any, ...]]) -> None:
    coded = []
    for number in range(4):
        document = make_document(
            id=f"d{number}",
            text=f"Text {number}.",
            publisher=f"Paper {number % 3}",
            published="2018-01-01",
            genre="opinion" if number == 3 else "news",
        )
        events = [
            make_event(
                id=f"e{place}", source=source, target=target, event=event, date=day, document=document, reported=day
            )
            for place, (source, target, event, day, where) in enumerate(reports)
            if where == number
        ]
        coded.append((document, events, ()))
    store.replace_documents(coded)


def check_identities(found: Why) -> None:
    assert sum(part.change for part in found.direct) == pytest.approx(found.change, abs=1e-9)
    assert sum(driver.change for driver in found.drivers) == pytest.approx(found.structural, abs=1e-9)
    for driver in found.drivers:
        assert sum(part.change for part in found.parts[driver.third]) == pytest.approx(driver.change, abs=1e-9)
    moved = sum(abs(driver.change) for driver in found.drivers)
    assert sum(driver.share for driver in found.drivers) == pytest.approx(1.0 if moved else 0.0, abs=1e-9)
    assert sum(map(contribution, found.drivers)) * moved == pytest.approx(found.structural, abs=1e-9)


@PROPERTY
@given(reports=REPORTS, drop=DROPS)
def test_the_parts_sum_to_the_whole_with_and_without(
    make_document: Make, make_event: Make, reports: list[tuple[Any, ...]], drop: Drop
) -> None:
    with Store.open(":memory:") as opened:
        filled(opened, make_document, make_event, reports)
        found = what_if(opened, "AZE", "ISR", drop, as_of="2021-01-01")
        check_identities(found.base)
        check_identities(found.counterfactual)
        assert found.base == why(opened, "AZE", "ISR", as_of="2021-01-01")
        if not drop:
            assert (found.counterfactual, found.gone) == (found.base, ())


@PROPERTY
@given(reports=REPORTS, actor=st.sampled_from(["IRN", "ARM", "TUR"]))
def test_to_drop_an_actor_is_to_have_no_report_of_it(
    make_document: Make, make_event: Make, reports: list[tuple[Any, ...]], actor: str
) -> None:
    answers = []
    for known in (reports, [report for report in reports if actor not in report[:2]]):
        with Store.open(":memory:") as opened:
            filled(opened, make_document, make_event, known)
            found = what_if(opened, "AZE", "ISR", Drop(actors=(actor,)), as_of="2021-01-01", start="2017-12-31")
        answers.append([(d.third, d.pressure, d.change, d.share) for d in found.counterfactual.drivers])
    assert answers[0] == answers[1]
