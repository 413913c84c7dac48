"""The programme store refuses what can't be, and is swapped in whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from zwk_data import seed
from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES, parents_first
from zwk_data.stores import connection, programme_file
from zwk_data.stores.rules import faults
from zwk_data.stores.state import programme_path, warehouse_path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return programme_file.build(tmp_path / "programme-public.duckdb", seed.frames("public"), "abcd1234")


def test_tables_and_columns_are_those_of_the_design(store: Path) -> None:
    # the columns of the design come first; later ones are added behind them
    expected = {name: list(seed.csv_columns(name)) for name in parents_first()}
    expected["change_log"] = ["change_id", "at", "actor", "entity", "entity_id", "field", "old", "new", "reason"]
    counted = ("participant", "participant_area", "stage_event", "theme", "participant_theme", "measure")
    with duckdb.connect(str(store), read_only=True) as con:
        for table in ("change_log", *counted):
            columns = expected[table]
            assert [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()][: len(columns)] == columns
        counts = [con.execute(f"SELECT count(*) FROM {t}").fetchone() for t in counted]
    assert counts == [(39,), (52,), (121,), (25,), (219,), (176,)]


def test_a_new_store_has_exactly_the_tables_that_are_declared(store: Path) -> None:
    with duckdb.connect(str(store), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
    assert {name for (name,) in tables} == set(TABLES)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TABLES))
def test_a_new_store_has_exactly_the_columns_types_and_keys_that_are_declared(store: Path, name: str) -> None:
    declared = TABLES[name]
    with duckdb.connect(str(store), read_only=True) as con:
        described = con.execute(f"DESCRIBE {name}").fetchall()
        keys = con.execute(
            "SELECT constraint_column_names FROM duckdb_constraints() "
            "WHERE table_name = ? AND constraint_type = 'PRIMARY KEY'",
            [name],
        ).fetchall()
    assert {column: kind for column, kind, *_ in described} == declared.column_types
    assert {column for column, _, null, *_ in described if null == "NO"} == declared.always_filled
    own_key = [[declared.key]] if declared.key else [list(rule.columns) for rule in declared.unique]
    assert [list(columns) for (columns,) in keys] == own_key


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TABLES))
def test_the_store_takes_exactly_the_codes_that_are_declared(store: Path, name: str) -> None:
    with duckdb.connect(str(store), read_only=True) as con:
        rules = con.execute(
            "SELECT expression FROM duckdb_constraints() WHERE table_name = ? AND constraint_type = 'CHECK'", [name]
        ).fetchall()
    allowed = {}
    for (rule,) in rules:
        found = re.fullmatch(r"""\(?"?(\w+)"? IN \((.*)\)\)?""", rule)
        if found:
            allowed[found[1]] = set(re.findall(r"'(\w+)'", found[2]))
    codes = {one.column: set(one.choices) for one in TABLES[name].fields if one.choices}
    assert {column: words for column, words in allowed.items() if column != "precision"} == codes


def test_every_table_has_its_restricted_view(store: Path, stores: Path) -> None:
    con = connection.connect(warehouse_path(), store)
    seen = {
        name
        for (name,) in con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = 'restricted'").fetchall()
    }
    assert set(TABLES) <= seen
    con.close()


def test_path_names_the_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    assert programme_path("demo") == tmp_path / "programme-demo.duckdb"


@pytest.mark.parametrize(
    "statement",
    [
        # a month that is no whole month, an unknown date that has one, a day that spans two
        "stage_event VALUES ('riesa', 'kick_off', '2022-01-01', '2022-01-30', 'month', '', NULL, 'x', NULL, 'k')",
        "stage_event VALUES ('riesa', 'kick_off', '2022-01-01', '2022-01-01', 'unknown', '', NULL, 'x', NULL, 'k')",
        "stage_event VALUES ('riesa', 'kick_off', '2022-01-01', '2022-01-02', 'day', '', NULL, 'x', NULL, 'k')",
        "stage_event VALUES ('riesa', 'kick_off', NULL, NULL, 'day', '', NULL, 'x', NULL, 'k')",
        "stage_event VALUES ('riesa', 'party', NULL, NULL, 'unknown', '', NULL, 'x', NULL, 'k')",
        "participant_area VALUES ('riesa', 'kreis', '14627230')",
        "measure (measure_id, participant_id, title, status, entered_by) VALUES ('1', 'riesa', 'x', 'offen', 'x')",
        "measure (measure_id, participant_id, title, status, starts, ends, entered_by) "
        "VALUES ('1', 'riesa', 'x', 'done', '2023-01-02', '2023-01-01', 'x')",
        "measure (measure_id, participant_id, title, status, budget_eur, entered_by) "
        "VALUES ('1', 'riesa', 'x', 'done', -1, 'x')",
        "stage_plan VALUES ('k', 'riesa', 'kick_off', '2022-01-01', '2022-01-01', 'day', 'moved', '', '', 'x', NULL)",
        "funding VALUES ('k', 'riesa', 22, 1, 1, 1, NULL, 'x', NULL)",
    ],
)
def test_what_cannot_be_is_refused(store: Path, statement: str) -> None:
    with duckdb.connect(str(store)) as con, pytest.raises(duckdb.ConstraintException):
        con.execute(f"INSERT INTO {statement}")


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("stage_event VALUES ('nirgendwo', 'kick_off', NULL, NULL, 'unknown', '', NULL, 'x', NULL, 'k')", "missing"),
        ("participant_theme VALUES ('riesa', 'unbekannt', 'Wohnen', NULL, 'k')", "missing"),
        ("theme VALUES ('zweimal', 'Wohnen', false)", "twice"),
        # an event without a date is no second one either
        ("stage_event SELECT * REPLACE (event_id || 'x' AS event_id) FROM stage_event LIMIT 1", "twice"),
    ],
)
def test_what_the_tables_owe_each_other(store: Path, statement: str, broken: str) -> None:
    with duckdb.connect(str(store)) as con:
        assert faults(con) == []
        con.execute(f"INSERT INTO {statement}")
        assert [fault.kind for fault in faults(con)] == [broken]


def test_frames_that_contradict_each_other_leave_the_old_store(store: Path) -> None:
    before = store.read_bytes()
    frames = seed.frames("public")
    frames["theme"] = frames["theme"].iloc[:-1]
    with pytest.raises(ZwkError, match="Tabelle „participant_theme“"):
        programme_file.build(store, frames, "other")
    assert store.read_bytes() == before
    assert [p.name for p in store.parent.iterdir()] == [store.name]


def test_the_state_of_a_store(store: Path, tmp_path: Path) -> None:
    assert programme_file.state(store)[:2] == ("abcd1234", 0)
    assert programme_file.state(tmp_path / "none.duckdb") is None


def test_a_damaged_store_is_not_taken_for_a_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "programme-public.duckdb"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(ZwkError, match="lässt sich nicht lesen"):
        programme_file.state(path)


def test_a_store_that_is_read_elsewhere_can_be_asked(store: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{store}' AS programme (READ_ONLY)")
        assert programme_file.state(store)[:2] == ("abcd1234", 0)


def test_a_long_answer_is_the_same_through_arrow(stores: Path) -> None:
    sql = (
        "SELECT area_key, level, year, status, value, source_id FROM observation_today "
        "WHERE indicator_id = 'population' AND level = 'kreis' AND year IN (2015, 2023) ORDER BY ALL"
    )
    usual, long = connection.read(sql), connection.read(sql, large=True)
    assert len(usual) > 800
    pd.testing.assert_frame_equal(usual, long)
