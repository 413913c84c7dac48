"""The Gemeindeverzeichnis of 2018 as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import gv_json, gvisys

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
FILE = SHARED / "gvisys_json" / "destatis_gv_2018-12-31.json"
NAME = "gv_2018-12-31.json"
FLENSBURG: dict[str, Any] = {
    "RS": "010010000000",
    "area": 56.73,
    "population": 89504,
    "population_m": 44599,
    "population_w": 44905,
    "center_lon": "9,43751",
    "center_lat": "54,78252",
    "density_key": "01",
}


def written(**changes: Any) -> bytes:
    return json.dumps({"010010000000": {**FLENSBURG, **changes}}).encode()


def message(content: bytes, name: str = NAME) -> str:
    with pytest.raises(SourceError) as caught:
        gv_json.read(content, name)
    assert str(caught.value).startswith(name)
    assert str(caught.value).endswith(".")
    return str(caught.value)


@pytest.mark.slow
@genuine
def test_the_genuine_file() -> None:
    frame = gv_json.read(FILE)
    assert list(frame.columns) == gvisys.COLUMNS
    assert len(frame) == 11_014
    assert frame["population_total"].sum() == 83_019_213  # as published for 31.12.2018
    assert frame["area_key"].is_unique
    assert frame["land_key"].nunique() == 16
    assert frame["kreis_key"].nunique() == 401
    assert frame["lon"].between(5.8, 15.1).all()
    assert frame["lat"].between(47.2, 55.1).all()
    assert frame["degurba"].value_counts().to_dict() == {3: 8115, 2: 2679, 1: 220}
    assert set(frame["territory_date"]) == set(frame["population_date"]) == {pd.Timestamp("2018-12-31")}
    flensburg = frame.set_index("area_key").loc["01001000"]
    assert (flensburg["population_total"], flensburg["area_km2"], flensburg["ars"]) == (89_504, 56.73, "010010000000")
    assert (flensburg["lon"], flensburg["lat"], flensburg["degurba"]) == (9.43751, 54.78252, 1)
    # the same Gemeinden as a year before, but for the areas without inhabitants and the changes of 2018
    before = gvisys.read(SHARED / "gvisys" / "31122017_Auszug_GV.xlsx").query("population_total > 0")
    assert len(set(before["area_key"]) & set(frame["area_key"])) > 10_970
    assert list(frame.dtypes) == list(before.dtypes)


def test_numbers_and_brackets_without_end_are_refused() -> None:
    assert "population „8888" in message(written(population=int("8" * 400)))
    for content in (b'{"010010000000": ' + b"8" * 5000 + b"}", b"[" * 200_000):
        assert "die Datei ist kein Gemeindeverzeichnis" in message(content)


_entry = st.fixed_dictionaries(
    {
        "area": st.integers(1, 90_000).map(lambda hectares: hectares / 100),
        "population_m": st.integers(0, 2_000_000),
        "population_w": st.integers(0, 2_000_000),
        "center_lon": st.integers(6_000_000, 15_000_000),
        "center_lat": st.integers(48_000_000, 55_000_000),
        "density_key": st.sampled_from(["01", "02", "03", ""]),
    }
)


@settings(max_examples=examples(17), deadline=None)
@given(st.dictionaries(st.from_regex(r"(0[1-9]|1[0-6])\d{10}", fullmatch=True), _entry, min_size=1, max_size=8))
def test_a_written_register_is_read_back(entries: dict[str, dict[str, Any]]) -> None:
    data = {
        ars: {
            **entry,
            "population": entry["population_m"] + entry["population_w"],
            "center_lon": f"{entry['center_lon'] / 1e6:.6f}".replace(".", ","),
            "center_lat": f"{entry['center_lat'] / 1e6:.6f}".replace(".", ","),
        }
        for ars, entry in entries.items()
    }
    keys = [ars[:5] + ars[-3:] for ars in data]
    content = json.dumps(data).encode("utf-8-sig")
    if len(set(keys)) < len(keys):
        assert "kommt zweimal vor" in message(content)
        return
    frame = gv_json.read(content, NAME).set_index("ars")
    assert set(frame.index) == set(entries)
    for ars, entry in entries.items():
        row = frame.loc[ars]
        assert (row["area_key"], row["verband_key"]) == (ars[:5] + ars[-3:], ars[:9])
        assert row["population_total"] == entry["population_m"] + entry["population_w"]
        assert row["area_km2"] == entry["area"]
        assert row["lon"] == pytest.approx(entry["center_lon"] / 1e6)
        assert row["lat"] == pytest.approx(entry["center_lat"] / 1e6)
        assert row["degurba"] is pd.NA if entry["density_key"] == "" else row["degurba"] == int(entry["density_key"])


def test_missing_values_are_missing() -> None:
    frame = gv_json.read(written(area=None, center_lon="0", center_lat=""), NAME)
    assert frame[["area_km2", "lon", "lat"]].isna().all(axis=None)
    assert frame["population_total"].tolist() == [89_504]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"population": "abc"},
            "Eintrag 010010000000: population „abc“ ist unmöglich; erwartet wird eine Einwohnerzahl.",
        ),
        ({"population": -1}, "population „-1“ ist unmöglich"),
        ({"population": 1.5}, "population „1.5“ ist unmöglich"),
        ({"population": True}, "population „True“ ist unmöglich"),
        ({"population": 89_505}, "population_m und population_w ergeben nicht population"),
        ({"area": [1]}, "area „[1]“ ist unmöglich"),
        ({"area": "inf"}, "area „inf“ ist unmöglich"),
        ({"center_lon": "54,78252"}, "center_lon „54,78252“ liegt nicht in Deutschland"),
        ({"center_lat": "Nord"}, "center_lat „Nord“ ist unmöglich"),
        ({"density_key": "04"}, "density_key „4“ ist kein Grad der Verstädterung"),
    ],
)
def test_a_broken_field_is_named(changes: dict[str, Any], wanted: str) -> None:
    assert wanted in message(written(**changes))


def test_other_contents_are_refused() -> None:
    assert "die Datei ist leer" in message(b"")
    assert "kein JSON oder abgeschnitten" in message(b"Satzart;Land")
    assert "kein Text in UTF-8" in message('{"Länge": 1}'.encode("latin-1"))
    assert "kein Gemeindeverzeichnis" in message(b"[1, 2]")
    assert "kein Gemeindeverzeichnis" in message(b"{}")
    assert "Eintrag 01001000: der Schlüssel ist kein Regionalschlüssel" in message(b'{"01001000": {}}')
    assert "Eintrag 010010000000: es fehlt area, population" in message(b'{"010010000000": {"RS": 1}}')
    assert "es fehlt" in message(b'{"010010000000": 7}')
    twice = json.dumps({"010010000000": FLENSBURG, "010010001000": FLENSBURG}).encode()
    assert "der Schlüssel 01001000 kommt zweimal vor" in message(twice)
    assert "der Dateiname nennt kein Datum" in message(written(), "gv.json")
    assert "„2018-13-31“ im Dateinamen ist kein Datum" in message(written(), "gv_2018-13-31.json")


@settings(max_examples=examples(20))
@given(st.integers(1, 10_000))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    content = written()
    assert "abgeschnitten" in message(content[: length % len(content) or 1])
