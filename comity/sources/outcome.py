"""What reading is asked for and what it gives when it cannot: `Options` go in, a `Failure` stands for a Document.

A failure is a value, not an exception: over many documents one broken file is a listed line, not the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from comity.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An input, or a line of one, that cannot be read. `place` is a path or path:line."""

    place: str
    problem: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} ({self.mend})"

    def as_error(self) -> InputError:
        """The same as an exception, for callers that want one document or none."""
        return InputError(self.place, self.problem, self.mend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read.

    `published` (YYYY-MM-DD) is the caller's word on the date and beats what the input says (basis "argument").
    `columns` maps a field of Document to the column it stands in, for JSON lines with names of their own.
    `resolve` turns the name of a party ("Azerbaijan") into its actor code, or None; without it interests carry no code.
    """

    published: str | None = None
    max_bytes: int = 50_000_000
    columns: Mapping[str, str] = field(default_factory=dict)
    resolve: Callable[[str], str | None] | None = None


DEFAULT = Options()
