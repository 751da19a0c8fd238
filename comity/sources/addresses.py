"""Web addresses, as far as they say who publishes."""

from __future__ import annotations

from urllib.parse import urlsplit


def domain(url: str) -> str | None:
    """The host of an address without www, or None."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
