"""Every map of the latest year: no number shown lies outside the class that the legend names for its area."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.classes import UNEVEN
from zwk_data.charts.map import Layer, area_map
from zwk_data.demography import indicators, mapdata
from zwk_data.german import all_rounded, number

LAYERS = ["gemeinden", "kreise", "laender", "teilnehmende"]


def limit(text: str) -> float:
    """„−1,5“, „2.000“ and „1,5 Mio.“ as a reader takes them."""
    plain = text.removesuffix(" Mio.").replace(".", "").replace(",", ".").replace("\u2212", "-")
    return float(plain) * (1_000_000 if text.endswith("Mio.") else 1)


def latest(layer: str) -> list[tuple[str, pd.DataFrame, Chart]]:
    """indicator_id, values and map of everything that the layer can show."""
    found = []
    for key, years in mapdata.available(layer).items():
        values = mapdata.map_values(layer, key, max(years))
        chart = area_map(
            values, indicators.indicators()[key], max(years), Layer(layer, "/geo/x.json"), Caption("Quelle")
        )
        found.append((key, values, chart))
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_every_area_has_the_class_of_the_number_it_shows(stores, layer: str):
    maps = latest(layer)
    assert len(maps) > 20
    for key, values, chart in maps:
        indicator = indicators.indicators()[key]
        areas = chart.figure.data[0]
        classes = np.asarray(areas.z)
        edges = [-np.inf, *map(limit, areas.colorbar.ticktext), np.inf]
        assert edges == sorted(edges), key
        known = values.dropna(subset="value")
        assert list(areas.locations) == list(known["id"])
        told = [limit(number(value, indicator.decimals)) for value in known["value"]]
        assert np.asarray(areas.customdata) == pytest.approx(told, rel=1e-6), "the pointer shows another number"
        wrong = [
            name
            for name, value, at in zip(known["name"], told, classes, strict=True)
            if not edges[at] <= value < edges[at + 1]
        ]
        assert not wrong, (key, wrong[:5])
        exported = chart.table.set_index(chart.table.columns[0])[indicator.with_unit].dropna()
        assert sorted(exported) == pytest.approx(sorted(told)), "the table beside the map shows another number"


@pytest.mark.parametrize("layer", LAYERS)
def test_classes_hold_comparable_numbers_of_areas_or_say_why_not(stores, layer: str):
    for key, values, chart in latest(layer):
        areas = chart.figure.data[0]
        held = np.bincount(np.asarray(areas.z), minlength=len(areas.colorbar.ticktext) + 1)
        even = held.max() <= UNEVEN * held.min()
        assert even != ("Klassen" in chart.note), (key, held)
        indicator = indicators.indicators()[key]
        if layer in ("gemeinden", "kreise") and indicator.centre is None:
            equal = pd.Series(all_rounded(values["value"], indicator.decimals)).value_counts().max()
            assert even or equal > held.mean() / 3, (key, held, "only numbers that many areas share are an excuse")
