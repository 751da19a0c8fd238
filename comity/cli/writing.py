"""The commands that write files: export, demo."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    AsOf,
    HalfLife,
    StorePath,
    command,
    list_failures,
    progress,
    refusing,
)


class FormatName(StrEnum):
    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"
    clusters = "clusters"
    graphml = "graphml"


def register(app: typer.Typer) -> None:
    app.command("export")(export_command)
    app.command("demo")(demo_command)


@command
def export_command(
    form: Annotated[
        FormatName,
        typer.Option(
            "--format",
            help="parquet: documents, events and claims; clusters: acts with their reports and how many independent "
            "publishers tell them; graphml: the ties.",
        ),
    ],
    store: StorePath = DEFAULT_STORE,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write (Parquet: the folder); by default standard output.")
    ] = None,
    as_of: AsOf = None,
    half_life: HalfLife = 365,
) -> None:
    """Write what a store holds, for other programs.

    Events as CSV, JSON lines or Parquet, clusters of events as JSON lines, the
    ties as GraphML.

    Example: comity export --format csv --out events.csv
    """
    from comity.app.export import export
    from comity.store import Store

    with Store.open(store, read_only=True) as opened, refusing():
        lines = export(opened, form.value, out, as_of=as_of, half_life_days=half_life)
        if out is None or form is FormatName.parquet:
            for line in lines:
                sys.stdout.write(line + "\n")
        else:
            with out.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
                stream.writelines(line + "\n" for line in lines)
            typer.echo(str(out))


@command
def demo_command(out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path("out")) -> None:
    """All of it, on the shipped dispatches.

    The tie of Israel and Azerbaijan, what pushes it, and the brief.

    Example: comity demo --out out
    """
    from comity.app.demo import PAIR, demo
    from comity.cli.tables import show
    from comity.cli.tie_tables import course_table
    from comity.cli.why_tables import why_report
    from comity.report.names import display_name

    begun = time.monotonic()
    with progress("demo") as advance:
        made = demo(out, watch=lambda done: advance(f"{done} dispatches"))
    names = display_name(PAIR[0]), display_name(PAIR[1])
    counts = made.counts
    typer.echo(
        f"{counts['documents']} dispatches, {counts['events']:,} events, {counts['claims']} claims → {made.store}\n"
    )
    show(course_table(made.course, names, 365, False), *why_report(made.account, 5))
    typer.echo(f"Brief: {made.brief}")
    typer.echo(f"Next: comity why Israel Azerbaijan --store {made.store} --as-of 2022-09-05")
    typer.echo(f"{time.monotonic() - begun:.0f} s", err=True)
    list_failures(list(made.failures))
