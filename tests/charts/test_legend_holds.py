"""Every map of the latest year: every number shown is within the class that the legend gives its area."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts.chart import Caption
from zwk_data.charts.map import Layer, MapChart, ValuesAt, area_map, area_values
from zwk_data.charts.scales import UNEVEN
from zwk_data.demography import indicators, mapdata
from zwk_data.german import all_rounded, number

LAYERS = ["gemeinden", "kreise", "laender", "teilnehmende"]


def limit(text: str) -> float:
    """„−1,5“, „2.000“ and „1,5 Mio.“ as a reader takes them."""
    plain = text.removesuffix(" Mio.").replace(".", "").replace(",", ".").replace("\u2212", "-")
    return float(plain) * (1_000_000 if text.endswith("Mio.") else 1)


@cache
def latest(layer: str) -> list[tuple[str, pd.DataFrame, MapChart]]:
    """indicator_id, values and map of everything that the layer can show."""
    found = []
    for key, years in mapdata.available(layer).items():
        values = mapdata.map_values(layer, key, max(years))
        indicator = indicators.indicators()[key]
        chart = area_map(
            values, indicator, max(years), Layer(layer, {}), Caption("Quelle"), at=ValuesAt("/geo/werte/x.json")
        )
        found.append((key, values, chart))
    return found


def drawn_classes(chart: MapChart, sent: list[int | None]) -> list[int]:
    """The class in which map.js draws each area with a value: how many limits it has reached."""
    values = [value for value in sent if value is not None]
    return np.searchsorted(chart.spec["limits"], values, side="right").tolist()


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
def test_every_area_has_the_class_of_the_number_it_shows(stores, layer: str):
    maps = latest(layer)
    assert len(maps) > 20
    for key, values, chart in maps:
        indicator = indicators.indicators()[key]
        sent = area_values(values, indicator.decimals)["values"]
        classes = drawn_classes(chart, sent)
        edges = [-np.inf, *map(limit, chart.spec["legend"]["texts"]), np.inf]
        assert edges == sorted(edges), key
        assert len(classes) == len(sent) - sent.count(None)
        limits = [at / 10**indicator.decimals for at in chart.spec["limits"]]
        assert limits == pytest.approx(edges[1:-1], rel=1e-9), "the map parts where the legend does not"
        known = values.dropna(subset="value")
        assert [one is None for one in sent] == list(values["value"].isna())
        told = [limit(number(value, indicator.decimals)) for value in known["value"]]
        shown = [one / 10**indicator.decimals for one in sent if one is not None]
        np.testing.assert_allclose(shown, told, 1e-9, err_msg="the pointer shows another number")
        wrong = [
            name
            for name, value, at in zip(known["name"], told, classes, strict=True)
            if not edges[at] <= value < edges[at + 1]
        ]
        assert not wrong, (key, wrong[:5])
        exported = chart.table.set_index(chart.table.columns[0])[indicator.with_unit].dropna()
        beside = "the table beside the map shows another number"
        np.testing.assert_allclose(sorted(exported), sorted(told), 1e-6, err_msg=beside)


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
def test_classes_hold_comparable_numbers_of_areas_or_say_why_not(stores, layer: str):
    for key, values, chart in latest(layer):
        indicator = indicators.indicators()[key]
        classes = drawn_classes(chart, area_values(values, indicator.decimals)["values"])
        held = np.bincount(classes, minlength=len(chart.spec["colours"]))
        even = held.max() <= UNEVEN * held.min()
        assert even != ("Klassen" in chart.note), (key, held)
        if layer in ("gemeinden", "kreise") and indicator.centre is None:
            equal = pd.Series(all_rounded(values["value"], indicator.decimals)).value_counts().max()
            assert even or equal > held.mean() / 3, (key, held, "only numbers that many areas share are an excuse")
