"""The command that looks after a store: check, backup, restore."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import DEFAULT_STORE, PARTLY, AsJson, Refused, command, complain, dumps, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.store.checking import StoreCheck


class Doing(StrEnum):
    """What is done with the store."""

    check = "check"
    backup = "backup"
    restore = "restore"


def register(app: typer.Typer) -> None:
    app.command("store")(store_command)


@command
def store_command(
    doing: Annotated[
        Doing, typer.Argument(help="Look it through, write all of it into FOLDER, or make it from FOLDER.")
    ] = Doing.check,
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The back-up; for restore also a folder of `code --out`.")
    ] = None,
    store: Annotated[Path, typer.Option("--store", help="The store; for restore a new one.")] = DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Check a store, back it up, restore it.

    check tells what it holds, and exits with 1 where something is wrong with it.
    backup writes every table whole as Parquet; restore makes an equal store of that.

    Example: comity store backup kept --store comity.duckdb
    """
    if (folder is None) is not (doing is Doing.check):
        raise Refused(
            "check takes no folder" if folder else f"{doing.value} takes a folder: comity store {doing.value} FOLDER"
        )
    from comity.store import Store
    from comity.store.checking import check_store

    if folder is None:
        with Store.open(store, read_only=True) as opened:
            found = check_store(opened)
        if as_json:
            from dataclasses import asdict

            typer.echo(dumps(asdict(found)))
        else:
            from comity.cli.tables import show

            show(rows_table(found))
            cut = f"; {found.unfinished:,} runs cut off or going on" if found.unfinished else ""
            typer.echo(f"schema {found.schema}{cut}; {'see below' if found.faults else 'nothing is wrong'}")
        for fault in found.faults:
            complain(f"{fault.count:,} {fault.fault}, such as {', '.join(fault.ids)}")
        if found.faults:
            raise typer.Exit(PARTLY)
        return
    if doing is Doing.backup:
        with Store.open(store, read_only=True) as opened:
            opened.export(folder)
            counts = opened.counts()
        place = folder
    else:
        if not folder.is_dir():
            raise Refused(f"{folder}: there is no such folder (give one of `comity store backup`)")
        new = not store.exists()
        try:
            with Store.open(store) as opened:
                counts = opened.restore(folder)
        except BaseException:
            if new:
                # Nothing was restored: no empty store is left in the way of the next try.
                store.unlink(missing_ok=True)
            raise
        place = store
    if as_json:
        typer.echo(dumps({"path": str(place), "rows": counts}))
    else:
        words = (f"{count:,} {table.removesuffix('s') if count == 1 else table}" for table, count in counts.items())
        typer.echo(f"{', '.join(words)} → {plain(str(place))}")


def rows_table(found: StoreCheck) -> RenderableType:
    """What a store holds."""
    from rich import box
    from rich.table import Table

    table = Table(title=plain(found.path), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, count in found.rows.items():
        table.add_row(name, f"{count:,}")
    return table
