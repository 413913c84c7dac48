"""The five stages in time: the dates on record, how many Kommunen have got how far, and where each group stands.

On the timeline a day is a disc, a month a short bar and a year a pale bar; an event without a date is not drawn.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart, Look
from zwk_data.charts.marks import add_stacked_bars
from zwk_data.german import BLANKET, count, day, number
from zwk_data.programme.stages import EVIDENCE
from zwk_data.schema.words import FIRST_YEAR, LAST_YEAR, STAGES

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
    dated = _mark_overlaps(events[events["date_from"].notna()])
    rows = [key for key in labels if key in set(dated["participant_id"])]
    place = {key: row for row, key in enumerate(rows)}
    figure = _timeline_figure([labels[key] for key in rows], dated)
    for position, stage in enumerate(STAGES, start=1):
        _draw_stage(figure, dated[dated["stage"] == stage], stage, position, place)
    return Chart(
        figure=figure,
        title="Belegte Termine {} bis {}".format(*_years(dated)),
        alt=_timeline_alt(dated, rows),
        source=source,
        table=_events_table(events),
        filename="stufen_zeitleiste",
        note=_timeline_note(events, dated, labels, rows),
    )


def _mark_overlaps(dated: pd.DataFrame) -> pd.DataFrame:
    """Mark what would lie on top of each other: columns covered (a later disc hides the number), crowded (years)."""
    dated = dated.sort_values(["participant_id", "stage", "date_from"], kind="stable")
    following = dated.groupby(["participant_id", "stage", "precision"])["date_from"].shift(-1)
    covered = (dated["precision"] == "day") & ((following - dated["date_from"]).dt.days < DISC_DAYS)
    year = dated["date_from"].dt.year
    crowded = (dated["precision"] == "year") & (
        dated.groupby(["participant_id", "precision", year])["stage"].transform("size") > 1
    )
    return dated.assign(covered=covered, crowded=crowded)


def _draw_stage(figure: go.Figure, events: pd.DataFrame, stage: str, position: int, place: dict[str, int]) -> None:
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
                **chart.hover(_event_hover(part)),
                showlegend=False,
                meta=position,
            )
    length = events["date_to"] - events["date_from"]
    # two pale bars over one year: their numbers go side by side
    share = events["crowded"].map({True: (position - 0.5) / len(STAGES), False: 0.5})
    is_day = events["precision"] == "day"
    figure.add_scatter(
        x=(events["date_from"] + length * share).dt.strftime("%Y-%m-%d").tolist(),
        y=events["participant_id"].map(place).tolist(),
        mode="markers+text",
        text=["" if hidden else str(position) for hidden in events["covered"]],
        textfont={"size": 12, "color": [chart.INK if p == "year" else INKS[stage] for p in events["precision"]]},
        marker={
            "size": [DISC if d else 1 for d in is_day],
            "color": COLOURS[stage],
            "opacity": [1 if d else 0 for d in is_day],
            "line": {"width": 1, "color": chart.INK},
        },
        **chart.hover(_event_hover(events)),
        showlegend=False,
        # its lane, where there is no room for all stages side by side
        meta=position,
    )
    # one numbered disc per stage, whatever is drawn of it
    disc = {"size": 13, "color": COLOURS[stage], "line": {"width": 1, "color": chart.INK}}
    chart.add_legend_marker(figure, f"{position} {STAGES[stage]}", disc)


def _event_hover(events: pd.DataFrame) -> list[str]:
    return [
        f"<b>{name}</b><br>{stage}: {date}" + (f"<br>{note}" if note else "")
        for name, stage, date, note in events[["name", "stage_de", "date_de", "note"]].itertuples(index=False)
    ]


def _years(dated: pd.DataFrame) -> tuple[int, int]:
    """The years of the programme, and what was dated before or after them."""
    return min([FIRST_YEAR, *dated["date_from"].dt.year]), max([LAST_YEAR, *dated["date_to"].dt.year])


def _timeline_figure(names: list[str], dated: pd.DataFrame) -> go.Figure:
    """The empty timeline: a row per name, a column per year."""
    first, last = _years(dated)
    figure = chart.still_figure(
        TOP + TIMELINE_ROW * max(len(names), 2) + 12,
        margin=chart.margin(TOP, right=12),
        barmode="overlay",
        **chart.LEGEND_ON_TOP,
        shapes=[chart.vertical_line(f"{year}-01-01", chart.LINE) for year in range(first, last + 2)],
        yaxis=chart.row_axis(names, showgrid=True, gridcolor=chart.SURFACE),
    )
    figure.update_xaxes(
        type="date",
        range=[f"{first}-01-01", f"{last + 1}-01-01"],
        tickvals=[f"{year}-07-01" for year in range(first, last + 1)],
        ticktext=[str(year) for year in range(first, last + 1)],
        side="top",
    )
    return figure


def _timeline_alt(dated: pd.DataFrame, rows: list[str]) -> str:
    if dated.empty:
        return "Zeitleiste ohne Einträge: Für die gewählten Kommunen ist kein Termin mit Datum belegt."
    numbers = dated["stage"].value_counts()
    parts = [f"{STAGES[one]} {count(int(numbers[one]), 'Termin', 'Termine')}" for one in STAGES if one in numbers]
    return (
        f"Zeitleiste mit {count(len(dated), 'datierten Termin', 'datierten Terminen')} aus "
        f"{count(len(rows), 'Kommune', 'Kommunen')}, vom {day(dated['date_from'].min())} bis zum "
        f"{day(dated['date_to'].max())}: {', '.join(parts)}."
    )


def _timeline_note(events: pd.DataFrame, dated: pd.DataFrame, labels: dict[str, str], rows: list[str]) -> str:
    blanket = int((events["precision"] == "blanket").sum())
    undated = len(events) - len(dated) - blanket
    left = len(labels) - len(rows)
    parts = ["Scheibe: auf den Tag belegt; kräftiger Balken: auf den Monat; blasser Balken: auf das Jahr."]
    if undated:
        parts.append(f"{count(undated, 'Termin', 'Termine')} ohne Datum: nicht gezeichnet, unten genannt.")
    if blanket:
        parts.append(f"{count(blanket, 'Stufe', 'Stufen')} {BLANKET}: nicht gezeichnet, unten genannt.")
    if left:
        parts.append(f"{count(left, 'Kommune', 'Kommunen')} ohne datierten Termin: ohne Zeile.")
    return " ".join(parts)


def _events_table(events: pd.DataFrame) -> pd.DataFrame:
    days = {column: events[column].dt.date for column in ("date_from", "date_to")}
    names = {"name": "Kommune", "stage_de": "Stufe", "date_de": "Termin", "date_from": "Von", "date_to": "Bis"}
    rows = events.assign(**days, note=events["note"].replace("", None))
    return chart.table(rows, names | {"note": "Hinweis", "source_url": "Quelle"})


#: neighbouring lines must be distinguishable: pale ones are darker here than as discs
LINES = dict(zip(STAGES, (chart.QUIET, "#7fb5c0", "#468f9f", "#0b6a7e", "#07404d"), strict=True))
#: pixels that a label needs, and that are not the lines'
LABEL, FRAME = 18, 60
FUNNEL_ROW = 34


def funnel_lines(funnel: pd.DataFrame, counted: pd.DataFrame, source: str, height: int = 400) -> Chart:
    """``funnel`` as from ``stages.funnel``; ``counted``: ``stages.counts`` at its end, of which the note tells what
    has no date. All Kommunen are the top of the axis.
    """
    total = int(counted["total"].iloc[0])
    last = funnel.groupby("stage", sort=False)["reached"].last() if len(funnel) else pd.Series(dtype=int)
    order = {stage: position for position, stage in enumerate(STAGES, start=1)}
    beside = {"xref": "paper", "xshift": 6, "yanchor": "middle"}
    labels = [
        chart.end_label(STAGES[stage], f"{order[stage]} {STAGES[stage]}: {last[stage]}", 1, at, beside)
        for stage, at in _apart(last.to_dict(), max(total, 1), LABEL / (height - FRAME)).items()
    ]
    figure = chart.still_figure(height, margin=chart.margin(right=150), annotations=labels)
    for stage, part in funnel.groupby("stage", sort=False):
        figure.add_scatter(
            x=part["month"].dt.strftime("%Y-%m-%d").tolist(),
            y=part["reached"].tolist(),
            mode="lines",
            line={"shape": "hv", "width": 3, "color": LINES[str(stage)]},
            name=STAGES[str(stage)],
            hovertemplate=f"{STAGES[str(stage)]}, %{{x|%B %Y}}: %{{y}}<extra></extra>",
        )
    figure.update_xaxes(type="date", dtick="M12", tickformat="%Y", tickangle=0)
    figure.update_yaxes(range=[0, max(total, 1) * 1.03], title="Kommunen", dtick=10 if total > 12 else 2)
    wide = funnel.pivot_table(index="month", columns="stage", values="reached") if len(funnel) else pd.DataFrame()
    wide = wide.reindex(columns=list(STAGES)).rename(columns=STAGES).reset_index(names="Monat")
    wide["Monat"] = [day(month, "month") for month in wide["Monat"]]
    return Chart(
        figure=figure,
        title="So viele Kommunen haben die Stufen mit Datum erreicht",
        alt=_funnel_alt(funnel, last, total),
        source=source,
        table=wide,
        filename="monitoring_verlauf",
        note="Gezählt wird der erste belegte Termin je Kommune. Auf das Jahr datierte zählen ab Jahresende. "
        f"{_without_date(counted)}",
    )


def _without_date(counted: pd.DataFrame) -> str:
    """What the lines leave out, with the same numbers as elsewhere."""
    kinds = {kind: f"{EVIDENCE[kind]} belegt" for kind in ("undated", "blanket")}
    told = [
        f"{words}: " + ", ".join(f"{name} {number(n)}" for name, n in zip(rows["stage_de"], rows[kind], strict=True))
        for kind, words in kinds.items()
        for rows in [counted[counted[kind] > 0]]
        if len(rows)
    ]
    return f"Nicht in den Linien: {'; '.join(told)}." if told else ""


def _apart(values: dict[Any, int], total: int, share: float) -> dict[str, float]:
    """Heights of the labels: near their values, lowest first, none on another."""
    step = total * share
    placed: dict[str, float] = {}
    below = -step
    for stage, value in sorted(values.items(), key=lambda item: (item[1], -list(STAGES).index(str(item[0])))):
        below = max(float(value), below + step)
        placed[str(stage)] = below
    over = below - total * 1.02
    return {stage: at - max(over, 0) for stage, at in placed.items()}


def _funnel_alt(funnel: pd.DataFrame, last: pd.Series, total: int) -> str:
    if funnel.empty:
        return "Ohne Einträge: Kein Termin ist mit Datum belegt."
    reached = ", ".join(f"{STAGES[str(stage)]} {number(value)}" for stage, value in last.items())
    return (
        f"Stufenlinien von {day(funnel['month'].min(), 'month')} bis {day(funnel['month'].max(), 'month')}. Am Ende "
        f"haben von {count(total, 'Kommune', 'Kommunen')} mit Datum belegt erreicht: {reached}."
    )


def division_bars(divided: pd.DataFrame, grouping: str, source: str) -> Chart:
    """Kommunen of each group by their latest documented stage; ``divided`` as from ``funnel.divided``."""
    looks = [Look(chart.SURFACE, chart.INK), *(Look(COLOURS[stage], INKS[stage]) for stage in STAGES)]
    groups = divided["group"].tolist()
    rows = [f"{group} ({n})" for group, n in zip(groups, divided["participants"], strict=True)]
    figure = chart.still_figure(
        90 + FUNNEL_ROW * max(len(groups), 2),
        margin=chart.margin(72, right=12),
        barmode="stack",
        bargap=0.3,
        **chart.LEGEND_ON_TOP,
        legend_traceorder="normal",
        yaxis=chart.row_axis(rows),
    )
    figure.update_xaxes(showticklabels=False)
    for step, (name, look) in enumerate(zip(["keine Stufe belegt", *STAGES.values()], looks, strict=True)):
        values = divided[f"furthest_{step}"].tolist()
        add_stacked_bars(
            figure,
            f"{step} {name}" if step else name,
            look,
            f"<b>%{{customdata}}</b><br>{name}: %{{x}}",
            edge=chart.PAPER if step else chart.MUTED,
            size=13,
            x=values,
            y=list(range(len(groups))),
            text=[str(value) if value else "" for value in values],
            customdata=groups,
            showlegend=any(values),
        )
    return Chart(
        figure=figure,
        title=f"Späteste belegte Stufe nach {grouping}",
        alt=_division_alt(divided, grouping),
        source=source,
        table=chart.table(divided, {"group": grouping, "participants": "Kommunen", **STAGES}),
        filename="monitoring_aufteilung",
        note="In Klammern: Zahl der Kommunen. Wer zu zwei Gruppen gehört, zählt in beiden.",
    )


def _division_alt(divided: pd.DataFrame, grouping: str) -> str:
    if divided.empty:
        return f"Ohne Einträge: Keine Kommune ist einer Gruppe nach {grouping} zugeordnet."
    shown = [
        f"{row['group']}: {row['furthest_5']} von {row['participants']} bis zur Zwischenbilanz"
        for row in divided.head(4).to_dict("records")
    ]
    return f"Balken nach {grouping}, {count(len(divided), 'Gruppe', 'Gruppen')}. {'; '.join(shown)}."
