"""The German report on what an answer changes, table by table."""

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

#: how many cases are listed individually
MAX_LISTED = 10
_LEVELS = {"bund": "Deutschland", "land": "Länder", "kreis": "Kreise"}
_LEVELS |= {"verband": "Gemeindeverbände", "gemeinde": "Gemeinden"}
_SEX = {"total": "insgesamt", "male": "männlich", "female": "weiblich"}


def report(answer: Answer, changes: Changes, sums: pd.DataFrame, names: pd.Series, threshold: float) -> str:
    """What the answer of a table changes and whether its sums are right, as lines of text."""
    table = answer.table
    lines = [*_years(changes), *_revised(changes, names, threshold), *_keys(changes, names)]
    lines += [*_left_out(answer), *_sums(sums)]
    return "\n  ".join([f"{table.title} ({table.code}, {table.database.name})", *lines])


def _years(changes: Changes) -> list[str]:
    lines = []
    for key, group in changes.new_years.groupby(["indicator_id", "level"]):
        indicator, level = (str(part) for part in key)
        values = german.count(int(group["rows"].sum()), "Wert", "Werte")
        word = "Neues Jahr" if len(group) == 1 else "Neue Jahre"
        lines.append(f"{word} {_year_list(group['year'])}: {_indicator_name(indicator)}, {_LEVELS[level]} ({values})")
    if not lines:
        lines.append("Neue Jahre: keine")
    if changes.silent:
        lines.append(f"Ohne Antwort, bleibt wie bisher: {_year_list(changes.silent)}")
    return lines


def _year_list(years: Iterable[int]) -> str:
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
    for row in _first_rows(changes.revised):
        share = "vorher 0" if math.isinf(row["change"]) else german.with_unit(row["change"] * 100, "%", 1, sign=True)
        lines.append(f"  {_describe(row, names)}: {german.number(row['old'])} → {german.number(row['new'])} ({share})")
    return lines + _count_of_unlisted(number)


def _keys(changes: Changes, names: pd.Series) -> list[str]:
    lines = []
    for frame, word in ((changes.added, "Neue Werte in bekannten Jahren"), (changes.vanished, "Verschwundene Werte")):
        if frame.empty:
            lines.append(f"{word}: keine")
            continue
        units = german.count(frame["area_key"].nunique(), "Gebiet", "Gebieten")
        lines.append(f"{word}: {german.number(len(frame))} in {units}")
        for row in _first_rows(frame):
            value = german.number(row["value"]) if "value" in row else f"bisher {german.number(row['old'])}, jetzt "
            if "side" in row:
                value += "keine Zeile" if row["side"] == "right_only" else "ein Zeichen"
            lines.append(f"  {_describe(row, names)}: {value}")
        lines += _count_of_unlisted(len(frame))
    return lines


def _left_out(answer: Answer) -> list[str]:
    lines = []
    if len(answer.unknown):
        units = answer.unknown.drop_duplicates("area_key")
        shown = ", ".join(f"{row['name']} ({row['area_key']})" for row in _first_rows(units.head(3)))
        number = german.count(len(units), "Gebiet, das", "Gebiete, die")
        lines.append(f"Nicht übernommen: {number} das Verzeichnis des Monitors nicht kennt: {shown}")
    if answer.later:
        lines.append(
            f"Nicht übernommen: Gemeinden {_year_list(answer.later)}; sie stehen auf einem neueren Gebietsstand als "
            f"dem vom 31.12.{TODAY}"
        )
    return lines


def _sums(sums: pd.DataFrame) -> list[str]:
    wrong = sums[sums["ok"].eq(False)]
    lines = []
    compared = int(sums["ok"].notna().sum())
    if compared and wrong.empty:
        lines.append(f"Summen: {german.count(compared, 'Vergleich', 'Vergleiche')}, ohne Abweichung")
    for row in _first_rows(wrong):
        lines.append(
            f"FALSCH  {_indicator_name(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}, {row['what']}: "
            f"erwartet {german.number(row['expected'])}, gefunden {german.number(row['found'])}"
        )
    lines += _count_of_unlisted(len(wrong))
    for row in _first_rows(sums[sums["ok"].isna() & sums["sex"].eq("total")]):
        lines.append(
            f"Ohne Vergleich: {_indicator_name(row['indicator_id'])} {row['year']}, zusammen "
            f"{german.number(row['found'])}; eine veröffentlichte Summe liegt nicht vor"
        )
    return lines


def _first_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows, which are listed individually."""
    return [{str(name): value for name, value in row.items()} for row in frame.head(MAX_LISTED).to_dict("records")]


def _count_of_unlisted(number: int) -> list[str]:
    return [f"  … und {german.number(number - MAX_LISTED)} weitere"] if number > MAX_LISTED else []


def _describe(row: dict[str, Any], names: pd.Series) -> str:
    ages = "" if row["age_group"] == "total" else f", {row['age_group']} Jahre"
    name = names.get(row["area_key"], row["area_key"])
    what = f"{_indicator_name(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}{ages}"
    return f"{name} ({row['area_key']}), {what}"


def _indicator_name(indicator_id: str) -> str:
    return str(catalogue().indicators[indicator_id]["name_de"])
