"""Do the parts make the whole: Kreise and Länder and the Bund, women and men, ages."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.check import POPULATION
from zwk_data.warehouse.update.catalogue import AGES, Table
from zwk_data.warehouse.update.places import Places

#: share of the whole by which published sums differ on purpose: Zensus figures are changed a little to keep people
#: unknown; moves are corrected at the larger level only (2015: 28 of 4.2 m)
TOLERANCE = {"census_population": 2e-4, "moves_in": 1e-5, "moves_out": 1e-5}
SUM_COLUMNS = ["indicator_id", "year", "sex", "what", "expected", "found", "ok"]
#: beginning of a key that names the larger unit
_PREFIX = {"kreis": 5, "land": 2, "bund": 0}
_NAMES = {"kreis": "Kreise", "land": "Länder", "bund": "Deutschland"}


def check_sums(table: Table, new: pd.DataFrame, printed: pd.DataFrame, places: Places) -> pd.DataFrame:
    """One row per check: indicator_id, year, sex, what (German), expected, found, ok (None: nothing to compare with).

    ``new``: observation rows of the answer; ``printed``: published rows to compare with, the first one of a key
    counts (the answer itself, other answers, earlier figures).

    - every Kreis of the year has a row;
    - the units of the table's level add up to Kreise, Länder and the Bund as printed, for people in Germany else to
      the national total of ``warehouse.check``;
    - women and men, and the ages, add up to the total of each unit.
    """
    rows: list[tuple[object, ...]] = []
    parts = new[new["level"] == table.level]
    whole = parts[parts["age_group"] == "total"]
    for key, group in whole.groupby(["indicator_id", "year", "sex"]):
        at = (str(key[0]), int(str(key[1])), str(key[2]))
        _, year, sex = at
        if table.level == "kreis" and sex == "total":
            wanted = places.valid("kreis", year)
            rows.append((*at, "Kreise vollzählig", len(wanted), len(wanted & set(group["area_key"])),
                         wanted <= set(group["area_key"])))  # fmt: skip
        for level in ("kreis", "land", "bund"):
            if level != table.level:
                rows += _upwards(at, level, group, _published(at, level, printed))
    rows += _within(parts, "sex", ("male", "female"), "männlich und weiblich ergeben zusammen")
    if table.detail == "sex_age":
        rows += _within(parts, "age_group", AGES, "alle Altersgruppen ergeben zusammen")
    return pd.DataFrame(rows, columns=SUM_COLUMNS).astype({"ok": "object"})


def _upwards(
    at: tuple[str, int, str], level: str, group: pd.DataFrame, published: pd.Series
) -> list[tuple[object, ...]]:
    """The sums of one indicator, year and sex against the larger units; units with an unknown part are passed over."""
    key = group["area_key"].str[: _PREFIX[level]] if level != "bund" else pd.Series("DG", index=group.index)
    value = group["value"].where(group["status"] != "none", 0.0)
    sums = value.groupby(key).agg(lambda values: values.sum(skipna=False)).dropna()
    if sums.empty:
        return []
    shared = sums.index.intersection(published.index)
    if shared.empty:
        return [(*at, _NAMES[level], float("nan"), float(sums.sum()), None)] if level == "bund" else []
    difference = (sums[shared] - published[shared]).abs()
    allowed = (published[shared] * TOLERANCE.get(at[0], 0.0)).clip(lower=0.5)
    ok = bool((difference <= allowed).all())
    return [(*at, _NAMES[level], float(published[shared].sum()), float(sums[shared].sum()), ok)]


def _published(at: tuple[str, int, str], level: str, printed: pd.DataFrame) -> pd.Series:
    """What is printed for the larger units, by area_key."""
    here = printed[
        (printed["level"] == level) & (printed["indicator_id"] == at[0]) & (printed["year"] == at[1])
        & (printed["sex"] == at[2]) & (printed["age_group"] == "total")
    ]  # fmt: skip
    found = here.drop_duplicates("area_key").set_index("area_key")["value"].dropna()
    if found.empty and at[0] == "population" and at[2] == "total" and level == "bund" and at[1] in POPULATION:
        return pd.Series({"DG": float(POPULATION[at[1]])})
    return found


def _within(parts: pd.DataFrame, column: str, members: tuple[str, ...], what: str) -> list[tuple[object, ...]]:
    """Per indicator and year: how many units have all members and the total, and in how many they add up."""
    other = {"sex": "age_group", "age_group": "sex"}[column]
    rows = parts[parts[column].isin([*members, "total"])]
    rows = rows.assign(value=rows["value"].where(rows["status"] != "none", 0.0))
    keys = ["indicator_id", "year", "area_key", other]
    wide = rows.pivot_table(index=keys, columns=column, values="value", aggfunc="first")
    wide = wide.reindex(columns=[*members, "total"]).dropna()
    if wide.empty:
        return []
    fits = (wide[list(members)].sum(axis=1) - wide["total"]).abs() < 0.5
    counts = fits.groupby(level=["indicator_id", "year"]).agg(["size", "sum"])
    return [
        (indicator, int(year), "total", what, int(size), int(fitting), bool(size == fitting))
        for (indicator, year), size, fitting in counts.itertuples()
    ]
