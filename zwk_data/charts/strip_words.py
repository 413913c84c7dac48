"""What the strips say in words: alternative text, how to read them, and the table of the same figures."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography.groups import NOUNS
from zwk_data.demography.indicators import Indicator
from zwk_data.german import count, listing, number, with_unit


def said(value: float, indicator: Indicator) -> str:
    """A value with the decimals and the unit of its indicator."""
    return with_unit(value, indicator.unit, indicator.decimals)


def brief(value: float, indicator: Indicator) -> str:
    """The same where room is short: a long unit stands on the axis alone."""
    return said(value, indicator) if len(indicator.unit) <= 3 else number(value, indicator.decimals)


def alt_text(positions: pd.DataFrame, indicator: Indicator, year: int, name: str) -> str:
    lead = f"Streifen je Gruppe: {indicator.name}, {year}."
    if positions.empty:
        return f"{lead} Keine Gruppe gewählt."
    value = float(positions["value"].iloc[0])
    own = f"{name}: {said(value, indicator)}." if pd.notna(value) else f"{name}: keine Angabe."
    if pd.isna(value):
        return f"{lead} {own}"
    told = [f"{group}: {words}" for group, words in zip(positions["group_name"], positions["words"], strict=True)]
    return f"{lead} {own} {'; '.join(told)}."


def how_to_read(positions: pd.DataFrame, has_areas: bool, outside: int, year: int, name: str, note: str) -> str:
    """How to read the drawing, and what is known about the groups."""
    told = []
    if len(positions) and positions["value"].isna().all():
        told.append(f"Für {name} gibt es für {year} keine Zahl.")
    how = "Jeder graue Punkt ist ein Ort" + (
        ", in großen Gruppen zeigt die Fläche, wo viele liegen" if has_areas else ""
    )
    told.append(f"{how}. Strich: Median; helles Band: die mittlere Hälfte.")
    if outside:
        told.append(f"Pfeile am Rand: {count(outside, 'Wert liegt', 'Werte liegen')} außerhalb der Achse.")
    missing = [
        f"{count(int(one['n_missing']), *NOUNS[str(one['level'])])} ({one['group_name']})"
        for one in positions.to_dict("records")
        if one["n_missing"]
    ]
    if missing:
        told.append(f"Ohne Angabe: {listing(missing)}.")
    notes = list(dict.fromkeys(text for text in positions["note"].astype(str) if text)) if len(positions) else []
    sentences = list(dict.fromkeys(one for text in notes for one in _sentences(text)))
    return " ".join([*told, *sentences, *filter(None, [note])])


def _sentences(text: str) -> list[str]:
    return [f"{one.rstrip('.')}." for one in text.split(". ") if one]


def table(positions: pd.DataFrame, references: pd.DataFrame | None, indicator: Indicator, name: str) -> pd.DataFrame:
    def rounded(values: pd.Series) -> pd.Series:
        return values.astype(float).round(indicator.decimals)

    result = pd.DataFrame(
        {
            "Gruppe": positions["group_name"].astype(str),
            "Anzahl": positions["n"].astype("Int64"),
            "Ohne Angabe": positions["n_missing"].astype("Int64"),
            name: rounded(positions["value"]),
            "Rang": positions["rank"].astype("Int64"),
            "Median": rounded(positions["median"]),
            "Unteres Viertel bis": rounded(positions["p25"]),
            "Oberes Viertel ab": rounded(positions["p75"]),
            "Einordnung": positions["words"].astype(str),
        }
    )
    if references is None or references.empty:
        return result
    own = pd.DataFrame(
        {
            "Gruppe": references["name"] + " insgesamt",
            "Einordnung": [f"Wert des Gebiets: {number(value, indicator.decimals)}" for value in references["value"]],
        }
    )
    return pd.concat([result, own], ignore_index=True)[result.columns]
