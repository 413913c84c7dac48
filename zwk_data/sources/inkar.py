"""INKAR: its tables of all levels, the panel of the Kreise, and the people of Gemeinden that follow from its density;
and in the same columns the German Index of Socioeconomic Deprivation (GISD) of the Robert Koch-Institut: a csv per
level (and Land).

Tables come as extracts (csv), as exports of single indicators (.xls), and as the csv with the income tax of the
Verbände. Their figures of all years stand on the territory of the edition.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import deutschlandatlas, open_files, printed_codes
from zwk_data.sources.open_files import Sheet, load, number, sheets, text

COLUMNS = ["area_key", "level", "territory", "code", "year", "value", "status"]
#: how the files begin
EXTRACT = ["raumbezug", "kennziffer", "name", "zeitbezug"]
INCOME_TAX = ["gemeindeve22", "gemeindeve22name"]
#: the name of an export's column -> what INKAR calls the indicator elsewhere
CODES = {"Einkommensteuer": "q_einkst_bev"}
#: Gebietsstand (end of year) of the edition of 2024, and of the one before, whose keys lost their leading zero
TERRITORY, OLDER_TERRITORY = 2022, 2019
_VERBAENDE, _OLDER_VERBAENDE = "Gemeindeverbände (Verwaltungsgemeinschaft)", "Gemeindeverbände"
#: level and number of digits of each Raumbezug
_LEVELS = {
    "Bund": ("bund", 3),
    "Bundesländer": ("land", 2),
    "Kreise": ("kreis", 8),
    "Gemeinden": ("gemeinde", 8),
    _VERBAENDE: ("verband", 9),
}
_OLDER_LEVELS = {"Bund": ("bund", 1), "Bundesländer": ("land", 2), "Kreise": ("kreis", 5)} | {
    _OLDER_VERBAENDE: ("verband", 8)
}
_SHEET, _HEAD = "Daten", ["Kennziffer", "Raumeinheit", "Aggregat"]
#: the panel calls INKAR's Durchschnittsalter (m_bev_alter) "median_age"; it is the mean
RENAMED = {"median_age": "mean_age"}
PANEL_COLUMNS = ["area_key", "level", "year", "indicator", "value", "status"]
#: the first year whose people were computed with the area of 2021
FIRST_OF_NEW_AREA = 2019
#: how a csv of Gemeinden begins
GEMEINDEN = ["ags", "name", "flaeche_2017", "flaeche_2021"]


def read_tables(
    file: str | Path | bytes, name: str | None = None, *, codes: Collection[str] | None = None
) -> pd.DataFrame:
    """One row per figure of an area, year and indicator of an extract; ``codes``: which indicators, all if None.

    Columns: area_key, level, territory (year; see TERRITORY), code (name of the column), year (of a span such as
    ``2016/2017/2018`` the last), value, status (``reported``). Empty cells have no row. Verbände of the older edition
    have keys as the Deutschlandatlas prints them, with a digit that is not known.

    Raises SourceError naming line and column.
    """
    content, label = open_files.read(file, name)
    if open_files.header(content, ",")[:4] != EXTRACT:
        problem = "die Datei ist kein Auszug aus INKAR"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang die Spalten {', '.join(EXTRACT)}")
    cells = open_files.table(content, label, ",")
    older = _OLDER_VERBAENDE in set(cells["raumbezug"])
    levels = _OLDER_LEVELS if older else _LEVELS
    refuse = partial(open_files.refuse_first, label, cells)
    refuse("raumbezug", ~cells["raumbezug"].isin(list(levels)), "einer von " + ", ".join(levels))
    years = cells["zeitbezug"].str.extract(r"^(?:(?:19|20)\d\d/)*((?:19|20)\d\d)$")[0]
    refuse("zeitbezug", years.isna(), "ein Jahr oder mehrere wie 2016/2017")
    known = _keys(cells, levels, older=older)
    refuse("kennziffer", known["area_key"].isna(), "ein Schlüssel des Gebiets")
    refuse("kennziffer", cells.duplicated(["raumbezug", "kennziffer", "zeitbezug"]), "jedes Gebiet nur einmal im Jahr")
    base = known.assign(territory=OLDER_TERRITORY if older else TERRITORY, year=years.astype("int64"))
    wanted = [column for column in cells.columns[4:] if codes is None or column in codes]
    parts = [base.assign(code=column, value=open_files.numbers(label, cells, column)) for column in wanted]
    return _tidy(parts, label)


def _keys(cells: pd.DataFrame, levels: dict[str, tuple[str, int]], *, older: bool) -> pd.DataFrame:
    """area_key (missing where the Kennziffer is no key) and level of each row."""
    found = {}
    for raumbezug, kennziffer in cells[["raumbezug", "kennziffer"]].drop_duplicates().itertuples(index=False):
        level, width = levels[raumbezug]
        digits = kennziffer.zfill(width) if older else kennziffer
        key = _key(digits, level, older=older) if digits.isdecimal() and len(digits) == width else None
        found[raumbezug, kennziffer] = (key, level)
    pairs = [found[pair] for pair in zip(cells["raumbezug"], cells["kennziffer"], strict=True)]
    return pd.DataFrame(pairs, columns=["area_key", "level"], index=cells.index, dtype="str")


def _key(digits: str, level: str, *, older: bool) -> str | None:
    """The plain key, None if the digits are no key of this level.

    >>> _key("13076000", "kreis", older=False), _key("13076965", "verband", older=True)
    ('13076', '130765?65')
    """
    if level == "bund":
        return "DG"
    if older and level == "verband":
        return deutschlandatlas.key(digits, level)
    if level == "kreis" and not older:
        digits = digits[:5] if digits.endswith("000") else ""
    return digits if printed_codes.plain_key(digits) == (digits, level) else None


def _tidy(parts: list[pd.DataFrame], label: str) -> pd.DataFrame:
    rows = pd.concat(parts, ignore_index=True).dropna(subset="value") if parts else pd.DataFrame()
    if rows.empty:
        raise SourceError(label, "die Datei enthält keine Zahlen", expected="mindestens eine Zahl")
    # some cells carry the noise of a computation: 71.19999999999999
    return rows.assign(status="reported", value=rows["value"].round(6))[COLUMNS].reset_index(drop=True)


def is_export(names: list[str]) -> bool:
    """Whether a workbook with sheets of these names may be an export of INKAR."""
    return _SHEET in names and "Quellangabe" in names


def read_export(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """The same from an export (.xls, gzipped or not) with a row per area and a column per indicator and year.

    Raises SourceError naming the cell.
    """
    content, label = load(file, name)
    book = sheets(open_files.unpacked(content, label), label)
    sheet = next((one for one in book if one.name == _SHEET), None)
    if sheet is None or [text(sheet.cell(0, column)) for column in range(3)] != _HEAD:
        problem, expected = "die Arbeitsmappe ist kein Export aus INKAR", f"ein Blatt {_SHEET} mit {', '.join(_HEAD)}"
        raise SourceError(label, problem, expected=expected)
    found = _areas(sheet)
    parts = []
    for column in range(len(_HEAD), len(sheet.rows[0])):
        title, year = text(sheet.cell(0, column)), text(sheet.cell(1, column))
        if not title or not re.fullmatch(r"(?:19|20)\d\d", year):
            raise sheet.refusal(1, column, "ist kein Jahr", "im Kopf eine Kennzahl und ein Jahr", if_empty="hier fehlt")
        values = [number(sheet, line, column, "eine Zahl") for line in range(2, len(sheet.rows))]
        parts.append(found.assign(code=CODES.get(title, title), year=int(year), value=values, territory=TERRITORY))
    return _tidy(parts, label)


def _areas(sheet: Sheet) -> pd.DataFrame:
    """area_key and level of the rows below the two header rows."""
    found: dict[tuple[str, str], int] = {}
    for line in range(2, len(sheet.rows)):
        digits, raumbezug = text(sheet.cell(line, 0)), text(sheet.cell(line, 2))
        level, width = _LEVELS.get(raumbezug, ("", 0))
        key = _key(digits, level, older=False) if digits.isdecimal() and len(digits) == width else None
        if key is None or (key, level) in found:
            fault = "ist kein Schlüssel dieser Ebene" if key is None else "steht zum zweiten Mal in der Tabelle"
            raise sheet.refusal(line, 0, fault, "ein Schlüssel des Gebiets", if_empty="der Schlüssel fehlt")
        found[key, level] = line
    return pd.DataFrame(list(found), columns=["area_key", "level"], dtype="str")


def read_income_tax(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """The same from the csv with the income tax of Verbände: two header rows, a column per year (``q_einkst_bev22``).

    Raises SourceError naming line and column.
    """
    content, label = open_files.read(file, name)
    if open_files.header(content, ";")[:2] != INCOME_TAX:
        problem = "die Datei enthält keine Einkommensteuer der Gemeindeverbände aus INKAR"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang die Spalten {', '.join(INCOME_TAX)}")
    cells = open_files.table(content, label, ";")
    cells = cells[cells[INCOME_TAX[0]] != "Gebietskennziffer"]
    key = cells[INCOME_TAX[0]]
    if key.empty:
        raise SourceError(label, "die Datei enthält nur einen Kopf", where="Zeile 2", expected="Zeilen mit Zahlen")
    bad = key.map(printed_codes.plain_key).map(lambda found: found is None or found[1] != "verband") | key.duplicated()
    open_files.refuse_first(label, cells, INCOME_TAX[0], bad, "neun Ziffern, jeder Verband nur einmal")
    parts = []
    for column in cells.columns[2:]:
        found = re.fullmatch(r"(\w+?)(\d\d)", str(column))
        if found is None:
            problem = f"{open_files.quote(column)} nennt kein Jahr"
            raise SourceError(label, problem, where="Zeile 1", expected="Spalten wie q_einkst_bev22")
        year = 2000 + int(found[2]) - (100 if int(found[2]) > 50 else 0)
        cells[column] = cells[column].str.replace(",", ".", regex=False)
        about = {"level": "verband", "territory": TERRITORY, "code": found[1], "year": year}
        parts.append(pd.DataFrame({"area_key": key, **about, "value": open_files.numbers(label, cells, column)}))
    return _tidy(parts, label)


def read_panel(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per figure of a Kreis, year and indicator.

    Columns: area_key (5 digits, Kreise of 2021), level (``kreis``), year (int), indicator (name of the panel's column;
    ``median_age`` is called ``mean_age``, which it is), value (float, in the unit of the panel's codebook), status
    (``reported``). Empty cells have no row: the panel doesn't say why a figure is missing.

    Raises SourceError for another file, a truncated one, or a text in place of a number.
    """
    content, label = open_files.read(file, name)
    if open_files.header(content, ",")[:2] != ["county_code", "year"]:
        problem = "die Datei ist nicht das INKAR-Panel der Kreise"
        raise SourceError(label, problem, where="Zeile 1", expected="am Anfang die Spalten county_code, year")
    panel = open_files.table(content, label, ",")
    refuse = partial(open_files.refuse_first, label, panel)
    key = panel["county_code"].str.strip()
    refuse("county_code", ~key.str.fullmatch(r"\d{5}") | key.map(printed_codes.plain_key).isna(), "fünf Ziffern")
    year = pd.to_numeric(panel["year"], errors="coerce")
    refuse("year", ~year.between(1800, 2199) | (year % 1 != 0), "ein Jahr")
    repeated = pd.DataFrame({"key": key, "year": year}).duplicated()
    refuse("county_code", repeated, "jeder Kreis nur einmal im Jahr")

    values = panel.drop(columns=["county_code", "year"])
    if values.empty or not values.shape[1]:
        raise SourceError(
            label, "die Datei enthält keine Kennzahlen", where="Zeile 1", expected="eine Spalte je Kennzahl"
        )
    for column in values:
        values[column] = open_files.numbers(label, panel, str(column))
    long = values.rename(columns=RENAMED).assign(area_key=key, level="kreis", year=year.astype("int64"))
    long = long.melt(id_vars=["area_key", "level", "year"], var_name="indicator", value_name="value")
    long = long.dropna(subset="value").assign(status="reported")
    return long.sort_values(["area_key", "year"], kind="stable", ignore_index=True)[PANEL_COLUMNS]


def read_gemeinden(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """People of the Gemeinden of 31.12.2022, recovered as density (INKAR, two decimals) times area.

    A csv with a column ``ew_2016`` for each year, and the quality in ``guete``. One row per figure: area_key (8
    digits), year (int), value (float, whole persons). Its makers checked it against the register of
    2021: 10,805 of 10,990 are right to the person.

    Left out are years before 2019 of Gemeinden whose area changed since 2017 (quality b: Ilmenau would have 83,170
    people in 2016, with the density of the old town and the area of the new one), and a 0 of a Gemeinde that has
    people in other years.

    Raises SourceError for another file, a truncated one, or a text in place of a number.
    """
    content, label = open_files.read(file, name)
    if open_files.header(content, ",")[:4] != GEMEINDEN:
        problem = "die Datei enthält keine Einwohnerzahlen der Gemeinden aus INKAR"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang die Spalten {', '.join(GEMEINDEN)}")
    cells = open_files.table(content, label, ",")
    refuse = partial(open_files.refuse_first, label, cells)
    key = cells["ags"].str.strip()
    refuse("ags", ~key.str.fullmatch(r"\d{8}"), "acht Ziffern")
    refuse("ags", key.duplicated(), "jede Gemeinde nur einmal")
    if "guete" not in cells:
        raise SourceError(label, "die Spalte guete fehlt", where="Zeile 1", expected="die Güte jeder Zahl")
    years = [column for column in cells if re.fullmatch(r"ew_20\d\d", str(column))]
    if not years:
        raise SourceError(label, "die Datei enthält kein Jahr", where="Zeile 1", expected="Spalten wie ew_2016")
    for column in years:
        number = pd.to_numeric(cells[column], errors="coerce")
        empty = cells[column].str.strip() == ""
        refuse(str(column), (number.isna() & ~empty) | (number < 0) | (number % 1 > 0), "eine Zahl von Personen")
        cells[column] = number.to_numpy(dtype=np.float64)
    long = cells.assign(area_key=key).melt(id_vars=["area_key", "guete"], value_vars=years, var_name="year")
    long["year"] = long["year"].str[3:].astype("int64")
    wrong = (long["guete"].eq("b") & long["year"].lt(FIRST_OF_NEW_AREA)) | (
        long["value"].eq(0) & long.groupby("area_key")["value"].transform("max").gt(0)
    )
    long = long.loc[~wrong, ["area_key", "year", "value"]].dropna(subset="value")
    return long.sort_values(["year", "area_key"], ignore_index=True)


#: how the files begin -> their level
GISD_HEADS = {"kreis_id,kreis_name,year,gisd_score": "kreis", "gvb_id,gvb_name,year,gisd_score": "verband"}
#: Gebietsstand (end of year) of the release of 2025
GISD_TERRITORY = 2022


def read_gisd(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per area and year. Columns as in ``inkar.read_tables``; value: the score, 0 (least deprived of all areas
    of the level in that year) to 1 (most); code: ``gisd_score``.

    The classes that the file of the Kreise has beside it follow from the score and are left out.
    Raises SourceError naming line and column.
    """
    content, label = open_files.read(file, name)
    columns = open_files.header(content, ",")
    level = next((level for head, level in GISD_HEADS.items() if columns[:4] == head.split(",")), None)
    if level is None:
        problem, expected = "die Datei enthält keinen Index des RKI", "am Anfang " + " oder ".join(GISD_HEADS)
        raise SourceError(label, problem, where="Zeile 1", expected=expected)
    cells = open_files.table(content, label, ",")
    key_column = str(cells.columns[0])
    refuse = partial(open_files.refuse_first, label, cells)
    found = {code: printed_codes.plain_key(code) for code in cells[key_column].unique()}
    refuse(key_column, ~cells[key_column].map(lambda code: found[code] == (code, level)), "ein Schlüssel der Ebene")
    refuse("year", ~cells["year"].str.fullmatch(r"(?:19|20)\d\d"), "ein Jahr")
    refuse(key_column, cells.duplicated([key_column, "year"]), "jedes Gebiet nur einmal im Jahr")
    value = pd.to_numeric(cells["gisd_score"], errors="coerce").astype(np.float64)
    refuse("gisd_score", ~value.between(0, 1), "eine Zahl von 0 bis 1")
    about = {"level": level, "territory": GISD_TERRITORY, "code": "gisd_score", "status": "reported"}
    rows = pd.DataFrame({"area_key": cells[key_column], "year": cells["year"].astype("int64"), "value": value, **about})
    return rows[COLUMNS].reset_index(drop=True)
