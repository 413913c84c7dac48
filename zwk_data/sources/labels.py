"""What official tables print, as our codes: labels of sex, age and nationality, points in time, numbers and signs.

Age codes: ``total``, a single year ``7``, a class ``3-5`` (both ends included), an open class ``75+``.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

TOTALS = ("insgesamt", "zusammen", "gesamt")
SEXES = {"männlich": "male", "weiblich": "female", "männer": "male", "frauen": "female"}
NATIONALITIES = {
    "deutsche": "german",
    "deutsche(r)": "german",
    "deutsche / deutscher": "german",
    "ausländer(innen)": "foreign",
    "ausländer": "foreign",
    "ausländer/-innen": "foreign",
    "ausländer/innen": "foreign",
    "ausländerinnen und ausländer": "foreign",
    "ausländer/in": "foreign",
}

_UNDER = re.compile(r"unter (\d{1,3}) jahr(?:en?)?")
_UP_TO = re.compile(r"(\d{1,3}) bis (unter )?(\d{1,3}) jahr(?:en?)?")
_OPEN = re.compile(r"(\d{1,3})(?: jahren?)? (?:und|u\.) ?(?:mehr|älter|m\.|ä\.)(?: jahre)?")
_SINGLE = re.compile(r"(\d{1,3})(?: jahre?|-jährige)")


def age_code(label: str) -> str | None:
    """The code of an age label, None if the label is no age.

    >>> [age_code(text) for text in ("3 bis unter 6 Jahre", "unter 1 Jahr", "75 Jahre und mehr", "Insgesamt", "Köln")]
    ['3-5', '0', '75+', 'total', None]
    """
    text = _normalised(label)
    if text in TOTALS:
        return "total"
    if found := _OPEN.fullmatch(text):
        return f"{int(found[1])}+"
    low = high = 0
    if found := _UNDER.fullmatch(text):
        high = int(found[1]) - 1
    elif found := _UP_TO.fullmatch(text):
        low, high = int(found[1]), int(found[3]) - bool(found[2])
    elif found := _SINGLE.fullmatch(text):
        low = high = int(found[1])
    if found is None or high < low:
        return None
    return str(low) if low == high else f"{low}-{high}"


def sex_code(label: str) -> str | None:
    """``total``, ``male`` or ``female``, None if the label is no sex.

    >>> sex_code("weiblich"), sex_code("Insgesamt"), sex_code("ledig")
    ('female', 'total', None)
    """
    text = _normalised(label)
    return "total" if text in TOTALS else SEXES.get(text)


def nationality_code(label: str) -> str | None:
    """``total``, ``german`` or ``foreign``, None if the label is no nationality.

    >>> nationality_code("Ausländer(innen)"), nationality_code("Deutschland")
    ('foreign', None)
    """
    text = _normalised(label)
    return "total" if text in TOTALS else NATIONALITIES.get(text)


def _normalised(label: str) -> str:
    return " ".join(label.split()).lower()


def join_labels(left: pd.Series, right: pd.Series) -> pd.Series:
    """Two series of labels joined by `` / `` wherever neither is empty."""
    glue = pd.Series(" / ", index=left.index, dtype="str").where((left != "") & (right != ""), "")
    return left + glue + right


#: sign -> status. ``-`` means "nothing" *or* "the unit did not exist": the value stays missing with the status
#: ``none``, so that no zero is added that nobody published.
SIGNS = {
    "-": "none",
    "–": "none",
    ".": "secret",
    "•": "secret",
    "/": "unreliable",
    "x": "not_applicable",
    "X": "not_applicable",
    "...": "pending",
    "…": "pending",
}
STATUSES = ("reported", "none", "secret", "unreliable", "not_applicable", "pending", "rounded", "estimated", "computed")


def parse_figures(cells: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Parse the figures and signs of text cells, with decimal comma and without thousands separator.

    Returns three series with the index of ``cells``: value (float64, NaN for a sign), status (str), and ``bad``
    (bool: neither a number nor a sign; an empty cell is bad too).
    """
    text = cells.astype("str").str.strip()
    status = text.map(SIGNS).astype("object")
    is_number = text.str.fullmatch(r"[+-]?\d+(?:,\d+)?")
    value = pd.to_numeric(text.where(is_number).str.replace(",", ".", regex=False), errors="coerce").astype(np.float64)
    status = status.where(~is_number, "reported")
    bad = status.isna()
    return value, status.fillna("bad").astype("str"), bad


_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:P(\d+)([MY]))?")


def parse_time(label: str) -> pd.Timestamp | None:
    """A date of a table: ``31.12.2015``, ``2015`` (a yearly sum, dated 31.12.), ISO ``2024-12-31``, ``2023-10P6M``.

    A period other than a year (``2023-10P6M``: six months from October 2023, the winter semester) gets the date of
    its first day, so that its year is the one it is named after. None for anything else.

    >>> parse_time("31.12.2015"), parse_time("2015"), parse_time("2023-10P6M")
    (Timestamp('2015-12-31 00:00:00'), Timestamp('2015-12-31 00:00:00'), Timestamp('2023-10-01 00:00:00'))
    """
    text = label.strip()
    if found := _DAY.fullmatch(text):
        return _stamp(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return _stamp(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR.fullmatch(text):
        return _stamp(int(found[1]), 12, 31)
    if found := _PERIOD.fullmatch(text):
        if found[2] is None:
            return _stamp(int(found[1]), 12, 31) if (found[3], found[4]) in (("1", "Y"), ("12", "M")) else None
        return _stamp(int(found[1]), int(found[2]), 1)
    return None


def _stamp(year: int, month: int, day: int) -> pd.Timestamp | None:
    # four digits may also be a key or a figure
    if not 1800 <= year <= 2199:
        return None
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return None
