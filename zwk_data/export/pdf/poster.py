"""Posters for a Projektmarkt: a page per Handlungsfeld, with room for sticky dots and next steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from zwk_data import german
from zwk_data.dossier.fields import way
from zwk_data.dossier.record_source import source
from zwk_data.errors import ZwkError
from zwk_data.export.pdf.document import AUTHOR
from zwk_data.export.pdf.setting import pdf
from zwk_data.programme.action_fields import FIELD_ORDER, ActionField
from zwk_data.programme.words import MEASURE_STATUS, RATING_STEPS

SIZES = ("A1", "A3")
#: what a poster has room for
MOST_GOALS, MOST_INDICATORS, MOST_MEASURES = 5, 3, 3


def poster_pdf(name: str, fields: Sequence[ActionField], size: str, today: date, *, demo: bool = False) -> bytes:
    """The posters of a Kommune's Handlungsfelder, ``size`` A1 or A3. Raises ZwkError for another size or no field."""
    if size not in SIZES:
        raise ZwkError(f"Das Format „{size}“ gibt es nicht. Möglich sind {' und '.join(SIZES)}.")
    if not fields:
        raise ZwkError(f"Für {name} sind weder Maßnahmen noch Themen belegt: Es gibt kein Plakat.")
    content = {
        "title": f"Projektmarkt {name}",
        "author": AUTHOR,
        "described": f"Plakate je Handlungsfeld für {name}",
        "name": name,
        "size": size,
        "demo": demo,
        "day": german.day(today),
        "source": source(),
        "steps": list(RATING_STEPS.values()),
        "fields": [_field(one) for one in fields],
    }
    return pdf("poster.typ", content, {}, today)


def _field(one: ActionField) -> dict[str, Any]:
    groups = [part for code in FIELD_ORDER if len(part := one.measures[one.measures["status"] == code])]
    return {
        "name": one.name,
        "goals": one.goals[:MOST_GOALS],
        "wordings": list(one.wordings),
        "indicators": [_indicator(row) for row in one.indicators.head(MOST_INDICATORS).to_dict("records")],
        "groups": [_group(part) for part in groups],
    }


def _indicator(row: dict[Any, Any]) -> dict[str, Any]:
    told = [
        f"{word} {german.number(row[key], 0 if float(row[key]).is_integer() else 1)}"
        for key, word in (("indicator_start", "Start"), ("indicator_actual", "heute"), ("indicator_target", "Ziel"))
        if pd.notna(row[key])
    ]
    done = way(row["indicator_start"], row["indicator_target"], row["indicator_actual"])
    return {
        "name": row["indicator"],
        "values": " · ".join(told) or german.NOT_DOCUMENTED,
        "way": None if pd.isna(done) else done,
    }


def _group(part: pd.DataFrame) -> dict[str, Any]:
    shown = part.head(MOST_MEASURES)
    measures = [
        {"title": title, "told": ", ".join(told for told in (_text(body), _until(ends)) if told)}
        for title, body, ends in zip(shown["title"], shown["responsible"], shown["ends"], strict=True)
    ]
    return {
        "status": MEASURE_STATUS[str(part["status"].iloc[0])],
        "number": len(part),
        "measures": measures,
        "more": len(part) - len(shown),
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _until(ends: Any) -> str:
    return f"bis {german.day(ends)}" if pd.notna(ends) else ""
