"""The features by which places are called alike: what each is, and its value for Gemeinden, Kreise and participants.

All years of one feature lie on one census base (Volkszählung 1987, Zensus 2011): a difference across a census would
count its correction as a development. Rates are means over several years, so that single events in a village weigh
less.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: for each level the year of its age structure: the newest published
AGE_YEAR = {"gemeinde": 2015, "verband": 2015, "kreis": 2020}
#: for each level the column that tells in which of its areas a Gemeinde lies
KEY_OF = {"gemeinde": "a.area_key", "verband": "v.verband_key", "kreis": "a.kreis_key"}
#: the age classes added up for a share
AGES = {
    "share_under18": ("0-2", "3-5", "6-9", "10-14", "15-17"),
    "share_18_29": ("18-19", "20-24", "25-29"),
    "share_65plus": ("65-74", "75+"),
}
#: the first and last year of a growth
GROWTH = {"growth_5": (2018, 2023), "growth_12": (2011, 2023), "growth_15": (1994, 2009)}
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


def catalogue(level: str) -> tuple[Feature, ...]:
    """The features of a level (gemeinde, verband or kreis), in the order of the columns of ``features``.

    Raises ZwkError for another level.
    """
    if level not in AGE_YEAR:
        raise ZwkError(f"Merkmale gibt es für Gemeinden, Verbände und Kreise, nicht für die Ebene „{level}“.")
    per = "je 1.000 Personen und Jahr"
    now = f"Bevölkerung am 31.12.{NOW}"
    shared = (
        Feature("size", "Bevölkerung", "Größe", "Personen", 0, f"{now}.", LOGARITHM),
        Feature(
            "density",
            "Bevölkerungsdichte",
            "Dichte",
            "Personen je km²",
            0,
            f"{now} je Quadratkilometer Gebietsfläche.",
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
        _growth("growth_5", "5 Jahre", "{span}, beides auf der Grundlage des Zensus 2011."),
        _growth("growth_12", "12 Jahre", "{span}: der längste Zeitraum, in dem kein Zensus liegt."),
        _growth("growth_15", "1994–2009", "über die 15 Jahre {span}, beides vor dem Zensus 2011."),
        _share("share_under18", "unter 18 Jahre", "unter 18-Jährigen {there}.", level),
        _share("share_18_29", "18 bis 29 Jahre", "18- bis 29-Jährigen {there}; hoch in Hochschulorten.", level),
        _share("share_65plus", "65 Jahre und älter", "Menschen von 65 Jahren und mehr {there}.", level),
        Feature(
            "natural",
            "Natürlicher Saldo 2008–2015",
            "natürlicher Saldo",
            per,
            1,
            "Geburten abzüglich Sterbefälle, Mittel der Jahre 2008 bis 2015, je 1.000 Personen der mittleren "
            "Bevölkerung dieser Jahre. Der Zensus 2011 ändert den Nenner, nicht die Ereignisse.",
        ),
        Feature(
            "migration",
            "Wanderungssaldo 2012–2015",
            "Wanderungssaldo",
            per,
            1,
            "Veränderung der Bevölkerung vom 31.12.2011 bis zum 31.12.2015 ohne Geburten und Sterbefälle, Mittel der "
            "vier Jahre, je 1.000 Personen. Enthält Bestandskorrekturen; Zu- und Fortzüge selbst liegen nur für 2015 "
            "vor.",
        ),
    )
    foreigners = "Anteil der Ausländerinnen und Ausländer an der Bevölkerung am 31.12.2022 nach INKAR."
    of_kreise = (Feature("foreign", "Ausländeranteil", "Ausländeranteil", "%", 1, foreigners),)
    return (*shared, *of_kreise) if level == "kreis" else shared


def _growth(key: str, short: str, words: str) -> Feature:
    first, last = GROWTH[key]
    words = words.format(span=f"vom 31.12.{first} bis zum 31.12.{last}")
    name = f"Bevölkerungsentwicklung {first}–{last}"
    return Feature(key, name, f"Entwicklung {short}", "%", 1, f"Veränderung der Bevölkerung {words}")


def _share(key: str, ages: str, words: str, level: str) -> Feature:
    words = words.format(there=f"an der Bevölkerung am 31.12.{AGE_YEAR[level]}")
    return Feature(key, f"Anteil {ages}", ages, "%", 1, f"Anteil der {words}")


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
    columns = [feature.id for feature in catalogue(level)]
    found = _from_counts(_counts("observation_today", "area_key", level, f"AND level = '{level}'"), level)
    found["urban"] = _urban(KEY_OF[level]).reindex(found.index)
    alive = read("SELECT area_key FROM area WHERE level = $level AND valid_to IS NULL", {"level": level})
    # uninhabited gemeindefreie Gebiete have no demography
    found = found[found.index.isin(alive["area_key"]) & (found["size"] > 0)]
    return found[columns].sort_index()


@remembered(entries=4)
def standardised(level: str) -> pd.DataFrame:
    """``features`` as deviations from their mean, in standard deviations, after transformation and clipping.

    Unknown values stay NaN (``twins.nearest`` fills them with medians).
    """
    return scale_of(level).apply(transform(features(level), level))


@remembered(entries=4)
def participant_features(level: str) -> pd.DataFrame:
    """All participants by participant_id with the features of a level, from sums over their areas, in their units."""
    columns = [feature.id for feature in catalogue(level)]
    found = _from_counts(_counts("participant_observation", "participant_id", level, ""), level)
    found["urban"] = _urban("m.participant_id").reindex(found.index)
    return found[columns].sort_index()


def level_of(participant_id: str) -> str:
    """Whether a participant is compared with Kreise (Landkreise, kreisfreie Städte) or Gemeinden (all others).

    Raises ZwkError if there is no such participant.
    """
    return "kreis" if kind_of(participant_id) in KREIS_KINDS else "gemeinde"


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


def transform(raw: pd.DataFrame, level: str) -> pd.DataFrame:
    """Take logarithms where the catalogue says so; 0 and less have none and become NaN."""
    logs = [feature.id for feature in catalogue(level) if feature.transformation == LOGARITHM]
    return raw.assign(**{column: np.log10(raw[column].where(raw[column] > 0)) for column in logs})


@dataclass(frozen=True)
class Scale:
    """How places are standardised: limits of clipping, mean and standard deviation of each feature."""

    low: pd.Series
    high: pd.Series
    mean: pd.Series
    deviation: pd.Series

    def apply(self, transformed: pd.DataFrame) -> pd.DataFrame:
        """Rows of ``transform`` as deviations from the mean, in standard deviations."""
        return (transformed.clip(self.low, self.high, axis="columns") - self.mean) / self.deviation


def scale(reference: pd.DataFrame) -> Scale:
    """The scale on which ``reference`` (a frame of ``transform``) has mean 0 and standard deviation 1.

    A feature in which all places of the reference agree becomes 0 for everyone.
    """
    low, high = reference.quantile(CLIPPED), reference.quantile(1 - CLIPPED)
    known = reference.clip(low, high, axis="columns")
    deviation = known.std(ddof=0)
    # deviations within the noise of floating point count as none
    flat = deviation <= 1e-9 * known.abs().max()
    return Scale(low, high, known.mean(), deviation.mask(flat, np.inf))


@remembered(entries=4)
def scale_of(level: str) -> Scale:
    """The scale of all places of a level."""
    return scale(transform(features(level), level))


def _counts(table: str, key: str, level: str, where: str) -> pd.DataFrame:
    """One row per place: the counts that the features are made of. A published „–“ is zero."""
    year = AGE_YEAR[level]
    ages = ", ".join(
        f"CASE WHEN count(value) FILTER (WHERE {what}) = {len(classes)} "
        f"THEN sum(value) FILTER (WHERE {what}) END AS {name}"
        for name, classes in AGES.items()
        for what in [f"indicator_id = 'population' AND year = {year} AND age_group IN {classes}"]
    )
    people = ", ".join(
        f"max(value) FILTER (WHERE indicator_id = 'population' AND age_group = 'total' AND year = {y}) AS p{y}"
        for y in sorted({2011, 2015, NOW, year, *itertools.chain(*GROWTH.values())})
    )
    classes = sorted({one for many in AGES.values() for one in many})
    return read(
        f"""
        WITH counted AS (
            SELECT {key} AS key, indicator_id, year, age_group,
                   CASE WHEN status = 'none' THEN 0 ELSE value END AS value
            FROM {table}
            WHERE sex = 'total' {where}
              AND indicator_id IN ('population', 'births', 'deaths', 'density', 'share_foreign')
              AND age_group IN ('total', {", ".join(f"'{one}'" for one in classes)})
        )
        SELECT key, {people}, {ages},
               max(value) FILTER (WHERE indicator_id = 'density' AND year = {NOW}) AS density,
               max(value) FILTER (WHERE indicator_id = 'share_foreign' AND year = 2022) AS foreign_share,
               avg(value) FILTER (WHERE indicator_id = 'births' AND year BETWEEN 2008 AND 2015) AS births,
               avg(value) FILTER (WHERE indicator_id = 'deaths' AND year BETWEEN 2008 AND 2015) AS deaths,
               avg(value) FILTER (WHERE indicator_id = 'population' AND age_group = 'total'
                                  AND year BETWEEN 2008 AND 2015) AS people_mean,
               sum(CASE indicator_id WHEN 'births' THEN value ELSE -value END)
                   FILTER (WHERE indicator_id IN ('births', 'deaths') AND year BETWEEN 2012 AND 2015) AS balance,
               count(value)
                   FILTER (WHERE indicator_id IN ('births', 'deaths') AND year BETWEEN 2012 AND 2015) AS balances
        FROM counted GROUP BY key
        """
    ).set_index("key")


def _from_counts(counts: pd.DataFrame, level: str) -> pd.DataFrame:
    people = counts[f"p{AGE_YEAR[level]}"].where(lambda p: p > 0)
    four_years = counts["balance"].where(counts["balances"] == 8)
    mean = (counts["p2011"] + counts["p2015"]) / 2
    return pd.DataFrame(
        {
            "size": counts["p2023"],
            "density": counts["density"],
            **{name: _change(counts[f"p{first}"], counts[f"p{last}"]) for name, (first, last) in GROWTH.items()},
            **{name: 100 * counts[name] / people for name in AGES},
            "natural": 1000 * (counts["births"] - counts["deaths"]) / counts["people_mean"].where(lambda p: p > 0),
            "migration": 250 * (counts["p2015"] - counts["p2011"] - four_years) / mean.where(mean > 0),
            "foreign": counts["foreign_share"],
        }
    ).replace([np.inf, -np.inf], np.nan)


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
