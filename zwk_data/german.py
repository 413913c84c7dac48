"""German forms of numbers and dates, for pages, charts and files alike.

The cells of a frame as German text, the same in every form a table takes: page, slide, paper.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
from babel.dates import format_date
from numpy.typing import ArrayLike, NDArray

MISSING = "–"
NOT_DOCUMENTED = "nicht belegt"
#: one sentence says it of all Kommunen at once
BLANKET = "nur pauschal belegt"
#: narrow no-break space between a number and its unit would be finer, but breaks some screen readers
NBSP = "\u00a0"


#: decimals up to which a figure is taken as it was meant: what lies behind them is noise of binary fractions
_MEANT = 9


def rounded(value: float, decimals: int = 0) -> float:
    """A number as it is shown, halves up as at school: 2.675 -> 2.68, 0.5 -> 1, -2.25 -> -2.3; missing stays missing.

    Every number for people is rounded here, once, from the figure itself. Python's own ``round`` sends halves to the
    even digit and takes 2.675 for less than it says.
    """
    if not math.isfinite(value):
        return value
    meant = Decimal(repr(round(float(value), _MEANT)))
    return float(meant.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def whole(value: float) -> int:
    """A number of people or of days as it is shown; it must not be missing."""
    return int(rounded(value))


#: farther than this from a half, in units of the last decimal, noise cannot change how a number is rounded; it needs
#: fewer units and decimals than these
_CLEAR, _MOST_UNITS, _MOST_DECIMALS = 1e-3, 1e11, 5


def all_rounded(values: ArrayLike, decimals: int = 0) -> NDArray[np.float64]:
    """Many numbers as ``rounded`` shows each of them; missing ones are NaN."""
    plain = np.asarray(values, dtype=np.float64)
    units = np.abs(plain) * 10.0**decimals
    found = np.copysign(np.floor(units + 0.5), plain) / 10.0**decimals + 0.0
    with np.errstate(invalid="ignore"):  # infinity less infinity
        clear = (np.abs(units - np.floor(units) - 0.5) > _CLEAR) & (units < _MOST_UNITS) & (decimals <= _MOST_DECIMALS)
    # what lies next to a half is looked at as a decimal number
    found[~clear] = [rounded(value, decimals) for value in plain[~clear].tolist()]
    return found


#: Python's own separators -> German ones
_GERMAN = str.maketrans(",.", ".,")


def number(value: float | int | None, decimals: int = 0, *, sign: bool = False) -> str:
    """``1234.5`` -> ``1.234,5``; missing -> an en dash. ``sign`` writes a plus and a true minus."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    # not by Babel, which takes ten times as long: a map has eleven thousand numbers
    text = f"{Decimal(repr(rounded(value, decimals))):,.{decimals}f}".translate(_GERMAN)
    if text.startswith("-"):
        return "\u2212" + text[1:]
    return f"+{text}" if sign and value > 0 and text.strip("0,") else text


def with_unit(value: float | int | None, unit: str, decimals: int = 0, *, sign: bool = False) -> str:
    """A number and its unit, unbreakable: ``21,4 %``, ``240 Personen``."""
    text = number(value, decimals, sign=sign)
    return text if text == MISSING or not unit else f"{text}{NBSP}{unit}"


def day(value: date | datetime | None, precision: str = "day") -> str:
    """A date as precise as its source: ``09.11.2022``, ``November 2022``, ``2022``, or in words why there is none."""
    if precision == "blanket":
        return BLANKET
    if precision == "unknown" or value is None or value != value:
        return "ohne Datum"
    patterns = {"day": "dd.MM.yyyy", "month": "MMMM yyyy", "year": "yyyy"}
    return format_date(value, patterns[precision], locale="de")


def on(told: str) -> str:
    """A date of ``day`` within a sentence: „den 17.09.2024“, but „November 2024“ and „2024“."""
    return f"den {told}" if _DAY.fullmatch(told) else told


_DAY = re.compile(r"\d\d\.\d\d\.\d{4}")


def count(n: int, singular: str, plural: str) -> str:
    """``1 Kommune``, ``39 Kommunen``."""
    return f"{number(n)}{NBSP}{singular if n == 1 else plural}"


def listing(items: list[str]) -> str:
    """``a``, ``a und b``, ``a, b und c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} und {items[-1]}" if items else ""


def quoted(text: str) -> str:
    """In quotation marks, with those within it as single ones: ``„‚Riesa singt‘ wieder aufleben lassen“``."""
    return f"„{text.translate(_SINGLE)}“"


_SINGLE = str.maketrans("„“", "‚‘")

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
        return MISSING
    if callable(form):
        return form(value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return day(value)
    if form is not None:
        return number(float(str(value)), form)
    return str(value)


@dataclass(frozen=True)
class TableColumn:
    """One column as text. ``right``: set to the right, as numbers are; ``short``: never to be broken."""

    name: str
    texts: list[str]
    right: bool
    short: bool


def table_columns(
    frame: pd.DataFrame,
    formats: Mapping[str, Format] | None = None,
    numeric: Sequence[str] = (),
    most: int | None = None,
) -> list[TableColumn]:
    """All columns of a frame as text; the index is ignored.

    ``formats`` maps a column to decimals or to a function value -> text; ``numeric`` names text columns to set to the
    right as well. Without a form whole numbers have no decimals, others one, and years are never grouped. ``most``: of
    how many rows the text is wanted; the form follows from all of them.
    """
    found, forms = [], formats or {}
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        form = forms.get(str(name), _default_format(str(name), values))
        texts = [cell(value, form) for value in values.iloc[:most].tolist()]
        right = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        short = all(len(text) <= SHORT for text in texts)
        found.append(TableColumn(str(name), texts, right or str(name) in numeric, short))
    return found
