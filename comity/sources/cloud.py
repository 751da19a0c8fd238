"""Addresses of object stores (s3://, gs://, memory://, …) → streams, by fsspec, which the extra `comity[cloud]` brings."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from typing import Any

from comity.records import Document
from comity.sources.dispatch import extension, read_stream
from comity.sources.outcome import Failure, Fault, Options
from comity.sources.registry import extensions


def read_cloud(address: str, options: Options) -> Iterator[Document | Failure]:
    """What stands at an address: a file, a folder, or a pattern. Order and choice are those of folders on a disk."""
    try:
        store, paths = expanded(address)
    except Fault as fault:
        yield fault.at(address)
        return
    for path in paths:
        place = store.unstrip_protocol(path)
        try:
            stream = store.open(path, "rb")
        except Exception as error:  # each store has errors of its own
            yield _unopened(error).at(place)
            continue
        with stream:
            yield from read_stream(stream, place, options=options)


def expanded(address: str) -> tuple[Any, list[str]]:
    """The store (an fsspec file system) that an address is in, and the paths there that it names. Raises Fault."""
    try:
        import fsspec
    except ImportError as error:
        raise Fault("is in an object store", "install what reads them: pip install 'comity[cloud]'") from error
    try:
        store, path = fsspec.core.url_to_fs(address)
        if glob.has_magic(path):
            found = [name for name in sorted(store.glob(path)) if "/." not in name and not store.isdir(name)]
            if not found:
                raise Fault("matches no file", "check the pattern, and quote it from the shell")
            return store, found
        if not store.isdir(path):
            return store, [path]
        known = extensions()
        found = [name for name in sorted(store.find(path)) if extension(name) in known and "/." not in name]
    except Fault:
        raise
    except Exception as error:  # each store has errors of its own, and so has each library behind it
        raise _unopened(error) from error
    if not found:
        raise Fault("holds nothing that can be read", f"put files in it: {', '.join(sorted(known))}")
    return store, found


def _unopened(error: Exception) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault("does not exist", "check the path")
    return Fault(f"cannot be opened: {str(error) or type(error).__name__}", "check the address, and your rights to it")
