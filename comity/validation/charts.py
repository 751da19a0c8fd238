"""The pictures of the validation page, as SVG: the ROC curve, the calibration, balance over the years. Values in, text out."""

from __future__ import annotations

import importlib
from typing import Any

from comity.validation.run import Validation

# Bins of fewer forecasts stand in the table alone.
FEW = 20
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
BLUE, RUST, GREEN, SOFT, GRID = "#123a5e", "#b0561f", "#1f7a6c", "#5b6673", "#dfe4ea"


def charts(found: Validation) -> dict[str, str]:
    """The pictures by file name."""
    return {
        "roc.svg": _svg(_roc(found)),
        "calibration.svg": _svg(_calibration(found)),
        "balance.svg": _svg(_balance(found)),
    }


def _roc(found: Validation) -> Any:
    alt: Any = importlib.import_module("altair")
    rows = [
        {"false": x, "true": y, "n": at, "acts": f"{curve.min_mass} or more"}
        for curve in found.curves
        for at, (x, y) in enumerate(zip(curve.false, curve.true, strict=True))
    ]
    order = [f"{curve.min_mass} or more" for curve in found.curves]
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=2, interpolate="step-after")
        .encode(
            x=_x(alt, "false:Q", "rivals ranked above the threshold", [0, 1]),
            y=_y(alt, "true:Q", "allies ranked above the threshold", [0, 1]),
            order="n:Q",
            color=alt.Color(
                "acts:N",
                title="acts remembered",
                sort=order,
                scale=alt.Scale(domain=order, range=["#9dbad6", "#4a7fb0", BLUE]),
            ),
        )
    )
    return alt.layer(_diagonal(alt, 1.0), lines).properties(width=360, height=360)


def _calibration(found: Validation) -> Any:
    alt: Any = importlib.import_module("altair")
    quarters = found.backtests[0]
    panes = []
    for title, question in (("the sign changes", quarters.sign_change), ("the index rises", quarters.direction)):
        rows = [{"said": one.said, "came": one.came, "count": one.count} for one in question.bins if one.count >= FEW]
        rises = title.endswith("rises")
        top = 1.0 if rises else max([0.05, *(max(row["said"], row["came"]) for row in rows)]) * 1.15
        # Most chances of a sign change are tiny: the root parts them without losing 0, as a logarithm would.
        kind = "linear" if rises else "sqrt"
        points = (
            alt.Chart(alt.Data(values=rows))
            .mark_circle(color=BLUE, opacity=0.85)
            .encode(
                x=_x(alt, "said:Q", "chance that the forecast gave", [0, top], kind),
                y=_y(alt, "came:Q", "how often it came", [0, top], kind),
                size=alt.Size("count:Q", title="forecasts", scale=alt.Scale(type="log", range=[25, 500])),
            )
        )
        panes.append(alt.layer(_diagonal(alt, top), points).properties(width=270, height=270, title=title))
    return alt.hconcat(*panes).resolve_scale(size="shared")


def _balance(found: Validation) -> Any:
    alt: Any = importlib.import_module("altair")
    names = ["balanced triads", "by chance"]
    rows = [
        {"year": one.end, "share": value, "what": what, "source": source}
        for source, group in (("Correlates of War", found.published), ("ICEWS events", found.balances))
        for one in group
        for what, value in zip(names, (one.balanced, one.by_chance), strict=True)
        if value is not None
    ]
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=28), strokeWidth=2)
        .encode(
            x=alt.X("year:Q", title="end of the window or year", axis=alt.Axis(format="d", tickCount=8)),
            y=_y(alt, "share:Q", "share of triads", [0.5, 1]),
            color=alt.Color(
                "source:N",
                title=None,
                scale=alt.Scale(domain=["Correlates of War", "ICEWS events"], range=[RUST, BLUE]),
            ),
            strokeDash=alt.StrokeDash(
                "what:N",
                title=None,
                sort=names,
                scale=alt.Scale(range=[[1, 0], [4, 3]]),
                legend=None,
            ),
        )
    )
    # A word at the beginning of each line, in place of a legend of dashes.
    named = [next((row for row in rows if row["what"] == what), None) for what in names]
    words = (
        alt.Chart(alt.Data(values=[row for row in named if row]))
        .mark_text(align="left", dx=4, dy=-12, fontSize=11, color=SOFT)
        .encode(x="year:Q", y="share:Q", text="what:N")
    )
    return alt.layer(lines, words).properties(width=560, height=260)


def _diagonal(alt: Any, top: float) -> Any:
    ends = alt.Data(values=[{"x": 0, "y": 0}, {"x": top, "y": top}])
    return alt.Chart(ends).mark_line(color=SOFT, strokeDash=[3, 3], strokeWidth=1).encode(x="x:Q", y="y:Q")


def _x(alt: Any, field: str, title: str, domain: list[float], kind: str = "linear") -> Any:
    scale = alt.Scale(domain=domain, nice=False, type=kind)
    return alt.X(field, title=title, scale=scale, axis=alt.Axis(tickCount=5))


def _y(alt: Any, field: str, title: str, domain: list[float], kind: str = "linear") -> Any:
    scale = alt.Scale(domain=domain, nice=False, type=kind)
    return alt.Y(field, title=title, scale=scale, axis=alt.Axis(tickCount=5))


def _svg(chart: Any) -> str:
    vl_convert: Any = importlib.import_module("vl_convert")
    look = {"labelColor": SOFT, "titleColor": SOFT, "labelFontSize": 11, "titleFontSize": 12}
    # White, since a page in the dark would swallow the dark lines of a transparent picture.
    drawn: str = vl_convert.vegalite_to_svg(
        chart.configure(
            font=FONT,
            background="white",
            view={"stroke": None},
            padding=8,
            axis={**look, "titleFontWeight": "normal", "gridColor": GRID, "domainColor": SOFT, "tickColor": SOFT},
            legend={**look, "titleFontWeight": "normal", "orient": "bottom"},
            title={"color": SOFT, "fontSize": 13, "fontWeight": "normal"},
        ).to_dict()
    )
    return drawn.rstrip() + "\n"
