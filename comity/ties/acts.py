"""From reports to acts: what the store holds on some dyads, folded so that an act counts once however often told.

In: a store and the actors asked for; out: arrays, one entry an act, and which events of which documents tell it.

Two events tell the same act when they are of the same dyad and type, their modes and directions do not contradict each
other (a missing mode and a reciprocal event contradict nothing), and their dates overlap within two days; or when they
share a `link` within a dyad. Acts are anchored: a report joins the act whose first report it fits, so a year of daily
shelling does not melt into one act through a chain of neighbours. An event with a vague date (a month, a year) joins a
dated act that it fits before it makes one of its own.

Copies of a story are no further witnesses. Where a copy repeats what the first document of its story told (same parties,
type and words), it tells the same act, whatever date its own day of printing would give; and it adds nothing to the act.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from comity.store import Store, visible

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ObjectArray = npt.NDArray[np.object_]
Direction = Literal["both", "ab", "ba"]

# Reports of one act differ by time zone and by the day of printing, seldom by more.
SLACK_DAYS = 2
# A longer interval is a vague date, not a long act.
VAGUE_DAYS = 7
# A plan is weaker than a deed; `hypothetical` and `negation` never count (docs/method.md, "Index").
FUTURE_WEIGHT = 0.3
# Opinion, official and interested documents, where no other document tells the act.
INTERESTED_WEIGHT = 0.5
FAR = np.iinfo(np.int64).max


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
) -> Acts:
    """The acts on all dyads `among` these actors, or `touching` any of them (neither: on all dyads).

    `direction` other than "both" reads one dyad, `among` = (a, b): "ab" keeps what a does to b, and reciprocal acts.
    """
    condition, values = visible("e", "d", as_of)
    conditions: list[str] = [condition]
    parameters: list[Any] = [*values]
    if among is not None:
        conditions.append("list_contains(?::VARCHAR[], e.source) AND list_contains(?::VARCHAR[], e.target)")
        parameters += [list(among), list(among)]
    if touching is not None:
        conditions.append("(list_contains(?::VARCHAR[], e.source) OR list_contains(?::VARCHAR[], e.target))")
        parameters += [list(touching), list(touching)]
    if dimension is not None:
        conditions.append("e.dimension = ?")
        parameters.append(dimension)
    if direction != "both":
        conditions.append("(e.reciprocal OR e.source = ?)")
        parameters.append((among or ())[0 if direction == "ab" else 1])
    if without_interested:
        conditions.append("NOT coalesce(h.interested, d.interested, false)")
    rows = store.columns(_REPORTS.format(conditions=" AND ".join(conditions)), [interested_weight, *parameters])
    return fold(rows)


# `repeated`: the reports of copies that a document of the same story told before, with the dates and link of that report.
_REPEATED = """
told AS (
    SELECT e.id, e.document, e.sentence, e.date_start, e.date_end, e.reported, e.link,
           [coalesce(d.duplicates_of, d.id), e.source, e.target, e.event, coalesce(e.mode, ''), lower(e.trigger),
            array_to_string(list_sort(e.auxiliary), ' ')] AS words,
           first_value(e.document) OVER (
               PARTITION BY words ORDER BY coalesce(d.published, e.reported), d.duplicates_of IS NOT NULL, d.id) AS first
    FROM events e JOIN documents d ON d.id = e.document
    WHERE d.duplicates_of IS NOT NULL OR d.id IN (SELECT duplicates_of FROM documents)),
repeated AS (
    SELECT copy.id, original.date_start, original.date_end, original.reported, original.link
    FROM told AS copy JOIN told AS original ON original.document = copy.first AND original.words = copy.words
    WHERE copy.document <> copy.first
    QUALIFY row_number() OVER (PARTITION BY copy.id ORDER BY abs(original.sentence - copy.sentence), original.id) = 1)
"""

# An act's day is the middle of its dates, but never later than its first report: a plan counts when it is announced.
# A story speaks for a party when its first document does, in whatever paper it is printed again.
_REPORTS = f"""
WITH {_REPEATED}
SELECT least(e.source, e.target) AS low, greatest(e.source, e.target) AS high,
       CASE WHEN e.reciprocal THEN 0 WHEN e.source < e.target THEN 1 ELSE -1 END AS direction,
       e.event, coalesce(e.mode, '') AS mode, coalesce(r.link, e.link) AS link, e.id, e.score, e.document,
       coalesce(d.duplicates_of, e.document) AS story, r.id IS NOT NULL AS repeated,
       coalesce(CASE WHEN h.id IS NULL THEN d.publisher ELSE h.publisher END, story) AS publisher,
       coalesce(r.date_start, e.date_start) AS start_, coalesce(r.date_end, e.date_end) AS end_,
       start_ - DATE '1970-01-01' AS first, end_ - DATE '1970-01-01' AS last,
       least(start_ + ((end_ - start_) // 2)::INTEGER, coalesce(r.reported, e.reported)) - DATE '1970-01-01' AS day,
       e.reported - DATE '1970-01-01' AS reported,
       CASE WHEN coalesce(h.interested, d.interested, false) THEN ?::DOUBLE ELSE 1.0 END
       * CASE WHEN list_contains(e.auxiliary, 'future') THEN {FUTURE_WEIGHT} ELSE 1.0 END AS weight
FROM events e LEFT JOIN documents d ON d.id = e.document LEFT JOIN documents h ON h.id = d.duplicates_of
LEFT JOIN repeated r ON r.id = e.id
WHERE e.target IS NOT NULL AND e.source <> e.target
  AND NOT list_has_any(e.auxiliary, ['negation', 'hypothetical'])
  AND {{conditions}}
ORDER BY low, high, e.event, (last - first > {VAGUE_DAYS}), (e.mode IS NULL)::INT + (direction = 0)::INT, first, last, e.id
"""


class _Open:
    """The acts of one dyad and type so far: which of them does a report fit?"""

    __slots__ = ("acts", "dated", "vague")

    def __init__(self) -> None:
        self.acts: dict[int, tuple[int, int, str, int]] = {}
        self.dated: list[tuple[int, int]] = []
        self.vague: list[int] = []

    def find(self, first: int, last: int, mode: str, direction: int) -> int | None:
        low = bisect.bisect_left(self.dated, (first - SLACK_DAYS - VAGUE_DAYS, -1))
        high = bisect.bisect_right(self.dated, (last + SLACK_DAYS, 1 << 62))
        for act in [act for _, act in self.dated[low:high]] + self.vague:
            begin, end, its_mode, its_direction = self.acts[act]
            near = begin - SLACK_DAYS <= last and first <= end + SLACK_DAYS
            same_way = not (direction and its_direction) or direction == its_direction
            if near and same_way and (not mode or not its_mode or mode == its_mode):
                self.acts[act] = (begin, end, its_mode or mode, its_direction or direction)
                return act
        return None

    def add(self, act: int, first: int, last: int, mode: str, direction: int) -> None:
        self.acts[act] = (first, last, mode, direction)
        if last - first > VAGUE_DAYS:
            self.vague.append(act)
        else:
            bisect.insort(self.dated, (first, act))


def fold(rows: dict[str, npt.NDArray[Any]]) -> Acts:
    """Folds reports, sorted as `_REPORTS` sorts them (precise before vague, telling before silent), into acts."""
    count = len(rows["id"])
    first, last, direction = (rows[name].astype(np.int64).tolist() for name in ("first", "last", "direction"))
    keys = list(zip(rows["low"].tolist(), rows["high"].tolist(), rows["event"].tolist(), strict=True))
    modes, links = rows["mode"].tolist(), rows["link"].tolist()
    act_of = np.empty(count, dtype=np.int64)
    open_acts: dict[tuple[str, str, str], _Open] = {}
    linked: dict[tuple[tuple[str, str, str], str], int] = {}
    acts = 0
    for report in range(count):
        key = keys[report]
        known = open_acts.setdefault(key, _Open())
        found = linked.get((key, links[report]))
        if found is None:
            found = known.find(first[report], last[report], modes[report], direction[report])
        if found is None:
            found, acts = acts, acts + 1
            known.add(found, first[report], last[report], modes[report], direction[report])
        linked.setdefault((key, links[report]), found)
        act_of[report] = found

    day = rows["day"].astype(np.int64)
    dyads = tuple(sorted({key[:2] for key in keys}))
    number = {dyad: index for index, dyad in enumerate(dyads)}
    dyad = np.zeros(acts, dtype=np.int64)
    dyad[act_of] = np.fromiter((number[key[:2]] for key in keys), dtype=np.int64, count=count)
    # A vague date says nothing about the day of an act that another report dates.
    vague = np.subtract(last, first) > VAGUE_DAYS
    act_day = np.full(acts, FAR)
    np.minimum.at(act_day, act_of, np.where(vague, FAR, day))
    vaguely = np.full(acts, FAR)
    np.minimum.at(vaguely, act_of, day)
    act_day = np.where(act_day == FAR, vaguely, act_day)
    weight = np.zeros(acts)
    np.maximum.at(weight, act_of, rows["weight"].astype(np.float64))
    share = _shares(act_of, rows["repeated"].astype(bool), acts)
    score = np.bincount(act_of, rows["score"].astype(np.float64) * share, acts).astype(np.float64)
    order = np.lexsort((rows["id"].astype(str), share == 0, day, act_of))
    return Acts(
        dyads=dyads,
        dyad=dyad,
        day=act_day,
        score=score,
        weight=weight,
        report_act=act_of[order],
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
