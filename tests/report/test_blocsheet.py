"""Who stands between the camps, and which triads are out of balance."""

from __future__ import annotations

from comity.report.blocsheet import misfits, standings, unbalanced
from comity.structure import Blocs, Edge


def edge(a: str, b: str, index: float, frustrated: bool = False) -> Edge:
    return Edge(a=a, b=b, index=index, frustrated=frustrated)


def graph(*edges: Edge) -> Blocs:
    return Blocs(
        as_of=None, edges=edges, balanced=0, unbalanced=0, camps=(("A",), ("B",)), frustration=0, strength=0, exact=True
    )


def test_a_triad_is_out_of_balance_when_its_signs_multiply_below_0() -> None:
    friends = (edge("A", "B", 3), edge("A", "C", 2), edge("B", "C", 5))
    torn = (edge("A", "B", 3), edge("A", "C", 2), edge("B", "C", -5))
    enemies = (edge("A", "B", -3), edge("A", "C", -2), edge("B", "C", -5))
    assert [len(unbalanced(three)) for three in (friends, torn, enemies)] == [0, 1, 1]
    assert unbalanced(torn)[0].strength == 2


def test_a_triad_is_told_once_however_its_edges_are_ordered() -> None:
    assert len(unbalanced((edge("C", "B", -5), edge("C", "A", 2), edge("A", "B", 3)))) == 1


def test_who_pulls_out_of_its_camp_comes_first() -> None:
    found = standings(graph(edge("A", "B", 3), edge("A", "C", -2, True), edge("B", "D", 4)))
    assert [(one.name, round(one.share, 2), one.ties) for one in found] == [
        ("C", 1.0, 1), ("A", 0.4, 2), ("B", 0.0, 2), ("D", 0.0, 1),
    ]  # fmt: skip


def test_the_strongest_misfit_comes_first() -> None:
    found = misfits(graph(edge("A", "B", 3), edge("A", "C", -2, True), edge("B", "D", 4, True)))
    assert [(one.a, one.b) for one in found] == [("B", "D"), ("A", "C")]
