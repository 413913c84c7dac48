"""A Kommune's own words in its Kommunalprofil, kept by chapter."""

from __future__ import annotations

from collections.abc import Mapping

from zwk_data.records.access import Person
from zwk_data.records.changes import Change, Saved, save
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


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
        if chapter in now:
            key, stands = now[chapter]
            if text != stands:
                before = {"text": seen.get(chapter, "")}
                wanted.append(Change("profile_text", key, {"text": text} if text else None, before))
        elif text:
            values = {"participant_id": participant_id, "chapter": chapter, "text": text}
            wanted.append(Change("profile_text", None, values))
    return save(wanted, person) if wanted else Saved(None)
