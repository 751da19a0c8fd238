"""An alert: which tie did what, from where to where, and the sentences behind it.

An alert's id is the hash of what it is about, never of when it was found: the same move found twice is one alert.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from comity.records import Tie, to_dict
from comity.report.sheet import cut, day_words
from comity.report.words import named, signed, with_doubt, word

Kind = Literal["move", "unseen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A tie when it was last told of, or first met: what a move is measured from. `index`, `low` and `high` are None where
    nothing was remembered. `day` is that of its last report then; `events` sums up the events that counted."""

    index: float | None
    low: float | None
    high: float | None
    mass: float
    day: str
    events: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A new event with the sentence that tells it and whoever printed it. `act` is who did what to whom, in words."""

    event: str
    act: str
    text: str
    date: str
    document: str
    title: str | None
    url: str | None
    publisher: str | None
    published: str | None
    interested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a channel delivers. `before` is None for a pair never seen; `reason` says by which rule; `sentences` are of the
    newest events, `more` counts those left out; `raised` is when it was made."""

    id: str
    kind: Kind
    a: str
    b: str
    name_a: str
    name_b: str
    day: str
    raised: str
    index: float
    low: float
    high: float
    mass: float
    before: Baseline | None
    reason: str
    sentences: tuple[Sentence, ...]
    more: int

    @property
    def urn(self) -> str:
        """Its id for feeds: a URN that stays the same."""
        return uuid5(NAMESPACE_URL, f"comity/alert/{self.id}").urn

    @property
    def title(self) -> str:
        """One line."""
        pair = f"{self.name_a} – {self.name_b}"
        if self.kind == "unseen":
            return f"{pair}: on record for the first time, {signed(self.index)}"
        was = signed(self.before.index) if self.before else "–"
        return f"{pair}: {was} → {signed(self.index)} ({word('index', self.index)})"

    def summary(self) -> str:
        """The alert in a sentence or two, each figure with its interval and mass."""
        now = with_doubt(self._tie(self.index, self.low, self.high, self.mass))
        if self.before is None:
            return f"On {day_words(self.day)} {self.name_a} and {self.name_b} stand at {now}. {self.reason}"
        then = self.before
        stood = "nothing was remembered" if then.index is None else f"it stood at {with_doubt(self._then(then))}"
        return (
            f"On {day_words(self.day)} the tie of {self.name_a} and {self.name_b} stands at {now}; on "
            f"{day_words(then.day)} {stood}. {self.reason}"
        )

    def lines(self, letters: int = 300) -> tuple[str, ...]:
        """The sentences, each with its act, publisher and date."""
        told = [
            f"{one.date} · {one.act}: “{cut(one.text, letters)}” — {cut(one.publisher, 80) or 'unnamed publisher'}, "
            f"{one.published or 'no date'}{' [interested]' if one.interested else ''}"
            for one in self.sentences
        ]
        return (*told, *([f"and {self.more} more in the store"] if self.more else []))

    def _tie(self, index: float | None, low: float | None, high: float | None, mass: float) -> Tie:
        return Tie(
            a=self.a, b=self.b, dimension="all", period="", index=index, low=low, high=high, mass=mass, events=()
        )

    def _then(self, then: Baseline) -> Tie:
        return self._tie(then.index, then.low, then.high, then.mass)


def alert_to_dict(alert: Alert) -> dict[str, Any]:
    """An alert as plain JSON values, its title and summary among them: what a webhook gets."""
    return {**to_dict(alert), "title": alert.title, "summary": alert.summary()}


def alert_from_dict(data: Mapping[str, Any]) -> Alert:
    """An Alert from `alert_to_dict`'s output. Raises KeyError or TypeError on missing fields."""
    fields = {field.name: data[field.name] for field in dataclasses.fields(Alert)}
    fields["before"] = Baseline(**fields["before"]) if fields["before"] else None
    fields["sentences"] = tuple(Sentence(**item) for item in fields["sentences"])
    return Alert(**fields)


def act_noun(event: str) -> str:
    """An event type as a noun."""
    return named("act", event)
