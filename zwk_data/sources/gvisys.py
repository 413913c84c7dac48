"""Gemeindeverzeichnis GV-ISys of Destatis: the yearly workbook, 1983 to today.

The layout changed five times (Verband as a Roman numeral until 1990, no coordinates until 2005, coordinates as
degrees, minutes and seconds in 2009, DEGURBA from 2013), so columns are found by their headings, never by position.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources.open_files import Cell, Sheet, columns, find_head, heading, number, sheets, text

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: our columns -> their possible headings; ``…`` stands for any ending
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
    "satzart": "Satzart",
    "land": "Land",
    "rb": "RB",
    "kreis": "Kreis",
    "gemeinde": "Gem",
    "name": "Gemeindename",
    "area": "Fläche",
    "total": "insgesamt",
    "male": "männlich",
    "female": "weiblich",
    "lat": "Breitengrad",
    "lon": "Längengrad",
}
_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


def head_columns(sheet: Sheet, head: int) -> dict[str, int]:
    """Our name -> 0-based column number, from the three rows of the head; those of ``OPTIONAL`` may be missing.

    Raises SourceError naming the missing headings.
    """
    place: dict[str, int] = {}
    for column, words in columns(sheet.rows[head : head + 3]):
        for ours, wanted in HEADS.items():
            found = any(
                word == want or (want.endswith("…") and word.startswith(want[:-1])) for word in words for want in wanted
            )
            # The first match counts: only the merged headings of DEGURBA and Fläche could span further columns.
            if found and ours not in place:
                place[ours] = column
    missing = [GERMAN[ours] for ours in HEADS if ours not in place and ours not in OPTIONAL]
    if ("lon" in place) != ("lat" in place):
        missing.append(GERMAN["lat" if "lon" in place else "lon"])
    if missing:
        problem = "im Kopf fehlt " + ", ".join(f"„{word}“" for word in missing)
        expected = "der Kopf eines Gemeindeverzeichnisses"
        raise SourceError(sheet.file, problem, where=_head_rows(sheet, head), expected=expected)
    return place


def head_dates(book: list[Sheet], sheet: Sheet, head: int, place: dict[str, int]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Date of the territory and of the population.

    Where both name the territory, the cover („Gebietsstand: 31.12.1998“) takes precedence over the head of the table:
    the file of 1998 has the Gemeinden of 31.12.1998 with the population of 31.12.1997, but its head says 1997 for both.
    """
    rows = range(head, head + 4)
    covers = [(cover, row, 0) for cover in book if cover is not sheet for row in range(min(20, len(cover.rows)))]
    heads = [(sheet, row, column) for row in rows for column in range(place["total"])]
    dates = (_date(*cell) for cell in covers + heads if heading(cell[0].cell(*cell[1:])).startswith("gebietsstand"))
    territory = next((date for date in dates if date is not None), None)
    if territory is None:
        problem, expected = "der Kopf nennt keinen Gebietsstand", "eine Angabe wie „Gebietsstand am 31.12.2023“"
        raise SourceError(sheet.file, problem, where=_head_rows(sheet, head), expected=expected)
    # In most years the heading of the population is merged with that of the area to its left.
    dates = (_date(sheet, row, column) for column in range(place["total"], place["area"] - 1, -1) for row in rows)
    population = next((date for date in dates if date is not None), None)
    if population is None:
        problem, expected = "der Kopf nennt kein Datum der Bevölkerung", "ein Datum wie „am 31.12.2023“"
        raise SourceError(sheet.file, problem, where=_head_rows(sheet, head), expected=expected)
    return territory, population


def _head_rows(sheet: Sheet, head: int) -> str:
    return f"Blatt {sheet.name}, Zeilen {head + 1} bis {head + 3}"


def _date(sheet: Sheet, row: int, column: int) -> pd.Timestamp | None:
    """The first date in a cell, None if there is none."""
    match = _DATE.search(text(sheet.cell(row, column)))
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return pd.Timestamp(year, month, day)
    except ValueError as fault:
        raise sheet.error(row, column, f"„{match.group()}“ ist kein Datum", "ein Datum wie „31.12.2023“") from fault


LEVELS = {"10": "land", "20": "regierungsbezirk", "30": "region", "40": "kreis", "50": "verband", "60": "gemeinde"}
COLUMNS = [
    "area_key",
    "level",
    "name",
    "ars",
    "land_key",
    "kreis_key",
    "verband_key",
    "area_km2",
    "population_total",
    "population_male",
    "population_female",
    "lon",
    "lat",
    "degurba",
    "territory_date",
    "population_date",
]
#: Satzart -> the parts of its key, each with its number of digits
PARTS = {
    "10": (("land", 2),),
    "20": (("land", 2), ("rb", 1)),
    "30": (("land", 2), ("rb", 1), ("kreis", 1)),
    "40": (("land", 2), ("rb", 1), ("kreis", 2)),
    "50": (("land", 2), ("rb", 1), ("kreis", 2), ("verband", 4)),
    "60": (("land", 2), ("rb", 1), ("kreis", 2), ("gemeinde", 3)),
}
#: Länder of a complete file: until 1987 the Federal Republic with Berlin (West), later all 16
LAENDER_WEST = {f"{number:02d}" for number in range(1, 12)}
LAENDER = {f"{number:02d}" for number in range(1, 17)}
#: Germany with a margin, in decimal degrees
BOX = {"lon": (5.5, 15.5, "Längengrad"), "lat": (47.0, 55.5, "Breitengrad")}


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read the Gemeindeverzeichnis of one year; ``name`` names bytes in errors.

    One row per Land, Regierungsbezirk, Region, Kreis, Verband (from 1994) and Gemeinde, columns as in
    ``COLUMNS``:

    * ``area_key``: plain key, 2 digits Land, 3 Regierungsbezirk, 4 Region, 5 Kreis, 9 Verband, 8 Gemeinde;
      ``land_key``, ``kreis_key``, ``verband_key``: the units it belongs to, missing where it belongs to none.
      ``kreis_key`` of the areas outside every Kreis (coastal waters ``13000999``, joint German and Luxembourg
      territory ``07000999``) names no Kreis of the file.
    * ``ars``: 12 digits for Gemeinden from 1994, otherwise ''.
    * ``area_km2``, ``population_*`` (persons, float), ``lon``, ``lat`` (decimal degrees): Gemeinden only,
      NaN where the file has no value. Uninhabited areas (gemeindefreie Gebiete) are kept with the population as
      published: 0 from 1990, empty in 1983 and 1987.
    * ``degurba``: Grad der Verstädterung, 1 dicht, 2 mittel, 3 gering besiedelt, <NA> before 2013.
    * ``territory_date``, ``population_date``: from the cover and the head of the table, as title and file name are
      wrong in some years.

    Oddities of the genuine files that are left as published:

    * 1983: the women of Celle are missing, so men and women don't add up to the total of Germany.
    * 1998: the population is that of 31.12.1997, but the Gemeinden are those of 31.12.1998. The people of Gemeinden
      dissolved in 1998 are missing: the sum is 81,999,517, the published total 82,057,379.
    * 2009: the centres were matched by name. 820 Gemeinden share one with a namesake, 392 are more than 25 km from
      their centre of 2013 (Albersdorf in Holstein is put in Thüringen): don't draw maps with them.
    * 2017: gemeindefreie Gebiete in several Reisegebiete are listed several times; one row is kept.
    * 2024 (4. Quartal): territory 31.12.2024 with the population of 31.12.2023.

    Raises SourceError naming the cell for anything that isn't a complete Gemeindeverzeichnis.
    """
    book = sheets(file, name)
    expected = "ein Kopf mit „Satzart“ und „Gemeindename“"
    sheet, head = find_head(book, ("satzart", "gemeindename"), "eines Gemeindeverzeichnisses", expected)
    place = head_columns(sheet, head)
    territory, population = head_dates(book, sheet, head, place)
    frame = _keys(sheet, head, place)
    _add_figures(sheet, frame, place)
    frame["territory_date"] = territory
    frame["population_date"] = population
    return frame[COLUMNS].reset_index(drop=True)


def _add_figures(sheet: Sheet, frame: pd.DataFrame, place: dict[str, int]) -> None:
    """Add area, population, centre and DEGURBA of the Gemeinden; other rows get NaN."""
    gemeinden = frame["level"] == "gemeinde"
    rows = frame.loc[gemeinden, "row"].to_numpy()
    people = "eine Einwohnerzahl"
    for column, source, expected in (
        ("area_km2", "area", "eine Fläche in km²"),
        ("population_total", "total", people),
        ("population_male", "male", people),
        ("population_female", "female", people),
    ):
        frame.loc[gemeinden, column] = _amounts(sheet, rows, place[source], expected, whole=source != "area")
    for axis in ("lon", "lat"):
        frame.loc[gemeinden, axis] = _degrees(sheet, rows, place[axis], axis) if axis in place else np.nan
    frame["degurba"] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    if "degurba" in place:
        frame.loc[gemeinden, "degurba"] = _degurba(sheet, rows, place["degurba"])
    wrong = (frame["population_male"] + frame["population_female"] - frame["population_total"]).abs() > 0
    if wrong.any():
        first = frame[wrong].iloc[0]
        problem = f"männlich und weiblich ergeben für {first['area_key']} nicht insgesamt"
        raise sheet.error(int(first["row"]), place["total"], problem, "die Summe aus männlich und weiblich")


def _keys(sheet: Sheet, head: int, place: dict[str, int]) -> pd.DataFrame:
    """Satzart, keys and names with the row number in the sheet; notes and blank rows are left out."""
    records: list[tuple[object, ...]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in range(head + 1, len(sheet.rows)):
        kind = text(sheet.cell(row, place["satzart"]))
        if kind not in LEVELS:
            _check_note(sheet, row, place, kind, begun=bool(records))
            continue
        if kind == "50" and "verband" not in place:
            raise sheet.error(row, place["satzart"], "Satzart 50 ohne Spalte VB", "eine Spalte „VB“ im Kopf")
        key, *units = _row_keys(sheet, row, place, kind)
        if (kind, key) in seen:
            # 2017 repeats gemeindefreie Gebiete that are in two Reisegebiete; their area must not count twice.
            first = seen[kind, key]
            if all(sheet.cell(row, column) == sheet.cell(first, column) for column in place.values()):
                continue
            problem = f"der Schlüssel {key} steht mit anderen Angaben schon in Zeile {first + 1}"
            raise sheet.error(row, place[PARTS[kind][-1][0]], problem, "jeder Schlüssel nur einmal")
        seen[kind, key] = row
        name = text(sheet.cell(row, place["name"]))
        if not name:
            raise sheet.error(row, place["name"], f"der Name zum Schlüssel {key} fehlt", "ein Name")
        records.append((row, LEVELS[kind], name, key, *units))
    names = ["row", "level", "name", "area_key", "ars", "land_key", "kreis_key", "verband_key"]
    frame = pd.DataFrame(records, columns=names)
    _check_complete(sheet, frame)
    # '0000' means no Verband, unless a row of its own has that key (kreisfreie Städte from 2009).
    verbaende = set(frame.loc[frame["level"] == "verband", "area_key"])
    member = frame["verband_key"]
    alone = (member.str.len() != 9) | (member.str.endswith("0000") & ~member.isin(verbaende))
    frame["verband_key"] = member.mask(alone)
    frame["kreis_key"] = frame["kreis_key"].mask(frame["kreis_key"] == "")
    return frame


def _row_keys(sheet: Sheet, row: int, place: dict[str, int], kind: str) -> tuple[str, str, str, str, str]:
    """Own key, ARS and the keys of Land, Kreis and Verband, '' where there is none."""
    parts = {part: _part(sheet, row, place[part], digits) for part, digits in PARTS[kind]}
    verband = _part(sheet, row, place["verband"], 4) if kind in ("50", "60") and "verband" in place else ""
    kreis_key = parts["land"] + parts["rb"] + parts["kreis"] if kind >= "40" else ""
    ars = kreis_key + verband + parts["gemeinde"] if kind == "60" and verband else ""
    return "".join(parts.values()), ars, parts["land"], kreis_key, kreis_key + verband


def _check_note(sheet: Sheet, row: int, place: dict[str, int], kind: str, *, begun: bool) -> None:
    """A row without a known Satzart may be blank, a note or part of the head; anything else is an error."""
    if not begun and not re.fullmatch(r"\d+", kind):
        return
    filled = any(text(sheet.cell(row, place[part])) for part in ("land", "kreis", "gemeinde", "total"))
    if filled or re.fullmatch(r"\d+", kind):
        expected = "10, 20, 30, 40, 50 oder 60"
        raise sheet.refusal(row, place["satzart"], "ist keine Satzart", expected, if_empty="die Satzart fehlt")


def _part(sheet: Sheet, row: int, column: int, digits: int) -> str:
    """One part of a key; a number that lost its leading zeros gets them back."""
    cell: Cell = sheet.cell(row, column)
    # the fast path, taken by nearly all of the million cells of all years
    if isinstance(cell, str) and len(cell) == digits and cell.isascii() and cell.isdigit():
        return cell
    part = text(cell)
    if isinstance(cell, float):
        part = part.zfill(digits)
    if not re.fullmatch(rf"\d{{{digits}}}", part):
        expected = f"{digits} Ziffern" if digits > 1 else "1 Ziffer"
        missing = "ein Teil des Schlüssels fehlt"
        raise sheet.refusal(row, column, "ist kein Schlüsselteil", expected, if_empty=missing)
    return part


def _check_complete(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Refuse a truncated file: it has lost Länder at its end, or Kreise and their Gemeinden in the middle."""
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


def _amounts(sheet: Sheet, rows: IntArray, column: int, expected: str, *, whole: bool) -> FloatArray:
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


def _degrees(sheet: Sheet, rows: IntArray, column: int, axis: str) -> FloatArray:
    """Decimal degrees, NaN where empty or zero.

    Text is decimal degrees (from 2013). Numbers may be degrees.minutesseconds (2009: ``9.2615`` = 9°26′15″). That is
    decided for the whole column: nearly all of its numbers must have at most four decimals, and minutes and seconds
    up to 60, which decimal degrees don't have by chance.
    """
    low, high, german = BOX[axis]
    values = np.array([number(sheet, row, column, f"ein {german}") for row in rows])
    values[values == 0] = np.nan
    numeric = np.array([isinstance(sheet.cell(row, column), float) for row in rows], dtype=bool) & ~np.isnan(values)
    scaled = values * 10_000
    fits = numeric & (np.abs(scaled - np.round(scaled)) < 1e-4)
    scaled = np.round(np.nan_to_num(scaled)).astype(np.int64)
    degrees, minutes, seconds = scaled // 10_000, scaled // 100 % 100, scaled % 100
    # 60 seconds occur through rounding: 54.0260 stands for 54°03′00″.
    fits &= (minutes < 60) & (seconds <= 60)
    if numeric.any() and fits.sum() >= 0.95 * numeric.sum():
        _refuse_first(sheet, rows, column, numeric & ~fits, f"ein {german} als Grad, Minuten und Sekunden wie 9.2615")
        values = np.where(numeric, degrees + minutes / 60 + seconds / 3600, values)
    outside = ~np.isnan(values) & ~((values >= low) & (values <= high))
    _refuse_first(sheet, rows, column, outside, f"ein {german} in Deutschland zwischen {low:g} und {high:g} Grad")
    return values


def _refuse_first(sheet: Sheet, rows: IntArray, column: int, bad: npt.NDArray[np.bool_], expected: str) -> None:
    if bad.any():
        row = int(rows[bad][0])
        said = str(sheet.cell(row, column)).replace(".", ",")
        raise sheet.error(row, column, f"„{said}“ passt nicht", expected.replace(".5", ",5"))


def _degurba(sheet: Sheet, rows: IntArray, column: int) -> list[int | None]:
    """1, 2 or 3, None where the file leaves it empty."""
    codes: list[int | None] = []
    for row in rows:
        word = text(sheet.cell(row, column))
        if word not in ("", "01", "02", "03", "1", "2", "3"):
            raise sheet.refusal(row, column, "ist kein Grad der Verstädterung", "01, 02 oder 03")
        codes.append(int(word) if word else None)
    return codes
