"""The drawings: fit to stand in a page, and true to gaps."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from comity.records import Tie
from comity.report.charts import course_chart, drivers_chart, inline, period_days


def tie(period: str, index: float | None) -> Tie:
    low, high = (None, None) if index is None else (index - 1, index + 1)
    return Tie(
        a="AZE", b="ISR", dimension="all", period=period, index=index, low=low, high=high, mass=float(index is not None),
        events=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "first", "following"),
    [
        ("2020", date(2020, 1, 1), date(2021, 1, 1)),
        ("2020-Q4", date(2020, 10, 1), date(2021, 1, 1)),
        ("2020-02", date(2020, 2, 1), date(2020, 3, 1)),
    ],
)
def test_a_period_has_its_days(label: str, first: date, following: date) -> None:
    assert period_days(label) == (first, following)


def test_a_drawing_tells_those_who_cannot_see_it_what_it_shows() -> None:
    ties = [tie("2020-01", 1.0), tie("2020-02", 2.0)]
    drawing = course_chart(ties, (), width=300, title="Course <A & B>", description="It rises.", key="k")
    root = ElementTree.fromstring(drawing)
    names = {child.get("id"): child.text for child in root if child.tag.endswith(("title", "desc"))}
    assert root.get("role") == "img"
    assert (root.get("aria-labelledby") or "").split() == ["k-title", "k-desc"]
    assert names == {"k-title": "Course <A & B>", "k-desc": "It rises."}


def test_a_drawing_asks_nothing_of_another_address() -> None:
    drawing = drivers_chart([("Iran", 0.12), ("Russia", -0.05)], width=300, title="t", description="d", key="k")
    outside = drawing.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert "http" not in outside
    assert "+0.120" in drawing and "−0.050" in drawing


def test_no_line_crosses_a_silence() -> None:
    def lines(ties: list[Tie]) -> int:
        drawing = course_chart(ties, (), width=300, title="t", description="d", key="k")
        return drawing.count('stroke="var(--index')

    told = [tie(f"2020-{month:02d}", 1.0) for month in (1, 2)]
    after = [tie(f"2020-{month:02d}", 1.0) for month in (4, 5)]
    assert lines([*told, tie("2020-03", None), *after]) == lines([*told, tie("2020-03", 1.0), *after]) + 1


def test_two_drawings_on_a_page_share_no_id() -> None:
    svg = '<svg viewBox="0 0 9 9"><defs><clipPath id="clip0"/></defs><g clip-path="url(#clip0)"/></svg>'
    assert 'id="one-clip0"' in inline(svg, "t", "d", "one")
    assert "url(#two-clip0)" in inline(svg, "t", "d", "two")
