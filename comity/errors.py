"""The tree of errors. Catch `ComityError` for all of them; each message says where, what, and the mend.

ComityError
├── InputError      an input that cannot be read (missing, empty, binary, malformed)
├── TableError      a fault in a shipped or a user's table (lexicon, actors, ontology)
├── UnknownActor    a name or code that no actor answers to
└── StoreError      a store that cannot be opened or holds another schema
    └── StoreBusy   a store that somebody else has open
"""

from __future__ import annotations

from collections.abc import Sequence


class ComityError(Exception):
    """Base of all errors that a user can mend. `str(error)` is one line fit for a terminal."""


class InputError(ComityError):
    """An input that cannot be read. `place` is a path, or path:line."""

    def __init__(self, place: str, problem: str, mend: str) -> None:
        super().__init__(f"{place}: {problem} ({mend})")
        self.place = place
        self.problem = problem
        self.mend = mend


class TableError(ComityError):
    """Faults in a table, all of them at once; each is a line `file:row: fault`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class UnknownActor(ComityError):
    """A name or code that no actor answers to. The message suggests the nearest names."""


class StoreError(ComityError):
    """A store that cannot be opened, or was written by another schema."""


class StoreBusy(StoreError):
    """A store that somebody else has open: it can be opened when they let it go."""
