"""The stages over time: a day is a disc, a month a short bar, a year a pale bar; what has no date is not drawn."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import count, day
from zwk_data.programme.words import FIRST_YEAR, LAST_YEAR, STAGES

#: light to dark in the order of the stages; the number inside tells them apart as well
COLOURS = dict(zip(STAGES, ("#d3e6ea", "#9cc7d0", "#5fa0ae", "#0b6a7e", "#07404d"), strict=True))
INKS = dict(zip(STAGES, (chart.INK, chart.INK, chart.INK, chart.PAPER, chart.PAPER), strict=True))
#: pixels: a row, what is above them (on a phone the legend takes three lines), a disc
TIMELINE_ROW, TOP, DISC = 30, 100, 18
#: how many days a disc is wide on a usual screen
DISC_DAYS = 28
_DAY_MS = 86_400_000


def timeline(events: pd.DataFrame, labels: dict[str, str], source: str) -> Chart:
    """Draw the dated events of the participants in ``labels`` (participant_id -> label), first one on top.

    ``events``: see ``stages.events``. Participants without a dated event get no row; the note says how many.
    """
    events = events[events["participant_id"].isin(labels)]
    dated = _crowding(events[events["date_from"].notna()])
    rows = [key for key in labels if key in set(dated["participant_id"])]
    place = {key: number for number, key in enumerate(rows)}
    figure = go.Figure()
    for number, stage in enumerate(STAGES, start=1):
        _stage(figure, dated[dated["stage"] == stage], stage, number, place)
    _layout(figure, [labels[key] for key in rows], dated)
    return Chart(
        figure=figure,
        title=f"Belegte Termine {FIRST_YEAR} bis {LAST_YEAR}",
        alt=_timeline_alt(dated, rows),
        source=source,
        table=_table(events),
        filename="stufen_zeitleiste",
        note=_note(events, dated, labels, rows),
    )


def _crowding(dated: pd.DataFrame) -> pd.DataFrame:
    """Mark what would lie on top of each other: columns covered (a later disc hides the number), crowded (years)."""
    dated = dated.sort_values(["participant_id", "stage", "date_from"], kind="stable")
    following = dated.groupby(["participant_id", "stage", "precision"])["date_from"].shift(-1)
    covered = (dated["precision"] == "day") & ((following - dated["date_from"]).dt.days < DISC_DAYS)
    year = dated["date_from"].dt.year
    crowded = (dated["precision"] == "year") & (
        dated.groupby(["participant_id", "precision", year])["stage"].transform("size") > 1
    )
    return dated.assign(covered=covered, crowded=crowded)


def _stage(figure: go.Figure, events: pd.DataFrame, stage: str, number: int, place: dict[str, int]) -> None:
    """All marks of one stage: bars for years and months, discs for days, and the numbers on them."""
    for precision, opacity, thickness in (("year", 0.45, 0.62), ("month", 1, 0.56)):
        part = events[events["precision"] == precision]
        if len(part):
            length = (part["date_to"] - part["date_from"]).dt.days + 1
            figure.add_bar(
                orientation="h",
                base=part["date_from"].dt.strftime("%Y-%m-%d").tolist(),
                x=(length * _DAY_MS).tolist(),
                y=part["participant_id"].map(place).tolist(),
                width=thickness,
                marker={"color": COLOURS[stage], "opacity": opacity, "line": {"width": 1, "color": chart.MUTED}},
                customdata=_said(part),
                hovertemplate="%{customdata}<extra></extra>",
                showlegend=False,
            )
    length = events["date_to"] - events["date_from"]
    # two pale bars over one year: their numbers stand side by side
    share = events["crowded"].map({True: (number - 0.5) / len(STAGES), False: 0.5})
    is_day = events["precision"] == "day"
    figure.add_scatter(
        x=(events["date_from"] + length * share).dt.strftime("%Y-%m-%d").tolist(),
        y=events["participant_id"].map(place).tolist(),
        mode="markers+text",
        text=["" if hidden else str(number) for hidden in events["covered"]],
        textfont={
            "size": 12,
            "color": [chart.INK if p == "year" else INKS[stage] for p in events["precision"]],
        },
        marker={
            "size": [DISC if d else 1 for d in is_day],
            "color": COLOURS[stage],
            "opacity": [1 if d else 0 for d in is_day],
            "line": {"width": 1, "color": chart.INK},
        },
        customdata=_said(events),
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
    # the legend: one numbered disc per stage, whatever is drawn of it
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name=f"{number} {STAGES[stage]}", hoverinfo="skip", showlegend=True,
        marker={"size": 13, "color": COLOURS[stage], "line": {"width": 1, "color": chart.INK}},
    )  # fmt: skip


def _said(events: pd.DataFrame) -> list[str]:
    return [
        f"<b>{name}</b><br>{stage}: {date}" + (f"<br>{note}" if note else "")
        for name, stage, date, note in zip(
            events["name"], events["stage_de"], events["date_de"], events["note"], strict=True
        )
    ]


def _layout(figure: go.Figure, names: list[str], dated: pd.DataFrame) -> None:
    first = min([FIRST_YEAR, *dated["date_from"].dt.year])
    last = max([LAST_YEAR, *dated["date_to"].dt.year])
    figure.update_layout(
        template=chart.template(),
        barmode="overlay",
        height=TOP + TIMELINE_ROW * max(len(names), 2) + 12,
        showlegend=True,
        legend={"y": 0.995, "yref": "container", "yanchor": "top", "itemclick": False, "itemdoubleclick": False},
        margin={"l": 8, "r": 12, "t": TOP, "b": 8},
        dragmode=False,
        hovermode="closest",
        shapes=[
            {
                "type": "line",
                "yref": "paper",
                "x0": f"{year}-01-01",
                "x1": f"{year}-01-01",
                "y0": 0,
                "y1": 1,
                "line": {"width": 1, "color": chart.LINE},
                "layer": "below",
            }
            for year in range(first, last + 2)
        ],
    )
    figure.update_xaxes(
        type="date",
        range=[f"{first}-01-01", f"{last + 1}-01-01"],
        tickvals=[f"{year}-07-01" for year in range(first, last + 1)],
        ticktext=[str(year) for year in range(first, last + 1)],
        side="top",
        fixedrange=True,
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[len(names) - 0.5, -0.5],
        fixedrange=True,
        gridcolor=chart.SURFACE,
    )


def _timeline_alt(dated: pd.DataFrame, rows: list[str]) -> str:
    if dated.empty:
        return "Zeitleiste ohne Einträge: Für die gewählten Kommunen ist kein Termin mit Datum belegt."
    parts = [
        f"{name} {count(int(n), 'Termin', 'Termine')}"
        for name, n in ((STAGES[s], (dated["stage"] == s).sum()) for s in STAGES)
        if n
    ]
    return (
        f"Zeitleiste mit {count(len(dated), 'datierten Termin', 'datierten Terminen')} aus "
        f"{count(len(rows), 'Kommune', 'Kommunen')}, vom {day(dated['date_from'].min())} bis zum "
        f"{day(dated['date_to'].max())}: {', '.join(parts)}."
    )


def _note(events: pd.DataFrame, dated: pd.DataFrame, labels: dict[str, str], rows: list[str]) -> str:
    undated = len(events) - len(dated)
    left = len(labels) - len(rows)
    parts = ["Scheibe: auf den Tag belegt; kräftiger Balken: auf den Monat; blasser Balken: auf das Jahr."]
    if undated:
        parts.append(f"{count(undated, 'Termin', 'Termine')} ohne Datum: nicht gezeichnet, unten genannt.")
    if left:
        parts.append(f"{count(left, 'Kommune', 'Kommunen')} ohne datierten Termin: ohne Zeile.")
    return " ".join(parts)


def _table(events: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Kommune": events["name"],
            "Stufe": events["stage_de"],
            "Termin": events["date_de"],
            "Von": events["date_from"].dt.date,
            "Bis": events["date_to"].dt.date,
            "Hinweis": events["note"].replace("", None),
            "Quelle": events["source_url"],
        }
    ).reset_index(drop=True)
