"""Every change of what people keep: checked, in one transaction, with its row in the history, and never over another's.

The words: a ``Change`` is what shall become of one record; ``save`` keeps several at once as one change set.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zwk_data.errors import ZwkError
from zwk_data.programme import access, changelog, rules
from zwk_data.programme import pending as steps
from zwk_data.programme.access import Person
from zwk_data.programme.change import Change, Clash, ConflictError, Fault, RefusedError, Saved
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse import integrity, scope
from zwk_data.warehouse.connection import cursor
from zwk_data.warehouse.writing import transaction

__all__ = ["Change", "Clash", "ConflictError", "Fault", "RefusedError", "Saved", "save", "undo", "warm_up"]


def save(
    changes: Iterable[Change],
    person: Person,
    reason: str = "",
    *,
    kind: str = "entry",
    file: str | None = None,
    undoes: int | None = None,
) -> Saved:
    """Keep all changes, or none, as one change set of ``kind`` (entry, import, undo) with its history.

    When it returns the change is on the disk. Raises RefusedError (a rule is broken), ConflictError (somebody was
    faster), ForbiddenError (the role does not allow it), NotWritableError (the disk or another process).
    """
    wanted = list(changes)
    if not wanted:
        return Saved(None)
    with transaction() as con:
        pending = [steps.Pending(place, one, RECORDS[one.table]) for place, one in enumerate(wanted)]
        steps.look_up(con, pending)
        # first of all: neither a conflict nor „nothing differs“ may tell what stands in a record one may not write to
        steps.check_rights(con, pending, person)
        steps.refuse_clashes(con, pending, tell_who=access.writable_tables(person) is None)
        pending = [one for one in pending if one.differs]
        steps.refuse_fixed(pending)
        steps.check_rules(pending)
        if not pending:
            return Saved(None)
        now = datetime.now().replace(microsecond=0)
        steps.give_keys(con, pending)
        steps.write_rows(con, pending, person, now)
        steps.check_whole(con, pending)
        entries = [entry for one in pending for entry in changelog.entries(one.record.table, one.key, one.old, one.new)]
        set_id = changelog.write(con, entries, person.name, person.role, kind, reason, file, undoes, now)
    return Saved(
        set_id,
        tuple((p.record.table, p.key) for p in pending if p.old is None),
        tuple((p.record.table, p.key) for p in pending if p.old is not None and p.new is not None),
        tuple((p.record.table, p.key) for p in pending if p.new is None),
    )


def undo(set_id: int, person: Person, reason: str = "") -> Saved:
    """Take back a whole change set as a new one; what it changed must still stand as it left it.

    Raises as ``save`` does; ConflictError names what has been changed since. ZwkError if there is no such set.
    """
    # the whole set, whoever asks: half of it must not be taken back, and the rights are looked at when it is saved
    with scope.asking_as(scope.FULL):
        back = [
            Change(table, None if seen is None else key, values, seen or {})
            for table, key, values, seen in changelog.inverse(set_id)
        ]
    if not back:
        raise ZwkError(f"Die Änderung Nr. {set_id} gibt es nicht. Bitte den Verlauf neu laden.")
    return save(back, person, reason or f"Änderung Nr. {set_id} zurückgenommen", kind="undo", undoes=set_id)


def warm_up() -> None:
    """Do once what the first saving would have to wait for: load the rules' library, read the tables they look at."""
    rules.warm_up()
    con = cursor()
    try:
        integrity.faults(con, None, "programme")
    finally:
        con.close()
