"""The figures of Monitoring, each made from a ``View``; kept by ``parts.cached`` as long as the data stand."""

from __future__ import annotations

from datetime import date

from zwk_data.charts.chart import Chart
from zwk_data.charts.durations import duration_boxes
from zwk_data.charts.funnel import division_bars, funnel_lines
from zwk_data.charts.money import money_by_participant, money_by_year
from zwk_data.charts.planned import planned_actual
from zwk_data.charts.workload import measure_grid
from zwk_data.programme import funnel, money
from zwk_data.web.monitoring_view import (
    View,
    division_of,
    durations_of,
    funding_of,
    funnel_of,
    labels_of,
    schedule_of,
    spans_of,
    themes_of,
    years_of,
)


def planned_chart(view: View, stage: str) -> Chart:
    """Planned against actual of one stage."""
    frame = schedule_of(view)
    return planned_actual(frame[frame["stage"] == stage], labels_of(view), view.source, view.limits.on_time, view.today)


def duration_chart(view: View) -> Chart:
    """How long the steps take."""
    return duration_boxes(durations_of(view), spans_of(view), view.limits, view.source)


def funnel_chart(view: View, until: date, height: int = 400) -> Chart:
    """Kommunen per stage over time."""
    return funnel_lines(funnel_of(view, until), view.total, view.source, height)


def division_chart(view: View, by: str) -> Chart:
    """The latest stage by Land, Art, Beratung or Aufnahme."""
    return division_bars(division_of(view, by), funnel.DIVISIONS[by][1], view.source)


def year_chart(view: View) -> Chart:
    """Mittel per year."""
    return money_by_year(years_of(view), view.source)


def payer_chart(view: View, year: int | None) -> Chart:
    """Mittel per Kommune, of one year or of all."""
    frame = funding_of(view)
    first, last = int(frame["year"].min()), int(frame["year"].max())
    period = str(year) if year else f"{first} bis {last}" if first < last else str(first)
    if year:
        frame = frame[frame["year"] == year]
    return money_by_participant(money.by_participant(frame), labels_of(view), period, view.source)


def measure_chart(view: View) -> Chart:
    """Measures by theme and status."""
    return measure_grid(themes_of(view), view.source)
