"""Whom Monitoring shows: the Kommunen chosen by the filters, the day the data stand on, the thresholds in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from zwk_data import german, paths
from zwk_data.programme import attention, durations, funnel, money, participants, schedule, workload
from zwk_data.programme.thresholds import Thresholds, thresholds
from zwk_data.programme.today import today
from zwk_data.programme.words import ENTERED
from zwk_data.warehouse import scope
from zwk_data.web import parts


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
        return ENTERED[paths.dataset()]

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
    return durations.durations(schedule_of(view))


def spans_of(view: View) -> pd.DataFrame:
    """``durations.summary`` of the chosen ones."""
    return parts.cached(_spans)(view)


def _spans(view: View) -> pd.DataFrame:
    return durations.duration_summary(durations_of(view))


def funnel_of(view: View, until: date) -> pd.DataFrame:
    """``funnel.funnel`` of the chosen ones up to a day."""
    return funnel.funnel(schedule_of(view), until)


def division_of(view: View, by: str) -> pd.DataFrame:
    """``funnel.divided`` of the chosen ones."""
    return parts.cached(_division)(view, by)


def _division(view: View, by: str) -> pd.DataFrame:
    return funnel.divided(people_of(view), schedule_of(view), measures_of(view), by)


def measures_of(view: View) -> pd.DataFrame:
    """``workload.measures`` of the chosen ones."""
    return _of(parts.cached(workload.measures)(), view)


def themes_of(view: View) -> pd.DataFrame:
    """``workload.by_theme`` of the chosen ones."""
    return parts.cached(_themes)(view)


def _themes(view: View) -> pd.DataFrame:
    return workload.by_theme(measures_of(view))


def funding_of(view: View) -> pd.DataFrame:
    """``money.funding`` of the chosen ones."""
    return _of(parts.cached(money.funding)(), view)


def years_of(view: View) -> pd.DataFrame:
    """``money.by_year`` of the chosen ones."""
    return parts.cached(_years)(view)


def _years(view: View) -> pd.DataFrame:
    return money.by_year(funding_of(view))
