"""Published keys to plain keys: the traps one by one, and every Verband against the Gemeindeverzeichnis."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.errors import SourceError
from zwk_data.sources import genesis, gvisys, printed_codes

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")

digits = st.integers(0, 9).map(str)


@pytest.mark.parametrize(
    ("published", "key", "level"),
    [
        ("DG", "DG", "bund"),
        ("07", "07", "land"),
        ("031", "031", "region"),
        ("064", "064", "regierungsbezirk"),
        ("145", "145", "region"),
        ("142", "142", "regierungsbezirk"),
        ("01001", "01001", "kreis"),
        ("01051001", "01051001", "gemeinde"),
        ("01001000", "01001000", "gemeinde"),
        ("0713100007", "07131007", "gemeinde"),  # Bad Neuenahr-Ahrweiler
        ("0713206", "071325006", "verband"),  # Verbandsgemeinde Hamm (Sieg)
        ("03151401002", "03151002", "gemeinde"),  # Barwedel
        ("03151401", "031515401", "verband"),  # Samtgemeinde Boldecker Land
        ("03359409", "033595409", "verband"),  # Oldendorf-Himmelpforten
        ("03454408", "034545408", "verband"),  # Spelle
        ("03153501", "03153501", "gemeinde"),  # gemeindefreies Gebiet in Niedersachsen
        ("14521400", "14521400", "gemeinde"),  # a number from 400 on is a Gemeinde outside Niedersachsen
        ("03241001", "03241001", "gemeinde"),
        ("10041100", "10041100", "gemeinde"),
        ("11", "11", "land"),
        ("11000", "11000", "kreis"),
        ("11000000", "11000000", "gemeinde"),
        ("11001", "11001000", "bezirk"),
        ("11012000", "11012000", "bezirk"),
        ("092760130130", "09276130", "gemeinde"),  # ARS: Lindberg
        ("033595409", "033595409", "verband"),
    ],
)
def test_each_kind_of_key(published: str, key: str, level: str) -> None:
    assert printed_codes.plain_key(published) == (key, level)


@pytest.mark.parametrize(
    "text", ["", "D", "17", "00", "1", "0100", "010010", "0100100", "0100100000", "01001000000", "0x001", "2015", " 01"]
)
def test_what_is_no_key(text: str) -> None:
    assert printed_codes.plain_key(text) is None


@given(st.integers(1, 16), st.text(digits, min_size=3, max_size=3), st.text(digits, max_size=8))
def test_plain_keys_have_the_length_of_their_level(land: int, kreis: str, rest: str) -> None:
    lengths = {"land": 2, "region": 3, "regierungsbezirk": 3, "kreis": 5, "verband": 9, "gemeinde": 8, "bezirk": 8}
    found = printed_codes.plain_key(f"{land:02d}{kreis}{rest}")
    if found is not None:
        assert len(found[0]) == lengths[found[1]]
        assert found[0][:5] == f"{land:02d}{kreis}"
        # a plain key is its own plain key, but where eight digits in Niedersachsen mean a Samtgemeinde
        assert printed_codes.plain_key(found[0]) == found or re.match(r"03\d{3}4", found[0])


@pytest.mark.slow
@genuine
def test_every_verband_is_in_the_gemeindeverzeichnis_with_the_same_inhabitants() -> None:
    """The 163 Verbandsgemeinden and 138 Samtgemeinden of 2009, by the key made from the published one."""
    table = genesis.read(SHARED / "regionalstatistik" / "12411-01-01-5_00.csv")
    wanted = (table["level"] == "verband") & (table["year"] == 2009) & (table["sex"] == "total")
    verbaende = table[wanted & (table["status"] == "reported")].set_index("area_key")
    register = gvisys.read(SHARED / "gvisys" / "31122009_Auszug_GV.xlsx")
    members = register[register["level"] == "gemeinde"].groupby("verband_key")["population_total"].sum()
    assert verbaende.index.str[:2].value_counts().to_dict() == {"07": 163, "03": 138}
    assert set(verbaende.index) <= set(members.index)
    assert (verbaende["value"] == members.reindex(verbaende.index)).all()
    assert verbaende.loc["071325006", "name"] == "Hamm (Sieg), Verbandsgem."


@genuine
def test_no_gemeinde_in_niedersachsen_is_taken_for_a_samtgemeinde() -> None:
    register = json.loads((SHARED / "gvisys_json" / "destatis_gv_2018-12-31.json").read_text(encoding="utf-8"))
    assert all(printed_codes.plain_key(ars) == (ars[:5] + ars[-3:], "gemeinde") for ars in register)
    agslist = {ars[:5] + ars[-3:] for ars in register}
    assert {printed_codes.plain_key(ags) for ags in agslist} == {(ags, "gemeinde") for ags in agslist}


def _areas(rows: list[tuple[str, str, bool]], *, gemeinde_table: bool) -> list[tuple[str, str, str]]:
    codes = pd.Series([row[0] for row in rows], dtype="str")
    names = pd.Series([row[1] for row in rows], dtype="str")
    reported = np.array([row[2] for row in rows])
    found = printed_codes.areas(codes, names, reported, gemeinde_table=gemeinde_table)
    return list(zip(codes.iloc[found["position"]], found["area_key"], found["level"], strict=True))


def test_cities_that_stand_for_two_levels() -> None:
    rows = [
        ("02", "Hamburg", True),
        ("03241", "Region Hannover, Landkreis", True),
        ("03241001", "Hannover, Landeshauptstadt", True),
        ("09161", "Ingolstadt", True),
        ("13001", "Kreisfreie Stadt Greifswald, Hansestadt", True),
        ("14171", "Annaberg, Landkreis", True),
        ("14262", "Dresden, Kreisfreie Stadt", False),
        ("08111", "Stuttgart, Landeshauptstadt, Stadtkreis", True),
    ]
    in_gemeinde_table = _areas(rows, gemeinde_table=True)
    extra = [row for row in in_gemeinde_table if row[0] != row[1]]
    assert extra == [
        ("02", "02000", "kreis"),
        ("02", "02000000", "gemeinde"),
        ("09161", "09161000", "gemeinde"),
        ("13001", "13001000", "gemeinde"),
        ("08111", "08111000", "gemeinde"),
    ]
    assert [row[:2] for row in _areas(rows, gemeinde_table=False) if row[0] != row[1]] == [("02", "02000")]


def test_a_city_state_that_is_printed_as_kreis_too_is_not_doubled() -> None:
    rows = [("11", "Berlin", True), ("11000", "Berlin, kreisfreie Stadt", True), ("11001", "Berlin-Mitte", True)]
    assert _areas(rows, gemeinde_table=False) == [
        ("11", "11", "land"),
        ("11000", "11000", "kreis"),
        ("11001", "11001000", "bezirk"),
    ]


def test_kreis_tables_with_three_cities_are_no_gemeinde_tables() -> None:
    assert not printed_codes.is_gemeinde_table(pd.Series(["DG", "01", "05334", "05334002", "03241001", "10041100"]))
    assert printed_codes.is_gemeinde_table(pd.Series(["DG", "01", "01051001"]))


def _twice(first: tuple[float, str], second: tuple[float, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area_key": ["07132007", "07132007", "01051001"],
            "level": "gemeinde",
            "year": 2015,
            "name": "Ort",
            "key_published": ["0713202007", "0713208007", "01051001"],
            "value": [first[0], second[0], 5.0],
            "status": [first[1], second[1], "reported"],
        }
    )


def test_of_two_keys_the_one_with_the_figure_stays() -> None:
    nan = float("nan")
    for first, second, expected in [
        ((nan, "none"), (7.0, "reported"), ["0713208007", "01051001"]),
        ((7.0, "reported"), (nan, "none"), ["0713202007", "01051001"]),
        ((nan, "none"), (nan, "none"), ["0713202007", "01051001"]),
        ((nan, "none"), (nan, "secret"), ["0713208007", "01051001"]),
    ]:
        kept = printed_codes.drop_empty_duplicates(_twice(first, second), ["year"], "datei.csv")
        assert kept["key_published"].tolist() == expected


def test_figures_under_two_keys_are_refused() -> None:
    with pytest.raises(SourceError, match=r"datei.csv, Schlüssel 0713208007: .*07132007.*2015"):
        printed_codes.drop_empty_duplicates(_twice((7.0, "reported"), (8.0, "reported")), ["year"], "datei.csv")
