"""Which Kreise existed in which year: the tables print old and new ones side by side (trap 2)."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

#: city states stand as Land only: their figures are those of Kreis and Gemeinde as well
CITY_STATES = {"02": "02000", "11": "11000"}


def valid(keys: pd.DataFrame, year: int) -> set[str]:
    """The Kreise (5 digits) of the territorial state of ``year``, from the BBSR keys 1990 to 2020.

    Three corrections, each checked against the published national totals of 1995 to 2015: Eisenach (16056) is
    kreisfrei from 1995, which the keys show from 1998; Hannover is printed as the later Region (03241) for the years
    before 2001 as well, never as city and Landkreis; from 2021 Eisenach belongs to the Wartburgkreis.
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
    """The Kreis rows that count: units of the year itself, each once.

    ``rows``: observation rows of all levels. Aachen until 2008 is printed as 05334002 and gets its then key 05313;
    the other cities printed among Kreise (03241001, 05334002 later, 10041100) are parts of a Kreis that is counted.
    Hamburg and Berlin get a Kreis row from their Land row where the table has none.
    """
    aachen = (rows["area_key"] == "05334002") & (rows["level"] == "gemeinde") & (rows["year"] <= 2008)
    rows = pd.concat([rows, rows[aachen].assign(area_key="05313", level="kreis")], ignore_index=True)
    cities = rows[(rows["level"] == "land") & rows["area_key"].isin(CITY_STATES)]
    cities = cities.assign(area_key=cities["area_key"].map(CITY_STATES), level="kreis")
    kreise = pd.concat([rows[rows["level"] == "kreis"], cities], ignore_index=True)
    codes = _codes(keys, kreise["year"].unique())
    return kreise.merge(codes, on=["year", "area_key"]).drop_duplicates(
        ["area_key", "indicator_id", "year", "sex", "age_group"]
    )


def back_calculated(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Published figures of today's Kreise for years before they existed: part of ``observation_today``.

    Only where the publisher gives all Kreise of the Land (Sachsen from 1995, Sachsen-Anhalt from 2000): beside
    Kreise that have to be estimated they would no longer add up to the Land.
    """
    today = valid(keys, 2023)
    kreise = rows[(rows["level"] == "kreis") & rows["area_key"].isin(today) & rows["value"].notna()]
    land = kreise["area_key"].str[:2]
    given = kreise.groupby([land, "indicator_id", "year", "sex", "age_group"])["area_key"].transform("nunique")
    whole = given == land.map(pd.Series(sorted(today)).str[:2].value_counts())
    then = pd.MultiIndex.from_frame(_codes(keys, kreise["year"].unique()))
    before = ~pd.MultiIndex.from_frame(kreise[["year", "area_key"]]).isin(then)
    return kreise[before & whole].assign(territory=2015)


def _codes(keys: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """year, area_key of all valid Kreise."""
    pairs = [(int(year), code) for year in years for code in sorted(valid(keys, int(year)))]
    return pd.DataFrame(pairs, columns=["year", "area_key"])
