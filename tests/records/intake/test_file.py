"""Files as they come: other encodings, other programs, broken ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.examples import examples
from zwk_data.errors import ZwkError
from zwk_data.records.intake import file
from zwk_data.schema.cells import CellError

Book = Callable[..., bytes]
ROWS = [["Kommune", "Maßnahme", "Stand"], ["Riesa", "Dorfladen", "geplant"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_any_kind(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS) + "\r\n"
    found = file.read(text.encode(encoding), "Maßnahmen Riesa.csv")
    assert [list(row) for row in found.sheets[0].rows] == ROWS
    assert (found.sheets[0].name, found.sheets[0].numbers, found.own) == ("Maßnahmen Riesa", [1, 2], "")


@pytest.mark.parametrize("last", ['Spelle;"Haus am', "Spelle;Haus", 'Spelle;Haus;"geplant'])
def test_a_csv_that_ends_within_a_row_is_not_sure(last: str) -> None:
    whole = "\n".join(";".join(row) for row in [*ROWS, ["Adorf", "Laden", "geplant"]])
    (sheet,) = file.read(f"{whole}\n{last}".encode(), "a.csv").sheets
    assert list(sheet.odd_rows) == [4]
    assert sheet.odd_rows[4].startswith("Die Datei endet mitten in dieser Zeile")
    for end in ("", "\n", "\nSpelle;Haus;geplant", '\nSpelle;"Haus";geplant\r\n', "\nStand: 1.5."):
        assert not file.read(f"{whole}{end}".encode(), "a.csv").sheets[0].odd_rows


def test_csv_with_line_breaks_commas_and_our_own_signs() -> None:
    text = 'Kommune;Ziel;Schlüssel\n"Riesa";"erst, dann\nzweitens; ""so""";="01051"\n\n;\'=1+1;\n'
    sheet = file.read(text.encode(), "a.csv").sheets[0]
    assert sheet.rows[1] == ("Riesa", 'erst, dann\nzweitens; "so"', "01051")
    assert sheet.rows[2] == (None, "=1+1", None)
    assert sheet.numbers == [1, 2, 4]


def test_cells_say_what_they_show(book: Book) -> None:
    def change(made: Workbook) -> None:
        sheet = made["Liste"]
        sheet["A2"], sheet["A2"].number_format = datetime(2022, 11, 1), "mmm yy"
        sheet["B2"], sheet["B2"].number_format = datetime(2022, 1, 1), "yyyy"
        sheet["C2"], sheet["C2"].number_format = datetime(2022, 11, 9), '[$-407]d. mmmm yyyy" Uhr"'
        sheet["D2"], sheet["D2"].number_format = 0.125, "0.0%"
        sheet["E2"], sheet["E2"].number_format = 12.5, '0.0" %"'
        sheet["F2"], sheet["F2"].data_type = "#REF!", "e"
        sheet["G2"] = "=1+1"
        sheet["H2"] = "0123"

    found = file.read(book({"Liste": [list("abcdefgh")]}, change), "a.xlsx").sheets[0].rows[1]
    assert found == (
        "November 2022",
        "2022",
        datetime(2022, 11, 9),
        "12,5 %",
        12.5,
        CellError("#REF!"),
        CellError("Formel ohne Ergebnis"),
        "0123",
    )


def test_merged_cells_hold_for_all_their_rows(book: Book) -> None:
    def change(made: Workbook) -> None:
        made["Liste"].merge_cells("A2:A4")
        made["Liste"].merge_cells("A5:B5")

    rows = [["Ort", "Was"], ["Riesa", "eins"], [None, "zwei"], [None, "drei"], ["quer"]]
    sheet = file.read(book({"Liste": rows}, change), "a.xlsx").sheets[0]
    assert sheet.rows[1:] == [("Riesa", "eins"), ("Riesa", "zwei"), ("Riesa", "drei"), ("quer",)]
    assert [(line, 0) in sheet.repeated for line in range(1, 7)] == [False, False, True, True, False, False]
    assert (3, 1) not in sheet.repeated


def test_hidden_and_empty_sheets_are_named(book: Book) -> None:
    def change(made: Workbook) -> None:
        made["geheim"].sheet_state = "hidden"

    found = file.read(book({"Liste": ROWS, "geheim": ROWS, "leer": []}, change), "a.xlsx")
    assert [sheet.name for sheet in found.sheets] == ["Liste"]
    assert found.notes == ("Blatt „geheim“ ist ausgeblendet und wurde nicht gelesen.", "Blatt „leer“ ist leer.")


def test_a_cell_far_away_costs_nothing(book: Book) -> None:
    def change(made: Workbook) -> None:
        made["Liste"]["XFD90000"] = "weit weg"
        made["Liste"]["A90001"] = "unten"

    sheet = file.read(book({"Liste": ROWS}, change), "a.xlsx").sheets[0]
    assert sheet.numbers == [1, 2, 90001]


def encrypted() -> bytes:
    """What a workbook with a password begins with and holds."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.xlsx", "ist leer"),
        (b"x" * 10_000_001, "a.csv", "größer als 10 MB"),
        (encrypted(), "a.xlsx", "mit einem Kennwort geschützt"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls", "das alte Excel-Format"),
        (b"%PDF-1.7", "a.pdf", "ist ein PDF"),
        (b"kein Excel", "a.xlsx", "keine Excel-Datei oder beschädigt"),
        (zipped("word/document.xml"), "a.docx", "keine Excel-Datei"),
        (zipped("content.xml", "mimetype"), "a.ods", "OpenDocument-Datei"),
        (zipped("xl/workbook.xml"), "a.xlsx", "beschädigt oder unvollständig"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a.csv", "weder eine Excel-Datei noch"),
        (b"\n\n;;\n", "a.csv", "steht nichts"),
    ],
    ids=["empty", "large", "password", "xls", "pdf", "text", "docx", "ods", "unfinished", "png", "lines"],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(ZwkError, match=sentence) as caught:
        file.read(content, name)
    assert str(caught.value).startswith(("Die Datei a.", "In der Datei a."))
    assert "\n" not in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(20))
@given(share=st.floats(0, 0.999), flip=st.integers(0, 255))
def test_a_file_cut_or_spoilt_anywhere_is_refused_or_read(book: Book, share: float, flip: int) -> None:
    content = book({"Liste": ROWS * 50})
    at = int(len(content) * share)
    with pytest.raises(ZwkError):
        file.read(content[:at], "a.xlsx")
    spoilt = content[:at] + bytes([content[at] ^ flip]) + content[at + 1 :]
    try:
        file.read(spoilt, "a.xlsx")
    except ZwkError:
        return


def test_too_many_rows_are_refused(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from zwk_data.records.intake import workbook

    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    with pytest.raises(ZwkError, match="in mehrere Listen teilen"):
        file.read(book({"eins": ROWS * 2, "zwei": ROWS * 2}), "a.xlsx")


def test_progress_is_told(book: Book) -> None:
    told: list[float] = []
    file.read(book({"eins": ROWS, "zwei": ROWS}), "a.xlsx", lambda share, text: told.append(share))
    assert told == sorted(told)
    assert 0 < told[-1] < 1
