"""Which coded event is which gold event.

In: one gold item and the events coded in it. Out: `Matched`: the pairs, what was missed and what is wrong. An event is
right where source, target and type all are; a reciprocal one may name its sides in either order. What else two matched
events agree in (`agreement`) decides only between several that would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.evaluation.gold import GoldEvent, GoldItem
from comity.records import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether what goes with an event is right; None where the gold line does not judge it."""

    mode: bool | None
    auxiliary: bool | None
    date: bool | None

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of what is wrong."""
        named = (("mode", self.mode), ("auxiliary", self.auxiliary), ("date", self.date))
        return tuple(name for name, right in named if right is False)


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold event and the coded one that it is."""

    gold: GoldEvent
    coded: Event
    agreement: Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An item with what was found in it. `confused` pairs a missed with a wrong event on the same two parties: the same
    act under another type, or the other way round; both stay counted as missed and as wrong."""

    item: GoldItem
    pairs: tuple[Pair, ...]
    missed: tuple[GoldEvent, ...]
    wrong: tuple[Event, ...]
    confused: tuple[tuple[GoldEvent, Event], ...]


def match(item: GoldItem, coded: Sequence[Event]) -> Matched:
    """The best pairing: each event on either side has at most one partner."""
    left = list(coded)
    partner: dict[int, Pair] = {}
    # Those that must stand in their own order choose first; reciprocal ones can take what is left.
    for number in sorted(range(len(item.events)), key=lambda n: (item.events[n].reciprocal is not False, n)):
        gold = item.events[number]
        fitting = [event for event in left if same_act(gold, event)]
        if fitting:
            best = min(fitting, key=lambda event: len(agreement(gold, event, item.published).faults))
            left.remove(best)
            partner[number] = Pair(gold, best, agreement(gold, best, item.published))
    missed = tuple(gold for number, gold in enumerate(item.events) if number not in partner)
    return Matched(
        item=item,
        pairs=tuple(partner[number] for number in sorted(partner)),
        missed=missed,
        wrong=tuple(left),
        confused=tuple(_confused(missed, left)),
    )


def same_act(gold: GoldEvent, event: Event) -> bool:
    """Whether source, target and type are right."""
    if gold.event != event.event:
        return False
    ends = (event.source.actor, event.target.actor if event.target else None)
    either_way = event.reciprocal if gold.reciprocal is None else gold.reciprocal
    return ends == (gold.source, gold.target) or (either_way and ends == (gold.target, gold.source))


def agreement(gold: GoldEvent, event: Event, published: str) -> Agreement:
    """What else the two agree in."""
    date = None
    if gold.date is not None:
        date = (event.date.start, event.date.end) == (gold.date.value or (published, published))
    return Agreement(
        mode=None if gold.mode is None else gold.mode.value == event.mode,
        auxiliary=None if gold.auxiliary is None else gold.auxiliary.value == frozenset(event.auxiliary),
        date=date,
    )


def _confused(missed: Sequence[GoldEvent], wrong: Sequence[Event]) -> list[tuple[GoldEvent, Event]]:
    left = list(wrong)
    out = []
    for gold in missed:
        for event in left:
            if {gold.source, gold.target} == {event.source.actor, event.target.actor if event.target else None}:
                out.append((gold, event))
                left.remove(event)
                break
    return out
