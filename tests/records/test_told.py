"""The history in words: whose a change is, and that a long one costs no more questions than a short one."""

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


def test_a_stage_is_told_with_kommune_and_day() -> None:
    day = date(2024, 11, 24)
    quick_entry.hold_stage(LOCAL, "schossin", "zukunftswerkstatt", Span(day, day, "day"))
    assert told.told(told.Wanted()).loc[0, "what"] == "Termin eingetragen: Schossin, Zukunftswerkstatt, 24.11.2024"
    assert len(told.told(told.Wanted(participant_id="riesa"))) == 0


def notes(measures: list[str]) -> list[Change]:
    return [
        Change("measure_note", None, {"measure_id": one, "noted_on": date(2024, 5, 1), "text": "n"}) for one in measures
    ]


def test_a_note_is_its_measure_s_kommune_s() -> None:
    found = read("SELECT measure_id, participant_id FROM measure ORDER BY measure_id")
    save(notes(found["measure_id"].tolist()[:60]), LOCAL)
    rows = told.told(told.Wanted())
    assert sorted(rows["participant_id"]) == sorted(found["participant_id"][:60])
    own = told.told(told.Wanted(participant_id=found["participant_id"][0]))
    assert len(own) == (found["participant_id"][:60] == found["participant_id"][0]).sum()


def test_a_long_history_asks_no_more_than_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    measures = read("SELECT measure_id FROM measure ORDER BY measure_id")["measure_id"].tolist()
    asked: list[str] = []
    monkeypatch.setattr(table_editing, "read", lambda *args: asked.append(args[0]) or read(*args))
    counts = []
    for number in (1, 50):
        save(notes(measures[:number]), LOCAL)
        asked.clear()
        told.told(told.Wanted())
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0
