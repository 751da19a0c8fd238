"""The pages: HTML from templates, with the same values that the API answers.

Each page stands by itself without a script; scripts draw the charts, change figures in place, and give keys. What takes
long on a large store is fetched after the page is there (`/part/…`).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from markupsafe import Markup, escape
from pydantic import AfterValidator, BeforeValidator

import comity
from comity.report.sheet import safe_url
from comity.report.templating import templates
from comity.report.words import named, signed, word
from comity.structure import Drop
from comity.tables import read_table
from comity.web import api, chartdata, models, queries
from comity.web.context import context_of
from comity.web.problems import Fault
from comity.web.queries import View
from comity.web.security import LOGIN

TEMPLATES = Path(__file__).parent / "templates"
MAP = Path(comity.__file__).parent / "data" / "web" / "map.csv"
router = APIRouter()


def _empty_is_none(value: Any) -> Any:
    return value or None


def _ticked(value: Any) -> bool:
    return str(value).lower() in ("1", "on", "true", "yes")


AsOf = Annotated[str | None, AfterValidator(models.checked_day), BeforeValidator(_empty_is_none), Query()]
Ticked = Annotated[bool, BeforeValidator(_ticked), Query()]
Optional = Annotated[str | None, BeforeValidator(_empty_is_none), Query(max_length=200)]


@functools.cache
def environment() -> Environment:
    found = templates(TEMPLATES)
    found.filters |= {
        "signed": signed,
        "named": named,
        "word": lambda value, figure: word(figure, value),
        "safe_url": safe_url,
        "number": lambda value: f"{value:,.0f}".replace(",", "\u202f"),
        "percent": lambda value: f"{100 * value:.0f} %",
        "path": lambda value: quote(str(value), safe=""),
        "day": _day_words,
        "moment": _moment_words,
        "way": lambda value: "together" if (value or 0) > 0 else "apart" if (value or 0) < 0 else "even",
        "strip_x": lambda value: round((max(-10.0, min(10.0, value)) + 10) * 10, 1),
        "genre_words": lambda value: str(value).replace("_", " "),
        "named_genre": lambda value: named("genre", value),
        "pair_of": lambda node: (node.code, node.name),
        "marked": _marked,
        "actor_name": lambda code: queries.actor(code).name,
        "dropped_words": _dropped_words,
    }
    found.globals["data"] = chartdata
    found.globals["parts"] = found.get_template("parts.html.j2").module
    return found


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _day_words(value: str | None) -> Markup:
    """A day as people write it, in a <time>."""
    if not value:
        return Markup("–")
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    words = f"{int(day)} {MONTHS[int(month) - 1]} {year}" if day else value
    return Markup('<time datetime="{}">{}</time>').format(value, words)


def _moment_words(value: str | None) -> Markup:
    """A moment to the minute, in a <time>."""
    if not value:
        return Markup("–")
    moment = datetime.fromisoformat(value).astimezone(UTC)
    words = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(value, words)


def _dropped_words(found: models.WhatIf) -> str:
    """What was left out, in words."""
    drop = found.dropped
    words = [item.name for item in drop.actors] + [f"the reports of {name}" for name in drop.publishers]
    words += [f"document {name}" for name in drop.documents]
    if drop.period:
        first, last = drop.period
        since, until = first > date.min.isoformat(), last < date.max.isoformat()
        words.append(f"what happened{f' from {first}' if since else ''}{f' to {last}' if until else ''}")
    words += ["interested sources"] if drop.interested else []
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _marked(event: models.Event) -> Markup:
    """The sentence of an event with its trigger and parties marked."""
    spans = [("trigger", event.trigger), ("source", event.source)] + (
        [("target", event.target)] if event.target else []
    )
    inside = [(kind, part) for kind, part in spans if event.start <= part.start < part.end <= event.end]
    edges = sorted({event.start, event.end, *(edge for _, part in inside for edge in (part.start, part.end))})
    out = Markup()
    for low, high in itertools.pairwise(edges):
        kinds = [kind for kind, part in inside if part.start <= low and high <= part.end]
        text = event.text[low - event.start : high - event.start]
        out += Markup('<mark class="{}">{}</mark>').format(" ".join(kinds), text) if kinds else escape(text)
    return out


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """A page from a template."""
    context = context_of(request)
    shared = {
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "csrf": context.gate.csrf(request),
        "writable": not context.gate.read_only,
        "version": comity.__version__,
        "guarded": context.gate.token is not None,
    }
    return HTMLResponse(environment().get_template(template).render(shared | dict(values)), status)


def fault_page(request: Request, fault: Fault, headers: Mapping[str, str]) -> Response:
    """The page of a fault: what happened, and what to do."""
    found = page(request, "fault.html.j2", {"fault": fault, "title": fault.problem().title}, fault.status)
    found.headers.update(headers)
    return found


@router.get("/")
def home(request: Request, as_of: AsOf = None) -> Response:
    """What moved this week, the map, the search, the latest events."""
    context = context_of(request)
    with context.keeper.reading() as store:
        info = context.keeper.remembered("info", lambda: queries.store_info(store, True))
        large = context.keeper.remembered("large", lambda: queries.is_large(store))
        latest = queries.events(store, as_of=as_of, limit=8, offset=0)
        day = queries.known_day(store, as_of)
    later = large and not context.keeper.knows(("movers", as_of, 7, 10))
    values: dict[str, Any] = {
        "title": "Comity",
        "info": info,
        "latest": latest,
        "as_of": as_of,
        "day": day,
        "later": later,
    }
    if not later and info.events:
        values |= {
            "movers": api.movers(context, as_of, 7, 10),
            "network": api.network(context, as_of, 1.0, 365.0, False),
        }
    return page(request, "home.html.j2", values)


@router.get("/part/home")
def home_part(request: Request, as_of: AsOf = None) -> Response:
    """What Home fetches later where the store is large."""
    context = context_of(request)
    movers = api.movers(context, as_of, 7, 10)
    graph = api.network(context, as_of, 1.0, 365.0, False)
    return page(request, "home_part.html.j2", {"movers": movers, "network": graph})


@router.get("/map.json")
def map_json() -> dict[str, Any]:
    """Which shape of the map is which state, and where states stand that are too small for one."""
    return _map()


@functools.cache
def _map() -> dict[str, Any]:
    rows = [row for _, row in read_table(MAP)]
    named_rows = [row for row in rows if row["code"]]
    return {
        "shapes": {row["shape"]: row["code"] for row in named_rows if row["shape"] and not row["lon"]},
        "named": {row["shape_name"]: row["code"] for row in named_rows if row["shape_name"]},
        "points": [[row["code"], float(row["lon"]), float(row["lat"])] for row in named_rows if row["lon"]],
        "names": {row["code"]: queries.actor(row["code"]).name for row in named_rows},
    }


@router.get("/go")
def go(a: Optional = None, b: Optional = None, to: str = "tie") -> Response:
    """From the search to a tie, or to what an actor's ties are."""
    names = [queries.code_of(name) for name in (a, b) if name]
    if len(names) == 2:
        left, right = api.pair(*names)
        return RedirectResponse(f"/{'why' if to == 'why' else 'tie'}/{left}/{right}", 303)
    return RedirectResponse(f"/actor/{names[0]}" if names else "/", 303)


@router.get("/actor/{name}")
def actor(request: Request, name: str, as_of: AsOf = None) -> Response:
    """An actor's ties and its latest events."""
    context = context_of(request)
    code = queries.code_of(name)
    with context.keeper.reading() as store:
        ties = context.keeper.remembered(
            ("ties", as_of, code, 365), lambda: queries.ties_now(store, as_of, code, 365.0)
        )
        latest = queries.events(store, a=code, as_of=as_of, limit=15, offset=0)
        day = queries.known_day(store, as_of)
    found = queries.actor(code)
    values = {"title": found.name, "actor": found, "ties": ties, "latest": latest, "day": day, "as_of": as_of}
    return page(request, "actor.html.j2", values)


@router.get("/tie/{a}/{b}")
def tie(
    request: Request,
    a: str,
    b: str,
    as_of: AsOf = None,
    period: api.PeriodName = "month",
    dimension: api.Dimension = "all",
    direction: api.Way = "both",
    without_interested: Ticked = False,
    at: Optional = None,
    offset: api.Offset = 0,
) -> Response:
    """The course of a tie, and the events of a period."""
    context = context_of(request)
    left, right = api.pair(a, b)
    view = View(
        as_of=as_of, period=period, dimension=dimension, direction=direction, without_interested=without_interested
    )
    found = api.course(context, left, right, view)
    first, reported = api.tie_span(context, left, right)
    last = api.span(context)[1]
    moments = [point for point in found.points if point.events]
    chosen = at if at and any(point.period == at for point in found.points) else None
    chosen = chosen or (moments[-1].period if moments else None)
    events = api.tie_events(context, left, right, view, chosen, 20, offset) if chosen else None
    query = {
        "as_of": as_of,
        "period": period if period != "month" else None,
        "dimension": dimension if dimension != "all" else None,
        "direction": direction if direction != "both" else None,
        "without_interested": "1" if without_interested else None,
    }
    values = {
        "title": f"{found.a.name} – {found.b.name}",
        "course": found,
        "view": view,
        "events": events,
        "at": chosen,
        "days": queries.days_between(first, last),
        "first": first,
        "last": last,
        "reported": reported,
        "query": urlencode({key: value for key, value in query.items() if value}),
        "api_query": urlencode(
            {key: "true" if key == "without_interested" else value for key, value in query.items() if value}
        ),
        "as_of": as_of,
    }
    return page(request, "tie.html.j2", values)


@router.get("/part/tie/{a}/{b}")
def tie_part(
    request: Request,
    a: str,
    b: str,
    as_of: AsOf = None,
    period: api.PeriodName = "month",
    dimension: api.Dimension = "all",
    direction: api.Way = "both",
    without_interested: Ticked = False,
) -> Response:
    """The tie's directions and sides, fetched after the tie itself."""
    del direction
    context = context_of(request)
    left, right = api.pair(a, b)
    view = View(as_of=as_of, period=period, without_interested=without_interested)
    values = {
        "parts_list": api.parts(context, left, right, view),
        "directions": api.asymmetry(context, left, right, replace(view, dimension=dimension)),
        "view": view,
        "dimension": dimension,
    }
    return page(request, "tie_part.html.j2", values)


@router.get("/part/changes/{a}/{b}")
def changes_part(
    request: Request,
    a: str,
    b: str,
    as_of: AsOf = None,
    period: api.PeriodName = "month",
    dimension: api.Dimension = "all",
    direction: api.Way = "both",
    without_interested: Ticked = False,
) -> Response:
    """The tie's change points, fetched after the tie itself."""
    left, right = api.pair(a, b)
    view = View(
        as_of=as_of, period=period, dimension=dimension, direction=direction, without_interested=without_interested
    )
    found = api.changes(context_of(request), left, right, view)
    return page(request, "changes_part.html.j2", {"changes": found, "view": view})


@router.get("/why/{a}/{b}")
def why(
    request: Request,
    a: str,
    b: str,
    as_of: AsOf = None,
    window: Annotated[str | None, BeforeValidator(_empty_is_none), Query(max_length=6)] = None,
    without_interested: Ticked = False,
    drop_actor: api.Names = None,
    drop_publisher: api.Publishers = None,
    drop_document: api.Publishers = None,
    drop_from: AsOf = None,
    drop_to: AsOf = None,
    drop_interested: Ticked = False,
) -> Response:
    """What pushes a tie; and what would, were some of the record not there."""
    context = context_of(request)
    left, right = api.pair(a, b)
    drop = api.dropping(drop_actor, drop_publisher, drop_document, drop_from, drop_to, drop_interested)
    if window is not None and not (window.isascii() and window.isdigit() and 0 < int(window) <= 36_500):
        raise Fault("invalid-request", f"window {window!r} is no number of days from 1 to 36500.")
    first, last = api.tie_span(context, left, right)[0], api.span(context)[1]
    with context.keeper.reading() as store:
        # Of a large store that would take longer than the answer; a publisher can be typed all the same.
        large = context.keeper.remembered("large", lambda: queries.is_large(store))
        publishers = [] if large else queries.publishers(store, left, right)
    days = queries.days_between(first, last)
    shared = {
        "as_of": as_of,
        "window": window,
        "without": without_interested,
        "days": days,
        "last": last,
        "drop": drop,
        "drop_from": drop_from,
        "drop_to": drop_to,
        "publishers": publishers,
        "what_if": None,
        "what_if_query": _what_if_query(drop, drop_from, drop_to, as_of, window),
        "refused": None,
    }
    names = f"{queries.actor(left).name} – {queries.actor(right).name}"
    try:
        found = api.why(context, left, right, as_of, int(window) if window else None, 365.0, without_interested)
    except Fault as fault:
        if fault.kind != "not-found":
            raise
        empty = {"why": None, "a": queries.actor(left), "b": queries.actor(right), "words": fault.detail}
        return page(request, "why.html.j2", shared | empty | {"title": f"Why: {names}"})
    values = {"title": f"Why: {names}", "why": found, "a": found.a, "b": found.b, "words": ""}
    if drop:
        try:
            values["what_if"] = api.what_if(context, left, right, drop, as_of, int(window) if window else None, 365.0)
        except Fault as fault:
            values["refused"] = fault.detail
    return page(request, "why.html.j2", shared | values)


def _what_if_query(drop: Drop, start: str | None, end: str | None, as_of: str | None, window: str | None) -> str:
    """The query of the API that answers the same."""
    asked = [("as_of", as_of), ("window", window), ("drop_from", start), ("drop_to", end)]
    asked += [("drop_actor", code) for code in drop.actors] + [("drop_publisher", name) for name in drop.publishers]
    asked += [("drop_document", name) for name in drop.documents]
    asked += [("drop_interested", "true" if drop.interested else None)]
    return urlencode([(key, value) for key, value in asked if value])


@router.get("/watch")
def watch(request: Request, actor: Optional = None, offset: api.Offset = 0) -> Response:
    """What is watched, and what moved."""
    context = context_of(request)
    code = queries.code_of(actor) if actor else None
    with context.keeper.reading() as store:
        feeds = queries.feeds(store, datetime.now(UTC), 200, 0)
        alerts = queries.alerts(store, 20, offset, code)
    values = {
        "title": "Watch",
        "feeds": feeds,
        "alerts": alerts,
        "actor": code,
        "atom": f"{request.base_url}watch/alerts.atom",
        "store_name": Path(context.keeper.path).name,
    }
    return page(request, "watch.html.j2", values)


@router.get("/watch/alerts.atom")
def watch_atom(request: Request) -> Response:
    """The alerts as a feed, for a feed reader."""
    base = str(request.base_url)

    def place(a: str, b: str, day: str) -> str:
        return f"{base}tie/{quote(a, safe='')}/{quote(b, safe='')}?as_of={day}"

    with context_of(request).keeper.reading() as store:
        text = queries.alerts_feed(store, f"{base}watch/alerts.atom", place)
    return Response(text, media_type="application/atom+xml")


@router.get("/network")
def network(
    request: Request,
    as_of: AsOf = None,
    min_strength: Annotated[float, Query(ge=0, le=10)] = 1.0,
    without_interested: Ticked = False,
) -> Response:
    """The signed graph."""
    context = context_of(request)
    first, last = api.span(context)
    found = api.network(context, as_of, min_strength, 365.0, without_interested)
    values = {
        "title": "Network",
        "network": found,
        "as_of": as_of,
        "min_strength": min_strength,
        "without": without_interested,
        "days": queries.days_between(first, last),
        "last": last,
    }
    return page(request, "network.html.j2", values)


@router.get("/documents")
def documents(request: Request, q: Annotated[str, Query(max_length=200)] = "", offset: api.Offset = 0) -> Response:
    """The documents of the store."""
    with context_of(request).keeper.reading() as store:
        found = queries.documents(store, q, 50, offset)
    return page(request, "documents.html.j2", {"title": "Documents", "documents": found, "q": q})


@router.get("/document/{identifier}")
def document(request: Request, identifier: str) -> Response:
    """An article with its coding."""
    with context_of(request).keeper.reading() as store:
        found = queries.document(store, identifier)
    values = {
        "title": found.title or "Untitled document",
        "document": found,
        "ontology": queries.ontology(),
        "by_id": {event.id: event for event in found.coded_events},
    }
    return page(request, "document.html.j2", values)


@router.get("/review")
def review(
    request: Request,
    offset: api.Offset = 0,
    max_confidence: Annotated[float, Query(ge=0, le=1)] = 1.0,
    actor: Optional = None,
) -> Response:
    """The queue of events that nobody has judged, the least sure first."""
    code = queries.code_of(actor) if actor else None
    with context_of(request).keeper.reading() as store:
        queue = queries.review_queue(store, max_confidence, code, 12, offset)
        done = queries.corrections(store, 12, 0)
    values = {
        "title": "Review",
        "queue": queue,
        "done": done,
        "ontology": queries.ontology(),
        "actor": code,
        "max_confidence": max_confidence,
    }
    return page(request, "review.html.j2", values)


@router.post("/review")
def post_review(
    request: Request,
    event: Annotated[str, Form(max_length=200)],
    verdict: Annotated[str, Form(max_length=20)],
    csrf: Annotated[str, Form(max_length=200)] = "",
    type_: Annotated[str, Form(alias="type", max_length=40)] = "",
    mode: Annotated[str, Form(max_length=40)] = "",
    source: Annotated[str, Form(max_length=120)] = "",
    target: Annotated[str, Form(max_length=120)] = "",
    reciprocal: Annotated[str, Form(max_length=5)] = "",
    auxiliary: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
    back: Annotated[str, Form(max_length=300)] = "/review",
) -> Response:
    """A judgement from a form, where scripts do not run."""
    context = context_of(request)
    context.gate.may_write(request, csrf)
    if verdict == "withdraw":
        api.take_back(context, event)
    elif verdict in ("right", "no_event", "changed"):
        coding = models.Coding(
            event=type_,
            mode=mode or None,
            source=source,
            target=target or None,
            reciprocal=bool(reciprocal),
            auxiliary=(auxiliary or [])[:4],
        )
        api.judge(
            context,
            models.Judgement(
                event=event,
                verdict=verdict,  # type: ignore[arg-type]
                coding=coding if verdict == "changed" else None,
                note=note,
            ),
        )
    else:
        raise Fault("invalid-request", f"verdict {verdict!r} is none of right, changed, no_event.")
    # Only a place on this server: one that begins with two slashes would be another.
    return RedirectResponse(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/review", 303)


@router.get("/add")
def add(request: Request) -> Response:
    """Files, texts and addresses to add."""
    return page(request, "add.html.j2", {"title": "Add", "jobs": context_of(request).adder.jobs()})


@router.get("/api")
def api_page(request: Request) -> Response:
    """The API, in words."""
    schema = request.app.openapi()
    routes = [
        (method.upper(), path, item.get("summary", ""), item.get("description", ""), item.get("parameters", []))
        for path, methods in schema["paths"].items()
        for method, item in methods.items()
    ]
    return page(request, "api.html.j2", {"title": "API", "routes": routes})


@router.get("/login")
def login(request: Request) -> Response:
    """Asks for the token."""
    if context_of(request).gate.may_read(request):
        return RedirectResponse("/", 303)
    return page(request, "login.html.j2", {"title": "Log in", "wrong": False})


@router.post("/login")
def post_login(
    request: Request,
    token: Annotated[str, Form(max_length=500)],
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Checks the token, and remembers the browser until the server ends."""
    gate = context_of(request).gate
    if not gate.csrf(request) or csrf != gate.csrf(request) or not gate.has_token(token):
        return page(request, "login.html.j2", {"title": "Log in", "wrong": True}, 401)
    found = RedirectResponse("/", 303)
    assert gate.token is not None
    found.set_cookie(LOGIN, gate.sign("login", gate.token), httponly=True, samesite="strict", path="/")
    return found


@router.get("/favicon.ico")
def favicon() -> Response:
    return RedirectResponse("/static/icon.svg", 301)
