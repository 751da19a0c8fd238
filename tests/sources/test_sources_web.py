"""Addresses: a loopback server stands for the web. What is private is refused, and what harms is one line."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from comity.records import Document
from comity.sources import Failure, Limits, Options, Web, read
from comity.sources.outcome import Fault
from comity.sources.web import normal
from comity.sources.web_cache import Cache, Kept
from comity.sources.web_guard import is_public

TEXT = "Valdia recalled its ambassador from Norland on Monday, and the port was closed."
PAGE = f"<html><head><title>Envoy leaves</title></head><body><h1>Envoy leaves</h1><p>{TEXT}</p></body></html>".encode()
ETAG = '"v1"'


class Site(BaseHTTPRequestHandler):
    """A small web: each path behaves in its own way. `asked` lists (path, If-None-Match)."""

    asked: list[tuple[str, str | None]]
    robots = b"User-agent: *\nDisallow: /closed\n"
    robots_status = 200

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers.get("If-None-Match")))
        if self.path == "/robots.txt":
            self.give(self.robots, "text/plain", status=self.robots_status)
        elif self.path in ("/page", "/closed/page"):
            self.give(PAGE, "text/html")
        elif self.path == "/latin":
            self.give(
                "<h1>Talks</h1><p>Delegates met in Genève on Monday, and the café stayed shut.</p>".encode("cp1252"),
                "text/html; charset=windows-1252",
            )
        elif self.path == "/feed":
            self.give(
                f"<rss><channel><item><description>{TEXT}</description></item></channel></rss>".encode(), "text/xml"
            )
        elif self.path == "/lines":
            self.give(b'{"text": "' + TEXT.encode() + b'"}', "application/jsonl")
        elif self.path == "/list":
            self.give(b'[{"text":\n"' + TEXT.encode() + b'"}]', "application/json")
        elif self.path == "/packed":
            self.give(gzip.compress(PAGE, mtime=0), "text/html", **{"Content-Encoding": "gzip"})
        elif self.path == "/bomb":
            self.give(gzip.compress(bytes(2_000_000), mtime=0), "text/html", **{"Content-Encoding": "gzip"})
        elif self.path == "/tagged":
            if self.headers.get("If-None-Match") == ETAG:
                self.give(b"", "text/html", status=304)
            else:
                self.give(PAGE, "text/html", ETag=ETAG)
        elif self.path == "/moved":
            self.give(b"", "text/html", status=301, Location="/page")
        elif self.path == "/loop":
            self.give(b"", "text/html", status=302, Location="/loop")
        elif self.path == "/to-file":
            self.give(b"", "text/html", status=302, Location="file:///etc/passwd")
        elif self.path == "/to-closed":
            self.give(b"", "text/html", status=302, Location="/closed/page")
        elif self.path == "/large":
            self.give(b"<p>" + b"x" * 300_000, "text/html")
        elif self.path == "/slow":
            self.drip()
        else:
            self.give(b"<p>Not here</p>", "text/html", status=404)

    def give(self, body: bytes, kind: str, status: int = 200, **fields: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"<p>x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass  # the reader has gone, as it should

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[tuple[str, type[Site]]]:
    handler = type("OneSite", (Site,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def told(*addresses: str, cache: Path | None = None, private: bool = True, **limits: float) -> list[str]:
    options = Options(
        web=Web(private=private, cache=cache),
        limits=Limits(**{"seconds": 5, "redirects": 3, **limits}),  # type: ignore[arg-type]
    )
    return [str(item) if isinstance(item, Failure) else item.text for item in read(addresses, options=options)]


def test_a_page_is_read_with_its_address_and_host(site: tuple[str, type[Site]]) -> None:
    (item,) = read([f"{site[0]}/moved"], options=Options(web=Web(private=True)))
    assert isinstance(item, Document)
    assert (item.text, item.title, item.url) == (TEXT, "Envoy leaves", f"{site[0]}/page")
    assert (item.publisher, item.origin) == ("127.0.0.1", f"{site[0]}/moved")


@pytest.mark.parametrize("path", ["feed", "lines", "list"])
def test_the_address_of_many_documents_is_that_of_none(site: tuple[str, type[Site]], path: str) -> None:
    (item,) = read([f"{site[0]}/{path}"], options=Options(web=Web(private=True)))
    assert isinstance(item, Document)
    assert (item.text, item.url, item.publisher) == (TEXT, None, None)


@pytest.mark.parametrize(
    ("path", "text"),
    [("packed", TEXT), ("latin", "Delegates met in Genève on Monday, and the café stayed shut.")],
)
def test_encodings_of_the_wire_are_undone(site: tuple[str, type[Site]], path: str, text: str) -> None:
    assert told(f"{site[0]}/{path}") == [text]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("loop", "leads on more than 3 times (give the address that it should lead to)"),
        ("to-file", "leads to what is no web address: file:///etc/passwd (give an address with http:// or https://)"),
        ("slow", "does not answer in 1 seconds (try again later, or raise the limit seconds)"),
        ("large", "is larger than 200,000 bytes (split it, or raise the limit file_bytes)"),
        ("bomb", "unpacks to more than 200,000 bytes (raise the limit on its size)"),
        ("none", "is not there (status 404) (open it in a browser, and save the page)"),
        (
            "closed/page",
            "is closed to programs by its site's robots.txt (ask the publisher, or save the page yourself)",
        ),
        (
            "to-closed",
            "is closed to programs by its site's robots.txt (ask the publisher, or save the page yourself)",
        ),
    ],
)
def test_what_cannot_be_fetched_is_one_line_and_the_next_is_read(
    site: tuple[str, type[Site]], path: str, line: str
) -> None:
    address = f"{site[0]}/{path}"
    began = time.monotonic()
    found = told(address, f"{site[0]}/page", seconds=1, file_bytes=200_000)
    assert found == [f"{address}: {line}", TEXT]
    assert time.monotonic() - began < 5


def test_this_machine_is_refused_and_never_asked(site: tuple[str, type[Site]]) -> None:
    port = site[0].rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"):
        (line,) = told(f"http://{host}:{port}/page", private=False)
        assert "leads to a private address" in line, line
        assert line.endswith("(give --allow-private if you trust where it comes from)")
    assert site[1].asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep credentials
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_addresses_of_the_internet_at_large_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_a_dead_host_costs_its_time_once(site: tuple[str, type[Site]], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told("http://127.0.0.1:1/a", "http://127.0.0.1:1/b")
    assert [line.split(": ", 1)[1].split(" (")[0].split(": ")[0] for line in lines] == ["cannot be fetched"] * 2


@pytest.mark.parametrize(("status", "open_"), [(404, True), (403, True), (503, False)])
def test_a_site_without_rules_is_open_and_one_that_cannot_say_is_closed(
    site: tuple[str, type[Site]], status: int, open_: bool
) -> None:
    site[1].robots_status = status
    assert (told(f"{site[0]}/page") == [TEXT]) is open_


def test_rules_are_asked_once_a_site_and_their_delay_is_kept(site: tuple[str, type[Site]]) -> None:
    site[1].robots = b"User-agent: comity\nCrawl-delay: 0.3\n"
    began = time.monotonic()
    assert told(f"{site[0]}/page", f"{site[0]}/page") == [TEXT, TEXT]
    assert time.monotonic() - began >= 0.3
    assert [path for path, _ in site[1].asked] == ["/robots.txt", "/page", "/page"]


def test_a_page_with_a_tag_is_asked_for_again_and_not_fetched_twice(
    site: tuple[str, type[Site]], tmp_path: Path
) -> None:
    for _ in range(2):
        assert told(f"{site[0]}/tagged", cache=tmp_path / "pages") == [TEXT]
    assert [tag for path, tag in site[1].asked if path == "/tagged"] == [None, ETAG]


def test_a_broken_cache_is_as_good_as_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    kept = Kept(url="https://a.example/", kind="text/html", etag=ETAG, modified=None, body=b"x")
    cache.put(kept)
    assert cache.get(kept.url) == kept
    next(tmp_path.glob("*.body")).write_bytes(b"y")
    assert cache.get(kept.url) is None
    next(tmp_path.glob("*.json")).write_text("[]")
    assert cache.get(kept.url) is None
    Cache(tmp_path / "a" / "b").put(Kept(url="https://b.example/", kind="", etag=None, modified=None, body=b"x"))
    assert not (tmp_path / "a").exists()  # nothing to ask again by


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("HTTPS://Example.org", "https://example.org/"),
        ("http://example.org:8080/a b?q=é#part", "http://example.org:8080/a%20b?q=%C3%A9"),
        ("https://bücher.example/%C3%A9", "https://xn--bcher-kva.example/%C3%A9"),
        ("http://[::1]/x", "http://[::1]/x"),
    ],
)
def test_an_address_goes_over_the_wire_in_ascii(address: str, sent: str) -> None:
    assert normal(address) == sent


@pytest.mark.parametrize(
    "address", ["ftp://a.example/", "http://", "http://u:p@a.example/", "http://a:x/", "http://[::1"]
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(Fault):
        normal(address)
