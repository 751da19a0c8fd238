"""The charts of a brief, as SVG to stand in a page: one Altair specification each, drawn by vl-convert.

In: ties or drivers; out: an `<svg>` with title and description for those who cannot see it. Colours are CSS variables
of the page (with a fallback), so a chart follows the page into dark mode and onto paper.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from comity.records import Tie
from comity.report.words import signed

# Colours that occur nowhere else in a drawing, and the variable each stands for.
COLOURS = {
    "index": ("#123a5e", "--index"),
    "band": ("#9dbad6", "--band"),
    "mass": ("#8a94a1", "--mass"),
    "without": ("#b0561f", "--without"),
    "together": ("#1f7a6c", "--together"),
    "apart": ("#b23a32", "--apart"),
    "ink": ("#20262e", "--ink"),
    "soft": ("#5b6673", "--soft"),
    "grid": ("#dfe4ea", "--grid"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


# What a page of paper is set in; a picture's letters should be the same.
PAPER_FONT = "Libertinus Serif"
# What XML has no place for, even as a number of a letter.
_UNDRAWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def course_chart(
    ties: Sequence[Tie],
    without: Sequence[Tie],
    *,
    width: int,
    title: str,
    description: str,
    key: str,
    reach: float | None = None,
    span: tuple[str, str] | None = None,
    height: int | None = None,
) -> str:
    """The course of a tie: its index with the 90 % interval, the index without interested sources (thin, dashed), and
    below it the mass, period by period. A silent stretch is a gap, not a line. `ties` holds one at least; `key` sets
    this drawing's ids apart, and an empty one makes a drawing for paper: its colours fixed, its letters the paper's.
    `reach` (index points) and `span` (first day, day after the last) set the axes, so that two courses can be compared;
    `height` is that of the upper part."""
    alt: Any = importlib.import_module("altair")

    rows = _course_rows(ties)
    thin = _course_rows(without)
    top = reach or reach_of(ties)
    # UTC, so that a machine's time zone moves no month.
    time = alt.Scale(type="utc", domain=list(span or (rows[0]["from"], rows[-1]["to"])))
    x = alt.X(
        "to:T", title=None, scale=time, axis=alt.Axis(tickCount=width // 90, labels=False, ticks=False, grid=False)
    )
    y = alt.Y(
        "index:Q",
        title="index",
        scale=alt.Scale(domain=[-top, top], nice=False),
        axis=alt.Axis(tickCount=5, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-30, titleY=-10),
    )
    base = alt.Chart(alt.Data(values=rows))
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=_colour("soft"), size=1).encode(y="y:Q")
    band = base.mark_area(color=_colour("band"), opacity=0.55).encode(
        x=x, y=alt.Y("low:Q"), y2="high:Q", detail="run:N"
    )
    line = base.mark_line(color=_colour("index"), size=2.2).encode(x=x, y=y, detail="run:N")
    lone = base.transform_filter("datum.lone").mark_point(color=_colour("index"), filled=True, size=30).encode(x=x, y=y)
    dashed = (
        alt.Chart(alt.Data(values=thin))
        .mark_line(color=_colour("without"), size=1.2, strokeDash=[4, 3])
        .encode(x=x, y=y, detail="run:N")
    )
    upper = alt.layer(band, zero, dashed, line, lone).properties(width=width, height=height or max(190, width // 4))
    lower = (
        base.mark_bar(color=_colour("mass"))
        .encode(
            x=alt.X(
                "from:T",
                title=None,
                scale=time,
                axis=alt.Axis(
                    tickCount=width // 90, labelOverlap=True, grid=False, format="%Y" if _long(rows) else "%b %Y"
                ),
            ),
            x2="next:T",
            y2=alt.datum(0),
            y=alt.Y(
                "mass:Q",
                title="acts remembered",
                axis=alt.Axis(
                    tickCount=3,
                    tickMinStep=1,
                    titleAngle=0,
                    titleAlign="left",
                    titleAnchor="end",
                    titleX=-30,
                    titleY=-8,
                ),
            ),
        )
        .properties(width=width, height=64 if key else 40)
    )
    return _svg(alt.vconcat(upper, lower, spacing=26 if key else 14), title, description, key)


def reach_of(ties: Sequence[Tie]) -> float:
    """How far from 0 an axis must go to hold the intervals of a course."""
    ends = [abs(end) for tie in ties if tie.index is not None for end in (tie.low, tie.high) if end is not None]
    return min(10.0, float(int(max([*ends, 2.0])) + 1))


def camps_chart(
    order: Sequence[str],
    ties: Sequence[tuple[str, str, float]],
    *,
    width: int,
    title: str,
    description: str,
    key: str,
) -> str:
    """The ties among some parties as a square of colours, both halves alike, in the order given (camp by camp, so that
    what does not fit the camps stands out)."""
    alt: Any = importlib.import_module("altair")

    cells = [{"a": a, "b": b, "index": index} for one, other, index in ties for a, b in ((one, other), (other, one))]
    chart = (
        alt.Chart(alt.Data(values=cells))
        .mark_rect()
        .encode(
            x=alt.X("a:N", sort=list(order), title=None, scale=alt.Scale(domain=list(order)),
                    axis=alt.Axis(labelAngle=-90, labelLimit=130, orient="top", ticks=False, domain=False)),
            y=alt.Y("b:N", sort=list(order), title=None, scale=alt.Scale(domain=list(order)),
                    axis=alt.Axis(labelLimit=130, ticks=False, domain=False)),
            color=alt.Color(
                "index:Q",
                title="index",
                scale=alt.Scale(domain=[-8, 0, 8], range=[_colour("apart"), "#f4f1ea", _colour("together")], clamp=True),
                legend=alt.Legend(orient="right", gradientLength=110),
            ),
        )
        .properties(width=width, height=width)
    )  # fmt: skip
    return _svg(chart, title, description, key)


def drivers_chart(rows: Sequence[tuple[str, float]], *, width: int, title: str, description: str, key: str) -> str:
    """Third parties and their pressure as horizontal bars, the strongest first; together to the right, apart to the
    left, the figure beside each bar."""
    alt: Any = importlib.import_module("altair")

    values = [
        {
            "name": name,
            "pressure": pressure,
            "label": signed(pressure, 3),
            "way": "together" if pressure >= 0 else "apart",
        }
        for name, pressure in rows
    ]
    reach = max([abs(pressure) for _, pressure in rows] + [0.01]) * 1.3
    low = -reach if any(pressure < 0 for _, pressure in rows) else 0.0
    high = reach if any(pressure >= 0 for _, pressure in rows) else 0.0
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, ticks=False, domain=False, grid=False)),
        x=alt.X(
            "pressure:Q",
            title="← apart · together →" if low and high else None,
            scale=alt.Scale(domain=[low, high]),
            axis=alt.Axis(tickCount=5, format="+.2~f", grid=True),
        ),
    )
    colour = alt.Color(
        "way:N",
        scale=alt.Scale(domain=["together", "apart"], range=[_colour("together"), _colour("apart")]),
        legend=None,
    )
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=_colour("soft"), size=1).encode(x="x:Q")
    bars = base.mark_bar(height=14).encode(color=colour)
    right = base.transform_filter("datum.pressure >= 0").mark_text(align="left", dx=5).encode(text="label:N")
    left = base.transform_filter("datum.pressure < 0").mark_text(align="right", dx=-5).encode(text="label:N")
    chart = alt.layer(bars, zero, right, left).properties(width=width, height=26 * max(len(values), 1))
    return _svg(chart, title, description, key)


def period_days(label: str) -> tuple[date, date]:
    """The first day of a period (2020, 2020-Q3, 2020-07) and the day after its last."""
    year, _, part = label.partition("-")
    if not part:
        first, months = 0, 12
    elif part.startswith("Q"):
        first, months = (int(part[1:]) - 1) * 3, 3
    else:
        first, months = int(part) - 1, 1
    following = int(year) * 12 + first + months
    return date(int(year), first + 1, 1), date(following // 12, following % 12 + 1, 1)


def _course_rows(ties: Sequence[Tie]) -> list[dict[str, Any]]:
    """Rows for the drawing. `run` numbers the unbroken stretches, so that no line crosses a silence."""
    rows: list[dict[str, Any]] = []
    run = 0
    for number, tie in enumerate(ties):
        first, following = period_days(tie.period)
        before = number > 0 and ties[number - 1].index is not None
        after = number + 1 < len(ties) and ties[number + 1].index is not None
        if tie.index is None:
            run += 1
        rows.append(
            {
                "from": first.isoformat(),
                "to": (following - timedelta(days=1)).isoformat(),
                "next": following.isoformat(),
                "index": tie.index,
                "low": tie.low,
                "high": tie.high,
                "mass": tie.mass,
                "run": run,
                "lone": tie.index is not None and not before and not after,
            }
        )
    return rows


def _long(rows: Sequence[dict[str, Any]]) -> bool:
    return bool(rows) and int(rows[-1]["to"][:4]) - int(rows[0]["from"][:4]) > 4


def _colour(name: str) -> str:
    return COLOURS[name][0]


def _svg(chart: Any, title: str, description: str, key: str) -> str:
    vl_convert: Any = importlib.import_module("vl_convert")

    quiet = chart.configure(
        font=FONT if key else PAPER_FONT,
        view={"stroke": None},
        background="transparent",
        axis={
            "labelColor": _colour("soft"),
            "titleColor": _colour("soft"),
            "gridColor": _colour("grid"),
            "domainColor": _colour("soft"),
            "tickColor": _colour("soft"),
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        legend={
            "labelColor": _colour("soft"),
            "titleColor": _colour("soft"),
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        text={"color": _colour("ink"), "fontSize": 12},
    )
    drawn = _numbered(str(vl_convert.vegalite_to_svg(_drawable(quiet.to_dict()))))
    return inline(drawn, title, description, key) if key else drawn


def _drawable(value: Any) -> Any:
    """A specification whose texts hold only what XML may. At any other character vl-convert does not raise: it ends the
    process (1.9)."""
    if isinstance(value, str):
        return _UNDRAWABLE.sub("", value)
    if isinstance(value, dict):
        return {_drawable(key): _drawable(item) for key, item in value.items()}
    return [_drawable(item) for item in value] if isinstance(value, list | tuple) else value


def _numbered(svg: str) -> str:
    """A drawing whose ids are numbered from 0: Vega goes on counting from the last drawing that the process made."""
    names = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    numbers = {name: f"d{number}" for number, name in enumerate(names)}

    def renamed(found: re.Match[str]) -> str:
        return found[1] + numbers.get(found[2], found[2]) + found[3]

    svg = re.sub(r'(\bid=")([^"]+)(")', renamed, svg)
    return re.sub(r"(url\(#)([^)]+)(\))", renamed, svg)


def inline(svg: str, title: str, description: str, key: str) -> str:
    """A drawing made fit to stand in a page: named for screen readers, its ids its own, its colours the page's."""
    for colour, variable in COLOURS.values():
        svg = svg.replace(f'"{colour}"', f'"var({variable}, {colour})"')
    for name in sorted(set(re.findall(r'\bid="([^"]+)"', svg)), key=len, reverse=True):
        svg = svg.replace(f'id="{name}"', f'id="{key}-{name}"').replace(f"url(#{name})", f"url(#{key}-{name})")
    # Vega gives every mark a role and label of its own; for a reader of the page the drawing is one picture.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    opening = re.match(r"<svg[^>]*>", svg)
    if opening is None:
        raise ValueError("the drawing is no SVG")
    box = re.search(r'viewBox="([^"]+)"', opening.group(0))
    view = box.group(1) if box else "0 0 100 100"
    width = view.split()[2]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="{view}" style="max-width:{width}px" '
        f'role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
    )
    return head + svg[opening.end() :]
