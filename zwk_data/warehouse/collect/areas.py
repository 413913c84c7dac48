"""The area register: every unit that any figure names, with its name, size, centre and years of life.

Which Kreise existed in which year: the tables print old and new ones side by side (trap 2).

Where the Gemeinden and Kreise of a year went: shares of population to the territorial state of 31.12.2023.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

AREA_COLUMNS = [
    "area_key", "level", "name", "land_key", "kreis_key", "area_km2", "lon", "lat", "degurba", "valid_from", "valid_to",
    "verband_key", "source_id",
]  # fmt: skip
TODAY = 2023


def register(
    registers: list[tuple[str, pd.DataFrame]], observations: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    """All areas, as the newest register up to 31.12.2023 describes them.

    ``registers``: (source_id, rows of ``sources.gvisys.read``) of every year; ``observations``: all observation rows;
    ``names``: area_key, level, name as the tables print them, for units that no register holds.
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
    areas = _sums(areas)
    areas["name"] = areas["name"].fillna(areas["area_key"])
    return areas[AREA_COLUMNS].sort_values(["level", "area_key"]).reset_index(drop=True)


def _sums(areas: pd.DataFrame) -> pd.DataFrame:
    """Area and centre of today's Kreise, Länder and the Bund from their Gemeinden."""
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


#: where the key errs: Herrnschwende went to Weißensee, which grew by its 8.62 km² in the register, not to Kindelbrück
CORRECTIONS = {("16068027", "16068064"): "16068058"}
LINEAGE_COLUMNS = ["level", "year", "key_from", "key_to", "share"]


def _step(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Chain two conversions; a key that the second does not know keeps its name (nothing is lost on the way)."""
    after = second.set_axis(["key_to", "next", "next_share"], axis="columns")
    joined = first.merge(after, how="left", on="key_to")
    joined["next"] = joined["next"].fillna(joined["key_to"])
    joined["share"] *= joined["next_share"].fillna(1.0)
    whole = joined.groupby(["key_from", "next"])["share"].sum().reset_index()
    return whole.set_axis(["key_from", "key_to", "share"], axis="columns")


def lineage_of_gemeinden(keys: pd.DataFrame) -> pd.DataFrame:
    """Conversion of the Gemeinden of every year 1990–2022 to 2023.

    ``keys``: rows of ``sources.bbsr.read_gemeinden`` of both files (1990–2019 to 2020; 2020 to 2023 step by step).
    Returns level, year, key_from, key_to, share (population-weighted, sums to 1 for each key_from).
    """
    pairs = _whole(keys)
    steps = {
        year: pairs[(pairs["year_from"] == year) & (pairs["year_to"] == year + 1)][["key_from", "key_to", "share"]]
        for year in (2020, 2021, 2022)
    }
    done = {2022: steps[2022]}
    done[2021] = _step(steps[2021], done[2022])
    done[2020] = _step(steps[2020], done[2021])
    for year in range(1990, 2020):
        first = pairs[(pairs["year_from"] == year) & (pairs["year_to"] == 2020)][["key_from", "key_to", "share"]]
        if len(first):
            done[year] = _step(first, done[2020])
    return _tidy(done, "gemeinde")


def lineage_of_kreise(keys: pd.DataFrame) -> pd.DataFrame:
    """Conversion of the Kreise of 1990–2020 to 2021, which is also the state of 2023 (no Kreis changed since)."""
    pairs = _whole(keys)
    done = {
        int(year): pairs.loc[pairs["year_from"] == year, ["key_from", "key_to", "share"]]
        for year in pairs["year_from"].unique()
    }
    # The keys show Eisenach as a Kreis of its own from 1998; it was one from 1995.
    eisenach = pd.DataFrame({"key_from": ["16056"], "key_to": ["16063"], "share": [1.0]})
    for year in (1995, 1996, 1997):
        if year in done and "16056" not in set(done[year]["key_from"]):
            done[year] = pd.concat([done[year], eisenach], ignore_index=True)
    return _tidy(done, "kreis")


def _whole(keys: pd.DataFrame) -> pd.DataFrame:
    """Shares that add up to 1: some are published with four decimals, and uninhabited areas say 1 in each row."""
    pairs = keys.rename(columns={"share_population": "share"})[["year_from", "year_to", "key_from", "key_to", "share"]]
    for (key_from, wrong), right in CORRECTIONS.items():
        pairs.loc[(pairs["key_from"] == key_from) & (pairs["key_to"] == wrong), "key_to"] = right
    total = pairs.groupby(["year_from", "year_to", "key_from"])["share"].transform("sum")
    return pairs.assign(share=pairs["share"] / total)


def _tidy(done: dict[int, pd.DataFrame], level: str) -> pd.DataFrame:
    rows = pd.concat([part.assign(year=year, level=level) for year, part in sorted(done.items())], ignore_index=True)
    rows = rows[rows["share"] > 0]
    return rows[LINEAGE_COLUMNS].reset_index(drop=True)
