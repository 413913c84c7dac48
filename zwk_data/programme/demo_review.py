"""Invented Zwischenbilanzen: what a session would have ended in where the demo data say that one was held."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.programme.demo_draw import between, one_of, stamp, stream, table, texts
from zwk_data.programme.today import DEMO_END

#: what a measure's status tells of its Handlungsfeld: how far it got, from 0 to 1
_FAR = {"done": 1.0, "running": 0.65, "planned": 0.3, "idea": 0.15, "parked": 0.1, "dropped": 0.0}
_LEAST, _MOST = 14, 60


def reviews(events: pd.DataFrame, measures: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables ``review``, ``review_rating`` and ``review_point``, the last two without keys.

    One review for each Kommune whose Zwischenbilanz is dated to the day or month. Ideas and steps name measures that
    the Kommune has, so that saving a review again makes none.
    """
    rng = stream("review")
    said = {kind: [row["text"] for row in rows] for kind, rows in texts("review", ("kind", "text")).items()}
    kept: list[dict[str, Any]] = []
    rated: list[dict[str, Any]] = []
    noted: list[dict[str, Any]] = []
    held = events[(events["stage"] == "zwischenbilanz") & events["precision"].isin(["day", "month"])]
    for number, event in enumerate(held.drop_duplicates("participant_id", keep="last").to_dict("records"), start=1):
        own = measures[(measures["participant_id"] == event["participant_id"]) & measures["field_of_action"].notna()]
        day = min(between(rng, event["date_from"], event["date_to"]), DEMO_END)
        stamps = {"entered_by": event["entered_by"], "entered_at": event["entered_at"]}
        link = {"review_id": f"z-demo-{number:02d}", **stamps}
        present = int(rng.integers(_LEAST, _MOST + 1))
        kept.append(
            {
                "participant_id": event["participant_id"],
                "held_on": day,
                "guiding_question": one_of(rng, said["question"]),
                "present": present,
                "result": one_of(rng, said["result"]),
                "continuation": one_of(rng, said["continuation"]),
                "version": 1,
                **link,
            }
        )
        rated += [{**link, **row} for row in _ratings(rng, own, present, said["note"])]
        noted += [{**link, **row} for row in _points(rng, own, day, said)]
    return {"review": table(kept), "review_rating": table(rated), "review_point": table(noted)}


def _ratings(rng: np.random.Generator, own: pd.DataFrame, present: int, notes: list[str]) -> list[dict[str, Any]]:
    rows = []
    for name, measures in own.groupby("field_of_action", sort=True):
        far = float(measures["status"].map(_FAR).mean())
        # people differ: around the step that the measures suggest, wider or closer
        middle, width = 1 + 4 * min(1.0, far + float(rng.normal(0.08, 0.1))), float(rng.uniform(0.7, 1.2))
        weights = np.exp(-(((np.arange(1, 6) - middle) / width) ** 2) / 2)
        votes = rng.multinomial(int(rng.integers(present * 7 // 10, present + 1)), weights / weights.sum())
        rows.append(
            {
                "field_of_action": name,
                **{f"votes_{step}": int(n) for step, n in enumerate(votes, start=1)},
                "note": one_of(rng, notes) if rng.random() < 0.2 else None,
            }
        )
    return rows


def _points(rng: np.random.Generator, own: pd.DataFrame, day: date, said: dict[str, list[str]]) -> list[dict[str, Any]]:
    fields = sorted(set(own["field_of_action"]))
    rows = []
    for kind in ("helping", "hindering"):
        for index in rng.choice(len(said[kind]), size=int(rng.integers(2, 5)), replace=False):
            where = one_of(rng, fields) if rng.random() < 0.6 else None
            rows.append(_row(kind, said[kind][int(index)], where))
    for measure in own[own["status"] == "parked"].to_dict("records"):
        rows.append(_row("idea", measure["title"], measure["field_of_action"], measure_id=measure["measure_id"]))
    going_on = own[own["status"].isin(["running", "planned"])].to_dict("records")
    size = min(len(going_on), int(rng.integers(3, 6)))
    steps = rng.choice(len(said["step"]), size=size, replace=False)
    for index, place in zip(steps, sorted(rng.choice(len(going_on), size=size, replace=False)), strict=True):
        measure = going_on[int(place)]
        due = (day + timedelta(days=int(rng.integers(60, 300)))).replace(day=1) if rng.random() < 0.85 else None
        rows.append(
            _row("step", said["step"][int(index)], measure["field_of_action"], measure["responsible"], due,
                 measure["measure_id"])
        )  # fmt: skip
    return rows


def _row(
    kind: str,
    text: str,
    where: str | None,
    responsible: str | None = None,
    due: date | None = None,
    measure_id: str | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": text,
        "field_of_action": where,
        "responsible": responsible,
        "due": due,
        "measure_id": measure_id,
    }


def dossier_notes(participants: pd.DataFrame) -> pd.DataFrame:
    """The table ``dossier_note`` without keys: a note or two for a third of the Kommunen."""
    rng = stream("dossier_note")
    by_section = texts("dossier_note", ("section", "text"))
    rows = []
    for key in participants["participant_id"]:
        if rng.random() > 0.34:
            continue
        for place in sorted(rng.choice(len(by_section), size=int(rng.integers(1, 3)), replace=False)):
            section = list(by_section)[int(place)]
            text = one_of(rng, by_section[section])["text"]
            day = between(rng, date(2024, 1, 10), DEMO_END)
            rows.append({"participant_id": key, "section": section, "text": text, **stamp(rng, day)})
    return table(rows)
