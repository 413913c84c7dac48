"""Notes of consultants to the sections of a Kommune's dossier."""

from __future__ import annotations

from zwk_data.programme.access import Person
from zwk_data.programme.changes import Change, Saved, save
from zwk_data.warehouse.connection import read


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
    # a text area sends line ends as the browser has them
    text = text.replace("\r\n", "\n").strip()
    found = read(
        "SELECT note_id, text FROM dossier_note WHERE participant_id = ? AND section = ?", [participant_id, section]
    )
    if found.empty:
        if not text:
            return Saved(None)
        return save([Change("dossier_note", None, _values(participant_id, section, text))], person)
    key, now = found.iloc[0]
    before = {"text": now if seen is None else seen}
    return save([Change("dossier_note", key, {"text": text} if text else None, before)], person)


def _values(participant_id: str, section: str, text: str) -> dict[str, str]:
    return {"participant_id": participant_id, "section": section, "text": text}
