"""Every reader of official files, given what it accepts with a few bytes changed: a frame or a sentence, and soon.

By hand with ``ZWK_FUZZ=50000 pytest tests/sources/test_mutated.py``; otherwise a short run.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pytest
import shapely
import xlsxwriter

from tests.records.intake.test_fuzz import official, spoilt
from tests.sources import (
    gv_workbook,
    test_area_changes,
    test_bbsr,
    test_deutschlandatlas,
    test_ffcsv,
    test_gv_json,
    test_zensus,
)
from tests.sources.test_npm_boundaries import feature
from zwk_data.errors import SourceError
from zwk_data.sources import area_changes, bbsr, bkg, deutschlandatlas, ffcsv, genesis, gv_json, gvisys, inkar, zensus

pytestmark = pytest.mark.attack
#: files given to each reader
RUNS = int(os.environ.get("ZWK_FUZZ", "0")) or 40


@dataclass(frozen=True)
class Reader:
    """A reader, its name for a file, and files that it accepts."""

    read: Callable[[bytes], Any]
    seeds: tuple[bytes, ...]


def _boundaries() -> tuple[bytes, bytes]:
    """Two Gemeinden as GeoJSON and as a GeoPackage."""
    columns = {
        "AGS": ["06633001", "06633002"],
        "ARS": ["066330001001", "066330002002"],
        "GEN": ["Ahnatal", "Bad Emstal"],
    }
    squares = [shapely.box(9 + i / 10, 51, 9.1 + i / 10, 51.1) for i in range(2)]
    frame = gpd.GeoDataFrame(columns, geometry=squares, crs="EPSG:4326")
    package = io.BytesIO()
    frame.to_file(package, driver="GPKG", layer="vg250_gem")
    return frame.to_json().encode(), package.getvalue()


def _export() -> bytes:
    """A table of INKAR as a workbook."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Daten")
        for number, row in enumerate(
            [
                ["Kennziffer", "Raumeinheit", "Aggregat", "Arbeitslose"],
                ["", "", "", "2022"],
                ["13076000", "Ludwigslust-Parchim", "Kreise", 12.5],
                ["13076121", "Schossin", "Gemeinden", 3.0],
            ]
        ):
            sheet.write_row(number, 0, row)
        book.add_worksheet("Quellangabe")
    return target.getvalue()


FLAT = test_ffcsv.write(test_ffcsv.NEW_HEADER, [test_ffcsv.line(), test_ffcsv.line(sex="male", text="-")])
OLD_FLAT = (
    "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;"
    "1_Auspraegung_Label;     FLC006__Gebietsflaeche__qkm\n"
    "11111;Feststellung;STAG;Stichtag;31.12.2022;DLAND;Bundesländer;08;Baden-Württemberg;35747,85\n"
)
EXTRACT = (
    "raumbezug,kennziffer,name,zeitbezug,q_pfl,q_hausarzt_bev\n"
    'Bund,111,Bundesrepublik,2021,1.5,2\nKreise,13076000,"LK, Ort",2021,,3\nGemeinden,13076121,Ort,2016/2017,0.5,\n'
)
OLDER = EXTRACT.splitlines()[0] + "\nGemeindeverbände,14521200,Gelenau,1997,,52.44\nKreise,14521,Erzgebirge,1997,1,2\n"
TAX = "gemeindeve22;gemeindeve22name;q_einkst_bev98;q_einkst_bev22\nGebietskennziffer;Name;ESt 1998;ESt 2022\n"
PANEL = b"county_code,year,x,median_age\n01001,1995.0,1.5,40\n01001,1996.0,,41\n"
DENSITY = "ags,name,flaeche_2017,flaeche_2021,ew_2016,ew_2022,guete\n01001000,Flensburg,56.7,56.7,87432.0,92550,a\n"
KEYS = ["01001000", "06633001"]


def _readers() -> dict[str, Reader]:
    geojson, package = _boundaries()
    sheet = test_deutschlandatlas.gemeinden(
        ["14627230", "Riesa", 3.3], ["13076121", "Schossin", 12.8], ["Ende der Tabelle."]
    )
    atlas = test_deutschlandatlas.book({test_deutschlandatlas.GEM: sheet})
    census = test_zensus.written("Demografie", {"00": {}, "01": {}, "01001": {}, "010010000000": {}})
    nested = [feature("08335003", 4, 9.2), {"type": "FeatureCollection", "features": [feature("08335002", 4, 9.1)]}]
    key = test_bbsr.csv([f"{year}.0,{ags},1.0,1.0,1.0,{ags}" for year in (2019, 2020) for ags in KEYS])
    index = 'kreis_id,kreis_name,year,gisd_score,gisd_5\n01001,"Flensburg, Stadt",1998,0.77,5\n01001,F,1999,0.7,5\n'
    return {
        "genesis": Reader(genesis.read, (official(),)),
        "ffcsv": Reader(ffcsv.read, (FLAT.encode(), FLAT.encode("utf-8-sig"), OLD_FLAT.encode("latin-1"))),
        "gisd": Reader(inkar.read_gisd, (index.encode(), gzip.compress(index.encode()))),
        "inkar panel": Reader(inkar.read_panel, (PANEL,)),
        "inkar tables": Reader(inkar.read_tables, (EXTRACT.encode(), OLDER.encode(), gzip.compress(EXTRACT.encode()))),
        "inkar tax": Reader(inkar.read_income_tax, (f"{TAX}146270230;Riesa;62,08;295,76\n".encode("latin-1"),)),
        "inkar density": Reader(inkar.read_gemeinden, (DENSITY.encode(),)),
        "inkar export": Reader(inkar.read_export, (_export(),)),
        "zensus": Reader(zensus.read, (census, gzip.compress(census))),
        "deutschlandatlas": Reader(deutschlandatlas.read, (atlas,)),
        "area changes": Reader(area_changes.read, (test_area_changes.workbook([test_area_changes.ROW]),)),
        "bbsr csv": Reader(bbsr.read_gemeinden, (key, gzip.compress(key))),
        "bbsr book": Reader(bbsr.read_gemeinden, (test_bbsr.workbook(test_bbsr.ROWS),)),
        "gvisys": Reader(gvisys.read, (gv_workbook.workbook(gv_workbook.sample()),)),
        "gv json": Reader(lambda content: gv_json.read(content, test_gv_json.NAME), (test_gv_json.written(),)),
        "bkg": Reader(lambda content: bkg.read(content, "gemeinden"), (geojson, package)),
        "bkg package": Reader(lambda content: bkg.read_package(content, "gemeinden"), (json.dumps(nested).encode(),)),
    }


NAMES = [
    *(
        "genesis",
        "ffcsv",
        "gisd",
        "inkar panel",
        "inkar tables",
        "inkar tax",
        "inkar density",
        "inkar export",
        "zensus",
    ),
    *("deutschlandatlas", "area changes", "bbsr csv", "bbsr book", "gvisys", "gv json", "bkg", "bkg package"),
]


@pytest.fixture(scope="module")
def readers() -> dict[str, Reader]:
    found = _readers()
    assert list(found) == NAMES
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_a_reader_says_a_sentence_or_gives_a_frame(readers: dict[str, Reader], name: str) -> None:
    one = readers[name]
    for seed in one.seeds:
        assert len(one.read(seed)), "accepted as it is"
    draw = random.Random(name if RUNS == 40 else None)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    accepted = 0
    for _ in range(RUNS):
        bad = spoilt(draw, draw.choice(one.seeds))
        begun = time.monotonic()
        try:
            accepted += len(one.read(bad)) > 0
        except SourceError:
            pass
        except Exception as error:
            pytest.fail(f"{name}: {error!r} for {bad[:400]!r}")
        assert time.monotonic() - begun < 30
    print(f"{name}: {RUNS} read, {accepted} accepted")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000
