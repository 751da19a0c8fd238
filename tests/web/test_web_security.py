"""Who may ask and who may write; what is refused before it reaches the store."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from comity.cli.serving import check_binding
from comity.cli.shared import Refused
from comity.web import security
from comity.web.app import create_app
from comity.web.security import Gate, is_loopback

from .conftest import Small, csrf_of

TOKEN = "a-long-and-random-word"


def made(small: Small, **fields: Any) -> TestClient:
    return TestClient(create_app(small.path, gate=Gate(**fields)), base_url="http://localhost", follow_redirects=False)


def judgement(event: str, verdict: str = "right") -> dict[str, str]:
    return {"event": event, "verdict": verdict}


@pytest.mark.parametrize(
    ("host", "ok"),
    [
        ("localhost", True),
        ("localhost:8321", True),
        ("127.0.0.1:8321", True),
        ("[::1]:8321", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("192.168.1.7:8321", False),
        ("", False),
    ],
)
def test_a_name_that_is_not_ours_is_refused(client: TestClient, host: str, ok: bool) -> None:
    assert (client.get("/api/v1/store", headers={"host": host}).status_code == 200) is ok
    assert (client.get("/", headers={"host": host}).status_code == 200) is ok


def test_on_other_addresses_an_ip_or_a_named_host_will_do_but_no_strange_name(small: Small) -> None:
    gate = Gate(token=TOKEN, hosts=("desk.example",), any_address=True)
    assert gate.knows_host("192.168.1.7:8321") and gate.knows_host("desk.example:8321")
    assert not gate.knows_host("evil.example")


@pytest.mark.parametrize(
    ("host", "token", "refused"),
    [
        ("127.0.0.1", "", False),
        ("localhost", "", False),
        ("::1", "", False),
        ("0.0.0.0", "", True),
        ("192.168.1.7", "", True),
        ("0.0.0.0", "short", True),
        ("0.0.0.0", TOKEN, False),
    ],
)
def test_others_are_let_in_only_with_a_token(host: str, token: str, refused: bool) -> None:
    if refused:
        with pytest.raises(Refused):
            check_binding(host, token)
    else:
        check_binding(host, token)
    assert is_loopback(host) == (host in {"127.0.0.1", "localhost", "::1"})


def test_with_a_token_nothing_is_told_without_it(small: Small) -> None:
    with made(small, token=TOKEN) as client:
        refused = client.get("/api/v1/store")
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert client.get("/").headers["location"] == "/login"
        assert client.get("/api/v1/store", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/v1/store", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_browser_logs_in_with_the_token(small: Small) -> None:
    with made(small, token=TOKEN) as client:
        page = client.get("/login").text
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        assert client.post("/login", data={"token": "wrong", "csrf": csrf}).status_code == 401
        assert client.post("/login", data={"token": TOKEN, "csrf": "no"}).status_code == 401
        cookie = client.post("/login", data={"token": TOKEN, "csrf": csrf}).headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert client.get("/").status_code == 200
        assert TOKEN not in client.get("/").text


def test_writing_needs_the_page_or_the_token(small: Small) -> None:
    with made(small, token=TOKEN) as client:
        bearer = {"authorization": f"Bearer {TOKEN}"}
        assert client.post("/api/v1/corrections", json=judgement(small.thanked)).status_code == 401
        assert client.post("/api/v1/corrections", json=judgement(small.thanked), headers=bearer).status_code == 201


def test_a_page_of_ours_may_write_and_a_page_of_another_site_may_not(client: TestClient, small: Small) -> None:
    body = judgement(small.thanked)
    assert client.post("/api/v1/corrections", json=body).status_code == 401
    csrf = csrf_of(client)
    foreign = csrf | {"origin": "https://evil.example"}
    assert client.post("/api/v1/corrections", json=body, headers=foreign).status_code == 403
    assert client.post("/api/v1/corrections", json=body, headers={"x-csrf-token": "0" * 64}).status_code == 401
    client_of_another = TestClient(client.app, base_url="http://localhost")
    assert client_of_another.post("/api/v1/corrections", json=body, headers=csrf).status_code == 401
    own = csrf | {"origin": "http://localhost"}
    assert client.post("/api/v1/corrections", json=body, headers=own).status_code == 201


def test_a_form_without_its_token_changes_nothing(client: TestClient, small: Small) -> None:
    refused = client.post("/review", data={"event": small.thanked, "verdict": "no_event"})
    assert refused.status_code == 401
    assert client.get("/api/v1/corrections").json()["total"] == 0


def test_a_form_leads_back_to_this_server_alone(client: TestClient, small: Small) -> None:
    csrf = csrf_of(client)["x-csrf-token"]
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        form = {"event": small.thanked, "verdict": "right", "csrf": csrf, "back": back}
        assert client.post("/review", data=form, follow_redirects=False).headers["location"] == "/review"


def test_a_server_that_only_reads_takes_nothing(small: Small) -> None:
    with made(small, read_only=True, token=TOKEN) as client:
        bearer = {"authorization": f"Bearer {TOKEN}"}
        for address, body in (
            ("/api/v1/corrections", judgement(small.thanked)),
            ("/api/v1/additions", {"text": "Iran sued Israel."}),
        ):
            found = client.post(address, json=body, headers=bearer)
            assert (found.status_code, found.json()["type"]) == (403, "urn:comity:problem:read-only")
    with made(small, read_only=True) as client:
        assert "This is wrong" not in client.get(f"/document/{small.document.id}").text


def test_what_is_too_large_is_refused_unread(client: TestClient) -> None:
    large = b"x" * (security.BODY_BYTES + 1)
    found = client.post("/api/v1/corrections", content=large, headers={"content-type": "application/json"})
    assert (found.status_code, found.json()["type"]) == (413, "urn:comity:problem:too-large")
    endless = client.post("/api/v1/corrections", content=iter([b"x" * 500_000] * 6))
    assert endless.status_code == 413


@pytest.mark.parametrize("length", ["²", "-1", "1e3", "9" * 400])
def test_a_length_that_is_none_is_refused(client: TestClient, length: str) -> None:
    headers = {"content-length": length.encode("latin-1"), "content-type": b"application/json"}
    found = client.post("/api/v1/corrections", content=b"{}", headers=headers)
    assert (found.status_code, found.json()["type"]) == (413, "urn:comity:problem:too-large")


@pytest.mark.parametrize("path", ["/api/v1/movers", "/documents"])
def test_raw_bytes_in_an_address_are_refused(small: Small, path: str) -> None:
    """Found by fuzzing: such a request was a fault of ours, with status 500."""
    import anyio

    app = create_app(small.path)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"q=I\xc8r",
             "headers": [(b"host", b"localhost")], "scheme": "http", "http_version": "1.1", "server": ("localhost", 80)}  # fmt: skip
    anyio.run(app, scope, receive, send)
    assert sent[0]["status"] == 400


def test_a_body_that_dribbles_and_an_answer_that_lasts_come_to_an_end(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    import anyio

    monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
    app = create_app(small.path)

    async def ask() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            await anyio.sleep(10)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/api/v1/corrections", "raw_path": b"", "query_string": b"",
                 "headers": [(b"host", b"localhost")], "scheme": "http", "http_version": "1.1", "app": app}  # fmt: skip
        await app(scope, receive, send)
        return sent

    assert anyio.run(ask)[0]["status"] == 408

    monkeypatch.setattr("comity.web.queries.documents", lambda *_: __import__("time").sleep(0.5))
    with TestClient(create_app(small.path, answer_seconds=0.05), base_url="http://localhost") as client:
        assert client.get("/api/v1/documents").status_code == 504


def test_each_answer_binds_the_browser(client: TestClient) -> None:
    for address in ("/", "/api/v1/store", "/nothing", "/static/app.js", "/tie/ISR/ISR"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy, address
        assert headers["x-content-type-options"] == "nosniff"
    cookie = client.get("/", headers={"cookie": ""}).headers.get("set-cookie", "")
    assert not cookie or "SameSite=Strict" in cookie


def test_a_fault_of_ours_tells_nothing_of_its_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret /path/to/store")

    monkeypatch.setattr("comity.web.queries.documents", broken)
    found = client.get("/api/v1/documents")
    assert found.status_code == 500
    assert "secret" not in found.text and "secret" in caplog.text


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/vendor"]
)
def test_no_file_beside_the_static_ones_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
