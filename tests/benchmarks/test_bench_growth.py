"""Scaled-up warehouses, and the growth rates computed from them."""

import duckdb
import pytest

from benchmarks.growth import FIGURES, NUMBERS, WORDS, Asked, Size, exponent, scale, table


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as con:
        for name in FIGURES:
            con.execute(f"CREATE TABLE {name} (indicator_id USMALLINT, year SMALLINT, value DOUBLE)")
            con.execute(f"INSERT INTO {name} VALUES (2, 2020, 2), (1, 2021, 1)")
        for name in WORDS:
            con.execute(f"CREATE TABLE {name} AS SELECT 'b' AS indicator_id, 2020::SMALLINT AS year")
        con.execute(f"CREATE TABLE {NUMBERS} AS SELECT * FROM (VALUES ('a', 1), ('b', 2)) t(indicator_id, number)")
        con.execute("CREATE TABLE area AS SELECT '01' AS area_key")
    return path


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("indicators", [(1, 2021), (2, 2020), (1001, 2021), (1002, 2020)]),
        ("years", [(1, 1921), (1, 2021), (2, 1920), (2, 2020)]),
    ],
)
def test_a_scale_up_keeps_what_was_there_and_sorts_it(small, tmp_path, by, expected):
    rows, _ = scale(small, tmp_path / "large.duckdb", 2, by)
    assert rows == len(FIGURES) * 4
    with duckdb.connect(str(tmp_path / "large.duckdb")) as con:
        assert con.execute("SELECT indicator_id, year FROM observation_unchanged").fetchall() == expected
        named = dict(con.execute(f"SELECT number, indicator_id FROM {NUMBERS}").fetchall())
        assert {named[number][0] for number, _ in expected} == {"a", "b"}
        assert con.execute("SELECT count(*) FROM area").fetchall() == [(1,)]


def test_the_exponent_of_a_straight_line_is_one_and_of_the_same_nought():
    assert exponent([1, 10, 100], [2, 20, 200]) == pytest.approx(1)
    assert exponent([1, 10, 100], [5, 5, 5]) == pytest.approx(0)


def test_the_table_names_the_slowest_question():
    fast, slow = Asked("ages.pyramid", "SELECT 1"), Asked("mapdata.values", "SELECT 2")
    sizes = [Size(n * 10**6, n, n * 10**6, {fast: (4, 2), slow: (9 * n, 5 * n)}) for n in (1, 10)]
    told = table(sizes)
    assert "| 1.0 | 1 | 1 | 9 (5) | 9 (5) | 9 (5) | `mapdata.values` |" in told
    assert "slowest 1.00; laying down 1.00, file 1.00" in told
