"""Do Kommunen with a theme differ in a figure from those without? Two medians and what chance alone would make of them.

To choose a theme is a decision and no measurement: nothing here says why two groups differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.german import count, listing, number, with_unit
from zwk_data.programme.words import FIRST_YEAR
from zwk_data.warehouse.connection import read

#: theme -> indicators that come to mind with it, the first is the default: one that nearly all Kommunen have
FITTING: dict[str, tuple[str, ...]] = {
    "oeffentlichkeitsarbeit": ("population_index", "density"),
    "wohnen": ("population_index", "net_migration_rate", "density"),
    "kooperationen": ("density", "population_index"),
    "digitalisierung": ("density", "mean_age"),
    "demokratiefoerderung": ("population_index", "share_18_64"),
    "buergerbeteiligung": ("population_index", "density"),
    "engagement": ("share_65plus", "population_index"),
    "begegnung-beratung-selbsthilfe": ("share_65plus", "density"),
    "foerdermittel": ("population_index", "density"),
    "gesundheit-pflege": ("share_65plus", "old_age_ratio", "mean_age", "share_80plus"),
    "arbeit-wirtschaft": ("share_18_64", "total_ratio", "net_migration_rate"),
    "demografiestrategie": ("population_index", "old_age_ratio", "natural_balance_rate"),
    "integration": ("net_migration_rate", "share_foreign"),
    "junge-menschen": ("share_under18", "youth_ratio", "birth_rate"),
    "aelter-werden": ("share_65plus", "mean_age", "old_age_ratio", "share_80plus"),
    "generationen": ("mean_age", "share_under18", "share_65plus"),
    "teilhabe": ("net_migration_rate", "share_65plus", "share_foreign"),
    "ortsentwicklung": ("population_index", "density"),
    "leerstand": ("population_index", "net_migration_rate", "natural_balance_rate"),
    "mobilitaet": ("density", "share_65plus"),
    "versorgung": ("density", "population_index", "share_65plus"),
    "klima-umwelt": ("density", "population_index"),
    "kultur-freizeit": ("population_index", "density"),
    "bildung": ("share_under18", "youth_ratio"),
    "identitaet": ("net_migration_rate", "population_index"),
}
#: units of numbers of people, events and areas: they grow with the size of a place
COUNT_UNITS = {"Personen", "Lebendgeborene", "Gestorbene", "km²"}
#: a year counts as known to most if it has at least this share of the places of the best year
MOST = 0.9
#: with fewer places in a group nothing is compared
FEWEST = 5
DRAWS, SEED = 2000, 20241231
#: from this share of random divisions on a difference is called usual
USUAL = 0.1


@dataclass(frozen=True)
class Contrast:
    """Two groups of Kommunen and one figure of ``year``.

    ``frame``: one row per Kommune with a value, by name: participant_id, name, value, chosen (bool), level („kreis“,
    „verband“ or „gemeinde“), year. ``with_median`` and ``without_median`` are NaN for an empty group. ``p``: share of
    random divisions into groups of these sizes whose medians lie at least as far apart; NaN if a group has fewer than
    ``FEWEST`` places. ``words``: German sentences.
    """

    theme_id: str
    indicator_id: str
    year: int
    frame: pd.DataFrame = field(repr=False)
    with_n: int
    without_n: int
    with_median: float
    without_median: float
    p: float
    words: tuple[str, ...] = field(repr=False)

    @property
    def difference(self) -> float:
        """Median with the theme minus median without it."""
        return self.with_median - self.without_median

    @property
    def is_enough(self) -> bool:
        """Are both groups large enough to be compared?"""
        return min(self.with_n, self.without_n) >= FEWEST


def compare(theme_id: str, indicator_id: str, year: int | None = None) -> Contrast:
    """Set the Kommunen with a theme against those without it; always the same answer for the same data.

    Left out, and told in ``words``: quarters, which show the figures of their whole city; Kommunen of which no theme
    is documented, as they may have chosen this one; Kommunen without a figure. Without ``year`` the latest one that
    most Kommunen have. Raises ZwkError for an unknown theme or indicator, a count, or a year without figures.
    """
    theme = _theme(theme_id)
    name, unit, decimals = _indicator(indicator_id)
    year = year if year is not None else _latest(indicator_id, name)
    places = read(
        """
        WITH level AS (
            SELECT participant_id, CASE WHEN bool_and(level = 'kreis') THEN 'kreis' ELSE max(level) END AS level
            FROM participant_area GROUP BY participant_id)
        SELECT participant_id, name, value,
               participant_id IN (SELECT participant_id FROM participant_theme WHERE theme_id = $theme) AS chosen,
               coalesce(level, 'gemeinde') AS level, kind = 'quartier' AS quarter,
               participant_id NOT IN (SELECT participant_id FROM participant_theme) AS open
        FROM participant LEFT JOIN level USING (participant_id) LEFT JOIN (
            SELECT participant_id, value FROM participant_observation
            WHERE indicator_id = $indicator AND year = $year AND sex = 'total' AND age_group = 'total'
        ) USING (participant_id) ORDER BY strip_accents(lower(name))
        """,
        {"theme": theme_id, "indicator": indicator_id, "year": year},
    )
    kept = places[~places["quarter"] & ~places["open"] & places["value"].notna()]
    if kept.empty:
        raise ZwkError(f"Für „{name}“ gibt es {year} keine Zahlen der Kommunen. Bitte ein anderes Jahr wählen.")
    frame = kept[["participant_id", "name", "value", "chosen", "level"]].assign(year=year).reset_index(drop=True)
    value, chosen = frame["value"].to_numpy(dtype=np.float64), frame["chosen"].to_numpy(dtype=bool)
    found = Contrast(
        theme_id,
        indicator_id,
        year,
        frame,
        int(chosen.sum()),
        int((~chosen).sum()),
        _median(value[chosen]),
        _median(value[~chosen]),
        chance(value, chosen),
        (),
    )
    said = (
        *_medians(found, theme, name, unit, decimals),
        *_meaning(found),
        *_left_out(places, year, name),
    )
    return Contrast(**{**found.__dict__, "words": said})


def chance(value: np.ndarray, chosen: np.ndarray) -> float:
    """Share of ``DRAWS`` random divisions whose medians lie at least as far apart as those of ``chosen`` and the rest.

    NaN if one of the groups is smaller than ``FEWEST``.
    """
    n = int(chosen.sum())
    if min(n, len(value) - n) < FEWEST:
        return float("nan")
    # sorted first, so that the order of the rows changes nothing
    drawn = np.random.default_rng(SEED).permuted(np.tile(np.sort(value), (DRAWS, 1)), axis=1)
    apart = np.abs(np.median(drawn[:, :n], axis=1) - np.median(drawn[:, n:], axis=1))
    seen = abs(_median(value[chosen]) - _median(value[~chosen]))
    # a hair less, so that the noise of floating point makes no tie a difference
    return float((apart >= seen - 1e-9 * max(1.0, float(np.abs(value).max()))).mean())


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _theme(theme_id: str) -> str:
    found = read("SELECT name_de FROM theme WHERE theme_id = ?", [theme_id])
    if found.empty:
        raise ZwkError(f"Das Thema „{theme_id}“ gibt es nicht. Bitte ein Thema aus der Liste wählen.")
    return str(found["name_de"].iloc[0])


def _indicator(indicator_id: str) -> tuple[str, str, int]:
    found = read("SELECT name_de, unit, decimals FROM indicator WHERE indicator_id = ?", [indicator_id])
    if found.empty:
        raise ZwkError(f"Die Kennzahl „{indicator_id}“ gibt es nicht. Bitte eine Kennzahl aus der Liste wählen.")
    name, unit, decimals = found.iloc[0]
    if unit in COUNT_UNITS:
        raise ZwkError(
            f"„{name}“ ist eine absolute Zahl und wächst mit der Größe des Ortes: Zwischen großen und kleinen Kommunen "
            "sagt der Vergleich nichts über das Thema. Bitte einen Anteil oder eine Rate wählen."
        )
    return str(name), str(unit), int(decimals)


def _latest(indicator_id: str, name: str) -> int:
    found = read(
        """
        WITH counted AS (
            SELECT year, count(*) AS n FROM participant_observation JOIN participant USING (participant_id)
            WHERE indicator_id = $indicator AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
              AND kind <> 'quartier' GROUP BY year)
        SELECT max(year)::INTEGER AS year FROM counted WHERE n >= $most * (SELECT max(n) FROM counted)
        """,
        {"indicator": indicator_id, "most": MOST},
    )["year"]
    if found.isna().all():
        raise ZwkError(f"Für „{name}“ gibt es keine Zahlen der Kommunen. Bitte eine andere Kennzahl wählen.")
    return int(found.iloc[0])


def _medians(one: Contrast, theme: str, name: str, unit: str, decimals: int) -> list[str]:
    if not one.is_enough:
        groups = ((one.with_n, "mit dem Thema"), (one.without_n, "ohne das Thema"))
        few = [f"{word} {_with_number(n)}" for n, word in groups if n < FEWEST]
        return [
            f"„{theme}“ und „{name}“, {one.year}: {listing(few)}. Das ist zu wenig für einen Vergleich; nötig sind "
            f"{number(FEWEST)} in jeder Gruppe."
        ]
    told = (
        f"{name}, {one.year}: Der Median der {number(one.with_n)} Kommunen mit dem Thema „{theme}“ ist "
        f"{with_unit(one.with_median, unit, decimals)}, der Median der {number(one.without_n)} ohne es "
        f"{with_unit(one.without_median, unit, decimals)}."
    )
    if round(one.difference, decimals) == 0:
        return [told, "Beide Gruppen unterscheiden sich hier nicht."]
    if one.p > USUAL:
        return [
            told,
            f"Ein so großer Unterschied käme in {_of_hundred(one.p)} zufälligen Aufteilungen auch vor; er sagt also "
            "nichts.",
        ]
    return [
        told,
        f"Ein so großer Unterschied käme in {_of_hundred(one.p)} zufälligen Aufteilungen vor. Wer viele Themen und "
        "Kennzahlen durchsieht, findet solche Unterschiede auch ohne jeden Zusammenhang.",
    ]


def _with_number(n: int) -> str:
    return "gibt es keine Kommune" if not n else f"gibt es nur {count(n, 'Kommune', 'Kommunen')}"


def _of_hundred(p: float) -> str:
    cases = round(100 * p)
    if not cases:
        return "weniger als 1 von 100"
    # a rounded share must not hide that a few did differ less
    return "fast allen" if cases == 100 and p < 1 else "allen" if cases == 100 else f"{cases} von 100"


def _meaning(one: Contrast) -> list[str]:
    told = ["Ein Thema zu wählen ist eine Entscheidung und keine Messung; über Ursachen sagt der Vergleich nichts."]
    if one.year < FIRST_YEAR:
        told.append(
            f"Die Zahlen sind von {one.year}, also aus der Zeit vor dem Modellprojekt: Neuere gibt es nicht für die "
            "meisten Kommunen."
        )
    n = int((one.frame["level"] == "kreis").sum())
    if 0 < n < len(one.frame):
        told.append(f"{count(n, 'Landkreis steht', 'Landkreise stehen')} hier neben Städten und Gemeinden.")
    return told


def _left_out(places: pd.DataFrame, year: int, name: str) -> list[str]:
    told = []
    quarters = int(places["quarter"].sum())
    if quarters:
        told.append(
            f"Nicht dabei: {count(quarters, 'Stadtquartier', 'Stadtquartiere')}, denn bekannt sind nur Zahlen der "
            "ganzen Stadt."
        )
    rest = places[~places["quarter"]]
    unsaid = rest.loc[rest["open"], "name"].tolist()
    if unsaid:
        told.append(f"Nicht dabei, weil für sie kein Thema belegt ist: {listing(unsaid)}.")
    missing = int((rest["value"].isna() & ~rest["open"]).sum())
    if missing:
        told.append(f"Ohne Angabe für {year}: {count(missing, 'Kommune', 'Kommunen')}.")
    return told
