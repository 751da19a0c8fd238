"""What a chart is drawn from and what its CSV holds: one table with named columns, and what the drawing needs besides.

Figures are not rounded here; the page's own tables are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comity.web import models


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], **meta: Any) -> dict[str, Any]:
    return {"columns": list(columns), "rows": [list(row) for row in rows], "meta": meta}


_POINT = ("period", "start", "end", "index", "low", "high", "mass", "events")


def course(found: models.Course, at: str | None = None) -> dict[str, Any]:
    """A row a period."""
    rows = [[getattr(point, name) for name in _POINT] for point in found.points]
    return table(_POINT, rows, a=found.a.name, b=found.b.name, at=at, period=found.period)


def parts(found: Sequence[models.Part]) -> dict[str, Any]:
    """A row a part and period."""
    rows = [
        [part.label, point.period, point.end, point.index, point.low, point.high, point.mass]
        for part in found
        for point in part.points
    ]
    return table(("part", "period", "end", "index", "low", "high", "mass"), rows)


def directions(found: models.Directions) -> dict[str, Any]:
    """A row a period."""
    columns = ("period", "end", "ab", "ba", "difference", "low", "high")
    rows = [[getattr(point, name) for name in columns] for point in found.points]
    return table(columns, rows, a=found.a.name, b=found.b.name)


def changes(found: models.Changes) -> list[dict[str, Any]]:
    """What the chart of the course marks: when, within which days, and by how much."""
    return [
        {"period": one.period, "date": one.date, "start": one.start, "end": one.end, "by": one.after - one.before}
        for one in found.items
    ]


def beside(found: models.WhatIf, most: int = 15) -> dict[str, Any]:
    """A row a third party, those first whose change is largest either way."""

    def change(figures: models.DriverFigures | None) -> float | None:
        return figures.change if figures else None

    moved = [shift for shift in found.shifts if change(shift.whole) or change(shift.without)]
    moved.sort(key=lambda shift: -max(abs(change(shift.whole) or 0), abs(change(shift.without) or 0)))
    rows = [[shift.third.name, change(shift.whole), change(shift.without), shift.change] for shift in moved[:most]]
    return table(("third", "whole", "without", "difference"), rows)


def direct(why: models.Why) -> dict[str, Any]:
    """A row an act, the strongest first; the last row is the rest together."""
    rows: list[list[Any]] = []
    for act in why.direct:
        event = act.reports[0]
        arrow = "↔" if event.reciprocal else "→"
        words = f"{event.source.code} {arrow} {event.target.code if event.target else '–'}: {event.label}"
        rows.append([words, act.date, act.change, act.before, act.after, len(act.reports)])
    if why.direct_total > len(why.direct):
        rows.append([f"{why.direct_total - len(why.direct)} more acts", None, why.direct_rest, None, None, None])
    return table(
        ("act", "date", "change", "before", "after", "reports"), rows, before=why.before or 0.0, unit="index", digits=2
    )


def drivers(why: models.Why) -> dict[str, Any]:
    """A row a third party, the strongest change first; the last row is the rest together."""
    rows: list[list[Any]] = [
        [item.third.name, item.change, item.pressure, item.leg_a, item.mass_a, item.leg_b, item.mass_b, item.share]
        for item in why.drivers
        if item.change
    ]
    if why.drivers_total > len(why.drivers):
        rest = why.drivers_total - len(why.drivers)
        rows.append([f"{rest} more third parties", why.drivers_rest, None, None, None, None, None, None])
    return table(
        ("third", "change", "pressure", "leg_a", "mass_a", "leg_b", "mass_b", "share"),
        rows,
        before=why.pressure - why.structural,
        unit="push",
        digits=3,
    )


def network(found: models.Network) -> dict[str, Any]:
    """A row a tie; the actors stand beside."""
    rows = [[edge.a, edge.b, edge.index, edge.mass, edge.frustrated] for edge in found.edges]
    nodes = [[node.code, node.name, node.camp, node.position, node.ties] for node in found.nodes]
    return table(("a", "b", "index", "mass", "frustrated"), rows, nodes=nodes, as_of=found.as_of)
