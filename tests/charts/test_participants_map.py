"""The map of participants: areas and circles carry the same words, and no foreign address."""

from __future__ import annotations

import json

import pandas as pd

from zwk_data.charts.map import STYLE
from zwk_data.charts.participants_map import COLOURS, participants_map

PEOPLE = pd.DataFrame(
    [
        ("schossin", "Schossin", "gemeinde", "Gemeinde", "Mecklenburg-Vorpommern", 2, "Belegt: x", 11.2, 53.5),
        ("lk", "Landkreis X", "landkreis", "Landkreis", "Mecklenburg-Vorpommern", 0, "Belegt: keine Stufe", 11.5, 53.4),
        (
            "rodachtal",
            "Rodachtal",
            "zusammenschluss",
            "Zusammenschluss",
            "Bayern/Thüringen",
            3,
            "Belegt: y",
            10.8,
            50.3,
        ),
    ],
    columns=["participant_id", "name", "kind", "kind_de", "land", "documented", "stages", "lon", "lat"],
)
CHART = participants_map(PEOPLE, layer_url="/geo/t.json", outline_url="/geo/l.json", source="x")
AREAS, RIM, CIRCLES = CHART.figure.data


def test_areas_follow_the_alphabet_of_ids() -> None:
    assert list(AREAS.locations) == [1, 2, 3]
    assert [row[0] for row in AREAS.customdata] == ["lk", "rodachtal", "schossin"]
    assert list(AREAS.z) == [0, 3, 2]


def test_all_but_a_kreis_have_a_circle_in_the_colour_of_their_area() -> None:
    assert [row[0] for row in CIRCLES.customdata] == ["rodachtal", "schossin"]
    assert list(CIRCLES.marker.color) == [COLOURS[3], COLOURS[2]]
    assert len(RIM.lon) == 2


def test_both_lands_of_an_alliance_are_named() -> None:
    assert CIRCLES.customdata[0][2] == "Zusammenschluss, Bayern und Thüringen"
    assert "3 Ländern, die meisten in Mecklenburg-Vorpommern (2)" in CHART.alt


def test_no_foreign_address() -> None:
    sent = json.dumps(CHART.figure.to_plotly_json(), default=str)
    assert "http" not in sent
    assert CHART.figure.layout.map.style == STYLE


def test_the_table_has_the_best_documented_first() -> None:
    assert CHART.table["Kommune"].tolist() == ["Rodachtal", "Schossin", "Landkreis X"]
