"""The section on open questions: what the record does not say yet, and what should be asked in the session."""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data.demography.text_facts import Facts
from zwk_data.dossier.model import Block, Words
from zwk_data.german import count, listing
from zwk_data.programme import action_fields, attention, schedule, thresholds
from zwk_data.programme.action_fields import ActionField

#: a gap of a measure -> how it is asked for
ASKED = {
    "goal": "Ziel",
    "responsible": "zuständige Stelle",
    "starts": "Beginn",
    "indicator": "Leitkennzahl",
}
#: what is still to be done or running needs all of it
ALIVE = ("planned", "running")
MOST = 12


def gap_blocks(participant_id: str, today: date, unknown: str) -> list[Block]:
    """Open points of the stages, of the measures, and of the figures (``unknown``: a sentence, or empty)."""
    fields = action_fields.action_fields(participant_id)
    blocks: list[Block] = []
    everyone = schedule.schedule(today)
    watched = attention.attention(everyone, attention.silence(today), thresholds.thresholds(), today)
    told = watched.loc[watched["participant_id"] == participant_id, "text"].tolist()
    mine = everyone[everyone["participant_id"] == participant_id]
    missing = mine.loc[mine["state"] == "none", "stage_de"].tolist()
    if missing:
        told.append(f"Weder belegt noch geplant: {listing(missing)}.")
    for title, sentences in (
        ("Zum Verlauf", told),
        ("Zu den Maßnahmen", _of_measures(fields)),
        ("Zu den Zahlen", [unknown] if unknown else []),
    ):
        if sentences:
            blocks.append(Words(tuple(sentences), title, listed=True))
    return blocks or [Words(("Es sind keine Lücken im Eintrag zu erkennen.",))]


def _of_measures(fields: list[ActionField]) -> list[str]:
    frames = [one.measures.assign(field=one.name) for one in fields if len(one.measures)]
    if not frames:
        return ["Maßnahmen des Werkstattplans sind hier nicht belegt: Welche gibt es, und wie steht es um sie?"]
    every = pd.concat(frames, ignore_index=True)
    alive = every[every["status"].isin(ALIVE)]
    told = []
    for column, word in ASKED.items():
        titles = alive.loc[alive[column].isna(), "title"].tolist()
        if titles:
            told.append(f"Ohne {word}: {_named(titles)}.")
    without = every.loc[every["field"] == action_fields.WITHOUT_FIELD, "title"].tolist()
    if without:
        told.append(f"Keinem Handlungsfeld zugeordnet: {_named(without)}.")
    unmeasured = alive[alive["indicator"].notna() & alive["indicator_actual"].isna()]["title"].tolist()
    if unmeasured:
        told.append(f"Leitkennzahl ohne Istwert: {_named(unmeasured)}.")
    parked = every.loc[every["status"] == "parked", "title"].tolist()
    if parked:
        told.append(f"Auf dem Ideenparkplatz: {_named(parked)}. Was davon soll nun doch angegangen werden?")
    return told


def _named(titles: list[str]) -> str:
    quoted = [f"„{title}“" for title in titles[:MOST]]
    rest = len(titles) - len(quoted)
    return listing([*quoted, count(rest, "weitere Maßnahme", "weitere Maßnahmen")] if rest else quoted)


def unknown_words(known: Facts, sentence: str) -> str:
    """What no figure says, in the words of the portrait; empty if all is known."""
    return sentence if known.people else f"Für diese Kommune liegt keine Bevölkerungszahl vor. {sentence}".strip()
