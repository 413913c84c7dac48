"""Labels of sex, age and nationality in official tables <-> our codes.

Age codes: ``total``, a single year ``7``, a class ``3-5`` (both ends included), an open class ``75+``.
"""

from __future__ import annotations

import re

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
