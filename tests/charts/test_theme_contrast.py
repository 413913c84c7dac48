"""Themes against a figure: two strips of dots."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zwk_data.charts import chart as house
from zwk_data.charts.theme_contrast import DOT, HALF, WIDTH, apart, cross_chart
from zwk_data.demography.indicators import Indicator
from zwk_data.programme.theme_contrast import Contrast

SHARE = Indicator("share", "Anteil", "%", 1, "", "", "")


def contrast(chosen: list[bool]) -> Contrast:
    n = len(chosen)
    frame = pd.DataFrame(
        {
            "participant_id": [f"p{i}" for i in range(n)],
            "name": [f"Ort {i}" for i in range(n)],
            "value": np.arange(n) + 10.0,
            "chosen": chosen,
            "level": ["kreis", *["gemeinde"] * (n - 1)],
            "year": 2015,
        }
    )
    groups = [frame.loc[frame["chosen"] == one, "value"] for one in (True, False)]
    return Contrast(
        "wohnen", "share", 2015, frame, *(len(one) for one in groups), *(float(one.median()) for one in groups), 0.5,
        ("Satz eins.", "Satz zwei.", "Satz drei."),
    )  # fmt: skip


def test_two_strips_with_every_place_and_both_medians() -> None:
    drawn = cross_chart(contrast([True] * 5 + [False] * 6), SHARE, "Wohnen", "Quelle x")
    dots = [trace for trace in drawn.figure.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in dots] == [5, 6]
    assert dots[0].text[0] == "<b>Ort 0</b><br>10,0\u00a0%<br>Landkreis"
    assert [trace.marker.color for trace in dots] == [house.ACCENT, "#8b98a5"]
    assert list(dots[0].marker.symbol) == ["diamond", *["circle"] * 4]
    assert [trace.x[0] for trace in drawn.figure.data if trace.mode == "lines"] == [12, 17.5]
    low, high = drawn.figure.layout.xaxis.range
    assert low < 10 < 20 < high
    assert drawn.alt.endswith("Satz eins. Satz zwei.")
    assert drawn.table["Kommune"].tolist() == [f"Ort {i}" for i in (4, 3, 2, 1, 0, 10, 9, 8, 7, 6, 5)]
    assert drawn.table["Thema"].tolist() == ["mit"] * 5 + ["ohne"] * 6
    assert drawn.source == "Quelle x"


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_group_too_small_has_no_median(n: int) -> None:
    drawn = cross_chart(contrast([True] * n + [False] * 6), SHARE, "Wohnen", "x")
    assert len([trace for trace in drawn.figure.data if trace.mode == "lines"]) == 1
    assert "Median" not in drawn.note
    assert "Median" not in drawn.figure.layout.annotations[0].text


def test_dots_keep_apart_on_a_phone() -> None:
    shares = np.sort(np.random.default_rng(1).random(40))
    offset = apart(shares)
    assert np.abs(offset).max() <= HALF
    x = shares * WIDTH
    far = (x[:, None] - x) ** 2 + (offset[:, None] - offset) ** 2
    assert far[~np.eye(40, dtype=bool)].min() >= DOT**2 - 1e-9
    assert np.abs(apart(np.full(30, 0.5))).max() <= HALF
