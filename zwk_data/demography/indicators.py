"""What the figures mean: indicators, the codes of status, sex and age, and the sources they come from.

All of it is read from the warehouse or stands here once, so that every caption and the page Quellen say the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@dataclass(frozen=True)
class Indicator:
    """One indicator: German ``name``, ``unit`` (may be empty), ``decimals``, ``definition``, how to read it
    (``direction``), where it comes from (``source_note``), and what data/indicators.yml says of its meaning."""

    id: str
    name: str
    unit: str
    decimals: int
    definition: str
    direction: str
    source_note: str
    #: a number of people, events or km²: places of different size can only be compared by an index
    is_count: bool = False
    can_be_negative: bool = False
    #: the value that means „no change“, or None for a plain level
    centre: float | None = None
    #: counts what happened during a year, not what was there on one day
    per_year: bool = False
    #: spans powers of ten from villages to cities
    wide_range: bool = False
    #: does not jump with few people: needs no caution for a village
    steady: bool = False
    #: a rate that stands as published: it can't be converted to another territory
    is_published_rate: bool = False
    #: the day of the year that it stands on
    day: str = "31.12."

    def when(self, year: int) -> str:
        """``am 31.12.2023``, ``am 15.05.2022``; ``im Jahr 2015`` for what happened during a year."""
        return f"im Jahr {year}" if self.per_year else f"am {self.day}{year}"

    def in_year(self, year: int) -> str:
        """Its name and the year, which is not said again of ``… (Zensus 2022)``."""
        return self.name if self.name.endswith(f" {year})") else f"{self.name} {year}"

    @property
    def has_index(self) -> bool:
        """A count that cannot fall below zero, so that it can be shown in per cent of a base year."""
        return self.is_count and not self.can_be_negative

    @property
    def with_unit(self) -> str:
        """Name and unit for a column or an axis: ``Anteil 65 Jahre und älter (%)``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


@remembered
def indicators() -> dict[str, Indicator]:
    """All indicators by id, in the order of the catalogue."""
    frame = read(
        "SELECT indicator_id, name_de, unit, decimals, definition_de, direction, source_note_de, is_count, "
        "can_be_negative, centre, per_year, wide_range, steady, formula IS NULL AND NOT is_count, day FROM indicator"
    )
    frame["centre"] = frame["centre"].astype(object).where(frame["centre"].notna(), None)
    return {row[0]: Indicator(*row) for row in frame.itertuples(index=False, name=None)}


#: status of a value -> sign in official tables, German word, what it says
_STATUSES = {
    "reported": ("", "veröffentlicht", "Die Zahl steht so in der Quelle."),
    "none": ("–", "nichts vorhanden (–)", "Es gibt nichts zu zählen: genau null."),
    "secret": (
        ".",
        "unbekannt oder geheim gehalten (.)",
        "Der Zahlenwert ist unbekannt oder wird geheim gehalten, um einzelne Menschen zu schützen.",
    ),
    "unreliable": (
        "/",
        "nicht sicher genug (/)",
        "Der Zahlenwert ist nicht sicher genug, um veröffentlicht zu werden.",
    ),
    "not_applicable": ("x", "Angabe nicht sinnvoll (x)", "Eine Angabe ist hier nicht sinnvoll."),
    "pending": ("…", "Angabe fällt später an (…)", "Die Angabe fällt später an."),
    "rounded": ("", "gerundet veröffentlicht", "Gerundet veröffentlicht oder aus gerundeten Zahlen errechnet."),
    "estimated": (
        "",
        "geschätzt oder umgerechnet",
        "Auf einen anderen Gebietsstand umgerechnet oder mit einer Annahme errechnet.",
    ),
    "computed": ("", "aus veröffentlichten Zahlen errechnet", "Summe oder Rate aus veröffentlichten Zahlen."),
    "missing": (
        "",
        "in den ausgewerteten Quellen nicht enthalten",
        "In den ausgewerteten Quellen ist hier keine Zahl enthalten.",
    ),
}
#: why a value is what it is, in words
STATUS = {code: word for code, (_, word, _) in _STATUSES.items()}

#: map layers, with the words for one and many of their areas
LAYERS = {
    "laender": ("Land", "Länder"),
    "kreise": ("Kreis", "Kreise"),
    "gemeinden": ("Gemeinde", "Gemeinden"),
    "teilnehmende": ("Kommune", "Teilnehmende"),
}
#: map layer -> level of its areas in the warehouse
LEVEL_OF_LAYER = {"laender": "land", "kreise": "kreis", "gemeinden": "gemeinde"}

SEXES = {"total": "insgesamt", "male": "männlich", "female": "weiblich"}


def age_group(code: str) -> str:
    """``total`` -> ``alle``, ``0-2`` -> ``unter 3 Jahre``, ``75+`` -> ``75 Jahre und älter``, ``7`` -> ``7 Jahre``."""
    if code == "total":
        return "alle"
    if code.endswith("+"):
        return f"{code[:-1]} Jahre und älter"
    low, dash, high = code.partition("-")
    if not dash:
        return f"{code} Jahre"
    return f"unter {int(high) + 1} Jahre" if low == "0" else f"{low} bis {high} Jahre"


#: the words of the formulas in data/indicators.yml, in German
TERMS = {
    "population": "Bevölkerung",
    "base_population": "Bevölkerung 2011",
    "population_mid": "mittlere Bevölkerung",
    "foreign_population": "ausländische Bevölkerung",
    "female": "Frauen",
    "births": "Geburten",
    "deaths": "Sterbefälle",
    "moves_in": "Zuzüge",
    "moves_out": "Fortzüge",
    "area_km2": "Fläche",
    "years_of_age": "Lebensjahre aller Menschen",
}
LEVEL_WORDS = {"bund": "Bund", "land": "Länder", "kreis": "Kreise", "verband": "Verbände", "gemeinde": "Gemeinden"}


def formula_words(formula: str | None) -> str:
    """A formula of the catalogue in German: ``100.0 * age_65plus / population`` -> ``100 × 65 Jahre und älter / …``."""
    if not isinstance(formula, str) or not formula:
        return "wie veröffentlicht"
    text = re.sub(r"[A-Za-z_]\w*", lambda match: _german_term(match[0]), formula)
    text = re.sub(r"(\d+)\.0\b", r"\1", text).replace("*", "×").replace(" - ", " − ")
    return re.sub(r"(\d)\.(\d)", r"\1,\2", text).replace("1000 ×", "1.000 ×")


def _german_term(word: str) -> str:
    span = re.fullmatch(r"(?:census_)?age_(\d+)(?:_(\d+)|plus)", word)
    if span is None:
        counted = indicators().get(word)
        return TERMS.get(word) or (counted.name if counted else word)
    return age_group(f"{span[1]}-{span[2]}" if span[2] else f"{span[1]}+")


@remembered
def listed_sources() -> pd.DataFrame:
    """Every file that figures were read from, in the order of their attributions.

    Columns: source_id, publisher, title, table_code, vintage and retrieved (dates), licence, attribution, url, through
    (missing if not documented), indicators (German names, joined), first_year, last_year (empty for keys, which carry
    no figures).
    """
    return read(
        """
        WITH used AS (
            SELECT source_id, indicator_id, min(year) AS first_year, max(year) AS last_year
            FROM coverage WHERE state = 'published' GROUP BY source_id, indicator_id
        ), named AS (
            SELECT source_id, string_agg(name_de, ', ' ORDER BY name_de) FILTER (WHERE formula IS NULL) AS counted,
                   string_agg(name_de, ', ' ORDER BY name_de) AS indicators,
                   min(first_year) AS first_year, max(last_year) AS last_year
            FROM used JOIN indicator USING (indicator_id) GROUP BY source_id
        )
        SELECT s.source_id, publisher, title, table_code, vintage, retrieved, licence, attribution, url, through,
               coalesce(counted, indicators, '') AS indicators, first_year, last_year
        FROM source s LEFT JOIN named USING (source_id) ORDER BY attribution, source_id
        """
    )


@remembered
def listed_indicators() -> pd.DataFrame:
    """Every indicator, in the order of the catalogue.

    Columns: indicator_id, name, unit, definition, formula (in German words), direction, source_note, and coverage:
    „Bund 1995–2024; Kreise 1995–2024; …“.
    """
    frame = read(
        "SELECT indicator_id, name_de AS name, unit, definition_de AS definition, formula, direction, "
        "source_note_de AS source_note FROM indicator"
    )
    years = read(
        "SELECT indicator_id, place AS level, min(year) AS low, max(year) AS high FROM coverage "
        "WHERE state = 'today' AND known GROUP BY indicator_id, place"
    )
    known = {(i, level): (low, high) for i, level, low, high in years.itertuples(index=False, name=None)}

    def coverage(indicator: str) -> str:
        spans = [(word, known[indicator, level]) for level, word in LEVEL_WORDS.items() if (indicator, level) in known]
        return "; ".join(f"{word} {low}" if low == high else f"{word} {low}–{high}" for word, (low, high) in spans)

    return frame.assign(
        formula=[formula_words(formula) for formula in frame["formula"]],
        coverage=[coverage(indicator) for indicator in frame["indicator_id"]],
    )


def listed_statuses() -> pd.DataFrame:
    """Each sign: status (code), sign (as printed in official tables, may be empty), word (as shown here), meaning."""
    return pd.DataFrame(
        [(code, *about) for code, about in _STATUSES.items()], columns=["status", "sign", "word", "meaning"]
    )


@remembered
def programme_sources() -> pd.DataFrame:
    """The web sites that the programme's facts come from: site, and how many pages, participants, stages, themes."""
    return read(
        """
        WITH fact AS (
            SELECT source_url, 'participants' AS kind FROM participant
            UNION ALL SELECT source_url, 'stages' FROM stage_event
            UNION ALL SELECT source_url, 'themes' FROM participant_theme
        )
        SELECT regexp_extract(source_url, '^https?://(?:www\\.)?([^/]+)', 1) AS site,
               count(DISTINCT source_url) AS pages,
               count(*) FILTER (WHERE kind = 'participants') AS participants,
               count(*) FILTER (WHERE kind = 'stages') AS stages,
               count(*) FILTER (WHERE kind = 'themes') AS themes
        FROM fact WHERE source_url LIKE 'http%' GROUP BY site ORDER BY count(*) DESC, site
        """
    )
