"""A map that stays in the page while its figure changes.

Streamlit 1.67 makes the identity of ``st.plotly_chart`` from the whole figure, key or no key: every new choice throws
the map away and builds another, with a new WebGL context and all geometry anew. This component hands the figure to
Plotly's own ``react`` instead. See docs/decisions/0006-a-map-that-stays.md.
"""

from __future__ import annotations

from typing import Any

from zwk_data.charts.chart import Chart
from zwk_data.charts.chart import config as chart_config
from zwk_data.web.components import component
from zwk_data.web.plotly_asset import plotly_url

_MAP_HTML = '<div class="zwk-map" role="figure"></div>'


def draw_map(chart: Chart, *, key: str) -> dict[str, Any] | None:
    """Draw ``chart`` in place of the map that stood there; returns the point just clicked, or None.

    A point is ``{"customdata": …, "location": …}``, as Plotly gives it for areas and circles.
    """
    state = component("map", _MAP_HTML)(
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
