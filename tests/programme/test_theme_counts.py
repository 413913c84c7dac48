"""Themes by stage and by status, on a few hand-made rows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from zwk_data.programme import theme_counts, themes
from zwk_data.programme.words import MEASURE_STATUS, STAGES
from zwk_data.warehouse import connection, scope


@pytest.fixture
def small(public: Path) -> None:
    """Three Kommunen with themes, four events, four measures."""
    connection.close()
    now = datetime(2024, 1, 2, 9)
    with duckdb.connect(str(public)) as con:
        for table in ("participant_theme", "stage_event", "measure"):
            con.execute(f"DELETE FROM {table}")
        for number, (who, theme) in enumerate(
            # two wordings for one theme are one Kommune
            [("riesa", "wohnen"), ("riesa", "wohnen"), ("vrees", "wohnen"), ("vrees", "leerstand")]
        ):
            con.execute(
                "INSERT INTO participant_theme VALUES (?, ?, ?, NULL, ?)", [who, theme, f"w{number}", f"t{number}"]
            )
        for number, (who, stage) in enumerate(
            # two events of one stage are one Kommune; coburg has no theme
            [("riesa", "kick_off"), ("riesa", "kick_off"), ("vrees", "werkstattplan"), ("coburg", "kick_off")]
        ):
            con.execute(
                "INSERT INTO stage_event VALUES (?, ?, ?, ?, 'day', '', NULL, 'Probe', ?, ?)",
                [who, stage, date(2023, 1, number + 1), date(2023, 1, number + 1), now, f"e{number}"],
            )
        for key, theme, status, budget in (
            ("a", "wohnen", "done", 1000),
            ("b", "wohnen", "idea", 500),
            ("c", "wohnen", "idea", None),
            ("d", None, "running", None),
        ):
            con.execute(
                "INSERT INTO measure (measure_id, participant_id, theme_id, title, status, budget_eur, entered_by, "
                "entered_at) VALUES (?, 'riesa', ?, ?, ?, ?, 'Probe', ?)",
                [key, theme, f"Maßnahme {key}", status, budget, now],
            )


@pytest.mark.usefixtures("small")
def test_kommunen_are_counted_once_per_theme_and_stage() -> None:
    frame = theme_counts.by_stage()
    assert frame["theme_id"].tolist() == themes.themes()["theme_id"].tolist()
    rows = frame.set_index("theme_id")[["participants", *STAGES]]
    assert rows.loc["wohnen"].tolist() == [2, 1, 0, 0, 1, 0]
    assert rows.loc["leerstand"].tolist() == [1, 0, 0, 0, 1, 0]
    assert rows.loc["integration"].tolist() == [0] * 6


@pytest.mark.usefixtures("small")
def test_measures_by_status_with_those_of_no_theme_last() -> None:
    frame = theme_counts.by_status()
    assert frame["theme_id"].tolist() == [*themes.themes()["theme_id"], ""]
    rows = frame.set_index("theme_id")
    assert rows.loc["wohnen", ["measures", *MEASURE_STATUS]].tolist() == [3, 2, 0, 0, 1, 0, 0]
    assert rows.loc["wohnen", ["budgeted", "budget_eur"]].tolist() == [2, 1500]
    assert rows.loc["", ["name_de", "measures", "running"]].tolist() == ["ohne Thema", 1, 1]
    assert pd.isna(rows.loc["", "budget_eur"])
    assert rows.loc["leerstand", "measures"] == 0
    assert pd.isna(rows.loc["leerstand", "budget_eur"])


@pytest.mark.usefixtures("small")
def test_others_see_neither_ideas_nor_money() -> None:
    with scope.asking_as(scope.PUBLIC):
        row = theme_counts.by_status().set_index("theme_id").loc["wohnen"]
    assert row[["measures", "idea", "done", "budgeted"]].tolist() == [1, 0, 1, 0]
    assert pd.isna(row["budget_eur"])


def test_demo_data_add_up(demo: Path) -> None:
    frame = theme_counts.by_status()
    assert frame["measures"].sum() == connection.read("SELECT count(*) AS n FROM measure")["n"].item()
    assert (frame[list(MEASURE_STATUS)].sum(axis=1) == frame["measures"]).all()
    stages = theme_counts.by_stage()
    assert (stages[list(STAGES)].max(axis=1) <= stages["participants"]).all()
