"""The sections on the process: Handlungsfelder with their measures, the last Zwischenbilanz, and the stages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data import german
from zwk_data.dossier.model import Block, TableBlock, Words, source
from zwk_data.german import NOT_DOCUMENTED, count, day, rounded, whole
from zwk_data.programme import measures, schedule, stages
from zwk_data.programme.measures import ActionField
from zwk_data.records import review
from zwk_data.schema.words import POINT_KINDS, STAGES, WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.views import process


def field_blocks(participant_id: str) -> list[Block]:
    """The Handlungsfelder: measures by status as a chart, then each field with goals, Leitkennzahlen and measures."""
    fields = measures.action_fields(participant_id)
    if not fields:
        return [Words(("Nicht belegt: Weder Maßnahmen noch Themen dieser Kommune sind hier eingetragen.",))]
    if not any(len(one.measures) for one in fields):
        own = tuple(f"{one.name}: {'; '.join(one.wordings)}" for one in fields)
        told = "Maßnahmen sind hier nicht belegt. Belegt sind diese Themen, in den Worten der Kommune:"
        return [Words((told,)), Words(own, listed=True)]
    blocks: list[Block] = [process.measures_by_field(participant_id)]
    indicators = _indicator_table(fields)
    if len(indicators.frame):
        blocks.append(indicators)
    for one in fields:
        goals = tuple(one.goals)
        if goals:
            blocks.append(Words(goals, f"{one.name}: Ziele", listed=True))
        blocks.append(_measure_table(one))
    return blocks


def _indicator_table(fields: list[ActionField]) -> TableBlock:
    rows = [
        {
            "Handlungsfeld": one.name,
            "Leitkennzahl": row["indicator"],
            "Einheit": row["indicator_unit"] or "",
            "Ausgangswert": row["indicator_start"],
            "Zielwert": row["indicator_target"],
            "Istwert": row["indicator_actual"],
            "Weg zum Ziel (%)": way(row["indicator_start"], row["indicator_target"], row["indicator_actual"]),
        }
        for one in fields
        for row in one.indicators.to_dict("records")
        if not (pd.isna(row["indicator_target"]) and pd.isna(row["indicator_actual"]))
    ]
    note = "Weg zum Ziel: (Istwert − Ausgangswert) / (Zielwert − Ausgangswert). Leitkennzahlen ohne Ziel- und "
    note += f"Istwert fehlen hier; „{german.MISSING}“ heißt nicht belegt."
    frame = pd.DataFrame(rows)
    return TableBlock("Leitkennzahlen", frame, source(), note, {"Weg zum Ziel (%)": 0})


def way(start: float, target: float, actual: float) -> float:
    """How much of the way from the start to the target is done, in per cent; NaN if one of them is unknown."""
    if any(pd.isna(value) for value in (start, target, actual)) or target == start:
        return float("nan")
    return rounded(100 * (actual - start) / (target - start))


def _measure_table(one: ActionField) -> TableBlock:
    shown = one.measures
    period = [
        "–".join(day(value) if pd.notna(value) else "" for value in pair).strip("–") or NOT_DOCUMENTED
        for pair in zip(shown["starts"], shown["ends"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "Maßnahme": shown["title"],
            "Stand": shown["status_de"],
            "Zuständig": shown["responsible"].fillna(NOT_DOCUMENTED),
            "Zeitraum": period,
        }
    )
    return TableBlock(f"{one.name}: Maßnahmen", frame, source())


def field_words(fields: list[ActionField]) -> str:
    """„In 5 Handlungsfeldern stehen 21 Maßnahmen, 8 davon sind abgeschlossen.“"""
    total = sum(len(one.measures) for one in fields)
    done = sum(one.by_status().get("done", 0) for one in fields)
    named = [one for one in fields if one.name != WITHOUT_FIELD]
    where = f"In {count(len(named), 'Handlungsfeld', 'Handlungsfeldern')}" if named else "Ohne Handlungsfeld"
    stand = "steht" if total == 1 else "stehen"
    return f"{where} {stand} {count(total, 'Maßnahme', 'Maßnahmen')}, {german.number(done)} davon abgeschlossen."


def review_blocks(participant_id: str) -> list[Block]:
    """The newest record of a Zwischenbilanz, or a sentence that there is none."""
    last = review.latest(participant_id)
    if last is None:
        return [Words(("Eine frühere Zwischenbilanz ist hier nicht festgehalten.",))]
    present = f", {count(last.present, 'Person', 'Personen')} anwesend" if last.present else ""
    parts = {"Leitfrage": last.guiding_question, "Ergebnis": last.result, "Wie es weitergeht": last.continuation}
    told = (f"{title}: {text}" for title, text in parts.items() if text)
    blocks: list[Block] = [Words((f"Am {day(last.held_on)}{present} (Fassung {last.version}).", *told))]
    rated = process.ratings(last.review_id)
    if rated and (rated.chart.table["Stimmen"] > 0).any():
        blocks.append(rated)
    return blocks + _noted_points(review.points(last.review_id))


def _noted_points(points: pd.DataFrame) -> list[Block]:
    blocks: list[Block] = []
    for kind in ("helping", "hindering", "idea"):
        own = points[points["kind"] == kind]
        if len(own):
            told = tuple(
                f"{text} ({field})" if isinstance(field, str) else str(text)
                for text, field in zip(own["text"], own["field_of_action"], strict=True)
            )
            blocks.append(Words(told, POINT_KINDS[kind], listed=True))
    steps = points[points["kind"] == "step"]
    if len(steps):
        frame = pd.DataFrame(
            {
                "Was": steps["text"],
                "Zuständig": steps["responsible"].fillna(NOT_DOCUMENTED),
                "Bis": [day(value) if pd.notna(value) else NOT_DOCUMENTED for value in steps["due"]],
                "Stand der Maßnahme": steps["status_de"].fillna(NOT_DOCUMENTED),
            }
        )
        blocks.append(TableBlock("Vereinbarte nächste Schritte", frame.reset_index(drop=True), source()))
    return blocks


def stage_blocks(participant_id: str) -> list[Block]:
    """The five stages: state, plan, date, how long from one to the next and how long others took."""
    everyone = schedule.schedule(today())
    mine = everyone[everyone["participant_id"] == participant_id].set_index("stage")
    spans = schedule.durations(everyone)
    usual = schedule.duration_summary(spans).set_index("step")["median"]
    own = spans[spans["participant_id"] == participant_id].set_index("step")["days"]
    cells = stages.matrix()
    told = cells[cells["participant_id"] == participant_id].set_index("stage")
    rows = []
    for stage, name in STAGES.items():
        row = mine.loc[stage]
        documented = row["state"] in ("held", "blanket")
        rows.append(
            {
                "Stufe": name,
                "Stand": schedule.STATES[str(row["state"])],
                "Termin": told["text"][stage] if documented else row["open_de"] or NOT_DOCUMENTED,
                "Ursprünglich geplant": row["first_de"] or NOT_DOCUMENTED,
                "Tage bis zur nächsten Stufe": _whole_days(own, stage),
                "Üblich (Median, Tage)": _whole_days(usual, stage),
            }
        )
    frame = pd.DataFrame(rows).astype({"Tage bis zur nächsten Stufe": "Int64", "Üblich (Median, Tage)": "Int64"})
    note = f"„{german.MISSING}“: Dauer nicht belegt. Ein Monat zählt von seiner Mitte. Median über die Kommunen, bei "
    note += "denen beide Stufen auf den Tag oder Monat datiert sind."
    blocks: list[Block] = [Words((_documented(frame, told),)), TableBlock("Stufen und Dauern", frame, source(), note)]
    moved = mine[mine["reasons"] != ""]
    if len(moved):
        reasons = tuple(f"{STAGES[str(stage)]}: {reason}" for stage, reason in moved["reasons"].items())
        blocks.append(Words(reasons, "Warum Termine verschoben wurden", listed=True))
    return blocks


def _whole_days(days: pd.Series, stage: str) -> int | None:
    value = days.get(stage, np.nan)
    return None if np.isnan(value) else whole(value)


def _documented(frame: pd.DataFrame, told: pd.DataFrame) -> str:
    held = frame.loc[frame["Stand"] == schedule.STATES["held"], "Stufe"].tolist()
    blanket = [STAGES[str(stage)] for stage in told.index[told["state"] == "blanket"]]
    only = f" Nur pauschal belegt, mit einem Satz über alle Kommunen: {german.listing(blanket)}." if blanket else ""
    if not held:
        return f"Für keine der fünf Stufen ist ein Termin belegt.{only}"
    missing = [STAGES[str(stage)] for stage in told.index[told["state"] == "none"]]
    open_ = f" Nicht belegt: {german.listing(missing)}." if missing else ""
    return f"Belegt {'ist' if len(held) == 1 else 'sind'}: {german.listing(held)}.{only}{open_}"
