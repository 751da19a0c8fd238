"""The ASGI app: API, pages and static files behind one guard, over one store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import duckdb
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

import comity
from comity.app.coding import Coder
from comity.errors import ComityError
from comity.web import api, pages
from comity.web.adding import Adder
from comity.web.context import Context
from comity.web.keeper import Keeper
from comity.web.problems import MEDIA_TYPE, Fault, fault_of
from comity.web.security import ANSWER_SECONDS, Gate, Guarded

STATIC = Path(__file__).parent / "static"
_BY_STATUS = {
    400: "unreadable-request",
    404: "not-found",
    405: "not-allowed-method",
    413: "too-large",
    415: "wrong-media-type",
}


def create_app(
    store: str | Path,
    *,
    gate: Gate | None = None,
    private: bool = False,
    coder: Callable[[], Coder] | None = None,
    answer_seconds: float = ANSWER_SECONDS,
    keeper: Keeper | None = None,
) -> FastAPI:
    """The app over the store at a path. `private` lets additions be fetched from private networks too; `coder` is for
    tests."""
    gate = gate or Gate()
    keeper = keeper or Keeper(store)
    adder = Adder(keeper, private=private, coder=coder)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        adder.close()
        keeper.close()

    app = FastAPI(
        title="Comity",
        version=comity.__version__,
        description="The ledger of relations between states: who did what to whom, when, and who says so.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.context = Context(keeper, gate, adder)
    app.include_router(api.router)
    app.include_router(pages.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guarded, gate=gate, answer_seconds=answer_seconds)

    async def on_fault(request: Request, error: Exception) -> Response:
        return answer(request, fault_of(error))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = tuple(
            f"{'.'.join(map(str, item['loc']))}: {str(item['msg']).removeprefix('Value error, ')}"
            for item in error.errors()
        )
        return answer(request, Fault("invalid-request", "; ".join(errors[:5]), errors))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = _BY_STATUS.get(error.status_code, "not-found" if error.status_code < 500 else "internal")
        words = "There is nothing at this address." if error.status_code == 404 else str(error.detail)
        found = answer(request, Fault(kind, words))
        for name, value in (error.headers or {}).items():
            found.headers[name] = value
        return found

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    for kind in (Fault, ComityError, duckdb.InterruptException):
        app.add_exception_handler(kind, on_fault)
    return app


def answer(request: Request, fault: Fault) -> Response:
    """A fault as a problem for programs, as a page for people."""
    headers = {"retry-after": "5"} if fault.status == 503 else {}
    if request.url.path.startswith("/api/"):
        return Response(fault.problem().model_dump_json(), fault.status, headers, MEDIA_TYPE)
    return pages.fault_page(request, fault, headers)
