"""The command that holds the coder against a gold file: evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import AsJson, command, dumps, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from comity.evaluation import Count, Evaluation, GoldEvent, Matched, Scores, Share
    from comity.records import Event


def register(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate_command)


@command
def evaluate_command(
    gold: Annotated[
        Path, typer.Argument(metavar="FILE", help="A gold file: JSON lines (docs/evaluation.md).", show_default=False)
    ],
    as_json: AsJson = False,
    errors: Annotated[
        bool, typer.Option("--errors", help="List what was missed or wrong, with sentence and rule.")
    ] = False,
) -> None:
    """How well the coder reads a gold file.

    Precision, recall and F1 by type and phenomenon, and what is confused.

    Example: comity evaluate tests/gold/suite.jsonl --errors
    """
    from comity.cli.tables import show
    from comity.evaluation import evaluate, evaluation_to_dict

    found = evaluate(gold)
    if as_json:
        typer.echo(dumps(evaluation_to_dict(found)))
    else:
        show(*report(found, errors))


def report(found: Evaluation, errors: bool) -> Iterator[RenderableType]:
    """What a person reads: the figures, and the errors if asked for."""
    from rich.text import Text

    if errors:
        for item in found.items:
            lines = list(error_lines(item))
            if lines:
                yield Text("\n".join(plain(line) if at == 0 else f"  {plain(line)}" for at, line in enumerate(lines)))
                yield Text("")
    figures = found.scores
    yield _counts("type", figures.by_type, figures.events)
    yield _counts("phenomenon", figures.by_phenomenon, figures.events)
    yield _confusion(figures)
    yield Text("\n".join(summary(figures)))


def summary(figures: Scores) -> Iterator[str]:
    """The figures that are one line each."""
    events = figures.events
    yield (
        f"{figures.items:,} texts, {events.right + events.missed:,} gold events: precision {_two(events.precision)}, "
        f"recall {_two(events.recall)}, F1 {_two(events.f1)}; macro F1 over types {_two(figures.macro_f1)}"
    )
    yield f"Texts without an event that were coded: {_share(figures.no_event)}"
    yield (
        f"Right on matched events: auxiliary {_share(figures.auxiliary)}, mode {_share(figures.mode)}, "
        f"date {_share(figures.date)}, date where the text gives one {_share(figures.dated)}"
    )


def error_lines(found: Matched) -> Iterator[str]:
    """An item with its errors: sentence first, then each error; nothing where all is right."""
    lines = [f"missed  {_gold(event)}" for event in found.missed]
    lines += [f"wrong   {_event(event)}  [{event.rule}]" for event in found.wrong]
    for pair in found.pairs:
        for name in pair.agreement.faults:
            wanted, got = _versus(name, pair.gold, pair.coded)
            lines.append(f"{name:<9} of {_event(pair.coded)}: {got}, not {wanted}  [{pair.coded.rule}]")
    if lines:
        yield f"{found.item.id} ({found.item.published}): {found.item.text}"
        yield from lines


def _versus(name: str, gold: GoldEvent, event: Event) -> tuple[str, str]:
    """What gold wants and what the coder gave, in words."""
    if name == "mode":
        return (gold.mode.value if gold.mode else None) or "none", event.mode or "none"
    if name == "auxiliary":
        wanted = gold.auxiliary.value if gold.auxiliary else frozenset()
        return ", ".join(sorted(wanted)) or "none", ", ".join(event.auxiliary) or "none"
    interval = gold.date.value if gold.date else None
    return " to ".join(interval) if interval else "the document's day", f"{event.date.start} to {event.date.end}"


def _gold(event: GoldEvent) -> str:
    arrow = "↔" if event.reciprocal else "→"
    return f"{event.source} {arrow} {event.target or '–'} {event.event}"


def _event(event: Event) -> str:
    arrow = "↔" if event.reciprocal else "→"
    return f"{event.source.actor} {arrow} {event.target.actor if event.target else '–'} {event.event}"


def _counts(head: str, rows: Mapping[str, Count], total: Count) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(head, no_wrap=True)
    for name in ("precision", "recall", "F1", "right", "wrong", "missed"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, count in rows.items():
        table.add_row(plain(name), *_cells(count))
    table.add_section()
    table.add_row("all", *_cells(total))
    return table


def _cells(count: Count) -> Iterable[str]:
    ratios = (count.precision, count.recall, count.f1)
    return (*(_two(ratio) for ratio in ratios), str(count.right), str(count.wrong), str(count.missed))


def _confusion(figures: Scores) -> Table:
    """A row for each gold type: a square of sixteen types does not fit a terminal, and is nearly empty."""
    from rich import box
    from rich.table import Table

    from comity.evaluation.scores import INVENTED, MISSED

    table = Table(
        box=box.SIMPLE_HEAD, caption_justify="left",
        caption="Between the same two parties, whoever acts. The square is in --json.",
    )  # fmt: skip
    table.add_column("gold", no_wrap=True)
    table.add_column("as is", justify="right", no_wrap=True)
    table.add_column("missed", justify="right", no_wrap=True)
    table.add_column("coded as")
    for kind in [*figures.by_type, INVENTED]:
        row = {coded: number for (gold, coded), number in figures.confusion.items() if gold == kind}
        if row:
            others = sorted(
                (item for item in row.items() if item[0] not in {kind, MISSED}), key=lambda i: (-i[1], i[0])
            )
            read = ", ".join(f"{coded} {number}" for coded, number in others)
            same = "" if kind == INVENTED else str(row.get(kind, 0))
            table.add_row(kind, same, str(row.get(MISSED, 0)) if same else "", read)
    return table


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _share(share: Share) -> str:
    return f"{share.part} of {share.whole}" + ("" if share.value is None else f" ({share.value:.1%})")
