"""The profile of twins and the matrix of correlations: what is drawn and what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zwk_data.charts.together import correlation_chart, profile_chart
from zwk_data.demography import features, twins


@pytest.mark.parametrize("participant", ["riesa", "lk-rostock", "rodachtal", "dortmund"])
def test_profile(stores: Path, participant: str) -> None:
    found = twins.twins(participant)
    chart = profile_chart(participant, found)
    level = features.level_of(participant)
    n = len(features.features(level).columns)
    others, own = chart.figure.data
    assert len(others.x) == 10 * n
    assert len(own.x) == n
    assert len(chart.figure.layout.annotations) == n
    assert chart.table.shape == (11, n + 1)
    assert chart.table["Ort"].iloc[1] == found["name"].iloc[0]
    assert chart.table["Bevölkerung (Personen)"].iloc[0] == features.participant_features().loc[participant, "size"]
    for text in (chart.alt, chart.note, chart.title):
        assert "nan" not in text
    assert len(chart.figure.to_json()) < 60_000


def test_profile_says_the_extremes(stores: Path) -> None:
    chart = profile_chart("riesa", twins.twins("riesa"))
    assert "67 Jahre und älter (32,2, über dem Mittel)" in chart.alt
    assert chart.title == "Profil: Riesa und 10\u00a0statistische Zwillinge"
    assert "1\u00a0statistischer Zwilling" in profile_chart("riesa", twins.twins("riesa", 1)).title


@pytest.mark.parametrize("level", ["gemeinde", "kreis"])
def test_matrix(stores: Path, level: str) -> None:
    chart = correlation_chart(level)
    r = features.correlations(level)
    n = len(r)
    z = np.array(chart.figure.data[0].z, dtype=float)
    assert z.shape == (n - 1, n - 1)
    assert np.isnan(z).sum() == (n - 1) * (n - 2) / 2
    assert len(chart.figure.layout.annotations) == n * (n - 1) / 2
    first = chart.figure.layout.annotations[0]
    assert first.text.replace("−", "-") == f"{100 * r.iloc[1, 0]:.0f}"
    assert chart.table.shape == (n, n + 1)
    assert chart.table.iloc[0, 1] == 1
    assert "Eng hängen zusammen" in chart.alt
    assert "Hundertsteln" in chart.note
