"""How much an input may cost. Values only: whoever reads, unpacks or fetches asks them, so that no file eats the machine.

What streams (JSON lines, CSV, Parquet, WARC, mailboxes, archives) may be of any size; each document in it may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds, each with a default that real news stays far below.

    `file_bytes`: a file, message or archive member that is read whole.
    `page_bytes`: a page of HTML, a feed: parsed, they take some 25 times their size.
    `line_bytes`: a line of text, of JSON lines, of CSV.
    `unpacked_bytes`: all that one archive unpacks to (a CC-NEWS file has some five gigabytes).
    `ratio`: unpacked to packed bytes, looked at from ten megabytes on (text stays below twenty, a bomb is near 1,000).
    `members`: files in an archive. `depth`: archives in archives. `nesting`: elements of a page in elements.
    `redirects`: of an address. `seconds`: for the whole of a fetch, and for the text of a PDF.
    """

    file_bytes: int = 50_000_000
    page_bytes: int = 10_000_000
    line_bytes: int = 10_000_000
    unpacked_bytes: int = 20_000_000_000
    ratio: int = 100
    members: int = 100_000
    depth: int = 2
    nesting: int = 2_000
    redirects: int = 5
    seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How addresses are fetched.

    `private` allows hosts in private networks and this machine itself; without it a list of addresses from a stranger
    could make Comity read what only this machine may see. `cache` is a folder; None keeps nothing. `robots` is whether
    a site's robots.txt is asked.
    """

    private: bool = False
    cache: Path | None = None
    robots: bool = True
    agent: str = "comity"
