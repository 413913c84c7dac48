"""One square per Kommune and theme, the toolkit apart from the wider themes."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts import chart as house
from zwk_data.charts.themes import theme_grid

THEMES = pd.DataFrame(
    [
        ("wohnen", "Wohnen", True, 2),
        ("integration", "Integration", True, 0),
        ("leerstand", "Leerstand", False, 1),
    ],
    columns=["theme_id", "name_de", "toolkit", "participants"],
)
CHOICES = pd.DataFrame(
    [
        ("b", "wohnen", "Wohnen", "Wohnraum; Häuser", "https://beispiel.de/1"),
        ("a", "wohnen", "Wohnen", "Wohnen im Alter", "https://beispiel.de/2"),
        ("b", "leerstand", "Leerstand", "Leere Läden", "https://beispiel.de/3"),
        ("x", "leerstand", "Leerstand", "nicht gewählt", "https://beispiel.de/4"),
    ],
    columns=["participant_id", "theme_id", "name_de", "wording", "source_url"],
)
LABELS = {"a": "Astadt", "b": "Bdorf", "c": "Cheim"}


def test_rows_are_grouped_with_a_heading_each() -> None:
    axis = theme_grid(CHOICES, THEMES, LABELS, "x").figure.layout.yaxis
    rows = [text for _, text in sorted(zip(axis.tickvals, axis.ticktext, strict=True))]
    assert rows == [
        "<b>Themen des Werkzeugkoffers</b>",
        "Wohnen (2)",
        "Integration (0)",
        "<b>Weitere Themen der Kommunen</b>",
        "Leerstand (1)",
    ]


def test_squares_stand_where_their_labels_are_and_carry_the_own_words() -> None:
    figure = theme_grid(CHOICES, THEMES, LABELS, "x").figure
    assert list(figure.layout.xaxis.ticktext) == ["Astadt", "Bdorf"]
    squares = {(d[0], d[1]): (x, y, d[3]) for t in figure.data for x, y, d in zip(t.x, t.y, t.customdata, strict=True)}
    assert squares == {
        ("wohnen", "b"): (1, 1, "Wohnraum; Häuser"),
        ("wohnen", "a"): (0, 1, "Wohnen im Alter"),
        ("leerstand", "b"): (1, 4, "Leere Läden"),
    }


def test_a_choice_is_marked_and_said() -> None:
    chart = theme_grid(CHOICES, THEMES, LABELS, "x", theme="leerstand", participant="a")
    marked = [
        d[:2] for t in chart.figure.data for d, c in zip(t.customdata, t.marker.color, strict=True) if c == house.WARM
    ]
    assert [tuple(m) for m in marked] == [("wohnen", "a"), ("leerstand", "b")]
    assert "Orange: die Auswahl." in chart.note


def test_what_is_not_documented_is_said() -> None:
    chart = theme_grid(CHOICES, THEMES, LABELS, "x")
    assert "Von keiner Kommune belegt: Integration." in chart.note
    assert "Themen nicht belegt für Cheim." in chart.note
    assert chart.alt == (
        "Raster aus 3\u00a0Themen und 2\u00a0Kommunen mit 3\u00a0Einträgen. "
        "Am häufigsten genannt: Wohnen (2) und Leerstand (1)."
    )


def test_the_table_is_ordered_as_the_grid() -> None:
    table = theme_grid(CHOICES, THEMES, LABELS, "x").table
    assert table["Kommune"].tolist() == ["Astadt", "Bdorf", "Bdorf"]
    assert table["Werkzeugkoffer"].tolist() == ["ja", "ja", "nein"]


def test_no_theme_at_all() -> None:
    assert "ohne Einträge" in theme_grid(CHOICES, THEMES, {"c": "Cheim"}, "x").alt
