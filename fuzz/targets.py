"""What is fuzzed: each target takes bytes, runs what they would reach, and holds what comes out to its promises.

A target lets pass what is documented (a `Fault`, a `ComityError`, a `ValueError` where a docstring names one) and
raises everything else. Seeds are the fixtures of the tests, by reference. Nothing here touches the network.
"""

from __future__ import annotations

import asyncio
import bz2
import contextlib
import dataclasses
import gzip
import io
import json
import lzma
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from comity.errors import ComityError
from comity.records import Document, document_from_dict, document_id, event_from_dict, to_dict
from comity.sources import READERS, Failure, Fault, Limits, Options, read_bytes
from comity.sources.http_content import unpacked
from fuzz.trial import ROOT

Run = Callable[[bytes], None]
FIXTURES = ROOT / "tests" / "sources" / "fixtures"
# Below the defaults, so that the bounds themselves are reached; time is bounded by the trial.
LIMITS = Limits(
    file_bytes=200_000, page_bytes=200_000, line_bytes=100_000, unpacked_bytes=2_000_000, members=50, nesting=500,
    seconds=3,
)  # fmt: skip
OPTIONS = Options(limits=LIMITS)
SENTENCES = (
    "“We will not yield,” said Anna Berg, the foreign minister, on Wednesday. “Never,” she added.",
    "According to the ministry, Israel and Azerbaijan signed a deal on 30 March 2022, three days after the talks.",
    "In the first half of 2015, between May and late August, Iran recalled its ambassador; a day later it denied it.",
    "Since mid-2014 Turkey has twice threatened to sanction Armenia, two weeks ago and in the past six months.",
    'The same day, Russia\'s president met the Azerbaijani leader "for an hour", the agency reported last Friday.',
)
WORDS_OF_TIME = tuple(
    word.encode()
    for word in (
        "two weeks ago", "on Wednesday", "last year", "the previous month", "mid-May", "late 1990s", "Q3 2019", "9/11",
        "30/03/2022", "2022-03-30", "5 to 9 June", "between 2014 and 2016", "the following week", "next century",
        "the day before yesterday", "a decade ago", "twelve months later", "spring of 1848", "ſeptember", "six days ago",
        "within three years", "999 years ago", "earlier this month", "start of the decade", "31 February", "since",
    )
)  # fmt: skip


class Wrong(AssertionError):
    """What came out breaks a promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`make` gives the function, loading what it needs; `seeds` are inputs, `files` patterns of files that are some, from
    the root of the checkout; `words` are put into inputs; `longest` bounds them, in bytes."""

    make: Callable[[], Run]
    files: tuple[str, ...] = ()
    given: Callable[[], Iterable[bytes]] = tuple
    words: tuple[bytes, ...] = ()
    longest: int = 65_536

    def seeds(self) -> tuple[bytes, ...]:
        """The inputs to begin with, none larger than may be."""
        found = [path.read_bytes() for pattern in self.files for path in sorted(ROOT.glob(pattern))]
        return tuple(data for data in (*found, *self.given()) if len(data) <= self.longest)


def promise(holds: bool, words: str) -> None:
    """Raises Wrong where something does not hold."""
    if not holds:
        raise Wrong(words)


def hold(items: Iterable[Any]) -> None:
    """What a reader gives: Documents that are sound, and Failures that are a line each."""
    for item in items:
        if isinstance(item, Failure):
            promise("\n" not in f"{item.problem}{item.mend}", "a failure of several lines")
            promise(len(item.problem) < 2_000, "a failure without end")
        else:
            promise(isinstance(item, Document), f"a reader gave {type(item).__name__}")
            hold_document(item)


def hold_document(document: Document) -> None:
    """A document is what its fields say, comes back from its own JSON, and its offsets hold."""
    for field in ("id", "text", "page"):
        promise(isinstance(getattr(document, field), str), f"{field} is no text")
    for field in ("url", "title", "publisher", "language", "origin"):
        promise(isinstance(getattr(document, field), str | None), f"{field} is no text")
    promise(bool(document.text.strip()), "a document without text")
    promise(document.id == document_id(document.text), "an id that is not the text's")
    promise(all(isinstance(name, str) for name in document.authors), "an author that is no text")
    if document.published.date is not None:
        date.fromisoformat(document.published.date)
    for part in document.furniture:
        promise(document.page[part.start : part.end] == part.text, "furniture that is not where it says")
    promise(
        document_from_dict(json.loads(json.dumps(to_dict(document)))) == document, "JSON that gives another document"
    )


def reader(name: str, origin: str) -> Callable[[], Run]:
    """The reader of a format, asked directly, whatever the bytes look like."""

    def make() -> Run:
        chosen = READERS[name]

        def run(data: bytes) -> None:
            try:
                if chosen.stream is not None:
                    hold(chosen.stream(io.BytesIO(data), origin, OPTIONS))
                elif chosen.read is not None:
                    hold(chosen.read(data, origin, OPTIONS))
            except Fault:
                pass

        return run

    return make


def packed(name: str, pack: Callable[[bytes], bytes]) -> Callable[[], Run]:
    """The reader of a packed format: an input whose first byte is odd is packed first, so that its content is reached."""

    def make() -> Run:
        run = reader(name, "fuzz.txt")()

        def either(data: bytes) -> None:
            run(pack(data[1:]) if data[:1] == b"\x01" else data)

        return either

    return make


def zipped(data: bytes) -> bytes:
    """An archive of three members, with names from the bytes themselves."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(data.split(b"\0\0", 2)):
            name, _, content = part.partition(b"\n")
            archive.writestr(name.decode("latin-1")[:200].replace("\0", "") or f"{number}.txt", content)
    return out.getvalue()


def zstd(data: bytes) -> bytes:
    from comity.sources.packing import zstandard

    return bytes(zstandard().compress(data))


def any_format() -> Run:
    """The whole way in: formats told by content, however they lie in each other."""

    def run(data: bytes) -> None:
        name, _, content = data.partition(b"\n")
        found = list(read_bytes(content, name.decode("utf-8", "replace"), options=OPTIONS))
        promise(bool(found), "neither a document nor a failure")
        hold(found)

    return run


def http_body() -> Run:
    """A body as a server may pack it: brotli, zstd, gzip, deflate, chunks."""
    from comity.sources.http_content import joined

    kinds = ("br", "zstd", "gzip", "deflate", "compress")

    def run(data: bytes) -> None:
        kind, body = kinds[(data[0] if data else 0) % len(kinds)], data[1:]
        with contextlib.suppress(Fault):
            promise(len(unpacked(joined(body), kind, 100_000)) <= 100_000, "more than the limit")

    return run


def addresses() -> Run:
    """Addresses and redirects, and whether the guard would let them through, whatever their names resolve to."""
    from ipaddress import ip_address
    from urllib.parse import urljoin, urlsplit

    from comity.sources.addresses import domain
    from comity.sources.dates import from_url
    from comity.sources.web import normal
    from comity.sources.web_guard import is_public

    def run(data: bytes) -> None:
        first, _, second = data.decode("utf-8", "surrogateescape").partition("\n")
        for given in (first, second):
            domain(given)
            from_url(given)
            try:
                found = normal(given)
                moved = normal(urljoin(found, second))
            except Fault:
                continue
            for address in (found, moved):
                parts = urlsplit(address)
                promise(address.isascii() and parts.scheme in ("http", "https"), "no address for the wire")
                promise(bool(parts.hostname) and "@" not in parts.netloc, "an address without host, or with a login")
                promise(not any(ord(letter) <= 32 for letter in address), "blanks or line ends in an address")
                promise(normal(address) == address, "an address that is normal only at the first look")
        try:
            literal = ip_address(first.strip("[] ").partition("%")[0])
        except ValueError:
            return
        if is_public(literal):
            promise(not (literal.is_private or literal.is_loopback or literal.is_link_local), "a private address")

    return run


def robots() -> Run:
    """A site's robots.txt: the rules, and an address put to them."""
    from comity.sources.web import rules_of

    def run(data: bytes) -> None:
        address, _, text = data.partition(b"\n")
        rules = rules_of(text)
        url = "https://a.example/" + quote(address[:2000].decode("utf-8", "replace"), safe="/%?=&")
        promise(rules.can_fetch(url, "comity") in (True, False), "neither yes nor no")
        promise(0 <= (rules.crawl_delay("comity") or 0) < float("inf"), "no delay that one can wait")

    return run


def dates_in_sentences() -> Run:
    """The dates of a sentence, told from any day there is."""
    from comity.language.dates import find_dates
    from comity.records import EventDate

    def run(data: bytes) -> None:
        dice = random.Random(data[:3])
        day = date.fromordinal(dice.choice((1, 2, 400, 3_652_059, 3_652_000, dice.randrange(1, 3_652_060))))
        usual = date.fromordinal(dice.randrange(700_000, 740_000))
        text = data[3:].decode("utf-8", "replace")
        for published in (None, usual.isoformat(), day.isoformat()):
            anchor = EventDate(start=day.isoformat(), end=day.isoformat(), basis="explicit")
            for future, told in ((False, None), (True, anchor)):
                last = 0
                for span in find_dates(text, published, future=future, year_hint=day.year, anchor=told):
                    promise(last <= span.start < span.end <= len(text), "spans that overlap, or lie outside")
                    low, high = date.fromisoformat(span.date.start), date.fromisoformat(span.date.end)
                    promise(low <= high, "an interval that ends before it begins")
                    last = span.end

    return run


def dates_of_records() -> Run:
    """Dates as records, tags, addresses and bylines state them."""
    from comity.sources import dates

    def run(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        values: list[object] = [text]
        with contextlib.suppress(ValueError, RecursionError):
            values.append(json.loads(text))
        found = [dates.from_value(value) for value in values]
        found += [dates.first(text), dates.from_url(text), dates.latest(text)]
        for each in found:
            if each is not None:
                date.fromisoformat(each)
        dates.without(text)

    return run


def quoted() -> Run:
    """Quotations with their speakers, and the source that a sentence names."""
    from comity.language.quotations import quotations, reported_by
    from comity.language.sentences import split

    def run(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        start = 0
        for span in quotations(text):
            promise(start <= span.start < span.end <= len(text), "a quotation outside, or out of order")
            if span.speaker is not None:
                promise(text[span.speaker_start : span.speaker_end] == span.speaker, "a speaker who is not there")
            start = span.start
        last = 0
        for start, end in split(text):
            promise(last <= start < end <= len(text), "sentences that overlap, or lie outside")
            last = end
            if found := reported_by(text[start:end]):
                promise(text[start + found[1] : start + found[2]] == found[0], "a source that is not there")

    return run


def tables(read: Callable[[Path], Any], folder: Path, name: str) -> Run:
    """A table of a folder, the others as they are shipped."""
    scratch = tempfile.TemporaryDirectory(prefix="comity-fuzz-")
    here = Path(scratch.name)
    for path in folder.glob("*.csv"):
        if path.name != name:
            (here / path.name).symlink_to(path)

    def run(data: bytes, _kept: object = scratch) -> None:
        (here / name).write_bytes(data)
        try:
            read(here)
        except ComityError as error:
            promise(bool(str(error)), "an error without words")

    return run


def lexicon_table() -> Run:
    from comity.coding import lexicon

    return tables(lexicon._load.__wrapped__, lexicon.FOLDER, "predicates_general.csv")


def sets_table() -> Run:
    from comity.coding import lexicon

    return tables(lexicon._load.__wrapped__, lexicon.FOLDER, "sets.csv")


def actor_table() -> Run:
    """One actor table, among few others: a fault is found against what the others hold."""
    from comity.actors import check

    folder = Path(tempfile.mkdtemp(prefix="comity-fuzz-"))
    for path in (check.DATA).glob("*.csv"):
        if path.name in ("sectors.csv", "blocked.csv", "modifiers.csv"):
            (folder / path.name).symlink_to(path)
    names = ("states", "organisations", "groups", "places", "offices", "ambiguous", "leaders_x")
    states = (check.DATA / "states.csv").read_bytes().splitlines(keepends=True)
    header = next(number for number, line in enumerate(states) if not line.startswith(b"#"))
    few = b"".join(states[header : header + 12])

    def run(data: bytes) -> None:
        name = names[(data[0] if data else 0) % len(names)]
        for each in names:
            (folder / f"{each}.csv").unlink(missing_ok=True)
        (folder / "states.csv").write_bytes(few)
        (folder / f"{name}.csv").write_bytes(data[1:])
        try:
            check.validate(folder)
        except ComityError as error:
            promise(bool(str(error)), "an error without words")

    return run


def actor_seeds() -> Iterator[bytes]:
    from comity.actors.tables import DATA

    names = ("states", "organisations", "groups", "places", "offices", "ambiguous", "leaders_europe")
    for number, name in enumerate(names):
        for path in sorted(DATA.glob(f"{name}*.csv"))[:1] or sorted(DATA.glob("leaders_*.csv"))[:1]:
            lines = [line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(b"#")]
            yield bytes([number]) + b"".join(lines[:6])


def ontology_table() -> Run:
    from comity.ontology import TABLES, read_ontology

    made: dict[str, Run] = {}

    def run(data: bytes) -> None:
        names = sorted(path.name for path in TABLES.glob("*.csv"))
        name = names[(data[0] if data else 0) % len(names)]
        if name not in made:
            made[name] = tables(read_ontology, TABLES, name)
        made[name](data[1:])

    return run


def ontology_seeds() -> Iterator[bytes]:
    from comity.ontology import TABLES

    for number, path in enumerate(sorted(TABLES.glob("*.csv"))):
        yield bytes([number]) + path.read_bytes()


def gold() -> Run:
    from comity.actors import load_index
    from comity.evaluation.gold import read_gold
    from comity.ontology import load_ontology

    ontology, lookup = load_ontology(), load_index().lookup

    def run(data: bytes) -> None:
        try:
            read_gold(data.decode("utf-8", "replace").split("\n"), "gold.jsonl", ontology, lookup)
        except ComityError as error:
            promise(bool(str(error)), "an error without words")

    return run


def few_lines(pattern: str, count: int = 8, drop: bytes = b"#") -> Callable[[], Iterator[bytes]]:
    """The first lines of the files of a pattern, comments left out."""

    def given() -> Iterator[bytes]:
        for path in sorted(ROOT.glob(pattern)):
            lines = [line for line in path.read_bytes().splitlines(keepends=True) if not line.startswith(drop)]
            yield b"".join(lines[:count])

    return given


def settings() -> Run:
    """The settings of `comity watch`, and its lists of feeds."""
    from comity.watch.feeds import sources
    from comity.watch.settings import load_settings

    folder = Path(tempfile.mkdtemp(prefix="comity-fuzz-"))

    def run(data: bytes) -> None:
        for name in ("settings.toml", "feeds.opml", "feeds.txt"):
            path = folder / name
            path.write_bytes(data)
            with contextlib.suppress(ComityError):
                load_settings(path, environment={}) if name.endswith("toml") else sources([str(path)])

    return run


@cache
def _datasets() -> tuple[str, ...]:
    from comity.store.loaders import DATASETS

    return tuple(sorted(DATASETS))


def loaded() -> Run:
    """Other people's event data: the first byte says whose."""
    from comity.app.load import load
    from comity.store import Store

    folder = Path(tempfile.mkdtemp(prefix="comity-fuzz-"))
    store = Store.open(":memory:")

    def run(data: bytes) -> None:
        name = _datasets()[(data[0] if data else 0) % len(_datasets())]
        path = folder / "given.csv"
        path.write_bytes(data[1:])
        found = load(name, [path], store=store, dry_run=True, limits=LIMITS)
        hold(found.failures)
        for file in found.files:
            dropped = sum(drop.count for drop in file.dropped)
            promise(file.rows == file.loaded + file.present + dropped, "rows that are not accounted for")

    return run


def dataset_seeds() -> Iterator[bytes]:
    import sys

    sys.path.insert(0, str(ROOT / "tests" / "store" / "loaders"))
    try:
        from published_layouts import all_formats
    finally:
        sys.path.pop(0)
    with tempfile.TemporaryDirectory() as folder:
        for name, path in all_formats(Path(folder)).items():
            yield bytes([_datasets().index(name)]) + path.read_bytes()


def restored() -> Run:
    """A folder of Parquet, as somebody hands on a store."""
    from comity.store import Store
    from comity.store.schema import COLUMNS

    folder = Path(tempfile.mkdtemp(prefix="comity-fuzz-"))
    names = tuple(sorted(COLUMNS))

    def run(data: bytes) -> None:
        for path in folder.glob("*.parquet"):
            path.unlink()
        (folder / f"{names[(data[0] if data else 0) % len(names)]}.parquet").write_bytes(data[1:])
        with Store.open(":memory:") as store:
            try:
                store.restore(folder)
                for document in store.documents():
                    hold_document(document)
                list(store.events())
                list(store.claims())
            except ComityError:
                promise(not any(store.counts().values()), "a failed import that left something")

    return run


def store_seeds() -> Iterator[bytes]:
    from comity.store import Store
    from comity.store.schema import COLUMNS

    with tempfile.TemporaryDirectory() as folder, Store.open(":memory:") as store:
        store.add_documents(read_documents())
        for name, path in store.export(folder).items():
            yield bytes([sorted(COLUMNS).index(name)]) + path.read_bytes()


def read_documents() -> list[Document]:
    """Two documents."""
    found = (item for text in SENTENCES[:2] for item in read_bytes(f"A title\n\n{text}".encode(), "a.txt"))
    return [item for item in found if isinstance(item, Document)]


# The API's own addresses, each with what its `{…}` may be.
API_PATHS = (
    "/api/v1/store", "/api/v1/ontology", "/api/v1/actors", "/api/v1/movers", "/api/v1/ties", "/api/v1/ties/ISR/AZE",
    "/api/v1/ties/ISR/AZE/parts", "/api/v1/ties/ISR/AZE/events", "/api/v1/why/ISR/AZE", "/api/v1/network",
    "/api/v1/events", "/api/v1/events/", "/api/v1/documents", "/api/v1/documents/", "/api/v1/review",
    "/api/v1/corrections", "/api/v1/corrections/", "/api/v1/additions", "/api/v1/additions/files", "/", "/review",
    "/network", "/tie/ISR/AZE", "/why/ISR/AZE", "/document/", "/documents", "/login", "/add", "/actor/ISR", "/static/",
)  # fmt: skip


def api() -> Run:
    """Requests, in process. Line 1 chooses method and path, line 2 is the query, then headers, then the body."""
    from comity.store import Store
    from comity.web.app import create_app
    from comity.web.security import Gate

    folder = Path(tempfile.mkdtemp(prefix="comity-fuzz-"))
    with Store.open(folder / "store.duckdb") as store:
        store.add_documents(read_documents())

    class Nothing:
        def code(self, _documents: object) -> list[Any]:
            return []

    token = "a-long-and-random-word"
    app = create_app(folder / "store.duckdb", gate=Gate(token=token), coder=Nothing)
    loop = asyncio.new_event_loop()

    def run(data: bytes) -> None:
        first, _, rest = data.partition(b"\n")
        query, _, rest = rest.partition(b"\n")
        head, _, body = rest.partition(b"\n\n")
        number, more = (first[0] if first else 0), first[1:]
        path = API_PATHS[number % len(API_PATHS)] + more.decode("utf-8", "replace")
        method = "POST" if number >= 128 and more[-1:] != b"!" else "DELETE" if number >= 128 else "GET"
        headers = [(b"host", b"localhost"), (b"authorization", b"Bearer " + token.encode())]
        for line in head.split(b"\n"):
            name, colon, value = line.partition(b":")
            if colon and name.strip():
                headers.append((name.strip().lower(), value.strip()))
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": quote(path).encode(), "query_string": query,
            "headers": headers, "scheme": "http", "http_version": "1.1", "server": ("localhost", 80), "root_path": "",
        }  # fmt: skip
        sent: list[Mapping[str, Any]] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        loop.run_until_complete(app(scope, receive, send))
        starts = [message for message in sent if message["type"] == "http.response.start"]
        promise(len(starts) == 1, "no answer, or two")
        promise(starts[0]["status"] != 500, "status 500")
        names = {name for name, _ in starts[0]["headers"]}
        promise(b"content-security-policy" in names, "an answer without its policy")

    return run


def api_seeds() -> Iterator[bytes]:
    for number in range(len(API_PATHS)):
        yield bytes([number]) + b"\na=ISR&b=AZE&as_of=2022-01-01&limit=5&offset=0&days=30&q=Isr\n\n"
    judged = json.dumps({"event": "e", "verdict": "wrong", "note": "x", "coding": {"event": "AID", "mode": None}})
    for path, body in (("/api/v1/corrections", judged), ("/api/v1/additions", json.dumps({"text": SENTENCES[0]}))):
        yield bytes([128 + (API_PATHS.index(path) - 128) % len(API_PATHS)]) + (
            f"\n\ncontent-type: application/json\ncontent-length: {len(body)}\n\n{body}".encode()
        )


def whole_coder() -> Run:
    """A text, from bytes to events: read, parsed, coded, each event where it says it is."""
    from comity.app.coding import code_documents

    def run(data: bytes) -> None:
        found = [item for item in read_bytes(data, "fuzz.txt", options=OPTIONS) if isinstance(item, Document)]
        # The language of a stretch of noise is a guess, and what is not English is not coded.
        for item in code_documents([dataclasses.replace(document, language="en") for document in found]):
            promise(not (item.failure or "").startswith("cannot be coded"), item.failure or "")
            text = item.document.text
            for event in item.events:
                promise(text[event.start : event.end] == event.text, "an event that is not where it says")
                for part in (event.trigger, event.source, event.target):
                    promise(part is None or text[part.start : part.end] == part.text, "a part that is not there")
                promise(event_from_dict(json.loads(json.dumps(to_dict(event)))) == event, "JSON of another event")

    return run


def lines_of(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


def after(prefix: bytes, *files: str) -> Callable[[], Iterator[bytes]]:
    """Files with some bytes before them."""
    return lambda: (prefix + path.read_bytes() for pattern in files for path in sorted(ROOT.glob(pattern)))


def words(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


AT = "tests/sources/fixtures/"
HTML_WORDS = words(
    "<p>", "</p>", "<div class=\"sidebar\">", "</div>", "<br>", "<table><tr><td>", "<a href=x>", "<script>", "<!--", "-->",
    "<![CDATA[", "]]>", "&amp;", "<svg>", "<h1>", "<meta property=\"og:title\" content=\"", "<time datetime=\"",
    "<script type=\"application/ld+json\">", "{\"@graph\": [", "\"author\": ", "\"datePublished\": ", "<body>", "<form>",
)  # fmt: skip
JSON_WORDS = words(
    '{"text": "', '"}', '"title": ', '"published": ', '"authors": ', "null", "true", "[]", "{}", '"furniture": [',
    '"id": ', '"page": ', '"url": ', '"language": ', '"genre": ', "\\ud800", "1e400", '"interests": ', '"date": ',
)  # fmt: skip
PDF_WORDS = words(
    "obj", "endobj", "stream", "endstream", "xref", "trailer", "startxref", "<<", ">>", "/Type /Page", "/Kids [", "/Length",
    "/Filter /FlateDecode", "/ASCII85Decode", "/LZWDecode", "/RunLengthDecode", "/DecodeParms << /Predictor 12 >>", "/Prev",
    "/Encrypt", "/ObjStm", "/XRef", "1 0 R", "2 0 R", "/Contents", "/ToUnicode", "/Encoding", "BT", "ET", "Tj", "TJ", "Tm",
    "/Count 99999999", "beginbfrange", "endbfrange", "beginbfchar", "q", "cm", "Do", "/XObject", "/Form",
)  # fmt: skip
MAIL_WORDS = words(
    "From: ", "Subject: ", "Date: ", "Content-Type: ", "multipart/mixed; boundary=x", "--x", "--x--",
    "=?utf-8?q?=C3=A9?=", "=?x?b?", "?=", "Content-Transfer-Encoding: base64", "quoted-printable", "message/rfc822",
    "Content-Disposition: attachment; filename*=utf-8''a", "List-Id: ", "text/html; charset=", "\n\n", "From a@b Mon",
    "References: ", "(", "<a@", "\"", ";", "filename*0*=",
)  # fmt: skip

TARGETS: Mapping[str, Target] = {
    "text": Target(
        make=reader("text", "fuzz.txt"), files=(AT + "text/*",), words=words("Title: ", "Date: ", "By ", "\n\n")
    ),
    "markdown": Target(
        make=reader("text", "fuzz.md"),
        files=(AT + "text/*.m*",),
        words=words("---\n", "# ", "[a](b)", "**", "> ", "!["),
    ),
    "html": Target(
        make=reader("html", "fuzz.html"),
        files=(AT + "html/*", AT + "*.html", "tests/sources/pages/*_1.html"),
        words=HTML_WORDS,
    ),
    "jsonl": Target(make=reader("jsonl", "fuzz.jsonl"), files=(AT + "json/*",), words=JSON_WORDS),
    "json": Target(make=reader("json", "fuzz.json"), files=(AT + "json/*.json",), words=JSON_WORDS),
    "csv": Target(
        make=reader("csv", "fuzz.csv"),
        files=(AT + "tables/*.?sv",),
        words=words("text", "title", ",", ";", "\t", '"', '""'),
    ),
    "parquet": Target(make=reader("parquet", "fuzz.parquet"), files=(AT + "tables/*.parquet", AT + "broken/*.parquet")),
    "feed": Target(
        make=reader("feed", "fuzz.rss"),
        files=(AT + "feeds/*.[arx]*",),
        words=(
            *HTML_WORDS,
            *words("<item>", "<entry>", "<pubDate>", "<content:encoded>", "<dc:creator>", "<rss>", "<feed>"),
        ),
    ),
    "jsonfeed": Target(
        make=reader("jsonfeed", "fuzz.json"),
        files=(AT + "feeds/*.json",),
        words=(*JSON_WORDS, *words('"items": [', '"content_html": ', '"content_text": ', '"tags": ', '"author": ')),
    ),
    "warc": Target(
        make=reader("warc", "fuzz.warc"),
        files=(AT + "warc/*.warc", AT + "broken/*.warc"),
        words=words(
            "WARC/1.0\r\n",
            "WARC-Type: response\r\n",
            "Content-Length: ",
            "HTTP/1.1 200 OK\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Content-Encoding: br\r\n",
            "Content-Type: text/html",
            "\r\n\r\n",
        ),
    ),
    "pdf": Target(make=reader("pdf", "fuzz.pdf"), files=(AT + "pdf/*", AT + "broken/*.pdf"), words=PDF_WORDS),
    "eml": Target(make=reader("eml", "fuzz.eml"), files=(AT + "mail/*.eml", AT + "broken/*.eml"), words=MAIL_WORDS),
    "mbox": Target(make=reader("mbox", "fuzz.mbox"), files=(AT + "mail/*.mbox",), words=MAIL_WORDS),
    "zip": Target(
        make=packed("zip", zipped),
        files=(AT + "archives/*.zip", AT + "broken/*.zip"),
        given=after(b"\x01a.txt\n", AT + "text/plain.txt"),
        words=words("PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "../", "a.txt", "b.html", ".zip"),
    ),
    "gzip": Target(
        make=packed("gzip", gzip.compress), files=(AT + "**/*.gz",), given=after(b"\x01", AT + "archives/*.gz")
    ),
    "bzip2": Target(
        make=packed("bzip2", bz2.compress), files=(AT + "**/*.bz2",), given=after(b"\x01", AT + "json/wire.jsonl")
    ),
    "xz": Target(make=packed("xz", lzma.compress), files=(AT + "**/*.xz",), given=after(b"\x01", AT + "html/bare.htm")),
    "zstd": Target(
        make=packed("zstd", zstd), files=(AT + "**/*.zst",), given=after(b"\x01", AT + "tables/articles.csv")
    ),
    "body": Target(
        make=http_body,
        given=lambda: (
            b"\x00\x0b\x02\x80text\x03",
            b"\x01" + zstd(b"text"),
            b"\x02" + gzip.compress(b"text", mtime=0),
            b"\x023\r\nabc\r\n0\r\n\r\n",
        ),
    ),
    "any": Target(
        make=any_format,
        given=lambda: (
            path.name.encode() + b"\n" + path.read_bytes() for path in sorted(FIXTURES.glob("*/*")) if path.is_file()
        ),
        words=words("a.eml\n", "a.zip\n", "a.csv\n", "a.html\n", "https://a.example/b.xml\n", "a.txt.gz\n", "\n"),
    ),
    "address": Target(
        make=addresses,
        given=lines_of(
            "https://a.example/2021/05/05/b?c=d#e\n../f",
            "http://[::1]:80/\n//b.example",
            "HTTPS://ÄÖ.example/ä b\n?",
            "127.0.0.1\nhttp://user:word@a.example/",
            "::ffff:10.0.0.1\n",
            "2002:7f00:1::\nhttp://0x7f.1/",
        ),
        words=words("http://", "https://", "[", "]", "@", ":", "%00", "\\", "xn--", "::ffff:", "64:ff9b::", "。"),
        longest=4_096,
    ),
    "robots": Target(
        make=robots,
        given=lines_of("a/b?c\nUser-agent: *\nDisallow: /*.pdf$\nCrawl-delay: 2\n\nUser-agent: comity\nAllow: /a*b\n"),
        words=words(
            "User-agent: *\n", "Disallow: /", "Allow: ", "*", "$", "Crawl-delay: ", "Request-rate: 1/5", "Sitemap: "
        ),
    ),
    "dates": Target(
        make=dates_in_sentences,
        given=lambda: (b"abc" + text.encode() for text in SENTENCES),
        words=WORDS_OF_TIME,
        longest=16_384,
    ),
    "record_dates": Target(
        make=dates_of_records,
        given=lines_of(
            "Wed, 30 Mar 2022 10:00:00 +0100",
            "2022-03-30T10:00:00Z",
            "20220330",
            "1648634400",
            "30 March 2022",
            "/2022/mar/30/",
            "Posted on May 5, 2021 at 10:00 by Jane Doe",
        ),
        words=WORDS_OF_TIME,
        longest=16_384,
    ),
    "quotations": Target(
        make=quoted,
        given=lines_of(*SENTENCES, "\n\n".join(SENTENCES)),
        words=words(
            "“",
            "”",
            "„",
            "«",
            "»",
            '"',
            "‘",
            "’",
            " said ",
            " told reporters",
            "according to ",
            "\n\n",
            ", the ",
            "Mr. ",
            "Dr. Anna ",
            " who ",
            "citing ",
            "as X put it",
        ),
        longest=16_384,
    ),
    "lexicon": Target(
        make=lexicon_table,
        given=few_lines("comity/data/lexicon/predicates_*.csv"),
        words=words("obj:", "+up ", "!obj", "@", "|", "/N", "SANCTION", "reciprocal", "<s>", "</s>", ",,", '"', "subj"),
        longest=8_192,
    ),
    "sets": Target(
        make=sets_table,
        given=few_lines("comity/data/lexicon/sets*.csv"),
        words=words("@TROOPS", "|", ",", '"', "\n"),
        longest=8_192,
    ),
    "actors": Target(
        make=actor_table,
        given=actor_seeds,
        words=words("{..", "}", "|", ":GOV", "2020-02-30", "=", "/", '"', ",", "AZE"),
        longest=8_192,
    ),
    "ontology": Target(
        make=ontology_table,
        given=ontology_seeds,
        words=words(",", '"', "SUPPORT", "1e400", "nan", "-11", "yes", ";"),
        longest=16_384,
    ),
    "gold": Target(
        make=gold,
        given=few_lines("tests/gold/suite.jsonl", 4),
        words=words(
            '"events": [', '"source": "', '"date": ', '"auxiliary": ', '"mode": ', "null", '"target": ', "[", "{"
        ),
    ),
    "settings": Target(
        make=settings,
        given=lines_of(
            '[webhook]\nurl = "https://example.org/hook"\nsecret = "a secret of some length"\n',
            '[mail]\nhost = "a"\nport = 25\nsecurity = "none"\nfrom = "a@b"\nto = ["c@d"]\n[atom]\nfile = "a"\n',
            '<opml><body><outline xmlUrl="https://a.example/feed"/></body></opml>',
            '<!DOCTYPE opml [<!ENTITY a "b">]><opml><body><outline url="&a;"/></body></opml>',
        ),
        words=words(
            "[mail]", "to = ", "port = ", "<outline ", 'xmlUrl="', "<!ENTITY ", "&a;", "<?xml encoding='", "# "
        ),
        longest=16_384,
    ),
    "datasets": Target(
        make=loaded, given=dataset_seeds, words=words("\t", ",", "|", '"', "20210105", "057", "NA"), longest=16_384
    ),
    "restore": Target(make=restored, given=store_seeds),
    "api": Target(
        make=api,
        given=api_seeds,
        words=words(
            "as_of=",
            "limit=",
            "offset=-1",
            "&",
            "days=",
            "content-length: ",
            "host: ",
            "cookie: ",
            "origin: ",
            "multipart/form-data; boundary=x",
            "--x\r\n",
            "content-type: ",
            "application/json",
            "%ff",
            "%00",
            '{"',
        ),
        longest=8_192,
    ),
    "code": Target(
        make=whole_coder,
        given=lines_of(*SENTENCES, "\n\n".join(SENTENCES)),
        words=(
            *WORDS_OF_TIME,
            *words(
                "Israel ",
                "Azerbaijan ",
                "Iran's ",
                " signed ",
                " refused to ",
                " and ",
                "not ",
                " was accused of ",
                " that ",
                " threatened ",
                "President ",
                "“",
                "”",
                ", ",
                ". ",
            ),
        ),
        longest=4_096,
    ),
}
