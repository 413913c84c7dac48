"""What is missing in the programme's own records, Kommune by Kommune: „Was fehlt uns?“."""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data.programme import counting, stages
from zwk_data.schema.words import STAGES
from zwk_data.stores.connection import read

#: table -> what is missing where a Kommune has no record of it
MISSING = {
    "participant_theme": "kein Thema",
    "measure": "keine Maßnahme",
    "funding": "keine Mittel des Jahres",
    "good_practice": "keine gute Praxis",
    "review": "kein Ergebnis der Zwischenbilanz",
}
#: evidence of a stage -> what is missing; with a date nothing is
STAGE_MISSING = {"none": "nicht belegt", "undated": "Datum fehlt", "blanket": "nur pauschal belegt"}
COLUMNS = ["participant_id", "name", "table", "stage", "evidence", "what"]


def gaps(today: date) -> pd.DataFrame:
    """One row per gap, by Kommune and in the order of the stages.

    Columns: participant_id, name, table (where the entry belongs), stage ("" for what is no stage), evidence (of a
    stage, see ``counting.EVIDENCE``, else ""), what (German). Mittel are asked for of the year of ``today``, the result
    of a Zwischenbilanz only where one took place.
    """
    cells = stages.matrix()
    names = read("SELECT participant_id, name FROM participant").set_index("participant_id")["name"]
    missing = cells[cells["evidence"].isin(list(STAGE_MISSING))]
    of_stages = pd.DataFrame(
        {
            "participant_id": missing["participant_id"],
            "table": "stage_event",
            "stage": missing["stage"],
            "evidence": missing["evidence"],
            "what": missing["stage"].map(STAGES) + ": " + missing["evidence"].map(STAGE_MISSING),
        }
    )
    reviewed = cells[(cells["stage"] == "zwischenbilanz") & counting.is_documented(cells)]["participant_id"]
    others = []
    for table, words in MISSING.items():
        there = _with_a_record(table, today)
        asked = reviewed if table == "review" else names.index.to_series()
        without = [one for one in asked if one not in there]
        what = f"keine Mittel {today.year}" if table == "funding" else words
        others.append(
            pd.DataFrame({"participant_id": without, "table": table, "stage": "", "evidence": "", "what": what})
        )
    found = pd.concat([of_stages, *others], ignore_index=True)
    found["name"] = found["participant_id"].map(names)
    order = {key: place for place, key in enumerate(cells["participant_id"].unique())}
    return found.sort_values("participant_id", key=lambda ids: ids.map(order), kind="stable")[COLUMNS].reset_index(
        drop=True
    )


def _with_a_record(table: str, today: date) -> set[str]:
    where = f" WHERE year = {today.year:d}" if table == "funding" else ""
    return set(read(f"SELECT DISTINCT participant_id FROM {table}{where}")["participant_id"])
