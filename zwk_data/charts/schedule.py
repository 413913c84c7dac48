"""Stages on the calendar: when each Kommune planned one and when it took place, and how long the steps between take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import all_rounded, count, day, number, whole
from zwk_data.programme.attention import Thresholds

PLAN_ROW, TOP = 26, 70


def planned_actual(schedule: pd.DataFrame, labels: dict[str, str], source: str, on_time: int, today: date) -> Chart:
    """One stage: a ring for the first plan, a disc for the event, a square for what is planned.

    ``schedule``: rows of one stage as from ``schedule.schedule``; ``labels``: participant_id -> label. Kommunen without
    a plan are left out, and the note says how many. Those with the longest delay stand on top.
    """
    rows = schedule[schedule["participant_id"].isin(labels) & schedule["first_from"].notna()]
    waiting = rows["overdue_days"].where(rows["state"] != "held")
    rank = rows["days_late"].fillna(waiting)
    rows = rows.assign(rank=rank).sort_values(["rank", "first_from"], ascending=[False, True], na_position="last")
    rows = rows.assign(place=range(len(rows)))
    late, punctual = rows[rows["days_late"] > on_time], rows[rows["days_late"] <= on_time]
    open_rows = rows[(rows["state"] != "held") & rows["open_from"].notna()]
    names = [labels[key] for key in rows["participant_id"]]
    figure = chart.still_figure(
        TOP + PLAN_ROW * max(len(rows), 3) + 10,
        margin=chart.margin(TOP, right=12),
        **chart.LEGEND_ON_TOP,
        shapes=[chart.vertical_line(f"{today:%Y-%m-%d}", chart.INK, dash="dot")],
        yaxis=chart.row_axis(names, above=0.6, below=0.4),
    )
    figure.update_xaxes(side="top", showgrid=True, tickformat="%b %Y", nticks=8)
    _draw_delays(figure, rows[rows["days_late"].notna() & (rows["days_late"] != 0)], "actual_from", chart.QUIET)
    _draw_delays(figure, open_rows[open_rows["open_from"] != open_rows["first_from"]], "open_from", chart.LINE)
    ring = {"symbol": "circle-open", "size": 11, "color": chart.MUTED, "line": {"width": 2}}
    disc = {"symbol": "circle", "size": 12, "color": chart.ACCENT}
    _marks(figure, rows, "first_from", "Erster Plan", ring)
    _marks(figure, punctual, "actual_from", f"stattgefunden, höchstens {on_time} Tage nach Plan", disc)
    # shapes say what colours say, as on the board of all Kommunen
    _marks(
        figure, late, "actual_from", "stattgefunden, später", {**disc, "symbol": "triangle-right", "color": chart.WARM}
    )
    square = {"symbol": "square-open", "size": 11, "color": chart.ACCENT, "line": {"width": 2}}
    passed = open_rows["overdue_days"].notna()
    _marks(figure, open_rows[~passed], "open_from", "noch geplant", square)
    _marks(figure, open_rows[passed], "open_from", "überfällig", {**disc, "symbol": "triangle-up", "color": chart.WARM})
    stage = str(schedule["stage_de"].iloc[0]) if len(schedule) else "Stufe"
    left = len(labels) - len(rows)
    note = f"Gepunktete Linie: {day(today)}."
    if left:
        note += f" {count(left, 'Kommune', 'Kommunen')} ohne belegten Plan: ohne Zeile."
    return Chart(
        figure=figure,
        title=f"{stage}: geplant und stattgefunden",
        alt=_plans_alt(stage, rows, punctual, late, open_rows),
        source=source,
        table=_plans_table(rows),
        filename="monitoring_termine",
        note=note,
    )


def _draw_delays(figure: go.Figure, rows: pd.DataFrame, end: str, colour: str) -> None:
    x: list[str | None] = []
    y: list[int | None] = []
    for start, stop, place in zip(rows["first_from"], rows[end], rows["place"], strict=True):
        x += [f"{start:%Y-%m-%d}", f"{stop:%Y-%m-%d}", None]
        y += [place, place, None]
    line = {"width": 3, "color": colour}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False, connectgaps=False)


def _marks(figure: go.Figure, rows: pd.DataFrame, column: str, name: str, marker: dict[str, object]) -> None:
    figure.add_scatter(
        x=rows[column].dt.strftime("%Y-%m-%d").tolist(),
        y=rows["place"].tolist(),
        mode="markers",
        name=name,
        marker=marker,
        **chart.hover([_plan_hover(row) for row in rows.to_dict("records")]),
        showlegend=bool(len(rows)),
    )


def _plan_hover(row: Mapping[Any, Any]) -> str:
    words = {"actual_de": "Stattgefunden", "open_de": "Noch geplant", "reasons": "Verschoben"}
    more = [f"{word}: {row[column]}" for column, word in words.items() if row[column]]
    return "<br>".join([f"<b>{row['name']}</b>", f"Erster Plan: {row['first_de']}", *more])


def _plans_alt(
    stage: str, rows: pd.DataFrame, punctual: pd.DataFrame, late: pd.DataFrame, open_rows: pd.DataFrame
) -> str:
    if rows.empty:
        return f"Ohne Einträge: Für die Stufe {stage} ist kein Plan belegt."
    text = (
        f"Für {count(len(rows), 'Kommune', 'Kommunen')} je eine Zeile vom ersten Plan der Stufe {stage} an: "
        f"{number(len(punctual))} im Plan, {number(len(late))} später, {number(len(open_rows))} noch offen."
    )
    if len(late):
        worst = late.iloc[0]
        text += (
            f" Am längsten dauerte es in {worst['name']}: {count(int(worst['days_late']), 'Tag', 'Tage')} nach Plan."
        )
    return text


def _plans_table(rows: pd.DataFrame) -> pd.DataFrame:
    names = {"name": "Kommune", "first_de": "Erster Plan", "last_de": "Letzter Plan", "moves": "Verschoben"}
    names |= {"reasons": "Gründe", "actual_de": "Stattgefunden", "days_late": "Tage nach erstem Plan"}
    names |= {"open_de": "Noch geplant"}
    empty_texts = {column: rows[column].replace("", None) for column in ("reasons", "actual_de", "open_de")}
    return chart.table(rows.assign(**empty_texts), names)


DURATION_ROW = 92
#: dots of close values are stacked: days that count as close, step in shares of a row, steps to either side
NEAR, STEP, STEPS = 9, 0.085, 4


def duration_boxes(durations: pd.DataFrame, summary: pd.DataFrame, limits: Thresholds, source: str) -> Chart:
    """Draw ``durations.durations`` with the quartiles of ``durations.summary``; steps without a value stay empty."""
    names = [
        f"{row['step_de'].replace(' bis ', ' bis<br>')}<br><span style='font-size:13px'>{number(row['known'])} belegt, "
        f"Median {number(row['median'])}</span>"
        for row in summary.to_dict("records")
    ]
    figure = chart.still_figure(
        DURATION_ROW * len(summary) + 50, margin=chart.margin(10, right=16), yaxis=chart.row_axis(names)
    )
    figure.update_xaxes(title="Tage", rangemode="tozero", showgrid=True)
    shapes = []
    for place, row in enumerate(summary.to_dict("records")):
        known = durations[(durations["step"] == row["step"]) & durations["days"].notna()].sort_values(
            "days", kind="stable"
        )
        if len(known) >= 4:
            shapes.append(_box(row["lower"], row["upper"], place))
            shapes.append(chart.vertical_line(row["median"], chart.INK, width=3, span=(place - 0.3, place + 0.3)))
        limit = limits.between[row["step"]]
        shapes += [
            chart.vertical_line(days, chart.WARM, width=2, dash=dash, span=(place - 0.42, place + 0.42))
            for days, dash in ((limit.amber, "dot"), (limit.red, "solid"))
        ]
        figure.add_scatter(
            x=known["days"].tolist(),
            y=[place + shift for shift in _shifts(known["days"].tolist())],
            mode="markers",
            marker={"size": 8, "color": chart.ACCENT, "opacity": 0.85},
            **chart.hover([f"<b>{n}</b><br>{number(d)} Tage" for n, d in known[["name", "days"]].to_numpy()]),
        )
    figure.update_layout(shapes=shapes)
    return Chart(
        figure=figure,
        title="Dauer von Stufe zu Stufe",
        alt=_durations_alt(summary),
        source=source,
        table=_durations_table(durations),
        filename="monitoring_dauer",
        note="Ein Punkt ist eine Kommune, das Feld die mittlere Hälfte, der Strich der Median. Orange: ab wann "
        "eine Dauer im Blick zu behalten (gepunktet) oder dringend ist (durchgezogen). Auf das Jahr datierte Termine "
        "fehlen hier.",
    )


def _shifts(days: list[float]) -> list[float]:
    """Shifts to the side, so that close values do not cover each other."""
    shifts: list[float] = []
    run, before = 0, float("-inf")
    for value in days:
        run = run + 1 if value - before < NEAR else 0
        before = value if run == 0 else before
        side = (run + 1) // 2 * (1 if run % 2 else -1)
        shifts.append(max(-STEPS, min(STEPS, side)) * STEP)
    return shifts


def _box(low: float, high: float, place: int) -> dict[str, object]:
    corners = {"x0": low, "x1": high, "y0": place - 0.3, "y1": place + 0.3}
    return {"type": "rect", "fillcolor": chart.ACCENT_SOFT, "line": {"width": 0}, "layer": "below", **corners}


def _durations_alt(summary: pd.DataFrame) -> str:
    known = summary[summary["known"] > 0]
    if known.empty:
        return "Ohne Einträge: Für keine Kommune sind zwei aufeinander folgende Stufen auf den Monat genau datiert."
    steps = [
        f"{row['step_de']} im Median {count(whole(row['median']), 'Tag', 'Tage')} ({number(row['known'])} belegt)"
        for row in known.to_dict("records")
    ]
    return f"Dauer von Stufe zu Stufe: {'; '.join(steps)}."


def _durations_table(durations: pd.DataFrame) -> pd.DataFrame:
    rows = durations.assign(days=all_rounded(durations["days"]), why=durations["why"].replace("", None))
    return chart.table(rows, {"name": "Kommune", "step_de": "Schritt", "days": "Tage", "why": "Hinweis"})
