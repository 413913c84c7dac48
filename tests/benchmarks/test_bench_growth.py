"""Scaled-up warehouses, and the growth rates computed from them."""

import duckdb
import pytest

from benchmarks.growth import GROWING, Asked, Size, exponent, scale, table


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.duckdb"
    with duckdb.connect(str(path)) as con:
        for name in GROWING:
            con.execute(f"CREATE TABLE {name} (indicator_id VARCHAR, year SMALLINT, value DOUBLE)")
            con.execute(f"INSERT INTO {name} VALUES ('b', 2020, 2), ('a', 2021, 1)")
        con.execute("CREATE TABLE area AS SELECT '01' AS area_key")
    return path


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("indicators", [("a", 2021), ("a~1", 2021), ("b", 2020), ("b~1", 2020)]),
        ("years", [("a", 1921), ("a", 2021), ("b", 1920), ("b", 2020)]),
    ],
)
def test_a_scale_up_keeps_what_was_there_and_sorts_it(small, tmp_path, by, expected):
    rows, _ = scale(small, tmp_path / "large.duckdb", 2, by)
    assert rows == 3 * 4  # three tables of figures
    with duckdb.connect(str(tmp_path / "large.duckdb")) as con:
        assert con.execute("SELECT indicator_id, year FROM observation_unchanged").fetchall() == expected
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
