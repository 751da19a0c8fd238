"""Inputs → shards: pieces of work of about the same size, in the order of the inputs, made as they are asked for.

A small file goes into a shard with its neighbours. A large one is cut where a reader can begin again (`cuts`): it is
scanned once for that (a few hundred megabytes a second, a hundredth of what coding takes); the reading itself is left to
whoever gets the shard (`parts`). Other formats are one piece, however large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from comity.engine.cuts import Cut, cuts, kind_of
from comity.engine.pieces import Given, Piece, Shard, opened
from comity.sources import Failure, Fault, Options
from comity.sources import read as read_sources
from comity.sources.cloud import expanded
from comity.sources.reading import ADDRESS, expand

# Documents in one call of the coder, in one transaction of the store, and in one answer of a process.
BATCH = 64
# Bytes of input in a shard: a second or two of work, so that all processes are busy to the end.
SHARD = 1_000_000

T = TypeVar("T")


def shards(inputs: Sequence[str | Path], options: Options, size: int = SHARD, *, here: bool = False) -> Iterator[Shard]:
    """The shards of some inputs. `here` says that they are worked off in this process, so that even what is in its own
    memory (memory://) can be read later."""
    group: list[Piece | Given] = []

    def grouped() -> Iterator[Shard]:
        if group:
            yield Shard(pieces=tuple(group))
            group.clear()

    for piece in _pieces(inputs, options, here):
        if isinstance(piece, Piece) and piece.size > size:
            yield from grouped()
            yield from _cut(piece, options, size)
            continue
        if isinstance(piece, Given) and len(piece.outcomes) > 1:
            yield from grouped()
            yield Shard(pieces=(piece,))
            continue
        group.append(piece)
        if len(group) >= BATCH or sum(one.bytes for one in group) >= size:
            yield from grouped()
    yield from grouped()


class Silence:
    """Notices files of whose parts none gives anything: no part can know that the whole holds nothing."""

    def __init__(self) -> None:
        self._silent = True

    def after(self, shard: Shard, gave: bool) -> Shard | None:
        """What to read as well when a shard has been read: such a file, whole. Its reader says best what is wrong."""
        part = shard.part
        self._silent = part is not None and (self._silent or not part.start) and not gave
        return shard.whole if shard.last and self._silent else None


def weigh(inputs: Sequence[str | Path]) -> int | None:
    """How many bytes the inputs have; None where that cannot be told without fetching them."""
    total = 0
    for item in inputs:
        if str(item) == "-" or ADDRESS.match(str(item)):
            return None
        for path in expand(item):
            if isinstance(path, Path):
                try:
                    total += path.stat().st_size
                except OSError:
                    continue  # reading will say so
    return total


def batches(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Items, so many at a time."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _pieces(inputs: Sequence[str | Path], options: Options, here: bool) -> Iterator[Piece | Given]:
    for item in inputs:
        place = str(item)
        if place == "-" or place.lower().startswith(("http://", "https://")):
            yield from _read_here([item], options)
        elif ADDRESS.match(place):
            yield from _cloud(place, options, here)
        else:
            for path in expand(item):
                yield Given(outcomes=(path,)) if isinstance(path, Failure) else _local(path)


def _read_here(inputs: Sequence[str | Path], options: Options) -> Iterator[Given]:
    for batch in batches(read_sources(inputs, options=options), BATCH):
        yield Given(outcomes=batch)


def _local(path: Path) -> Piece:
    try:
        state = path.stat()
    except OSError:
        return Piece(path=str(path), size=0, stamp="")  # whoever reads it will say so
    return Piece(path=str(path), size=state.st_size, stamp=str(state.st_mtime_ns))


def _cloud(address: str, options: Options, here: bool) -> Iterator[Piece | Given]:
    try:
        store, paths = expanded(address)
    except Fault as fault:
        yield Given(outcomes=(fault.at(address),))
        return
    for path in paths:
        place = store.unstrip_protocol(path)
        if place.startswith("memory://") and not here:
            yield from _read_here([place], options)
            continue
        try:
            known = store.info(path)
            size = int(known.get("size") or 0)
            stamp = next(
                (str(known[name]) for name in ("ETag", "etag", "md5Hash", "mtime", "created") if name in known), ""
            )
        except Exception:  # each store has errors of its own; reading will say what is wrong
            size, stamp = 0, ""
        yield Piece(path=place, size=size, stamp=stamp, cloud=True)


def _cut(piece: Piece, options: Options, size: int) -> Iterator[Shard]:
    """The parts of a large file, or the whole of it where it cannot be cut."""
    last = Cut(0, 0)
    kind = ""
    try:
        with opened(piece) as stream:
            kind = kind_of(stream, piece.path)
            for cut in cuts(stream, kind, options, size):
                if cut.at < piece.size:
                    yield _part(piece, kind, last, cut.at)
                    last = cut
    except Exception as error:  # each object store has errors of its own
        if not (piece.cloud or isinstance(error, Fault | OSError)):
            raise
        # Whoever reads the rest finds the same fault, and says so.
    if last.at == 0:
        yield Shard(pieces=(piece,))
    else:
        yield replace(_part(piece, kind, last, piece.size), last=True)


def _part(piece: Piece, kind: str, start: Cut, end: int) -> Shard:
    part = replace(piece, kind=kind, start=start.at, end=end, before=start.before, head=start.head)
    return Shard(pieces=(part,))
