"""The head of a Gemeindeverzeichnis: which sheet, which columns, which dates."""

from __future__ import annotations

import re

import pandas as pd

from zwk_data.sources.errors import SourceError
from zwk_data.sources.sheets import Sheet, columns, find_row, heading, text

#: what our columns are called in the head: one of these words exactly, or a beginning (``…``)
HEADS = {
    "satzart": ("satzart",),
    "land": ("land",),
    "rb": ("rb",),
    "kreis": ("kreis",),
    "verband": ("vb",),
    "gemeinde": ("gem", "gemeinde"),
    "name": ("gemeindename…",),
    "area": ("fläche…",),
    "total": ("insgesamt",),
    "male": ("männlich",),
    "female": ("weiblich",),
    "lon": ("längengrad",),
    "lat": ("breitengrad",),
    "degurba": ("gradderverstädterung", "eustadt/landgliederung"),
}
OPTIONAL = {"verband", "lon", "lat", "degurba"}
GERMAN = {
    "satzart": "Satzart", "land": "Land", "rb": "RB", "kreis": "Kreis", "gemeinde": "Gem", "name": "Gemeindename",
    "area": "Fläche", "total": "insgesamt", "male": "männlich", "female": "weiblich", "lat": "Breitengrad",
    "lon": "Längengrad",
}  # fmt: skip
_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


def find_head(book: list[Sheet]) -> tuple[Sheet, int]:
    """The sheet with the Gemeinden and the 0-based row its head begins in.

    Raises SourceError if no sheet has such a head in its first 20 rows.
    """
    for sheet in book:
        head = find_row(sheet, ("satzart", "gemeindename"))
        if head is not None:
            return sheet, head
    names = ", ".join(sheet.name for sheet in book)
    problem = f"kein Blatt ({names}) hat in den ersten 20 Zeilen den Kopf eines Gemeindeverzeichnisses"
    raise SourceError(book[0].file if book else "Datei", problem, expected="ein Kopf mit „Satzart“ und „Gemeindename“")


def head_columns(sheet: Sheet, head: int) -> dict[str, int]:
    """Our name -> 0-based column number, from the three head rows; the names of ``OPTIONAL`` may lack.

    Raises SourceError naming the heads that are not there.
    """
    place: dict[str, int] = {}
    for column, words in columns(sheet.rows[head : head + 3]):
        for ours, wanted in HEADS.items():
            hit = any(
                word == want or (want.endswith("…") and word.startswith(want[:-1])) for word in words for want in wanted
            )
            # The first one counts: only the merged head of DEGURBA and Fläche could reach further to the right.
            if hit and ours not in place:
                place[ours] = column
    missing = [GERMAN[ours] for ours in HEADS if ours not in place and ours not in OPTIONAL]
    if ("lon" in place) != ("lat" in place):
        missing.append(GERMAN["lat" if "lon" in place else "lon"])
    if missing:
        problem = "im Kopf fehlt " + ", ".join(f"„{word}“" for word in missing)
        expected = "der Kopf eines Gemeindeverzeichnisses"
        raise SourceError(sheet.file, problem, where=_where(sheet, head), expected=expected)
    return place


def head_dates(book: list[Sheet], sheet: Sheet, head: int, place: dict[str, int]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Date of the territory and of the population.

    The cover („Gebietsstand: 31.12.1998“) goes before the head of the table where both name the territory: the file
    of 1998 holds the Gemeinden of 31.12.1998 with the population of 31.12.1997, but its head says 1997 for both.
    """
    rows = range(head, head + 4)
    covers = [(cover, row, 0) for cover in book if cover is not sheet for row in range(min(20, len(cover.rows)))]
    heads = [(sheet, row, column) for row in rows for column in range(place["total"])]
    marks = (_date(*cell) for cell in covers + heads if heading(cell[0].cell(*cell[1:])).startswith("gebietsstand"))
    territory = next((mark for mark in marks if mark is not None), None)
    if territory is None:
        problem, expected = "der Kopf nennt keinen Gebietsstand", "eine Angabe wie „Gebietsstand am 31.12.2023“"
        raise SourceError(sheet.file, problem, where=_where(sheet, head), expected=expected)
    # The head of the population is merged with that of the area on its left in most years.
    marks = (_date(sheet, row, column) for column in range(place["total"], place["area"] - 1, -1) for row in rows)
    population = next((mark for mark in marks if mark is not None), None)
    if population is None:
        problem, expected = "der Kopf nennt kein Datum der Bevölkerung", "ein Datum wie „am 31.12.2023“"
        raise SourceError(sheet.file, problem, where=_where(sheet, head), expected=expected)
    return territory, population


def _where(sheet: Sheet, head: int) -> str:
    return f"Blatt {sheet.name}, Zeilen {head + 1} bis {head + 3}"


def _date(sheet: Sheet, row: int, column: int) -> pd.Timestamp | None:
    """The first date in a cell, None without one."""
    match = _DATE.search(text(sheet.cell(row, column)))
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return pd.Timestamp(year, month, day)
    except ValueError as fault:
        raise sheet.error(row, column, f"„{match.group()}“ ist kein Datum", "ein Datum wie „31.12.2023“") from fault
