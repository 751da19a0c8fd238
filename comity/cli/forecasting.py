"""The command that looks ahead: forecast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.answering import PeriodName
from comity.cli.shared import (
    DEFAULT_STORE,
    Actor,
    AsJson,
    AsOf,
    HalfLife,
    StorePath,
    WithoutInterested,
    actors,
    command,
    dumps,
    refusing,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.structure import Forecast


def register(app: typer.Typer) -> None:
    app.command("forecast")(forecast_command)


@command
def forecast_command(
    a: Actor,
    b: Actor,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    period: Annotated[PeriodName, typer.Option(help="How far ahead.")] = PeriodName.month,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    as_json: AsJson = False,
) -> None:
    """What the next period may bring for the tie between A and B.

    Its index with a 90 % interval, the chance that its sign changes, and the
    figures that the forecast rests on. It has been tested: docs/validation.md.

    Example: comity forecast Israel Azerbaijan --period quarter
    """
    from comity.cli.tables import show
    from comity.records import to_dict
    from comity.report.names import display_name
    from comity.store import Store
    from comity.structure import forecast

    left, right = actors(a, b)
    with Store.open(store, read_only=True) as opened, refusing():
        found = forecast(
            opened,
            left,
            right,
            as_of=as_of,
            period=period.value,
            half_life_days=half_life,
            without_interested=without_interested,
        )
    names = display_name(left), display_name(right)
    if as_json:
        typer.echo(dumps({"names": {"a": names[0], "b": names[1]}, **to_dict(found)}))
    else:
        show(*report(found, names))


def report(found: Forecast, names: tuple[str, str]) -> Iterator[RenderableType]:
    """What a person reads."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from comity.cli.shared import line, plain
    from comity.report.words import signed
    from comity.structure.features import FEATURES

    yield Text(f"{plain(names[0])} – {plain(names[1])}, {found.as_of} to {found.target}", style="bold")
    if found.index is None:
        yield line(found.note)
        return
    yield line(f"Index now {signed(found.now, 2)}; if nothing happens {signed(found.silent, 2)}.")
    interval = f", 90 % interval {signed(found.low, 2)} … {signed(found.high, 2)}" if found.low is not None else ""
    if found.moves is not None:
        yield line(f"Chance that anything happens: {_percent(found.moves)}.")
    yield line(f"Forecast {signed(found.index, 2)}{interval}.")
    if found.sign_change is not None:
        yield line(f"Chance that the sign changes: {_percent(found.sign_change)}.")
    if found.rise is not None:
        yield line(f"If anything happens, chance that it moves the tie up: {_percent(found.rise)}.")
    if found.method == "persistence":
        yield line(f"The index is taken to stay as it is: {found.note}.", style="yellow")
    else:
        yield line(
            f"Learnt from {found.rows:,} past steps of {found.ties:,} ties"
            + (f"; {found.note}." if found.note else ".")
        )
    if found.effects:
        table = Table(
            title="What it rests on", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
            caption="effect: on the move if anything happens, in index points", caption_justify="left",
        )  # fmt: skip
        table.add_column("figure", no_wrap=True)
        table.add_column("value", justify="right", no_wrap=True)
        table.add_column("effect", justify="right", no_wrap=True)
        table.add_column("what it is")
        for effect in found.effects:
            table.add_row(effect.name, signed(effect.value, 2), signed(effect.effect, 3), FEATURES[effect.name])
        yield table


def _percent(chance: float) -> str:
    return f"{chance:.1%}" if 0.001 <= chance <= 0.999 else "under 0.1%" if chance < 0.5 else "over 99.9%"
