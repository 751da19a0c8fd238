"""Addresses on the command line: private ones only when asked for."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PAGE = b"<html><body><h1>Envoy leaves</h1><p>Valdia recalled its ambassador from Norland on Monday.</p></body></html>"


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"" if self.path == "/robots.txt" else PAGE
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/page"
    server.shutdown()
    server.server_close()


def read(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "comity.cli", "read", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_a_private_address_is_read_when_allowed(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    done = read(address, "--allow-private")
    assert (done.returncode, done.stderr) == (0, "")
    assert '"text": "Valdia recalled its ambassador from Norland on Monday."' in done.stdout


def test_a_private_address_is_refused_by_itself(address: str) -> None:
    done = read(address)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "leads to a private address (127.0.0.1) (give --allow-private if you trust where it comes from)" in done.stderr
    )
