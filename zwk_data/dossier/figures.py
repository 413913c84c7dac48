"""The demography of a dossier: its charts, and key figures with their trend and a comparison."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts.chart import Figure, Series
from zwk_data.charts.trend import LINE_STYLES
from zwk_data.demography import ages, comparison, figures, groups, portrait
from zwk_data.demography.figures import CENSUS_BASE, mark, newest_first
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import NONE, source_line
from zwk_data.dossier.model import Fact, Facts, TableBlock
from zwk_data.german import MISSING, number, rounded, with_unit
from zwk_data.views import demography


def trend(me: Subject, indicator: Indicator) -> Figure | None:
    """One indicator over the years beside Kreis, Land, Germany and the median of the participants, counts as an index.

    Small places show their numbers alone. None if the participant has fewer than two figures: that is no trend.
    """
    as_index = indicator.has_index and not me.small
    compare = as_index or not indicator.is_count
    around = tuple(portrait.preselected(list(me.around))) if compare else ()
    found, _ = demography.trend(me, indicator, around, median=compare, as_index=as_index)
    own = [one for one in found.drawing.series if one.look == LINE_STYLES["participant"]] if found else []
    return found if own and _number_of_values(own[0]) > 1 else None


def pyramid(me: Subject) -> Figure | None:
    """The newest pyramid beside the Land (or Germany); None without people by age."""
    known = ages.years(me.id)
    return demography.pyramid(me, known[0], portrait.against(list(me.around))) if known else None


def births(me: Subject) -> Figure | None:
    """Births and deaths; None without figures."""
    found = demography.births(me)
    return found if found and min(_number_of_values(one) for one in found.drawing.series[:2]) > 1 else None


def _number_of_values(one: Series) -> int:
    return sum(value is not None for value in one.values)


#: shown as big numbers, in this order, those older than the programme last; the table has the rest
BIG = (
    "population",
    "census_share_67plus",
    "share_65plus",
    "mean_age",
    "old_age_ratio",
    "natural_balance_rate",
    "net_migration_rate",
)
TABLE = (
    "population_index", "density", "census_share_under16", "census_share_67plus", "share_under18", "share_18_64",
    "share_65plus", "share_80plus", "mean_age",
    "youth_ratio", "old_age_ratio", "share_female", "census_share_foreign", "share_foreign", "birth_rate", "death_rate",
    "natural_balance_rate", "net_migration_rate",
)  # fmt: skip
#: units written after a big number
SHORT_UNITS = ("%", "Jahre")
#: years that a trend should span
SPAN = 10


def key_facts(me: Subject, catalog: dict[str, Indicator]) -> Facts:
    """The big numbers; unpublished ones are left out, and are „nicht belegt“ in the table."""
    own = figures.totals(me.id)
    used = {key: own[own["indicator_id"] == key] for key in BIG if key in set(own["indicator_id"])}
    order = newest_first(used, lambda key: int(used[key]["year"].iloc[-1]))
    found = tuple(_key_fact(me, catalog[key], used[key]) for key in order)
    shown = [pd.concat([mine.tail(1), _spell(catalog[key], mine)]) for key, mine in used.items()]
    return Facts(found, source_line(pd.concat(shown), computed=True) if shown else NONE)


def _key_fact(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> Fact:
    last = mine.iloc[-1]
    year = int(last["year"])
    # „je 1.000 Personen“ would be longer than the number; the name of such a rate says it
    unit = indicator.unit if indicator.unit in SHORT_UNITS else ""
    value = with_unit(last["value"], unit, indicator.decimals, sign=indicator.centre is not None)
    return Fact(
        indicator.name,
        value,
        mark(year) or indicator.when(year),
        _change(me, indicator, mine),
        _position(me, indicator, year),
    )


def _change(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> str:
    """„−1.234 (−3,4 %) von 2013 bis 2023“: over about ten years, for the population on one census base."""
    spell = _spell(indicator, mine)
    if spell.empty:
        return ""
    first, last = spell.iloc[0], spell.iloc[1]
    change = float(last["value"]) - float(first["value"])
    span = f"von {int(first['year'])} bis {int(last['year'])}"
    if indicator.id == "population":
        share = with_unit(100 * change / first["value"], "%", 1, sign=True)
        told = number(change, sign=True) if me.small else f"{number(change, sign=True)} ({share})"
        return f"{told} {span}"
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit if indicator.unit in SHORT_UNITS else ""
    return f"{with_unit(change, unit, indicator.decimals, sign=True)} {span}"


def _spell(indicator: Indicator, mine: pd.DataFrame) -> pd.DataFrame:
    """The two figures whose difference is given, about ten years apart; none where there are fewer than two."""
    known = mine[mine["year"].between(*CENSUS_BASE)] if indicator.id == "population" else mine
    if len(known) < 2:
        return known.head(0)
    before = known[known["year"] <= known["year"].iloc[-1] - SPAN]
    spell: pd.DataFrame = pd.concat([before.tail(1) if len(before) else known.head(1), known.tail(1)])
    return spell


def _position(me: Subject, indicator: Indicator, newest: int) -> str:
    """The position among the Gemeinden (Kreise) of the Land; by size among the participants."""
    year = min(newest, CENSUS_BASE[1]) if indicator.id == "population" else newest
    if (me.small and indicator.unit == "%") or year not in comparison.years(me.id, indicator.id):
        return ""
    by_size = indicator.id == "population" or "land" not in {group.key for group in groups.groups(me.id)}
    key = "teilnehmende" if by_size else "land"
    frame = comparison.position(comparison.distribution(me.id, indicator.id, year, (key,)))
    words = str(frame["words"].iloc[0]) if len(frame) else ""
    if words in ("", comparison.NO_FIGURE):
        return ""
    if by_size:
        return words.replace(" Kommunen", " teilnehmenden Kommunen")
    # the words name how many, the group's name says where: „Gemeinden in Sachsen“
    return f"{words} in {str(frame['group_name'].iloc[0]).partition(' in ')[2]}"


def key_table(me: Subject, catalog: dict[str, Indicator]) -> TableBlock:
    """All shares and rates beside Kreis, Land and Germany, in the newest year that the participant has."""
    own = figures.totals(me.id)
    beside = portrait.preselected(list(me.around))
    rows, used = [], []
    latest = own.groupby("indicator_id")["year"].max().to_dict()
    for key in newest_first(TABLE, latest.get):
        mine = own[own["indicator_id"] == key]
        indicator = catalog[key]
        row: dict[str, object] = {"Kennzahl": indicator.with_unit}
        if len(mine):
            last = mine.iloc[-1]
            around = comparison.references(me.id, key, int(last["year"]))
            values = {(role, name): value for role, name, value in around[["role", "name", "value"]].to_numpy()}
            row |= {"Jahr": int(last["year"]), me.short: rounded(float(last["value"]), indicator.decimals)}
            row |= {
                one.name: rounded(float(values.get((one.level, one.name), float("nan"))), indicator.decimals)
                for one in beside
            }
            used += [mine.tail(1), around]
        rows.append(row)
    columns = ["Kennzahl", "Jahr", me.short, *(one.name for one in beside)]
    frame = pd.DataFrame(rows, columns=columns).astype({"Jahr": "Int64"})
    frame = frame.astype(dict.fromkeys(columns[2:], float))
    return TableBlock(
        f"{me.name} neben den umgebenden Gebieten",
        frame,
        source_line(pd.concat(used)) if used else NONE,
        f"„{MISSING}“ heißt nicht belegt. Gebietsstand 31.12.2023; ältere Zahlen sind darauf umgerechnet.",
        dict.fromkeys(columns[2:], 1),
    )
