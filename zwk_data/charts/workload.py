"""Measures by theme and status: a grid, the more the darker, the number in each field."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.chart import Chart
from zwk_data.charts.heat_grid import heat_grid
from zwk_data.german import count, number
from zwk_data.programme.words import MEASURE_STATUS


def measure_grid(themes: pd.DataFrame, source: str) -> Chart:
    """``themes`` as from ``workload.by_theme``; themes are rows, the one with most measures on top."""
    values: list[list[int]] = themes[list(MEASURE_STATUS)].astype(int).to_numpy().tolist()
    names = [f"{name} ({number(n)})" for name, n in zip(themes["name_de"], themes["number"], strict=True)]
    figure = heat_grid(names, list(MEASURE_STATUS.values()), values)
    return Chart(
        figure=figure,
        title="Maßnahmen nach Thema und Stand",
        alt=_workload_alt(themes),
        source=source,
        table=_workload_table(themes),
        filename="monitoring_massnahmen",
        note="In Klammern: alle Maßnahmen des Themas. Je dunkler ein Feld, desto mehr Maßnahmen; leer heißt keine.",
    )


def _workload_alt(themes: pd.DataFrame) -> str:
    if themes.empty:
        return "Ohne Einträge: Es sind keine Maßnahmen belegt."
    first = themes.iloc[0]
    done, running = int(themes["done"].sum()), int(themes["running"].sum())
    return (
        f"Raster aus {count(len(themes), 'Thema', 'Themen')} und sechs Ständen mit "
        f"{count(int(themes['number'].sum()), 'Maßnahme', 'Maßnahmen')}; {number(running)} laufen, {number(done)} sind "
        f"abgeschlossen. Die meisten gehören zu „{first['name_de']}“ ({number(int(first['number']))})."
    )


def _workload_table(themes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Thema": themes["name_de"],
            **{word: themes[status] for status, word in MEASURE_STATUS.items()},
            "Alle": themes["number"],
            "Kommunen": themes["participants"],
            "Budget (Euro)": themes["budget_eur"],
            "Ohne Budget": themes["unbudgeted"],
        }
    )
