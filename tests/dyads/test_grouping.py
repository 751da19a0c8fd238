"""Rows grouped by packed numbers come in the order that a stable sort by each number gives, however many bits they take."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.dyads.codes import codes_of
from comity.dyads.grouping import group, renumbered

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 2)), max_size=60)


@given(rows=ROWS, bounds=st.sampled_from([(4, 51, 3), (1 << 30, 1 << 30, 3), (1 << 62, 51, 1 << 62)]))
def test_groups_are_those_of_a_stable_sort(rows: list[tuple[int, int, int]], bounds: tuple[int, int, int]) -> None:
    columns = [np.array([row[place] for row in rows], dtype=np.int64) for place in range(3)]
    order, starts = group(*zip(columns, bounds, strict=True))
    assert order.tolist() == sorted(range(len(rows)), key=rows.__getitem__)
    ordered = [rows[place] for place in order]
    assert starts.tolist() == [n for n in range(len(rows)) if n == 0 or ordered[n] != ordered[n - 1]]


def test_numbers_that_fit_no_64_bits_even_renumbered_are_grouped_too() -> None:
    random = np.random.default_rng(1)
    columns = [random.integers(0, 1 << 62, 300) for _ in range(8)]
    columns[0][:] = columns[1][:] = 7
    order, starts = group(*((column, 1 << 62) for column in columns))
    assert order.tolist() == np.lexsort(columns[::-1]).tolist()
    assert len(starts) == 300


@pytest.mark.parametrize("different", [3, 20_000])
def test_renumbering_keeps_the_order_of_numbers(different: int) -> None:
    numbers = np.random.default_rng(2).integers(0, 1 << 63, different, dtype=np.uint64)
    places, count = renumbered(np.concatenate([numbers, numbers]))
    expected = np.unique(np.concatenate([numbers, numbers]), return_inverse=True)[1]
    assert (places.tolist(), count) == (expected.tolist(), different)


@pytest.mark.parametrize("names", [3, 900, 30_000])
def test_each_name_has_the_place_that_it_has_in_order(names: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE t AS SELECT CASE WHEN i > 0 THEN 'N' || lpad(i::VARCHAR, 6, '0') END AS name FROM range({names}) s(i)"
        )
        codes = codes_of(connection, "t", ["name"], ["A", "Z"])
        told = connection.execute(f"SELECT name, {codes.sql()} AS bits FROM t e").fetchnumpy()
    assert codes.names[:2] == ["", "A"] and codes.names[-1] == "Z" and len(codes) == names + 2
    found = [codes.names[place] for place in codes.numbers(told["bits"]).tolist()]
    assert found == [name or "" for name in np.ma.filled(told["name"], "").tolist()]
