"""GENESIS table csv: genuine files against published totals, written ones read back, broken ones refused."""

from __future__ import annotations

import functools
import math
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from genesis_writer import Written
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import genesis, printed_codes
from zwk_data.sources.printed_codes import age_code

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
REGIO = SHARED / "regionalstatistik"
REGIO_B = SHARED / "regionalstatistik_b"
FILES = sorted([*REGIO.glob("*.csv"), *REGIO_B.glob("*.csv"), *(SHARED / "genesis").glob("*.csv")])
SAMPLES = sorted(
    path for path in (SHARED / "layoutproben").glob("*.csv") if "_regio_1" in path.name and "ffcsv" not in path.name
) + sorted((SHARED / "layoutproben").glob("15_*.csv"))

#: published population of Germany on 31.12.
GERMANY = {
    1995: 81_817_499,
    2000: 82_259_540,
    2005: 82_437_995,
    2008: 82_002_356,
    2009: 81_802_257,
    2010: 81_751_602,
    2011: 80_327_900,
    2012: 80_523_746,
    2013: 80_767_463,
    2014: 81_197_537,
    2015: 82_175_684,
}


@functools.cache
def read(path: Path) -> pd.DataFrame:
    return genesis.read(path)


def total(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame["sex"] == "total") & (frame["age_group"] == "total") & (frame["nationality"] == "total")]


def sums(frame: pd.DataFrame, level: str) -> dict[int, float]:
    rows = total(frame)
    return rows[rows["level"] == level].groupby("year")["value"].sum().to_dict()


def cell(frame: pd.DataFrame, **wanted: object) -> pd.Series:
    rows = frame
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, f"{len(rows)} rows for {wanted}"
    return rows.iloc[0]


# --- genuine files -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@genuine
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_genuine_file_is_read_whole(path: Path) -> None:
    start = time.process_time()
    frame = genesis.read(path)
    elapsed = time.process_time() - start
    assert elapsed < 6, "reading takes about 2 s of computing time"
    assert list(frame.columns) == genesis.COLUMNS
    assert frame["table"].eq(path.stem.removesuffix("_00")).all()
    identity = ["area_key", "level", "date", "sex", "age_group", "nationality", "category", "measure"]
    assert not frame.duplicated(identity).any()
    assert frame["level"].isin(printed_codes.LEVELS).all()
    assert (frame["value"].notna() == (frame["status"] == "reported")).all()
    # no key of the file is lost
    content = path.read_bytes().decode("utf-8" if "_00" in path.name else "cp1252").split("\n__________")[0]
    published = {cell for line in content.split("\n") for cell in line.split(";")[:2] if printed_codes.plain_key(cell)}
    assert len(published) > 400
    assert {printed_codes.plain_key(key) for key in published} <= set(
        zip(frame["area_key"], frame["level"], strict=True)
    )


@genuine
def test_kreis_table_has_the_published_totals_of_germany() -> None:
    frame = read(REGIO / "12411-01-01-4_00.csv")
    germany = sums(frame, "bund")
    assert {year: germany[year] for year in GERMANY} == GERMANY
    assert len(germany) == 21
    assert sums(frame, "land") == germany


@genuine
def test_old_and_new_kreise_are_both_kept_as_published() -> None:
    frame = read(REGIO / "12411-01-01-4_00.csv")
    kreise = sums(frame, "kreis")
    assert kreise[1995] == 86_929_426
    assert {year for year, value in kreise.items() if value == sums(frame, "bund")[year]} == set(range(2009, 2016))


@pytest.mark.slow
@genuine
def test_gemeinden_sum_to_germany_in_every_year_but_2008() -> None:
    gemeinden = sums(read(REGIO / "12411-01-01-5_00.csv"), "gemeinde")
    assert {year: gemeinden[year] for year in range(2009, 2016)} == {year: GERMANY[year] for year in range(2009, 2016)}
    assert gemeinden[2008] - GERMANY[2008] == -696_368


@genuine
def test_sexes_add_up_in_every_row() -> None:
    frame = read(REGIO / "12411-01-01-5_00.csv")
    wide = frame.pivot_table(index=["area_key", "level", "year"], columns="sex", values="value").dropna()
    assert len(wide) > 90_000
    assert (wide["male"] + wide["female"] == wide["total"]).all()


@pytest.mark.slow
@genuine
def test_seventeen_age_groups_add_up_in_every_gemeinde() -> None:
    frame = read(REGIO / "12411-02-03-5_00.csv")
    gemeinden = frame[(frame["level"] == "gemeinde") & (frame["status"] == "reported")]
    wide = gemeinden.pivot_table(index=["area_key", "sex"], columns="age_group", values="value")
    assert len(wide.columns) == 18
    assert (wide.drop(columns="total").sum(axis=1) == wide["total"]).all()
    assert wide.xs("total", level="sex")["total"].sum() == GERMANY[2015]
    assert cell(frame, area_key="DG", sex="male", age_group="3-5")["value"] == 1_093_753


@pytest.mark.slow
@genuine
def test_single_years_and_nationality_agree_with_the_seventeen_classes() -> None:
    classes = read(REGIO / "12411-02-03-4_00.csv").set_index(["area_key", "level", "sex", "age_group"])["value"]
    years = read(REGIO / "12411-04-02-4_00.csv").set_index(["area_key", "level", "sex", "age_group"])["value"]
    assert sum(years["01001", "kreis", "total", str(age)] for age in range(3, 6)) == 2240
    assert classes["01001", "kreis", "total", "3-5"] == 2240
    nationality = read(REGIO / "12411-03-03-4_00.csv")
    wide = nationality[(nationality["age_group"] == "total") & (nationality["status"] == "reported")].pivot_table(
        index=["area_key", "level", "sex"], columns="nationality", values="value"
    )
    assert (wide["german"] + wide["foreign"] == wide["total"]).all()
    assert wide.loc[("DG", "bund", "total"), "total"] == GERMANY[2015]
    foreign = cell(nationality, area_key="DG", sex="total", age_group="0-2", nationality="foreign")
    assert foreign["value"] == 217_280


@genuine
def test_yearly_sums_are_dated_at_the_end_of_the_year() -> None:
    births = read(REGIO / "12612-01-01-4_00.csv")
    row = cell(births, area_key="DG", year=2015, sex="total")
    assert (row["value"], row["measure"], row["unit"]) == (737_575, "Lebendgeborene", "Anzahl")
    assert row["date"] == pd.Timestamp("2015-12-31")


@pytest.mark.slow
@genuine
def test_births_and_deaths_of_gemeinden_sum_to_germany() -> None:
    births = sums(read(REGIO_B / "12612-01-01-5-B_00.csv"), "gemeinde")
    assert births == {
        year: value for year, value in sums(read(REGIO / "12612-01-01-4_00.csv"), "bund").items() if year >= 2008
    }
    deaths = sums(read(REGIO_B / "12613-01-01-5-B_00.csv"), "gemeinde")
    germany = sums(read(REGIO / "12613-01-01-4_00.csv"), "bund")
    # Hamburg's deaths of 2013 are not published in the table of Gemeinden
    assert {year: germany[year] - deaths[year] for year in deaths if germany[year] != deaths[year]} == {2013: 17_258}
    hamburg = cell(read(REGIO_B / "12613-01-01-5-B_00.csv"), area_key="02000000", year=2013, sex="total")
    assert hamburg["status"] != "reported"


@pytest.mark.slow
@genuine
def test_migration_has_two_measures_across_the_columns() -> None:
    frame = read(REGIO / "12711-01-03-5_00.csv")
    germany = frame[(frame["area_key"] == "DG") & (frame["age_group"] == "total") & (frame["sex"] == "total")]
    assert dict(zip(germany["measure"], germany["value"], strict=True)) == {
        "Zuzüge über die Gemeindegrenzen": 6_423_315,
        "Fortzüge über die Gemeindegrenzen": 5_283_913,
    }
    assert germany["unit"].eq("Anzahl").all()
    flensburg = cell(
        frame, area_key="01001000", sex="female", age_group="65+", measure="Fortzüge über die Gemeindegrenzen"
    )
    assert flensburg["value"] == 177


@genuine
def test_census_2011_keeps_further_attributes_in_category() -> None:
    frame = read(REGIO / "12111-07-01-4_00.csv")
    germany = frame[(frame["area_key"] == "DG") & (frame["age_group"] == "0-9")]
    found = {(row.nationality, row.category): row.value for row in germany.itertuples()}
    assert found == {
        ("total", ""): 6_820_060,
        ("german", ""): 6_521_000,
        ("german", "Personen ohne Migrationshintergrund"): 4_877_680,
        ("german", "Personen mit Migrationshintergrund"): 1_643_330,
        ("foreign", ""): 299_060,
    }
    assert frame["date"].eq(pd.Timestamp("2011-05-09")).all()
    assert (frame["status"] == "unreliable").any()


@genuine
def test_the_same_table_in_two_encodings_is_the_same() -> None:
    for code in ("12411-01-01-4", "11111-01-01-4"):
        interactive = read(REGIO / f"{code}.csv")
        direct = read(REGIO / f"{code}_00.csv")
        same_year = direct[direct["year"] == 2015].reset_index(drop=True)
        pd.testing.assert_frame_equal(interactive, same_year)


@genuine
def test_signs_keep_their_reason() -> None:
    frame = read(REGIO / "12411-01-01-5_00.csv")
    mitte = frame[(frame["area_key"] == "11001000") & (frame["sex"] == "total")].set_index("year")
    assert mitte["level"].eq("bezirk").all()
    assert (mitte.loc[2015, "status"], mitte.loc[2013, "value"]) == ("secret", 337_593)
    assert math.isnan(mitte.loc[2015, "value"])
    births = read(REGIO_B / "12612-01-01-5-B_00.csv")
    assert cell(births, area_key="01051002", year=2015, sex="total")["status"] == "none"
    assert cell(births, area_key="01051002", year=2010, sex="total")["value"] == 0


@genuine
def test_names_lose_their_indentation() -> None:
    frame = read(REGIO / "12411-01-01-5_00.csv")
    assert frame["name"].str.strip().eq(frame["name"]).all()
    assert cell(frame, area_key="07131007", year=2015, sex="total")["key_published"] == "0713100007"


@genuine
def test_title_and_day_of_retrieval() -> None:
    path = REGIO / "12411-02-03-4_00.csv"
    assert (
        genesis.title(path) == "Bevölkerungsstand: Bevölkerung nach Geschlecht und Altersgruppen (17) - Stichtag 31.12."
    )
    assert genesis.retrieved(path) == date(2017, 10, 10)


@genuine
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_layout_sample_is_read(path: Path) -> None:
    content = path.read_bytes().replace(b"[CUT]\n", b"")
    frame = genesis.read(content, name=path.name)
    assert (frame["value"].notna() == (frame["status"] == "reported")).all()
    assert (frame["status"] == "reported").mean() > 0.5
    assert frame["measure"].ne("").all()
    assert genesis.retrieved(content).year in (2017, 2021)


# --- written files -------------------------------------------------------------------------------------------------

AREAS = [
    "DG",
    "01",
    "02",
    "031",
    "01001",
    "03241",
    "03151401",
    "03151401002",
    "0713206",
    "0713206007",
    "01051001",
    "11001",
]
DAYS = ["31.12.2015", "31.12.2014", "31.12.2013", "30.06.1995"]
AGES = ["unter 3 Jahre", "3 bis unter 6 Jahre", "75 Jahre und mehr", "Insgesamt"]
SIGNS = {"-": "none", ".": "secret", "/": "unreliable", "x": "not_applicable", "...": "pending"}
values = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.integers(0, 10**6).map(lambda number: f"{number // 100},{number % 100:02d}"),
    st.sampled_from(sorted(SIGNS)),
)
names = st.text(st.sampled_from("abyzäöüßÄÖÜ ,.()'-/\";9"), min_size=1, max_size=12).map(lambda text: f"  Ort {text}")


@st.composite
def tables(draw: st.DrawFn, kinds: tuple[list[str], ...] = (DAYS, ["2015", "2014", "1995"])) -> Written:
    areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=6, unique=True))
    times = draw(st.lists(st.sampled_from(draw(st.sampled_from(kinds))), min_size=1, max_size=3, unique=True))
    sexes = draw(st.permutations(["total", "male", "female"]))[: draw(st.integers(1, 3))]
    ages = draw(st.lists(st.sampled_from(AGES), min_size=1, max_size=3, unique=True))
    cells = {
        (area, moment, sex, age): draw(values) for area in areas for moment in times for sex in sexes for age in ages
    }
    return Written({area: draw(names) for area in areas}, times, sexes, ages, cells, web=draw(st.booleans()))


def figure(text: str) -> tuple[float | None, str]:
    if text in SIGNS:
        return None, SIGNS[text]
    return float(text.replace(",", ".")), "reported"


def check(written: Written, content: str, encoding: str, times: list[str], ages: list[str]) -> None:
    frame = genesis.read(content.encode(encoding), "t.csv", expect=written.code)
    # a city that stands for two levels has its published level first
    published = frame.drop_duplicates(["key_published", "date", "sex", "age_group"])
    found = {
        (row.key_published, row.date, row.sex, row.age_group): (
            None if math.isnan(row.value) else row.value,
            row.status,
            row.name,
            row.area_key,
            row.level,
        )
        for row in published[
            ["key_published", "date", "sex", "age_group", "value", "status", "name", "area_key", "level"]
        ].itertuples(index=False)
    }
    expected = {}
    for (area, moment, sex, age), text in written.cells.items():
        if moment in times and age in ages:
            day = pd.Timestamp(f"{moment}-12-31") if len(moment) == 4 else pd.to_datetime(moment, format="%d.%m.%Y")
            key = (area, day, sex, age_code(age))
            expected[key] = (*figure(text), written.areas[area].strip(), *(printed_codes.plain_key(area) or ("", "")))
    assert found == expected
    assert len(frame) >= len(expected)


encodings = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1"])


@settings(max_examples=examples(20), deadline=None)
@given(tables(), encodings)
def test_dates_across_the_columns_read_back(written: Written, encoding: str) -> None:
    written.ages = ["Insgesamt"]
    cells = {key[:3]: text for key, text in written.cells.items()}
    written.cells = {(*key, "Insgesamt"): text for key, text in cells.items()}
    check(written, written.dates_across(), encoding, written.times, ["Insgesamt"])


@settings(max_examples=examples(20), deadline=None)
@given(tables(), encodings)
def test_dates_down_the_rows_read_back(written: Written, encoding: str) -> None:
    check(written, written.dates_down(), encoding, written.times, written.ages)


@settings(max_examples=examples(20), deadline=None)
@given(tables(), encodings)
def test_one_date_in_the_head_reads_back(written: Written, encoding: str) -> None:
    check(written, written.one_date(), encoding, written.times[:1], written.ages)


def small(**changes: object) -> Written:
    areas = {"DG": "Deutschland", "01": "  Schleswig-Holstein", "01051001": "        Albersdorf"}
    times, sexes, ages = ["31.12.2015", "31.12.2014"], ["total", "male"], ["Insgesamt"]
    cells = {
        (area, moment, sex, "Insgesamt"): f"{100 * a + 10 * m + s}"
        for a, area in enumerate(areas)
        for m, moment in enumerate(times)
        for s, sex in enumerate(sexes)
    }
    return Written(areas, times, sexes, ages, cells, **changes)  # type: ignore[arg-type]


def test_web_download_since_2025() -> None:
    content = (
        "Tabelle: 12411-01-01-4\nBevölkerungsstand: Bevölkerung nach Geschlecht;;;;\n- Stichtag 31.12. -;;;;\n"
        "regionale Ebenen: Kreise;;;;\nFortschreibung des Bevölkerungsstandes;;;;\nBevölkerungsstand (Anzahl);;;;\n"
        ";;Stichtag;Stichtag;Stichtag\n;;31.12.2024;31.12.2024;31.12.2024\n;;Insgesamt;männlich;weiblich\n"
        "01001;      Flensburg, kreisfreie Stadt;92667;45988;46679\n02;  Hamburg;1862565;911888;950677\n"
        "__________\n© Statistische Ämter\nStand: 26.09.2026 / 20:26:11\n"
    ).replace("\n", "\r\n")
    frame = genesis.read(content.encode("latin-1"), "web.csv")
    assert frame["year"].eq(2024).all()
    assert cell(frame, key_published="01001", sex="female")["value"] == 46_679
    assert cell(frame, area_key="02000", sex="total")["value"] == 1_862_565
    assert genesis.title(content.encode("latin-1")) == (
        "Bevölkerungsstand: Bevölkerung nach Geschlecht - Stichtag 31.12."
    )
    assert genesis.retrieved(content.encode("latin-1")) == date(2026, 9, 26)


def test_year_in_the_head_without_a_day() -> None:
    written = small()
    written.times = ["2015"]
    written.cells = {(key, "2015", sex, age): text for (key, _, sex, age), text in written.cells.items()}
    frame = genesis.read(written.one_date().encode(), "t.csv")
    assert frame["date"].eq(pd.Timestamp("2015-12-31")).all()


# --- broken files --------------------------------------------------------------------------------------------------


def broken(content: str, match: str, **options: object) -> None:
    with pytest.raises(SourceError, match=match) as caught:
        genesis.read(content.encode(), "tabelle.csv", **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("tabelle.csv")


def test_another_file() -> None:
    broken("<html>Wartung</html>\n", r"tabelle.csv, Zeile 1: die Datei ist keine GENESIS-Tabelle; erwartet wird")
    broken("statistics_code;statistics_label\n12411;x\n", "keine GENESIS-Tabelle")
    with pytest.raises(SourceError, match=r"leer\.csv: die Datei ist leer"):
        genesis.read(b"", "leer.csv")
    with pytest.raises(SourceError, match="keine Textdatei"):
        genesis.read(b"PK\x03\x04\x00\x00", "mappe.csv")
    with pytest.raises(SourceError, match=r"fehlt\.csv: die Datei ist nicht vorhanden"):
        genesis.read(Path("fehlt.csv"))


def test_another_table_than_expected() -> None:
    problem = r"Zeile 1: die Datei enthält die Tabelle 12411-01-01-5; erwartet wird die Tabelle 12411-01-01-4\."
    broken(small().dates_across(), problem, expect="12411-01-01-4")


@given(st.integers(0, 10_000))
def test_a_file_cut_anywhere_above_the_foot_is_refused(cut: int) -> None:
    content = small().dates_across()
    end = content.index("_____")
    with pytest.raises(SourceError):
        genesis.read(content[: cut % end].encode(), "tabelle.csv")


def test_cut_in_half() -> None:
    content = small().dates_across()
    broken(content[: content.index("01051001")], "Zeile 10: unter den Zahlen fehlt der Fuß, .* abgeschnitten")


def test_a_text_where_a_number_belongs() -> None:
    content = small().dates_across().replace(";210;", ";zehn;")
    broken(content, "Zeile 10, Spalte 5: „zehn“ unter „31.12.2014, Insgesamt“ ist keine Zahl; erwartet wird eine Zahl")
    broken(small().dates_across().replace(";210;", ";;"), "Zeile 10, Spalte 5: „“ unter")
    broken(small().dates_across().replace(";210;", ";1.210;"), "„1.210“ .* ist keine Zahl")


def test_a_moved_header() -> None:
    content = small().dates_across()
    left = content.replace(";;31.12.2015", ";31.12.2015").replace("31.12.2014\n", "31.12.2014;\n")
    left = left.replace(";;Insgesamt", ";Insgesamt").replace("männlich\n", "männlich;\n")
    broken(left, "Kopf, Spalte 6: über der Spalte steht nichts|Kopf: die Kopfzeilen sind verschoben")
    right = content.replace(";;31.12.2015", ";;;31.12.2015").replace(";31.12.2014\n", "\n")
    right = right.replace(";;Insgesamt", ";;;Insgesamt", 1).replace(";männlich\n", "\n")
    broken(right, "Spalte 3: über den Zahlen steht keine Beschriftung")


def test_a_missing_header() -> None:
    lines = small().dates_across().split("\n")
    headless = "\n".join(line for line in lines if not line.startswith(";;"))
    broken(headless, "Zeile 6: über den Zahlen fehlt der Tabellenkopf")
    dateless = "\n".join(line for line in lines if not line.startswith(";;31"))
    broken(dateless, "Kopf: die Spalten 3 und 5 haben denselben Kopf")


def test_no_date_anywhere() -> None:
    written = small()
    written.times = ["31.12.2015"]
    broken(written.one_date().replace("31.12.2015;;;\n", ""), "Kopf: die Tabelle nennt kein Datum")


def test_a_header_below_the_first_row() -> None:
    content = small().dates_across()
    header = ";;Insgesamt;männlich;Insgesamt;männlich\n"
    moved = content.replace(header, "").replace("\n01051001", f"\n{header}01051001")
    broken(moved, "denselben Kopf|Zeile 10, Spalte 1: „“ ist kein Regionalschlüssel")


def test_lines_too_long_or_too_short() -> None:
    content = small().dates_across()
    broken(content.replace(";210;", ";210;1;"), "Zeile 10: die Zeile hat 7 Spalten statt 6")
    broken(content.replace(";210;", ";"), "Zeile 10: die Zeile hat 5 Spalten statt 6")
    broken(content.replace(";;Insgesamt", ";;;Insgesamt", 1), "Kopf: die Kopfzeilen sind verschieden lang")


def test_what_is_no_key_or_no_date() -> None:
    content = small().dates_across()
    broken(
        content.replace("\n01051001;", "\nAlbersdorf;"), "Zeile 10, Spalte 1: „Albersdorf“ ist kein Regionalschlüssel"
    )
    down = small().dates_down()
    broken(down.replace("31.12.2014;DG", "Ende 2014;DG"), "Zeile 11, Spalte 1: „Ende 2014“ ist kein Datum")


def test_a_row_twice() -> None:
    content = small().dates_across()
    row = content.split("\n")[9]
    broken(content.replace(row, f"{row}\n{row}"), "Zeile 11: die Zeile 01051001 steht doppelt da")


def test_a_table_without_rows_or_with_an_open_quote() -> None:
    content = small().dates_across()
    lines = content.split("\n")
    broken("\n".join(lines[:7] + lines[10:]), "die Tabelle hat keine Zahlen")
    broken(content.replace("DG;Deutschland", 'DG;"Deutschland'), "Zeile ")


def test_a_foot_without_the_day_of_retrieval() -> None:
    content = small().dates_across().replace("Stand: 10.10.2017 / 11:01:03\n", "")
    assert len(genesis.read(content.encode(), "tabelle.csv")) == 12
    with pytest.raises(SourceError, match="Fuß: im Fuß fehlt der Abrufstand"):
        genesis.retrieved(content.encode(), "tabelle.csv")


@pytest.mark.slow
@settings(max_examples=examples(67), deadline=None)
@given(
    st.sampled_from(["dates_across", "dates_down", "one_date"]),
    st.integers(0, 600),
    st.integers(0, 40),
    st.text(st.sampled_from('aÄ;"\n\r\t 0-.,_9x:'), max_size=6),
)
def test_whatever_is_damaged_the_fault_is_a_source_error(shape: str, start: int, length: int, patch: str) -> None:
    content = getattr(small(), shape)()
    damaged = content[:start] + patch + content[start + length :]
    try:
        frame = genesis.read(damaged.encode(), "tabelle.csv")
    except SourceError as caught:
        message = str(caught)
    else:
        assert list(frame.columns) == genesis.COLUMNS
        assert not frame.empty
        message = ""
    assert "\n" not in message
