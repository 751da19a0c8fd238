"""JSON lines → one Document a line. Columns go by many names (columns.csv); a line that cannot be read costs itself.

A line may also be a Document as Comity writes it (`comity read`): it comes back as it was, its article not cut again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from comity.records import Document, Published, document_from_dict
from comity.sources import dates, people, tables
from comity.sources.article import Known, document
from comity.sources.blocks import folded, split
from comity.sources.decoding import Undecodable, decode
from comity.sources.genre import named
from comity.sources.language import code
from comity.sources.outcome import DEFAULT, Failure, Options

_OURS = frozenset({"id", "text", "page", "published", "furniture"})


def read_jsonl(data: bytes, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """The documents of a file of JSON lines, in order. Places are `origin:line`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            data = decode(data).encode("utf-8", "surrogatepass")
        except Undecodable as error:
            yield Failure(place=origin, problem=error.problem, mend=error.mend)
            return
    if not data.strip():
        yield Failure(place=origin, problem="is empty", mend="give a file with one JSON object a line")
        return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield _read_line(line, f"{origin}:{number}", options)


def _read_line(line: bytes, place: str, options: Options) -> Document | Failure:
    try:
        record = json.loads(decode(line))
    except Undecodable as error:
        return Failure(place=place, problem=error.problem, mend=error.mend)
    except json.JSONDecodeError as error:
        return Failure(
            place=place,
            problem=f"is not JSON: {error.msg} at column {error.colno}",
            mend="write one JSON object a line",
        )
    except RecursionError:
        return Failure(place=place, problem="is nested too deep", mend="write one flat JSON object a line")
    if not isinstance(record, dict):
        return Failure(
            place=place, problem=f"is a JSON {_name(record)}, not an object", mend="write one JSON object a line"
        )
    if record.keys() >= _OURS and isinstance(record["furniture"], list):
        try:
            return document_from_dict(record)
        except (KeyError, TypeError) as error:
            return Failure(
                place=place, problem=f"is no Document of this version: {error}", mend="read its source again"
            )
    return _document(record, place, options)


def _document(record: Mapping[str, Any], place: str, options: Options) -> Document | Failure:
    columns = {str(key).casefold(): value for key, value in record.items()}
    values = {field: _value(columns, field, options) for field in _names()}
    text = values["text"]
    if text is None:
        return Failure(
            place=place,
            problem="has no text column",
            mend=f"name it {', '.join(_names()['text'][:4])}, or say which it is",
        )
    if not isinstance(text, str):
        return Failure(
            place=place, problem=f"has a text column that is a {_name(text)}", mend="write the text as a string"
        )
    page = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    if not folded(page):
        return Failure(place=place, problem="has an empty text column", mend="give the text, or leave the line out")
    return document(page, split(page), _known(values), place, options)


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for _, row in tables.rows("columns.csv"):
        names[row["field"]] = (*names.get(row["field"], ()), row["name"])
    return names


def _value(columns: Mapping[str, Any], field: str, options: Options) -> Any:
    wanted = (options.columns[field].casefold(),) if field in options.columns else _names()[field]
    found = [columns[name] for name in wanted if columns.get(name) not in (None, "", [], {})]
    # An empty text is told apart from none at all.
    return found[0] if found else next((columns[name] for name in wanted if columns.get(name) is not None), None)


def _known(values: Mapping[str, Any]) -> Known:
    stated = values["published"]
    published = dates.from_value(stated.get("date") if isinstance(stated, dict) else stated)
    url = _string(values["url"])
    authors: list[str] = []
    for name in values["authors"] if isinstance(values["authors"], list) else [values["authors"]]:
        if text := _string(name):
            # A record's own list is believed even where a name has one word; a string may hold several.
            authors += people.in_byline(text) or ([text] if isinstance(values["authors"], list) else [])
    return Known(
        url=url,
        title=_string(values["title"]),
        authors=tuple(dict.fromkeys(authors)),
        publisher=_string(values["publisher"]) or (domain(url) if url else None),
        published=Published(date=published, basis="record" if published else "unknown"),
        language=code(_string(values["language"])),
        sure=True,
        genre=named(_string(values["genre"]) or ""),
    )


def domain(url: str) -> str | None:
    """The host of an address without www, or None."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _string(value: Any) -> str | None:
    """A column's value as a line of text: strings as they are, of an object its name, of a list the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return folded(value) or None if isinstance(value, str) else None


def _name(value: Any) -> str:
    return {list: "list", dict: "object", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")
