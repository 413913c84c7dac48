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

#: columns that the build adds to the ingredients of the catalogue
BUILT_IN = ("population_mid", "base_population", "area_km2")
#: the area as published of a year, from which ``area_km2`` is carried on
AREA_OF_YEAR = "area_of_year"
#: rates per inhabitant published for Verbände only; their mean, weighted by people, is the rate of the Kreis
MEANS_OF_VERBAENDE = ("income_tax",)
#: what every indicator has
REQUIRED: dict[str, type | tuple[type, ...]] = {
    "name_de": str,
    "unit": str,
    "decimals": int,
    "definition_de": str,
    "direction": str,
    "source_note_de": str,
}
#: what an entry gives only where it differs from the default: its type and default; data/indicators.yml explains each
OPTIONAL: dict[str, tuple[type | tuple[type, ...], object]] = {
    "formula": (str, None),
    "status": (str, None),
    "is_count": (bool, False),
    "can_be_negative": (bool, False),
    "centre": ((int, float), None),
    "per_year": (bool, False),
    "wide_range": (bool, False),
    "steady": (bool, False),
    "on_map": (bool, True),
    "in_trends": (bool, True),
    "within_level": (bool, False),
    "moved_by_people": (bool, False),
    "averaged": (bool, False),
    "from_inkar": (bool, False),
    "deutschlandatlas": (str, None),
    "inkar": (str, None),
    "gisd": (str, None),
    "day": (str, "31.12."),
    "sum_tolerance": (float, 0.0),
}
TABLE_COLUMNS = [
    "indicator_id",
    "name_de",
    "unit",
    "decimals",
    "definition_de",
    "formula",
    "direction",
    "source_note_de",
    "is_count",
    "can_be_negative",
    "centre",
    "per_year",
    "wide_range",
    "steady",
    "on_map",
    "in_trends",
    "within_level",
    "day",
]


@dataclass(frozen=True)
class Catalogue:
    """``ingredients``: name -> what to add up; ``indicators``: id -> everything in REQUIRED and OPTIONAL."""

    ingredients: dict[str, dict[str, Any]]
    indicators: dict[str, dict[str, Any]]

    def table(self) -> pd.DataFrame:
        """The catalogue as rows of the public table ``indicator``."""
        rows = [{"indicator_id": key, **entry} for key, entry in self.indicators.items()]
        return pd.DataFrame(rows)[TABLE_COLUMNS].astype({"centre": float})

    def marked(self, name: str) -> tuple[str, ...]:
        """The ids of the indicators for which ``name`` (one of OPTIONAL: ``moved_by_people``, …) is true."""
        return tuple(key for key, entry in self.indicators.items() if entry[name])

    def taken_from(self, *sources: str) -> dict[str, str]:
        """What ``inkar``, ``gisd`` or ``deutschlandatlas`` call the indicators taken from there, with the ids."""
        return {entry[one]: key for one in sources for key, entry in self.indicators.items() if entry[one]}

    def derived(self) -> dict[str, dict[str, Any]]:
        """The indicators that have a formula."""
        return {key: entry for key, entry in self.indicators.items() if entry["formula"]}

    def number_of(self, name: str) -> int:
        """The number of an ingredient, of BUILT_IN or of ``area_of_year``: faster to find than its name."""
        return [*BUILT_IN, AREA_OF_YEAR, *self.ingredients].index(name)

    def entries(self) -> pd.DataFrame:
        """What to add up for each ingredient: name (``number_of``), indicator_id, sex, age_group, weight, classes (how
        many it has)."""
        rows = [(AREA_OF_YEAR, "area_km2", "total", "total", 1.0, 1)]
        for name, entry in self.ingredients.items():
            weights = entry.get("weights") or dict.fromkeys(entry.get("ages", ["total"]), 1.0)
            sex = entry.get("sex", "total")
            rows += [(name, entry["indicator"], sex, age, float(w), len(weights)) for age, w in weights.items()]
        frame = pd.DataFrame(rows, columns=["name", "indicator_id", "sex", "age_group", "weight", "classes"])
        return frame.assign(name=frame["name"].map(self.number_of))

    def is_noisy(self, ingredients: list[str]) -> bool:
        """Whether one of these ingredients, as published, may differ from the sum of its parts (``sum_tolerance``)."""
        counted = (self.ingredients[name]["indicator"] for name in ingredients if name in self.ingredients)
        return any(self.indicators[indicator]["sum_tolerance"] for indicator in counted)

    def used_in(self, formula: str) -> list[str]:
        """The columns a formula needs, in the order in which it names them."""
        names = [*self.ingredients, *BUILT_IN]
        return [word for word in dict.fromkeys(re.findall(r"[a-z_][a-z_0-9]*", formula)) if word in names]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Read and check data/indicators.yml.

    Raises ZwkError for a gap, a property that does not exist or has a wrong value, or a formula over an unknown column.
    """
    # the reader written in C takes a tenth of the 0.15 s that the one in Python needs, at every start
    content = yaml.load((DATA / "indicators.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Catalogue(content["ingredients"], checked(content["indicators"], {*content["ingredients"], *BUILT_IN}))


def checked(entries: dict[str, dict[str, Any]], columns: set[str]) -> dict[str, dict[str, Any]]:
    """The entries with all defaults filled in; ``columns``: what a formula may name.

    Raises ZwkError as ``catalogue`` does.
    """
    defaults = {name: default for name, (_, default) in OPTIONAL.items()}
    types = REQUIRED | {name: kind for name, (kind, _) in OPTIONAL.items()}
    for key, entry in entries.items():
        where = f"data/indicators.yml, Kennzahl {key}"
        missing = [name for name in REQUIRED if entry.get(name) is None]
        if missing:
            raise ZwkError(f"{where}: es fehlt {', '.join(missing)}.")
        odd = [name for name in entry if name not in types]
        if odd:
            raise ZwkError(f"{where}: {', '.join(odd)} gibt es nicht. Möglich sind {', '.join(types)}.")
        wrong = [name for name, value in entry.items() if not _fits(value, types[name])]
        if wrong:
            raise ZwkError(f"{where}: der Wert von {', '.join(wrong)} ist von falscher Art.")
        unknown = set(re.findall(r"[a-z_][a-z_0-9]*", entry.get("formula") or "")) - columns
        if unknown:
            raise ZwkError(f"{where}: die Formel nennt unbekannte Größen {sorted(unknown)}.")
    return {key: defaults | entry for key, entry in entries.items()}


def _fits(value: object, kind: type | tuple[type, ...]) -> bool:
    # True is an int to Python, but no number to the reader
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
