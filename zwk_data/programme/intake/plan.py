"""From a checked list to changes of the store: one transaction that can be taken back as a whole."""

from __future__ import annotations

from zwk_data.errors import ZwkError
from zwk_data.programme.access import Person
from zwk_data.programme.changes import Change, Saved, save
from zwk_data.programme.intake.report import Intake
from zwk_data.programme.records import RECORDS


def plan(intake: Intake) -> list[Change]:
    """The changes that the accepted and changed rows ask for; unclear and refused rows are not among them.

    Each knows what the store held when the list was read, so that ``save`` notices who was faster.
    """
    found = []
    for one in intake.outcomes:
        if one.state == "accepted":
            table = one.line.table
            key = {RECORDS[table].key: one.key} if one.key else {}
            found.append(Change(table, None, {**one.values, **key}))
        elif one.state == "changed":
            found.append(Change(one.line.table, one.key, one.values, one.old))
    return found


def take(intake: Intake, person: Person, reason: str = "") -> Saved:
    """Keep what the list brings, as one change set. Raises as ``changes.save``; ZwkError if that is nothing."""
    wanted = plan(intake)
    if not wanted:
        raise ZwkError("Aus dieser Liste ist nichts zu übernehmen: Keine Zeile ist neu oder geändert.")
    return save(wanted, person, reason, kind="import", file=intake.file)
