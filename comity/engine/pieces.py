"""What work is cut into: pieces of files, inputs that only one process can read, and shards of them.

Values that travel between processes and machines; what they name is opened by whoever works on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from comity.records import Document, stable_id
from comity.sources import Failure

Outcome = Document | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, or a part of one. `path` is a path or, if `cloud`, an address.

    Of a part, `kind` is the format, `start` and `end` are bytes, `before` the lines or records before it, and `head` the
    length of the head that belongs to every part (the first row of CSV). `before` is None for a whole file. `stamp` tells
    the file's state from later ones: its time of change, or what its object store gives for that.
    """

    path: str
    size: int
    stamp: str
    cloud: bool = False
    kind: str = ""
    start: int = 0
    end: int = 0
    before: int | None = None
    head: int = 0

    @property
    def bytes(self) -> int:
        """How much of the input this is."""
        return self.size if self.before is None else self.end - self.start

    @property
    def place(self) -> str:
        """What a user calls it."""
        return self.path if self.before is None else f"{self.path} (bytes {self.start:,} to {self.end:,})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Outcomes of inputs that only this process can read: standard input, addresses of pages, what does not exist."""

    outcomes: tuple[Outcome, ...]

    @property
    def bytes(self) -> int:
        return 0

    @property
    def place(self) -> str:
        return ", ".join(o.place if isinstance(o, Failure) else o.origin or o.id for o in self.outcomes[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some whole pieces, or one part of a file. `last` is whether it is the last part of its file."""

    pieces: tuple[Piece | Given, ...]
    last: bool = False

    @property
    def bytes(self) -> int:
        return sum(piece.bytes for piece in self.pieces)

    @property
    def place(self) -> str:
        return ", ".join(piece.place for piece in self.pieces[:3])

    @property
    def part(self) -> Piece | None:
        """The part of a file that it is, if it is one."""
        first = self.pieces[0] if self.pieces else None
        return first if isinstance(first, Piece) and first.before is not None else None

    @property
    def whole(self) -> Shard:
        """The file of which it is a part."""
        part = self.part
        if part is None:
            return self
        return Shard(pieces=(replace(part, kind="", start=0, end=0, before=None, head=0),))

    def key(self, *more: object) -> str:
        """Names the shard by what is in it: the same on any machine and in any run."""
        parts: list[object] = [*more]
        for piece in self.pieces:
            if isinstance(piece, Piece):
                parts += [piece.path, piece.size, piece.stamp, piece.start, piece.end, piece.before]
            else:
                parts += [o.id if isinstance(o, Document) else str(o) for o in piece.outcomes]
        return stable_id(*parts)


def opened(piece: Piece) -> BinaryIO:
    """The file that a piece is of. Raises OSError, or what an object store raises."""
    if not piece.cloud:
        return Path(piece.path).open("rb")
    import fsspec

    store, path = fsspec.core.url_to_fs(piece.path)
    return cast(BinaryIO, store.open(path, "rb"))
