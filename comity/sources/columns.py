"""A record → one Document. Its columns go by many names (columns.csv), the same for JSON, CSV and Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, get_args

from comity.records import Document, Genre, Published, document_from_dict, document_id
from comity.sources import dates, people, tables
from comity.sources.addresses import domain
from comity.sources.article import Known, document
from comity.sources.blocks import blank, bounded, folded, split
from comity.sources.genre import named
from comity.sources.language import code
from comity.sources.outcome import Failure, Fault, Options

OURS = frozenset({"id", "text", "page", "published", "furniture"})


def record_document(record: Mapping[str, Any], place: str, options: Options) -> Document | Failure:
    """The document of a record: a JSON object, a row of a table.

    A record may also be a Document as Comity writes it (`comity read`): it comes back as it was, its article not cut
    again.
    """
    if record.keys() >= OURS and isinstance(record["furniture"], list):
        try:
            return _believed(document_from_dict(record))
        except Fault as fault:
            return fault.at(place)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Failure(
                place=place, problem=f"is no Document of this version: {error}", mend="read its source again"
            )
    columns = {str(key).casefold(): value for key, value in record.items()}
    values = {field: _value(columns, field, options) for field in names()}
    text = values["text"]
    if text is None:
        return Failure(
            place=place,
            problem="has no text column",
            mend=f"name it {', '.join(names()['text'][:4])}, or say which it is",
        )
    if not isinstance(text, str):
        return Failure(
            place=place, problem=f"has a text column that is a {json_name(text)}", mend="write the text as a string"
        )
    page = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    if blank(page):
        return Failure(place=place, problem="has an empty text column", mend="give the text, or leave the line out")
    try:
        return document(page, split(page), _known(values), place, options)
    except Fault as fault:
        return fault.at(place)


def _believed(found: Document) -> Document:
    """A Document that somebody handed on, if it is one. Raises ValueError or TypeError.

    Its id above all: a store replaces what it holds under an id, so that a forged one would delete another's document.
    """
    for field in ("id", "text", "page"):
        if not isinstance(getattr(found, field), str):
            raise TypeError(f"{field} is no text")
    for field in ("url", "title", "publisher", "language", "origin", "duplicates_of"):
        if not isinstance(getattr(found, field), str | None):
            raise TypeError(f"{field} is no text")
    if blank(found.text):
        raise ValueError("its text is empty")
    if found.id != document_id(found.text):
        raise ValueError("its id is not that of its text")
    if found.genre not in get_args(Genre) or not all(isinstance(one, str) for one in found.authors):
        raise ValueError("its genre or its authors are none")
    if (
        found.published.date is not None
        and date.fromisoformat(found.published.date).isoformat() != found.published.date
    ):
        raise ValueError("its date is none")
    if any(found.page[part.start : part.end] != part.text for part in found.furniture):
        raise ValueError("what is set apart is not where it says")
    for paragraph in found.text.split("\n"):
        bounded(len(paragraph))
    return found


@cache
def names() -> Mapping[str, tuple[str, ...]]:
    """The names that the columns of each field go by, in small letters, the first to be asked first."""
    found: dict[str, tuple[str, ...]] = {}
    for _, row in tables.rows("columns.csv"):
        found[row["field"]] = (*found.get(row["field"], ()), row["name"])
    return found


def _value(columns: Mapping[str, Any], field: str, options: Options) -> Any:
    wanted = (options.columns[field].casefold(),) if field in options.columns else names()[field]
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


def _string(value: Any) -> str | None:
    """A column's value as a line of text: strings as they are, of an object its name, of a list the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return folded(value) or None if isinstance(value, str) else None


def json_name(value: Any) -> str:
    """What a JSON value is called."""
    return {list: "list", dict: "object", str: "string", bool: "boolean", type(None): "null"}.get(type(value), "number")
