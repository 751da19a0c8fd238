"""The JSON API: `/api/v1`. Each route checks its arguments, asks `queries`, and answers with a value of `models`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import PlainTextResponse, Response
from pydantic import AfterValidator, BeforeValidator, Field

from comity import records
from comity.app.correcting import correct, gold_lines, withdraw
from comity.errors import ComityError
from comity.records import Coding
from comity.store import Store
from comity.structure import Drop
from comity.web import models, queries
from comity.web.adding import Wanted
from comity.web.context import Context, context_of
from comity.web.problems import MEDIA_TYPE, Fault, Problem
from comity.web.queries import View


def _flag(value: Any) -> Any:
    if value in ("true", "false", True, False):
        return value in ("true", True)
    raise ValueError("is neither true nor false")


def _form_day(value: str) -> str:
    return models.checked_day(value) or ""


DAY: dict[str, Any] = {"format": "date"}
# A field of a form that is left empty comes as an empty text.
DAY_OR_NOTHING: dict[str, Any] = {"anyOf": [{"format": "date"}, {"maxLength": 0}]}
Name = Annotated[str, Path(min_length=1, max_length=120, description="A state or other actor: code or name.")]
Identifier = Annotated[str, Path(min_length=1, max_length=200)]
AsOf = Annotated[
    str | None,
    AfterValidator(models.checked_day),
    Query(description="Only what was known by this day.", json_schema_extra=DAY),
]
Day = Annotated[str | None, AfterValidator(models.checked_day), Query(json_schema_extra=DAY)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=100_000_000)]
HalfLife = Annotated[float, Query(ge=1, le=36_500, description="Days after which an act counts half.")]
Without = Annotated[
    bool, BeforeValidator(_flag), Query(description="Leave out official, opinion and interested documents.")
]
PeriodName = Literal["month", "quarter", "year"]
Dimension = Literal["all", "diplomatic", "military", "economic", "societal"]
Way = Annotated[
    Literal["both", "ab", "ba"], Query(description="ab: what the first does to the second; ba: the other way.")
]
Text = Annotated[str, Query(max_length=200)]
Names = Annotated[
    list[Annotated[str, Field(max_length=120)]] | None,
    Query(max_length=20, description="Leave out all acts of this third party. May be repeated."),
]
Publishers = Annotated[
    list[Annotated[str, Field(max_length=200)]] | None,
    Query(max_length=20, description="Leave out what it reported, or the document of this id. May be repeated."),
]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    words = {
        400: "The request cannot be read.",
        401: "A token is needed.",
        403: "Not permitted.",
        404: "No such actor, tie, event or document.",
        408: "The request came too slowly.",
        409: "It cannot be done as things stand.",
        413: "The request is too large.",
        421: "The Host header names another server.",
        422: "The request does not fit its description.",
        503: "The store cannot be read now; another process may be writing it.",
        504: "The answer took too long.",
    }
    return {
        status: {"model": Problem, "description": words[status], "content": {MEDIA_TYPE: {}}} for status in statuses
    }


READING = _problems(401, 404, 421, 422, 503, 504)
WRITING = READING | _problems(400, 403, 408, 409, 413)
router = APIRouter(prefix="/api/v1", responses=READING)


def pair(a: str, b: str) -> tuple[str, str]:
    """The codes of two actors. Raises Fault and UnknownActor."""
    left, right = queries.code_of(a), queries.code_of(b)
    if left == right:
        raise Fault("no-such-tie", f"{a!r} and {b!r} are both {left}; a tie needs two.")
    return left, right


@router.get("/store", tags=["store"])
def get_store(request: Request) -> models.StoreInfo:
    """What the store holds."""
    context = context_of(request)
    with context.keeper.reading() as store:
        return queries.store_info(store, not context.gate.read_only)


@router.get("/ontology", tags=["store"])
def get_ontology() -> models.Ontology:
    """The types of acts with their modes, the auxiliary modes, the sides of a tie."""
    return queries.ontology()


@router.get("/actors", tags=["actors"])
def get_actors(
    request: Request,
    q: Text = "",
    beside: Annotated[str | None, Query(max_length=120, description="Rank by events with this actor.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> models.Listed[models.FoundActor]:
    """Actors whose name or code fits what is typed; without it, those with events. Those with more events come first."""
    context = context_of(request)
    partner = queries.code_of(beside) if beside else None
    with context.keeper.reading() as store:
        if partner:
            counts = context.keeper.remembered(("partners", partner), lambda: queries.partner_counts(store, partner))
        else:
            counts = context.keeper.remembered("actors", lambda: queries.actor_counts(store))
    return queries.find_actors(q, counts, limit, offset)


@router.get("/movers", tags=["ties"])
def get_movers(
    request: Request,
    as_of: AsOf = None,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> models.Movers:
    """The ties that moved most in the days before the last report."""
    return movers(context_of(request), as_of, days, limit)


@router.get("/ties", tags=["ties"])
def get_ties(
    request: Request,
    as_of: AsOf = None,
    actor: Annotated[str | None, Query(max_length=120, description="Only ties of this actor.")] = None,
    half_life: HalfLife = 365,
    limit: Limit = 50,
    offset: Offset = 0,
) -> models.Listed[models.TieNow]:
    """All ties of a day, the strongest first."""
    context = context_of(request)
    touching = queries.code_of(actor) if actor else None
    with context.keeper.reading() as store:
        found = context.keeper.remembered(
            ("ties", as_of, touching, half_life), lambda: queries.ties_now(store, as_of, touching, half_life)
        )
    return queries.listed(found[offset : offset + limit], len(found), limit, offset)


@router.get("/ties/{a}/{b}", tags=["ties"])
def get_tie(
    request: Request,
    a: Name,
    b: Name,
    as_of: AsOf = None,
    period: PeriodName = "month",
    dimension: Dimension = "all",
    direction: Way = "both",
    half_life: HalfLife = 365,
    without_interested: Without = False,
) -> models.Course:
    """The course of the tie of two actors: index, 90 % interval and mass at the end of each period."""
    view = View(
        as_of=as_of,
        period=period,
        dimension=dimension,
        direction=direction,
        half_life_days=half_life,
        without_interested=without_interested,
    )
    return course(context_of(request), *pair(a, b), view)


@router.get("/ties/{a}/{b}/parts", tags=["ties"])
def get_tie_parts(
    request: Request,
    a: Name,
    b: Name,
    as_of: AsOf = None,
    period: PeriodName = "month",
    half_life: HalfLife = 365,
    without_interested: Without = False,
) -> list[models.Part]:
    """The same tie by direction, by side, and the other way round as to interested sources."""
    view = View(as_of=as_of, period=period, half_life_days=half_life, without_interested=without_interested)
    return parts(context_of(request), *pair(a, b), view)


@router.get("/ties/{a}/{b}/asymmetry", tags=["ties"])
def get_asymmetry(
    request: Request,
    a: Name,
    b: Name,
    as_of: AsOf = None,
    period: PeriodName = "month",
    dimension: Dimension = "all",
    half_life: HalfLife = 365,
    without_interested: Without = False,
) -> models.Directions:
    """What a does to b beside what b does to a, and the 90 % interval of the difference."""
    view = View(
        as_of=as_of,
        period=period,
        dimension=dimension,
        half_life_days=half_life,
        without_interested=without_interested,
    )
    return asymmetry(context_of(request), *pair(a, b), view)


@router.get("/ties/{a}/{b}/changes", tags=["ties"])
def get_changes(
    request: Request,
    a: Name,
    b: Name,
    as_of: AsOf = None,
    period: PeriodName = "month",
    dimension: Dimension = "all",
    direction: Way = "both",
    without_interested: Without = False,
) -> models.Changes:
    """When the acts of two actors went over to another level, how surely, and the acts around each change. Where the server
    lacks the package for it, `missing` says so."""
    view = View(
        as_of=as_of, period=period, dimension=dimension, direction=direction, without_interested=without_interested
    )
    return changes(context_of(request), *pair(a, b), view)


@router.get("/ties/{a}/{b}/events", tags=["ties"])
def get_tie_events(
    request: Request,
    a: Name,
    b: Name,
    at: Annotated[str | None, Query(max_length=10, description="A period of the course, such as 2021-03.")] = None,
    as_of: AsOf = None,
    period: PeriodName = "month",
    dimension: Dimension = "all",
    direction: Way = "both",
    without_interested: Without = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> models.Listed[models.Event]:
    """The events behind a tie, the latest first, each with its sentence and where it is told."""
    view = View(
        as_of=as_of, period=period, dimension=dimension, direction=direction, without_interested=without_interested
    )
    return tie_events(context_of(request), *pair(a, b), view, at, limit, offset)


@router.get("/why/{a}/{b}", tags=["ties"])
def get_why(
    request: Request,
    a: Name,
    b: Name,
    as_of: AsOf = None,
    window: Annotated[int | None, Query(ge=1, le=36_500, description="The last days alone.")] = None,
    half_life: HalfLife = 365,
    without_interested: Without = False,
) -> models.Why:
    """What pushes the tie of two actors: its own acts and third parties, each with its events and sentences."""
    return why(context_of(request), *pair(a, b), as_of, window, half_life, without_interested)


@router.get("/why/{a}/{b}/what-if", tags=["ties"], responses=_problems(409))
def get_what_if(
    request: Request,
    a: Name,
    b: Name,
    drop_actor: Names = None,
    drop_publisher: Publishers = None,
    drop_document: Publishers = None,
    drop_from: Annotated[
        str | None,
        AfterValidator(models.checked_day),
        Query(description="Leave out what happened from this day on, or up to `drop_to`.", json_schema_extra=DAY),
    ] = None,
    drop_to: Day = None,
    drop_interested: Without = False,
    as_of: AsOf = None,
    window: Annotated[int | None, Query(ge=1, le=36_500, description="The last days alone.")] = None,
    half_life: HalfLife = 365,
) -> models.WhatIf:
    """The answer of why once more without some actors, publishers, documents, a period or all interested sources, beside that
    on the whole record. It says what the record would show, not what would have happened."""
    left, right = pair(a, b)
    drop = dropping(drop_actor, drop_publisher, drop_document, drop_from, drop_to, drop_interested)
    return what_if(context_of(request), left, right, drop, as_of, window, half_life)


@router.get("/watch/feeds", tags=["watch"])
def get_feeds(request: Request, limit: Limit = 50, offset: Offset = 0) -> models.Listed[models.Feed]:
    """The sources that `comity watch` polls into this store: when each was polled, is due again, and how often it failed."""
    with context_of(request).keeper.reading() as store:
        return queries.feeds(store, datetime.now(UTC), limit, offset)


@router.get("/watch/alerts", tags=["watch"])
def get_alerts(
    request: Request,
    actor: Annotated[str | None, Query(max_length=120, description="Only on ties of this actor.")] = None,
    kind: Literal["move", "unseen"] | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> models.Listed[models.Alert]:
    """The alerts that watching raised, the newest first. As a feed: `/watch/alerts.atom`."""
    code = queries.code_of(actor) if actor else None
    with context_of(request).keeper.reading() as store:
        return queries.alerts(store, limit, offset, code, kind)


@router.get("/watch/alerts/{identifier}", tags=["watch"])
def get_alert(request: Request, identifier: Identifier) -> models.Alert:
    """One alert."""
    with context_of(request).keeper.reading() as store:
        return queries.alert(store, identifier)


@router.get("/network", tags=["network"])
def get_network(
    request: Request,
    as_of: AsOf = None,
    min_strength: Annotated[float, Query(ge=0, le=10)] = 1.0,
    half_life: HalfLife = 365,
    without_interested: Without = False,
) -> models.Network:
    """The signed graph of a day: who stands how to whom, and its two camps."""
    return network(context_of(request), as_of, min_strength, half_life, without_interested)


@router.get("/events", tags=["events"])
def get_events(
    request: Request,
    actor: Annotated[str | None, Query(max_length=120)] = None,
    other: Annotated[str | None, Query(max_length=120, description="Only events with this actor too.")] = None,
    document: Annotated[str | None, Query(max_length=200)] = None,
    start: Day = None,
    end: Day = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> models.Listed[models.Event]:
    """Events, the latest reported first."""
    codes = [queries.code_of(name) if name else None for name in (actor, other)]
    with context_of(request).keeper.reading() as store:
        return queries.events(
            store,
            a=codes[0],
            b=codes[1],
            document=document,
            start=start,
            end=end,
            as_of=as_of,
            limit=limit,
            offset=offset,
        )


@router.get("/events/{identifier}", tags=["events"])
def get_event(request: Request, identifier: Identifier) -> models.Event:
    """One event."""
    with context_of(request).keeper.reading() as store:
        return queries.event(store, identifier)


@router.get("/documents", tags=["documents"])
def get_documents(
    request: Request, q: Text = "", as_of: AsOf = None, limit: Limit = 50, offset: Offset = 0
) -> models.Listed[models.DocumentInfo]:
    """Documents, the latest first; with `q`, those with it in title or publisher."""
    with context_of(request).keeper.reading() as store:
        return queries.documents(store, q, limit, offset, as_of)


@router.get("/documents/{identifier}", tags=["documents"])
def get_document(request: Request, identifier: Identifier) -> models.Document:
    """A document: its text with the coded stretches, what was set apart, its interests, events and claims."""
    with context_of(request).keeper.reading() as store:
        return queries.document(store, identifier)


@router.get("/review", tags=["review"])
def get_review(
    request: Request,
    max_confidence: Annotated[float, Query(ge=0, le=1)] = 1.0,
    actor: Annotated[str | None, Query(max_length=120)] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> models.Listed[models.Event]:
    """Events that nobody has judged yet, the least sure first."""
    code = queries.code_of(actor) if actor else None
    with context_of(request).keeper.reading() as store:
        return queries.review_queue(store, max_confidence, code, limit, offset)


@router.get("/corrections", tags=["review"])
def get_corrections(request: Request, limit: Limit = 50, offset: Offset = 0) -> models.Listed[models.Correction]:
    """What people said of events, the latest first."""
    with context_of(request).keeper.reading() as store:
        return queries.corrections(store, limit, offset)


@router.get(
    "/corrections/gold",
    tags=["review"],
    response_class=PlainTextResponse,
    responses={200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}},
)
def get_gold(request: Request) -> Response:
    """The judged sentences as a gold file for `comity evaluate`. A sentence is in it once all its events are judged; the
    header Comity-Waiting says how many are not yet."""
    with context_of(request).keeper.reading() as store:
        lines, waiting = gold_lines(store)
    return Response(
        "".join(f"{line}\n" for line in lines),
        media_type="application/jsonl",
        headers={
            "comity-waiting": str(waiting),
            "content-disposition": 'attachment; filename="reviewed.jsonl"',
        },
    )


@router.post("/corrections", tags=["review"], status_code=201, responses=WRITING)
def post_correction(request: Request, judgement: models.Judgement) -> models.Correction:
    """Keeps a person's judgement on an event, and changes the event as it says; it is applied whenever the document is coded."""
    context = context_of(request)
    context.gate.may_write(request)
    return judge(context, judgement)


@router.delete("/corrections/{identifier}", tags=["review"], responses=WRITING)
def delete_correction(request: Request, identifier: Identifier) -> models.Correction:
    """Takes a judgement back."""
    context = context_of(request)
    context.gate.may_write(request)
    return take_back(context, identifier)


@router.get("/additions", tags=["additions"])
def get_additions(request: Request) -> list[models.Job]:
    """The additions since the server began, the latest first."""
    return context_of(request).adder.jobs()


@router.get("/additions/{identifier}", tags=["additions"])
def get_addition(request: Request, identifier: Identifier) -> models.Job:
    """How an addition stands."""
    return context_of(request).adder.job(identifier)


@router.post("/additions", tags=["additions"], status_code=202, responses=WRITING)
def post_addition(request: Request, addition: models.TextAddition | models.AddressAddition) -> models.Job:
    """Adds a text or what stands at an address. The answer comes at once; ask for the job to see how it goes."""
    context = context_of(request)
    context.gate.may_write(request)
    return context.adder.add(
        Wanted(
            text=addition.text if isinstance(addition, models.TextAddition) else None,
            url=addition.url if isinstance(addition, models.AddressAddition) else None,
            title=addition.title or None,
            publisher=addition.publisher or None,
            published=addition.published,
        )
    )


@router.post("/additions/files", tags=["additions"], status_code=202, responses=WRITING)
def post_files(
    request: Request,
    files: Annotated[list[UploadFile], File(min_length=1, description="Any format that `comity read` knows.")],
    published: Annotated[str, AfterValidator(_form_day), Form(json_schema_extra=DAY_OR_NOTHING)] = "",
) -> models.Job:
    """Adds files."""
    context = context_of(request)
    context.gate.may_write(request)
    named = tuple((file.filename or "upload", file.file.read()) for file in files)
    return context.adder.add(Wanted(files=named, published=published or None))


# What pages ask too


def movers(context: Context, as_of: str | None, days: int, limit: int) -> models.Movers:
    with context.keeper.reading() as store:
        return context.keeper.remembered(
            ("movers", as_of, days, limit), lambda: queries.movers(store, as_of, days, limit)
        )


def span(context: Context) -> tuple[str | None, str | None]:
    """The days of the first and the last report."""
    with context.keeper.reading() as store:
        return context.keeper.remembered("span", store.reported)


def known(context: Context, view: View) -> View:
    """The view with the day that it shows: never later than the last report."""
    return replace(view, as_of=queries.day_within(view.as_of, span(context)[1]))


def course(context: Context, a: str, b: str, view: View) -> models.Course:
    return queries.course(a, b, known(context, view), ties(context, a, b, view))


def ties(context: Context, a: str, b: str, view: View) -> tuple[records.Tie, ...]:
    view = known(context, view)

    def make() -> tuple[records.Tie, ...]:
        with context.keeper.dyad(a, b) as part:
            return queries.raw_course(part, a, b, view)

    return context.keeper.remembered(("course", a, b, view), make)


def tie_span(context: Context, a: str, b: str) -> tuple[str | None, str | None]:
    def make() -> tuple[str | None, str | None]:
        with context.keeper.dyad(a, b) as part:
            return part.reported()

    return context.keeper.remembered(("span", a, b), make)


def tie_events(
    context: Context, a: str, b: str, view: View, at: str | None, limit: int, offset: int
) -> models.Listed[models.Event]:
    found = ties(context, a, b, view)
    with context.keeper.reading() as store, context.keeper.dyad(a, b) as part:
        return queries.tie_events(store, part, found, view.period, at, limit, offset)


def parts(context: Context, a: str, b: str, view: View) -> list[models.Part]:
    view = known(context, view)

    def make() -> list[models.Part]:
        with context.keeper.dyad(a, b) as part:
            return queries.parts_of(part, a, b, view)

    return context.keeper.remembered(("parts", a, b, view), make)


def asymmetry(context: Context, a: str, b: str, view: View) -> models.Directions:
    view = known(context, view)

    def make() -> models.Directions:
        with context.keeper.dyad(a, b) as part:
            return queries.asymmetry(part, a, b, view)

    return context.keeper.remembered(("asymmetry", a, b, view), make)


def changes(context: Context, a: str, b: str, view: View) -> models.Changes:
    view = known(context, view)

    def make() -> models.Changes:
        with context.keeper.reading() as store, context.keeper.dyad(a, b) as part:
            return queries.changes(store, part, a, b, view)

    return context.keeper.remembered(("changes", a, b, view), make)


def dropping(
    actors: list[str] | None,
    publishers: list[str] | None,
    documents: list[str] | None,
    start: str | None,
    end: str | None,
    interested: bool,
) -> Drop:
    """What is to be left out. A period without an end, or without a beginning, goes on. Raises Fault and UnknownActor."""
    first, last = start or date.min.isoformat(), end or date.max.isoformat()
    if first > last:
        raise Fault("conflict", f"The period from {first} to {last} ends before it begins; turn the two days round.")
    return Drop(
        actors=tuple(dict.fromkeys(queries.code_of(name) for name in actors or () if name)),
        publishers=tuple(dict.fromkeys(name for name in publishers or () if name)),
        documents=tuple(dict.fromkeys(name for name in documents or () if name)),
        period=(first, last) if start or end else None,
        interested=interested,
    )


def what_if(
    context: Context, a: str, b: str, drop: Drop, as_of: str | None, window: int | None, half_life: float
) -> models.WhatIf:
    arguments = (a, b, drop, as_of, window, half_life)
    with context.keeper.reading() as store:
        return context.keeper.remembered(("what-if", *arguments), lambda: queries.what_if(store, *arguments))


def why(
    context: Context, a: str, b: str, as_of: str | None, window: int | None, half_life: float, without: bool
) -> models.Why:
    arguments = (a, b, as_of, window, half_life, without)

    def make() -> models.Why:
        with context.keeper.reading() as store, context.keeper.dyad(a, b) as part:
            return queries.why(store, part, *arguments)

    return context.keeper.remembered(("why", *arguments), make)


def network(
    context: Context, as_of: str | None, min_strength: float, half_life: float, without: bool
) -> models.Network:
    arguments = (as_of, min_strength, half_life, without)
    with context.keeper.reading() as store:
        return context.keeper.remembered(("network", *arguments), lambda: queries.network(store, *arguments))


def judge(context: Context, judgement: models.Judgement) -> models.Correction:
    """Keeps a judgement. Raises Fault."""
    coding = judgement.coding
    if (coding is None) == (judgement.verdict == "changed"):
        raise Fault("conflict", "`coding` belongs to the verdict `changed`, and to it alone.")
    wanted = None
    if coding:
        wanted = Coding(
            event=coding.event,
            mode=coding.mode or None,
            source=queries.code_of(coding.source),
            target=queries.code_of(coding.target) if coding.target else None,
            reciprocal=coding.reciprocal,
            auxiliary=tuple(coding.auxiliary),  # type: ignore[arg-type]
        )
    with context.keeper.writing() as store:
        _held(store, judgement.event)
        return queries.correction_out(
            correct(store, judgement.event, judgement.verdict, wanted, note=judgement.note.strip())
        )


def _held(store: Store, event: str) -> None:
    known = next(store.events(ids=[event]), None) is not None
    if not known and not store.query("SELECT 1 FROM corrections WHERE event = ?", [event]):
        raise Fault("not-found", f"{event[:80]}: there is no such event (it may have been coded anew)")


def take_back(context: Context, identifier: str) -> models.Correction:
    """Takes a judgement back. Raises Fault."""
    with context.keeper.writing() as store:
        try:
            return queries.correction_out(withdraw(store, identifier))
        except ComityError as error:
            raise Fault("not-found", str(error)) from error
