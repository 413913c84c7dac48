"""Lists as Kommunen send them, checked against the demo data's store and taken over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook

from zwk_data.errors import ZwkError
from zwk_data.records import german_rows, history
from zwk_data.records.changes import Change, ConflictError, save, undo
from zwk_data.records.intake import Intake, changes_of, check_again, check_list, take_over
from zwk_data.stores.access import LOCAL, ForbiddenError, Person
from zwk_data.stores.connection import read

Book = Callable[..., bytes]
MESSY: list[list[Any]] = [
    ["Maßnahmen des Werkstattplans"],
    ["Stand: 01.02.2023"],
    [],
    ["Nr.", "Ort", "Projekt", "Themenfeld", "Start", "bis", "Kosten (T€)", "Umsetzungsstand", "Ampel"],
    [
        1,
        "Stadt Riesa",
        "Neuer Dorfladen",
        "Nahversorgung und Infrastruktur",
        datetime(2022, 11, 9),
        45000,
        12,
        "in Umsetzung",
        "grün",
    ],
    [2, None, "Neue Mitfahrbank", "Mobilitaet", "9.11.22", "31.12.2023", "1,5", "FERTIG", "rot"],
    [3, None, "Neuer Bürgerbus", "Mobilität", "Nov. 2022", None, "ca. 5", "läuft seit 2022"],
    ["Handlungsfeld Wohnen"],
    [4, "LK Rostock", "Neue Leerstandsbörse", "Leerstand", None, None, None, "Idee"],
    [5, "Atlantis", "Neuer Hafen", "Wetter", "31.2.2022", None, "viel", "vielleicht"],
    [6, "Riesa", "neuer  DORFLADEN", None, None, None, None, "geplant"],
    [None, "Summe", None, None, None, None, 123],
    ["* vorläufige Werte"],
]
SHEET = "Liste 2023"


def messy(book: Book) -> bytes:
    def change(made: Workbook) -> None:
        sheet = made[SHEET]
        sheet.merge_cells("A1:I1")
        sheet.merge_cells("B5:B7")
        sheet["G9"], sheet["G9"].data_type = "#DIV/0!", "e"
        made.create_sheet("Rechnung").sheet_state = "hidden"

    return book({SHEET: MESSY}, change)


def states(found: Intake) -> dict[int, str]:
    return {one.line.number: one.state for one in found.outcomes}


def lines(found: Intake, row: int) -> pd.DataFrame:
    return found.report[found.report["row"] == row].set_index("field")


@pytest.mark.slow
def test_a_messy_list_is_understood(desk: Path, book: Book) -> None:
    found = check_list(messy(book), "Riesa.xlsx")
    assert states(found) == {
        5: "accepted",
        6: "accepted",
        7: "unclear",
        8: "left",
        9: "refused",
        10: "refused",
        11: "unclear",
        12: "left",
        13: "left",
    }
    assert found.counts == {"accepted": 2, "changed": 0, "same": 0, "unclear": 2, "refused": 2, "left": 3}
    assert found.notes == (
        "Blatt „Rechnung“ ist ausgeblendet und wurde nicht gelesen.",
        "Blatt „Liste 2023“: 1\u00a0Zwischenüberschrift gilt für die Zeilen darunter (Zeile 8).",
    )
    (view,) = found.sheets
    assert (view.name, view.unread) == (SHEET, {"A": "Nr.", "I": "Ampel"})
    assert (view.table, view.title, view.head_row, view.rows) == ("measure", "Maßnahmen", 4, 9)
    assert view.columns["G"] == ("Kosten (T€)", "Budget (Euro)")
    first, second = (one for one in found.outcomes if one.state == "accepted")
    assert first.row["participant_id"] == second.row["participant_id"] == "riesa"  # merged downwards
    assert (first.row["starts"], first.row["ends"]) == (date(2022, 11, 9), date(2023, 3, 15))  # 45000 is a serial
    assert (first.row["budget_eur"], second.row["budget_eur"]) == (12000.0, 1500.0)
    assert (first.row["status"], second.row["status"]) == ("running", "done")
    assert second.row["theme_id"] == "mobilitaet"


def test_every_fault_has_its_cell_and_reason(desk: Path, book: Book) -> None:
    found = check_list(messy(book), "Riesa.xlsx")
    unclear = lines(found, 7)
    assert unclear.loc["Beginn", "cell"] == f"{SHEET}!E7"
    assert unclear.loc["Beginn", "reading"] == "01.11.2022"
    assert unclear.loc["Budget (Euro)", "reading"] == "5.000\u00a0Euro"
    assert unclear.loc["Stand", ["found", "reading"]].tolist() == ["läuft seit 2022", "läuft"]
    assert unclear["record"].iloc[0] == "Riesa: Neuer Bürgerbus"
    refused = lines(found, 10)
    assert refused["cell"].tolist() == [f"{SHEET}!{c}10" for c in "BDHEG"]
    assert refused.loc["Kommune", "sentence"] == "„Atlantis“ ist in der Liste „Kommunen“ nicht zu finden."
    assert "Diesen Tag gibt es nicht" in refused.loc["Beginn", "sentence"]
    assert lines(found, 9).loc["Budget (Euro)", "sentence"] == "Die Zelle zeigt einen Fehler (#DIV/0!)."
    assert lines(found, 11)["sentence"].tolist() == [
        "Das steht mehrmals in der Liste, mit anderen Angaben. Soll es ein eigener Eintrag sein?"
    ]
    assert lines(found, 13)["found"].tolist() == ["* vorläufige Werte"]
    assert lines(found, 12)["sentence"].tolist() == ["Nicht gelesen: Summenzeile."]


def test_a_sum_written_as_text_is_no_record(desk: Path, book: Book) -> None:
    rows = [
        ["Kommune", "Projekt", "Stand", "Kosten"],
        ["Riesa", "Dorfladen", "läuft", "900"],
        ["Summe", None, None, "21.400"],
    ]
    found = check_list(book({"Liste": rows}), "Riesa.xlsx")
    assert found.counts["accepted"] == found.counts["left"] == 1


def test_rows_are_corrected_in_place_and_proposals_confirmed(desk: Path, book: Book) -> None:
    found = check_list(messy(book), "Riesa.xlsx")
    better = check_again(
        found,
        {
            (SHEET, "G9"): "",
            (SHEET, "B10"): "Riesa",
            (SHEET, f"{SHEET}!D10"): "Wohnen",
            (SHEET, "E10"): "1.2.22",
            (SHEET, "G10"): "",
            (SHEET, "H10"): "Idee",
            (SHEET, "C11"): "Zweiter Dorfladen",
        },
        {(SHEET, 7)},
    )
    assert better.counts == {"accepted": 6, "changed": 0, "same": 0, "unclear": 0, "refused": 0, "left": 3}
    assert states(found)[10] == "refused"  # the first result is unchanged
    assert check_again(better, {}).counts["accepted"] == 3  # the confirmed row stays confirmed
    assert check_again(better, {}, ()).counts == found.counts


def test_a_list_is_taken_over_at_once_and_taken_back(desk: Path, book: Book) -> None:
    before = history.listed_records("measure")
    found = check_again(check_list(messy(book), "Riesa.xlsx"), confirmed={(SHEET, 7)})
    saved = take_over(found, LOCAL, "Liste vom Februar")
    assert len(saved.made) == 3
    story = history.sets().iloc[0]
    assert (story["kind"], story["file"], story["reason"], story["records"]) == (
        "import",
        "Riesa.xlsx",
        "Liste vom Februar",
        3,
    )
    kept = read("SELECT title, budget_eur FROM measure WHERE title LIKE 'Neue%' ORDER BY title")
    assert kept["title"].tolist() == ["Neue Mitfahrbank", "Neuer Bürgerbus", "Neuer Dorfladen"]
    second = check_list(messy(book), "Riesa.xlsx")
    assert {row: state for row, state in states(second).items() if row in (5, 6)} == {5: "same", 6: "same"}
    # a proposal that agrees with the store needs no answer
    assert states(second)[7] == "same"
    undo(saved.set_id or 0, LOCAL)
    pd.testing.assert_frame_equal(history.listed_records("measure"), before)


def rows_of(*rows: list[Any]) -> dict[str, list[list[Any]]]:
    return {"Maßnahmen": [["Kommune", "Maßnahme", "Stand", "Budget", "Ziel"], *rows]}


@pytest.fixture
def kept(desk: Path) -> str:
    """A measure that is in the store, by its key."""
    values = {"participant_id": "riesa", "title": "Dorf-Treff", "status": "planned", "budget_eur": 1200.5, "goal": "Z"}
    return save([Change("measure", None, values)], LOCAL).made[0][1]


def test_known_records_are_found_by_their_fields(kept: str, book: Book) -> None:
    found = check_list(book(rows_of(["Riesa", "Dorf-Treff", "läuft", None, "Z"])), "a.xlsx")
    assert changes_of(found) == [Change("measure", kept, {"status": "running"}, {"status": "planned"})]
    assert lines(found, 2).loc["Stand", ["found", "reading", "sentence"]].tolist() == [
        "läuft",
        "läuft",
        "bisher: geplant",
    ]
    assert check_list(book(rows_of(["riesa", "Dorf-Treff", "Geplant", 1200.5])), "a.xlsx").counts["same"] == 1


def test_an_empty_cell_leaves_what_is_known(kept: str, book: Book) -> None:
    found = check_list(book(rows_of(["Riesa", "Dorf-Treff", None, None, None])), "a.xlsx")
    assert found.notes == ("In 1\u00a0Zeile sind Zellen leer, zu denen schon etwas bekannt ist: Das bleibt so stehen.",)
    assert found.counts["same"] == 1
    with pytest.raises(ZwkError, match="nichts zu übernehmen"):
        take_over(found, LOCAL)


def test_records_are_found_by_their_key(kept: str, book: Book) -> None:
    sheet = {
        "Maßnahmen": [
            ["Kennung", "Kommune", "Maßnahme", "Stand"],
            [kept, "Riesa", "Treffpunkt", "geplant"],
            ["m-999999", "Riesa", "Anderes", "geplant"],
            [kept, "Riesa", "Noch", "Idee"],
        ]
    }
    found = check_list(book(sheet), "a.xlsx")
    assert states(found) == {2: "changed", 3: "refused", 4: "refused"}
    assert changes_of(found) == [Change("measure", kept, {"title": "Treffpunkt"}, {"title": "Dorf-Treff"})]
    assert lines(found, 3)["cell"].tolist() == ["Maßnahmen!A3"]


def test_what_means_several_records_is_refused(kept: str, book: Book) -> None:
    save([Change("measure", None, {"participant_id": "riesa", "title": "Dorf-Treff", "status": "idea"})], LOCAL)
    found = check_list(book(rows_of(["Riesa", "Dorf-Treff", "läuft", None, None])), "a.xlsx")
    assert "trifft mehrere Einträge" in lines(found, 2)["sentence"].iloc[0]


def test_who_was_faster_is_noticed(kept: str, book: Book) -> None:
    found = check_list(book(rows_of(["Riesa", "Dorf-Treff", "läuft", None, None])), "a.xlsx")
    save([Change("measure", kept, {"status": "dropped"})], Person("Frau A.", "geschaeftsstelle"))
    with pytest.raises(ConflictError, match=r"Frau A\. hat inzwischen „Stand“ geändert"):
        take_over(found, LOCAL)
    assert read("SELECT status FROM measure WHERE measure_id = ?", [kept])["status"].item() == "dropped"


def test_a_role_imports_for_its_own_kommunen_only(kept: str, book: Book) -> None:
    found = check_list(book(rows_of(["Zwickau", "Neues", "Idee", None, None])), "a.xlsx")
    with pytest.raises(ForbiddenError):
        take_over(found, Person("B", "beratung", ("riesa",)))


def test_rules_hold_with_their_cells(desk: Path, book: Book) -> None:
    found = check_list(
        book(
            {
                "Maßnahmen": [
                    ["Kommune", "Maßnahme", "Stand", "Beginn", "Ende", "Budget", "Quelle"],
                    ["Riesa", "x" * 301, "Idee", "2.2.2023", "1.1.2023", -5, "siehe oben"],
                    ["Riesa", None, None, None, None, None, "https://a.de"],
                ]
            }
        ),
        "a.xlsx",
    )
    assert lines(found, 2)["cell"].str[-2:].tolist() == ["G2", "F2", "E2", "B2"]
    assert set(lines(found, 3).index) == {"Maßnahme", "Stand"}
    assert lines(found, 3).loc["Stand", "sentence"] == "„Stand“ fehlt."


def test_what_a_list_does_not_say_is_given_for_all_its_rows(desk: Path, book: Book) -> None:
    content = book({"Tabelle1": [["Projekt", "Zielgruppe", "Kosten"], ["Eins", "alle", 5], ["Zwei", "alle", 6]]})
    without = check_list(content, "Liste.xlsx", tables={"Tabelle1": "measure"})
    assert without.counts["refused"] == 2
    place = lines(without, 2).loc["Kommune", "cell"]
    assert place == "Tabelle1!Kommune, Zeile 2"
    told = {("Tabelle1", place): "Riesa", ("Tabelle1", "Stand, Zeile 2"): "Idee"}
    assert check_again(without, told).counts["accepted"] == 1
    found = check_again(without, fixed={"Kommune": "Riesa", "Stand": "Idee"})
    assert found.counts["accepted"] == 2
    assert check_again(found, tables={"Tabelle1": ""}).counts["accepted"] == 0
    # if the table is chosen by hand and no header is recognised, the columns can be assigned
    named = check_again(found, tables={"Tabelle1": "stage_event"})
    assert (named.counts["accepted"], set(named.sheets[0].unread)) == (0, {"A", "B", "C"})


def test_events_near_a_known_one_are_asked_about(desk: Path, book: Book) -> None:
    day = {"date_from": date(2021, 11, 9), "date_to": date(2021, 11, 9), "precision": "day"}
    values = {"participant_id": "schossin", "stage": "zwischenbilanz", "note": "im Saal", **day}
    save([Change("stage_event", None, values)], LOCAL)
    head = ["Kommune", "Stufe", "Datum"]
    found = check_list(
        book(
            {
                "Termine": [
                    head,
                    ["Schossin", "Zwischenbilanz", "9.11.21"],
                    ["Schossin", "Zwischenbilanz", "Nov. 2021"],
                    ["Schossin", "Zwischenbilanz", "1.1.2021"],
                ]
            }
        ),
        "a.xlsx",
    )
    assert states(found) == {2: "same", 3: "unclear", 4: "accepted"}
    assert "schon ein Termin bekannt" in lines(found, 3)["sentence"].iloc[0]


def test_a_stage_has_one_open_plan(desk: Path, book: Book) -> None:
    open_plan = read("SELECT participant_id FROM stage_plan WHERE status = 'planned' AND stage = 'zwischenbilanz'")
    place = open_plan["participant_id"].iloc[0]
    head = ["Kommune", "Stufe", "Datum", "Stand", "Grund"]
    rows = [
        head,
        [place, "Zwischenbilanz", "1.1.2031", "geplant"],
        [place, "Zwischenbilanz", "2.1.2031", "entfallen", "krank"],
        [place, "Zwischenbilanz", "3.1.2031", "verschoben"],
    ]
    found = check_list(book({"Geplante Termine": rows}), "a.xlsx")
    assert states(found) == {2: "refused", 3: "accepted", 4: "refused"}
    assert "schon ein Termin geplant" in lines(found, 2)["sentence"].iloc[0]
    assert "Grund" in lines(found, 4)["sentence"].iloc[0]


def test_rows_refer_to_new_rows_of_the_same_list(desk: Path, book: Book) -> None:
    sheets = {
        "Notizen zum Fortschritt": [
            ["Maßnahme", "Tag", "Notiz"],
            ["Ganz neu (Riesa)", "1.2.2023", "Läuft an"],
            ["Ganz anders (Riesa)", "1.2.2023", "fehlt"],
        ],
        "Maßnahmen": [["Kommune", "Maßnahme", "Stand"], ["Riesa", "Ganz neu", "läuft"], ["Riesa", "Ganz anders", "?"]],
    }
    found = check_list(book(sheets), "a.xlsx")
    assert [one.state for one in found.outcomes] == ["accepted", "refused", "accepted", "refused"]
    take_over(found, LOCAL)
    assert read("SELECT text FROM measure_note JOIN measure USING (measure_id) WHERE title = 'Ganz neu'")[
        "text"
    ].tolist() == ["Läuft an"]


def test_kommunen_are_changed_but_never_made(desk: Path, book: Book) -> None:
    head = ["Name", "Art", "Land", "Aufnahme", "DWK", "Beratung"]
    found = check_list(
        book(
            {
                "Kommunen": [
                    head,
                    ["Riesa", "Stadt", "Sachsen", "2021 erste Auswahl", "ja", "Büro X"],
                    ["Atlantis", "Stadt", "Meer", "2021", "nein", None],
                ]
            }
        ),
        "a.xlsx",
    )
    assert states(found)[3] == "refused"
    assert "nicht angelegt" in " ".join(lines(found, 3)["sentence"])
    assert dict(changes_of(found)[0].values or {})["adviser"] == "Büro X"


def test_the_second_look_reads_neither_the_store_nor_the_rows_again(
    desk: Path, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = check_list(messy(book), "Riesa.xlsx")
    read_rows: list[int] = []
    whole = german_rows.from_form
    monkeypatch.setattr(german_rows, "from_form", lambda *a: read_rows.append(1) or whole(*a))
    monkeypatch.setattr("zwk_data.records.intake.meaning.read", None)
    check_again(found, {(SHEET, "C11"): "Zweiter Dorfladen"})
    assert len(read_rows) == 1


def test_notes_and_prose_do_not_become_records(desk: Path, book: Book) -> None:
    found = check_list(book({"Brief": [["Sehr geehrte Damen und Herren,"], ["anbei unsere Liste."]]}), "a.xlsx")
    assert (found.outcomes, found.counts["accepted"]) == ((), 0)
    assert found.notes == ("Blatt „Brief“: Hier wurde keine der bekannten Tabellen erkannt.",)
    assert found.report.empty
