"""Event clusters: one act with all its reports across stories, and how many independent publishers tell it.

In: a store and the actors asked for; out: clusters, by day. They build on the acts that the index counts (`ties/acts.py`:
same dyad and type, agreeing mode and direction, days that overlap) and part each of them by words: an act of the index may
hold two signings of one day, of which each has witnesses of its own. The index stays with its acts, since a report in
other words is too weak a sign that more has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from comity.dyads.acts import Acts, read_acts
from comity.dyads.corroboration import house, words_of
from comity.dyads.course import day_string
from comity.dyads.wording import alike
from comity.records import Event
from comity.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One act of a dyad (`a` < `b`) and its reports. `id` is that of its first report; `date` the day of the act that the
    index counts it in. `events` are the ids of all reports, the first-hand ones first; `stories` the ids of the first
    documents of the stories that tell it; `houses` who owns their publishers."""

    id: str
    a: str
    b: str
    event: str
    date: str
    events: tuple[str, ...]
    stories: tuple[str, ...]
    houses: tuple[str, ...]

    @property
    def corroboration(self) -> int:
        """How many independent publishers tell the act."""
        return len(self.houses)


def clusters(
    store: Store, a: str | None = None, b: str | None = None, *, as_of: str | None = None
) -> tuple[Cluster, ...]:
    """The clusters on the tie of `a` and `b`, on all ties of `a`, or on all, by day and id."""
    among = (a, b) if a and b else None
    touching = (a,) if a and not b else None
    acts = read_acts(store, among=among, touching=touching, as_of=as_of)
    events = _events(store, acts.report_event.tolist())
    bounds = np.searchsorted(acts.report_act, np.arange(len(acts.day) + 1))
    found = [
        _cluster(acts, act, group, events)
        for act in range(len(acts.day))
        for group in _groups(acts, range(int(bounds[act]), int(bounds[act + 1])), events)
    ]
    return tuple(sorted(found, key=lambda cluster: (cluster.date, cluster.id)))


def _groups(acts: Acts, reports: Sequence[int], events: dict[str, Event]) -> list[list[int]]:
    """The reports of an act, parted by words. A copy goes with the story's report that it repeats; whoever is like two
    groups joins them, so that the order of reports does not matter."""
    groups: list[list[int]] = []
    wordings = {report: words_of(events[acts.report_event[report]]) for report in reports}
    links = {report: events[acts.report_event[report]].link for report in reports}

    def joined(one: int, other: int) -> bool:
        copies = acts.report_story[one] == acts.report_story[other] and 0.0 in (
            acts.report_share[one],
            acts.report_share[other],
        )
        same_words = wordings[one].trigger == wordings[other].trigger
        return links[one] == links[other] or (copies and same_words) or alike(wordings[one], wordings[other])

    for report in reports:
        near = [group for group in groups if any(joined(report, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append(sorted([report, *(other for group in near for other in group)]))
    return sorted(groups)


def _cluster(acts: Acts, act: int, group: Sequence[int], events: dict[str, Event]) -> Cluster:
    first = sorted(group, key=lambda report: (acts.report_share[report] == 0, report))
    a, b = acts.dyads[int(acts.dyad[act])]
    ids = tuple(str(acts.report_event[report]) for report in first)
    publishers = {
        str(acts.report_story[report]): house(str(acts.report_publisher[report]), str(acts.report_story[report]))
        for report in group
    }
    return Cluster(
        id=ids[0],
        a=a,
        b=b,
        event=events[ids[0]].event,
        date=day_string(int(acts.day[act])),
        events=ids,
        stories=tuple(sorted(publishers)),
        houses=tuple(sorted(set(publishers.values()))),
    )


def _events(store: Store, ids: Sequence[str]) -> dict[str, Event]:
    return {event.id: event for event in store.events(ids=ids)}
