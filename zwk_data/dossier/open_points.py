"""The section on open questions: what the record does not say yet, and what should be asked in the session.

The section on the others: who works on the same themes, why they could be asked, and what they did.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data import german
from zwk_data.demography import twins
from zwk_data.demography.portrait_facts import Facts
from zwk_data.dossier.model import Block, TableBlock, Words, source
from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED, count, listing
from zwk_data.programme import advice, attention, measures, schedule, stages, themes
from zwk_data.programme.measures import ActionField
from zwk_data.schema.words import WITHOUT_FIELD

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
    fields = measures.action_fields(participant_id)
    blocks: list[Block] = []
    everyone = schedule.schedule(today)
    watched = attention.attention(everyone, attention.silence(today), attention.thresholds(), today)
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
    without = every.loc[every["field"] == WITHOUT_FIELD, "title"].tolist()
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


#: themes, and Kommunen a theme, that are told of
MOST_THEMES, MOST_OTHERS = 4, 5


def other_blocks(participant_id: str) -> list[Block]:
    """Who else works on the same themes, why they could be asked, and what they did."""
    own = themes.choices()
    mine = own[own["participant_id"] == participant_id].sort_values("name_de")
    if mine.empty:
        return [Words(("Nicht belegt: Für diese Kommune nennt keine Quelle ein Thema.",))]
    progress = stages.progress(stages.matrix())
    try:
        alike = twins.zwk_twins(participant_id, len(progress))
    except ZwkError:
        # nobody has published figures of it: then nothing is said about likeness
        alike = pd.DataFrame({"key": []})
    found = {key: advice.candidates(participant_id, key, progress, alike) for key in mine["theme_id"]}
    helping = {key: advice.ordered(frame[frame["helps"]], "aehnlichste") for key, frame in found.items()}
    names = dict(zip(mine["theme_id"], mine["name_de"], strict=True))
    chosen = sorted((key for key in helping if len(helping[key])), key=lambda key: -_deeds(helping[key]))[:MOST_THEMES]
    blocks: list[Block] = []
    for key in chosen:
        first = helping[key].head(MOST_OTHERS)
        done = advice.deeds(key, tuple(first["participant_id"]))
        frame = pd.DataFrame(
            {
                "Kommune": first["name"],
                "Warum fragen": first["reasons"],
                "Was sie getan hat": [
                    _deeds_in_words(done[done["participant_id"] == one]) for one in first["participant_id"]
                ],
                "Beratung": first["adviser"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(TableBlock(names[key], frame.reset_index(drop=True), source()))
    left = [names[key] for key in names if key not in chosen]
    if left:
        verb = "steht" if len(left) == 1 else "stehen"
        blocks.append(
            Words((f"Auf der Seite Themen {verb} ebenso: {german.listing(left)}.",))
            if chosen
            else Words((f"Zu den Themen {german.listing(left)} ist keine andere Kommune belegt weiter.",))
        )
    return blocks


def _deeds_in_words(done: pd.DataFrame) -> str:
    """„Kulturpass (gute Praxis: Ziel erreicht); Frauennetzwerk (Maßnahme, läuft)“."""
    told = [
        f"{title} ({f'{what}: {result}' if isinstance(result, str) else what})"
        for title, what, result in done[["title", "what", "result"]].to_numpy()
    ]
    return "; ".join(told) or NOT_DOCUMENTED


def _deeds(frame: pd.DataFrame) -> int:
    return int(frame[["done", "running", "practices"]].to_numpy().sum())
