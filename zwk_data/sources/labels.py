"""Labels of sex, age and nationality in official tables <-> our codes.

Age codes: ``total``, a single year ``7``, a class ``3-5`` (both ends included), an open class ``75+``.

The signs of official tables: a cell becomes a value and the reason why it is what it is.

The ways official tables write a point in time.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

TOTALS = ("insgesamt", "zusammen", "gesamt")
SEXES = {"männlich": "male", "weiblich": "female", "männer": "male", "frauen": "female"}
NATIONALITIES = {
    "deutsche": "german", "deutsche(r)": "german", "deutsche / deutscher": "german",
    "ausländer(innen)": "foreign", "ausländer": "foreign", "ausländer/-innen": "foreign",
    "ausländer/innen": "foreign", "ausländerinnen und ausländer": "foreign", "ausländer/in": "foreign",
}  # fmt: skip

_UNDER = re.compile(r"unter (\d{1,3}) jahren?|unter (\d{1,3}) jahre?")
_HALF_OPEN = re.compile(r"(\d{1,3}) bis unter (\d{1,3}) jahren?|(\d{1,3}) bis unter (\d{1,3}) jahre?")
_CLOSED = re.compile(r"(\d{1,3}) bis (\d{1,3}) jahren?")
_OPEN = re.compile(r"(\d{1,3})(?: jahren?)? (?:und|u\.) ?(?:mehr|älter|m\.|ä\.)(?: jahre)?")
_SINGLE = re.compile(r"(\d{1,3})(?: jahre?|-jährige)")
_CODE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?")


def age_code(label: str) -> str | None:
    """The code of an age label, None if it is none.

    >>> [age_code(text) for text in ("3 bis unter 6 Jahre", "unter 1 Jahr", "75 Jahre und mehr", "Insgesamt", "Köln")]
    ['3-5', '0', '75+', 'total', None]
    """
    text = _plain(label)
    if text in TOTALS:
        return "total"
    if found := _UNDER.fullmatch(text):
        return _code(0, int(found[1] or found[2]) - 1)
    if found := _HALF_OPEN.fullmatch(text):
        return _code(int(found[1] or found[3]), int(found[2] or found[4]) - 1)
    if found := _CLOSED.fullmatch(text):
        return _code(int(found[1]), int(found[2]))
    if found := _OPEN.fullmatch(text):
        return f"{int(found[1])}+"
    if found := _SINGLE.fullmatch(text):
        return str(int(found[1]))
    return None


def age_label(code: str) -> str:
    """The German label of an age code. Raises ValueError for a text that is no age code.

    >>> [age_label(code) for code in ("3-5", "0-2", "0", "1", "75+", "total")]
    ['3 bis unter 6 Jahre', 'unter 3 Jahre', 'unter 1 Jahr', '1 bis unter 2 Jahre', '75 Jahre und mehr', 'Insgesamt']
    """
    if code == "total":
        return "Insgesamt"
    low, high = bounds(code)
    if high is None:
        return f"{low} Jahre und mehr"
    end = high + 1
    if low == 0:
        return f"unter {end} {'Jahr' if end == 1 else 'Jahre'}"
    return f"{low} bis unter {end} Jahre"


def bounds(code: str) -> tuple[int, int | None]:
    """Lowest and highest full year of an age code, None for an open end. Raises ValueError for another text.

    >>> bounds("3-5"), bounds("75+"), bounds("7"), bounds("total")
    ((3, 5), (75, None), (7, 7), (0, None))
    """
    if code == "total":
        return 0, None
    found = _CODE.fullmatch(code)
    if not found:
        raise ValueError(f"no age code: {code!r}")
    low = int(found[1])
    if found[3]:
        return low, None
    high = int(found[2]) if found[2] else low
    if high < low or (found[2] and high == low):
        raise ValueError(f"no age code: {code!r}")
    return low, high


def sex_code(label: str) -> str | None:
    """``total``, ``male`` or ``female``, None if the label is no sex.

    >>> sex_code("weiblich"), sex_code("Insgesamt"), sex_code("ledig")
    ('female', 'total', None)
    """
    text = _plain(label)
    return "total" if text in TOTALS else SEXES.get(text)


def nationality_code(label: str) -> str | None:
    """``total``, ``german`` or ``foreign``, None if the label is no nationality.

    >>> nationality_code("Ausländer(innen)"), nationality_code("Deutschland")
    ('foreign', None)
    """
    text = _plain(label)
    return "total" if text in TOTALS else NATIONALITIES.get(text)


def _plain(label: str) -> str:
    return " ".join(label.split()).lower()


def _code(low: int, high: int) -> str | None:
    if high < low:
        return None
    return str(low) if low == high else f"{low}-{high}"


#: sign -> status. ``-`` stands for "nothing" *or* "the unit did not exist": the value is left
#: missing and the status says ``none``, so that nobody adds a zero that nobody published.
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
STATUSES = (
    "reported", "none", "secret", "unreliable", "not_applicable", "pending",
    "rounded", "estimated", "computed",
)  # fmt: skip


def parse_sign(cells: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Parse text cells with decimal comma and no thousands separator.

    Returns three series on the index of ``cells``: value (float64, NaN where a sign stands),
    status (str), and ``bad`` (bool: neither a number nor a sign; an empty cell is bad too).
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

    A period that is not a year (``2023-10P6M``: six months from October 2023, the winter semester) is dated by its
    first day, so that its year is the one it is named after. None for anything else.

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
    # four digits that are no year of statistics (a key, a figure) are not taken for one
    if not 1800 <= year <= 2199:
        return None
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return None
