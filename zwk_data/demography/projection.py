"""The Modellrechnung to 2040: how many people of which age, with a band of what earlier guesses have missed.

Ages follow Hamilton–Perry with the cohort ratios of 2015 to 2020, a Kreis's own or, for a Gemeinde, those of its
Kreis. The total comes from the method that did best in the back-tests (backtest.py), and the cohort ratios are
adjusted to it. Germany as a whole follows its own cohort ratios.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import FINE, GROUPS
from zwk_data.demography.areas import SMALL
from zwk_data.demography.projection_methods import FIVE, Array
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

END = 2040
MARKS = (2025, 2030, 2035, 2040)
#: ages are known for these years, five years apart
FIRST, LAST = 2015, 2020
VARIANTS = ("low", "middle", "high")
SEXES = ("male", "female")
#: the classes given out: those of 85 and more are too few and too roughly known to be told apart
AGES = (*FIVE[:17], "85+")
#: for small places: three wide groups, both sexes together
WIDE = ("0-19", "20-64", "65+")
_WIDE_OF = np.repeat([0, 1, 2], [4, 9, 5])
COLUMNS = ["year", "variant", "sex", "age_group", "value"]
#: which back-test decides on the method for the totals
DECIDES = {"kreis": "totals_2010_2020", "gemeinde": "gemeinden_2010_2020", "village": "villages_2010_2020"}


@dataclass(frozen=True)
class Base:
    """What all projections share: ``pattern`` (Kreise by FINE in 2015), their ratios, Germany's path by year."""

    keys: tuple[str, ...]
    pattern: Array
    curve: Array
    change: Array
    children: Array
    leeway: Array
    country: Array

    def path(self, years: Array) -> Array:
        """Germany's population by its own cohort ratios, 2020 = 1, straight lines between the five-year marks."""
        return np.asarray(np.interp(years, (LAST, *MARKS), self.country / self.country[0]))


@dataclass(frozen=True)
class Inputs:
    """A participant's figures: ``start`` year and ``people``, ages of 2015 (17 groups or FINE) and 2020, ``kreise``."""

    start: int
    people: float
    growth: float
    people_2020: float
    groups_2015: Array | None
    fine_2015: Array | None
    groups_2020: Array | None
    kreise: dict[str, float]

    @property
    def level(self) -> str:
        """kreis if it has ages of its own for both years, so that it needs no other area's ratios."""
        return "kreis" if self.fine_2015 is not None and self.groups_2020 is not None else "gemeinde"

    @property
    def is_small(self) -> bool:
        """Under 1,000 people: nothing finer than tens can be said."""
        return self.people < SMALL

    @property
    def method(self) -> str:
        """The method for the total that did best in the back-test of its kind."""
        return best_method("village" if self.is_small else self.level)


def best_method(kind: str) -> str:
    """The method for totals of kreis, gemeinde or village: the one with the smallest median error in its back-test."""
    table = backtest.backtest()
    return str(table.loc[(table["test"] == DECIDES[kind]) & table["best"], "method"].iloc[0])


@remembered(entries=2)
def _base() -> Base:
    ages = backtest.kreis_ages()
    later = ages.groups[LAST]
    curve = methods.old_age_curve(ages.fine, later)
    before, after = methods.to_five(ages.fine), methods.five_years_later(ages.fine, later, curve)
    change, children = methods.cohort_ratios(before, after)
    whole, whole_children = methods.cohort_ratios(before.sum(axis=0, keepdims=True), after.sum(axis=0, keepdims=True))
    people = after.sum(axis=0, keepdims=True)
    country = [people.sum()]
    for _ in MARKS:
        people = methods.cohort_step(people, whole, whole_children)
        country.append(people.sum())
    return Base(ages.keys, ages.fine, curve, change, children, np.log(change).std(axis=0), np.array(country))


def _national_factor(base: Base, start: int, years: Array) -> Array:
    """The factor by which the damped trends of all Kreise together follow Germany's path from ``start``."""
    own = methods.total_series("kreis")
    people = own.people[:, own.at(start)]
    trend = methods.relative_growth(own, methods.total_series("bund"), methods.LAST)
    whole = ~np.isnan(people + trend)
    grown = (people[whole] * np.exp(trend[whole] * methods.fade(years - start)[:, None])).sum(axis=1)
    return np.asarray(people[whole].sum() / grown * base.path(years) / base.path(np.array([float(start)])))


def inputs(participant_id: str) -> Inputs:
    """The figures a participant is projected from. Raises ZwkError if it is unknown or its ages are."""
    found = _all_inputs()
    if participant_id not in found:
        raise ZwkError(f"Für „{participant_id}“ gibt es keine Modellrechnung: Diese Kommune ist nicht bekannt.")
    one = found[participant_id]
    if (one.groups_2015 is None and one.level == "gemeinde") or not one.people > 0 or np.isnan(one.growth):
        raise ZwkError(
            "Für diese Kommune gibt es keine Modellrechnung: Die Bevölkerung nach Alter und Geschlecht von 2015 oder "
            "die Einwohnerzahlen von 2013 bis 2023 liegen hier nicht vollständig vor."
        )
    return one


@remembered(entries=2)
def _all_inputs() -> dict[str, Inputs]:
    people = read(
        """
        SELECT participant_id, year, value FROM participant_observation
        WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value > 0 AND year >= 1994
        ORDER BY participant_id, year
        """
    )
    ages = read(
        """
        SELECT participant_id, year, sex, age_group, CASE WHEN status = 'none' THEN 0 ELSE value END AS people
        FROM participant_observation
        WHERE indicator_id = 'population' AND sex <> 'total' AND age_group <> 'total' AND year IN ($first, $last)
        """,
        {"first": FIRST, "last": LAST},
    ).set_index(["year", "sex", "age_group"])
    areas = read(
        """
        SELECT p.participant_id, p.area_key[1:5] AS kreis, sum(coalesce(o.value, 1)) AS people
        FROM participant_area p
        LEFT JOIN observation_today o ON o.area_key = p.area_key AND o.level = p.level AND o.year = $last
             AND o.indicator_id = 'population' AND o.sex = 'total' AND o.age_group = 'total'
        GROUP BY ALL
        """,
        {"last": FIRST},
    )
    kreise = {
        key: dict(zip(rows["kreis"], rows["people"], strict=True)) for key, rows in areas.groupby("participant_id")
    }
    aged = dict(tuple(ages.groupby("participant_id")["people"]))
    return {
        str(key): _inputs(rows, aged.get(key), kreise.get(key, {})) for key, rows in people.groupby("participant_id")
    }


def _inputs(people: pd.DataFrame, aged: pd.Series | None, kreise: dict[str, float]) -> Inputs:
    years = tuple(int(year) for year in people["year"])
    values = people["value"].to_numpy(dtype=np.float64)[None, :]
    own = methods.TotalSeries(("",), years, values, methods.without_break(values, list(years)))
    trend = np.array([np.nan])
    if methods.LAST in years:
        trend = methods.relative_growth(own, methods.total_series("bund"), methods.LAST)

    def table(year: int, groups: tuple[str, ...]) -> Array | None:
        if aged is None:
            return None
        wanted = pd.MultiIndex.from_product([[year], SEXES, groups])
        found = aged.reindex(wanted).to_numpy(dtype=np.float64).reshape(1, 2, len(groups))
        return None if np.isnan(found).any() else found

    return Inputs(
        start=years[-1],
        people=float(values[0, -1]),
        growth=float(trend[0]),
        people_2020=float(np.interp(LAST, years, values[0])),
        groups_2015=table(FIRST, GROUPS),
        fine_2015=table(FIRST, FINE),
        groups_2020=table(LAST, GROUPS),
        kreise=kreise,
    )


def _totals(base: Base, one: Inputs, years: Array) -> Array:
    """People in all by variant and year, (3, years); at the start all three are the published figure."""
    ahead = years - one.start
    if one.method == backtest.DAMPED:
        middle = one.people * np.exp(one.growth * methods.fade(ahead)) * _national_factor(base, one.start, years)
    elif one.method == backtest.LINEAR:
        middle = one.people * np.maximum(1 + one.growth * ahead, 0.1)
    else:
        middle = np.full(len(years), one.people)
    wide = methods.band_for(one.level, one.people).width(np.maximum(ahead, 0))
    return np.stack([middle * np.exp(-wide), middle, middle * np.exp(wide)])


def _mean_of_kreise(values: Array, base: Base, kreise: dict[str, float]) -> Array:
    """The mean of the Kreise a place lies in, weighted by its own people there."""
    rows = [base.keys.index(key) for key in kreise if key in base.keys]
    weights = [kreise[base.keys[row]] for row in rows]
    if not rows:
        raise ZwkError("Für diese Kommune gibt es keine Modellrechnung: Ihrem Kreis fehlen die Zahlen nach Alter.")
    return np.asarray(np.average(values[rows], axis=0, weights=weights))[None]


@remembered(entries=256)
def _projected_ages(participant_id: str) -> tuple[tuple[int, ...], Array]:
    """Years (the start and the marks) and people (years, variants, sexes, FIVE); sums are those of ``_totals``."""
    base, one = _base(), inputs(participant_id)
    if one.fine_2015 is not None and one.groups_2020 is not None:
        now = methods.five_years_later(one.fine_2015, one.groups_2020, base.curve)
        change, children = methods.cohort_ratios(methods.to_five(one.fine_2015), now)
    else:
        assert one.groups_2015 is not None, "inputs() has checked it"
        change, children, pattern = (
            _mean_of_kreise(values, base, one.kreise) for values in (base.change, base.children, base.pattern)
        )
        fine = methods.cohort_spread(one.groups_2015, pattern)
        now = methods.steer(methods.to_five(fine), change, children, base.leeway, np.array([one.people_2020]))
    wanted = _totals(base, one, np.array(MARKS, dtype=np.float64))
    state, found = np.repeat(now, 3, axis=0), []
    for position in range(len(MARKS)):
        state = methods.steer(state, change, children, base.leeway, wanted[:, position])
        found.append(state)
    share = (one.start - LAST) / (MARKS[0] - LAST)
    start = now[0] * (1 - share) + found[0][1] * share
    start *= one.people / start.sum()
    marks = [mark for mark in MARKS if mark > one.start]
    return (one.start, *marks), np.stack([np.stack([start] * 3), *found[len(MARKS) - len(marks) :]])


def project(participant_id: str) -> pd.DataFrame:
    """Ages at the start and in 2025, 2030, 2035 and 2040: year, variant (low, middle, high), sex, age_group, value.

    Persons as decimal numbers, not rounded; they add up to ``projection_totals``. sex is male or female, age_group one
    of AGES. Under 1,000 people: sex total, the three groups of WIDE, rounded to tens. The start is estimated: ages of
    2020 moved on and scaled to the newest published total. Raises ZwkError, one German sentence, if there are no ages.
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

    The first row is the newest published figure. Raises ZwkError as ``project``.
    """
    one = inputs(participant_id)
    years = np.arange(one.start, END + 1, dtype=np.float64)
    found = _totals(_base(), one, years)
    if one.is_small:
        found = 10 * np.floor(found / 10 + 0.5)
    return pd.DataFrame({"year": years.astype(int), **dict(zip(VARIANTS, found, strict=True))})


def tens(values: Array) -> Array:
    """Rounded to tens so that they still add up to the rounded sum: the largest remainders are rounded up."""
    low = np.floor(values / 10)
    missing = round(float(np.floor(values.sum() / 10 + 0.5) - low.sum()))
    up = np.argsort(low - values / 10, kind="stable")[:missing]
    low[up] += 1
    return np.asarray(10 * low)
