"""Themes drawn: the grid against stages, the ring of Kommunen, the two strips."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts import chart as house
from zwk_data.charts.marks import heat_grid, places, seated
from zwk_data.charts.theme_network import theme_network
from zwk_data.charts.themes import difference_in_words, stage_grid, theme_strip
from zwk_data.demography.indicators import Indicator
from zwk_data.programme.themes import Difference, theme_difference
from zwk_data.schema.words import STAGES

SHARE = Indicator("share_65plus", "Anteil 65 Jahre und älter", "%", 1, "", "", "")


def test_the_more_the_darker_and_what_is_not_known_stays_grey() -> None:
    figure = heat_grid(["A", "B"], ["eins", "zwei", "unbekannt"], [[0, 6, 9], [1, 3, 0]], quiet=1, marked=1)
    assert figure.data[0].z == ([0, 6, 0], [1, 3, 0])
    numbers = {
        (x, y): (text, t.textfont.color) for t in figure.data[1:] for x, y, text in zip(t.x, t.y, t.text, strict=True)
    }
    assert numbers["zwei", 0] == ("6", house.PAPER)
    assert numbers["zwei", 1] == ("3", house.INK)
    assert numbers["unbekannt", 0] == ("9", house.MUTED)
    assert ("eins", 0) not in numbers
    assert figure.layout.yaxis.ticktext == ("A", "<b>B</b>")


def stages(*rows: tuple[str, int, list[int], int]) -> pd.DataFrame:
    made = [(name.lower(), name, True, n, *counts, none) for name, n, counts, none in rows]
    return pd.DataFrame(made, columns=["theme_id", "name_de", "toolkit", "participants", *STAGES, "none"])


def test_themes_by_stage_say_what_is_not_documented() -> None:
    chart = stage_grid(stages(("Wohnen", 3, [2, 1, 0, 0, 1], 1), ("Klima", 0, [0] * 5, 0)), "x", theme="wohnen")
    assert chart.figure.layout.yaxis.ticktext == ("<b>Wohnen (3)</b>",)
    assert chart.figure.data[0].customdata[0][0] == "Wohnen (3)<br>Kick-Off: 2<br>nicht belegt: 1"
    assert "Von keiner Kommune belegt: Klima." in chart.note
    assert "„Wohnen“: 1 von 3" in chart.alt
    assert chart.table["keine Stufe belegt"].tolist() == [1, 0]


def test_no_column_of_nothing() -> None:
    chart = stage_grid(stages(("Wohnen", 3, [3, 1, 0, 0, 0], 0)), "x")
    assert len(chart.figure.data[0].x) == 5
    assert "wenigstens eine Stufe belegt" in chart.note
    assert "keinem Thema ist eine Zwischenbilanz" in chart.alt
    assert "Ohne Einträge" in stage_grid(stages(), "x").alt


@pytest.mark.parametrize("n", [0, 1, 2, 5, 38, 39])
def test_no_name_lies_over_another(n: int) -> None:
    spots = places(n)
    assert len(spots) == n
    for side in (spots[spots[:, 0] > 0], spots[spots[:, 0] <= 0]):
        assert (np.abs(np.diff(np.sort(side[:, 1]))) > 0.09).all()


def test_strong_links_are_short_and_the_order_is_always_the_same() -> None:
    weights = np.zeros((8, 8))
    for a, b in ((0, 4), (1, 5), (2, 6), (3, 7)):
        weights[a, b] = weights[b, a] = 9
    order = seated(weights)
    assert sorted(order) == list(range(8))
    assert order == seated(weights)
    spots = places(8)[np.argsort(order)]
    length = [float(np.hypot(*(spots[a] - spots[b]))) for a, b in ((0, 4), (1, 5), (2, 6), (3, 7))]
    before = [float(np.hypot(*(places(8)[a] - places(8)[b]))) for a, b in ((0, 4), (1, 5), (2, 6), (3, 7))]
    assert sum(length) < 0.6 * sum(before)


LINKS = pd.DataFrame(
    [("a", "c", 3, "X · Y · Z", True), ("a", "b", 2, "X · Y", True), ("b", "c", 1, "X", False)],
    columns=["a", "b", "shared", "themes", "strong"],
)
LABELS = {"a": "Astadt", "b": "Bdorf", "c": "Cheim", "d": "Dburg"}


def test_the_network_draws_the_strong_and_tells_all() -> None:
    chart = theme_network(LINKS, LABELS, {"a": 4}, "x")
    lines = [trace for trace in chart.figure.data if trace.mode == "lines"]
    assert [sum(x is None for x in line.x) for line in lines] == [1, 1]
    assert lines[0].line.width < lines[1].line.width
    dots = chart.figure.data[-1]
    assert sorted(one[0] for one in dots.customdata) == ["a", "b", "c"]
    assert chart.alt.endswith("Die meisten, 3, teilen Astadt mit Cheim.")
    assert "Themen nicht belegt oder mit niemandem gemeinsam: Dburg." in chart.note
    assert chart.table["Gemeinsam"].tolist() == [3, 2, 1]


def test_the_network_sets_off_the_chosen_one() -> None:
    chart = theme_network(LINKS, LABELS, {}, "x", participant="b")
    assert "Bdorf hat mit Astadt und Cheim am meisten gemeinsam." in chart.alt
    assert chart.table["Gemeinsam"].tolist() == [2, 1, 3]
    dots = chart.figure.data[-1]
    colours = {data[0]: colour for data, colour in zip(dots.customdata, dots.marker.color, strict=True)}
    # its one link with two themes is drawn; that with one theme is left to the table
    assert colours == {"a": house.ACCENT, "b": house.WARM, "c": house.QUIET}
    assert "Ohne Einträge" in theme_network(LINKS.head(0), LABELS, {}, "x").alt


def figures(chosen: list[float], left: list[float]) -> pd.DataFrame:
    n = len(chosen) + len(left)
    return pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(n)],
            "name": [f"Ort {i}" for i in range(n)],
            "chose": [True] * len(chosen) + [False] * len(left),
            "value": [*chosen, *left],
            "year": 2022,
            "source_id": "x",
            "small": [True] + [False] * (n - 1),
            "kreis": "",
            "kreis_key": "",
        }
    )


def test_two_strips_with_their_medians() -> None:
    frame = figures([20.0, 21.0, 22.0, 23.0, 24.0], [19.0, 20.0, 21.0, 22.0, 23.0, np.nan])
    chart = theme_strip(frame, theme_difference(frame), SHARE, "Wohnen", "x", own="p6")
    assert chart.title == "„Wohnen“ und Anteil 65 Jahre und älter, 2022"
    texts = [one.text for one in chart.figure.layout.annotations]
    assert "5\u00a0Kommunen; Median\u00a022,0\u00a0%" in texts[0]
    assert "5\u00a0Kommunen; Median\u00a021,0\u00a0%" in texts[1]
    assert "Ort 6 (ohne das Thema) steht zum Vergleich in beiden Zeilen." in chart.note
    assert "Für 1\u00a0Kommune gibt es für 2022 keine Zahl." in chart.note
    assert "verschieben den Wert deutlich: Ort 0." in chart.note
    assert len(chart.table) == 11
    assert "Zahl des Kreises" not in chart.table


def test_the_figure_of_a_kreis_is_named_so() -> None:
    frame = figures([20.0, 21.0, 22.0, 23.0, 24.0], [19.0, 20.0, 21.0, 22.0, 23.0])
    frame.loc[:1, ["kreis", "kreis_key"]] = "Meißen", "14627"
    chart = theme_strip(frame, theme_difference(frame), SHARE, "Wohnen", "x")
    assert "Ort 0 (im Landkreis Meißen)" in str(chart.figure)
    assert "Bei 2\u00a0Kommunen steht die Zahl des Kreises" in chart.note
    assert chart.table["Zahl des Kreises"].tolist().count("Meißen") == 2


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Difference(6, 30, 21.44, 22.16, 0.784), "um 0,8\u00a0Prozentpunkte niedriger"),
        (Difference(6, 30, 21.44, 22.16, 0.784), "in 78 von 100 Fällen mindestens so weit auseinander"),
        (Difference(6, 30, 21.44, 22.16, 0.784), "nichts Ungewöhnliches"),
        (Difference(6, 30, 28.0, 22.0, 0.0001), "in weniger als 1 von 100 Fällen"),
        (Difference(6, 30, 28.0, 22.0, 0.0001), "auch ohne jeden Zusammenhang"),
        (Difference(6, 30, 22.01, 22.02, 0.99), "unterscheiden sich hier nicht"),
        (Difference(4, 30, 22.0, 25.0, np.nan), "zu wenige Kommunen mit dem Thema"),
        (Difference(30, 3, 22.0, 25.0, np.nan), "zu wenige Kommunen ohne dem Thema"),
        (Difference(0, 30, np.nan, 25.0, np.nan), "nichts vergleichen"),
    ],
)
def test_words_carry_no_more_than_the_figures(found: Difference, told: str) -> None:
    said = " ".join(difference_in_words(found, SHARE, "Wohnen"))
    assert told.replace("ohne dem", "ohne das") in said
    assert not {"weil", "deshalb", "dadurch", "führt"} & set(said.split())
