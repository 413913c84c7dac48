"""The tables that web services offer (data/updates.yml), and their answers as observation rows.

An answer contains former and present units side by side; :class:`Places` knows which of them existed in a year.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd
import yaml

from zwk_data.errors import SourceError, ZwkError
from zwk_data.settings import DATA
from zwk_data.sources import ffcsv
from zwk_data.warehouse.collect import observations
from zwk_data.warehouse.collect.lineage import TODAY


@dataclass(frozen=True)
class Database:
    """A web service: its short name in pystatis, German name, where to register, family in publishers.yml."""

    key: str
    name: str
    register: str
    family: str
    source: str


@dataclass(frozen=True)
class FetchableTable:
    """A table of a web service; data/updates.yml explains the fields."""

    code: str
    database: Database
    title: str
    level: str
    indicators: tuple[str, ...]
    detail: str
    unit: str
    day: str | None = None
    newest: bool = False
    recorded: bool = False

    @property
    def statistic(self) -> str:
        """The code in a flat csv, which is that of the statistic."""
        return self.code.split("-")[0]


@lru_cache(maxsize=1)
def fetchable_tables() -> tuple[FetchableTable, ...]:
    """All tables in the order of the file, larger units first."""
    raw = yaml.safe_load((DATA / "updates.yml").read_text(encoding="utf-8"))
    databases = {key: Database(key=key, **entry) for key, entry in raw["databases"].items()}
    return tuple(
        FetchableTable(
            code=str(code),
            **{**entry, "database": databases[entry["database"]], "indicators": tuple(entry["indicators"])},
        )
        for code, entry in raw["tables"].items()
    )


def choose_tables(codes: tuple[str, ...]) -> tuple[FetchableTable, ...]:
    """The tables with these codes, all if there are none. Raises ZwkError for a code that data/updates.yml lacks."""
    known = {table.code: table for table in fetchable_tables()}
    for code in codes:
        if code.strip() not in known:
            raise ZwkError(
                f"Die Tabelle {code.strip() or '(leer)'} kann der Monitor nicht auswerten. "
                f"Möglich sind: {', '.join(known)}."
            )
    return tuple(known[code.strip()] for code in dict.fromkeys(codes)) or fetchable_tables()


#: from this year the Kreise are those of today (Eisenach joined the Wartburgkreis in July 2021)
_KREISE_OF_TODAY = 2021


class Places:
    """Which units exist and existed, from the shipped register and lineage, which are read once."""

    @cached_property
    def _lineage(self) -> pd.DataFrame:
        return pd.read_parquet(DATA / "figures" / "lineage.parquet", columns=["level", "year", "key_from", "key_to"])

    @cached_property
    def _area(self) -> pd.DataFrame:
        return pd.read_parquet(DATA / "figures" / "area.parquet", columns=["area_key", "level", "name", "valid_to"])

    @cached_property
    def names(self) -> pd.Series:
        """Name of each area_key."""
        return self._area.set_index("area_key")["name"]

    def known(self) -> set[str]:
        """Every key of the register, including former units."""
        return set(self._area["area_key"])

    def valid(self, level: str, year: int) -> set[str]:
        """The keys of the units of a level that existed in ``year``; all known ones of a level without history here."""
        here = self._lineage[self._lineage["level"] == level]
        if level == "kreis":
            return set(here["key_to"]) if year >= _KREISE_OF_TODAY else set(here.loc[here["year"] == year, "key_from"])
        if level == "gemeinde" and year < TODAY:
            return set(here.loc[here["year"] == year, "key_from"])
        areas = self._area[self._area["level"] == level]
        return set(areas.loc[areas["valid_to"].isna(), "area_key"] if level != "verband" else areas["area_key"])


#: smaller units are those of the shipped register; after later mergers a key may mean another place
_SMALLER_THAN_KREIS = ("gemeinde", "verband")


@dataclass(frozen=True)
class Answer:
    """Observation rows of a table, what was left out (area_key, name, year, value), and where it is from."""

    table: FetchableTable
    rows: pd.DataFrame = field(repr=False)
    unknown: pd.DataFrame = field(repr=False)
    later: tuple[int, ...]
    sha256: str
    vintage: date
    retrieved: date

    @property
    def source_id(self) -> str:
        """Its id in the table ``source``, which sorts by day of retrieval."""
        return f"{self.table.database.source}-{self.table.code}-{self.retrieved:%Y-%m-%d}"


def read(table: FetchableTable, content: bytes, places: Places, today: date) -> Answer:
    """Read the flat csv of one table.

    Units that existed in the year are kept; those unknown to the register go to ``unknown``. Gemeinden of years after
    the register's state are left out (``later``), as on a newer territory a key may mean another place.

    Raises SourceError for anything but a complete flat csv of the table.
    """
    label = f"Antwort zu {table.code}"
    frame = ffcsv.read(content, label, expect=table.statistic)
    checksum, vintage = hashlib.sha256(content).hexdigest(), frame["date"].max().date()
    answer = Answer(table, frame, frame, (), checksum, vintage, today)
    rows = observations.from_table(frame, answer.source_id)
    _check_asked_for(table, label, frame, rows)
    levels = ["bund", "land", "kreis", *(_SMALLER_THAN_KREIS if table.level == "gemeinde" else ())]
    rows = rows[rows["indicator_id"].isin(table.indicators) & rows["level"].isin(levels)]
    after = rows["level"].isin(_SMALLER_THAN_KREIS) & (rows["year"] > TODAY)
    later = tuple(sorted(int(year) for year in rows.loc[after, "year"].unique()))
    rows = rows[~after]
    valid = [
        (level, year, key)
        for level, year in rows[["level", "year"]].drop_duplicates().itertuples(index=False)
        for key in places.valid(level, int(year))
    ]
    exists = pd.MultiIndex.from_frame(rows[["level", "year", "area_key"]]).isin(pd.MultiIndex.from_tuples(valid))
    is_unknown = ~rows["area_key"].isin(places.known()) & rows["value"].notna() & (rows["value"] != 0)
    unknown = rows[is_unknown].merge(frame[["area_key", "name"]].drop_duplicates("area_key"), on="area_key")
    unknown = unknown[["area_key", "name", "year", "value"]].drop_duplicates(["area_key", "year"])
    kept = observations.existing_only(rows[exists])
    if kept.empty:
        raise SourceError(label, "keine der Zahlen gehört zu einem Gebiet, das der Monitor kennt")
    return replace(answer, rows=kept, unknown=unknown, later=later)


def _check_asked_for(table: FetchableTable, label: str, frame: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Raise SourceError unless day, indicators, level and unit are those of the table."""
    if table.day is not None:
        wrong = frame[frame["date"].dt.strftime("%m-%d") != table.day]
        if len(wrong):
            expected = f"der {table.day[3:]}.{table.day[:2]}. des Jahres"
            raise SourceError(label, f"die Zahlen sind vom {wrong['date'].iloc[0]:%d.%m.%Y}", expected=expected)
    units = frame.loc[frame["level"] == table.level, "unit"].unique()
    if len(units) and list(units) != [table.unit]:
        raise SourceError(label, f"die Einheit ist {', '.join(map(str, units))}", expected=table.unit)
    if not set(table.indicators) <= set(rows["indicator_id"]) or table.level not in set(rows["level"]):
        problem = "die Antwort ist eine andere Tabelle als die verlangte"
        raise SourceError(label, problem, expected=f"„{table.title}“")
