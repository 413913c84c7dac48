"""Dates no more exact than their source: a day, a month or a year, kept as a span of days.

Dates are read as people write them in lists, never more exactly than they are written; what could be two things is a
proposal with a doubt.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
from babel.dates import get_month_names

from zwk_data import german
from zwk_data.schema import shipped_csv
from zwk_data.schema.cells import Reading, Row, empty, fold, plain
from zwk_data.schema.structure import Check, Editor, Excel, Field, Kind, Names, RowCheck
from zwk_data.schema.words import PRECISIONS, UNDATED


def span(day: date, precision: str) -> tuple[date, date]:
    """First and last day of the day, month or year that ``day`` lies in; ``precision``: day, month or year."""
    if precision == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if precision == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
#: day 0 of Excel's numbering, as it counts after its 29 February 1900
_EXCEL = date(1899, 12, 30)
_SERIALS = range((date(EARLIEST_YEAR, 1, 1) - _EXCEL).days, (date(LATEST_YEAR + 1, 1, 1) - _EXCEL).days)
_MONTHS = {
    fold(name): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale="de").items()
} | {"sep": 9, "mrz": 3, "mar": 3, "maer": 3, "jaenner": 1, "feber": 2, "june": 6, "jun": 6, "jul": 7}
_MONTH = r"(?P<name>[a-zäöü]{3,9})\.?"
_YEAR = r"(?P<y>(?:19|20|21)\d\d|'\d\d)"
_ANY_YEAR = r"(?P<y>(?:19|20|21)\d\d|'?\d\d)"
#: pattern of a date -> why reading it is doubtful, if it is
_FORMS = tuple(
    (re.compile(rf"(?<![\d.,/]){form}(?![\d/])"), doubt)
    for form, doubt in (
        (r"(?P<d>\d{1,2})\s*\.\s*(?P<m>\d{1,2})\s*\.\s*" + _ANY_YEAR, ""),
        (r"(?P<y>2[01]\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)[/.](?P<m>\d\d)[/.](?P<d>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)(?P<m>\d\d)(?P<d>\d\d)", ""),
        (r"(?P<d>\d{1,2})\s*\.?\s+" + _MONTH + r"\s*" + _ANY_YEAR, ""),
        (r"(?P<d>\d{1,2})\.\s*" + _MONTH + r"\s*" + _ANY_YEAR, ""),
        (r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-" + _YEAR, ""),
        (r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-" + _ANY_YEAR, "welche der Zahlen das Jahr ist, bleibt offen"),
        (r"(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})\s*/\s*" + _ANY_YEAR, "us"),
        (_MONTH + r"[\s/-]*" + _YEAR, ""),
        (_MONTH + r"[\s/-]+" + _ANY_YEAR, "das könnte auch ein Tag sein"),
        (r"(?P<m>\d{1,2})\s*[/.-]\s*" + _YEAR, ""),
        (r"(?P<y>2[01]\d\d)-(?P<m>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)\s*[/.]\s*(?P<m>0\d|1[0-2])", "das könnte auch eine Spanne von Jahren sein"),
        (r"(?P<m>\d{1,2})\s*/\s*(?P<y>\d\d)", "das könnte auch ein Tag sein"),
        (r"(?:jahr(?:e|es)?\s+)?" + _YEAR, ""),
    )
)
_BEFORE = re.compile(r"^(?:am|im|den|der|dem|in)\s+", re.IGNORECASE)
_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_WEEKDAY = re.compile(r"^(mo|di|mi|do|fr|sa|so)[a-z]*\.?\s*,?\s*(?:den|der)?\s*(?=\d)", re.IGNORECASE)
_TIME = re.compile(
    r"[\s,T]+(?:um\s+)?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Uhr|h)?$|[\s,]+(?:um\s+)?\d{1,2}\s*Uhr$"
)
_NOTHING = {"offen", "steht noch nicht fest", "noch offen", "tbd", "folgt", "ohne datum", "datum unbekannt"}


class Span(NamedTuple):
    """First and last day, and how exact that is: day, month, year, or unknown without days."""

    date_from: date | None
    date_to: date | None
    precision: str


UNKNOWN = Span(None, None, "unknown")
ONLY_BLANKET = Span(None, None, "blanket")


def read_span(cell: Any) -> Span:
    """The date that somebody wrote, as exact as it was written: first day, last day, precision; empty is unknown.

    Raises ValueError (German, the second half of a sentence) for what is no date and for what is not sure.
    """
    found = span_reading(cell)
    if found.doubt:
        raise ValueError(f"{found.doubt} Bitte als Tag (09.11.2022), Monat (November 2022) oder Jahr (2022) schreiben.")
    value: Span = found.value
    return value


def span_reading(cell: Any) -> Reading:
    """As ``read_span``, with what is not sure as a proposal. Raises ValueError for what is no date."""
    cell = plain(cell)
    if empty(cell) or (isinstance(cell, str) and fold(cell) in _NOTHING):
        return Reading(UNKNOWN)
    if isinstance(cell, str) and fold(cell) == fold(PRECISIONS["blanket"]):
        return Reading(ONLY_BLANKET)
    if isinstance(cell, datetime):
        return Reading(_span_of(cell.year, cell.month, cell.day, str(cell.date())))
    if isinstance(cell, date):
        return Reading(_span_of(cell.year, cell.month, cell.day, str(cell)))
    if isinstance(cell, bool):
        raise ValueError("ja und nein sind kein Datum.")
    if isinstance(cell, int | float):
        return Reading(_of_number(cell))
    return _of_text(str(cell))


def _of_number(number: float) -> Span:
    if float(number).is_integer() and EARLIEST_YEAR <= number <= LATEST_YEAR:
        return _span_of(int(number), None, None, str(number))
    if int(number) in _SERIALS:
        day = _EXCEL + timedelta(days=int(number))
        return Span(day, day, "day")
    raise ValueError(f"{number} ist kein Datum zwischen {EARLIEST_YEAR} und {LATEST_YEAR}.")


def _of_text(text: str) -> Reading:
    if re.fullmatch(r"\d{5}([.,]\d+)?", text):
        return Reading(_of_number(float(text.replace(",", "."))))
    bare = _BEFORE.sub("", _TIME.sub("", text.strip()).strip())
    weekday = _WEEKDAY.match(bare)
    if weekday:
        bare = bare[weekday.end() :]
    low = bare.casefold().replace("’", "'")
    for form, doubt in _FORMS:
        match = form.fullmatch(low)
        if match and _is_month(match):
            found = _of_match(match, text)
            why = _american(match) if doubt == "us" else doubt
            if not why and weekday and found.precision == "day" and found.date_from:
                named = next(d for d in _WEEKDAYS if d.startswith(weekday[1].casefold()))
                actual = _WEEKDAYS[found.date_from.weekday()]
                why = "" if named == actual else f"dieser Tag war ein {actual.capitalize()}"
            return Reading(found, f"„{text}“ ist nicht eindeutig: {why}." if why else "")
    return _somewhere(low, text)


def _somewhere(low: str, text: str) -> Reading:
    """Find dates in a longer text; if all fall within one day, month or year, propose that."""
    found: list[Span] = []
    rest = low
    for form, _ in _FORMS:
        for match in list(form.finditer(rest)):
            if _is_month(match):
                try:
                    found.append(_of_match(match, text))
                except ValueError:
                    continue
                rest = rest[: match.start()] + "#" * len(match[0]) + rest[match.end() :]
    if not found:
        raise ValueError(f"„{text}“ ist kein Tag, Monat oder Jahr.")
    days = [one.date_from for one in found if one.date_from]
    proposal = found[0]
    if len(set(found)) > 1:
        if len({day.year for day in days}) > 1:
            raise ValueError(f"„{text}“ nennt mehrere Daten; hier ist Platz für eines.")
        same_month = len({day.month for day in days}) == 1 and all(one.precision != "year" for one in found)
        width = "month" if same_month else "year"
        proposal = Span(*span(days[0], width), width)
    return Reading(proposal, f"„{text}“ ist nicht genau ein Tag, Monat oder Jahr.")


def _is_month(match: re.Match[str]) -> bool:
    return "name" not in match.groupdict() or fold(match["name"]) in _MONTHS


def _of_match(match: re.Match[str], text: str) -> Span:
    parts = match.groupdict()
    year = int(parts["y"].lstrip("'"))
    month = _MONTHS[fold(parts["name"])] if parts.get("name") else int(parts["m"]) if parts.get("m") else None
    day = int(parts["d"]) if parts.get("d") else None
    if match.re.pattern.count("/") > 2 and month and day and month > 12 >= day:
        month, day = day, month
    return _span_of(year if year > 99 else 2000 + year, month, day, text)


def _american(match: re.Match[str]) -> str:
    day, month = int(match["d"]), int(match["m"])
    if day == month or day > 12:
        return ""
    return "Tag und Monat könnten vertauscht sein"


def _span_of(year: int, month: int | None, day: int | None, text: str) -> Span:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"„{text}“ liegt nicht zwischen {EARLIEST_YEAR} und {LATEST_YEAR}.")
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"„{text}“: Diesen Tag gibt es nicht.") from error
    precision = "year" if month is None else "month" if day is None else "day"
    return Span(*span(first, precision), precision)


def day_reading(cell: Any, *, last: bool = False) -> Reading:
    """A day; of a month or a year its first (or ``last``) day is proposed. Raises ValueError for what is no date."""
    found = span_reading(cell)
    value: Span = found.value
    if value.precision in ("day", *UNDATED):
        return Reading(value.date_from, found.doubt)
    day = value.date_to if last else value.date_from
    which = "letzte" if last else "erste"
    return Reading(day, f"„{cell_text(cell)}“ ist kein Tag; vorgeschlagen wird der {which} Tag ({german.day(day)}).")


def cell_text(cell: Any) -> str:
    """The content of the cell, to be quoted in a sentence."""
    cell = plain(cell)
    return german.day(cell) if isinstance(cell, date) else "" if cell is None else str(cell)


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
    editor = Editor(
        width=140,
        # empty, a day, a month, a year
        pattern=r"^\s*$|^\s*(\d{1,2}\.\s?\d{1,2}\.\s?(\d{2}|\d{4})|\d{1,2}[./]\d{4}|\d{4}|[A-Za-zÄä]{3,9}\.?\s\d{4}"
        r"|nur pauschal belegt)\s*$",
        insists=False,
    )
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
