"""Themes by stage and by status as grids."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from zwk_data.charts.theme_counts import stage_grid, status_grid
from zwk_data.programme.words import MEASURE_STATUS, STAGES

BY_STAGE = pd.DataFrame(
    [
        ("wohnen", "Wohnen", True, 12, 12, 7, 3, 0, 0),
        ("kooperationen", "Intra- und interkommunale Kooperationen", True, 0, 0, 0, 0, 0, 0),
        ("leerstand", "Leerstand", False, 1, 1, 0, 0, 0, 0),
    ],
    columns=["theme_id", "name_de", "toolkit", "participants", *STAGES],
)
BY_STATUS = pd.DataFrame(
    [
        ("wohnen", "Wohnen", True, 6, 1, 0, 4, 1, 0, 0, 1, 1500.0),
        ("leerstand", "Leerstand", False, 0, 0, 0, 0, 0, 0, 0, 0, np.nan),
        ("", "ohne Thema", False, 2, 0, 0, 1, 1, 0, 0, 0, np.nan),
    ],
    columns=["theme_id", "name_de", "toolkit", "measures", *MEASURE_STATUS, "budgeted", "budget_eur"],
)


def written(figure: object) -> dict[tuple[int, int], str]:
    texts = [trace for trace in figure.data if trace.type == "scatter"]  # type: ignore[attr-defined]
    return {(int(y), int(x)): text for trace in texts for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)}


def test_fields_say_how_many_of_how_many() -> None:
    figure = stage_grid(BY_STAGE, "x").figure
    said = {spot: re.sub("<[^>]+>", " ", text).split() for spot, text in written(figure).items()}
    # row 0 is the group's name, row 2 the theme that nobody has
    assert [said[1, x] for x in range(5)] == [[str(n), "von", "12"] for n in (12, 7, 3, 0, 0)]
    assert (2, 0) not in said
    assert said[4, 0] == ["1", "von", "1"]
    steps = figure.data[0].z
    assert list(steps[1]) == [4, 3, 1, 0, 0]
    assert list(steps[2]) == [None] * 5
    assert figure.data[0].customdata[1][3] == "<b>Wohnen</b><br>Werkstattplan: nicht belegt"


def test_names_are_broken_for_a_phone() -> None:
    names = list(stage_grid(BY_STAGE, "x").figure.layout.yaxis.ticktext)
    assert names == [
        "<b>Werkzeugkoffer</b>",
        "Wohnen",
        "Intra- und<br>interkommunale<br>Kooperationen",
        "<b>Weitere Themen</b>",
        "Leerstand",
    ]


def test_stages_in_words_and_as_a_table() -> None:
    drawn = stage_grid(BY_STAGE, "Quelle x")
    assert drawn.alt == (
        "Raster aus 2\u00a0Themen und fünf Stufen. So viele Themen gibt es, bei denen die Stufe für alle Kommunen mit "
        "dem Thema belegt ist: Kick-Off bei 2, Kommunalprofil bei keinem, Zukunftswerkstatt bei keinem, Werkstattplan "
        "bei keinem und Zwischenbilanz bei keinem."
    )
    assert "Von keiner Kommune belegt: Intra- und interkommunale Kooperationen." in drawn.note
    assert drawn.table.iloc[0].tolist() == ["Wohnen", "ja", 12, 12, 7, 3, 0, 0]
    assert "ohne Einträge" in stage_grid(BY_STAGE[BY_STAGE["participants"] == 0], "x").alt
    assert "ohne Einträge" in stage_grid(BY_STAGE.head(0), "x").alt


def test_a_grid_is_as_high_as_its_themes() -> None:
    one, two = (stage_grid(BY_STAGE.head(n), "x").figure.layout.height for n in (2, 3))
    assert two - one == 80  # a theme and the name of its group


def test_measures_by_status() -> None:
    drawn = status_grid(BY_STATUS, "x")
    assert written(drawn.figure) == {(1, 0): "1", (1, 2): "4", (1, 3): "1", (4, 2): "1", (4, 3): "1"}
    assert drawn.alt == (
        "Raster aus 2\u00a0Themen und sechs Ständen mit 8\u00a0Maßnahmen; 5 laufen, 2 sind abgeschlossen. Die meisten "
        "gehören zu „Wohnen“ (6)."
    )
    assert drawn.table["Budget (Euro)"].tolist()[0] == 1500
    assert drawn.table["Budget (Euro)"].isna().tolist() == [False, True, True]
    assert "Ohne belegte Maßnahme: Leerstand." in drawn.note
    assert "nur laufende" not in drawn.note
    assert "nur laufende und abgeschlossene" in status_grid(BY_STATUS, "x", limited=True).note
    nothing = status_grid(BY_STATUS.assign(measures=0), "x")
    assert "ohne Einträge" in nothing.alt
    assert nothing.note.endswith("leer heißt keine. Es sind keine Maßnahmen belegt.")
