"""Pictures for a notebook: Altair charts that a user can go on with, of a course, of drivers, of camps.

In: records; out: Altair charts with tooltips. The brief's charts (`charts.py`) are drawn for print and stand in a page.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from comity.records import Driver, Tie
from comity.report.charts import COLOURS, period_days
from comity.report.names import display_name
from comity.structure import Edge

# More bars or rows than this cannot be read.
DRIVERS = 20
WIDTH = 640


def period_bounds(label: str) -> tuple[str, str]:
    """The first and the last day of a period."""
    first, following = period_days(label)
    return first.isoformat(), (following - timedelta(days=1)).isoformat()


def course_plot(ties: Sequence[Tie], title: str) -> Any:
    """The index with its interval over the mass; one panel a dimension."""
    alt = _altair()
    rows: list[dict[str, Any]] = []
    run = 0
    for tie in ties:
        run += tie.index is None
        fields = {name: getattr(tie, name) for name in ("dimension", "period", "index", "low", "high", "mass")}
        rows.append(fields | {"end": period_bounds(tie.period)[1], "run": run})
    x = alt.X("end:T", title=None, scale=alt.Scale(type="utc"))
    tooltip = ["period:N", *(alt.Tooltip(f"{name}:Q", format=".2f") for name in ("index", "low", "high")), "mass:Q"]
    base = alt.Chart(alt.Data(values=rows))
    zero = base.mark_rule(color=COLOURS["soft"][0]).encode(y=alt.datum(0))
    band = base.mark_area(color=COLOURS["band"][0], opacity=0.5).encode(
        x=x, y=alt.Y("low:Q", title="index"), y2="high:Q", detail="run:N"
    )
    line = base.mark_line(color=COLOURS["index"][0], point={"size": 22, "color": COLOURS["index"][0]}).encode(
        x=x, y="index:Q", detail="run:N", tooltip=tooltip
    )
    mass = base.mark_bar(color=COLOURS["mass"][0]).encode(x=x, y=alt.Y("mass:Q", title="acts"), tooltip=tooltip)
    panels = []
    for side in dict.fromkeys(tie.dimension for tie in ties):
        only = f"datum.dimension === '{side}'"
        name = title if side == "all" else f"{title}, {side}"
        panels.append(
            alt.layer(zero, band, line).transform_filter(only).properties(title=name, width=WIDTH, height=200)
        )
        panels.append(mass.transform_filter(only).properties(width=WIDTH, height=50))
    return alt.vconcat(*panels)


def drivers_plot(drivers: Sequence[Driver], title: str) -> Any:
    """The change of each third party's push, the strongest first."""
    alt = _altair()
    rows = [
        {
            "name": display_name(driver.third),
            "way": "together" if driver.change >= 0 else "apart",
            **{name: getattr(driver, name) for name in ("pressure", "change", "share", "leg_a", "leg_b")},
        }
        for driver in drivers[:DRIVERS]
        if driver.change or driver.pressure
    ]
    ways = ["together", "apart"]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=None, title=None),
            x=alt.X("change:Q", title="change of pressure"),
            color=alt.Color("way:N", scale=alt.Scale(domain=ways, range=[COLOURS[way][0] for way in ways]), title=None),
            tooltip=[
                "name:N",
                *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("pressure", "change", "share", "leg_a", "leg_b")),
            ],
        )
        .properties(title=title, width=WIDTH)
    )


def blocs_plot(camps: Sequence[Sequence[str]], edges: Sequence[Edge]) -> Any:
    """All ties as a matrix in order of the camps; a tie that does not fit its camps is outlined."""
    alt = _altair()
    order = [display_name(actor) for camp in camps for actor in camp]
    rows = [
        {"a": display_name(a), "b": display_name(b), "index": edge.index, "frustrated": edge.frustrated}
        for edge in edges
        for a, b in ((edge.a, edge.b), (edge.b, edge.a))
    ]
    scale = alt.Scale(domain=[-10, 0, 10], range=[COLOURS["apart"][0], "#f4f4f4", COLOURS["together"][0]])
    side = max(160, min(900, 14 * len(order)))
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(strokeWidth=1.5)
        .encode(
            x=alt.X("b:N", sort=order, title=None),
            y=alt.Y("a:N", sort=order, title=None),
            color=alt.Color("index:Q", scale=scale),
            stroke=alt.condition("datum.frustrated", alt.value(COLOURS["ink"][0]), alt.value(None)),
            tooltip=["a:N", "b:N", alt.Tooltip("index:Q", format=".2f"), "frustrated:N"],
        )
        .properties(width=side, height=side)
    )


def drawing(chart: Any) -> str:
    """A chart as SVG text: it shows in a notebook that has no network."""
    vl_convert: Any = importlib.import_module("vl_convert")
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _altair() -> Any:
    return importlib.import_module("altair")
