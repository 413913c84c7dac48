"""The INKAR panel of the Kreise, a csv with one row per Kreis and year and one column per indicator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources import keys, text_file
from zwk_data.sources.errors import SourceError

#: the panel calls INKAR's Durchschnittsalter (m_bev_alter) "median_age"; it is the mean
RENAMED = {"median_age": "mean_age"}
COLUMNS = ["area_key", "level", "year", "indicator", "value", "status"]


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

    def refuse(column: str, bad: pd.Series, expected: str) -> None:
        text_file.refuse_first(label, panel[column], bad, panel.index, expected)

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
        number = pd.to_numeric(values[column], errors="coerce")
        refuse(str(column), number.isna() & (values[column].str.strip() != ""), "eine Zahl")
        values[column] = number.to_numpy(dtype=np.float64)
    long = values.rename(columns=RENAMED).assign(area_key=key, level="kreis", year=year.astype("int64"))
    long = long.melt(id_vars=["area_key", "level", "year"], var_name="indicator", value_name="value")
    long = long.dropna(subset="value").assign(status="reported")
    return long.sort_values(["area_key", "year"], kind="stable", ignore_index=True)[COLUMNS]
