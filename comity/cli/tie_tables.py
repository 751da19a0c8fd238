"""The course of a tie in a terminal: its periods, its directions, its changes, and the ties that moved like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from comity.cli.shared import plain
from comity.cli.tables import colour
from comity.dyads import Asymmetry, Change, Likeness
from comity.records import Tie
from comity.report.words import signed

PERIODS = 24
BAR = 25


def bar(index: float | None, low: float | None, high: float | None, width: int = BAR) -> str:
    """The index on a line from -10 to 10: `─` its interval, `●` itself, `│` the zero."""
    cells = [" "] * width

    def place(value: float) -> int:
        return round((max(-10.0, min(10.0, value)) + 10) / 20 * (width - 1))

    if low is not None and high is not None:
        for cell in range(place(low), place(high) + 1):
            cells[cell] = "─"
    cells[width // 2] = "│"
    if index is not None:
        cells[place(index)] = "●"
    return "".join(cells)


def course_table(
    ties: Sequence[Tie], names: tuple[str, str], half_life_days: float, every: bool, direction: str = "both"
) -> Table:
    """The course: the last 24 periods with events and the last of all; dots where all was forgotten between."""
    pair = {"both": f"{names[0]} – {names[1]}", "ab": f"{names[0]} → {names[1]}", "ba": f"{names[1]} → {names[0]}"}
    chosen = set(range(len(ties))) if every else set([n for n, tie in enumerate(ties) if tie.events][-PERIODS:])
    chosen.add(len(ties) - 1)
    side = "" if ties[0].dimension == "all" else f", {ties[0].dimension} side"
    table = Table(
        title=f"{pair[direction]}{side} (half-life {half_life_days:g} days)",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        caption="At the end of each period. acts: remembered; new: events in it.",
        caption_justify="left",
    )
    table.add_column("period", no_wrap=True)
    table.add_column("index", justify="right", no_wrap=True)
    table.add_column("90 % interval", justify="center", no_wrap=True)
    table.add_column("acts", justify="right", no_wrap=True)
    table.add_column("new", justify="right", no_wrap=True)
    table.add_column("-10          0         +10", no_wrap=True)
    last = None
    for number in sorted(chosen):
        tie = ties[number]
        if last is not None and any(between.index is None for between in ties[last + 1 : number]):
            table.add_row("…", "–", "", "0", "0", "", style="dim")
        last = number
        interval = f"{signed(tie.low)} … {signed(tie.high)}" if tie.low is not None else "–"
        table.add_row(
            tie.period,
            Text(signed(tie.index), style=colour(tie.index)),
            interval,
            f"{tie.mass:g}",
            str(len(tie.events)),
            bar(tie.index, tie.low, tie.high),
        )
    return table


def way_line(sides: Sequence[Asymmetry], names: tuple[str, str]) -> Iterable[RenderableType]:
    """How the two directions differ at the end of the course."""
    if not sides:
        return
    last = sides[-1]
    one, other = (plain(name) for name in names)
    words = f"{one} → {other} {signed(last.ab)}, {other} → {one} {signed(last.ba)}"
    if last.difference is not None:
        words += f"; difference {signed(last.difference)} ({signed(last.low)} … {signed(last.high)})"
    yield Text(words + "\n")


def changes_table(found: Sequence[Change], names: tuple[str, str]) -> Iterable[RenderableType]:
    """When the tie went over to another level, and the acts that moved it."""
    if not found:
        yield Text("No change of level that noise would not show as well.")
        return
    table = Table(
        title=f"Changes of level: {plain(names[0])} – {plain(names[1])}", title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Mean score of acts before and after. between: where the change lies, 90 % confidence. sure: 1 less the "
        "share of shuffled courses that part as well.",
    )  # fmt: skip
    for name in ("from", "between", "before", "after", "sure", "acts that moved it"):
        table.add_column(name, no_wrap=name != "acts that moved it", justify="left" if name == "from" else "default")
    for change in found:
        movers = ", ".join(f"{mover.date} {signed(mover.score)}" for mover in change.movers[:3])
        side = "" if change.dimension == "all" else f" {change.dimension[:4]}."
        table.add_row(
            change.period + side,
            f"{change.low} … {change.high}" if change.low != change.high else change.low,
            Text(signed(change.before), style=colour(change.before)),
            Text(signed(change.after), style=colour(change.after)),
            f"{change.confidence:.1%}",
            movers,
        )
    yield table


def like_table(
    found: Sequence[Likeness], names: tuple[str, str], name: Callable[[str], str]
) -> Iterable[RenderableType]:
    """Which ties moved like this one."""
    if not found:
        yield Text("No other tie has enough periods in common with this one.")
        return
    table = Table(
        title=f"Ties that moved like {plain(names[0])} – {plain(names[1])}", title_justify="left", title_style="bold",
        box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Correlation of what each period's acts did. lag: periods that the tie comes after this one. The best of "
        "many look more alike than they are.",
    )  # fmt: skip
    table.add_column("tie", max_width=34)
    table.add_column("correlation", justify="right", no_wrap=True)
    table.add_column("90 % interval", justify="center", no_wrap=True)
    table.add_column("lag", justify="right", no_wrap=True)
    table.add_column("periods", justify="right", no_wrap=True)
    for one in found:
        table.add_row(
            f"{plain(name(one.a))} – {plain(name(one.b))}",
            f"{one.correlation:+.2f}",
            f"{one.low:+.2f} … {one.high:+.2f}",
            str(one.lag),
            str(one.overlap),
        )
    yield table
