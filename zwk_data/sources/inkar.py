"""The INKAR panel of the Kreise: one row per Kreis and year, one column per indicator (comma, decimal point)."""

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
    """One row per Kreis, year and indicator that has a figure.

    Columns: area_key (5 digits, Kreise of 2021), level (``kreis``), year (int), indicator (name of the panel's column;
    ``median_age`` is called ``mean_age``, which it is), value (float, unit as in the codebook), status (``reported``).
    Cells that the panel leaves empty have no row: it doesn't say why a figure is missing.

    Raises SourceError for another file, a cut one, or a text where a number belongs.
    """
    panel, label = _table(file, name, ["county_code", "year"], "das INKAR-Panel der Kreise")
    key = panel["county_code"].str.strip()
    _refuse(label, panel, "county_code", ~key.str.fullmatch(r"\d{5}") | key.map(keys.plain).isna(), "fünf Ziffern")
    year = pd.to_numeric(panel["year"], errors="coerce")
    _refuse(label, panel, "year", ~year.between(1800, 2199) | (year % 1 != 0), "ein Jahr")
    repeated = pd.DataFrame({"key": key, "year": year}).duplicated()
    _refuse(label, panel, "county_code", repeated, "jeder Kreis nur einmal im Jahr")

    values = panel.drop(columns=["county_code", "year"])
    if values.empty or not values.shape[1]:
        raise SourceError(
            label, "die Datei enthält keine Kennzahlen", where="Zeile 1", expected="eine Spalte je Kennzahl"
        )
    for column in values:
        number = pd.to_numeric(values[column], errors="coerce")
        _refuse(label, panel, str(column), number.isna() & (values[column].str.strip() != ""), "eine Zahl")
        values[column] = number.to_numpy(dtype=np.float64)
    long = values.rename(columns=RENAMED).assign(area_key=key, level="kreis", year=year.astype("int64"))
    long = long.melt(id_vars=["area_key", "level", "year"], var_name="indicator", value_name="value")
    long = long.dropna(subset="value").assign(status="reported")
    return long.sort_values(["area_key", "year"], kind="stable", ignore_index=True)[COLUMNS]


def codebook(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """What the columns of the panel mean.

    Columns: indicator (as in :func:`read`), label (English, as published), unit, category, inkar_code (INKAR's own
    short name, ``a_bev65um``), missing_percent (float, NaN for keys).
    """
    table, label = _table(
        file, name, ["variable", "label", "unit", "category", "inkar_code"], "das Codebuch des Panels"
    )
    missing = table["missing_pct"] if "missing_pct" in table else pd.Series("", index=table.index)
    number = pd.to_numeric(missing, errors="coerce")
    if "missing_pct" in table:
        _refuse(label, table, "missing_pct", number.isna() & (missing.str.strip() != ""), "eine Zahl")
    described = table.rename(columns={"variable": "indicator"}).assign(missing_percent=number)
    described["indicator"] = described["indicator"].replace(RENAMED)
    return described[["indicator", "label", "unit", "category", "inkar_code", "missing_percent"]]


def _table(file: str | Path | bytes, name: str | None, first: list[str], what: str) -> tuple[pd.DataFrame, str]:
    """A comma separated file as text cells, after checking its header and the length of each line."""
    content, label = text_file.read(file, name)
    if text_file.header(content, ",")[: len(first)] != first:
        problem = f"die Datei ist nicht {what}"
        raise SourceError(label, problem, where="Zeile 1", expected=f"am Anfang die Spalten {', '.join(first)}")
    return text_file.table(content, label, ","), label


def _refuse(file: str, frame: pd.DataFrame, column: str, bad: pd.Series, expected: str) -> None:
    """Raise the error that names the first bad cell of a column."""
    for position in np.flatnonzero(bad.to_numpy())[:1]:
        cell = frame[column].iloc[position]
        where = f"Zeile {frame.index[position]}, Spalte {column}"
        raise SourceError(file, f"{text_file.quote(cell)} passt hier nicht", where=where, expected=expected)
