"""Dates no more exact than their source: a day, a month or a year, kept as a span of days.

As people type them into a form they may be „gestern“, „24.11.“ or „KW 47“; the form repeats what it understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd

from zwk_data import german
from zwk_data.schema import shipped_csv
from zwk_data.schema.cells import Reading, Row, fold
from zwk_data.schema.date_reading import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    LEADING_WORDS,
    MIGHT_BE_A_DAY,
    MONTH,
    WEEKDAY,
    WEEKDAYS,
    Span,
    cell_text,
    day_reading,
    is_month,
    read_span,
    span,
    span_of,
    span_reading,
)
from zwk_data.schema.periods import MONTHS, Period, named_period
from zwk_data.schema.structure import Check, Editor, Excel, Field, Kind, Names, RowCheck
from zwk_data.schema.words import PRECISIONS, UNDATED

__all__ = [
    "EARLIEST_YEAR",
    "LATEST_YEAR",
    "Span",
    "cell_text",
    "day_reading",
    "read_span",
    "span",
    "span_reading",
]


class DayKind(Kind):
    """A day of the calendar."""

    name = "day"
    types = ("DATE",)
    editor = Editor("date", "datetime64[ns]", width=110)
    excel = Excel(
        "Datum, etwa 09.11.2022",
        date(2022, 11, 9),
        width=12,
        number_format="dd.mm.yyyy",
        limits=("date", date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)),
    )

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        return day_reading(cell, last=one.ends_period)

    def python(self, value: Any, column: str) -> Any:
        return pd.Timestamp(value).date()

    def read_back(self, text: str, column: str) -> Any:
        return date.fromisoformat(text)

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.day(text)

    def from_editor(self, one: Field, value: Any) -> Row:
        if isinstance(value, str) and value:
            return {one.column: date.fromisoformat(value[:10])}
        return super().from_editor(one, value)

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return german.day(value)

    def checks(self, one: Field) -> list[Check]:
        sentence = f"„{one.label}“ muss ein Datum zwischen {EARLIEST_YEAR} und {LATEST_YEAR} sein."
        return [*super().checks(one), (_is_day, sentence)]


def _is_day(value: Any) -> bool:
    return value is None or (isinstance(value, date) and EARLIEST_YEAR <= value.year <= LATEST_YEAR)


class SpanKind(Kind):
    """A date as exact as its source: first day, last day, and how exact that is. Unknown has no days."""

    name = "span"
    types = ("DATE", "DATE", "VARCHAR")
    nothing = "ohne Datum"
    editor = Editor(width=140)
    excel = Excel("so genau wie bekannt: 09.11.2022, November 2022 oder 2022", "November 2022", width=16)

    def columns(self, column: str) -> tuple[str, ...]:
        return Span._fields

    def column_label(self, one: Field, column: str) -> str:
        return {"date_to": "Datum bis", "precision": "Genauigkeit des Datums"}.get(column, one.label)

    def always_filled(self, one: Field) -> tuple[str, ...]:
        return one.columns if one.required else ("precision",)

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        return span_reading(cell)

    def values(self, one: Field, value: Any) -> Row:
        return dict(zip(one.columns, value, strict=True))

    def blank(self) -> Row:
        return {"precision": "unknown"}

    def given(self, one: Field, row: Mapping[str, Any]) -> bool:
        return row.get("precision") not in (None, *UNDATED)

    def python(self, value: Any, column: str) -> Any:
        return value if column == "precision" else pd.Timestamp(value).date()

    def read_back(self, text: str, column: str) -> Any:
        return text if column == "precision" else date.fromisoformat(text)

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        return shipped_csv.one_of(tuple(PRECISIONS))(text) if column == "precision" else shipped_csv.day(text)

    def from_editor(self, one: Field, value: Any) -> Row:
        return self.values(one, read_span(value))

    def in_editor(self, one: Field, row: Row) -> Any:
        return self.cell(one, row)

    def cell(self, one: Field, row: Row, names: Names | None = None) -> Any:
        if row["precision"] != "blanket" and (row["date_from"] is None or row["precision"] == "unknown"):
            return ""
        return german.day(row["date_from"], row["precision"])

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        return PRECISIONS.get(value, value) if column == "precision" else german.day(value)

    def shown(self, one: Field, row: Row, labels: Mapping[str, str]) -> str:
        return german.day(row["date_from"], row["precision"])

    def checks(self, one: Field) -> list[Check]:
        return []

    def row_checks(self, one: Field) -> list[RowCheck]:
        sentence = f"„{one.label}“ ist so kein Tag, Monat oder Jahr zwischen {EARLIEST_YEAR} und {LATEST_YEAR}."
        found = [RowCheck("date_from", _is_span, sentence)]
        if one.required:
            found.append(RowCheck("date_from", lambda row: row["precision"] not in UNDATED, f"„{one.label}“ fehlt."))
        return found


def _is_span(row: Row) -> bool:
    start, end, precision = row["date_from"], row["date_to"], row["precision"]
    if precision in UNDATED:
        return start is None and end is None
    if precision not in PRECISIONS or not isinstance(start, date):
        return False
    return EARLIEST_YEAR <= start.year <= LATEST_YEAR and (start, end) == span(start, precision)


class MomentKind(Kind):
    """A point in time, set by the product and never entered by hand."""

    name = "moment"
    types = ("TIMESTAMP",)
    excel = Excel("Zeitpunkt", number_format="dd.mm.yyyy hh:mm")

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise ValueError(f"„{text}“ ist kein Zeitpunkt der Form JJJJ-MM-TT HH:MM.") from error


DAY, SPAN, MOMENT = DayKind(), SpanKind(), MomentKind()


def in_years(day_of: date) -> float:
    """A day as a year with a fraction: the 31st of December 2022 is 2022."""
    return day_of.year - 1 + day_of.timetuple().tm_yday / 365


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
