"""The boundaries that ship: complete, sound, on the territory of 2023, and as the official ones."""

from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from zwk_data.geo import boundary_set, map_layers
from zwk_data.geo.map_layers import DETAILS, LAYERS
from zwk_data.sources import bkg, gvisys

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
COUNTS = {"laender": 16, "kreise": 400, "gemeinden": 10_978, "teilnehmende": 39}
NOTE = "© GeoBasis-DE / BKG 2016 (GeoNutzV) und 2023 (dl-de/by-2-0), Daten verändert"
every = pytest.mark.parametrize(("layer", "detail"), list(itertools.product(LAYERS, DETAILS)))


def shipped(layer: str, detail: str = "fein") -> gpd.GeoDataFrame:
    return gpd.read_parquet(map_layers.SHIPPED / f"{layer}.{detail}.parquet")


@every
def test_complete_and_sound(layer: str, detail: str):
    frame = shipped(layer, detail)
    shapes = frame.geometry.to_numpy()
    assert len(frame) == COUNTS[layer]
    assert list(frame.columns) == ["area_key", "name", "geometry"]
    assert frame.crs == "EPSG:4326"
    assert frame["area_key"].is_unique
    assert frame["area_key"].is_monotonic_increasing
    assert frame["name"].str.len().min() >= 2
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert set(shapely.get_type_id(shapes)) <= {3, 6}, "areas only"
    points = shapely.get_coordinates(shapes)
    assert (points == points.round(4)).all()


@pytest.mark.parametrize(("layer", "detail"), list(itertools.product(LAYERS[:3], DETAILS)))
def test_no_gap_and_no_overlap(layer: str, detail: str):
    assert shapely.coverage_is_valid(shipped(layer, detail).geometry.to_numpy())


@pytest.mark.parametrize("detail", DETAILS)
def test_every_layer_covers_the_same_land(detail: str):
    # 357,588 km² are published for 2020; lagoons, mouths of rivers and the Bodensee are no land here
    for layer in LAYERS[:3]:
        km2 = shipped(layer, detail).to_crs("EPSG:3035").area.sum() / 1e6
        assert 0.99 * 357_588 < km2 < 1.001 * 357_588, layer


def test_kreise_and_laender_are_those_of_their_gemeinden():
    gemeinden, kreise = shipped("gemeinden")["area_key"], shipped("kreise")["area_key"]
    assert set(gemeinden.str[:5]) == set(kreise)
    assert set(kreise.str[:2]) == set(shipped("laender")["area_key"])
    assert "16056" not in set(kreise), "Eisenach belongs to the Wartburgkreis since 2021"
    assert "16063105" in set(gemeinden)


def test_kreise_with_one_name_are_told_apart():
    names = shipped("kreise").set_index("area_key")["name"]
    assert names.is_unique
    assert names[["09464", "09475", "01001"]].tolist() == ["Hof (Stadt)", "Hof (Landkreis)", "Flensburg"]


@pytest.mark.parametrize("detail", DETAILS)
def test_participants_lie_on_the_borders_of_their_gemeinden(detail: str):
    gemeinden = shipped("gemeinden", detail).set_index("area_key").geometry
    areas = shipped("teilnehmende", detail).set_index("area_key").geometry
    assert areas["schossin"].equals(gemeinden["13076121"])
    goeltzschtal = ["14523020", "14523090", "14523120", "14523360"]
    assert areas["goeltzschtal"].equals(shapely.union_all(gemeinden[goeltzschtal].to_numpy()))
    # Samtgemeinde Spelle: Lünne, Schapen and Spelle
    assert areas["spelle"].equals(shapely.union_all(gemeinden[["03454034", "03454046", "03454049"]].to_numpy()))
    uckermark = gemeinden[gemeinden.index.str[:5] == "12073"]
    assert areas["lk-uckermark"].equals(shapely.union_all(uckermark.to_numpy()))


def test_every_participant_has_a_point_inside():
    points = pd.read_csv(map_layers.SHIPPED / boundary_set.POINTS, keep_default_na=False).set_index("participant_id")
    areas = shipped("teilnehmende").set_index("area_key").geometry
    known = boundary_set.participant_members().drop_duplicates("participant_id").set_index("participant_id")
    assert sorted(points.index) == sorted(areas.index) == sorted(known.index)
    for key, place in points.iterrows():
        assert areas[key].buffer(1e-3).contains(shapely.Point(place["lon"], place["lat"])), key
    quarters = set(known.index[known["kind"] == "quartier"])
    assert set(points.index[points["note"] != ""]) == quarters, "a quarter's point stands for the city, and says so"


def test_size_in_the_repository():
    assert sum(file.stat().st_size for file in map_layers.SHIPPED.iterdir()) <= 6_000_000


def test_about_and_catalogue():
    assert map_layers.about(map_layers.SHIPPED)["territory"] == 2023
    assert map_layers.about(map_layers.SHIPPED)["source_note"] == NOTE
    assert "dl-de/by-2-0" in map_layers.about(map_layers.SHIPPED)["licence"]
    for entry in map_layers.downloads().values():
        assert entry["url"].startswith("https://daten.gdz.bkg.bund.de/")
        assert set(entry) >= {"title", "sha256", "licence", "attribution"}
        assert "{year}" in entry["attribution"]


@pytest.mark.slow
@genuine
def test_gemeinden_are_the_register_of_2023_but_for_named_ones():
    register = gvisys.read(SHARED / "quellen/gvisys/31122023_Auszug_GV.xlsx")
    keys = set(register.loc[register["level"] == "gemeinde", "area_key"])
    drawn = set(shipped("gemeinden")["area_key"])
    notes = pd.read_csv(map_layers.SHIPPED / boundary_set.NOTES, dtype="str")
    assert drawn <= keys
    assert keys - drawn == set(notes.loc[notes["kind"] == "ohne_geometrie", "area_key"])
    assert len(keys) == 10_981


@pytest.mark.slow
@genuine
def test_inland_gemeinden_have_the_published_area():
    """A wrong key would move whole Gemeinden: away from water, no area differs by more than the notes tell."""
    register = gvisys.read(SHARED / "quellen/gvisys/31122023_Auszug_GV.xlsx").set_index("area_key")
    drawn = shipped("gemeinden").to_crs("EPSG:3035").set_index("area_key").area / 1e6
    wrong = drawn - register["area_km2"].reindex(drawn.index)
    notes = pd.read_csv(map_layers.SHIPPED / boundary_set.NOTES, dtype="str")
    told = set(notes[["area_key", "related_key", "drawn_key"]].melt()["value"].dropna())
    # Length of the coast and the mouths of Elbe, Weser and Ems: water belongs to the published area only.
    inland = ~drawn.index.str[:2].isin(["01", "02", "03", "04", "13"])
    odd = wrong[inland & (wrong.abs() > 4) & (wrong.abs() > 0.06 * drawn)]
    assert set(odd.index) <= told, odd[~odd.index.isin(told)]


@pytest.mark.slow
@genuine
@pytest.mark.parametrize(("detail", "least"), [("fein", 0.98), ("mittel", 0.91), ("grob", 0.72)])
def test_every_kreis_agrees_with_the_official_one_of_2023(detail: str, least: float):
    table = boundary_set.compare(shipped("kreise", detail), bkg.read(SHARED / "quellen/bkg_vg250_kreise", "kreise"))
    assert len(table) == 400
    assert table["overlap"].notna().all(), "the same keys on both sides"
    # common area by the larger one; by the area of both together that is at least 0.96 for 0.98
    assert table["overlap"].min() >= least
    if detail == "fein":
        # Mellum and Minsener Oog, islands that only the boundaries of 2016 draw
        assert set(table.loc[table["outside"] > 0.002, "area_key"]) == {"03461", "03455"}


@pytest.mark.slow
@genuine
def test_every_gemeinde_lies_in_its_official_kreis():
    """Dünwald and a part of Anrode moved to the Eichsfeld in 2023: no Gemeinde is drawn across that border."""
    kreise = bkg.read(SHARED / "quellen/bkg_vg250_kreise", "kreise").to_crs(boundary_set.EQUAL_AREA)
    frames = kreise.set_index("area_key").geometry.make_valid()
    gemeinden = shipped("gemeinden").to_crs(boundary_set.EQUAL_AREA).set_index("area_key")
    own = frames.reindex(gemeinden.index.str[:5]).to_numpy()
    beyond = shapely.area(shapely.difference(gemeinden.geometry.to_numpy(), shapely.buffer(own, 300)))
    assert set(gemeinden.index[beyond > 100_000]) == {"03461003", "03455021"}, "the same islands"
    # Dingelstädt with its parts of Dünwald and Anrode: 107.47 km² in the register
    assert gemeinden.geometry["16061118"].area / 1e6 == pytest.approx(107.47, rel=0.01)
