"""The history in words: who owns a change, and that a long history needs no more queries than a short one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zwk_data.records import quick_entry, table_editing, told
from zwk_data.records.changes import Change, save
from zwk_data.schema.dates import Span
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read


@pytest.fixture(autouse=True)
def _desk(public: Path) -> None:
    """The documented facts, opened for writing."""
    connection.open_for_writing()


def said(**wanted: str) -> list[str]:
    return told.lines(told.Wanted(**wanted), 100).newest["what"].tolist()


def test_a_stage_is_told_with_kommune_and_day() -> None:
    day = date(2024, 11, 24)
    quick_entry.hold_stage(LOCAL, "schossin", "zukunftswerkstatt", Span(day, day, "day"))
    assert said()[0] == "Termin eingetragen: Schossin, Zukunftswerkstatt, 24.11.2024"
    assert said(participant_id="riesa") == []
    assert len(said(participant_id="schossin", table="stage_event")) == 1
    assert said(participant_id="schossin", table="measure") == []


def notes(measures: list[str]) -> list[Change]:
    return [
        Change("measure_note", None, {"measure_id": one, "noted_on": date(2024, 5, 1), "text": "n"}) for one in measures
    ]


@pytest.mark.slow
def test_a_note_is_its_measure_s_kommune_s() -> None:
    found = read("SELECT measure_id, participant_id FROM measure ORDER BY measure_id")
    for one in found["measure_id"].tolist()[:60]:
        save(notes([one]), LOCAL)
    assert len(said()) == 60
    own = found["participant_id"][0]
    assert len(said(participant_id=own)) == (found["participant_id"][:60] == own).sum()


def test_what_was_removed_stays_its_kommune_s() -> None:
    one = read("SELECT measure_id FROM measure WHERE participant_id = 'riesa' ORDER BY measure_id")["measure_id"][0]
    ((_, note),) = save(notes([one]), LOCAL).made
    save([Change("measure_note", note, None)], LOCAL)
    first = said(participant_id="riesa", table="measure_note")
    assert [words.split(":")[0] for words in first] == [
        "Notiz zum Fortschritt gelöscht",
        "Notiz zum Fortschritt eingetragen",
    ]


def test_a_change_of_many_records_is_one_line_and_only_what_is_shown_is_put_into_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measures = read("SELECT measure_id FROM measure ORDER BY measure_id")["measure_id"].tolist()
    for number in (told.EACH, told.EACH + 1, 1, 50):
        save(notes(measures[:number]), LOCAL)
    asked: list[list[object]] = []
    monkeypatch.setattr(
        told, "kept_records", lambda changes: asked.append(changes) or table_editing.kept_records(changes)
    )
    found = told.lines(told.Wanted(), 3)
    assert found.total == told.EACH + 3
    assert found.newest["records"].tolist() == [50, 1, told.EACH + 1]
    assert [bool(words) for words in found.newest["what"]] == [False, True, False]
    assert len(asked[0]) == 1
