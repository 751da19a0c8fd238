"""Actors by the names a reader knows."""

from __future__ import annotations

from comity.actors import load_index
from comity.errors import UnknownActor


def display_name(code: str) -> str:
    """The name of an actor; a code of somebody else's tables, which ours do not know, is shown as it is."""
    try:
        return load_index().name(code)
    except UnknownActor:
        return code
