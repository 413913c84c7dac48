"""The chart of the Modellrechnung: observed line, dashed middle, band, breaks, table; dots of the back-tests."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from zwk_data.charts.chart import Caption
from zwk_data.charts.projection import CENSUS, LABEL, backtest_chart, projection_chart
from zwk_data.demography.backtest import METHODS, TESTS
from zwk_data.demography.series import breaks, segments

FOUND = breaks("population", ["05"])
YEARS = [1990, 1995, 2009, 2010, 2011, 2012, 2023, 2024]
HISTORY = pd.DataFrame({"year": YEARS, "value": [99.0, 98, 97, 96, 90, 91, 92, 93]}).assign(
    role="participant", name="Probe", status="reported", territory=2023, source_id="probe"
)
HISTORY["segment"] = segments(HISTORY["year"], FOUND)
AHEAD = pd.DataFrame({"year": range(2024, 2041), "middle": np.linspace(93, 85, 17)})
AHEAD["low"], AHEAD["high"] = AHEAD["middle"] - np.arange(17) / 2, AHEAD["middle"] + np.arange(17) / 2


def drawn(**kwargs: object):
    return projection_chart(HISTORY, AHEAD, "Probe", breaks=FOUND, caption=Caption("Quelle", "x"), **kwargs)  # type: ignore[arg-type]


def test_the_middle_is_dashed_and_lies_in_the_band():
    traces = drawn().figure.data
    band = next(trace for trace in traces if trace.fill == "toself")
    middle = next(trace for trace in traces if trace.name == LABEL)
    assert middle.line.dash == "dash"
    high, low = np.array(band.y[:17]), np.array(band.y[17:])[::-1]
    assert (low <= middle.y).all()
    assert (middle.y <= high).all()
    assert list(band.x[:17]) == list(band.x[17:])[::-1] == list(middle.x)


def test_the_band_starts_at_the_last_published_figure():
    band = next(trace for trace in drawn().figure.data if trace.fill == "toself")
    assert (band.x[0], band.y[0], band.y[-1]) == (2024, 93, 93)


def test_observed_lines_start_in_1995_and_cross_no_break():
    for trace in drawn().figure.data:
        if trace.mode == "lines" and trace.name != LABEL and trace.fill is None:
            x = np.array(trace.x, dtype=float)
            assert np.nanmin(x) >= 1995
            for left, right in pairwise(x):
                assert not any(left <= one.year_before and right >= one.year_after for one in FOUND)


def test_label_breaks_and_words():
    chart = drawn()
    texts = [a.text for a in chart.figure.layout.annotations]
    assert {LABEL, "Zensus<br>2011", "Zensus<br>2022"} <= set(texts)
    assert "von 98 (1995) auf 93 (2024)" in chart.alt
    assert "Modellrechnung für 2040: rund 90, zwischen 80 und 90" in chart.alt
    assert "eigene Modellrechnung" in chart.source


def test_table_has_both_parts():
    table = drawn().table
    assert table["Jahr"].tolist() == [*YEARS[1:], *range(2025, 2041)]
    assert (table["Angabe"] == LABEL).sum() == 16
    assert table.iloc[-1][["Bevölkerung", "untere Grenze", "obere Grenze"]].tolist() == [85, 77, 93]


def test_a_start_from_the_census_stands_beside_the_published_series():
    ahead = pd.DataFrame({"year": range(2022, 2041), "low": 80.0, "middle": 88.0, "high": 95.0})
    ahead.loc[0, ["low", "high"]] = 88.0
    chart = projection_chart(HISTORY, ahead, "Probe", breaks=FOUND, caption=Caption("Quelle", "x"))
    point = next(trace for trace in chart.figure.data if trace.name == CENSUS)
    assert (list(point.x), list(point.y)) == ([2022], [88])
    assert "Raute: Zensus 15.05.2022 mit 88" in chart.alt
    assert chart.table.set_index("Angabe").loc[CENSUS, "Bevölkerung"] == 88
    assert CENSUS not in {trace.name for trace in drawn().figure.data}, "2024 is on the line"


def test_small_places_are_drawn_every_five_years():
    chart = drawn(is_small=True)
    middle = next(trace for trace in chart.figure.data if trace.name == LABEL)
    assert list(middle.x) == [2024, 2025, 2030, 2035, 2040]
    assert "Auf Zehner gerundet" in chart.alt
    assert (chart.table["Angabe"] == LABEL).sum() == 16


def test_without_history_there_is_still_a_projection():
    chart = projection_chart(HISTORY.head(0), AHEAD, "Probe", breaks=FOUND, caption=Caption("", "x"))
    assert any(trace.name == LABEL for trace in chart.figure.data)
    assert chart.alt.startswith("Linie: Bevölkerung von Probe. Modellrechnung")


def test_backtest_dots():
    tests = pd.DataFrame(
        [
            ("totals_2010_2020", method, 400, error, 2 * error, -error)
            for method, error in (("stays", 4.0), ("linear", 3.5), ("damped", 2.9))
        ],
        columns=["test", "method", "n", "mdape", "p90", "bias"],
    ).assign(best=[False, False, True])
    chart = backtest_chart(tests, TESTS, METHODS, source="Quelle", filename="x")
    dots = {trace.name: trace for trace in chart.figure.data if trace.mode == "markers" and not trace.showlegend}
    assert {name: trace.x[0] for name, trace in dots.items()} == {
        METHODS["stays"]: 4.0,
        METHODS["linear"]: 3.5,
        METHODS["damped"]: 2.9,
    }
    assert "gedämpfter Trend gegenüber Deutschland mit 2,90\u00a0%" in chart.alt
    assert chart.table["Bestes Verfahren"].tolist() == ["", "", "ja"]
