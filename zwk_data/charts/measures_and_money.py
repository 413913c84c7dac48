"""How far the Handlungsfelder are (Zielerreichung as those present saw it, the status of their measures), and the
Mittelabfluss: granted, called and spent, per year and per Kommune.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart, Look
from zwk_data.charts.marks import add_stacked_bars, heat_grid
from zwk_data.german import all_rounded, count, listing, number, with_unit
from zwk_data.programme.measures_and_money import AMOUNTS, FIELD_ORDER
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
    "running": Look(chart.WRITTEN_ON, chart.INK),
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
    return f"Gestapelte Balken: {count(total, 'Maßnahme', 'Maßnahmen')} nach Handlungsfeld. {listing(told)}."


def measure_grid(themes: pd.DataFrame, source: str) -> Chart:
    """``themes`` as from ``measures_and_money.by_theme``; themes are rows, the one with most measures on top."""
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


COLOURS = {"granted_eur": chart.ACCENT_SOFT, "called_eur": chart.ACCENT, "spent_eur": chart.MUTED}
ROW = 26
NOTHING = "Ohne Einträge: Zu Mitteln ist nichts belegt."


def money_by_year(years: pd.DataFrame, source: str) -> Chart:
    """Three bars a year; ``years`` as from ``programme``. Amounts above the bars in thousands of euros."""
    figure = chart.still_figure(
        360,
        margin=chart.margin(56),
        barmode="group",
        bargap=0.35,
        bargroupgap=0.08,
        **chart.LEGEND_ON_TOP,
    )
    for column, name in AMOUNTS.items():
        values = years[column].tolist()
        figure.add_bar(
            x=[str(year) for year in years["year"]],
            y=values,
            name=name,
            marker={"color": COLOURS[column], "line": {"width": 1, "color": chart.ACCENT}},
            text=[number(value / 1000) for value in values],
            textposition="outside",
            textangle=0,
            textfont={"size": 13, "color": chart.INK},
            hovertemplate=f"{name} %{{x}}: %{{y:,.0f}} Euro<extra></extra>",
            cliponaxis=False,
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(title="Euro", tickformat=",.0f", rangemode="tozero", nticks=6)
    unreported = years[years["open"] > 0]
    note = "Über den Balken: Tausend Euro."
    if len(unreported):
        pairs = zip(unreported["year"], unreported["open"], strict=True)
        missing = listing([f"{year}: {count(int(n), 'Kommune', 'Kommunen')}" for year, n in pairs])
        note += f" Ausgaben noch nicht belegt: {missing}."
    return Chart(
        figure=figure,
        title="Mittel je Jahr: bewilligt, abgerufen, ausgegeben",
        alt=_year_alt(years),
        source=source,
        table=_amounts_table(
            years, {"year": "Jahr", "participants": "Kommunen"}, {"open": "Ausgaben nicht belegt (Kommunen)"}
        ),
        filename="monitoring_mittel_jahre",
        note=note,
    )


def _amounts_table(rows: pd.DataFrame, before: dict[str, str], after: dict[str, str]) -> pd.DataFrame:
    amounts = {column: f"{name} (Euro)" for column, name in AMOUNTS.items()}
    rows = rows.assign(
        called_share=all_rounded(rows["called_share"] * 100, 1), **rows[list(AMOUNTS)].apply(all_rounded)
    )
    return chart.table(rows, before | amounts | {"called_share": "Abgerufen in Prozent"} | after)


def _year_alt(years: pd.DataFrame) -> str:
    if years.empty:
        return NOTHING
    sums = [
        f"{row['year']:.0f} bewilligt {with_unit(row['granted_eur'] / 1000, 'Tausend Euro')}, davon abgerufen "
        f"{with_unit(row['called_share'] * 100, '%')}"
        for row in years.to_dict("records")
    ]
    return f"Je Jahr drei Balken: {'; '.join(sums)}."


def money_by_participant(sums: pd.DataFrame, labels: dict[str, str], period: str, source: str) -> Chart:
    """One row per Kommune: a pale bar granted, a dark one called inside it, a stroke spent; lowest share on top.

    ``sums`` as from the function of that name in ``programme``; ``period``: „2024“ or „2021 bis 2024“.
    """
    rows = list(range(len(sums)))
    names = [labels.get(key, name) for key, name in zip(sums["participant_id"], sums["name"], strict=True)]
    hover = [
        f"<b>{row['name']}</b><br>"
        + "<br>".join(f"{word}: {with_unit(row[column], 'Euro')}" for column, word in AMOUNTS.items())
        for row in sums.to_dict("records")
    ]
    figure = chart.still_figure(
        66 + ROW * max(len(sums), 2),
        margin=chart.margin(62, right=12),
        barmode="overlay",
        **chart.LEGEND_ON_TOP,
        yaxis=chart.row_axis(names, above=0.6, below=0.4),
    )
    figure.update_xaxes(side="top", showgrid=True, tickformat=",.0f", nticks=6, rangemode="tozero")
    for column, width in (("granted_eur", 0.74), ("called_eur", 0.4)):
        figure.add_bar(
            orientation="h",
            x=sums[column].fillna(0).tolist(),
            y=rows,
            width=width,
            name=AMOUNTS[column],
            marker={"color": COLOURS[column]},
            **chart.hover(hover),
        )
    figure.add_scatter(
        x=sums["spent_eur"].astype(object).where(sums["spent_eur"].notna(), None).tolist(),
        y=rows,
        mode="markers",
        name=AMOUNTS["spent_eur"],
        marker={"symbol": "line-ns", "size": 15, "line": {"width": 3, "color": chart.INK}},
        **chart.hover(hover),
    )
    alt, note = NOTHING, "Oben steht, wer den kleinsten Anteil abgerufen hat. Ohne Strich: Ausgaben nicht belegt."
    if gaps := int((sums["open"] > 0).sum()):
        missing = count(gaps, "Kommune", "Kommunen")
        note += f" Bei {missing} fehlen Ausgaben eines Jahres; der Strich zählt die belegten."
    if len(sums):
        low = sums.iloc[0]
        alt = (
            f"Balken für {count(len(sums), 'Kommune', 'Kommunen')}, {period}, der kleinste abgerufene Anteil oben: "
            f"{low['name']} mit {with_unit(low['called_share'] * 100, '%')}."
        )
    return Chart(
        figure=figure,
        title=f"Mittel je Kommune, {period} (Euro)",
        alt=alt,
        source=source,
        table=_amounts_table(sums, {"name": "Kommune"}, {}),
        filename="monitoring_mittel_kommunen",
        note=note,
    )
