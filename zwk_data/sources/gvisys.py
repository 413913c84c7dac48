"""Gemeindeverzeichnis GV-ISys of Destatis: the yearly workbook, 1983 to today.

The layout changed five times (a Verband as roman numeral until 1990, no coordinates until 2005,
coordinates as degrees, minutes and seconds in 2009, DEGURBA from 2013), so columns are found by
their head and never by position.

The head of a Gemeindeverzeichnis: which sheet, which columns, which dates.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources.errors import SourceError
from zwk_data.sources.sheets import Cell, Sheet, columns, find_row, heading, number, sheets, text

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


LEVELS = {
    "10": "land",
    "20": "regierungsbezirk",
    "30": "region",
    "40": "kreis",
    "50": "verband",
    "60": "gemeinde",
}
COLUMNS = [
    "area_key", "level", "name", "ars", "land_key", "kreis_key", "verband_key", "area_km2",
    "population_total", "population_male", "population_female", "lon", "lat", "degurba",
    "territory_date", "population_date",
]  # fmt: skip
#: key parts that make up a key per Satzart, with the number of digits of each
PARTS = {
    "10": (("land", 2),),
    "20": (("land", 2), ("rb", 1)),
    "30": (("land", 2), ("rb", 1), ("kreis", 1)),
    "40": (("land", 2), ("rb", 1), ("kreis", 2)),
    "50": (("land", 2), ("rb", 1), ("kreis", 2), ("verband", 4)),
    "60": (("land", 2), ("rb", 1), ("kreis", 2), ("gemeinde", 3)),
}
#: Länder that a complete file holds: up to 1987 the Bundesrepublik with Berlin (West), later all 16
LAENDER_WEST = {f"{number:02d}" for number in range(1, 12)}
LAENDER = {f"{number:02d}" for number in range(1, 17)}
#: Germany with a margin, decimal degrees
BOX = {"lon": (5.5, 15.5, "Längengrad"), "lat": (47.0, 55.5, "Breitengrad")}


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read one year's Gemeindeverzeichnis; ``name`` names bytes in errors.

    One row per Land, Regierungsbezirk, Region, Kreis, Verband (from 1994) and Gemeinde, columns as in
    ``COLUMNS``:

    * ``area_key``: plain key, 2 digits Land, 3 Regierungsbezirk, 4 Region, 5 Kreis, 9 Verband, 8 Gemeinde;
      ``land_key``, ``kreis_key``, ``verband_key`` the units it lies in, missing where it lies in none.
      ``kreis_key`` of the areas outside every Kreis (coastal waters ``13000999``, joint German and Luxembourg
      territory ``07000999``) names no Kreis of the file.
    * ``ars``: 12 digits for Gemeinden from 1994, else ''.
    * ``area_km2``, ``population_*`` (persons, float), ``lon``, ``lat`` (decimal degrees): Gemeinden only,
      NaN where the file says nothing. Uninhabited areas (gemeindefreie Gebiete) are kept with the population as
      published: 0 from 1990, empty in 1983 and 1987.
    * ``degurba``: Grad der Verstädterung, 1 dicht, 2 mittel, 3 gering besiedelt, <NA> before 2013.
    * ``territory_date``, ``population_date``: from cover and head of the table, not from title or file name, which
      are wrong in some years.

    What is odd in the genuine files and left as published:

    * 1983: the women of Celle are missing, so men and women don't add up to the total of Germany.
    * 1998: the population is that of 31.12.1997, but the Gemeinden are those of 31.12.1998. Who lived in a Gemeinde
      that ended in 1998 is missing: the sum is 81,999,517, published are 82,057,379.
    * 2009: the centres were matched by name. 820 Gemeinden share one with a namesake, 392 lie more than 25 km from
      their centre of 2013 (Albersdorf in Holstein lies in Thüringen): don't draw maps with them.
    * 2017: gemeindefreie Gebiete that lie in several Reisegebiete stand there several times; one row is kept.
    * 2024 (4. Quartal): territory 31.12.2024 with the population of 31.12.2023.

    Raises SourceError for anything that isn't a complete Gemeindeverzeichnis, naming the cell.
    """
    book = sheets(file, name)
    sheet, head = find_head(book)
    place = head_columns(sheet, head)
    territory, population = head_dates(book, sheet, head, place)
    frame = _keys(sheet, head, place)
    gemeinde = (frame["level"] == "gemeinde").to_numpy()
    rows = frame.pop("row").to_numpy()
    for column, source, expected in (
        ("area_km2", "area", "eine Fläche in km²"),
        ("population_total", "total", "eine Einwohnerzahl"),
        ("population_male", "male", "eine Einwohnerzahl"),
        ("population_female", "female", "eine Einwohnerzahl"),
    ):
        values = np.full(len(frame), np.nan)
        values[gemeinde] = _amounts(sheet, rows[gemeinde], place[source], expected, whole=source != "area")
        frame[column] = values
    for axis in ("lon", "lat"):
        values = np.full(len(frame), np.nan)
        if axis in place:
            values[gemeinde] = _degrees(sheet, rows[gemeinde], place[axis], axis)
        frame[axis] = values
    frame["degurba"] = _degurba(sheet, rows, gemeinde, place.get("degurba"))
    frame["territory_date"] = territory
    frame["population_date"] = population
    _check_sexes(sheet, frame, rows, place["total"])
    return frame[COLUMNS].reset_index(drop=True)


def _keys(sheet: Sheet, head: int, place: dict[str, int]) -> pd.DataFrame:
    """Satzart, keys and names, with the sheet's row number; notes and blank rows left out."""
    records: list[tuple[object, ...]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in range(head + 1, len(sheet.rows)):
        kind = text(sheet.cell(row, place["satzart"]))
        if kind not in LEVELS:
            _check_note(sheet, row, place, kind, begun=bool(records))
            continue
        if kind == "50" and "verband" not in place:
            raise sheet.error(row, place["satzart"], "Satzart 50 ohne Spalte VB", "eine Spalte „VB“ im Kopf")
        parts = {part: _part(sheet, row, place[part], digits) for part, digits in PARTS[kind]}
        rb, kreis = parts.get("rb", ""), parts.get("kreis", "")
        verband = ""
        if kind in ("50", "60") and "verband" in place:
            verband = _part(sheet, row, place["verband"], 4)
        kreis_key = parts["land"] + rb + kreis if kind >= "40" else ""
        key = "".join(parts.values())
        if (kind, key) in seen:
            # 2017 repeats gemeindefreie Gebiete that lie in two Reisegebiete; their area must not count twice.
            first = seen[kind, key]
            if all(sheet.cell(row, column) == sheet.cell(first, column) for column in place.values()):
                continue
            problem = f"der Schlüssel {key} steht mit anderen Angaben schon in Zeile {first + 1}"
            raise sheet.error(row, place[PARTS[kind][-1][0]], problem, "jeder Schlüssel nur einmal")
        seen[kind, key] = row
        name = text(sheet.cell(row, place["name"]))
        if not name:
            raise sheet.error(row, place["name"], f"der Name zum Schlüssel {key} fehlt", "ein Name")
        ars = kreis_key + verband + parts["gemeinde"] if kind == "60" and verband else ""
        records.append((row, key, LEVELS[kind], name, ars, parts["land"], kreis_key, kreis_key + verband))
    names = ["row", "area_key", "level", "name", "ars", "land_key", "kreis_key", "verband_key"]
    frame = pd.DataFrame(records, columns=names)
    _check_complete(sheet, frame)
    # '0000' says that there is no Verband, unless a row of its own carries the key (kreisfreie Städte from 2009).
    verbaende = set(frame.loc[frame["level"] == "verband", "area_key"])
    member = frame["verband_key"]
    alone = (member.str.len() != 9) | (member.str.endswith("0000") & ~member.isin(verbaende))
    frame["verband_key"] = member.mask(alone)
    frame["kreis_key"] = frame["kreis_key"].mask(frame["kreis_key"] == "")
    return frame


def _check_note(sheet: Sheet, row: int, place: dict[str, int], kind: str, *, begun: bool) -> None:
    """A row without a known Satzart may be blank, a note, or still the head; anything else is a fault."""
    if not begun and not re.fullmatch(r"\d+", kind):
        return
    filled = any(text(sheet.cell(row, place[part])) for part in ("land", "kreis", "gemeinde", "total"))
    if filled or re.fullmatch(r"\d+", kind):
        said = f"„{kind[:40]}“ ist keine Satzart" if kind else "die Satzart fehlt"
        raise sheet.error(row, place["satzart"], said, "10, 20, 30, 40, 50 oder 60")


def _part(sheet: Sheet, row: int, column: int, digits: int) -> str:
    """One part of a key; a number that lost its leading zeros gets them back."""
    cell: Cell = sheet.cell(row, column)
    # nearly all cells: a million in all years
    if isinstance(cell, str) and len(cell) == digits and cell.isascii() and cell.isdigit():
        return cell
    part = text(cell)
    if isinstance(cell, float):
        part = part.zfill(digits)
    if not re.fullmatch(rf"\d{{{digits}}}", part):
        said = f"„{part[:40]}“ ist kein Schlüsselteil" if part else "ein Teil des Schlüssels fehlt"
        raise sheet.error(row, column, said, f"{digits} Ziffern" if digits > 1 else "1 Ziffer")
    return part


def _check_complete(sheet: Sheet, frame: pd.DataFrame) -> None:
    """A file that was cut has lost Länder at its end, or Kreise and their Gemeinden in the middle."""
    level = frame["level"]
    laender = set(frame.loc[level == "land", "area_key"])
    gemeinden = frame.loc[level == "gemeinde"]
    wanted = LAENDER_WEST if max(frame["land_key"], default="") <= "11" else LAENDER
    lacking = sorted(wanted - (laender & set(gemeinden["land_key"])))
    foreign = sorted(set(frame["land_key"]) - wanted)
    # Areas outside every Kreis (coastal waters, joint territory with Luxembourg) end in 999.
    inside = gemeinden.loc[~gemeinden["area_key"].str.endswith("999"), "kreis_key"]
    alone = sorted(set(inside) ^ set(frame.loc[level == "kreis", "area_key"]))
    if lacking:
        problem = f"es fehlen Land oder Gemeinden zum Schlüssel {', '.join(lacking)}"
    elif foreign:
        problem = f"es gibt kein Land mit dem Schlüssel {foreign[0]}"
    elif alone:
        problem = f"zum Kreis {alone[0]} fehlt die Zeile des Kreises oder jede Gemeinde"
    else:
        return
    expected = "ein Verzeichnis aller Länder, Kreise und Gemeinden, das nicht abgeschnitten ist"
    raise SourceError(sheet.file, problem, where=f"Blatt {sheet.name}", expected=expected)


def _amounts(sheet: Sheet, rows: np.ndarray, column: int, expected: str, *, whole: bool) -> np.ndarray:
    """Numbers that can't be negative, NaN where a cell is empty; persons only as whole numbers."""
    cells = [sheet.cell(row, column) for row in rows]
    if all(type(cell) is float for cell in cells):
        values = np.array(cells, dtype=np.float64)
        if (values >= 0).all() and not (whole and (values != np.floor(values)).any()):
            return values
    values = np.empty(len(rows))
    for index, row in enumerate(rows):
        value = number(sheet, row, column, expected)
        if value < 0 or (whole and not math.isnan(value) and value != math.floor(value)):
            said = text(sheet.cell(row, column)).replace(".", ",")
            raise sheet.error(row, column, f"„{said}“ ist unmöglich", expected)
        values[index] = value
    return values


def _degrees(sheet: Sheet, rows: np.ndarray, column: int, axis: str) -> np.ndarray:
    """Decimal degrees, NaN where empty or zero.

    Text is decimal degrees (from 2013). Numbers are degrees.minutesseconds (2009: ``9.2615`` = 9°26′15″), which
    holds for a column as a whole: nearly all of its numbers must have at most four decimals and minutes and
    seconds up to 60, what decimal degrees don't have by chance.
    """
    low, high, german = BOX[axis]
    values = np.array([number(sheet, row, column, f"ein {german}") for row in rows])
    values[values == 0] = np.nan
    numeric = np.array([isinstance(sheet.cell(row, column), float) for row in rows], dtype=bool) & ~np.isnan(values)
    scaled = values * 10_000
    fits = numeric & (np.abs(scaled - np.round(scaled)) < 1e-4)
    scaled = np.round(np.nan_to_num(scaled)).astype(np.int64)
    degrees, minutes, seconds = scaled // 10_000, scaled // 100 % 100, scaled % 100
    # 60 seconds are there after rounding: 54.0260 stands for 54°03′00″.
    fits &= (minutes < 60) & (seconds <= 60)
    if numeric.any() and fits.sum() >= 0.95 * numeric.sum():
        _raise_first(sheet, rows, column, numeric & ~fits, f"ein {german} als Grad, Minuten und Sekunden wie 9.2615")
        values = np.where(numeric, degrees + minutes / 60 + seconds / 3600, values)
    outside = ~np.isnan(values) & ~((values >= low) & (values <= high))
    _raise_first(sheet, rows, column, outside, f"ein {german} in Deutschland zwischen {low:g} und {high:g} Grad")
    return values


def _raise_first(sheet: Sheet, rows: np.ndarray, column: int, bad: np.ndarray, expected: str) -> None:
    if bad.any():
        row = int(rows[bad][0])
        said = str(sheet.cell(row, column)).replace(".", ",")
        raise sheet.error(row, column, f"„{said}“ passt nicht", expected.replace(".5", ",5"))


def _degurba(sheet: Sheet, rows: np.ndarray, gemeinde: np.ndarray, column: int | None) -> pd.Series:
    """1, 2 or 3, <NA> where the file has no such column or leaves it empty."""
    codes = pd.Series(pd.NA, index=range(len(rows)), dtype="Int64")
    if column is None:
        return codes
    words = pd.Series(
        [text(sheet.cell(row, column)) if counts else "" for row, counts in zip(rows, gemeinde, strict=True)]
    )
    known = words.isin(["01", "02", "03", "1", "2", "3"])
    bad = ~known & (words != "")
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        problem = f"„{words.iloc[index][:40]}“ ist kein Grad der Verstädterung"
        raise sheet.error(int(rows[index]), column, problem, "01, 02 oder 03")
    codes[known] = words[known].astype("int64")
    return codes


def _check_sexes(sheet: Sheet, frame: pd.DataFrame, rows: np.ndarray, column: int) -> None:
    """Men and women add up to the total wherever all three are given."""
    total = frame["population_total"]
    wrong = (frame["population_male"] + frame["population_female"] - total).abs() > 0
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        key = frame["area_key"].iloc[index]
        problem = f"männlich und weiblich ergeben für {key} nicht insgesamt"
        raise sheet.error(int(rows[index]), column, problem, "die Summe aus männlich und weiblich")
