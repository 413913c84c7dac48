"""From the Gemeinden of one year to those of another: chains of keys, splits, comparison."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from zwk_data.geo import boundary_set, coverage
from zwk_data.sources import bbsr, gvisys

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")


def steps(*rows: tuple[int, int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year_from", "year_to", "key_from", "key_to", "share_area"])


# 2015: a, b, c. 2016: b is in a. 2020: c splits into c (0.75) and a (0.25). 2021: a changes its key.
KEY = steps(
    (2015, 2020, "a", "a", 1.0),
    (2015, 2020, "b", "a", 1.0),
    (2015, 2020, "c", "c", 1.0),
    (2016, 2020, "a", "a", 1.0),
    (2016, 2020, "new", "c", 1.0),
    (2020, 2020, "a", "a", 1.0),
    (2020, 2020, "c", "c", 1.0),
    (2020, 2021, "a", "A", 1.0),
    (2020, 2021, "c", "c", 0.75),
    (2020, 2021, "c", "A", 0.25),
)


def test_a_chain_by_hand():
    shares = boundary_set.chain(KEY, ["a", "b", "c", "new"], 2015, 2021)
    assert shares.to_dict("split")["data"] == [
        ["a", "A", 1.0],
        ["b", "A", 1.0],
        ["c", "A", 0.25],
        ["c", "c", 0.75],
        ["new", "A", 0.25],
        ["new", "c", 0.75],
    ]


def test_keys_that_no_year_knows_are_missing():
    assert boundary_set.chain(KEY, ["a", "zzz"], 2015, 2021)["key_from"].tolist() == ["a"]


def test_a_broken_chain_is_told():
    with pytest.raises(ValueError, match="the key of 2020 does not know c"):
        boundary_set.chain(KEY[~((KEY["key_from"] == "c") & (KEY["year_to"] == 2021))], ["c"], 2015, 2021)
    with pytest.raises(ValueError, match="no key leads on from 2021"):
        boundary_set.chain(KEY, ["a"], 2015, 2022)


def test_the_largest_part_gets_the_whole_and_the_rest_is_noted():
    shares = boundary_set.chain(KEY, ["a", "b", "c"], 2015, 2021)
    assert boundary_set.assign(shares).to_dict() == {"a": "A", "b": "A", "c": "c"}
    notes = boundary_set.split_notes(shares, pd.Series({"c": "Cdorf"}), pd.Series({"A": "Neu-A", "c": "Cdorf"}))
    assert list(notes.columns) == boundary_set.NOTE_COLUMNS
    assert notes[["kind", "area_key", "related_key", "share"]].to_numpy().tolist() == [["teilung", "c", "A", 0.25]]
    assert "25,0\u00a0% der Fläche gehören zu Neu-A, gezeichnet sind sie bei Cdorf" in notes["reason_de"].iloc[0]


def test_an_area_split_between_kreise_has_a_piece_in_each():
    """As Anrode: 0.44 to Dingelstädt in one Kreis, 0.47 and 0.09 to two Gemeinden of the other; b only lost a strip."""
    shares = pd.DataFrame(
        [
            ("16064073", "16061118", 0.44),
            ("16064073", "16064071", 0.47),
            ("16064073", "16064046", 0.09),
            ("14523170", "14523170", 0.96),
            ("14523170", "14524110", 0.04),
        ],
        columns=["key_from", "key_to", "share"],
    )
    pieces = boundary_set.torn(shares)
    assert pieces.to_numpy().tolist() == [["16064073", "16064"], ["16064073", "16061"]], "the larger part first"
    cut = boundary_set.by_piece(shares, pieces)
    assert boundary_set.assign(cut).to_dict() == {
        "14523170": "14523170",
        "16064073/16061": "16061118",
        "16064073/16064": "16064071",
    }
    names = pd.Series({key: key for key in [*shares["key_from"], *shares["key_to"]]})
    notes = boundary_set.split_notes(cut, names, names)
    assert notes[["area_key", "related_key", "drawn_key", "share"]].to_numpy().tolist() == [
        ["16064073", "16064046", "16064071", 0.09],
        ["14523170", "14524110", "14523170", 0.04],
    ]


def test_a_moved_border_is_no_split():
    shares = pd.DataFrame([("a", "a", 0.99), ("a", "b", 0.01)], columns=["key_from", "key_to", "share"])
    names = pd.Series({"a": "Adorf", "b": "Bdorf"})
    assert boundary_set.split_notes(shares, names, names)["kind"].tolist() == ["grenze"]


def test_bringing_dissolves_mergers():
    squares = [shapely.box(9 + i / 10, 51, 9.1 + i / 10, 51.1) for i in range(3)]
    old = gpd.GeoDataFrame({"area_key": ["a", "b", "c"]}, geometry=squares, crs="EPSG:4326")
    new = boundary_set.bring(old, pd.Series({"a": "A", "b": "A", "c": "c"}))
    assert new["area_key"].tolist() == ["A", "c"]
    assert new.geometry.iloc[0].equals(shapely.box(9, 51, 9.2, 51.1))
    with pytest.raises(ValueError, match="no new key for c"):
        boundary_set.bring(old, pd.Series({"a": "A", "b": "A"}))


def test_overlay_shares_by_place():
    lost = gpd.GeoDataFrame({"area_key": ["x"]}, geometry=[shapely.box(9, 51, 9.4, 51.1)], crs="EPSG:4326")
    there = [shapely.box(8.9, 50.9, 9.1, 51.2), shapely.box(9.1, 50.9, 9.5, 51.2)]
    reference = gpd.GeoDataFrame({"area_key": ["a", "b"]}, geometry=there, crs="EPSG:4326")
    shares = boundary_set.overlay(lost, reference).set_index("key_to")["share"]
    assert shares.to_dict() == pytest.approx({"a": 0.25, "b": 0.75}, abs=1e-3)


def test_compare_by_hand():
    one = shapely.box(9, 51, 9.1, 51.1)
    grown = shapely.box(9, 51, 9.2, 51.1)
    ours = gpd.GeoDataFrame({"area_key": ["1", "2", "3"], "name": "x"}, geometry=[one, one, one], crs="EPSG:4326")
    theirs = gpd.GeoDataFrame({"area_key": ["1", "2", "4"], "name": "y"}, geometry=[one, grown, one], crs="EPSG:4326")
    table = boundary_set.compare(ours, theirs).set_index("area_key")
    assert table.loc["1", ["overlap", "outside"]].tolist() == pytest.approx([1, 0], abs=1e-6)
    assert table.loc["2", "overlap"] == pytest.approx(0.5, abs=1e-3)
    assert 0.4 < table.loc["2", "outside"] < 0.5, "half of it, less the 300 m that don't count"
    assert table.loc[["3", "4"], "overlap"].isna().all(), "a key on one side only"


@pytest.mark.slow
@genuine
def test_genuine_keys_lead_from_2015_to_the_register_of_2023():
    folder = SHARED / "quellen"
    key = pd.concat(
        [
            bbsr.read_gemeinden(folder / "bbsr/gemeinden_1990-2020_auf_2020.csv.gz"),
            bbsr.read_gemeinden(folder / "bbsr/ref-gemeinden-ab-2020.xlsx"),
        ]
    )
    register = gvisys.read(folder / "gvisys/31122023_Auszug_GV.xlsx")
    keys = key.loc[key["year_from"] == 2015, "key_from"].unique().tolist()
    shares = boundary_set.chain(key, keys, 2015, 2023)
    gemeinden = set(register.loc[register["level"] == "gemeinde", "area_key"])
    assert set(shares["key_from"]) == set(keys)
    assert set(shares["key_to"]) <= gemeinden
    # one by one: not in the key are the two areas shared with Luxembourg and the coastal waters
    assert gemeinden - set(shares["key_to"]) == {"07000999", "10042999", "13000999"}
    assert shares.groupby("key_from")["share"].sum().to_numpy() == pytest.approx(1, abs=2e-4)
    assigned = boundary_set.assign(shares)
    assert assigned["16056000"] == "16063105", "Eisenach came to the Wartburgkreis on 1 July 2021"
    assert assigned["03152012"] == "03159016", "Göttingen and Osterode became one Kreis on 1 November 2016"


def test_dissolved_areas_are_a_coverage():
    squares = [shapely.box(9 + i / 10, 51 + j / 10, 9.1 + i / 10, 51.1 + j / 10) for i in range(4) for j in range(4)]
    keys = [f"{number:02d}" for number in range(16)]
    old = gpd.GeoDataFrame({"area_key": keys}, geometry=coverage.clean(squares), crs="EPSG:4326")
    new = boundary_set.bring(old, pd.Series({key: str(int(key) % 3) for key in keys}))
    assert shapely.coverage_is_valid(new.geometry.to_numpy())
    assert shapely.area(new.geometry.to_numpy()).sum() == pytest.approx(0.16)
