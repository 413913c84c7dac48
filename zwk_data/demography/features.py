"""The features by which places are called alike: what each is, and its value for Gemeinden, Kreise and participants.

All are of 2021 to 2023. Both ends of a growth lie on one basis, two counts or one Fortschreibung: across a census, a
correction would count as a development.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the levels that have features, with the column that tells in which of its areas a Gemeinde lies
KEY_OF = {"gemeinde": "a.area_key", "verband": "v.verband_key", "kreis": "a.kreis_key"}
#: the year of size, density and degree of urbanisation
NOW = 2023
LOGARITHM = "Logarithmus"


@dataclass(frozen=True)
class Feature:
    """One feature: German ``name`` and ``short`` name (for labels), ``unit``, ``decimals`` shown, what it is
    (``definition``), and what is done to it before places are compared (``transformation``)."""

    id: str
    name: str
    short: str
    unit: str
    decimals: int
    definition: str
    transformation: str = "unverändert"


def _of_census(key: str, name: str, short: str, definition: str) -> Feature:
    return Feature(key, name, short, "%", 1, f"{definition} am 15.05.2022 (Zensus 2022).")


FEATURES = (
    Feature("size", "Bevölkerung", "Größe", "Personen", 0, f"Bevölkerung am 31.12.{NOW}.", LOGARITHM),
    Feature(
        "density",
        "Bevölkerungsdichte",
        "Dichte",
        "Personen je km²",
        0,
        f"Bevölkerung am 31.12.{NOW} je Quadratkilometer Gebietsfläche.",
        LOGARITHM,
    ),
    Feature(
        "urban",
        "Grad der Verstädterung",
        "Verstädterung",
        "",
        1,
        "Stufen von 1 bis 3: 1 dicht besiedelt, 2 mittlere Besiedlungsdichte, 3 gering besiedelt; bei mehreren "
        "Gemeinden das Mittel, gewichtet mit ihrer Bevölkerung.",
    ),
    Feature(
        "growth_5",
        "Bevölkerungsentwicklung 2018–2023",
        "Entwicklung 5 Jahre",
        "%",
        1,
        "Veränderung der Bevölkerung vom 31.12.2018 bis zum 31.12.2023, beides auf der Grundlage des Zensus 2011.",
    ),
    Feature(
        "growth_census",
        "Bevölkerungsentwicklung 2011–2022",
        "Entwicklung zwischen den Zählungen",
        "%",
        1,
        "Veränderung der Bevölkerung vom 31.12.2011 bis zum 15.05.2022: am Anfang und am Ende das Ergebnis eines "
        "Zensus, am Anfang fortgeschrieben bis zum Jahresende.",
    ),
    _of_census("under16", "Anteil unter 16 Jahre", "unter 16 Jahre", "Anteil der unter 16-Jährigen an der Bevölkerung"),
    _of_census(
        "from16to24",
        "Anteil 16 bis 24 Jahre",
        "16 bis 24 Jahre",
        "Anteil der 16- bis 24-Jährigen, hoch in Hochschulorten, an der Bevölkerung",
    ),
    _of_census(
        "from67",
        "Anteil 67 Jahre und älter",
        "67 Jahre und älter",
        "Anteil der Menschen von 67 Jahren und mehr an der Bevölkerung",
    ),
    _of_census(
        "foreign",
        "Ausländeranteil",
        "Ausländeranteil",
        "Anteil der Menschen ohne deutsche Staatsangehörigkeit an der Bevölkerung",
    ),
    _of_census(
        "single",
        "Anteil Einpersonenhaushalte",
        "Einpersonenhaushalte",
        "Anteil der Haushalte mit einer Person an allen privaten Haushalten",
    ),
    _of_census(
        "one_dwelling",
        "Anteil Gebäude mit einer Wohnung",
        "Einfamilienhäuser",
        "Anteil der Gebäude mit genau einer Wohnung an allen Gebäuden mit Wohnraum",
    ),
    _of_census(
        "built_since_2000",
        "Anteil Gebäude aus der Zeit ab 2000",
        "Gebäude ab 2000",
        "Anteil der seit dem Jahr 2000 gebauten Gebäude an allen Gebäuden mit Wohnraum",
    ),
    Feature(
        "jobless",
        "Arbeitslose je 100 Menschen von 15 bis 64 Jahren",
        "Arbeitslose",
        "je 100 Personen",
        1,
        "Arbeitslose im Mittel des Jahres 2021 je 100 Menschen von 15 bis unter 65 Jahren am 31.12.2021.",
    ),
)
COLUMNS = [feature.id for feature in FEATURES]
#: what the features are read from: column, indicator, year
READ = (
    ("size", "population", NOW),
    ("density", "density", NOW),
    ("people_2018", "population", 2018),
    ("people_2011", "population", 2011),
    ("counted_2022", "census_population", 2022),
    ("under16", "census_share_under16", 2022),
    ("from16to24", "census_share_16_24", 2022),
    ("from67", "census_share_67plus", 2022),
    ("foreign", "census_share_foreign", 2022),
    ("single", "share_single_households", 2022),
    ("one_dwelling", "share_one_dwelling", 2022),
    ("built_since_2000", "share_buildings_since_2000", 2022),
    ("jobless", "unemployed_per_100", 2021),
)


#: this share of places at either end is clipped before standardising: a village that doubled must not make every other
#: growth look alike
CLIPPED = 0.005
#: a place must have at least this share of the features to be anyone's twin
ENOUGH = 2 / 3
#: kinds of participants that are compared with Kreise
KREIS_KINDS = ("landkreis", "kreisfreie_stadt")


@remembered(entries=4)
def features(level: str) -> pd.DataFrame:
    """All inhabited Gemeinden, Verbände or Kreise of 31.12.2023 by key, one column per feature, in its unit.

    NaN if unknown.
    """
    if level not in KEY_OF:
        raise ZwkError(f"Merkmale gibt es für Gemeinden, Verbände und Kreise, nicht für die Ebene „{level}“.")
    found = _figures("observation_today", "area_key", f"AND level = '{level}'")
    found["urban"] = _urban(KEY_OF[level]).reindex(found.index)
    alive = read("SELECT area_key FROM area WHERE level = $level AND valid_to IS NULL", {"level": level})
    # uninhabited gemeindefreie Gebiete have no demography
    found = found[found.index.isin(alive["area_key"]) & (found["size"] > 0)]
    return found[COLUMNS].sort_index()


@remembered(entries=4)
def standardised(level: str) -> pd.DataFrame:
    """``features`` as deviations from their mean, in standard deviations, after transformation and clipping.

    Unknown values stay NaN (``twins.nearest`` fills them with medians).
    """
    return scale_of(level).apply(transform(features(level)))


@remembered
def participant_features() -> pd.DataFrame:
    """All participants by participant_id, one column per feature, from sums over their areas, in its unit."""
    found = _figures("participant_observation", "participant_id", "")
    found["urban"] = _urban("m.participant_id").reindex(found.index)
    return found[COLUMNS].sort_index()


def level_of(participant_id: str) -> str:
    """Whether a participant is compared with Kreise (Landkreise, kreisfreie Städte) or Gemeinden (all others).

    Raises ZwkError if there is no such participant.
    """
    return "kreis" if kind_of(participant_id) in KREIS_KINDS else "gemeinde"


@remembered(entries=128)
def kind_of(participant_id: str) -> str:
    """The kind of a participant. Raises ZwkError if there is no such participant."""
    frame = read("SELECT kind FROM participant WHERE participant_id = $id", {"id": participant_id})
    if frame.empty:
        raise ZwkError(f"Die Kommune „{participant_id}“ gibt es hier nicht. Bitte eine aus der Liste wählen.")
    return str(frame["kind"].iloc[0])


@remembered(entries=2)
def single_cities() -> frozenset[str]:
    """Keys of the Kreise that are a single Gemeinde: the kreisfreie Städte."""
    frame = read(
        "SELECT area_key[1:5] AS key FROM area WHERE level = 'gemeinde' AND valid_to IS NULL AND area_key LIKE '%000'"
    )
    return frozenset(frame["key"])


def correlations(level: str) -> pd.DataFrame:
    """Pearson's r between the standardised features of all places, features by features."""
    return standardised(level).corr()


def transform(raw: pd.DataFrame) -> pd.DataFrame:
    """Take logarithms where the catalogue says so; 0 and less have none and become NaN."""
    logs = [feature.id for feature in FEATURES if feature.transformation == LOGARITHM]
    return raw.assign(**{column: np.log10(raw[column].where(raw[column] > 0)) for column in logs})


@dataclass(frozen=True)
class Standardisation:
    """How places are standardised: limits of clipping, mean and standard deviation of each feature."""

    low: pd.Series
    high: pd.Series
    mean: pd.Series
    deviation: pd.Series

    def apply(self, transformed: pd.DataFrame) -> pd.DataFrame:
        """Rows of ``transform`` as deviations from the mean, in standard deviations."""
        return (transformed.clip(self.low, self.high, axis="columns") - self.mean) / self.deviation


def scale(reference: pd.DataFrame) -> Standardisation:
    """The scale on which ``reference`` (a frame of ``transform``) has mean 0 and standard deviation 1.

    A feature in which all places of the reference agree becomes 0 for everyone.
    """
    low, high = reference.quantile(CLIPPED), reference.quantile(1 - CLIPPED)
    known = reference.clip(low, high, axis="columns")
    deviation = known.std(ddof=0)
    # deviations within the noise of floating point count as none
    flat = deviation <= 1e-9 * known.abs().max()
    return Standardisation(low, high, known.mean(), deviation.mask(flat, np.inf))


@remembered(entries=4)
def scale_of(level: str) -> Standardisation:
    """The scale of all places of a level."""
    return scale(transform(features(level)))


def _figures(table: str, key: str, where: str) -> pd.DataFrame:
    """One row per place and one column per feature but ``urban``, in its unit. A published „–“ is zero."""
    columns = ", ".join(
        f"max(shown) FILTER (WHERE indicator_id = '{indicator}' AND year = {year}) AS {name}"
        for name, indicator, year in READ
    )
    asked = ", ".join(f"('{indicator}', {year})" for _, indicator, year in READ)
    years = ", ".join(sorted({str(year) for _, _, year in READ}))
    found = read(
        f"""
        WITH asked AS (
            SELECT {key} AS key, indicator_id, year, CASE WHEN status = 'none' THEN 0 ELSE value END AS shown
            FROM {table}
            WHERE sex = 'total' AND age_group = 'total' AND year IN ({years})
              AND (indicator_id, year) IN ({asked}) {where}
        )
        SELECT key, {columns} FROM asked GROUP BY key
        """
    ).set_index("key")
    found["growth_5"] = _change(found["people_2018"], found["size"])
    found["growth_census"] = _change(found["people_2011"], found["counted_2022"])
    return found


def _change(before: pd.Series, after: pd.Series) -> pd.Series:
    return 100 * (after / before.where(before > 0) - 1)


def _urban(key: str) -> pd.Series:
    """Mean degree of urbanisation of the Gemeinden of each place, weighted by people."""
    of_verband = "JOIN verband_of v ON v.area_key = a.area_key AND NOT v.alone"
    members = "JOIN member m ON m.area_key = CASE m.level WHEN 'kreis' THEN a.kreis_key ELSE a.area_key END"
    frame = read(
        f"""
        SELECT {key} AS key, sum(a.degurba * o.value) / sum(o.value) AS urban
        FROM area a JOIN observation_today o ON o.area_key = a.area_key AND o.level = 'gemeinde'
         AND o.indicator_id = 'population' AND o.year = {NOW} AND o.sex = 'total' AND o.age_group = 'total'
        {members if key == "m.participant_id" else of_verband if key == KEY_OF["verband"] else ""}
        WHERE a.level = 'gemeinde' AND a.valid_to IS NULL AND o.value > 0 AND a.degurba IS NOT NULL
        GROUP BY ALL
        """
    )
    return frame.set_index("key")["urban"]
