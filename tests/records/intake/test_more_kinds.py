"""More lists as they are in the wild: what is plain is read, what is not is asked, nothing is wrong without a word."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.records.intake.conftest import Book
from tests.records.intake.test_as_in_the_wild import csv, only
from zwk_data.errors import ZwkError
from zwk_data.records.intake import check_again, check_list, file

HEAD = ["Kommune", "Maßnahme", "Stand", "Kosten"]
LAID = ["Riesa", "Dorfladen", "geplant"]


@pytest.mark.parametrize(
    "title",
    [
        *("Kosten in 1.000 €", "Kosten in kEUR", "Kosten in 000 €", "Fördersumme TEUR", "Fördermittel (brutto, T€)"),
        *("Investition Tsd €", "Zuschuss in T-Euro", "Kosten '000 EUR", "Ausgaben (Angaben in T€)"),
    ],
)
def test_thousands(desk: Path, book: Book, title: str) -> None:
    one = only(check_list(book({"Liste": [[*HEAD[:3], title], [*LAID, 12.5]]}), "a.xlsx"))
    assert (one.state, one.row["budget_eur"]) == ("accepted", 12500)


@pytest.mark.parametrize("title", ["Kosten in Mill. Euro", "Volumen [Mio. €]"])
def test_millions(desk: Path, book: Book, title: str) -> None:
    one = only(check_list(book({"Liste": [[*HEAD[:3], title], [*LAID, 1.5]]}), "a.xlsx"))
    assert (one.state, one.row["budget_eur"]) == ("accepted", 1_500_000)


@pytest.mark.parametrize(
    ("title", "sheet", "name"),
    [
        ("Kosten in Hunderttausend Euro", "Liste", "a.xlsx"),
        ("Kosten (in 100 €)", "Liste", "a.xlsx"),
        ("Kosten in 10.000 €", "Liste", "a.xlsx"),
        ("Kosten in Cent", "Liste", "a.xlsx"),
        ("Kosten (ct)", "Liste", "a.xlsx"),
        ("Kosten", "Maßnahmen (T€)", "a.xlsx"),
        ("Kosten", "Liste", "Massnahmen_TEUR.xlsx"),
    ],
)
def test_an_odd_unit_or_one_in_a_name_is_asked(desk: Path, book: Book, title: str, sheet: str, name: str) -> None:
    assert only(check_list(book({sheet: [[*HEAD[:3], title], [*LAID, 12.5]]}), name)).state == "unclear"


@pytest.mark.parametrize("said", ["n.n.", "noch offen", "geheim", "•", ".", "x", "...", "entfällt"])
def test_a_word_in_place_of_an_amount_is_asked_once_and_leaves_it_empty(desk: Path, book: Book, said: str) -> None:
    found = check_list(book({"Liste": [HEAD, [*LAID, said]]}), "a.xlsx")
    assert (only(found).state, only(found).doubts[0].likely) == ("unclear", True)
    agreed = check_again(found, confirmed=[("Liste", 2)])
    assert (only(agreed).state, only(agreed).row["budget_eur"]) == ("accepted", None)


PERIODS = (
    "Zeitraum|Laufzeit|Projektlaufzeit|Zeitraum (von - bis)|Beginn/Ende|Von - Bis|Förderzeitraum|Umsetzungszeitraum|"
    "Laufzeit des Projekts"
)


@pytest.mark.parametrize("title", PERIODS.split("|"))
def test_one_column_may_hold_both_ends(desk: Path, book: Book, title: str) -> None:
    rows = [[*HEAD[:3], title], [*LAID, "01.03.2023 - 30.06.2024"]]
    one = only(check_list(book({"Liste": rows}), "a.xlsx"))
    assert (one.state, one.row["starts"], one.row["ends"]) == ("accepted", date(2023, 3, 1), date(2024, 6, 30))


@pytest.mark.parametrize(
    ("said", "state", "starts", "ends"),
    [
        ("01.03.-30.06.2024", "accepted", date(2024, 3, 1), date(2024, 6, 30)),
        ("vom 1.3. bis 30.6.2024", "accepted", date(2024, 3, 1), date(2024, 6, 30)),
        ("01.03.2023\n30.06.2024", "accepted", date(2023, 3, 1), date(2024, 6, 30)),
        ("ab 01.03.2023", "accepted", date(2023, 3, 1), None),
        ("01.03.2023 – offen", "accepted", date(2023, 3, 1), None),
        ("bis 30.06.2024", "accepted", None, date(2024, 6, 30)),
        ("03/2023 – 06/2024", "unclear", date(2023, 3, 1), date(2024, 6, 30)),
        ("2023–2024", "unclear", date(2023, 1, 1), date(2024, 12, 31)),
        ("Q1/2023 – Q2/2024", "unclear", date(2023, 1, 1), date(2024, 6, 30)),
        ("III/2023 bis II/2024", "unclear", date(2023, 7, 1), date(2024, 6, 30)),
        ("KW 12/2023", "unclear", date(2023, 3, 20), date(2023, 3, 26)),
        ("1. Halbjahr 2023", "unclear", date(2023, 1, 1), date(2023, 6, 30)),
        ("15.03.2023", "unclear", date(2023, 3, 15), None),
        (date(2023, 3, 15), "unclear", date(2023, 3, 15), None),
        ("30.06.2024 - 01.03.2023", "refused", date(2024, 6, 30), date(2023, 3, 1)),
    ],
)
def test_both_ends_are_read_no_more_exactly_than_they_are_written(
    desk: Path, book: Book, said: object, state: str, starts: date | None, ends: date | None
) -> None:
    one = only(check_list(book({"Liste": [[*HEAD[:3], "Zeitraum"], [*LAID, said]]}), "a.xlsx"))
    assert (one.state, one.row["starts"], one.row["ends"]) == (state, starts, ends)


def test_a_column_of_durations_is_no_period(desk: Path, book: Book) -> None:
    found = check_list(book({"Liste": [[*HEAD[:3], "Laufzeit"], [*LAID, "36 Monate"]]}), "a.xlsx")
    assert only(found).state == "accepted"
    assert list(found.sheets[0].unread.values()) == ["Laufzeit"]


def test_a_corrected_period_is_cut_anew(desk: Path, book: Book) -> None:
    found = check_list(book({"Liste": [[*HEAD[:3], "Zeitraum"], [*LAID, "03/2023 – 06/2024"]]}), "a.xlsx")
    one = only(check_again(found, {("Liste", "D2"): "15.03.2023 – 14.06.2024"}))
    assert (one.state, one.row["starts"], one.row["ends"]) == ("accepted", date(2023, 3, 15), date(2024, 6, 14))


def records(found: Any) -> list[tuple[str, str | None]]:
    return [(one.state, one.row["participant_id"]) for one in found.outcomes if not one.line.left]


GROUPS = [
    HEAD,
    ["Riesa", "A", "geplant", 1],
    [None, "B", "geplant", 2],
    [None, "Zwischensumme", None, 3],
    ["Zwickau", "C", "geplant", 3],
    [None, "D", "geplant", 4],
    ["Summe", None, None, 10],
]


def test_a_kommune_in_the_first_row_of_its_group_is_proposed_for_the_others(desk: Path, book: Book) -> None:
    found = check_list(book({"Liste": GROUPS}), "a.xlsx")
    states = [("accepted", "riesa"), ("unclear", "riesa"), ("accepted", "zwickau"), ("unclear", "zwickau")]
    assert records(found) == states
    doubt = found.outcomes[1].doubts[0]
    assert (doubt.sentence, doubt.likely) == (
        "Die Kommune steht nur in der ersten Zeile der Gruppe; gelesen ist „Riesa“.",
        True,
    )


def test_a_gap_among_repeated_names_is_no_group(desk: Path, book: Book) -> None:
    rows = [HEAD, ["Riesa", "A", "geplant", 1], ["Riesa", "B", "geplant", 2], [None, "C", "geplant", 3]]
    assert records(check_list(book({"Liste": rows}), "a.xlsx"))[2] == ("refused", None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "said", ["Σ", "Summe", "Kosten gesamt", "davon Eigenmittel", "Übertrag", "Mittelwert", "Anzahl: 2", "Gesamtbetrag"]
)
@pytest.mark.parametrize("column", [0, 1])
def test_rows_that_only_sum_up_are_no_records(desk: Path, book: Book, said: str, column: int) -> None:
    total: list[Any] = [None, None, None, 5]
    total[column] = said
    found = check_list(book({"Liste": [HEAD, [*LAID, 5], total]}), "a.xlsx")
    assert [one.line.left for one in found.outcomes] == ["", "Summenzeile"]


def test_heads_of_two_lines_without_merged_cells_and_a_row_of_numbers(desk: Path, book: Book) -> None:
    rows = [
        ["Kommune", "Maßnahme", "Stand", "Kosten", None, "Laufzeit", None],
        [None, None, None, "gesamt", "davon Förderung", "von", "bis"],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        [*LAID, 5, 3, "01.03.2023", "30.06.2024"],
    ]
    one = only(check_list(book({"Liste": rows}), "a.xlsx"))
    assert (one.state, one.row["budget_eur"]) == ("accepted", 5)
    assert (one.row["starts"], one.row["ends"]) == (date(2023, 3, 1), date(2024, 6, 30))


@pytest.mark.parametrize("title", ["Gemeindename", "Gebietskörperschaft", "Standort"])
def test_other_words_for_the_kommune(desk: Path, book: Book, title: str) -> None:
    one = only(check_list(book({"Liste": [[title, *HEAD[1:]], [*LAID, 5]]}), "a.xlsx"))
    assert (one.state, one.row["participant_id"]) == ("accepted", "riesa")


def test_of_two_columns_the_closer_word_is_read(desk: Path, book: Book) -> None:
    rows = [
        ["Zuwendungsempfänger", "Ort", "Maßnahme", "Sachstand", "Status", "Zuschuss", "Gesamtkosten"],
        ["Verein e. V.", "Riesa", "Dorfladen", "es geht voran", "läuft", 3, 5],
    ]
    one = only(check_list(book({"Liste": rows}), "a.xlsx"))
    assert (one.state, one.row["participant_id"], one.row["status"], one.row["budget_eur"]) == (
        *("accepted", "riesa", "running", 5),
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "mac_roman", "cp850", "latin-1", "utf-8-sig"])
def test_encodings(desk: Path, encoding: str) -> None:
    content = csv(HEAD, ["Riesa", "Dörfchen für größere Läden", "geplant", "5"], encoding=encoding)
    one = only(check_list(content, "a.csv"))
    assert (one.state, one.row["title"]) == ("accepted", "Dörfchen für größere Läden")


# --- workbooks of other kinds


def part(number: int, payload: bytes = b"") -> bytes:
    """A record of Excel's binary format: its number and length in seven bits a byte, what it holds."""
    kind = bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])
    size = bytes([len(payload)]) if len(payload) < 128 else bytes([len(payload) & 127 | 128, len(payload) >> 7])
    return kind + size + payload


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: list[list[str | float]]) -> bytes:
    """A binary workbook with one sheet."""
    cells = part(129) + part(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + part(145)
    for number, row in enumerate(rows):
        cells += part(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            text = isinstance(value, str)
            cells += part(6 if text else 5, place + (wide(str(value)) if text else struct.pack("<d", value)))
    cells += part(146) + part(130)
    book = part(131) + part(143) + part(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Liste"))
    book += part(144) + part(132)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/worksheets/sheet1.bin", cells)
    return buffer.getvalue()


def test_a_binary_workbook_is_read_and_says_what_it_cannot_tell(desk: Path) -> None:
    content = xlsb([["Kommune", "Maßnahme", "Stand", "Kosten (T€)"], [*LAID, 12.5]])
    found = check_list(content, "liste.xlsb")
    assert (only(found).row["participant_id"], only(found).row["budget_eur"]) == ("riesa", 12500)
    assert "wie Zahlen und Daten angezeigt werden" in found.notes[0]
    for cut in (len(content) // 3, len(content) - 30):
        with pytest.raises(ZwkError, match=r"^Die Datei liste\.xlsb ist "):
            file.read(content[:cut], "liste.xlsb")


def test_a_genuine_old_workbook_is_read(shared: Path) -> None:
    packed = shared / "quellen" / "gisd" / "INKAR_A_Arbeitslosigkeit.xls.gz"
    content = gzip.decompress(packed.read_bytes())
    assert content.startswith(b"\xd0\xcf\x11\xe0")
    assert file.read_apart(content, "alt.xls").sheets[0].rows


def test_several_sheets_and_a_hidden_one(desk: Path, book: Book) -> None:
    def change(made: Workbook) -> None:
        made["alt"].sheet_state = "hidden"

    sheets = {"2023": [HEAD, [*LAID, 5]], "2024": [HEAD, ["Riesa", "Bus", "läuft", 6]], "alt": [HEAD, [*LAID, 7]]}
    found = check_list(book(sheets, change), "a.xlsx")
    assert [(one.line.sheet, one.row["budget_eur"]) for one in found.outcomes] == [("2023", 5), ("2024", 6)]
    assert "Blatt „alt“ ist ausgeblendet und wurde nicht gelesen." in found.notes
