"""The command that watches feeds: watch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.shared import (
    DEFAULT_STORE,
    PARTLY,
    AllowPrivate,
    AsJson,
    Refused,
    StorePath,
    actors,
    command,
    complain,
    dumps,
    plain,
    refusing,
)

if TYPE_CHECKING:
    from comity.sources import Web
    from comity.watch import Alert, Polled
    from comity.watch.channels import Channel
    from comity.watch.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("watch")(watch_command)


@command
def watch_command(
    a: Annotated[str | None, typer.Argument(help="A state or other actor; with B, tell only of their tie.")] = None,
    b: Annotated[str | None, typer.Argument(help="The other.")] = None,
    feeds: Annotated[
        list[str] | None,
        typer.Option(
            "--feeds",
            metavar="FEED",
            help="A feed's address, a file or a folder; a .txt or .opml lists feeds. Repeat it.",
        ),
    ] = None,
    store: StorePath = DEFAULT_STORE,
    once: Annotated[bool, typer.Option("--once", help="Poll once and leave, for cron.")] = False,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="How often to poll: 30s, 15m, 2h, 1d.")] = "15m",
    move: Annotated[
        float | None, typer.Option(min=0.1, max=20, help="Tell of moves of so many points within the interval too.")
    ] = 2.0,
    min_mass: Annotated[float, typer.Option(min=1, help="Tell of a move only with so many acts remembered.")] = 3,
    atom: Annotated[
        Path | None, typer.Option("--atom", metavar="FILE", help="Keep an Atom feed of alerts here.")
    ] = None,
    webhook: Annotated[
        str | None, typer.Option("--webhook", metavar="URL", help="Post alerts here, signed; see docs/watch.md.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", metavar="FILE", help="A TOML file with atom, webhook and mail.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Read the page behind an entry, not its summary.")] = False,
    allow_private: AllowPrivate = False,
    as_json: AsJson = False,
) -> None:
    """Poll feeds, code what is new, and tell when a tie moves.

    Or when two appear who were never on record together. With A and B it tells
    of their tie alone, and of new pairs with either.

    Example: comity watch Israel Azerbaijan --feeds feeds.txt --every 15m
    """
    from comity.app.reading import default_web
    from comity.watch import Watch
    from comity.watch.feeds import seconds, sources, span_words
    from comity.watch.loop import once as poll_once
    from comity.watch.loop import run, stopping
    from comity.watch.rule import Rule
    from comity.watch.settings import load_settings

    if not feeds:
        raise Refused("there is nothing to watch (give --feeds, an address, a file or a list of them)")
    if bool(a) != bool(b):
        raise Refused("a tie has two ends: name A and B, or neither")
    pair = tuple(sorted(actors(a, b))) if a and b else None
    with refusing():
        pace = seconds(every)
    named = sources(feeds)
    loaded = load_settings(settings, atom=atom, webhook=webhook)
    for warning in loaded.warnings:
        complain(warning, "note")
    web = default_web(allow_private)
    watch = Watch(
        store=store,
        pairs=((pair[0], pair[1]),) if pair else None,
        rule=Rule(min_mass=min_mass, move=move),
        web=web,
        follow=follow,
    )
    channels = _channels(loaded, web, as_json)
    told: set[str] = set()
    with stopping() as stop:
        if once:
            polled = poll_once(watch, named, channels, stop=stop.is_set)
            _tell(polled, {}, told)
            if polled.failed or polled.faults:
                raise typer.Exit(PARTLY)
            return
        complain(
            f"{len(named)} source{'' if len(named) == 1 else 's'}, every {span_words(pace)}; stop with Ctrl-C", "note"
        )
        run(watch, named, channels, pace, stop, lambda polled, waits: _tell(polled, waits, told))
        complain("stopped; all that was read is in the store", "note")


def _channels(loaded: Settings, web: Web, as_json: bool) -> list[Channel]:
    from comity.watch.alert import alert_to_dict
    from comity.watch.atom import AtomFile
    from comity.watch.channels import Terminal
    from comity.watch.mail import MailChannel
    from comity.watch.webhook import WebhookChannel

    def line(alert: Alert) -> None:
        typer.echo(dumps(alert_to_dict(alert)))

    made: list[Channel] = [Terminal(line if as_json else _print)]
    if loaded.atom:
        made.append(AtomFile(loaded.atom))
    if loaded.webhook:
        made.append(WebhookChannel(loaded.webhook, private=web.private))
    if loaded.mail:
        made.append(MailChannel(loaded.mail))
    return made


def _print(alert: Alert) -> None:
    from comity.cli.shared import line
    from comity.cli.tables import show

    typer.secho(plain(alert.title), bold=True)
    show(line(alert.summary()), *(line(words, 4) for words in alert.lines()))


def _tell(polled: Polled, waits: dict[str, float], told: set[str]) -> None:
    """A poll in lines: faults on standard error, each fault of an entry once while watching goes on."""
    from comity.watch.feeds import span_words

    failed = {id(failure) for _, failure in polled.failed}
    for source, failure in polled.failed:
        wait = f"; left alone for {span_words(waits[source])}" if source in waits else ""
        complain(f"{failure}{wait}")
    for failure in polled.failures:
        if id(failure) not in failed and str(failure) not in told:
            told.add(str(failure))
            complain(str(failure))
    for fault in polled.faults:
        complain(fault)
    count = len(polled.alerts)
    words = f"{polled.new} new document{'' if polled.new == 1 else 's'}, {polled.events} events, {count} alert{'' if count == 1 else 's'}"
    complain(f"{words}; a first poll only learns what there is" if polled.learning else words, "note")
