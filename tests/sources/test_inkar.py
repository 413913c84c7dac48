"""The INKAR panel: the genuine file against known figures, written ones read back, broken ones refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.errors import SourceError
from zwk_data.sources import inkar

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "quellen"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
PANEL = SHARED / "inkar" / "kreise_panel.csv"


@genuine
def test_genuine_panel() -> None:
    frame = inkar.read_panel(PANEL)
    assert list(frame.columns) == inkar.PANEL_COLUMNS
    assert frame["area_key"].nunique() == 400
    assert (frame["year"].min(), frame["year"].max()) == (1995, 2022)
    assert frame["level"].eq("kreis").all()
    assert frame["status"].eq("reported").all()
    assert not frame.duplicated(["area_key", "year", "indicator"]).any()
    complete = frame[frame["indicator"].isin(["share_65plus", "mean_age", "share_foreign", "share_female"])]
    assert len(complete) == 4 * 400 * 28
    assert complete.loc[complete["indicator"] == "mean_age", "value"].between(35, 52).all()
    flensburg = frame[(frame["area_key"] == "01001") & (frame["year"] == 1995)].set_index("indicator")["value"]
    assert flensburg.to_dict() == {
        "share_65plus": 17.45,
        "mean_age": 40.22,
        "share_foreign": 7.76,
        "share_female": 51.88,
        "gdp_per_capita": 30.35,
        "share_longterm_unemployed": 25.41,
        "share_abitur": 32.79,
        "share_no_degree": 8.14,
        "students_per_100": 62.54,
        "building_permits_per_capita": 2.43,
        "cars_per_capita": 437.11,
        "tax_revenue_per_capita": 469.05,
    }


@genuine
def test_layout_sample() -> None:
    frame = inkar.read_panel(next((SHARED / "layoutproben").glob("21_inkar_*.csv")))
    assert set(frame["indicator"]) >= {"share_65plus", "mean_age"}


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 2)))


@settings(max_examples=examples(20), deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["01001", "05334", "16077", "11000"]), st.integers(1995, 2022)),
        st.tuples(numbers, numbers),
        min_size=1,
    )
)
def test_a_written_panel_reads_back(cells: dict[tuple[str, int], tuple[float | None, float | None]]) -> None:
    lines = ["county_code,year,median_age,share_foreign"]
    for (key, year), pair in cells.items():
        lines.append(",".join([key, f"{year}.0", *("" if number is None else str(number) for number in pair)]))
    frame = inkar.read_panel(("\n".join(lines) + "\n").encode(), "panel.csv")
    found = {(row.area_key, row.year, row.indicator): row.value for row in frame.itertuples()}
    names = ("mean_age", "share_foreign")
    assert found == {
        (*key, name): number
        for key, pair in cells.items()
        for name, number in zip(names, pair, strict=True)
        if number is not None
    }


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("a,b\n1,2\n", "Zeile 1: die Datei ist nicht das INKAR-Panel der Kreise; erwartet wird am Anfang die Spalten"),
        ("county_code,year,x\n", "Zeile 2: die Datei enthält nur einen Kopf"),
        ("county_code,year\n01001,1995\n", "die Datei enthält keine Kennzahlen"),
        ("county_code,year,x\n01001,1995.0,1.5\n01002,1995.0\n", "Zeile 3: die Zeile hat 2 Spalten statt 3"),
        ("county_code,year,x\n01001,1995.0,1.5", "Zeile 2: am Ende fehlt der Zeilenumbruch"),
        ("county_code,year,x\n01001,1995.0,1.5,2\n", "Zeile 2: die Zeile hat 4 Spalten statt 3"),
        ("county_code,year,x\n01001,1995.0,1.5\n\n01002,1995.0,1.5\n", "Zeile 3: die Zeile hat 0 Spalten statt 3"),
        ("county_code,year,x\n1001,1995.0,1.5\n", "Zeile 2, Spalte county_code: „1001“ .* fünf Ziffern"),
        ("county_code,year,x\n99001,1995.0,1.5\n", "Zeile 2, Spalte county_code: „99001“"),
        (
            "county_code,year,x\n01001,bald,1.5\n",
            "Zeile 2, Spalte year: „bald“ passt hier nicht; erwartet wird ein Jahr",
        ),
        ("county_code,year,x\n01001,1995.5,1.5\n", "Zeile 2, Spalte year"),
        (
            "county_code,year,x\n01001,1995.0,viel\n",
            "Zeile 2, Spalte x: „viel“ passt hier nicht; erwartet wird eine Zahl",
        ),
        ("county_code,year,x\n01001,1995.0,1\n01001,1995.0,2\n", "Zeile 3, .*jeder Kreis nur einmal im Jahr"),
    ],
)
def test_broken_panels(content: str, match: str) -> None:
    with pytest.raises(SourceError, match=match) as caught:
        inkar.read_panel(content.encode(), "panel.csv")
    assert str(caught.value).startswith("panel.csv")
    assert "\n" not in str(caught.value)


def test_blank_lines_at_the_end_do_no_harm() -> None:
    content = b"county_code,year,x\n01001,1995.0,1.5\n\n\n"
    assert inkar.read_panel(content, "panel.csv")["value"].tolist() == [1.5]


@settings(max_examples=examples(67), deadline=None)
@given(st.integers(0, 100), st.integers(0, 30), st.text(st.sampled_from('aÄ,"\n\r\t 0-._9x:'), max_size=6))
def test_whatever_is_damaged_the_fault_is_a_source_error(start: int, length: int, patch: str) -> None:
    content = "county_code,year,median_age,share_foreign\n01001,1995.0,40.22,7.76\n01002,1995.0,,8.32\n"
    damaged = content[:start] + patch + content[start + length :]
    try:
        frame = inkar.read_panel(damaged.encode(), "panel.csv")
    except SourceError as caught:
        message = str(caught)
    else:
        assert list(frame.columns) == inkar.PANEL_COLUMNS
        message = ""
    assert "\n" not in message


DENSITY = SHARED / "luecken_einwohner" / "gemeinden_einwohner_aus_inkar_dichte.csv.gz"
HEAD = "ags,name,flaeche_2017,flaeche_2021,ew_2016,ew_2022,guete"


@genuine
def test_people_of_gemeinden_by_density() -> None:
    frame = inkar.read_gemeinden(gzip.decompress(DENSITY.read_bytes()), DENSITY.name)
    assert list(frame.columns) == ["area_key", "year", "value"]
    assert frame["area_key"].nunique() == 10_990
    assert sorted(frame["year"].unique()) == [2016, 2018, 2019, 2020, 2022]
    values = frame.set_index(["area_key", "year"])["value"]
    assert [values["14627230", year] for year in (2016, 2018, 2019, 2020, 2022)] == [
        30_894,
        30_054,
        29_754,
        29_256,
        29_076,
    ]
    assert values["13076121"].tolist() == [237, 237, 249, 253, 242]
    # Ilmenau took in its neighbours in 2018
    assert values["16070029"].index.tolist() == [2019, 2020, 2022]


def test_a_gap_of_a_gemeinde_has_no_row() -> None:
    frame = inkar.read_gemeinden(f"{HEAD}\n01001000,Flensburg,1.0,1.0,87432.0,,a\n".encode(), "dichte.csv")
    assert frame.to_numpy().tolist() == [["01001000", 2016, 87432.0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("county_code,year\n", "enthält keine Einwohnerzahlen der Gemeinden"),
        (f"{HEAD}\n1001000,Flensburg,1,1,2,3,\n", "acht Ziffern"),
        (f"{HEAD}\n01001000,Flensburg,1,1,2.5,3,\n", "eine Zahl von Personen"),
        (f"{HEAD}\n01001000,Flensburg,1,1,viele,3,\n", "eine Zahl von Personen"),
        (f"{HEAD}\n01001000,Flensburg,1,1,2,3,\n01001000,Flensburg,1,1,2,3,\n", "jede Gemeinde nur einmal"),
        ("ags,name,flaeche_2017,flaeche_2021,guete\n01001000,Flensburg,1,1,a\n", "enthält kein Jahr"),
        ("ags,name,flaeche_2017,flaeche_2021,ew_2016\n01001000,Flensburg,1,1,2\n", "die Spalte guete fehlt"),
    ],
)
def test_a_broken_list_of_gemeinden_is_refused(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        inkar.read_gemeinden(text.encode(), "dichte.csv")
