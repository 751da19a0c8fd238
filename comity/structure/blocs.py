"""Camps: all ties of a day as a signed graph, how balanced it is, and its best parting in two.

In: a store and a day; out: a `Blocs`. A triad is balanced when the product of its signs is positive (a friend's friend,
an enemy's enemy). The two camps are those that leave the least frustration: the summed strength of hostile ties within
a camp and friendly ties across. HiGHS finds them exactly where it is installed; else a local search does, and says so.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from comity.store import Store
from comity.ties.acts import FloatArray, read_acts
from comity.ties.course import EPOCH
from comity.ties.index import contributions, memory

# Beyond this the exact search stops with the best parting it has, flagged as not proven.
SECONDS = 20.0
RESTARTS = 20
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A tie of the graph: `index` in -10..10; `frustrated` when the camps do not fit its sign."""

    a: str
    b: str
    index: float
    frustrated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocs:
    """The signed graph of a day. `camps` are the two sides of the best parting, the larger first; `frustration` is the
    strength (|index|) of the ties that do not fit it and `strength` that of all ties; `exact` says whether no better
    parting exists, or only none was found."""

    as_of: str | None
    edges: tuple[Edge, ...]
    balanced: int
    unbalanced: int
    camps: tuple[tuple[str, ...], tuple[str, ...]]
    frustration: float
    strength: float
    exact: bool


def blocs(
    store: Store,
    as_of: str | None = None,
    min_strength: float = 1.0,
    *,
    actors: Sequence[str] | None = None,
    half_life_days: float = 365,
    without_interested: bool = False,
    seconds: float = SECONDS,
) -> Blocs:
    """The camps on a day (by default that of the last report), from ties with |index| of at least `min_strength`.

    `actors` limits the graph to these.
    """
    acts = read_acts(store, among=actors, as_of=as_of, without_interested=without_interested)
    day = (date.fromisoformat(as_of) - EPOCH).days if as_of else (acts.latest or 0)
    left = memory(acts.day, acts.weight, day, half_life_days)
    index = np.bincount(acts.dyad, contributions(left, acts.score, acts.dyad, len(acts.dyads)), len(acts.dyads))
    ties = [
        (dyad, float(value))
        for dyad, value in zip(acts.dyads, index, strict=True)
        if value and abs(value) >= min_strength
    ]
    names = sorted({name for dyad, _ in ties for name in dyad})
    number = {name: position for position, name in enumerate(names)}
    graph = np.zeros((len(names), len(names)))
    for (a, b), value in ties:
        graph[number[a], number[b]] = graph[number[b], number[a]] = value
    balanced, unbalanced = triads(graph)
    sides, exact = parting(graph, seconds)
    camps = sorted(
        (tuple(name for name, side in zip(names, sides, strict=True) if side == camp) for camp in (True, False)),
        key=lambda camp: (-len(camp), camp),
    )
    return Blocs(
        as_of=as_of,
        edges=tuple(
            Edge(a=a, b=b, index=value, frustrated=(value > 0) != (sides[number[a]] == sides[number[b]]))
            for (a, b), value in ties
        ),
        balanced=balanced,
        unbalanced=unbalanced,
        camps=(camps[0], camps[1]),
        frustration=frustration(graph, sides),
        strength=float(np.abs(graph).sum() / 2),
        exact=exact,
    )


def triads(graph: FloatArray) -> tuple[int, int]:
    """How many triangles are balanced and how many are not. A closed walk of three steps meets each triangle six times;
    over signs, with the product of its signs."""
    signs = np.sign(graph)
    every, surplus = (round(float(np.trace(matrix @ matrix @ matrix)) / 6) for matrix in (np.abs(signs), signs))
    return (every + surplus) // 2, (every - surplus) // 2


def frustration(graph: FloatArray, sides: Sequence[bool]) -> float:
    """The summed strength of the ties that a parting in two does not fit."""
    spin = np.where(np.asarray(sides, dtype=bool), 1.0, -1.0)
    fit = graph * np.outer(spin, spin) if len(spin) else graph
    return float(np.abs(fit[fit < 0]).sum() / 2)


def parting(graph: FloatArray, seconds: float = SECONDS) -> tuple[tuple[bool, ...], bool]:
    """The parting in two with the least frustration, and whether that is proven. The first party is on side True."""
    if not len(graph):
        return (), True
    found = _search(graph)
    proven = frustration(graph, found) == 0
    if not proven:
        found, proven = _solve(graph, found, seconds)
    return tuple(side == found[0] for side in found), proven


def _search(graph: FloatArray) -> tuple[bool, ...]:
    """Local search: move whoever gains most until nobody gains, from several fixed beginnings."""
    random = np.random.default_rng(0)
    best, least = np.ones(len(graph)), np.inf
    for _ in range(RESTARTS):
        spin = random.choice([-1.0, 1.0], len(graph))
        while (pull := spin * (graph @ spin)).min() < -1e-12:
            spin[int(pull.argmin())] *= -1
        if (value := frustration(graph, (spin > 0).tolist())) < least:
            best, least = spin, value
    return tuple((best > 0).tolist())


def _solve(graph: FloatArray, start: tuple[bool, ...], seconds: float) -> tuple[tuple[bool, ...], bool]:
    """The exact parting by mixed-integer programming: a binary side for each party, and for each tie a slack that is 1
    where the sides do not fit its sign. Without HiGHS, or out of time, the beginning comes back unproven."""
    try:
        highspy: Any = importlib.import_module("highspy")
    except ImportError:
        return start, False
    with _silenced():
        solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", seconds)
    side = [solver.addBinary() for _ in range(len(graph))]
    slack = []
    for i, j in zip(*np.nonzero(np.triu(graph)), strict=True):
        slip = solver.addVariable(0, 1)
        if graph[i, j] > 0:
            solver.addConstr(slip >= side[i] - side[j])
            solver.addConstr(slip >= side[j] - side[i])
        else:
            solver.addConstr(slip >= side[i] + side[j] - 1)
            solver.addConstr(slip >= 1 - side[i] - side[j])
        slack.append(abs(float(graph[i, j])) * slip)
    solver.addConstr(side[0] == 1)
    solver.minimize(sum(slack[1:], slack[0]))
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values = [value > 0.5 for value in solver.getSolution().col_value[: len(graph)]]
    better = bool(values) and (proven or frustration(graph, values) < frustration(graph, start))
    return (tuple(values) if better else start), proven


@contextmanager
def _silenced() -> Iterator[None]:
    """HiGHS greets on standard output when it is made, before `output_flag` can be set, and would spoil our JSON there.

    The file descriptor is the whole process's: one thread at a time, and for the making alone, not for the search.
    """
    libc = ctypes.CDLL(None) if os.name == "posix" else ctypes.cdll.msvcrt
    with _ONE_AT_A_TIME:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        try:
            libc.fflush(None)
            os.dup2(nowhere, 1)
            yield
            libc.fflush(None)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)
