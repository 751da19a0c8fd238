"""Which reports tell the same act. Values in, values out; no store.

In: reports as arrays, days as numbers; out: the number of each one's act. Four rules, in this order:

1. Records that share a link are one report: the first of them, in the order given, stands for all.
2. A report joins an act of its group (dyad and type) whose *first* report it fits: neither mode nor direction
   contradicts (a missing mode and a reciprocal report contradict nothing), and the dates overlap within the slack. Where
   it fits several, it joins the earliest. So acts are anchored, and no chain of neighbours melts a year into one act.
3. Who says more goes first: dated reports before vague ones, and among them those with mode and direction, those with a
   mode, those with a direction, the rest. Those of one kind that join no act are folded among themselves, by date.
4. A loaded event is one-a-day: it stands for all of its group, mode, direction and day, and joins an act of our own
   coding only where that one's first report holds the very day. All that comes after our own dated reports and before
   our vague ones.

Nothing runs once a report: a round is one search for all reports of a kind, and anchors are found by doubling jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Reports of one act differ by time zone and by the day of printing, seldom by more.
SLACK_DAYS = 2
# A longer interval is a vague date, not a long act.
VAGUE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports, or the first reports of acts, one entry each: `group` numbers dyad and type, `first` and `last` are days,
    `mode` numbers the mode from 1 (0: none told), `direction` is 1, -1 or 0 (reciprocal)."""

    group: IntArray
    first: IntArray
    last: IntArray
    mode: IntArray
    direction: IntArray

    def __len__(self) -> int:
        return len(self.group)

    def take(self, chosen: IntArray | BoolArray) -> Reports:
        return Reports(*(getattr(self, field.name)[chosen] for field in fields(self)))


def fold(reports: Reports, leader: IntArray, loaded: BoolArray) -> IntArray:
    """The act of each report, numbered in the order of their first reports.

    `leader` is for each report the place of the one that stands for it (itself, or an earlier one of the same link or
    the same day); `loaded` marks events of other people's data sets.
    """
    place = np.arange(len(reports))
    act_of = np.full(len(reports), -1)
    leads = leader == place
    vague = reports.last - reports.first > VAGUE_DAYS
    anchors = np.empty(0, dtype=np.int64)
    for chosen, slack in (
        *((some, SLACK_DAYS) for some in _rounds(reports, leads & ~loaded & ~vague)),
        (np.flatnonzero(leads & loaded), 0),
        *((some, SLACK_DAYS) for some in _rounds(reports, leads & ~loaded & vague)),
    ):
        if not len(chosen):
            continue
        found = _earliest_fit(reports.take(chosen), reports.take(anchors), slack)
        act_of[chosen[found >= 0]] = anchors[found[found >= 0]]
        left = chosen[found < 0]
        own = left if loaded[chosen[0]] else left[_anchor(reports.take(left))]
        act_of[left] = own
        anchors = np.concatenate([anchors, np.unique(own)])
    return np.unique(act_of[leader], return_inverse=True)[1].astype(np.int64)


def _rounds(reports: Reports, chosen: BoolArray) -> Iterator[IntArray]:
    """The chosen reports, those first that say more."""
    for mode, direction in ((True, True), (True, False), (False, True), (False, False)):
        yield np.flatnonzero(chosen & ((reports.mode != 0) == mode) & ((reports.direction != 0) == direction))


def _earliest_fit(reports: Reports, acts: Reports, slack: int) -> IntArray:
    """For each report the place of the earliest act that it fits, -1 where there is none. All reports are of one kind:
    all tell a mode or none does, and likewise the direction."""
    best = np.full(len(reports), -1)
    begin = np.full(len(reports), np.iinfo(np.int64).max)
    if not len(reports):
        return best
    told = [bool(reports.mode.all()), bool(reports.direction.all())]
    mixed = [told[0] != bool(reports.mode.any()), told[1] != bool(reports.direction.any())]
    if any(mixed):  # loaded events come in all kinds at once
        for kind in _rounds(reports, np.ones(len(reports), dtype=bool)):
            best[kind] = _earliest_fit(reports.take(kind), acts, slack)
        return best
    for kind in _rounds(acts, np.ones(len(acts), dtype=bool)):
        if not len(kind):
            continue
        some = acts.take(kind)
        same_mode = told[0] and bool(some.mode[0])
        same_direction = told[1] and bool(some.direction[0])
        found = _first_overlap(
            _key(reports, same_mode, same_direction), reports, _key(some, same_mode, same_direction), some, slack
        )
        hit = np.flatnonzero(found >= 0)
        earlier = hit[some.first[found[hit]] < begin[hit]]
        best[earlier] = kind[found[earlier]]
        begin[earlier] = some.first[found[earlier]]
    return best


def _key(reports: Reports, mode: bool, direction: bool) -> IntArray:
    """A number for what must agree: the group, and mode and direction where both sides tell them."""
    key = reports.group * (1 << 20)
    if mode:
        key = key + reports.mode * 4
    return key + reports.direction + 1 if direction else key


def _first_overlap(key: IntArray, reports: Reports, act_key: IntArray, acts: Reports, slack: int) -> IntArray:
    """For each report the place of the act of its key that begins first among those that overlap it; else -1."""
    order = np.lexsort((acts.last, acts.first, act_key))
    keys, rank = np.unique(act_key[order], return_inverse=True)
    zero = int(min(acts.first.min(), reports.first.min())) - slack
    span = int(max(acts.last.max(), reports.last.max())) + slack - zero + 1
    # The latest end so far: where it first reaches a report's beginning stands the first act that ends late enough.
    reach = np.maximum.accumulate(rank * span + acts.last[order] - zero)
    its = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    at = np.searchsorted(reach, its * span + reports.first - slack - zero)
    at = np.minimum(at, len(order) - 1)
    found = order[at]
    fits = (act_key[found] == key) & (acts.last[found] >= reports.first - slack)
    fits &= acts.first[found] <= reports.last + slack
    return np.where(fits, found, -1)


def _anchor(reports: Reports) -> IntArray:
    """For each of these reports of one kind, the place of the report that its act is anchored at."""
    strand = _key(reports, True, True)
    order = np.lexsort((reports.last, reports.first, strand))
    strand, first, last = strand[order], reports.first[order], reports.last[order]
    begins = np.diff(strand, prepend=strand[:1] - 1) != 0
    rank = np.cumsum(begins)
    zero = int(first.min()) if len(first) else 0
    span = int((last.max() if len(last) else 0) + SLACK_DAYS - zero + 2)
    # A jump leads to the first report too late for the act anchored here: at the latest the next strand's first.
    jump = np.searchsorted(rank * span + first - zero, rank * span + last + SLACK_DAYS + 1 - zero)
    anchor = begins.copy()
    # After n rounds all anchors up to the 2ⁿ-th of each strand are marked; a round that marks none ends it.
    jumped, marked = np.append(jump, len(jump)), 0
    while marked < int(anchor.sum()):
        marked = int(anchor.sum())
        landed = jumped[np.flatnonzero(anchor)]
        anchor[landed[landed < len(anchor)]] = True
        jumped = jumped[jumped]
    place = np.maximum.accumulate(np.where(anchor, np.arange(len(anchor)), 0))
    result = np.empty(len(order), dtype=np.int64)
    result[order] = order[place]
    return result
