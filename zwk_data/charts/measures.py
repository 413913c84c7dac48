"""How far the Handlungsfelder are: Zielerreichung as those present saw it, and the status of their measures."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart, Look
from zwk_data.charts.marks import add_stacked_bars, heat_grid
from zwk_data.german import all_rounded, count, listing, number
from zwk_data.programme.measures import FIELD_ORDER
from zwk_data.schema.words import MEASURE_STATUS, RATING_STEPS

#: what is missed warm, what is reached in the accent colour
STEP_LOOKS = {
    1: Look(chart.WARM),
    2: Look("#f3cfae", chart.INK),
    3: Look("#e4e9ed", chart.INK),
    4: Look("#b5d6dc", chart.INK),
    5: Look(chart.ACCENT),
}
#: pixels of a Handlungsfeld (its name in two lines and its votes), of a further line, of all around
RATING_ROW, LINE, RATING_FRAME = 58, 18, 80
#: letters of a Handlungsfeld in a line; a smaller share of votes has no room for its number
_LETTERS, _ROOM = 26, 0.05


def ratings_chart(ratings: pd.DataFrame, title: str, source: str, filename: str = "zielerreichung") -> Chart:
    """``ratings``: field_of_action, votes_1 … votes_5, votes, mean, share_reached, note (``review.ratings``).

    Bars are shares of the votes (per cent), numbers in them votes.
    """
    labels = [
        _row_label(str(name), int(n)) for name, n in zip(ratings["field_of_action"], ratings["votes"], strict=True)
    ]
    lines = sum(max(0, one.count("<br>") - 2) for one in labels)
    figure = _lying_bars(RATING_FRAME + RATING_ROW * len(labels) + LINE * lines, bargap=0.42)
    for step, word in RATING_STEPS.items():
        votes = ratings[f"votes_{step}"].astype(int).tolist()
        shares = [n / total if total else 0.0 for n, total in zip(votes, ratings["votes"], strict=True)]
        texts = [str(n) if share >= _ROOM else "" for n, share in zip(votes, shares, strict=True)]
        percent = [100 * share for share in shares]
        hover = f"<b>%{{y}}</b><br>{word}: %{{customdata}}"
        told = [f"{n} ({number(value)} %)" for n, value in zip(votes, percent, strict=True)]
        look = STEP_LOOKS[step]
        add_stacked_bars(figure, word, look, hover, y=labels, x=percent, text=texts, customdata=told)
    figure.update_yaxes(ticks="outside", ticklen=8, tickcolor=chart.PAPER)
    figure.update_xaxes(range=[0, 100])
    return Chart(
        figure=figure,
        title=title,
        alt=_ratings_alt(ratings),
        source=source,
        table=_ratings_table(ratings),
        filename=filename,
        note="Breite: Anteil an den Stimmen des Handlungsfelds; Zahl im Balken: Stimmen.",
    )


def _lying_bars(height: int, bargap: float) -> go.Figure:
    """An empty figure for bars end to end, the first row on top, with a legend."""
    return chart.house_figure(
        height,
        barmode="stack",
        bargap=bargap,
        showlegend=True,
        legend={"traceorder": "normal", "y": 1.02, "yanchor": "bottom"},
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"visible": False},
        margin=chart.margin(40),
    )


def _row_label(name: str, votes: int) -> str:
    """A Handlungsfeld in lines, and how many votes it has."""
    counted = count(votes, "Stimme", "Stimmen") if votes else "keine Stimmen"
    return "<br>".join([*wrap(name, _LETTERS), f'<span style="color:{chart.MUTED};font-size:12px">{counted}</span>'])


def _ratings_alt(ratings: pd.DataFrame) -> str:
    if ratings.empty:
        return "Keine Bewertung ist festgehalten."
    told = []
    for row in ratings.to_dict("records"):
        if not row["votes"]:
            told.append(f"{row['field_of_action']}: keine Stimmen")
            continue
        reached = int(row["votes_4"] + row["votes_5"])
        told.append(
            f"{row['field_of_action']}: {reached} von {int(row['votes'])} Stimmen für „{RATING_STEPS[4]}“ oder "
            f"„{RATING_STEPS[5]}“, im Mittel Stufe {number(row['mean'], 1)} von 5"
        )
    fields = count(len(ratings), "Handlungsfeld", "Handlungsfeldern")
    return f"Gestapelte Balken: Zielerreichung in {fields}. {'; '.join(told)}."


def _ratings_table(ratings: pd.DataFrame) -> pd.DataFrame:
    votes = {f"votes_{step}": word for step, word in RATING_STEPS.items()} | {"votes": "Stimmen"}
    rows = ratings.astype(dict.fromkeys(votes, "Int64") | {"mean": float, "share_reached": float})
    rows = rows.assign(mean=all_rounded(rows["mean"], 1), share_reached=all_rounded(100 * rows["share_reached"]))
    names = {"field_of_action": "Handlungsfeld", **votes, "mean": "Mittel (1 bis 5)"}
    names["share_reached"] = "Weitgehend erreicht oder erreicht (%)"
    return chart.table(rows, names | ({"note": "Hinweis"} if (ratings["note"] != "").any() else {}))


#: finished measures have the accent colour
STATUS_LOOKS = {
    "done": Look(chart.ACCENT),
    "running": Look("#468f9f"),
    "planned": Look("#b5d6dc", chart.INK),
    "idea": Look(chart.LINE, chart.INK),
    "parked": Look("#eceff2", chart.INK),
    "dropped": Look(chart.WARM_SOFT, chart.INK),
}
FIELD_ROW, FIELD_FRAME = 38, 80


def status_bars(fields: Mapping[str, Mapping[str, int]], source: str, filename: str) -> Chart:
    """``fields``: Handlungsfeld -> status code -> number of measures (``ActionField.by_status``), in their order."""
    names = list(fields)
    figure = _lying_bars(FIELD_FRAME + FIELD_ROW * len(names), bargap=0.3)
    for code in (one for one in FIELD_ORDER if any(one in counts for counts in fields.values())):
        values = [fields[name].get(code, 0) for name in names]
        texts = [str(value) if value else "" for value in values]
        hover = f"<b>%{{y}}</b><br>{MEASURE_STATUS[code]}: %{{x}}"
        add_stacked_bars(figure, MEASURE_STATUS[code], STATUS_LOOKS[code], hover, y=names, x=values, text=texts)
    table = pd.DataFrame(
        {"Handlungsfeld": names}
        | {word: [fields[name].get(code, 0) for name in names] for code, word in MEASURE_STATUS.items()}
        | {"Alle": [sum(fields[name].values()) for name in names]}
    )
    return Chart(
        figure=figure,
        title="Maßnahmen nach Handlungsfeld und Stand",
        alt=_fields_alt(fields),
        source=source,
        table=table,
        filename=filename,
    )


def _fields_alt(fields: Mapping[str, Mapping[str, int]]) -> str:
    total = sum(sum(counts.values()) for counts in fields.values())
    told = [
        f"{name} {sum(counts.values())}, davon abgeschlossen {counts.get('done', 0)}" for name, counts in fields.items()
    ]
    return (
        f"Gestapelte Balken: {count(total, 'Maßnahme', 'Maßnahmen')} in "
        f"{count(len(fields), 'Handlungsfeld', 'Handlungsfeldern')}. {listing(told)}."
    )


def measure_grid(themes: pd.DataFrame, source: str) -> Chart:
    """``themes`` as from ``measures.by_theme``; themes are rows, the one with most measures on top."""
    values: list[list[int]] = themes[list(MEASURE_STATUS)].astype(int).to_numpy().tolist()
    names = [f"{name} ({number(n)})" for name, n in zip(themes["name_de"], themes["number"], strict=True)]
    figure = heat_grid(names, list(MEASURE_STATUS.values()), values)
    sums = {"number": "Alle", "participants": "Kommunen", "budget_eur": "Budget (Euro)", "unbudgeted": "Ohne Budget"}
    return Chart(
        figure=figure,
        title="Maßnahmen nach Thema und Stand",
        alt=_workload_alt(themes),
        source=source,
        table=chart.table(themes, {"name_de": "Thema", **MEASURE_STATUS, **sums}),
        filename="monitoring_massnahmen",
        note="In Klammern: alle Maßnahmen des Themas. Je dunkler ein Feld, desto mehr Maßnahmen; leer heißt keine.",
    )


def _workload_alt(themes: pd.DataFrame) -> str:
    if themes.empty:
        return "Ohne Einträge: Es sind keine Maßnahmen belegt."
    first = themes.iloc[0]
    done, running = int(themes["done"].sum()), int(themes["running"].sum())
    return (
        f"Raster aus {count(len(themes), 'Thema', 'Themen')} und sechs Ständen mit "
        f"{count(int(themes['number'].sum()), 'Maßnahme', 'Maßnahmen')}; {number(running)} laufen, {number(done)} sind "
        f"abgeschlossen. Die meisten gehören zu „{first['name_de']}“ ({number(int(first['number']))})."
    )
