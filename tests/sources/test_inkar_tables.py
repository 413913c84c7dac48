"""INKAR tables of all levels: the genuine files against published values, written ones read back, broken refused."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.errors import SourceError
from zwk_data.sources import deutschlandatlas, genesis, inkar

EXTRACT = "raumbezug,kennziffer,name,zeitbezug,q_pfl,q_hausarzt_bev\n"
TAX = "gemeindeve22;gemeindeve22name;q_einkst_bev98;q_einkst_bev22\nGebietskennziffer;Name;ESt 1998;ESt 2022\n"


def at(frame: pd.DataFrame, key: str, year: int, code: str | None = None) -> list[float]:
    rows = frame[frame["area_key"].eq(key) & frame["year"].eq(year)]
    return rows.loc[rows["code"].eq(code) if code else slice(None), "value"].tolist()


def test_people_of_working_age(shared: Path) -> None:
    frame = inkar.read_export(shared / "quellen" / "gisd" / "INKAR_A_ErwerbsfaehigeBevoelkerung.xls.gz")
    assert list(frame.columns) == inkar.COLUMNS
    assert len(frame) == 10_990 * 21
    assert [at(frame, key, 2021) for key in ("14627230", "13076121", "04012000")] == [[15_514], [146], [71_219]]
    table = genesis.read(shared / "quellen" / "genesis" / "12411-0018.csv")
    ages = ["15-17", "18-19", *(f"{age}-{age + 4}" for age in range(20, 65, 5))]
    # of 400 Kreise as many are the same to the person; the others had other boundaries than those of 2022
    for year, equal in ((2020, 398), (2018, 394), (2016, 389)):
        of_year = frame[frame["year"] == year]
        ours = of_year.groupby(of_year["area_key"].str[:5])["value"].sum()
        printed = table[table["level"].eq("kreis") & table["year"].eq(year) & table["age_group"].isin(ages)]
        theirs = printed[printed["sex"].ne("total")].groupby("area_key")["value"].sum()
        assert (ours == theirs.reindex(ours.index)).sum() == equal


def test_unemployed(shared: Path) -> None:
    frame = inkar.read_export(shared / "quellen" / "gisd" / "INKAR_A_Arbeitslosigkeit.xls.gz")
    assert frame.loc[frame["year"] == 2021, "value"].sum() == 2_613_475
    assert (frame["year"].min(), frame["year"].max()) == (1998, 2021)
    assert [at(frame, key, 2021) for key in ("14627230", "13076121")] == [[1_300], [4]]


def test_both_editions_of_the_income_tax_agree(shared: Path) -> None:
    folder = shared / "quellen" / "gisd"
    older = inkar.read_export(folder / "INKAR_E_Einkommensteuer.xls.gz")
    newer = inkar.read_income_tax(folder / "IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv.gz")
    assert (newer["year"].min(), newer["year"].max()) == (1998, 2022)
    both = older.merge(newer, on=["area_key", "level", "territory", "code", "year"])
    assert len(both) > 96_000
    # one Verband differs by a cent in one year
    assert (both["value_x"] - both["value_y"]).abs().max() < 0.011


@pytest.mark.slow
def test_family_doctors_are_those_of_the_deutschlandatlas(shared: Path) -> None:
    folder = shared / "quellen"
    frame = inkar.read_tables(
        folder / "inkar2024" / "inkar2024_medizinische_und_soziale_versorgung.csv.gz", codes={"q_hausarzt_bev"}
    )
    assert set(frame["level"]) == {"bund", "land", "kreis", "verband", "gemeinde"}
    assert set(frame["territory"]) == {2022}
    ours = frame[frame["level"].eq("kreis") & frame["year"].eq(2022)].set_index("area_key")["value"]
    atlas = deutschlandatlas.read(folder / "deutschlandatlas" / "Deutschlandatlas-Daten_2026-04-22.xlsx")
    theirs = atlas[atlas["code"].eq("v_harzt") & atlas["level"].eq("kreis")].set_index("area_key")["value"]
    assert len(ours) == len(theirs) == 400
    assert (10 * ours - theirs).abs().max() < 0.051


@pytest.mark.slow
def test_the_older_edition_has_keys_without_leading_nought(shared: Path) -> None:
    path = shared / "quellen" / "inkar2024" / "inkar2022_verkehr_erreichbarkeit.csv.gz"
    code = "Erreichbarkeit von Mittelzentren"
    frame = inkar.read_tables(path, codes={code})
    assert frame.groupby("level").size().to_dict() == {"bund": 1, "land": 16, "kreis": 401, "verband": 4618}
    assert at(frame, "130765?65", 2020) == [15.89]
    assert at(frame, "034545?08", 2020) == [15.63]
    assert at(frame, "146270230", 2020) == [0]
    assert at(frame, "DG", 2020) == [10.55]
    schools = inkar.read_tables(path, codes={"Nahversorgung Grundschulen Anteil der Bev. 1km Radius"})
    assert set(schools["year"]) == {2018}, "of a span the last year"


AREAS = {
    ("Bund", "111"): ("DG", "bund"),
    ("Bundesländer", "04"): ("04", "land"),
    ("Kreise", "13076000"): ("13076", "kreis"),
    ("Gemeinden", "13076121"): ("13076121", "gemeinde"),
    ("Gemeindeverbände (Verwaltungsgemeinschaft)", "130765665"): ("130765665", "verband"),
}
numbers = st.one_of(st.none(), st.floats(-1e4, 1e4, allow_nan=False).map(lambda number: round(number, 2)))


@given(
    st.dictionaries(st.tuples(st.sampled_from(list(AREAS)), st.integers(2003, 2022)), st.tuples(numbers, numbers)),
    st.booleans(),
)
def test_a_written_extract_reads_back(
    cells: dict[tuple[tuple[str, str], int], tuple[float | None, float | None]], packed: bool
) -> None:
    lines = [
        ",".join([*area, '"Ort, Stadt"', str(year), *("" if one is None else str(one) for one in pair)])
        for (area, year), pair in cells.items()
    ]
    content = (EXTRACT + "".join(f"{line}\n" for line in lines)).encode()
    wanted = {
        (*AREAS[area], year, code): number
        for (area, year), pair in cells.items()
        for code, number in zip(("q_pfl", "q_hausarzt_bev"), pair, strict=True)
        if number is not None
    }
    packed_content = gzip.compress(content) if packed else content
    if not wanted:
        with pytest.raises(SourceError):
            inkar.read_tables(packed_content)
        return
    frame = inkar.read_tables(packed_content)
    found = frame[["area_key", "level", "year", "code", "value"]].itertuples(index=False, name=None)
    assert {row[:4]: row[4] for row in found} == wanted


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Kreise,13076000,LK,2021,viel,1", "Zeile 2, Spalte q_pfl: „viel“ passt hier nicht; erwartet wird eine Zahl."),
        ("Kreise,13076121,LK,2021,1,1", "Spalte kennziffer: „13076121“"),
        ("Kreise,13076,LK,2021,1,1", "Spalte kennziffer: „13076“"),
        ("Orte,13076121,LK,2021,1,1", "Spalte raumbezug: „Orte“"),
        ("Gemeinden,13076121,Schossin,im Jahr,1,1", "Spalte zeitbezug: „im Jahr“"),
        ("Gemeinden,13076121,Schossin,2021,1", "die Zeile hat 5 Spalten statt 6"),
        ("Gemeinden,13076121,S,2021,1,1\nGemeinden,13076121,S,2021,2,2", "Zeile 3, Spalte kennziffer"),
        ("Gemeinden,13076121,Schossin,2021,,", "die Datei enthält keine Zahlen"),
    ],
)
def test_a_broken_extract_is_refused(line: str, said: str) -> None:
    with pytest.raises(SourceError) as fault:
        inkar.read_tables(f"{EXTRACT}{line}\n".encode(), "inkar.csv")
    assert said in str(fault.value)


def test_the_income_tax_has_two_heads() -> None:
    frame = inkar.read_income_tax(f"{TAX}146270230;Riesa;62,08;295,76\n".encode("latin-1"))
    assert frame[["area_key", "level", "year", "value"]].to_numpy().tolist() == [
        ["146270230", "verband", 1998, 62.08],
        ["146270230", "verband", 2022, 295.76],
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Guten Tag\n", "die Datei enthält keine Einkommensteuer"),
        (TAX, "Zeile 2: die Datei enthält nur einen Kopf"),
        (f"{TAX}14627230;Riesa;1;1\n", "Spalte gemeindeve22: „14627230“"),
        (f"{TAX}146270230;Riesa;1;k. A.\n", "Zeile 3, Spalte q_einkst_bev22"),
        (TAX.replace("bev98", "bev") + "146270230;Riesa;1;1\n", "„q_einkst_bev“ nennt kein Jahr"),
    ],
)
def test_a_broken_income_tax_is_refused(content: str, said: str) -> None:
    with pytest.raises(SourceError) as fault:
        inkar.read_income_tax(content.encode(), "steuer.csv")
    assert said in str(fault.value)


@pytest.mark.parametrize("content", [b"", b"Guten Tag", b"\xd0\xcf\x11\xe0 abgeschnitten", b"\x1f\x8b\x08"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError):
        inkar.read_export(content, "inkar.xls")


def test_an_export_without_rows_is_refused() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("Daten")
    with pytest.raises(SourceError, match="die Arbeitsmappe ist kein Export aus INKAR"):
        inkar.read_export(target.getvalue(), "inkar.xls")


def test_a_workbook_of_others_is_refused(shared: Path) -> None:
    other = next((shared / "quellen" / "gebietsaenderungen").glob("2023.xlsx"))
    with pytest.raises(SourceError, match="kein Export aus INKAR"):
        inkar.read_export(other)
