"""Web addresses → bytes: politely (robots.txt, its Crawl-delay), within limits, and not twice where a cache knows them.

Each hop of a redirect is asked of robots.txt and of the guard anew. What goes wrong is a Fault with the mend.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import httpcore
from protego import Protego

from comity.records import Document
from comity.sources.dispatch import read_stream
from comity.sources.http_content import unpacked
from comity.sources.limits import Limits, Web
from comity.sources.outcome import Carrier, Failure, Fault, Options
from comity.sources.streams import too_large
from comity.sources.web_cache import Cache, Kept
from comity.sources.web_guard import Guard

_MOVED = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_REASONS = {
    401: "wants a login",
    403: "is forbidden",
    404: "is not there",
    410: "is gone",
    429: "asks to wait",
    451: "is withheld by law",
}
_ALL = Protego.parse("User-agent: *\nDisallow: /\n")
_NONE = Protego.parse("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an address gave in the end. `kind` is its Content-Type."""

    url: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    fields: dict[str, str]
    body: bytes


class Fetcher:
    """Fetches pages, one after another; remembers each site's robots.txt as long as it lives."""

    def __init__(self, web: Web, limits: Limits) -> None:
        self._web = web
        self._limits = limits
        self._guard = Guard(private=web.private)
        self._pool = httpcore.ConnectionPool(network_backend=self._guard, max_connections=4)
        self._cache = Cache(web.cache) if web.cache else None
        self._robots: dict[str, Protego | Fault] = {}
        self._last: dict[str, float] = {}

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.close()

    def get(self, address: str) -> Page:
        """The page at an address. Raises Fault."""
        url = normal(address)
        for _ in range(self._limits.redirects + 1):
            self._ask(url)
            kept = self._cache.get(url) if self._cache else None
            self._begin()
            reply = self._request(url, kept)
            if reply.status == 304 and kept:
                return Page(url=url, kind=kept.kind, body=kept.body)
            if reply.status == 200:
                kind = reply.fields.get("content-type", "")
                if self._cache:
                    tag, modified = reply.fields.get("etag"), reply.fields.get("last-modified")
                    self._cache.put(Kept(url=url, kind=kind, etag=tag, modified=modified, body=reply.body))
                return Page(url=url, kind=kind, body=reply.body)
            target = reply.fields.get("location")
            if reply.status not in _MOVED or not target:
                reason = _REASONS.get(reply.status, "cannot be had")
                raise Fault(f"{reason} (status {reply.status})", "open it in a browser, and save the page")
            url = normal(urljoin(url, target))
        raise Fault(f"leads on more than {self._limits.redirects} times", "give the address that it should lead to")

    def _begin(self) -> None:
        self._guard.deadline = time.monotonic() + self._limits.seconds

    def _ask(self, url: str) -> None:
        """Ask the site's robots.txt. Raises Fault where it forbids the page; waits where it asks to."""
        if not self._web.robots:
            return
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            try:
                self._robots[site] = self._rules(f"{site}/robots.txt")
            except Fault as fault:
                self._robots[site] = fault  # a dead host is not waited for a second time
        rules = self._robots[site]
        if isinstance(rules, Fault):
            raise Fault(rules.problem, rules.mend)
        if not rules.can_fetch(url, self._web.agent):
            raise Fault(
                "is closed to programs by its site's robots.txt", "ask the publisher, or save the page yourself"
            )
        delay = min(float(rules.crawl_delay(self._web.agent) or 0), self._limits.seconds)
        if delay and site in self._last:
            time.sleep(max(0.0, self._last[site] + delay - time.monotonic()))
        self._last[site] = time.monotonic()

    def _rules(self, url: str) -> Protego:
        """A site's rules. Without a robots.txt all is open; where it cannot be asked, all is closed (RFC 9309, 2.3.1)."""
        for _ in range(self._limits.redirects + 1):
            self._begin()
            reply = self._request(url, None)
            if reply.status == 200:
                return rules_of(reply.body)
            if reply.status in _MOVED and reply.fields.get("location"):
                url = normal(urljoin(url, reply.fields["location"]))
                continue
            return _ALL if reply.status >= 500 or reply.status == 429 else _NONE
        return _NONE

    def _request(self, url: str, kept: Kept | None) -> _Reply:
        fields = {"User-Agent": self._web.agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        if kept and kept.etag:
            fields["If-None-Match"] = kept.etag
        if kept and kept.modified:
            fields["If-Modified-Since"] = kept.modified
        fields["Host"] = urlsplit(url).netloc
        limit, seconds = self._limits.file_bytes, self._limits.seconds
        steps = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        body = bytearray()
        try:
            with self._pool.stream("GET", url, headers=list(fields.items()), extensions={"timeout": steps}) as answer:
                found = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
                if answer.status == 200:
                    for part in answer.iter_stream():
                        body += part
                        if len(body) > limit:
                            raise too_large(limit)
                status = answer.status
        except httpcore.TimeoutException as error:
            raise Fault(
                f"does not answer in {seconds:g} seconds", "try again later, or raise the limit seconds"
            ) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Fault(f"cannot be fetched: {error or type(error).__name__}", "try again later") from error
        return _Reply(status, found, unpacked(bytes(body), found.get("content-encoding", ""), limit))


def rules_of(body: bytes) -> Protego:
    """The rules of a robots.txt: of its first half megabyte, as RFC 9309, 2.5, has it."""
    return Protego.parse(body[:500_000].decode("utf-8", "replace"))


def normal(address: str) -> str:
    """An address as it goes over the wire: ASCII, without fragment. Raises Fault for what is none of the web."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host:
            raise Fault(f"leads to what is no web address: {address[:100]}", "give an address with http:// or https://")
        if parts.username or parts.password:
            raise Fault("has a login in it", "give the address without it, and the page as a file")
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise Fault(f"is no address: {error}", "check the address") from error
    place = f"{name}:{port}" if port else name
    safe = "/%:=&?~#+!$,;'@()*[]"
    return urlunsplit((parts.scheme, place, quote(parts.path or "/", safe), quote(parts.query, safe), ""))


def read_address(address: str, fetcher: Fetcher, options: Options) -> Iterator[Document | Failure]:
    """What stands at an address, by the reader that fits it."""
    try:
        page = fetcher.get(address)
    except Fault as fault:
        yield fault.at(address)
        return
    charset = _CHARSET.search(page.kind)
    carrier = Carrier(
        url=page.url,
        media_type=page.kind.partition(";")[0].strip().lower(),
        charset=charset.group(1) if charset else None,
    )
    yield from read_stream(io.BytesIO(page.body), address, options=options.having(carrier))
