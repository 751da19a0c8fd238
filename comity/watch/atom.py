"""Alerts as an Atom feed (RFC 4287) in a file, for a feed reader or a web server.

The feed's id and its entries' ids stay the same; `updated` is when the newest alert was made, never the time of writing, so
that the same alerts give the same file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape as xml
from xml.sax.saxutils import quoteattr

import comity
from comity.report.sheet import clean, safe_url
from comity.watch.alert import Alert
from comity.watch.channels import Sent, channel_name

BEGINNING = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class AtomFile:
    """Writes the newest alerts into a file; a reader never finds it half written."""

    file: Path

    @property
    def name(self) -> str:
        return channel_name("atom", str(self.file.absolute()))

    def send(self, due: Sequence[Alert], newest: Sequence[Alert]) -> Sent:
        if not due and self.file.exists():
            return Sent()
        try:
            _write(self.file, feed(newest).encode("utf-8", "replace"))
        except OSError as error:
            return Sent(
                faults=(f"{self.file}: cannot be written: {error.strerror} (check the path and its permissions)",)
            )
        return Sent(ids=tuple(alert.id for alert in due))


def feed(alerts: Sequence[Alert], place: str | None = None, page: Callable[[Alert], str] | None = None) -> str:
    """The feed, the newest alert first. `place` is its own address, where it is served; `page` gives the address of the page
    that an alert is about."""
    entries = "".join(_entry(alert, page(alert) if page else None) for alert in alerts)
    own = f'<link rel="self" type="application/atom+xml" href={quoteattr(clean(place))}/>\n' if place else ""
    updated = max((alert.raised for alert in alerts), default=BEGINNING)
    identifier = uuid5(NAMESPACE_URL, "comity/alerts").urn
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>Comity: ties that moved</title>\n<id>{identifier}</id>\n<updated>{updated}</updated>\n{own}"
        "<author><name>Comity</name></author>\n"
        f'<generator version="{xml(comity.__version__)}">Comity</generator>\n{entries}</feed>\n'
    )


def _entry(alert: Alert, page: str | None) -> str:
    body = f"<p>{escape(alert.summary())}</p><ul>{''.join(f'<li>{escape(line)}</li>' for line in alert.lines())}</ul>"
    links = dict.fromkeys(url for one in alert.sentences if (url := safe_url(one.url)))
    related = "".join(f'<link rel="related" href={quoteattr(clean(url))}/>\n' for url in links)
    about = f'<link rel="alternate" type="text/html" href={quoteattr(clean(page))}/>\n' if page else ""
    return (
        f"<entry>\n<id>{alert.urn}</id>\n<title>{xml(clean(alert.title))}</title>\n<updated>{alert.raised}</updated>\n"
        f'<category term={quoteattr(alert.kind)}/>\n{about}{related}<content type="html">{xml(clean(body))}</content>\n</entry>\n'
    )


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
