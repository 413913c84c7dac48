"""What an answer changes in the present figures, whether it is consistent, and the German report on both.

:func:`compare` finds new years, revised values, new and vanished keys. :func:`check_sums` checks that Kreise, Länder
and Bund, women and men, and ages add up. :func:`with_totals` sums Kreise to Länder and Bund where nobody publishes
these; for people and areas the build does that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from zwk_data import german
from zwk_data.warehouse.check import POPULATION
from zwk_data.warehouse.collect.lineage import TODAY
from zwk_data.warehouse.collect.observations import AGE_CLASSES, COLUMNS, KEY
from zwk_data.warehouse.indicator_catalogue import catalogue
from zwk_data.warehouse.update.service import Answer, FetchableTable, Places

#: the old figures that the answer has to contain too; our own estimates may vanish
_MUST_REMAIN = ("reported", "rounded", "computed")
_PLACE_AND_YEAR = ["indicator_id", "level", "year"]
#: how many cases are listed individually
MAX_LISTED = 10
_LEVELS = {"bund": "Deutschland", "land": "Länder", "kreis": "Kreise"}
_LEVELS |= {"verband": "Gemeindeverbände", "gemeinde": "Gemeinden"}
_SEX = {"total": "insgesamt", "male": "männlich", "female": "weiblich"}


@dataclass(frozen=True)
class Changes:
    """The comparison of one table.

    ``new_years``: indicator_id, level, year, rows. ``revised``: key, old, new, change (share of the old value, inf
    from zero) of values that changed by more than the threshold, the largest change first. ``slightly``: number of
    values that changed by less. ``added``: keys without an old value in a year that has others. ``vanished``: keys
    and old values that are gone (the answer has a sign or no row). ``silent``: years that were asked for but are not
    in the answer. ``same``: number of unchanged values. ``write``: observation rows that differ from the old ones.
    """

    table: FetchableTable
    new_years: pd.DataFrame = field(repr=False)
    revised: pd.DataFrame = field(repr=False)
    slightly: int
    added: pd.DataFrame = field(repr=False)
    vanished: pd.DataFrame = field(repr=False)
    silent: tuple[int, ...]
    same: int
    write: pd.DataFrame = field(repr=False)


def compare(
    table: FetchableTable, old: pd.DataFrame, new: pd.DataFrame, *, threshold: float, from_year: int | None
) -> Changes:
    """Compare the answer with the present figures, both as observation rows.

    ``threshold``: share of the old value (0.005 for 0.5 %); larger changes are listed individually.
    ``from_year``: the first year that was asked for; None if only the newest day was.
    """
    held = old[
        old["level"].isin(new["level"].unique()) & old["indicator_id"].isin(table.indicators) & _covered(table, old)
    ]
    both = _side_by_side(held, new)
    has, had = both["value"].notna(), both["old"].notna()
    differs = has & had & (both["value"] != both["old"])
    beyond = differs & (both["change"].abs() > threshold)
    # no row means the same as nobody
    gone = both["answered"] & had & ~has & (both["old"] != 0) & both["status_old"].isin(_MUST_REMAIN)
    asked = held.loc[held["value"].notna() & held["status"].isin(_MUST_REMAIN), "year"]
    silent = set() if from_year is None else set(asked[asked >= from_year]) - set(new["year"])
    # a published figure replaces a computed one even if the number is the same
    alike = ((both["value"] == both["old"]) | (~has & ~had)) & (both["status"] == both["status_old"])
    in_answer = both["side"].ne("right_only")
    fresh = both[~both["known"] & in_answer & has]
    revised = both.loc[beyond, [*KEY, "old", "value", "change"]].rename(columns={"value": "new"})
    return Changes(
        table=table,
        new_years=fresh.groupby(_PLACE_AND_YEAR).size().rename("rows").reset_index(),
        revised=revised.sort_values("change", key=lambda change: change.abs(), ascending=False, kind="stable"),
        slightly=int((differs & ~beyond).sum()),
        added=both.loc[both["known"] & has & ~had, [*KEY, "value"]],
        vanished=both.loc[gone, [*KEY, "old", "side"]],
        silent=tuple(sorted(int(year) for year in silent)),
        same=int((has & had & ~differs).sum()),
        write=both.loc[in_answer & ~alike, COLUMNS].astype({"territory": "int64", "year": "int64"}),
    )


def _side_by_side(held: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """New and old rows joined by key.

    ``side`` is right_only for keys that only the old rows have; ``known`` and ``answered`` tell whether old and new
    rows have the indicator, level and year.
    """
    both = new.merge(held, how="outer", on=KEY, suffixes=("", "_old"), indicator="side")
    both = both.rename(columns={"value_old": "old"})
    both["change"] = _change(both["old"], both["value"])
    place_and_year = pd.MultiIndex.from_frame(both[_PLACE_AND_YEAR])
    for column, rows in (("known", held[held["value"].notna()]), ("answered", new)):
        both[column] = place_and_year.isin(pd.MultiIndex.from_frame(rows[_PLACE_AND_YEAR].drop_duplicates()))
    return both


def _covered(table: FetchableTable, rows: pd.DataFrame) -> pd.Series:
    """Which old rows the answer should contain: those in the detail of the table."""
    if table.detail == "sex_age":
        return rows["age_group"].isin([*AGE_CLASSES, "total"])
    total = rows["age_group"] == "total"
    return total if table.detail == "sex" else total & (rows["sex"] == "total")


def _change(old: pd.Series, new: pd.Series) -> pd.Series:
    """Share of the old value; infinite from zero to something, 0 from zero to zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        change = (new - old) / old.abs()
    return change.where((old != 0) | (new != 0), 0.0)


def removed(changes: Changes) -> pd.DataFrame:
    """The keys that vanish with the answer because they have no row; a sign merely replaces a value."""
    return changes.vanished.loc[changes.vanished["side"] == "right_only", KEY]


SUM_COLUMNS = ["indicator_id", "year", "sex", "what", "expected", "found", "ok"]
#: length of the prefix of a key that is the key of the larger unit
_PREFIX = {"kreis": 5, "land": 2, "bund": 0}
_NAMES = {"kreis": "Kreise", "land": "Länder", "bund": "Deutschland"}


def check_sums(table: FetchableTable, new: pd.DataFrame, printed: pd.DataFrame, places: Places) -> pd.DataFrame:
    """One row per check: indicator_id, year, sex, what (German), expected, found, ok (None: nothing to compare with).

    ``new``: observation rows of the answer; ``printed``: published rows to compare with, of which the first one of a
    key counts (the answer itself, other answers, earlier figures).

    - every Kreis of the year has a row;
    - the units of the table's level add up to the published Kreise, Länder and Bund; people in Germany to the
      national total in ``warehouse.build`` if none is published;
    - women and men, and the ages, add up to the total of each unit.
    """
    rows: list[tuple[object, ...]] = []
    parts = new[new["level"] == table.level]
    for key, group in parts[parts["age_group"] == "total"].groupby(["indicator_id", "year", "sex"]):
        indicator, year, sex = str(key[0]), int(str(key[1])), str(key[2])
        at = (indicator, year, sex)
        if table.level == "kreis" and sex == "total":
            wanted, found = places.valid("kreis", year), set(group["area_key"])
            rows.append((*at, "Kreise vollzählig", len(wanted), len(wanted & found), wanted <= found))
        for level in ("kreis", "land", "bund"):
            if level != table.level:
                rows += _compare_with_larger_units(at, level, group, _published(at, level, printed))
    rows += _check_members(parts, "sex", ("male", "female"), "männlich und weiblich ergeben zusammen")
    if table.detail == "sex_age":
        rows += _check_members(parts, "age_group", AGE_CLASSES, "alle Altersgruppen ergeben zusammen")
    return pd.DataFrame(rows, columns=SUM_COLUMNS).astype({"ok": "object"})


def _compare_with_larger_units(
    at: tuple[str, int, str], level: str, group: pd.DataFrame, published: pd.Series
) -> list[tuple[object, ...]]:
    """Compare the sums of an indicator, year and sex with the larger units, except those of which a part is unknown."""
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
    """The published values of the larger units by area_key."""
    indicator, year, sex = at
    here = printed[printed["level"].eq(level) & printed["indicator_id"].eq(indicator) & printed["year"].eq(year)]
    here = here[here["sex"].eq(sex) & here["age_group"].eq("total")]
    found = here.drop_duplicates("area_key").set_index("area_key")["value"].dropna()
    if found.empty and (level, indicator, sex) == ("bund", "population", "total") and year in POPULATION:
        return pd.Series({"DG": float(POPULATION[year])})
    return found


def _check_members(parts: pd.DataFrame, column: str, members: tuple[str, ...], what: str) -> list[tuple[object, ...]]:
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
    """The new rows, and sums (``computed``) for Länder and Bund in years with all Kreise but no published total."""
    # published events; people and areas are added up by sums.sql, balances follow by their formulas
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
        full = [key for key, *n in counts.itertuples() if n == 2 * [len(places.valid("kreis", int(key[1])))]]
        complete = lacking[pd.MultiIndex.from_frame(lacking[_GROUP]).isin(full)]
        sums = complete.groupby(["area_key", *_GROUP], as_index=False).agg(
            value=("value", "sum"), territory=("territory", "max"), source_id=("source_id", "first")
        )
        parts.append(sums.assign(level=level, status="computed")[COLUMNS])
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def report(answer: Answer, changes: Changes, sums: pd.DataFrame, names: pd.Series, threshold: float) -> str:
    """What the answer of a table changes and whether its sums are right, as lines of text."""
    table = answer.table
    lines = [*_years(changes), *_revised(changes, names, threshold), *_keys(changes, names)]
    lines += [*_left_out(answer), *_sums(sums)]
    return "\n  ".join([f"{table.title} ({table.code}, {table.database.name})", *lines])


def _years(changes: Changes) -> list[str]:
    lines = []
    for key, group in changes.new_years.groupby(["indicator_id", "level"]):
        indicator, level = (str(part) for part in key)
        values = german.count(int(group["rows"].sum()), "Wert", "Werte")
        word = "Neues Jahr" if len(group) == 1 else "Neue Jahre"
        lines.append(f"{word} {_year_list(group['year'])}: {_indicator_name(indicator)}, {_LEVELS[level]} ({values})")
    if not lines:
        lines.append("Neue Jahre: keine")
    if changes.silent:
        lines.append(f"Ohne Antwort, bleibt wie bisher: {_year_list(changes.silent)}")
    return lines


def _year_list(years: Iterable[int]) -> str:
    return german.listing([str(year) for year in sorted(years)])


def _revised(changes: Changes, names: pd.Series, threshold: float) -> list[str]:
    same = f"{german.count(changes.same, 'Wert', 'Werte')} unverändert"
    decimals = next((d for d in range(3) if round(threshold * 100, d) == round(threshold * 100, 9)), 3)
    percent = german.with_unit(threshold * 100, "%", decimals)
    number = len(changes.revised)
    if not number and not changes.slightly:
        return [f"Geänderte Werte: keine ({same})"]
    lines = [
        f"Geänderte Werte: {german.number(number + changes.slightly)}, davon {german.number(number)} um mehr als "
        f"{percent} ({same})"
    ]
    for row in _first_rows(changes.revised):
        share = "vorher 0" if math.isinf(row["change"]) else german.with_unit(row["change"] * 100, "%", 1, sign=True)
        lines.append(f"  {_describe(row, names)}: {german.number(row['old'])} → {german.number(row['new'])} ({share})")
    return lines + _count_of_unlisted(number)


def _keys(changes: Changes, names: pd.Series) -> list[str]:
    lines = []
    for frame, word in ((changes.added, "Neue Werte in bekannten Jahren"), (changes.vanished, "Verschwundene Werte")):
        if frame.empty:
            lines.append(f"{word}: keine")
            continue
        units = german.count(frame["area_key"].nunique(), "Gebiet", "Gebieten")
        lines.append(f"{word}: {german.number(len(frame))} in {units}")
        for row in _first_rows(frame):
            value = german.number(row["value"]) if "value" in row else f"bisher {german.number(row['old'])}, jetzt "
            if "side" in row:
                value += "keine Zeile" if row["side"] == "right_only" else "ein Zeichen"
            lines.append(f"  {_describe(row, names)}: {value}")
        lines += _count_of_unlisted(len(frame))
    return lines


def _left_out(answer: Answer) -> list[str]:
    lines = []
    if len(answer.unknown):
        units = answer.unknown.drop_duplicates("area_key")
        shown = ", ".join(f"{row['name']} ({row['area_key']})" for row in _first_rows(units.head(3)))
        number = german.count(len(units), "Gebiet, das", "Gebiete, die")
        lines.append(f"Nicht übernommen: {number} das Verzeichnis des Monitors nicht kennt: {shown}")
    if answer.later:
        lines.append(
            f"Nicht übernommen: Gemeinden {_year_list(answer.later)}; sie stehen auf einem neueren Gebietsstand als "
            f"dem vom 31.12.{TODAY}"
        )
    return lines


def _sums(sums: pd.DataFrame) -> list[str]:
    wrong = sums[sums["ok"].eq(False)]
    lines = []
    compared = int(sums["ok"].notna().sum())
    if compared and wrong.empty:
        lines.append(f"Summen: {german.count(compared, 'Vergleich', 'Vergleiche')}, ohne Abweichung")
    for row in _first_rows(wrong):
        lines.append(
            f"FALSCH  {_indicator_name(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}, {row['what']}: "
            f"erwartet {german.number(row['expected'])}, gefunden {german.number(row['found'])}"
        )
    lines += _count_of_unlisted(len(wrong))
    for row in _first_rows(sums[sums["ok"].isna() & sums["sex"].eq("total")]):
        lines.append(
            f"Ohne Vergleich: {_indicator_name(row['indicator_id'])} {row['year']}, zusammen "
            f"{german.number(row['found'])}; eine veröffentlichte Summe liegt nicht vor"
        )
    return lines


def _first_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows, which are listed individually."""
    return [{str(name): value for name, value in row.items()} for row in frame.head(MAX_LISTED).to_dict("records")]


def _count_of_unlisted(number: int) -> list[str]:
    return [f"  … und {german.number(number - MAX_LISTED)} weitere"] if number > MAX_LISTED else []


def _describe(row: dict[str, Any], names: pd.Series) -> str:
    ages = "" if row["age_group"] == "total" else f", {row['age_group']} Jahre"
    name = names.get(row["area_key"], row["area_key"])
    what = f"{_indicator_name(row['indicator_id'])} {row['year']}, {_SEX[row['sex']]}{ages}"
    return f"{name} ({row['area_key']}), {what}"


def _indicator_name(indicator_id: str) -> str:
    return str(catalogue().indicators[indicator_id]["name_de"])
