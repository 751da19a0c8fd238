"""ZIP, gzip, bzip2, xz and zstd of anything → what is in them, unpacked in memory or as a stream, never onto the disk.

Members are read by the reader that fits each, places are `archive!member`, and whatever one archive and those inside
it unpack to is drawn from one budget.
"""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from comity.records import Document
from comity.sources.dispatch import extension, read_stream
from comity.sources.outcome import DEFAULT, Failure, Fault, Options
from comity.sources.packing import Unpacking
from comity.sources.registry import StreamReader, extensions
from comity.sources.streams import Budget, Counted, Unpacked, buffered, whole

# What zipfile raises at a broken archive: its own error, and whatever a wrong number in it leads to (a place before the
# file's beginning is a ValueError).
_BROKEN = (
    zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError, IndexError, OverflowError,
    struct.error,
)  # fmt: skip
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/container.xml")


def read_gzip(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """What a gzip stream of one or many members holds (a WARC has one for each record)."""
    within, budget = inside(options)
    counted = Counted(stream)
    unpacking = cast(BinaryIO, gzip.GzipFile(fileobj=buffered(counted)))
    plain = Unpacked(unpacking, "gzip", budget, options.limits.ratio, lambda: counted.count)
    yield from read_stream(buffered(plain), origin, options=within)


def unpacking(kind: str) -> StreamReader:
    """The reader of what a stream holds that bzip2, xz or zstd packed."""

    def read(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
        within, budget = inside(options)
        counted = Counted(stream)
        packed = cast(BinaryIO, Unpacking(cast(BinaryIO, counted), kind))
        plain = Unpacked(packed, kind, budget, options.limits.ratio, lambda: counted.count)
        yield from read_stream(buffered(plain), origin, options=within)

    return read


def read_zip(stream: BinaryIO, origin: str, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """What the files in a ZIP archive hold, in its order. Hidden files and those of other kinds are left out."""
    within, budget = inside(options)
    if not stream.seekable():
        stream = io.BytesIO(whole(stream, options.limits.file_bytes))
    try:
        archive = zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise Fault(f"is a broken zip archive: {error}", "fetch it again") from error
    with archive:
        members = archive.infolist()
        if len(members) > options.limits.members:
            raise Fault(f"holds more than {options.limits.members:,} files", "split it, or raise the limit members")
        if any(member.filename in _OFFICE for member in members):
            raise Fault("is an office document or an e-book, not text", "save it as plain text or HTML")
        found = False
        for member in members:
            if member.is_dir() or _passed_over(member.filename):
                continue
            found = True
            yield from _member(archive, member, origin, within, budget)
            if budget.spent:
                return  # the member's failure has said so
    if not found:
        raise Fault("holds nothing that can be read", f"put files in it: {', '.join(sorted(extensions()))}")


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: str, within: Options, budget: Budget
) -> Iterator[Document | Failure]:
    place = f"{origin}!{member.filename}"
    if _leads_out(member.filename):
        # Nothing is ever written, so it could do no harm here; but no honest archive has such a name.
        problem = "has a name that leads out of its archive"
        yield Failure(place=place, problem=problem, mend="leave it out, and ask who made the archive")
        return
    try:
        packed = archive.open(member)
    except _BROKEN as error:
        problem = "is locked with a password" if member.flag_bits & 1 else f"cannot be unpacked: {error}"
        yield Failure(place=place, problem=problem, mend="unpack it yourself")
        return
    with packed:
        size = member.compress_size
        plain = Unpacked(cast(BinaryIO, packed), "zip", budget, within.limits.ratio, lambda: size)
        yield from read_stream(buffered(plain), place, options=within)


def inside(options: Options) -> tuple[Options, Budget]:
    """The options for what an archive or a message holds, and the budget that they carry. Raises Fault where it is
    nested too deep."""
    if options.depth >= options.limits.depth:
        raise Fault(f"lies more than {options.limits.depth} deep in archives and messages", "unpack the outer ones")
    budget = options.budget or Budget(options.limits.unpacked_bytes)
    return replace(options, depth=options.depth + 1, budget=budget), budget


def _passed_over(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts
    return hidden or extension(name) not in extensions()


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(re.match(r"[A-Za-z]:", name))
