"""A folder as people fill it: foreign files stay out with a word, and none stops the others."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from zwk_data.cli.stores import collect
from zwk_data.sources import genesis
from zwk_data.warehouse.collect import run
from zwk_data.warehouse.collect.run import Report, read_folder

FOOT = '__________\n"Probe, Zahlen erfunden."\nStand: 10.10.2017 / 14:10:42\n'
FLAT = [
    *("statistics_code", "statistics_label", "time_code", "time_label", "time", "1_variable_code", "1_variable_label"),
    *("1_variable_attribute_code", "1_variable_attribute_label", "2_variable_code", "2_variable_label"),
    *("2_variable_attribute_code", "2_variable_attribute_label", "value", "value_unit", "value_variable_code"),
    "value_variable_label",
]


def table(*lines: str) -> str:
    return "\n".join(lines) + "\n" + FOOT


def flat(*figures: str, statistic: str = "12411;Probe", time: str = "STAG;Stichtag;2024-12-31") -> str:
    """A flat table; of each figure area, second attribute and value with its unit and measure."""
    return "\ufeff" + "\n".join([";".join(FLAT), *(f"{statistic};{time};{one}" for one in figures)]) + "\n"


def collected(folder: Path, **files: str | bytes) -> Report:
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_folder(folder)


def values(report: Report) -> dict[str, dict[str, list[float]]]:
    return {one.source_id: one.frame.groupby("area_key")["value"].agg(list).to_dict() for one in report.used}


KREIS = "KREISE;Kreise und kreisfreie Städte;{};Probestadt, Kreisfreie Stadt"
ALL = ";;;"
PEOPLE = "Anzahl;BEVSTD;Bevölkerungsstand"


@pytest.mark.parametrize("line", ["Stichtag: 31.12.2014", "Jahr: 2014", "Berichtsjahr: 2014", "31.12.2014"])
def test_the_date_of_a_table_may_stand_in_a_line_of_its_own(tmp_path: Path, line: str) -> None:
    head = ["GENESIS-Tabelle: 12411-01-01-4", "Bevölkerung", "Probestatistik", "Bevölkerungsstand (Anzahl)", line]
    (tmp_path / "a.csv").write_text(table(*head, ";;Insgesamt", "01;Probeland;100", "01001;Probestadt;40"))
    frame = genesis.read(tmp_path / "a.csv")
    assert (frame["year"].unique().tolist(), frame["value"].tolist()) == ([2014], [100.0, 40.0])


def test_what_the_head_says_of_the_whole_table_counts(tmp_path: Path) -> None:
    head = ["GENESIS-Tabelle: 12411-01-01-4", "Bevölkerung", "Bevölkerungsstand (Anzahl)", "Jahr: 2014"]
    (tmp_path / "a.csv").write_text(table(*head, "Geschlecht: weiblich", ";;Insgesamt", "01001;Probestadt;40"))
    assert genesis.read(tmp_path / "a.csv")["sex"].tolist() == ["female"]


def test_two_attributes_of_one_kind_are_kept_apart(tmp_path: Path) -> None:
    head = ["GENESIS-Tabelle: 12611-01-01-4", "Ehen", "Eheschließungen (Anzahl)"]
    heads = [";;;Nationalität des Ehemannes;Nationalität des Ehemannes", ";;;Insgesamt;Ausländer(innen)"]
    heads += [";;;Nationalität der Ehefrau;Nationalität der Ehefrau", ";;;Deutsche;Deutsche"]
    (tmp_path / "a.csv").write_text(table(*head, *heads, "2015;DG;Deutschland;10;2"))
    frame = genesis.read(tmp_path / "a.csv")
    assert frame["value"].tolist() == [10.0, 2.0]
    assert frame["category"].nunique() == 2
    assert read_folder(tmp_path).left_out == [("a.csv", "keine Zahlen, die der Monitor zeigt")]


@pytest.mark.parametrize("sign", [".", "/", "x", "...", "-"])
def test_a_number_counts_and_a_sign_under_the_old_key_goes(tmp_path: Path, sign: str) -> None:
    head = ["GENESIS-Tabelle: 12411-01-01-5", "Probe", "regionale Tiefe: Gemeinden", "Bevölkerungsstand (Anzahl)"]
    rows = [f"31.12.2014;03359408009;Probedorf;{sign}", "31.12.2014;03359409009;Probedorf;805"]
    found = collected(tmp_path, a__csv=table(*head, ";;;Insgesamt", *rows))
    assert values(found) == {"regio-12411-01-01-5": {"03359009": [805.0]}}


def test_per_cent_is_no_number_of_people(tmp_path: Path) -> None:
    head = ["GENESIS-Tabelle: 12411-01-01-4", "Probe", "Probestatistik", ";;;Bevölkerungsstand;Bevölkerungsstand"]
    found = collected(tmp_path, a__csv=table(*head, ";;;Anzahl;%", "31.12.2014;01001;Probestadt;80;3,5"))
    (source,) = found.used
    shown = run.observations.from_table(source.frame, source.source_id)
    assert shown["value"].tolist() == [80.0]


def test_one_attribute_in_two_groupings(tmp_path: Path) -> None:
    bund = "GEODL1;Deutschland;DG;Deutschland;WDGAT{};Herkunft;{};100;Anzahl;PRS018;Personen"
    same = flat(bund.format(1, ";Insgesamt"), bund.format(2, ";Insgesamt"), statistic="1000A;Probe")
    found = collected(tmp_path, a__csv=same.replace("2024-12-31", "2022-05-15"))
    assert values(found) == {"zensus2022-1000A": {"DG": [100.0]}}


def test_two_flat_tables_of_one_statistic_are_both_used(tmp_path: Path) -> None:
    total = flat(f"{KREIS.format('01001')};{ALL};100;{PEOPLE}")
    ages = [f"{KREIS.format('01002')};ALTX20;Altersgruppen;{age}" for age in (";Insgesamt;50", "A;unter 3 Jahre;5")]
    found = collected(tmp_path, a__csv=total, b__csv=flat(*(f"{one};{PEOPLE}" for one in ages)))
    assert found.left_out == []
    assert values(found) == {"regio-12411-2024": {"01001": [100.0]}, "regio-12411-2024-2": {"01002": [50.0, 5.0]}}
    # a file that contains another one replaces both
    both = flat(*(f"{KREIS.format(key)};{ALL};100;{PEOPLE}" for key in ("01001", "01003")))
    assert len(collected(tmp_path, c__csv=both).used) == 2


def test_a_flat_table_is_called_what_it_calls_itself(tmp_path: Path) -> None:
    births = f"{KREIS.format('01001')};{ALL};9;Anzahl;BEV001;Lebendgeborene"
    content = flat(births, statistic="12612;Statistik der Geburten (Probe)", time="JAHR;Jahr;2023")
    (source,) = collected(tmp_path, a__csv=content).used
    assert source.title == "Statistik der Geburten (Probe): Kreise"
    census = flat(births.replace("Lebendgeborene", "Personen"), statistic="2000S;Haushalte (Probe)")
    (other,) = [one for one in collected(tmp_path, b__csv=census).used if one.family == "zensus2022"]
    assert (other.source_id, other.title) == ("zensus2022-2000S", "Zensus 2022: Haushalte (Probe): Kreise")


def test_english_tables_are_named(tmp_path: Path) -> None:
    point = flat("DLAND;Länder;08;BW;;;;;77.9;percent;X001;Occupancy", time="JAHR;Year;2022")
    report = collected(tmp_path, a__csv=point, b__csv="GENESIS-Table: 12411-0001\nPopulation\n")
    assert report.refused == []
    assert all("englischer Sprache" in reason for _, reason in report.left_out)
    assert len(report.left_out) == 2


def workbook(sheet: str) -> bytes:
    book = Workbook()
    book.active.title = sheet
    book.active.append(["Sehr geehrte Damen und Herren"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_foreign_files_of_all_kinds_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "ordner.csv").mkdir()
    report = collected(
        tmp_path,
        a__xlsx=workbook("Tabelle1"),
        b__xlsx=workbook("Gemeindeliste"),
        c__xlsx=workbook("2023"),
        d__xlsx=b"\xd0\xcf\x11\xe0" + bytes(600),
        e__xlsx=b"<html></html>",
        f__json='{"01001": "Probestadt"}',
        g__csv="Tabelle 1: Kosten\na;b\n",
        h__csv="GENESIS-Tabelle: 22541-01-01-4\nPflege\n;;Heime\nkaputt",
        i__csv=";".join(["statistics_code", "x"]) + "\n1;2\n",
    )
    assert (report.used, report.refused) == ([], [])
    assert {name for name, _ in report.left_out} == {f"{letter}.{kind}" for letter, kind in KINDS.items()}
    assert all(reason for _, reason in report.left_out)


KINDS = dict.fromkeys("abcde", "xlsx") | {"f": "json"} | dict.fromkeys("ghi", "csv")


def test_a_damaged_table_that_we_need_is_refused_and_all_is_counted(tmp_path: Path) -> None:
    cut = "GENESIS-Tabelle: 12411-01-01-4\nProbe\nBevölkerungsstand (Anzahl)\n;;;Insgesamt\n31.12.2014;01001;Pro"
    collected(tmp_path, a__csv=cut, b__csv="Sehr geehrte Damen und Herren")
    result = CliRunner().invoke(collect, ["--from", str(tmp_path)])
    assert result.exit_code != 0
    assert "0\u00a0Dateien gelesen, 1 ausgelassen, 1 abgelehnt" in str(result.exception)
    assert "a.csv" in str(result.exception)


def test_capitals_in_an_ending_are_the_same(tmp_path: Path, shared: Path) -> None:
    register = next((shared / "quellen" / "gvisys").glob("*.xlsx"))
    (tmp_path / "AUSZUG.XLSX").write_bytes(register.read_bytes())
    (source,) = read_folder(tmp_path).used
    assert source.kind == "register"


SIGNS = ["12", "3,4", ".", "-", "x"]
#: heads as tables of the Regionaldatenbank have them: one or two header rows, number and per cent, two groupings
HEADS = [
    [";;;{measure}", ";;;Anzahl"],
    [";;;{measure};{measure}", ";;;Anzahl;%"],
    [";;;Insgesamt;männlich", ";;;Anzahl;Anzahl"],
    [";;;Nationalität;Nationalität", ";;;Deutsche;Ausländer(innen)"],
    [";;;Alter;Alter", ";;;unter 3 Jahre;3 bis unter 6 Jahre", ";;;unter 3 Jahre;unter 3 Jahre"],
    [";;{measure};", ";;Anzahl;EUR"],
]


#: lines that stand between title and head
LEADS = ["Stichtag: 31.12.2014", "Jahr: 2014", "Wirtschaftszweige: Insgesamt", "Geschlecht: Insgesamt"]


def _made_up(draw: random.Random, code: str, title: str) -> str:
    measure = title.split("\n")[0][:40].replace(";", ",")
    head = [line.format(measure=measure) for line in draw.choice(HEADS)]
    width = max(line.count(";") for line in head) - 2
    rows = [f"2014;{key};Probe;" + ";".join(draw.choices(SIGNS, k=width)) for key in ("DG", "01")]
    return table(f"GENESIS-Tabelle: {code}", *title.split("\n"), *draw.sample(LEADS, 2), *head, *rows)


@pytest.mark.slow
def test_no_table_of_the_catalogue_stops_a_run(tmp_path: Path, shared: Path) -> None:
    """A table of each code and title of the Regionaldatenbank, its figures invented, its layout one of many."""
    draw = random.Random(16)
    with (shared / "quellen" / "layoutproben" / "pystatis_regioDB_tables_katalog.csv").open(encoding="utf-8") as file:
        catalogue = list(csv.DictReader(file))
    for number, one in enumerate(catalogue):
        content = _made_up(draw, one["Code"], one["Content"])
        (tmp_path / f"{number:03}.csv").write_text(content, encoding=draw.choice(["utf-8", "utf-8-sig"]))
    report = read_folder(tmp_path)
    assert len(catalogue) >= 300
    assert report.refused == []
    assert len(report.used) + len(report.left_out) == len(catalogue)
