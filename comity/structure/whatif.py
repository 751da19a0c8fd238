"""What if? The drivers of a tie once more, without some actor, publisher, document, period or all interested sources.

In: a store, two actors, a window and what to leave out (`Drop`); out: the answer with and without it, over one window, and
the differences. Everything is reckoned anew from the acts that remain: where a report goes, its act may lose a witness,
change its score or vanish, and all indexes, pressures and shares follow. It says what the record would show, not what
would have happened: without Iran's acts, others would have acted differently.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.dyads.acts import INTERESTED_WEIGHT
from comity.records import Driver
from comity.store import Store
from comity.structure.why import Drop, Why, decompose, read_record, window


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A driver with and without what was left out; `base` or `counterfactual` is None where it is no driver there."""

    third: str
    base: Driver | None
    counterfactual: Driver | None

    @property
    def pressure(self) -> float:
        return _field(self.counterfactual, "pressure") - _field(self.base, "pressure")

    @property
    def change(self) -> float:
        return _field(self.counterfactual, "change") - _field(self.base, "change")

    @property
    def share(self) -> float:
        return _field(self.counterfactual, "share") - _field(self.base, "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer on the whole record (`base`) and on what remains (`counterfactual`), over the same window.

    Differences are counterfactual less base: `after` and `change` in index points of the tie (`after` None where one of the
    two indexes is unknown), `mass` in acts, `structural` in units of pressure. `shifts` are the third parties of either
    answer, the greatest difference in change first. `gone` are the events that moved something in the base and are in no
    act of what remains, sorted.
    """

    drop: Drop
    base: Why
    counterfactual: Why
    shifts: tuple[Shift, ...]
    gone: tuple[str, ...]

    @property
    def after(self) -> float | None:
        if self.base.after is None or self.counterfactual.after is None:
            return None
        return self.counterfactual.after - self.base.after

    @property
    def change(self) -> float:
        return self.counterfactual.change - self.base.change

    @property
    def mass(self) -> float:
        return self.counterfactual.mass - self.base.mass

    @property
    def structural(self) -> float:
        return self.counterfactual.structural - self.base.structural


def what_if(
    store: Store,
    a: str,
    b: str,
    drop: Drop,
    *,
    as_of: str | None = None,
    start: str | None = None,
    window_days: int | None = None,
    half_life_days: float = 365,
    interested_weight: float = INTERESTED_WEIGHT,
) -> WhatIf:
    """`why` (same arguments) with and without what `drop` names. The window is that of the base, so that both answers speak
    of the same days.

    Raises ValueError when the window is empty, when a or b itself is to be dropped, and for a period that ends before it
    begins.
    """
    for actor in (a, b):
        if actor in drop.actors:
            raise ValueError(f"{actor} is of the tie itself; without it there is no tie (drop a third party)")
    acts, claims = read_record(store, a, b, as_of, Drop(), interested_weight)
    span = window(acts, claims, as_of, start, window_days)
    base = decompose(acts, claims, a, b, span, half_life_days)
    left, remaining = read_record(store, a, b, as_of, drop, interested_weight)
    counterfactual = decompose(left, remaining, a, b, span, half_life_days)
    return WhatIf(
        drop=drop,
        base=base,
        counterfactual=counterfactual,
        shifts=_shifts(base, counterfactual),
        gone=tuple(sorted(set(acts.report_event.tolist()) - set(left.report_event.tolist()))),
    )


def _shifts(base: Why, counterfactual: Why) -> tuple[Shift, ...]:
    before, after = ({driver.third: driver for driver in found.drivers} for found in (base, counterfactual))
    shifts = [Shift(third=third, base=before.get(third), counterfactual=after.get(third)) for third in before | after]
    return tuple(sorted(shifts, key=lambda shift: (-abs(shift.change), -abs(shift.pressure), shift.third)))


def _field(driver: Driver | None, name: str) -> float:
    return float(getattr(driver, name)) if driver is not None else 0.0
