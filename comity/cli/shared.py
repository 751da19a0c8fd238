"""What all commands share: options, and how a fault ends a command."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer

from comity.errors import ComityError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.sources import Failure

P = ParamSpec("P")
R = TypeVar("R")

# Whether --debug was given: a fault is then raised, with its traceback.
DEBUG: ContextVar[bool] = ContextVar("debug", default=False)
PARTLY, REFUSED, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141


def _day(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no date (write it as YYYY-MM-DD)") from None


StorePath = Annotated[Path, typer.Option("--store", help="The store, made with `comity code … --store FILE`.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", callback=_day, help="Only what was known by this day, YYYY-MM-DD."),
]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", callback=_day, help="The publication date of the inputs, YYYY-MM-DD."),
]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Fetch from private networks and this machine too, when given addresses."),
]
HalfLife = Annotated[
    float, typer.Option("--half-life", metavar="DAYS", min=1, help="Days after which an act counts half.")
]
Window = Annotated[
    int | None,
    typer.Option("--window", metavar="DAYS", min=1, help="Look at the last DAYS days; by default at the whole record."),
]
WithoutInterested = Annotated[
    bool, typer.Option("--without-interested", help="Leave out official, opinion and interested documents.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT…", help='Files, folders, globs, web addresses, or "-" for standard input.', show_default=False
    ),
]
Actor = Annotated[str, typer.Argument(help="A state or other actor: name or code.", show_default=False)]
DEFAULT_STORE = Path("comity.duckdb")


class Refused(ValueError):
    """A value that a command cannot work with; the message says why."""


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Wraps a command so that a fault is one line on standard error and an exit code, never a traceback.

    Only what a user can mend is caught: our own errors, refused values, and what the system says of a file. Anything
    else is a bug, and its traceback is what the one who mends it needs.
    """

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            try:
                return function(*args, **kwargs)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough (`| head`). What is left in the buffer must not be flushed at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from None
        except KeyboardInterrupt:
            complain("interrupted; run the same command again, and with --store it resumes where it stopped", "note")
            raise typer.Exit(INTERRUPTED) from None
        except (ComityError, Refused, OSError) as error:
            if DEBUG.get():
                raise
            complain(_in_one_line(error))
            raise typer.Exit(REFUSED) from None

    return wrapped


@contextmanager
def refusing() -> Iterator[None]:
    """Around a call whose ValueError means a bad argument, as its docstring says."""
    try:
        yield
    except ValueError as error:
        raise Refused(str(error)) from error


def _in_one_line(error: Exception) -> str:
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'writing'}: {error.strerror or error} (check the path, its permissions and the disk)"
        )
    return "; ".join(str(error).splitlines())


def complain(message: str, kind: str = "error") -> None:
    """One line on standard error."""
    typer.echo(f"{kind}: {plain(message)}", err=True)


def plain(text: str) -> str:
    """A text of strangers on one line, without the control characters that would speak to the terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text).strip()


def dumps(value: Any) -> str:
    """One line of JSON; readable letters, but ASCII where a text holds half a surrogate pair."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value)
    return line


def actors(*names: str) -> list[str]:
    """The codes of different actors by name or code. Raises UnknownActor, and ComityError for the same actor twice."""
    from comity.actors import load_index

    return load_index().lookup_each(names)


def list_failures(failures: list[Failure]) -> None:
    """Complains of each input that could not be read; with any, the command ends as partly done."""
    for failure in failures:
        complain(str(failure))
    if failures:
        raise typer.Exit(PARTLY)


@contextmanager
def progress(task: str) -> Iterator[Callable[[str], None]]:
    """A line of progress on standard error where somebody is watching; nothing in a log."""
    if not sys.stderr.isatty():
        yield lambda _words: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        bar = shown.add_task(task, total=None)
        yield lambda words: shown.update(bar, description=f"{task}: {words}")


def line(words: str, indent: int = 2, style: str = "") -> RenderableType:
    """A line of a report in the terminal, every line of it indented where it is broken."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(plain(words), style=style), (0, 0, 0, indent), expand=False)
