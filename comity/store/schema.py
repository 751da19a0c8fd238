"""The tables of a store, and how records become their rows. Pure: no connection is opened here.

Every table keeps the whole record as JSON text in `record`, so that what went in comes back exactly; the other columns
are what queries ask for. There are no primary keys: an index would slow bulk loading, and the store keeps ids unique
itself by deleting what it is about to write.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from comity.ontology import dimension
from comity.records import Claim, Document, Event, to_dict
from comity.sources.duplicates import Sketch, pack

SCHEMA_VERSION = 2

# Sources that speak for a party: they count apart, and at half weight by default (docs/method.md).
INTERESTED_GENRES = frozenset({"opinion", "official", "press_release"})

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "documents": {
        "id": "VARCHAR",
        "url": "VARCHAR",
        "title": "VARCHAR",
        "publisher": "VARCHAR",
        "published": "DATE",
        "language": "VARCHAR",
        "genre": "VARCHAR",
        "interested": "BOOLEAN",
        "duplicates_of": "VARCHAR",
        "version": "VARCHAR",
        "furniture": "VARCHAR",
        "interests": "VARCHAR",
        "record": "VARCHAR",
    },
    "events": {
        "id": "VARCHAR",
        "document": "VARCHAR",
        "sentence": "INTEGER",
        "source": "VARCHAR",
        "source_sector": "VARCHAR",
        "target": "VARCHAR",
        "target_sector": "VARCHAR",
        "event": "VARCHAR",
        "mode": "VARCHAR",
        "contexts": "VARCHAR[]",
        "dimension": "VARCHAR",
        "quad": "VARCHAR",
        "score": "DOUBLE",
        "cameo": "VARCHAR",
        "reciprocal": "BOOLEAN",
        "auxiliary": "VARCHAR[]",
        "date_start": "DATE",
        "date_end": "DATE",
        "date_basis": "VARCHAR",
        "place": "VARCHAR",
        "attribution": "VARCHAR",
        "speaker": "VARCHAR",
        "reported": "DATE",
        "confidence": "DOUBLE",
        "link": "VARCHAR",
        "rule": "VARCHAR",
        "record": "VARCHAR",
        "trigger": "VARCHAR",
    },
    "claims": {
        "id": "VARCHAR",
        "document": "VARCHAR",
        "a": "VARCHAR",
        "b": "VARCHAR",
        "third": "VARCHAR",
        "direction": "TINYINT",
        "reported": "DATE",
        "record": "VARCHAR",
    },
    "sketches": {
        "document": "VARCHAR",
        "shingles": "INTEGER",
        "minhash": "BLOB",
    },
    "runs": {
        "id": "VARCHAR",
        "started": "VARCHAR",
        "finished": "VARCHAR",
        "version": "VARCHAR",
        "command": "VARCHAR",
        "inputs": "VARCHAR",
        "counts": "VARCHAR",
    },
}


def create_statements() -> list[str]:
    """The statements that make an empty store."""
    return [
        *map(create_table, COLUMNS),
        "CREATE TABLE schema_version (version INTEGER)",
        f"INSERT INTO schema_version VALUES ({SCHEMA_VERSION})",
    ]


def create_table(table: str) -> str:
    """The statement that makes one table."""
    return f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in COLUMNS[table].items())})"


def insert_statement(table: str) -> str:
    """One statement for many rows. They come as a single JSON parameter, since executemany binds them one by one.
    Bytes come in base64, which JSON can hold."""
    columns = COLUMNS[table]
    kinds = json.dumps([{name: "VARCHAR" if kind == "BLOB" else kind for name, kind in columns.items()}])
    names = ", ".join(columns)
    fields = ", ".join(
        f"from_base64(row_.{name})" if kind == "BLOB" else f"row_.{name}" for name, kind in columns.items()
    )
    return f"INSERT INTO {table} ({names}) SELECT {fields} FROM (SELECT unnest(from_json_strict(?, '{kinds}')) AS row_)"


def to_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the JSON parameter of `insert_statement`. ASCII, so that any text survives."""
    return json.dumps(list(rows), ensure_ascii=True)


def document_row(document: Document, version: str | None, head: str | None = None) -> dict[str, Any]:
    """A document as a row. `version` is the version of Comity that coded it, None where it is not coded yet; `head` is
    what the store's own documents say of `duplicates_of`, whatever the document brings along."""
    record = to_dict(document)
    return {
        "id": document.id,
        "url": _clean(document.url),
        "title": _clean(document.title),
        "publisher": _clean(document.publisher),
        "published": document.published.date,
        "language": _clean(document.language),
        "genre": document.genre,
        "interested": document.genre in INTERESTED_GENRES or bool(document.interests),
        "duplicates_of": head,
        "version": version,
        "furniture": json.dumps(record["furniture"]),
        "interests": json.dumps(record["interests"]),
        "record": json.dumps(record),
    }


def event_row(event: Event) -> dict[str, Any]:
    """An event as a row. The dimension follows from the ontology, so it is no field of the record."""
    target = event.target
    return {
        "id": event.id,
        "document": event.document,
        "sentence": event.sentence,
        "source": _clean(event.source.actor),
        "source_sector": _clean(event.source.sector),
        "target": _clean(target.actor) if target else None,
        "target_sector": _clean(target.sector) if target else None,
        "event": event.event,
        "mode": event.mode,
        "contexts": event.contexts,
        "dimension": dimension(event.event, event.mode, event.contexts),
        "quad": event.quad,
        "score": event.score,
        "cameo": event.cameo,
        "reciprocal": event.reciprocal,
        "auxiliary": event.auxiliary,
        "date_start": event.date.start,
        "date_end": event.date.end,
        "date_basis": event.date.basis,
        "place": _clean(event.place),
        "attribution": event.attribution.kind,
        "speaker": _clean(event.attribution.speaker),
        "reported": event.reported,
        "confidence": event.confidence,
        "link": event.link,
        "rule": _clean(event.rule),
        "record": json.dumps(to_dict(event)),
        "trigger": _clean(event.trigger.text),
    }


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim as a row."""
    return {
        "id": claim.id,
        "document": claim.document,
        "a": claim.a,
        "b": claim.b,
        "third": claim.third,
        "direction": claim.direction,
        "reported": claim.reported,
        "record": json.dumps(to_dict(claim)),
    }


def sketch_row(sketch: Sketch) -> dict[str, Any]:
    """A sketch as a row; the document's date stands in its own table."""
    state = b64encode(pack(sketch.minhash)).decode()
    return {"document": sketch.id, "shingles": sketch.shingles, "minhash": state}


def _clean(text: str | None) -> str | None:
    """A text that DuckDB can hold: no NUL, no half of a surrogate pair. The record keeps the text as it was."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8") if text is not None else None
