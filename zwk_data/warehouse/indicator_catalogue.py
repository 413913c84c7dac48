"""The indicator catalogue data/indicators.yml: metadata for every caption, formulas for the build."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA

#: columns that the build makes itself, beside the ingredients of the catalogue
BUILT_IN = ("population_mid", "base_population", "area_km2")
FIELDS = ("name_de", "unit", "decimals", "definition_de", "direction", "source_note_de")
TABLE_COLUMNS = [
    "indicator_id",
    "name_de",
    "unit",
    "decimals",
    "definition_de",
    "formula",
    "direction",
    "source_note_de",
]


@dataclass(frozen=True)
class Catalogue:
    """``ingredients``: name -> what to add up; ``indicators``: id -> metadata and formula."""

    ingredients: dict[str, dict[str, Any]]
    indicators: dict[str, dict[str, Any]]

    def table(self) -> pd.DataFrame:
        """The catalogue as rows of the public table ``indicator``."""
        rows = [{"indicator_id": key, "formula": None, **entry} for key, entry in self.indicators.items()]
        return pd.DataFrame(rows)[TABLE_COLUMNS]

    def derived(self) -> dict[str, dict[str, Any]]:
        """The indicators that have a formula."""
        return {key: entry for key, entry in self.indicators.items() if entry.get("formula")}

    def used_in(self, formula: str) -> list[str]:
        """The columns a formula needs, in the order in which it names them."""
        names = [*self.ingredients, *BUILT_IN]
        return [word for word in dict.fromkeys(re.findall(r"[a-z_][a-z_0-9]*", formula)) if word in names]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Read and check data/indicators.yml. Raises ZwkError for a gap or a formula over an unknown column."""
    content = yaml.safe_load((DATA / "indicators.yml").read_text(encoding="utf-8"))
    result = Catalogue(content["ingredients"], content["indicators"])
    for key, entry in result.indicators.items():
        missing = [name for name in FIELDS if entry.get(name) is None]
        if missing:
            raise ZwkError(f"data/indicators.yml, Kennzahl {key}: es fehlt {', '.join(missing)}.")
        formula = entry.get("formula")
        unknown = set(re.findall(r"[a-z_][a-z_0-9]*", formula or "")) - {*result.ingredients, *BUILT_IN}
        if unknown:
            raise ZwkError(
                f"data/indicators.yml, Kennzahl {key}: die Formel nennt unbekannte Größen {sorted(unknown)}."
            )
    return result
