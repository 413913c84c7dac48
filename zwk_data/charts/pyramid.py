"""People by age and sex (the population pyramid), and how births and deaths change their number."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart, Look
from zwk_data.charts.marks import nice_ticks, two_sided
from zwk_data.demography.ages import MEDIAN_AREA, OPEN_END
from zwk_data.demography.indicators import STATUS, age_group
from zwk_data.german import all_rounded, number, with_unit

PYRAMID_HEIGHT = 520
#: the two sides, one side of people whose sex is not known, and over them what they are compared with
MEN, WOMEN, ALL = Look("#468f9f"), Look(chart.ACCENT), Look("#468f9f")
OUTLINE = Look(chart.INK, weight=1.5, outline=True)
#: the men's colour is too light for letters
MEN_TEXT = "#2f7585"
#: small multiples: how many in a row, and how high a row is
COLUMNS, SMALL_HEIGHT = 3, 320


#: a line above the plot
_ABOVE = {"xref": "paper", "yref": "paper", "yanchor": "bottom"}


def pyramid_chart(
    ages: pd.DataFrame, name: str, year: int, caption: Caption, *, other_name: str, in_percent: bool = True
) -> Chart:
    """Draw ``demography.ages.pyramid`` (age_group, age_from, age_to, male, female, total, other_…, status).

    Groups differ in width, so a bar's length is the number of persons per year of age and its thickness the width: its
    area is the number of persons. The last, open group is drawn up to 100. The outline shows what is compared with
    (an area, or the median shares of the participants), as if it had as many inhabitants. Where the sexes are unknown
    there is one side. ``in_percent=False`` leaves out shares (small places).
    """
    if not _size(ages, "other_") > 0:
        other_name = ""
    two = _has_sexes(ages)
    figure = chart.house_figure(PYRAMID_HEIGHT)
    _set_axes(figure, _draw_pyramid(figure, ages, _scaled(ages), in_percent), two=two)
    for text, x, anchor, colour in (
        (("Männer", 0, "left", MEN_TEXT), ("Frauen", 1, "right", WOMEN.colour)) if two else ()
    ):
        place = _ABOVE | {"xanchor": anchor}
        figure.add_annotation(chart.label(f"<b>{text}</b>", x, 1, place, size=15, colour=colour))
    if other_name:
        figure.add_annotation(chart.label(f"Linie: {other_name}", 0.5, 1, _ABOVE | {"xanchor": "center"}, size=13))
    return Chart(
        figure=figure,
        title=_title(ages, f"31.12.{year}"),
        alt=_pyramid_alt(ages, name, year, other_name, in_percent),
        source=caption.source,
        table=_age_table(ages, in_percent, other_name),
        filename=caption.filename,
        note=" ".join(filter(None, (_how_to_read(ages, other_name), caption.note))),
    )


def pyramids_over_years(ages: pd.DataFrame, name: str, caption: Caption, *, in_percent: bool = True) -> Chart:
    """Small multiples of ``demography.ages.pyramids``: one pyramid a year, all on one scale.

    The outline is the place's own first year, so that each pyramid shows what has changed since. With one year there
    is one pyramid, and the note says that there are no others.
    """
    years = [int(year) for year in ages["year"].unique()]
    of_year = {year: ages[ages["year"] == year].reset_index(drop=True) for year in years}
    columns = max(1, min(COLUMNS, len(years)))
    rows = max(1, -(-len(years) // columns))
    titles = [str(year) for year in years]
    spaces = {"horizontal_spacing": 0.03, "vertical_spacing": 0.1}
    figure = make_subplots(rows, columns, subplot_titles=titles, shared_yaxes=True, **spaces)
    figure.update_layout(template=chart.template(), height=PYRAMID_HEIGHT if rows == 1 else rows * SMALL_HEIGHT)
    longest, first = 0.0, next(iter(of_year.values()), ages)
    for position, (year, one) in enumerate(of_year.items()):
        outline = None if one is first else first[["male", "female", "total"]]
        place = {"row": position // columns + 1, "col": position % columns + 1}
        longest = max(longest, _draw_pyramid(figure, one, outline, in_percent, f"{year}: ", place))
    _set_axes(figure, longest, two=_has_sexes(ages), small=True)
    head = _sides_and_line(titles[0] if len(titles) > 1 else "", two=_has_sexes(ages))
    figure.add_annotation(chart.label(head, 0, 1, _ABOVE | {"xanchor": "left", "yshift": 26}))
    return Chart(
        figure=figure,
        title=_title(ages, _span(years)),
        alt=_alt_over_years(of_year, name, in_percent),
        source=caption.source,
        table=_table_over_years(of_year, in_percent),
        filename=caption.filename,
        note=" ".join(filter(None, (_how_to_read(ages), _only_one_year(years), caption.note))),
    )


def _title(ages: pd.DataFrame, when: str) -> str:
    return f"Bevölkerung nach Alter{' und Geschlecht' if _has_sexes(ages) else ''}, {when}"


def _sides_and_line(compared: str, *, two: bool) -> str:
    """The meaning of the sides and the line of small pyramids."""
    men, women = (f"<span style='color:{colour}'>" for colour in (MEN_TEXT, WOMEN.colour))
    sides = f"<b>{men}links Männer</span>, {women}rechts Frauen</span></b>"
    return ", ".join([*([sides] if two else []), *([f"Linie: {compared}"] if compared else [])])


def _only_one_year(years: list[int]) -> str:
    """Says that there is no second year to compare with; empty if there is."""
    text = "Zahlen nach Alter liegen hier nur für {} vor; eine Entwicklung lässt sich daraus nicht ablesen."
    return text.format(years[0]) if len(years) == 1 else ""


def _span(years: list[int]) -> str:
    return f"{years[0]} bis {years[-1]}" if len(years) > 1 else str(years[0]) if years else "ohne Jahr"


def _has_sexes(ages: pd.DataFrame) -> bool:
    return bool(ages["male"].notna().all() and ages["female"].notna().all())


def _persons(ages: pd.DataFrame, which: str = "") -> pd.DataFrame:
    """The numbers of the frame (``which`` empty) or of what it is compared with (``other_``): by sex if known."""
    return ages[[f"{which}male", f"{which}female"] if _has_sexes(ages) else [f"{which}total"]]


def _size(ages: pd.DataFrame, which: str = "") -> float:
    """All persons; ``which`` as in ``_persons``."""
    return float(_persons(ages, which).sum().sum())


def _scaled(ages: pd.DataFrame) -> pd.DataFrame | None:
    """What is compared with, as if it had as many inhabitants; None if there is nothing."""
    other_total = _size(ages, "other_")
    if not other_total > 0:
        return None
    columns = ["male", "female", "total"]
    return (ages[[f"other_{column}" for column in columns]] * _size(ages) / other_total).set_axis(columns, axis=1)


def _draw_pyramid(
    figure: go.Figure,
    ages: pd.DataFrame,
    outline: pd.DataFrame | None,
    in_percent: bool,
    lead: str = "",
    place: Mapping[str, int] = MappingProxyType({}),
) -> float:
    """Bars of one pyramid and its outline; returns the longest length. ``lead`` stands before the words of a bar."""
    width = (ages["age_to"] - ages["age_from"]).to_numpy(dtype=np.float64)
    middle = ages["age_from"].to_numpy(dtype=np.float64) + width / 2
    corners = ages[["age_from", "age_to"]].to_numpy(dtype=np.float64).ravel()
    total = _size(ages) if in_percent else 0.0
    two = (("male", "Männer", MEN, -1), ("female", "Frauen", WOMEN, 1))
    longest = 0.0
    for column, label, look, side in two if _has_sexes(ages) else (("total", "Insgesamt", ALL, 1),):
        persons = ages[column].to_numpy(dtype=np.float64)
        length = persons / width
        figure.add_bar(
            x=side * length,
            y=middle,
            width=width,
            orientation="h",
            name=label,
            marker={"color": look.colour, "line": {"color": chart.PAPER, "width": 0.6}},
            customdata=[_group_text(*row, total) for row in zip(ages["age_group"], persons, length, strict=True)],
            hovertemplate=f"<b>{lead}{label}, %{{customdata}}<extra></extra>",
            **place,
        )
        longest = max(longest, float(length.max(initial=0)))
        if outline is not None and outline[column].notna().all():
            edge = outline[column].to_numpy(dtype=np.float64) / width
            line = {"color": OUTLINE.colour, "width": OUTLINE.weight}
            x = side * np.repeat(edge, 2)
            figure.add_scatter(x=x, y=corners, mode="lines", hoverinfo="skip", line=line, **place)
            longest = max(longest, float(edge.max()))
    return longest


def _group_text(group: str, persons: float, length: float, total: float) -> str:
    """What the pointer shows of a group; with its share if there is a ``total``."""
    share = f", {with_unit(100 * persons / total, '%', 1)} aller" if total else ""
    per_year = f" ({number(length, 0 if length >= 10 else 1)} je Altersjahr)" if length != persons else ""
    return f"{age_group(group)}</b><br>{number(persons)} Personen{per_year}{share}"


def _set_axes(figure: go.Figure, longest: float, *, two: bool, small: bool = False) -> None:
    reach = longest * 1.08 or 1.0
    ticks = two_sided(longest)
    if small:  # one tick a side: there is no room for more
        last = nice_ticks(longest)[-1]
        ticks = {"tickvals": [-last, 0, last], "ticktext": [number(last), "0", number(last)]}
    figure.update_layout(barmode="overlay", bargap=0, margin=chart.margin(76 if small else 40))
    figure.update_xaxes(**ticks, range=[-reach if two else 0, reach], showgrid=True, zeroline=True)
    figure.update_yaxes(tickvals=list(range(0, OPEN_END, 20 if small else 10)), range=[0, OPEN_END])
    if not small:
        figure.update_layout(xaxis_title_text="Personen je Altersjahr", yaxis_title_text="Alter in Jahren")


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


def _young_and_aged(ages: pd.DataFrame, in_percent: bool, which: str = "") -> tuple[str, str]:
    """How many are below 18 and of 65 and more, as shares if there is anybody; ``which`` as in ``_persons``."""
    persons, total = _persons(ages, which).sum(axis=1), _size(ages, which)
    young, aged = (float(persons[part].sum()) for part in (ages["age_to"] <= 18, ages["age_from"] >= 65))
    if in_percent and total:
        return with_unit(100 * young / total, "%", 1), with_unit(100 * aged / total, "%", 1)
    return f"{number(young)} Menschen", f"{number(aged)} Menschen"


def _pyramid_alt(ages: pd.DataFrame, name: str, year: int, other_name: str, in_percent: bool) -> str:
    young, aged = _young_and_aged(ages, in_percent)
    compared = ["", ""]
    if in_percent and other_name:
        compared = [f" ({other_name}: {share})" for share in _young_and_aged(ages, in_percent, "other_")]
    return (
        f"Bevölkerungspyramide von {name} am 31.12.{year}: {number(_size(ages))} Menschen, davon {young} unter 18 "
        f"Jahren{compared[0]} und {aged} von 65 Jahren und mehr{compared[1]}."
    )


def _age_table(ages: pd.DataFrame, in_percent: bool, other_name: str = "") -> pd.DataFrame:
    sexes = _has_sexes(ages)
    both = _persons(ages).sum(axis=1, skipna=False)
    table = {"Alter": ages["age_group"].map(age_group)}
    if sexes:
        table |= {"Männer": ages["male"], "Frauen": ages["female"]}
    table["Insgesamt"] = both
    total = _size(ages)
    if in_percent and total:
        table["Anteil (%)"] = pd.Series(all_rounded(100 * both / total, 1), both.index)
    if other_name:
        other = _persons(ages, "other_").sum(axis=1, skipna=False)
        table[f"Anteil {other_name} (%)"] = pd.Series(all_rounded(100 * other / _size(ages, "other_"), 1), other.index)
    table["Angabe"] = ages["status"].map(STATUS)
    return pd.DataFrame(table).reset_index(drop=True)


def _table_over_years(of_year: dict[int, pd.DataFrame], in_percent: bool) -> pd.DataFrame:
    tables = [_age_table(ages, in_percent) for ages in of_year.values()]
    if not tables:
        return pd.DataFrame(columns=["Jahr", "Alter", "Insgesamt"])
    return pd.concat(tables, keys=of_year, names=["Jahr"]).reset_index(level="Jahr").reset_index(drop=True)


def _alt_over_years(of_year: dict[int, pd.DataFrame], name: str, in_percent: bool) -> str:
    if not of_year:
        return f"Für {name} liegt keine Bevölkerung nach Alter vor."

    def in_year(year: int) -> str:
        young, aged = _young_and_aged(of_year[year], in_percent)
        return f"{young} unter 18 Jahren und {aged.removesuffix(' Menschen')} von 65 Jahren und mehr"

    years = list(of_year)
    if len(years) == 1:
        return f"Bevölkerungspyramide von {name}, nur {years[0]}: {in_year(years[0])}."
    return (
        f"Bevölkerungspyramiden von {name} nebeneinander, {_span(years)}: {years[0]} waren es {in_year(years[0])}, "
        f"{years[-1]} {in_year(years[-1])}."
    )


BIRTHS_HEIGHT = 380
BIRTHS, DEATHS, BALANCE = Look(chart.ACCENT), Look(chart.QUIET), Look(chart.WARM, weight=2)


def births_chart(events: pd.DataFrame, name: str, caption: Caption) -> Chart:
    """Draw births and deaths of one place.

    ``events``: one row per year, rising, with year, births, deaths, balance (floats, NaN where no figure), status.
    """
    known = events.dropna(subset=["births", "deaths"], how="all")
    longest = float(known[["births", "deaths"]].max().max()) if len(known) else 0.0
    figure = chart.house_figure(
        BIRTHS_HEIGHT,
        barmode="relative",
        bargap=0.25,
        margin=chart.margin(28),
        xaxis={"tickformat": "d", "dtick": 1 if len(known) <= 10 else 5, "tickangle": 0},
        yaxis={"zeroline": True, "zerolinewidth": 1.5, "title": {"text": "Personen im Jahr"}, **two_sided(longest)},
    )
    for column, side, look, word in (("births", 1, BIRTHS, "Geburten"), ("deaths", -1, DEATHS, "Sterbefälle")):
        figure.add_bar(
            x=known["year"],
            y=side * known[column],
            customdata=all_rounded(known[column]),
            marker={"color": look.colour},
            hovertemplate=f"<b>%{{x}}</b><br>%{{customdata:,.0f}} {word}<extra></extra>",
        )
    figure.add_scatter(
        x=known["year"],
        y=all_rounded(known["balance"]),
        mode="lines+markers",
        connectgaps=False,
        line={"color": BALANCE.colour, "width": BALANCE.weight},
        marker={"size": 6, "color": BALANCE.colour},
        hovertemplate="<b>%{x}</b><br>Saldo %{y:+,.0f}<extra></extra>",
    )
    names = (("Geburten", 0.0, chart.ACCENT), ("Sterbefälle", 0.36, chart.MUTED), ("Saldo", 0.8, chart.WARM))
    for text, x, colour in names:
        figure.add_annotation(chart.label(f"<b>{text}</b>", x, 1, _ABOVE | {"xanchor": "left"}, colour=colour))
    rows = events.assign(year=events["year"].astype("Int64"), status=events["status"].map(STATUS))
    columns = {"year": "Jahr", "births": "Geburten", "deaths": "Sterbefälle", "balance": "Natürlicher Saldo"}
    return Chart(
        figure=figure,
        title="Geburten, Sterbefälle und natürlicher Saldo",
        alt=_births_alt(known, name),
        source=caption.source,
        table=chart.table(rows, columns | {"status": "Angabe"}),
        filename=caption.filename,
        note=caption.note,
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
