"""The figures of Monitoring: what they draw, and what they say where nothing is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts.chart import WARM
from zwk_data.charts.measures_and_money import measure_grid, money_by_participant, money_by_year
from zwk_data.charts.schedule import duration_boxes, planned_actual
from zwk_data.charts.stages import _apart, division_bars, funnel_lines
from zwk_data.programme import measures_and_money, schedule, stages
from zwk_data.programme.attention import thresholds
from zwk_data.schema.words import STAGES

SOURCE = "Probe."
NOW = date(2024, 12, 31)
NAMES = {"a": "Adorf", "b": "Barleben", "c": "Coburg", "d": "Dresden"}


def stage_rows() -> pd.DataFrame:
    """Kick-Off of four Kommunen: late, on time, overdue, without a plan."""
    days = pd.to_datetime
    return pd.DataFrame(
        {
            "participant_id": list(NAMES),
            "name": list(NAMES.values()),
            "stage": "kick_off",
            "stage_de": "Kick-Off",
            "state": ["held", "held", "overdue", "none"],
            "first_from": days(["2022-01-01", "2022-03-01", "2024-09-01", None]),
            "first_de": ["01.01.2022", "01.03.2022", "01.09.2024", ""],
            "last_de": ["01.02.2022", "01.03.2022", "01.09.2024", ""],
            "moves": [1, 0, 0, 0],
            "reasons": ["Krankheit", "", "", ""],
            "actual_from": days(["2022-02-10", "2022-03-05", None, None]),
            "actual_to": days(["2022-02-10", "2022-03-05", None, None]),
            "actual_precision": ["day", "day", "", ""],
            "actual_de": ["10.02.2022", "05.03.2022", "", ""],
            "days_late": [40.0, 4.0, np.nan, np.nan],
            "open_from": days([None, None, "2024-09-01", None]),
            "open_de": ["", "", "01.09.2024", ""],
            "overdue_days": [np.nan, np.nan, 121.0, np.nan],
            "evidence": ["dated", "dated", "none", "none"],
        }
    )


def test_planned_against_actual_puts_the_longest_delay_on_top() -> None:
    made = planned_actual(stage_rows(), NAMES, SOURCE, 14, NOW)
    assert list(made.figure.layout.yaxis.ticktext) == ["Coburg", "Adorf", "Barleben"]
    drawn = {trace.name: trace for trace in made.figure.data if trace.name}
    assert list(drawn["stattgefunden, später"].x) == ["2022-02-10"]
    assert drawn["überfällig"].marker.color == WARM
    assert len({trace.marker.symbol for trace in drawn.values()}) == len(drawn) == 5, "nothing by colour alone"
    assert len(drawn["noch geplant"].x) == 0
    assert "1 im Plan, 1 später, 1 noch offen" in made.alt
    assert "40\u00a0Tage nach Plan" in made.alt
    assert "1\u00a0Kommune ohne belegten Plan" in made.note
    assert made.table["Kommune"].tolist() == ["Coburg", "Adorf", "Barleben"]


def test_without_any_plan_nothing_is_drawn() -> None:
    rows = stage_rows().assign(first_from=pd.NaT)
    made = planned_actual(rows, NAMES, SOURCE, 14, NOW)
    assert made.alt == "Ohne Einträge: Für die Stufe Kick-Off ist kein Plan belegt."
    assert made.table.empty


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    """The same Kommunen with all five stages, each a hundred days after the one before."""
    parts = []
    for number, (stage, words) in enumerate(STAGES.items()):
        shift = pd.Timedelta(days=100 * number)
        part = frame.assign(stage=stage, stage_de=words)
        ends = part["actual_to"] + shift
        parts.append(part.assign(actual_from=part["actual_from"] + shift, actual_to=ends, reached=ends))
    return pd.concat(parts, ignore_index=True)


def test_durations() -> None:
    frame = schedule.durations(whole(stage_rows()))
    made = duration_boxes(frame, schedule.duration_summary(frame), thresholds(), SOURCE)
    assert "Kick-Off bis Kommunalprofil im Median 100\u00a0Tage (2 belegt)" in made.alt
    assert [len(trace.x) for trace in made.figure.data] == [2, 2, 2, 2]
    # two values make no box, but the limits are always marked
    assert len(made.figure.layout.shapes) == 8
    # two dots of one value do not cover each other
    assert len(set(made.figure.data[0].y)) == 2


def test_funnel_labels_stand_apart() -> None:
    rows = whole(stage_rows())
    rows.loc[rows["participant_id"] == "d", "evidence"] = "undated"
    made = funnel_lines(stages.funnel(rows, NOW), stages.counts(rows), SOURCE)
    assert "Nicht in den Linien: ohne Datum belegt: Kick-Off 1, Kommunalprofil 1" in made.note
    assert [annotation.text for annotation in made.figure.layout.annotations] == [
        "5 Zwischenbilanz: 2",
        "4 Werkstattplan: 2",
        "3 Zukunftswerkstatt: 2",
        "2 Kommunalprofil: 2",
        "1 Kick-Off: 2",
    ]
    heights = sorted(annotation.y for annotation in made.figure.layout.annotations)
    assert min(np.diff(heights)) > 0.2
    assert made.table["Monat"].iloc[-1] == "Dezember 2024"
    assert "Kick-Off 2" in made.alt


@pytest.mark.parametrize("values", [{"kick_off": 39, "kommunalprofil": 39}, {"kick_off": 0, "werkstattplan": 0}])
def test_labels_stay_inside(values: dict[str, int]) -> None:
    heights = sorted(_apart(values, 39, 0.05).values())
    assert heights[1] - heights[0] == pytest.approx(39 * 0.05)
    assert heights[-1] <= 39 * 1.02 + 1e-9


def test_divisions() -> None:
    people = pd.DataFrame(
        {"participant_id": list(NAMES), "land": ["Sachsen", "Sachsen", "Bayern/Thüringen", "Sachsen"]}
    )
    counts = pd.DataFrame({"participant_id": ["a"], "status": ["done"], "number": [3]})
    table = stages.divided(people, whole(stage_rows()), counts, "land")
    made = division_bars(table, "Land", SOURCE)
    assert list(made.figure.layout.yaxis.ticktext) == ["Sachsen (3)", "Bayern (1)", "Thüringen (1)"]
    assert "Sachsen: 2 von 3 bis zur Zwischenbilanz" in made.alt
    assert made.table["Kick-Off"].tolist() == [2, 0, 0]


FUNDING = pd.DataFrame(
    {
        "participant_id": ["a", "a", "b"],
        "name": ["Adorf", "Adorf", "Barleben"],
        "year": [2023, 2024, 2024],
        "granted_eur": [10_000.0, 20_000.0, 30_000.0],
        "called_eur": [10_000.0, 5_000.0, 30_000.0],
        "spent_eur": [9_000.0, np.nan, 31_000.0],
        "note": "",
    }
)


def test_money_by_year() -> None:
    made = money_by_year(measures_and_money.money_by_year(FUNDING), SOURCE)
    assert [trace.name for trace in made.figure.data] == ["Bewilligt", "Abgerufen", "Ausgegeben"]
    assert list(made.figure.data[1].y) == [10_000, 35_000]
    assert "2024 bewilligt 50\u00a0Tausend Euro, davon abgerufen 70\u00a0%" in made.alt
    assert "Ausgaben noch nicht belegt: 2024: 1\u00a0Kommune." in made.note


def test_money_by_participant_begins_with_the_lowest_share() -> None:
    made = money_by_participant(measures_and_money.money_by_participant(FUNDING), NAMES, "2023 bis 2024", SOURCE)
    assert list(made.figure.layout.yaxis.ticktext) == ["Adorf", "Barleben"]
    assert "Adorf mit 50\u00a0%" in made.alt
    assert "Bei 1\u00a0Kommune fehlen Ausgaben" in made.note


def test_measures_by_theme() -> None:
    counts = pd.DataFrame(
        {
            "participant_id": ["a", "a", "b"],
            "theme_id": ["wohnen", "wohnen", "bildung"],
            "name_de": ["Wohnen", "Wohnen", "Bildung"],
            "status": ["running", "done", "done"],
            "number": [12, 1, 3],
            "budget_eur": [100.0, 0.0, 50.0],
            "unbudgeted": [0, 1, 0],
        }
    )
    made = measure_grid(measures_and_money.by_theme(counts), SOURCE)
    assert list(made.figure.layout.yaxis.ticktext) == ["Wohnen (13)", "Bildung (3)"]
    told = sorted(text for trace in made.figure.data[1:] for text in trace.text)
    assert told == ["1", "12", "3"]
    assert "12 laufen, 4 sind abgeschlossen" in made.alt
    empty = measure_grid(measures_and_money.by_theme(counts.iloc[:0]), SOURCE)
    assert empty.alt == "Ohne Einträge: Es sind keine Maßnahmen belegt."
