"""The command that takes in other people's event data: load."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import DEFAULT_STORE, AsJson, command, dumps, list_failures, plain, progress

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.app.load import Load

# Unknown actors that the table shows; all that were kept are in the JSON.
TOP = 10


class DatasetName(StrEnum):
    gdelt = "gdelt"
    icews = "icews"
    polecat = "polecat"
    acled = "acled"
    ucdp = "ucdp"
    phoenix = "phoenix"


def register(app: typer.Typer) -> None:
    app.command("load")(load_command)


@command
def load_command(
    dataset: Annotated[DatasetName, typer.Argument(help="Whose data it is.", show_default=False)],
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Files as published, folders, globs; .zip and .gz too.", show_default=False
        ),
    ],
    store: Annotated[
        Path, typer.Option("--store", help="The store to load into; made if there is none.")
    ] = DEFAULT_STORE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Reckon everything, write nothing.")] = False,
    top: Annotated[int, typer.Option(min=0, help="How many unknown actors to show.")] = TOP,
    as_json: AsJson = False,
) -> None:
    """Load other people's events into the same store.

    GDELT, ICEWS, POLECAT, ACLED, UCDP GED or Phoenix, as published. Every row is
    accounted for. Run again, it loads only what is new.

    Example: comity load icews events.2018.tab --store icews.duckdb
    """
    from comity.app.load import load, load_to_dict
    from comity.store import Store

    # A dry run makes no store where there is none.
    place = store if not dry_run or store.exists() else ":memory:"
    with Store.open(place) as opened, progress("loading") as advance:
        found = load(dataset.value, inputs, store=opened, dry_run=dry_run, watch=advance)
    if as_json:
        typer.echo(dumps(load_to_dict(found)))
    elif found.files:
        from comity.cli.tables import show

        show(*load_report(found, "" if dry_run else str(store), top))
    list_failures(list(found.failures))


def load_report(found: Load, store: str, top: int) -> Iterable[RenderableType]:
    """What was loaded, what was not and why, and whom Comity does not know."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    skipped = sum(file.skipped for file in found.files)
    table = Table(title=f"{found.rows:,} rows", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name, justify in (("", "left"), ("rows", "right"), ("lines, for example", "left")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    table.add_row("loaded" if store else "would be loaded", f"{found.loaded:,}", "")
    table.add_row("already there", f"{found.present:,}", f"{skipped} files loaded before" if skipped else "")
    several = len(found.files) > 1
    examples = {
        drop.reason: (f"{Path(file.place).name}: " if several else "") + ", ".join(map(str, drop.lines))
        for file in reversed(found.files)
        for drop in file.dropped
        if drop.lines
    }
    for drop in found.dropped:
        table.add_row(drop.reason, f"{drop.count:,}", plain(examples.get(drop.reason, "")))
    yield table
    resolved = found.resolution
    if resolved.states or resolved.others:
        words = [
            f"{kind}: {known:,} of {count:,} resolved ({known / count:.2%})"
            for kind, known, count in (
                ("state actors", resolved.states_resolved, resolved.states),
                ("others", resolved.others_resolved, resolved.others),
            )
            if count
        ]
        yield Text("; ".join(words) + "\n")
    if found.unknown and top:
        yield unknown_table(found, top)
    for file in found.files:
        for note in file.notes:
            yield Text(f"{plain(Path(file.place).name)}: {note}")
    if store:
        yield Text(f"→ {plain(store)}")


def unknown_table(found: Load, top: int) -> RenderableType:
    """The parties that no table of Comity's holds, by how many rows they cost."""
    from rich import box
    from rich.table import Table

    table = Table(title="Unknown actors", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("rows", justify="right")
    table.add_column("name")
    table.add_column("country")
    for item in found.unknown[:top]:
        table.add_row(f"{item.count:,}", plain(item.name), plain(item.country or ""))
    if len(found.unknown) > top:
        table.caption = f"… and {len(found.unknown) - top:,} more (--top, --json)"
        table.caption_justify = "left"
    return table
