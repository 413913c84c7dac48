"""Measures by status, one lying bar a Handlungsfeld."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import count, listing
from zwk_data.programme.action_fields import FIELD_ORDER
from zwk_data.programme.words import MEASURE_STATUS

#: colour of a bar and of the number in it; what is finished stands in the accent colour
STATUS_COLOURS = {
    "done": (chart.ACCENT, chart.PAPER),
    "running": ("#468f9f", chart.PAPER),
    "planned": ("#b5d6dc", chart.INK),
    "idea": (chart.LINE, chart.INK),
    "parked": ("#eceff2", chart.INK),
    "dropped": (chart.WARM_SOFT, chart.INK),
}
FIELD_ROW, FIELD_FRAME = 38, 80


def status_bars(fields: Mapping[str, Mapping[str, int]], source: str, filename: str) -> Chart:
    """``fields``: Handlungsfeld -> status code -> number of measures (``ActionField.by_status``), in their order."""
    names = list(fields)
    figure = go.Figure(
        layout={
            "template": chart.template(),
            "height": FIELD_FRAME + FIELD_ROW * len(names),
            "barmode": "stack",
            "bargap": 0.3,
        }
    )
    for code in (one for one in FIELD_ORDER if any(one in counts for counts in fields.values())):
        colour, ink = STATUS_COLOURS[code]
        values = [fields[name].get(code, 0) for name in names]
        figure.add_bar(
            y=names,
            x=values,
            orientation="h",
            name=MEASURE_STATUS[code],
            marker={"color": colour, "line": {"color": chart.PAPER, "width": 1}},
            text=[str(value) if value else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink, "size": 14},
            hovertemplate="<b>%{y}</b><br>" + MEASURE_STATUS[code] + ": %{x}<extra></extra>",
        )
    figure.update_layout(
        showlegend=True,
        legend={"traceorder": "normal", "y": 1.02, "yanchor": "bottom"},
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"visible": False},
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
    )
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
