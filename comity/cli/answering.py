"""The commands that ask a store: ties, why, blocs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    Actor,
    AsJson,
    AsOf,
    HalfLife,
    Refused,
    StorePath,
    Window,
    WithoutInterested,
    actors,
    command,
    dumps,
    progress,
    refusing,
)
from comity.cli.whatif import DropActor, DropDocument, DropPeriod, DropPublisher


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


def _camps(value: str) -> str:
    if value != "auto" and not (value.isdecimal() and int(value) >= 2):
        raise typer.BadParameter(f"{value!r} is neither a number of camps from 2 up nor auto")
    return value


class DirectionName(StrEnum):
    both = "both"
    ab = "ab"
    ba = "ba"


OneOf = Annotated[str | None, typer.Argument(help="A state or other actor: name or code.", show_default=False)]


def register(app: typer.Typer) -> None:
    app.command("ties")(ties_command)
    app.command("why")(why_command)
    app.command("blocs")(blocs_command)


@command
def ties_command(
    a: OneOf = None,
    b: OneOf = None,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    period: Annotated[PeriodName, typer.Option(help="How long a period is.")] = PeriodName.month,
    dimension: Annotated[DimensionName, typer.Option(help="One side of the tie, or each.")] = DimensionName.all,
    direction: Annotated[
        DirectionName, typer.Option(help="What A does to B (ab), what B does to A (ba), or both.")
    ] = DirectionName.both,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    every: Annotated[
        bool, typer.Option("--all", help="Show all periods, not the last 24 with events; without A and B, all ties.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="With --all: write the index of all ties as Parquet.")
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            "--events", metavar="FILE", help="Read events from Parquet (a file or a glob), not from the store."
        ),
    ] = None,
    with_changes: Annotated[
        bool, typer.Option("--changes", help="Show when the tie went over to another level, and the acts around it.")
    ] = False,
    like: Annotated[bool, typer.Option("--like", help="Show which other ties moved like this one.")] = False,
    lag: Annotated[
        int, typer.Option("--lag", metavar="PERIODS", min=0, help="With --like: shifted by up to so many periods.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """The course of the tie between A and B.

    Its index, the 90 % interval, and how many acts it rests on. Without A and B, with --all and --out: the index of all
    ties by period, as one Parquet file.

    Example: comity ties Israel Azerbaijan --period year --as-of 2022-09-05
    """
    import dataclasses

    from comity.cli.tables import show
    from comity.cli.tie_tables import changes_table, course_table, like_table, way_line
    from comity.dyads import asymmetry, changes, course, similar
    from comity.records import to_dict
    from comity.report.names import display_name

    if a is None or b is None:
        _all_ties(a, every, out, events, store, as_of, period, dimension, half_life, without_interested, as_json)
        return
    if out is not None:
        raise Refused("--out is for all ties: leave out A and B and give --all (for one tie, --json prints it)")
    left, right = actors(a, b)
    with _source(events, store) as source, refusing():
        ties = course(
            source,
            left,
            right,
            as_of=as_of,
            period=period.value,
            half_life_days=half_life,
            dimension=dimension.value,
            direction=direction.value,
            without_interested=without_interested,
        )
        sides = asymmetry(
            source,
            left,
            right,
            as_of=as_of,
            period=period.value,
            half_life_days=half_life,
            dimension=dimension.value,
            without_interested=without_interested,
        )
        found = (
            changes(
                source,
                left,
                right,
                as_of=as_of,
                period=period.value,
                dimension=dimension.value,
                direction=direction.value,
                without_interested=without_interested,
            )
            if with_changes
            else None
        )
        alike = (
            similar(
                source,
                left,
                right,
                lag=lag,
                as_of=as_of,
                period=period.value,
                half_life_days=half_life,
                dimension=None if dimension is DimensionName.each else dimension.value,
                without_interested=without_interested,
            )
            if like
            else None
        )
    names = display_name(left), display_name(right)
    if as_json:
        more = {"changes": found, "like": alike}
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
                    "direction": direction.value,
                    "course": [to_dict(tie) for tie in ties],
                    "asymmetry": [dataclasses.asdict(side) for side in sides],
                }
                | {name: [dataclasses.asdict(one) for one in told] for name, told in more.items() if told is not None}
            )
        )
        return
    if not ties:
        typer.echo(f"Nothing is on record between {names[0]} and {names[1]}.")
        return
    for side in dict.fromkeys(tie.dimension for tie in ties):
        course_of = [tie for tie in ties if tie.dimension == side]
        show(course_table(course_of, names, half_life, every, direction.value))
        show(*way_line([one for one in sides if one.dimension == side], names))
    if found is not None:
        show(*changes_table(found, names))
    if alike is not None:
        show(*like_table(alike, names, display_name))


def _all_ties(
    a: str | None,
    every: bool,
    out: Path | None,
    events: str | None,
    store: Path,
    as_of: str | None,
    period: PeriodName,
    dimension: DimensionName,
    half_life: float,
    without_interested: bool,
    as_json: bool,
) -> None:
    """The index of all ties as one Parquet file."""
    from comity.dyads import panel

    if a is not None:
        raise Refused(f"a tie needs two actors: {a!r} and another (or none of them, --all and --out FILE.parquet)")
    if not every or out is None:
        raise Refused("name two actors; or, for the index of all ties, give --all and --out FILE.parquet")
    if dimension is DimensionName.each:
        raise Refused("--dimension each is for one tie; write a file for each side")
    with progress("all ties") as tell, _source(events, store) as source, refusing():
        found = panel(
            source,
            as_of=as_of,
            period=period.value,
            half_life_days=half_life,
            dimension=dimension.value,
            without_interested=without_interested,
        )
        tell(f"writing {len(found):,} rows")
        found.write(out)
    told = {"out": str(out), "rows": len(found), "ties": len(found.dyads), "periods": len(found.periods)}
    if as_json:
        typer.echo(dumps(told))
    else:
        typer.echo(f"{out}: {len(found):,} rows, {len(found.dyads):,} ties, {len(found.periods):,} {period.value}s")


@contextmanager
def _source(events: str | None, store: Path) -> Iterator[Any]:
    """Where events come from: the Parquet files named, or the store."""
    from comity.store import Store

    if events is not None:
        yield events
        return
    with Store.open(store, read_only=True) as opened:
        yield opened


@command
def why_command(
    a: Actor,
    b: Actor,
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    window: Window = None,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    drop_actor: DropActor = None,
    drop_publisher: DropPublisher = None,
    drop_document: DropDocument = None,
    drop_period: DropPeriod = None,
    top: Annotated[int, typer.Option(min=1, help="How many acts and third parties to show.")] = 8,
    as_json: AsJson = False,
) -> None:
    """What pushes the tie between A and B.

    Its own acts, third parties and claims, each with its sentence. With --drop-…
    or --without-interested: the answer without these, and what they change.

    Example: comity why Israel Azerbaijan --window 365 --drop-actor Iran
    """
    from comity.cli.tables import show
    from comity.cli.whatif import dropped, what_if_report, what_if_to_dict
    from comity.cli.why_tables import why_report
    from comity.report.evidence import account_of, account_to_dict
    from comity.report.names import display_name
    from comity.store import Store
    from comity.structure import what_if

    left, right = actors(a, b)
    drop = dropped(drop_actor, drop_publisher, drop_document, drop_period, without_interested)
    with Store.open(store, read_only=True) as opened, refusing():
        found = what_if(opened, left, right, drop, as_of=as_of, window_days=window, half_life_days=half_life)
        told = account_of(opened, found.counterfactual)
    if as_json:
        extra = what_if_to_dict(found, display_name) if drop else {}
        typer.echo(dumps(account_to_dict(told) | extra))
        return
    if drop:
        show(*what_if_report(found, display_name, top))
    show(*why_report(told, top))


@command
def blocs_command(
    store: StorePath = DEFAULT_STORE,
    as_of: AsOf = None,
    min_strength: Annotated[float, typer.Option(min=0, max=10, help="Leave out ties with a weaker index.")] = 1.0,
    among: Annotated[str, typer.Option(metavar="A,B,…", help="Only these actors, parted by commas.")] = "",
    camps: Annotated[
        str, typer.Option(metavar="2|K|auto", callback=_camps, help="How many camps; auto: as many as fit best.")
    ] = "2",
    exact: Annotated[
        bool, typer.Option("--exact/--fast", help="Look for a proof through HiGHS, or answer at once with bounds.")
    ] = True,
    seconds: Annotated[float, typer.Option(min=1, help="How long to look for proofs, in all.")] = 60,
    draws: Annotated[int, typer.Option(min=0, help="Draws of publishers and stories behind intervals; 0: none.")] = 100,
    over: Annotated[
        PeriodName | None, typer.Option("--over", help="The camps at the end of each period, and who moved.")
    ] = None,
    half_life: HalfLife = 365,
    without_interested: WithoutInterested = False,
    top: Annotated[int, typer.Option(min=1, help="How many triads, ties and actors a table shows.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Camps: how all ties part the actors.

    How well the parting fits and whether that is proven, the census of triads beside its expectation, which triads are
    unbalanced, and who sits between.

    Example: comity blocs --as-of 2022-09-05 --camps auto
    """
    from comity.cli.bloc_tables import blocs_course_table, blocs_report
    from comity.cli.tables import show
    from comity.records import to_dict
    from comity.report.names import display_name
    from comity.store import Store
    from comity.structure import blocs, blocs_course

    limits = actors(*filter(None, map(str.strip, among.split(",")))) if among else None
    count = None if camps == "auto" else int(camps)
    if over and count is None:
        raise Refused("--over follows a number of camps through time; --camps auto has none to follow")
    with Store.open(store, read_only=True) as opened, refusing():
        if over:
            periods = blocs_course(
                opened,
                over.value,
                as_of=as_of,
                min_strength=min_strength,
                actors=limits,
                camps=count or 2,
                half_life_days=half_life,
                without_interested=without_interested,
                exact=exact,
                seconds=seconds,
                draws=draws,
            )
        else:
            found = blocs(
                opened,
                as_of,
                min_strength,
                actors=limits,
                camps=count,
                half_life_days=half_life,
                without_interested=without_interested,
                exact=exact,
                seconds=seconds,
                draws=draws,
                top=top,
            )
    if as_json:
        between = [] if over else [place.actor for place in found.between]
        typer.echo(
            dumps(
                {"period": over.value, "course": [to_dict(each) for each in periods]}
                if over
                else {**to_dict(found), "between": between}
            )
        )
    elif over:
        show(*blocs_course_table(periods, display_name))
    else:
        show(*blocs_report(found, display_name, top))
