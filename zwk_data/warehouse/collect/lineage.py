"""Where the Gemeinden and Kreise of a year went: shares of population to the territorial state of 31.12.2023."""

from __future__ import annotations

import pandas as pd

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
