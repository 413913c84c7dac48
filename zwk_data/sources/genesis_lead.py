"""The leading columns of a GENESIS table: date, key, name, and attributes that stand as rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from zwk_data.sources import keys, signs, times
from zwk_data.sources.classes import TOTALS, age_code, nationality_code, sex_code
from zwk_data.sources.genesis_file import Table
from zwk_data.sources.text import quote

_CODERS: dict[str, Callable[[str], str | None]] = {
    "sex": sex_code,
    "age_group": age_code,
    "nationality": nationality_code,
}


class Lead:
    """Per data row: ``dates`` (None if the rows have none), ``keys``, ``names``, ``sex``, ``age_group``,
    ``nationality`` and ``category``, all series of one entry per row.

    Raises SourceError naming line and column for what is no date, no regional key, or a row that stands there twice.
    """

    def __init__(self, table: Table, cells: np.ndarray) -> None:
        stripped = pd.DataFrame(cells).apply(lambda column: column.str.strip())
        key = 1 if stripped.shape[1] and times.parse_time(stripped.iloc[0, 0]) else 0
        if stripped.shape[1] < key + 2:
            expected = "leere Zellen über Schlüssel und Name, davor Datum oder Jahr, dahinter Merkmale"
            raise table.error("Kopf", "die Kopfzeilen sind verschoben", expected)
        self.dates = _dates(table, stripped[0]) if key else None
        self.keys: pd.Series = stripped[key]
        self.names: pd.Series = stripped[key + 1]
        known = {code: keys.plain(code) for code in self.keys.unique()}
        for position in np.flatnonzero(self.keys.map(known).isna())[:1]:
            problem = f"{quote(self.keys.iloc[position])} ist kein Regionalschlüssel"
            raise table.cell_error(position, key, problem, "ein amtlicher Schlüssel oder DG")
        self._attributes(table, stripped.iloc[:, key + 2 :])
        repeated = stripped.drop(columns=key + 1).duplicated()
        for position in np.flatnonzero(repeated)[:1]:
            problem = f"die Zeile {self.keys.iloc[position]} steht doppelt da"
            raise table.error(f"Zeile {table.lines[position]}", problem, "jeder Schlüssel nur einmal je Merkmal")

    def _attributes(self, table: Table, cells: pd.DataFrame) -> None:
        total = pd.Series("total", index=cells.index, dtype="str")
        self.sex, self.age_group, self.nationality = total, total, total
        self.category = pd.Series("", index=cells.index, dtype="str")
        for number, labels in cells.items():
            unique = labels.unique()
            # a column of nothing but "Insgesamt" says nothing, whatever its attribute
            for attribute, coder in _CODERS.items():
                codes = {label: coder(label) for label in unique}
                if all(codes.values()):
                    setattr(self, attribute, labels.map(codes).astype("str"))
                    break
            else:
                if not signs.parse_sign(pd.Series(unique, dtype="str"))[2].any():
                    problem = "über den Zahlen steht keine Beschriftung, die Kopfzeilen sind verschoben"
                    raise table.error(f"Spalte {int(str(number)) + 1}", problem, "eine Beschriftung je Zahlenspalte")
                self.category = join(self.category, labels.where(~labels.str.lower().isin(TOTALS), ""))


def join(left: pd.Series, right: pd.Series) -> pd.Series:
    """Two series of labels joined by `` / `` where both say something."""
    glue = pd.Series(" / ", index=left.index, dtype="str").where((left != "") & (right != ""), "")
    return left + glue + right


def _dates(table: Table, labels: pd.Series) -> pd.Series:
    dates = labels.map({label: times.parse_time(label) for label in labels.unique()})
    for position in np.flatnonzero(dates.isna())[:1]:
        problem = f"{quote(labels.iloc[position])} ist kein Datum"
        raise table.cell_error(position, 0, problem, "ein Tag TT.MM.JJJJ oder ein Jahr")
    return dates
