"""Files cut after a row: none passes without a word where there is a foot or a known number of areas."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.warehouse.test_collect_foreign import KREIS, PEOPLE, flat, table
from zwk_data.cli.stores import collect
from zwk_data.errors import SourceError, ZwkError
from zwk_data.sources import genesis, open_files
from zwk_data.warehouse.collect.run import Report, read_folder

pytestmark = pytest.mark.attack
#: as many Kreise as there are; Hamburg and Berlin are one each
KREISE = [f"{land:02}{n:03}" for land in range(1, 17) for n in ((0,) if land in (2, 11) else range(1, 30))][:400]
SIGNS = ("wohl abgeschnitten", "ist die Datei abgeschnitten?", "Auszug, oder fehlt der Rest?")


def words(report: Report) -> str:
    return "\n".join([*report.refused, *(reason for _, reason in report.doubts)])


def read_alone(folder: Path, name: str, content: bytes) -> Report:
    for other in folder.iterdir():
        other.unlink()
    (folder / name).write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
    return read_folder(folder)


def gisd() -> bytes:
    rows = [f'{key},"Ort, Kreis",{year},0.5' for key in KREISE for year in (2019, 2020, 2021)]
    return "\n".join(["kreis_id,kreis_name,year,gisd_score", *rows, ""]).encode()


def panel() -> bytes:
    return "\n".join(
        ["county_code,year,x", *(f"{key},{year}.0,1" for key in KREISE for year in (2021, 2022)), ""]
    ).encode()


@pytest.mark.parametrize("made", [gisd, panel])
def test_a_list_of_all_kreise_lacks_none(tmp_path: Path, made: Callable[[], bytes]) -> None:
    lines = made().splitlines(keepends=True)
    assert words(read_alone(tmp_path, "a.csv", b"".join(lines))) == ""
    for kept in {2, 3, 4, 5, len(lines) // 2, len(lines) - 4, len(lines) - 3, len(lines) - 2, len(lines) - 1}:
        (said,) = read_alone(tmp_path, "a.csv", b"".join(lines[:kept])).refused
        assert said.startswith("a.csv")
        assert "die Datei ist wohl abgeschnitten; erwartet wird die ganze Datei" in said


def test_the_command_writes_nothing_of_a_cut_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"".join(gisd().splitlines(keepends=True)[:-3]))
    said = CliRunner().invoke(collect, ["--from", str(tmp_path)]).exception
    assert isinstance(said, ZwkError)
    assert "1 abgelehnt. Nichts wurde geschrieben" in str(said).replace("\u00a0", " ")
    assert "es stehen nur 399 von 400 Kreisen darin" in str(said).replace("\u00a0", " ")


@pytest.mark.slow
@pytest.mark.parametrize("shuffled", [False, True])
def test_a_flat_table_has_as_much_of_each_area(tmp_path: Path, shuffled: bool) -> None:
    sexes = ("GES;Geschlecht;;Insgesamt", "GES;Geschlecht;GESM;männlich", "GES;Geschlecht;GESW;weiblich")
    rows = [f"{KREIS.format(key)};{sex};7;{PEOPLE}" for key in KREISE[:20] for sex in sexes]
    if shuffled:
        # as the service delivers them
        random.Random(3).shuffle(rows)
    assert words(read_alone(tmp_path, "a.csv", flat(*rows).encode())) == ""
    for kept in range(20, len(rows)):
        report = read_alone(tmp_path, "a.csv", flat(*rows[:kept]).encode())
        if shuffled or kept % len(sexes):
            ((name, said),) = report.doubts
            assert name == "a.csv"
            assert "ist die Datei abgeschnitten?" in said
        assert len(report.used) == 1, "it is read, with a word"


def test_a_table_of_genesis_ends_with_its_foot() -> None:
    head = ["GENESIS-Tabelle: 12411-01-01-4", "Bevölkerung", "Bevölkerungsstand (Anzahl)", "Stichtag: 31.12.2014"]
    lines = table(*head, ";;Insgesamt", *(f"{key};Ort;7" for key in KREISE[:30])).splitlines(keepends=True)
    foot = next(number for number, line in enumerate(lines) if line.startswith("___"))
    assert len(genesis.read("".join(lines).encode())) == 30
    for kept in range(1, foot + 1):
        with pytest.raises(SourceError, match=r"fehlt der Fuß, die Datei ist wohl abgeschnitten"):
            genesis.read("".join(lines[:kept]).encode())


def test_genuine_tables_cut_anywhere(shared: Path) -> None:
    """Every row end of the samples of layouts; those without the rule end with the day of the download."""
    cuts = 0
    for path in sorted((shared / "quellen" / "layoutproben").glob("*_regio_*.csv")):
        lines = open_files.decode(path.read_bytes()).replace("\r\n", "\n").splitlines(keepends=True)
        foot = next((n for n, line in enumerate(lines) if line.startswith(("_____", "Stand:"))), 0)
        for kept in range(1, foot + 1):
            with pytest.raises(SourceError):
                genesis.read("".join(lines[:kept]).encode())
            cuts += 1
    assert cuts > 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "gisd/GISD_Saarland_Gemeindeverband.csv.gz",
        "gisd/IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv.gz",
        "genesis_api/12411-01-01-4_de_flat.csv",
        "genesis_api/1000A-0000_de_flat.csv",
        "luecken_einwohner/gemeinden_einwohner_aus_inkar_dichte.csv.gz",
        "zensus2022_regionaltabellen/Regionaltabelle_Erwerbsstatus.csv.gz",
        "inkar/kreise_panel.csv",
        "inkar2024/inkar2024_sozialleistungen.csv.gz",
    ],
)
def test_genuine_files_without_a_foot_cut_at_a_row(tmp_path: Path, shared: Path, name: str) -> None:
    path = shared / "quellen" / name
    raw = path.read_bytes()
    content = gzip.decompress(raw) if name.endswith(".gz") else raw
    assert words(read_alone(tmp_path, path.name, content)) == ""
    ends = _row_ends(content)
    for kept in (len(ends) - 2, len(ends) * 2 // 3):
        said = words(read_alone(tmp_path, path.name, content[: ends[kept]]))
        assert any(sign in said for sign in SIGNS), (kept, said)


def _row_ends(content: bytes) -> list[int]:
    """Where the rows of a csv end, in bytes; blank ones at the end do not count."""
    text = content.decode("utf-8" if content.startswith(b"\xef\xbb\xbf") else "latin-1")
    encoding = "utf-8" if content.startswith(b"\xef\xbb\xbf") else "latin-1"
    lines = io.StringIO(text, newline="")
    ends, at, open_quote = [], 0, False
    for line in lines:
        at += len(line.encode(encoding))
        open_quote ^= line.count('"') % 2 == 1
        if not open_quote and any(next(csv.reader([line], delimiter=";"), [])) and line.strip(";\r\n"):
            ends.append(at)
    return ends
