"""The brief: one HTML file that says how a tie stands, what moved it, who says so, and what speaks against it.

In: a store and two actors; out: the text of a page that asks nothing of any other address. What is on the page is
chosen here, so that the template only lays it out; every text from a document reaches it through Jinja's escaping.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import comity
from comity.dyads import course
from comity.records import Tie
from comity.report import charts
from comity.report.evidence import Account, AccountedAct, AccountedClaim, AccountedDriver, Citation, Source, account
from comity.report.names import display_name
from comity.report.reservations import Point, reservations
from comity.report.robustness import Robustness, robustness
from comity.report.sheet import counted, day_words, month_words, safe_url
from comity.report.templating import templates
from comity.report.timeline import Moment, timeline
from comity.report.words import judgement, named, signed, thresholds, word
from comity.store import Store

TEMPLATES = Path(__file__).parent / "templates"
WIDE, NARROW = 760, 300
# How much of the evidence a page shows; the rest is counted, and stands in `comity why --json`.
# A push that prints as 0.000 is named, not drawn.
VISIBLE = 0.0005
DIRECT_ACTS, DRIVERS, ACTS_OF_A_LEG, COUNTER_ACTS, CLAIMS, CHART_BARS, MOMENTS = 12, 8, 3, 8, 20, 12, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A driver's tie with one of the two: the other's name, its index, the acts shown and how many more there are."""

    name: str
    index: float | None
    acts: tuple[AccountedAct, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverShown:
    """A third party on the page: how it stands to the two, in words, and the acts behind that."""

    name: str
    pressure: float
    change: float
    share: float
    relation: str
    legs: tuple[Leg, Leg]
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that stands on a page."""

    account: Account
    judgement: tuple[str, ...]
    course: tuple[Tie, ...]
    course_without: tuple[Tie, ...]
    now: Tie | None
    year_ago: Tie | None
    without: Tie | None
    without_pressure: float
    half_life_days: float
    direct: tuple[AccountedAct, ...]
    drivers: tuple[DriverShown, ...]
    more_drivers: tuple[str, ...]
    slight_thirds: tuple[str, ...]
    open_thirds: tuple[str, ...]
    leans: bool
    way: int
    counter_acts: tuple[AccountedAct, ...]
    counter_drivers: tuple[AccountedDriver, ...]
    counter_claims: tuple[AccountedClaim, ...]
    claims: tuple[AccountedClaim, ...]
    sources: tuple[Source, ...]
    moments: tuple[Moment, ...]
    reservations: tuple[Point, ...]
    provenance: str


def brief(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    name: Callable[[str], str] = display_name,
) -> str:
    """The brief on the tie of `a` and `b` (codes), as one self-contained HTML page."""
    return render(gather(store, a, b, as_of=as_of, window_days=window_days, half_life_days=half_life_days, name=name))


def gather(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    name: Callable[[str], str] = display_name,
) -> Brief:
    """What the page shows: figures from the store, and the choice of the evidence."""
    found = account(store, a, b, as_of=as_of, window_days=window_days, half_life_days=half_life_days, name=name)
    ties = course(store, a, b, as_of=found.end, half_life_days=half_life_days)
    cleared = course(store, a, b, as_of=found.end, half_life_days=half_life_days, without_interested=True)
    cleared_account = account(
        store,
        a,
        b,
        as_of=found.end,
        window_days=window_days,
        half_life_days=half_life_days,
        without_interested=True,
        name=name,
    )
    return select(
        found,
        ties,
        cleared,
        cleared_account.pressure,
        half_life_days,
        strength=robustness(store, a, b, as_of=found.end, half_life_days=half_life_days),
        provenance=provenance(store),
    )


def provenance(store: Store) -> str:
    """What the figures were made from and by what: the store's contents, and the runs that filled it."""
    counts, runs = store.counts(), store.runs()
    held = (
        f"The store holds {counted(counts['documents'], 'document')}, {counted(counts['events'], 'event')} and "
        f"{counted(counts['claims'], 'claim')}"
    )
    ended = [run for run in runs if run.finished]
    if not ended:
        return f"{held}. Figures by Comity {comity.__version__}."
    versions = ", ".join(sorted({run.version for run in ended}))
    last = max(run.finished or "" for run in ended)
    return (
        f"{held}, written in {counted(len(runs), 'run')} by Comity {versions}; the last ended on {day_words(last[:10])}. "
        f"Figures by Comity {comity.__version__}."
    )


def select(
    found: Account,
    ties: tuple[Tie, ...],
    cleared: tuple[Tie, ...],
    without_pressure: float,
    half_life_days: float,
    *,
    strength: Robustness | None,
    provenance: str,
) -> Brief:
    """The choice of what is shown. Pure."""
    now = ties[-1] if ties else None
    without = cleared[-1] if cleared else None
    before = (date.fromisoformat(found.end) - timedelta(days=365)).strftime("%Y-%m")
    year_ago = next((tie for tie in ties if tie.period == before), None)
    # Which way the tie leans: what pulls the other way is the evidence against it.
    lean = (now.index if now else None) or found.pressure
    way = 1 if lean >= 0 else -1
    closed = [d for d in found.drivers if max(abs(d.driver.pressure), abs(d.driver.change)) >= VISIBLE]
    named_only = [d for d in found.drivers if d not in closed and d.claims]
    quiet = [d for d in found.drivers if d not in closed and not d.claims]
    direct = found.direct[:DIRECT_ACTS]
    drivers = [*closed[:DRIVERS], *named_only[:DRIVERS]]
    shown = tuple(_driver(found, item) for item in drivers)
    counter_acts = tuple(act for act in found.direct if act.part.score * way < 0)[:COUNTER_ACTS]
    counter_claims = tuple(claim for claim in found.claims if claim.claim.direction * way < 0)[:CLAIMS]
    claims = found.claims[:CLAIMS]
    moments = timeline(found.direct, ties, MOMENTS)
    weightiest = next(
        (act for act in found.direct if strength and set(act.part.events) & set(strength.strongest)), None
    )
    cited = [act.best.source for act in (*direct, *counter_acts, *(moment.act for moment in moments))]
    cited += [act.best.source for item in shown for leg in item.legs for act in leg.acts]
    cited += [claim.source for claim in (*claims, *counter_claims)]
    wanted = {source.id for source in cited if source}
    return Brief(
        account=found,
        judgement=judgement(found, ties, without, year_ago),
        course=ties,
        course_without=cleared,
        now=now,
        year_ago=year_ago,
        without=without,
        without_pressure=without_pressure,
        half_life_days=half_life_days,
        direct=direct,
        drivers=shown,
        more_drivers=tuple(d.name for d in closed[DRIVERS:]),
        slight_thirds=tuple(d.name for d in quiet if None not in (d.driver.leg_a, d.driver.leg_b)),
        open_thirds=tuple(d.name for d in quiet if None in (d.driver.leg_a, d.driver.leg_b)),
        leans=bool(lean),
        way=way,
        counter_acts=counter_acts,
        counter_drivers=tuple(d for d in closed if d.driver.pressure * way < 0),
        counter_claims=counter_claims,
        claims=claims,
        sources=tuple(source for source in found.sources if source.id in wanted),
        moments=moments,
        reservations=reservations(
            found,
            now,
            without,
            strength,
            f"{act_words(weightiest.best)}, {day_words(weightiest.part.date)}" if weightiest else "its weightiest act",
        ),
        provenance=provenance,
    )


def _driver(found: Account, item: AccountedDriver) -> DriverShown:
    driver = item.driver

    def leg(side: str, name: str, index: float | None) -> Leg:
        own = [act for act in item.acts if act.part.leg == side and abs(act.part.after) >= 0.005]
        own = own or [act for act in item.acts if act.part.leg == side]
        return Leg(name=name, index=index, acts=tuple(own[:ACTS_OF_A_LEG]), more=max(len(own) - ACTS_OF_A_LEG, 0))

    return DriverShown(
        name=item.name,
        pressure=driver.pressure,
        change=driver.change,
        share=driver.share,
        relation=relation(found.name_a, found.name_b, driver.leg_a, driver.leg_b),
        legs=(leg("a", found.name_a, driver.leg_a), leg("b", found.name_b, driver.leg_b)),
        claims=len(item.claims),
    )


def relation(name_a: str, name_b: str, leg_a: float | None, leg_b: float | None) -> str:
    """How a third party stands to the two: the words for its ties, with their indexes."""
    return ", ".join(
        f"nothing on record with {name}" if leg is None else f"{word('index', leg)} with {name} ({signed(leg)})"
        for name, leg in ((name_a, leg_a), (name_b, leg_b))
    )


def render(page: Brief) -> str:
    """The page as HTML."""
    return str(environment().get_template("brief.html.j2").render(_view(page)))


def _view(page: Brief) -> dict[str, Any]:
    found = page.account
    pair = f"{found.name_a} – {found.name_b}"
    number = {source.id: place for place, source in enumerate(page.sources, start=1)}
    bars = [
        (item.name, item.driver.pressure)
        for item in sorted(found.drivers, key=lambda item: -abs(item.driver.pressure))[:CHART_BARS]
        if abs(item.driver.pressure) >= VISIBLE
    ]
    cleared = page.without is not None
    return {
        "page": page,
        "found": found,
        "why": found.why,
        "pair": pair,
        "number": number,
        "course_charts": _both(functools.partial(_course_svg, page, pair)) if page.course else (),
        "driver_charts": _both(functools.partial(_drivers_svg, bars, pair)) if bars else (),
        "has_without": cleared,
        "years": _by_year(page.course),
        "bands": thresholds("index"),
        "version": comity.__version__,
        "interest": interest_words,
    }


def _both(draw: Callable[[int, str], str]) -> tuple[tuple[str, str], ...]:
    """A drawing for wide pages and one for narrow ones: letters must not shrink with the screen."""
    return ("wide", draw(WIDE, "wide")), ("narrow", draw(NARROW, "narrow"))


def _course_svg(page: Brief, pair: str, width: int, key: str) -> str:
    known = [tie for tie in page.course if tie.index is not None]
    span = f"{page.course[0].period} to {page.course[-1].period}"
    lowest = min(known, key=lambda tie: tie.index or 0, default=None)
    highest = max(known, key=lambda tie: tie.index or 0, default=None)
    text = f"Monthly index from {span}."
    if lowest and highest:
        text += (
            f" Lowest {signed(lowest.index)} in {lowest.period}, highest {signed(highest.index)} in {highest.period}, "
            f"last {signed(known[-1].index)}. The table of years below gives the figures."
        )
    return charts.course_chart(
        page.course,
        page.course_without,
        width=width,
        title=f"Course of the tie {pair}",
        description=text,
        key=f"course-{key}",
    )


def _drivers_svg(bars: Sequence[tuple[str, float]], pair: str, width: int, key: str) -> str:
    text = "; ".join(f"{name} {signed(pressure, 3)}" for name, pressure in bars)
    return charts.drivers_chart(
        bars,
        width=width - 120 if width == NARROW else width - 160,
        title=f"Push of third parties on the tie {pair}",
        description=f"Above 0 together, below 0 apart: {text}.",
        key=f"drivers-{key}",
    )


def _by_year(ties: Iterable[Tie]) -> tuple[tuple[Tie, int], ...]:
    """The last tie of each year, and how many events the year has; years without either are left out."""
    last: dict[str, Tie] = {}
    events: dict[str, int] = {}
    for tie in ties:
        year = tie.period[:4]
        last[year] = tie
        events[year] = events.get(year, 0) + len(tie.events)
    return tuple((tie, events[year]) for year, tie in last.items() if tie.index is not None or events[year])


def interest_words(source: Source) -> tuple[str, ...]:
    """Why a source counts as interested: the sentences that disclose it, or what its genre means."""
    told = tuple(dict.fromkeys(interest.sentence for interest in source.interests))
    return told or ((named("genre", source.genre),) if source.interested else ())


def act_words(report: Citation) -> str:
    """Who did what to whom, in words: "Azerbaijan → Israel: support"."""
    event = report.event
    arrow = "↔" if event.reciprocal else "→"
    return f"{report.source_name} {arrow} {report.target_name}: {named('act', event.event)}"


@functools.cache
def environment() -> Any:
    environment = templates(TEMPLATES)
    environment.filters |= {
        "signed": signed,
        "safe_url": safe_url,
        "act_words": act_words,
        "named": named,
        "day_words": day_words,
        "month_words": month_words,
    }
    return environment
