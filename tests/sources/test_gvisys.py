"""The Gemeindeverzeichnis: genuine files against published totals, written ones read back."""

from __future__ import annotations

import functools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from gv_workbook import DATES, Gemeinde, grid, sample, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.sources import gvisys

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen" / "gvisys"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")

#: file, territory, population date, Gemeinden, inhabitants as published for Germany (until 1987 the old Länder)
YEARS = [
    ("31121983_Auszug_GV", "1983-12-31", "1983-12-31", 8590, 61_306_669),
    ("31121987_Auszug_GV", "1988-01-01", "1987-12-31", 8582, 61_238_079),
    ("31121990_Auszug_GV", "1991-01-01", "1990-12-31", 16191, 79_753_227),
    ("31121994_Auszug_GV", "1994-12-31", "1994-12-31", 14884, 81_538_603),
    ("31122002_Auszug_GV", "2002-12-31", "2002-12-31", 13222, 82_536_680),
    ("31122005_Auszug_GV", "2005-12-31", "2005-12-31", 12415, 82_437_995),
    ("31122009_Auszug_GV", "2009-12-31", "2009-12-31", 12067, 81_802_257),
    ("31122013_Auszug_GV", "2013-12-31", "2013-12-31", 11237, 80_767_463),
    ("31122017_Auszug_GV", "2017-12-31", "2017-12-31", 11129, 82_792_351),
    ("31122021_Auszug_GV", "2021-12-31", "2021-12-31", 10997, 83_237_124),
    ("31122023_Auszug_GV", "2023-12-31", "2023-12-31", 10981, 84_669_326),
    ("AuszugGV4QAktuell_2024", "2024-12-31", "2023-12-31", 10959, 84_669_326),
]


@functools.cache
def _read(name: str) -> pd.DataFrame:
    return gvisys.read(SHARED / f"{name}.xlsx")


def _gemeinden(name: str) -> pd.DataFrame:
    frame = _read(name)
    return frame[frame["level"] == "gemeinde"].set_index("area_key")


@pytest.mark.slow
@genuine
@pytest.mark.parametrize(("name", "territory", "date", "count", "total"), YEARS)
def test_a_year_sums_to_what_is_published_for_germany(
    name: str, territory: str, date: str, count: int, total: int
) -> None:
    frame = _read(name)
    gemeinden = frame[frame["level"] == "gemeinde"]
    assert list(frame.columns) == gvisys.COLUMNS
    assert gemeinden["population_total"].sum() == total
    assert len(gemeinden) == count
    assert set(frame["territory_date"]) == {pd.Timestamp(territory)}
    assert set(frame["population_date"]) == {pd.Timestamp(date)}
    assert (frame["level"] == "land").sum() == (11 if territory < "1989" else 16)
    assert not frame.duplicated(["level", "area_key"]).any()


@genuine
@pytest.mark.parametrize(("name", "territory"), [year[:2] for year in YEARS])
def test_every_gemeinde_lies_in_units_of_the_same_file(name: str, territory: str) -> None:
    frame = _read(name)
    units = frame.groupby("level")["area_key"].agg(set)
    gemeinden = frame[frame["level"] == "gemeinde"]
    outside = set(gemeinden["kreis_key"]) - units["kreis"]
    assert outside <= {"07000", "13000"}  # joint territory with Luxembourg, coastal waters
    assert set(gemeinden["land_key"]) == units["land"]
    assert set(gemeinden["verband_key"].dropna()) <= units.get("verband", set())
    assert (gemeinden["area_key"] == gemeinden["kreis_key"] + gemeinden["area_key"].str[-3:]).all()
    with_ars = gemeinden[gemeinden["ars"] != ""]
    assert (with_ars["ars"].str[:5] + with_ars["ars"].str[-3:] == with_ars["area_key"]).all()
    assert with_ars["ars"].str.fullmatch(r"\d{12}").all()
    assert len(with_ars) == (0 if territory < "1992" else len(gemeinden))
    lower = frame[frame["level"] != "gemeinde"]
    assert lower[["area_km2", "population_total", "lon"]].isna().all(axis=None)


@genuine
def test_the_file_of_1998_holds_people_of_1997_on_gemeinden_of_1998() -> None:
    frame = _read("31121998_Auszug_GV")
    assert set(frame["population_date"]) == {pd.Timestamp("1997-12-31")}
    assert set(frame["territory_date"]) == {pd.Timestamp("1998-12-31")}
    # 82,057,379 are published; who lived in Gemeinden that ended in 1998 is missing from the file.
    assert frame["population_total"].sum() == 81_999_517


@genuine
@pytest.mark.parametrize(
    ("name", "area", "total", "male", "female", "lon", "lat", "degurba"),
    [
        ("31121983_Auszug_GV", 56.35, 86_486, 41_058, 45_428, None, None, None),
        ("31121994_Auszug_GV", 56.44, 87_939, 42_203, 45_736, None, None, None),
        ("31122009_Auszug_GV", 56.74, 88_502, 43_648, 44_854, 9 + 26 / 60 + 15 / 3600, 54 + 46 / 60 + 57 / 3600, None),
        ("31122013_Auszug_GV", 56.74, 83_971, 41_344, 42_627, 9.43751, 54.78252, 1),
        ("31122023_Auszug_GV", 56.73, 92_667, 45_905, 46_762, 9.43751, 54.78252, 1),
    ],
)
def test_flensburg(
    name: str,
    area: float,
    total: int,
    male: int,
    female: int,
    lon: float | None,
    lat: float | None,
    degurba: int | None,
) -> None:
    row = _gemeinden(name).loc["01001000"]
    assert (row["name"], row["kreis_key"]) == ("Flensburg, Stadt", "01001")
    assert (row["area_km2"], row["population_total"]) == (area, total)
    assert (row["population_male"], row["population_female"]) == (male, female)
    assert row["lon"] == pytest.approx(lon) if lon else math.isnan(row["lon"])
    assert row["lat"] == pytest.approx(lat) if lat else math.isnan(row["lat"])
    assert row["degurba"] == degurba if degurba else row["degurba"] is pd.NA


@genuine
def test_centres_lie_in_germany_and_2009_means_minutes_and_seconds() -> None:
    old, new = _gemeinden("31122009_Auszug_GV"), _gemeinden("31122013_Auszug_GV")
    for frame in (old, new, _gemeinden("31122023_Auszug_GV")):
        assert frame["lon"].dropna().between(5.8, 15.1).all()
        assert frame["lat"].dropna().between(47.2, 55.1).all()
    assert (old["lon"].isna().sum(), new["lon"].isna().sum()) == (89, 2)
    both = old.join(new, rsuffix="_new").dropna(subset=["lon", "lon_new"])
    km = np.hypot((both["lon"] - both["lon_new"]) * 70, (both["lat"] - both["lat_new"]) * 111)
    assert km.median() < 0.02
    # Namesakes share a centre in 2009; whoever maps it must know.
    assert (km > 25).sum() == 392


@genuine
def test_uninhabited_areas_stay_and_count_once() -> None:
    gemeinden = _gemeinden("31122017_Auszug_GV")
    assert gemeinden.loc["09471444", "area_km2"] == 88.18  # four rows in the file
    assert gemeinden["area_km2"].sum() == pytest.approx(357_581.99)
    empty = _gemeinden("31122023_Auszug_GV").query("population_total == 0")
    assert len(empty) > 150
    assert (empty["area_km2"] > 0).all()
    forest = _gemeinden("31121983_Auszug_GV").loc["01060014"]  # Buchholz: an area, but empty cells for the people
    assert forest["area_km2"] == 40.92
    assert forest[["population_total", "population_male"]].isna().all()


@genuine
def test_degurba_of_2023() -> None:
    assert _gemeinden("31122023_Auszug_GV")["degurba"].value_counts().to_dict() == {3: 7929, 2: 2891, 1: 161}


_names = st.from_regex(r"[A-ZÄÖÜ][a-zäöüß]{1,12}( a\.d\. [A-Z][a-z]{1,8})?(, Stadt|/Vogtl\.)?", fullmatch=True)
_gemeinde = st.tuples(
    st.integers(1, 998),
    _names,
    st.integers(1, 90_000),
    st.integers(0, 2_000_000),
    st.integers(0, 2_000_000),
    st.tuples(st.integers(6, 14), st.integers(0, 59), st.integers(0, 59)),
    st.tuples(st.integers(48, 54), st.integers(0, 59), st.integers(0, 59)),
    st.integers(1, 3),
)
_kreis = st.lists(_gemeinde, min_size=1, max_size=3, unique_by=lambda gemeinde: gemeinde[0])
_laender = st.lists(st.lists(_kreis, min_size=1, max_size=2), min_size=16, max_size=16)


@pytest.mark.slow
@settings(max_examples=examples(10), deadline=None)
@given(layout=st.sampled_from([1983, 2009, 2023]), laender=_laender)
def test_a_written_register_is_read_back(layout: int, laender: list[list[list[Gemeinde]]]) -> None:
    frame = gvisys.read(workbook(grid(layout, laender)))
    found = frame[frame["level"] == "gemeinde"].reset_index(drop=True)
    drawn = [
        (f"{land:02d}1{kreis:02d}", *gemeinde)
        for land, kreise in enumerate(laender, 1)
        for kreis, gemeinden in enumerate(kreise, 51)
        for gemeinde in gemeinden
    ]
    assert list(found["area_key"]) == [f"{kreis}{number:03d}" for kreis, number, *_ in drawn]
    assert list(found["name"]) == [row[2] for row in drawn]
    assert list(found["area_km2"]) == [row[3] / 100 for row in drawn]
    assert list(found["population_total"]) == [row[4] + row[5] for row in drawn]
    assert list(found["population_male"]) == [row[4] for row in drawn]
    for axis, position in (("lon", 6), ("lat", 7)):
        wanted = [row[position][0] + row[position][1] / 60 + row[position][2] / 3600 for row in drawn]
        assert found[axis].isna().all() if layout == 1983 else np.allclose(found[axis], wanted, atol=1e-6)
    assert list(found["degurba"]) == ([row[8] for row in drawn] if layout == 2023 else [pd.NA] * len(drawn))
    assert (found["ars"] == ("" if layout == 1983 else found["kreis_key"] + "0000" + found["area_key"].str[-3:])).all()
    dates = {tuple(pair) for pair in frame[["territory_date", "population_date"]].to_numpy().tolist()}
    assert len(dates) == 1
    assert (frame["territory_date"][0], frame["population_date"][0]) == tuple(map(pd.Timestamp, DATES[layout]))


def test_a_head_that_moved_is_found() -> None:
    rows = sample()
    moved = [[""], [""], ["Neue Fußzeile oben"], *[["", "", *row] for row in rows]]
    pd.testing.assert_frame_equal(gvisys.read(workbook(moved)), gvisys.read(workbook(rows)))


def test_the_cover_decides_on_the_territory() -> None:
    frame = gvisys.read(workbook(sample(), cover="Gebietsstand: 31.12.1998 (Jahr)"))
    assert frame["territory_date"].iloc[0] == pd.Timestamp("1998-12-31")
    assert frame["population_date"].iloc[0] == pd.Timestamp("2023-12-31")


def test_zero_and_empty_centres_are_missing() -> None:
    rows = sample()
    rows[8][14], rows[8][15], rows[11][14], rows[11][15] = 0.0, 0.0, "", ""
    frame = gvisys.read(workbook(rows)).query("level == 'gemeinde'")
    assert list(frame["lon"].isna()) == [True, True] + [False] * 14
