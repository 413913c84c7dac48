"""The workbooks of the Deutschlandatlas: genuine files against known figures, written ones read back, broken ones
refused."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import deutschlandatlas

Cell = str | float | None
HEAD = "Indikatorkürzel: {}\n\n{}"
END = ["Ende der Tabelle."]


@pytest.fixture(scope="module")
def newest(shared: Path) -> pd.DataFrame:
    return deutschlandatlas.read(shared / "quellen" / "deutschlandatlas" / "Deutschlandatlas-Daten_2026-04-22.xlsx")


@pytest.mark.slow
def test_genuine_edition_of_2026(newest: pd.DataFrame) -> None:
    assert list(newest.columns) == deutschlandatlas.COLUMNS
    assert set(newest["edition"]) == {pd.Timestamp(2026, 4, 22)}
    assert newest.groupby(["level", "territory"])["code"].nunique().to_dict() == {
        ("gemeinde", 2018): 2,
        ("gemeinde", 2021): 1,
        ("gemeinde", 2022): 13,
        ("gemeinde", 2023): 3,
        ("gemeinde", 2024): 5,
        ("kreis", 2022): 31,
        ("kreis", 2024): 23,
        ("verband", 2019): 3,
        ("verband", 2022): 2,
        ("verband", 2023): 1,
    }
    assert newest["year"].notna().all()
    assert newest.loc[newest["level"] == "kreis", "area_key"].nunique() == 400
    assert not newest.duplicated(["area_key", "level", "territory", "code"]).any()
    # -99999, the second sign for nothing, would be lower
    assert newest["value"].min() > -9000
    assert not {"preis_miet", "preis_baul"} & set(newest["code"]), "classes of prices are no numbers"


@pytest.mark.parametrize(
    ("key", "code", "year", "value"),
    [
        ("14627230", "p_apo", 2024, 3.3),
        ("13076121", "p_apo", 2024, 12.8),
        ("13076121", "p_harzt", 2021, 11.4),
        ("13076121", "p_markt", 2021, 17.67),
        ("14627230", "st_einnkr", 2023, 1308),
        ("14627230", "bev_entw", 2024, -0.43),
        ("146270230", "preis_miet_best", 2022, 5.14),
        ("040120000", "preis_miet_best", 2022, 5.58),
        ("13072", "bev_u18", 2024, 16.6),
        ("13072", "bev_18_65", 2024, 55.98),
        ("13072", "bev_ue65", 2024, 27.42),
        ("13072", "bev_ausl", 2024, 5.07),
        ("13072", "bev_ausw", 2024, 115.49),
        ("04012", "bev_ue65", 2024, 21.76),
        ("04012", "bev_ausl", 2024, 22.25),
        ("04012", "wahl_beteil", 2025, 71.1),
        ("01001000", "p_grunds", 2024, 3.18),
        ("010515?63", "p_ozmz_miv", 2020, 17.16),
    ],
)
def test_known_figures(newest: pd.DataFrame, key: str, code: str, year: int, value: float) -> None:
    found = newest[newest["area_key"].eq(key) & newest["code"].eq(code)]
    assert found[["year", "value"]].to_numpy().tolist() == [[year, value]]


@pytest.mark.slow
def test_genuine_edition_of_2024(shared: Path) -> None:
    frame = deutschlandatlas.read(shared / "quellen" / "deutschlandatlas" / "Deutschlandatlas-Daten_2024-12-12.xlsx")
    assert set(frame["edition"]) == {pd.Timestamp(2024, 12, 12)}
    assert frame["year"].isna().all(), "its heads are bare codes"
    assert frame["code"].nunique() == 82
    found = frame[frame["area_key"].eq("01001") & frame["code"].isin(["bev_u18", "bev_18_65", "bev_ue65"])]
    assert found["value"].tolist() == [16.02, 64.02, 19.95]


def book(tables: dict[str, list[list[Cell]]], stand: str = "Stand: 22.04.2026") -> bytes:
    """A workbook with a title sheet and these sheets below it."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        made.add_worksheet("Titel").write_column(0, 0, ["Datentabellen", stand])
        for name, lines in tables.items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(lines):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(line, column, cell)
    return stream.getvalue()


def gemeinden(*lines: list[Cell], title: str = "Fahrzeit im Jahr 2024", code: str = "p_apo") -> list[list[Cell]]:
    head: list[Cell] = ["GKZ1224", "Gemeindename", HEAD.format(code, title)]
    return [["5 Indikatoren"], ["zur Inhaltsübersicht"], ["Indikatoren"], head, *lines]


KEYS = {"gemeinde": "GEM", "kreis": "KRS", "verband": "VBGEM"}
lands = st.integers(1, 16).map(lambda land: f"{land:02}")
gemeinde_keys = st.builds(lambda land, rest: f"{land}{rest:06}", lands, st.integers(0, 999_999))
verband_keys = st.builds(lambda land, rest: f"{land}{rest:07}", lands, st.integers(0, 9_999_999))
kreis_keys = st.builds(lambda land, rest: f"{land}{rest:03}", lands, st.integers(0, 999))
values = st.one_of(st.sampled_from([-9999, -99999, None]), st.floats(-5000, 1e6).map(lambda value: round(value, 2)))


@settings(max_examples=examples(20), deadline=None)
@given(
    st.sampled_from(["gemeinde", "kreis"]).flatmap(
        lambda level: st.tuples(
            st.just(level),
            st.dictionaries({"gemeinde": gemeinde_keys, "kreis": kreis_keys}[level], values, min_size=1, max_size=8),
        )
    ),
    st.booleans(),
    st.integers(2010, 2030),
)
def test_a_written_sheet_reads_back(found: tuple[str, dict[str, float | None]], as_text: bool, year: int) -> None:
    level, cells = found
    known = {key: value for key, value in cells.items() if value not in (None, -9999, -99999)}
    printed = {key: key if level == "gemeinde" else f"{key}000" for key in cells}
    rows = [[printed[key] if as_text else float(printed[key]), "X", value] for key, value in cells.items()]
    content = book({f"Deutschlandatlas_{KEYS[level]}1224": gemeinden(*rows, END, title=f"Anteil im Jahr {year} in %")})
    if not known:
        with pytest.raises(SourceError, match="enthält keine Zahlen"):
            deutschlandatlas.read(content)
        return
    frame = deutschlandatlas.read(content)
    assert dict(zip(frame["area_key"], frame["value"], strict=True)) == known
    assert set(frame["level"]) == {level}
    assert set(frame["year"]) == {year}
    assert set(frame["territory"]) == {2024}


@given(st.dictionaries(verband_keys, st.floats(0, 100).map(lambda value: round(value, 2)), min_size=1, max_size=8))
def test_verbaende_of_nine_digits_read_back(cells: dict[str, float]) -> None:
    # whether eight-digit keys lost their leading zero shows in one that kept it
    cells["145220000"] = 1.0
    rows = [[float(key), "X", value] for key, value in cells.items()]
    frame = deutschlandatlas.read(book({"Deutschlandatlas_VBGEM1222": gemeinden(*rows, END)}))
    assert dict(zip(frame["area_key"], frame["value"], strict=True)) == cells


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Entwicklung zwischen 2019 und 2024 pro Jahr", 2024),
        ("Fahrzeit in den Jahren 2021-24 in Minuten", 2024),
        ("Veränderung in % 2014 zu 2022 ", 2022),
        ("Anteil an der\nGesamtbevölkerung, über 1.000 Mbit/s, im Dezember 2023", 2023),
    ],
)
def test_the_year_stands_in_the_head(title: str, year: int) -> None:
    frame = deutschlandatlas.read(book({"Deutschlandatlas_GEM1224": gemeinden([1001000, "F", 1.0], END, title=title)}))
    assert set(frame["year"]) == {year}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([[1001000, "F", 1.0]], "Blatt Deutschlandatlas_GEM1224: die Tabelle ist abgeschnitten"),
        ([[1001000, "F", "viel"], END], "Zelle C5: „viel“ ist keine Zahl"),
        ([[1001000, "F", "5,50 bis unter 7,00"], [1002000, "K", "viel"], END], "Zelle C5: „5,50 bis unter 7,00“ ist"),
        ([[17001000, "F", 1.0], END], "Zelle A5: „17001000“ ist kein Schlüssel dieser Ebene"),
        ([["", "F", 1.0], END], "Zelle A5: „“ ist kein Schlüssel"),
        ([[1001000, "F", 1.0], ["01001000", "F", 2.0], END], "Zelle A6: „01001000“ steht zum zweiten Mal"),
        ([[1001000, "F", -9999], END], "die Arbeitsmappe enthält keine Zahlen"),
    ],
)
def test_a_bad_table_is_one_sentence(lines: list[list[Cell]], said: str) -> None:
    with pytest.raises(SourceError) as fault:
        deutschlandatlas.read(book({"Deutschlandatlas_GEM1224": gemeinden(*lines)}), "atlas.xlsx")
    assert str(fault.value).startswith("atlas.xlsx")
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


GEM = "Deutschlandatlas_GEM1224"


@pytest.mark.parametrize(
    ("tables", "stand", "said"),
    [
        ({"Kreise": [["x"]]}, "22.04.2026", "kein Blatt mit Zahlen des Deutschlandatlas"),
        ({"Deutschlandatlas_LAND1224": [["x"]]}, "22.04.2026", "Ebene und Gebietsstand des Blattes sind unbekannt"),
        ({GEM: [["x"]]}, "22.04.2026", "der Kopf der Tabelle fehlt"),
        ({GEM: gemeinden(END, code="p apo?")}, "22.04.2026", "Blatt Deutschlandatlas_GEM1224, Zelle C4: "),
        ({GEM: gemeinden(END, title="Fahrzeit")}, "22.04.2026", "beim Indikator p_apo fehlt das Jahr"),
        ({GEM: gemeinden([1001000, "F", 1.0], END)}, "heute", "der Stand der Ausgabe fehlt"),
        ({GEM: gemeinden([1001000, "F", 1.0], END)}, "31.02.2026", "„Stand: 31.02.2026“ nennt keinen Tag"),
    ],
)
def test_another_workbook_is_refused(tables: dict[str, list[list[Cell]]], stand: str, said: str) -> None:
    with pytest.raises(SourceError, match=r"^atlas\.xlsx") as fault:
        deutschlandatlas.read(book(tables, f"Stand: {stand}"), "atlas.xlsx")
    assert said in str(fault.value)


def test_a_letter_is_no_workbook() -> None:
    with pytest.raises(SourceError, match="keine Excel-Arbeitsmappe"):
        deutschlandatlas.read(b"Guten Tag", "atlas.xlsx")
