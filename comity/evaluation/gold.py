"""Gold files: sentences with the events that a person read in them.

In: the lines of a file, one JSON object each. Out: `GoldItem`s, or one error with all faults of the file. What a line
leaves out is not judged: an event without `mode` says nothing of its mode, while `"mode": null` says that it has none.
The format is described in docs/evaluation.md.
"""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from comity.errors import TableError, UnknownActor
from comity.ontology import Ontology

Lookup = Callable[[str], str]
Interval = tuple[str, str]
T = TypeVar("T")

# More faults than this are of one kind, and a screen is full.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A judged value, which may be None; a field that is not judged holds no `Said` at all."""

    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldEvent:
    """An event as it should be coded. `reciprocal` None: the line does not say, and the coder may decide.

    `date` None within `Said`: the text dates nothing, so the document's day is right.
    """

    source: str
    target: str | None
    event: str
    reciprocal: bool | None = None
    mode: Said[str | None] | None = None
    auxiliary: Said[frozenset[str]] | None = None
    date: Said[Interval | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldItem:
    """A text with its events; none means that nothing may be coded. `place` is file:line."""

    id: str
    phenomenon: str
    text: str
    published: str
    events: tuple[GoldEvent, ...]
    note: str = ""
    place: str = ""


class _Fault(Exception):
    """What is wrong with one line, and the mend."""


def read_gold(lines: Iterable[str], name: str, ontology: Ontology, lookup: Lookup) -> tuple[GoldItem, ...]:
    """The items of a gold file called `name`; blank lines are left out.

    `lookup` turns a code or a name into an actor code, or raises UnknownActor. Raises TableError with every faulty line.
    """
    items: list[GoldItem] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            item = _item(_object(line), place, ontology, lookup)
            if item.id in seen:
                raise _Fault(f'the id "{item.id}" stands at {seen[item.id]} already (give each line its own)')
            seen[item.id] = place
        except _Fault as fault:
            faults.append(f"{place}: {fault}")
        else:
            items.append(item)
    if not (items or faults):
        faults.append(f"{name}: holds no line (write one JSON object a line; see docs/evaluation.md)")
    if len(faults) > SHOWN:
        faults[SHOWN:] = [f"{name}: {len(faults) - SHOWN} more faults (mend these first)"]
    if faults:
        raise TableError(faults)
    return tuple(items)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Fault(f"is not JSON: {error.msg} at column {error.colno} (write one object a line)") from None
    except RecursionError:
        raise _Fault("is nested too deep (see docs/evaluation.md for the format)") from None
    if not isinstance(value, dict):
        raise _Fault("is not an object (write one object a line)")
    return value


_FIELDS = ("id", "phenomenon", "text", "published", "events", "note")
_EVENT_FIELDS = ("source", "target", "event", "mode", "reciprocal", "auxiliary", "date", "note")


def _item(data: Mapping[str, Any], place: str, ontology: Ontology, lookup: Lookup) -> GoldItem:
    _known(data, _FIELDS, "")
    events = data.get("events")
    if not isinstance(events, list):
        raise _Fault('has no list "events" (write "events": [] where nothing may be coded)')
    return GoldItem(
        id=_text(data, "id", default=place),
        phenomenon=_text(data, "phenomenon", default="unnamed"),
        text=_text(data, "text"),
        published=_day(data.get("published"), '"published"'),
        events=tuple(_event(event, f"event {n}", ontology, lookup) for n, event in enumerate(events, start=1)),
        note=_text(data, "note", default=""),
        place=place,
    )


def _event(data: Any, where: str, ontology: Ontology, lookup: Lookup) -> GoldEvent:
    if not isinstance(data, dict):
        raise _Fault(f"{where} is not an object (write source, target and event)")
    _known(data, _EVENT_FIELDS, f"{where}: ")
    for field in ("source", "target", "event"):
        if field not in data:
            raise _Fault(f'{where} has no "{field}" (an act upon nobody has "target": null)')
    kind = _one_of(data["event"], tuple(ontology.types), f"{where}: a type")
    reciprocal = data.get("reciprocal")
    if not isinstance(reciprocal, bool | None):
        raise _Fault(f'{where}: "reciprocal" is {reciprocal!r} (write true or false, or leave it out)')
    target = data["target"]
    if reciprocal and target is None:
        raise _Fault(f"{where}: is reciprocal and has no target (name the other side)")
    return GoldEvent(
        source=_actor(data["source"], f'{where}: "source"', lookup),
        target=None if target is None else _actor(target, f'{where}: "target"', lookup),
        event=kind,
        reciprocal=reciprocal,
        mode=Said(_mode(data["mode"], kind, where, ontology)) if "mode" in data else None,
        auxiliary=Said(_auxiliary(data["auxiliary"], where, ontology)) if "auxiliary" in data else None,
        date=Said(_interval(data["date"], where)) if "date" in data else None,
    )


def _known(data: Mapping[str, Any], fields: Sequence[str], where: str) -> None:
    for field in data:
        if field not in fields:
            raise _Fault(f'{where}"{field}" is no field{_hint(field, fields)}')


def _hint(value: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(value, known, n=1)
    return f" (did you mean {near[0]}?)" if near else f" (use one of {', '.join(known)})"


def _text(data: Mapping[str, Any], field: str, default: str | None = None) -> str:
    value = data.get(field, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise _Fault(f'"{field}" is missing or no string (write it in quotation marks)')
    return value


def _one_of(value: Any, known: Sequence[str], what: str) -> str:
    if value not in known or not isinstance(value, str):
        raise _Fault(f"{what} cannot be {value!r}{_hint(str(value), known)}")
    return value


def _actor(value: Any, what: str, lookup: Lookup) -> str:
    if not isinstance(value, str):
        raise _Fault(f"{what} is no string (give a code or a name)")
    try:
        return lookup(value)
    except UnknownActor as error:
        raise _Fault(f"{what}: {error}") from None


def _mode(value: Any, kind: str, where: str, ontology: Ontology) -> str | None:
    modes = tuple(ontology.modes[kind])
    if value is None:
        return None
    if not modes:
        raise _Fault(f"{where}: {kind} has no modes (write null)")
    return _one_of(value, modes, f"{where}: a mode of {kind}")


def _auxiliary(value: Any, where: str, ontology: Ontology) -> frozenset[str]:
    if not isinstance(value, list):
        raise _Fault(f'{where}: "auxiliary" is no list (write [] for none)')
    return frozenset(_one_of(item, tuple(ontology.auxiliaries), f"{where}: an auxiliary mode") for item in value)


def _day(value: Any, what: str) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise _Fault(f"{what} is {value!r}, no date (write it as YYYY-MM-DD)") from None


def _interval(value: Any, where: str) -> tuple[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"start", "end"}:
        raise _Fault(f'{where}: "date" is not {{"start", "end"}} (a single day stands in both)')
    start, end = _day(value["start"], f"{where}: the start"), _day(value["end"], f"{where}: the end")
    if start > end:
        raise _Fault(f"{where}: the date ends on {end}, before it starts (swap start and end)")
    return start, end
