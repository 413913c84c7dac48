"""What Streamlit has no element for: „Nutzen und Teilen“ beneath a figure, downloads, and the map, which stays in the
page while what it shows changes. Scripts are files, as inline scripts would need a laxer security policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from zwk_data import __version__
from zwk_data.charts.chart import Chart, Described
from zwk_data.charts.map import MapChart
from zwk_data.export.csv import to_csv
from zwk_data.settings import ROOT
from zwk_data.web.kit.assets import module_url, plotly_url
from zwk_data.web.kit.markup import render

NAMES = ("glance", "keys", "map", "share")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def component(name: str) -> Any:
    """The component ``name`` (one of NAMES), from its template and script; called as ``st.components.v2`` says."""
    full = f"zwk.{name}"
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(full) is None:
        configs = [ComponentConfig(one, "zwk_data/web/static/components") for one in NAMES]
        manager.register_from_manifest(ComponentManifest("zwk", __version__, configs), ROOT)
    return st.components.v2.component(full, html=render(f"components/{name}"), js=f"{name}.js", isolate_styles=False)


def with_quelle(source: str) -> str:
    """A source line for below a figure: „Quelle: …“ (the word is added when missing)."""
    return source if source.startswith("Quelle") else f"Quelle: {source}"


def citation(chart: Described) -> str:
    """How to cite ``chart``; the address and the day follow in the browser."""
    source = chart.source.removeprefix("Quelle: ").rstrip(". ")
    return f"ZWK-Monitor: {chart.title.rstrip('.')}. Datenquelle: {source}."


def share(chart: Described, *, key: str) -> None:
    """Draw „Nutzen und Teilen“ for the chart drawn under ``key``."""

    def xlsx() -> bytes:
        # loads the writer of workbooks, which no page needs before this click
        from zwk_data.export.xlsx import to_xlsx  # noqa: PLC0415

        return to_xlsx({"Daten": chart.table}, title=chart.title, source=chart.source, note=chart.note)

    table_files("Zahlen", chart.filename, lambda: to_csv(chart.table, source=with_quelle(chart.source)), xlsx, key=key)
    component("share")(
        key=f"{key}-teilen",
        data={
            "key": key,
            "title": chart.title,
            "source": with_quelle(chart.source),
            "filename": chart.filename,
            "citation": citation(chart),
            "alt": chart.alt,
            "plotly": plotly_url(),
            "picture": isinstance(chart, Chart | MapChart),
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


def draw_map(chart: MapChart, *, key: str, on: Mapping[str, Callable[[Any], None]] | None = None) -> str | None:
    """Draw ``chart`` in place of the map that stood there; returns the participant or area just clicked, or None.

    ``on``: what to call before the page runs again. ``point``: with what was clicked; ``year``: with the year that the
    reader's film rests on, 0 when it ends.
    """

    def answer(event: str) -> Callable[[], None]:
        return lambda: (on or {}).get(event, lambda _: None)(st.session_state[key][event])

    state = component("map")(
        key=key,
        data={"map": dict(chart.spec), "script": module_url("map.js")},
        height="content",
        on_point_change=answer("point"),
        on_year_change=answer("year"),
    )
    point: str | None = state.point
    return point
