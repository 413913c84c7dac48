"""Answers of a service, read or refused."""

from datetime import date

import pytest
from flat_csv import flat_csv

from zwk_data.errors import SourceError
from zwk_data.warehouse.update import service
from zwk_data.warehouse.update.service import choose_tables

DAY = date(2026, 9, 26)
KREISE, GEMEINDEN, BIRTHS = choose_tables(("12411-01-01-4", "12411-01-01-5", "12612-91-01-4"))
FLENSBURG = [("01001", 2024, "total", 96326), ("01001", 2024, "male", 47651), ("01001", 2024, "female", 48675)]


def test_the_recorded_kreise_add_up_to_germany(shared, places):
    content = (shared / "quellen" / "genesis_api" / "12411-01-01-4_de_flat.csv").read_bytes()
    read = service.read(KREISE, content, places, DAY)
    sums = read.rows.groupby("sex")["value"].sum()
    assert read.rows["area_key"].nunique() == 400
    assert sums["total"] == 83_577_140
    assert sums["male"] + sums["female"] == 83_577_140
    assert read.unknown.empty
    assert (read.vintage, read.source_id) == (date(2024, 12, 31), "regio-12411-01-01-4-2026-09-26")
    assert read.sha256 == "154526d42173a8fb999cba87d2b6721493e93c4a7c8c7f46659051b5461b74e6"


def test_the_recorded_census_has_every_gemeinde(shared, places):
    content = (shared / "quellen" / "genesis_api" / "1000A-0000_de_flat.csv").read_bytes()
    rows = service.read(choose_tables(("1000A-0000",))[0], content, places, DAY).rows
    assert rows.loc[rows["level"] == "bund", "value"].tolist() == [82_719_540]
    assert rows.loc[rows["level"] == "gemeinde", "value"].sum() == 82_711_282


def test_kreise_of_earlier_years_are_left_out(places):
    former = [("16056", 2020, "total", 41970), ("16056", 2024, "total", "-"), ("15101", 2024, "total", "-")]
    read = service.read(KREISE, flat_csv("12411", [*FLENSBURG, *former]), places, DAY)
    assert read.rows[["area_key", "year"]].drop_duplicates().to_numpy().tolist() == [["01001", 2024], ["16056", 2020]]
    assert read.unknown.empty


def test_a_kreis_that_the_register_does_not_know_is_named(places):
    read = service.read(KREISE, flat_csv("12411", [*FLENSBURG, ("14999", 2024, "total", 250_000)]), places, DAY)
    assert read.unknown[["area_key", "name", "value"]].to_numpy().tolist() == [["14999", "Gebiet 14999", 250_000]]
    assert set(read.rows["area_key"]) == {"01001"}


def test_gemeinden_of_a_later_territory_are_left_out(places):
    rows = [("01051001", 2023, "total", 12_000), ("01051001", 2024, "total", 99_000)]
    content = flat_csv("12411", rows, variable=("GEMEIN", "Gemeinden"))
    read = service.read(GEMEINDEN, content, places, DAY)
    assert read.rows["year"].tolist() == [2023]
    assert read.later == (2024,)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (flat_csv("12612", [("01001", 2022, "total", 900)]), "die Datei enthält die Statistik 12612"),
        (flat_csv("12411", FLENSBURG, day="-06-30"), r"die Zahlen sind vom 30\.06\.2024.*der 31\.12\."),
        (flat_csv("12411", FLENSBURG, unit="1000"), "die Einheit ist 1000; erwartet wird Anzahl"),
        (flat_csv("12411", FLENSBURG)[:-20], "Zeile 4"),
        (flat_csv("12411", FLENSBURG, end=""), "die Datei ist wohl abgeschnitten"),
        (flat_csv("12411", [("01001", 2024, "total", "viele")]), "„viele“"),
        (flat_csv("12411", [("01", 2024, "total", 2_950_000)], variable=("DLAND", "Länder")), "eine andere Tabelle"),
        (flat_csv("12411", [("14999", 2024, "total", 5)]), "zu einem Gebiet, das der Monitor kennt"),
        (b"<html><body>Wartungsarbeiten</body></html>\n", "keine Flat-CSV"),
        (b"", "Antwort zu 12411-01-01-4"),
        (b"\x00\x01\x02\x03", "keine Textdatei"),
    ],
)
def test_anything_else_is_refused_with_one_sentence(content, sentence, places):
    with pytest.raises(SourceError, match=sentence) as fault:
        service.read(KREISE, content, places, DAY)
    assert "\n" not in str(fault.value)


def test_births_of_a_population_table_are_refused(places):
    with pytest.raises(SourceError, match="Statistik 12411"):
        service.read(BIRTHS, flat_csv("12411", FLENSBURG), places, DAY)


def test_sums_over_a_year_have_no_reporting_day(places):
    rows = service.read(BIRTHS, flat_csv("12612", [("01001", 2022, "total", 900)]), places, DAY).rows
    assert rows[["indicator_id", "year", "value"]].to_numpy().tolist() == [["births", 2022, 900.0]]
