"""Umsteigeschlüssel of the BBSR: what share of an area went to which area of a later territorial state."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import open_files
from zwk_data.sources.open_files import Sheet, find_row, heading, load, number, sheets, text

FloatArray = npt.NDArray[np.float64]

COLUMNS = [
    "year_from",
    "year_to",
    "key_from",
    "key_to",
    "share_population",
    "share_area",
    "name_from",
    "name_to",
    "population_from",
    "population_rounded",
    "area_from_km2",
]
CSV_COLUMNS = ["year_xw", "ags_xw", "pop_conv", "size_conv", "ags20"]
_SHARE_EXPECTED = "ein Anteil zwischen 0 und 1"
#: the shares of the genuine file of 2022 are rounded to four decimals
TOLERANCE = 0.001


def read_gemeinden(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read a key of Gemeinden: the csv (1990–2020 to 2020, optionally gzipped) or the workbook (yearly from 2020).

    One row per pair of areas, columns as in ``COLUMNS``: years (int), 8-digit keys, shares of the area
    ``key_from`` that lie in ``key_to`` (0 to 1), names (missing in the csv), population (persons) and area (km²)
    **of the whole area** ``key_from``, repeated on each of its rows, NaN in the csv. ``population_rounded`` is true
    where the population was published in units coarser than persons (2020: tens; 2021 and 2022 are exact).

    In the genuine files ``share_area`` adds up to 1 for every ``key_from``, and so does ``share_population`` except in
    uninhabited areas (907 pairs of key and year in the csv, one in the sheet of 2020), where every row says 1.
    The shares of 2022 have four decimals and miss 1 by up to 0.0001. ``check_shares`` enforces exactly that.
    Years mean 31 December. The Gemeindeverzeichnis of 1990 has the territory of 01.01.1991 and so matches the year
    1991 (23 of its 16,191 keys are unknown there, 1,408 in the year 1990).

    Raises SourceError naming the cell or line.
    """
    content, label = load(file, name)
    if content.startswith(b"PK"):
        frame = _read_book(sheets(content, label), digits=8, noun="Gemeinden")
    else:
        frame = _read_csv(content, label)
    check_chain(frame, label)
    return frame


def read_kreise(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read the key of Kreise, every sheet 1990 … 2020 to 2021; columns as :func:`read_gemeinden`, 5-digit keys.

    Population was published in thousands with one decimal, so ``population_rounded`` is true throughout. In the
    genuine file all shares add up to 1. Its mistakes are left as published: Berlin 1991 has 34,460,300 inhabitants
    (ten times too many), and Eisenach (16056) and Wartburgkreis (16063) of 2020 both carry the figures of the merged
    Kreis. The sheets 2007–2010 call their target 2020 although it is the territory of 2021 as in all other sheets
    (Eisenach is part of the Wartburgkreis), so ``year_to`` is the newest year that any sheet names. The population of
    2011 is on the old base, before the Zensus (81,843,500 inhabitants).
    """
    content, label = load(file, name)
    frame = _read_book(sheets(content, label), digits=5, noun="Kreise")
    frame["year_to"] = frame["year_to"].max()
    check_chain(frame, label)
    return frame


def _read_csv(content: bytes, label: str) -> pd.DataFrame:
    expected = f"eine csv-Datei mit den Spalten {', '.join(CSV_COLUMNS)}"
    plain = io.BytesIO(open_files.unpacked(content, label))
    try:
        table = pd.read_csv(plain, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as fault:
        raise SourceError(label, "die Datei ist kein Umsteigeschlüssel", expected=expected) from fault
    lacking = [column for column in CSV_COLUMNS if column not in table.columns]
    if lacking:
        raise SourceError(label, f"es fehlt die Spalte {', '.join(lacking)}", where="Zeile 1", expected=expected)
    if table.empty:
        raise SourceError(label, "die Datei hat keine Zeilen", expected=expected)
    for column, pattern, wanted in (
        ("year_xw", r"(?:19|20)\d\d(?:\.0)?", "ein Jahr"),
        ("ags_xw", r"\d{7,8}", "ein 8-stelliger AGS"),
        ("ags20", r"\d{7,8}", "ein 8-stelliger AGS"),
        ("pop_conv", r"(?:0|1)(?:\.\d+)?|\d(?:\.\d+)?[eE]-\d+", _SHARE_EXPECTED),
        ("size_conv", r"(?:0|1)(?:\.\d+)?|\d(?:\.\d+)?[eE]-\d+", _SHARE_EXPECTED),
    ):
        bad = ~table[column].str.fullmatch(pattern)
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            said = table[column].iloc[row][:40]
            raise SourceError(label, f"{column} „{said}“ passt nicht", where=f"Zeile {row + 2}", expected=wanted)
    frame = pd.DataFrame(
        {
            "year_from": table["year_xw"].str[:4].astype("int64"),
            "year_to": 2020,
            "key_from": table["ags_xw"].str.zfill(8),
            "key_to": table["ags20"].str.zfill(8),
            "share_population": table["pop_conv"].astype("float64"),
            "share_area": table["size_conv"].astype("float64"),
        }
    )
    unnamed = pd.Series(None, index=frame.index, dtype="str")
    frame = frame.assign(name_from=unnamed, name_to=unnamed, population_from=np.nan, population_rounded=False)
    frame["area_from_km2"] = np.nan
    if not (frame["year_from"] == 2020).any():
        raise SourceError(label, "das Jahr 2020 fehlt, die Datei ist wohl abgeschnitten", expected=expected)
    check_shares(frame, label)
    return frame[COLUMNS]


def _read_book(book: list[Sheet], *, digits: int, noun: str) -> pd.DataFrame:
    years = [sheet for sheet in book if re.fullmatch(r"\d{4}", sheet.name)]
    if not years:
        names = ", ".join(sheet.name for sheet in book)
        expected = "ein Umsteigeschlüssel mit einem Blatt je Jahr (2020, 2021 …)"
        raise SourceError(book[0].file, f"kein Blatt ({names}) heißt wie ein Jahr", expected=expected)
    frame = pd.concat([_read_sheet(sheet, digits, noun) for sheet in years], ignore_index=True)
    check_shares(frame, book[0].file)
    return frame


def _read_sheet(sheet: Sheet, digits: int, noun: str) -> pd.DataFrame:
    """One sheet, one year: the head says year, unit and columns."""
    head = find_row(sheet, (noun.lower(), "bevölkerungsproportional", "flächenproportional"))
    if head is None:
        where = f"Blatt {sheet.name}, Zeilen 1 bis 20"
        expected = f"ein Umsteigeschlüssel mit „{noun}“ und „bevölkerungsproportionaler Umsteigeschlüssel“ im Kopf"
        raise SourceError(sheet.file, "der Kopf fehlt", where=where, expected=expected)
    place = _columns(sheet, head, noun)
    rows = [row for row in range(head + 1, len(sheet.rows)) if any(text(cell) for cell in sheet.rows[row])]
    if not rows:
        raise SourceError(sheet.file, "das Blatt hat keine Zeilen", where=f"Blatt {sheet.name}")
    frame = pd.DataFrame({"year_from": int(sheet.name), "year_to": _year(sheet, head, place["key_to"])}, index=rows)
    for side in ("from", "to"):
        frame[f"key_{side}"] = [_key(sheet, row, place[f"key_{side}"], digits) for row in rows]
        names = [text(sheet.cell(row, place[f"name_{side}"])) or None for row in rows]
        frame[f"name_{side}"] = pd.Series(names, index=rows, dtype="str")
    for share in ("share_population", "share_area"):
        frame[share] = [_share(sheet, row, place[share]) for row in rows]
    published = np.array([_amount(sheet, row, place["population"], "eine Einwohnerzahl") for row in rows])
    unit = _persons_per_unit(heading(sheet.cell(head, place["population"])))
    frame["population_from"] = np.round(_figure_of_whole_area(frame, published, "share_population") * unit)
    # A figure in hundreds with two decimals is exact; with one decimal it is in tens.
    exact = unit == 1 or (unit == 100 and bool((np.abs(published * 10 - np.round(published * 10)) > 1e-6).any()))
    frame["population_rounded"] = not exact
    areas = np.array([_amount(sheet, row, place["area"], "eine Fläche in km²") for row in rows])
    frame["area_from_km2"] = _figure_of_whole_area(frame, areas, "share_area")
    return frame[COLUMNS]


def _columns(sheet: Sheet, head: int, noun: str) -> dict[str, int]:
    """Our name -> 0-based column number. The year of ``key_from`` must be that of the sheet."""
    headings = [heading(cell) for cell in sheet.rows[head]]
    patterns = {
        ("key_from", "key_to"): rf"{noun.lower()}31\.12\.\d{{4}}$",
        ("name_from", "name_to"): r"(?:gemeinde|kreis)name\d{4}",
        ("share_population",): "bevölkerungsproportional",
        ("share_area",): "flächenproportional",
        ("population",): "bevölkerungam",
        ("area",): "flächeam",
    }
    place: dict[str, int] = {}
    for ours, pattern in patterns.items():
        found = [column for column, word in enumerate(headings) if re.match(pattern, word)]
        if len(found) != len(ours):
            where = f"Blatt {sheet.name}, Zeile {head + 1}"
            expected = f"je zwei Spalten „{noun} 31.12.JJJJ“ und Name, dazu Anteile, Fläche und Bevölkerung"
            raise SourceError(sheet.file, "im Kopf fehlen Spalten", where=where, expected=expected)
        place.update(zip(ours, found, strict=True))
    year = _year(sheet, head, place["key_from"])
    if year != int(sheet.name):
        problem = f"das Blatt heißt {sheet.name}, im Kopf steht {year}"
        raise sheet.error(head, place["key_from"], problem, "dasselbe Jahr")
    return place


def _year(sheet: Sheet, head: int, column: int) -> int:
    """The year at the end of a heading."""
    return int(heading(sheet.cell(head, column))[-4:])


def _persons_per_unit(word: str) -> int:
    """Persons per published unit, from a heading like „Bevölkerung am 31.12.1997 in 1.000“."""
    match = re.search(r"in(1\.?000|100)$", word)
    return int(match.group(1).replace(".", "")) if match else 1


def _figure_of_whole_area(frame: pd.DataFrame, published: FloatArray, share: str) -> FloatArray:
    """The figure of the whole area ``key_from`` on each of its rows.

    Most sheets publish the figure of the part on each row, some that of the whole area on every row (population from
    2016, area from 2017). A sheet does one or the other: the reading with the smaller differences is taken, and the
    newer practice if there is no difference.
    """
    values = pd.Series(published, index=frame.index)
    groups = values.groupby(frame["key_from"])
    total, largest = groups.transform("sum"), groups.transform("max")
    as_part = (values - frame[share] * total).abs().sum()
    as_whole = (values - largest).abs().sum()
    return (largest if as_whole <= as_part else total).to_numpy()


def _key(sheet: Sheet, row: int, column: int, digits: int) -> str:
    """A key of 8 digits, stored as number or text; the three zeros at the end of a Kreis are dropped."""
    key = text(sheet.cell(row, column)).zfill(8)
    if not re.fullmatch(r"(?:0[1-9]|1[0-6])\d{6}", key) or (digits == 5 and not key.endswith("000")):
        raise sheet.refusal(row, column, "ist kein Schlüssel", "ein 8-stelliger AGS")
    return key[:digits]


def _share(sheet: Sheet, row: int, column: int) -> float:
    value = number(sheet, row, column, _SHARE_EXPECTED)
    if not 0 <= value <= 1:
        said = text(sheet.cell(row, column)).replace(".", ",")[:40]
        raise sheet.error(row, column, f"„{said}“ ist kein Anteil", _SHARE_EXPECTED)
    return value


def _amount(sheet: Sheet, row: int, column: int, expected: str) -> float:
    value = number(sheet, row, column, expected)
    if not value >= 0:
        raise sheet.refusal(row, column, "ist unmöglich", expected, if_empty="der Wert fehlt")
    return value


def check_shares(frame: pd.DataFrame, file: str) -> None:
    """Raise SourceError unless the shares of each year and ``key_from`` add up to 1 and every pair is unique.

    Population shares of uninhabited areas may all be 1.
    """
    pair = ["year_from", "key_from", "key_to"]
    if frame.duplicated(pair).any():
        first = frame.loc[frame.duplicated(pair), pair].iloc[0]
        problem = f"das Paar {first['key_from']} und {first['key_to']} steht zweimal da"
        raise SourceError(file, problem, where=f"Jahr {first['year_from']}", expected="jedes Paar nur einmal")
    keys = [frame["year_from"], frame["key_from"]]
    for column, german in (("share_area", "Flächenanteile"), ("share_population", "Bevölkerungsanteile")):
        groups = frame[column].groupby(keys)
        total = groups.sum()
        bad = (total - 1).abs() > TOLERANCE
        if column == "share_population":
            bad &= groups.min() < 1
        if bad.any():
            year, key = total[bad].index[0]
            said = f"{total[bad].iloc[0]:.4f}".replace(".", ",")
            problem = f"die {german} von {key} ergeben zusammen {said}"
            raise SourceError(
                file, problem, where=f"Jahr {year}", expected="die Summe 1, die Datei ist sonst unvollständig"
            )


def check_chain(frame: pd.DataFrame, file: str) -> None:
    """Raise SourceError if areas are missing.

    All keys to one year must have the same targets, and where one key ends in the year in which another one starts,
    the targets of the first must be the origins of the second.
    """
    expected = "ein vollständiger Schlüssel, in dem jedes Jahr auf dieselben Gebiete führt"
    for until in frame["year_to"].unique():
        part = frame.loc[frame["year_to"] == until]
        targets = set(part["key_to"].unique())
        reached = part.groupby("year_from")["key_to"].nunique()
        if (reached < len(targets)).any():
            year = reached.idxmin()
            problem = f"nur {reached.min()} von {len(targets)} Gebieten des Jahres {until} werden erreicht"
            raise SourceError(file, problem, where=f"Jahr {year}", expected=expected)
        origins = set(frame.loc[frame["year_from"] == until, "key_from"].unique())
        if origins and origins != targets:
            problem = f"das Gebiet {min(origins ^ targets)} fehlt als Ziel oder als Ausgangsgebiet"
            raise SourceError(file, problem, where=f"Jahr {until}", expected=expected)
