"""Rows of a list that say what another row, or the store, says already."""

from __future__ import annotations

from typing import Any

from zwk_data.programme.columns import Row
from zwk_data.programme.intake.report import Outcome, Remark
from zwk_data.programme.intake.stand import Natural, Stand, natural
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse.integrity import UNIQUE


def mark(table: str, outcomes: list[Outcome], here: Stand, *, complete: bool) -> None:
    """Note in each row's faults and doubts what it doubles. ``complete``: our own export, which tells all there is."""
    _within(table, [one for one in outcomes if not one.line.left and not one.faults])
    sound = [one for one in outcomes if not one.line.left and not one.faults]
    _unique(table, sound, here)
    if table == "stage_plan":
        _open_plans([one for one in sound if not one.faults], here)
    if table == "stage_event" and not complete:
        _overlaps([one for one in sound if not one.faults], here)


def _within(table: str, outcomes: list[Outcome]) -> None:
    seen: dict[str, Outcome] = {}
    told: dict[Natural, Outcome] = {}
    for one in outcomes:
        if one.line.key or one.old or not one.values:
            first = seen.setdefault(one.key, one) if one.key else one
        elif any(one.row.get(c) is not None for c in RECORDS[table].natural):
            first = told.setdefault(natural(table, one.row), one)
        else:
            first = one
        if first is not one:
            one.faults.append(Remark("", "", f"Steht schon in {first.line.sheet}, Zeile {first.line.number}."))


def _unique(table: str, outcomes: list[Outcome], here: Stand) -> None:
    columns = UNIQUE.get(table)
    if not columns:
        return

    def told(row: Row) -> tuple[Any, ...]:
        return tuple(row[c] for c in columns)

    moved = {one.key for one in outcomes if one.old}
    owner: dict[tuple[Any, ...], str] = {told(row): key for key, row in here.rows.items() if key not in moved}
    labels = ", ".join(dict.fromkeys(f"„{RECORDS[table].field_of(c).label}“" for c in columns))
    for one in outcomes:
        if not one.values:
            continue
        mine = one.key or f"{one.line.sheet}!{one.line.number}"
        if owner.setdefault(told(one.row), mine) != mine:
            one.faults.append(
                Remark(RECORDS[table].field_of(columns[-1]).label, "", f"Das gibt es schon (gleich sind {labels}).")
            )


def _open_plans(outcomes: list[Outcome], here: Stand) -> None:
    """At most one plan of a stage is open."""
    after = dict(here.rows)
    for one in outcomes:
        if one.old:
            after[one.key] = one.row
    taken = {(row["participant_id"], row["stage"]): key for key, row in after.items() if row["status"] == "planned"}
    for one in outcomes:
        if one.row["status"] != "planned" or not one.values:
            continue
        mine = one.key or f"{one.line.sheet}!{one.line.number}"
        if taken.setdefault((one.row["participant_id"], one.row["stage"]), mine) != mine:
            one.faults.append(
                Remark("Stand", "", "Für diese Stufe der Kommune ist schon ein Termin geplant. Bitte den alten als "
                       "verschoben oder entfallen führen.")
            )  # fmt: skip


def _overlaps(outcomes: list[Outcome], here: Stand) -> None:
    """A new event in the time of one that is known may be the same, told more or less exactly."""
    for one in outcomes:
        if one.old or not one.values:
            continue
        for key in here.stages.get((one.row["participant_id"], one.row["stage"]), []):
            kept = here.rows[key]
            if _meet(one.row, kept):
                one.doubts.append(
                    Remark("Datum", "weiterer Termin", "Für diese Stufe ist in dieser Zeit schon ein Termin bekannt; "
                           "ist es derselbe, bitte dort ändern. Bestätigt wird ein weiterer angelegt.")
                )  # fmt: skip
                break


def _meet(one: Row, other: Row) -> bool:
    if one["date_from"] is None or other["date_from"] is None:
        return one["date_from"] is other["date_from"]
    return bool(one["date_from"] <= other["date_to"] and other["date_from"] <= one["date_to"])
