"""A strip per comparison group: every member a dot, the place in colour, the median and the middle half marked.

The name of a group stands above its strip at every width: a figure does not know how wide it is drawn, and on a phone
a name of 50 letters beside the strip would leave no room for the dots.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.scales import Scale, density, scale, swarm
from zwk_data.demography.groups import NOUNS
from zwk_data.demography.indicators import Indicator
from zwk_data.german import all_rounded, count, listing, number, with_unit


def value_text(value: float, indicator: Indicator) -> str:
    """A value with the decimals and the unit of its indicator."""
    return with_unit(value, indicator.unit, indicator.decimals)


def short_value_text(value: float, indicator: Indicator) -> str:
    """The same for tight places: a long unit is left to the title of the axis."""
    return value_text(value, indicator) if len(indicator.unit) <= 3 else number(value, indicator.decimals)


def _alt_text(positions: pd.DataFrame, indicator: Indicator, year: int, name: str) -> str:
    lead = f"Streifen je Gruppe: {indicator.name}, {year}."
    if positions.empty:
        return f"{lead} Keine Gruppe gewählt."
    value = float(positions["value"].iloc[0])
    if pd.isna(value):
        return f"{lead} {name}: keine Angabe."
    groups = [": ".join(pair) for pair in zip(positions["group_name"], positions["words"], strict=True)]
    return f"{lead} {name}: {value_text(value, indicator)}. {'; '.join(groups)}."


def _how_to_read(positions: pd.DataFrame, has_areas: bool, outside: int, year: int, name: str, note: str) -> str:
    """How to read the drawing, and what is known about the groups."""
    sentences = []
    if len(positions) and positions["value"].isna().all():
        sentences.append(f"Für {name} gibt es für {year} keine Zahl.")
    how = "Jeder graue Punkt ist ein Ort" + (
        ", in großen Gruppen zeigt die Fläche, wo viele liegen" if has_areas else ""
    )
    sentences.append(f"{how}. Strich: Median; helles Band: die mittlere Hälfte.")
    if outside:
        sentences.append(f"Pfeile am Rand: {count(outside, 'Wert liegt', 'Werte liegen')} außerhalb der Achse.")
    missing = [
        f"{count(int(one['n_missing']), *NOUNS[str(one['level'])])} ({one['group_name']})"
        for one in positions.to_dict("records")
        if one["n_missing"]
    ]
    if missing:
        sentences.append(f"Ohne Angabe: {listing(missing)}.")
    notes = list(positions["note"].astype(str)) if len(positions) else []
    group_notes = dict.fromkeys(f"{one.rstrip('.')}." for text in notes for one in text.split(". ") if one)
    return " ".join([*sentences, *group_notes, *filter(None, [note])])


def _group_table(
    positions: pd.DataFrame, references: pd.DataFrame | None, indicator: Indicator, name: str
) -> pd.DataFrame:
    values = ["value", "median", "p25", "p75"]
    counts = ["n", "n_missing", "rank"]
    types = dict.fromkeys(values, float) | dict.fromkeys(counts, "Int64") | {"group_name": str, "words": str}
    names = {"group_name": "Gruppe", "n": "Anzahl", "n_missing": "Ohne Angabe", "value": name, "rank": "Rang"}
    names |= {"median": "Median", "p25": "Unteres Viertel bis", "p75": "Oberes Viertel ab", "words": "Einordnung"}
    rows = positions.astype(types)
    rows[values] = rows[values].apply(all_rounded, decimals=indicator.decimals)
    result = chart.table(rows, names)
    if references is None or references.empty:
        return result
    own = pd.DataFrame(
        {
            "Gruppe": references["name"] + " insgesamt",
            "Einordnung": [f"Wert des Gebiets: {number(value, indicator.decimals)}" for value in references["value"]],
        }
    )
    return pd.concat([result, own], ignore_index=True)[result.columns]


#: dots with a name in one figure: 1,200 keep it under 60 kB; larger groups are drawn as an area of their density
MOST_DOTS = 1200
#: how many at each end of a group drawn as an area are still dots with a name
ENDS = 3
#: pixels: half the height of a strip, a line of text, the room between rows
HALF, LINE, GAP = 24, 19, 16
#: letters in a line of text, so that it fits a phone
LETTERS = 50
DOT = "#8b98a5"
AREA = "#ccd5dd"
#: the middle half: the accent colour, pale enough to lie over an area
BAND = "rgba(11,92,110,0.18)"


@dataclass(frozen=True)
class _Row:
    """One group on the drawing: its text (HTML lines), the centre of its strip, its members."""

    text: str
    top: float
    centre: float
    members: pd.DataFrame
    as_area: bool


def strip_chart(
    distribution: pd.DataFrame,
    positions: pd.DataFrame,
    indicator: Indicator,
    year: int,
    caption: Caption,
    *,
    name: str = "",
    references: pd.DataFrame | None = None,
) -> Chart:
    """Draw ``demography.comparison.distribution`` and its ``position``, one row per group.

    ``name``: short name of the place for its label. ``references`` (role, name, value): single values of Kreis, Land
    and Bund, drawn in a row of their own unless they are counts, which grow with the area. Members beyond the axis
    (the outermost percent where it lies far off) are arrows at its edge.
    """
    name = name or next(iter(distribution.loc[distribution["is_place"].astype(bool), "name"]), "Kommune")
    beside = references if references is not None and not indicator.is_count else None
    around = beside["value"].to_numpy(dtype=np.float64) if beside is not None else np.zeros(0)
    measure = scale(distribution, around, indicator)
    rows, height = _laid_out(distribution, positions, indicator)
    figure = chart.house_figure(int(height) + 80, margin=chart.margin(28, bottom=52))
    for row in rows:
        if row.as_area:
            _draw_area(figure, row, measure)
    _draw_middle_halves(figure, rows, positions)
    outside = sum(_draw_members(figure, row, measure, indicator) for row in rows)
    _draw_medians(figure, rows, positions)
    texts = [_row_text(row.text, row.top) for row in rows]
    if beside is not None and len(beside):
        text, height = _draw_references(figure, beside, height, indicator)
        texts.append(text)
    texts += _draw_place(figure, rows, positions, name, indicator, measure)
    # all at once: plotly checks every annotation again with each one that is added
    figure.update_layout(annotations=texts, height=int(height) + 80)
    figure.update_yaxes(visible=False, range=[height, 0], fixedrange=True)
    title = {"text": "<br>".join(textwrap.wrap(measure.title, LETTERS)), "font": {"size": 13}}
    figure.update_xaxes(showgrid=True, zeroline=measure.is_signed, title=title, **measure.axis())
    return Chart(
        figure=figure,
        title=f"{indicator.name} im Vergleich, {year}",
        alt=_alt_text(positions, indicator, year, name),
        source=caption.source,
        table=_group_table(positions, references, indicator, name),
        filename=caption.filename,
        note=_how_to_read(positions, any(row.as_area for row in rows), outside, year, name, caption.note),
    )


def _laid_out(distribution: pd.DataFrame, positions: pd.DataFrame, indicator: Indicator) -> tuple[list[_Row], float]:
    """The groups with their places on the drawing; the smallest groups get dots first, as long as there are some."""
    others = distribution[~distribution["is_place"].astype(bool)].dropna(subset="value")
    sizes = others.groupby("group", sort=False, observed=False).size()
    left = MOST_DOTS
    dotted: set[object] = set()
    for group, size in sizes.sort_values(kind="stable").items():
        if size <= left:
            dotted.add(group)
            left -= size
    rows: list[_Row] = []
    top = 6.0
    for one in positions.to_dict("records"):
        position = str(one["words"])
        if one["n"] > 1:
            position += f"; Median\u00a0{short_value_text(one['median'], indicator)}"
        text, lines = _html_lines(str(one["group_name"]), position)
        # the first row has the name of the place above its dot
        centre = top + LINE * lines + HALF + 8 + (0 if rows else 14)
        group = others[others["group"] == one["group"]]
        rows.append(_Row(text, top, centre, group, one["group"] not in dotted))
        top = centre + HALF + GAP
    return rows, top


def _html_lines(head: str, body: str) -> tuple[str, int]:
    """The name of a row and the text below it, broken into lines for a phone; HTML and the number of lines."""
    heads = textwrap.wrap(head, LETTERS)
    bodies = textwrap.wrap(body, LETTERS + 8, break_long_words=False)
    small = f"<span style='font-size:13px;color:{chart.MUTED}'>{'<br>'.join(bodies)}</span>"
    return f"<b>{'<br>'.join(heads)}</b><br>{small}", len(heads) + len(bodies)


def _row_text(text: str, top: float) -> dict[str, object]:
    """The annotation above a strip; on white, so that no grid line runs through the letters."""
    corner = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", "bgcolor": chart.PAPER}
    return chart.label(text, 0, top, corner)


def _draw_middle_halves(figure: go.Figure, rows: list[_Row], positions: pd.DataFrame) -> None:
    """The middle half of each group as a pale band behind its dots."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, low, high in zip(rows, positions["p25"], positions["p75"], strict=True):
        if len(row.members) > 1:
            x += [low, high, high, low, low, None]
            y += [row.centre - HALF, row.centre - HALF, row.centre + HALF, row.centre + HALF, row.centre - HALF, None]
    figure.add_scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=BAND, line={"width": 0}, hoverinfo="skip")


def _draw_area(figure: go.Figure, row: _Row, measure: Scale) -> None:
    """A large group as an area: the thicker, the more members."""
    x, y = density(row.members["value"].to_numpy(dtype=np.float64), measure)
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]).astype("float32"),
        y=(row.centre + HALF * np.concatenate([y, -y[::-1]])).astype("float32"),
        mode="lines",
        fill="toself",
        fillcolor=AREA,
        line={"width": 0.5, "color": DOT},
        hoverinfo="skip",
    )


def _draw_members(figure: go.Figure, row: _Row, measure: Scale, indicator: Indicator) -> int:
    """Draw the members of one group; returns how many of them lie beyond the axis."""
    members = row.members.sort_values(["value", "key"], ignore_index=True)
    all_outside = int((~measure.inside(members["value"].to_numpy(dtype=np.float64))).sum())
    if row.as_area:
        members = pd.concat([members.head(ENDS), members.tail(ENDS)])
    value = members["value"].to_numpy(dtype=np.float64)
    if not len(value):
        return 0
    inside = measure.inside(value)
    offset = swarm(value, measure, HALF) if not row.as_area else np.zeros(len(value))
    unit = f"\u00a0{indicator.unit}" if indicator.unit else ""
    figure.add_scatter(
        x=np.round(value[inside], indicator.decimals + 1).astype("float32"),
        # the place is finer than the number, which must not be rounded from it a second time
        customdata=all_rounded(value[inside], indicator.decimals).astype("float32"),
        y=(row.centre + offset[inside]).astype("float32"),
        mode="markers",
        text=members["name"][inside].tolist(),
        marker={"size": 6, "color": DOT, "opacity": 0.75},
        hovertemplate=f"<b>%{{text}}</b><br>%{{customdata:,.{indicator.decimals}f}}{unit}<extra></extra>",
    )
    _draw_arrows(figure, members[~inside], row.centre, measure, indicator)
    return all_outside


def _draw_arrows(figure: go.Figure, beyond: pd.DataFrame, centre: float, measure: Scale, indicator: Indicator) -> None:
    if beyond.empty:
        return
    value = beyond["value"].to_numpy(dtype=np.float64)
    is_high = value > measure.high
    symbol = np.where(is_high, "triangle-right", "triangle-left").tolist()
    figure.add_scatter(
        x=np.where(is_high, measure.high, measure.low),
        y=np.full(len(value), centre),
        mode="markers",
        marker={"symbol": symbol, "size": 9, "color": DOT},
        text=[f"<b>{n}</b><br>{value_text(v, indicator)}" for n, v in zip(beyond["name"], value, strict=True)],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _draw_medians(figure: go.Figure, rows: list[_Row], positions: pd.DataFrame) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for row, median in zip(rows, positions["median"], strict=True):
        if len(row.members) > 1:
            x += [median, median, None]
            y += [row.centre - HALF - 3, row.centre + HALF + 3, None]
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": chart.INK, "width": 2}, hoverinfo="skip")


def _draw_references(
    figure: go.Figure, references: pd.DataFrame, top: float, indicator: Indicator
) -> tuple[dict[str, object], float]:
    """A row with the figures of Kreis, Land and Bund themselves; returns its text and the height reached."""
    pairs = zip(references["name"], references["value"], strict=True)
    values = [f"{one} {short_value_text(value, indicator)}" for one, value in pairs]
    # lines break between areas only
    text, lines = _html_lines("Die Gebiete selbst", " · ".join(one.replace(" ", "\u00a0") for one in values))
    centre = top + LINE * lines + 18
    rim = {"color": chart.PAPER, "width": 1}
    figure.add_scatter(
        x=references["value"],
        y=[centre] * len(references),
        mode="markers",
        text=values,
        marker={"symbol": "diamond", "size": 11, "color": chart.MUTED, "line": rim},
        hovertemplate="%{text}<extra></extra>",
    )
    return _row_text(text, top), centre + GAP


def _draw_place(
    figure: go.Figure, rows: list[_Row], positions: pd.DataFrame, name: str, indicator: Indicator, measure: Scale
) -> list[dict[str, object]]:
    """The place itself on every strip; returns its name above the first, nothing if it has no value."""
    if positions.empty or positions["value"].isna().all():
        return []
    value = float(positions["value"].iloc[0])
    name_and_value = f"<b>{name}</b> {value_text(value, indicator)}"
    figure.add_scatter(
        x=[value] * len(rows),
        y=[row.centre for row in rows],
        mode="markers",
        marker={"size": 14, "color": chart.ACCENT, "line": {"color": chart.PAPER, "width": 2}},
        text=[f"{name_and_value}<br>{position}" for position in positions["words"]],
        hovertemplate="%{text}<extra></extra>",
    )
    share = float(measure.shares(np.array([value]))[0])
    side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    place = {"xanchor": side, "yanchor": "bottom", "align": "center", "bgcolor": "rgba(255,255,255,0.8)"}
    top = rows[0].centre - HALF - 2
    return [chart.label(name_and_value, measure.on_axis(value), top, place, colour=chart.ACCENT)]
