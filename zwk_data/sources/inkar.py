"""INKAR: the panel of the Kreise, and the people of Gemeinden that follow from its density."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources import keys, text_file
from zwk_data.sources.errors import SourceError

#: the panel calls INKAR's Durchschnittsalter (m_bev_alter) "median_age"; it is the mean
RENAMED = {"median_age": "mean_age"}
COLUMNS = ["area_key", "level", "year", "indicator", "value", "status"]
#: the first year whose people were computed with the area of 2021
FIRST_OF_NEW_AREA = 2019
#: how a csv of Gemeinden begins
GEMEINDEN = ["ags", "name", "flaeche_2017", "flaeche_2021"]


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per figure of a Kreis, year and indicator.

    Columns: area_key (5 digits, Kreise of 2021), level (``kreis``), year (int), indicator (name of the panel's column;
    ``median_age`` is called ``mean_age``, which it is), value (float, in the unit of the panel's codebook), status
    (``reported``). Empty cells have no row: the panel doesn't say why a figure is missing.

    Raises SourceError for another file, a truncated one, or a text in place of a number.
    """
    content, label = text_file.read(file, name)
    if text_file.header(content, ",")[:2] != ["county_code", "year"]:
        problem = "die Datei ist nicht das INKAR-Panel der Kreise"
        raise SourceError(label, problem, where="Zeile 1", expected="am Anfang die Spalten county_code, year")
    panel = text_file.table(content, label, ",")
    refuse = partial(text_file.refuse_first, label, panel)
    key = panel["county_code"].str.strip()
    refuse("county_code", ~key.str.fullmatch(r"\d{5}") | key.map(keys.plain).isna(), "fünf Ziffern")
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
        values[column] = text_file.numbers(label, panel, str(column))
    long = values.rename(columns=RENAMED).assign(area_key=key, level="kreis", year=year.astype("int64"))
    long = long.melt(id_vars=["area_key", "level", "year"], var_name="indicator", value_name="value")
    long = long.dropna(subset="value").assign(status="reported")
    return long.sort_values(["area_key", "year"], kind="stable", ignore_index=True)[COLUMNS]


def read_gemeinden(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """People of the Gemeinden of 31.12.2022, recovered as density (INKAR, two decimals) times area.

    A csv with a column ``ew_2016`` for each year, and the quality in ``guete``. One row per figure: area_key (8
    digits), year (int), value (float, whole persons). Checked against the register of 2021 by whoever made the file:
    10,805 of 10,990 to the person.

    Left out are years before 2019 of Gemeinden whose area changed since 2017 (quality b: Ilmenau would have 83,170
    people in 2016, with the density of the old town and the area of the new one), and a 0 of a Gemeinde that has
    people in other years.

    Raises SourceError for another file, a truncated one, or a text in place of a number.
    """
    content, label = text_file.read(file, name)
    if text_file.header(content, ",")[:4] != GEMEINDEN:
        problem = "die Datei enthält keine Einwohnerzahlen der Gemeinden aus INKAR"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang die Spalten {', '.join(GEMEINDEN)}")
    cells = text_file.table(content, label, ",")
    refuse = partial(text_file.refuse_first, label, cells)
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
