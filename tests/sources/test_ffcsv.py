"""Flat csv, new and old: recorded answers against published totals, written ones read back, broken ones refused."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import ffcsv, printed_codes
from zwk_data.sources.printed_codes import age_code

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
SAMPLES = sorted((SHARED / "layoutproben").glob("*_ffcsv_*.csv"))

NEW_HEADER = [
    "statistics_code",
    "statistics_label",
    "time_code",
    "time_label",
    "time",
    "1_variable_code",
    "1_variable_label",
    "1_variable_attribute_code",
    "1_variable_attribute_label",
    "2_variable_code",
    "2_variable_label",
    "2_variable_attribute_code",
    "2_variable_attribute_label",
    "3_variable_code",
    "3_variable_label",
    "3_variable_attribute_code",
    "3_variable_attribute_label",
    "value",
    "value_unit",
    "value_variable_code",
    "value_variable_label",
]
OLD_HEADER = [
    "Statistik_Code",
    "Statistik_Label",
    "Zeit_Code",
    "Zeit_Label",
    "Zeit",
    "1_Merkmal_Code",
    "1_Merkmal_Label",
    "1_Auspraegung_Code",
    "1_Auspraegung_Label",
    "2_Merkmal_Code",
    "2_Merkmal_Label",
    "2_Auspraegung_Code",
    "2_Auspraegung_Label",
    "3_Merkmal_Code",
    "3_Merkmal_Label",
    "3_Auspraegung_Code",
    "3_Auspraegung_Label",
    "     BEVSTD__Bevoelkerungsstand__Anzahl",
    "BEVX__Andere_Zahl__Prozent",
]


# --- recorded answers ----------------------------------------------------------------------------------------------


@genuine
def test_kreise_2024_sum_to_germany() -> None:
    frame = ffcsv.read(SHARED / "genesis_api" / "12411-01-01-4_de_flat.csv", expect="12411")
    assert list(frame.columns) == ffcsv.COLUMNS
    kreise = frame[frame["level"] == "kreis"]
    assert kreise.groupby("sex")["value"].sum().to_dict() == {
        "total": 83_577_140,
        "male": 41_241_701,
        "female": 42_335_439,
    }
    assert frame["date"].eq(pd.Timestamp("2024-12-31")).all()
    assert (kreise["status"] == "none").any(), "former Kreise are published with a sign"
    # the same 12 Bezirke and 3 cities that tables hold
    berlin = frame[(frame["level"] == "bezirk") & (frame["sex"] == "total")]
    assert (len(berlin), berlin["value"].sum()) == (12, 3_685_265)
    gemeinden = frame.loc[frame["level"] == "gemeinde", "area_key"]
    assert set(gemeinden) == set(printed_codes.CITIES_IN_KREIS_TABLES)
    assert frame[["measure", "unit", "measure_code"]].drop_duplicates().to_dict("records") == [
        {"measure": "Bevölkerungsstand", "unit": "Anzahl", "measure_code": "BEVSTD"}
    ]


@genuine
def test_census_2022_gives_gemeinden_by_ars() -> None:
    frame = ffcsv.read(SHARED / "genesis_api" / "1000A-0000_de_flat.csv")
    assert frame.groupby("level").size().to_dict() == {"bund": 1, "gemeinde": 10_786}
    assert frame.loc[frame["level"] == "bund", "value"].tolist() == [82_719_540]
    lindberg = frame[frame["key_published"] == "092760130130"].iloc[0]
    assert (lindberg["area_key"], lindberg["name"], lindberg["value"]) == ("09276130", "Lindberg", 2294)
    assert frame["area_key"].is_unique
    assert frame["year"].eq(2022).all()


@genuine
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_read(path: Path) -> None:
    frame = ffcsv.read(path)
    assert len(frame) == 39
    assert (frame["value"].notna() == (frame["status"] == "reported")).all()


@genuine
def test_sample_with_quality_and_origin() -> None:
    frame = ffcsv.read(next(path for path in SAMPLES if "quality" in path.name))
    assert set(frame["quality"]) == {"", "e"}
    assert frame.loc[frame["status"] == "none", "quality"].eq("").all()
    row = frame[(frame["age_group"] == "60-69") & (frame["category"] == "")].iloc[0]
    assert row["value"] == 11_059_795
    assert "Mit Einwanderungsgeschichte" in set(frame["category"])
    assert "80+" in set(frame["age_group"])


@genuine
def test_sample_of_the_regionalatlas() -> None:
    frame = ffcsv.read(next(path for path in SAMPLES if "regionalatlas" in path.name))
    hennigsdorf = frame[frame["area_key"] == "12065136"].set_index("measure_code")
    assert hennigsdorf["value"].to_dict() == {"AI0112": -0.3, "AI0111": 32.2}
    assert hennigsdorf["unit"].eq("Prozent").all()
    assert frame["date"].eq(pd.Timestamp("2023-12-31")).all()


# --- written files -------------------------------------------------------------------------------------------------

AREAS = {
    "DG": ("DINSG", "Deutschland"),
    "01": ("DLAND", "Schleswig-Holstein"),
    "01001": ("KREISE", "Flensburg; Stadt"),
    "01051001": ("GEMEIN", "Albersdorf"),
    "092760130130": ("GEOGM4", "Lindberg"),
    "0713206": ("GEMEIN", "Hamm"),
}
SEXES = {"total": ("", "Insgesamt"), "male": ("GESM", "männlich"), "female": ("GESW", "weiblich")}
AGES = {"unter 3 Jahre": "ALT000B03", "75 Jahre und mehr": "ALT075UM", "Insgesamt": ""}
SIGNS = {"-": "none", ".": "secret", "/": "unreliable", "x": "not_applicable", "...": "pending"}
NEW_TIMES = ["2024-12-31", "2023", "2022-10P6M", "2022-05-15"]
OLD_TIMES = ["31.12.2022", "30.06.2021", "2019"]
texts = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.integers(0, 10**6).map(lambda number: f"{number // 10},{number % 10}"),
    st.sampled_from(sorted(SIGNS)),
)


def rows(draw: st.DrawFn, moments: list[str]) -> list[tuple[str, str, str, str]]:
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(sorted(AREAS)),
                st.sampled_from(moments),
                st.sampled_from(sorted(SEXES)),
                st.sampled_from(sorted(AGES)),
            ),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )


def attributes(area: str, sex: str, age: str) -> list[str]:
    variable, name = AREAS[area]
    return [variable, "Gebiet", area, name, "GES", "Geschlecht", *SEXES[sex], "ALTX01", "Altersgruppen", AGES[age], age]


def write(header: list[str], lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([header, *lines])
    return out.getvalue()


def figure(text: str) -> tuple[float | None, str]:
    return (None, SIGNS[text]) if text in SIGNS else (float(text.replace(",", ".")), "reported")


def found(frame: pd.DataFrame, measure: str) -> dict[tuple[object, ...], tuple[float | None, str]]:
    # Flensburg beside a Gemeinde stands for a Gemeinde as well; its published level comes first
    chosen = frame[frame["measure"] == measure].drop_duplicates(["key_published", "date", "sex", "age_group"])
    return {
        (row.key_published, row.date, row.sex, row.age_group): (
            None if math.isnan(row.value) else row.value,
            row.status,
        )
        for row in chosen.itertuples()
    }


@st.composite
def new_files(draw: st.DrawFn) -> tuple[str, dict[tuple[object, ...], tuple[float | None, str]]]:
    lines, expected = [], {}
    for area, moment, sex, age in rows(draw, NEW_TIMES):
        text = draw(texts)
        start = ["12411", "Fortschreibung", "STAG", "Stichtag", moment]
        lines.append([*start, *attributes(area, sex, age), text, "Anzahl", "BEVSTD", "Bevölkerungsstand"])
        expected[area, printed_codes.parse_time(moment), sex, age_code(age)] = figure(text)
    return write(NEW_HEADER, lines), expected


@st.composite
def old_files(draw: st.DrawFn) -> tuple[str, list[dict[tuple[object, ...], tuple[float | None, str]]]]:
    lines: list[list[str]] = []
    expected: list[dict[tuple[object, ...], tuple[float | None, str]]] = [{}, {}]
    for area, moment, sex, age in rows(draw, OLD_TIMES):
        pair = draw(texts), draw(texts)
        lines.append(["12411", "Fortschreibung", "STAG", "Stichtag", moment, *attributes(area, sex, age), *pair])
        for values, text in zip(expected, pair, strict=True):
            values[area, printed_codes.parse_time(moment), sex, age_code(age)] = figure(text)
    return write(OLD_HEADER, lines), expected


@pytest.mark.slow
@settings(max_examples=examples(27), deadline=None)
@given(new_files(), st.sampled_from(["utf-8-sig", "utf-8", "cp1252"]))
def test_a_new_file_reads_back(file: tuple[str, dict[tuple[object, ...], object]], encoding: str) -> None:
    content, expected = file
    frame = ffcsv.read(content.encode(encoding), "neu.csv", expect="12411")
    assert found(frame, "Bevölkerungsstand") == expected


@pytest.mark.slow
@settings(max_examples=examples(27), deadline=None)
@given(old_files(), st.sampled_from(["latin-1", "cp1252", "utf-8"]))
def test_an_old_file_reads_back(file: tuple[str, list[dict[tuple[object, ...], object]]], encoding: str) -> None:
    content, expected = file
    frame = ffcsv.read(content.encode(encoding), "alt.csv")
    assert found(frame, "Bevölkerungsstand") == expected[0]
    assert found(frame, "Andere Zahl") == expected[1]
    assert set(frame["unit"]) == {"Anzahl", "Prozent"}


def test_the_known_old_excerpt() -> None:
    content = (
        "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;"
        "1_Auspraegung_Label;     FLC006__Gebietsflaeche__qkm\n"
        "11111;Feststellung des Gebietsstands;STAG;Stichtag;31.12.2022;DLAND;Bundesländer;08;Baden-Württemberg;"
        "35747,85\n"
    )
    (row,) = ffcsv.read(content.encode("latin-1"), "alt.csv").to_dict("records")
    assert (row["area_key"], row["level"], row["value"]) == ("08", "land", 35747.85)
    assert (row["measure"], row["unit"], row["measure_code"]) == ("Gebietsfläche", "qkm", "FLC006")
    assert (row["table"], row["date"]) == ("11111", pd.Timestamp("2022-12-31"))


def line(area: str = "01051001", text: str = "5", moment: str = "2024-12-31", sex: str = "total") -> list[str]:
    return [
        "12411",
        "F",
        "STAG",
        "Stichtag",
        moment,
        *attributes(area, sex, "Insgesamt"),
        text,
        "Anzahl",
        "BEVSTD",
        "B",
    ]


def test_a_kreisfreie_stadt_in_a_file_of_gemeinden_is_a_gemeinde_too() -> None:
    frame = ffcsv.read(write(NEW_HEADER, [line("01001"), line("01051001")]).encode(), "neu.csv")
    assert list(zip(frame["area_key"], frame["level"], strict=True)) == [
        ("01001", "kreis"),
        ("01001000", "gemeinde"),
        ("01051001", "gemeinde"),
    ]


# --- broken files --------------------------------------------------------------------------------------------------


def broken(content: str, match: str, **options: object) -> None:
    with pytest.raises(SourceError, match=match) as caught:
        ffcsv.read(content.encode(), "flach.csv", **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("flach.csv")


def test_another_file_or_statistic() -> None:
    broken(
        "GENESIS-Tabelle: 12411-01-01-4\n", r"flach.csv, Zeile 1: die Datei ist keine Flat-CSV von GENESIS; erwartet"
    )
    broken(
        write(NEW_HEADER, [line()]), "enthält die Statistik 12411; erwartet wird die Statistik 12612", expect="12612"
    )
    broken(write(NEW_HEADER, []), "Zeile 2: die Datei enthält nur einen Kopf")


def test_a_missing_column() -> None:
    without_unit = [name for name in NEW_HEADER if name != "value_unit"]
    broken(write(without_unit, [line()[:-1]]), "Zeile 1: im Kopf der Flat-CSV fehlt value_unit")
    without_label = [name for name in NEW_HEADER if name != "2_variable_label"]
    broken(write(without_label, [line()[:-1]]), "Zeile 1: im Kopf der Flat-CSV fehlt 2_variable_label")
    without_value = [name for name in OLD_HEADER if "__" not in name]
    broken(write(without_value, [["x"] * len(without_value)]), "keine Zahlenspalte; erwartet wird eine Spalte wie")


def test_a_text_where_a_number_belongs() -> None:
    broken(
        write(NEW_HEADER, [line(), line("DG", "viele")]), "Zeile 3, Spalte value: „viele“ passt hier nicht; erwartet"
    )
    broken(write(NEW_HEADER, [line("DG", "")]), "Zeile 2, Spalte value")
    broken(write(NEW_HEADER, [line("DG", "1.234")]), "Zeile 2, Spalte value: „1.234“")


def test_no_date_and_no_key() -> None:
    broken(write(NEW_HEADER, [line(moment="Winter")]), "Zeile 2, Spalte time: „Winter“ .* ein Datum oder Jahr")
    content = write(NEW_HEADER, [line("01051001")])
    broken(content.replace(";01051001;", ";Albersdorf;"), "Zeile 2: „Albersdorf“ ist kein Regionalschlüssel")
    broken(content.replace("GEMEIN;", "ALTX02;"), "Zeile 2, .*ein regionaler Schlüssel")


def test_one_figure_twice() -> None:
    broken(write(NEW_HEADER, [line(), line(text="6")]), "für „Albersdorf“ .01051001. stehen zwei Zahlen zu „B“")


@given(st.integers(0, 100_000))
def test_a_file_cut_inside_a_line_is_refused(cut: int) -> None:
    content = write(NEW_HEADER, [line("DG"), line("01"), line("01051001")])
    end = content.rindex("\n")
    shortened = content[: cut % (end + 1)]
    if shortened.endswith("\n") and shortened.count("\n") > 1:
        return  # whole lines are a whole file: this format has no foot
    with pytest.raises(SourceError):
        ffcsv.read(shortened.encode(), "flach.csv")


def test_lines_longer_than_the_header() -> None:
    broken(write(NEW_HEADER, [[*line(), "1"]]), "Zeile 2: die Zeile hat 22 Spalten statt 21")
    broken(write(NEW_HEADER, [line(), [*line("DG"), "1"]]), "Zeile 3: die Zeile hat 22 Spalten statt 21")


@settings(max_examples=examples(67), deadline=None)
@given(
    st.booleans(), st.integers(0, 1200), st.integers(0, 60), st.text(st.sampled_from('aÄ;"\n\r\t 0-.,_9x:'), max_size=6)
)
def test_whatever_is_damaged_the_fault_is_a_source_error(new: bool, start: int, length: int, patch: str) -> None:
    lines = [line("DG"), line("01001", "-"), line("01051001", sex="male")]
    content = write(NEW_HEADER, lines)
    if not new:
        old = [[*cells[:4], "31.12.2022", *cells[5:17], "5", "-"] for cells in lines]
        content = write(OLD_HEADER, old)
    damaged = content[:start] + patch + content[start + length :]
    try:
        frame = ffcsv.read(damaged.encode(), "flach.csv")
    except SourceError as caught:
        message = str(caught)
    else:
        assert list(frame.columns) == ffcsv.COLUMNS
        message = ""
    assert "\n" not in message
