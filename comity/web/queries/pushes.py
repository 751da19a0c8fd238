"""What pushes a tie, with its evidence; and what would, were some of the record not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from comity import records
from comity.dyads.course import day_number
from comity.dyads.index import mass_at
from comity.report.evidence import AccountedAct, AccountedClaim, AccountedDriver, account
from comity.report.words import judgement
from comity.store import Store
from comity.structure import Drop, Why
from comity.structure import what_if as find_what_if
from comity.web import models
from comity.web.problems import Fault
from comity.web.queries.courses import View, figure, raw_course
from comity.web.queries.directory import actor
from comity.web.queries.stores import known_day
from comity.web.queries.told import claim_out, event_out, place_of, verdicts

ACTS_SHOWN, DRIVERS_SHOWN, CLAIMS_SHOWN, REPORTS_SHOWN = 12, 15, 30, 12
SHIFTS_SHOWN = 200


def why(
    store: Store,
    part: Store,
    a: str,
    b: str,
    as_of: str | None,
    window_days: int | None,
    half_life_days: float,
    without: bool,
) -> models.Why:
    """What pushes a tie, with its evidence: the strongest acts and third parties, and the sum of the rest. `part` is what
    the store holds on the two."""
    end = known_day(store, as_of)
    try:
        found = account(
            store,
            a,
            b,
            as_of=end,
            window_days=window_days,
            half_life_days=half_life_days,
            without_interested=without,
        )
    except ValueError as error:
        raise Fault("not-found", f"{error}") from error
    view = View(as_of=found.end, half_life_days=half_life_days, without_interested=without)
    ties = raw_course(part, a, b, view)
    cleared = raw_course(part, a, b, View(as_of=found.end, half_life_days=half_life_days, without_interested=True), 0)
    year_ago = (date.fromisoformat(found.end) - timedelta(days=365)).strftime("%Y-%m")
    before = next((tie for tie in ties if tie.period == year_ago), None)
    shown = [item for item in found.drivers if item.driver.change or item.driver.pressure or item.claims]
    moved = sorted(shown, key=lambda item: -abs(item.driver.change))[:DRIVERS_SHOWN]
    cited = [report for act in found.direct[:ACTS_SHOWN] for report in act.reports]
    cited += [report for item in moved for act in item.acts[:ACTS_SHOWN] for report in act.reports]
    judged = verdicts(store, [report.event.id for report in cited])
    places = {source.id: place_of(source) for source in found.sources}

    def act(item: AccountedAct) -> models.Act:
        part = item.part
        return models.Act(
            leg=part.leg,
            date=part.date,
            score=part.score,
            weight=part.weight,
            before=part.before,
            after=part.after,
            change=part.change,
            reports=[
                event_out(report.event, places.get(report.event.document), judged)
                for report in item.reports[:REPORTS_SHOWN]
            ],
        )

    direct = found.direct[:ACTS_SHOWN]
    figures = found.why
    return models.Why(
        a=actor(a),
        b=actor(b),
        start=figures.start,
        end=figures.end,
        before=figures.before,
        after=figure(ties[-1]) if ties else None,
        change=figures.change,
        mass=figures.mass,
        pressure=found.pressure,
        structural=figures.structural,
        judgement=list(judgement(found, ties, cleared[-1] if cleared else None, before)),
        direct=[act(item) for item in direct],
        direct_total=len(found.direct),
        direct_rest=sum(item.part.change for item in found.direct[ACTS_SHOWN:]),
        drivers=[
            models.Driver(
                third=models.Actor(code=item.driver.third, name=item.name),
                pressure=item.driver.pressure,
                change=item.driver.change,
                share=item.driver.share,
                leg_a=item.driver.leg_a,
                leg_b=item.driver.leg_b,
                mass_a=_leg_mass(item, "a", found.end, half_life_days),
                mass_b=_leg_mass(item, "b", found.end, half_life_days),
                acts=[act(one) for one in item.acts[:ACTS_SHOWN]],
                acts_total=len(item.acts),
                claims=[_claim(claim, places) for claim in item.claims[:CLAIMS_SHOWN]],
            )
            for item in moved
        ],
        drivers_total=len(shown),
        drivers_rest=figures.structural - sum(item.driver.change for item in moved),
        claims=[_claim(claim, places) for claim in found.claims[:CLAIMS_SHOWN]],
    )


def _leg_mass(item: AccountedDriver, leg: str, end: str, half_life_days: float) -> float:
    parts = [act.part for act in item.acts if act.part.leg == leg]
    if not parts:
        return 0.0
    days = np.array([day_number(part.date) for part in parts], dtype=np.int64)
    weights = np.array([part.weight for part in parts], dtype=np.float64)
    return float(mass_at(days, weights, np.array([day_number(end)], dtype=np.int64), half_life_days)[0])


def _claim(item: AccountedClaim, places: Mapping[str, models.Place]) -> models.Claim:
    return claim_out(item.claim, places.get(item.claim.document))


def publishers(store: Store, a: str, b: str, most: int = 200) -> list[str]:
    """Who printed what bears on the tie, those first that printed most."""
    rows = store.query(
        """SELECT coalesce(d.publisher, e.publisher) AS name FROM events e LEFT JOIN documents d ON d.id = e.document
           WHERE (e.source IN (?, ?) OR e.target IN (?, ?)) AND name IS NOT NULL
           GROUP BY name ORDER BY count(*) DESC, name LIMIT ?""",
        [a, b, a, b, most],
    )
    return [row[0] for row in rows]


def what_if(
    store: Store, a: str, b: str, drop: Drop, as_of: str | None, window_days: int | None, half_life_days: float
) -> models.WhatIf:
    """`why` with and without what `drop` names. Raises Fault where a or b itself is to go, or nothing is to explain."""
    try:
        found = find_what_if(
            store, a, b, drop, as_of=known_day(store, as_of), window_days=window_days, half_life_days=half_life_days
        )
    except ValueError as error:
        own = {a, b} & set(drop.actors)
        raise Fault("conflict" if own else "not-found", f"{error}") from error
    return models.WhatIf(
        a=actor(a),
        b=actor(b),
        start=found.base.start,
        end=found.base.end,
        dropped=models.Dropped(
            actors=[actor(code) for code in drop.actors],
            publishers=[*drop.publishers],
            documents=[*drop.documents],
            period=[*drop.period] if drop.period else None,
            interested=drop.interested,
            events=len(found.gone),
        ),
        whole=_figures(found.base),
        without=_figures(found.counterfactual),
        after=found.after,
        change=found.change,
        mass=found.mass,
        structural=found.structural,
        shifts=[
            models.Shift(
                third=actor(shift.third),
                whole=_driver(shift.base) if shift.base else None,
                without=_driver(shift.counterfactual) if shift.counterfactual else None,
                pressure=shift.pressure,
                change=shift.change,
                share=shift.share,
            )
            for shift in found.shifts[:SHIFTS_SHOWN]
        ],
    )


def _figures(found: Why) -> models.WhyFigures:
    return models.WhyFigures(
        before=found.before,
        after=found.after,
        change=found.change,
        mass=found.mass,
        structural=found.structural,
        drivers=[_driver(driver) for driver in found.drivers[:SHIFTS_SHOWN]],
    )


def _driver(driver: records.Driver) -> models.DriverFigures:
    return models.DriverFigures(
        third=actor(driver.third),
        pressure=driver.pressure,
        change=driver.change,
        share=driver.share,
        leg_a=driver.leg_a,
        leg_b=driver.leg_b,
    )
