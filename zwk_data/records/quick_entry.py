"""Everyday entries: a stage took place, is planned, moved or dropped; a measure progressed; notes and own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.records.changes import Change, Saved, save
from zwk_data.schema.cells import Row
from zwk_data.schema.dates import Span
from zwk_data.stores.access import Person
from zwk_data.stores.connection import read, why_read_only
from zwk_data.stores.memo import remembered

__all__ = [
    "Plan",
    "drop_plan",
    "funding_of",
    "hold_stage",
    "keep_funding",
    "keep_meeting",
    "measures_of",
    "move_plan",
    "open_plan",
    "plan_stage",
    "report_progress",
    "story_of_stage",
    "why_read_only",
]


class Plan(NamedTuple):
    """The open plan of a stage: its key and its date."""

    plan_id: str
    span: Span


def open_plan(participant_id: str, stage: str) -> Plan | None:
    """The date that a stage of a Kommune is planned for, if one is open."""
    found = read(
        "SELECT plan_id, date_from, date_to, precision FROM stage_plan "
        "WHERE participant_id = ? AND stage = ? AND status = 'planned'",
        [participant_id, stage],
    )
    if found.empty:
        return None
    row = found.iloc[0]
    return Plan(row["plan_id"], Span(row["date_from"].date(), row["date_to"].date(), row["precision"]))


def hold_stage(
    person: Person, participant_id: str, stage: str, span: Span, *, note: str = "", source_url: str = ""
) -> Saved:
    """The stage took place: a new event, and its open plan is fulfilled. Raises as ``changes.save``."""
    values: Row = {"participant_id": participant_id, "stage": stage, **span._asdict(), "note": note}
    wanted = [Change("stage_event", None, values | {"source_url": source_url or None})]
    plan = open_plan(participant_id, stage)
    if plan:
        wanted.append(Change("stage_plan", plan.plan_id, {"status": "held"}, {"status": "planned"}))
    return save(wanted, person)


def plan_stage(person: Person, participant_id: str, stage: str, span: Span, *, note: str = "") -> Saved:
    """The stage is planned for a date. Raises as ``changes.save``; RefusedError if one is planned already."""
    values: Row = {"participant_id": participant_id, "stage": stage, **span._asdict(), "status": "planned"}
    return save([Change("stage_plan", None, values | {"note": note or None})], person)


def move_plan(person: Person, participant_id: str, stage: str, was: Plan, span: Span, reason: str) -> Saved:
    """The planned date ``was`` moves to another; both stay in the record. Raises as ``changes.save``."""
    if span == was.span:
        raise ZwkError("Der neue Termin ist der alte. Bitte ein anderes Datum angeben.")
    values: Row = {"participant_id": participant_id, "stage": stage, **span._asdict(), "status": "planned"}
    seen = {"status": "planned", "reason": None, **was.span._asdict()}
    return save(
        [
            Change("stage_plan", was.plan_id, {"status": "moved", "reason": reason}, seen),
            Change("stage_plan", None, values),
        ],
        person,
        reason,
    )


def drop_plan(person: Person, was: Plan, reason: str) -> Saved:
    """The planned date ``was`` will not take place, and no other is planned. Raises as ``changes.save``."""
    seen = {"status": "planned", "reason": None, **was.span._asdict()}
    return save([Change("stage_plan", was.plan_id, {"status": "dropped", "reason": reason}, seen)], person, reason)


def report_progress(
    person: Person, measure_id: str, status: str, was: str, *, note: str = "", on: date, reason: str = ""
) -> Saved:
    """A measure has a new status, a note, or both. Raises as ``changes.save``."""
    wanted = [Change("measure", measure_id, {"status": status}, {"status": was})]
    if note.strip():
        wanted.append(Change("measure_note", None, {"measure_id": measure_id, "noted_on": on, "text": note}))
    saved = save(wanted, person, reason)
    if saved.set_id is None:
        raise ZwkError("Es ist nichts geändert: Bitte einen anderen Stand wählen oder eine Notiz schreiben.")
    return saved


def funding_of(participant_id: str, year: int) -> tuple[str | None, Row]:
    """Key and amounts (granted_eur, called_eur, spent_eur; None where not known) and note of a Kommune's year."""
    found = read(
        "SELECT funding_id, granted_eur, called_eur, spent_eur, note FROM funding "
        "WHERE participant_id = ? AND year = ?",
        [participant_id, year],
    )
    if found.empty:
        return None, dict.fromkeys(("granted_eur", "called_eur", "spent_eur", "note"))
    row = found.astype(object).where(found.notna(), None).iloc[0].to_dict()
    return str(row.pop("funding_id")), {str(column): value for column, value in row.items()}


def keep_funding(person: Person, participant_id: str, year: int, values: Row) -> Saved:
    """The amounts of a Kommune's year are as in ``values``. Raises as ``changes.save``."""
    key, seen = funding_of(participant_id, year)
    if key is None:
        return save([Change("funding", None, {"participant_id": participant_id, "year": year, **values})], person)
    return save([Change("funding", key, values, seen)], person)


def keep_meeting(person: Person, values: Row) -> Saved:
    """A new Veranstaltung (columns of network_event). Raises as ``changes.save``."""
    return save([Change("network_event", None, values)], person)


def measures_of(participant_id: str) -> pd.DataFrame:
    """The measures of a Kommune, by title: columns measure_id, title, status, field_of_action."""
    return read(
        "SELECT measure_id, title, status, field_of_action FROM measure WHERE participant_id = ? "
        "ORDER BY strip_accents(lower(title)), measure_id",
        [participant_id],
    )


def story_of_stage(participant_id: str, stage: str) -> pd.DataFrame:
    """Everything known about a stage of a Kommune, by date, undated events last.

    Columns: what (held, planned, moved, dropped), date_from, precision, reason (of an event its note).
    """
    return read(
        """
        SELECT * FROM (
            SELECT 'held' AS what, date_from, precision, note AS reason FROM stage_event
            WHERE participant_id = $participant AND stage = $stage
            -- what a source says of all Kommunen gives way to what one says of this Kommune
            QUALIFY precision <> 'blanket' OR bool_and(precision = 'blanket') OVER ()
            UNION ALL
            SELECT status, date_from, precision, reason FROM stage_plan
            WHERE participant_id = $participant AND stage = $stage AND status <> 'held')
        ORDER BY date_from NULLS LAST, what
        """,
        {"participant": participant_id, "stage": stage},
    )


@remembered
def dossier_notes(participant_id: str) -> dict[str, str]:
    """Section key -> note, for the sections that have one."""
    found = read("SELECT section, text FROM dossier_note WHERE participant_id = ? ORDER BY section", [participant_id])
    return dict(zip(found["section"], found["text"], strict=True))


def save_dossier_note(
    person: Person, participant_id: str, section: str, text: str, *, seen: str | None = None
) -> Saved:
    """Keep the note to a section; an empty text removes it. ``seen``: the note as the editor saw it before, if known.

    Nothing is saved (``set_id`` None) if it stands there already. Raises as ``changes.save``.
    """
    # browsers send CRLF from a text area
    text = text.replace("\r\n", "\n").strip()
    if text == seen:
        return Saved(None)  # whatever others have written since
    found = read(
        "SELECT note_id, text FROM dossier_note WHERE participant_id = ? AND section = ?", [participant_id, section]
    )
    if found.empty:
        if not text:
            return Saved(None)
        return save([Change("dossier_note", None, _note_values(participant_id, section, text))], person)
    key, now = found.iloc[0]
    before = {"text": now if seen is None else seen}
    return save([Change("dossier_note", key, {"text": text} if text else None, before)], person)


def _note_values(participant_id: str, section: str, text: str) -> dict[str, str]:
    return {"participant_id": participant_id, "section": section, "text": text}


@remembered
def profile_texts(participant_id: str) -> dict[str, str]:
    """Chapter -> text, for the chapters that have one."""
    found = read("SELECT chapter, text FROM profile_text WHERE participant_id = ? ORDER BY chapter", [participant_id])
    return dict(zip(found["chapter"], found["text"], strict=True))


def save_profile_texts(
    person: Person, participant_id: str, texts: Mapping[str, str], *, seen: Mapping[str, str]
) -> Saved:
    """Keep the texts of these chapters in one act of saving; an empty one removes what stood there.

    ``seen``: chapter -> the text as the editor saw it, nothing for a chapter that had none. Nothing is saved
    (``set_id`` None) if all stand there already. Raises as ``changes.save``.
    """
    found = read("SELECT chapter, text_id, text FROM profile_text WHERE participant_id = ?", [participant_id])
    now = {chapter: (key, text) for chapter, key, text in found.itertuples(index=False, name=None)}
    wanted = []
    for chapter, written in texts.items():
        # a text area sends line ends as the browser has them
        text = written.replace("\r\n", "\n").strip()
        if text == seen.get(chapter, ""):
            continue  # whatever others have written since
        if chapter in now:
            key, stands = now[chapter]
            if text != stands:
                before = {"text": seen.get(chapter, "")}
                wanted.append(Change("profile_text", key, {"text": text} if text else None, before))
        elif text:
            values = {"participant_id": participant_id, "chapter": chapter, "text": text}
            wanted.append(Change("profile_text", None, values))
    return save(wanted, person) if wanted else Saved(None)
