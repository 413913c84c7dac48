"""What a service sent, read as observation rows, or refused with a German sentence.

The tables that can be fetched (data/updates.yml), and the services that hand them out.

Which units existed in which year, from what ships: the tables print old and new ones side by side (trap 2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import pandas as pd
import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.sources import ffcsv
from zwk_data.sources.errors import SourceError
from zwk_data.warehouse.collect import observations
from zwk_data.warehouse.collect.areas import TODAY

#: the 17 classes that the tables by age share everybody out to
AGES = ("0-2", "3-5", "6-9", "10-14", "15-17", "18-19", *(f"{a}-{a + 4}" for a in range(20, 65, 5)), "65-74", "75+")


@dataclass(frozen=True)
class Database:
    """One web service: pystatis' short name, its German name, where to register, family in publishers.yml."""

    key: str
    name: str
    register: str
    family: str
    source: str


@dataclass(frozen=True)
class Table:
    """One table of a web service; see data/updates.yml for the meaning of the fields."""

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
        """The code that a flat csv carries: that of the statistic, not of the table."""
        return self.code.split("-")[0]


@lru_cache(maxsize=1)
def fetchable_tables() -> tuple[Table, ...]:
    """All tables, in the order of the file: coarse before fine."""
    raw = yaml.safe_load((DATA / "updates.yml").read_text(encoding="utf-8"))
    databases = {key: Database(key=key, **entry) for key, entry in raw["databases"].items()}
    return tuple(
        Table(
            code=str(code),
            **{**entry, "database": databases[entry["database"]], "indicators": tuple(entry["indicators"])},
        )
        for code, entry in raw["tables"].items()
    )


def choose_tables(codes: tuple[str, ...]) -> tuple[Table, ...]:
    """The tables of these codes, all for none. Raises ZwkError for a code that is not in the catalogue."""
    known = {table.code: table for table in fetchable_tables()}
    for code in codes:
        if code.strip() not in known:
            raise ZwkError(
                f"Die Tabelle {code.strip() or '(leer)'} kann der Monitor nicht auswerten. "
                f"Möglich sind: {', '.join(known)}."
            )
    return tuple(known[code.strip()] for code in dict.fromkeys(codes)) or fetchable_tables()


#: from here on Kreise are those of today (Eisenach joined the Wartburgkreis in July 2021)
_KREISE_OF_TODAY = 2021


class Places:
    """The register and the conversion keys, read once."""

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
        """Every key of the register, also of units that no longer exist."""
        return set(self._area["area_key"])

    def valid(self, level: str, year: int) -> set[str]:
        """The units of a level that count in ``year``; all known ones for levels without a history here."""
        here = self._lineage[self._lineage["level"] == level]
        if level == "kreis":
            return set(here["key_to"]) if year >= _KREISE_OF_TODAY else set(here.loc[here["year"] == year, "key_from"])
        if level == "gemeinde" and year < TODAY:
            return set(here.loc[here["year"] == year, "key_from"])
        areas = self._area[self._area["level"] == level]
        return set(areas.loc[areas["valid_to"].isna(), "area_key"] if level != "verband" else areas["area_key"])


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
