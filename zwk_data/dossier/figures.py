"""The figures of a dossier: each as a chart for the page and as plain numbers for paper and slides.

Key figures with trend and comparison: where a participant stands, how it got there, and whether that is usual.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.charts.chart import Caption
from zwk_data.charts.pyramid import births_chart, pyramid_chart
from zwk_data.charts.trend import trend_chart
from zwk_data.demography import ages, areas, comparison, figures, groups, portrait, series
from zwk_data.demography.figures import CENSUS_BASE
from zwk_data.demography.indicators import Indicator, age_group, source_line
from zwk_data.demography.portrait import Subject
from zwk_data.demography.series import Break, between
from zwk_data.dossier.model import Drawing, Fact, Facts, Figure, Kind, Role, Series, Table
from zwk_data.german import MISSING, number, with_unit

#: the roles of a trend's lines as those of a drawing
ROLES: dict[str, Role] = {
    "participant": "own", "kreis": "other", "land": "other", "bund": "quiet", "median": "quiet",
}  # fmt: skip


def trend(me: Subject, indicator: Indicator) -> Figure | None:
    """One indicator over the years beside Kreis, Land, Germany and the median of the participants, counts as an index.

    Small places show their numbers alone. None if the participant has fewer than two figures: that is no trend.
    """
    as_index = indicator.has_index and not me.small
    compare = as_index or not indicator.is_count
    around = portrait.preselected(list(me.around)) if compare else []
    frame = series.trend(me.id, me.short, indicator.id, around, median=compare, as_index=as_index)
    own = frame[(frame["role"] == "participant") & frame["value"].notna()]
    if len(own) < 2:
        return None
    found = series.breaks(indicator.id, areas.land_keys(me.id))
    chart = trend_chart(
        frame,
        indicator,
        place=me.name,
        breaks=found,
        caption=Caption(
            source_line(frame),
            f"{me.id}_{indicator.id}",
            f"{indicator.name}: {indicator.definition} {portrait.trend_note(found, frame)}",
        ),
        base_year=series.BASE_YEAR if as_index else None,
    )
    axis = f"{indicator.name}, {series.BASE_YEAR} = 100" if as_index else indicator.with_unit
    note = chart.note.replace("Hohle Punkte sind", "Manche Zahlen sind")
    return Figure(chart, _lines(frame, found, axis, 1 if as_index else indicator.decimals), note)


def _lines(frame: pd.DataFrame, found: list[Break], axis: str, decimals: int) -> Drawing:
    """The lines of a trend; a break stands as a category of its own, so that no line runs across it."""
    known = frame.dropna(subset="value")
    first, last = int(known["year"].min()), int(known["year"].max())
    marked = {one.year_after: one.name for one in between(found, first, last)}
    places: list[int | None] = []
    categories: list[str] = []
    marks: list[tuple[str, str]] = []
    for year in range(first, last + 1):
        if year in marked:
            # blanks, each time one more: names of categories must differ
            categories.append(" " * (len(marks) + 1))
            places.append(None)
            marks.append((categories[-1], marked[year]))
        categories.append(str(year))
        places.append(year)
    lines = []
    for (role, name), one in known.groupby(["role", "name"], sort=False):
        values = dict(zip(one["year"].astype(int), one["value"].astype(float), strict=True))
        shown = tuple(round(values[year], decimals) if year in values else None for year in places)
        lines.append(Series(str(name), shown, ROLES[str(role)]))
    return Drawing("lines", tuple(categories), tuple(lines), axis, decimals, tuple(marks))


def pyramid(me: Subject) -> Figure | None:
    """The newest pyramid beside the Land (or Germany); None without people by age."""
    known = ages.years(me.id)
    if not known:
        return None
    year, other = known[0], portrait.against(list(me.around))
    frame = ages.pyramid(me.id, year, other)
    chart = pyramid_chart(
        frame,
        me.name,
        year,
        other_name=other.name,
        source=source_line(frame),
        filename=f"{me.id}_altersaufbau_{year}",
        in_percent=not me.small,
    )
    everyone = ages.pyramids(me.id, other)
    return Figure(chart, _bars_of_ages(everyone[everyone["year"] == year].reset_index(drop=True), me, other.name))


def _bars_of_ages(frame: pd.DataFrame, me: Subject, other_name: str) -> Drawing:
    """Persons per year of age in the 17 groups, which differ in width; the other area as if it had as many people."""
    width = frame["age_to"] - frame["age_from"]
    scale = frame["total"].sum() / frame["other_total"].sum() if frame["other_total"].sum() > 0 else np.nan
    sides = ("male", "female") if frame["male"].notna().all() else ("total",)
    names = {"male": "Männer", "female": "Frauen", "total": me.short}

    def values(column: str, factor: float = 1.0) -> tuple[float | None, ...]:
        per_year = frame[column] / width * factor
        return tuple(None if np.isnan(value) else round(float(value), 1) for value in per_year)

    drawn = [Series(names[side], values(side)) for side in sides]
    if not np.isnan(scale):
        beside = (
            f"{other_name}, {names[side]}" if side != "total" else f"{other_name}, gleich viele Menschen"
            for side in sides
        )
        drawn += [
            Series(name, values(f"other_{side}", scale), "quiet") for name, side in zip(beside, sides, strict=True)
        ]
    kind: Kind = "pyramid" if len(sides) == 2 else "bars"
    groups = tuple(age_group(str(group)) for group in frame["age_group"])
    return Drawing(kind, groups, tuple(drawn), "Personen je Altersjahr", 1)


def births(me: Subject) -> Figure | None:
    """Births and deaths; None without figures."""
    frame = figures.events(me.id)
    if frame.empty or frame[["births", "deaths"]].notna().all(axis=1).sum() < 2:
        return None
    chart = births_chart(
        frame,
        me.name,
        source=source_line(frame),
        filename=f"{me.id}_geburten_sterbefaelle",
        note=f"Zahlen liegen hier bis {frame['year'].max()} vor. Gebietsstand 31.12.2023.",
    )
    known = frame.dropna(subset=["births", "deaths"], how="all")

    def values(column: str) -> tuple[float | None, ...]:
        return tuple(None if np.isnan(value) else float(value) for value in known[column])

    drawn = (
        Series("Geburten", values("births")),
        Series("Sterbefälle", values("deaths"), "other"),
        Series("Saldo", values("balance"), "warm"),
    )
    return Figure(chart, Drawing("columns", tuple(str(y) for y in known["year"]), drawn, "Personen im Jahr", 0))


#: big numbers, in this order; the rest of the profile stands in the table
BIG = ("population", "share_65plus", "mean_age", "old_age_ratio", "natural_balance_rate", "net_migration_rate")
TABLE = (
    "population_index", "density", "share_under18", "share_18_64", "share_65plus", "share_80plus", "mean_age",
    "youth_ratio", "old_age_ratio", "share_female", "share_foreign", "birth_rate", "death_rate",
    "natural_balance_rate", "net_migration_rate",
)  # fmt: skip
#: units that stand behind a big number
SHORT_UNITS = ("%", "Jahre")
#: years that a trend should span
SPAN = 10


def key_facts(me: Subject, catalog: dict[str, Indicator]) -> Facts:
    """The big numbers; what nobody published is left out, and stands in the table as „nicht belegt“."""
    own = figures.totals(me.id)
    found, used = [], []
    for key in BIG:
        mine = own[own["indicator_id"] == key]
        if mine.empty:
            continue
        used.append(mine)
        found.append(_fact(me, catalog[key], mine))
    source = source_line(pd.concat(used)) if used else "keine"
    return Facts(tuple(found), source)


def _fact(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> Fact:
    last = mine.iloc[-1]
    year = int(last["year"])
    when = f"im Jahr {year}" if indicator.per_year else f"am 31.12.{year}"
    # „je 1.000 Personen“ would be longer than the number; the name of such a rate says it
    unit = indicator.unit if indicator.unit in SHORT_UNITS else ""
    value = with_unit(last["value"], unit, indicator.decimals, sign=indicator.centre is not None)
    return Fact(indicator.name, value, when, _trend(me, indicator, mine), _compared(me, indicator, year))


def _trend(me: Subject, indicator: Indicator, mine: pd.DataFrame) -> str:
    """„−1.234 (−3,4 %) seit 2013“: over about ten years, for people counted forward on one census base."""
    known = mine
    if indicator.id == "population":
        known = mine[mine["year"].between(*CENSUS_BASE)]
    if len(known) < 2:
        return ""
    last = known.iloc[-1]
    before = known[known["year"] <= last["year"] - SPAN]
    first = before.iloc[-1] if len(before) else known.iloc[0]
    change = float(last["value"]) - float(first["value"])
    span = f"von {int(first['year'])} bis {int(last['year'])}"
    if indicator.id == "population":
        share = with_unit(100 * change / first["value"], "%", 1, sign=True)
        told = number(change, sign=True) if me.small else f"{number(change, sign=True)} ({share})"
        return f"{told} {span}"
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit if indicator.unit in SHORT_UNITS else ""
    return f"{with_unit(change, unit, indicator.decimals, sign=True)} {span}"


def _compared(me: Subject, indicator: Indicator, newest: int) -> str:
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


def key_table(me: Subject, catalog: dict[str, Indicator]) -> Table:
    """All shares and rates beside Kreis, Land and Germany, in the newest year that the participant has."""
    own = figures.totals(me.id)
    beside = portrait.preselected(list(me.around))
    rows, used = [], []
    for key in TABLE:
        mine = own[own["indicator_id"] == key]
        indicator = catalog[key]
        row: dict[str, object] = {"Kennzahl": indicator.with_unit}
        if len(mine):
            last = mine.iloc[-1]
            around = comparison.references(me.id, key, int(last["year"]))
            values = {(role, name): value for role, name, value in around[["role", "name", "value"]].to_numpy()}
            row |= {"Jahr": int(last["year"]), me.short: round(float(last["value"]), indicator.decimals)}
            row |= {one.name: _rounded(values.get((one.level, one.name)), indicator.decimals) for one in beside}
            used += [mine.tail(1), around]
        rows.append(row)
    columns = ["Kennzahl", "Jahr", me.short, *(one.name for one in beside)]
    frame = pd.DataFrame(rows, columns=columns).astype({"Jahr": "Int64"})
    frame = frame.astype(dict.fromkeys(columns[2:], float))
    return Table(
        f"{me.name} neben den umgebenden Gebieten",
        frame,
        source_line(pd.concat(used)) if used else "keine",
        f"„{MISSING}“ heißt nicht belegt. Gebietsstand 31.12.2023; ältere Zahlen sind darauf umgerechnet.",
        dict.fromkeys(columns[2:], 1),
    )


def _rounded(value: float | None, decimals: int) -> float:
    return float("nan") if value is None else round(float(value), decimals)
