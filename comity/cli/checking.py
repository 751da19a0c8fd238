"""The command that holds a document against the record: check."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    AsJson,
    AsOf,
    Day,
    Inputs,
    Refused,
    StorePath,
    command,
    dumps,
    line,
    list_failures,
    plain,
    progress,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.dyads.corroboration import Standing
    from comity.scrutiny import Check

WITNESSES, SENTENCES = 2, 400


def register(app: typer.Typer) -> None:
    app.command("check")(check_command)


@command
def check_command(
    inputs: Inputs,
    store: StorePath = DEFAULT_STORE,
    html: Annotated[Path | None, typer.Option("--html", help="Write one HTML page into this file.")] = None,
    as_json: AsJson = False,
    published: Day = None,
    as_of: AsOf = None,
) -> None:
    """Hold a document against the record.

    Its interests, the events it tells and who else tells them, what it claims
    in its own voice, what it lets others say, and its loaded terms.

    The store is only read.

    Example: comity check article.txt --store out/comity-demo.duckdb
    """
    from comity.app.check import check
    from comity.cli.tables import show
    from comity.report.checkpage import check_page
    from comity.report.names import display_name
    from comity.scrutiny import check_to_dict
    from comity.sources import Failure
    from comity.store import Store

    if as_json and html:
        raise Refused("--json and --html ask for two things (give one of them)")
    failures: list[Failure] = []
    checks: list[Check] = []
    with Store.open(store, read_only=True) as opened, progress("checking") as advance:
        for outcome in check(inputs, opened, published=published, as_of=as_of):
            if isinstance(outcome, Failure):
                failures.append(outcome)
            elif as_json:
                typer.echo(dumps(check_to_dict(outcome, display_name)))
            else:
                checks.append(outcome)
                advance(f"{len(checks)} documents")
    if html and checks:
        html.write_text(check_page(checks), encoding="utf-8", errors="replace")
        typer.echo(str(html))
    else:
        for number, item in enumerate(checks):
            show(*(["\n"] if number else []), *check_report(item))
    list_failures(failures)


def check_report(check: Check) -> Iterable[RenderableType]:
    """A check in the terminal, within 80 columns."""
    from rich.text import Text

    from comity.report.checkwords import claim_line, interest_line, summary

    document = check.document
    yield Text(plain(document.title or document.origin or document.id), style="bold")
    yield Text(plain(f"{document.publisher or 'unnamed publisher'}, {document.published.date or 'no date'}"))
    yield Text(summary(check) + "\n")
    yield _head("Genre and interests")
    signals = "; ".join(f"“{plain(words)}”" for words in document.genre_signals[:4] if words != "record")
    yield line(f"{document.genre}{f': {signals}' if signals else ''}")
    for interest in document.interests:
        yield line(interest_line(interest), style="yellow")
        yield _quote(interest.sentence)
    if not document.interests:
        yield line("no interest is disclosed")
    if check.copies:
        yield line(_copies(check))
    yield _head("\nEvents it reports")
    for standing in check.events:
        yield from _event(standing)
    if not check.events:
        yield line("none")
    yield _head("\nContested statements in the author's own voice")
    for item in check.own:
        yield _quote(item.text, 2)
        if item.reasons:
            yield line("; ".join(f"{reason.kind}: {reason.words}" for reason in item.reasons), 4, "yellow")
        for claim in item.claims:
            yield line(claim_line(claim), 4, "dim")
    if not check.own:
        yield line("none found")
    yield _head("\nWhat others are made to say")
    for said in check.spoken:
        yield line(f"{said.speaker or 'somebody unnamed'} ({said.kind})")
        yield _quote(said.sentence if said.kind == "reported" else said.text.strip('“”"'))
        for use in said.terms:
            yield line(f"loaded: {use.text} → {use.term.neutral}", 4, "dim")
    if not check.spoken:
        yield line("nothing")
    yield _head("\nLoaded terms in the author's own voice")
    yield _terms(check)


def _copies(check: Check) -> str:
    count = len(check.copies)
    return f"{count} {'copy' if count == 1 else 'copies'} of it in the store; no witness of its own"


def _event(standing: Standing) -> Iterable[RenderableType]:
    from rich.text import Text

    from comity.report.checkwords import WITNESS, chosen, event_line, verdict

    event = standing.event
    until = f" … {event.date.end}" if event.date.end != event.date.start else ""
    colour = "red" if standing.contradiction else "green" if standing.corroboration else "yellow"
    head = Text(f"  {event.date.start}{until}  ")
    head.append(plain(event_line(event)), style="bold")
    yield head
    yield _quote(event.text)
    if event.attribution.kind != "author":
        yield line(f"according to {event.attribution.speaker or 'somebody unnamed'} ({event.attribution.kind})", 4)
    yield line(verdict(standing), 4, colour)
    for witness in chosen(standing, WITNESSES):
        interested = " [interested]" if witness.interested else ""
        place = f"{witness.publisher or 'unnamed publisher'}, {witness.published or 'no date'}{interested}"
        yield line(f"{place} {WITNESS[witness.kind]}:", 6, "dim")
        yield _quote(witness.event.text, 8, "dim")


def _terms(check: Check) -> RenderableType:
    from rich import box
    from rich.table import Table

    from comity.report.checkwords import distinct, parties

    if not check.terms:
        return line("none found")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("term", max_width=26)
    table.add_column("whose", max_width=18)
    table.add_column("neutral instead")
    for use, count in distinct(check.terms):
        times = f" ({count} times)" if count > 1 else ""
        table.add_row(plain(use.text) + times, parties(use) or "general", use.term.neutral)
    return table


def _head(words: str) -> RenderableType:
    from rich.text import Text

    return Text(words, style="bold underline")


def _quote(words: str, indent: int = 4, style: str = "") -> RenderableType:
    cut = words if len(words) <= SENTENCES else words[:SENTENCES].rsplit(" ", 1)[0] + " …"
    return line(f"“{cut}”", indent, style)
