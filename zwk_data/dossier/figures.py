"""The figures of a dossier: each as a chart for the page and as plain numbers for paper and slides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.charts.births import births_chart
from zwk_data.charts.pyramid import pyramid_chart
from zwk_data.charts.trend import trend_chart
from zwk_data.demography import ages, areas, breaks, figures, portrait, series
from zwk_data.demography.breaks import Break, between
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.sources import attribution
from zwk_data.demography.subject import Subject
from zwk_data.demography.words import age_group
from zwk_data.dossier.model import Drawing, Figure, Kind, Role, Series

#: the roles of a trend's lines as those of a drawing
ROLES: dict[str, Role] = {
    "participant": "own", "kreis": "other", "land": "other", "bund": "quiet", "median": "quiet",
}  # fmt: skip


def source_of(frame: pd.DataFrame) -> str:
    """The source line of a frame with a column source_id."""
    return attribution(tuple(sorted(frame["source_id"].dropna().unique())))


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
    found = breaks.breaks(indicator.id, areas.land_keys(me.id))
    chart = trend_chart(
        frame,
        indicator,
        place=me.name,
        breaks=found,
        source=source_of(frame),
        filename=f"{me.id}_{indicator.id}",
        base_year=series.BASE_YEAR if as_index else None,
        note=f"{indicator.name}: {indicator.definition} {portrait.trend_note(found, frame)}",
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
        source=source_of(frame),
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
        source=source_of(frame),
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
