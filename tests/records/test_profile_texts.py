"""Own words in a Kommunalprofil: kept, changed and taken away in one act of saving, for those who may see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.records import history
from zwk_data.records.changes import ConflictError, undo
from zwk_data.records.quick_entry import profile_texts, save_profile_texts
from zwk_data.stores import access, connection
from zwk_data.stores.access import ANYBODY, ForbiddenError, Person, scope_of

ADVISER = Person("Herr B.", "beratung", ("schossin",))


def test_own_words_are_kept_changed_and_taken_away(public: Path) -> None:
    assert connection.open_for_writing() is None
    assert save_profile_texts(ADVISER, "schossin", {"bildung": "  "}, seen={}).set_id is None
    both = {"bildung": "Die Schule\r\nbleibt ", "staerken": "Zusammenhalt"}
    first = save_profile_texts(ADVISER, "schossin", both, seen={})
    stands = {"bildung": "Die Schule\nbleibt", "staerken": "Zusammenhalt"}
    assert profile_texts("schossin") == stands
    assert len(history.of_set(first.set_id)) >= 2
    assert save_profile_texts(ADVISER, "schossin", stands, seen=stands).set_id is None
    second = save_profile_texts(ADVISER, "schossin", {**stands, "bildung": "", "staerken": "Ruhe"}, seen=stands)
    assert profile_texts("schossin") == {"staerken": "Ruhe"}
    with pytest.raises(ConflictError):
        save_profile_texts(ADVISER, "schossin", {"staerken": "Lärm"}, seen=stands)
    undo(second.set_id, ADVISER)
    assert profile_texts("schossin") == stands
    with pytest.raises(ForbiddenError):
        save_profile_texts(ADVISER, "riesa", {"bildung": "nicht meine"}, seen={})
    for person, seen in ((ADVISER, 2), (Person("Frau R.", "beratung", ("riesa",)), 0), (ANYBODY, 0)):
        with access.asking_as(scope_of(person)):
            assert len(profile_texts("schossin")) == seen
