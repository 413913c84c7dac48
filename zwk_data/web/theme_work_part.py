"""Themen, Stufen und Maßnahmen: how far the Kommunen of each theme have come, and what they do."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from zwk_data.charts.chart import Chart
from zwk_data.charts.theme_stages import stage_grid
from zwk_data.charts.workload import measure_grid
from zwk_data.programme import stages, theme_links, themes, workload
from zwk_data.web import parts
from zwk_data.web.themes_view import Choice, any_measures, sees_all, source

MONEY = ["Budget (Euro)", "Ohne Budget"]


def stages_and_measures(chosen: Choice) -> None:
    """Both grids."""
    parts.section("Stufen", "Wie weit sind die Kommunen, die an einem Thema arbeiten?")
    with st.container(key="themenstufen"):
        parts.show(parts.cached(_by_stage)(chosen.theme), key="stufen")
    parts.section("Maßnahmen", "Was ist zu einem Thema geplant, was läuft, was ist abgeschlossen?")
    if any_measures():
        with st.container(key="themenmassnahmen"):
            parts.show(parts.cached(_by_status)(sees_all()), key="massnahmen", formats={MONEY[0]: 0})
    else:
        parts.notice(
            "Nicht belegt: Aus keinem Werkstattplan sind einzelne Maßnahmen öffentlich. Sobald die Geschäftsstelle "
            "oder die Beratung sie eingetragen hat, stehen sie hier nach Thema und Stand."
        )


def _by_stage(theme: str | None) -> Chart:
    found = theme_links.by_stage(themes.themes(), themes.choices(), stages.matrix())
    return stage_grid(found, source(), theme=theme)


def _by_status(everything: bool) -> Chart:
    """Who doesn't see all sees of others what runs and what is done, and no money."""
    drawn = replace(
        measure_grid(workload.by_theme(workload.measures()), source(entered=True)), filename="themen_massnahmen"
    )
    if everything:
        return replace(drawn, note=f"{drawn.note} Die eingetragenen Budgets stehen in der Tabelle.")
    return replace(
        drawn,
        table=drawn.table.drop(columns=MONEY),
        note=f"{drawn.note} Von anderen Kommunen zählen hier nur laufende und abgeschlossene Maßnahmen.",
    )
