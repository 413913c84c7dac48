"""Series of a participant beside others: medians and indices by hand, and the real figures' shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import series
from zwk_data.demography.areas import Area, comparisons

BUND = Area("bund", "DG", "Deutschland")


def people(rows: list[tuple[str, int, float, bool]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["participant_id", "year", "value", "is_quarter"])
    return frame.assign(status="reported", territory=2023, source_id="probe", possible=3)


EVERYONE = people(
    [
        ("a", 2010, 90.0, False), ("a", 2011, 100.0, False), ("a", 2012, 110.0, False),
        ("b", 2010, 300.0, False), ("b", 2011, 200.0, False), ("b", 2012, 180.0, False),
        ("c", 2011, 1000.0, False), ("c", 2012, 1500.0, False),
        ("q", 2011, 9e6, True), ("q", 2012, 1.0, True),
    ]
)  # fmt: skip


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    around = pd.DataFrame({"area_key": "DG", "year": [2010, 2011, 2012], "value": [50.0, 40.0, 44.0]})
    around = around.assign(status="computed", territory=2023, source_id="probe")
    monkeypatch.setattr(series, "_participants", lambda indicator: EVERYONE)
    monkeypatch.setattr(series, "_areas", lambda areas, indicator: around)
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])


def values(frame: pd.DataFrame, role: str) -> dict[int, float]:
    part = frame[frame["role"] == role]
    return dict(zip(part["year"], part["value"].round(6), strict=True))


@pytest.mark.usefixtures("three")
def test_median_by_hand():
    frame = series.trend("a", "A", "population", [BUND])
    assert values(frame, "participant") == {2010: 90, 2011: 100, 2012: 110}
    assert values(frame, "bund") == {2010: 50, 2011: 40, 2012: 44}
    # 2010: a and b; 2011: 100, 200, 1000; 2012: 110, 180, 1500. The quarter q does not count
    assert values(frame, "median") == {2010: 195, 2011: 200, 2012: 180}


@pytest.mark.usefixtures("three")
def test_index_by_hand():
    frame = series.trend("a", "A", "population", [BUND], as_index=True)
    assert values(frame, "participant") == {2010: 90, 2011: 100, 2012: 110}
    assert values(frame, "bund") == {2010: 125, 2011: 100, 2012: 110}
    # of the indices 110, 90 and 150, not of the medians of persons
    assert values(frame, "median") == {2010: 120, 2011: 100, 2012: 110}


@pytest.mark.usefixtures("three")
def test_lines_break_at_the_census():
    frame = series.trend("a", "A", "population", [BUND])
    assert frame.groupby("role")["segment"].agg(list).to_dict() == {
        "participant": [0, 1, 1], "bund": [0, 1, 1], "median": [0, 1, 1],
    }  # fmt: skip
    assert set(series.trend("a", "A", "births", [BUND])["segment"]) == {0}


def test_a_median_of_few_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(series, "_participants", lambda indicator: EVERYONE.assign(possible=6))
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])
    assert list(values(series.trend("a", "A", "population", []), "median")) == [2011, 2012], "2010 has two of six"


def test_an_index_needs_a_start_above_zero(monkeypatch: pytest.MonkeyPatch):
    rows = people([("a", 2011, 0.0, False), ("a", 2012, 5.0, False)])
    monkeypatch.setattr(series, "_participants", lambda indicator: rows)
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])
    assert series.trend("a", "A", "births", [], as_index=True).empty


def test_without_2011_the_first_year_is_the_base(monkeypatch: pytest.MonkeyPatch):
    rows = people([("a", 2013, 50.0, False), ("a", 2014, 60.0, False)])
    monkeypatch.setattr(series, "_participants", lambda indicator: rows)
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])
    frame = series.trend("a", "A", "population", [], median=False, as_index=True)
    assert values(frame, "participant") == {2013: 100, 2014: 120}


def test_riesa_beside_its_kreis_land_and_bund(stores: Path):
    frame = series.trend("riesa", "Riesa", "population", comparisons("riesa"))
    assert frame["role"].unique().tolist() == ["participant", "kreis", "land", "bund", "median"]
    assert values(frame, "bund")[2015] == 82_175_684
    assert values(frame, "bund")[2023] == 84_669_326
    assert values(frame, "participant")[2023] == 29_127
    for _, one in frame.groupby("name"):
        assert one["year"].is_monotonic_increasing
        assert one["year"].is_unique
    west = series.trend("herford", "Herford", "population", [])
    assert west.loc[west["year"] == 1983, "segment"].iloc[0] != west.loc[west["year"] == 1987, "segment"].iloc[0]


def test_index_is_the_shipped_index(stores: Path):
    """Two ways to the same figure: ours, and the indicator population_index of the warehouse."""
    for participant in ("rodachtal", "schossin", "lk-rostock"):
        ours = values(series.trend(participant, "x", "population", [], median=False, as_index=True), "participant")
        theirs = values(series.trend(participant, "x", "population_index", [], median=False), "participant")
        assert set(theirs) <= set(ours)
        assert np.allclose([ours[year] for year in theirs], list(theirs.values()))


def test_shown_indicators_are_worth_a_line(stores: Path):
    shown = series.shown("schossin")
    assert {"population", "births", "share_65plus", "share_foreign"} <= set(shown)
    assert not {"area_km2", "moves_in", "census_population", "population_index"} & set(shown)
