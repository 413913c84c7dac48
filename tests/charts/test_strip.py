"""Strips: what is drawn, what it weighs, what it says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.charts import strip
from zwk_data.charts.chart import Caption
from zwk_data.charts.scales import Scale, density, log_ticks, scale, swarm
from zwk_data.charts.strip import strip_chart
from zwk_data.demography import comparison, groups, indicators
from zwk_data.demography.indicators import Indicator

RATE = Indicator("share_65plus", "Anteil 65 Jahre und älter", "%", 1, "", "", "")
PEOPLE = Indicator("population", "Bevölkerung", "Personen", 0, "", "", "", is_count=True, wide_range=True)


def frame(groups_: dict[str, list[float]], mine: float) -> pd.DataFrame:
    rows = []
    for key, values in groups_.items():
        name = f"Gruppe {key}"
        rows += [(key, name, f"{key}{i}", f"Ort {i}", value, False) for i, value in enumerate(values)]
        rows.append((key, name, "ich", "Musterstadt", mine, True))
    result = pd.DataFrame(rows, columns=["group", "group_name", "key", "name", "value", "is_place"])
    return result.assign(level="gemeinde", note="", status="reported", is_member=True, source_id="probe")


def draw(data: pd.DataFrame, indicator: Indicator = RATE, **more: object) -> strip.Chart:
    positions = comparison.position(data)
    return strip_chart(data, positions, indicator, 2015, Caption("Quelle", "probe"), **more)  # type: ignore[arg-type]


def names(chart: strip.Chart) -> list[str]:
    return [str(text) for trace in chart.figure.data if trace.text for text in trace.text]


def test_every_member_is_a_dot_and_the_place_is_marked() -> None:
    chart = draw(frame({"a": [10, 12, 14, 30], "b": [11, 13]}, 20))
    told = names(chart)
    assert sum(text.startswith("Ort") for text in told) == 6
    assert sum("Musterstadt" in text for text in told) == 2
    texts = [str(one.text) for one in chart.figure.layout.annotations]
    assert any("Gruppe a" in text and "Platz 2 von 5" in text and "Median\u00a014,0\u00a0%" in text for text in texts)
    assert any("Musterstadt" in text and "20,0\u00a0%" in text for text in texts)
    assert "Platz 2 von 5" in chart.alt
    assert chart.table["Gruppe"].tolist() == ["Gruppe a", "Gruppe b"]
    assert chart.table["Musterstadt"].tolist() == [20, 20]
    assert chart.table["Rang"].tolist() == [2, 1]


def test_a_large_group_is_an_area_with_its_ends() -> None:
    values = list(np.random.default_rng(1).normal(20, 3, 5000))
    chart = draw(frame({"gross": values, "klein": [18, 19, 21]}, 20))
    told = [text for text in names(chart) if text.startswith(("Ort", "<b>Ort"))]
    assert len(told) == 2 * strip.ENDS + 3
    assert "zeigt die Fläche" in chart.note
    assert "zeigt die Fläche" not in draw(frame({"klein": [1, 2]}, 3)).note


def test_a_place_without_a_value_is_not_drawn() -> None:
    chart = draw(frame({"a": [10, 12, 14]}, float("nan")))
    assert not [text for text in names(chart) if "Musterstadt" in text]
    assert "Für Musterstadt gibt es für 2015 keine Zahl." in chart.note
    assert "keine Angabe" in chart.alt
    assert draw(frame({"a": []}, float("nan"))).figure.data  # nothing at all is still a figure


def test_references_stand_in_a_row_of_their_own_but_not_for_counts() -> None:
    around = pd.DataFrame({"role": ["land"], "name": ["Sachsen"], "value": [25.1]})
    chart = draw(frame({"a": [10, 12]}, 20), references=around)
    assert any(trace.marker.symbol == "diamond" for trace in chart.figure.data)
    assert chart.table["Gruppe"].iloc[-1] == "Sachsen insgesamt"
    counted = draw(frame({"a": [10, 12]}, 20), PEOPLE, references=around)
    assert not any(trace.marker.symbol == "diamond" for trace in counted.figure.data)


def test_outliers_are_arrows_at_the_edge() -> None:
    values = [*np.linspace(10, 30, 600), 900.0]
    chart = draw(frame({"a": values}, 20))
    assert "1\u00a0Wert liegt außerhalb der Achse" in chart.note
    arrows = [trace for trace in chart.figure.data if trace.marker.symbol and "triangle" in str(trace.marker.symbol)]
    assert len(arrows) == 1
    assert "900,0" in arrows[0].text[0]
    # but never the place itself
    own = draw(frame({"a": values[:-1]}, 900))
    assert own.figure.layout.xaxis.range[1] >= 900


def test_wide_counts_get_a_logarithmic_axis() -> None:
    data = frame({"a": [100, 200, 1000, 3_000_000]}, 500)
    measure = scale(data, np.zeros(0), PEOPLE)
    assert measure.is_log
    assert "logarithmische" in measure.title
    assert not scale(data, np.zeros(0), RATE).is_log
    # a place without inhabitants has no position on a logarithmic axis
    assert not scale(frame({"a": [0, 100, 10_000, 3_000_000]}, 0), np.zeros(0), PEOPLE).is_log
    assert log_ticks(100, 3_000_000) == [100, 1000, 10_000, 100_000, 1_000_000]
    assert log_ticks(30, 300) == [50, 100, 200]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=400))
def test_dots_stay_on_their_strip_and_apart(values: list[float]) -> None:
    ordered = np.sort(np.array(values))
    measure = Scale(0, 100, False, "")
    offset = swarm(ordered, measure, strip.HALF)
    assert np.abs(offset).max() <= strip.HALF
    column = np.round(measure.shares(ordered) * 110)
    places = pd.DataFrame({"column": column, "offset": offset})
    assert not places.duplicated().any()
    assert (swarm(ordered, measure, strip.HALF) == offset).all()


def test_density_is_highest_where_most_are() -> None:
    values = np.concatenate([np.full(100, 25.0), np.full(10, 75.0)])
    x, y = density(values, Scale(0, 100, False, ""))
    assert abs(x[np.argmax(y)] - 25) < 1.2
    assert y.max() == 1
    assert y[0] > 0
    assert y[-1] > 0


@pytest.mark.slow
@pytest.mark.parametrize("participant", ["riesa", "schossin", "rodachtal", "dortmund", "lk-rostock"])
def test_real_figures_stay_small(stores: Path, participant: str) -> None:
    catalogue = indicators.indicators()
    keys = tuple(one.key for one in groups.groups(participant) if one.key != "eigene")
    for indicator, year in (("share_65plus", 2015), ("population", 2023), ("net_migration_rate", 2015)):
        data = comparison.distribution(participant, indicator, year, keys)
        positions = comparison.position(data)
        chart = strip_chart(
            data,
            positions,
            catalogue[indicator],
            year,
            Caption("", ""),
            references=comparison.references(participant, indicator, year),
        )
        assert len(chart.figure.to_json()) < 60_000
        assert len(chart.figure.layout.annotations) >= len(keys)
        for text in (chart.alt, chart.note, chart.title):
            assert "nan" not in text
            assert "  " not in text
        lines = [line for one in chart.figure.layout.annotations for line in str(one.text).split("<br>")]
        # a phone shows some 60 letters; markup is not shown
        assert max(len(re.sub("<[^>]+>", "", line)) for line in lines) <= 60


def test_the_axis_settings_are_plain_values_whatever_the_numbers_come_from():
    """Plotly refuses numpy's own truth values."""
    assert Scale(np.float64(-1), np.float64(2), False, "Saldo").is_signed is True
    assert Scale(np.float64(1), np.float64(2), False, "Anteil").is_signed is False
