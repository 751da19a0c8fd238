"""Folding at once, held against a loop that takes one report after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.dyads.folding import SLACK_DAYS, VAGUE_DAYS, Reports, fold

REPORT = st.tuples(
    st.integers(0, 1),  # group
    st.integers(0, 60),  # first
    st.sampled_from([0, 0, 0, 1, 5, 30, 300]),  # length
    st.integers(0, 2),  # mode
    st.sampled_from([-1, 0, 1]),  # direction
    st.sampled_from([False, False, True]),  # loaded
)


def by_hand(rows: list[tuple[int, int, int, int, int, bool]]) -> list[int]:
    """The four rules, one report at a time; the anchor of each report."""
    length = {n: row[2] for n, row in enumerate(rows)}

    def stage(n: int) -> tuple[int, ...]:
        vague = length[n] > VAGUE_DAYS
        _, first, _, mode, direction, loaded = rows[n]
        silent = 0 if loaded else (mode == 0) * 2 + (direction == 0)
        return (1 if loaded else 2 * vague, silent, first, first + length[n], n)

    def kind(n: int) -> int:
        return (rows[n][3] == 0) * 2 + (rows[n][4] == 0)

    anchors: list[int] = []
    act: dict[int, int] = {}
    ordered = sorted(range(len(rows)), key=stage)

    def fits(n: int, a: int, slack: int) -> bool:
        group, first, _, mode, direction, _ = rows[n]
        its, begin, _, its_mode, its_direction, _ = rows[a]
        return (
            group == its
            and begin - slack <= first + length[n]
            and first <= begin + length[a] + slack
            and (not mode or not its_mode or mode == its_mode)
            and (not direction or not its_direction or direction == its_direction)
        )

    for n in ordered:
        loaded = rows[n][5]
        same_kind = [a for a in anchors if stage(a)[:2] == stage(n)[:2]]
        earlier = [a for a in anchors if stage(a)[:2] != stage(n)[:2]]
        found = [a for a in earlier if fits(n, a, 0 if loaded else SLACK_DAYS)]
        if not found and not loaded:
            found = [a for a in same_kind if rows[a][3:5] == rows[n][3:5] and fits(n, a, SLACK_DAYS)]
        if found:
            act[n] = min(found, key=lambda a: (rows[a][1], kind(a), length[a], stage(a)[:2], a))
        else:
            act[n] = n
            anchors.append(n)
    return [act[n] for n in range(len(rows))]


@settings(max_examples=400, deadline=None)
@given(st.lists(REPORT, max_size=25))
def test_folding_at_once_is_folding_one_by_one(drawn: list[tuple[int, int, int, int, int, bool]]) -> None:
    # Loaded events have exact days, and of each kind and day one comes here.
    exact = [(*row[:2], 0, *row[3:]) if row[5] else row for row in drawn]
    rows = [row for n, row in enumerate(exact) if not row[5] or row not in exact[:n]]
    group, first, length, mode, direction, loaded = (
        np.array(column, dtype=np.int64) for column in (list(zip(*rows, strict=True)) or [()] * 6)
    )
    found = fold(Reports(group, first, first + length, mode, direction), np.arange(len(rows)), loaded.astype(bool))
    assert found.tolist() == np.unique(by_hand(rows), return_inverse=True)[1].tolist()


def test_a_year_of_daily_reports_is_an_act_every_third_day() -> None:
    days = np.arange(366)
    zeros = np.zeros(366, dtype=np.int64)
    act_of = fold(Reports(zeros, days, days, zeros, zeros + 1), days, zeros.astype(bool))
    assert np.bincount(act_of).tolist() == [3] * 122


def test_no_report_is_no_act() -> None:
    none = np.empty(0, dtype=np.int64)
    assert fold(Reports(none, none, none, none, none), none, none.astype(bool)).tolist() == []
