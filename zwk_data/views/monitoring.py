"""What Monitoring shows, each figure made from a ``View``: the chosen Kommunen, the day, the thresholds in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from zwk_data import german, settings
from zwk_data.charts.chart import INK, Chart, Drawing, Figure, Look, Series
from zwk_data.charts.measures_and_money import COLOURS, measure_grid, money_by_participant, money_by_year
from zwk_data.charts.schedule import duration_boxes, planned_actual
from zwk_data.charts.stages import LINES, division_bars, funnel_lines
from zwk_data.programme import attention, measures_and_money, participants, schedule, stages, themes
from zwk_data.programme.attention import Thresholds
from zwk_data.programme.measures_and_money import AMOUNTS
from zwk_data.schema.words import ENTERED, STAGES
from zwk_data.stores import access
from zwk_data.stores.memo import remembered


def allowed() -> bool:
    """May the current user see plans and money of all Kommunen?"""
    return access.current_scope().full


@dataclass(frozen=True)
class View:
    """What is shown: ``ids`` of the chosen Kommunen in alphabetical order, whether that is ``everybody``, ``today``."""

    ids: tuple[str, ...]
    everybody: bool
    today: date
    limits: Thresholds
    chosen: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> int:
        """How many Kommunen."""
        return len(self.ids)

    @property
    def only(self) -> tuple[str, ...] | None:
        """The ids for questions that take None for everybody."""
        return None if self.everybody else self.ids

    @property
    def source(self) -> str:
        """The source line below every figure."""
        return ENTERED[settings.dataset()]

    @property
    def words(self) -> str:
        """The choice in words: „alle 39 Kommunen“, „6 Kommunen (Land: Sachsen)“."""
        number = german.count(self.total, "Kommune", "Kommunen")
        if self.everybody:
            return f"alle {number}"
        return f"{number} ({'; '.join(f'{label}: {value}' for label, value in self.chosen)})"


def view_of_everybody() -> View:
    """All Kommunen, today, with the thresholds in force."""
    return View(tuple(participants.participants()["participant_id"]), True, settings.today(), attention.thresholds())


def _rows_chosen(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    return frame if view.everybody else frame[frame["participant_id"].isin(view.ids)].reset_index(drop=True)


def _labels(view: View) -> dict[str, str]:
    """participant_id -> short name, of the chosen ones."""
    people = people_of(view)
    return dict(zip(people["participant_id"], people["short"], strict=True))


def schedule_of(view: View) -> pd.DataFrame:
    """``schedule.schedule`` of the chosen ones."""
    return _rows_chosen(schedule.schedule(view.today), view)


@remembered
def stages_of(view: View) -> pd.DataFrame:
    """``schedule.summary`` of the chosen ones."""
    return schedule.summary(schedule_of(view), view.limits.on_time, view.today)


@remembered
def attention_of(view: View) -> pd.DataFrame:
    """``attention.attention`` of the chosen ones."""
    silence = attention.silence(view.today)
    return attention.attention(schedule_of(view), silence, view.limits, view.today)


def watched_of(view: View) -> tuple[bool, bool]:
    """Is any plan known, and was anything ever entered here, of the chosen ones?"""
    silence = _rows_chosen(attention.silence(view.today), view)
    plans = schedule_of(view)[["first_from", "open_from"]]
    return bool(plans.notna().any(axis=None)), bool(silence["days"].notna().any())


@remembered
def durations_of(view: View) -> pd.DataFrame:
    """``schedule.durations`` of the chosen ones."""
    return schedule.durations(schedule_of(view))


@remembered
def spans_of(view: View) -> pd.DataFrame:
    """``schedule.duration_summary`` of the chosen ones."""
    return schedule.duration_summary(durations_of(view))


@remembered
def division_of(view: View, by: str) -> pd.DataFrame:
    """``stages.divided`` of the chosen ones."""
    return stages.divided(people_of(view), schedule_of(view), measures_of(view), by)


def people_of(view: View) -> pd.DataFrame:
    """``participants.participants`` of the chosen ones."""
    return _rows_chosen(participants.participants(), view)


def choices_of(view: View) -> pd.DataFrame:
    """``themes.choices`` of the chosen ones."""
    return _rows_chosen(themes.choices(), view)


def measures_of(view: View) -> pd.DataFrame:
    """``measures_and_money.measures`` of the chosen ones."""
    return _rows_chosen(measures_and_money.measures(), view)


@remembered
def themes_of(view: View) -> pd.DataFrame:
    """``measures_and_money.by_theme`` of the chosen ones."""
    return measures_and_money.by_theme(measures_of(view))


def funding_of(view: View) -> pd.DataFrame:
    """``measures_and_money.funding`` of the chosen ones."""
    return _rows_chosen(measures_and_money.funding(), view)


@remembered
def years_of(view: View) -> pd.DataFrame:
    """``measures_and_money.money_by_year`` of the chosen ones."""
    return measures_and_money.money_by_year(funding_of(view))


@remembered
def planned_chart(view: View, stage: str) -> Chart:
    """Planned against actual of one stage."""
    frame = schedule_of(view)
    return planned_actual(frame[frame["stage"] == stage], _labels(view), view.source, view.limits.on_time, view.today)


@remembered
def duration_chart(view: View) -> Chart:
    """How long the steps take."""
    return duration_boxes(durations_of(view), spans_of(view), view.limits, view.source)


@remembered
def funnel_chart(view: View, until: date, height: int = 400) -> Chart:
    """Kommunen per stage over time."""
    rows = schedule_of(view)
    return funnel_lines(stages.funnel(rows, until), stages.counts(rows, until), view.source, height)


def funnel_figure(view: View, until: date) -> Figure:
    """``funnel_chart`` for page, paper and slide."""
    reached = stages.funnel(schedule_of(view), until)
    months = tuple(f"{month:%m/%y}" for month in reached["month"].drop_duplicates())
    lines = tuple(
        Series(f"{number} {name}", tuple(reached.loc[reached["stage"] == stage, "reached"].astype(float)), look)
        for number, (stage, name) in enumerate(STAGES.items(), start=1)
        for look in [Look(LINES[stage], weight=2.2)]
    )
    return Figure(funnel_chart(view, until, 300), Drawing("lines", months, lines, "Kommunen"))


@remembered
def division_chart(view: View, by: str) -> Chart:
    """The latest stage by Land, Art, Beratung or Aufnahme."""
    return division_bars(division_of(view, by), stages.DIVISIONS[by][1], view.source)


@remembered
def year_chart(view: View) -> Chart:
    """Mittel per year."""
    return money_by_year(years_of(view), view.source)


def year_figure(view: View) -> Figure:
    """``year_chart`` for page, paper and slide."""
    years = years_of(view)
    columns = tuple(
        Series(name, tuple(years[column].astype(float)), Look(COLOURS[column], INK)) for column, name in AMOUNTS.items()
    )
    drawing = Drawing("columns", tuple(f"{year:.0f}" for year in years["year"]), columns, "Euro")
    missing = year_chart(view).note.partition("Tausend Euro.")[2].strip()
    return Figure(year_chart(view), drawing, missing)


@remembered
def payer_chart(view: View, year: int | None) -> Chart:
    """Mittel per Kommune, of one year or of all."""
    frame = funding_of(view)
    first, last = int(frame["year"].min()), int(frame["year"].max())
    period = str(year) if year else f"{first} bis {last}" if first < last else str(first)
    if year:
        frame = frame[frame["year"] == year]
    return money_by_participant(measures_and_money.money_by_participant(frame), _labels(view), period, view.source)


@remembered
def measure_chart(view: View) -> Chart:
    """Measures by theme and status."""
    return measure_grid(themes_of(view), view.source)
