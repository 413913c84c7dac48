"""The section on the Handlungsfelder: goals, Leitkennzahlen, and the measures by status."""

from __future__ import annotations

import pandas as pd

from zwk_data import german
from zwk_data.charts.action_fields import status_bars
from zwk_data.dossier.model import Block, Drawing, Figure, Role, Series, Table, Words
from zwk_data.dossier.record_source import source
from zwk_data.german import NOT_DOCUMENTED, count, day
from zwk_data.programme import action_fields
from zwk_data.programme.action_fields import ActionField
from zwk_data.programme.words import MEASURE_STATUS

#: statuses of measures as the roles of a drawing's series
STATUS_ROLES: dict[str, Role] = {
    "done": "own", "running": "other", "planned": "quiet", "idea": "quiet", "parked": "quiet", "dropped": "warm",
}  # fmt: skip


def field_blocks(participant_id: str) -> list[Block]:
    """The Handlungsfelder: measures by status as a chart, then each field with goals, Leitkennzahlen and measures."""
    fields = action_fields.action_fields(participant_id)
    if not fields:
        return [Words(("Nicht belegt: Weder Maßnahmen noch Themen dieser Kommune sind hier eingetragen.",))]
    if not any(len(one.measures) for one in fields):
        own = tuple(f"{one.name}: {'; '.join(one.wordings)}" for one in fields)
        told = "Maßnahmen sind hier nicht belegt. Belegt sind diese Themen, in den Worten der Kommune:"
        return [Words((told,)), Words(own, listed=True)]
    blocks: list[Block] = [_by_status(participant_id, fields)]
    indicators = _indicators(fields)
    if len(indicators.frame):
        blocks.append(indicators)
    for one in fields:
        goals = tuple(one.goals)
        if goals:
            blocks.append(Words(goals, f"{one.name}: Ziele", listed=True))
        blocks.append(_measures(one))
    return blocks


def _by_status(participant_id: str, fields: list[ActionField]) -> Figure:
    counts = {one.name: one.by_status() for one in fields}
    used = [code for code in action_fields.FIELD_ORDER if any(code in row for row in counts.values())]
    drawn = tuple(
        Series(MEASURE_STATUS[code], tuple(float(counts[name].get(code, 0)) for name in counts), STATUS_ROLES[code])
        for code in used
    )
    chart = status_bars(counts, source(), f"{participant_id}_massnahmen")
    return Figure(chart, Drawing("stacked", tuple(counts), drawn, "Maßnahmen", 0))


def _indicators(fields: list[ActionField]) -> Table:
    rows = [
        {
            "Handlungsfeld": one.name,
            "Leitkennzahl": row["indicator"],
            "Einheit": row["indicator_unit"] or "",
            "Ausgangswert": row["indicator_start"],
            "Zielwert": row["indicator_target"],
            "Istwert": row["indicator_actual"],
            "Vom Weg geschafft (%)": way(row["indicator_start"], row["indicator_target"], row["indicator_actual"]),
        }
        for one in fields
        for row in one.indicators.to_dict("records")
        if not (pd.isna(row["indicator_target"]) and pd.isna(row["indicator_actual"]))
    ]
    columns = ["Handlungsfeld", "Leitkennzahl", "Einheit", "Ausgangswert", "Zielwert", "Istwert",
               "Vom Weg geschafft (%)"]  # fmt: skip
    note = "Vom Weg geschafft: (Istwert − Ausgangswert) / (Zielwert − Ausgangswert). Leitkennzahlen ohne Ziel- und "
    note += f"Istwert fehlen hier; „{german.MISSING}“ heißt nicht belegt."
    frame = pd.DataFrame(rows, columns=columns)
    return Table("Leitkennzahlen", frame, source(), note, {"Vom Weg geschafft (%)": 0})


def way(start: float, target: float, actual: float) -> float:
    """How much of the way from the start to the target is done, in per cent; NaN if one of them is unknown."""
    if any(pd.isna(value) for value in (start, target, actual)) or target == start:
        return float("nan")
    return round(100 * (actual - start) / (target - start))


def _measures(one: ActionField) -> Table:
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
    return Table(f"{one.name}: Maßnahmen", frame, source())


def field_words(fields: list[ActionField]) -> str:
    """„In 5 Handlungsfeldern stehen 21 Maßnahmen, 8 davon sind abgeschlossen.“"""
    total = sum(len(one.measures) for one in fields)
    done = sum(one.by_status().get("done", 0) for one in fields)
    named = [one for one in fields if one.name != action_fields.WITHOUT_FIELD]
    where = f"In {count(len(named), 'Handlungsfeld', 'Handlungsfeldern')}" if named else "Ohne Handlungsfeld"
    stand = "steht" if total == 1 else "stehen"
    return f"{where} {stand} {count(total, 'Maßnahme', 'Maßnahmen')}, {german.number(done)} davon abgeschlossen."
