"""Adding by file, text and address: read, coded, written, and nothing fetched or opened that must not be."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from comity.records import Document, stable_id
from comity.web.app import create_app

from .conftest import Small, csrf_of


@dataclass
class Coded:
    document: Document
    events: tuple[Any, ...] = ()
    claims: tuple[Any, ...] = ()
    failure: str | None = None


@pytest.fixture
def coder(make_event: Any) -> Any:
    """A coder that knows "thanked" between Israel and Azerbaijan alone."""

    class OneWord:
        def code(self, documents: Sequence[Document]) -> list[Coded]:
            return [
                Coded(d, tuple(
                    make_event(id=stable_id(d.id, m.start()), document=d, source="ISR", target="AZE", text=m.group(), start=m.start(), end=m.end())
                    for m in re.finditer(r"Israel thanked Azerbaijan", d.text)
                ))
                for d in documents
            ]  # fmt: skip

    return OneWord


@pytest.fixture
def adding(small: Small, coder: Any) -> Iterator[TestClient]:
    with TestClient(create_app(small.path, private=True, coder=coder), base_url="http://localhost") as made:
        made.headers.update(csrf_of(made))
        yield made


def wait(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    until = time.monotonic() + 20
    while job["state"] not in ("done", "failed") and time.monotonic() < until:
        time.sleep(0.02)
        job = client.get(f"/api/v1/additions/{job['id']}").json()
    return job


STORY = "Israel thanked Azerbaijan for its help, the ministry said in a statement on Friday morning in Jerusalem."


def test_a_text_is_read_coded_and_written(adding: TestClient) -> None:
    body = {"text": STORY, "title": "Thanks", "publisher": "The Pasted", "published": "2021-05-01"}
    found = adding.post("/api/v1/additions", json=body)
    assert found.status_code == 202
    job = wait(adding, found.json())
    assert (job["state"], job["done"], job["events"], job["failures"]) == ("done", 1, 1, [])
    document = adding.get(f"/api/v1/documents/{job['documents'][0]['id']}").json()
    assert (document["title"], document["publisher"], document["published"]) == ("Thanks", "The Pasted", "2021-05-01")
    assert adding.get("/api/v1/ties/ISR/AZE").json()["points"][-1]["period"] == "2021-05"


def test_files_come_in_any_format_and_a_bad_one_costs_only_itself(adding: TestClient) -> None:
    page = f"<html><head><title>Thanks again</title></head><body><article><h1>Thanks again</h1><p>{STORY}</p><p>{STORY[::-1]}</p></article></body></html>"
    files = [
        ("files", ("../../etc/story.html", page.encode(), "text/html")),
        ("files", ("empty.txt", b"", "text/plain")),
    ]
    job = wait(adding, adding.post("/api/v1/additions/files", files=files, data={"published": "2021-05-02"}).json())
    assert (job["state"], job["done"]) == ("done", 1)
    assert len(job["failures"]) == 1 and job["failures"][0].startswith("empty.txt")
    document = adding.get(f"/api/v1/documents/{job['documents'][0]['id']}").json()
    assert document["origin"] == "story.html"


@pytest.fixture
def page() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/robots.txt":
                self.send_error(404)
                return
            body = f"<html><head><title>Fetched</title></head><body><article><p>{STORY}</p></article></body></html>".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/story"
    server.shutdown()


def test_an_address_is_fetched_by_the_guard(adding: TestClient, page: str) -> None:
    job = wait(adding, adding.post("/api/v1/additions", json={"url": page, "published": "2021-05-03"}).json())
    assert (job["state"], job["events"]) == ("done", 1), job


def test_this_machine_is_not_fetched_from_unless_said_so(small: Small, coder: Any, page: str) -> None:
    with TestClient(create_app(small.path, coder=coder), base_url="http://localhost") as client:
        found = client.post("/api/v1/additions", json={"url": page}, headers=csrf_of(client))
        job = wait(client, found.json())
    assert job["state"] == "failed" and job["failures"]


@pytest.mark.parametrize(
    "body",
    [
        {"url": "file:///etc/passwd"},
        {"url": "/etc/passwd"},
        {"url": "s3://bucket/key"},
        {"url": "ftp://host/file"},
        {"text": "x", "url": "https://example.org"},
        {"text": ""},
        {},
        {"text": "x", "published": "yesterday"},
    ],
)
def test_what_is_no_addition_is_refused_before_anything_is_opened(adding: TestClient, body: dict[str, str]) -> None:
    found = adding.post("/api/v1/additions", json=body)
    assert (found.status_code, found.json()["type"]) == (422, "urn:comity:problem:invalid-request")
    assert adding.get("/api/v1/additions").json() == []


def test_a_coder_that_breaks_ends_the_addition_with_words(small: Small) -> None:
    class Broken:
        def code(self, documents: Any) -> Any:
            raise RuntimeError("model is missing")

    with TestClient(create_app(small.path, coder=Broken), base_url="http://localhost") as client:
        job = wait(client, client.post("/api/v1/additions", json={"text": STORY}, headers=csrf_of(client)).json())
    assert job["state"] == "failed" and "model is missing" in job["failures"][0]
