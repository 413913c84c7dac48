"""The timeline draws dates as wide as they are known, and nothing that has none."""

from __future__ import annotations

import pandas as pd
import pytest

from zwk_data.charts.chart import narrowed
from zwk_data.charts.stages import timeline
from zwk_data.schema.words import STAGES

DAY = 86_400_000


def event(participant: str, stage: str, start: str | None, end: str | None, precision: str, note: str = "") -> dict:
    return {
        "participant_id": participant,
        "name": participant.title(),
        "stage": stage,
        "stage_de": STAGES[stage],
        "date_from": pd.Timestamp(start) if start else pd.NaT,
        "date_to": pd.Timestamp(end) if end else pd.NaT,
        "precision": precision,
        "date_de": start or "ohne Datum",
        "note": note,
        "source_url": "https://beispiel.de/x",
    }


EVENTS = pd.DataFrame(
    [
        event("a", "kick_off", "2022-01-01", "2022-12-31", "year"),
        event("a", "kommunalprofil", "2022-01-01", "2022-12-31", "year"),
        event("a", "zukunftswerkstatt", "2022-02-01", "2022-02-28", "month"),
        event("b", "zukunftswerkstatt", "2022-09-30", "2022-09-30", "day", "Regionalkonferenz"),
        event("b", "zukunftswerkstatt", "2022-10-07", "2022-10-07", "day"),
        event("b", "zukunftswerkstatt", "2023-03-30", "2023-03-30", "day"),
        event("b", "werkstattplan", None, None, "unknown"),
        event("c", "werkstattplan", None, None, "unknown"),
    ]
).astype({"date_from": "datetime64[ns]", "date_to": "datetime64[ns]"})
LABELS = {"b": "Bdorf", "a": "Astadt", "c": "Cheim", "d": "Dburg"}


@pytest.fixture(scope="module")
def chart():
    return timeline(EVENTS, LABELS, "Quelle der Prüfung")


def test_only_participants_with_a_date_have_a_row_in_the_given_order(chart) -> None:
    assert list(chart.figure.layout.yaxis.ticktext) == ["Bdorf", "Astadt"]


def test_bars_are_as_long_as_their_year_and_month(chart) -> None:
    bars = [(bar.base[0], bar.x[0] / DAY, bar.y[0]) for bar in chart.figure.data if bar.type == "bar"]
    assert bars == [("2022-01-01", 365, 1), ("2022-01-01", 365, 1), ("2022-02-01", 28, 1)]


def test_days_are_discs_and_a_covered_one_leaves_its_number_to_the_next(chart) -> None:
    discs = next(t for t in chart.figure.data if t.type == "scatter" and t.y and 0 in t.y)
    assert list(zip(discs.x, discs.text, strict=True)) == [
        ("2022-02-14", "3"),
        ("2022-09-30", ""),
        ("2022-10-07", "3"),
        ("2023-03-30", "3"),
    ]
    assert [size > 1 for size in discs.marker.size] == [False, True, True, True]
    assert "Regionalkonferenz" in discs.customdata[1]


def test_on_a_phone_stages_lie_one_below_the_other(chart) -> None:
    made = narrowed(chart.figure)
    heights = {t.meta: sorted({round(y % 1, 2) for y in t.y}) for t in made.data if t.type == "scatter" and t.meta}
    assert [heights[stage] for stage in (1, 2, 3)] == [[0.64], [0.82], [0.0]]
    assert {bar.width for bar in made.data if bar.type == "bar"} == {0.18}
    # 18 % of a row is as high as a disc
    row = (made.layout.height - made.layout.margin.t) / 2
    assert max(size for t in made.data if t.type == "scatter" and t.meta for size in t.marker.size) <= 0.18 * row


def test_numbers_of_two_years_in_one_row_stand_apart(chart) -> None:
    places = [t.x[0] for t in chart.figure.data if t.type == "scatter" and t.text in (("1",), ("2",))]
    assert places == ["2022-02-06", "2022-04-20"]


def test_the_legend_names_all_stages_whatever_is_drawn(chart) -> None:
    named = [t.name for t in chart.figure.data if t.showlegend]
    assert named == [f"{i} {name}" for i, name in enumerate(STAGES.values(), start=1)]


def test_what_is_left_out_is_said(chart) -> None:
    assert "2\u00a0Termine ohne Datum" in chart.note
    assert "2\u00a0Kommunen ohne datierten Termin" in chart.note
    assert chart.alt.startswith("Zeitleiste mit 6\u00a0datierten Terminen aus 2\u00a0Kommunen, vom 01.01.2022 bis zum")
    assert chart.source == "Quelle der Prüfung"


def test_the_table_has_every_event_dated_or_not(chart) -> None:
    assert len(chart.table) == 8
    assert chart.table["Von"].isna().sum() == 2


def test_nothing_dated_is_said_and_drawn_empty() -> None:
    chart = timeline(EVENTS, {"c": "Cheim"}, "x")
    assert chart.alt.startswith("Zeitleiste ohne Einträge")
    assert list(chart.figure.layout.yaxis.ticktext) == []
    assert list(chart.figure.layout.xaxis.ticktext) == ["2021", "2022", "2023", "2024"]


def test_an_event_outside_the_project_widens_the_axis() -> None:
    late = pd.DataFrame([event("a", "zwischenbilanz", "2025-02-01", "2025-02-01", "day")])
    chart = timeline(late, LABELS, "x")
    assert chart.figure.layout.xaxis.range == ("2021-01-01", "2026-01-01")
