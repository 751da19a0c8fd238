"""What the next period may bring for a tie: its index, how sure that is, and the chance that its sign changes.

In: a store, two actors, a day; out: a `Forecast`. All ties of the store are measured at steps of one period back from that
day, each as it was known then; what happened from each step to the next is what the forecaster (`predicting`) learns. The
forecast is for the day one period after. Only what was reported by the day itself takes part.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import get_args

import numpy as np

from comity.dyads.acts import INTERESTED_WEIGHT, Acts, IntArray, read_acts
from comity.dyads.course import Period, day_number, day_string
from comity.dyads.index import mass_at
from comity.store import Store
from comity.structure.features import RECENT, Features, columns, features
from comity.structure.grid import grid
from comity.structure.learning import Linear
from comity.structure.predicting import LEVEL, Method, fit

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# What lies farther back teaches little about the next period, and costs.
MAX_STEPS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one figure did to the forecast: its `value`, and the index points that it adds to the move expected if anything
    happens, against a tie where it has its usual value."""

    name: str
    value: float
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The tie of a and b on the day `target`, one period after `as_of`.

    `now` is the index on the day asked (None where nothing is remembered: there is then no forecast), `silent` where it
    will be if nothing happens, `index` the median forecast, `low` to `high` the 90 % interval. `moves` is the chance that
    anything happens; `rise` the chance that the index then ends above `silent`; `sign_change` the chance that its sign is
    another. `method`: "model",
    "persistence" (too little to fit on: the index stays, with its past errors) or "none"; `note` says why. `effects` are
    those of the regression, the strongest first; `rows`, `steps` and `ties` what all was fitted on.
    """

    a: str
    b: str
    as_of: str
    target: str
    period: str
    level: float
    now: float | None
    mass: float
    silent: float | None
    index: float | None
    low: float | None
    high: float | None
    moves: float | None
    sign_change: float | None
    rise: float | None
    method: Method
    note: str
    effects: tuple[Effect, ...]
    rows: int
    steps: int
    ties: int


def forecast(
    store: Store,
    a: str,
    b: str,
    *,
    as_of: str | None = None,
    period: Period = "month",
    half_life_days: float = 365,
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
    seed: int = 0,
) -> Forecast:
    """The forecast for one `period` after `as_of`, by default after the day of the last report. Raises ValueError for an
    argument outside those named. Method: docs/method.md, "Forecast"."""
    if period not in get_args(Period):
        raise ValueError(f'period "{period}" is none of {", ".join(get_args(Period))}')
    if half_life_days <= 0:
        raise ValueError(f"half_life_days is {half_life_days:g}; it must be above 0")
    acts = read_acts(store, as_of=as_of, without_interested=without_interested, interested_weight=interested_weight)
    day = day_number(as_of) if as_of else acts.latest
    if day is None:
        raise ValueError("the store holds no events between actors, so there is no day to forecast from (code some)")
    pair = (min(a, b), max(a, b))
    days, target = steps_to(day, int(acts.day.min()) if len(acts.day) else day, period)
    rows = rows_of(acts, days, target, half_life_days, known_days(store, acts))
    fitted = fit(rows, seed=seed)
    number = acts.dyads.index(pair) if pair in acts.dyads else -1
    own = rows.where((rows.step == len(days) - 1) & (rows.dyad == number))
    said = fitted.predict(own)
    found = len(own.index) > 0
    lasting = acts.dyad == number
    note = fitted.reason
    if not found:
        note = "nothing is remembered between the two: silence is not neutrality, so there is nothing to go on from"
    return Forecast(
        a=a,
        b=b,
        as_of=day_string(day),
        target=day_string(target),
        period=period,
        level=LEVEL,
        now=_one(own.index),
        mass=float(mass_at(acts.day[lasting], acts.weight[lasting], days[-1:], half_life_days)[0]),
        silent=_one(own.silent),
        index=_one(said.index),
        low=_one(said.low),
        high=_one(said.high),
        moves=_one(said.moves),
        sign_change=_one(said.sign_change),
        rise=_one(said.rise),
        method=fitted.method if found else "none",
        note=note,
        effects=_effects(own, fitted.shift, fitted.names) if found else (),
        rows=fitted.rows,
        steps=fitted.steps,
        ties=len(np.unique(rows.dyad)),
    )


def rows_of(acts: Acts, days: IntArray, target: int, half_life_days: float, known: IntArray | None) -> Features:
    """The features of all ties at `days`; the last looks ahead to `target`."""
    return features(
        grid(acts, days, half_life_days, known=known),
        grid(acts, days, half_life_days / RECENT, known=known),
        target,
    )


def steps_to(day: int, first: int, period: Period) -> tuple[IntArray, int]:
    """The days one period apart that end on `day` and reach back to `first`, ascending, at most 120; and the day one period
    after. The last day of a month goes back to last days of months."""
    months = MONTHS[period]
    count = min((_month(day) - _month(first)) // months + 1, MAX_STEPS)
    days = [_shift(day, -months * back) for back in range(max(count, 1))]
    return np.array(days[::-1], dtype=np.int64), _shift(day, months)


def known_days(store: Store, acts: Acts) -> IntArray:
    """The day on which each act was first reported, since 1970-01-01."""
    found = store.columns(
        "SELECT id, coalesce(reported, date_end, date_start) - DATE '1970-01-01' AS reported FROM events"
    )
    order = np.argsort(found["id"].astype(str))
    ids, reported = found["id"].astype(str)[order], found["reported"].astype(np.int64)[order]
    result = np.full(len(acts.day), np.iinfo(np.int64).max)
    if len(ids):
        place = np.searchsorted(ids, acts.report_event.astype(str))
        np.minimum.at(result, acts.report_act, reported[place])
    return result


def _effects(own: Features, shift: Linear | None, names: tuple[str, ...]) -> tuple[Effect, ...]:
    if shift is None:
        return ()
    values = own.values[:, columns(names)]
    parts = shift.parts(values)[0] / (own.weight[0] + 1)
    order = np.argsort(-np.abs(parts), kind="stable")
    return tuple(Effect(name=names[n], value=float(values[0, n]), effect=float(parts[n])) for n in order.tolist())


def _one(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    return float(values[0]) if len(values) and np.isfinite(values[0]) else None


def _month(day: int) -> int:
    when = date.fromordinal(day + _EPOCH)
    return when.year * 12 + when.month - 1


def _shift(day: int, months: int) -> int:
    when = date.fromordinal(day + _EPOCH)
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    at_end = when.day == calendar.monthrange(when.year, when.month)[1]
    return date(year, month + 1, last if at_end else min(when.day, last)).toordinal() - _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()
