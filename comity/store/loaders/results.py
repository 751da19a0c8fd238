"""What a load tells: for each file how its rows fared, and whom Comity did not know. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Rows that were left out for one reason. `lines` are the first few of them, by their line in the file."""

    reason: str
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A party that Comity's tables do not hold. `count` is how often it stands in the rows that are left out for it."""

    name: str
    country: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How many parties were recognised. All count places of source and target, so a name that stands often counts often.

    `states`: parties that the data set itself says are a state's (docs/load.md says by what); `others`: all the rest that
    are named: persons, organisations, groups.
    """

    states: int = 0
    states_resolved: int = 0
    others: int = 0
    others_resolved: int = 0

    def __add__(self, other: Resolution) -> Resolution:
        return Resolution(
            states=self.states + other.states,
            states_resolved=self.states_resolved + other.states_resolved,
            others=self.others + other.others,
            others_resolved=self.others_resolved + other.others_resolved,
        )

    @property
    def state_share(self) -> float | None:
        """The share of state actors that are resolved; None where there are none."""
        return self.states_resolved / self.states if self.states else None

    @property
    def other_share(self) -> float | None:
        """The share of all other named actors that are resolved; None where there are none."""
        return self.others_resolved / self.others if self.others else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLoad:
    """How one file (or member of an archive) fared: `rows` = `loaded` + `present` + the sum of `dropped`.

    `present`: rows that the store held already. `skipped`: the whole file was loaded before, byte for byte, and was not
    read again (the counts are then those of that time). `notes` say what was mended in reading.
    """

    place: str
    digest: str
    layout: str
    rows: int = 0
    loaded: int = 0
    present: int = 0
    dropped: tuple[Drop, ...] = ()
    unknown: tuple[UnknownName, ...] = ()
    resolution: Resolution = Resolution()
    notes: tuple[str, ...] = ()
    skipped: bool = False


def sum_drops(drops: Iterable[Drop]) -> tuple[Drop, ...]:
    """Drops by reason, the most frequent first. Lines are of many files, so none are given."""
    counts: dict[str, int] = {}
    for drop in drops:
        counts[drop.reason] = counts.get(drop.reason, 0) + drop.count
    return tuple(
        Drop(reason=reason, count=count, lines=())
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def sum_unknown(names: Iterable[UnknownName]) -> tuple[UnknownName, ...]:
    """Unknown names of many files, the most frequent first."""
    counts: dict[tuple[str, str | None], int] = {}
    for item in names:
        key = (item.name, item.country)
        counts[key] = counts.get(key, 0) + item.count
    return tuple(
        UnknownName(name=name, country=country, count=count)
        for (name, country), count in sorted(counts.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
    )
