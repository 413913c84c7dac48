"""The change report in German, one table after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from zwk_data import german
from zwk_data.warehouse.collect.areas import TODAY
from zwk_data.warehouse.indicator_catalogue import catalogue
from zwk_data.warehouse.update.answer import Answer
from zwk_data.warehouse.update.changes import Changes

#: how many single cases are told
SHOWN = 10
_LEVELS = {"bund": "Deutschland", "land": "Länder", "kreis": "Kreise", "verband": "Gemeindeverbände",
           "gemeinde": "Gemeinden"}  # fmt: skip
_SEX = {"total": "insgesamt", "male": "männlich", "female": "weiblich"}


def report(answer: Answer, changes: Changes, sums: pd.DataFrame, names: pd.Series, threshold: float) -> str:
    """What the answer of one table changes and whether its sums hold, in lines."""
    table = answer.table
    lines = [f"{table.title} ({table.code}, {table.database.name})"]
    lines += [f"  {line}" for line in _years(changes)]
    lines += [f"  {line}" for line in _revised(changes, names, threshold)]
    lines += [f"  {line}" for line in _keys(changes, names)]
    lines += [f"  {line}" for line in _left_out(answer)]
    lines += [f"  {line}" for line in _sums(sums)]
    return "\n".join(lines)


def _years(changes: Changes) -> list[str]:
    lines = []
    for key, group in changes.new_years.groupby(["indicator_id", "level"]):
        indicator, level = (str(part) for part in key)
        values = german.count(int(group["rows"].sum()), "Wert", "Werte")
        word = "Neues Jahr" if len(group) == 1 else "Neue Jahre"
        lines.append(f"{word} {_listed(group['year'])}: {_indicator(indicator)}, {_LEVELS[level]} ({values})")
    if not lines:
        lines.append("Neue Jahre: keine")
    if changes.silent:
        lines.append(f"Ohne Antwort, bleibt wie bisher: {_listed(changes.silent)}")
    return lines


def _listed(years: Iterable[int]) -> str:
    return german.listing([str(year) for year in sorted(years)])


def _revised(changes: Changes, names: pd.Series, threshold: float) -> list[str]:
    same = f"{german.count(changes.same, 'Wert', 'Werte')} unverändert"
    decimals = next((d for d in range(3) if round(threshold * 100, d) == round(threshold * 100, 9)), 3)
    percent = german.with_unit(threshold * 100, "%", decimals)
    number = len(changes.revised)
    if not number and not changes.slightly:
        return [f"Geänderte Werte: keine ({same})"]
    lines = [
        f"Geänderte Werte: {german.number(number + changes.slightly)}, davon {german.number(number)} um mehr als "
        f"{percent} ({same})"
    ]
    for row in _first(changes.revised):
        share = "vorher 0" if math.isinf(row["change"]) else german.with_unit(row["change"] * 100, "%", 1, sign=True)
        lines.append(f"  {_where(row, names)}: {german.number(row['old'])} → {german.number(row['new'])} ({share})")
    return lines + _more(number)


def _keys(changes: Changes, names: pd.Series) -> list[str]:
    lines = []
    for frame, word in ((changes.added, "Neue Werte in bekannten Jahren"), (changes.vanished, "Verschwundene Werte")):
        if frame.empty:
            lines.append(f"{word}: keine")
            continue
        units = german.count(frame["area_key"].nunique(), "Gebiet", "Gebieten")
        lines.append(f"{word}: {german.number(len(frame))} in {units}")
        for row in _first(frame):
            value = german.number(row["value"]) if "value" in row else f"bisher {german.number(row['old'])}, jetzt "
            if "side" in row:
                value += "keine Zeile" if row["side"] == "right_only" else "ein Zeichen"
            lines.append(f"  {_where(row, names)}: {value}")
        lines += _more(len(frame))
    return lines


def _left_out(answer: Answer) -> list[str]:
    lines = []
    if len(answer.unknown):
        units = answer.unknown.drop_duplicates("area_key")
        shown = ", ".join(f"{row['name']} ({row['area_key']})" for row in _first(units.head(3)))
        number = german.count(len(units), "Gebiet, das", "Gebiete, die")
        lines.append(f"Nicht übernommen: {number} das Verzeichnis des Monitors nicht kennt: {shown}")
    if answer.later:
        lines.append(
            f"Nicht übernommen: Gemeinden {_listed(answer.later)}; sie stehen auf einem neueren Gebietsstand als dem "
            f"vom 31.12.{TODAY}"
        )
    return lines


def _sums(sums: pd.DataFrame) -> list[str]:
    wrong = sums[sums["ok"].eq(False)]
    lines = []
    compared = int(sums["ok"].notna().sum())
    if compared and wrong.empty:
        lines.append(f"Summen: {german.count(compared, 'Vergleich', 'Vergleiche')}, ohne Abweichung")
    for row in _first(wrong):
        lines.append(
            f"FALSCH  {_indicator(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}, {row['what']}: "
            f"erwartet {german.number(row['expected'])}, gefunden {german.number(row['found'])}"
        )
    lines += _more(len(wrong))
    for row in _first(sums[sums["ok"].isna() & sums["sex"].eq("total")]):
        lines.append(
            f"Ohne Vergleich: {_indicator(row['indicator_id'])} {row['year']}, zusammen {german.number(row['found'])}; "
            "eine veröffentlichte Summe liegt nicht vor"
        )
    return lines


def _first(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The cases that are told singly."""
    return [{str(name): value for name, value in row.items()} for row in frame.head(SHOWN).to_dict("records")]


def _more(number: int) -> list[str]:
    return [f"  … und {german.number(number - SHOWN)} weitere"] if number > SHOWN else []


def _where(row: dict[str, Any], names: pd.Series) -> str:
    ages = "" if row["age_group"] == "total" else f", {row['age_group']} Jahre"
    name = names.get(row["area_key"], row["area_key"])
    what = f"{_indicator(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}{ages}"
    return f"{name} ({row['area_key']}), {what}"


def _indicator(indicator_id: str) -> str:
    return str(catalogue().indicators[indicator_id]["name_de"])
