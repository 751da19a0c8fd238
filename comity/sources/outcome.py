"""What reading is asked for and what it gives when it cannot: `Options` go in, a `Failure` stands for a Document.

A failure is a value, not an exception: over many documents one broken file is a listed line, not the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from comity.errors import InputError
from comity.records import Document
from comity.sources.limits import Limits, Web

if TYPE_CHECKING:
    from comity.sources.streams import Budget


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
class LinkOnly(Failure):
    """An entry of a feed that gives no text, only a title and an address: a Failure to whoever wants texts.

    `headline` is what the feed says, with the title for its text, for those who fetch the page at its address."""

    headline: Document


class Fault(Exception):
    """What is wrong with some bytes, and its mend. Readers and streams raise it; `reading` turns it into a Failure."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend

    def at(self, place: str) -> Failure:
        """The Failure that stands for it."""
        return Failure(place=place, problem=self.problem, mend=self.mend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """What the carrier of some bytes knows of them (an archive's record, a web server): used where they are silent.

    `fetched` is the day of the fetch, after which no page can have been published. `media_type` and `charset` are the
    declared ones.
    """

    url: str | None = None
    fetched: str | None = None
    media_type: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read.

    `published` (YYYY-MM-DD) is the caller's word on the date and beats what the input says (basis "argument").
    `columns` maps a field of Document to the column it stands in, for records with names of their own.
    `resolve` turns the name of a party ("Azerbaijan") into its actor code, or None; without it interests carry no code.
    `carrier`, `depth` and `budget` are set by readers that hand on what they unpack.
    `before` is how many lines (JSON lines, CSV) or records (WARC) of a file lie before the part of it that is read, so
    that places are counted in the whole file; None where a file is read whole. Whether it holds anything at all is then
    no part's to say.
    """

    published: str | None = None
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    web: Web = Web()  # noqa: RUF009
    columns: Mapping[str, str] = field(default_factory=dict)
    resolve: Callable[[str], str | None] | None = None
    carrier: Carrier = Carrier()
    depth: int = 0
    budget: Budget | None = None
    before: int | None = None

    def having(self, carrier: Carrier) -> Options:
        """The same, for bytes that another carrier brought."""
        return replace(self, carrier=carrier)


DEFAULT = Options()
