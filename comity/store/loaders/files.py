"""Files as they are published into files that DuckDB can read: archives unpacked within limits, odd bytes mended.

In: a path; out: `Plain` files. A plain file of clean UTF-8 is read where it lies; members of archives, and files with
bytes that are no UTF-8, are written to a temporary folder first, in a stream.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from comity.sources.limits import Limits
from comity.sources.outcome import Failure, Fault
from comity.sources.streams import Budget, Counted, Unpacked, buffered

CHUNK = 1 << 20
HEAD = 1 << 18
TABLES = (".csv", ".tab", ".tsv", ".txt")
ARCHIVES = (".zip", ".gz")
_DEFAULT = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A file to read: where it came from (`archive!member` for what is in one), where it lies now, the digest of its
    bytes as published, its first lines, and what had to be mended."""

    place: str
    path: Path
    digest: str
    head: str
    notes: tuple[str, ...] = ()


def is_table(path: Path | PurePosixPath) -> bool:
    """Whether a name is one of a table, or of an archive of tables."""
    return path.suffix.lower() in (*TABLES, *ARCHIVES)


@contextmanager
def plain_files(path: Path, limits: Limits = _DEFAULT) -> Iterator[Iterator[Plain | Failure]]:
    """The tables in a file, one at a time: itself, or the members of an archive. What cannot be read is a Failure."""
    with tempfile.TemporaryDirectory(prefix="comity-load-") as folder:
        yield _files(path, Path(folder), limits)


def _files(path: Path, folder: Path, limits: Limits) -> Iterator[Plain | Failure]:
    place = str(path)
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
            stream.seek(0)
            if magic[:2] == b"PK":
                yield from _members(stream, place, folder, limits)
            elif magic[:2] == b"\x1f\x8b":
                counted = Counted(stream)
                unpacking = cast(BinaryIO, gzip.GzipFile(fileobj=buffered(counted)))
                budget = Budget(limits.unpacked_bytes)
                plain = Unpacked(unpacking, "gzip", budget, limits.ratio, lambda: counted.count)
                yield _unpacked(buffered(plain), place, folder)
            else:
                yield _in_place(stream, path, folder)
    except Fault as fault:
        yield fault.at(place)
    except OSError as error:
        yield Failure(place=place, problem=f"cannot be opened: {error.strerror or error}", mend="check the path")


def _members(stream: BinaryIO, place: str, folder: Path, limits: Limits) -> Iterator[Plain | Failure]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise Fault(f"is a broken zip archive: {error}", "fetch it again") from error
    with archive:
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir()
            and PurePosixPath(member.filename).suffix.lower() in TABLES
            and not any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(member.filename).parts)
        ]
        if not members:
            raise Fault("holds no table", f"put files in it: {', '.join(TABLES)}")
        if len(members) > limits.members:
            raise Fault(f"holds more than {limits.members:,} files", "split it, or raise the limit members")
        budget = Budget(limits.unpacked_bytes)
        for member in members:
            within = f"{place}!{member.filename}"
            size = member.compress_size
            try:
                with archive.open(member) as packed:
                    plain = Unpacked(cast(BinaryIO, packed), "zip", budget, limits.ratio, lambda size=size: size)  # type: ignore[misc]
                    yield _unpacked(buffered(plain), within, folder)
            except Fault as fault:
                yield fault.at(within)
                if budget.spent:
                    return
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
                problem = "is locked with a password" if member.flag_bits & 1 else f"cannot be unpacked: {error}"
                yield Failure(place=within, problem=problem, mend="unpack it yourself")


def _unpacked(stream: BinaryIO, place: str, folder: Path) -> Plain:
    target = folder / "member"
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
    with target.open("rb") as again:
        return _checked(again, place, target, folder, digest.hexdigest()[:16])


def _in_place(stream: BinaryIO, path: Path, folder: Path) -> Plain:
    return _checked(stream, str(path), path, folder, None)


def _checked(stream: BinaryIO, place: str, path: Path, folder: Path, known: str | None) -> Plain:
    """A file whose bytes are looked at once: their digest, and whether DuckDB can read them as they are."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    clean = True
    head = b""
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        head = head or chunk[:HEAD]
        if clean:
            clean = b"\0" not in chunk
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                clean = False
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        clean = False
    notes: tuple[str, ...] = ()
    if not clean:
        stream.seek(0)
        path, notes = _mended(stream, folder, head)
        with path.open("rb") as again:
            head = again.read(HEAD)
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head).removeprefix("\ufeff")
    if len(head) == HEAD:
        text = text[: text.rfind("\n") + 1] or text
    return Plain(place=place, path=path, digest=known or digest.hexdigest()[:16], head=text, notes=notes)


def _mended(stream: BinaryIO, folder: Path, head: bytes) -> tuple[Path, tuple[str, ...]]:
    """A copy in clean UTF-8, line by line: some releases mix encodings. A line that is no UTF-8 is read as Windows-1252."""
    target = folder / "mended"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with target.open("w", encoding="utf-8", newline="") as out:
            reader = codecs.getreader("utf-16")(stream)
            while text := reader.read(CHUNK):
                out.write(text.replace("\0", ""))
        return target, ("written in UTF-16",)
    count = 0
    with target.open("wb") as out:
        for line in stream:
            plain = line.replace(b"\0", b"")
            try:
                plain.decode("utf-8")
            except UnicodeDecodeError:
                plain = plain.decode("cp1252", "replace").encode("utf-8")
                count += 1
            else:
                count += plain != line
            out.write(plain)
    return target, (f"{count:,} lines are no clean UTF-8; read as Windows-1252",)
