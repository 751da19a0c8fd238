"""The commands that ask a store: ties, why, blocs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    Actor,
    AsJson,
    AsOf,
    HalfLife,
    StorePath,
    Window,
    WithoutInterested,
    actors,
    command,
    dumps,
    refusing,
)


class PeriodName(StrEnum):
    month = "month"
    quarter = "quarter"
    year = "year"


class DimensionName(StrEnum):
    all = "all"
    diplomatic = "diplomatic"
    military = "military"
    economic = "economic"
    societal = "societal"
    each = "each"


def register(app: typer.Typer) -> None:
    app.command("ties")(ties_command)
    app.command("why")(why_command)
    app.command("blocs")(blocs_command)


@command
def ties_command(
    a: Actor,
    b: Actor,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    period: Annotated[PeriodName, typer.Option(help="How long a period is.")] = PeriodName.month,
    dimension: Annotated[DimensionName, typer.Option(help="One side of the tie, or each.")] = DimensionName.all,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    every: Annotated[bool, typer.Option("--all", help="Show all periods, not the last 24 with events.")] = False,
    as_json: AsJson = False,
) -> None:
    """The course of the tie between A and B.

    Its index, the 90 % interval, and how many acts it rests on.

    Example: comity ties Israel Azerbaijan --period year --as-of 2022-09-05
    """
    from comity.cli.tables import course_table, show
    from comity.records import to_dict
    from comity.report.names import display_name
    from comity.store import Store
    from comity.ties import course

    left, right = actors(a, b)
    with Store.open(store, read_only=True) as opened, refusing():
        ties = course(
            opened,
            left,
            right,
            as_of=as_of,
            period=period.value,
            half_life_days=half_life,
            dimension=dimension.value,
            without_interested=without_interested,
        )
    names = display_name(left), display_name(right)
    if as_json:
        typer.echo(
            dumps(
                {
                    "a": left,
                    "b": right,
                    "names": {"a": names[0], "b": names[1]},
                    "as_of": as_of,
                    "period": period.value,
                    "half_life_days": half_life,
                    "without_interested": without_interested,
                    "course": [to_dict(tie) for tie in ties],
                }
            )
        )
    elif not ties:
        typer.echo(f"Nothing is on record between {names[0]} and {names[1]}.")
    else:
        for side in dict.fromkeys(tie.dimension for tie in ties):
            show(course_table([tie for tie in ties if tie.dimension == side], names, half_life, every))


@command
def why_command(
    a: Actor,
    b: Actor,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    window: Window = None,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    top: Annotated[int, typer.Option(min=1, help="How many acts and third parties to show.")] = 8,
    as_json: AsJson = False,
) -> None:
    """What pushes the tie between A and B.

    Its own acts, third parties and claims, each with its sentence.

    Example: comity why Israel Azerbaijan --window 365
    """
    from comity.cli.tables import show, why_report
    from comity.report.evidence import account, account_to_dict
    from comity.store import Store

    left, right = actors(a, b)
    with Store.open(store, read_only=True) as opened, refusing():
        found = account(
            opened,
            left,
            right,
            as_of=as_of,
            window_days=window,
            half_life_days=half_life,
            without_interested=without_interested,
        )
    if as_json:
        typer.echo(dumps(account_to_dict(found)))
    else:
        show(*why_report(found, top))


@command
def blocs_command(
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    min_strength: Annotated[float, typer.Option(min=0, max=10, help="Leave out ties with a weaker index.")] = 1.0,
    among: Annotated[str, typer.Option(metavar="A,B,…", help="Only these actors, parted by commas.")] = "",
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    as_json: AsJson = False,
) -> None:
    """Camps: how all ties part the actors in two.

    And which ties do not fit, and how many triads are unbalanced.

    Example: comity blocs --as-of 2022-09-05
    """
    import dataclasses

    from comity.cli.tables import blocs_report, show
    from comity.report.names import display_name
    from comity.store import Store
    from comity.structure import blocs

    limits = actors(*filter(None, map(str.strip, among.split(",")))) if among else None
    with Store.open(store, read_only=True) as opened, refusing():
        found = blocs(
            opened,
            as_of,
            min_strength,
            actors=limits,
            half_life_days=half_life,
            without_interested=without_interested,
        )
    if as_json:
        typer.echo(dumps(dataclasses.asdict(found)))
    else:
        show(*blocs_report(found, display_name))
