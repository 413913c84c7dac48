"""The map of participants: areas and circles carry the same words, and no foreign address."""

from __future__ import annotations

import json

import pandas as pd

from zwk_data.charts.map import PARTICIPANTS_COLOURS, Layer, participants_map

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
LAYER = Layer("teilnehmende", {"grob": "/geo/t.json"}, "/geo/p.json", {"grob": "/geo/l.json"})
CHART = participants_map(PEOPLE, LAYER, ["lk", "neu", "rodachtal", "schossin"], "x")


def test_values_follow_the_areas_of_the_layer() -> None:
    values = CHART.spec["values"]
    assert values["values"] == [0, None, 3, 2], "„neu“ has an area but stands in no list"
    assert values["reasons"][values["why"][0]] == "nicht belegt"


def test_a_class_for_each_number_of_stages() -> None:
    assert CHART.spec["limits"] == (1, 2, 3, 4, 5)
    assert CHART.spec["colours"] == PARTICIPANTS_COLOURS
    legend = CHART.spec["legend"]
    assert (legend["title"], legend["texts"], legend["between"]) == ("Belegte Stufen von fünf", list("012345"), False)


def test_all_but_a_kreis_have_a_circle() -> None:
    assert CHART.spec["dotless"] == ("lk",)


def test_words_of_each_area() -> None:
    assert CHART.spec["details"][0] == ("Landkreis, Mecklenburg-Vorpommern", "Belegt: keine Stufe")
    assert CHART.spec["details"][2] == ("Zusammenschluss, Bayern und Thüringen", "Belegt: y"), "both Länder are named"
    assert "3 Ländern, die meisten in Mecklenburg-Vorpommern (2)" in CHART.alt


def test_no_foreign_address() -> None:
    sent = json.dumps(dict(CHART.spec))
    assert "http" not in sent
    assert {part for part in sent.split('"') if part.startswith("/")} == {"/geo/t.json", "/geo/l.json", "/geo/p.json"}


def test_the_table_has_the_best_documented_first() -> None:
    assert CHART.table["Kommune"].tolist() == ["Rodachtal", "Schossin", "Landkreis X"]
