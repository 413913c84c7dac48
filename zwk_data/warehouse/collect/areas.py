"""The areas behind the figures: the register of all units, the Kreise of each year, and the conversion to 2023.

Tables print former and present Kreise side by side, so which of them existed in a year has to be known. Conversions
are shares of the population that went from a unit of an earlier year to one of 31.12.2023.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from zwk_data.sources.keys import CITY_STATES

AREA_COLUMNS = [
    "area_key",
    "level",
    "name",
    "land_key",
    "kreis_key",
    "area_km2",
    "lon",
    "lat",
    "degurba",
    "valid_from",
    "valid_to",
    "verband_key",
    "source_id",
]
TODAY = 2023


def register(
    registers: list[tuple[str, pd.DataFrame]], observations: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    """All areas, as the newest register up to 31.12.2023 describes them.

    ``registers``: (source_id, rows of ``sources.gvisys.read``) of every year; ``observations``: all observation rows;
    ``names``: area_key, level, name as the tables print them, for units that are in no register.
    ``valid_from``/``valid_to`` are the first and last year in which the unit appears; ``valid_to`` is empty for units
    of 31.12.2023. Centres of Kreise and Länder are the means of their Gemeinden, weighted by area.
    """
    parts = []
    for source_id, frame in registers:
        year = frame["territory_date"].dt.year.where(
            frame["territory_date"].dt.month > 1, frame["population_date"].dt.year
        )
        keep = frame["level"].isin(["land", "kreis", "verband", "gemeinde"])
        parts.append(frame[keep].assign(year=year, source_id=source_id))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["year"] <= TODAY]
    seen = pd.concat([rows[["area_key", "level", "year"]], observations[["area_key", "level", "year"]]])
    seen = seen[seen["year"] <= TODAY].drop_duplicates()
    life = seen.groupby(["area_key", "level"], as_index=False)["year"].agg(valid_from="min", valid_to="max")
    newest = rows.sort_values("year").drop_duplicates(["area_key", "level"], keep="last")
    areas = life.merge(newest.drop(columns="year"), how="left", on=["area_key", "level"])
    printed = names.drop_duplicates(["area_key", "level"]).rename(columns={"name": "printed"})
    areas = areas.merge(printed, how="left", on=["area_key", "level"])
    areas["name"] = areas["name"].fillna(areas["printed"])
    today = set(rows.loc[rows["year"] == TODAY, "area_key"]) | {"DG"}
    cities = {key for key in life.loc[life["level"] == "kreis", "area_key"] if f"{key}000" in today}
    alive = areas["area_key"].isin(today | cities)
    areas["valid_to"] = areas["valid_to"].where(~alive).astype("Int64")
    areas["land_key"] = areas["area_key"].str[:2].where(areas["level"].isin(["kreis", "verband", "gemeinde"]))
    areas["kreis_key"] = areas["area_key"].str[:5].where(areas["level"].isin(["verband", "gemeinde"]))
    areas = _with_area_and_centre(areas)
    areas["name"] = areas["name"].fillna(areas["area_key"])
    return areas[AREA_COLUMNS].sort_values(["level", "area_key"]).reset_index(drop=True)


def _with_area_and_centre(areas: pd.DataFrame) -> pd.DataFrame:
    """Fill in area and centre of today's Kreise, Länder and the Bund from their Gemeinden."""
    gemeinden = areas[(areas["level"] == "gemeinde") & areas["valid_to"].isna()]
    for level, length in (("kreis", 5), ("land", 2), ("bund", 0)):
        key = gemeinden["area_key"].str[:length] if length else pd.Series("DG", gemeinden.index)
        weight = gemeinden["area_km2"].where(gemeinden["lon"].notna())
        total = gemeinden["area_km2"].groupby(key).sum()
        lon = (gemeinden["lon"] * weight).groupby(key).sum() / weight.groupby(key).sum()
        lat = (gemeinden["lat"] * weight).groupby(key).sum() / weight.groupby(key).sum()
        here = (areas["level"] == level) & areas["valid_to"].isna()
        areas.loc[here, "area_km2"] = areas.loc[here, "area_key"].map(total)
        areas.loc[here, "lon"] = areas.loc[here, "area_key"].map(lon).round(5)
        areas.loc[here, "lat"] = areas.loc[here, "area_key"].map(lat).round(5)
    return areas


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


#: an error of the key: Herrnschwende went to Weißensee, which grew by its 8.62 km² in the register, not to Kindelbrück
CORRECTIONS = {("16068027", "16068064"): "16068058"}
LINEAGE_COLUMNS = ["level", "year", "key_from", "key_to", "share"]


def _chain(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Chain two conversions; a key that the second does not know stays as it is, so that nobody gets lost."""
    after = second.set_axis(["key_to", "next", "next_share"], axis="columns")
    joined = first.merge(after, how="left", on="key_to")
    joined["next"] = joined["next"].fillna(joined["key_to"])
    joined["share"] *= joined["next_share"].fillna(1.0)
    shares = joined.groupby(["key_from", "next"])["share"].sum().reset_index()
    return shares.set_axis(["key_from", "key_to", "share"], axis="columns")


def lineage_of_gemeinden(keys: pd.DataFrame) -> pd.DataFrame:
    """Conversion of the Gemeinden of every year 1990–2022 to 2023.

    ``keys``: rows of ``sources.bbsr.read_gemeinden`` of both files (1990–2019 to 2020; 2020 to 2023 year by year).
    Returns level, year, key_from, key_to, share (of the population, sums to 1 for each key_from).
    """
    pairs = _normalised_shares(keys)
    steps = {
        year: pairs[(pairs["year_from"] == year) & (pairs["year_to"] == year + 1)][["key_from", "key_to", "share"]]
        for year in (2020, 2021, 2022)
    }
    done = {2022: steps[2022]}
    done[2021] = _chain(steps[2021], done[2022])
    done[2020] = _chain(steps[2020], done[2021])
    for year in range(1990, 2020):
        first = pairs[(pairs["year_from"] == year) & (pairs["year_to"] == 2020)][["key_from", "key_to", "share"]]
        if len(first):
            done[year] = _chain(first, done[2020])
    return _as_lineage(done, "gemeinde")


def lineage_of_kreise(keys: pd.DataFrame) -> pd.DataFrame:
    """Conversion of the Kreise of 1990–2020 to 2021, which is also the state of 2023 (no Kreis changed since)."""
    pairs = _normalised_shares(keys)
    done = {
        int(year): pairs.loc[pairs["year_from"] == year, ["key_from", "key_to", "share"]]
        for year in pairs["year_from"].unique()
    }
    # Eisenach was a Kreis of its own from 1995, but is one in the keys only from 1998.
    eisenach = pd.DataFrame({"key_from": ["16056"], "key_to": ["16063"], "share": [1.0]})
    for year in (1995, 1996, 1997):
        if year in done and "16056" not in set(done[year]["key_from"]):
            done[year] = pd.concat([done[year], eisenach], ignore_index=True)
    return _as_lineage(done, "kreis")


def _normalised_shares(keys: pd.DataFrame) -> pd.DataFrame:
    """Shares that add up to 1, although some have four decimals and those of uninhabited areas are all 1."""
    pairs = keys.rename(columns={"share_population": "share"})[["year_from", "year_to", "key_from", "key_to", "share"]]
    for (key_from, wrong), right in CORRECTIONS.items():
        pairs.loc[(pairs["key_from"] == key_from) & (pairs["key_to"] == wrong), "key_to"] = right
    total = pairs.groupby(["year_from", "year_to", "key_from"])["share"].transform("sum")
    return pairs.assign(share=pairs["share"] / total)


def _as_lineage(done: dict[int, pd.DataFrame], level: str) -> pd.DataFrame:
    rows = pd.concat([part.assign(year=year, level=level) for year, part in sorted(done.items())], ignore_index=True)
    rows = rows[rows["share"] > 0]
    return rows[LINEAGE_COLUMNS].reset_index(drop=True)
