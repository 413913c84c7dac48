"""The sections on open questions, to be asked in the session, and on others who work on the same themes."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography import portrait_facts, portrait_text, twins
from zwk_data.dossier.model import Block, TableBlock, Words, source
from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED, count, listing
from zwk_data.programme import advice, attention, measures, schedule, stages, themes
from zwk_data.programme.measures import ActionField
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.settings import today

#: column of a measure that may be empty -> its German name
ASKED = {
    "goal": "Ziel",
    "responsible": "zuständige Stelle",
    "starts": "Beginn",
    "indicator": "Leitkennzahl",
}
#: status of the measures that must not have such gaps
ALIVE = ("planned", "running")
#: so many measures are named, the others counted
MOST = 12


def gap_blocks(participant_id: str) -> list[Block]:
    """What the record does not say about the stages, the measures and the figures."""
    day = today()
    everyone = schedule.schedule(day)
    watched = attention.attention(everyone, attention.silence(day), attention.thresholds(), day)
    told = watched.loc[watched["participant_id"] == participant_id, "text"].tolist()
    mine = everyone[everyone["participant_id"] == participant_id]
    missing = mine.loc[mine["state"] == "none", "stage_de"].tolist()
    if missing:
        told.append(f"Weder belegt noch geplant: {listing(missing)}.")
    known = portrait_facts.facts(participant_id)
    unknown = portrait_text.unknown_sentence(known)
    if not known.people:
        unknown = f"Für diese Kommune liegt keine Bevölkerungszahl vor. {unknown}".strip()
    sections = {
        "Zum Verlauf": told,
        "Zu den Maßnahmen": _gaps_of_measures(measures.action_fields(participant_id)),
        "Zu den Zahlen": [unknown] if unknown else [],
    }
    blocks: list[Block] = [Words(tuple(told), title, listed=True) for title, told in sections.items() if told]
    return blocks or [Words(("Es sind keine Lücken im Eintrag zu erkennen.",))]


def _gaps_of_measures(fields: list[ActionField]) -> list[str]:
    frames = [one.measures.assign(field=one.name) for one in fields if len(one.measures)]
    if not frames:
        return ["Maßnahmen des Werkstattplans sind hier nicht belegt: Welche gibt es, und wie steht es um sie?"]
    every = pd.concat(frames, ignore_index=True)
    alive = every[every["status"].isin(ALIVE)]
    gaps = {f"Ohne {word}: {{}}.": alive[alive[column].isna()] for column, word in ASKED.items()} | {
        "Keinem Handlungsfeld zugeordnet: {}.": every[every["field"] == WITHOUT_FIELD],
        "Leitkennzahl ohne Istwert: {}.": alive[alive["indicator"].notna() & alive["indicator_actual"].isna()],
        "Auf dem Ideenparkplatz: {}. Was davon soll nun doch angegangen werden?": every[every["status"] == "parked"],
    }
    return [words.format(_quoted(found["title"].tolist())) for words, found in gaps.items() if len(found)]


def _quoted(titles: list[str]) -> str:
    quoted = [f"„{title}“" for title in titles[:MOST]]
    rest = len(titles) - len(quoted)
    return listing([*quoted, count(rest, "weitere Maßnahme", "weitere Maßnahmen")] if rest else quoted)


#: how many themes are listed, and how many Kommunen for each
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
        # without published figures of the Kommune nothing can be said about likeness
        alike = pd.DataFrame({"key": []})
    found = {key: advice.candidates(participant_id, key, progress, alike) for key in mine["theme_id"]}
    helping = {key: advice.ordered(frame[frame["helps"]], "aehnlichste") for key, frame in found.items()}
    names = dict(zip(mine["theme_id"], mine["name_de"], strict=True))
    chosen = sorted((key for key in helping if len(helping[key])), key=lambda key: -_number_of_deeds(helping[key]))[
        :MOST_THEMES
    ]
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
            Words((f"Auf der Seite Themen {verb} ebenso: {listing(left)}.",))
            if chosen
            else Words((f"Zu den Themen {listing(left)} ist keine andere Kommune belegt weiter.",))
        )
    return blocks


def _deeds_in_words(done: pd.DataFrame) -> str:
    """„Kulturpass (gute Praxis: Ziel erreicht); Frauennetzwerk (Maßnahme, läuft)“."""
    told = [
        f"{title} ({f'{what}: {result}' if isinstance(result, str) else what})"
        for title, what, result in done[["title", "what", "result"]].to_numpy()
    ]
    return "; ".join(told) or NOT_DOCUMENTED


def _number_of_deeds(frame: pd.DataFrame) -> int:
    return int(frame[["done", "running", "practices"]].to_numpy().sum())
