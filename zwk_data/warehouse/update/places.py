"""Which units existed in which year, from what ships: the tables print old and new ones side by side (trap 2)."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from zwk_data.paths import DATA
from zwk_data.warehouse.collect.areas import TODAY

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
