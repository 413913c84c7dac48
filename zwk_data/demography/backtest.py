"""How far the methods of the projection missed, over all areas: back-tests, and the band that follows from the misses.

A back-test says what a method would have said of years that are known by now. It may use nothing later than its
``known`` year, but for one thing: where the Zensus 2011 lies between, the guess starts from the first figures on its
base (31.12.2011), with the growth of the years before it.

For the band the totals of all areas are guessed for every third year as the projection guesses them and compared with
what came. The band lies between two quantiles of the misses of an area's size class, each a power of the years ahead;
it need not reach as far up as down. It is tested by leaving out one origin: the band is drawn from the others and has
to hold the misses of that one. As some years are seen from several origins, this is not quite a test on unknown years;
the harder test draws the band from what was known in 2014 and holds it against the years after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import FINE, GROUPS, bounds
from zwk_data.demography.areas import SMALL
from zwk_data.demography.projection_methods import LAST, Array
from zwk_data.german import number
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
        large=True,
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


#: the share of all misses that the band is to hold, in per cent
PROMISED = 80
#: upper ends of size classes (people); kreisfreie Städte count as Kreise, Verbände as Gemeinden
SIZES = {"kreis": (100_000, 200_000, np.inf), "gemeinde": (250, 500, SMALL, 2000, 5000, 20_000, np.inf)}
#: every third year is an origin: the misses of neighbouring years hardly differ
FIRST_ORIGIN, EVERY = 2002, 3
#: shares of the misses that may lie beyond each end, widest band last. Misses of an origin that was left out scatter
#: more than those a band was drawn from, so the first tail with which enough of them are held is taken.
TAILS = (0.10, 0.095, 0.09, 0.085, 0.08, 0.075, 0.07, 0.065, 0.06, 0.055, 0.05)
#: fewer misses than this say nothing about a tail
ENOUGH = 30
#: the year up to which the harder test knows everything, and from which on nothing
CUT = 2014
#: a band is never narrower than this (log) on either side of the middle
LEAST = 0.001


@dataclass(frozen=True)
class Band:
    """The ends of a band as logs: each is ``scale`` * years ** ``power``, down for ``low`` and up for ``high``."""

    low: tuple[float, float]
    high: tuple[float, float]

    def ends(self, horizon: Array) -> tuple[Array, Array]:
        """The logs (below 0, above 0) to add to the middle that many years ahead."""
        (down, slower), (up, faster) = self.low, self.high
        return np.asarray(-down * horizon**slower), np.asarray(up * horizon**faster)


def class_of(level: str, people: Array | float) -> NDArray[np.intp]:
    """Positions of the size classes in SIZES."""
    return np.asarray(np.searchsorted(SIZES[level], people, side="right"))


def class_name(level: str, position: int) -> str:
    """``1.000 bis unter 2.000``, ``unter 250``, ``200.000 und mehr``."""
    ends = SIZES[level]
    if position == 0:
        return f"unter {number(ends[0])}"
    low = number(ends[position - 1])
    return f"{low} und mehr" if np.isinf(ends[position]) else f"{low} bis unter {number(ends[position])}"


def past_misses(level: str, *, first: int = FIRST_ORIGIN, until: int = LAST) -> pd.DataFrame:
    """How far off the totals would have been, from every third year on to every target up to ``until``.

    Columns: origin, horizon (years), position (size class at the origin), miss (log of observed by expected). Villages
    are expected as they are, the others with the damped trend relative to Germany, or as ``backtest.best_method`` says;
    Germany as it is. The jump of the Zensus 2011 is taken out, in growth and target.
    """
    own, country = methods.total_series(level), methods.total_series("bund")
    mine = np.array([level == "kreis" or not key.endswith("000") for key in own.keys])
    stays = {kind: best_method(kind) == STAYS for kind in DECIDES}
    found = []
    for origin in (year for year in own.years if first <= year < until and (year - first) % EVERY == 0):
        trend, size = methods.relative_growth(own, country, origin), own.people[:, own.at(origin)]
        village = (size < SMALL) & (level == "gemeinde")
        trend = np.where(np.where(village, stays["village"], stays[level]), 0, trend)
        for target in (year for year in own.years if origin < year <= until):
            ahead = target - origin
            miss = own.log[:, own.at(target)] - own.log[:, own.at(origin)] - trend * methods.fade(ahead)
            known = np.isfinite(miss) & mine
            row = {"origin": origin, "horizon": ahead, "position": class_of(level, size[known]), "miss": miss[known]}
            found.append(pd.DataFrame(row))
    return pd.concat(found, ignore_index=True)


def fit(table: pd.DataFrame) -> Iterator[Band]:
    """One band for each of TAILS, from misses of one size class (horizon, miss). Raises ValueError if they are few."""
    groups = [(horizon, mine.to_numpy()) for horizon, mine in table.groupby("horizon")["miss"] if len(mine) >= ENOUGH]
    if len(groups) < 2:
        raise ValueError("too few misses to tell how they grow with the years")
    years = np.log(np.array([horizon for horizon, _ in groups], dtype=np.float64))
    tails = np.array(TAILS)
    found = np.array([np.quantile(misses, np.concatenate([tails, 1 - tails])) for _, misses in groups])
    lows, highs = np.maximum(-found[:, : len(TAILS)], LEAST), np.maximum(found[:, len(TAILS) :], LEAST)
    for low, high in zip(lows.T, highs.T, strict=True):
        yield Band(_power(years, low), _power(years, high))


def _power(log_years: Array, end: Array) -> tuple[float, float]:
    """Scale and power of the years; a band does not close again, so the power is never below 0."""
    power, scale = np.polyfit(log_years, np.log(end), 1)
    if power < 0:
        power, scale = 0.0, np.log(end).mean()
    return float(np.exp(scale)), float(power)


def left_out(misses: pd.DataFrame) -> pd.DataFrame:
    """Every size class and origin of ``past_misses``, tested with the bands of the other origins.

    Columns: tail (position in TAILS), position (size class), origin, n (areas and targets), below, above (numbers of
    misses beyond the band).
    """
    rows: list[tuple[int, int, int, int, int, int]] = []
    for position, table in misses.groupby("position"):
        for origin, mine in table.groupby("origin"):
            years, miss = mine["horizon"].to_numpy(dtype=np.float64), mine["miss"].to_numpy()
            for tail, band in enumerate(fit(table[table["origin"] != origin])):
                low, high = band.ends(years)
                beyond = int((miss < low).sum()), int((miss > high).sum())
                rows.append((tail, int(str(position)), int(str(origin)), len(miss), *beyond))
    return pd.DataFrame(rows, columns=["tail", "position", "origin", "n", "below", "above"])


def _held(table: pd.DataFrame, by: Iterable[str]) -> pd.DataFrame:
    """Per cent inside, below and above the band, each origin counting by its number of misses."""
    sums = table.groupby(list(by))[["n", "below", "above"]].sum()
    shares = 100 * sums[["below", "above"]].div(sums["n"], axis=0)
    return shares.assign(n=sums["n"], inside=100 - shares["below"] - shares["above"])


def best_tail(tested: pd.DataFrame) -> int:
    """The position in TAILS of the narrowest band that holds what is promised, all classes of ``left_out`` alike."""
    inside = _held(tested, ("tail", "position"))["inside"].groupby("tail").mean()
    enough = inside[inside >= PROMISED]
    return int(str(enough.index[0])) if len(enough) else len(TAILS) - 1


def _held_later(table: pd.DataFrame, tail: int) -> float:
    """Per cent of the misses of one class from CUT on that a band from the years up to CUT would have held."""
    known, later = table[table["origin"] + table["horizon"] <= CUT], table[table["origin"] >= CUT]
    low, high = list(fit(known))[tail].ends(later["horizon"].to_numpy(dtype=np.float64))
    return float(100 * later["miss"].between(low, high).mean())


@remembered(entries=4)
def _drawn(level: str) -> tuple[dict[int, Band], pd.DataFrame]:
    """The bands by size class, from all origins, and ``coverage``: computed once, as it is expensive."""
    misses = past_misses(level)
    tested = left_out(misses)
    tail = best_tail(tested)
    mine = tested[tested["tail"] == tail]
    single = _held(mine, ("position", "origin"))["inside"].groupby("position").agg(worst="min", best="max")
    frame = _held(mine, ("position",)).join(single).reset_index()
    tables = {int(str(position)): table for position, table in misses.groupby("position")}
    bands = {position: list(fit(table))[tail] for position, table in tables.items()}
    return bands, frame.assign(
        size=[class_name(level, position) for position in frame["position"]],
        later=[_held_later(tables[position], tail) for position in frame["position"]],
    )


def coverage(level: str) -> pd.DataFrame:
    """How many misses of left out origins the bands held, by size class.

    Columns: position, size (German words), n, inside, below, above, worst, best (inside for single origins), later
    (inside for guesses from CUT on, if the band knew nothing later); per cent.
    """
    return _drawn(level)[1].copy()


def band_for(level: str, people: float) -> Band:
    """The band of a Kreis or a Gemeinde of this size."""
    return _drawn(level)[0][int(class_of(level, people))]
