"""What an index would be if something were otherwise: a publisher left out, an act left out, one more act, a year on.

In: the acts of one tie and a day; out: `Robustness`, plain figures. Nothing here is an estimate: each is the index's own
formula (docs/method.md, "Index") over other acts. An act that another publisher tells too stays when one is left out,
with its weight and score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from comity.dyads.acts import Acts, read_acts
from comity.dyads.course import day_number
from comity.dyads.index import FORGOTTEN, PRIOR_MASS, memory
from comity.store import Store

# The ends of PLOVER's scale: what a single act can do at most.
WORST, BEST = -10.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """An index without something: `index` is None where nothing is left; `mass` counts the acts left."""

    index: float | None
    mass: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How an index depends on its parts.

    `publisher` is the heaviest one by remembered weight (None where it has no name), `alone` counts the remembered acts
    that it alone tells, and `without_publisher` is the index without those. `strongest` are the events of the act that
    adds most, either way. `after_worst` and `after_best` are the index after one more act of score −10 or +10 on that day,
    `needed` how many acts of the other sign's extreme it would take to turn it. `in_a_year` is the index twelve months on
    if nothing more is told, with the mass left then.
    """

    publishers: int
    publisher: str | None
    alone: int
    without_publisher: Variant
    strongest: tuple[str, ...]
    without_strongest: Variant
    after_worst: float
    after_best: float
    needed: int
    in_a_year: Variant


def robustness(store: Store, a: str, b: str, *, as_of: str, half_life_days: float = 365) -> Robustness | None:
    """How the index of a and b on a day depends on its parts; None where no act is remembered then."""
    acts = read_acts(store, among=(a, b), as_of=as_of)
    found = measure(acts, day_number(as_of), half_life_days)
    if found is None or found.publisher is None:
        return found
    # A document without a publisher stands under its own id, which is nobody's name.
    named = store.query("SELECT 1 FROM documents WHERE publisher = ? LIMIT 1", [found.publisher]) or store.query(
        "SELECT 1 FROM events WHERE publisher = ? LIMIT 1", [found.publisher]
    )
    if named:
        return found
    return replace(found, publisher=None)


def measure(acts: Acts, day: int, half_life_days: float) -> Robustness | None:
    """The same from the acts of one tie. Pure."""
    left = memory(acts.day, acts.weight, day, half_life_days)
    alive = left >= FORGOTTEN
    if not alive.any():
        return None
    pull, mass = float((left * acts.score).sum()), float(left.sum())

    def without(kept: npt.NDArray[np.bool_]) -> Variant:
        count = float((kept & alive).sum())
        whole = left[kept]
        return Variant(
            index=float((whole * acts.score[kept]).sum() / (whole.sum() + PRIOR_MASS)) if count else None, mass=count
        )

    names, column = np.unique(acts.report_publisher.astype(str), return_inverse=True)
    say = np.bincount(column, left[acts.report_act] * acts.report_share, len(names))
    heaviest = int(say.argmax())
    others = np.bincount(acts.report_act, (column != heaviest) & (acts.report_share > 0), len(acts.day)) > 0
    strongest = int(np.abs(left * acts.score).argmax())
    rest = np.ones(len(acts.day), dtype=bool)
    rest[strongest] = False
    extreme = WORST if pull >= 0 else BEST
    later = memory(acts.day, acts.weight, day + 365, half_life_days)
    remembered = float((later >= FORGOTTEN).sum())
    return Robustness(
        publishers=int((np.bincount(column, left[acts.report_act] > 0, len(names)) > 0).sum()),
        publisher=str(names[heaviest]),
        alone=int((alive & ~others).sum()),
        without_publisher=without(others),
        strongest=acts.events_of(strongest),
        without_strongest=without(rest),
        after_worst=(pull + WORST) / (mass + 1 + PRIOR_MASS),
        after_best=(pull + BEST) / (mass + 1 + PRIOR_MASS),
        needed=int(abs(pull) // abs(extreme)) + 1,
        in_a_year=Variant(
            index=float((later * acts.score).sum() / (later.sum() + PRIOR_MASS)) if remembered else None,
            mass=remembered,
        ),
    )
