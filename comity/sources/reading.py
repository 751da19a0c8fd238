"""Files, folders, globs and standard input → Documents, each broken one a Failure in its place.

Formats are told by content; the extension decides where content does not. A folder is walked in sorted order, without
following links to folders (they may run in a circle), hidden files and files of other kinds left out.
"""

from __future__ import annotations

import glob
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from comity.records import Document
from comity.sources.html import read_html
from comity.sources.jsonl import read_jsonl
from comity.sources.outcome import DEFAULT, Failure, Options
from comity.sources.text import read_text


class Reader(Protocol):
    """Bytes and where they came from → what they hold, in order."""

    def __call__(self, data: bytes, origin: str, options: Options = ..., /) -> Iterator[Document | Failure]: ...


READERS: dict[str, Reader] = {"text": read_text, "jsonl": read_jsonl, "html": read_html}

EXTENSIONS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_HTML_START = re.compile(
    rb"^(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.I | re.S
)
_TAGS = re.compile(rb"</(?:p|div|span|a|h1|h2|li|body|html)>", re.I)
_KINDS = ", ".join(sorted(EXTENSIONS))


def read(inputs: Sequence[str | Path], *, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """Everything that the inputs hold, in order. An input is a file, a folder, a glob, or "-" for standard input."""
    for item in inputs:
        if str(item) == "-":
            yield from _read_stream(options)
        else:
            for path in _expand(item):
                yield from [path] if isinstance(path, Failure) else _read_file(path, options)


def sniff(data: bytes, origin: str = "") -> str:
    """The name of the reader for some bytes: by content; by the extension of `origin` where content leaves it open."""
    start = data[:65536].removeprefix(b"\xef\xbb\xbf").lstrip()
    hint = EXTENSIONS.get(Path(origin).suffix.lower(), "")
    if _HTML_START.match(start):
        return "html"
    if start.startswith(b"{") and hint != "html" and _is_object(start.split(b"\n", 1)[0]):
        return "jsonl"
    if hint:
        return hint
    return "html" if len(_TAGS.findall(start)) >= 3 else "text"


def read_bytes(data: bytes, origin: str, *, options: Options = DEFAULT) -> Iterator[Document | Failure]:
    """What some bytes hold, by the reader that fits them."""
    if not data.strip():
        yield Failure(place=origin, problem="is empty", mend="give a file with text in it")
    elif len(data) > options.max_bytes:
        yield _too_large(origin, options)
    else:
        yield from READERS[sniff(data, origin)](data, origin, options)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read_stream(options: Options) -> Iterator[Document | Failure]:
    # One byte over the limit is enough to know that there is too much.
    yield from read_bytes(sys.stdin.buffer.read(options.max_bytes + 1), "stdin", options=options)


def _read_file(path: Path, options: Options) -> Iterator[Document | Failure]:
    place = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Failure(place=place, problem="is no ordinary file", mend="give a file or a folder")
            return
        if status.st_size > options.max_bytes:
            yield _too_large(place, options)
            return
        data = path.read_bytes()
    except OSError as error:
        yield _unopened(place, error)
        return
    yield from read_bytes(data, place, options=options)


def _expand(item: str | Path) -> Iterator[Path | Failure]:
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
        yield from _expand(match)


def _walk(folder: Path) -> Iterator[Path | Failure]:
    found = False
    faults: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=faults.append, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in EXTENSIONS:
                found = True
                yield Path(parent) / name
    for fault in faults:
        yield _unopened(str(fault.filename or folder), fault)
    if not found and not faults:
        yield Failure(place=str(folder), problem="holds nothing that can be read", mend=f"put files in it: {_KINDS}")


def _unopened(place: str, error: Exception) -> Failure:
    if isinstance(error, FileNotFoundError):
        return Failure(place=place, problem="does not exist", mend="check the path")
    if isinstance(error, PermissionError):
        return Failure(place=place, problem="may not be opened", mend="give yourself the right to read it")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return Failure(place=place, problem=f"cannot be opened: {reason}", mend="check the path")


def _too_large(place: str, options: Options) -> Failure:
    return Failure(
        place=place,
        problem=f"is larger than {options.max_bytes:,} bytes",
        mend="split it, or raise max_bytes",
    )
