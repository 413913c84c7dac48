"""Dates as people type them into a form: „gestern“, „24.11.“, „KW 47“. The form repeats what it understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from zwk_data import german
from zwk_data.schema.cells import fold
from zwk_data.schema.date_reading import (
    LEADING_WORDS,
    MIGHT_BE_A_DAY,
    MONTH,
    WEEKDAY,
    WEEKDAYS,
    Span,
    is_month,
    read_span,
    span,
    span_of,
    span_reading,
)
from zwk_data.schema.periods import MONTHS, Period, named_period


class Typed(NamedTuple):
    """What somebody typed, as it was understood: ``words`` say it, ``sure`` where nothing was added or left open."""

    span: Span
    words: str
    sure: bool


#: words for days, counted from today
_DAYS_FROM_TODAY = {"heute": 0, "gestern": -1, "vorgestern": -2, "morgen": 1, "übermorgen": 2, "uebermorgen": 2}
_DAY_AND_MONTH = re.compile(r"(?P<d>\d{1,2})\s*\.\s*(?:(?P<m>\d{1,2})\s*\.?|" + MONTH + r")")
_WEEK_ALONE = re.compile(r"(?:kw|woche|kalenderwoche)\.?\s*(?P<n>\d\d?)|(?P<m>\d\d?)\.?\s*(?:kw|woche|kalenderwoche)")


def typed_span(text: str, today: date, *, ahead: bool = False) -> Typed:
    """As ``read_span``, for a form that repeats what it understood before anything is saved.

    „gestern“ counts from ``today``, „24.11.“ and „KW 47“ are the last ones before it (``ahead``: the next ones), and
    „Nov 24“ is a month. A week is kept as the month that holds it, else as its year. Raises ValueError (German).
    """
    low = " ".join(LEADING_WORDS.sub("", text.strip()).casefold().split())
    if low in _DAYS_FROM_TODAY:
        day = today + timedelta(days=_DAYS_FROM_TODAY[low])
        return Typed(Span(day, day, "day"), _day_in_words(day), sure=False)
    weekday = WEEKDAY.match(low)
    short = _DAY_AND_MONTH.fullmatch(low[weekday.end() :] if weekday else low)
    if short and is_month(short):
        day = _near(today, ahead, lambda year: _day_of(short, year, text))
        return Typed(Span(day, day, "day"), _day_in_words(day), sure=False)
    week = _WEEK_ALONE.fullmatch(low)
    if week:
        number = int(week["n"] or week["m"])
        monday = _near(today, ahead, lambda year: _monday(year, number, text))
        return _typed_week(Period(monday, monday + timedelta(days=6)), f"KW {number}")
    period = named_period(low)
    if period and (period.last - period.first).days == 6:
        return _typed_week(period, f"KW {period.first.isocalendar().week}")
    found = span_reading(text)
    if found.doubt and MIGHT_BE_A_DAY in found.doubt:
        span: Span = found.value
        return Typed(span, f"der Monat {german.day(span.date_from, span.precision)}", sure=False)
    exact = read_span(text)
    return Typed(exact, german.day(exact.date_from, exact.precision), sure=True)


def _typed_week(week: Period, name: str) -> Typed:
    width = "month" if week.first.month == week.last.month else "year"
    kept = german.day(week.first, width)
    words = f"{name}, {german.day(week.first)} bis {german.day(week.last)}. Gespeichert wird {kept}"
    return Typed(Span(*span(week.first, width), width), words, sure=False)


def _day_in_words(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()].capitalize()}, {german.day(day)}"


def _near(today: date, ahead: bool, of_year: Callable[[int], date | None]) -> date:
    """The day of the year that is the last one up to ``today``, or the next one from it on."""
    found = [day for year in range(today.year - 8, today.year + 9) if (day := of_year(year))]
    if ahead:
        return min(day for day in found if day >= today)
    return max(day for day in found if day <= today)


def _day_of(match: re.Match[str], year: int, text: str) -> date | None:
    """The day in a year; None on 29 February of a year without one. Raises ValueError if no year has it."""
    month = MONTHS[fold(match["name"])] if match["name"] else int(match["m"])
    span_of(2024, month, int(match["d"]), text)  # a leap year has every day that there is
    try:
        return date(year, month, int(match["d"]))
    except ValueError:
        return None


def _monday(year: int, number: int, text: str) -> date | None:
    if not 1 <= number <= 53:
        raise ValueError(f"„{text}“: Diese Woche gibt es nicht.")
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
