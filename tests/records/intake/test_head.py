"""Which table a sheet holds, and which column is which field."""

from __future__ import annotations

from typing import Any

import pytest

from zwk_data.records.german_rows import KEY, form_columns
from zwk_data.records.intake.head import find
from zwk_data.records.intake.raw import RawSheet
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.units import Unit


def sheet(*rows: list[Any], name: str = "Tabelle1") -> RawSheet:
    return RawSheet(name, [tuple(row) for row in rows], list(range(1, len(rows) + 1)))


@pytest.mark.parametrize("table", list(entered()))
def test_our_own_words_are_understood(table: str) -> None:
    head = find(sheet([KEY, *form_columns(table)], name=TABLES[table].plural), "Liste.xlsx")
    assert head
    assert (head.table, head.place, list(head.columns.values())) == (table, 0, [KEY, *form_columns(table)])


@pytest.mark.parametrize(
    ("titles", "table", "labels"),
    [
        (
            ["Ort", "Projekt", "Umsetzungsstand", "Kosten (in €)"],
            "measure",
            ["Kommune", "Maßnahme", "Stand", "Budget (Euro)"],
        ),
        (["Gemeinde", "Phase", "Termin"], "stage_event", ["Kommune", "Stufe", "Datum"]),
        (["Kommune", "Stufe", "geplant für", "Status"], "stage_plan", ["Kommune", "Stufe", "Datum", "Stand"]),
        (
            ["Kommune", "Haushaltsjahr", "Abruf", "Ausgaben"],
            "funding",
            ["Kommune", "Jahr", "Abgerufen (Euro)", "Ausgegeben (Euro)"],
        ),
        (["Teilnehmer", "Themenfeld", "Wortlaut"], "participant_theme", ["Kommune", "Thema", "Eigene Worte"]),
        (
            ["KOMMUNE *", "Massnahme:", "Zuständigkeiten", "Stand"],
            "measure",
            ["Kommune", "Maßnahme", "Zuständig", "Stand"],
        ),
        (
            ["Veranstaltung", "Format", "Datum", "Veranstaltungsort", "Status"],
            "network_event",
            ["Titel", "Art", "Beginn", "Ort", "Stand"],
        ),
    ],
)
def test_other_words_are_understood(titles: list[str], table: str, labels: list[str]) -> None:
    head = find(sheet(titles), "Liste.xlsx")
    assert head
    assert (head.table, list(head.columns.values())) == (table, labels)


def test_the_head_may_stand_below_titles_and_in_two_rows() -> None:
    head = find(
        sheet(
            ["Werkstattplan Riesa"],
            ["Stand: 1.2.2023"],
            [None, None, "Zeitraum", None, "Stand"],
            ["Ort", "Projekt", "von", "bis", None],
            ["Riesa", "Dorfladen", None, None, "Idee"],
        ),
        "Liste.xlsx",
    )
    assert head
    assert head.place == 3
    assert list(head.columns.values()) == ["Kommune", "Maßnahme", "Beginn", "Ende", "Stand"]


def test_columns_that_are_not_understood_are_named() -> None:
    head = find(sheet(["Nr.", "Ort", "Projekt", "Status", "Ampel", "Vorhaben"]), "Liste.xlsx")
    assert head
    assert head.unread == {0: "Nr.", 4: "Ampel", 5: "Vorhaben"}  # a second title for the same field


def test_the_better_title_of_two_counts() -> None:
    head = find(sheet(["Titel", "Kommune", "Maßnahme", "Stand"]), "Liste.xlsx", "measure")
    assert head
    assert head.columns == {1: "Kommune", 2: "Maßnahme", 3: "Stand"}


def test_amounts_may_be_counted_in_thousands() -> None:
    titles = ["Ort", "Projekt", "Status", "Kosten in T€"]
    for title, unit in {
        "Kosten in T€": 1e3,
        "Budget (TEUR)": 1e3,
        "Kosten [Mio. €]": 1e6,
        "Kosten": 0,
    }.items():
        head = find(sheet([*titles[:3], title]), "Liste.xlsx")
        assert head
        assert head.units == ({3: Unit(unit)} if unit else {})


def test_the_name_of_the_sheet_and_of_the_file_help() -> None:
    titles = ["Kommune", "Thema", "Titel", "Link"]
    assert getattr(find(sheet(titles, name="Gute Praxis"), "x.xlsx"), "table", "") == "good_practice"
    assert getattr(find(sheet(titles, name="Werkzeugkoffer 2023"), "x.xlsx"), "table", "") == "tool"
    assert getattr(find(sheet(titles), "x.xlsx", "measure"), "table", "") == "measure"


def test_prose_is_no_table() -> None:
    assert find(sheet(["Sehr geehrte Damen und Herren"], ["anbei die Maßnahme"], [1, 2, 3]), "Liste.xlsx") is None
    assert find(sheet([None]), "Liste.xlsx", "measure") is None
