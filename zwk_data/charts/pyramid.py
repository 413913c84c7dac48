"""The population pyramid: bars as thick as their age group is wide, as long as it has people per year of age.

Births above the line, deaths below it, and the balance of both on top.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.drawing import Look
from zwk_data.charts.marks import two_sided
from zwk_data.demography.ages import MEDIAN_AREA, OPEN_END
from zwk_data.demography.indicators import STATUS, age_group
from zwk_data.german import number, with_unit

PYRAMID_HEIGHT = 520
#: the two sides, one side of people whose sex is not known, and over them what they are compared with
MEN, WOMEN, ALL = Look("#468f9f"), Look(chart.ACCENT), Look("#468f9f")
OUTLINE = Look(chart.INK, weight=1.5, outline=True)
#: the men's colour is too light for letters
MEN_TEXT = "#2f7585"
#: small multiples: how many in a row, and how high a row is
COLUMNS, SMALL_HEIGHT = 3, 320


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
    """Draw ``demography.ages.pyramid`` (age_group, age_from, age_to, male, female, total, other_…, status).

    Groups differ in width, so a bar's length is the number of persons per year of age and its thickness the width: its
    area is the number of persons. The last, open group is drawn up to 100. The outline shows what is compared with
    (an area, or the median shares of the participants), as if it had as many inhabitants. Where the sexes are unknown
    there is one side. ``in_percent=False`` leaves out shares (small places).
    """
    total, other_total = _size(ages, ""), _size(ages, "other_")
    figure = go.Figure(layout={"template": chart.template(), "height": PYRAMID_HEIGHT})
    outline = _scaled(ages, total)
    longest = _draw(figure, ages, outline, total, in_percent)
    _axes(figure, longest, two=_has_sexes(ages))
    _labels(figure, other_name if other_total > 0 else "", two=_has_sexes(ages))
    return Chart(
        figure=figure,
        title=f"Bevölkerung nach Alter{' und Geschlecht' if _has_sexes(ages) else ''}, 31.12.{year}",
        alt=_pyramid_alt(ages, name, year, total, other_name if other_total > 0 else "", other_total, in_percent),
        source=source,
        table=_table(ages, total, other_name, other_total, in_percent),
        filename=filename,
        note=" ".join(part for part in (_how_to_read(ages, other_name if other_total > 0 else ""), note) if part),
    )


def pyramids_over_years(
    ages: pd.DataFrame,
    name: str,
    *,
    source: str,
    filename: str,
    other_name: str = "",
    in_percent: bool = True,
) -> Chart:
    """Small multiples of ``demography.ages.pyramids``: one pyramid a year, all on one scale.

    The outline is the place's own first year, so that each pyramid shows what has changed since; with ``other_name``
    it is the area compared with. With one year there is one pyramid, and the note says that there are no others.
    """
    years = [int(year) for year in ages["year"].unique()]
    columns = max(1, min(COLUMNS, len(years)))
    rows = max(1, -(-len(years) // columns))
    figure = make_subplots(rows, columns, subplot_titles=[str(year) for year in years], shared_yaxes=True,
                           horizontal_spacing=0.03, vertical_spacing=0.1)  # fmt: skip
    figure.update_layout(template=chart.template(), height=PYRAMID_HEIGHT if rows == 1 else rows * SMALL_HEIGHT)
    of_year = {year: ages[ages["year"] == year].reset_index(drop=True) for year in years}
    longest, first = 0.0, of_year[years[0]] if years else ages
    for position, (year, one) in enumerate(of_year.items()):
        total = _size(one, "")
        own_first = None if one is first else first[["male", "female", "total"]]
        outline = _scaled(one, total) if other_name else own_first
        place = {"row": position // columns + 1, "col": position % columns + 1}
        longest = max(longest, _draw(figure, one, outline, total, in_percent, f"{year}: ", place))
    two = _has_sexes(ages)
    _axes(figure, longest, two=two, small=True)
    line = f"Linie: {other_name}" if other_name else f"Linie: {years[0]}" if len(years) > 1 else ""
    men, women = (f"<span style='color:{colour}'>" for colour in (MEN_TEXT, WOMEN.colour))
    sides = f"<b>{men}links Männer</span>, {women}rechts Frauen</span></b>"
    head = ", ".join(part for part in (sides if two else "", line) if part)
    figure.add_annotation(
        text=head, x=0, y=1, yshift=26, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
        font={"size": 14, "color": chart.INK},
    )  # fmt: skip
    how = _how_to_read(ages, other_name)
    return Chart(
        figure=figure,
        title=f"Bevölkerung nach Alter{' und Geschlecht' if two else ''}, {_span(years)}",
        alt=_alt_over_years(of_year, name, in_percent),
        source=source,
        table=_table_over_years(of_year, name, in_percent),
        filename=filename,
        note=f"{how} {only_one_year(years)}".strip(),
    )


def only_one_year(years: list[int]) -> str:
    """Says that there is no second year to compare with; empty if there is."""
    if len(years) != 1:
        return ""
    return f"Zahlen nach Alter liegen hier nur für {years[0]} vor; eine Entwicklung lässt sich daraus nicht ablesen."


def _span(years: list[int]) -> str:
    return f"{years[0]} bis {years[-1]}" if len(years) > 1 else str(years[0]) if years else "ohne Jahr"


def _has_sexes(ages: pd.DataFrame) -> bool:
    return bool(ages["male"].notna().all() and ages["female"].notna().all())


def _size(ages: pd.DataFrame, which: str) -> float:
    """All persons of the frame (``which`` empty) or of what it is compared with (``other_``)."""
    columns = [f"{which}male", f"{which}female"] if _has_sexes(ages) else [f"{which}total"]
    return float(ages[columns].sum().sum())


def _scaled(ages: pd.DataFrame, total: float) -> pd.DataFrame | None:
    """What is compared with, as if it had ``total`` inhabitants; None if there is nothing."""
    other_total = _size(ages, "other_")
    if not other_total > 0:
        return None
    columns = ["male", "female", "total"]
    return (ages[[f"other_{column}" for column in columns]] * total / other_total).set_axis(columns, axis=1)


def _draw(
    figure: go.Figure,
    ages: pd.DataFrame,
    outline: pd.DataFrame | None,
    total: float,
    in_percent: bool,
    lead: str = "",
    place: dict[str, int] | None = None,
) -> float:
    """Bars of one pyramid and its outline; returns the longest length. ``lead`` stands before the words of a bar."""
    width = (ages["age_to"] - ages["age_from"]).to_numpy(dtype=np.float64)
    middle = ages["age_from"].to_numpy(dtype=np.float64) + width / 2
    two = (("male", "Männer", MEN, -1), ("female", "Frauen", WOMEN, 1))
    longest = 0.0
    for column, label, look, side in two if _has_sexes(ages) else (("total", "Insgesamt", ALL, 1),):
        persons = ages[column].to_numpy(dtype=np.float64)
        length = persons / width
        figure.add_bar(
            x=side * length, y=middle, width=width, orientation="h", name=label,
            marker={"color": look.colour, "line": {"color": chart.PAPER, "width": 0.6}},
            customdata=[_told(*row, total, in_percent) for row in zip(ages["age_group"], persons, length, strict=True)],
            hovertemplate=f"<b>{lead}{label}, %{{customdata}}<extra></extra>", **(place or {}),
        )  # fmt: skip
        longest = max(longest, float(length.max(initial=0)))
        if outline is not None and outline[column].notna().all():
            edge = outline[column].to_numpy(dtype=np.float64) / width
            x, y = _steps(edge, ages["age_from"].to_numpy(), ages["age_to"].to_numpy())
            figure.add_scatter(
                x=side * x, y=y, mode="lines", hoverinfo="skip",
                line={"color": OUTLINE.colour, "width": OUTLINE.weight}, **(place or {}),
            )  # fmt: skip
            longest = max(longest, float(edge.max()))
    return longest


def _told(group: str, persons: float, length: float, total: float, in_percent: bool) -> str:
    share = f", {with_unit(100 * persons / total, '%', 1)} aller" if in_percent and total else ""
    per_year = f" ({number(length, 0 if length >= 10 else 1)} je Altersjahr)" if length != persons else ""
    return f"{age_group(group)}</b><br>{number(persons)} Personen{per_year}{share}"


def _steps(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of bars: two corners per group."""
    return np.repeat(values, 2), np.column_stack([low, high]).ravel().astype(np.float64)


def _axes(figure: go.Figure, longest: float, *, two: bool, small: bool = False) -> None:
    reach = longest * 1.08 or 1.0
    ticks = two_sided(longest)
    if small:  # one tick a side: there is no room for more
        last = ticks["tickvals"][-1]  # type: ignore[index]
        ticks = {"tickvals": [-last, 0, last], "ticktext": [number(last), "0", number(last)]}
    figure.update_layout(
        barmode="overlay", bargap=0, margin={"l": 8, "r": 8, "t": 76 if small else 40, "b": 8}, hovermode="closest"
    )
    title = {} if small else {"title": {"text": "Personen je Altersjahr"}}
    figure.update_xaxes(**ticks, range=[-reach if two else 0, reach], showgrid=True, zeroline=True, **title)
    tickvals = list(range(0, OPEN_END, 20 if small else 10))
    figure.update_yaxes(
        tickvals=tickvals, range=[0, OPEN_END], **({} if small else {"title": {"text": "Alter in Jahren"}})
    )


def _labels(figure: go.Figure, other_name: str, *, two: bool) -> None:
    sides = (("Männer", 0, "left", MEN_TEXT), ("Frauen", 1, "right", WOMEN.colour)) if two else ()
    for text, x, anchor, colour in sides:
        figure.add_annotation(
            text=f"<b>{text}</b>", x=x, y=1, xref="paper", yref="paper", xanchor=anchor, yanchor="bottom",
            showarrow=False, font={"size": 15, "color": colour},
        )  # fmt: skip
    if other_name:
        figure.add_annotation(
            text=f"Linie: {other_name}", x=0.5, y=1, xref="paper", yref="paper", xanchor="center", yanchor="bottom",
            showarrow=False, font={"size": 13, "color": chart.INK},
        )  # fmt: skip


def _how_to_read(ages: pd.DataFrame, other_name: str = "") -> str:
    if ages.empty:
        return ""
    last = ages.iloc[-1]
    text = "Die Altersgruppen sind verschieden breit; gezeichnet sind Personen je Altersjahr."
    text += f" Die oberste Gruppe, {age_group(last['age_group'])}, reicht in der Zeichnung bis {OPEN_END}."
    if not _has_sexes(ages):
        text += " Nach Geschlecht sind die Zahlen nicht bekannt."
    if other_name == MEDIAN_AREA.name:
        text += " Die Linie zeigt je Gruppe den Median der Anteile aller Teilnehmenden ohne Stadtquartiere."
    return text


def _people(ages: pd.DataFrame, rows: pd.Series, which: str = "") -> float:
    return _size(ages[rows], which) if rows.any() else 0.0


def _pyramid_alt(
    ages: pd.DataFrame, name: str, year: int, total: float, other_name: str, other_total: float, in_percent: bool
) -> str:
    aged = ages["age_from"] >= 65
    young = ages["age_to"] <= 18

    def told(rows: pd.Series, word: str) -> str:
        persons = _people(ages, rows)
        if not in_percent:
            return f"{number(persons)} Menschen {word}"
        share = with_unit(100 * persons / total, "%", 1)
        if not other_total:
            return f"{share} {word}"
        other = _people(ages, rows, "other_")
        return f"{share} {word} ({other_name}: {with_unit(100 * other / other_total, '%', 1)})"

    return (
        f"Bevölkerungspyramide von {name} am 31.12.{year}: {number(total)} Menschen, davon "
        f"{told(young, 'unter 18 Jahren')} und {told(aged, 'von 65 Jahren und mehr')}."
    )


def _table(ages: pd.DataFrame, total: float, other_name: str, other_total: float, in_percent: bool) -> pd.DataFrame:
    sexes = _has_sexes(ages)
    both = ages["male"] + ages["female"] if sexes else ages["total"]
    table = {"Alter": ages["age_group"].map(age_group)}
    if sexes:
        table |= {"Männer": ages["male"], "Frauen": ages["female"]}
    table["Insgesamt"] = both
    if in_percent and total:
        table["Anteil (%)"] = (100 * both / total).round(1)
    if other_total:
        other = ages["other_male"] + ages["other_female"] if sexes else ages["other_total"]
        table[f"Anteil {other_name} (%)"] = (100 * other / other_total).round(1)
    table["Angabe"] = ages["status"].map(STATUS)
    return pd.DataFrame(table).reset_index(drop=True)


def _table_over_years(of_year: dict[int, pd.DataFrame], name: str, in_percent: bool) -> pd.DataFrame:
    tables = [_table(ages, _size(ages, ""), "", 0.0, in_percent).assign(Jahr=year) for year, ages in of_year.items()]
    if not tables:
        return pd.DataFrame(columns=["Jahr", "Alter", "Insgesamt"])
    table = pd.concat(tables, ignore_index=True)
    return table[["Jahr", *(column for column in table.columns if column != "Jahr")]]


def _alt_over_years(of_year: dict[int, pd.DataFrame], name: str, in_percent: bool) -> str:
    if not of_year:
        return f"Für {name} liegt keine Bevölkerung nach Alter vor."

    def told(year: int) -> str:
        ages = of_year[year]
        total = _size(ages, "")
        young, aged = (_people(ages, rows) for rows in (ages["age_to"] <= 18, ages["age_from"] >= 65))
        if not in_percent or not total:
            return f"{number(young)} Menschen unter 18 Jahren und {number(aged)} von 65 Jahren und mehr"
        shares = [with_unit(100 * persons / total, "%", 1) for persons in (young, aged)]
        return f"{shares[0]} unter 18 Jahren und {shares[1]} von 65 Jahren und mehr"

    years = list(of_year)
    if len(years) == 1:
        return f"Bevölkerungspyramide von {name}, nur {years[0]}: {told(years[0])}."
    return (
        f"Bevölkerungspyramiden von {name} nebeneinander, {_span(years)}: {years[0]} waren es {told(years[0])}, "
        f"{years[-1]} {told(years[-1])}."
    )


BIRTHS_HEIGHT = 380
BIRTHS, DEATHS, BALANCE = Look(chart.ACCENT), Look(chart.QUIET), Look(chart.WARM, weight=2)


def births_chart(events: pd.DataFrame, name: str, *, source: str, filename: str, note: str = "") -> Chart:
    """Draw births and deaths of one place.

    ``events``: one row per year, rising, with year, births, deaths, balance (floats, NaN where no figure), status.
    """
    known = events.dropna(subset=["births", "deaths"], how="all")
    figure = go.Figure(
        layout={"template": chart.template(), "height": BIRTHS_HEIGHT, "barmode": "relative", "bargap": 0.25}
    )
    longest = float(known[["births", "deaths"]].max().max()) if len(known) else 0.0
    hover = "<b>%{x}</b><br>%{customdata:,.0f} "
    figure.add_bar(
        x=known["year"], y=known["births"], customdata=known["births"], marker={"color": BIRTHS.colour},
        hovertemplate=hover + "Geburten<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        x=known["year"], y=-known["deaths"], customdata=known["deaths"], marker={"color": DEATHS.colour},
        hovertemplate=hover + "Sterbefälle<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=known["year"], y=known["balance"], mode="lines+markers", connectgaps=False,
        line={"color": BALANCE.colour, "width": BALANCE.weight}, marker={"size": 6, "color": BALANCE.colour},
        hovertemplate="<b>%{x}</b><br>Saldo %{y:+,.0f}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"tickformat": "d", "dtick": 1 if len(known) <= 10 else 5, "tickangle": 0},
        yaxis={"zeroline": True, "zerolinewidth": 1.5, "title": {"text": "Personen im Jahr"}, **two_sided(longest)},
    )
    for text, x, colour in (
        ("Geburten", 0.0, chart.ACCENT),
        ("Sterbefälle", 0.36, chart.MUTED),
        ("Saldo", 0.8, chart.WARM),
    ):
        figure.add_annotation(
            text=f"<b>{text}</b>", x=x, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            showarrow=False, font={"size": 14, "color": colour},
        )  # fmt: skip
    return Chart(
        figure=figure,
        title="Geburten, Sterbefälle und natürlicher Saldo",
        alt=_births_alt(known, name),
        source=source,
        table=pd.DataFrame(
            {
                "Jahr": events["year"].astype("Int64"),
                "Geburten": events["births"],
                "Sterbefälle": events["deaths"],
                "Natürlicher Saldo": events["balance"],
                "Angabe": events["status"].map(STATUS),
            }
        ).reset_index(drop=True),
        filename=filename,
        note=note,
    )


def _births_alt(known: pd.DataFrame, name: str) -> str:
    if known.empty:
        return f"Für {name} liegen keine Zahlen zu Geburten und Sterbefällen vor."
    last = known.iloc[-1]
    more = int((known["balance"] < 0).sum())
    span = f"{known['year'].iloc[0]} bis {last['year']}"
    return (
        f"Geburten und Sterbefälle in {name}, {span}. {last['year']}: {number(last['births'])} Geburten, "
        f"{number(last['deaths'])} Sterbefälle, Saldo {number(last['balance'], sign=True)}. "
        f"In {more} von {len(known)} Jahren starben mehr Menschen, als geboren wurden."
    )
