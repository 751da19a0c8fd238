"""From matched items to figures: precision, recall and F1 by type and by phenomenon, and what goes with an event.

All figures are counts first (`Count`, `Share`) that add up; a ratio is only formed when it is asked for, and is None where
there is nothing to divide by.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.evaluation.matching import Matched

MISSED = "missed"
INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Count:
    """Hits, wrong events and missed events."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None where there is neither an event nor a coding."""
        return _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        return _ratio(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All figures of a gold file.

    `no_event`: items in which nothing may be coded, and how many were coded all the same. `mode`, `auxiliary` and `date`:
    over matched events that are judged in it; `dated` is `date` where the text gives a date. `confusion`: how often a gold
    type (or `invented`) was coded as a type (or `missed`) between the same two parties, whichever way round.
    """

    items: int
    events: Count
    by_type: Mapping[str, Count]
    by_phenomenon: Mapping[str, Count]
    no_event: Share
    no_event_by_phenomenon: Mapping[str, Share]
    mode: Share
    auxiliary: Share
    date: Share
    dated: Share
    confusion: Mapping[tuple[str, str], int]

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the types that occur in gold or coding, each alike."""
        found = [f1 for count in self.by_type.values() if (f1 := count.f1) is not None]
        return sum(found) / len(found) if found else None


def scores(matched: Sequence[Matched], types: Sequence[str]) -> Scores:
    """The figures of matched items. `types` gives the order of the types."""
    by_type: dict[str, Count] = dict.fromkeys(types, Count())
    by_phenomenon: dict[str, Count] = defaultdict(Count)
    quiet: dict[str, list[bool]] = defaultdict(list)
    confusion: Counter[tuple[str, str]] = Counter()
    for found in matched:
        for pair in found.pairs:
            by_type[pair.gold.event] += Count(right=1)
        for gold in found.missed:
            by_type[gold.event] += Count(missed=1)
        for event in found.wrong:
            by_type[event.event] += Count(wrong=1)
        by_phenomenon[found.item.phenomenon] += Count(len(found.pairs), len(found.wrong), len(found.missed))
        if not found.item.events:
            quiet[found.item.phenomenon].append(bool(found.wrong))
        confusion.update(_confusion(found))
    pairs = [pair for found in matched for pair in found.pairs]
    dated = [pair for pair in pairs if pair.gold.date is not None and pair.gold.date.value is not None]
    return Scores(
        items=len(matched),
        events=sum(by_phenomenon.values(), Count()),
        by_type={kind: count for kind, count in by_type.items() if count != Count()},
        by_phenomenon=dict(by_phenomenon),
        no_event=_share(coded for group in quiet.values() for coded in group),
        no_event_by_phenomenon={name: _share(group) for name, group in quiet.items()},
        mode=_share(pair.agreement.mode for pair in pairs),
        auxiliary=_share(pair.agreement.auxiliary for pair in pairs),
        date=_share(pair.agreement.date for pair in pairs),
        dated=_share(pair.agreement.date for pair in dated),
        confusion=dict(confusion),
    )


def _confusion(found: Matched) -> Iterable[tuple[str, str]]:
    yield from ((pair.gold.event, pair.coded.event) for pair in found.pairs)
    yield from ((gold.event, event.event) for gold, event in found.confused)
    # By identity: two equal gold events are two.
    taken = {id(one) for couple in found.confused for one in couple}
    yield from ((gold.event, MISSED) for gold in found.missed if id(gold) not in taken)
    yield from ((INVENTED, event.event) for event in found.wrong if id(event) not in taken)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _share(judged: Iterable[bool | None]) -> Share:
    known = [right for right in judged if right is not None]
    return Share(sum(known), len(known))


def scores_to_dict(found: Scores) -> dict[str, Any]:
    """The figures as plain JSON values, ratios rounded to four places."""

    def ratio(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    def count(value: Count) -> dict[str, Any]:
        return {
            "right": value.right, "wrong": value.wrong, "missed": value.missed,
            "precision": ratio(value.precision), "recall": ratio(value.recall), "f1": ratio(value.f1),
        }  # fmt: skip

    def share(value: Share) -> dict[str, Any]:
        return {"part": value.part, "whole": value.whole, "share": ratio(value.value)}

    confusion: dict[str, dict[str, int]] = {}
    for (gold, coded), number in sorted(found.confusion.items()):
        confusion.setdefault(gold, {})[coded] = number
    return {
        "items": found.items,
        "events": count(found.events),
        "macro_f1": ratio(found.macro_f1),
        "by_type": {name: count(value) for name, value in found.by_type.items()},
        "by_phenomenon": {name: count(value) for name, value in found.by_phenomenon.items()},
        "no_event_coded": share(found.no_event),
        "no_event_by_phenomenon": {name: share(value) for name, value in found.no_event_by_phenomenon.items()},
        "mode": share(found.mode),
        "auxiliary": share(found.auxiliary),
        "date": share(found.date),
        "dated": share(found.dated),
        "confusion": confusion,
    }
