"""Dates as people write them in lists, read never more exactly than they are written.

What could be two things is a proposal with a doubt.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from zwk_data import german
from zwk_data.schema.cells import Reading, empty, fold, plain
from zwk_data.schema.periods import MONTHS, Period, beginning, halves_of_span, named_period
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
MONTH = r"(?P<name>[a-zäöü]{3,9})\.?"
_YEAR = r"(?P<y>(?:19|20|21)\d\d|'\d\d)"
_ANY_YEAR = r"(?P<y>(?:19|20|21)\d\d|'?\d\d)"
MIGHT_BE_A_DAY = "das könnte auch ein Tag sein"
#: pattern of a date -> why reading it is doubtful, if it is; compiled when the first date is read
_FORMS = tuple(
    (rf"(?<![\w.,/]){form}(?![\d/])", doubt)
    for form, doubt in (
        (r"(?P<d>\d{1,2})\s*\.\s*(?P<m>\d{1,2})\s*\.\s*" + _ANY_YEAR, ""),
        (r"(?P<y>2[01]\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)[/.](?P<m>\d\d)[/.](?P<d>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)(?P<m>\d\d)(?P<d>\d\d)", ""),
        (r"(?P<d>\d{1,2})\s*\.?\s+" + MONTH + r"\s*" + _ANY_YEAR, ""),
        (r"(?P<d>\d{1,2})\.\s*" + MONTH + r"\s*" + _ANY_YEAR, ""),
        (r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-" + _YEAR, ""),
        (r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-" + _ANY_YEAR, "welche der Zahlen das Jahr ist, bleibt offen"),
        (r"(?P<d>\d{1,2})\s*/\s*(?P<m>\d{1,2})\s*/\s*" + _ANY_YEAR, "us"),
        (MONTH + r"[\s/-]*" + _YEAR, ""),
        (MONTH + r"[\s/-]+" + _ANY_YEAR, MIGHT_BE_A_DAY),
        (r"(?P<m>\d{1,2})\s*[/.-]\s*" + _YEAR, ""),
        (r"(?P<y>2[01]\d\d)-(?P<m>\d\d)", ""),
        (r"(?P<y>2[01]\d\d)\s*[/.]\s*(?P<m>0\d|1[0-2])", "das könnte auch eine Spanne von Jahren sein"),
        (r"(?P<m>\d{1,2})\s*/\s*(?P<y>\d\d)", MIGHT_BE_A_DAY),
        (r"(?:jahr(?:e|es)?\s+)?" + _YEAR, ""),
    )
)
LEADING_WORDS = re.compile(r"^(?:am|im|den|der|dem|in)\s+", re.IGNORECASE)
WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
WEEKDAY = re.compile(
    r"^(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mon|die|mit|don|fre|sam|son|mo|di|mi|do|fr|sa|so)"
    r"\.?\s*,?\s*(?:den\s+|der\s+)?(?=\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"[\s,T]+(?:um\s+)?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Uhr|h)?$|[\s,]+(?:um\s+)?\d{1,2}\s*Uhr$"
)
_VAGUE = re.compile(r"(?:ca\.?|circa|etwa|voraussichtlich|vorauss\.?|vsl\.?|geplant|im|in|gegen|zum)\s+")
#: what stands before a date that bounds a time on one side only
_ONLY_LAST = re.compile(r"(?:bis|spätestens|spaetestens|längstens)\b")
_ONLY_FIRST = re.compile(r"(?:ab|seit|frühestens|fruehestens)\b")
_NEVER_A_DAY = re.compile(r"(?:vor|nach|nicht|kein\w*)\b|.*\b(?:winter|ostern|pfingsten|weihnachten|ferien)")
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
        return Reading(span_of(cell.year, cell.month, cell.day, str(cell.date())))
    if isinstance(cell, date):
        return Reading(span_of(cell.year, cell.month, cell.day, str(cell)))
    if isinstance(cell, bool):
        raise ValueError("ja und nein sind kein Datum.")
    if isinstance(cell, int | float):
        return Reading(_of_number(cell))
    return _of_text(str(cell))


def _of_number(number: float) -> Span:
    if float(number).is_integer() and EARLIEST_YEAR <= number <= LATEST_YEAR:
        return span_of(int(number), None, None, str(number))
    if int(number) in _SERIALS:
        day = _EXCEL + timedelta(days=int(number))
        return Span(day, day, "day")
    raise ValueError(f"{number} ist kein Datum zwischen {EARLIEST_YEAR} und {LATEST_YEAR}.")


def _of_text(text: str) -> Reading:
    if re.fullmatch(r"\d{5}([.,]\d+)?", text):
        return Reading(_of_number(float(text.replace(",", "."))))
    exact = _exactly(text)
    if exact:
        return exact
    period = _period(text)
    if period:
        return Reading(_widened(period, text), f"„{text}“ ist nicht genau ein Tag, Monat oder Jahr.")
    return _somewhere(text.casefold().replace("’", "'"), text)


def _exactly(text: str) -> Reading | None:
    """A text that is one day, month or year and nothing else; with a doubt if it may be read in two ways."""
    bare = LEADING_WORDS.sub("", _TIME.sub("", text.strip()).strip())
    weekday = WEEKDAY.match(bare)
    if weekday:
        bare = bare[weekday.end() :]
    low = bare.casefold().replace("’", "'")
    for form, doubt in _FORMS:
        match = re.fullmatch(form, low)
        if match and is_month(match):
            found = _of_match(match, text)
            why = _american(match) if doubt == "us" else doubt
            if not why and weekday and found.precision == "day" and found.date_from:
                named = next(d for d in WEEKDAYS if d.startswith(weekday[1].casefold()))
                actual = WEEKDAYS[found.date_from.weekday()]
                why = "" if named == actual else f"dieser Tag war ein {actual.capitalize()}"
            return Reading(found, f"„{text}“ ist nicht eindeutig: {why}." if why else "")
    return None


def _period(text: str) -> Period | None:
    """The quarter, half, week or part of a year, or the span between two dates, that a text names."""
    vague = _VAGUE.match(text.casefold())
    found = named_period(text[vague.end() :] if vague else text)
    if found:
        return found
    for left, right in halves_of_span(text):
        until = _whole(right) or _year_behind(left, right)
        since = _whole(left) if until else None
        if until and since is None and (day := beginning(left, until)):
            since = Period(day, until.last)
        if until and since and since.first <= until.first:
            return Period(since.first, until.last)
    return None


def _whole(text: str) -> Period | None:
    """The days of a text that is exactly one date or named period."""
    try:
        exact = _exactly(text.strip())
    except ValueError:
        return None
    if exact is None or exact.doubt:
        return named_period(text)
    return Period(exact.value.date_from, exact.value.date_to)


def _year_behind(left: str, right: str) -> Period | None:
    """The year 2023 of „2022/23“."""
    if not (re.fullmatch(r"20\d\d", left) and re.fullmatch(r"\d\d", right) and int(right) > int(left[2:])):
        return None
    return Period(date(2000 + int(right), 1, 1), date(2000 + int(right), 12, 31))


def _widened(period: Period, text: str) -> Span:
    """The month or year that holds a period; a week counts as its year, for no month need hold it."""
    if period.first.year != period.last.year or not EARLIEST_YEAR <= period.first.year <= LATEST_YEAR:
        raise ValueError(f"„{text}“ nennt mehrere Daten; hier ist Platz für eines.")
    week = (period.last - period.first).days == 6 and period.first.weekday() == 0
    width = "month" if period.first.month == period.last.month and not week else "year"
    return Span(*span(period.first, width), width)


#: what joins a date to something that may be another one
_JOINED = re.compile(
    r"\d\.?\s*(?:[-–—/+&,;]|und|u\.|bis|oder)\s*#|#\s*(?:[-–—/+&,;]|und|u\.|bis|oder)\s*\d|#\s*[-–—/]\s*$|"
    r"^\s*[-–—/]\s*#"
)
#: words that make a part or another time of a date beside them
_PARTLY = re.compile(
    r"\b(?:q\s?\d|kw|hj|h\s?\d|quartal\w*|halbjahr\w*|woche\w*|f\.|ff\b|frühjahr|frühling|sommer|herbst|winter)|"
    r"^(?:vor|nach|nicht|kein\w*)\b"
)


def _says_more(rest: str) -> bool:
    """Does what is left around a date (shown as #) speak of another one, or of a part of it?"""
    words = re.findall(r"[a-zäöü]{3,}", rest)
    return bool(_JOINED.search(rest) or _PARTLY.search(rest)) or any(fold(word) in MONTHS for word in words)


def _somewhere(low: str, text: str) -> Reading:
    """Find the one date in a longer text, to propose it. Raises ValueError for none and for several."""
    found: list[Span] = []
    rest = low
    for form, _ in _FORMS:
        for match in list(re.finditer(form, rest)):
            if is_month(match):
                try:
                    found.append(_of_match(match, text))
                except ValueError:
                    continue
                rest = rest[: match.start()] + "#" * len(match[0]) + rest[match.end() :]
    if not found:
        raise ValueError(f"„{text}“ ist kein Tag, Monat oder Jahr.")
    if len(set(found)) > 1 or _says_more(rest):
        raise ValueError(f"„{text}“ nennt mehr als ein Datum oder nur einen Teil davon.")
    return Reading(found[0], f"„{text}“ ist nicht genau ein Tag, Monat oder Jahr.")


def is_month(match: re.Match[str]) -> bool:
    name = match.groupdict().get("name")
    return name is None or fold(name) in MONTHS


def _of_match(match: re.Match[str], text: str) -> Span:
    parts = match.groupdict()
    year = int(parts["y"].lstrip("'"))
    month = MONTHS[fold(parts["name"])] if parts.get("name") else int(parts["m"]) if parts.get("m") else None
    day = int(parts["d"]) if parts.get("d") else None
    if match.re.pattern.count("/") > 2 and month and day and month > 12 >= day:
        month, day = day, month
    return span_of(year if year > 99 else 2000 + year, month, day, text)


def _american(match: re.Match[str]) -> str:
    day, month = int(match["d"]), int(match["m"])
    if day == month or day > 12:
        return ""
    return "Tag und Monat könnten vertauscht sein"


def span_of(year: int, month: int | None, day: int | None, text: str) -> Span:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(f"„{text}“ liegt nicht zwischen {EARLIEST_YEAR} und {LATEST_YEAR}.")
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"„{text}“: Diesen Tag gibt es nicht.") from error
    precision = "year" if month is None else "month" if day is None else "day"
    return Span(*span(first, precision), precision)


def day_reading(cell: Any, *, last: bool = False) -> Reading:
    """A day; of a month, a year or a period its first (or ``last``) day is proposed.

    Raises ValueError for what is no date, and for „bis 2024“ where a beginning is asked for.
    """
    text = cell_text(cell)
    which = "letzte" if last else "erste"
    period = None
    if isinstance(plain(cell), str):
        low = text.casefold()
        if (_ONLY_FIRST if last else _ONLY_LAST).match(low) or _NEVER_A_DAY.match(low):
            raise ValueError(f"„{text}“ nennt keinen Tag, der hier der {which} wäre.")
        period = None if _exactly(text) else _period(text)
    if period:
        day = period.last if last else period.first
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValueError(f"„{text}“ liegt nicht zwischen {EARLIEST_YEAR} und {LATEST_YEAR}.")
        return Reading(day, f"„{text}“ ist ein Zeitraum; vorgeschlagen wird der {which} Tag ({german.day(day)}).")
    found = span_reading(cell)
    value: Span = found.value
    if value.precision in ("day", *UNDATED):
        return Reading(value.date_from, found.doubt)
    end = value.date_to if last else value.date_from
    proposal = f"„{text}“ ist kein Tag; vorgeschlagen wird der {which} Tag ({german.day(end)})."
    return Reading(end, proposal, likely=not found.doubt)


def cell_text(cell: Any) -> str:
    """The content of the cell, to be quoted in a sentence."""
    cell = plain(cell)
    return german.day(cell) if isinstance(cell, date) else "" if cell is None else str(cell)


#: what stands for an end that is not known yet
_OPEN_END = re.compile(r"(?:offen|heute|laufend|unbefristet|dauerhaft|fortlaufend|unbekannt|n\.?\s?n\.?|\?+|\.{2,}|…)?")
_DAY_AND_MONTH = re.compile(r"\d{1,2}\.\s?\d{1,2}\.?")


def both_ends(cell: Any) -> tuple[Any, Any]:
    """What a cell such as „01.03.2023 – 30.06.2024“ says of the beginning and of the end, each to be read as a day.

    None for an end that is left open; the whole text for both where it can't be cut for sure.
    """
    cell = plain(cell)
    if not isinstance(cell, str):
        return (cell, None) if isinstance(cell, date) else (cell, cell)
    text = " ".join(cell.replace("\n", " bis " if len(cell.split("\n")) == 2 else " ").split())
    for words, only_last in ((_ONLY_FIRST, False), (_ONLY_LAST, True)):
        if (said := words.match(text.casefold())) and _whole(rest := text[said.end() :].strip()):
            return (None, rest) if only_last else (rest, None)
    for left, right in halves_of_span(text):
        until, since = _whole(right), _whole(left)
        if since and _OPEN_END.fullmatch(right.strip()):
            return left, None
        if since and until:
            return left, right
        short = until and until.first == until.last and _DAY_AND_MONTH.fullmatch(left.strip())
        if short and (period := _period(text)):
            return period.first, period.last
    alone = _whole(text)
    return (alone.first, None) if alone and alone.first == alone.last else (text, text)


def names_a_time(cell: Any) -> bool:
    """Is a cell a day, a period or a span?"""
    for end, last in zip(both_ends(cell), (False, True), strict=True):
        if end is not None:
            try:
                day_reading(end, last=last)
            except ValueError:
                return False
    return not empty(plain(cell))
