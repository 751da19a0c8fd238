"""A JSON file that is one value → a Document an object: a single record, or a list of them. Places are `origin[n]`."""

from __future__ import annotations

from collections.abc import Iterator

from comity.records import Document
from comity.sources.columns import json_name, record_document
from comity.sources.decoding import decode
from comity.sources.jsonl import loads
from comity.sources.outcome import DEFAULT, Carrier, Failure, Fault, Options

_MEND = "give a JSON object, or a list of objects"


def read_json(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a JSON file."""
    options = options.having(Carrier())  # its address is that of the file, not of a document
    value = loads(decode(data).lstrip("\ufeff"), _MEND)
    if isinstance(value, dict):
        yield record_document(value, origin, options)
        return
    if not isinstance(value, list):
        raise Fault(f"is a JSON {json_name(value)}, not an object", _MEND)
    if not value:
        raise Fault("is an empty JSON list", _MEND)
    for number, record in enumerate(value, start=1):
        place = f"{origin}[{number}]"
        if isinstance(record, dict):
            yield record_document(record, place, options)
        else:
            yield Failure(place=place, problem=f"is a JSON {json_name(record)}, not an object", mend=_MEND)
