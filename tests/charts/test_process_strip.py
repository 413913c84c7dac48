"""The process under a curve: on the same years, in as few lanes as it needs, and nothing made up."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.process_strip import BETWEEN, MOST, _lanes, under_curve
from zwk_data.programme.kommune import MeasureSpan, Moment, Process, process_words
from zwk_data.schema.dates import in_years

STAGES = (Moment(2021.5, "Kick-Off", "Juli 2022", 1), Moment(2022.9, "Zwischenbilanz", "24.11.2023", 5))


def curve() -> Chart:
    figure = chart.house_figure(420, margin=chart.margin(44))
    figure.add_scatter(x=[2011, 2023], y=[100, 90])
    figure.update_xaxes(range=[2010.3, 2023.7])
    table = pd.DataFrame({"Gebiet": ["A"], "Jahr": pd.array([2023], "Int64"), "Index": [90.0], "Angabe": ["gemeldet"]})
    return Chart(figure=figure, title="A", alt="Linie.", source="Q", table=table, note="Bruch.")


def span(start: float, end: float, status: str = "done") -> MeasureSpan:
    return MeasureSpan(start, end, f"von {start}", status, "2022")


def test_a_day_is_a_year_of_which_its_end_is_the_whole_number() -> None:
    assert in_years(date(2022, 12, 31)) == 2022
    assert in_years(date(2023, 7, 2)) == pytest.approx(2022.5, abs=0.002)


def test_the_curve_keeps_its_size_and_the_strip_its_years() -> None:
    before = curve()
    made = under_curve(before, Process(STAGES, (span(2021.6, 2025.2, "running"),), (), 0))
    layout = made.figure.layout
    plot = layout.height - layout.margin.t - layout.margin.b
    assert (layout.yaxis.domain[1] - layout.yaxis.domain[0]) * plot == pytest.approx(420 - 44 - 8)
    assert layout.yaxis2.domain[1] * plot + BETWEEN == pytest.approx(layout.yaxis.domain[0] * plot)
    assert layout.xaxis.range == (2010.3, 2025.5)
    # the original figure is unchanged
    assert before.figure.layout.height == 420
    assert len(before.figure.data) == 1


def test_nothing_with_a_date_leaves_the_curve_alone() -> None:
    before = curve()
    assert under_curve(before, Process((), (), (), 7)) is before


def test_words_and_table_say_what_is_drawn() -> None:
    process = Process(STAGES, (span(2021.6, 2022.2), span(2021.7, 2024.0, "running")), (), 2)
    made = under_curve(curve(), process)
    assert process_words(process) == (
        "Stufen: Kick-Off Juli 2022, Zwischenbilanz 24.11.2023. Maßnahmen mit Zeitraum: 2 (läuft 1, abgeschlossen 1)."
    )
    assert made.alt.endswith(process_words(process))
    assert "Nicht gezeichnet: 2\u00a0Maßnahmen ohne Zeitraum." in made.note
    rows = made.table.astype(object).where(made.table.notna(), None).to_numpy().tolist()
    assert rows[1] == ["Stufe Kick-Off", 2022, None, "Juli 2022"]
    assert rows[-1] == ["Maßnahme: von 2021.7", 2022, None, "läuft; 2022"]


def test_measures_share_lanes_where_they_do_not_meet() -> None:
    lanes = _lanes((span(2021, 2022), span(2021.5, 2023), span(2022.5, 2024), span(2023.5, 2024)))
    assert [[one.start for one in lane] for lane in lanes] == [[2021, 2022.5], [2021.5, 2023.5]]
    many = tuple(span(2021, 2024) for _ in range(MOST + 3))
    assert len(_lanes(many)) == MOST
    made = under_curve(curve(), Process((), many, (), 1))
    assert "Nicht gezeichnet: 1\u00a0Maßnahme ohne Zeitraum und 3\u00a0Maßnahmen aus Platzgründen." in made.note
