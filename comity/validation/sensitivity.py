"""Would other settings have given another answer? The separation of allies, rivals and disputants under each.

In: a store of events; out: one `Setting` a row, each changing one thing from the defaults. Variants of what an act weighs or
scores are made by rewriting the events of a copy in memory, in SQL. The variants of scores, acts
and samples were added to explain the first figures; no default was changed for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.dyads.acts import Acts, read_acts
from comity.dyads.index import PRIOR_MASS
from comity.errors import InputError
from comity.store import Store
from comity.structure.grid import grid
from comity.validation.interstate import Interstate
from comity.validation.roc import Area
from comity.validation.separation import compare, dyad_years, year_ends

HALF_LIVES = (90.0, 180.0, 365.0, 730.0, 1825.0)
PRIORS = (0.0, 0.5, 1.0, 2.0, 5.0)
DEFAULT_HALF_LIFE = 365.0
# Parts of the state that act abroad in its name. Left out: police, business, persons without an office, parties, rebels.
OFFICIAL = ("GOV", "MIL", "SPY", "LEG")
# The comparisons shown for each setting, with their minimum mass: the main one, and one where there is more to go by.
COMPARISONS = (("allies", "rivals", 1), ("allies", "rivals", 5), ("others", "rivals", 5), ("peaceful", "disputants", 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting and its AUCs, by comparison (first, second, minimum mass). `default`: that it is the default."""

    what: str
    value: str
    default: bool
    areas: Mapping[tuple[str, str, int], Area]


def sensitivity(
    store: Store, acts: Acts, record: Interstate, years: range, goldstein: Path, *, draws: int, seed: int
) -> Iterator[Setting]:
    """The settings, one after another; `store` is a copy of ours to rewrite, `acts` are those of the default."""

    def measured(
        what: str,
        value: str,
        default: bool,
        found: Acts,
        half_life: float = DEFAULT_HALF_LIFE,
        prior: float = PRIOR_MASS,
    ) -> Setting:
        ties = grid(found, year_ends(years.start, years.stop - 1), half_life, prior=prior)
        rows = dyad_years(ties, years, record)
        return Setting(
            what=what,
            value=value,
            default=default,
            areas={
                (first, second, mass): compare(rows, first, second, record, min_mass=mass, draws=draws, seed=seed).area
                for first, second, mass in COMPARISONS
            },
        )

    for days in HALF_LIVES:
        yield measured("half-life", f"{days:g} days", days == DEFAULT_HALF_LIFE, acts, half_life=days)
    yield measured("half-life", "none: all acts count the same", False, acts, half_life=1e9)
    for prior in PRIORS:
        yield measured("prior mass", f"{prior:g}", prior == PRIOR_MASS, acts, prior=prior)
    for side in ("diplomatic", "military", "economic", "societal"):
        yield measured("side of the tie", f"{side} alone", False, read_acts(store, dimension=side))
    store.execute("CREATE TEMP TABLE kept AS SELECT * FROM events")
    for what, value, score, kept in _variants():
        store.execute("DELETE FROM events")
        store.execute(f"INSERT INTO events SELECT * REPLACE ({score} AS score) FROM kept WHERE {kept}")
        yield measured(what, value, False, read_acts(store))
    _read_goldstein(store, goldstein)
    store.execute("DELETE FROM events")
    store.execute(
        """INSERT INTO events SELECT kept.* REPLACE (coalesce(scale.value, kept.score) AS score)
           FROM kept LEFT JOIN scale ON scale.code = kept.cameo"""
    )
    yield measured("scores", "Goldstein's, of the CAMEO code", False, read_acts(store))
    store.execute("DELETE FROM events")
    store.execute("INSERT INTO events SELECT * FROM kept")


def _variants() -> Sequence[tuple[str, str, str, str]]:
    """What is changed, how it is called, the score as SQL, and which events stay."""
    official = ", ".join(f"'{sector}'" for sector in OFFICIAL)
    sides = " AND ".join(f"coalesce({side}_sector, 'GOV') IN ({official})" for side in ("source", "target"))
    share = "hash(id) % 1000 < {}"
    return (
        ("scores", "+1 for cooperation, −1 for conflict", "CASE WHEN quad LIKE '%cooperation' THEN 1 ELSE -1 END", "TRUE"),
        ("scores", "−1 for material conflict, else 0", "CASE WHEN quad = 'material_conflict' THEN -1 ELSE 0 END", "TRUE"),
        ("acts", "without talks and promises (CONSULT, AGREE)", "score", "event NOT IN ('CONSULT', 'AGREE')"),
        ("acts", "between organs of state alone", "score", sides),
        ("acts", "between organs of state, no talks", "score", f"{sides} AND event NOT IN ('CONSULT', 'AGREE')"),
        ("sample", "half of the events", "score", share.format(500)),
        ("sample", "a quarter of the events", "score", share.format(250)),
        ("sample", "an eighth of the events", "score", share.format(125)),
    )  # fmt: skip


def _read_goldstein(store: Store, path: Path) -> None:
    if not path.is_file():
        raise InputError(
            str(path), "there is no such file", "name the folder that holds icews/ and interstate/: --data"
        )
    store.execute(
        """CREATE TEMP TABLE scale AS SELECT code, any_value(TRY_CAST(goldstein AS DOUBLE)) AS value
           FROM read_csv(?, header = true, all_varchar = true) GROUP BY code""",
        [str(path)],
    )
