"""A line per area over the years: the participant in colour, what it is compared with in greys, breaks as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart, Look
from zwk_data.charts.marks import spread
from zwk_data.demography.indicators import STATUS, Indicator
from zwk_data.demography.series import CENSUS_DAY, CENSUS_TIME, Break, Recount, between
from zwk_data.german import all_rounded, number, with_unit

HEIGHT = 420
#: the part of the height that the plot has, for spreading labels; and what one line of a label needs
PLOT_HEIGHT, LABEL_HEIGHT = 330, 18
#: each role's line; several areas of one role differ by their label
LINE_STYLES = {
    "participant": Look(chart.ACCENT, weight=3.0),
    "kreis": Look(chart.INK, weight=1.6),
    "land": Look(chart.MUTED, weight=1.6),
    "bund": Look(chart.QUIET, weight=1.6),
    "median": Look(chart.MUTED, weight=1.6, dash="dot"),
}
#: several participants in one figure: each its colour and, for grey print, its own dash where colours repeat
SEVERAL = ("participant", "second", "third", "fourth", "fifth", "sixth")
LINE_STYLES |= {
    "second": Look(chart.WARM, weight=2.2),
    "third": Look("#6b4c9a", weight=2.2),
    "fourth": Look(chart.INK, weight=2.2, dash="dash"),
    "fifth": Look("#5f7a1f", weight=2.2, dash="dash"),
    "sixth": Look(chart.MUTED, weight=2.2, dash="dot"),
}
CENSUS = f"Zensus {CENSUS_DAY:%d.%m.%Y}"
#: the count of a census beside the line of the participant, and the way from that line to it
COUNT = Look(chart.WARM, weight=1.6, dash="dash")
#: values that were not counted exactly are drawn hollow
NOT_COUNTED = ("rounded", "estimated")
#: a label's longest line, and the pixels of a letter: on a phone the labels must leave room for the lines
LABEL_LENGTH, LETTER = 15, 7
#: lines shine through behind a label
LABEL_GROUND = "rgba(255,255,255,0.8)"
SHORT_LAND = {
    "Baden-Württemberg": "Baden-Württ.",
    "Mecklenburg-Vorpommern": "Meckl.-Vorp.",
    "Nordrhein-Westfalen": "NRW",
    "Schleswig-Holstein": "Schlesw.-Holst.",
}
#: a line that ends at least this many years early is named at its own end
EARLY_END = 3
Run = list[tuple[int, float]]


def trend_chart(
    series: pd.DataFrame,
    indicator: Indicator,
    *,
    breaks: Sequence[Break],
    caption: Caption,
    base_year: int | None = None,
    place: str = "",
    recount: Recount | None = None,
) -> Chart:
    """Draw the series of ``demography.series.trend``.

    ``series``: role, name, year, value, status, segment (a line never runs from one segment into the next). Years that
    follow each other are joined by a line, years apart by a dotted one; lone years are points. ``breaks`` inside the
    span are marked and named. ``base_year``: the values are an index, that year = 100. ``place``: for the title.
    ``recount``: a count to mark beside the participant's line, with what it added or took away.
    """
    known = series.dropna(subset="value")
    figure = chart.house_figure(HEIGHT, margin=chart.margin(44, right=12 + LETTER * LABEL_LENGTH))
    years = known["year"]
    span = [float(years.min()) - 0.7, float(years.max()) + 0.7] if len(years) else [2000, 2025]
    figure.update_xaxes(tickformat="d", range=span)
    is_from_zero = indicator.is_count and not base_year
    figure.update_yaxes(tickformat=",~f", rangemode="tozero" if is_from_zero else "normal")
    unit, decimals = ("", 1) if base_year else (indicator.unit, indicator.decimals)
    order = [role for role in reversed(LINE_STYLES) if role in set(known["role"])]
    for role in order:
        for name, one in known[known["role"] == role].groupby("name", sort=False):
            add_line(figure, one, str(name), role, unit, decimals)
    marked = mark_breaks(figure, known, breaks)
    _label_ends(figure, known)
    scale = 100 / recount.base if recount and base_year else 1.0
    if recount:
        _mark_count(figure, recount, scale, unit, decimals)
    title = f"{indicator.name}, {base_year} = 100" if base_year else indicator.with_unit
    title = f"{place}: {title}" if place else title
    if base_year:
        figure.add_hline(100, line={"color": chart.QUIET, "width": 1})
    return Chart(
        figure=figure,
        title=title,
        alt=_alt_text(known, indicator, base_year, marked) + (f" {recount.words}" if recount else ""),
        source=caption.source,
        table=_series_table(_with_count(series, recount, scale), indicator, base_year),
        filename=caption.filename,
        note=caption.note,
    )


def runs(one: pd.DataFrame) -> tuple[list[Run], list[Run]]:
    """Split one series into unbroken runs of neighbouring years, and the bridges over years without figures.

    Neither crosses a segment. A run can be a single point; a bridge always has two.
    """
    solid: list[Run] = []
    bridges: list[Run] = []
    before: tuple[int, float, int] | None = None
    for year, value, segment in zip(one["year"], one["value"], one["segment"], strict=True):
        point = (int(year), float(value))
        if before is not None and before[2] == segment and year == before[0] + 1:
            solid[-1].append(point)
        else:
            if before is not None and before[2] == segment:
                bridges.append([before[:2], point])
            solid.append([point])
        before = (*point, int(segment))
    return solid, bridges


def add_line(figure: go.Figure, series: pd.DataFrame, name: str, role: str, unit: str, decimals: int) -> None:
    """Add a series (year, value, status, segment) in the style of its ``role``, a key of ``LINE_STYLES``.

    Lines are parted where the segment changes; ``unit`` and ``decimals`` are for the text under the pointer.
    """
    look = LINE_STYLES[role]
    colour, width, dash = look.colour, look.weight, look.dash
    solid, bridges = runs(series)
    for path, line in (
        (solid, {"color": colour, "width": width, "dash": dash}),
        (bridges, {"color": colour, "width": width if dash == "dot" else max(width - 1, 1), "dash": "dot"}),
    ):
        x, y = _with_gaps(path)
        if len(x):
            figure.add_scatter(x=x, y=y, mode="lines", name=name, hoverinfo="skip", line=line)
    ends = {run[0][0] for run in solid} | {run[-1][0] for run in solid}
    hollow = series["status"].isin(NOT_COUNTED)
    # every value can be pointed at; only lone years, ends and values that are not the count itself are drawn as points
    size = np.where(hollow | series["year"].isin(ends), 6 if role == "participant" else 4, 0.1)
    rim = {"color": colour, "width": np.where(size > 1, 1.5, 0)}
    shown = f"%{{y:,.{decimals}f}}\u00a0{unit}".rstrip("\u00a0")
    figure.add_scatter(
        x=series["year"].to_numpy(),
        y=all_rounded(series["value"], decimals),
        mode="markers",
        name=name,
        marker={"size": size, "color": np.where(hollow, chart.PAPER, colour), "line": rim},
        customdata=np.where(hollow, ", " + series["status"].map(STATUS), ""),
        hovertemplate=f"<b>{name}</b><br>%{{x}}: {shown}%{{customdata}}<extra></extra>",
    )


def _with_gaps(paths: list[Run]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All paths in one line, parted by gaps."""
    points = [point for path in paths if len(path) > 1 for point in (*path, (np.nan, np.nan))][:-1]
    array = np.array(points, dtype=np.float64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def mark_breaks(figure: go.Figure, known: pd.DataFrame, breaks: Sequence[Break]) -> str:
    """Mark and name the breaks within the years of ``known``; returns a sentence about them for the alt text."""
    marked = between(list(breaks), int(known["year"].min()), int(known["year"].max())) if len(known) else []
    place = {"yref": "paper", "yanchor": "bottom", "xanchor": "center"}
    for one in marked:
        x = (one.year_before + one.year_after) / 2
        figure.add_vline(x, line={"color": chart.WARM, "width": 1, "dash": "dash"})
        name = one.name.replace(" ", "<br>")
        figure.add_annotation(chart.label(name, x, 1, place, size=12, colour=chart.WARM))
    return f" Brüche: {', '.join(one.name for one in marked)}." if marked else ""


def _mark_count(figure: go.Figure, recount: Recount, scale: float, unit: str, decimals: int) -> None:
    """The count as a mark on its day, and a line down (or up) to it from the people carried forward."""
    start, end = recount.carried * scale, recount.counted * scale
    line = {"color": COUNT.colour, "width": COUNT.weight, "dash": COUNT.dash}
    figure.add_scatter(
        x=[recount.year, CENSUS_TIME, CENSUS_TIME],
        y=[start, start, end],
        mode="lines",
        hoverinfo="skip",
        line=line,
        showlegend=False,
    )
    shown = f"{with_unit(end, unit, decimals)}; {recount.short} gegenüber 31.12.{recount.year}"
    figure.add_scatter(
        x=[CENSUS_TIME],
        y=all_rounded([end], decimals),
        mode="markers",
        name=CENSUS,
        marker={"size": 10, "symbol": "diamond", "color": COUNT.colour, "line": {"color": chart.PAPER, "width": 1}},
        hovertemplate=f"<b>{CENSUS}</b><br>{shown}<extra></extra>",
        showlegend=False,
    )
    # beside the mark, on the side away from the labels at the ends of the lines
    place = {"xanchor": "right", "yanchor": "middle", "xshift": -9, "align": "right", "bgcolor": LABEL_GROUND}
    text = f"{CENSUS}<br>{recount.short}"
    figure.add_annotation(chart.label(text, CENSUS_TIME, end, place, size=13, colour=COUNT.colour))


def _with_count(series: pd.DataFrame, recount: Recount | None, scale: float) -> pd.DataFrame:
    """The series with two more rows: the count, and what it added to the people carried forward or took away."""
    if recount is None:
        return series
    rows = pd.DataFrame(
        {
            "name": [CENSUS, f"Zensus gegenüber 31.12.{recount.year}: {recount.short}"],
            "year": [CENSUS_DAY.year] * 2,
            "value": [recount.counted * scale, recount.difference * scale],
            "status": ["reported", "computed"],
        }
    )
    return pd.concat([series, rows], ignore_index=True)


def _label_ends(figure: go.Figure, known: pd.DataFrame) -> None:
    """Name each line at its end; labels that would overlap are moved apart."""
    if known.empty:
        return
    right = known["year"].max()
    ends = known.sort_values("year", kind="stable").groupby(["role", "name"], sort=False).tail(1)
    early = ends["year"] <= right - EARLY_END
    for year, value, role, name in ends.loc[early, ["year", "value", "role", "name"]].itertuples(index=False):
        beside = {"yanchor": "top", "yshift": -5} if role == "median" else {"yanchor": "bottom", "yshift": 5}
        label = _label_of(str(name), role, xanchor="center", **beside)
        figure.add_annotation(chart.label(x=year, y=value, **label))
    ends = ends[~early].sort_values("value", ignore_index=True, kind="stable")
    low, high = known["value"].min(), known["value"].max()
    room = (high - low or abs(high) or 1.0) * LABEL_HEIGHT / PLOT_HEIGHT
    lines = [len(label_lines(str(name), role)) for role, name in zip(ends["role"], ends["name"], strict=True)]
    # a label of two lines takes two places and stands in their middle
    slots = spread(np.repeat(ends["value"].to_numpy(dtype=np.float64), lines), room)
    places = [float(part.mean()) for part in np.split(slots, np.cumsum(lines)[:-1])]
    for place, role, name in zip(places, ends["role"], ends["name"], strict=True):
        figure.add_annotation(chart.end_label(str(name), x=right, y=place, **_label_of(str(name), role, xshift=8)))


def _label_of(name: str, role: str, **place: object) -> dict[str, Any]:
    """Words and look of the label of a line."""
    return {
        "text": "<br>".join(label_lines(name, role)),
        "place": {**place, "bgcolor": LABEL_GROUND},
        "size": 14 if role == "participant" else 13,
        "colour": chart.MUTED if role == "bund" else LINE_STYLES[role].colour,
    }


def label_lines(name: str, role: str) -> list[str]:
    """A label in one or two short lines; what does not fit ends in an ellipsis."""
    if role == "median":
        return ["Median"]
    name = SHORT_LAND.get(name, name)
    if len(name) <= LABEL_LENGTH:
        return [name]
    lines = [""]
    for word in name.replace("-", "- ").split():
        longer = f"{lines[-1]}{'' if lines[-1].endswith('-') else ' '}{word}".strip()
        if len(longer) <= LABEL_LENGTH or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], lines[1] + "…"]
    return [line if len(line) <= LABEL_LENGTH else line[: LABEL_LENGTH - 1].rstrip(" …-") + "…" for line in lines]


def _alt_text(known: pd.DataFrame, indicator: Indicator, base_year: int | None, marked: str) -> str:
    name = f"{indicator.name} als Index ({base_year} = 100)" if base_year else indicator.name
    own = known[known["role"] == "participant"]
    if own.empty:
        return f"Linien: {name}. Für die Kommune selbst liegt keine Zahl vor."
    first, last = own.iloc[0], own.iloc[-1]

    def value_text(value: float) -> str:
        return number(value, 1) if base_year else with_unit(value, indicator.unit, indicator.decimals)

    start, end = (f"{value_text(row['value'])} ({row['year']})" for row in (first, last))
    lead = f"Linien: {name}. {first['name']} {f'von {start} auf {end}' if len(own) > 1 else start}."
    others = [
        f"{label} {value_text(row['value'])} ({row['year']})"
        for label, row in known[known["role"] != "participant"].groupby("name", sort=False).last().iterrows()
    ]
    beside = f" Daneben: {'; '.join(others)}." if others else ""
    return lead + beside + marked


def _series_table(series: pd.DataFrame, indicator: Indicator, base_year: int | None) -> pd.DataFrame:
    value = f"Index, {base_year} = 100" if base_year else indicator.with_unit
    values = all_rounded(series["value"], 1 if base_year else indicator.decimals)
    rows = series.assign(year=series["year"].astype("Int64"), value=values, status=series["status"].map(STATUS))
    return chart.table(rows, {"name": "Gebiet", "year": "Jahr", "value": value, "status": "Angabe"})
