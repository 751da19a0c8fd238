"""A cluster is one act with its reports; what tells it more than once is counted by independent publishers."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dyads import clusters, read_acts
from comity.store import Store

Make = Callable[..., Any]
GAS = "Azerbaijan and Israel signed a contract on gas from the Caspian field."
GAS_TOO = "The gas contract for the Caspian field was signed."
VISA = "Azerbaijan and Israel signed a waiver of visas for students."


def store_of(make_document: Make, make_event: Make, reports: list[tuple[str, dict[str, Any]]]) -> Store:
    store = Store.open(":memory:")
    for number, (text, fields) in enumerate(reports):
        document = make_document(publisher=f"Paper {number}", **fields.get("document", {}))
        own = {key: value for key, value in fields.items() if key != "document"}
        store.replace_document(
            document, [make_event(**({"id": f"e{number}", "document": document, "text": text} | own))]
        )
    return store


@pytest.mark.parametrize(
    ("reports", "found"),
    [
        ([], []),
        ([(GAS, {}), (GAS_TOO, {})], [(["e0", "e1"], 2)]),
        ([(GAS, {}), (VISA, {})], [(["e0"], 1), (["e1"], 1)]),  # one act of the index, two of their own
        ([(GAS, {}), (VISA, {"link": "e0"})], [(["e0", "e1"], 2)]),  # one act told in two records
        ([(GAS, {}), (GAS_TOO, {"date": "2020-02-01"})], [(["e0"], 1), (["e1"], 1)]),
        ([(GAS, {}), (GAS_TOO, {"auxiliary": ("negation",)})], [(["e0"], 1)]),
        ([(GAS, {}), (GAS_TOO, {"event": "AGREE"})], [(["e1"], 1), (["e0"], 1)]),
    ],
)
def test_reports_of_one_act_are_one_cluster(
    make_document: Make, make_event: Make, reports: list[Any], found: list[tuple[list[str], int]]
) -> None:
    with store_of(make_document, make_event, reports) as store:
        told = [(sorted(cluster.events), cluster.corroboration) for cluster in clusters(store)]
    assert sorted(told) == sorted(found)


def test_copies_of_a_story_are_one_witness(make_document: Make, make_event: Make) -> None:
    wire = " ".join(f"word{random.Random(n).randrange(900)}" for n in range(60))
    reports = [(GAS, {"document": {"text": f"{wire} {n}", "published": f"2020-01-0{n + 1}"}}) for n in range(3)]
    with store_of(make_document, make_event, [*reports, (GAS_TOO, {})]) as store:
        (cluster,) = clusters(store, "ISR", "AZE")
    assert (len(cluster.events), len(cluster.stories), cluster.corroboration) == (4, 2, 2)


def test_clusters_are_asked_for_by_tie_by_actor_and_as_of_a_day(make_document: Make, make_event: Make) -> None:
    reports: list[Any] = [(GAS, {}), (GAS, {"source": "GEO"}), (VISA, {"reported": "2020-03-01"})]
    with store_of(make_document, make_event, reports) as store:
        assert [len(clusters(store, *pair)) for pair in ((), ("AZE",), ("AZE", "ISR"), ("GEO", "AZE"))] == [3, 2, 2, 0]
        assert len(clusters(store, as_of="2020-02-01")) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from([GAS, GAS_TOO, VISA, "They met."]), min_size=1, max_size=6), days=st.data())
def test_each_report_is_in_one_cluster_within_one_act(
    make_document: Make, make_event: Make, texts: list[str], days: st.DataObject
) -> None:
    reports = [(text, {"date": f"2020-01-{days.draw(st.integers(1, 9)):02d}"}) for text in texts]
    with store_of(make_document, make_event, reports) as store:
        found = clusters(store)
        acts = read_acts(store)
        whole = [set(acts.events_of(act)) for act in range(len(acts.day))]
    assert sorted(event for cluster in found for event in cluster.events) == sorted(acts.report_event)
    assert all(any(set(cluster.events) <= act for act in whole) for cluster in found)
