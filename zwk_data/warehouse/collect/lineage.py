"""Which areas there are and were, and how Gemeinden and Kreise of other years become those of 31.12.2023.

Conversions are shares of the people of a unit that live in a unit of 2023 today, by the BBSR keys and, for Kreise
after 2020, by what became of their Gemeinden.
"""

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
#: errors of the keys, each proven by the areas in the registers: Herrnschwende (8.62 km²) went to Weißensee and not to
#: Kindelbrück, Spechthausen (35.01 km²) to Eberswalde and not to Melchow, to which it belonged from 2002 to 2005
CORRECTIONS = {
    ("16068027", "16068064"): "16068058",
    ("12020340", "12060161"): "12060052",
    ("12060240", "12060161"): "12060052",
}
#: the years of Melchow with Spechthausen, where 180 of 906 people lived in 1994
PARTED = {("12060161", range(1999, 2006)): {"12060161": 726 / 906, "12060052": 180 / 906}}
LINEAGE_COLUMNS = ["level", "year", "key_from", "key_to", "share"]


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
    newest = rows.sort_values("year", kind="stable").drop_duplicates(["area_key", "level"], keep="last")
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


def _chain(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Chain two conversions; a key that the second does not know stays as it is, so that nobody is lost."""
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
    for (key, years), shares in PARTED.items():
        parted = pd.DataFrame({"key_from": key, "key_to": list(shares), "share": list(shares.values())})
        for year in done.keys() & set(years):
            done[year] = pd.concat([done[year][done[year]["key_from"] != key], parted], ignore_index=True)
    return _as_lineage(done, "gemeinde")


def lineage_of_kreise(
    keys: pd.DataFrame, of_gemeinden: pd.DataFrame, people: dict[int, pd.Series], changes: pd.DataFrame
) -> pd.DataFrame:
    """Conversion of the Kreise of 1990–2022 and of 2024 to 2023.

    ``keys``: rows of ``sources.bbsr.read_kreise`` (1990–2020 to 2021); ``of_gemeinden``: their lineage; ``people``:
    the people of each Gemeinde at the end of 2021 and 2022; ``changes``: rows of ``sources.area_changes.read``, of
    which those between Kreise in 2024 count.
    """
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
    since = {year: _between_kreise(of_gemeinden, year, people[year]) for year in (2021, 2022)}
    done = {year: _chain(part, since[2021]) for year, part in done.items()} | since
    return _as_lineage(done | {2024: _back(changes, people[2024])}, "kreis")


def _between_kreise(of_gemeinden: pd.DataFrame, year: int, people: pd.Series) -> pd.DataFrame:
    """The shares of each Kreis that went to another with its Gemeinden."""
    parts = of_gemeinden[of_gemeinden["year"] == year]
    moved = parts["share"] * parts["key_from"].map(people).fillna(0.0)
    kreise = {"key_from": parts["key_from"].str[:5], "key_to": parts["key_to"].str[:5]}
    pairs = moved.groupby([pd.Series(keys, name=name) for name, keys in kreise.items()]).sum()
    shares = (pairs / pairs.groupby("key_from").transform("sum")).rename("share").reset_index()
    return shares[shares["share"] > 0]


def _back(changes: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """The way back from the Kreise of 31.12.2024: ``people`` who moved there with their Gemeinde go back."""
    crossed = changes[
        changes["statistical_date"].dt.year.eq(2024)
        & changes["unit"].eq("Gemeinde")
        & changes["population"].gt(0)
        & (changes["from_ags"].str[:5] != changes["to_ags"].str[:5])
    ]
    moved = pd.DataFrame(
        {
            "key_from": crossed["to_ags"].str[:5].to_numpy(),
            "key_to": crossed["from_ags"].str[:5].to_numpy(),
            "share": crossed["population"].to_numpy() / crossed["to_ags"].str[:5].map(people).to_numpy(),
        }
    )
    stay = 1 - moved.groupby("key_from")["share"].sum().reindex(people.index, fill_value=0.0)
    same = pd.DataFrame({"key_from": people.index, "key_to": people.index, "share": stay.to_numpy()})
    return pd.concat([same, moved], ignore_index=True)


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


class Gemeinden:
    """Which Gemeinden there were in a year, and what became of them, from their ``lineage``."""

    def __init__(self, lineage: pd.DataFrame) -> None:
        self._lineage = lineage
        self.first = int(lineage["year"].min())
        # what became of a unit is what became of most of its people; of an area without people, by its keys
        ranked = lineage.sort_values(["share", "key_to"], ascending=[False, True])
        main = ranked.drop_duplicates(["year", "key_from"])
        now = pd.DataFrame({"year": TODAY, "key_from": lineage["key_to"].unique()})
        main = pd.concat([main[["year", "key_from", "key_to"]], now.assign(key_to=now["key_from"])])
        main = main.assign(land=main["key_from"].str[:2])
        self._of = {
            (str(key[0]), int(str(key[1]))): part.set_index("key_from")["key_to"]
            for key, part in main.groupby(["land", "year"])
        }
        self._keys = {place: set(of.index) for place, of in self._of.items()}

    def of(self, land: str, year: int) -> set[str]:
        """The keys of a Land's Gemeinden at the end of a year."""
        return self._keys[land, year]

    def closest(self, keys: set[str], land: str, year: int, years: range) -> int:
        """The first of the ``years`` whose Gemeinden differ least from ``keys``."""
        if keys == self._keys[land, year]:
            return year
        return min((one for one in years if (land, one) in self._of), key=lambda one: len(keys ^ self.of(land, one)))

    def _parts(self, land: str, year: int, digits: int = 8) -> dict[str, set[str]]:
        """The Gemeinden of a year, or with 5 ``digits`` their Kreise, by what they are today."""
        parts: dict[str, set[str]] = {}
        of = self._of[land, year]
        for then, now in zip(of.index.tolist(), of.tolist(), strict=True):
            parts.setdefault(now, set()).add(then[:digits])
        return parts

    def changed(self, land: str, one: int, other: int) -> set[str]:
        """Gemeinden of the year ``other`` that cover other people than in the year ``one``."""
        before, after = self._parts(land, one), self._parts(land, other)
        return set().union(*(keys for today, keys in after.items() if before.get(today) != keys))

    def kreise_changed(self, land: str, one: int, other: int) -> set[str]:
        """Kreise whose Gemeinden differ between the years ``one`` and ``other``."""
        before, after = self._parts(land, one, 5), self._parts(land, other, 5)
        both = [(before[today], after[today]) for today in before.keys() & after.keys()]
        return set().union(*(then | later for then, later in both if then != later))

    def sums(self, rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
        """Kreis sums of Gemeinde rows by year: index Kreis, columns then (by their keys) and today."""
        found = {}
        for key, part in rows.groupby("year"):
            values = part.set_index("area_key")["value"]
            then = values.groupby(values.index.str[:5]).sum()
            moved, left = [], part
            # the keys of the day, else those of the year after or before
            for territory in (0, 1, -1):
                wanted = self._lineage[self._lineage["year"].isin(left["territory"].unique() + territory)]
                wanted = wanted.assign(year=wanted["year"] - territory).rename(
                    columns={"key_from": "area_key", "year": "territory"}
                )
                here = left.merge(wanted[["area_key", "territory", "key_to", "share"]], on=["area_key", "territory"])
                moved.append(here)
                left = left[~left["area_key"].isin(here["area_key"])]
            moved.append(left.assign(key_to=left["area_key"], share=1.0))
            whole = pd.concat(moved)
            today = (whole["value"] * whole["share"]).groupby(whole["key_to"].str[:5]).sum()
            found[int(str(key))] = pd.DataFrame({"then": then, "today": today})
        return found
