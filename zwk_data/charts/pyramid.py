"""The population pyramid: bars as thick as their age group is wide, as long as it has people per year of age."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.ticks import two_sided
from zwk_data.demography.ages import OPEN_END
from zwk_data.demography.words import STATUS, age_group
from zwk_data.german import number, with_unit

HEIGHT = 520
MEN, WOMEN = "#468f9f", chart.ACCENT


def pyramid_chart(
    ages: pd.DataFrame,
    name: str,
    year: int,
    *,
    other_name: str,
    source: str,
    filename: str,
    in_percent: bool = True,
    note: str = "",
) -> Chart:
    """Draw ``demography.ages.pyramid`` (age_group, age_from, age_to, male, female, other_male, other_female, status).

    Groups differ in width, so a bar's length is the number of persons per year of age and its thickness the width: its
    area is the number of persons. The last, open group is drawn up to 100. The outline shows the area compared with,
    as if it had as many inhabitants. ``in_percent=False`` leaves out shares (small places).
    """
    width = (ages["age_to"] - ages["age_from"]).to_numpy(dtype=np.float64)
    middle = ages["age_from"].to_numpy(dtype=np.float64) + width / 2
    total = float(ages["male"].sum() + ages["female"].sum())
    other_total = float(ages["other_male"].sum() + ages["other_female"].sum())
    figure = go.Figure(layout={"template": chart.template(), "height": HEIGHT})
    longest = 0.0
    for column, label, colour, side in (("male", "Männer", MEN, -1), ("female", "Frauen", WOMEN, 1)):
        persons = ages[column].to_numpy(dtype=np.float64)
        length = persons / width
        figure.add_bar(
            x=side * length, y=middle, width=width, orientation="h", name=label,
            marker={"color": colour, "line": {"color": chart.PAPER, "width": 0.6}},
            customdata=[_told(*row, total, in_percent) for row in zip(ages["age_group"], persons, length, strict=True)],
            hovertemplate=f"<b>{label}, %{{customdata}}<extra></extra>",
        )  # fmt: skip
        longest = max(longest, float(length.max(initial=0)))
        if other_total > 0:
            outline = ages[f"other_{column}"].to_numpy(dtype=np.float64) / width * total / other_total
            x, y = _steps(outline, ages["age_from"].to_numpy(), ages["age_to"].to_numpy())
            figure.add_scatter(
                x=side * x, y=y, mode="lines", line={"color": chart.INK, "width": 1.5}, hoverinfo="skip"
            )  # fmt: skip
            longest = max(longest, float(np.nanmax(outline)))
    _axes(figure, longest)
    _labels(figure, other_name if other_total > 0 else "")
    return Chart(
        figure=figure,
        title=f"Bevölkerung nach Alter und Geschlecht, 31.12.{year}",
        alt=_alt(ages, name, year, total, other_name if other_total > 0 else "", other_total, in_percent),
        source=source,
        table=_table(ages, total, other_name, other_total, in_percent),
        filename=filename,
        note=" ".join(part for part in (_how_to_read(ages), note) if part),
    )


def _told(group: str, persons: float, length: float, total: float, in_percent: bool) -> str:
    share = f", {with_unit(100 * persons / total, '%', 1)} aller" if in_percent and total else ""
    per_year = f" ({number(length, 0 if length >= 10 else 1)} je Altersjahr)" if length != persons else ""
    return f"{age_group(group)}</b><br>{number(persons)} Personen{per_year}{share}"


def _steps(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of bars: two corners per group."""
    return np.repeat(values, 2), np.column_stack([low, high]).ravel().astype(np.float64)


def _axes(figure: go.Figure, longest: float) -> None:
    reach = longest * 1.08 or 1.0
    figure.update_layout(
        barmode="overlay",
        bargap=0,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        xaxis={
            **two_sided(longest),
            "range": [-reach, reach],
            "showgrid": True,
            "title": {"text": "Personen je Altersjahr"},
            "zeroline": True,
        },
        yaxis={"tickvals": list(range(0, OPEN_END, 10)), "range": [0, OPEN_END], "title": {"text": "Alter in Jahren"}},
        hovermode="closest",
    )


def _labels(figure: go.Figure, other_name: str) -> None:
    for text, x, anchor, colour in (("Männer", 0, "left", MEN), ("Frauen", 1, "right", WOMEN)):
        figure.add_annotation(
            text=f"<b>{text}</b>", x=x, y=1, xref="paper", yref="paper", xanchor=anchor, yanchor="bottom",
            showarrow=False, font={"size": 15, "color": chart.ACCENT if colour == WOMEN else "#2f7585"},
        )  # fmt: skip
    if other_name:
        figure.add_annotation(
            text=f"Linie: {other_name}", x=0.5, y=1, xref="paper", yref="paper", xanchor="center", yanchor="bottom",
            showarrow=False, font={"size": 13, "color": chart.INK},
        )  # fmt: skip


def _how_to_read(ages: pd.DataFrame) -> str:
    if ages.empty:
        return ""
    last = ages.iloc[-1]
    text = "Die Altersgruppen sind verschieden breit; gezeichnet sind Personen je Altersjahr."
    return f"{text} Die oberste Gruppe, {age_group(last['age_group'])}, reicht in der Zeichnung bis {OPEN_END}."


def _alt(
    ages: pd.DataFrame, name: str, year: int, total: float, other_name: str, other_total: float, in_percent: bool
) -> str:
    aged = ages["age_from"] >= 65
    young = ages["age_to"] <= 18

    def told(rows: pd.Series, word: str) -> str:
        persons = float(ages.loc[rows, ["male", "female"]].sum().sum())
        if not in_percent:
            return f"{number(persons)} Menschen {word}"
        share = with_unit(100 * persons / total, "%", 1)
        if not other_total:
            return f"{share} {word}"
        other = float(ages.loc[rows, ["other_male", "other_female"]].sum().sum())
        return f"{share} {word} ({other_name}: {with_unit(100 * other / other_total, '%', 1)})"

    return (
        f"Bevölkerungspyramide von {name} am 31.12.{year}: {number(total)} Menschen, davon "
        f"{told(young, 'unter 18 Jahren')} und {told(aged, 'von 65 Jahren und mehr')}."
    )


def _table(ages: pd.DataFrame, total: float, other_name: str, other_total: float, in_percent: bool) -> pd.DataFrame:
    both = ages["male"] + ages["female"]
    table = {
        "Alter": ages["age_group"].map(age_group),
        "Männer": ages["male"],
        "Frauen": ages["female"],
        "Insgesamt": both,
    }
    if in_percent and total:
        table["Anteil (%)"] = (100 * both / total).round(1)
    if other_total:
        table[f"Anteil {other_name} (%)"] = (100 * (ages["other_male"] + ages["other_female"]) / other_total).round(1)
    table["Angabe"] = ages["status"].map(STATUS)
    return pd.DataFrame(table).reset_index(drop=True)
