"""`validate`: a folder of data in, all figures of the validation page out. The only module of this room that makes a store."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.dyads.acts import Acts, IntArray, read_acts
from comity.dyads.course import Period, day_number
from comity.errors import InputError
from comity.store import Store
from comity.structure.forecast import known_days, rows_of, steps_to
from comity.structure.grid import grid
from comity.validation.backtest import (
    BASE,
    FADING,
    FORECAST,
    OWN_ONLY,
    PERSISTENCE,
    Backtest,
    Question,
    backtest,
)
from comity.validation.balance import Balance, of_events, of_networks
from comity.validation.interstate import (
    ATOP,
    MIDS,
    SIGNED,
    STATES,
    TD,
    TSS,
    read_interstate,
    read_signed_networks,
)
from comity.validation.makeup import Makeup, makeup
from comity.validation.roc import roc_points
from comity.validation.sensitivity import DEFAULT_HALF_LIFE, Setting, sensitivity
from comity.validation.separation import MASSES, Comparison, classes, compare, dyad_years, year_ends

EVENTS = Path("icews") / "icews_2005_2015_valid.txt"
GOLDSTEIN = Path("icews") / "cameo-codes.csv"
INTERSTATE = Path("interstate")
INPUTS = (EVENTS, GOLDSTEIN, *(INTERSTATE / name for name in (ATOP, TSS, TD, MIDS, SIGNED, STATES)))
YEARS = range(2005, 2016)
HALF_LIFE = DEFAULT_HALF_LIFE
# The weakest tie that `blocs` takes by default.
MIN_STRENGTH = 1.0
FIRST_ORIGIN, LAST_DAY = "2007-12-31", "2015-12-31"
COMPARISONS = (
    ("allies", "rivals"),
    ("allies", "others"),
    ("others", "rivals"),
    ("peaceful", "disputants"),
    ("allies", "rivals (TD)"),
)
PACTS = ("defence", "consultation", "neutrality", "nonaggression", "nonaggression alone", "any pact")
# The steps that are backtested, and after how many the forecasters are fitted anew: once a quarter.
REFITS: Mapping[Period, int] = {"quarter": 1, "month": 3}
HALF_LIVES = (180.0, 365.0, 730.0)
# Points of a ROC curve that a picture needs.
CURVE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What was loaded: rows of the file, events, acts between two parties, and ties; the rows left out, by reason."""

    rows: int
    loaded: int
    acts: int
    ties: int
    dropped: Mapping[str, int]
    states_resolved: float
    others_resolved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A ROC curve of allies over rivals at a minimum mass: false and true positive rates."""

    min_mass: int
    false: tuple[float, ...]
    true: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """The backtest by quarters with another half-life: how the forecast's CRPS and Brier score compare (skill)."""

    half_life_days: float
    index_over_persistence: float | None
    index_over_fading: float | None
    sign_over_base_rate: float | None
    direction_over_base_rate: float | None
    sign_over_own: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All figures of docs/validation.md. `inputs`: the files read, with the beginning of their SHA-256."""

    seed: int
    draws: int
    inputs: Mapping[str, str]
    events: Events
    comparisons: tuple[Comparison, ...]
    pacts: tuple[Comparison, ...]
    curves: tuple[Curve, ...]
    makeups: tuple[Makeup, ...]
    settings: tuple[Setting, ...]
    backtests: tuple[Backtest, ...]
    skills: tuple[Skills, ...]
    balances: tuple[Balance, ...]
    published: tuple[Balance, ...]
    unmapped: Mapping[int, int]


def validate(
    data: str | Path, *, seed: int = 0, draws: int = 1000, progress: Callable[[str], None] = lambda _words: None
) -> Validation:
    """All figures, from the folder `data` with `icews/` and `interstate/`; the same seed gives the same figures.

    Raises InputError where a file is missing or cannot be read."""
    folder = Path(data)
    if not folder.is_dir():
        raise InputError(
            str(folder), "there is no such folder", "name the one that holds icews/ and interstate/: --data"
        )
    progress("alliances, rivalries, disputes")
    record = read_interstate(folder / INTERSTATE, YEARS.start, YEARS.stop - 1)
    networks = read_signed_networks(folder / INTERSTATE)
    with Store.open(":memory:") as store:
        progress("events")
        loaded = _load(store, folder / EVENTS)
        acts = read_acts(store)
        known = known_days(store, acts)
        events = dataclasses.replace(loaded, acts=len(acts.day), ties=len(acts.dyads))
        ties = grid(acts, year_ends(YEARS.start, YEARS.stop - 1), HALF_LIFE)
        rows = dyad_years(ties, YEARS, record)
        progress("allies and rivals")
        comparisons = tuple(
            compare(rows, first, second, record, min_mass=mass, draws=draws, seed=seed)
            for first, second in COMPARISONS
            for mass in MASSES
        )
        pacts = tuple(
            compare(rows, name, "rivals", record, min_mass=mass, draws=draws, seed=seed)
            for name in PACTS
            for mass in (1, 5)
        )
        curves = []
        for mass in (1, 5, 20):
            kept = rows.subset(rows.mass >= mass)
            kinds = classes(kept)
            chosen = kinds["allies"] | kinds["rivals"]
            false, true = roc_points(kept.index[chosen], kinds["allies"][chosen])
            step = max(1, len(false) // CURVE)
            thin = [*range(0, len(false) - 1, step), len(false) - 1]
            curves.append(Curve(min_mass=mass, false=tuple(false[thin].tolist()), true=tuple(true[thin].tolist())))
        makeups = makeup(store, rows, ties.dyads, record)
        progress("balance")
        states = frozenset(state for state, _ in record.members)
        balances = of_events(ties, [str(year) for year in YEARS], MIN_STRENGTH, states, seed=seed)
        published = of_networks(networks, seed=seed)
        backtests = []
        for period, refit in REFITS.items():
            progress(f"backtest by {period}s")
            backtests.append(_backtest(acts, known, period, refit, HALF_LIFE, draws, seed))
        skills = []
        for days in HALF_LIVES:
            progress(f"backtest with a half-life of {days:g} days")
            found = backtests[0] if days == HALF_LIFE else _backtest(acts, known, "quarter", 1, days, 50, seed)
            skills.append(_skills(found, days))
        progress("sensitivity")
        # The last step, since it rewrites the store's events.
        settings = tuple(
            sensitivity(store, acts, record, YEARS, folder / GOLDSTEIN, draws=max(draws // 4, 50), seed=seed)
        )
    return Validation(
        seed=seed,
        draws=draws,
        inputs={str(name): _digest(folder / name) for name in INPUTS},
        events=events,
        comparisons=comparisons,
        pacts=pacts,
        curves=tuple(curves),
        makeups=makeups,
        settings=settings,
        backtests=tuple(backtests),
        skills=tuple(skills),
        balances=balances,
        published=published,
        unmapped=record.unmapped,
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _load(store: Store, path: Path) -> Events:
    from comity.app.load import load

    if not path.is_file():
        raise InputError(
            str(path), "there is no such file", "name the folder that holds icews/ and interstate/: --data"
        )
    found = load("icews", [path], store=store)
    if found.failures:
        raise found.failures[0].as_error()
    return Events(
        rows=found.rows,
        loaded=found.loaded,
        acts=0,
        ties=0,
        dropped={drop.reason: drop.count for drop in found.dropped},
        states_resolved=found.resolution.state_share or 0.0,
        others_resolved=found.resolution.other_share or 0.0,
    )


def _backtest(
    acts: Acts, known: IntArray, period: Period, refit: int, half_life_days: float, draws: int, seed: int
) -> Backtest:
    days, target = steps_to(day_number(LAST_DAY), day_number(f"{YEARS.start}-01-01"), period)
    rows = rows_of(acts, days, target, half_life_days, known)
    try:
        return backtest(rows, days, day_number(FIRST_ORIGIN), refit, period, draws=draws, seed=seed)
    except ValueError as error:
        raise InputError(str(EVENTS), str(error), "take the whole list, with all its years") from error


def _skills(found: Backtest, half_life_days: float) -> Skills:
    def value(question: Question, kind: str, other: str) -> float | None:
        forecast = next(score for score in question.scores if score.name == FORECAST)
        return forecast.skills[kind][other].value

    return Skills(
        half_life_days=half_life_days,
        index_over_persistence=value(found.index, "CRPS", PERSISTENCE),
        index_over_fading=value(found.index, "CRPS", FADING),
        sign_over_base_rate=value(found.sign_change, "Brier", BASE),
        direction_over_base_rate=value(found.direction, "Brier", BASE),
        sign_over_own=value(found.sign_change, "Brier", OWN_ONLY),
    )


def validation_to_dict(found: Validation) -> dict[str, Any]:
    """All figures as plain JSON values; keys that are tuples are joined by a space."""
    plain: dict[str, Any] = _plain(dataclasses.asdict(found))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            " ".join(map(str, key)) if isinstance(key, tuple) else str(key): _plain(item) for key, item in value.items()
        }
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
