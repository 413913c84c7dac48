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
        ("a", 2010, 90.0, False),
        ("a", 2011, 100.0, False),
        ("a", 2012, 110.0, False),
        ("b", 2010, 300.0, False),
        ("b", 2011, 200.0, False),
        ("b", 2012, 180.0, False),
        ("c", 2011, 1000.0, False),
        ("c", 2012, 1500.0, False),
        ("q", 2011, 9e6, True),
        ("q", 2012, 1.0, True),
    ]
)


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    around = pd.DataFrame({"area_key": "DG", "year": [2010, 2011, 2012], "value": [50.0, 40.0, 44.0]})
    around = around.assign(status="computed", territory=2023, source_id="probe")
    monkeypatch.setattr(series, "_series_of_participants", lambda indicator: EVERYONE)
    monkeypatch.setattr(series, "_series_of_areas", lambda areas, indicator, table: around)
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
        "participant": [0, 1, 1],
        "bund": [0, 1, 1],
        "median": [0, 1, 1],
    }
    assert set(series.trend("a", "A", "births", [BUND])["segment"]) == {0}


def test_a_median_of_few_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(series, "_series_of_participants", lambda indicator: EVERYONE.assign(possible=6))
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])
    assert list(values(series.trend("a", "A", "population", []), "median")) == [2011, 2012], "2010 has two of six"


def test_an_index_needs_a_start_above_zero(monkeypatch: pytest.MonkeyPatch):
    rows = people([("a", 2011, 0.0, False), ("a", 2012, 5.0, False)])
    monkeypatch.setattr(series, "_series_of_participants", lambda indicator: rows)
    monkeypatch.setattr(series, "land_keys", lambda participant: ["14"])
    assert series.trend("a", "A", "births", [], as_index=True).empty


def test_without_2011_the_first_year_is_the_base(monkeypatch: pytest.MonkeyPatch):
    rows = people([("a", 2013, 50.0, False), ("a", 2014, 60.0, False)])
    monkeypatch.setattr(series, "_series_of_participants", lambda indicator: rows)
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


def test_rates_of_one_year_alone_are_no_lines(stores: Path):
    riesa = series.of_one_year("riesa")
    assert {"minutes_pharmacy", "rent", "unemployment_rate"} <= set(riesa), "its own, its Verband's, its Kreis's"
    assert not set(riesa) & set(series.shown("riesa"))
    assert not {"moves_in", "net_migration_rate", "census_population"} & set(riesa), "old, or a count"
    assert {"unemployment_rate", "cars"} <= set(series.of_one_year("dortmund")), "a Kreis of its own"
    assert "minutes_pharmacy" not in series.of_one_year("lk-rostock")
    assert "unemployment_rate" in series.of_one_year("rodachtal"), "several Kreise"


def test_published_series_stay_on_their_own_territory(stores: Path):
    """Grabow took Steesow in 2016: published, the line breaks there; converted, it does not."""
    published = series.trend("grabow", "Grabow", "population", [], published=True)
    assert published["role"].unique().tolist() == ["participant"], "no median of different territories"
    assert published["year"].min() == 2011, "the key of today is that of the Kreis of 2011"
    assert set(published["territory"]) > {2011, 2015, 2023}
    segment = published.set_index("year")["segment"]
    assert segment[2015] != segment[2017]
    assert segment[2011] == segment[2015]
    converted = series.trend("grabow", "Grabow", "population", [], median=False)
    today = converted.set_index("year")
    assert today.loc[2015, "segment"] == today.loc[2017, "segment"]
    assert set(converted["territory"]) == {2023}
    assert today.loc[2015, "value"] > published.set_index("year").loc[2015, "value"]
    assert today.loc[2023, "value"] == published.set_index("year").loc[2023, "value"] == 5573


def test_published_kreise_break_at_their_reforms(stores: Path):
    """Wartburgkreis: without Eisenach from 1995, with it again from 2021; Göttingen has a new key since 2016."""
    areas = [Area("kreis", "16063", "Wartburgkreis"), Area("kreis", "03159", "Göttingen"), BUND]
    frame = series.trend("schossin", "x", "population", areas, published=True)
    wartburg = frame[frame["name"] == "Wartburgkreis"].set_index("year")
    assert wartburg.loc[2020, "segment"] < wartburg.loc[2021, "segment"]
    assert wartburg.loc[2012, "segment"] == wartburg.loc[2018, "segment"]
    assert wartburg.loc[2020, "value"] == 117_967
    goettingen = frame[frame["name"] == "Göttingen"].set_index("year")
    assert goettingen.index.min() == 2016
    assert goettingen["segment"].nunique() == 2, "Zensus 2022 alone"
    assert frame[frame["name"] == "Deutschland"].set_index("year").loc[2015, "value"] == 82_175_684


def test_published_sums_need_every_part(stores: Path):
    """Heldburg has its key since 2019; rates of an alliance cannot be added."""
    frame = series.trend("rodachtal", "Rodachtal", "population", [], published=True)
    assert frame["year"].tolist() == [2019, 2020, 2021, 2022, 2023]
    converted = series.trend("rodachtal", "Rodachtal", "population", [], median=False).set_index("year")["value"]
    assert frame["value"].tolist() == [converted[year] for year in frame["year"]]
    assert series.trend("rodachtal", "Rodachtal", "share_65plus", [], published=True).empty
    samtgemeinde = series.trend("spelle", "Spelle", "births", [], published=True)
    assert samtgemeinde["year"].tolist() == list(range(2008, 2016))


def test_a_city_of_its_own_has_both_published_series(stores: Path):
    frame = series.trend("coburg", "Coburg", "population", [], published=True)
    assert frame["year"].is_unique
    assert {1996, 2016, 2023, 2024} <= set(frame["year"])
    assert series.trend("coburg", "Coburg", "share_65plus", [], published=True)["year"].max() == 2024
