"""Umsteigeschlüssel of the BBSR: which share of an area went to which area of a later territory."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources.errors import SourceError
from zwk_data.sources.sheets import Row, Sheet, find_row, heading, load, number, sheets, text

COLUMNS = [
    "year_from", "year_to", "key_from", "key_to", "share_population", "share_area", "name_from", "name_to",
    "population_from", "population_rounded", "area_from_km2",
]  # fmt: skip
CSV_COLUMNS = ["year_xw", "ags_xw", "pop_conv", "size_conv", "ags20"]
#: German expectations for errors
_SHARE = "ein Anteil zwischen 0 und 1"
#: the shares of the genuine file of 2022 are rounded to four decimals
TOLERANCE = 0.001


def read_gemeinden(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """Read a key of Gemeinden: the csv (1990–2020 to 2020, gzipped or not) or the workbook (year to year from 2020).

    One row per pair of areas, columns as in ``COLUMNS``: years (int), 8-digit keys, shares of the area
    ``key_from`` that lie in ``key_to`` (0 to 1), names (missing in the csv), population (persons) and area (km²)
    **of the whole area** ``key_from``, repeated on each of its rows, NaN in the csv. ``population_rounded`` says
    that the population was published in coarser steps than persons (2020: tens; 2021 and 2022 are exact).

    The genuine files: ``share_area`` adds up to 1 for every ``key_from``, ``share_population`` too but for
    uninhabited areas (907 pairs of key and year in the csv, one in the sheet of 2020), where every row says 1;
    the shares of 2022 have four decimals and miss 1 by up to 0.0001. ``check_shares`` holds exactly that.
    The years are those of 31 December: the Gemeindeverzeichnis of 1990 has the territory of 01.01.1991 and goes with
    the year 1991 (23 of its 16,191 keys are unknown there, 1,408 in the year 1990).

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

    Population was published in thousands with one decimal, hence ``population_rounded`` throughout. In the genuine
    file all shares add up to 1. What is wrong in it is left as published: Berlin 1991 has 34,460,300 inhabitants
    (ten times too many), Eisenach (16056) and Wartburgkreis (16063) of 2020 both carry the figures of the merged Kreis,
    and the sheets 2007–2010 call their target 2020 although it is the territory of 2021 as in all other sheets
    (Eisenach is part of the Wartburgkreis): ``year_to`` is the newest year that any sheet names. Its 2011
    stands on the old base, before the Zensus (81,843,500 inhabitants).
    """
    content, label = load(file, name)
    frame = _read_book(sheets(content, label), digits=5, noun="Kreise")
    frame["year_to"] = frame["year_to"].max()
    check_chain(frame, label)
    return frame


def _read_csv(content: bytes, label: str) -> pd.DataFrame:
    expected = f"eine csv-Datei mit den Spalten {', '.join(CSV_COLUMNS)}"
    try:
        plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error) as fault:
        raise SourceError(label, "die gepackte Datei ist beschädigt oder abgeschnitten", expected=expected) from fault
    try:
        table = pd.read_csv(io.BytesIO(plain), dtype="str", encoding="utf-8-sig", keep_default_na=False)
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
        ("pop_conv", r"(?:0|1)(?:\.\d+)?|\d(?:\.\d+)?[eE]-\d+", _SHARE),
        ("size_conv", r"(?:0|1)(?:\.\d+)?|\d(?:\.\d+)?[eE]-\d+", _SHARE),
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
    for column in ("name_from", "name_to"):
        frame[column] = pd.Series(None, index=frame.index, dtype="str")
    frame["population_from"] = np.nan
    frame["population_rounded"] = False
    frame["area_from_km2"] = np.nan
    check_shares(frame, label)
    if not (frame["year_from"] == 2020).any():
        raise SourceError(label, "das Jahr 2020 fehlt, die Datei ist wohl abgeschnitten", expected=expected)
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
    words = [heading(cell) for cell in sheet.rows[head]]
    keys = [column for column, word in enumerate(words) if re.fullmatch(rf"{noun.lower()}31\.12\.\d{{4}}", word)]
    names = [column for column, word in enumerate(words) if re.match(r"(?:gemeinde|kreis)name\d{4}", word)]
    single = {
        ours: [column for column, word in enumerate(words) if word.startswith(start)]
        for ours, start in (
            ("share_population", "bevölkerungsproportional"),
            ("share_area", "flächenproportional"),
            ("population", "bevölkerungam"),
            ("area", "flächeam"),
        )
    }
    wrong = [ours for ours, found in single.items() if len(found) != 1]
    if len(keys) != 2 or len(names) != 2 or wrong:
        where = f"Blatt {sheet.name}, Zeile {head + 1}"
        expected = f"je zwei Spalten „{noun} 31.12.JJJJ“ und Name, dazu Anteile, Fläche und Bevölkerung"
        raise SourceError(sheet.file, "im Kopf fehlen Spalten", where=where, expected=expected)
    place = {ours: found[0] for ours, found in single.items()}
    if words[keys[0]][-4:] != sheet.name:
        problem = f"das Blatt heißt {sheet.name}, im Kopf steht {words[keys[0]][-4:]}"
        raise sheet.error(head, keys[0], problem, "dasselbe Jahr")
    rows = [row for row in range(head + 1, len(sheet.rows)) if any(text(cell) for cell in sheet.rows[row])]
    if not rows:
        raise SourceError(sheet.file, "das Blatt hat keine Zeilen", where=f"Blatt {sheet.name}")
    frame = pd.DataFrame(
        {
            "year_from": int(words[keys[0]][-4:]),
            "year_to": int(words[keys[1]][-4:]),
            "key_from": [_key(sheet, row, keys[0], digits) for row in rows],
            "key_to": [_key(sheet, row, keys[1], digits) for row in rows],
            "share_population": [_share(sheet, row, place["share_population"]) for row in rows],
            "share_area": [_share(sheet, row, place["share_area"]) for row in rows],
            "name_from": [_name(sheet.rows[row], names[0]) for row in rows],
            "name_to": [_name(sheet.rows[row], names[1]) for row in rows],
        }
    ).astype({"name_from": "str", "name_to": "str"})
    published = np.array([_amount(sheet, row, place["population"], "eine Einwohnerzahl") for row in rows])
    unit = _unit(words[place["population"]])
    whole = _whole(frame, published, frame["share_population"])
    frame["population_from"] = np.round(whole * unit)
    # A figure in hundreds with two decimals is exact; with one it stands for tens.
    steps = np.abs(published * 10 - np.round(published * 10)) > 1e-6
    frame["population_rounded"] = unit > 1 and not (unit == 100 and bool(steps.any()))
    areas = np.array([_amount(sheet, row, place["area"], "eine Fläche in km²") for row in rows])
    frame["area_from_km2"] = _whole(frame, areas, frame["share_area"])
    return frame[COLUMNS]


def _unit(word: str) -> int:
    """Persons per unit, from a head like „Bevölkerung am 31.12.1997 in 1.000“."""
    match = re.search(r"in(1\.?000|100)$", word)
    return int(match.group(1).replace(".", "")) if match else 1


def _whole(frame: pd.DataFrame, published: np.ndarray, share: pd.Series) -> np.ndarray:
    """The figure of the whole area ``key_from`` on each of its rows.

    Most sheets publish the part on each row, some the whole area on every row (population from 2016, area from 2017).
    Which one it is holds for the sheet: the reading that leaves the smaller differences is taken, the newer habit if
    they don't differ.
    """
    values = pd.Series(published, index=frame.index)
    groups = values.groupby(frame["key_from"])
    total, largest = groups.transform("sum"), groups.transform("max")
    as_part = (values - share * total).abs().sum()
    as_whole = (values - largest).abs().sum()
    return (largest if as_whole <= as_part else total).to_numpy()


def _key(sheet: Sheet, row: int, column: int, digits: int) -> str:
    """A key of 8 digits, as number or text; Kreise end in three zeros that are dropped."""
    key = text(sheet.cell(row, column)).zfill(8)
    if not re.fullmatch(r"(?:0[1-9]|1[0-6])\d{6}", key) or (digits == 5 and not key.endswith("000")):
        raise sheet.error(
            row, column, f"„{text(sheet.cell(row, column))[:40]}“ ist kein Schlüssel", "ein 8-stelliger AGS"
        )
    return key[:digits]


def _name(row: Row, column: int) -> str | None:
    return (text(row[column]) if column < len(row) else "") or None


def _share(sheet: Sheet, row: int, column: int) -> float:
    value = number(sheet, row, column, _SHARE)
    if not 0 <= value <= 1:
        said = text(sheet.cell(row, column)).replace(".", ",")[:40]
        raise sheet.error(row, column, f"„{said}“ ist kein Anteil", _SHARE)
    return value


def _amount(sheet: Sheet, row: int, column: int, expected: str) -> float:
    value = number(sheet, row, column, expected)
    if not value >= 0:
        said = text(sheet.cell(row, column))[:40]
        raise sheet.error(row, column, f"„{said}“ ist unmöglich" if said else "der Wert fehlt", expected)
    return value


def check_shares(frame: pd.DataFrame, file: str) -> None:
    """Raise SourceError unless the shares of each year and ``key_from`` add up to 1 and no pair stands twice.

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
    """Raise SourceError if areas are missing: all keys to one year must have the same targets, and where one key ends
    in the year in which another one starts, the targets of the first are the origins of the second.
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
