"""What a store says of the acts that one document tells: who else tells them, and who says otherwise.

In: a store and the events of a document, which may be in the store or not; out: for each event its `Standing`. A store's
report of the same parties and days is a witness of one of four kinds:

- `same`: it tells the act (same type, agreeing mode and direction, like words);
- `denied`: it tells the same act with the other sign: one of the two says that it did not happen;
- `opposite`: it tells, in like words, an act that gainsays it (data/ontology/opposites.csv), such as a refusal of what
  the document says was agreed;
- `akin`: it tells another act of the same class (say, verbal cooperation), or the plan of one; it shows that the two
  dealt with each other then, and corroborates nothing.

Witnesses are counted by owner: copies of a story, and papers of one house, are one; the document's own story and house
are none.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from comity.dyads.acts import SLACK_DAYS
from comity.dyads.wording import Wording, alike, wording
from comity.errors import TableError
from comity.ontology import load_ontology
from comity.records import Document, Event, event_from_dict
from comity.sources.owners import owner
from comity.store import Store, visible
from comity.tables import read_table

Kind = Literal["same", "denied", "opposite", "akin"]
OPPOSITES = Path(__file__).resolve().parent.parent / "data" / "ontology" / "opposites.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A report in the store that bears on an event. `story` is the id of its story's first document, `publisher` and
    `interested` that document's; `house` is who owns the publisher."""

    kind: Kind
    event: Event
    story: str
    publisher: str | None
    house: str
    interested: bool
    title: str | None
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An event and the witnesses on it, the earliest first."""

    event: Event
    witnesses: tuple[Witness, ...]

    def of(self, *kinds: Kind) -> tuple[Witness, ...]:
        """The witnesses of these kinds."""
        return tuple(witness for witness in self.witnesses if witness.kind in kinds)

    @property
    def corroboration(self) -> int:
        """How many independent publishers tell the act."""
        return len({witness.house for witness in self.of("same")})

    @property
    def impartial(self) -> int:
        """How many of them do so in a document without an interest."""
        return len({witness.house for witness in self.of("same") if not witness.interested})

    @property
    def contradiction(self) -> int:
        """How many independent publishers deny it or tell its opposite."""
        return len({witness.house for witness in self.of("denied", "opposite")})


def corroborate(
    store: Store, document: Document, events: Sequence[Event], *, as_of: str | None = None
) -> tuple[Standing, ...]:
    """The standing of each event, in order. An imagined one (`hypothetical`) happened to nobody and has no witnesses."""
    asked = {event.id: event for event in events if "hypothetical" not in event.auxiliary}
    own = house(document.publisher, document.id)
    copies = store.story(document)
    found: dict[str, list[Witness]] = {identifier: [] for identifier in asked}
    for identifier, record, story, publisher, interested, title, url, published in _candidates(
        store, asked.values(), document.id, as_of
    ):
        event, report = asked[identifier], event_from_dict(json.loads(record))
        kind = judge(event, report)
        owned = house(publisher, story)
        if kind is None or owned == own or report.document in copies:
            continue
        found[identifier].append(
            Witness(kind=kind, event=report, story=story, publisher=publisher, house=owned, interested=interested,
                    title=title, url=url, published=published)
        )  # fmt: skip
    return tuple(Standing(event=event, witnesses=tuple(found.get(event.id, ()))) for event in events)


def house(publisher: str | None, story: str) -> str:
    """Who answers for a story: its publisher's owner; one without a publisher answers for itself."""
    return owner(publisher) if publisher else story


# One row for each asked event and report of the same parties at that time.
_CANDIDATES = """
WITH asked AS (SELECT row_.* FROM (SELECT unnest(from_json_strict(?, '[{{"id": "VARCHAR", "low": "VARCHAR",
    "high": "VARCHAR", "first": "DATE", "last": "DATE"}}]')) AS row_))
SELECT a.id, e.record, coalesce(h.id, e.document), CASE WHEN h.id IS NULL THEN d.publisher ELSE h.publisher END,
       coalesce(h.interested, d.interested, false), d.title, d.url, d.published::VARCHAR
FROM asked a
JOIN events e ON least(e.source, coalesce(e.target, e.source)) = a.low
             AND greatest(e.source, coalesce(e.target, e.source)) = a.high
             AND e.date_start <= a.last + ?::INTEGER AND e.date_end >= a.first - ?::INTEGER
LEFT JOIN documents d ON d.id = e.document LEFT JOIN documents h ON h.id = d.duplicates_of
WHERE e.document <> ? AND NOT list_contains(e.auxiliary, 'hypothetical') AND {seen}
ORDER BY e.reported, e.document, e.sentence, e.id
"""


def _candidates(store: Store, events: Iterable[Event], document: str, as_of: str | None) -> list[tuple[Any, ...]]:
    rows = []
    for event in events:
        low, high = sorted((event.source.actor, event.target.actor if event.target else event.source.actor))
        rows.append({"id": event.id, "low": low, "high": high, "first": event.date.start, "last": event.date.end})
    if not rows:
        return []
    seen, days = visible("e", "d", as_of)
    return store.query(_CANDIDATES.format(seen=seen), [json.dumps(rows), SLACK_DAYS, SLACK_DAYS, document, *days])


def judge(event: Event, report: Event) -> Kind | None:
    """What a report of the same parties and days is to an event; None where it has nothing to do with it."""
    if not _one_way(event, report) or (event.target is None) != (report.target is None):
        return None
    like = alike(words_of(event), words_of(report))
    denied = ("negation" in event.auxiliary) != ("negation" in report.auxiliary)
    if event.event == report.event and not (event.mode and report.mode and event.mode != report.mode):
        if denied:
            return "denied" if like else None
        # A plan does not show that it was carried out.
        planned = "future" in report.auxiliary and "future" not in event.auxiliary
        return "same" if like and not planned else "akin"
    if denied or "negation" in event.auxiliary:
        return None
    planned = any("future" in one.auxiliary for one in (event, report))
    if like and not planned and (_opposed(event, report) or _opposed(report, event)):
        return "opposite"
    return "akin" if event.quad == report.quad else None


def _one_way(event: Event, report: Event) -> bool:
    """Whether both have the same doer, or one of them has both parties for doers."""
    return event.reciprocal or report.reciprocal or event.source.actor == report.source.actor


def _opposed(event: Event, report: Event) -> bool:
    return any(
        mode in (None, event.mode) and opposite == report.event and opposite_mode in (None, report.mode)
        for mode, opposite, opposite_mode in opposites().get(event.event, ())
    )


def words_of(event: Event) -> Wording:
    """The words of an event's sentence by which it can be told from another of its kind."""
    parties = [event.source.text, event.source.actor]
    parties += [event.target.text, event.target.actor] if event.target else []
    return wording(event.text, event.trigger.text, parties)


@functools.cache
def opposites() -> dict[str, tuple[tuple[str | None, str, str | None], ...]]:
    """By event: (mode, opposite, its mode) of the table's rows. Raises TableError with all faults."""
    ontology = load_ontology()
    found: dict[str, list[tuple[str | None, str, str | None]]] = {}
    faults = []
    for number, row in read_table(OPPOSITES):
        for kind, mode in ((row["event"], row["mode"]), (row["opposite"], row["opposite_mode"])):
            if kind not in ontology.types:
                faults.append(f'comity/data/ontology/opposites.csv:{number}: "{kind}" is not an event type')
            elif mode and mode not in ontology.modes[kind]:
                faults.append(f'comity/data/ontology/opposites.csv:{number}: mode "{mode}" is not a mode of {kind}')
        found.setdefault(row["event"], []).append((row["mode"] or None, row["opposite"], row["opposite_mode"] or None))
    if faults:
        raise TableError(faults)
    return {event: tuple(rows) for event, rows in found.items()}
