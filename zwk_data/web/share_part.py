"""„Nutzen und Teilen“ beneath every figure: picture, table file, address, and how to cite it."""

from __future__ import annotations

import streamlit as st

from zwk_data.charts.chart import Chart
from zwk_data.web.components import component
from zwk_data.web.plotly_asset import plotly_url

_SHARE_HTML = """<div class="zwk-share">
<div class="zwk-share-row">
<button type="button" data-format="png">Bild als PNG</button>
<button type="button" data-format="svg">Bild als SVG</button>
</div>
<div class="zwk-share-row">
<label>Link zu dieser Ansicht <input readonly></label>
<button type="button" data-copy="link">Link kopieren</button>
</div>
<p class="zwk-share-head">Zitierhinweis</p>
<p class="zwk-cite"></p>
<div class="zwk-share-row">
<button type="button" data-copy="cite">Zitierhinweis kopieren</button>
<output aria-live="polite"></output>
</div>
</div>"""


def citation(chart: Chart) -> str:
    """How to cite ``chart``; the address and the day follow in the browser."""
    source = chart.source.removeprefix("Quelle: ").rstrip(". ")
    return f"ZWK-Monitor: {chart.title.rstrip('.')}. Datenquelle: {source}."


def share(chart: Chart, *, key: str) -> None:
    """Draw it for the chart drawn under ``key``."""
    _files(chart, key)
    source = chart.source if chart.source.startswith("Quelle") else f"Quelle: {chart.source}"
    component("share", _SHARE_HTML)(
        key=f"{key}-teilen",
        data={
            "key": key,
            "title": chart.title,
            "source": source,
            "filename": chart.filename,
            "citation": citation(chart),
            "plotly": plotly_url(),
        },
        height="content",
    )


def _files(chart: Chart, key: str) -> None:
    """Two buttons, CSV for German Excel and XLSX; a file is only made when its button is pressed."""

    def csv() -> bytes:
        from zwk_data.export.csv import to_csv

        return to_csv(chart.table)

    def xlsx() -> bytes:
        from zwk_data.export.xlsx import to_xlsx

        return to_xlsx({"Daten": chart.table}, title=chart.title, source=chart.source, note=chart.note)

    kinds = (
        ("Zahlen als CSV für Excel", csv, "csv", "text/csv"),
        ("Zahlen als XLSX", xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )
    with st.container(horizontal=True):
        for label, make, ending, mime in kinds:
            name = f"{chart.filename}.{ending}"
            st.download_button(label, make, name, mime, key=f"{key}-{ending}", on_click="ignore")
