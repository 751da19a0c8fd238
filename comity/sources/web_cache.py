"""A folder of fetched pages with what their servers gave to ask again by: ETag and Last-Modified.

A page is two files named by the hash of its address: what is known of it, and its body. A cache that cannot be read or
written is as good as none, so its faults are passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page in the cache. `kind` is its Content-Type."""

    url: str
    kind: str
    etag: str | None
    modified: str | None
    body: bytes


class Cache:
    """The pages kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> Kept | None:
        """The page kept of an address, or None."""
        about, body = self._paths(url)
        try:
            known = json.loads(about.read_bytes())
            data = body.read_bytes()
            # Two runs may have written the two files in turns.
            if known.pop("digest") != _digest(data) or known.get("url") != url:
                return None
            return Kept(**known, body=data)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, kept: Kept) -> None:
        """Keep a page, if there is anything to ask again by."""
        if kept.etag is None and kept.modified is None:
            return
        about, body = self._paths(kept.url)
        known = {key: value for key, value in asdict(kept).items() if key != "body"}
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(body, kept.body)
            _write(about, json.dumps({**known, "digest": _digest(kept.body)}).encode())

    def _paths(self, url: str) -> tuple[Path, Path]:
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        return self._folder / f"{name}.json", self._folder / f"{name}.body"


def default_folder() -> Path:
    """Where pages are kept unless said otherwise: `comity` in the user's folder for caches."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "comity" / "pages"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
