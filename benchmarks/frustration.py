"""Exact frustration: `python -m benchmarks.frustration [DATA] [--seconds 60] [--seed 1] [--every 1] [--sets NAME…]`.

Prints one JSON line: for each network its nodes, ties and hostile ties, the least frustration found, the bound proven,
whether they meet, what proved it, how much of it a checkable packing of cycles proves, and the seconds taken; and for
each set of networks how many were proven within `--seconds`, the slowest of them and the largest gap left.

The sets: `cow`, the signed networks of states of 51 four-year windows (Doreian and Mrvar 2015, from DATA/interstate,
every `--every`-th); `icews`, one network a way of reading the events of 2005-2015 in DATA/icews (the mean Goldstein score
of a dyad, shrunk by one neutral event; without ties weaker than 0, 1, 2; less 1 and 2 points, so that what is below the
ordinary counts as hostile; each weighted and by sign alone). Where DATA is not there, these are left out. `interstate` is
synthetic: states in blocs, most ties friendly, degrees skewed. `dense` has 200 nodes and thousands of ties; in `random`
half the ties are hostile, without any order: no interstate network is like that, and cycles prove least there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from comity.structure.frustration import certified, frustration
from comity.structure.search import FloatArray

DATA = Path("/work/shared/data")
SETS = ("cow", "icews", "interstate", "dense", "random")
STATES = 200


def matrix(ties: dict[tuple[str, str], float]) -> FloatArray:
    """A signed graph from its ties."""
    names = sorted({name for pair in ties for name in pair})
    place = {name: number for number, name in enumerate(names)}
    graph = np.zeros((len(names), len(names)))
    for (a, b), value in ties.items():
        graph[place[a], place[b]] = graph[place[b], place[a]] = value
    return graph


def cow(data: Path, every: int) -> Iterator[tuple[str, FloatArray]]:
    """The windows of the signed networks of states."""
    file = data / "interstate" / "signed_cow_networks.csv.gz"
    if not file.exists():
        return
    windows: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            windows[f"{row['year_start']}-{row['year_end']}"][row["a"], row["b"]] = float(row["sign"])
    for window in sorted(windows)[::every]:
        yield window, matrix(windows[window])


def icews(data: Path) -> Iterator[tuple[str, FloatArray]]:
    """Networks of the ICEWS events of 2005-2015 between states."""
    from comity.actors import load_index
    from comity.errors import UnknownActor

    folder = data / "icews"
    if not (folder / "icews_2005_2015_valid.txt").exists():
        return
    with (folder / "cameo-codes.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["goldstein"] not in ("", "NA")]
    score = {row["name"].lower(): float(row["goldstein"]) for row in rows}
    index = load_index()
    known: dict[str, str | None] = {}

    def state(actor: str) -> str | None:
        if actor not in known:
            bracketed = re.search(r"\(([^()]+)\)\s*$", actor)
            try:
                known[actor] = index.lookup(bracketed[1] if bracketed else actor)
            except UnknownActor:
                known[actor] = None
        return known[actor]

    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    for line in (folder / "icews_2005_2015_valid.txt").read_text(encoding="utf-8").splitlines():
        source, event, target, _ = line.split("\t")
        a, b = state(source), state(target)
        if a and b and a != b and event.lower() in score:
            scores[min(a, b), max(a, b)].append(score[event.lower()])
    for name, less, floor in (
        ("all", 0, 0),
        ("from 1", 0, 1),
        ("from 2", 0, 2),
        ("less 1", 1, 0),
        ("less 2", 2, 0),
    ):
        means = {pair: sum(each - less for each in told) / (len(told) + 1) for pair, told in scores.items()}
        graph = matrix({pair: mean for pair, mean in means.items() if mean and abs(mean) >= floor})
        yield name, graph
        yield f"{name}, signs", np.sign(graph)


def blocs(random: np.random.Generator, ties: int, count: int, noise: float, weighted: bool, skew: float) -> FloatArray:
    """A graph of states in `count` blocs: friends within and foes across, but for `noise`."""
    camp = random.integers(0, count, STATES)
    activity = random.pareto(skew, STATES) + 0.2
    a, b = np.triu_indices(STATES, 1)
    chance = activity[a] * activity[b]
    chosen = random.choice(len(a), ties, replace=False, p=chance / chance.sum())
    a, b = a[chosen], b[chosen]
    sign = np.where(camp[a] == camp[b], 1.0, -1.0) * np.where(random.random(ties) < noise, -1.0, 1.0)
    graph = np.zeros((STATES, STATES))
    graph[a, b] = graph[b, a] = sign * (random.gamma(2, 1.5, ties).clip(0.1, 10) if weighted else 1.0)
    return graph


def interstate(random: np.random.Generator) -> Iterator[tuple[str, FloatArray]]:
    """Two, three and five blocs, of which the last are seldom at odds: most ties are friendly."""
    for count, noise in ((2, 0.1), (3, 0.1), (5, 0.1)):
        for weighted in (False, True):
            graph = blocs(random, 1500, count, noise, weighted, 1.5)
            # Blocs that have nothing against each other trade: two thirds of hostile ties become friendly.
            mild = np.triu((graph < 0) & (random.random(graph.shape) < 2 / 3))
            graph = np.where(mild | mild.T, -graph, graph)
            yield f"{count} blocs, {'weighted' if weighted else 'signs'}", graph


def dense(random: np.random.Generator) -> Iterator[tuple[str, FloatArray]]:
    """Thousands of ties."""
    for ties in (3000, 6000):
        for count, noise in ((1, 0.1), (1, 0.2), (2, 0.1), (2, 0.2), (3, 0.05)):
            for weighted in (False, True):
                name = f"{ties} ties, {count} blocs, noise {noise}, {'weighted' if weighted else 'signs'}"
                yield name, blocs(random, ties, count, noise, weighted, 20.0)


def disorder(random: np.random.Generator) -> Iterator[tuple[str, FloatArray]]:
    """Half the ties hostile, at random."""
    for size, ties in ((40, 200), (60, 300), (100, 400), (200, 600), (200, 1000)):
        a, b = np.triu_indices(size, 1)
        chosen = random.choice(len(a), ties, replace=False)
        graph = np.zeros((size, size))
        graph[a[chosen], b[chosen]] = random.choice([-1.0, 1.0], ties)
        yield f"{size} nodes, {ties} ties", graph + graph.T


def measure(name: str, graph: FloatArray, seconds: float) -> dict[str, Any]:
    """One network: proven or not, and the packing checked anew."""
    found = frustration(graph, seconds=seconds)
    fast = frustration(graph, exact=False)
    checked = certified(graph, found.cycles)
    return {
        "network": name,
        "n": len(graph),
        "m": int(np.count_nonzero(graph)) // 2,
        "hostile": int((graph < 0).sum()) // 2,
        "upper": round(found.upper, 4),
        "lower": round(found.lower, 4),
        "proven": found.proven,
        "gap": round(found.gap, 4),
        "method": found.method,
        "certified": round(checked, 4),
        "seconds": round(found.seconds, 2),
        "fast_upper": round(fast.upper, 4),
        "fast_lower": round(fast.lower, 4),
        "fast_seconds": round(fast.seconds, 2),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What a set of networks comes to."""
    proven = [row for row in rows if row["proven"]]
    return {
        "networks": len(rows),
        "proven": len(proven),
        "slowest_proven_seconds": max((row["seconds"] for row in proven), default=None),
        "largest_gap": max((row["gap"] for row in rows), default=None),
        "fast_upper_is_least": sum(row["fast_upper"] <= row["upper"] for row in rows),
        "fast_lower_share": round(
            float(np.mean([row["fast_lower"] / row["upper"] for row in rows if row["upper"]] or [1])), 3
        ),
    }


def main() -> None:
    """Measures, and prints one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(SETS))
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    networks = {
        "cow": lambda: cow(options.data, options.every),
        "icews": lambda: icews(options.data),
        "interstate": lambda: interstate(random),
        "dense": lambda: dense(random),
        "random": lambda: disorder(random),
    }
    result = {
        name: [measure(network, graph, options.seconds) for network, graph in networks[name]()] for name in options.sets
    }
    print(
        json.dumps(
            {"summary": {name: summary(rows) for name, rows in result.items()}, "seconds": options.seconds, **result}
        )
    )


if __name__ == "__main__":
    main()
