"""The Modellrechnung to 2040: how many people of which age, with a band of what earlier guesses have missed.

It starts from the newest count: Gemeinden and Verbände from the Zensus of 15.05.2022, Kreise and kreisfreie Städte from
their total of 2024 on its base; the ages are those of the Zensus (projection_base.py). They follow Hamilton–Perry with
the cohort ratios of 2015 to 2020, a Kreis's own or, for a Gemeinde, those of its Kreis. The total comes from the method
that did best in the back-tests (backtest.py), and the cohort ratios are adjusted to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import FINE, GROUPS
from zwk_data.demography.areas import SMALL
from zwk_data.demography.backtest import Band, band_for
from zwk_data.demography.projection_base import CENSUS_GROUPS, STEPS, Base, base, census_ages
from zwk_data.demography.projection_methods import FIVE, Array
from zwk_data.demography.series import CENSUS_DAY, CENSUS_TIME
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

END = 2040
MARKS = (2025, 2030, 2035, 2040)
#: ages by single groups for both sexes are known for this year, those of the Zensus for that one
FIRST, CENSUS_YEAR = 2015, CENSUS_DAY.year
VARIANTS = ("low", "middle", "high")
SEXES = ("male", "female")
#: the classes given out: those of 85 and more are too few and too roughly known to be told apart
AGES = (*FIVE[:17], "85+")
#: for small places: three wide groups, both sexes together
WIDE = ("0-19", "20-64", "65+")
_WIDE_OF = np.repeat([0, 1, 2], [4, 9, 5])
COLUMNS = ["year", "variant", "sex", "age_group", "value"]


@dataclass(frozen=True)
class Inputs:
    """A participant's figures: ``people`` in the ``start`` year, its yearly ``growth`` relative to Germany, ages.

    ``census`` are the groups of the Zensus 2022 (1, 11), ``fine_2015`` the ages of 2015 (1, 2, FINE), spread as in its
    Kreis where only the 17 groups are known; ``change`` and ``children`` the cohort ratios of its Kreise.
    """

    level: str
    start: int
    people: float
    growth: float
    census: Array | None
    fine_2015: Array | None
    change: Array
    children: Array

    @property
    def since(self) -> float:
        """The day of ``people`` in years of which 2024 is the 31st of December 2024."""
        return CENSUS_TIME if self.start == CENSUS_YEAR else float(self.start)

    @property
    def is_small(self) -> bool:
        """Under 1,000 people: nothing finer than tens can be said."""
        return self.people < SMALL

    @property
    def method(self) -> str:
        """The method for the total that did best in the back-test of its kind."""
        return backtest.best_method("village" if self.is_small else self.level)

    @property
    def band(self) -> Band:
        """The band of its size class."""
        return band_for(self.level, self.people)


def inputs(participant_id: str) -> Inputs:
    """The figures a participant is projected from. Raises ZwkError if it is unknown or its ages are."""
    one = _inputs(participant_id)
    if one is None:
        raise ZwkError(f"Für „{participant_id}“ gibt es keine Modellrechnung: Diese Kommune ist nicht bekannt.")
    if one.fine_2015 is None or one.census is None or not one.people > 0 or np.isnan(one.growth):
        raise ZwkError(
            "Für diese Kommune gibt es keine Modellrechnung: Die Bevölkerung nach Alter von 2015 und aus dem Zensus "
            "2022 oder die Einwohnerzahlen von 2013 bis 2023 liegen hier nicht vollständig vor."
        )
    return one


@remembered(entries=64)
def _inputs(participant_id: str) -> Inputs | None:
    """The figures of a participant, whether they suffice or not; None if it has no totals at all."""
    people = read(
        """
        SELECT year, value FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
          AND value > 0 AND year >= 1994
        ORDER BY year
        """,
        {"id": participant_id},
    )
    ages = read(
        """
        SELECT indicator_id, sex, age_group, CASE WHEN status = 'none' THEN 0 ELSE value END AS people
        FROM participant_observation
        WHERE participant_id = $id
          AND ((indicator_id = 'population' AND sex <> 'total' AND age_group <> 'total' AND year = $first)
               OR (indicator_id = 'census_population' AND sex = 'total' AND year = $census))
        """,
        {"id": participant_id, "first": FIRST, "census": CENSUS_YEAR},
    )
    kreise = read(
        """
        SELECT p.area_key[1:5] AS kreis, sum(coalesce(o.value, 1)) AS people,
               bool_and(p.level = 'kreis' OR p.area_key LIKE '_____000') AS whole
        FROM participant_area p
        LEFT JOIN observation_today o ON o.area_key = p.area_key AND o.level = p.level AND o.year = $first
             AND o.indicator_id = 'population' AND o.sex = 'total' AND o.age_group = 'total'
        WHERE p.participant_id = $id
        GROUP BY kreis ORDER BY kreis
        """,
        {"id": participant_id, "first": FIRST},
    )
    return None if people.empty else _inputs_from(people, ages, kreise)


def _inputs_from(people: pd.DataFrame, ages: pd.DataFrame, kreise: pd.DataFrame) -> Inputs:
    aged = ages.set_index(["indicator_id", "sex", "age_group"])["people"]
    years = tuple(int(year) for year in people["year"])
    values = people["value"].to_numpy(dtype=np.float64)[None, :]
    own = methods.TotalSeries(("",), years, values, methods.without_break(values, list(years)))
    trend = np.array([np.nan])
    if methods.LAST in years:
        trend = methods.relative_growth(own, methods.total_series("bund"), methods.LAST)

    def table(indicator: str, sexes: tuple[str, ...], groups: tuple[str, ...]) -> Array | None:
        found = aged.reindex(pd.MultiIndex.from_product([[indicator], sexes, groups])).to_numpy(dtype=np.float64)
        return None if np.isnan(found).any() else found.reshape(1, len(sexes), len(groups))

    shared = base()
    fine, groups = table("population", SEXES, FINE), table("population", SEXES, GROUPS)
    if fine is None and groups is not None:
        fine = methods.cohort_spread(groups, _mean_of_kreise(shared.fine, shared, kreise))
    counted = table("census_population", ("total",), (*CENSUS_GROUPS, "total"))
    # each number is a little changed, to keep people unknown: the groups give the total only when scaled
    census = None if counted is None else counted[:, 0, :-1] * counted[..., -1] / counted[..., :-1].sum()
    newer = years[-1] > methods.LAST  # on the base of the Zensus 2022
    return Inputs(
        level="kreis" if kreise["whole"].all() else "gemeinde",
        start=years[-1] if newer else CENSUS_YEAR,
        people=float(values[0, -1]) if newer else np.nan if counted is None else float(counted[0, 0, -1]),
        growth=float(trend[0]),
        census=census,
        fine_2015=fine,
        change=_mean_of_kreise(shared.change, shared, kreise),
        children=_mean_of_kreise(shared.children, shared, kreise),
    )


def _mean_of_kreise(values: Array, shared: Base, kreise: pd.DataFrame) -> Array:
    """The mean of the Kreise a place lies in, weighted by its own people there; NaN if none has ages."""
    known = kreise[kreise["kreis"].isin(shared.keys)]
    if known.empty:
        return np.full((1, *values.shape[1:]), np.nan)
    rows = [shared.keys.index(key) for key in known["kreis"]]
    return np.asarray(np.average(values[rows], axis=0, weights=known["people"]))[None]


def source_ids(participant_id: str) -> list[str]:
    """The sources of the ages and of the count that a participant is projected from."""
    sql = """
        SELECT DISTINCT source_id FROM participant_observation
        WHERE participant_id = $id AND source_id IS NOT NULL AND (indicator_id = 'census_population'
              OR (indicator_id = 'population' AND age_group <> 'total' AND year = $first))
        ORDER BY source_id
    """
    return [str(source) for source in read(sql, {"id": participant_id, "first": FIRST})["source_id"]]


def _totals(one: Inputs, years: Array) -> Array:
    """People in all by variant and year, (3, years); at the start all three are the published figure."""
    ahead = np.maximum(years - one.since, 0)
    middle = np.full(len(years), one.people)
    if one.method == backtest.DAMPED:
        middle = one.people * np.exp(one.growth * methods.fade(ahead)) * base().national_factor(one.since, years)
    low, high = one.band.ends(ahead)
    return np.stack([middle * np.exp(low), middle, middle * np.exp(high)])


@remembered(entries=256)
def _projected_ages(participant_id: str) -> tuple[tuple[int, ...], Array]:
    """Years (the start and the marks) and people (years, variants, sexes, FIVE); sums are those of ``_totals``."""
    one = inputs(participant_id)
    assert one.fine_2015 is not None, "inputs() has checked it"
    assert one.census is not None, "inputs() has checked it"
    wanted = _totals(one, np.asarray(STEPS[1:], dtype=np.float64))
    state = np.repeat(census_ages(one.fine_2015, one.change, one.census), 3, axis=0)
    states = [state]
    for position in range(len(STEPS) - 1):
        state = methods.steer(state, one.change, one.children, base().leeway, wanted[:, position])
        states.append(state)
    years = (one.start, *(mark for mark in MARKS if mark > one.start))
    days = np.array([one.since, *years[1:]])
    found = np.stack([_between(states, day) for day in days])
    return years, found * (_totals(one, days).T / found.sum(axis=(2, 3)))[..., None, None]


def _between(states: list[Array], day: float) -> Array:
    """The ages on a day between two steps, in a straight line from one to the other."""
    after = int(np.clip(np.searchsorted(STEPS, day), 1, len(STEPS) - 1))
    share = (day - STEPS[after - 1]) / (STEPS[after] - STEPS[after - 1])
    return np.asarray(states[after - 1] * (1 - share) + states[after] * share)


def project(participant_id: str) -> pd.DataFrame:
    """Ages at the start and in 2025, 2030, 2035 and 2040: year, variant (low, middle, high), sex, age_group, value.

    Persons as decimal numbers, not rounded; they add up to ``projection_totals``. sex is male or female, age_group one
    of AGES. Under 1,000 people: sex total, the three groups of WIDE, rounded to tens. Ages of the start are estimated:
    the groups of the Zensus 2022 are spread. Raises ZwkError, one German sentence, if there are no ages.
    """
    years, people = _projected_ages(participant_id)
    aged = np.concatenate([people[..., :17], people[..., 17:].sum(axis=-1, keepdims=True)], axis=-1)
    sexes: tuple[str, ...] = SEXES
    groups: tuple[str, ...] = AGES
    if inputs(participant_id).is_small:
        sexes, groups = ("total",), WIDE
        aged = aged.sum(axis=2, keepdims=True)
        aged = np.stack([aged[..., group == _WIDE_OF].sum(axis=-1) for group in range(3)], axis=-1)
        aged = np.apply_along_axis(tens, -1, aged)
    index = pd.MultiIndex.from_product([years, VARIANTS, sexes, groups], names=COLUMNS[:-1])
    return pd.DataFrame({"value": aged.ravel()}, index=index).reset_index()


def projection_totals(participant_id: str) -> pd.DataFrame:
    """People in all from the start to 2040, every year: year, low, middle, high; under 1,000 people in tens.

    The first row is the figure it starts from: of 2022 (Zensus, 15.05.) or of the end of 2024. Raises ZwkError
    as ``project``.
    """
    one = inputs(participant_id)
    years = np.arange(one.start, END + 1)
    found = _totals(one, np.array([one.since, *years[1:]]))
    if one.is_small:
        found = 10 * np.floor(found / 10 + 0.5)
    return pd.DataFrame({"year": years, **dict(zip(VARIANTS, found, strict=True))})


def tens(values: Array) -> Array:
    """Rounded to tens so that they still add up to the rounded sum: the largest remainders are rounded up."""
    low = np.floor(values / 10)
    missing = round(float(np.floor(values.sum() / 10 + 0.5) - low.sum()))
    up = np.argsort(low - values / 10, kind="stable")[:missing]
    low[up] += 1
    return np.asarray(10 * low)
