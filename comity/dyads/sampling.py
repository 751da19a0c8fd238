"""The bootstrap of a course: how its index would move had other publishers, and other stories of theirs, been there.

In: what each story adds to each period; out: the index at each period's end, once a draw. Publishers are drawn first (a
Poisson number of times each), then as many of their stories as those draws amount to. Beyond some 20,000 stories the
second step is replaced by its normal limit, given the first: per draw and period one normal number with the variance that
the stories have, so that a dyad with a million reports costs what its publishers and periods do, not what its stories do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import Acts, FloatArray, IntArray
from comity.dyads.grouping import group
from comity.dyads.index import carry, draw_documents, drawn

# Draws are made in blocks of at most this many counts (draws × stories), some 30 MB.
TABLE_CELLS = 4_000_000
# With more stories, drawing each would cost seconds, and the normal limit is as good (tests/dyads/test_sampling.py).
EXACT_STORIES = 20_000
# Publishers that are multiplied at a time.
PUBLISHERS = 2_000


@dataclass(frozen=True, slots=True)
class Stories:
    """What stories tell: in `period`, `story` adds `mass` and `pull` (mass times score), both decayed to the period's end.
    `publisher` numbers each story's publisher."""

    publisher: IntArray
    story: IntArray
    period: IntArray
    mass: FloatArray
    pull: FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """The same summed over the stories of a publisher: entries by `publisher` and `period`, with the sums over its stories
    of mass and pull, and of their squares and product. `stories` counts each publisher's; number 0 stands
    for all publishers of one story."""

    stories: IntArray
    publisher: IntArray
    period: IntArray
    mass: FloatArray
    pull: FloatArray
    mass_mass: FloatArray
    mass_pull: FloatArray
    pull_pull: FloatArray


def stories_of(sets: Sequence[Acts], ends: IntArray, half_life_days: float) -> list[Stories]:
    """What the stories of some sets of acts tell, numbered alike in all, so that one draw serves them together."""
    stories, story = np.unique(np.concatenate([acts.report_story.astype(str) for acts in sets]), return_inverse=True)
    names = np.concatenate([acts.report_publisher.astype(str) for acts in sets])
    publisher = np.zeros(len(stories), dtype=np.int64)
    publisher[story] = np.unique(names, return_inverse=True)[1]
    bounds = np.cumsum([0, *(len(acts.report_story) for acts in sets)])
    found = []
    for number, acts in enumerate(sets):
        act = acts.report_act
        period = np.searchsorted(ends, acts.day[act])
        kept = period < len(ends)
        act, period = act[kept], period[kept]
        mass = acts.weight[act] * np.exp2(-(ends[period] - acts.day[act]) / half_life_days) * acts.report_share[kept]
        own = story[bounds[number] : bounds[number + 1]][kept]
        found.append(Stories(publisher, own, period, mass, mass * acts.score[act]))
    return found


def sample(sets: Sequence[Stories], ends: IntArray, half_life_days: float, draws: int, seed: int) -> list[FloatArray]:
    """For each set the index at each end, shape (draws, periods); one draw of stories serves all sets."""
    publisher = sets[0].publisher
    if len(publisher) > EXACT_STORIES:
        return sample_moments([moments(told, len(ends)) for told in sets], ends, half_life_days, draws, seed)
    random = np.random.default_rng(seed)
    parts: list[list[FloatArray]] = [[] for _ in sets]
    size = max(1, TABLE_CELLS // max(len(publisher), 1))
    for done in range(0, draws, size):
        counts = draw_documents(publisher, min(size, draws - done), random)
        for number, told in enumerate(sets):
            mass = drawn(counts, told.story, told.period, told.mass, len(ends))
            pull = drawn(counts, told.story, told.period, told.pull, len(ends))
            parts[number].append(carry(mass, pull, ends, half_life_days))
    return [np.concatenate(part) for part in parts]


def moments(told: Stories, periods: int) -> Moments:
    """Sums over the stories of each publisher and period. Publishers of one story are put together as number 0."""
    many = np.bincount(told.publisher)
    number = np.where(many > 1, np.cumsum(many > 1), 0)
    order, starts = group((told.story, len(told.publisher)), (told.period, periods))
    first = order[starts]
    mass, pull = (_sums(order, starts, values) for values in (told.mass, told.pull))
    told_by, period = number[told.publisher[told.story[first]]], told.period[first]
    order, starts = group((told_by, len(many) + 1), (period, periods))
    sums = [_sums(order, starts, values) for values in (mass, pull, mass * mass, mass * pull, pull * pull)]
    first = order[starts]
    return Moments(np.append(0, many[many > 1]), told_by[first], period[first], *sums)


def _sums(order: IntArray, starts: IntArray, values: FloatArray) -> FloatArray:
    """The sum of the values of each group that `group` found."""
    found: FloatArray = np.add.reduceat(values[order], starts) if len(starts) else np.empty(0)
    return found


def sample_moments(
    sets: Sequence[Moments], ends: IntArray, half_life_days: float, draws: int, seed: int
) -> list[FloatArray]:
    """The same from the sums by publisher, for very many stories.

    Given a publisher drawn T times, the sum over T·n stories drawn from its n has the mean T·Σx and the variance
    T·(Σx² − (Σx)²/n). A publisher of one story is drawn a Poisson number of times itself: mean Σx, variance Σx². That a
    story drawn for one month is not drawn for another is left out; it would narrow the interval by about the n-th part.
    """
    random = np.random.default_rng(seed)
    times = random.poisson(1.0, (draws, len(sets[0].stories))).astype(np.float64)
    times[:, 0] = 1.0
    return [_sample(found, ends, half_life_days, times, random) for found in sets]


def _sample(
    found: Moments, ends: IntArray, half_life_days: float, times: FloatArray, random: np.random.Generator
) -> FloatArray:
    draws, periods = len(times), len(ends)
    sums = [np.zeros((draws, periods)) for _ in range(5)]
    stories = found.stories[found.publisher].astype(np.float64)
    stories[found.publisher == 0] = np.inf
    values = [
        found.mass,
        found.pull,
        found.mass_mass - found.mass * found.mass / stories,
        found.mass_pull - found.mass * found.pull / stories,
        found.pull_pull - found.pull * found.pull / stories,
    ]
    for first, chosen in _blocks(found.publisher, times.shape[1]):
        place = (found.publisher[chosen] - first) * periods + found.period[chosen]
        width = min(PUBLISHERS, times.shape[1] - first)
        block = times[:, first : first + width]
        for total, value in zip(sums, values, strict=True):
            total += block @ np.bincount(place, value[chosen], width * periods).reshape(width, periods)
    mass, pull, mass_mass, mass_pull, pull_pull = sums
    spread = np.sqrt(np.maximum(mass_mass, 0))
    slope = np.divide(mass_pull, spread, out=np.zeros_like(spread), where=spread > 0)
    one, other = random.standard_normal((2, draws, periods))
    pull = pull + slope * one + np.sqrt(np.maximum(pull_pull - slope * slope, 0)) * other
    return carry(np.maximum(mass + spread * one, 0), pull, ends, half_life_days)


def _blocks(publisher: IntArray, count: int) -> Iterator[tuple[int, IntArray]]:
    order = np.argsort(publisher, kind="stable")
    edges = np.searchsorted(publisher[order], np.arange(0, count + PUBLISHERS, PUBLISHERS))
    for number, first in enumerate(range(0, count, PUBLISHERS)):
        yield first, order[edges[number] : edges[number + 1]]
