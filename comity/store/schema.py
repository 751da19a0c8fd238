"""The tables of a store, and how records become their rows. Pure: no connection is opened here.

Every table keeps the whole record as JSON text in `record`, so that what went in comes back exactly; the other columns
are what queries ask for. Events of other people's data sets (`dataset` says whose; the columns after it are theirs alone)
have no record: there may be a hundred million of them, and `record_of` makes it from the columns when one is asked for. There are no primary keys: an index would slow bulk loading, and the store keeps ids unique
itself by deleting what it is about to write.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from comity.ontology import dimension
from comity.records import Claim, Correction, Document, Event, to_dict
from comity.sources.duplicates import Sketch, pack

SCHEMA_VERSION = 3

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
        "dataset": "VARCHAR",
        "publisher": "VARCHAR",
        "text": "VARCHAR",
        "source_text": "VARCHAR",
        "target_text": "VARCHAR",
        "origin": "VARCHAR",
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
    "corrections": {
        "id": "VARCHAR",
        "document": "VARCHAR",
        "sentence": "INTEGER",
        "trigger_start": "INTEGER",
        "trigger_end": "INTEGER",
        "source": "VARCHAR",
        "target": "VARCHAR",
        "event": "VARCHAR",
        "verdict": "VARCHAR",
        "made": "VARCHAR",
        "record": "VARCHAR",
    },
    "alerts": {
        "id": "VARCHAR",
        "kind": "VARCHAR",
        "a": "VARCHAR",
        "b": "VARCHAR",
        "day": "DATE",
        "raised": "VARCHAR",
        "record": "VARCHAR",
        "delivered": "VARCHAR",
    },
    "watch_state": {
        "key": "VARCHAR",
        "value": "VARCHAR",
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


# The columns of `events` that only loaded events fill: whose data set, who published the report (our own coding has that
# in `documents`), the set's words for the act and its parties, and where in which file, or at what address, it stands.
LOADED = ("dataset", "publisher", "text", "source_text", "target_text", "origin")


def record_of(alias: str) -> str:
    """The SQL expression for the record of an event, as JSON text. `alias` is that of the table `events`.

    A loaded event has no sentence: its text is what the data set says, "party: act: party", with offsets into that.
    """
    e = alias
    source, act, target = _words(e)
    after = f"length({source}) + 2"
    last = f"{after} + length({act}) + 2"

    def party(side: str, text: str, start: str) -> str:
        return (
            f"json_object('text', {text}, 'start', {start}, 'end', {start} + length({text}), "
            f"'actor', {e}.{side}, 'sector', {e}.{side}_sector)"
        )

    whole = loaded_text(e)
    return f"""coalesce({e}.record, json_object(
        'id', {e}.id, 'document', {e}.document, 'sentence', {e}.sentence,
        'text', {whole}, 'start', 0, 'end', length({whole}),
        'trigger', json_object('text', {act}, 'start', {after}, 'end', {after} + length({act})),
        'source', {party("source", source, "0")},
        'target', CASE WHEN {e}.target IS NOT NULL THEN {party("target", target, last)} END,
        'event', {e}.event, 'mode', {e}.mode, 'contexts', coalesce({e}.contexts, []), 'quad', {e}.quad,
        'score', {e}.score, 'cameo', {e}.cameo, 'reciprocal', {e}.reciprocal, 'auxiliary', coalesce({e}.auxiliary, []),
        'date', json_object('start', {e}.date_start::VARCHAR, 'end', {e}.date_end::VARCHAR, 'basis', {e}.date_basis),
        'place', {e}.place, 'attribution', json_object('kind', {e}.attribution, 'speaker', {e}.speaker),
        'reported', {e}.reported::VARCHAR, 'confidence', {e}.confidence, 'link', {e}.link, 'rule', {e}.rule)::VARCHAR)"""


def loaded_text(alias: str) -> str:
    """The SQL expression for the text of a loaded event: what `record_of` gives as its sentence."""
    source, act, target = _words(alias)
    return f"{source} || ': ' || {act} || CASE WHEN {alias}.target IS NULL THEN '' ELSE ': ' || {target} END"


def _words(e: str) -> tuple[str, str, str]:
    return f"coalesce({e}.source_text, '')", f"coalesce({e}.text, '')", f"coalesce({e}.target_text, '')"


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
        "url": clean(document.url),
        "title": clean(document.title),
        "publisher": clean(document.publisher),
        "published": document.published.date,
        "language": clean(document.language),
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
        "source": clean(event.source.actor),
        "source_sector": clean(event.source.sector),
        "target": clean(target.actor) if target else None,
        "target_sector": clean(target.sector) if target else None,
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
        "place": clean(event.place),
        "attribution": event.attribution.kind,
        "speaker": clean(event.attribution.speaker),
        "reported": event.reported,
        "confidence": event.confidence,
        "link": event.link,
        "rule": clean(event.rule),
        "record": json.dumps(to_dict(event)),
        "trigger": clean(event.trigger.text),
        **dict.fromkeys(LOADED),
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


def correction_row(correction: Correction) -> dict[str, Any]:
    """A correction as a row: which event it is of stands in the columns, what it says in `record`."""
    original = correction.original
    return {
        "id": correction.id,
        "document": original.document,
        "sentence": original.sentence,
        "trigger_start": original.trigger.start,
        "trigger_end": original.trigger.end,
        "source": original.source.actor,
        "target": original.target.actor if original.target else None,
        "event": original.id,
        "verdict": correction.verdict,
        "made": correction.made,
        "record": json.dumps(to_dict(correction)),
    }


def sketch_row(sketch: Sketch) -> dict[str, Any]:
    """A sketch as a row; the document's date stands in its own table."""
    state = b64encode(pack(sketch.minhash)).decode()
    return {"document": sketch.id, "shingles": sketch.shingles, "minhash": state}


def no_sketch_row(document: str) -> dict[str, Any]:
    """The row of a document that is too short for a sketch: it need not be looked at again."""
    return {"document": document, "shingles": None, "minhash": None}


def clean(text: str | None) -> str | None:
    """A text that DuckDB can hold: no NUL, no half of a surrogate pair. The record keeps the text as it was."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8") if text is not None else None
