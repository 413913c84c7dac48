"""CSV that a German Excel opens correctly by double click."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pandas as pd

#: spreadsheet programs run a cell that starts like this as a formula, some also behind spaces and signs that take no
#: room, or in letters of full width
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
KEY = re.compile(r"\d{2,12}")


def to_csv(frame: pd.DataFrame, *, source: str = "") -> bytes:
    """Write ``frame`` (without its index) for German Excel; ``source`` follows below, after an empty line.

    Semicolons, decimal comma, no thousands separator, dates as ``09.11.2022``, UTF-8 with BOM, CRLF; missing values
    are empty. A text column of official keys with leading zeros (AGS, Kreis, Land) is written as ``="01051"``, or Excel
    would drop the zero. Other text that Excel would run as a formula gets a leading apostrophe.
    """
    header = ";".join(_quoted(_safe(str(name))) for name in frame.columns)
    columns = [_cells(frame.iloc[:, position]) for position in range(frame.shape[1])]
    lines = [header, *(";".join(row) for row in zip(*columns, strict=True))]
    if source:
        lines += ["", _quoted(_safe(source))]
    return b"\xef\xbb\xbf" + "".join(line + "\r\n" for line in lines).encode("utf-8")


def is_key_column(column: pd.Series) -> bool:
    """Whether a text column holds official keys: only digits, and at least one leading zero."""
    if not (pd.api.types.is_string_dtype(column) or column.dtype == object):
        return False
    texts = [value for value in column if isinstance(value, str) and value]
    return any(text.startswith("0") and len(text) > 1 for text in texts) and all(KEY.fullmatch(t) for t in texts)


def _cells(column: pd.Series) -> list[str]:
    if is_key_column(column):
        return [f'="{value}"' if isinstance(value, str) and value else "" for value in column]
    return [_as_text(value) for value in column]


def _as_text(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "ja" if value else "nein"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return "" if not np.isfinite(value) else _decimal(float(value))
    if isinstance(value, date):
        return _day(value)
    return _quoted(_safe(str(value)))


def _day(value: date) -> str:
    """``09.11.2022``, with the time if it is a moment other than midnight."""
    has_time = isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0)
    return value.strftime("%d.%m.%Y %H:%M" if has_time else "%d.%m.%Y")


def _decimal(value: float) -> str:
    """Twelve significant digits at most, so that none shows how floats are stored (``0.1 + 0.2`` -> ``0,3``)."""
    text = np.format_float_positional(float(f"{value:.12g}"), trim="-")
    return "0" if text == "-0" else text.replace(".", ",")


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ';"\r\n') else text
