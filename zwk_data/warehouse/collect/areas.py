"""The register of all areas behind the figures."""

from __future__ import annotations

import pandas as pd

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
