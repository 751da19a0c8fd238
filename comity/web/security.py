"""Who may ask, what may come in, and what a browser may do with what goes out.

One ASGI layer around everything: the Host header (a page elsewhere must not reach us by a name of its own that it lets
point here), the size and the pace of a request's body, the time of an answer, the token, and the headers that bind the
browser. Whether a request may *write* is asked where it writes, by `Gate.may_write`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity.web.problems import MEDIA_TYPE, Fault, fault_of

LOG = logging.getLogger("comity.web")
SESSION, LOGIN = "comity_session", "comity_login"
CSRF_HEADER = "x-csrf-token"
# Uploads may be large, all else is a form.
BODY_BYTES, UPLOAD_BYTES = 2_000_000, 32_000_000
UPLOADS = "/api/v1/additions/files"
BODY_SECONDS, ANSWER_SECONDS = 30.0, 60.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this machine alone."""
    name = host.strip("[]").lower()
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What this server lets through. `token` None: everyone on this machine may read. `hosts` are further names by which it
    may be asked. `secret` signs what browsers bring back, and lives as long as the server."""

    token: str | None = None
    hosts: tuple[str, ...] = ()
    any_address: bool = False
    read_only: bool = False
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def knows_host(self, header: str) -> bool:
        """Whether a Host header is one of ours. A bare IP address cannot be made to point elsewhere, a name can."""
        name = header.rpartition(":")[0] if not header.endswith("]") and ":" in header else header
        name = name.strip("[]").lower()
        if name in LOOPBACK or name in self.hosts:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def sign(self, purpose: str, value: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()

    def bearer(self, connection: HTTPConnection) -> str | None:
        scheme, _, value = connection.headers.get("authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" else None

    def has_token(self, value: str) -> bool:
        return self.token is not None and hmac.compare_digest(value.encode(), self.token.encode())

    def may_read(self, connection: HTTPConnection) -> bool:
        if self.token is None:
            return True
        given = self.bearer(connection)
        if given is not None:
            return self.has_token(given)
        return hmac.compare_digest(connection.cookies.get(LOGIN, ""), self.sign("login", self.token))

    def csrf(self, connection: HTTPConnection) -> str:
        """The token that a form of this browser must bring; empty where it has no session yet."""
        session = connection.scope.get("comity.session") or connection.cookies.get(SESSION, "")
        return self.sign("csrf", session) if session else ""

    def may_write(self, request: Request, given: str | None = None) -> None:
        """Raises Fault unless a program brings the token, or a page of ours its CSRF token (`given`, or in the header)."""
        if self.read_only:
            raise Fault("read-only", "This server was started with --read-only.")
        token = self.bearer(request)
        if token is not None:
            if not self.has_token(token):
                raise Fault("no-token", "The token is not that of this server.")
            return
        origin = request.headers.get("origin")
        if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}":
            raise Fault("not-permitted", "The request comes from a page of another site.")
        wanted, brought = self.csrf(request), given or request.headers.get(CSRF_HEADER, "")
        if not wanted or not hmac.compare_digest(wanted.encode(), brought.encode("utf-8", "replace")):
            raise Fault(
                "no-token",
                "Writing needs the token of this server (comity serve --token), or is done on its pages; "
                "if you are on one, load it again.",
            )


class Guarded:
    """The layer itself."""

    def __init__(self, app: ASGIApp, gate: Gate, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.app, self.gate, self.answer_seconds = app, gate, answer_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        started = False

        async def out(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
                if "comity.session" in scope:
                    cookie = f"{SESSION}={scope['comity.session']}; Path=/; HttpOnly; SameSite=Strict"
                    headers.append("set-cookie", cookie)
            await send(message)

        try:
            refusal = self._refusal(scope)
            if refusal is None:
                body = await self._body(scope, receive)
                await asyncio.wait_for(self.app(scope, _replay(body, receive), out), self.answer_seconds)
                return
        except Fault as fault:
            refusal = refuse(scope, fault)
        except TimeoutError:
            if started:
                return
            refusal = refuse(scope, Fault("too-long", f"No answer in {self.answer_seconds:g} seconds; ask for less."))
        except Exception as error:
            LOG.exception("%s %s", scope["method"], scope["path"], exc_info=error)
            if started:
                return
            refusal = refuse(scope, fault_of(error))
        await refusal(scope, receive, out)

    def _refusal(self, scope: Scope) -> Response | None:
        connection = HTTPConnection(scope)
        host = Headers(scope=scope).get("host", "")
        if not self.gate.knows_host(host):
            return refuse(
                scope,
                Fault("wrong-host", f"{host[:80]!r} is not a name of this server (comity serve --allow-host NAME)."),
            )
        if not scope.get("query_string", b"").isascii():
            return refuse(scope, Fault("unreadable-request", "The address holds bytes that must be written as %XX."))
        path = scope["path"]
        if not self.gate.may_read(connection) and path != "/login" and not path.startswith("/static/"):
            if _is_api(path):
                return refuse(scope, Fault("no-token", "Give the token: Authorization: Bearer TOKEN."))
            return RedirectResponse("/login", status_code=303)
        if not connection.cookies.get(SESSION) and not _is_api(path) and not path.startswith("/static/"):
            scope["comity.session"] = secrets.token_urlsafe(24)
        return None

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, within bounds of size and time. Raises Fault."""
        if scope["method"] in SAFE_METHODS:
            return b""
        most = UPLOAD_BYTES if scope["path"] == UPLOADS else BODY_BYTES
        too_large = Fault("too-large", f"At most {most // 1_000_000} MB are taken here.")
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdigit() and len(declared) < 20) or int(declared) > most:
            raise too_large
        body = bytearray()

        async def read() -> None:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                body.extend(message.get("body", b""))
                if len(body) > most:
                    raise too_large
                if not message.get("more_body"):
                    return

        try:
            await asyncio.wait_for(read(), BODY_SECONDS)
        except TimeoutError:
            raise Fault("too-slow", f"The body did not come in {BODY_SECONDS:g} seconds.") from None
        return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again


def refuse(scope: Scope, fault: Fault) -> Response:
    """The answer to a request that is not let in: a problem for programs, a line of text for people."""
    headers = {"www-authenticate": "Bearer"} if fault.status == 401 else {}
    if _is_api(scope["path"]):
        return Response(fault.problem().model_dump_json(), fault.status, headers, MEDIA_TYPE)
    return Response(f"{fault.problem().title}. {fault.detail}\n", fault.status, headers, "text/plain")


def _is_api(path: str) -> bool:
    return path.startswith("/api/")


def host_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names for Host headers, as they are compared."""
    return tuple(name.strip().lower() for name in names if name.strip())
