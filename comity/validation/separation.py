"""Does the index part allies from rivals? The index at each year's end beside what others say of that year.

In: acts and the interstate record; out: AUCs. An observation is a dyad-year: the index on 31 December with the mass behind
it, and what ATOP, the rivalry list and the dispute data say of the two states in that year. The definitions below were
fixed before any figure was looked at:

- **Allies** hold a defence pact in that year (ATOP) and are no strategic rivals in it. Other pacts are reported beside
  it: a pact of nonaggression or neutrality often binds those who have reason to fear each other.
- **Rivals** are strategic rivals in that year (Thompson, Sakuwa and Suhas) without a defence pact.
- Dyads that are both (Greece and Türkiye) are in neither class, and are counted.
- **Disputants** have a militarised dispute in that year, whatever else they are.
- **Others** are members of the state system in that year with none of the three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from comity.dyads.course import day_number
from comity.structure.grid import Grid
from comity.validation.interstate import MIDS, TD, TSS, Interstate
from comity.validation.roc import Area, BoolArray, FloatArray, IntArray, area

MASSES = (1, 2, 3, 5, 10, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class DyadYears:
    """Dyad-years with an index, one entry each: `dyad` and `ends` number the pair and its two states; `kind` holds what
    the record says, by name of the kind."""

    index: FloatArray
    mass: FloatArray
    year: IntArray
    dyad: IntArray
    ends: IntArray
    kind: Mapping[str, BoolArray]

    def subset(self, kept: BoolArray) -> DyadYears:
        return DyadYears(
            index=self.index[kept],
            mass=self.mass[kept],
            year=self.year[kept],
            dyad=self.dyad[kept],
            ends=self.ends[kept],
            kind={name: values[kept] for name, values in self.kind.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison: `first` should have the higher index than `second`. `both` counts the dyad-years left out because
    they are of both kinds."""

    first: str
    second: str
    min_mass: int
    years: tuple[int, int]
    area: Area
    both: int


def year_ends(first: int, last: int) -> IntArray:
    """31 December of each year."""
    return np.array([day_number(f"{year}-12-31") for year in range(first, last + 1)], dtype=np.int64)


def dyad_years(found: Grid, years: range, record: Interstate) -> DyadYears:
    """The dyad-years of a grid whose rows are the ends of `years`: those of two members of the state system with at least
    one act remembered."""
    index = found.index
    states = sorted({state for pair in found.dyads for state in pair})
    number = {state: position for position, state in enumerate(states)}
    ends = np.array([[number[a], number[b]] for a, b in found.dyads], dtype=np.int64).reshape(-1, 2)
    member = np.zeros((len(years), len(states)), dtype=bool)
    for state, year in record.members:
        if state in number and year in years:
            member[year - years.start, number[state]] = True
    step, dyad = np.nonzero((found.mass >= 1) & member[:, ends[:, 0]] & member[:, ends[:, 1]])
    keys = [(*found.dyads[pair], years.start + at) for at, pair in zip(step.tolist(), dyad.tolist(), strict=True)]
    kinds = {
        **record.pacts,
        "rivals": record.rivals,
        "rivals_td": record.rivals_td,
        "disputes": record.disputes,
    }
    return DyadYears(
        index=index[step, dyad],
        mass=found.mass[step, dyad],
        year=step.astype(np.int64) + years.start,
        dyad=dyad.astype(np.int64),
        ends=ends[dyad],
        kind={name: np.array([key in members for key in keys], dtype=bool) for name, members in kinds.items()},
    )


def compare(
    rows: DyadYears, first: str, second: str, record: Interstate, *, min_mass: int = 1, draws: int = 1000, seed: int = 0
) -> Comparison:
    """The AUC of the index for `first` over `second`; names as in `classes`, or an obligation of a pact."""
    last = min((record.last[source] for name in (first, second) for source in _SOURCES.get(name, ())), default=9999)
    rows = rows.subset((rows.mass >= min_mass) & (rows.year <= last))
    found = classes(rows)
    above, below = found[first], found[second]
    both = above & below
    kept = (above | below) & ~both
    years = rows.year[kept]
    return Comparison(
        first=first,
        second=second,
        min_mass=min_mass,
        years=(int(years.min()), int(years.max())) if len(years) else (0, 0),
        area=area(rows.index[kept], above[kept], rows.dyad[kept], rows.ends[kept], draws=draws, seed=seed),
        both=int((rows.kind["defence"] & rows.kind["rivals"]).sum())
        if {first, second} == {"allies", "rivals"}
        else int(both.sum()),
    )


# The sources whose last year bounds a comparison; ATOP and the state system go beyond the years compared here.
_SOURCES = {"rivals": (TSS,), "rivals (TD)": (TD,), "disputants": (MIDS,)}


def classes(rows: DyadYears) -> dict[str, BoolArray]:
    """The classes by name: allies, rivals, disputants, others, and pacts by obligation, rivals left out of none of these."""
    kind = rows.kind
    any_pact = np.logical_or.reduce(
        [kind[name] for name in ("defence", "offence", "neutrality", "nonaggression", "consultation")]
    )
    return {
        "allies": kind["defence"] & ~kind["rivals"],
        "rivals": kind["rivals"] & ~kind["defence"],
        "rivals (TD)": kind["rivals_td"] & ~kind["defence"],
        "disputants": kind["disputes"],
        "others": ~(kind["defence"] | kind["rivals"] | kind["disputes"]),
        "peaceful": ~kind["disputes"],
        "any pact": any_pact & ~kind["rivals"],
        "defence": kind["defence"],
        "offence": kind["offence"],
        "neutrality": kind["neutrality"],
        "nonaggression": kind["nonaggression"],
        "nonaggression alone": kind["nonaggression"] & ~kind["defence"] & ~kind["rivals"],
        "consultation": kind["consultation"],
    }
