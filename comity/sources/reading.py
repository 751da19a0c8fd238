"""Files, folders, globs, addresses and standard input → Documents, each broken one a Failure in its place.

A folder is walked in sorted order, without following links to folders (they may run in a circle), hidden files and
files of other kinds left out.
"""

from __future__ import annotations

import glob
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from comity.records import Document
from comity.sources.cloud import read_cloud
from comity.sources.dispatch import extension, read_stream
from comity.sources.outcome import DEFAULT, Failure, Options
from comity.sources.registry import extensions

if TYPE_CHECKING:
    from comity.sources.web import Fetcher

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.I)


def read(inputs: Sequence[str | Path], *, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """Everything that the inputs hold, in order.

    An input is a file, a folder, a glob, an address (https://…, and with `comity[cloud]` s3://… and the like), or "-"
    for standard input.
    """
    with ExitStack() as at_end:
        fetcher: Fetcher | None = None
        for item in inputs:
            place = str(item)
            if place == "-":
                yield from read_stream(sys.stdin.buffer, "stdin", options=options)
            elif place.lower().startswith(("http://", "https://")):
                from comity.sources import web  # only addresses pay for loading it

                fetcher = fetcher or at_end.enter_context(web.Fetcher(options.web, options.limits))
                yield from web.read_address(place, fetcher, options)
            elif ADDRESS.match(place):
                yield from read_cloud(place, options)
            else:
                for path in expand(item):
                    yield from [path] if isinstance(path, Failure) else read_file(path, options)


def read_file(path: Path, options: Options) -> Iterator[Document | Failure]:
    """What one file holds."""
    place = str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield Failure(place=place, problem="is no ordinary file", mend="give a file or a folder")
            return
        stream = path.open("rb")
    except OSError as error:
        yield _unopened(place, error)
        return
    with stream:
        yield from read_stream(stream, place, options=options)


def expand(item: str | Path) -> Iterator[Path | Failure]:
    """The files that an input names, in sorted order, or the Failure that it is."""
    place, path = str(item), Path(item)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        if isinstance(error, (FileNotFoundError, ValueError)) and glob.has_magic(place) and "\0" not in place:
            yield from _expand_glob(place)
        else:
            yield _unopened(place, error)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path)
    else:
        yield path


def _expand_glob(pattern: str) -> Iterator[Path | Failure]:
    # Path.glob takes no absolute pattern.
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not matches:
        yield Failure(place=pattern, problem="matches no file", mend="check the pattern, and quote it from the shell")
    # "**" gives a folder and the files in it both; the files alone are enough.
    files = [match for match in matches if not Path(match).is_dir()]
    for match in files or matches:
        yield from expand(match)


def _walk(folder: Path) -> Iterator[Path | Failure]:
    found = False
    faults: list[OSError] = []
    known = extensions()
    for parent, folders, files in os.walk(folder, onerror=faults.append, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and extension(name) in known:
                found = True
                yield Path(parent) / name
    for fault in faults:
        yield _unopened(str(fault.filename or folder), fault)
    if not found and not faults:
        yield Failure(
            place=str(folder),
            problem="holds nothing that can be read",
            mend=f"put files in it: {', '.join(sorted(known))}",
        )


def _unopened(place: str, error: Exception) -> Failure:
    if isinstance(error, FileNotFoundError):
        return Failure(place=place, problem="does not exist", mend="check the path")
    if isinstance(error, PermissionError):
        return Failure(place=place, problem="may not be opened", mend="give yourself the right to read it")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Failure(place=place, problem=f"cannot be opened: {reason}", mend="check the path")
