"""Which Kommune works on which theme: one square per pair, the toolkit's themes and the wider ones set apart.

Themes by stage: how many of a theme's Kommunen are documented in each.

A figure among the Kommunen with a theme and among those without, and what can be said of the difference.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.marks import heat_grid
from zwk_data.charts.strip import said, strip_chart
from zwk_data.demography.indicators import Indicator
from zwk_data.german import count, listing, number, with_unit
from zwk_data.programme.themes import FEWEST, SMALL, Difference
from zwk_data.schema.words import FIRST_YEAR, STAGES

ROW, FOOT = 25, 190
THEME_GROUPS = {True: "Themen des Werkzeugkoffers", False: "Weitere Themen der Kommunen"}


def theme_grid(
    choices: pd.DataFrame,
    themes: pd.DataFrame,
    labels: dict[str, str],
    source: str,
    *,
    theme: str | None = None,
    participant: str | None = None,
) -> Chart:
    """Draw the squares. Themes are rows in the order of ``themes``, participants are columns in that of ``labels``.

    ``choices``: see ``themes.choices``; ``themes``: see ``themes.themes``; ``labels``: participant_id -> label.
    ``theme`` and ``participant`` are marked. A selected point's customdata is [theme_id, participant_id, …].
    """
    pairs = choices[choices["participant_id"].isin(labels)].merge(themes[["theme_id", "toolkit"]], on="theme_id")
    columns = [key for key in labels if key in set(pairs["participant_id"])]
    column = {key: number for number, key in enumerate(columns)}
    row, number = {}, 0
    for _, part in themes.groupby("toolkit", sort=False):
        number += 1  # a row of air with the group's name
        for key in part["theme_id"]:
            row[key] = number
            number += 1
    figure = go.Figure()
    for toolkit, colour in ((True, chart.ACCENT), (False, chart.SEQUENCE[3])):
        part = pairs[pairs["toolkit"] == toolkit]
        marked = (part["theme_id"] == theme) | (part["participant_id"] == participant)
        figure.add_scatter(
            x=part["participant_id"].map(column).tolist(),
            y=part["theme_id"].map(row).tolist(),
            mode="markers",
            marker={
                "symbol": "square",
                "size": 15,
                "color": [chart.WARM if hit else colour for hit in marked],
                "line": {"width": 0},
            },
            customdata=list(
                zip(part["theme_id"], part["participant_id"], part["participant_id"].map(labels), part["wording"],
                    part["name_de"], strict=True)
            ),
            hovertemplate="<b>%{customdata[2]}</b><br>%{customdata[4]}<br>„%{customdata[3]}“<extra></extra>",
            unselected={"marker": {"opacity": 1}},
        )  # fmt: skip
    _layout(figure, themes, row, [labels[key] for key in columns], number)
    return Chart(
        figure=figure,
        title="Wer arbeitet woran?",
        alt=_grid_alt(pairs, themes, columns),
        source=source,
        table=_grid_table(pairs, themes, labels),
        filename="themen",
        note=_grid_note(themes, labels, columns, chosen=bool(theme or participant)),
    )


def _layout(figure: go.Figure, themes: pd.DataFrame, row: dict[str, int], names: list[str], rows: int) -> None:
    names_of = dict(zip(themes["theme_id"], themes["name_de"], strict=True))
    number_of = dict(zip(themes["theme_id"], themes["participants"], strict=True))
    texts = {at: f"{names_of[key]} ({number_of[key]})" for key, at in row.items()}
    heads = [at for at in range(rows) if at not in texts]
    for at, title in zip(heads, THEME_GROUPS.values(), strict=False):
        texts[at] = f"<b>{title}</b>"
    figure.update_layout(
        template=chart.template(),
        height=FOOT + ROW * rows,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        clickmode="event+select",
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=names, tickangle=-90, range=[-0.7, len(names) - 0.3],
        showgrid=True, gridcolor=chart.LINE, tickfont={"size": 13}, fixedrange=True, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(texts), ticktext=list(texts.values()), range=[rows - 0.4, -0.6], gridcolor=chart.LINE,
        fixedrange=True, zeroline=False,
    )  # fmt: skip


def _grid_alt(pairs: pd.DataFrame, themes: pd.DataFrame, columns: list[str]) -> str:
    if pairs.empty:
        return "Übersicht der Themen ohne Einträge: Für die gewählten Kommunen ist kein Thema belegt."
    named = themes[themes["participants"] > 0].sort_values("participants", ascending=False, kind="stable")
    top = [f"{name} ({n})" for name, n in zip(named["name_de"].head(3), named["participants"].head(3), strict=True)]
    return (
        f"Raster aus {count(len(themes), 'Thema', 'Themen')} und {count(len(columns), 'Kommune', 'Kommunen')} mit "
        f"{count(len(pairs), 'Eintrag', 'Einträgen')}. Am häufigsten genannt: {listing(top)}."
    )


def _grid_note(themes: pd.DataFrame, labels: dict[str, str], columns: list[str], *, chosen: bool) -> str:
    parts = ["In Klammern: Zahl der Kommunen. Ein Klick auf ein Feld wählt das Thema."]
    if chosen:
        parts.append("Orange: die Auswahl.")
    empty = themes.loc[themes["participants"] == 0, "name_de"].tolist()
    if empty:
        parts.append(f"Von keiner Kommune belegt: {listing(empty)}.")
    left = [label for key, label in labels.items() if key not in set(columns)]
    if left:
        parts.append(f"Themen nicht belegt für {listing(left)}.")
    return " ".join(parts)


def _grid_table(pairs: pd.DataFrame, themes: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    order = {key: number for number, key in enumerate(themes["theme_id"])}
    rank = {key: number for number, key in enumerate(labels)}
    rows = pairs.assign(a=pairs["theme_id"].map(order), b=pairs["participant_id"].map(rank)).sort_values(["a", "b"])
    return pd.DataFrame(
        {
            "Thema": rows["name_de"],
            "Werkzeugkoffer": rows["toolkit"].map({True: "ja", False: "nein"}),
            "Kommune": rows["participant_id"].map(labels),
            "Eigene Worte": rows["wording"],
            "Quelle": rows["source_url"],
        }
    ).reset_index(drop=True)


NONE = "keine Stufe belegt"


def stage_grid(themes: pd.DataFrame, source: str, *, theme: str | None = None) -> Chart:
    """``themes`` as from ``theme_links.by_stage``; those that nobody chose are told below. ``theme`` is set off."""
    shown = themes[themes["participants"] > 0].sort_values(
        ["participants", "name_de"], ascending=[False, True], ignore_index=True
    )
    # nobody without any documented stage: no column of nothing
    silent = bool(shown["none"].any())
    columns = [*STAGES, *["none"] * silent]
    names = [f"{name} ({number(n)})" for name, n in zip(shown["name_de"], shown["participants"], strict=True)]
    marked = shown.index[shown["theme_id"] == theme].tolist()
    figure = heat_grid(
        names,
        [*STAGES.values(), *["keine Stufe<br>belegt"] * silent],
        shown[columns].astype(int).to_numpy().tolist(),
        hints=[
            [*(f"nicht belegt: {number(n - value)}" for value in row), *[""] * silent]
            for n, row in zip(shown["participants"], shown[list(STAGES)].to_numpy(), strict=True)
        ],
        quiet=int(silent),
        marked=marked[0] if marked else None,
    )
    empty = themes.loc[themes["participants"] == 0, "name_de"].tolist()
    note = (
        "In Klammern: alle Kommunen mit dem Thema. In den Feldern: wie viele davon in dieser Stufe belegt sind; was "
        "fehlt, ist nicht belegt, nicht unterblieben."
    )
    if len(shown) and not silent:
        note += " Für jede Kommune mit einem Thema ist wenigstens eine Stufe belegt."
    if empty:
        note += f" Von keiner Kommune belegt: {listing(empty)}."
    return Chart(
        figure=figure,
        title="Themen nach Stufen",
        alt=_stages_alt(shown),
        source=source,
        table=_stages_table(themes),
        filename="themen_stufen",
        note=note,
    )


def _stages_alt(shown: pd.DataFrame) -> str:
    if shown.empty:
        return "Ohne Einträge: Für keine Kommune ist ein Thema belegt."
    rate = shown["zwischenbilanz"]
    first = shown.iloc[int(rate.argmax())]
    lead = f"Raster aus {count(len(shown), 'Thema', 'Themen')} und fünf Stufen."
    if not rate.max():
        return f"{lead} In keinem Thema ist eine Zwischenbilanz belegt."
    return (
        f"{lead} Die meisten Kommunen mit belegter Zwischenbilanz hat „{first['name_de']}“: "
        f"{number(int(first['zwischenbilanz']))} von {number(int(first['participants']))}."
    )


def _stages_table(themes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Thema": themes["name_de"],
            "Kommunen": themes["participants"],
            **{word: themes[stage] for stage, word in STAGES.items()},
            NONE: themes["none"],
        }
    )


#: from this share on a difference is called nothing unusual
USUAL = 0.1
COMPARED_GROUPS = {True: "Mit dem Thema", False: "Ohne das Thema"}


def theme_strip(
    figures: pd.DataFrame, difference: Difference, indicator: Indicator, theme: str, source: str, *, own: str = ""
) -> Chart:
    """Draw ``theme_figures.figures``; ``theme``: its name; ``own``: the participant_id that is marked in both rows."""
    year = int(figures["year"].iloc[0])
    members = pd.DataFrame(
        {
            "group": figures["chose"].map(COMPARED_GROUPS),
            "key": figures["participant_id"],
            "name": figures["name"],
            "value": figures["value"],
            "is_place": False,
        }
    )
    me = figures[(figures["participant_id"] == own) & figures["value"].notna()]
    places = [
        members.loc[me.index].assign(group=group, is_place=True) for group in COMPARED_GROUPS.values() if len(me)
    ]  # fmt: skip
    drawn = strip_chart(
        # the place is a dot of its own in both rows
        pd.concat([members.drop(index=me.index), *places], ignore_index=True),
        _positions(figures, me),
        indicator,
        year,
        name=str(me["name"].iloc[0]) if len(me) else "",
        source=source,
        filename="themen_demografie",
    )
    return replace(
        drawn,
        title=f"„{theme}“ und {indicator.name}, {year}",
        alt=f"Zwei Streifen: {indicator.name}, {year}. {' '.join(words(difference, indicator, theme))}",
        table=_strip_table(figures, indicator),
        note=_strip_note(figures, indicator, year, me),
    )


def _positions(figures: pd.DataFrame, me: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for chose, name in COMPARED_GROUPS.items():
        part = figures[figures["chose"] == chose]
        known = part["value"].dropna().to_numpy(dtype=np.float64)
        low, median, high = np.percentile(known, [25, 50, 75]) if len(known) else (np.nan, np.nan, np.nan)
        rows.append((
            name, name, "teilnehmende", "", float(me["value"].iloc[0]) if len(me) else np.nan, len(known),
            len(part) - len(known), pd.NA, np.nan, median, low, high, False, count(len(known), "Kommune", "Kommunen"),
        ))  # fmt: skip
    columns = "group group_name level note value n n_missing rank share_below median p25 p75 is_member words"
    return pd.DataFrame(rows, columns=columns.split())


def words(difference: Difference, indicator: Indicator, theme: str) -> list[str]:
    """What the figures say and what they don't, in sentences."""
    with_n, without_n = difference.with_n, difference.without_n
    if not with_n or not without_n:
        missing = f"mit dem Thema „{theme}“" if not with_n else f"ohne das Thema „{theme}“"
        return [f"Für keine Kommune {missing} gibt es hier eine Zahl: Es lässt sich nichts vergleichen."]
    told = [
        f"Median der {count(with_n, 'Kommune', 'Kommunen')} mit dem Thema „{theme}“: "
        f"{said(difference.with_median, indicator)}; der {number(without_n)} ohne: "
        f"{said(difference.without_median, indicator)}."
    ]
    if not difference.is_enough:
        few = "mit dem Thema" if with_n < FEWEST else "ohne das Thema"
        told.append(
            f"Das sind zu wenige Kommunen {few}, um etwas über einen Unterschied zu sagen: Schon ein Ort "
            "mehr oder weniger kann das Bild drehen."
        )
        return told
    # as the medians are shown, or the reader reckons otherwise
    shown = round(difference.with_median, indicator.decimals) - round(difference.without_median, indicator.decimals)
    apart = round(abs(shown), indicator.decimals)
    if not apart:
        told.append("Beide Gruppen unterscheiden sich hier nicht.")
        return told
    unit = "Prozentpunkte" if indicator.unit == "%" else indicator.unit
    size = f"um {with_unit(apart, unit, indicator.decimals)} {'höher' if shown > 0 else 'niedriger'}"
    share = _of_hundred(difference.chance)
    told.append(
        f"Er liegt mit dem Thema {size}. Teilt man dieselben {number(with_n + without_n)} Kommunen zufällig in zwei "
        f"Gruppen dieser Größe, liegen die Mediane {share} mindestens so weit auseinander."
    )
    told.append(
        "Der Unterschied ist also nichts Ungewöhnliches."
        if difference.chance >= USUAL
        else "So weit liegen sie durch Zufall selten auseinander; bei vielen möglichen Paaren aus Thema und Kennzahl "
        "kommt das aber auch ohne jeden Zusammenhang vor."
    )
    return told


def _of_hundred(share: float) -> str:
    """„in 51 von 100 Fällen“, „in weniger als 1 von 100 Fällen“."""
    cases = round(100 * share)
    return f"in {cases} von 100 Fällen" if cases else "in weniger als 1 von 100 Fällen"


def _strip_note(figures: pd.DataFrame, indicator: Indicator, year: int, me: pd.DataFrame) -> str:
    told = ["Jeder graue Punkt ist eine Kommune. Strich: Median; helles Band: die mittlere Hälfte."]
    if len(me):
        member = "mit dem Thema" if bool(me["chose"].iloc[0]) else "ohne das Thema"
        told.append(f"{me['name'].iloc[0]} ({member}) steht zum Vergleich in beiden Zeilen.")
    missing = int(figures["value"].isna().sum())
    if missing:
        told.append(f"Für {count(missing, 'Kommune', 'Kommunen')} gibt es für {year} keine Zahl.")
    small = figures.loc[figures["small"] & figures["value"].notna(), "name"].tolist()
    if small and not indicator.is_count:
        told.append(
            f"Unter {number(SMALL)} Menschen, schon wenige Fälle verschieben den Wert deutlich: {listing(small)}."
        )
    if indicator.is_count:
        told.append(
            "Eine absolute Zahl wächst mit der Größe des Ortes; Anteile und Raten lassen sich besser vergleichen."
        )
    if year < FIRST_YEAR:
        told.append("Neuere Zahlen als aus der Zeit vor dem Modellprojekt gibt es für die meisten Kommunen nicht.")
    told.append(
        "Ohne Stadtquartiere (nur Zahlen der ganzen Stadt sind bekannt) und ohne Kommunen, deren Themen nicht belegt "
        "sind."
    )
    return " ".join(told)


def _strip_table(figures: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    rows = figures.sort_values(["chose", "value"], ascending=False, kind="stable")
    return pd.DataFrame(
        {
            "Kommune": rows["name"],
            "Thema gewählt": rows["chose"].map({True: "ja", False: "nein"}),
            indicator.with_unit: rows["value"].astype(float).round(indicator.decimals),
            "Jahr": rows["year"],
            "Unter 1.000 Menschen": rows["small"].map({True: "ja", False: "nein"}),
        }
    ).reset_index(drop=True)
