"""German forms of numbers and dates, for pages, charts and files alike."""

from __future__ import annotations

import math
from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal

MISSING = "–"
NOT_DOCUMENTED = "nicht belegt"
#: narrow no-break space between a number and its unit would be finer, but breaks some screen readers
NBSP = "\u00a0"


def number(value: float | int | None, decimals: int = 0, *, sign: bool = False) -> str:
    """``1234.5`` -> ``1.234,5``; missing -> an en dash. ``sign`` writes a plus and a true minus."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    text = format_decimal(
        round(value, decimals) + 0.0, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale="de"
    )
    if text.startswith("-"):
        return "\u2212" + text[1:]
    return f"+{text}" if sign and value > 0 and text.strip("0,") else text


def with_unit(value: float | int | None, unit: str, decimals: int = 0, *, sign: bool = False) -> str:
    """A number and its unit, unbreakable: ``21,4 %``, ``240 Personen``."""
    text = number(value, decimals, sign=sign)
    return text if text == MISSING or not unit else f"{text}{NBSP}{unit}"


def day(value: date | datetime | None, precision: str = "day") -> str:
    """A date as precise as its source: ``09.11.2022``, ``November 2022``, ``2022``, or „ohne Datum“."""
    if precision == "unknown" or value is None or value != value:
        return "ohne Datum"
    patterns = {"day": "dd.MM.yyyy", "month": "MMMM yyyy", "year": "yyyy"}
    return format_date(value, patterns[precision], locale="de")


def count(n: int, singular: str, plural: str) -> str:
    """``1 Kommune``, ``39 Kommunen``."""
    return f"{number(n)}{NBSP}{singular if n == 1 else plural}"


def listing(items: list[str]) -> str:
    """``a``, ``a und b``, ``a, b und c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} und {items[-1]}" if items else ""
