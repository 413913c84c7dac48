"""The population projection: past counts, the middle path and its band; and how far past projections were off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.trend import CENSUS, add_line, mark_breaks
from zwk_data.demography.indicators import STATUS
from zwk_data.demography.projection_words import rough
from zwk_data.demography.series import Break
from zwk_data.german import all_rounded, number, with_unit

HEIGHT = 420
FROM = 1995
LABEL = "Modellrechnung"
UNIT = "Personen"


def projection_chart(
    history: pd.DataFrame,
    projection: pd.DataFrame,
    name: str,
    *,
    breaks: Sequence[Break],
    caption: Caption,
    is_small: bool = False,
) -> Chart:
    """Draw the population of a place since 1995 and ``demography.projection.projection_totals``.

    ``history``: the rows of the participant in ``demography.series.trend`` (year, value, status, segment), not as an
    index. ``projection``: year, low, middle, high; its first row is the count it starts from, drawn as a point of the
    Zensus if the published series goes on beyond it. ``breaks`` inside the span are marked. ``is_small`` says that
    numbers of the projection are rounded to tens.
    """
    known = history[history["year"] >= FROM].dropna(subset="value")
    # tens of a small place would make steps of every year: only the five-year marks are drawn
    drawn = projection[(projection["year"] % 5 == 0) | (projection.index == 0)] if is_small else projection
    year = drawn["year"].to_numpy()
    low, middle, high = (drawn[column].to_numpy(dtype=np.float64) for column in ("low", "middle", "high"))
    last = int(year[-1]) if len(year) else 2040
    figure = chart.house_figure(HEIGHT, margin=chart.margin(44, right=96))
    figure.update_xaxes(tickformat="d", range=[FROM - 0.7, last + 0.7])
    figure.update_yaxes(tickformat=",~f", rangemode="tozero")
    figure.add_scatter(
        x=np.concatenate([year, year[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        mode="lines",
        fillcolor=chart.ACCENT_SOFT,
        line={"width": 0},
        hoverinfo="skip",
    )
    if len(known):
        add_line(figure, known, name, "participant", UNIT, 0)
    about = "rund " if is_small else ""
    figure.add_scatter(
        x=year,
        y=all_rounded(middle),
        mode="lines",
        line={"color": chart.ACCENT, "width": 2.5, "dash": "dash"},
        name=LABEL,
        customdata=[f"zwischen {number(a)} und {number(b)}" for a, b in zip(low, high, strict=True)],
        hovertemplate=f"<b>{LABEL}</b><br>%{{x}}: {about}%{{y:,.0f}}\u00a0{UNIT}<br>%{{customdata}}<extra></extra>",
    )
    counted = _starts_from_census(known, projection)
    if counted:
        figure.add_scatter(
            x=year[:1],
            y=middle[:1],
            mode="markers",
            name=CENSUS,
            marker={"size": 9, "symbol": "diamond", "color": chart.PAPER, "line": {"color": chart.ACCENT, "width": 2}},
            hovertemplate=f"<b>{CENSUS}</b><br>%{{y:,.0f}}\u00a0{UNIT}<extra></extra>",
        )
    marked = mark_breaks(figure, known, breaks)
    _name_line_and_ends(figure, projection)
    return Chart(
        figure=figure,
        title=f"Bevölkerung seit {FROM} und {LABEL} bis {last}",
        alt=_alt_text(known, projection, name, marked, is_small),
        source=f"{caption.source}; ab {int(year[0]) + 1} eigene {LABEL}" if len(year) else caption.source,
        table=_years_table(known, projection),
        filename=caption.filename,
        note=caption.note,
    )


def _starts_from_census(known: pd.DataFrame, projection: pd.DataFrame) -> bool:
    """Whether the projection starts from the count of the Zensus 2022, beside the published series."""
    return bool(len(known) and len(projection) and projection["year"].iloc[0] < known["year"].max())


def _name_line_and_ends(figure: go.Figure, projection: pd.DataFrame) -> None:
    """Name the dashed line inside the plot, and write the three final values beside it."""
    if projection.empty:
        return
    end = projection.iloc[-1]
    # above all of the band and left of its end, where it meets none of the final values on a phone either
    above = {"xanchor": "right", "yanchor": "bottom", "yshift": 4}
    figure.add_annotation(chart.label(LABEL, end["year"], projection["high"].max(), above, colour=chart.ACCENT))
    beside = {"xanchor": "left", "xshift": 8}
    for column, size, colour in (("high", 12, chart.MUTED), ("middle", 14, chart.ACCENT), ("low", 12, chart.MUTED)):
        value = end[column]
        figure.add_annotation(chart.label(rough(value), end["year"], value, beside, size=size, colour=colour))


def _alt_text(known: pd.DataFrame, projection: pd.DataFrame, name: str, marked: str, is_small: bool) -> str:
    lead = f"Linie: Bevölkerung von {name}"
    if len(known):
        first, last = known.iloc[0], known.iloc[-1]
        lead += f" von {number(first['value'])} ({first['year']}) auf {number(last['value'])} ({last['year']})"
    end = projection.iloc[-1]
    if _starts_from_census(known, projection):
        lead += f". Raute: {CENSUS} mit {number(projection['middle'].iloc[0])}, davon geht die {LABEL} aus"
    return (
        f"{lead}. {LABEL} für {int(end['year'])}: rund {rough(end['middle'])}, zwischen {rough(end['low'])} und "
        f"{rough(end['high'])}.{marked}{' Auf Zehner gerundet.' if is_small else ''}"
    )


def _years_table(known: pd.DataFrame, projection: pd.DataFrame) -> pd.DataFrame:
    """Published figures, then the projection with its band in whole persons."""
    ahead = projection.apply(all_rounded).rename(columns={"middle": "value"}).assign(status=LABEL)
    if _starts_from_census(known, projection):
        ahead.loc[ahead.index[0], "status"] = CENSUS
    else:
        ahead = ahead.iloc[1:]
    rows = pd.concat([known.assign(status=known["status"].map(STATUS)), ahead])
    names = {"year": "Jahr", "value": "Bevölkerung", "low": "untere Grenze", "high": "obere Grenze", "status": "Angabe"}
    return chart.table(rows.astype({"year": "Int64", "value": float}), names)


def backtest_chart(
    tests: pd.DataFrame, test_names: Mapping[str, str], method_names: Mapping[str, str], *, source: str, filename: str
) -> Chart:
    """A dot per method and test of ``demography.backtest.backtest``: the median error, the best one filled.

    ``test_names`` and ``method_names`` are the German words of ``backtest.TESTS`` and ``METHODS``, in their order.
    """
    order = [test for test in test_names if test in set(tests["test"])]
    symbols = dict(zip(method_names, ("diamond", "circle", "square", "triangle-up"), strict=False))
    place = {test: position for position, test in enumerate(order)}
    figure = chart.house_figure(
        90 + 92 * len(order),
        margin=chart.margin(48),
        showlegend=True,
        legend={"y": 1.0, "yanchor": "bottom"},
        xaxis={"rangemode": "tozero", "title": {"text": "mittlerer Fehler (Median) in %"}, "showgrid": True},
        yaxis={"range": [len(order) - 0.5, -0.8], "visible": False},
    )
    for test in order:
        mine = tests[tests["test"] == test]
        ends = [float(mine["mdape"].min()), float(mine["mdape"].max())]
        y = [place[test] + 0.09] * 2
        grey = {"color": chart.LINE}
        figure.add_scatter(x=ends, y=y, mode="lines", line=grey, hoverinfo="skip", showlegend=False)
    shifts = np.linspace(0, 0.18, len(method_names))  # dots of nearly the same error stay apart
    for (method, label), shift in zip(method_names.items(), shifts, strict=True):
        mine = tests[tests["method"] == method]
        if mine.empty:
            continue
        rim = {"color": chart.ACCENT, "width": 1.8}
        marker = {"symbol": symbols[method], "size": 13, "color": chart.PAPER, "line": rim}
        figure.add_scatter(
            x=all_rounded(mine["mdape"], 2),
            y=[place[test] + shift for test in mine["test"]],
            mode="markers",
            name=label,
            showlegend=False,
            marker={**marker, "color": np.where(mine["best"], chart.ACCENT, chart.PAPER)},
            hovertemplate=f"<b>{label}</b><br>mittlerer Fehler %{{x:,.2f}}\u00a0%<extra></extra>",
        )
        chart.add_legend_marker(figure, label, marker)
    above = {"xanchor": "left", "yanchor": "bottom", "yshift": 10, "align": "left"}
    for test in order:
        figure.add_annotation(chart.label(test_names[test].replace(": ", ":<br>"), 0, place[test], above))
    best = [
        f"{test_names[row['test']]}: {method_names[row['method']]} mit {with_unit(row['mdape'], '%', 2)}"
        for _, row in tests[tests["best"]].iterrows()
    ]
    return Chart(
        figure=figure,
        title="Wie weit die Verfahren in der Rückschau abwichen",
        alt=f"Punkte: mittlerer Fehler je Verfahren und Probe. Am besten: {'; '.join(best)}.",
        source=source,
        table=_tests_table(tests, test_names, method_names),
        filename=filename,
        note="Gefüllt: Verfahren mit dem kleinsten mittleren Fehler. Verzerrung über 0: zu viele Menschen erwartet.",
    )


def _tests_table(tests: pd.DataFrame, test_names: Mapping[str, str], method_names: Mapping[str, str]) -> pd.DataFrame:
    words = {"test": tests["test"].map(test_names), "method": tests["method"].map(method_names)}
    rows = tests.assign(best=np.where(tests["best"], "ja", ""), **words)
    errors = ["mdape", "p90", "bias"]
    rows[errors] = rows[errors].apply(all_rounded, decimals=2)
    names = {"test": "Probe", "method": "Verfahren", "n": "Anzahl", "mdape": "Mittlerer Fehler (%)"}
    names |= {"p90": "9 von 10 unter (%)", "bias": "Verzerrung (%)", "best": "Bestes Verfahren"}
    return chart.table(rows, names)
