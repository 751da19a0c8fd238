"""The command that holds the measures against the record of others: validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.cli.shared import command, dumps, progress

DEFAULT_DATA = Path("../shared/data")
DEFAULT_PAGE = Path("docs/validation.md")


def register(app: typer.Typer) -> None:
    app.command("validate")(validate_command)


@command
def validate_command(
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="The folder that holds icews/ and interstate/.")
    ] = DEFAULT_DATA,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The page to write; its pictures go beside it.")
    ] = DEFAULT_PAGE,
    seed: Annotated[int, typer.Option(help="For the draws; the same seed gives the same page.")] = 0,
    draws: Annotated[int, typer.Option(min=50, help="Bootstrap draws of each interval.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON; write no page.")] = False,
) -> None:
    """Hold index, forecast and balance against the record of others.

    Alliances, rivalries, disputes and signed networks; a rolling backtest of the
    forecast; sensitivity. Writes one page with its pictures. Takes minutes.

    Example: comity validate --data ../shared/data --out docs/validation.md
    """
    from comity.validation import validate, validation_to_dict, write_page

    with progress("validating") as advance:
        found = validate(data, seed=seed, draws=draws, progress=advance)
    if as_json:
        typer.echo(dumps(validation_to_dict(found)))
    else:
        for path in write_page(found, out):
            typer.echo(str(path))
