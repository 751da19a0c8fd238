"""What a question leaves out or weighs otherwise, and how other people's events count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from comity.dyads import read_acts
from comity.store import Store

Make = Callable[..., Any]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as opened:
        yield opened


@pytest.mark.parametrize(
    ("events", "acts"),
    [
        ([{}, {}], 1),  # the same day twice in one set
        ([{}, {"dataset": "gdelt"}], 1),  # two sets that agree in dyad, direction, type, mode and day
        ([{}, {"date": "2020-01-02"}], 2),  # one-a-day, whatever the slack of our own reports
        ([{}, {"source": "ISR", "target": "AZE"}], 2),
        ([{"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT"}], 2),
        ([{"link": "x"}, {"link": "x", "date": "2020-02-01"}], 2),  # a set's links are no word of ours
        ([{"target": None}], 0),
        ([{"auxiliary": ["negation"]}], 0),
    ],
)
def test_loaded_events_are_folded_one_a_day(
    store: Store, load_events: Make, events: list[dict[str, Any]], acts: int
) -> None:
    load_events(store, *events)
    assert len(read_acts(store).day) == acts


@pytest.mark.parametrize(
    ("own", "loaded", "acts"),
    [
        ({}, {}, 1),
        ({}, {"date": "2020-01-02"}, 2),
        ({"reciprocal": True}, {"source": "ISR", "target": "AZE"}, 1),
        ({"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT"}, 1),
        ({"event": "CONSULT", "mode": "visit"}, {"event": "CONSULT", "mode": "phone"}, 2),
        ({"date": ("2020-01-01", "2020-12-31")}, {"date": "2020-05-05"}, 1),  # "in 2020" joins what a set dates
    ],
)
def test_a_loaded_event_joins_our_own_act_of_its_day(
    store: Store, make_event: Make, load_events: Make, own: dict[str, Any], loaded: dict[str, Any], acts: int
) -> None:
    store.add_events([make_event(**own)])
    load_events(store, loaded)
    assert len(read_acts(store).day) == acts


def test_a_loaded_event_has_the_publisher_of_its_row_or_answers_for_itself(store: Store, load_events: Make) -> None:
    load_events(store, {"publisher": "Xinhua"}, {"date": "2020-02-01", "document": "icews:9"})
    assert read_acts(store).report_publisher.tolist() == ["Xinhua", "icews:9"]


def test_the_sets_that_count_are_named(store: Store, make_event: Make, load_events: Make) -> None:
    store.add_events([make_event(id="own")])
    (icews,) = load_events(store, {"date": "2020-02-01"})
    (gdelt,) = load_events(store, {"date": "2020-03-01", "dataset": "gdelt"})

    def told(datasets: Any) -> set[str]:
        return set(read_acts(store, datasets=datasets).report_event)

    assert told(None) == {"own", icews, gdelt}
    assert told("own") == told(["own"]) == {"own"}
    assert told(["gdelt"]) == {gdelt}
    assert told(["own", "icews"]) == {"own", icews}
    assert told([]) == set()


def test_weights_of_publishers_and_dimensions_multiply_and_the_heaviest_report_holds(
    store: Store, make_document: Make, make_event: Make
) -> None:
    herald, echo = make_document(publisher="The Herald"), make_document(publisher="The Echo", genre="opinion")
    store.add_documents([herald, echo])
    store.add_events(
        [
            make_event(document=herald),
            make_event(document=echo),
            make_event(document=echo, event="ASSAULT", date="2020-02-01"),
        ]
    )
    assert read_acts(store).weight.tolist() == [0.5, 1.0]
    assert read_acts(store, publisher_weights={"The Echo": 3}).weight.tolist() == [1.5, 1.5]
    assert read_acts(store, publisher_weights={"The Herald": 0}).weight.tolist() == [0.5, 0.5]
    assert read_acts(store, dimension_weights={"military": 0.2}).weight.tolist() == [0.1, 1.0]


@pytest.mark.parametrize(
    ("left_out", "remain"),
    [
        ({"without_publishers": ["The Echo"]}, {"one", "three"}),
        ({"without_publishers": ["The Echo", "The Herald"]}, set()),
        ({"without_documents": ["first"]}, {"two"}),
        ({"without_actors": ["TUR"]}, {"one", "two"}),
        ({"without_period": ("2020-02-01", "2020-02-29")}, {"one", "three"}),
        ({"without_period": ("2019-01-01", "2020-01-31")}, {"two", "three"}),
    ],
)
def test_what_is_left_out_takes_its_acts_along(
    store: Store, make_document: Make, make_event: Make, left_out: dict[str, Any], remain: set[str]
) -> None:
    herald = make_document(id="first", publisher="The Herald", published="2020-04-01")
    echo = make_document(publisher="The Echo", published="2020-04-01")
    store.add_documents([herald, echo])
    store.add_events(
        [
            make_event(id="one", document=herald),
            make_event(id="two", document=echo, date="2020-02-10"),
            make_event(id="three", document=herald, target="TUR", date="2020-03-10"),
        ]
    )
    acts = read_acts(store, **left_out)
    assert set(acts.report_event) == remain
    assert len(acts.dyads) == len(set(acts.dyad)) and len(acts.day) == len(remain)


def test_an_act_that_another_document_tells_too_stays(store: Store, make_document: Make, make_event: Make) -> None:
    herald, echo = make_document(publisher="The Herald"), make_document(publisher="The Echo")
    store.add_documents([herald, echo])
    store.add_events([make_event(document=herald), make_event(document=echo)])
    acts = read_acts(store, without_publishers=["The Herald"])
    assert (len(acts.day), acts.report_publisher.tolist()) == (1, ["The Echo"])


def test_the_first_document_of_a_story_takes_its_copies_along(
    store: Store, make_document: Make, make_event: Make
) -> None:
    text = " ".join(f"word{n * 7919 % 613}" for n in range(80))
    first = make_document(text=text, published="2020-01-01")
    copy = make_document(text=text + " end", published="2020-01-02", publisher="The Echo")
    store.replace_documents([(document, [make_event(document=document)], []) for document in (first, copy)])
    assert len(read_acts(store).report_event) == 2
    assert len(read_acts(store, without_documents=[first.id]).day) == 0
    assert len(read_acts(store, without_documents=[copy.id]).day) == 1


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"publisher_weights": {"The Echo": -1}}, "The Echo.*-1"),
        ({"dimension_weights": {"military": float("nan")}}, "military"),
        ({"dimension_weights": {"cultural": 1}}, "cultural.*diplomatic"),
        ({"without_period": ("2020-02-01", "2020-01-01")}, "ends before"),
    ],
)
def test_a_weight_or_period_that_means_nothing_is_refused(store: Store, question: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_acts(store, **question)
