"""„Nutzen und Teilen“ beneath every figure, and the map, which stays in the page while what it shows changes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from zwk_data.charts.chart import Chart
from zwk_data.charts.map import MapChart
from zwk_data.export.csv import to_csv
from zwk_data.web.kit.assets import module_url, plotly_url
from zwk_data.web.kit.components import component

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def citation(chart: Chart | MapChart) -> str:
    """How to cite ``chart``; the address and the day follow in the browser."""
    source = chart.source.removeprefix("Quelle: ").rstrip(". ")
    return f"ZWK-Monitor: {chart.title.rstrip('.')}. Datenquelle: {source}."


def share(chart: Chart | MapChart, *, key: str) -> None:
    """Draw „Nutzen und Teilen“ for the chart drawn under ``key``."""

    def xlsx() -> bytes:
        # loads the writer of workbooks, which no page needs before this click
        from zwk_data.export.xlsx import to_xlsx  # noqa: PLC0415

        return to_xlsx({"Daten": chart.table}, title=chart.title, source=chart.source, note=chart.note)

    table_files("Zahlen", chart.filename, lambda: to_csv(chart.table), xlsx, key=key)
    source = chart.source if chart.source.startswith("Quelle") else f"Quelle: {chart.source}"
    component("share")(
        key=f"{key}-teilen",
        data={
            "key": key,
            "title": chart.title,
            "source": source,
            "filename": chart.filename,
            "citation": citation(chart),
            "alt": chart.alt,
            "plotly": plotly_url(),
        },
        height="content",
    )


def table_files(
    what: str, filename: str, csv: Callable[[], bytes], xlsx: Callable[[], bytes], *, key: str, icon: str | None = None
) -> None:
    """Two download buttons, CSV for German Excel and XLSX."""
    with st.container(horizontal=True):
        download(f"{what} als CSV für Excel", csv, f"{filename}.csv", "text/csv", key=f"{key}-csv", icon=icon)
        download(f"{what} als XLSX", xlsx, f"{filename}.xlsx", XLSX, key=f"{key}-xlsx", icon=icon)


def download(
    label: str,
    data: bytes | Callable[[], bytes],
    filename: str,
    mime: str,
    *,
    key: str,
    icon: str | None = ":material/download:",
    disabled: bool = False,
) -> None:
    """A download button; a callable as ``data`` runs only when the button is pressed."""
    st.download_button(label, data, filename, mime, key=key, icon=icon, disabled=disabled, on_click="ignore")


def draw_map(chart: MapChart, *, key: str) -> str | None:
    """Draw ``chart`` in place of the map that stood there; returns the participant just clicked, or None."""
    state = component("map")(
        key=key,
        data={"map": dict(chart.spec), "script": module_url("map.js")},
        height="content",
        on_point_change=lambda: None,
    )
    point: str | None = state.point
    return point
