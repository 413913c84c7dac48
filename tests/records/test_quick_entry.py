"""A day at the desk: a stage is planned, moved, held; a measure makes progress; two people edit one table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zwk_data.errors import ZwkError
from zwk_data.records import quick_entry, table_editing
from zwk_data.records.changes import Change, ConflictError, RefusedError, save, undo
from zwk_data.records.table_editing import clash_table, preview
from zwk_data.schema.dates import Span
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read

MAY = Span(date(2025, 5, 1), date(2025, 5, 31), "month")
JUNE = Span(date(2025, 6, 12), date(2025, 6, 12), "day")


@pytest.fixture
def open_desk(public: Path) -> Path:
    """The documented facts, opened for writing."""
    connection.open_for_writing()
    return public


def plans() -> list[list[object]]:
    frame = read(
        "SELECT status, date_from, reason FROM stage_plan WHERE participant_id = 'riesa' ORDER BY entered_at, plan_id"
    )
    return [[r.status, r.date_from.date(), r.reason if isinstance(r.reason, str) else None] for r in frame.itertuples()]


def test_planned_moved_and_held(open_desk: Path) -> None:
    quick_entry.plan_stage(LOCAL, "riesa", "zwischenbilanz", MAY)
    with pytest.raises(RefusedError, match="schon ein Termin geplant"):
        quick_entry.plan_stage(LOCAL, "riesa", "zwischenbilanz", JUNE)
    was = quick_entry.open_plan("riesa", "zwischenbilanz")
    assert was is not None
    assert was.span == MAY
    with pytest.raises(ZwkError, match="Der neue Termin ist der alte"):
        quick_entry.move_plan(LOCAL, "riesa", "zwischenbilanz", was, MAY, "x")
    moved = quick_entry.move_plan(LOCAL, "riesa", "zwischenbilanz", was, JUNE, "Saal belegt")
    assert plans() == [["moved", date(2025, 5, 1), "Saal belegt"], ["planned", date(2025, 6, 12), None]]
    # who still has the old plan on the screen can't move it again
    with pytest.raises(ConflictError):
        quick_entry.move_plan(LOCAL, "riesa", "zwischenbilanz", was, JUNE, "noch einmal")
    quick_entry.hold_stage(LOCAL, "riesa", "zwischenbilanz", JUNE, note="mit Projektmarkt")
    assert quick_entry.open_plan("riesa", "zwischenbilanz") is None
    assert [row[0] for row in plans()] == ["moved", "held"]
    story = quick_entry.story_of_stage("riesa", "zwischenbilanz")
    assert story["what"].tolist() == ["moved", "held"]
    assert moved.set_id is not None
    with pytest.raises(ConflictError):
        undo(moved.set_id, LOCAL)  # it has been held since


def test_dropped_needs_a_reason(open_desk: Path) -> None:
    quick_entry.plan_stage(LOCAL, "riesa", "zwischenbilanz", MAY)
    was = quick_entry.open_plan("riesa", "zwischenbilanz")
    assert was is not None
    with pytest.raises(RefusedError, match="Grund"):
        quick_entry.drop_plan(LOCAL, was, " ")
    quick_entry.drop_plan(LOCAL, was, "Projektende")
    assert plans() == [["dropped", date(2025, 5, 1), "Projektende"]]


def test_a_measure_gets_on_with_a_note(open_desk: Path) -> None:
    save([Change("measure", None, {"participant_id": "riesa", "title": "Dorfladen", "status": "planned"})], LOCAL)
    own = quick_entry.measures_of("riesa")
    key = own.loc[own["title"] == "Dorfladen", "measure_id"].item()
    quick_entry.report_progress(LOCAL, key, "parked", "planned", note="Förderung abgelehnt", on=date(2025, 1, 2))
    assert read("SELECT status FROM measure WHERE measure_id = ?", [key])["status"].tolist() == ["parked"]
    assert read("SELECT text FROM measure_note")["text"].tolist() == ["Förderung abgelehnt"]
    with pytest.raises(ZwkError, match="nichts geändert"):
        quick_entry.report_progress(LOCAL, key, "parked", "parked", on=date(2025, 1, 2))


def test_a_table_is_edited_row_by_row(open_desk: Path) -> None:
    sheet = table_editing.edit_sheet("stage_event", "barleben")
    keys = list(sheet.rows)
    assert sheet.shown.loc[keys[0], "date_from"] == "November 2021"
    wanted, faults, at = table_editing.edited_changes(
        sheet,
        {0: {"date_from": "9.11.21", "note": "im Rathaus"}},
        [{"stage": "zwischenbilanz", "date_from": "2024"}, {"stage": None}],
        [1],
        {"participant_id": "barleben"},
    )
    assert faults == []
    # the new row stands at the end, where the removed one is missing by now
    assert at == [0, len(keys) - 1]
    told = preview(wanted)
    first = told[told["Feld"] == "Datum"].iloc[0]
    assert first[["Was", "bisher", "künftig"]].tolist() == ["ändern", "November 2021", "09.11.2021"]
    assert told["Was"].tolist().count("löschen") == 1
    save(wanted, LOCAL)
    rows = read("SELECT * FROM stage_event WHERE participant_id = 'barleben'")
    assert set(rows["precision"]) >= {"day", "year"}
    assert keys[1] not in set(rows["event_id"])
    assert keys[0] in set(rows["event_id"])


def test_a_date_that_cannot_be_read_is_told_and_not_saved(open_desk: Path) -> None:
    sheet = table_editing.edit_sheet("stage_event", "barleben")
    edited = {1: {"date_from": "31.02.2022"}, 2: {"note": "im Rathaus"}}
    wanted, faults, at = table_editing.edited_changes(sheet, edited, [], [0])
    assert [fault.column for fault in faults] == ["date_from"]
    # it is told of its own record, which has no other change
    assert wanted[faults[0].place].key == list(sheet.rows)[1]
    assert at == [0, 1]
    assert "„Datum“" in faults[0].sentence


@pytest.mark.parametrize("mine", [True, False])
def test_two_at_once_settle_it(open_desk: Path, mine: bool) -> None:
    save([Change("measure", None, {"participant_id": "riesa", "title": "Dorfladen", "status": "planned"})], LOCAL)
    sheet = table_editing.edit_sheet("measure", "riesa")
    key = next(key for key, row in sheet.rows.items() if row["title"] == "Dorfladen")
    at = list(sheet.rows).index(key)
    other, _, _ = table_editing.edited_changes(sheet, {at: {"status": "running"}}, [], [])
    wanted, _, _ = table_editing.edited_changes(sheet, {at: {"status": "done", "goal": "Laden offen"}}, [], [])
    save(other, LOCAL)
    with pytest.raises(ConflictError) as caught:
        save(wanted, LOCAL)
    table = clash_table(caught.value.clashes)
    assert table.iloc[0][["Feld", "Sie sahen", "Jetzt gespeichert", "Sie wollen"]].tolist() == [
        "Stand",
        "geplant",
        "läuft",
        "abgeschlossen",
    ]
    settle = table_editing.insist if mine else table_editing.give_way
    save(settle(wanted, caught.value.clashes), LOCAL)
    row = read("SELECT status, goal FROM measure WHERE measure_id = ?", [key]).iloc[0]
    assert row.tolist() == ["done" if mine else "running", "Laden offen"]


def test_a_record_removed_meanwhile(open_desk: Path) -> None:
    save([Change("measure", None, {"participant_id": "riesa", "title": "Dorfladen", "status": "planned"})], LOCAL)
    sheet = table_editing.edit_sheet("measure", "riesa")
    wanted, _, _ = table_editing.edited_changes(sheet, {0: {"goal": "x"}}, [], [])
    gone, _, _ = table_editing.edited_changes(sheet, {}, [], [0])
    save(gone, LOCAL)
    with pytest.raises(ConflictError) as caught:
        save(wanted, LOCAL)
    assert clash_table(caught.value.clashes)["Jetzt gespeichert"].tolist() == ["gelöscht"]
    assert table_editing.insist(wanted, caught.value.clashes) == []
    assert table_editing.give_way(wanted, caught.value.clashes) == []
