"""What all tables in a terminal share: printing within 80 columns, titles, intervals, colours; and events as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from comity.cli.shared import plain
from comity.records import Event
from comity.report.words import signed

EVENTS = 30


def show(*items: RenderableType) -> None:
    """Prints; without colours where nobody is watching, and then 80 columns wide."""
    console = Console(highlight=False)
    for item in items:
        console.print(item)


def events_table(events: Sequence[Event]) -> Table:
    """Events as a short table: the first 30."""
    table = Table(box=box.SIMPLE_HEAD, caption_justify="left")
    table.add_column("date", no_wrap=True)
    table.add_column("who → whom", no_wrap=True)
    table.add_column("event", no_wrap=True)
    # The column may shrink, so that the others need not; its cells are cut, not folded.
    table.add_column("sentence")
    for event in events[:EVENTS]:
        target = event.target.actor if event.target else "–"
        arrow = "↔" if event.reciprocal else "→"
        marks = "".join(
            {"negation": "¬", "future": "+", "hypothetical": "?", "historical": "-"}[a] for a in event.auxiliary
        )
        table.add_row(
            event.date.start,
            f"{event.source.actor} {arrow} {target}",
            Text(event.event + marks, style=colour(event.score)),
            Text(plain(event.text), no_wrap=True, overflow="ellipsis"),
        )
    if len(events) > EVENTS:
        table.caption = f"… and {len(events) - EVENTS:,} more; all of them with --json"
    return table


def plain_table(title: str, caption: str = "") -> Table:
    """A table with a title on its left, and without lines."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        caption=caption or None,
        caption_justify="left",
    )


def interval(low: float | None, high: float | None, digits: int) -> str:
    """An interval in words; a dash where there is none."""
    return "–" if low is None else f"{signed(low, digits)} … {signed(high, digits)}"


def more(count: int) -> Text:
    """A line on what is not shown."""
    return Text(f"  … and {count} more (--top, --json)\n" if count > 0 else "")


def colour(value: float | None) -> str:
    """The style of a figure by its sign."""
    return "" if not value else "green" if value > 0 else "red"
