"""Periods as people write them where a day is asked for: quarters, halves, weeks, seasons, and spans of two dates.

No library at hand reads German quarters and half-years, so they are read here. A text that is a period and something
else besides is none: half of it would be a guess.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from babel.dates import get_month_names

from zwk_data.schema.cells import fold

MONTHS = {
    fold(name): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale="de").items()
} | {"sep": 9, "mrz": 3, "mar": 3, "maer": 3, "jaenner": 1, "feber": 2, "june": 6, "jun": 6, "jul": 7}


class Period(NamedTuple):
    """First and last day of what somebody wrote."""

    first: date
    last: date


_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "erstes": 1, "zweites": 2, "drittes": 3, "viertes": 4}
_ORDINALS |= {word.replace("es", end): n for word, n in list(_ORDINALS.items()) if "es" in word for end in ("e", "en")}
_N = rf"(?P<n>[1-4]|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
_Y = r"(?P<y>20\d\d|'\d\d)"
_YY = r"(?P<y>20\d\d|'?\d\d)"
_QUARTER = r"(?:quartal|quart\.?|qu\.?|q|vierteljahr|vj\.?)"
_HALF = r"(?:halbjahr|hj\.?|hbj\.?|jahreshälfte|hälfte|h)"
_GLUE = r"[\s./–—-]*"
#: compiled when the first date is read: most of what imports this reads none
_FORMS = {
    "quarter": (
        rf"{_QUARTER}\s*{_N}{_GLUE}{_YY}",
        rf"{_N}\.?\s*{_QUARTER}{_GLUE}(?:von\s+|in\s+|des\s+jahres\s+)?{_YY}",
        rf"{_Y}{_GLUE}{_QUARTER}\s*{_N}",
        rf"{_Y}{_GLUE}{_N}\.?\s*{_QUARTER}",
        rf"(?P<n>i|ii|iii|iv)\s*[/.]\s*{_YY}",
        rf"{_Y}\s*/\s*(?P<n>i|ii|iii|iv)",
    ),
    "half": (
        rf"{_HALF}\s*{_N}{_GLUE}{_YY}",
        rf"{_N}\.?\s*{_HALF}{_GLUE}(?:von\s+|in\s+|des\s+jahres\s+)?{_YY}",
        rf"{_Y}{_GLUE}{_HALF}\s*{_N}",
        rf"{_Y}{_GLUE}{_N}\.?\s*{_HALF}",
    ),
    "week": (
        rf"(?:kw|woche|kalenderwoche)\.?\s*(?P<n>\d\d?){_GLUE}{_YY}",
        rf"(?P<n>\d\d?)\.?\s*(?:kw|woche|kalenderwoche)\.?{_GLUE}{_YY}",
        rf"{_Y}{_GLUE}(?:kw|w)\s*(?P<n>\d\d?)",
    ),
    "part": (
        rf"(?P<part>[a-zäöü]+){_GLUE}(?:von\s+|des\s+jahres\s+|jahr\s+)?{_Y}",
        rf"(?P<part>anfang|mitte|ende)\s+(?P<month>[a-zäöü]{{3,9}})\.?\s*{_YY}",
    ),
}
#: first and last month of a part of a year; a winter begins in the year it is named after
_PARTS = {
    **dict.fromkeys(("anfang", "jahresanfang", "jahresbeginn", "beginn"), (1, 3)),
    **dict.fromkeys(("mitte", "jahresmitte"), (4, 9)),
    **dict.fromkeys(("ende", "jahresende"), (10, 12)),
    **dict.fromkeys(("frühjahr", "frühling", "fruehjahr", "fruehling"), (3, 5)),
    **dict.fromkeys(("sommer", "hochsommer", "spätsommer"), (6, 8)),
    **dict.fromkeys(("herbst", "spätherbst"), (9, 11)),
}
_THIRDS = {"anfang": (1, 10), "mitte": (11, 20), "ende": (21, 31)}


def named_period(text: str) -> Period | None:
    """The quarter, half, week or part of a year or month that a whole text names; None for anything else.

    >>> named_period("Q3/2023")
    Period(first=datetime.date(2023, 7, 1), last=datetime.date(2023, 9, 30))
    """
    low = " ".join(text.casefold().replace("’", "'").split()).removeprefix("im ").removeprefix("in der ")
    for kind, forms in _FORMS.items():
        for match in filter(None, (re.fullmatch(form, low) for form in forms)):
            found = _of_match(kind, match)
            if found:
                return found
    return None


def _of_match(kind: str, match: re.Match[str]) -> Period | None:
    year = int(match["y"].lstrip("'"))
    year = year if year > 99 else 2000 + year
    if kind == "part":
        return _part(match, year)
    said = match["n"]
    number = _ORDINALS.get(said) or int(said)
    if kind == "week":
        return _week(year, number)
    months = 3 if kind == "quarter" else 6
    return _months(year, (number - 1) * months + 1, number * months) if number * months <= 12 else None


def _week(year: int, number: int) -> Period | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=6))


def _part(match: re.Match[str], year: int) -> Period | None:
    if "month" in match.groupdict():
        month = MONTHS.get(fold(match["month"]))
        if month is None:
            return None
        first, last = _THIRDS[match["part"]]
        end = min(last, calendar.monthrange(year, month)[1])
        return Period(date(year, month, first), date(year, month, end))
    months = _PARTS.get(match["part"])
    return _months(year, *months) if months else None


def _months(year: int, first: int, last: int) -> Period:
    return Period(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


_BETWEEN = re.compile(r"\s*(?:[-–—]|\bbis(?:\s+zum|\s+einschließlich)?\b|/)\s*")
_LEADING = re.compile(r"^(?:von|vom|zwischen|ab|seit)\s+")
_DAY_ALONE = re.compile(r"(?P<d>\d{1,2})\.?")
_DAY_MONTH = re.compile(r"(?P<d>\d{1,2})\.\s*(?:(?P<m>\d{1,2})\.?|(?P<name>[a-zäöü]{3,9})\.?)")
_MONTH_ALONE = re.compile(r"(?P<name>[a-zäöü]{3,9})\.?|(?P<m>0?[1-9]|1[0-2])\.?")
_QUARTER_ALONE = re.compile(rf"{_QUARTER}\s*{_N}|{_N.replace('?P<n>', '?P<k>')}\.?\s*{_QUARTER}?")


def halves_of_span(text: str) -> list[tuple[str, str]]:
    """The ways of cutting a text into the two ends of a span (casefolded), „von“ taken away."""
    low = _LEADING.sub("", " ".join(text.casefold().split()))
    return [
        (low[: cut.start()], low[cut.end() :]) for cut in _BETWEEN.finditer(low) if cut.start() and low[cut.end() :]
    ]


def beginning(text: str, until: Period) -> date | None:
    """The first day of a span whose beginning leaves out what its end says: „01.05.“, „Mai“, „12.“, „Q1“.

    None if the text is no such beginning, or lies behind the end.
    """
    found: date | None = None
    try:
        if match := _DAY_MONTH.fullmatch(text):
            month = int(match["m"]) if match["m"] else MONTHS.get(fold(match["name"]), 0)
            found = date(until.last.year, month, int(match["d"]))
        elif (match := _DAY_ALONE.fullmatch(text)) and until.first == until.last:
            found = date(until.last.year, until.last.month, int(match["d"]))
        elif (match := _QUARTER_ALONE.fullmatch(text)) and (until.last - until.first).days > 80:
            said = match["n"] or match["k"]
            found = date(until.last.year, ((_ORDINALS.get(said) or int(said)) - 1) * 3 + 1, 1)
        elif match := _MONTH_ALONE.fullmatch(text):
            month = int(match["m"]) if match["m"] else MONTHS.get(fold(match["name"]), 0)
            found = date(until.last.year, month, 1)
    except ValueError:
        return None
    return found if found and found <= until.first else None
