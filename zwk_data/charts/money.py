"""Mittelabfluss: granted, called and spent, per year and per Kommune."""

from __future__ import annotations

import pandas as pd

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import all_rounded, count, listing, number, with_unit
from zwk_data.programme.money import AMOUNTS

COLOURS = {"granted_eur": chart.ACCENT_SOFT, "called_eur": chart.ACCENT, "spent_eur": chart.MUTED}
ROW = 26
NOTHING = "Ohne Einträge: Zu Mitteln ist nichts belegt."


def money_by_year(years: pd.DataFrame, source: str) -> Chart:
    """Three bars a year; ``years`` as from ``money.by_year``. Amounts above the bars in thousands of euros."""
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

    ``sums`` as from ``money.by_participant``; ``period``: „2024“ or „2021 bis 2024“.
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
