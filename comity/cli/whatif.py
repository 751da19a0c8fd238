"""What if, in the terminal: the options that leave something out of the record, and the table of what that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.shared import Refused, actors, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.structure import Drop, WhatIf, Why

DropActor = Annotated[
    list[str] | None,
    typer.Option("--drop-actor", metavar="ACTOR", help="What if this third party were not on record? May be repeated."),
]
DropPublisher = Annotated[
    list[str] | None,
    typer.Option("--drop-publisher", metavar="NAME", help="What if this publisher had not reported? May be repeated."),
]
DropDocument = Annotated[
    list[str] | None,
    typer.Option("--drop-document", metavar="ID", help="What if this document were not there? May be repeated."),
]
DropPeriod = Annotated[
    str | None,
    typer.Option("--drop-period", metavar="FROM/TO", help="What if these days had not been? YYYY-MM-DD/YYYY-MM-DD."),
]


def dropped(
    names: Sequence[str] | None,
    publishers: Sequence[str] | None,
    documents: Sequence[str] | None,
    period: str | None,
    interested: bool,
) -> Drop:
    """What the options leave out. Raises UnknownActor, and Refused for a period that is none."""
    from comity.structure import Drop

    return Drop(
        actors=tuple(code for name in names or () for code in actors(name)),
        publishers=tuple(publishers or ()),
        documents=tuple(documents or ()),
        period=_period(period) if period else None,
        interested=interested,
    )


def _period(text: str) -> tuple[str, str]:
    begin, _, end = text.partition("/")
    try:
        days = date.fromisoformat(begin.strip()), date.fromisoformat(end.strip())
    except ValueError:
        raise Refused(
            f"--drop-period {text!r} is no period (write it as 2020-01-01/2020-12-31, both days included)"
        ) from None
    if days[0] > days[1]:
        raise Refused(f"--drop-period {text!r} ends before it begins (turn the two days round)")
    return days[0].isoformat(), days[1].isoformat()


def what_if_to_dict(found: WhatIf, name: Callable[[str], str]) -> dict[str, Any]:
    """What the answer's own JSON is given besides: `dropped`, the figures of both answers, and their differences."""
    drop = found.drop
    return {
        "dropped": {
            "actors": list(drop.actors),
            "publishers": list(drop.publishers),
            "documents": list(drop.documents),
            "period": list(drop.period) if drop.period else None,
            "interested": drop.interested,
            "events": list(found.gone),
        },
        "base": _figures(found.base, name),
        "counterfactual": _figures(found.counterfactual, name),
        "differences": {
            "after": found.after,
            "change": found.change,
            "mass": found.mass,
            "structural": found.structural,
            "drivers": [
                {
                    "third": shift.third,
                    "name": name(shift.third),
                    "pressure": shift.pressure,
                    "change": shift.change,
                    "share": shift.share,
                }
                for shift in found.shifts
            ],
        },
    }


def _figures(found: Why, name: Callable[[str], str]) -> dict[str, Any]:
    from comity.structure import contribution

    return {
        "start": found.start,
        "end": found.end,
        "before": found.before,
        "after": found.after,
        "change": found.change,
        "mass": found.mass,
        "structural": found.structural,
        "drivers": [
            {
                "third": driver.third,
                "name": name(driver.third),
                "pressure": driver.pressure,
                "change": driver.change,
                "share": driver.share,
                "contribution": contribution(driver),
                "leg_a": driver.leg_a,
                "leg_b": driver.leg_b,
            }
            for driver in found.drivers
        ],
    }


def what_if_report(found: WhatIf, name: Callable[[str], str], top: int) -> Iterator[RenderableType]:
    """What leaving it out changes, before the answer without it."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from comity.report.words import signed

    base, other = found.base, found.counterfactual
    yield Text(f"What if: without {plain(_words(found, name))}", style="bold")
    many = len(found.gone)
    yield Text(f"{many} {'report goes' if many == 1 else 'reports go'}; the window stays {base.start} to {base.end}.")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for head in ("with", "without", "difference"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row("index", signed(base.after), signed(other.after), signed(found.after, 2))
    table.add_row("its change", signed(base.change, 2), signed(other.change, 2), signed(found.change, 2))
    table.add_row("acts remembered", f"{base.mass:g}", f"{other.mass:g}", _count(found.mass))
    table.add_row(
        "third parties in sum", signed(base.structural, 3), signed(other.structural, 3), signed(found.structural, 3)
    )
    for shift in [shift for shift in found.shifts if shift.change or shift.pressure][:top]:
        with_, without = (signed(driver.change, 3) if driver else "–" for driver in (shift.base, shift.counterfactual))
        table.add_row(f"  {plain(name(shift.third))}", with_, without, signed(shift.change, 3))
    yield table
    yield Text("Third parties: what each changed over the window. Below, the answer without.\n", style="dim")


def _words(found: WhatIf, name: Callable[[str], str]) -> str:
    drop = found.drop
    parts = [
        *(name(code) for code in drop.actors),
        *(f"the reports of {publisher}" for publisher in drop.publishers),
        *(f"document {document}" for document in drop.documents),
        *([f"what happened from {drop.period[0]} to {drop.period[1]}"] if drop.period else []),
        *(["interested sources"] if drop.interested else []),
    ]
    return "; ".join(parts)


def _count(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"
