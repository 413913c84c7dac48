"""Whom Monitoring shows: the Kommunen chosen by the filters, the day the data stand on, the thresholds in force.

The figures of Monitoring, each made from a ``View``; kept by ``parts.cached`` as long as the data stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.charts.chart import Chart
from zwk_data.charts.measures import measure_grid
from zwk_data.charts.money import money_by_participant, money_by_year
from zwk_data.charts.schedule import duration_boxes, planned_actual
from zwk_data.charts.stages import division_bars, funnel_lines
from zwk_data.programme import attention, measures, money, participants, schedule, stages
from zwk_data.programme.attention import Thresholds, thresholds
from zwk_data.schema.words import ENTERED
from zwk_data.settings import today
from zwk_data.stores import scope
from zwk_data.web.kit import parts


def allowed() -> bool:
    """May whoever sits here see plans and money of all Kommunen?"""
    return scope.current().full


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
        """What stands under every figure."""
        return ENTERED[settings.dataset()]

    @property
    def words(self) -> str:
        """The choice in words: „alle 39 Kommunen“, „6 Kommunen (Land: Sachsen)“."""
        number = german.count(self.total, "Kommune", "Kommunen")
        if self.everybody:
            return f"alle {number}"
        return f"{number} ({'; '.join(f'{label}: {value}' for label, value in self.chosen)})"


def choose_view() -> View:
    """Draw the filters (Land, Art, Beratung, Aufnahme; all in the address) and return what they leave."""
    people = parts.cached(participants.participants)()
    advisers = sorted({one for names in people["adviser"].dropna() for one in names.split("; ")}, key=str.lower)
    offered = {
        "Land": participants.laender(people),
        "Art": sorted(set(people["kind_de"])),
        "Beratung": [*advisers, german.NOT_DOCUMENTED],
        "Aufnahme": people.sort_values("admitted")["admitted_de"].unique().tolist(),
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="zwk-filter"):
        picked = {
            label: st.selectbox(label, options, index=None, key=label.lower(), bind="query-params", placeholder="Alle")
            for label, options in offered.items()
        }
    left = participants.matching(people, picked["Land"], picked["Art"], picked["Aufnahme"])
    if picked["Beratung"]:
        left = left[
            left["adviser"].fillna(german.NOT_DOCUMENTED).map(lambda said: picked["Beratung"] in said.split("; "))
        ]
    return View(
        ids=tuple(left["participant_id"]),
        everybody=len(left) == len(people),
        today=today(),
        limits=thresholds(),
        chosen=tuple((label, value) for label, value in picked.items() if value),
    )


def _of(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    return frame if view.everybody else frame[frame["participant_id"].isin(view.ids)].reset_index(drop=True)


def people_of(view: View) -> pd.DataFrame:
    """``participants`` of the chosen ones."""
    return _of(parts.cached(participants.participants)(), view)


def labels_of(view: View) -> dict[str, str]:
    """participant_id -> short name."""
    people = people_of(view)
    return dict(zip(people["participant_id"], people["short"], strict=True))


def schedule_of(view: View) -> pd.DataFrame:
    """``schedule.schedule`` of the chosen ones."""
    return _of(parts.cached(schedule.schedule)(view.today), view)


def stages_of(view: View) -> pd.DataFrame:
    """``schedule.summary`` of the chosen ones."""
    return parts.cached(_stages)(view)


def _stages(view: View) -> pd.DataFrame:
    return schedule.summary(schedule_of(view), view.limits.on_time)


def attention_of(view: View) -> pd.DataFrame:
    """``attention.attention`` of the chosen ones."""
    return parts.cached(_attention)(view)


def _attention(view: View) -> pd.DataFrame:
    silence = parts.cached(attention.silence)(view.today)
    return attention.attention(schedule_of(view), silence, view.limits, view.today)


def watched_of(view: View) -> tuple[bool, bool]:
    """Is any plan known, and was anything ever entered here, of the chosen ones?"""
    silence = _of(parts.cached(attention.silence)(view.today), view)
    plans = schedule_of(view)[["first_from", "open_from"]]
    return bool(plans.notna().any(axis=None)), bool(silence["days"].notna().any())


def durations_of(view: View) -> pd.DataFrame:
    """``durations.durations`` of the chosen ones."""
    return parts.cached(_durations)(view)


def _durations(view: View) -> pd.DataFrame:
    return schedule.durations(schedule_of(view))


def spans_of(view: View) -> pd.DataFrame:
    """``durations.summary`` of the chosen ones."""
    return parts.cached(_spans)(view)


def _spans(view: View) -> pd.DataFrame:
    return schedule.duration_summary(durations_of(view))


def funnel_of(view: View, until: date) -> pd.DataFrame:
    """``funnel.funnel`` of the chosen ones up to a day."""
    return stages.funnel(schedule_of(view), until)


def division_of(view: View, by: str) -> pd.DataFrame:
    """``funnel.divided`` of the chosen ones."""
    return parts.cached(_division)(view, by)


def _division(view: View, by: str) -> pd.DataFrame:
    return stages.divided(people_of(view), schedule_of(view), measures_of(view), by)


def measures_of(view: View) -> pd.DataFrame:
    """``workload.measures`` of the chosen ones."""
    return _of(parts.cached(measures.measures)(), view)


def themes_of(view: View) -> pd.DataFrame:
    """``workload.by_theme`` of the chosen ones."""
    return parts.cached(_themes)(view)


def _themes(view: View) -> pd.DataFrame:
    return measures.by_theme(measures_of(view))


def funding_of(view: View) -> pd.DataFrame:
    """``money.funding`` of the chosen ones."""
    return _of(parts.cached(money.funding)(), view)


def years_of(view: View) -> pd.DataFrame:
    """``money.by_year`` of the chosen ones."""
    return parts.cached(_years)(view)


def _years(view: View) -> pd.DataFrame:
    return money.by_year(funding_of(view))


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
    return division_bars(division_of(view, by), stages.DIVISIONS[by][1], view.source)


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
