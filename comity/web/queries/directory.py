"""Actors by name, and how much is on record of each."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from comity.actors import load_index
from comity.actors.index import fold
from comity.report.names import display_name
from comity.store import Store
from comity.web import models
from comity.web.queries.lists import listed


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    name: str
    kind: Literal["state", "organisation", "group"]
    forms: tuple[str, ...]


@functools.cache
def _directory() -> tuple[_Named, ...]:
    tables = load_index().tables
    found: dict[str, _Named] = {}
    for state in tables.states:
        extra = [form.text for form in (*state.aliases, *state.adjectives, *state.capitals)]
        forms = tuple(map(fold, [state.name, state.code, state.iso2, state.official_name, *extra]))
        found.setdefault(state.code, _Named(state.code, state.name, "state", forms))
    for body in tables.organisations:
        forms = tuple(map(fold, [body.name, body.code, *(form.text for form in body.aliases)]))
        found.setdefault(body.code, _Named(body.code, body.name, "organisation", forms))
    for group in tables.groups:
        forms = tuple(map(fold, [group.name, group.code, *(form.text for form in group.aliases)]))
        found.setdefault(group.code, _Named(group.code, group.name, "group", forms))
    return tuple(found.values())


def actor(code: str) -> models.Actor:
    return models.Actor(code=code, name=display_name(code))


def code_of(name_or_code: str) -> str:
    """The code of an actor. Raises UnknownActor."""
    return load_index().lookup(name_or_code)


def actor_counts(store: Store) -> dict[str, int]:
    """How many events each actor has."""
    rows = store.query(
        """SELECT actor, count(*) FROM (SELECT source AS actor FROM events UNION ALL
           SELECT target FROM events WHERE target IS NOT NULL AND target <> source) GROUP BY actor"""
    )
    return {row[0]: int(row[1]) for row in rows}


def partner_counts(store: Store, code: str) -> dict[str, int]:
    """How many events each actor has with this one."""
    rows = store.query(
        """SELECT CASE WHEN source = ? THEN target ELSE source END AS actor, count(*) FROM events
           WHERE (source = ? OR target = ?) AND target IS NOT NULL AND source <> target GROUP BY actor""",
        [code, code, code],
    )
    return {row[0]: int(row[1]) for row in rows}


def find_actors(text: str, counts: Mapping[str, int], limit: int, offset: int) -> models.Listed[models.FoundActor]:
    """Actors whose name, code or other form fits a text as far as it is typed; those with more events first."""
    wanted = fold(text)
    ranked: list[tuple[int, int, bool, str, _Named]] = []
    for item in _directory():
        if not wanted:
            rank = 0 if counts.get(item.code) else None
        elif wanted in item.forms:
            rank = 0
        elif item.forms[0].startswith(wanted):
            rank = 1
        elif any(form.startswith(wanted) for form in item.forms):
            rank = 2
        else:
            rank = 3 if len(wanted) > 2 and any(wanted in form for form in item.forms) else None
        if rank is not None:
            ranked.append((rank, -counts.get(item.code, 0), item.kind != "state", item.name, item))
    ranked.sort(key=lambda entry: entry[:4])
    found = [
        models.FoundActor(code=item.code, name=item.name, kind=item.kind, events=-count)
        for _, count, _, _, item in ranked[offset : offset + limit]
    ]
    return listed(found, len(ranked), limit, offset)
