"""What an answer changes: new years, revised values, new and vanished keys, each against the figures at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from zwk_data.warehouse.collect.observations import COLUMNS, KEY
from zwk_data.warehouse.update.catalogue import AGES, Table

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
