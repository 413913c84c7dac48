"""Which Kommune works on which theme: one square per pair, the toolkit's themes and the wider ones set apart."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import count, listing

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
