"""Notes to the sections of a dossier: kept, changed, taken away, and for those who may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.records import history
from zwk_data.records.changes import ConflictError
from zwk_data.records.quick_entry import dossier_notes, save_dossier_note
from zwk_data.stores import access, connection
from zwk_data.stores.access import ANYBODY, ForbiddenError, Person, scope_of

ADVISER = Person("Herr B.", "beratung", ("schossin",))


def test_notes_are_kept_changed_and_taken_away(public: Path) -> None:
    assert connection.open_for_writing() is None
    assert save_dossier_note(ADVISER, "schossin", "lage", " ").set_id is None
    first = save_dossier_note(ADVISER, "schossin", "lage", "Erste Zeile\r\nzweite ")
    assert first.set_id
    save_dossier_note(ADVISER, "schossin", "stufen", "Termine geprüft")
    assert dossier_notes("schossin") == {"lage": "Erste Zeile\nzweite", "stufen": "Termine geprüft"}
    assert save_dossier_note(ADVISER, "schossin", "lage", "Erste Zeile\nzweite").set_id is None
    save_dossier_note(ADVISER, "schossin", "lage", "Neu", seen="Erste Zeile\nzweite")
    with pytest.raises(ConflictError):
        save_dossier_note(ADVISER, "schossin", "lage", "Noch neuer", seen="Erste Zeile\nzweite")
    assert dossier_notes("schossin")["lage"] == "Neu"
    removed = save_dossier_note(ADVISER, "schossin", "lage", "")
    assert dossier_notes("schossin") == {"stufen": "Termine geprüft"}
    assert [set(history.of_set(one.set_id)["entity"]) for one in (first, removed)] == [{"dossier_note"}] * 2
    with pytest.raises(ForbiddenError):
        save_dossier_note(ADVISER, "riesa", "lage", "nicht meine")
    for person, seen in ((ADVISER, 1), (Person("Frau R.", "beratung", ("riesa",)), 0), (ANYBODY, 0)):
        with access.asking_as(scope_of(person)):
            assert len(dossier_notes("schossin")) == seen
