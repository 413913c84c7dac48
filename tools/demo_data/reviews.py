"""Invented details of the measures: Leitkennzahl, notes, tools, gute Praxis; and advising offices.

Invented Zwischenbilanzen: what a session would have ended in where the demo data say that one was held.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tools.demo_data.draw import between, one_of, stamp, stream, table, texts
from zwk_data.settings import DEMO_END

_PERCENT = ("Anteil", "Rücklauf", "Stellenanteil")
_EUROS = ("Umsatz", "Einzahlungen")


def detailed(measures: pd.DataFrame) -> pd.DataFrame:
    """``measure`` with Handlungsfeld and the values of its Leitkennzahl (an actual one once it runs)."""
    rng = stream("measure")
    fields = texts("field", ("theme_id", "field_of_action"))
    rows = []
    for measure in measures.to_dict("records"):
        field = fields[measure["theme_id"]][0]["field_of_action"] if rng.random() > 0.05 else None
        start = target = actual = None
        unit = _unit(str(measure["indicator"]))
        size = {"Euro": 1000, "Prozent": 5}.get(unit, 1)
        if measure["status"] != "idea" and rng.random() > 0.15:
            start = float(rng.integers(0, 9) * size)
            target = start + float(rng.integers(4, 13) * size)
            if measure["status"] in ("running", "done") and rng.random() > 0.1:
                low, high = (0.7, 1.3) if measure["status"] == "done" else (0.05, 0.9)
                actual = float(round(start + (target - start) * rng.uniform(low, high)))
        rows.append((field, unit, start, target, actual))
    names = ("field_of_action", "indicator_unit", "indicator_start", "indicator_target", "indicator_actual")
    return measures.assign(
        **{n: pd.Series(v, dtype=object) for n, v in zip(names, zip(*rows, strict=True), strict=True)}
    )


def _unit(indicator: str) -> str:
    if indicator.startswith(_PERCENT):
        return "Prozent"
    if indicator.startswith(_EUROS):
        return "Euro"
    return "Kilometer" if "Kilometer" in indicator else "Anzahl"


def notes(measures: pd.DataFrame) -> pd.DataFrame:
    """The table ``measure_note`` without keys: one to three for every measure that runs or is done."""
    rng = stream("measure_note")
    said = texts("note", ("status", "text"))
    rows: list[dict[str, Any]] = []
    for measure in measures[measures["status"].isin(["running", "done"])].to_dict("records"):
        end = min(measure["ends"], DEMO_END)
        days = sorted(between(rng, measure["starts"], end) for _ in range(int(rng.integers(1, 4))))
        picked = rng.choice(len(said["running"]), size=len(days), replace=False)
        for number, (day, index) in enumerate(zip(days, picked, strict=True), start=1):
            finished = measure["status"] == "done" and number == len(days)
            text = one_of(rng, said["done"])["text"] if finished else said["running"][int(index)]["text"]
            day = end if finished else day
            rows.append(
                {
                    "measure_id": measure["measure_id"],
                    "noted_on": day,
                    "text": text,
                    **stamp(rng, day + timedelta(days=int(rng.integers(0, 6)))),
                }
            )
    return table(rows)


def tools() -> pd.DataFrame:
    """The table ``tool``: two for every theme of the Werkzeugkoffer."""
    rows = [row for rows in texts("tool", ("theme_id", "title", "note")).values() for row in rows]
    return table(
        [
            {
                "tool_id": f"beispiel-{number:02d}",
                "title": f"{row['title']} (Beispiel)",
                "theme_id": row["theme_id"],
                "link": f"https://werkzeugkoffer.example/{row['theme_id']}/{number:02d}",
                "note": row["note"] or None,
            }
            for number, row in enumerate(rows, start=1)
        ]
    )


def uses(measures: pd.DataFrame, tools: pd.DataFrame) -> pd.DataFrame:
    """The table ``measure_tool`` without keys: a third of the measures on a toolkit theme use one of its tools."""
    rng = stream("measure_tool")
    by_theme = tools.groupby("theme_id")["tool_id"].agg(list)
    rows = []
    for measure in measures.to_dict("records"):
        if measure["theme_id"] in by_theme.index and measure["status"] != "idea" and rng.random() < 0.34:
            rows.append({"measure_id": measure["measure_id"], "tool_id": one_of(rng, by_theme[measure["theme_id"]])})
    return table(rows)


def good_practice(measures: pd.DataFrame) -> pd.DataFrame:
    """The table ``good_practice`` without keys: what a good third of the finished measures hands on."""
    rng = stream("good_practice")
    said = texts("practice", ("kind", "text"))
    rows = []
    for measure in measures[measures["status"] == "done"].to_dict("records"):
        if rng.random() > 0.38:
            continue
        rows.append(
            {
                "participant_id": measure["participant_id"],
                "theme_id": measure["theme_id"],
                "measure_id": measure["measure_id"],
                "title": measure["title"],
                "description": f"{measure['goal']}. {one_of(rng, said['description'])['text']}",
                "for_whom": measure["target_group"],
                "result": one_of(rng, said["result"])["text"],
                "contact_body": measure["responsible"],
                "link": None,
                "release": ("public", "network", "internal")[int(rng.choice(3, p=(0.5, 0.32, 0.18)))],
                **stamp(rng, measure["ends"] + timedelta(days=int(rng.integers(10, 80)))),
            }
        )
    return table(rows)


def advisers() -> pd.DataFrame:
    """The table ``adviser`` without keys: offices that do not exist."""
    rows = [row for rows in texts("adviser", ("name", "host", "note")).values() for row in rows]
    return table(
        [
            {
                "name": row["name"],
                "contact": f"beratung@{row['host']}",
                "website": f"https://{row['host']}",
                "note": row["note"],
            }
            for row in rows
        ]
    )


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
            _row(
                "step",
                said["step"][int(index)],
                measure["field_of_action"],
                measure["responsible"],
                due,
                measure["measure_id"],
            )
        )
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


def profile_texts(participants: pd.DataFrame) -> pd.DataFrame:
    """The table ``profile_text`` without keys: own words to a few chapters, of a third of the Kommunen."""
    rng = stream("profile_text")
    by_chapter = texts("profile_text", ("chapter", "text"))
    rows = []
    for key in participants["participant_id"]:
        if rng.random() > 0.34:
            continue
        for place in sorted(rng.choice(len(by_chapter), size=int(rng.integers(2, 5)), replace=False)):
            chapter = list(by_chapter)[int(place)]
            text = one_of(rng, by_chapter[chapter])["text"]
            day = between(rng, date(2022, 3, 1), DEMO_END)
            rows.append({"participant_id": key, "chapter": chapter, "text": text, **stamp(rng, day)})
    return table(rows)
