"""Would it have foretold? The forecast at each step of 2008–2015, made of what was known then, beside simpler ones.

In: the features of all ties at all steps; out: `Backtest`. At the start of each quarter every forecaster is fitted on the
steps whose outcome was known by then, and forecasts the steps of that quarter (rolling origin). Three questions are scored:
where the index is at the next step; whether its sign changes; and, where anything happens at all, whether it ends above or
below where fading alone would have brought it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import FloatArray, IntArray
from comity.structure.features import NAMES, OWN, THIRD_PARTIES, Features, columns
from comity.structure.learning import fit_logistic
from comity.structure.predicting import MIN_OUTCOMES, STILL, Spread, fit
from comity.validation.scoring import Bin, Skill, brier, calibration, crps, draw, log_loss, skill

FORECAST, OWN_ONLY, PERSISTENCE, FADING, BASE, AUTOREGRESSION, PRESSURE = (
    "forecast",
    "forecast without third parties",
    "persistence",
    "fading alone",
    "base rate",
    "autoregression",
    "pressure alone",
)
CHANCE_RIVALS = (FORECAST, OWN_ONLY, PERSISTENCE, BASE, AUTOREGRESSION, PRESSURE)
# Ties of which this much is remembered are the well-reported ones, shown apart.
WELL_REPORTED = 5.0
DIRECTION_BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One forecaster on one question: its mean losses, and the skill of the first of them against each reference."""

    name: str
    losses: Mapping[str, float]
    skills: Mapping[str, Mapping[str, Skill]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question over its rows: how many, how often the answer was yes (None for the index), and the scores."""

    rows: int
    ties: int
    rate: float | None
    scores: tuple[Score, ...]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A backtest over steps of one `period`, from `first` to `last` (days since 1970-01-01), of all ties and, as `well`,
    of the well-reported ones. `coverage` is the share of outcomes within the 90 % interval, `width` its mean width, both
    by group of ties."""

    period: str
    first: int
    last: int
    origins: int
    index: Question
    sign_change: Question
    direction: Question
    well: Mapping[str, Question]
    coverage: Mapping[str, tuple[int, float, float]]


@dataclass(slots=True, kw_only=True)
class _Said:
    """What each forecaster said of the test rows."""

    rows: Features
    loss: dict[str, dict[str, FloatArray]]
    chance: dict[str, dict[str, FloatArray]]
    inside: FloatArray
    width: FloatArray


def backtest(
    rows: Features, days: IntArray, first: int, refit: int, period: str, *, draws: int = 1000, seed: int = 0
) -> Backtest:
    """`rows` are of all steps `days`; test steps are those from day `first` on that have a next; fitted anew at every
    `refit`-th of them. Raises ValueError where there is too little before `first` to fit on."""
    origins = [step for step in range(len(days) - 1) if days[step] >= first]
    parts = [
        _block(rows, origins[at : at + refit], seed) for at in range(0, len(origins), refit) if origins[at : at + refit]
    ]
    said = _join(parts)
    whole = np.ones(len(said.rows.index), dtype=bool)
    well = said.rows.weight >= WELL_REPORTED
    changed, stirred = said.rows.index != 0, np.isfinite(said.chance["direction"][FORECAST])
    moment = said.rows.step // refit

    def asked(question: str, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Question:
        return _question(said, question, kept, moment, draws, seed)

    groups = {"all ties": whole, "well-reported ties": well, "other ties": ~well}
    return Backtest(
        period=period,
        first=int(days[origins[0]]),
        last=int(days[origins[-1] + 1]),
        origins=len(origins),
        index=asked("index", whole),
        sign_change=asked("sign change", changed),
        direction=asked("direction", stirred),
        well={
            "index": asked("index", well),
            "sign change": asked("sign change", changed & well),
            "direction": asked("direction", stirred & well),
        },
        coverage={
            name: (int(kept.sum()), float(said.inside[kept].mean()), float(said.width[kept].mean()))
            for name, kept in groups.items()
            if kept.any()
        },
    )


def _block(rows: Features, origins: list[int], seed: int) -> _Said:
    """One fit, and what it says of the steps until the next."""
    past = rows.where(rows.step < origins[0])
    here = rows.where((rows.step >= origins[0]) & (rows.step <= origins[-1]))
    fitted, own = fit(past, NAMES, seed=seed), fit(past, OWN, seed=seed)
    if fitted.method != "model":
        raise ValueError(f"too few events to forecast from: {fitted.reason}")
    outcome = here.next_index
    turned = (outcome * here.index < 0).astype(np.float64)
    moved = outcome - here.silent
    stirred = np.abs(moved) > STILL

    said, own_said = fitted.predict(here), own.predict(here)
    index_loss = {
        name: {"MAE": np.abs(middle - outcome), "CRPS": _crps(one.spread(here), outcome)}
        for name, one, middle in ((FORECAST, fitted, said.index), (OWN_ONLY, own, own_said.index))
    }
    regressed, missed = _autoregression(past, here)
    # What stays, what fades and what an autoregression says, each with the errors that it had in the past.
    plain = {
        PERSISTENCE: _plain(here.index, past.next_index - past.index),
        FADING: _plain(here.silent, past.next_index - past.silent),
        AUTOREGRESSION: _plain(regressed, missed),
    }
    for name, one in plain.items():
        index_loss[name] = {"MAE": np.abs(one.start - outcome), "CRPS": _crps(one, outcome)}
    past_turned = (past.next_index * past.index < 0)[past.index != 0].astype(np.float64)
    signed = past.where(past.index != 0)
    turn = {
        FORECAST: said.sign_change,
        OWN_ONLY: own_said.sign_change,
        PERSISTENCE: plain[PERSISTENCE].beyond_zero(here.index),
        BASE: np.full(len(outcome), _rate(past_turned)),
        AUTOREGRESSION: plain[AUTOREGRESSION].beyond_zero(here.index),
        PRESSURE: _logistic(_own_side(signed), past_turned, _own_side(here)),
    }
    past_moved = past.next_index - past.silent
    past_stirred = np.abs(past_moved) > STILL
    risen = (past_moved > 0)[past_stirred].astype(np.float64)
    direction = {
        FORECAST: said.rise,
        OWN_ONLY: own_said.rise,
        PERSISTENCE: _after_like(past.where(past_stirred), risen, here),
        BASE: np.full(len(outcome), _rate(risen)),
        AUTOREGRESSION: _logistic(past.index[past_stirred][:, None], risen, here.index[:, None]),
        PRESSURE: _logistic(
            past.values[past_stirred][:, columns(THIRD_PARTIES)], risen, here.values[:, columns(THIRD_PARTIES)]
        ),
    }
    blank = np.where(stirred, 0.0, np.nan)
    return _Said(
        rows=here,
        loss={"index": {f"{name}|{kind}": values for name, by in index_loss.items() for kind, values in by.items()}},
        chance={
            "sign change": {**turn, "outcome": turned},
            "direction": {
                **{name: values + blank for name, values in direction.items()},
                "outcome": (moved > 0).astype(np.float64),
            },
        },
        inside=((outcome >= said.low) & (outcome <= said.high)).astype(np.float64),
        width=said.high - said.low,
    )


def _autoregression(past: Features, here: Features) -> tuple[FloatArray, FloatArray]:
    """The next index from this one by least squares: what it says of `here`, and its errors in the past."""
    design = np.column_stack([np.ones(len(past.index)), past.index])
    beta, *_ = np.linalg.lstsq(design, past.next_index, rcond=None)
    return beta[0] + beta[1] * here.index, past.next_index - design @ beta


def _plain(start: FloatArray, errors: FloatArray) -> Spread:
    """A forecast with one set of errors for all."""
    none = np.zeros(len(start))
    return Spread(
        start=start,
        scale=none + 1,
        shift=none,
        moves=none + 1,
        stratum=none.astype(np.int64),
        errors=(np.sort(errors),),
    )


def _crps(spread: Spread, outcome: FloatArray) -> FloatArray:
    result = np.zeros(len(outcome))
    for number, errors in enumerate(spread.errors):
        here = spread.stratum == number
        points = (outcome[here] - spread.start[here]) / spread.scale[here]
        result[here] = crps(spread.shift[here], spread.moves[here], errors, points) * spread.scale[here]
    return result


def _own_side(rows: Features) -> FloatArray:
    """What third parties do, as seen from the tie's own side: below 0 is against its sign."""
    return rows.values[:, columns(THIRD_PARTIES)] * np.sign(rows.index)[:, None]


def _logistic(past: FloatArray, outcome: FloatArray, here: FloatArray) -> FloatArray:
    if min(outcome.sum(), (1 - outcome).sum()) < MIN_OUTCOMES:
        return np.full(len(here), _rate(outcome))
    return fit_logistic(past, outcome, capped=np.ones(past.shape[1], dtype=bool))(here)


def _after_like(past: Features, risen: FloatArray, here: Features) -> FloatArray:
    """Persistence of direction: how often a move up followed a last step like this one's (up, down, or still)."""
    column = columns(("surprise",))[0]

    def way(rows: Features) -> IntArray:
        surprise = rows.values[:, column]
        return np.where(np.abs(surprise) > STILL, np.sign(surprise), 0).astype(np.int64) + 1

    came, often = np.bincount(way(past), risen, 3), np.bincount(way(past), minlength=3)
    result: FloatArray = ((came + 0.5) / (often + 1))[way(here)]
    return result


def _rate(outcome: FloatArray) -> float:
    return float((outcome.sum() + 0.5) / (len(outcome) + 1))


def _join(parts: list[_Said]) -> _Said:
    first = parts[0]

    def joined(pick: str) -> dict[str, dict[str, FloatArray]]:
        return {
            question: {name: np.concatenate([getattr(part, pick)[question][name] for part in parts]) for name in by}
            for question, by in getattr(first, pick).items()
        }

    rows = [part.rows for part in parts]
    return _Said(
        rows=Features(**{name: np.concatenate([getattr(part, name) for part in rows]) for name in Features.__slots__}),
        loss=joined("loss"),
        chance=joined("chance"),
        inside=np.concatenate([part.inside for part in parts]),
        width=np.concatenate([part.width for part in parts]),
    )


def _question(
    said: _Said,
    question: str,
    kept: np.ndarray[tuple[int], np.dtype[np.bool_]],
    moment: IntArray,
    draws: int,
    seed: int,
) -> Question:
    clusters = [draw(said.rows.dyad[kept], draws, seed), draw(moment[kept], draws, seed)]
    losses: dict[str, dict[str, FloatArray]] = {}
    outcome = np.zeros(0)
    if question == "index":
        for key, values in said.loss[question].items():
            name, kind = key.split("|")
            losses.setdefault(name, {})[kind] = values[kept]
        against = {
            FORECAST: (PERSISTENCE, FADING, AUTOREGRESSION, OWN_ONLY),
            OWN_ONLY: (PERSISTENCE, FADING, AUTOREGRESSION),
        }
    else:
        outcome = said.chance[question]["outcome"][kept]
        for name in CHANCE_RIVALS:
            chance = said.chance[question][name][kept]
            losses[name] = {"Brier": brier(chance, outcome), "log": log_loss(chance, outcome)}
        against = {
            FORECAST: (PERSISTENCE, BASE, AUTOREGRESSION, OWN_ONLY),
            OWN_ONLY: (PERSISTENCE, BASE, AUTOREGRESSION),
            PRESSURE: (PERSISTENCE, BASE, AUTOREGRESSION),
        }
    scores = tuple(
        Score(
            name=name,
            losses={kind: float(values.mean()) if len(values) else float("nan") for kind, values in by.items()},
            skills={
                kind: {other: skill(values, losses[other][kind], clusters) for other in against.get(name, ())}
                for kind, values in by.items()
            },
        )
        for name, by in losses.items()
    )
    bins: tuple[Bin, ...] = ()
    if question != "index" and len(outcome):
        edges = {"direction": DIRECTION_BINS}.get(question)
        chance = said.chance[question][FORECAST][kept]
        bins = calibration(chance, outcome, edges) if edges else calibration(chance, outcome)
    return Question(
        rows=int(kept.sum()),
        ties=len(np.unique(said.rows.dyad[kept])),
        rate=float(outcome.mean()) if len(outcome) else None,
        scores=scores,
        bins=bins,
    )
