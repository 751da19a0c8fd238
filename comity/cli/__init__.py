"""The command line: parse, call the function of the same name, print. `main` is the program `comity`.

Exit codes: 0 all well; 1 some inputs failed, the rest is done; 2 the call cannot be answered; 130 interrupted.
Each module of commands is thin, and imports what is heavy inside its commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from comity.cli import (
    answering,
    briefing,
    checking,
    coding,
    evaluating,
    forecasting,
    keeping,
    loading,
    serving,
    validating,
    watching,
    writing,
)
from comity.cli.shared import DEBUG

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
MODULES = (
    coding,
    keeping,
    loading,
    answering,
    forecasting,
    briefing,
    watching,
    checking,
    writing,
    evaluating,
    validating,
    serving,
)
for module in MODULES:
    module.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from comity import __version__

        typer.echo(f"comity {__version__}")
        raise typer.Exit


@app.callback()
def comity(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Comity keeps the ledger of relations between states: who did what to whom, when, and who says so.

    Example: comity demo
    """
    DEBUG.set(debug)


def main() -> None:
    """Runs the program on the arguments it was called with."""
    arguments = sys.argv[1:]
    if "--debug" in arguments:
        # It may stand anywhere, as one adds it to a call that has just failed.
        arguments = ["--debug", *(argument for argument in arguments if argument != "--debug")]
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            # Half a surrogate pair in a text, or a terminal that knows only ASCII, is no reason to stop.
            reconfigure(errors="backslashreplace")
    app(args=arguments)
