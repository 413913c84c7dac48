"""The cells of a frame as German text, the same in every form a table takes: page, slide, paper."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from zwk_data import german

#: a column's form: decimals, or a function value -> text
Format = int | Callable[[object], str]
#: counted and named, but never grouped by thousands
PLAIN_NUMBERS = ("Jahr", "AGS", "ARS", "Schlüssel", "Gebietsstand")

#: characters; up to here a cell is a number, a date, a key
SHORT = 16


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _default_format(column: str, values: pd.Series) -> Format | None:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return None
    if str(column).startswith(PLAIN_NUMBERS):
        return lambda value: str(int(float(str(value))))
    known = values.dropna()
    return 0 if known.empty or bool((known == known.round()).all()) else 1


def cell(value: object, form: Format | None = None) -> str:
    """One value as German text, not yet escaped: missing -> –, dates -> dd.mm.yyyy, yes/no -> ja/nein."""
    if _missing(value):
        return german.MISSING
    if callable(form):
        return form(value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return german.day(value)
    if form is not None:
        return german.number(float(str(value)), form)
    return str(value)


@dataclass(frozen=True)
class TableColumn:
    """One column as text. ``right``: set to the right, as numbers are; ``short``: never to be broken."""

    name: str
    texts: list[str]
    right: bool
    short: bool


def table_columns(
    frame: pd.DataFrame, formats: Mapping[str, Format] | None = None, numeric: Sequence[str] = ()
) -> list[TableColumn]:
    """All columns of a frame as text; the index is ignored.

    ``formats`` maps a column to decimals or to a function value -> text; ``numeric`` names text columns to set to the
    right as well. Without a form whole numbers have no decimals, others one, and years are never grouped.
    """
    found, forms = [], formats or {}
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        form = forms.get(str(name), _default_format(str(name), values))
        texts = [cell(value, form) for value in values.tolist()]
        right = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        short = all(len(text) <= SHORT for text in texts)
        found.append(TableColumn(str(name), texts, right or str(name) in numeric, short))
    return found
