"""What is an index made of? The acts of a year between allies, rivals and others, by kind and by who acts.

It says why the index parts the classes as well, or as badly, as it does: how much of what is on record between two states
are talks (which rivals hold too), how much is done by or to private persons, and how much there is at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comity.store import Store
from comity.validation.interstate import Interstate
from comity.validation.sensitivity import OFFICIAL
from comity.validation.separation import DyadYears, classes

CLASSES = ("allies", "rivals", "disputants", "others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Makeup:
    """One class: its dyad-years with an index, the quartiles of that index, the share of them with fewer than five acts
    remembered; and of the reports of the dyads in the years in which they are of the class: how many, and the shares that
    tell of talks and promises (CONSULT, AGREE), of material conflict, and of a party that is no organ of state."""

    name: str
    dyad_years: int
    quartiles: tuple[float, float, float]
    thin: float
    reports: int
    talks: float
    violence: float
    private: float


def makeup(store: Store, rows: DyadYears, dyads: tuple[tuple[str, str], ...], record: Interstate) -> tuple[Makeup, ...]:
    """The make-up of each class; `rows` are dyad-years of `dyads`."""
    last = max(year for _, _, year in record.disputes) if record.disputes else 0
    official = ", ".join(f"'{sector}'" for sector in OFFICIAL)
    told = {
        (low, high, int(year)): (int(count), int(talks), int(violence), int(private))
        for low, high, year, count, talks, violence, private in store.query(
            f"""SELECT least(source, target), greatest(source, target), year(date_start), count(*),
                       count(*) FILTER (event IN ('CONSULT', 'AGREE')), count(*) FILTER (quad = 'material_conflict'),
                       count(*) FILTER (coalesce(source_sector, 'GOV') NOT IN ({official})
                                     OR coalesce(target_sector, 'GOV') NOT IN ({official}))
                FROM events WHERE source <> target AND target IS NOT NULL GROUP BY ALL"""
        )
    }
    result = []
    for name, of_class in classes(rows).items():
        if name not in CLASSES:
            continue
        here = rows.subset(of_class & (rows.year <= last)) if name == "disputants" else rows.subset(of_class)
        counts = np.array(
            [
                told.get((*dyads[dyad], year), (0, 0, 0, 0))
                for dyad, year in zip(here.dyad.tolist(), here.year.tolist(), strict=True)
            ]
        ).reshape(-1, 4)
        reports, talks, violence, private = counts.sum(axis=0).tolist()
        quartiles = np.percentile(here.index, [25, 50, 75]).tolist() if len(here.index) else [0.0, 0.0, 0.0]
        result.append(
            Makeup(
                name=name,
                dyad_years=len(here.index),
                quartiles=(quartiles[0], quartiles[1], quartiles[2]),
                thin=float((here.mass < 5).mean()) if len(here.index) else 0.0,
                reports=reports,
                talks=talks / max(reports, 1),
                violence=violence / max(reports, 1),
                private=private / max(reports, 1),
            )
        )
    return tuple(result)
