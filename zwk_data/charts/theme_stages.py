"""Themes by stage: how many of a theme's Kommunen are documented in each."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.chart import Chart
from zwk_data.charts.heat_grid import heat_grid
from zwk_data.german import count, listing, number
from zwk_data.programme.words import STAGES

NONE = "keine Stufe belegt"


def stage_grid(themes: pd.DataFrame, source: str, *, theme: str | None = None) -> Chart:
    """``themes`` as from ``theme_links.by_stage``; those that nobody chose are told below. ``theme`` is set off."""
    shown = themes[themes["participants"] > 0].sort_values(
        ["participants", "name_de"], ascending=[False, True], ignore_index=True
    )
    # nobody without any documented stage: no column of nothing
    silent = bool(shown["none"].any())
    columns = [*STAGES, *["none"] * silent]
    names = [f"{name} ({number(n)})" for name, n in zip(shown["name_de"], shown["participants"], strict=True)]
    marked = shown.index[shown["theme_id"] == theme].tolist()
    figure = heat_grid(
        names,
        [*STAGES.values(), *["keine Stufe<br>belegt"] * silent],
        shown[columns].astype(int).to_numpy().tolist(),
        hints=[
            [*(f"nicht belegt: {number(n - value)}" for value in row), *[""] * silent]
            for n, row in zip(shown["participants"], shown[list(STAGES)].to_numpy(), strict=True)
        ],
        quiet=int(silent),
        marked=marked[0] if marked else None,
    )
    empty = themes.loc[themes["participants"] == 0, "name_de"].tolist()
    note = (
        "In Klammern: alle Kommunen mit dem Thema. In den Feldern: wie viele davon in dieser Stufe belegt sind; was "
        "fehlt, ist nicht belegt, nicht unterblieben."
    )
    if len(shown) and not silent:
        note += " Für jede Kommune mit einem Thema ist wenigstens eine Stufe belegt."
    if empty:
        note += f" Von keiner Kommune belegt: {listing(empty)}."
    return Chart(
        figure=figure,
        title="Themen nach Stufen",
        alt=_stages_alt(shown),
        source=source,
        table=_stages_table(themes),
        filename="themen_stufen",
        note=note,
    )


def _stages_alt(shown: pd.DataFrame) -> str:
    if shown.empty:
        return "Ohne Einträge: Für keine Kommune ist ein Thema belegt."
    rate = shown["zwischenbilanz"]
    first = shown.iloc[int(rate.argmax())]
    lead = f"Raster aus {count(len(shown), 'Thema', 'Themen')} und fünf Stufen."
    if not rate.max():
        return f"{lead} In keinem Thema ist eine Zwischenbilanz belegt."
    return (
        f"{lead} Die meisten Kommunen mit belegter Zwischenbilanz hat „{first['name_de']}“: "
        f"{number(int(first['zwischenbilanz']))} von {number(int(first['participants']))}."
    )


def _stages_table(themes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Thema": themes["name_de"],
            "Kommunen": themes["participants"],
            **{word: themes[stage] for stage, word in STAGES.items()},
            NONE: themes["none"],
        }
    )
