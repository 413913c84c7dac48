"""What an answer changes: new years, revised values, new and vanished keys, each against the figures at hand.

Do the parts make the whole: Kreise and Länder and the Bund, women and men, ages.

Länder and the Bund as sums of Kreise, for what nobody prints; people and areas are added up by the build itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zwk_data.warehouse.build import POPULATION
from zwk_data.warehouse.collect.observations import COLUMNS, KEY
from zwk_data.warehouse.indicator_catalogue import catalogue
from zwk_data.warehouse.update.answer import AGES, Places, Table

#: what of the old figures the answer has to match: estimates of our own may go
_HELD = ("reported", "rounded", "computed")
_PLACE_AND_YEAR = ["indicator_id", "level", "year"]


@dataclass(frozen=True)
class Changes:
    """The comparison of one table.

    ``new_years``: indicator_id, level, year, rows. ``revised``: key, old, new, change (share of the old value, inf
    from zero), the largest first, only beyond the threshold. ``slightly``: number of values that changed by less.
    ``added``: keys without an old value in a year that has others. ``vanished``: keys with old, whose value is
    no longer there (the answer has a sign or no row). ``silent``: years asked for that the answer does not have.
    ``same``: number of unchanged values. ``write``: observation rows that differ from the old ones.
    """

    table: Table
    new_years: pd.DataFrame = field(repr=False)
    revised: pd.DataFrame = field(repr=False)
    slightly: int
    added: pd.DataFrame = field(repr=False)
    vanished: pd.DataFrame = field(repr=False)
    silent: tuple[int, ...]
    same: int
    write: pd.DataFrame = field(repr=False)


def compare(table: Table, old: pd.DataFrame, new: pd.DataFrame, *, threshold: float, from_year: int | None) -> Changes:
    """Compare the answer with the figures at hand, both as observation rows.

    ``threshold``: share of the old value (0.005 for 0.5 %); a change is told singly if it is larger than that.
    ``from_year``: the first year asked for; None if only the newest day was.
    """
    held = old[
        old["level"].isin(new["level"].unique()) & old["indicator_id"].isin(table.indicators) & _covered(table, old)
    ]
    both = new.merge(held, how="outer", on=KEY, suffixes=("", "_old"), indicator="side")
    both["change"] = _change(both["value_old"], both["value"])
    years = held.loc[held["value"].notna(), _PLACE_AND_YEAR].drop_duplicates().assign(known=True)
    both = both.merge(years, how="left", on=_PLACE_AND_YEAR)
    known = both["known"].notna()
    answered = pd.MultiIndex.from_frame(both[_PLACE_AND_YEAR]).isin(
        pd.MultiIndex.from_frame(new[_PLACE_AND_YEAR].drop_duplicates())
    )
    has, had = both["value"].notna(), both["value_old"].notna()
    differs = has & had & (both["value"] != both["value_old"])
    beyond = differs & (both["change"].abs() > threshold)
    # nobody there and no row is the same thing
    gone = answered & had & ~has & (both["value_old"] != 0) & both["status_old"].isin(_HELD)
    asked = held.loc[held["value"].notna() & held["status"].isin(_HELD), "year"]
    silent = set() if from_year is None else set(asked[asked >= from_year]) - set(new["year"])
    # a published figure takes the place of a computed one, even where the number is the same
    alike = ((both["value"] == both["value_old"]) | (~has & ~had)) & (both["status"] == both["status_old"])
    write = both["side"].ne("right_only") & ~alike
    fresh = both[~known & both["side"].ne("right_only") & has]
    told = both.rename(columns={"value_old": "old"}).assign(new=both["value"])
    revised = told.loc[beyond, [*KEY, "old", "new", "change"]]
    return Changes(
        table=table,
        new_years=fresh.groupby(_PLACE_AND_YEAR).size().rename("rows").reset_index(),
        revised=revised.sort_values("change", key=lambda change: change.abs(), ascending=False, kind="stable"),
        slightly=int((differs & ~beyond).sum()),
        added=both.loc[known & has & ~had, [*KEY, "value"]],
        vanished=told.loc[gone, [*KEY, "old", "side"]],
        silent=tuple(sorted(int(year) for year in silent)),
        same=int((has & had & ~differs).sum()),
        write=both.loc[write, COLUMNS].astype({"territory": "int64", "year": "int64"}),
    )


def _covered(table: Table, rows: pd.DataFrame) -> pd.Series:
    """Which old rows the answer has to match: those in the detail that the table prints."""
    if table.detail == "sex_age":
        return rows["age_group"].isin([*AGES, "total"])
    total = rows["age_group"] == "total"
    return total if table.detail == "sex" else total & (rows["sex"] == "total")


def _change(old: pd.Series, new: pd.Series) -> pd.Series:
    """Share of the old value; infinite from nothing to something, nought from nothing to nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = (new - old) / old.abs()
    return change.where((old != 0) | (new != 0), 0.0)


def removed(changes: Changes) -> pd.DataFrame:
    """The keys that go if the answer is taken as it is: those without a row; a sign replaces its value."""
    return changes.vanished.loc[changes.vanished["side"] == "right_only", KEY]


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
    allowed = (published[shared] * catalogue().indicators[at[0]]["sum_tolerance"]).clip(lower=0.5)
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


_GROUP = ["indicator_id", "year", "sex", "age_group"]


def with_totals(new: pd.DataFrame, old: pd.DataFrame, places: Places) -> pd.DataFrame:
    """The rows and, for years with all Kreise and no printed Land or Bund, their sums (status ``computed``)."""
    # events that are published; people and areas are added up by sums.sql, balances follow by their formulas
    events = [key for key in catalogue().marked("per_year") if catalogue().indicators[key]["formula"] is None]
    kreise = new[(new["level"] == "kreis") & new["indicator_id"].isin(events)]
    printed = pd.concat([new, old[old["status"].isin(["reported", "none"])]])
    parts = [new]
    for level in ("land", "bund"):
        known = printed.loc[printed["level"] == level, _GROUP].drop_duplicates()
        lacking = kreise.merge(known, how="left", on=_GROUP, indicator="side")
        lacking = lacking[lacking["side"] == "left_only"]
        lacking = lacking.assign(
            area_key=lacking["area_key"].str[:2] if level == "land" else "DG",
            value=lacking["value"].where(lacking["status"] != "none", 0.0),
        )
        counts = lacking.groupby(_GROUP)["value"].agg(["count", "size"])
        full = [
            key for key, count, size in counts.itertuples()
            if count == size == len(places.valid("kreis", int(key[1])))
        ]  # fmt: skip
        whole = lacking[pd.MultiIndex.from_frame(lacking[_GROUP]).isin(full)]
        sums = whole.groupby(["area_key", *_GROUP], as_index=False).agg(
            value=("value", "sum"), territory=("territory", "max"), source_id=("source_id", "first")
        )
        parts.append(sums.assign(level=level, status="computed")[COLUMNS])
    return pd.concat([part for part in parts if len(part)], ignore_index=True)
