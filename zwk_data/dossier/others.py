"""The section on the others: who works on the same themes, why they could be asked, and what they did."""

from __future__ import annotations

import pandas as pd

from zwk_data import german
from zwk_data.demography import twins
from zwk_data.dossier.model import Block, Table, Words
from zwk_data.dossier.record_source import source
from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED
from zwk_data.programme import advice, practice, stages, themes

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
        done = practice.deeds(key, tuple(first["participant_id"]))
        frame = pd.DataFrame(
            {
                "Kommune": first["name"],
                "Warum fragen": first["reasons"],
                "Was sie getan hat": [_told(done[done["participant_id"] == one]) for one in first["participant_id"]],
                "Beratung": first["adviser"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(Table(names[key], frame.reset_index(drop=True), source()))
    left = [names[key] for key in names if key not in chosen]
    if left:
        verb = "steht" if len(left) == 1 else "stehen"
        blocks.append(
            Words((f"Auf der Seite Themen {verb} ebenso: {german.listing(left)}.",))
            if chosen
            else Words((f"Zu den Themen {german.listing(left)} ist keine andere Kommune belegt weiter.",))
        )
    return blocks


def _told(done: pd.DataFrame) -> str:
    """„Kulturpass (gute Praxis: Ziel erreicht); Frauennetzwerk (Maßnahme, läuft)“."""
    told = [
        f"{title} ({f'{what}: {result}' if isinstance(result, str) else what})"
        for title, what, result in done[["title", "what", "result"]].to_numpy()
    ]
    return "; ".join(told) or NOT_DOCUMENTED


def _deeds(frame: pd.DataFrame) -> int:
    return int(frame[["done", "running", "practices"]].to_numpy().sum())
