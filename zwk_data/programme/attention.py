"""Who needs attention, and why: overdue plans, long silence, a next stage without a plan.

The thresholds stand in data/monitoring.yml, or in the installation's own file of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.german import count, day, on
from zwk_data.schema.words import STAGES
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

FILE = "monitoring.yml"
_STEPS = list(STAGES)[:-1]
_ENTRIES = {
    "ueberfaellig",
    "ohne_neues",
    "zwischen_den_stufen",
    "puenktlich_bis",
    "hoechstens_im_jahr",
    "wenig_abgerufen",
}


@dataclass(frozen=True)
class Limit:
    """Days after which something deserves a look (``amber``) or needs action (``red``)."""

    amber: int
    red: int

    def level(self, days: float) -> str:
        """``red``, ``amber`` or an empty text below both."""
        return "red" if days >= self.red else "amber" if days >= self.amber else ""


@dataclass(frozen=True)
class Thresholds:
    """All limits.

    ``between``: stage -> limit of the days to the next one; ``on_time``: days after the first plan that still count as
    on time; ``most_eur``: what a Kommune may be granted a year; ``low_share``: share of the granted money below which
    a call stands out.
    """

    overdue: Limit
    silent: Limit
    between: Mapping[str, Limit] = field(hash=False)
    on_time: int
    most_eur: float
    low_share: float


@remembered(entries=2)
def thresholds() -> Thresholds:
    """The limits in force. Raises ZwkError with one sentence if the file is broken or a value makes no sense."""
    depends_on(_file)
    file = _file()[0]
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ZwkError(f"{FILE} lässt sich nicht lesen: Es ist kein gültiges YAML in UTF-8. Bitte prüfen.") from error
    if not isinstance(content, dict) or set(content) != _ENTRIES:
        raise ZwkError(f"{FILE}: Erwartet werden genau die Einträge {', '.join(sorted(_ENTRIES))}. Bitte ergänzen.")
    steps = content["zwischen_den_stufen"]
    if not isinstance(steps, dict) or set(steps) != set(_STEPS):
        raise ZwkError(f"{FILE}, zwischen_den_stufen: Erwartet werden genau die Stufen {', '.join(_STEPS)}.")
    return Thresholds(
        overdue=_limit(content["ueberfaellig"], "ueberfaellig"),
        silent=_limit(content["ohne_neues"], "ohne_neues"),
        between={step: _limit(steps[step], f"zwischen_den_stufen, {step}") for step in _STEPS},
        on_time=int(_number(content["puenktlich_bis"], "puenktlich_bis", 0, 3650, whole=True)),
        most_eur=_number(content["hoechstens_im_jahr"], "hoechstens_im_jahr", 0, 1e9),
        low_share=_number(content["wenig_abgerufen"], "wenig_abgerufen", 0, 1),
    )


def _file() -> tuple[Path, int]:
    """The installation's own file, or else the one that ships, with its modification time."""
    own = settings.home() / FILE
    file = own if own.is_file() else settings.DATA / FILE
    return file, file.stat().st_mtime_ns


def _limit(value: Any, where: str) -> Limit:
    if not isinstance(value, dict) or set(value) != {"gelb", "rot"}:
        raise ZwkError(f"{FILE}, {where}: Erwartet werden „gelb“ und „rot“ in Tagen, etwa {{gelb: 30, rot: 60}}.")
    amber, red = (int(_number(value[key], f"{where}, {key}", 1, 3650, whole=True)) for key in ("gelb", "rot"))
    if red <= amber:
        raise ZwkError(f"{FILE}, {where}: „rot“ ({red}) muss größer sein als „gelb“ ({amber}).")
    return Limit(amber, red)


def _number(value: Any, where: str, low: float, high: float, *, whole: bool = False) -> float:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (whole and value != int(value)):
        kind = "eine ganze Zahl" if whole else "eine Zahl"
        raise ZwkError(f"{FILE}, {where}: Erwartet wird {kind} von {low:g} bis {high:.0f}, gefunden „{value}“.")
    return float(value)


LEVELS = {"red": "dringend", "amber": "im Blick behalten", "hint": "Hinweis"}
REASONS = {
    "overdue": "Termin überfällig",
    "silent": "lange keine Rückmeldung",
    "unplanned": "nächste Stufe nicht geplant",
    "unrecorded": "nachzutragen",
}


@remembered(entries=8)
def silence(today: date) -> pd.DataFrame:
    """When each Kommune was last heard of: columns participant_id, last (Timestamp or NaT), days (NaN if not kept).

    What counts: the date of an event or a note, and the day on which an event, plan, measure, note, amount or good
    practice was entered or changed. A Kommune without a single entry made here is not „kept“: public sources fall
    silent by nature, so its days are not counted.
    """
    frame = read(
        """
        WITH heard AS (
            SELECT participant_id, entered_at::DATE AS entered, date_to AS told FROM stage_event
            UNION ALL SELECT participant_id, entered_at::DATE, NULL FROM stage_plan
            UNION ALL SELECT participant_id, entered_at::DATE, NULL FROM funding
            UNION ALL SELECT participant_id, entered_at::DATE, NULL FROM good_practice
            UNION ALL SELECT participant_id, max(entered_at)::DATE, NULL FROM measure GROUP BY participant_id
            UNION ALL SELECT participant_id, max(n.entered_at)::DATE, max(noted_on)
                      FROM measure_note n JOIN measure USING (measure_id) GROUP BY participant_id
        )
        SELECT participant_id, max(entered) AS entered,
               greatest(max(entered), max(told) FILTER (told <= $today)) AS last
        FROM participant LEFT JOIN heard USING (participant_id)
        GROUP BY participant_id ORDER BY participant_id
        """,
        {"today": today},
    )
    frame["last"] = pd.to_datetime(frame["last"])
    days = (pd.Timestamp(today) - frame["last"]).dt.days.clip(lower=0)
    frame["days"] = days.where(frame["entered"].notna()).astype(float)
    return frame[["participant_id", "last", "days"]]


def attention(schedule: pd.DataFrame, silence: pd.DataFrame, limits: Thresholds, today: date) -> pd.DataFrame:
    """One row per issue, the most urgent first.

    ``schedule``: see ``schedule.schedule``; ``silence``: see ``silence``. Columns: participant_id, name, reason
    (see ``REASONS``), reason_de, level (see ``LEVELS``), level_de, stage (or ""), days, text (a German sentence).
    What is not documented is a hint, never late.
    """
    rows = [
        *_overdue(schedule, limits),
        *_silent(schedule, silence, limits),
        *_unplanned(schedule, silence, limits, today),
        *_unrecorded(schedule, today),
    ]
    frame = pd.DataFrame(rows, columns=["participant_id", "name", "reason", "level", "stage", "days", "text"])
    frame["reason_de"] = frame["reason"].map(REASONS)
    frame["level_de"] = frame["level"].map(LEVELS)
    rank = {code: place for place, code in enumerate([*LEVELS, *REASONS])}
    frame = frame.sort_values("days", ascending=False, kind="stable")
    return frame.sort_values(["level", "reason"], key=lambda codes: codes.map(rank), kind="stable", ignore_index=True)


def _overdue(schedule: pd.DataFrame, limits: Thresholds) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for row in schedule[schedule["overdue_days"].notna()].to_dict("records"):
        days = int(row["overdue_days"])
        level = limits.overdue.level(days)
        if level:
            again = "ein weiterer Termin" if row["state"] == "held" else "Termin"
            planned = f"{row['stage_de']}: {again} war für {on(row['open_de'])} geplant"
            text = f"{planned}, seit {_days(days)} ist dazu nichts eingetragen."
            rows.append((row["participant_id"], row["name"], "overdue", level, row["stage"], days, text))
    return rows


def _silent(schedule: pd.DataFrame, silence: pd.DataFrame, limits: Thresholds) -> list[tuple[Any, ...]]:
    names = dict(zip(schedule["participant_id"], schedule["name"], strict=True))
    rows: list[tuple[Any, ...]] = []
    for key, last, days in zip(silence["participant_id"], silence["last"], silence["days"], strict=True):
        level = limits.silent.level(days) if days == days else ""
        if level and key in names:
            text = f"Seit {_days(int(days))} keine Rückmeldung; der letzte Eintrag ist vom {day(last)}."
            rows.append((key, names[key], "silent", level, "", int(days), text))
    return rows


def _unplanned(schedule: pd.DataFrame, silence: pd.DataFrame, limits: Thresholds, today: date) -> list[tuple[Any, ...]]:
    kept = set(silence.loc[silence["days"].notna(), "participant_id"])
    rows: list[tuple[Any, ...]] = []
    for key, part in schedule[schedule["participant_id"].isin(kept)].groupby("participant_id", sort=False):
        held = part[(part["state"] == "held") & part["actual_to"].notna()]
        if held.empty or held["stage"].iloc[-1] == list(STAGES)[-1]:
            continue
        last = held.iloc[-1]
        following = part.iloc[list(STAGES).index(last["stage"]) + 1 :]
        days = (pd.Timestamp(today) - last["actual_to"]).days
        if (following["state"] == "none").all() and limits.between[last["stage"]].level(days):
            text = (
                f"{last['stage_de']} ist für {last['actual_de']} belegt, {following['stage_de'].iloc[0]} seit "
                f"{_days(days)} weder belegt noch geplant."
            )
            rows.append((key, last["name"], "unplanned", "hint", str(following["stage"].iloc[0]), days, text))
    return rows


def _unrecorded(schedule: pd.DataFrame, today: date) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for row in schedule[schedule["unrecorded"]].to_dict("records"):
        days = (pd.Timestamp(today) - row["open_to"]).days
        planned = f"{row['stage_de']} war für {on(row['open_de'])} geplant"
        text = f"{planned} und ist nicht belegt; eine spätere Stufe ist es."
        rows.append((row["participant_id"], row["name"], "unrecorded", "hint", row["stage"], days, text))
    return rows


def _days(days: int) -> str:
    return "einem Tag" if days == 1 else count(days, "Tag", "Tagen")
