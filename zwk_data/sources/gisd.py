"""The German Index of Socioeconomic Deprivation (GISD) of the Robert Koch-Institut: a csv per level (and Land)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import open_files, printed_codes
from zwk_data.sources.inkar import COLUMNS

#: how the files begin -> their level
HEADS = {"kreis_id,kreis_name,year,gisd_score": "kreis", "gvb_id,gvb_name,year,gisd_score": "verband"}
#: Gebietsstand (end of year) of the release of 2025
TERRITORY = 2022


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per area and year. Columns as in ``inkar.read_tables``; value: the score, 0 (least deprived of all areas
    of the level in that year) to 1 (most); code: ``gisd_score``.

    The classes that the file of the Kreise has beside it follow from the score and are left out.
    Raises SourceError naming line and column.
    """
    content, label = open_files.read(file, name)
    columns = open_files.header(content, ",")
    level = next((level for head, level in HEADS.items() if columns[:4] == head.split(",")), None)
    if level is None:
        problem, expected = "die Datei enthält keinen Index des RKI", "am Anfang " + " oder ".join(HEADS)
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
    about = {"level": level, "territory": TERRITORY, "code": "gisd_score", "status": "reported"}
    rows = pd.DataFrame({"area_key": cells[key_column], "year": cells["year"].astype("int64"), "value": value, **about})
    return rows[COLUMNS].reset_index(drop=True)
