"""A small store written by hand for the API, the demo's dispatches for the browser, and a server in this process."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the web pages need comity[web]")

import uvicorn
from starlette.testclient import TestClient

import comity
from comity.app.coding import code
from comity.records import Document, Furniture, Interest
from comity.sources import Failure
from comity.store import Store
from comity.watch import Polled, ledger, rounds
from comity.watch.rule import Rule
from comity.web.app import create_app
from comity.web.security import Gate

Make = Callable[..., Any]
DISPATCHES = Path(comity.__file__).parent / "data" / "dispatches"
# Enough of the demo for every page; coding all of it would take most of the time that these tests may.
OUTLETS = ("commentary_page", "state_gazette_baku", "tehran_state_agency")
TEXT = "Israel thanked Azerbaijan on Monday.\nIran accused Israel of espionage.\nAzerbaijan did not thank Iran."


SECRET_FEED = "https://me:password@wire.example/rss?key=secret"
LATE = {"https://late.example/rss": 900.0}


def small_document(make_document: Make, **changes: Any) -> Document:
    page = "Photo: a handshake\n" + TEXT + "\nSubscribe now"
    furniture = (
        Furniture(kind="caption", text="Photo: a handshake", start=0, end=18),
        Furniture(kind="newsletter", text="Subscribe now", start=len(page) - 13, end=len(page)),
    )
    interest = Interest(holder="A. Writer", behalf="Iran", kind="representation", sentence="A. Writer speaks for Iran.")
    fields = {
        "text": TEXT,
        "page": page,
        "title": "A thank-you",
        "url": "https://herald.example/1",
        "furniture": furniture,
        "interests": (interest,),
        "authors": ("A. Writer",),
        "published": "2020-03-02",
    }
    return make_document(**(fields | changes))  # type: ignore[no-any-return]


def event_in(
    make_event: Make, document: Document, sentence: int, source: str, target: str, word: str, **more: Any
) -> Any:
    """An event whose offsets are those of its words in the document. `source` and `target` are "CODE:words"."""
    from comity.records import Participant, Quote

    lines = document.text.split("\n")
    start = sum(len(line) + 1 for line in lines[:sentence])

    def place(words: str) -> tuple[int, int]:
        at = document.text.index(words, start)
        return at, at + len(words)

    parties = []
    for side in (source, target):
        code_, _, words = side.partition(":")
        low, high = place(words)
        parties.append(Participant(text=words, start=low, end=high, actor=code_, sector="GOV"))
    low, high = place(word)
    return make_event(
        document=document,
        sentence=sentence,
        text=lines[sentence],
        start=start,
        end=start + len(lines[sentence]),
        trigger=Quote(text=word, start=low, end=high),
        source=parties[0],
        target=parties[1],
        date=more.pop("date", document.published.date),
        **more,
    )


@dataclass(frozen=True)
class Small:
    """The small store: its path, its document, and the ids of its three events."""

    path: Path
    document: Document
    thanked: str
    accused: str
    denied: str


@pytest.fixture
def small(tmp_path: Path, written: Small) -> Small:
    """The small store, to be changed."""
    return replace(written, path=Path(shutil.copy(written.path, tmp_path / "small.duckdb")))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, make_document: Make, make_event: Make, make_claim: Make) -> Small:
    document = small_document(make_document)
    thanked = event_in(make_event, document, 0, "ISR:Israel", "AZE:Azerbaijan", "thanked", id="thanked", confidence=0.6)
    accused = event_in(
        make_event, document, 1, "IRN:Iran", "ISR:Israel", "accused", event="ACCUSE", id="accused", confidence=0.4
    )
    denied = event_in(
        make_event,
        document,
        2,
        "AZE:Azerbaijan",
        "IRN:Iran",
        "thank",
        id="denied",
        auxiliary=("negation",),
        confidence=0.9,
    )
    path = tmp_path_factory.mktemp("small") / "small.duckdb"
    claim = make_claim(document=document, reported="2020-03-02")
    coded: list[Any] = [(document, [thanked, accused, denied], [claim])]
    for month in range(1, 13):
        day = f"2019-{month:02d}-10"
        other = make_document(published=day, publisher=f"Paper {month % 3}", title=f"Month {month}")
        coded.append((other, [make_event(document=other, source="ISR", target="AZE", date=day)], []))
    with Store.open(path) as store:
        # As `comity watch` does: the pairs are noted, the documents written, the moves weighed. First a year, then a day.
        for batch, moment in ((coded[1:], "2019-12-11T06:00:00+00:00"), (coded[:1], "2020-03-02T18:00:00+00:00")):
            touched = ledger.touched(event for _, events, _ in batch for event in events)
            ledger.begin(store, touched, learning=False)
            store.replace_documents(batch, version="test")
            for pair in ledger.pending(store):
                ledger.settle(store, pair, Rule(min_mass=1, move=0.001), ["atom:1", "terminal"], raised=moment)
        ledger.note_delivered(store, "terminal", [alert.id for alert in ledger.alerts(store)], moment)
        failure = Failure(place=SECRET_FEED, problem="answers with status 500", mend="try later")
        polled = Polled(asked=(SECRET_FEED, "https://herald.example/rss", "old.xml"), failed=((SECRET_FEED, failure),))
        now = datetime.now(UTC)
        rounds.note(store, polled, now, {SECRET_FEED: 1800.0, "https://herald.example/rss": 900.0}, [("AZE", "ISR")])
        rounds.note(store, replace(polled, asked=(SECRET_FEED,)), now, {SECRET_FEED: 3600.0}, [("AZE", "ISR")])
        rounds.note(store, Polled(asked=("https://late.example/rss",)), now - timedelta(hours=2), LATE, None)
        rounds.note(store, Polled(asked=("https://gone.example/rss",)), now - timedelta(days=90), {}, None)
    return Small(path, document, "thanked", "accused", "denied")


@pytest.fixture
def turning(tmp_path: Path, make_document: Make, make_event: Make) -> Path:
    """A store in which a tie turns: two years of thanks, then two of threats."""
    coded = []
    for month in range(48):
        day = f"{2016 + month // 12}-{month % 12 + 1:02d}-10"
        document = make_document(published=day, publisher=f"Paper {month % 5}", title=f"Month {month}")
        kind = {"event": "THREATEN"} if month >= 24 else {}
        coded.append((document, [make_event(document=document, source="ISR", target="AZE", date=day, **kind)], []))
    with Store.open(tmp_path / "turning.duckdb") as store:
        store.replace_documents(coded, version="test")
    return tmp_path / "turning.duckdb"


@pytest.fixture
def client(small: Small) -> Iterator[TestClient]:
    with TestClient(create_app(small.path), base_url="http://localhost") as made:
        yield made


def csrf_of(client: TestClient) -> dict[str, str]:
    """The header that a page of ours sends when it writes."""
    page = client.get("/review").text
    return {"x-csrf-token": page.split('name="csrf-token" content="')[1].split('"')[0]}


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the demo's dispatches, coded by the shipped coder. Copy it before you change it."""
    path = tmp_path_factory.mktemp("web") / "demo.duckdb"
    with Store.open(path) as store:
        for _ in code([DISPATCHES / f"{outlet}.jsonl" for outlet in OUTLETS], store=store):
            pass
    return path


@dataclass(frozen=True)
class Site:
    """A running server: where it answers, and its store."""

    url: str
    store: Path


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Site]]:
    """Starts servers in threads of this process; they end with the session."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(store: Path, gate: Gate | None = None, **options: Any) -> Site:
        config = uvicorn.Config(
            create_app(store, gate=gate, **options), host="127.0.0.1", port=0, log_level="error", access_log=False
        )
        socket = config.bind_socket()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
        thread.start()
        until = time.monotonic() + 10
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        running.append((server, thread))
        return Site(f"http://127.0.0.1:{socket.getsockname()[1]}", store)

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(timeout=5)


@pytest.fixture(scope="session")
def site(demo_store: Path, serve: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo's pages, over a copy that tests may change."""
    path = tmp_path_factory.mktemp("site") / "demo.duckdb"
    shutil.copy(demo_store, path)
    return serve(path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium. Without it these tests are left out aloud; where they must run (.ci/run) they fail."""
    program = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        words = "no Chromium or no playwright here (apt-get install chromium; pip install -e '.[dev]')"
        if os.environ.get("COMITY_NEEDS_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()
