"""Two indicators against each other, and several Kommunen in one trend: what is drawn, what is missing, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts import together
from zwk_data.charts.chart import Caption
from zwk_data.charts.together import Pair
from zwk_data.demography import mapdata, twins
from zwk_data.demography.indicators import indicators
from zwk_data.views import maps

pytestmark = pytest.mark.usefixtures("stores")


def pair() -> Pair:
    known = indicators()
    return Pair(known["share_65plus"], known["population_index"], 2015, 2015)


def cloud_of(x: list[float], y: list[float]) -> pd.DataFrame:
    names = [f"Ort {n}" for n in range(len(x))]
    return pd.DataFrame({"kind": "area", "name": names, "x": x, "y": y, "status_x": "reported", "status_y": "reported"})


def test_every_kreis_and_every_participant_has_its_two_values() -> None:
    shown = maps.cloud("kreise", "share_65plus", "population_index", 2015, "riesa")
    known = mapdata.map_values("kreise", "share_65plus", 2015)
    table = shown.chart.table
    assert (table["Was"] == "Gebiet").sum() == len(known) == 400
    assert (table["Was"] == "Kommunen der Zukunftswerkstatt").sum() + 1 == 39, "one of them stands out"
    assert table["Ort"].iloc[0] == "Riesa"
    assert set(table.loc[table["Was"] == "statistische Zwillinge", "Ort"]) == set(twins.twins("riesa")["name"])
    leipzig = known.loc[known["area_key"] == "14713", "value"].item()
    assert table.loc[table["Ort"] == "Leipzig (Stadt)"].iloc[0, 2] == pytest.approx(leipzig, abs=0.05)
    assert "Quelle" not in shown.chart.source
    assert "Statistische Ämter" in shown.chart.source
    assert "Riesa liegt bei" in shown.chart.alt


def test_what_is_missing_is_named_and_the_table_says_why() -> None:
    shown = (
        maps.cloud("kreise", "population", "population_density", 1983) if "population_density" in indicators() else None
    )
    shown = shown or maps.cloud("kreise", "population", "density", 1983)
    assert shown.gaps.startswith("Nicht gezeichnet, weil eine der beiden Zahlen fehlt: 75 Kreise")
    reasons = shown.chart.table["Angabe Bevölkerung"].value_counts()
    assert reasons["in den ausgewerteten Quellen nicht enthalten"] >= 75


def test_the_rank_correlation_is_spearmans() -> None:
    rising = [float(n) for n in range(30)]
    assert "Rangkorrelation 1,00" in together.connection(cloud_of(rising, [n**3 for n in rising]), pair())
    falling = together.connection(cloud_of(rising, [-n for n in rising]), pair())
    assert "eher niedriger (Rangkorrelation \u22121,00)" in falling
    # 1 2 3 … against 2 1 4 3 …: 1 - 6 * sum(d²) / (n (n² - 1)) with d = 1 for all 30
    swapped = [n + 1 if n % 2 == 0 else n - 1 for n in rising]
    expected = 1 - 6 * 30 / (30 * (30**2 - 1))
    assert f"{expected:.2f}".replace(".", ",") in together.connection(cloud_of(rising, swapped), pair())
    assert together.connection(cloud_of(rising[:19], rising[:19]), pair()) == "", "too few to say so"


def test_areas_on_the_same_spot_are_drawn_once_and_listed_all() -> None:
    points = cloud_of([1.0] * 500 + [2.0], [5.0] * 500 + [9.0])
    made = together.scatter(points, pair(), "Kreise", Caption("Quelle"))
    assert len(made.figure.data[0].x) == 2
    assert len(made.table) == 501


def test_several_kommunen_share_one_figure() -> None:
    chart, gaps = maps.trends(("riesa", "schossin", "spelle"), indicators()["population"], as_index=True)
    assert gaps == ""
    assert chart is not None
    lines = {trace.name for trace in chart.figure.data if trace.name}
    assert {"Riesa", "Schossin"} <= lines
    colours = {trace.line.color or trace.marker.line.color for trace in chart.figure.data if trace.name}
    assert len(colours) == 3
    table = chart.table
    start = table[(table["Gebiet"] == "Riesa") & (table["Jahr"] == 2011)]
    assert start.iloc[0, 2] == 100
    assert np.isfinite(table.iloc[:, 2].astype(float)).any()
    assert chart.title.endswith("Riesa, Schossin und Spelle") or "Spelle" in chart.title
