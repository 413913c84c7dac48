"""Lists as they are in the wild: each kind of fault in a small list of its own, with the value that is right."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from zwk_data.errors import ZwkError
from zwk_data.records.intake import Chosen, Intake, check_again, check_list, remember
from zwk_data.records.intake.report import Outcome

Book = Callable[..., bytes]
HEAD = ["Kommune", "Maßnahme", "Stand", "Kosten"]


def only(found: Intake) -> Outcome:
    """The only record of a list."""
    (one,) = [outcome for outcome in found.outcomes if not outcome.line.left]
    return one


def csv(*rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode(encoding)


def amount(book: Book, *rows: list[Any], then: Callable[[Workbook], None] | None = None) -> tuple[str, float]:
    """State and budget of a one-record list."""
    one = only(check_list(book({"Liste": rows}, then), "a.xlsx"))
    return one.state, one.row["budget_eur"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "title",
    [
        *(
            "Kosten (1.000 €)",
            "Kosten (in 1.000 EUR)",
            "Kosten (T EUR)",
            "Kosten in T Euro",
            "Kosten T€",
            "Kosten [k€]",
        ),
        *("Budget in Tsd. €", "Mittel (TE)", "Kosten in € x 1000", "Kosten in Tausend Euro", "Gesamtkosten (T. €)"),
    ],
)
def test_thousands_in_a_title(desk: Path, book: Book, title: str) -> None:
    assert amount(book, [*HEAD[:3], title], ["Riesa", "Dorfladen", "geplant", 12.5]) == ("accepted", 12500)


@pytest.mark.parametrize("title", ["Kosten (bis 1.000 €)", "Kosten (USD)", "Kosten (€ pro Jahr)", "Kosten (T€/Mio. €)"])
def test_a_unit_that_is_not_sure_is_asked(desk: Path, book: Book, title: str) -> None:
    found = check_list(book({"Liste": [[*HEAD[:3], title], ["Riesa", "Dorfladen", "geplant", 12.5]]}), "a.xlsx")
    assert only(found).state == "unclear"
    assert "12,5" in only(found).doubts[0].sentence
    # said once for the whole column
    said = check_again(found, columns={"Liste": Chosen(units={"D": 1e3})})
    assert (only(said).state, only(said).row["budget_eur"]) == ("accepted", 12500)


@pytest.mark.parametrize(
    "rows",
    [
        (["alle Beträge in T€"], HEAD, ["Riesa", "Dorfladen", "geplant", 12.5]),
        (HEAD, ["Riesa", "Dorfladen", "geplant", 12.5], ["* alle Angaben in Tsd. Euro"]),
        (HEAD, [None, None, None, "in T€"], ["Riesa", "Dorfladen", "geplant", 12.5]),
        ([None, None, None, "Kosten"], [*HEAD[:3], "in TEUR"], ["Riesa", "Dorfladen", "geplant", 12.5]),
        ([*HEAD, "Einheit"], ["Riesa", "Dorfladen", "geplant", 12.5, "T€"]),
        (HEAD, ["Riesa", "Dorfladen", "geplant", "12,5 T€"]),
    ],
    ids=["above", "below", "below the head", "head in two rows", "beside", "in the cell"],
)
def test_thousands_wherever_they_stand(desk: Path, book: Book, rows: tuple[list[Any], ...]) -> None:
    assert amount(book, *rows) == ("accepted", 12500)


@pytest.mark.parametrize(
    ("value", "form", "title", "expected"),
    [
        (12.5, '0.0" T€"', "Kosten", ("accepted", 12500)),
        (12.5, r"0.0\ \T\€", "Kosten", ("accepted", 12500)),
        (12.5, r"#,##0.0\ \T\s\d\.\ €", "Kosten", ("accepted", 12500)),
        (12500, '#,##0.0," T€"', "Kosten", ("accepted", 12500)),
        (12500, "#,##0,", "Kosten (T€)", ("accepted", 12500)),
        (12500, "#,##0,", "Kosten", ("unclear", 12500)),
        (1.5, '0.0" Mio. €"', "Kosten", ("accepted", 1_500_000)),
        (12.5, '#,##0.00 "€"', "Kosten", ("accepted", 12.5)),
        (12.5, "#,##0.00 [$€-407]", "Kosten (T€)", ("accepted", 12500)),
    ],
)
def test_a_number_format_counts(
    desk: Path, book: Book, value: float, form: str, title: str, expected: tuple[str, float]
) -> None:
    def change(made: Workbook) -> None:
        made["Liste"]["D2"].number_format = form

    assert amount(book, [*HEAD[:3], title], ["Riesa", "Dorfladen", "geplant", value], then=change) == expected


def test_what_contradicts_itself_is_asked(desk: Path, book: Book) -> None:
    above = (["alle Beträge in T€"], [*HEAD[:3], "Kosten (Euro)"], ["Riesa", "Dorfladen", "geplant", 12.5])
    assert amount(book, *above)[0] == "unclear"
    cell = ([*HEAD[:3], "Kosten (T€)"], ["Riesa", "Dorfladen", "geplant", "12.500,00 €"])
    assert amount(book, *cell) == ("unclear", 12500)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1252", "utf-8", "utf-16"])
def test_letters_of_any_program(desk: Path, encoding: str) -> None:
    content = csv(["Kommune", "Maßnahme", "Stand"], ["Plößberg", "Café für Ältere", "geplant"], encoding=encoding)
    one = only(check_list(content, "a.csv"))
    assert (one.state, one.row["participant_id"], one.row["title"]) == ("accepted", "ploessberg", "Café für Ältere")


def test_a_foreign_line_and_spoilt_letters_are_asked(desk: Path) -> None:
    rows = [["Kommune", "Maßnahme", "Stand"], ["Riesa", "Straße für alle", "geplant"], ["Riesa", "Größe", "läuft"]]
    mixed = csv(*rows) + b"\r\n" + csv(["Riesa", "Café", "geplant"], encoding="cp1252")
    states = {one.row["title"]: one.state for one in check_list(mixed, "a.csv").outcomes}
    assert states == {"Straße für alle": "accepted", "Größe": "accepted", "Café": "unclear"}
    spoilt = csv(HEAD[:3], ["Riesa", "fÃ¼r alle", "geplant"])
    assert (only(check_list(spoilt, "a.csv")).state, only(check_list(spoilt, "a.csv")).row["title"]) == (
        "unclear",
        "für alle",
    )


def strict(content: bytes) -> bytes:
    """A workbook as „Strict Open XML“ names its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as usual, zipfile.ZipFile(buffer, "w") as made:
        for name in usual.namelist():
            part = usual.read(name).replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            part = part.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            made.writestr(name, part)
    return buffer.getvalue()


def test_strict_open_xml_is_read(desk: Path, book: Book) -> None:
    content = strict(book({"Liste": [HEAD, ["Bad Honnef", "Dorfladen", "geplant", 12500]]}))
    one = only(check_list(content, "a.xlsx"))
    assert (one.state, one.row["participant_id"], one.row["budget_eur"]) == ("accepted", "bad-honnef", 12500)


_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
ODS = (
    f'<?xml version="1.0"?><office:document-content {_NAMES}><office:body><office:spreadsheet>'
    '<table:table table:name="Liste">%s</table:table></office:spreadsheet></office:body></office:document-content>'
)


def ods(*rows: Sequence[str | float]) -> bytes:
    """A small OpenDocument workbook."""

    def cell(value: str | float) -> str:
        kind = "string" if isinstance(value, str) else f'float" office:value="{value}'
        return f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", "<manifest/>")
        made.writestr("content.xml", ODS % lines)
    return buffer.getvalue()


def test_open_document_is_read_and_its_amounts_are_asked_once(desk: Path) -> None:
    content = ods(HEAD, ["Riesa", "Dorfladen", "geplant", 12500], ["Riesa", "Bus", "läuft", 300])
    found = check_list(content, "a.ods")
    assert [one.state for one in found.outcomes] == ["unclear", "unclear"]
    said = check_again(found, columns={"Liste": Chosen(units={"D": 1.0})})
    assert [(one.state, one.row["budget_eur"]) for one in said.outcomes] == [("accepted", 12500), ("accepted", 300)]
    # a title that names the unit leaves nothing to ask
    sure = check_list(ods([*HEAD[:3], "Kosten (T€)"], ["Riesa", "Dorfladen", "geplant", 12.5]), "a.ods")
    assert (only(sure).state, only(sure).row["budget_eur"]) == ("accepted", 12500)


def test_a_cell_far_away_in_open_document_takes_no_memory(desk: Path) -> None:
    far = ODS % (
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="1000"/>'
        '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("content.xml", far)
    with pytest.raises(ZwkError, match="zu groß"):
        check_list(buffer.getvalue(), "a.ods")


def test_the_kommune_may_be_said_for_the_whole_list(desk: Path, book: Book) -> None:
    content = book({"Liste": [HEAD[1:], ["Dorfladen", "geplant", 1]]})
    named = check_list(content, "Riesa_Massnahmen.xlsx")
    assert (only(named).state, only(named).row["participant_id"]) == ("unclear", "riesa")
    assert (named.sheets[0].whose, named.sheets[0].lacks) == ("Riesa", ("Kommune",))
    unknown = check_list(content, "a.xlsx")
    assert only(unknown).state == "refused"
    said = check_again(unknown, fixed={"Kommune": "Zwickau"})
    assert (only(said).state, only(said).row["participant_id"]) == ("accepted", "zwickau")


def test_headings_name_kommune_and_theme(desk: Path, book: Book) -> None:
    rows = [HEAD[1:], ["Riesa"], ["Dorfladen", "geplant", 1], ["Thema: Mobilität"], ["Bus", "läuft", 2], ["Zwickau"]]
    found = check_list(book({"Liste": [*rows, ["Park", "Idee", 3]]}), "a.xlsx")
    kept = [one for one in found.outcomes if not one.line.left]
    assert [one.state for one in kept] == ["accepted"] * 3
    assert [one.row["participant_id"] for one in kept] == ["riesa", "riesa", "zwickau"]
    assert [one.row["theme_id"] for one in kept] == [None, "mobilitaet", None]
    assert any("3\u00a0Zwischenüberschriften" in note for note in found.notes)


@pytest.mark.parametrize(
    "title",
    [
        *("Titel der Maßnahme", "Projekttitel", "Maßnahme / Projekt", "Projekt/Maßnahme", "Maßnahmentitel"),
        *("Name der Maßnahme", "Bezeichnung der Maßnahme", "Kurztitel", "Maß\u00adnahme", "Zuwendungszweck"),
    ],
)
def test_titles_of_the_title(desk: Path, book: Book, title: str) -> None:
    found = check_list(book({"Liste": [["Kommune", title, "Stand"], ["Riesa", "Dorfladen", "geplant"]]}), "a.xlsx")
    assert (only(found).state, only(found).row["title"]) == ("accepted", "Dorfladen")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Zeitraum Von", "Zeitraum Bis"),
        ("Laufzeit von", "Laufzeit bis"),
        ("Beginn der Maßnahme", "Ende der Maßnahme"),
        ("Start (geplant)", "Ende (geplant)"),
        ("Projektbeginn", "Projektende"),
        ("Voraussichtlicher Beginn", "Voraussichtliches Ende"),
    ],
)
def test_titles_of_times_and_amounts(desk: Path, first: str, last: str) -> None:
    head = [*HEAD[:3], first, last, "Gesamtzuwendung (in EURO)"]
    one = only(check_list(csv(head, ["Riesa", "Treff", "läuft", "01.01.2022", "31.12.2022", "2.000"]), "a.csv"))
    assert one.state == "accepted"
    assert (one.row["starts"], one.row["ends"], one.row["budget_eur"]) == (date(2022, 1, 1), date(2022, 12, 31), 2000)


def test_a_column_is_what_somebody_says_and_stays_so(desk: Path, book: Book) -> None:
    content = book({"Liste": [["Kommune", "Was", "Stand"], ["Riesa", "Dorfladen", "geplant"]]})
    found = check_list(content, "a.xlsx")
    assert (only(found).state, found.sheets[0].unread) == ("refused", {"B": "Was"})
    said = Chosen(labels={"B": "Maßnahme"})
    again = check_again(found, columns={"Liste": said})
    assert (only(again).state, only(again).row["title"]) == ("accepted", "Dorfladen")
    remember(again, "Liste", said)
    assert only(check_list(content, "b.xlsx")).state == "accepted"
    other = book({"Liste": [["Kommune", "Wer", "Was", "Stand"], ["Riesa", "x", "Dorfladen", "geplant"]]})
    assert only(check_list(other, "c.xlsx")).state == "refused"  # another head


def test_the_export_of_the_foerderkatalog(desk: Path) -> None:
    text = (
        '="Kommune";="Maßnahme";="Status";="Beginn";="Ende";="Kosten"\r\n'
        '="Riesa";="Zukunft; gemeinsam";="geplant";="01.05.2021";="31.12.2024";  40.000,00\r\n'
    )
    one = only(check_list(text.encode("cp1252"), "a.csv"))
    assert (one.state, one.row["title"], one.row["budget_eur"]) == ("accepted", "Zukunft; gemeinsam", 40000)


def test_signs_that_nobody_sees_do_not_count(desk: Path, book: Book) -> None:
    rows = [["Kom\u00admune", "Maß\u00adnahme", "Stand", "Ende"]]
    rows += [["Plöß\u00adberg", "Dorf\u200bladen", "\ufeffgeplant", "31.12.2024\u200b"]]
    one = only(check_list(book({"Liste": rows}), "a.xlsx"))
    assert (one.state, one.row["title"], one.row["ends"]) == ("accepted", "Dorfladen", date(2024, 12, 31))


def test_rows_of_one_title_are_asked_and_whole_repetitions_refused(desk: Path) -> None:
    head = [*HEAD[:3], "Beginn", "Kosten"]
    rows = [
        ["Riesa", "Treff", "läuft", "01.01.2021", "1.000"],
        ["Riesa", "Treff", "läuft", "01.01.2022", "2.000"],
        ["Riesa", "Treff", "läuft", "01.01.2022", "2.000"],
    ]
    found = check_list(csv(head, *rows), "liste.csv")
    assert [one.state for one in found.outcomes] == ["accepted", "unclear", "refused"]
    assert found.outcomes[2].faults[0].sentence == "Steht schon in liste, Zeile 3."
    kept = check_again(found, confirmed={("liste", 3)})
    assert sum(one.row["budget_eur"] for one in kept.outcomes if one.state == "accepted") == 3000


def test_hidden_and_struck_out_rows_are_asked(desk: Path, book: Book) -> None:

    def change(made: Workbook) -> None:
        sheet = made["Liste"]
        sheet.row_dimensions[3].hidden = True
        for cell in sheet[4]:
            cell.font = Font(strike=True)
        sheet["D5"].font = Font(strike=True)

    rows = [["Riesa", f"Maßnahme {number}", "geplant", number] for number in range(1, 5)]
    found = check_list(book({"Liste": [HEAD, *rows]}, change), "a.xlsx")
    assert [one.state for one in found.outcomes] == ["accepted", "unclear", "unclear", "unclear"]
    sentences = [one.doubts[0].sentence for one in found.outcomes[1:]]
    assert "ausgeblendet" in sentences[0]
    assert all("durchgestrichen" in one for one in sentences[1:])
