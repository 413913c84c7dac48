"""On which territory a figure stands: which Kreise existed in a year, and which tables were calculated back.

Tables print former and present Kreise side by side, so which of them existed in a year has to be known; and some
print a year on the territory of a later one without saying so.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from zwk_data.sources.printed_codes import CITY_STATES
from zwk_data.warehouse.collect.lineage import TODAY, Gemeinden
from zwk_data.warehouse.collect.observations import everybody
from zwk_data.warehouse.indicator_catalogue import catalogue


def kreise_of_year(keys: pd.DataFrame, year: int) -> set[str]:
    """The Kreise (5 digits) of the territorial state of ``year``, from the BBSR keys 1990 to 2020.

    Three corrections, each checked against the published national totals of 1995 to 2015: Eisenach (16056) is
    kreisfrei from 1995, but from 1998 in the keys; Hannover is printed as the later Region (03241) even before 2001,
    never as city and Landkreis; from 2021 Eisenach belongs to the Wartburgkreis.
    """
    known = keys[keys["year_from"] == min(year, 2020)]
    codes = set(known["key_from"])
    if year >= 1995:
        codes.add("16056")
    if 1995 <= year <= 2000:
        codes = (codes - {"03201", "03253"}) | {"03241"}
    if year >= 2021:
        codes.discard("16056")
    return codes


def as_of_their_year(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """The Kreis rows of units that existed in the year, each once.

    ``rows``: observation rows of all levels. Aachen until 2008 is printed as 05334002 and gets its key of the time,
    05313; the other cities printed among Kreise (03241001, 05334002 later, 10041100) are part of a Kreis that is
    counted. Hamburg and Berlin get a Kreis row from their Land row where the table has none.
    """
    aachen = (rows["area_key"] == "05334002") & (rows["level"] == "gemeinde") & (rows["year"] <= 2008)
    rows = pd.concat([rows, rows[aachen].assign(area_key="05313", level="kreis")], ignore_index=True)
    cities = rows[(rows["level"] == "land") & rows["area_key"].isin(CITY_STATES)]
    cities = cities.assign(area_key=cities["area_key"].map(CITY_STATES), level="kreis")
    kreise = pd.concat([rows[rows["level"] == "kreis"], cities], ignore_index=True)
    codes = _kreise_by_year(keys, kreise["year"].unique())
    return kreise.merge(codes, on=["year", "area_key"]).drop_duplicates(
        ["area_key", "indicator_id", "year", "sex", "age_group"]
    )


def back_calculated(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Published figures of today's Kreise for years before they existed, for ``observation_today``.

    Only where the publisher has all Kreise of the Land (Sachsen from 1995, Sachsen-Anhalt from 2000): mixed with
    estimated Kreise they would no longer add up to the Land.
    """
    today = kreise_of_year(keys, TODAY)
    kreise = rows[(rows["level"] == "kreis") & rows["area_key"].isin(today) & rows["value"].notna()]
    land = kreise["area_key"].str[:2]
    given = kreise.groupby([land, "indicator_id", "year", "sex", "age_group"])["area_key"].transform("nunique")
    complete = given == land.map(pd.Series(sorted(today)).str[:2].value_counts())
    then = pd.MultiIndex.from_frame(_kreise_by_year(keys, kreise["year"].unique()))
    before = ~pd.MultiIndex.from_frame(kreise[["year", "area_key"]]).isin(then)
    return kreise[before & complete].assign(territory=2015)


def _kreise_by_year(keys: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The Kreise that existed in each year: columns year, area_key."""
    pairs = [(int(year), code) for year in years for code in sorted(kreise_of_year(keys, int(year)))]
    return pd.DataFrame(pairs, columns=["year", "area_key"])


#: a Gemeinde with more people has births and deaths in every year (a chance of one in a thousand at ten per thousand)
MOST_PEOPLE_WITHOUT_EVENT = 700
#: by how many years the territory of a table may be later than its figures
LATER_YEARS = 12


def of_gemeinden(rows: pd.DataFrame, gemeinden: Gemeinden) -> tuple[pd.DataFrame, dict[tuple[str, str, int], int]]:
    """Gemeinde rows with the territory on which their table stands, and that territory by (source, Land, year).

    A table stands on the first year from its own whose Gemeinden are those it has figures of: Rheinland-Pfalz prints
    the people of 2011 to 2013 for the Gemeinden of 2014, Sachsen the births of 2012 for those of 2013. Only units
    that differ between the two get the later ``territory``; rows for units that it does not have are dropped.
    """
    ours = rows["territory"].eq(rows["year"]) & rows["year"].ge(gemeinden.first)
    land = rows["area_key"].str[:2]
    found: dict[tuple[str, str, int], int] = {}
    territory, drop = rows["territory"].copy(), pd.Series(False, index=rows.index)
    for key, part in rows[ours & rows["sex"].eq("total")].groupby(["source_id", land, "year"]):
        source, state, year = str(key[0]), str(key[1]), int(str(key[2]))
        printed = set(part.loc[part["value"].notna(), "area_key"])
        stands = gemeinden.closest(printed, state, year, range(year, min(year + LATER_YEARS, TODAY) + 1))
        found[source, state, year] = stands
        if stands > year:
            here = ours & land.eq(state) & rows["year"].eq(year)
            of_table = here & rows["source_id"].eq(source)
            territory[of_table & rows["area_key"].isin(gemeinden.changed(state, year, stands))] = stands
            # and a register of the year must not add units that the table counts within others
            same = here & rows["indicator_id"].isin(part["indicator_id"].unique())
            drop |= same & ~rows["area_key"].isin(gemeinden.of(state, stands))
    return rows.assign(territory=territory)[~drop].reset_index(drop=True), found


def without_empty_years(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop a ``-`` of births or deaths where so many live that there must be some: the table counts them elsewhere."""
    people = everybody(rows)
    living = people.drop_duplicates(["area_key", "year"]).set_index(["area_key", "year"])["value"]
    here = living.reindex(pd.MultiIndex.from_frame(rows[["area_key", "year"]])).to_numpy()
    event = rows["indicator_id"].isin(["births", "deaths"]) & rows["status"].eq("none")
    return rows[~(event & (here > MOST_PEOPLE_WITHOUT_EVENT))].reset_index(drop=True)


#: (indicator, Land) -> the last year whose figures stand on the Kreise of their time, where no register tells: the
#: births of Brandenburg until 2002 fit the people of that time; by those of today's Kreise they would leap in 2003
#: (chi-square 13 and 58 over the five Kreise that differ by more than 1 %; of its deaths it is 26 and 8)
LAST_OF_THEIR_TIME = {("births", "12"): 2002}


def of_kreise(
    kreise: pd.DataFrame, rows: pd.DataFrame, found: dict[tuple[str, str, int], int], gemeinden: Gemeinden
) -> pd.DataFrame:
    """Kreis rows with the territory on which their table stands.

    ``rows``: Gemeinde rows, ``found``: their territories, both from :func:`of_gemeinden`. A Kreis table stands on
    today's Kreise if its figures are closer to the Gemeinden of the year added up to these than to the Kreise of their
    year. Years without a register are like the next one that has one, then like the one before.
    """
    kreise = kreise.reset_index(drop=True)
    land, territory = kreise["area_key"].str[:2], kreise["territory"].copy()
    of_their_year = kreise["territory"].eq(kreise["year"])
    for indicator in catalogue().marked("moved_by_people"):
        ours = of_their_year & kreise["indicator_id"].eq(indicator)
        printed = everybody(kreise[ours], indicator)
        parts = everybody(rows, indicator)
        sums = gemeinden.sums(parts.dropna(subset="value"))
        source = parts.assign(land=parts["area_key"].str[:2]).groupby(["land", "year"])["source_id"].first()
        for state, of_land in printed.groupby(printed["area_key"].str[:2]):
            fits = {
                year: _closer(of_year.set_index("area_key")["value"], sums.get(year))
                for year, of_year in ((int(str(key)), part) for key, part in of_land.groupby("year"))
            }
            for year in fits:
                if year <= LAST_OF_THEIR_TIME.get((indicator, str(state)), 0):
                    stands = year
                elif _like_neighbours(fits, year):
                    stands = TODAY
                else:
                    stands = found.get((str(source.get((state, year))), str(state), year), year)
                if stands > year:
                    other = kreise["area_key"].isin(gemeinden.kreise_changed(str(state), year, stands))
                    territory[ours & other & land.eq(state) & kreise["year"].eq(year)] = stands
    return kreise.assign(territory=territory)


def _closer(printed: pd.Series, sums: pd.DataFrame | None) -> bool | None:
    """Whether the printed Kreise are today's rather than those of their year; None without Gemeinden to compare with.

    Only Kreise that differ between the two are evidence; all must be Kreise of today.
    """
    if sums is None:
        return None
    both = sums.reindex(printed.index)
    tell = (both["then"] - both["today"]).abs() > 0.0005 * both["then"]
    then, today = (float((both[name] - printed)[tell].abs().sum()) for name in ("then", "today"))
    return bool(both["today"].notna().all()) and 2 * today < then


def _like_neighbours(fits: dict[int, bool | None], year: int) -> bool:
    """What holds for the year, else for the next year with a register, else for the one before."""
    known = [other for other in fits if fits[other] is not None]
    near = [year] if year in known else [*[o for o in known if o > year][:1], *[o for o in known if o < year][-1:]]
    return bool(near) and bool(fits[near[0]])
