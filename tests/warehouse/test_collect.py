"""From official files to the figures that ship."""

import gzip
import hashlib
import io
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.warehouse.collect import observations, run


def rows(*cells):
    columns = ["area_key", "level", "indicator_id", "year", "value", "status"]
    frame = pd.DataFrame(cells, columns=columns)
    return frame.assign(sex="total", age_group="total", territory=2015, source_id="s")[observations.COLUMNS]


def test_a_dash_of_a_unit_that_did_not_exist_is_left_out():
    frame = rows(
        ("03352062", "gemeinde", "population", 2014, None, "none"),
        ("03352062", "gemeinde", "births", 2014, None, "none"),
        ("03352062", "gemeinde", "population", 2015, 30936.0, "reported"),
        ("01051002", "gemeinde", "population", 2014, 230.0, "reported"),
        ("01051002", "gemeinde", "births", 2014, None, "none"),
    )
    kept = observations.existing_only(frame)
    assert kept[["area_key", "indicator_id", "year"]].to_numpy().tolist() == [
        ["03352062", "population", 2015],
        ["01051002", "population", 2014],
        ["01051002", "births", 2014],
    ]


def test_the_more_authoritative_figure_stands():
    first = rows(("01001000", "gemeinde", "population", 2009, 88502.0, "reported"))
    second = rows(("01001000", "gemeinde", "population", 2009, 1.0, "reported")).assign(source_id="other")
    assert observations.one_per_key([first, second])["value"].tolist() == [88502.0]


def test_a_city_takes_the_figure_of_its_kreis_for_a_dash():
    city = rows(
        ("02000000", "gemeinde", "deaths", 2013, None, "none"), ("01051002", "gemeinde", "deaths", 2013, None, "none")
    )
    kreis = rows(("02000", "kreis", "deaths", 2013, 17258.0, "reported")).assign(source_id="kreis-table")
    filled = observations.with_own_kreis(city, kreis)
    assert filled[["value", "status", "source_id"]].fillna(-1).to_numpy().tolist() == [
        [17258.0, "reported", "kreis-table"],
        [-1, "none", "s"],
    ]


def other_rows(found: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The rows of a multiset difference: those in only one of two frames, each as often as it is surplus."""
    with duckdb.connect() as con:
        for name, frame in (("found", found), ("stored", stored)):
            con.register(name, pa.Table.from_pandas(frame, preserve_index=False))
        # two million rows one by one only where their sum says that they differ
        sums = [con.execute(f"SELECT count(*), sum(hash(r)) FROM {name} r").fetchall() for name in ("found", "stored")]
        if sums[0] == sums[1]:
            return found.iloc[:0]
        return con.execute(
            "(FROM found EXCEPT ALL FROM stored) UNION ALL BY NAME (FROM stored EXCEPT ALL FROM found)"
        ).df()


def test_rows_are_compared_one_by_one():
    rows = pd.DataFrame({"key": ["a", "a", "b"], "value": [1.0, 1.0, float("nan")]})
    assert other_rows(rows, rows.iloc[::-1]).empty
    assert len(other_rows(rows, rows.iloc[1:])) == 1
    assert len(other_rows(rows, rows.assign(value=[1.0, 1.0 + 1e-12, None]))) == 2


def test_no_folder_is_a_sentence(tmp_path):
    with pytest.raises(ZwkError, match="nicht vorhanden"):
        run.read_folder(tmp_path / "nichts")


def test_a_damaged_file_is_named_and_others_are_passed_over(tmp_path, shared):
    whole = (shared / "quellen" / "regionalstatistik" / "12612-01-01-4_00.csv").read_bytes()
    (tmp_path / "cut.csv").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "letter.csv").write_text("Sehr geehrte Damen und Herren", encoding="utf-8")
    (tmp_path / "table.csv").write_bytes(whole)
    report = run.read_folder(tmp_path)
    assert [source.source_id for source in report.used] == ["regio-12612-01-01-4"]
    assert [name for name, _ in report.left_out] == ["letter.csv"]
    assert len(report.refused) == 1
    assert report.refused[0].startswith("cut.csv")


def test_files_of_other_kinds_are_passed_over_and_damaged_ones_named(tmp_path, shared):
    quellen = shared / "quellen"
    key = (quellen / "bbsr" / "gemeinden_1990-2020_auf_2020.csv.gz").read_bytes()
    (tmp_path / "a_other.csv.gz").write_bytes(gzip.compress(b"gid,place,year,score\n"))
    (tmp_path / "b_other.xlsx").write_bytes(_workbook("Tabelle1"))
    (tmp_path / "c_plain.csv.gz").write_bytes(b"no gzip at all")
    (tmp_path / "d_cut.csv.gz").write_bytes(key[: len(key) // 2])
    (tmp_path / "e_atlas.xlsx").write_bytes(_workbook("Deutschlandatlas_KRS1224"))
    (tmp_path / "f_register.xlsx").write_bytes(_workbook("Gemeindedaten"))
    report = run.read_folder(tmp_path)
    assert report.used == []
    assert [name for name, _ in report.left_out] == ["a_other.csv.gz", "b_other.xlsx", "c_plain.csv.gz"]
    assert [said[:1] for said in report.refused] == ["d", "e", "f"]


def test_a_cut_file_is_named_whatever_it_holds(tmp_path):
    beginnings = {
        "density": "ags,name,flaeche_2017,flaeche_2021,ew_2016",
        "keys": "year_xw,ags_xw",
        "inkar": "county_code,year",
    }
    noise = "".join(str(number**7) for number in range(20_000))
    for name, beginning in beginnings.items():
        packed = gzip.compress(f"{beginning}\n{noise}".encode())
        (tmp_path / f"{name}.csv.gz").write_bytes(packed[: len(packed) // 2])
    report = run.read_folder(tmp_path)
    assert (report.used, report.left_out) == ([], [])
    assert [said.partition(":")[0] for said in report.refused] == ["density.csv.gz", "inkar.csv.gz", "keys.csv.gz"]
    assert all("beschädigt oder abgeschnitten" in said for said in report.refused)


def _workbook(name: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet(name).write(0, 0, "Sehr geehrte Damen und Herren")
    return stream.getvalue()


def folders_of(shipped: set[str], collected: Path, target: Path) -> Path:
    """Links in ``target`` to all files of the folders that hold a file with one of these checksums.

    Folders that nothing ships from are left out: they are collected for figures still to come.
    """
    suffixes = (".csv", ".xlsx", ".json", ".gz")
    files = [file for file in collected.rglob("*") if file.suffix.lower() in suffixes]
    used = {file.parent for file in files if hashlib.sha256(file.read_bytes()).hexdigest() in shipped}
    for file in files:
        if file.parent in used:
            link = target / file.relative_to(collected)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file)
    return target


@pytest.mark.slow
def test_the_shipped_figures_are_what_the_official_files_say(shared, tmp_path):
    """The whole way again, from the genuine files: nothing in data/figures was edited by hand."""
    shipped = pd.read_csv(DATA / "sources.csv", dtype=str)
    report = run.read_folder(folders_of(set(shipped["sha256"]), shared / "quellen", tmp_path))
    assert report.refused == []
    assert sorted(shipped["sha256"]) == sorted(source.sha256() for source in report.used)
    for name, frame in run.tables(report.used).items():
        stored = pd.read_parquet(DATA / "figures" / f"{name}.parquet")
        assert sorted(frame) == sorted(stored)
        assert other_rows(frame[list(stored)], stored).empty, name
