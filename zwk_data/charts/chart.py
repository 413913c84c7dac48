"""What every chart of ours is: a figure, what it says in words, where it comes from, and its table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

# One accent colour; everything it is compared with stays grey.
ACCENT = "#0b5c6e"
ACCENT_SOFT = "#d3e6ea"
INK = "#1f2933"
MUTED = "#52606d"  # 6.4 : 1 on white
QUIET = "#9aa5b1"
LINE = "#d9e2ec"
SURFACE = "#f6f8f9"
PAPER = "#ffffff"
WARM = "#a8480a"  # the one contrast colour: breaks, losses, warnings (6.2 : 1 on white)
WARM_SOFT = "#f8e6d6"
#: light to dark, readable in grey print; drawn as steps, never as a gradient
SEQUENCE = ("#e3f0f2", "#b5d6dc", "#7fb5c0", "#468f9f", "#0b6a7e", "#07404d")
#: losses warm, gains cool, with a pale middle
DIVERGING = ("#a8480a", "#d98a4f", "#f3cfae", "#eef1f3", "#b5d6dc", "#468f9f", "#07404d")

#: Plotly's German number and date words, inline: a locale file would be a foreign request.
LOCALE_DE = {
    "moduleType": "locale",
    "name": "de",
    "format": {
        "days": ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
        "shortDays": ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
        "months": [
            "Januar", "Februar", "März", "April", "Mai", "Juni",
            "Juli", "August", "September", "Oktober", "November", "Dezember",
        ],
        "shortMonths": ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
        "date": "%d.%m.%Y",
        "decimal": ",",
        "thousands": ".",
    },
    "dictionary": {
        "Autoscale": "Automatisch skalieren",
        "Box Select": "Rechteckauswahl",
        "Compare data on hover": "Werte vergleichen",
        "Double-click to zoom back out": "Doppelklick setzt den Ausschnitt zurück",
        "Double-click on legend to isolate one trace": "Doppelklick auf die Legende zeigt nur diese Reihe",
        "Download plot as a PNG": "Als PNG herunterladen",
        "Download plot as a png": "Als PNG herunterladen",
        "Download plot": "Als Bild herunterladen",
        "Lasso Select": "Lassoauswahl",
        "Pan": "Verschieben",
        "Reset": "Zurücksetzen",
        "Reset axes": "Achsen zurücksetzen",
        "Reset view": "Ansicht zurücksetzen",
        "Reset views": "Ansichten zurücksetzen",
        "Show closest data on hover": "Nächsten Wert zeigen",
        "Snapshot succeeded": "Bild gespeichert",
        "Taking snapshot - this may take a few seconds": "Das Bild wird erstellt …",
        "Zoom": "Zoomen",
        "Zoom in": "Vergrößern",
        "Zoom out": "Verkleinern",
    },
}  # fmt: skip


def config(filename: str) -> dict[str, object]:
    """Plotly's config for every figure: German, PNG in print size, nothing that calls home."""
    return {
        "locale": "de",
        "locales": {"de": {"format": LOCALE_DE["format"], "dictionary": LOCALE_DE["dictionary"]}},
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d", "sendDataToCloud"],
        "toImageButtonOptions": {"format": "png", "filename": filename, "scale": 2},
        "scrollZoom": False,
    }


def template() -> go.layout.Template:
    """The house template: white paper, hairlines, direct labels, room to breathe."""
    axis = {
        "gridcolor": LINE,
        "linecolor": QUIET,
        "zerolinecolor": QUIET,
        "ticks": "",
        "tickfont": {"size": 14, "color": MUTED},
        "title": {"font": {"size": 14, "color": MUTED}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {
                "family": '"Source Sans", "Source Sans Pro", "Liberation Sans", Arial, sans-serif',
                "size": 15,
                "color": INK,
            },
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "colorway": [ACCENT, MUTED, QUIET, WARM, "#468f9f"],
            "separators": ",.",
            "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": QUIET, "font": {"size": 14, "color": INK}},
            "legend": {"orientation": "h", "y": 1.08, "x": 0, "font": {"size": 14}},
            "showlegend": False,
        }
    )


@dataclass(frozen=True)
class Chart:
    """A finished chart.

    ``figure``: the drawing; ``title``: what it shows, a short German line; ``alt``: one to three German sentences
    that say what a reader would see; ``source``: the source line to print beneath; ``table``: the same figures as a
    frame with German column names, ready to show; ``filename``: for downloads, without ending; ``note``: what must
    be known to read it (breaks, whole-city figures), or empty.
    """

    figure: go.Figure
    title: str
    alt: str
    source: str
    table: pd.DataFrame = field(repr=False)
    filename: str = "abbildung"
    note: str = ""
