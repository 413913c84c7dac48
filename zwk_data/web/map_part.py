"""A map that stays in the page while its figure changes.

Streamlit 1.67 makes the identity of ``st.plotly_chart`` from the whole figure, key or no key: every new choice throws
the map away and builds another, with a new WebGL context and all geometry anew. This component hands the figure to
Plotly's own ``react`` instead. See docs/decisions/0006-a-map-that-stays.md.
"""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from zwk_data import __version__
from zwk_data.charts.chart import Chart
from zwk_data.charts.chart import config as chart_config
from zwk_data.paths import ROOT
from zwk_data.web.plotly_asset import plotly_url

_NAME = "zwk.map"
_HTML = '<div class="zwk-map" role="figure"></div>'


def _component() -> Any:
    """The component, its script read from our own folder (an inline script would need a laxer security policy)."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(_NAME) is None:
        manifest = ComponentManifest("zwk", __version__, [ComponentConfig("map", "zwk_data/web/components")])
        manager.register_from_manifest(manifest, ROOT)
    return st.components.v2.component(_NAME, html=_HTML, js="map.js", isolate_styles=False)


def draw_map(chart: Chart, *, key: str) -> dict[str, Any] | None:
    """Draw ``chart`` in place of the map that stood there; returns the point just clicked, or None.

    A point is ``{"customdata": …, "location": …}``, as Plotly gives it for areas and circles.
    """
    state = _component()(
        key=key,
        data={
            "figure": chart.figure.to_json(),
            "config": chart_config(key),
            "alt": chart.alt,
            "plotly": plotly_url(),
        },
        height="content",
        on_point_change=lambda: None,
    )
    return state.point
