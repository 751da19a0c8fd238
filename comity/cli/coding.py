"""The commands that read texts: read, code, relate."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.shared import (
    PARTLY,
    AllowPrivate,
    Day,
    Inputs,
    Refused,
    command,
    complain,
    dumps,
    list_failures,
    progress,
)

if TYPE_CHECKING:
    from comity.app.coding import Crew, Progress
    from comity.records import Document, Event
    from comity.sources import Failure, Web

# Seconds after which a run lets others have its store for a moment, and below which a speed says little.
SHARE = 5.0
TELLING = 5.0


class Engine(StrEnum):
    """Whose processes code."""

    local = "local"
    dask = "dask"


def register(app: typer.Typer) -> None:
    app.command("read")(read_command)
    app.command("code")(code_command)
    app.command("relate")(relate_command)


@command
def read_command(
    inputs: Inputs,
    _as_json: Annotated[bool, typer.Option("--json", help="JSON lines; this is what `read` prints anyway.")] = True,
    published: Day = None,
    allow_private: AllowPrivate = False,
    fold: Annotated[
        bool, typer.Option("--fold", help="Name the head of each copy's story; prints when all inputs are read.")
    ] = False,
) -> None:
    """Read inputs; print documents as JSON lines.

    Each has its text without furniture, date, authors, genre and disclosed interests.
    With --fold, copies of a story name its first document in duplicates_of.

    Example: comity read article.html --date 2022-09-05
    """
    from comity import Failure, fold_duplicates, read
    from comity.app.reading import default_web
    from comity.records import to_dict

    failed = 0
    kept: list[Document] = []
    for outcome in read(inputs, published=published, web=default_web(allow_private)):
        if isinstance(outcome, Failure):
            failed += 1
            complain(str(outcome))
        elif fold:
            # An earlier copy may come last, so nothing is printed before all are there.
            kept.append(outcome)
        else:
            sys.stdout.write(dumps(to_dict(outcome)) + "\n")
    for document in fold_duplicates(kept) if kept else ():
        sys.stdout.write(dumps(to_dict(document)) + "\n")
    if failed:
        raise typer.Exit(PARTLY)


@command
def code_command(
    inputs: Inputs,
    store: Annotated[
        Path | None, typer.Option("--store", help="Write documents, events and claims into this store; resumable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each event as a line of JSON.")] = False,
    parquet: Annotated[Path | None, typer.Option("--parquet", help="Write the events into this Parquet file.")] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FOLDER", help="Write Parquet by year into this folder or address; resumable."),
    ] = None,
    published: Day = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each sentence and why it was coded so, or why not; write nothing.")
    ] = False,
    fold: Annotated[
        bool, typer.Option("--fold", help="Count the copies of stories; codes when all inputs are read.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Processes; by default one a core, and 1 for small inputs."),
    ] = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Whose processes: this machine's, or a Dask cluster's.")
    ] = (Engine.local),
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, as tcp://host:8786.")
    ] = None,
    shard_size: Annotated[
        int | None,
        typer.Option("--shard-size", metavar="BYTES", min=1, help="Cut larger files into pieces of this size."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit",
            metavar="SECONDS",
            min=1,
            help="Set aside what 64 documents take longer for; several processes do after 300, one if you give this.",
        ),
    ] = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Code inputs: who did what to whom, and when.

    Into a store, as JSON lines, as Parquet, or as a short table.

    Run again with the same store or --out, it codes only what is new, and with a
    store counts what are copies of another's story. Several processes give the
    same as one. --explain asks it for its reasons, sentence by sentence.

    Example: comity code articles/ --store comity.duckdb
    """
    from comity.app.coding import Crew, code, crew_for
    from comity.app.export import write_events
    from comity.app.reading import default_web
    from comity.records import to_dict
    from comity.sources import Failure
    from comity.store import Store

    if explain:
        if store or parquet or out:
            raise Refused("--explain writes nothing (leave out --store, --parquet and --out)")
        _explain(inputs, published, as_json, default_web(allow_private))
        return
    if scheduler and engine is not Engine.dask:
        raise Refused("--scheduler is for a Dask cluster (add --engine dask)")
    watched = time_limit is not None and not (out or "").startswith("memory://")
    crew = Crew(
        engine=engine.value, scheduler=scheduler, seconds=time_limit or 300.0, shard=shard_size, watched=watched
    )
    if out is not None:
        if store or parquet or as_json or fold:
            raise Refused("--out stands alone (leave out --store, --parquet, --json and --fold)")
        _code_to_folder(
            inputs,
            out,
            crew_for(inputs, crew, 1 if out.startswith("memory://") else workers),
            published,
            default_web(allow_private),
        )
        return
    crew = crew_for(inputs, crew, workers)
    failures: list[Failure] = []
    undated: list[str] = []
    kept: list[Event] = []
    counts = {"documents": 0, "resumed": 0, "copies": 0, "events": 0, "claims": 0}
    keep = parquet is not None or not (as_json or store)
    began = time.monotonic()
    opened = Store.open(store) if store else None
    try:
        with progress("coding") as advance:
            for outcome in code(
                inputs,
                store=opened,
                published=published,
                web=default_web(allow_private),
                fold=fold,
                crew=crew,
                share=SHARE,
                watch=lambda done: advance(_pace(done)),
            ):
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                    continue
                if outcome.document.published.date is None and not outcome.resumed:
                    undated.append(outcome.document.origin or outcome.document.id)
                counts["documents"] += 1
                counts["resumed"] += outcome.resumed
                counts["copies"] += outcome.document.duplicates_of is not None
                counts["events"] += len(outcome.events)
                counts["claims"] += len(outcome.claims)
                if as_json:
                    sys.stdout.writelines(dumps(to_dict(event)) + "\n" for event in outcome.events)
                if keep:
                    kept.extend(outcome.events)
    finally:
        if opened:
            opened.close()
    if parquet:
        write_events(kept, parquet)
    if not as_json:
        _sum_up(counts, kept, [str(place) for place in (store, parquet) if place], time.monotonic() - began, crew)
    _list_undated(undated)
    list_failures(failures)


def _code_to_folder(inputs: list[str], out: str, crew: Crew, published: str | None, web: Web) -> None:
    from comity.app.coding import code_to_folder

    began = time.monotonic()
    with progress("coding") as advance:
        report = code_to_folder(
            inputs, out, published=published, web=web, crew=crew, watch=lambda done: advance(_pace(done))
        )
    counts = {**report.counts, "resumed": 0, "copies": 0}
    there = f" ({report.resumed:,} there already)" if report.resumed else ""
    typer.echo(f"{report.shards:,} shard{'' if report.shards == 1 else 's'}{there}: ", nl=False)
    _sum_up(counts, [], [out], time.monotonic() - began, crew, measured=not report.resumed)
    _list_undated(list(report.undated))
    list_failures(list(report.failures))


def _pace(done: Progress) -> str:
    """How far a run has come, in words."""
    words = f"{done.documents:,} documents, {done.events:,} events, {done.rate:,.1f} documents/s"
    left = done.seconds_left
    if left is None:
        return words
    size = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min" if left < 5400 else f"{left / 3600:.1f} h"
    return f"{words}, {size} left"


def _explain(inputs: list[str], published: str | None, as_json: bool, web: Web) -> None:
    from comity.app.explaining import explained
    from comity.cli.explaining import counted, document_head, sentence_lines
    from comity.cli.tables import show
    from comity.coding.explain import Explained
    from comity.records import to_dict
    from comity.sources import Failure

    failures: list[Failure] = []
    undated: list[str] = []
    told: list[Explained] = []
    for outcome in explained(inputs, published=published, web=web):
        if isinstance(outcome, Failure):
            failures.append(outcome)
            continue
        document, sentences = outcome
        if document.published.date is None:
            undated.append(document.origin or document.id)
        if as_json:
            head = {"document": document.id, "origin": document.origin}
            sys.stdout.writelines(dumps(head | to_dict(item)) + "\n" for item in sentences)
            continue
        show(document_head(document))
        for item in sentences:
            show(*sentence_lines(item))
        told.extend(sentences)
    if told:
        show(counted(told))
    _list_undated(undated)
    list_failures(failures)


@command
def relate_command() -> None:
    """Relate two marked parties in a sentence.

    JSON lines on standard input, one line out for each, in order. A line in
    has "sentence", "source" and "target", and may have "marked".

    \b
    Example: echo '{"sentence": "Georgia fed Armenia.", "source": "Georgia", "target": "Armenia"}' | comity relate
    """
    from comity.coding.relate import relate

    failed = 0
    for answer in related(iter(sys.stdin.buffer.readline, b""), relate):
        if "error" in answer:
            failed += 1
            complain(str(answer["error"]))
        sys.stdout.write(dumps(answer) + "\n")
    if failed:
        raise typer.Exit(PARTLY)


def related(
    lines: Iterator[bytes], relate: Callable[[Iterator[Mapping[str, Any]]], Iterator[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Answers in the order of the lines, blank ones left out. A bad line gets an answer with `error` in its place,
    though `relate` reads ahead."""
    waiting: deque[tuple[int, str | None]] = deque()

    def items() -> Iterator[Mapping[str, Any]]:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                item = _item(line)
            except ValueError as error:
                waiting.append((number, str(error)))
            else:
                waiting.append((number, None))
                yield item

    def overdue() -> Iterator[dict[str, Any]]:
        while waiting and waiting[0][1] is not None:
            number, fault = waiting.popleft()
            yield {"event": None, "quad": None, "auxiliary": [], "scores": {}, "error": f"line {number}: {fault}"}

    for answer in relate(items()):
        yield from overdue()
        number, _ = waiting.popleft()
        if "error" in answer:
            answer = answer | {"error": f"line {number}: {answer['error']}"}
        yield answer
    yield from overdue()


def _item(line: bytes) -> dict[str, Any]:
    """A line as an item. Raises ValueError in words for the user."""
    try:
        item = json.loads(line)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 (save it as UTF-8)") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno} (write one object a line)") from None
    except RecursionError:
        raise ValueError("is nested too deep (write one flat object a line)") from None
    if not isinstance(item, dict):
        raise ValueError("is not an object (write one object a line)")
    for field in ("sentence", "source", "target"):
        if not isinstance(item.get(field), str):
            raise ValueError(f'has no "{field}", or one that is no string (give sentence, source and target)')
    if not isinstance(item.get("marked"), str | None):
        raise ValueError('has a "marked" that is no string (leave it out, or give the marked sentence)')
    return item


def _sum_up(
    counts: Mapping[str, int],
    events: list[Event],
    places: list[str],
    seconds: float,
    crew: Crew,
    *,
    measured: bool = True,
) -> None:
    if events and not places:
        from comity.cli.tables import events_table, show

        show(events_table(events))
    of_them = [f"{counts['resumed']:,} coded already"] if counts["resumed"] else []
    copies = "copy" if counts["copies"] == 1 else "copies"
    of_them += [f"{counts['copies']:,} {copies} of another's story"] if counts["copies"] else []
    noted = f" ({', '.join(of_them)})" if of_them else ""
    counted = {name: f"{counts[name]:,} {name.removesuffix('s') if counts[name] == 1 else name}" for name in counts}
    line = f"{counted['documents']}{noted}, {counted['events']}, {counted['claims']}"
    fresh = counts["documents"] - counts["resumed"]
    if measured and fresh and seconds >= TELLING:
        whose = "Dask" if crew.engine == "dask" else f"{crew.workers} process{'' if crew.workers == 1 else 'es'}"
        line += f", {fresh / seconds:,.1f} documents/s ({seconds:,.0f} s, {whose})"
    typer.echo(line + (f" → {', '.join(places)}" if places else ""))


def _list_undated(places: list[str]) -> None:
    for place in places:
        complain(f"{place}: no date found; taken as read today (give --date YYYY-MM-DD)", "warning")
