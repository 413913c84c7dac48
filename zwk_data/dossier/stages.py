"""The section on the stages: planned and held, how long they took, and how long others took."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from zwk_data import german
from zwk_data.dossier.model import Block, Table, Words
from zwk_data.dossier.record_source import source
from zwk_data.german import NOT_DOCUMENTED
from zwk_data.programme import durations, schedule, stages
from zwk_data.programme.words import STAGES


def stage_blocks(participant_id: str, today: date) -> list[Block]:
    """The five stages: state, plan, date, how long from one to the next and how long others took."""
    everyone = schedule.schedule(today)
    mine = everyone[everyone["participant_id"] == participant_id].set_index("stage")
    spans = durations.durations(everyone)
    usual = durations.duration_summary(spans).set_index("step")
    own = spans[spans["participant_id"] == participant_id].set_index("step")
    cells = stages.matrix()
    told = cells[cells["participant_id"] == participant_id].set_index("stage")
    rows = []
    for stage, name in STAGES.items():
        row = mine.loc[stage]
        days = own["days"].get(stage, np.nan)
        rows.append(
            {
                "Stufe": name,
                "Stand": schedule.STATES[str(row["state"])],
                "Termin": told["text"][stage] if row["state"] == "held" else row["open_de"] or NOT_DOCUMENTED,
                "Ursprünglich geplant": row["first_de"] or NOT_DOCUMENTED,
                "Tage bis zur nächsten Stufe": None if np.isnan(days) else round(days),
                "Üblich (Median, Tage)": _median(usual, stage),
            }
        )
    frame = pd.DataFrame(rows).astype({"Tage bis zur nächsten Stufe": "Int64", "Üblich (Median, Tage)": "Int64"})
    words = Words((_stage_words(frame, told),))
    note = f"„{german.MISSING}“: Dauer nicht belegt. Ein Monat zählt von seiner Mitte. Median über die Kommunen, bei "
    note += "denen beide Stufen auf den Tag oder Monat datiert sind."
    blocks: list[Block] = [words, Table("Stufen und Dauern", frame, source(), note)]
    moved = mine[mine["reasons"] != ""]
    if len(moved):
        reasons = tuple(f"{STAGES[str(stage)]}: {reason}" for stage, reason in moved["reasons"].items())
        blocks.append(Words(reasons, "Warum Termine verschoben wurden", listed=True))
    return blocks


def _median(usual: pd.DataFrame, stage: str) -> int | None:
    value = usual["median"].get(stage, np.nan)
    return None if np.isnan(value) else round(value)


def _stage_words(frame: pd.DataFrame, told: pd.DataFrame) -> str:
    held = frame.loc[frame["Stand"] == schedule.STATES["held"], "Stufe"].tolist()
    if not held:
        return "Für keine der fünf Stufen ist ein Termin belegt."
    missing = [STAGES[str(stage)] for stage in told.index[told["state"] == "none"]]
    open_ = f" Nicht belegt: {german.listing(missing)}." if missing else ""
    return f"Belegt {'ist' if len(held) == 1 else 'sind'}: {german.listing(held)}.{open_}"
