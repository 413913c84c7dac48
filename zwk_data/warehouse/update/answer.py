"""What a service sent, read as observation rows, or refused with a German sentence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from zwk_data.sources import ffcsv
from zwk_data.sources.errors import SourceError
from zwk_data.warehouse.collect import observations
from zwk_data.warehouse.collect.areas import TODAY
from zwk_data.warehouse.update.catalogue import Table
from zwk_data.warehouse.update.places import Places

#: the finer units are those of the register that ships; later mergers may keep a key and mean another place
_FINE = ("gemeinde", "verband")


@dataclass(frozen=True)
class Answer:
    """One table: observation rows, what was left out (area_key, name, year, value), and where it is from."""

    table: Table
    rows: pd.DataFrame = field(repr=False)
    unknown: pd.DataFrame = field(repr=False)
    later: tuple[int, ...]
    sha256: str
    vintage: date
    retrieved: date

    @property
    def source_id(self) -> str:
        """Its id in the table ``source``, in order of retrieval."""
        return f"{self.table.database.source}-{self.table.code}-{self.retrieved:%Y-%m-%d}"


def read(table: Table, content: bytes, places: Places, today: date) -> Answer:
    """Read the flat csv of one table.

    Kept are the units that existed in each year; those unknown to the register go to ``unknown``. Gemeinden of years
    after the register's state are left out (``later``): on a newer territory a key may mean another place.

    Raises SourceError if it is no flat csv, cut off, or another table than asked for.
    """
    label = f"Antwort zu {table.code}"
    frame = ffcsv.read(content, label, expect=table.statistic)
    if table.day is not None:
        wrong = frame[frame["date"].dt.strftime("%m-%d") != table.day]
        if len(wrong):
            raise SourceError(label, f"die Zahlen sind vom {wrong['date'].iloc[0]:%d.%m.%Y}",
                              expected=f"der {table.day[3:]}.{table.day[:2]}. des Jahres")  # fmt: skip
    answer = Answer(
        table, frame, frame, (), hashlib.sha256(content).hexdigest(), frame["date"].max().date(), today
    )  # fmt: skip
    rows = observations.from_table(frame, answer.source_id)
    missing = [name for name in table.indicators if name not in set(rows["indicator_id"])]
    if missing or table.level not in set(rows["level"]):
        raise SourceError(label, "die Antwort ist eine andere Tabelle als die verlangte",
                          expected=f"„{table.title}“")  # fmt: skip
    units = frame.loc[frame["level"] == table.level, "unit"].unique()
    if list(units) != [table.unit]:
        raise SourceError(label, f"die Einheit ist {', '.join(map(str, units))}", expected=table.unit)
    levels = ["bund", "land", "kreis"] + (list(_FINE) if table.level == "gemeinde" else [])
    rows = rows[rows["indicator_id"].isin(table.indicators) & rows["level"].isin(levels)]
    after = rows["level"].isin(_FINE) & (rows["year"] > TODAY)
    later = tuple(sorted(int(year) for year in rows.loc[after, "year"].unique()))
    rows = rows[~after]
    valid = [
        row for level, year in rows[["level", "year"]].drop_duplicates().itertuples(index=False)
        for row in ((level, year, key) for key in places.valid(level, int(year)))
    ]  # fmt: skip
    exists = pd.MultiIndex.from_frame(rows[["level", "year", "area_key"]]).isin(pd.MultiIndex.from_tuples(valid))
    stranger = ~rows["area_key"].isin(places.known()) & rows["value"].notna() & (rows["value"] != 0)
    unknown = rows[stranger].merge(frame[["area_key", "name"]].drop_duplicates("area_key"), on="area_key")
    unknown = unknown[["area_key", "name", "year", "value"]].drop_duplicates(["area_key", "year"])
    kept = observations.existing_only(rows[exists])
    if kept.empty:
        raise SourceError(label, "keine der Zahlen gehört zu einem Gebiet, das der Monitor kennt")
    return Answer(table, kept, unknown, later, answer.sha256, answer.vintage, today)
