"""Invented details of the measures: Leitkennzahl, notes, tools, gute Praxis; and advising offices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from zwk_data.programme.demo_draw import between, one_of, stamp, stream, table, texts
from zwk_data.programme.today import DEMO_END

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
