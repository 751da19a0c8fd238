"""Camps of a store: the graph of a day, the parting, who is apart, and camps over time."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from comity.dyads import course
from comity.records import to_dict
from comity.store import Store
from comity.structure import blocs, blocs_course, signed_graph

Make = Callable[..., Any]
HIGHS = importlib.util.find_spec("highspy") is not None


def world(make_event: Make, friends: list[str], foes: list[str], **fields: Any) -> list[Any]:
    """Events that tie pairs of actors: "AZE TUR"."""
    pairs = [(pair, "AID") for pair in friends] + [(pair, "ASSAULT") for pair in foes]
    return [make_event(source=pair[:3], target=pair[4:], event=event, **fields) for pair, event in pairs]


def test_two_camps_and_the_tie_that_does_not_fit(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(
            [
                *world(make_event, ["AZE TUR", "AZE ISR", "ARM IRN"], ["AZE ARM", "ISR IRN", "TUR ARM"]),
                make_event(source="TUR", target="ISR", event="ACCUSE"),
                make_event(source="GEO", target="ISR", event="REQUEST", mode="assist"),  # too weak to count
            ]
        )
        found = blocs(store, "2020-01-01", draws=0)
    assert found.camps == (("AZE", "ISR", "TUR"), ("ARM", "IRN"))
    assert found.apart == ()
    assert [(edge.a, edge.b) for edge in found.edges if edge.frustrated] == [("ISR", "TUR")]
    assert found.frustration == found.weighted.upper == pytest.approx(1.5)
    assert (found.counted.upper, found.counted.of) == (1, 7)
    assert (found.balanced, found.unbalanced, found.exact) == (1, 1, True)  # a cycle proves it, without any solver
    (triad,) = found.triads
    assert triad.actors == ("AZE", "ISR", "TUR")
    assert triad.indexes == pytest.approx((5.0, -1.5, 5.0))
    assert triad.weight == pytest.approx((5.0 * 5.0 * 1.5) ** (1 / 3))
    assert found.anchors[0][0] == "AZE"


def test_the_certificate_names_actors_and_bears_no_more_than_the_ties(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR", "AZE ISR"], ["ISR TUR"]))
        found = blocs(store, draws=0)
    ((nodes, weight),) = found.weighted.certificate
    assert set(nodes) == {"AZE", "ISR", "TUR"}
    assert weight == pytest.approx(min(abs(edge.index) for edge in found.edges))
    assert found.weighted.certified == pytest.approx(found.frustration)


def test_actors_that_no_path_of_ties_joins_are_apart(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR", "FJI TON"], ["AZE ARM"]))
        found = blocs(store, draws=0)
        free = blocs(store, draws=0, camps=None)
    assert found.camps == (("AZE", "TUR"), ("ARM",))
    assert found.apart == ("FJI", "TON")
    assert {place.actor for place in found.places} == {"ARM", "AZE", "TUR"}
    assert (free.camps, free.apart) == ((("AZE", "TUR"), ("FJI", "TON"), ("ARM",)), ())


def test_three_mutual_enemies_fit_three_camps(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR"], ["AZE ARM", "AZE IRN", "ARM IRN"]))
        two, free = blocs(store, draws=0), blocs(store, draws=0, camps=None)
        three = blocs(store, draws=0, camps=3)
    assert two.frustration > 0
    assert (free.frustration, free.camps) == (0, (("AZE", "TUR"), ("ARM",), ("IRN",)))
    assert three.camps == free.camps


def test_an_empty_store_has_no_camps() -> None:
    with Store.open(":memory:") as store:
        found = blocs(store)
        assert blocs_course(store) == ()
    assert (found.camps, found.edges, found.frustration, found.exact) == (((), ()), (), 0, True)


def test_the_graph_can_be_limited_to_some_actors(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(), make_event(source="TUR")])
        found = blocs(store, actors=["AZE", "ISR"])
    assert found.camps == (("AZE", "ISR"), ())


def test_an_edge_has_the_index_and_mass_that_ties_gives(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events([make_event(date=f"2020-0{month}-01", event="AID") for month in (1, 4, 7)])
        (tie,) = [each for each in course(store, "AZE", "ISR") if each.period == "2020-07"]
        graph, drawn = signed_graph(store, draws=200)
    (edge,) = graph.edges
    assert (edge.index, edge.mass, graph.day) == (pytest.approx(tie.index), tie.mass, "2020-07-01")
    assert drawn.shape == (200, 1)
    assert edge.low is not None and edge.high is not None
    assert edge.low <= edge.index <= edge.high
    assert tie.low is not None and tie.high is not None
    assert edge.low == pytest.approx(tie.low, abs=0.6)
    assert edge.high == pytest.approx(tie.high, abs=0.6)


def test_an_earlier_day_knows_nothing_of_later_reports(make_event: Make) -> None:
    early = world(make_event, ["AZE TUR"], ["AZE ARM"], date="2020-01-01")
    late = world(make_event, [], ["AZE TUR"], date="2021-06-01")
    with Store.open(":memory:") as store, Store.open(":memory:") as alone:
        store.add_events(early + late)
        alone.add_events(early)
        assert untimed(blocs(store, "2020-12-31")) == untimed(blocs(alone, "2020-12-31"))


def untimed(found: Any) -> Any:
    """The same without what the clock says."""
    weighted, counted = (dataclasses.replace(bounds, seconds=0.0) for bounds in (found.weighted, found.counted))
    return dataclasses.replace(found, weighted=weighted, counted=counted)


def test_a_result_is_plain_json(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR", "AZE ISR"], ["ISR TUR"]))
        told = json.loads(json.dumps(to_dict(blocs(store, draws=5))))
    assert told["census"]["types"][2]["kind"] == "++-"
    assert told["places"][0]["stability"] is not None


def test_camps_keep_their_numbers_over_time_and_moves_are_told(make_event: Make) -> None:
    # In 2020 the camp of A has three members; in 2021 two of its members are gone to the other, now the larger.
    first = world(make_event, ["AZE TUR", "AZE GEO", "ARM IRN"], ["AZE ARM", "TUR IRN"], date="2020-03-01")
    second = world(make_event, ["TUR ARM", "TUR IRN"], ["AZE TUR", "AZE IRN"], date="2021-09-01")
    more = [
        make_event(source="TUR", target="AZE", event="ASSAULT", date=f"2021-{month:02d}-15") for month in range(3, 12)
    ] + [make_event(source="TUR", target="IRN", event="AID", date=f"2021-{month:02d}-15") for month in range(3, 12)]
    with Store.open(":memory:") as store:
        store.add_events(first + second + more)
        before, after = blocs_course(store, "year", draws=0)
    assert before.blocs.camps == (("AZE", "GEO", "TUR"), ("ARM", "IRN"))
    assert after.blocs.camps == (("AZE", "GEO"), ("ARM", "IRN", "TUR"))
    assert [(move.actor, move.then, move.now, move.firm) for move in after.moved] == [("TUR", 1, 2, True)]
    assert {place.actor: place.camp for place in after.blocs.places}["TUR"] == 2
    assert before.moved == ()


def test_anchors_are_those_whom_a_camp_holds(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR", "AZE GEO", "AZE ISR"], ["AZE ARM", "TUR ARM"]))
        found = blocs(store, draws=0)
    assert found.anchors[0][:2] == ("AZE", "TUR")
    assert found.anchors[1] == ("ARM",)


@pytest.mark.skipif(not HIGHS, reason="only HiGHS greets")
def test_highs_prints_nothing_beside_the_answer() -> None:
    code = """
import numpy as np
from comity.structure.frustration import frustration
print(frustration((np.eye(5) - 1) * 1.5).proven)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (told.stdout, told.stderr) == ("True\n", "")


def test_draws_give_intervals_that_widen_with_fewer_publishers(make_event: Make) -> None:
    with Store.open(":memory:") as store:
        store.add_events(world(make_event, ["AZE TUR"], ["AZE ARM"]))
        graph, drawn = signed_graph(store, draws=50, seed=1)
        _, again = signed_graph(store, draws=50, seed=1)
    assert np.array_equal(drawn, again)
    assert all(
        edge.low is not None and edge.low <= edge.index <= (edge.high or 0) for edge in graph.edges if edge.index > 0
    )
