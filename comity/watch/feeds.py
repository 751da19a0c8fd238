"""Which sources are watched, and when each is due again.

In: what a user named (addresses, files, folders, lists of addresses); out: the sources one by one. A source that fails
waits twice as long each time, until it answers again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.errors import InputError

# The longest that a failing source is left alone, as a multiple of the pace.
PATIENCE = 32


def sources(named: Iterable[str]) -> tuple[str, ...]:
    """The sources that some names stand for, each once: a list (.txt, one a line, # for comments; .opml) gives its lines,
    anything else is a source itself. Raises InputError for a list that cannot be read or is empty."""
    found: list[str] = []
    for item in named:
        suffix = Path(item).suffix.casefold()
        if "://" in item or suffix not in (".txt", ".opml"):
            found.append(item)
            continue
        try:
            data = Path(item).read_bytes()
        except OSError as error:
            raise InputError(item, f"cannot be opened: {error.strerror}", "check the path") from error
        lines = _opml(data, item) if suffix == ".opml" else _lines(data)
        if not lines:
            raise InputError(item, "names no feed", "write one address a line, or give the feed itself")
        found += lines
    return tuple(dict.fromkeys(found))


def _lines(data: bytes) -> list[str]:
    lines = (line.partition("#")[0] if not line.strip().startswith("http") else line.split(" #")[0]
             for line in data.decode("utf-8", "replace").splitlines())  # fmt: skip
    return [line.strip() for line in lines if line.strip()]


def _opml(data: bytes, place: str) -> list[str]:
    from lxml import etree

    try:
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise InputError(place, f"is no OPML: {error}", "export the list of feeds again") from error
    return [url for node in tree.iter("outline") if (url := node.get("xmlUrl") or node.get("url"))]


@dataclass(slots=True)
class Pace:
    """When a source is due, in seconds of the caller's own clock. The one thing here that changes."""

    every: float
    failures: int = 0
    due: float = 0.0

    def answered(self, now: float) -> None:
        self.failures, self.due = 0, now + self.every

    def failed(self, now: float) -> float:
        """Notes a failure; returns how long the source is left alone."""
        self.failures += 1
        wait = self.every * min(2.0 ** min(self.failures, 30), PATIENCE)
        self.due = now + wait
        return wait


def seconds(text: str) -> float:
    """A span of time: "30s", "15m", "2h", "1d". Raises ValueError."""
    units: dict[str, float] = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    number, unit = text.strip()[:-1], text.strip()[-1:].casefold()
    try:
        value = float(number) * units[unit]
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} is no span of time (write 30s, 15m, 2h or 1d)") from None
    if not 1 <= value <= 31 * 86400:
        raise ValueError(f"{text!r} is out of range (from 1s to 31d)")
    return value


def span_words(value: float) -> str:
    """Seconds in words that fit a line: "15 min"."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= size:
            return f"{value / size:g} {unit}"
    return f"{value:g} s"


def due(sources_: Sequence[str], paces: dict[str, Pace], now: float) -> list[str]:
    """The sources whose time has come."""
    return [source for source in sources_ if paces[source].due <= now]
