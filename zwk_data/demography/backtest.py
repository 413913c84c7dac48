"""Back-tests: what the methods of the projection would have said of years that are known by now, over all areas.

Each test may use nothing later than its ``known`` year, but for one thing: where the Zensus 2011 lies between, the
guess starts from the first figures on its base (31.12.2011), with the growth of the years before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import FINE, GROUPS, bounds
from zwk_data.demography.areas import SMALL
from zwk_data.demography.projection_methods import Array
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

HAMILTON_PERRY, STAYS, LINEAR, DAMPED = "hamilton_perry", "stays", "linear", "damped"
METHODS = {
    HAMILTON_PERRY: "Hamilton–Perry",
    STAYS: "bleibt, wie es ist",
    LINEAR: "linearer Trend",
    DAMPED: "gedämpfter Trend gegenüber Deutschland",
}
TESTS = {
    "ages_2018_2020": "Kreise, Altersgruppen nach Geschlecht: bekannt 2015 bis 2018, vorausgesagt 2020",
    "totals_2018_2020": "Kreise, Bevölkerung: bekannt bis 2018, vorausgesagt 2020",
    "totals_2020_2023": "Kreise, Bevölkerung: bekannt bis 2020, vorausgesagt 2023",
    "totals_2018_2023": "Kreise, Bevölkerung: bekannt bis 2018, vorausgesagt 2023",
    "totals_2010_2020": "Kreise, Bevölkerung: Trend bis 2010, Start 2011, vorausgesagt 2020",
    "gemeinden_2010_2020": "Gemeinden, Bevölkerung: Trend bis 2010, Start 2011, vorausgesagt 2020",
    "villages_2010_2020": "Gemeinden unter 1.000 Menschen: Trend bis 2010, Start 2011, vorausgesagt 2020",
}
#: which test decides on the method for the totals
DECIDES = {"kreis": "totals_2010_2020", "gemeinde": "gemeinden_2010_2020", "village": "villages_2010_2020"}
#: the first year of a trend and the last one that is compared with
SPAN = (2010 - methods.WINDOW, 2023)
COLUMNS = ["test", "method", "n", "mdape", "p90", "bias", "best"]
_LOWS = np.array([bounds(group)[0] for group in GROUPS])
_GROUP_OF = np.searchsorted(_LOWS, np.arange(75), side="right") - 1


@dataclass(frozen=True)
class Ages:
    """Kreise by age and sex: ``fine`` 2015 (areas, 2, FINE) and ``groups`` by year (areas, 2, 17)."""

    keys: tuple[str, ...]
    fine: Array
    groups: dict[int, Array]


@remembered(entries=2)
def kreis_ages() -> Ages:
    """All Kreise with their ages of 2015 to 2020 on today's territory; a published „–“ counts as nobody."""
    frame = read(
        """
        SELECT area_key, sex, year, age_group, CASE WHEN status = 'none' THEN 0 ELSE value END AS people
        FROM observation_today
        WHERE level = 'kreis' AND indicator_id = 'population' AND sex <> 'total'
          AND age_group IN (SELECT unnest($ages)) AND year IN (2015, 2018, 2020)
        """,
        {"ages": [*FINE, *GROUPS]},
    )
    rows, keys = pd.factorize(frame["area_key"], sort=True)
    sex = (frame["sex"] == "female").to_numpy(dtype=np.intp)
    year, people = frame["year"].to_numpy(), frame["people"].to_numpy(dtype=np.float64)

    def table(wanted: int, ages: tuple[str, ...]) -> Array:
        place = frame["age_group"].map({age: i for i, age in enumerate(ages)})
        mine = ((year == wanted) & place.notna()).to_numpy()
        result = np.full((len(keys), 2, len(ages)), np.nan)
        result[rows[mine], sex[mine], place[mine].astype(int)] = people[mine]
        return result

    fine, groups = table(2015, FINE), {one: table(one, GROUPS) for one in (2018, 2020)}
    whole = ~np.isnan(fine).any(axis=(1, 2)) & np.all([~np.isnan(g).any(axis=(1, 2)) for g in groups.values()], axis=0)
    return Ages(
        tuple(np.array(keys)[whole]),
        fine[whole],
        {2015: methods.to_groups(fine[whole]), **{one: g[whole] for one, g in groups.items()}},
    )


def short_ahead(fine: Array, later: Array, lag: int, ahead: int) -> Array:
    """Hamilton–Perry over a few years: the 17 groups ``ahead`` years after ``later``, ``lag`` years after ``fine``.

    Needs no five-year step: each group of ``later`` is spread to single years as its cohorts stood in ``fine``, its
    cohort ratio over ``lag`` years is taken to the power ``ahead / lag``, and the youngest follow from the children
    under 3 per woman of 20 to 39. Groups below the age ``lag`` have no cohort and take the ratio of the next.
    """
    before = np.stack([fine[..., max(age - lag, 0)] for age in range(75)], axis=-1)
    cohort = np.add.reduceat(before, _LOWS[:-1], axis=-1)
    single = before * np.divide(later[..., :16], cohort, out=np.zeros_like(cohort), where=cohort > 0)[..., _GROUP_OF]
    open_before = fine[..., 75 - lag :].sum(axis=-1, keepdims=True)
    every = np.concatenate([cohort, open_before], axis=-1)
    ratio = np.divide(later, every, out=np.ones_like(later), where=every > 0)
    first = int(np.searchsorted(_LOWS, lag))
    ratio[..., :first] = ratio[..., first : first + 1]
    ratio **= ahead / lag
    moved = np.zeros_like(single)
    moved[..., ahead:] = single[..., : 75 - ahead] * ratio[..., _GROUP_OF[ahead:]]
    mothers, mothers_then = (table[:, 1, 20:40].sum(axis=-1) for table in (single, moved))
    moved[..., :ahead] = (later[..., 0] / 3 * (mothers_then / mothers)[:, None])[..., None]
    oldest = (single[..., 75 - ahead :].sum(axis=-1) + later[..., 16]) * ratio[..., 16]
    return np.concatenate([np.add.reduceat(moved, _LOWS[:-1], axis=-1), oldest[..., None]], axis=-1)


@remembered(entries=2)
def backtest() -> pd.DataFrame:
    """Every test and method: test, method, n (areas or cells), mdape, p90, bias (per cent), best (smallest mdape).

    mdape is the median, p90 the ninth decile of the absolute percentage errors, bias the median of the signed ones
    (above 0: too many people expected). Codes as in TESTS and METHODS.
    """
    rows = [
        *_tests_of_ages(),
        *_test_of_2010_to_2020("totals_2010_2020", "kreis", np.inf),
        *_test_of_2010_to_2020("gemeinden_2010_2020", "gemeinde", np.inf),
        *_test_of_2010_to_2020("villages_2010_2020", "gemeinde", SMALL),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS[:-1])
    return frame.assign(best=frame["mdape"] == frame.groupby("test")["mdape"].transform("min"))


def _errors(test: str, method: str, expected: Array, found: Array) -> tuple[str, str, int, float, float, float]:
    known = np.isfinite(expected) & (found > 0)
    error = 100 * (expected[known] / found[known] - 1)
    size = np.abs(error)
    return (
        test,
        method,
        int(known.sum()),
        float(np.median(size)),
        float(np.quantile(size, 0.9)),
        float(np.median(error)),
    )


def _tests_of_ages() -> list[tuple[str, str, int, float, float, float]]:  # noqa: PLR0914 - formulas with their terms
    ages, own, country = kreis_ages(), methods.total_series("kreis"), methods.total_series("bund")
    rows = own.rows(ages.keys)
    first, start, end = (ages.groups[year] for year in (2015, 2018, 2020))
    guess = short_ahead(ages.fine, start, lag=3, ahead=2)
    cells = ((HAMILTON_PERRY, guess), (STAYS, start), (LINEAR, np.maximum(start + (start - first) * 2 / 3, 0)))
    found = [_errors("ages_2018_2020", method, expected, end) for method, expected in cells]
    for known, target in ((2018, 2020), (2020, 2023), (2018, 2023)):
        now, then, before = (own.people[rows, own.at(year)] for year in (known, target, 2015))
        lag, ahead = known - 2015, target - known
        groups = short_ahead(ages.fine, ages.groups[known], lag, ahead)
        whole = short_ahead(
            ages.fine.sum(axis=0, keepdims=True), ages.groups[known].sum(axis=0, keepdims=True), lag, ahead
        )
        # as in the projection: Germany by its cohorts, the Kreise beside it by their trend (all years on one base)
        trend = methods.relative_growth(own, country, known, known - methods.CENSUS)[rows]
        damped = now * np.exp(trend * methods.fade(ahead))
        guesses = (
            (HAMILTON_PERRY, groups.sum(axis=(1, 2))),
            (STAYS, now),
            (LINEAR, now + (now - before) * ahead / lag),
            (DAMPED, damped * whole.sum() / damped.sum()),
        )
        found += [_errors(f"totals_{known}_{target}", method, expected, then) for method, expected in guesses]
    return found


def _test_of_2010_to_2020(test: str, level: str, below: float) -> list[tuple[str, str, int, float, float, float]]:
    """Trends up to 2010 go on from 2011, for nine years."""
    own, country = methods.total_series(level), methods.total_series("bund")
    first = min(
        (year for year in own.years if year < 2005), key=lambda year: (abs(2010 - methods.WINDOW - year), -year)
    )
    start, then = own.people[:, own.at(2011)], own.people[:, own.at(2020)]
    mine = start < below
    linear = own.people[:, own.at(2010)] / own.people[:, own.at(first)] - 1
    span = 2010 - first
    # in per cent of the start, for the old base counts other people: P + P * yearly change in per cent of 2010
    yearly = linear / (1 + linear) / span
    trend = methods.relative_growth(own, country, 2010, span)
    guesses = (
        (STAYS, start),
        (LINEAR, np.maximum(start * (1 + 9 * yearly), 0)),
        (DAMPED, start * np.exp(trend * methods.fade(9))),
    )
    return [_errors(test, method, np.where(mine, expected, np.nan), then) for method, expected in guesses]


def best_method(kind: str) -> str:
    """The method for totals of kreis, gemeinde or village: the one with the smaller median error in its back-test.

    Only methods that need no ages and bind every place to Germany or to itself: STAYS or DAMPED.
    """
    table = backtest()
    mine = table[(table["test"] == DECIDES[kind]) & table["method"].isin((STAYS, DAMPED))]
    return str(mine.sort_values("mdape", kind="stable")["method"].iloc[0])
