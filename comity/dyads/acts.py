"""From reports to acts: what the store holds on some dyads, folded so that an act counts once however often told.

In: a store, the actors asked for and what to leave out; out: arrays, one entry an act, and which events of which
documents tell it. Which reports tell the same act, `ties/folding.py` says; here the store is asked, and an act gets its
day, weight and score.

Copies of a story are no further witnesses. Where a copy repeats what the first document of its story told (same parties,
type and words), it tells the same act, whatever date its own day of printing would give; and it adds nothing to the act.
Events of other people's data sets know neither stories nor links: they are folded one-a-day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from comity.dyads.folding import SLACK_DAYS, VAGUE_DAYS, Reports, fold
from comity.ontology import DIMENSIONS
from comity.store import Store, visible

__all__ = ["INTERESTED_WEIGHT", "OWN", "SLACK_DAYS", "Acts", "Direction", "read_acts"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]
Direction = Literal["both", "ab", "ba"]

# The name that our own coding has among the data sets.
OWN = "own"
# A plan is weaker than a deed; `hypothetical` and `negation` never count (docs/method.md, "Index").
FUTURE_WEIGHT = 0.3
# Opinion, official and interested documents, where no other document tells the act.
INTERESTED_WEIGHT = 0.5
FAR = np.iinfo(np.int64).max

# Of an event `e`: that it is between two actors, whichever is the source (two pairs of names share these 64 bits once in
# 10^19). DuckDB hashes a column of few names once a name, and then compares numbers: twice as fast as to compare names, and
# of some million rows in no order none can be passed over by its names anyway.
BETWEEN = "xor(hash(e.source::VARCHAR), hash(e.target::VARCHAR)) = xor(hash(?::VARCHAR), hash(?::VARCHAR))"
# Of an event `e`: that it counts at all, and what a plan weighs.
COUNTS = "NOT coalesce(list_has_any(e.auxiliary, ['negation', 'hypothetical']), false)"
WEIGHT = f"CASE WHEN list_contains(e.auxiliary, 'future') THEN {FUTURE_WEIGHT} ELSE 1.0 END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Distinct acts and the reports behind them.

    By act: `dyad` (index into `dyads`), `day` (days since 1970-01-01), `score` (mean of its reports), `weight`.
    By report, in order of act: `report_act`, `report_event` (id), `report_document`, `report_story` (the id of the
    story's first document), `report_publisher` (the story's), and `report_share`, its say in the act: the same for all but
    copies, which have none; an act's shares sum to 1.
    `latest` is the last day on which any of it was reported.
    """

    dyads: tuple[tuple[str, str], ...]
    dyad: IntArray
    day: IntArray
    score: FloatArray
    weight: FloatArray
    report_act: IntArray
    report_event: ObjectArray
    report_document: ObjectArray
    report_story: ObjectArray
    report_publisher: ObjectArray
    report_share: FloatArray
    latest: int | None

    def events_of(self, act: int) -> tuple[str, ...]:
        """The ids of the events that tell an act, the earliest first."""
        first, last = np.searchsorted(self.report_act, [act, act + 1])
        return tuple(self.report_event[first:last])


def read_acts(
    store: Store,
    *,
    among: Sequence[str] | None = None,
    touching: Sequence[str] | None = None,
    as_of: str | None = None,
    dimension: str | None = None,
    direction: Direction = "both",
    without_interested: bool = False,
    interested_weight: float = INTERESTED_WEIGHT,
    datasets: Literal["own"] | Sequence[str] | None = None,
    publisher_weights: Mapping[str, float] | None = None,
    dimension_weights: Mapping[str, float] | None = None,
    without_publishers: Sequence[str] = (),
    without_documents: Sequence[str] = (),
    without_actors: Sequence[str] = (),
    without_period: tuple[str, str] | None = None,
    only_own_groups: bool = False,
) -> Acts:
    """The acts on all dyads `among` these actors, or `touching` any of them (neither: on all dyads).

    `direction` other than "both" reads one dyad, `among` = (a, b): "ab" keeps what a does to b, and reciprocal acts.

    `datasets`: whose events count: None for all, "own" for our own coding, or names ("own" may be among them).
    `publisher_weights` and `dimension_weights` multiply the weight of a report (1 where nothing is said); of an act's
    reports the heaviest holds. What is left out, for asking what if: the stories of `without_publishers`;
    `without_documents` (the first document of a story takes its copies along); every act of `without_actors`; and the
    acts whose day lies in `without_period` (first and last day, both included). `only_own_groups` keeps the dyads and types
    of act that our own coding tells too: there alone data sets and our coding can tell one act (`ties/panel.py`).
    Raises ValueError for a weight that is negative or no number, an unknown dimension, and a period that ends before it
    begins.
    """
    check_weights(publisher_weights, dimension_weights, without_period)
    condition, values = visible("e", "d", as_of)
    conditions: list[str] = [condition]
    parameters: list[Any] = [*values]

    def keep(text: str, *more: Any) -> None:
        conditions.append(text)
        parameters.extend(more)

    # Rows are found by their parties first, and fetched by their numbers: of ten million events DuckDB then unpacks few.
    # The search for copies is limited too, since they have the parties of what they copy.
    dyads = "TRUE"
    parties: list[str] = []
    if among is not None and len(among) == 2:
        dyads = BETWEEN
        parties += among
    elif among is not None:
        dyads = f"{one_of('e.source', among)} AND {one_of('e.target', among)}"
        parties += [*among, *among]
    if touching is not None:
        dyads += f" AND ({one_of('e.source', touching)} OR {one_of('e.target', touching)})"
        parties += [*touching, *touching]
    chosen = f"(SELECT {_COLUMNS} FROM events)"
    numbers: list[list[int]] = []
    if parties:
        found = store.columns(f"SELECT rowid FROM events e WHERE {dyads}", parties)["rowid"].tolist()
        chosen = f"MATERIALIZED (SELECT {_COLUMNS} FROM events WHERE rowid IN (SELECT unnest(?::BIGINT[])))"
        numbers = [found]
    if dimension is not None:
        keep("e.dimension = ?", dimension)
    if direction != "both":
        keep("(e.reciprocal OR e.source = ?)", (among or ())[0 if direction == "ab" else 1])
    if without_interested:
        keep("NOT coalesce(h.interested, d.interested, false)")
    if datasets is not None:
        sets = [OWN] if datasets == OWN else [*datasets]
        keep(of_datasets(sets), *sets)
    if without_actors:
        keep(not_of(without_actors), *without_actors, *without_actors)
    if without_documents:
        gone = [*without_documents]
        keep("e.document NOT IN (SELECT unnest(?::VARCHAR[]))", gone)
        keep("coalesce(d.duplicates_of, '') NOT IN (SELECT unnest(?::VARCHAR[]))", gone)
    if only_own_groups:
        keep("(least(e.source, e.target), greatest(e.source, e.target), e.event) IN (SELECT least(source, target), "
             "greatest(source, target), event FROM events WHERE dataset IS NULL)")  # fmt: skip
    if without_publishers:
        keep(f"{_PUBLISHER} NOT IN (SELECT unnest(?::VARCHAR[]))", [*without_publishers])
    weights = [
        part
        for given in (publisher_weights, dimension_weights)
        for part in (list((given or {}).keys()), [float(weight) for weight in (given or {}).values()])
    ]
    rows = store.columns(
        _REPORTS.format(chosen=chosen, conditions=" AND ".join(conditions)),
        [*numbers, interested_weight, *parameters, *weights],
    )
    return _acts(rows, without_period)


def one_of(column: str, values: Sequence[str]) -> str:
    """The SQL condition that a column has one of so many values, to be bound. DuckDB takes it down to the scan, as it does
    not with `list_contains`: on ten million events that is the difference between seconds and a tenth of one."""
    return f"{column} IN ({', '.join('?' * len(values))})" if values else "FALSE"


def of_datasets(names: Sequence[str]) -> str:
    """The condition that an event `e` is of one of these data sets, to be bound."""
    return one_of(f"coalesce(e.dataset, '{OWN}')", names)


def not_of(actors: Sequence[str]) -> str:
    """The condition that no party of an event `e` is one of these actors; they are bound twice."""
    return f"NOT ({one_of('e.source', actors)} OR {one_of('e.target', actors)})"


def check_weights(
    publisher_weights: Mapping[str, float] | None,
    dimension_weights: Mapping[str, float] | None,
    without_period: tuple[str, str] | None,
) -> None:
    """Raises ValueError for what `read_acts` refuses."""
    for option, given in (("publisher_weights", publisher_weights), ("dimension_weights", dimension_weights)):
        for name, weight in (given or {}).items():
            if not (math.isfinite(weight) and weight >= 0):
                raise ValueError(f"{option}: the weight of {name!r} is {weight:g}; it must be 0 or more")
    for name in dimension_weights or {}:
        if name not in DIMENSIONS:
            raise ValueError(f"dimension_weights: {name!r} is none of {', '.join(DIMENSIONS)}")
    if without_period and without_period[0] > without_period[1]:
        raise ValueError(f"without_period: {without_period[0]} to {without_period[1]} ends before it begins")


_COLUMNS = """id, document, sentence, source, target, event, mode, dimension, score, reciprocal, auxiliary, date_start, date_end,
              reported, link, "trigger", dataset, publisher"""
# `repeated`: the reports of copies that a document of the same story told before, with the dates and link of that report.
_REPEATED = """
chosen AS {chosen},
told AS (
    SELECT e.id, e.document, e.sentence, e.date_start, e.date_end, e.reported, e.link,
           [coalesce(d.duplicates_of, d.id), e.source, e.target, e.event, coalesce(e.mode, ''), lower(e.trigger),
            array_to_string(list_sort(e.auxiliary), ' ')] AS words,
           first_value(e.document) OVER (
               PARTITION BY words ORDER BY coalesce(d.published, e.reported), d.duplicates_of IS NOT NULL, d.id) AS first
    FROM chosen e JOIN documents d ON d.id = e.document
    WHERE e.dataset IS NULL AND (d.duplicates_of IS NOT NULL OR d.id IN (SELECT duplicates_of FROM documents))),
repeated AS (
    SELECT copy.id, original.date_start, original.date_end, original.reported, original.link
    FROM told AS copy JOIN told AS original ON original.document = copy.first AND original.words = copy.words
    WHERE copy.document <> copy.first
    QUALIFY row_number() OVER (PARTITION BY copy.id ORDER BY abs(original.sentence - copy.sentence), original.id) = 1)
"""

# Who published the report: the paper of the story's first document, or whom the data set names.
_PUBLISHER = """coalesce(CASE WHEN h.id IS NULL THEN coalesce(d.publisher, e.publisher) ELSE h.publisher END,
                         d.duplicates_of, e.document)"""

# An act's day is the middle of its dates, but never later than its first report: a plan counts when it is announced.
# A story speaks for a party when its first document does, in whatever paper it is printed again.
# `leader` is the row that stands for a report: the first of its link, or for a loaded event the first of its day.
_REPORTS = f"""
WITH {_REPEATED},
told_of AS (
    SELECT least(e.source, e.target) AS low, greatest(e.source, e.target) AS high,
           CASE WHEN e.reciprocal THEN 0 WHEN e.source < e.target THEN 1 ELSE -1 END AS direction,
           e.event, e.mode, e.dimension, e.dataset IS NOT NULL AS loaded,
           CASE WHEN e.dataset IS NULL THEN coalesce(r.link, e.link) END AS link, e.id, e.score, e.document,
           coalesce(d.duplicates_of, e.document) AS story, r.id IS NOT NULL AS repeated, {_PUBLISHER} AS publisher,
           coalesce(r.date_start, e.date_start) AS start_, coalesce(r.date_end, e.date_end, e.date_start) AS end_,
           start_ - DATE '1970-01-01' AS first, end_ - DATE '1970-01-01' AS last,
           least(start_ + ((end_ - start_) // 2)::INTEGER, coalesce(r.reported, e.reported)) - DATE '1970-01-01' AS day,
           coalesce(e.reported, e.date_end, e.date_start) - DATE '1970-01-01' AS reported,
           CASE WHEN coalesce(h.interested, d.interested, false) THEN ?::DOUBLE ELSE 1.0 END
           * {WEIGHT} AS weight
    FROM chosen e LEFT JOIN documents d ON d.id = e.document LEFT JOIN documents h ON h.id = d.duplicates_of
    LEFT JOIN repeated r ON r.id = e.id
    WHERE e.target IS NOT NULL AND e.source <> e.target
      AND {COUNTS} AND {{conditions}}),
placed AS (
    SELECT *, row_number() OVER (
        ORDER BY low, high, event, (last - first > {VAGUE_DAYS}), (mode IS NULL)::INT + (direction = 0)::INT, first, last,
                 id) - 1 AS place
    FROM told_of),
publishers AS (SELECT unnest(?::VARCHAR[]) AS name, unnest(?::DOUBLE[]) AS times),
dimensions AS (SELECT unnest(?::VARCHAR[]) AS name, unnest(?::DOUBLE[]) AS times)
SELECT low, high, event, CASE WHEN mode IS NULL THEN 0 ELSE dense_rank() OVER (ORDER BY mode NULLS LAST) END AS mode,
       direction, loaded, id, score, document, story, repeated, publisher, first, last, day, reported,
       weight * coalesce(p.times, 1) * coalesce(s.times, 1) AS weight,
       min(place) OVER (PARTITION BY low, high, event, CASE WHEN loaded THEN concat_ws(' ', mode, direction, day)
                                                            ELSE coalesce(link, id) END, loaded) AS leader
FROM placed LEFT JOIN publishers p ON p.name = publisher LEFT JOIN dimensions s ON s.name = dimension
ORDER BY place
"""


def _acts(rows: dict[str, npt.NDArray[Any]], without_period: tuple[str, str] | None) -> Acts:
    """Folds reports, in the order of `_REPORTS` (precise before vague, telling before silent), into acts."""
    count = len(rows["id"])
    first, last, direction, mode, day, leader = (
        rows[name].astype(np.int64) for name in ("first", "last", "direction", "mode", "day", "leader")
    )
    low, high, kind = rows["low"], rows["high"], rows["event"]
    new_dyad = np.ones(count, dtype=bool)
    new_dyad[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    new_group = new_dyad.copy()
    new_group[1:] |= kind[1:] != kind[:-1]
    report_dyad = np.cumsum(new_dyad) - 1
    reports = Reports(np.cumsum(new_group) - 1, first, last, mode, direction)
    act_of = fold(reports, leader, rows["loaded"].astype(bool))
    dyads = tuple(zip(low[new_dyad].tolist(), high[new_dyad].tolist(), strict=True))

    acts = int(act_of.max()) + 1 if count else 0
    dyad = np.zeros(acts, dtype=np.int64)
    dyad[act_of] = report_dyad
    # A vague date says nothing about the day of an act that another report dates.
    act_day = np.full(acts, FAR)
    np.minimum.at(act_day, act_of, np.where(last - first > VAGUE_DAYS, FAR, day))
    vaguely = np.full(acts, FAR)
    np.minimum.at(vaguely, act_of, day)
    act_day = np.where(act_day == FAR, vaguely, act_day)
    weight = np.zeros(acts)
    np.maximum.at(weight, act_of, rows["weight"].astype(np.float64))
    share = _shares(act_of, rows["repeated"].astype(bool), acts)
    score = np.bincount(act_of, rows["score"].astype(np.float64) * share, acts).astype(np.float64)

    kept = np.ones(acts, dtype=bool)
    if without_period:
        begin, end = (np.datetime64(day, "D").astype(np.int64) for day in without_period)
        kept = (act_day < begin) | (act_day > end)
    told = kept[act_of]
    named = np.flatnonzero(np.bincount(dyad[kept], minlength=len(dyads)))
    number, dyad_number = np.cumsum(kept) - 1, np.zeros(len(dyads), dtype=np.int64)
    dyad_number[named] = np.arange(len(named))
    # The earliest report first; copies last. Places are in the order of ids where the days agree.
    order = np.lexsort((rows["id"], share == 0, day, act_of))
    order = order[told[order]]
    return Acts(
        dyads=tuple(dyads[n] for n in named),
        dyad=dyad_number[dyad[kept]],
        day=act_day[kept],
        score=score[kept],
        weight=weight[kept],
        report_act=number[act_of[order]],
        report_event=rows["id"].astype(object)[order],
        report_document=rows["document"].astype(object)[order],
        report_story=rows["story"].astype(object)[order],
        report_publisher=rows["publisher"].astype(object)[order],
        report_share=share[order],
        latest=int(rows["reported"].max()) if count else None,
    )


def _shares(act_of: IntArray, repeated: npt.NDArray[np.bool_], acts: int) -> FloatArray:
    """The say of each report in its act: equal shares, none for one that repeats another."""
    first_hand = np.bincount(act_of, ~repeated, acts)
    # Where a question left out the original, its copies stand for it.
    counted = ~repeated | (first_hand[act_of] == 0)
    result: FloatArray = counted / np.maximum(np.bincount(act_of, counted, acts)[act_of], 1)
    return result
