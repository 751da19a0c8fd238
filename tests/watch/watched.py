"""A feed that changes between polls, and a coder that knows "A helped B." and "A hurt B."."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from comity.actors import load_index
from comity.records import Claim, Document, Event, stable_id

Make = Callable[..., Any]
ACTS = {"helped": "AID", "hurt": "ASSAULT", "met": "CONSULT"}


@dataclass
class Coded:
    document: Document
    events: tuple[Event, ...] = ()
    claims: tuple[Claim, ...] = ()
    failure: str | None = None


@dataclass
class PatternCoder:
    make_event: Make
    asked: list[str] = field(default_factory=list)

    def code(self, documents: Sequence[Document]) -> list[Coded]:
        return [self._code(document) for document in documents]

    def _code(self, document: Document) -> Coded:
        self.asked.append(document.id)
        events = tuple(
            self.make_event(
                id=stable_id(document.id, found.start()),
                document=document,
                source=load_index().lookup(found[1]),
                target=load_index().lookup(found[3]),
                event=ACTS[found[2]],
                text=found[0],
                start=found.start(),
                end=found.end(),
                date=document.published.date or "2020-01-01",
            )
            for found in re.finditer(r"(\w+) (helped|hurt|met) (\w+)\.", document.text)
        )
        return Coded(document, events)


class Feed:
    """An RSS feed on this machine whose items a test adds; it answers 304 to who has them, and `status` when broken."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str]] = []
        self.titles: dict[int, str] = {}
        self.pages: dict[str, str] = {}
        self.status = 200
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = outer.pages.get(self.path)
                body = (page or outer.rss()).encode()
                if self.path == "/robots.txt":
                    self._answer(404, b"")
                elif page is not None or outer.status != 200:
                    self._answer(200 if page else outer.status, body)
                else:
                    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                    known = self.headers.get("If-None-Match") == tag
                    outer.answers.append(304 if known else 200)
                    self._answer(304 if known else 200, b"" if known else body, tag)

            def _answer(self, status: int, body: bytes, tag: str = "") -> None:
                self.send_response(status)
                if tag:
                    self.send_header("ETag", tag)
                self.send_header("Content-Type", "text/html" if body[:6] == b"<html>" else "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/feed.rss"

    def add(self, words: str, day: str, title: str | None = None) -> None:
        if title:
            self.titles[len(self.items)] = title
        self.items.append((words, day))

    def rss(self) -> str:
        items = "".join(
            f"<item><title>{escape(self.titles.get(number, f'Item {number}'))}</title><link>http://127.0.0.1:{self.server.server_port}/{number}</link>"
            f"<pubDate>{day}T08:00:00Z</pubDate><description>{escape(words)}</description></item>"
            for number, (words, day) in enumerate(self.items)
        )
        return f'<rss version="2.0"><channel><title>The Wire</title><language>en</language>{items}</channel></rss>'


def friendly(feed: Feed) -> None:
    """A year of good relations: five acts that help."""
    for month in range(1, 6):
        feed.add(f"In month {month} of the year all went well. Israel helped Azerbaijan.", f"2020-{month:02d}-10")


def hostile(feed: Feed, month: int = 6) -> None:
    """Seven acts that hurt, in one month."""
    for day in range(1, 29, 4):
        feed.add(
            f"The attack of day {day} of month {month} came. Israel hurt Azerbaijan.", f"2020-{month:02d}-{day:02d}"
        )
