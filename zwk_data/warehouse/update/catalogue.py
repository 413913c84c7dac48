"""The tables that can be fetched (data/updates.yml), and the services that hand them out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import yaml

from zwk_data.errors import ZwkError
from zwk_data.paths import DATA

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
