"""Datenpflege: entering, moving, dropping, tables, two editors, lists, history and taking back, taking along."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest

from tests.pages.conftest import Visit
from tests.pages.visitor import Visitor
from zwk_data import german
from zwk_data.programme import stages
from zwk_data.records import quick_entry
from zwk_data.settings import today
from zwk_data.stores.connection import read
from zwk_data.web.datenpflege import undo

EVENT = "/datenpflege?kommune=schossin&stufe=zwischenbilanz"
PLAN = "/datenpflege?kommune=schossin&stufe=werkstattplan&eingabe=plan"
TABLE = "/datenpflege?teil=tabellen&kommune=riesa"


def entered(shown: Visitor) -> list[list[str]]:
    """The table below the form."""
    return shown.table("bisher eingetragen").rows


@pytest.mark.slow
def test_an_event_in_three_clicks_and_undone(desk: Visit) -> None:
    shown = desk(EVENT)
    before = entered(shown)
    shown.fill("Datum", "5.12.24")
    assert "Verstanden als: 05.12.2024" in shown.text
    shown.press("Speichern")
    assert ["05.12.2024", "stattgefunden"] in [row[:2] for row in entered(shown)]
    assert "Gespeichert: Schossin, Zwischenbilanz, 05.12.2024." in shown.alerts
    shown.press("Rückgängig machen")
    assert "ist zurückgenommen" in shown.alerts[0]
    assert entered(shown) == before


def test_a_date_that_is_none_is_told_and_kept(desk: Visit) -> None:
    shown = desk(EVENT).fill("Datum", "31.02.2024")
    assert shown.alerts[0].startswith("„Datum“: ")
    assert shown.widget("Speichern").disabled
    assert shown.widget("Datum").value == "31.02.2024"


def test_a_date_is_one_click_or_typed_as_people_say_it(desk: Visit) -> None:
    shown = desk(EVENT).press("Gestern")
    yesterday = german.day(today() - timedelta(days=1))
    assert shown.widget("Datum").value == yesterday
    assert shown.press("Heute").widget("Datum").value == german.day(today())
    shown.fill("Datum", "gestern")
    assert f", {yesterday}" in " ".join(shown.find(".zwk-note"))
    shown.fill("Datum", "Nov 24")
    assert "Verstanden als: der Monat November 2024" in shown.text
    shown.fill("Datum", "KW 47/2024")
    assert "Verstanden als: KW 47, 18.11.2024 bis 24.11.2024. Gespeichert wird November 2024" in shown.text
    assert "bisher" not in " ".join(shown.alerts), "nothing is kept yet"
    # what is planned lies ahead
    plan = desk(PLAN)
    assert plan.has("Morgen")
    assert not plan.has("Gestern")


def test_a_double_click_saves_once_and_says_so(desk: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    # a busy machine may need longer for two runs than a person for two clicks
    monkeypatch.setattr(undo, "QUICK", 60)
    shown = desk(EVENT)
    shown.fill("Datum", "3.12.24").press("Speichern")
    # the second click meets the emptied form, whose date is today's
    shown.press("Speichern")
    assert shown.alerts == ["Gespeichert: Schossin, Zwischenbilanz, 03.12.2024."]
    days = [row[0] for row in entered(shown)]
    assert days.count("03.12.2024") == 1
    assert german.day(today()) not in days
    shown.press("Rückgängig machen")


def test_what_is_missing_is_asked_for(desk: Visit) -> None:
    assert "Bitte zuerst eine Kommune wählen." in desk("/datenpflege").notices
    assert "Bitte eine Stufe wählen." in desk("/datenpflege?kommune=riesa").notices


def test_an_event_as_exact_as_it_is_known(desk: Visit) -> None:
    shown = desk("/datenpflege?kommune=riesa&stufe=zukunftswerkstatt")
    shown.widget("Bemerkung").set_value("dritte Runde")
    shown.fill("Datum", "Nov. 2024")
    assert "Verstanden als: November 2024" in shown.text
    shown.press("Speichern")
    assert ["November 2024", "stattgefunden", "dritte Runde"] in entered(shown)


@pytest.mark.slow
def test_a_date_is_planned_moved_and_dropped(desk: Visit) -> None:
    shown = desk(PLAN)
    if not shown.has("Termin planen"):
        shown.fill("Grund", "noch einmal von vorn").press("Absagen")
    assert "Bitte „Geplant für“ angeben." in shown.alerts
    assert shown.widget("Termin planen").disabled
    shown.fill("Geplant für", "5.2025")
    assert "Verstanden als: Mai 2025" in shown.text
    shown.press("Termin planen")
    assert "Gespeichert: Schossin, Werkstattplan ist geplant für Mai 2025." in shown.alerts
    shown.fill("Neuer Termin", "12.6.25")
    assert shown.widget("Verschieben").disabled, "without a reason nothing is moved"
    shown.fill("Grund", "Saal belegt").press("Verschieben")
    assert "Gespeichert: Schossin, Werkstattplan ist verschoben auf den 12.06.2025." in shown.alerts
    assert quick_entry.open_plan("schossin", "werkstattplan").span.date_from == date(2025, 6, 12)
    shown.fill("Grund", "Wahl").press("Absagen")
    assert "Gespeichert: Schossin, Werkstattplan ist abgesagt." in shown.alerts
    assert quick_entry.open_plan("schossin", "werkstattplan") is None
    assert [row[2] for row in entered(shown) if row[2] in ("Saal belegt", "Wahl")] == ["Saal belegt", "Wahl"]


def test_a_measure_is_parked_and_taken_up_again(desk: Visit) -> None:
    shown = desk("/datenpflege?kommune=riesa&eingabe=massnahme")
    box = shown.widget("Maßnahme")
    shown.choose("Maßnahme", box.options[0])
    was = shown.widget("Stand").value
    now = "running" if was == "parked" else "parked"
    shown.widget("Notiz zum Fortschritt").set_value("Standort fehlt")
    shown.fill("Stand", now).press("Speichern")
    assert shown.alerts[0].startswith(f"Gespeichert: Riesa: {box.options[0]} (")
    assert shown.widget("Stand").value == now
    shown.press("Rückgängig machen")
    assert "ist zurückgenommen" in shown.alerts[0]
    assert shown.widget("Stand").value == was


@pytest.mark.slow
def test_a_table_is_edited_looked_over_and_saved(desk: Visit) -> None:
    shown = desk(TABLE)
    rows = len(shown.editor)
    assert "erscheinen hier als Vorschau" in shown.notices[0]
    new = {"title": "Mitfahrbank", "theme_id": "mobilitaet", "status": "planned"}
    shown.edit({0: {"goal": "Mein Ziel"}}, add=[new])
    assert "Vorschau: 2 Einträge" in shown.headings
    told = shown.table("Was gespeichert wird").text
    assert "Mein Ziel" in told
    assert "Mitfahrbank" in told
    shown.press("Speichern")
    assert "Gespeichert: 1 Eintrag neu und 1 Eintrag geändert." in shown.alerts
    assert len(shown.editor) == rows + 1
    assert shown.editor["goal"][0] == "Mein Ziel"
    titles = list(shown.editor["title"])
    shown.edit({}, drop=(titles.index("Mitfahrbank"),)).press("Speichern")
    assert "Gespeichert: 1 Eintrag gelöscht." in shown.alerts
    assert "Mitfahrbank" not in set(shown.editor["title"])


def test_all_that_will_be_saved_is_shown(desk: Visit) -> None:
    new = [{"title": f"Maßnahme {n}", "theme_id": "mobilitaet", "status": "planned"} for n in range(12)]
    shown = desk(TABLE).edit({}, add=new)
    assert "Vorschau: 12 Einträge" in shown.headings
    told = shown.table("Was gespeichert wird").text
    assert all(one["title"] in told for one in new)
    (box,) = [one for one in shown.elements("div.zwk-table") if one.get("aria-label") == "Was gespeichert wird"]
    assert "max-height" not in box.get("style"), "nothing is hidden below an edge"


def test_a_cell_that_can_not_be_read_is_told_and_can_not_be_saved(desk: Visit) -> None:
    shown = desk("/datenpflege?teil=tabellen&tabelle=stage_event&kommune=riesa")
    before = shown.editor
    shown.edit({0: {"date_from": "31.02.2024"}})
    assert " – „Datum“: „31.02.2024“: Diesen Tag gibt es nicht." in shown.notices[0]
    assert shown.widget("Speichern").disabled
    shown.press("Verwerfen")
    assert "Diesen Tag" not in shown.text
    assert shown.editor.equals(before)


def test_a_record_that_breaks_a_rule_is_not_saved(desk: Visit) -> None:
    shown = desk(TABLE).edit({0: {"title": ""}}).press("Speichern")
    assert "Riesa – „Maßnahme“ fehlt." in shown.notices
    assert desk(TABLE).editor["title"].notna().all()


def test_a_new_row_that_lacks_something_is_told_so(desk: Visit) -> None:
    shown = desk(TABLE).edit({}, add=[{"goal": "Ein Ziel", "budget_eur": -5.0}]).press("Speichern")
    told = [one.partition(" – ")[2] for one in shown.notices]
    assert "„Maßnahme“ fehlt." in told
    assert any("nicht unter null" in one for one in told)
    rows = {one.get("data-cell").split("-")[1] for one in shown.elements("li") if one.get("data-cell")}
    assert rows == {str(len(shown.editor))}


def test_too_many_rows_ask_for_a_kommune(desk: Visit) -> None:
    assert "Bitte eine Kommune wählen" in desk("/datenpflege?teil=tabellen").notices[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "goal"),
    [
        ("Meine Fassung speichern", "Mein Ziel"),
        ("Die andere Fassung behalten, meine übrigen Änderungen speichern", "Anderes Ziel"),
        ("Nichts speichern", "Anderes Ziel"),
    ],
)
def test_two_editors_of_one_field(desk: Visit, answer: str, goal: str) -> None:
    mine, theirs = desk(TABLE), desk(TABLE)
    for shown, wanted in ((mine, "Mein Ziel"), (theirs, "Anderes Ziel")):
        shown.edit({0: {"goal": wanted}})
        assert "Vorschau: 1 Eintrag" in shown.headings
    theirs.press("Speichern")
    mine.press("Speichern")
    assert "Jemand anderes hat dieselben Felder geändert" in mine.headings
    row = " ".join(mine.table("Zwei Fassungen").rows[0])
    assert "Jetzt gespeichert" in mine.table("Zwei Fassungen").head
    assert "Anderes Ziel" in row
    assert "Mein Ziel" in row
    mine.press(answer)
    shown = desk(TABLE)
    assert shown.editor["goal"][0] == goal
    shown.choose("Verlauf eines Eintrags", shown.widget("Verlauf eines Eintrags").options[0])
    story = shown.table("Verlauf: ").text
    assert ("Ziel: Anderes Ziel → Mein Ziel" in story) == (goal == "Mein Ziel")


def _list_of_riesa() -> bytes:
    """A list as a Kommune sends it: its own wording, a title row, two cells that cannot be taken as they are."""
    book = openpyxl.Workbook()
    book.active.title = "Maßnahmenliste"
    for row in (
        ["Stadt Riesa, Maßnahmen zum Werkstattplan"],
        [],
        ["Gemeinde", "Projekt", "Umsetzungsstand", "von", "bis", "Kosten", "Verantwortlich"],
        ["Stadt Riesa", "Generationenpark an der Elbe", "in Umsetzung", "9.11.22", None, "12.500 €", "Bauamt"],
        ["Riesa", "Lotsenpunkt Pflege", "fertig", "1.1.2023", "31.12.2023", "viel", "Sozialamt"],
        ["Riesa", "Mitfahrbank", "geplant", "01.03.2025", "31.02.2025", "900", "Bauhof"],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def taken(desk: Visit, name: str, content: bytes) -> Visitor:
    shown = desk("/datenpflege?teil=import")
    shown.widget("Liste auswählen").upload(name, content)
    return shown.run()


@pytest.mark.slow
def test_a_year_of_the_geschaeftsstelle(desk: Visit) -> None:
    # a list comes in; two rows are corrected in place
    shown = taken(desk, "riesa.xlsx", _list_of_riesa())
    assert "2 Angaben brauchen eine Antwort" in shown.headings
    assert shown.figures["Neu"] == "1"
    assert shown.has("1 Eintrag übernehmen")
    shown.edit({0: {"Richtig ist": "8.000"}})
    assert shown.has("2 Einträge übernehmen")
    shown.edit({0: {"Richtig ist": "8.000"}, 1: {"Richtig ist": "31.03.2025"}}).press("3 Einträge übernehmen")
    assert "Gespeichert: 3 Einträge neu, aus riesa.xlsx." in shown.alerts
    # a stage moves
    plan = desk(PLAN)
    if plan.has("Termin planen"):
        plan.fill("Geplant für", "5.2025").press("Termin planen")
    plan.fill("Neuer Termin", "12.6.25").fill("Grund", "Saal belegt").press("Verschieben")
    # a measure is parked, and taken up again
    measure = desk("/datenpflege?kommune=riesa&eingabe=massnahme").choose("Maßnahme", "Mitfahrbank")
    measure.widget("Notiz zum Fortschritt").set_value("Standort fehlt")
    measure.fill("Stand", "parked").press("Speichern").press("Rückgängig machen")
    # the history has all of it
    past = desk("/datenpflege?teil=verlauf")
    table = past.table("neueste zuerst")
    assert "Import aus riesa.xlsx: 3 Einträge (Maßnahmen)" in table.text
    assert "Saal belegt" in table.text
    assert "zurückgenommen" in table.text
    past.go(table.links[0][1])
    assert "Stand: Ideenparkplatz → geplant" in past.text
    # everything goes along, and comes back without a change
    file, content = desk("/datenpflege?teil=export").download("Arbeitsmappe herunterladen")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Maßnahmen"]
    assert any("Mitfahrbank" in row for row in sheet.values)
    assert "Keine Zeile ist neu oder geändert" in taken(desk, file, content).text


@pytest.mark.slow
def test_a_change_of_long_ago_is_taken_back_from_the_history(desk: Visit) -> None:
    desk(EVENT).fill("Datum", "5.12.24").press("Speichern")
    number = int(read("SELECT max(set_id) AS n FROM change_log")["n"].iloc[0])
    past = desk("/datenpflege?teil=verlauf")
    assert past.table("neueste zuerst").rows[0][0].startswith(str(number))
    past.go(f"/datenpflege?teil=verlauf&aenderung={number}")
    assert f"Änderung Nr. {number}" in past.headings
    past.press("Diese Änderung zurücknehmen")
    assert f"Änderung Nr. {number} ist zurückgenommen" in past.alerts[0]
    assert f"Diese Änderung wurde mit Nr. {number + 1} zurückgenommen." in past.notices
    assert not past.has("Diese Änderung zurücknehmen")
    assert "05.12.2024" not in [row[0] for row in entered(desk(EVENT))]


def test_all_proposals_of_a_list_at_once(desk: Visit) -> None:
    rows = "Kommune;Titel;Stand;Beginn\nRiesa;Bank;geplant;November 2022\nRiesa;Laden;teils umgesetzt;\n"
    shown = taken(desk, "orte.csv", rows.encode())
    assert int(shown.figures["Unklar"]) == 2
    shown.press("Alle Vorschläge übernehmen, die sicher sind (1 Angabe)")
    assert shown.editor["Vorschlag übernehmen"].tolist() == [True, False]
    saved = shown.table("Was gespeichert wird").text
    assert ("Bank" in saved, "Laden" in saved) == (True, False)


def test_what_many_rows_have_alike_is_asked_once(desk: Visit) -> None:
    rows = "".join(f"Riesa;Bank {number};teils umgesetzt\n" for number in range(9))
    shown = taken(desk, "orte.csv", f"Kommune;Titel;Stand\n{rows}".encode())
    assert "1 Angabe braucht eine Antwort" in shown.headings
    shown.edit({0: {"Vorschlag übernehmen": True}})
    assert shown.has("9 Einträge übernehmen")


@pytest.mark.slow
def test_a_list_is_told_whose_it_is_and_what_a_column_is(desk: Visit) -> None:
    shown = taken(desk, "liste.csv", b"Was;Stand\nBank;geplant\n")
    shown.choose("Blatt „liste“ enthält", "Maßnahmen")
    shown.choose("Diese Liste ist von", "Riesa")
    shown.choose("Spalte A: Was", "Maßnahme")
    assert shown.has("1 Eintrag übernehmen")
    # the next list with the same header is read without questions
    other = taken(desk, "andere.csv", b"Was;Stand\nLaden;geplant\n")
    other.choose("Blatt „andere“ enthält", "Maßnahmen")
    other.choose("Diese Liste ist von", "Riesa")
    assert other.has("1 Eintrag übernehmen")


def test_a_file_that_is_no_list_is_told(desk: Visit) -> None:
    assert taken(desk, "bild.xlsx", b"\x89PNG").alerts


def test_template_and_backup(desk: Visit) -> None:
    shown = desk("/datenpflege?teil=export")
    name, content = shown.download("Vorlage herunterladen")
    assert name == "zwk-monitor_vorlage.xlsx"
    assert "Maßnahmen" in openpyxl.load_workbook(io.BytesIO(content)).sheetnames
    shown.press("Jetzt sichern")
    assert shown.alerts[0].startswith("Gesichert und geprüft: ")


@pytest.mark.slow
def test_the_history_says_in_words_what_was_done_and_by_whom(desk: Visit) -> None:
    shown = desk(EVENT)
    shown.fill("Ihr Name", "A. Muster").press("Merken")
    assert not shown.has("Ihr Name"), "asked once"
    shown.fill("Datum", "2.12.2024").press("Speichern")
    shown.go("/datenpflege?teil=verlauf")
    table = shown.table("neueste zuerst")
    assert table.rows[0][2:4] == ["A. Muster", "Termin eingetragen: Schossin, Zwischenbilanz, 02.12.2024"]
    shown.go("/datenpflege?teil=verlauf&kommune=riesa&wer=A.+Muster")
    assert "Zu dieser Auswahl gibt es keine Änderung." in shown.notices
    shown.go("/datenpflege?teil=verlauf&kommune=schossin&wer=A.+Muster&tabelle=stage_event&tage=7")
    assert [row[3] for row in shown.table("neueste zuerst").rows] == [table.rows[0][3]]
    shown.press("Rückgängig machen")


@pytest.mark.slow
def test_a_changed_field_is_told_with_its_record(desk: Visit) -> None:
    shown = desk(TABLE).edit({0: {"goal": "Ein anderes Ziel"}})
    title = shown.editor["title"][0]
    shown.press("Speichern")
    shown.go("/datenpflege?teil=verlauf&kommune=riesa")
    what = shown.table("neueste zuerst").rows[0][3]
    assert what.startswith(f"Maßnahme geändert: Riesa, {title} (Ziel: ")
    assert what.endswith("→ Ein anderes Ziel)")
    shown.press("Rückgängig machen")


@pytest.mark.slow
def test_what_is_missing_leads_to_the_form_that_fills_it(desk: Visit) -> None:
    shown = desk("/datenpflege?teil=fehlt")
    numbers = {row[0]: int(row[2]) for row in shown.table("Alle 39 Kommunen").rows}
    counts = stages.counts(stages.matrix())
    assert numbers == dict(zip(counts["stage_de"], counts["none"], strict=True))
    table = shown.table("Lücken bei")
    words, address = next(link for link in table.links if "Mittel" in link[0])
    assert "eingabe=mittel" in address
    form = desk(address)
    assert form.has("Bewilligt (Euro)")
    form.fill("Bewilligt", "12.000").press("Speichern")
    assert f"Mittel {today().year}." in form.alerts[0]
    left = desk("/datenpflege?teil=fehlt").table("Lücken bei").links
    assert (words, address) not in left
    form.press("Rückgängig machen")
    only = desk("/datenpflege?teil=fehlt&luecke=stufen").table("Lücken bei")
    assert all("stufe=" in link for _, link in only.links if link.startswith("/datenpflege"))


def test_a_meeting_has_a_form_of_its_own(desk: Visit) -> None:
    shown = desk("/datenpflege?eingabe=treffen")
    assert shown.widget("Speichern").disabled
    shown.widget("Titel").set_value("99. Werkstatttreffen")
    shown.fill("Tag", "24.11.2024").press("Speichern")
    assert "Gespeichert: 99. Werkstatttreffen, 24.11.2024." in shown.alerts
    kept = read("SELECT kind, status FROM network_event WHERE title = '99. Werkstatttreffen'")
    assert kept.iloc[0].tolist() == ["werkstatttreffen", "held"]
    shown.press("Rückgängig machen")


def test_tables_stand_in_groups_of_what_people_do(desk: Visit) -> None:
    shown = desk("/datenpflege?teil=tabellen&kommune=riesa")
    assert shown.widget("Bereich").value == "massnahmen"
    assert len(shown.widget("Tabelle").options) == 4
    shown.choose("Bereich", "Termine der Stufen")
    assert list(shown.widget("Tabelle").options) == ["Stattgefundene Termine", "Geplante Termine"]
    # a link to a table finds its group
    assert desk("/datenpflege?teil=tabellen&tabelle=tool").widget("Bereich").value == "wissen"
