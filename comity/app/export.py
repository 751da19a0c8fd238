"""`export`: what a store holds, for other programs: Parquet, CSV, JSON lines, clusters of events, and the ties of a day as
GraphML.

Parquet gives a folder with three tables; the others give text, line by line. The tables carry every field that a
program can use flat, the sentence and its offsets included.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import quoteattr

import duckdb
import numpy as np

from comity.dyads.acts import read_acts
from comity.dyads.clusters import clusters
from comity.dyads.course import EPOCH
from comity.dyads.index import contributions, mass_at, memory
from comity.errors import ComityError
from comity.records import Event, to_dict
from comity.report.names import display_name
from comity.store import Store
from comity.store.schema import loaded_text

Format = Literal["parquet", "csv", "jsonl", "clusters", "graphml"]

# Fields of the record that its row leaves out; a coder's work cannot be checked without them.
_TEXT = """record->>'$.text' AS text, (record->>'$.start')::INTEGER AS "start", (record->>'$.end')::INTEGER AS "end" """
# A loaded event has no record: its text is what the data set says, and an own one's parties stand in its record alone.
_EVENT = f"""CASE WHEN record IS NULL THEN {loaded_text("events")} ELSE record->>'$.text' END AS text,
    coalesce(source_text, record->>'$.source.text') AS source_text,
    coalesce(target_text, record->>'$.target.text') AS target_text,
    coalesce((record->>'$.start')::INTEGER, 0) AS "start",
    coalesce((record->>'$.end')::INTEGER, length({loaded_text("events")})) AS "end" """
_TABLES = {
    "documents": "SELECT * EXCLUDE (record) FROM documents ORDER BY published, id",
    "events": f"SELECT * EXCLUDE (record, text, source_text, target_text), {_EVENT} FROM events ORDER BY date_start, id",
    "claims": f"SELECT * EXCLUDE (record), {_TEXT} FROM claims ORDER BY reported, id",
}
CSV_COLUMNS = (
    "id",
    "document",
    "url",
    "publisher",
    "date_start",
    "date_end",
    "date_basis",
    "reported",
    "source",
    "source_sector",
    "source_text",
    "target",
    "target_sector",
    "target_text",
    "event",
    "mode",
    "contexts",
    "quad",
    "score",
    "cameo",
    "reciprocal",
    "auxiliary",
    "attribution",
    "speaker",
    "place",
    "trigger",
    "text",
    "start",
    "end",
    "confidence",
    "link",
    "rule",
    "dataset",
    "origin",
)
# Events whose rows are looked up at once.
BATCH = 1000


def export(
    store: Store, form: Format, out: Path | None = None, *, as_of: str | None = None, half_life_days: float = 365
) -> Iterator[str]:
    """The store in a format, as lines of text, or for "parquet" the paths of the files written into the folder `out`.

    `as_of` leaves out what was not known by that day (Parquet always holds everything). Raises ValueError for a format
    there is not, and for Parquet without a folder.
    """
    if form == "jsonl":
        for event in store.events(as_of=as_of):
            yield json.dumps(to_dict(event))
    elif form == "csv":
        yield from _csv(store, store.events(as_of=as_of))
    elif form == "clusters":
        for cluster in clusters(store, as_of=as_of):
            yield json.dumps(to_dict(cluster) | {"corroboration": cluster.corroboration})
    elif form == "graphml":
        yield from graphml(store, as_of=as_of, half_life_days=half_life_days)
    elif form == "parquet":
        if out is None:
            raise ValueError("Parquet is written into a folder; name one")
        out.mkdir(parents=True, exist_ok=True)
        for table, sql in _TABLES.items():
            file = out / f"{table}.parquet"
            _copy(store, sql, file)
            yield str(file)
    else:
        raise ValueError(f'format "{form}" is none of parquet, csv, jsonl, clusters, graphml')


def write_events(events: Iterable[Event], file: Path) -> None:
    """Events as one Parquet file, with the columns of the store's table and the sentence."""
    with Store.open(":memory:") as passing:
        passing.add_events(events)
        _copy(passing, _TABLES["events"], file)


def _copy(store: Store, sql: str, file: Path) -> None:
    try:
        store.copy(sql, file)
    except duckdb.Error as error:
        fault = str(error).splitlines()[0]
        raise ComityError(f"{file}: cannot be written: {fault} (check the path and its permissions)") from error


def _csv(store: Store, events: Iterable[Event]) -> Iterator[str]:
    origin = {row[0]: (row[1], row[2]) for row in store.query("SELECT id, url, publisher FROM documents")}
    line = io.StringIO()
    writer = csv.DictWriter(line, CSV_COLUMNS, lineterminator="")

    def written() -> str:
        text = line.getvalue()
        line.seek(0)
        line.truncate()
        return text

    writer.writeheader()
    yield written()
    for event, (dataset, row_publisher, row_origin) in _with_rows(store, events):
        record = to_dict(event)
        url, publisher = origin.get(event.document, (None, row_publisher))
        if row_origin and "://" in row_origin:
            url = row_origin
        target = event.target
        row = {name: record[name] for name in CSV_COLUMNS if name in record} | {
            "url": url,
            "publisher": publisher,
            "date_start": event.date.start,
            "date_end": event.date.end,
            "date_basis": event.date.basis,
            "source": event.source.actor,
            "source_sector": event.source.sector,
            "source_text": event.source.text,
            "target": target.actor if target else None,
            "target_sector": target.sector if target else None,
            "target_text": target.text if target else None,
            "contexts": ";".join(event.contexts),
            "auxiliary": ";".join(event.auxiliary),
            "attribution": event.attribution.kind,
            "speaker": event.attribution.speaker,
            "trigger": event.trigger.text,
            "reciprocal": str(event.reciprocal).lower(),
            "dataset": dataset,
            "origin": row_origin,
        }
        writer.writerow(row)
        yield written()


def _with_rows(
    store: Store, events: Iterable[Event]
) -> Iterator[tuple[Event, tuple[str | None, str | None, str | None]]]:
    """Events with what only the row of a loaded one says: data set, publisher, and its place there."""
    iterator = iter(events)
    while batch := list(islice(iterator, BATCH)):
        rows = store.query(
            """SELECT id, dataset, publisher, origin FROM events
               WHERE dataset IS NOT NULL AND id IN (SELECT unnest(?::VARCHAR[]))""",
            [[event.id for event in batch]],
        )
        found = {row[0]: (row[1], row[2], row[3]) for row in rows}
        for event in batch:
            yield event, found.get(event.id, (None, None, None))


def graphml(store: Store, *, as_of: str | None = None, half_life_days: float = 365) -> Iterator[str]:
    """All ties of a day (by default that of the last report) as an undirected signed graph."""
    acts = read_acts(store, as_of=as_of)
    day = (date.fromisoformat(as_of) - EPOCH).days if as_of else (acts.latest or 0)
    left = memory(acts.day, acts.weight, day, half_life_days)
    count = len(acts.dyads)
    index = np.bincount(acts.dyad, contributions(left, acts.score, acts.dyad, count), count)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield '  <key id="name" for="node" attr.name="name" attr.type="string"/>'
    yield '  <key id="index" for="edge" attr.name="index" attr.type="double"/>'
    yield '  <key id="mass" for="edge" attr.name="mass" attr.type="double"/>'
    yield '  <graph id="ties" edgedefault="undirected">'
    for actor in sorted({actor for dyad in acts.dyads for actor in dyad}):
        yield f'    <node id={quoteattr(actor)}><data key="name">{_xml(display_name(actor))}</data></node>'
    order = np.argsort(acts.dyad, kind="stable")
    edges = np.searchsorted(acts.dyad[order], np.arange(count + 1))
    for number, (a, b) in enumerate(acts.dyads):
        own = order[edges[number] : edges[number + 1]]
        mass = mass_at(acts.day[own], acts.weight[own], np.array([day]), half_life_days)[0]
        yield (
            f"    <edge source={quoteattr(a)} target={quoteattr(b)}>"
            f'<data key="index">{index[number]:.6g}</data><data key="mass">{mass:g}</data></edge>'
        )
    yield "  </graph>"
    yield "</graphml>"


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
