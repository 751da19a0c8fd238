"""The panel of all dyads: the same figures as the course of each, from a store or from files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dyads import course, panel, read_acts
from comity.dyads.index import course_of_index, mass_at
from comity.dyads.panel import Panel
from comity.dyads.table import event_table
from comity.errors import InputError
from comity.store import Store

Make = Callable[..., Any]
AS_OF = "2023-06-15"
DAYS = st.integers(0, 1500).map(lambda number: (date(2018, 1, 1) + timedelta(days=number)).isoformat())
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "event": st.sampled_from(["SUPPORT", "ACCUSE", "CONSULT"]),
            "mode": st.sampled_from([None, "visit"]),
            "way": st.sampled_from([("AZE", "ISR"), ("ISR", "AZE"), ("TUR", "AZE"), ("AZE", "TUR"), ("GEO", "ISR")]),
            "reciprocal": st.booleans(),
            "date": DAYS,
            "score": st.floats(-10, 10),
            "publisher": st.sampled_from([None, "The Echo", "The Herald"]),
            "auxiliary": st.sampled_from([[], [], ["future"], ["negation"], ["historical"]]),
            "dataset": st.sampled_from(["icews", "gdelt", None]),
        }
    ),
    max_size=30,
)
PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def filled(load_events: Make, make_event: Make, events: list[dict[str, Any]]) -> Store:
    store = Store.open(":memory:")
    for event in events:
        source, target = event["way"]
        mode = event["mode"] if event["event"] == "CONSULT" else None
        row = {name: value for name, value in event.items() if name != "way"} | {
            "source": source, "target": target, "mode": mode,
        }  # fmt: skip
        if event["dataset"]:
            load_events(store, row)
        else:
            del row["dataset"], row["publisher"]
            store.add_events([make_event(**(row | {"auxiliary": tuple(row["auxiliary"])}))])
    return store


def by_reference(store: Store, ends: np.ndarray[Any, Any], half_life: float, **filters: Any) -> dict[Any, Any]:
    """Index and mass of each dyad by the arithmetic of `course`, one dyad at a time."""
    acts = read_acts(store, as_of=AS_OF, **filters)
    found = {}
    for number, dyad in enumerate(acts.dyads):
        own = acts.dyad == number
        index = course_of_index(acts.day[own], acts.weight[own], acts.score[own], ends, half_life)
        mass = mass_at(acts.day[own], acts.weight[own], ends, half_life)
        first = int(np.searchsorted(ends, acts.day[own].min()))
        found[dyad] = [(n, index[n] if mass[n] else None, mass[n]) for n in range(first, len(ends))]
    return found


def as_rows(found: Panel) -> dict[Any, Any]:
    rows: dict[Any, Any] = {}
    for dyad, period, index, mass in zip(
        found.dyad.tolist(), found.period.tolist(), found.index.tolist(), found.mass.tolist(), strict=True
    ):
        rows.setdefault(found.dyads[dyad], []).append((period, None if index != index else index, mass))
    return rows


@PROPERTY
@given(
    events=EVENTS,
    half_life=st.sampled_from([0.25, 3.0, 30.0, 365.0, 5000.0]),
    length=st.sampled_from(["month", "quarter", "year"]),
    filters=st.sampled_from(
        [
            {},
            {"datasets": "own"},
            {"datasets": ["icews"]},
            {"publisher_weights": {"The Echo": 2.5, "The Herald": 0.0}},
            {"dimension_weights": {"diplomatic": 0.3}},
            {"without_publishers": ["The Echo"]},
            {"without_period": ("2019-01-01", "2019-12-31")},
            {"without_actors": ["TUR"]},
        ]
    ),
)
def test_the_panel_is_the_course_of_each_dyad(
    load_events: Make, make_event: Make, events: list[Any], half_life: float, length: Any, filters: dict[str, Any]
) -> None:
    with filled(load_events, make_event, events) as store:
        found = panel(store, as_of=AS_OF, period=length, half_life_days=half_life, **filters)
        expected = by_reference(store, found.ends, half_life, **filters) if len(found.ends) else {}
    rows = as_rows(found)
    assert set(rows) == set(expected)
    for dyad, course_of in expected.items():
        assert [(period, mass) for period, _, mass in rows[dyad]] == [(period, mass) for period, _, mass in course_of]
        for (_, index, _), (_, reference, _) in zip(rows[dyad], course_of, strict=True):
            assert (index is None) == (reference is None)
            assert index is None or index == pytest.approx(reference, abs=1e-9)


def test_chunks_change_nothing(load_events: Make, make_event: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [{"date": f"20{10 + n % 9}-0{1 + n % 7}-11", "source": "AZE" if n % 3 else "TUR"} for n in range(40)]
    with Store.open(":memory:") as store:
        load_events(store, *events)
        whole = panel(store)
        monkeypatch.setattr(sys.modules["comity.dyads.panel"], "CHUNK_ROWS", 7)
        parts = panel(store)
    assert whole.dyads == parts.dyads
    assert np.allclose(whole.index, parts.index, equal_nan=True, atol=1e-12)
    assert whole.mass.tolist() == parts.mass.tolist()


@pytest.fixture
def shuffled(tmp_path: Path) -> tuple[Path, Path]:
    """The same events in the order of days, and in none; some acts are told by several rows with different scores."""
    rows = """SELECT 'S' || (i * 7 % 40) AS source, 'S' || (i * 13 % 41) AS target, 'AID' AS event, (i % 11) / 10 AS score,
                     DATE '2000-01-01' + (i // 9)::INTEGER AS date_start FROM range(40000) t(i)"""
    files = tmp_path / "by_day.parquet", tmp_path / "shuffled.parquet"
    for file, order in zip(files, ("i", "hash(i)"), strict=True):
        duckdb.execute(f"COPY ({rows} ORDER BY {order}) TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return files


def test_an_archive_in_no_order_gives_the_same_panel(
    shuffled: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with event_table(shuffled[0]) as by_day, event_table(shuffled[1]) as other:
        assert by_day.by_day() and not other.by_day()
    whole = panel(shuffled[1])
    # Neither do other chunks and blocks change it.
    for rows in (3_000, 1_000_000):
        for name in ("CHUNK_ROWS", "BLIND_ROWS", "BLOCK_ROWS"):
            monkeypatch.setattr(sys.modules["comity.dyads.panel"], name, rows)
        sorted_, other_ = panel(shuffled[0]), panel(shuffled[1])
        assert sorted_.mass.tolist() == other_.mass.tolist() == whole.mass.tolist()
        assert sorted_.reports.sum() == 40000 - duckdb.sql(
            f"SELECT count(*) FROM '{shuffled[0]}' WHERE source = target"
        ).fetchall()[0][0]  # fmt: skip
        assert np.allclose(sorted_.weight, whole.weight, rtol=1e-12) and np.allclose(
            sorted_.index, other_.index, atol=1e-12
        )


def test_runs_with_more_or_fewer_threads_give_the_same_bits(
    shuffled: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect
    for file in shuffled:
        bits = set()
        for threads in (1, 2, 4):
            monkeypatch.setattr("duckdb.connect", lambda threads=threads: connect(config={"threads": threads}))
            found = panel(file)
            bits.add((found.index.tobytes(), found.weight.tobytes()))
        assert len(bits) == 1


def test_the_panel_ends_where_the_course_does(load_events: Make) -> None:
    with Store.open(":memory:") as store:
        load_events(store, {"date": "2019-11-02"}, {"date": "2020-02-20", "event": "ASSAULT"})
        ties = course(store, "AZE", "ISR", draws=0)
        found = panel(store)
    assert [tie.period for tie in ties] == list(found.periods)
    assert found.index.tolist() == pytest.approx([tie.index for tie in ties], abs=1e-12)


@pytest.fixture
def minimal(tmp_path: Path) -> Path:
    """Only the columns that are needed."""
    file = tmp_path / "events.parquet"
    duckdb.sql(
        """SELECT * FROM (VALUES ('AZE', 'ISR', 'SUPPORT', 5.0, DATE '2020-01-10'),
                                 ('AZE', 'ISR', 'SUPPORT', 5.0, DATE '2020-01-10'),
                                 ('ISR', 'AZE', 'ACCUSE', -3.0, DATE '2020-03-10'),
                                 ('AZE', NULL, 'ACCUSE', -3.0, DATE '2020-03-10'),
                                 ('TUR', 'AZE', 'AID', 10.0, DATE '2020-03-11')) AS t(source, target, event, score, date)"""
    ).write_parquet(str(file))
    return file


def test_a_file_with_the_least_columns_suffices(minimal: Path, tmp_path: Path) -> None:
    found = panel(minimal)
    assert found.dyads == (("AZE", "ISR"), ("AZE", "TUR"))
    assert (found.acts.tolist(), found.reports.tolist()) == ([1, 0, 1, 1], [2, 0, 1, 1])
    assert panel(minimal, dense=False).acts.tolist() == [1, 1, 1]
    found.write(tmp_path / "panel.parquet")
    rows = duckdb.sql(f"SELECT a, b, period, day::VARCHAR, mass FROM '{tmp_path / 'panel.parquet'}'").fetchall()
    assert rows[0] == ("AZE", "ISR", "2020-01", "2020-01-31", 1)
    assert rows[-1] == ("AZE", "TUR", "2020-03", "2020-03-11", 1)
    assert found.to_arrow().num_rows == 4


def test_the_course_of_a_file_is_its_row_of_the_panel(minimal: Path) -> None:
    ties = course(minimal, "AZE", "ISR", as_of="2020-03-31")
    found = panel(minimal, as_of="2020-03-31")
    assert [tie.index for tie in ties] == pytest.approx(found.index[:3].tolist(), abs=1e-12)
    assert all(tie.low <= tie.index <= tie.high for tie in ties if tie.index is not None)  # type: ignore[operator]


def test_an_empty_store_is_an_empty_panel() -> None:
    with Store.open(":memory:") as store:
        assert len(panel(store)) == 0


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ("'A' AS source, 'B' AS target, 1.0 AS score, DATE '2020-01-01' AS date", "has no column event"),
        ("'A' AS source, 'B' AS target, 'AID' AS event, 1.0 AS score", "has no column date_start"),
    ],
)
def test_a_file_without_a_column_is_refused_by_its_name(tmp_path: Path, columns: str, fault: str) -> None:
    duckdb.sql(f"SELECT {columns}").write_parquet(str(tmp_path / "x.parquet"))
    with pytest.raises(InputError, match=f"x.parquet: {fault}"):
        panel(tmp_path / "x.parquet")


def test_a_file_that_is_none_or_no_parquet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        panel(tmp_path / "absent.parquet")
    (tmp_path / "text.parquet").write_text("no table")
    with pytest.raises(InputError, match="is no Parquet"):
        panel(tmp_path / "text.parquet")


def test_a_question_that_the_file_cannot_answer_is_refused(minimal: Path) -> None:
    with pytest.raises(InputError, match="has no column dimension"):
        panel(minimal, dimension="military")
    with pytest.raises(ValueError, match="period"):
        panel(minimal, period="week")  # type: ignore[arg-type]
