"""Kommunen on a ring, joined by the themes they share: the more, the thicker the line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.marks import places, seated
from zwk_data.german import count, listing, number

#: pixels from name to name, and above and below the ring
ROW, AROUND = 29, 40
#: half the width of the drawing in half axes of the ring: room for the names
WIDE = 1.65
#: how far lines bend towards the middle: those between neighbours hardly, those across the ring as far as this share
BEND, ACROSS = 0.8, 1.6
_CURVE = np.linspace(0, 1, 13)


def theme_network(
    links: pd.DataFrame,
    labels: dict[str, str],
    themes_of: dict[str, int],
    source: str,
    *,
    participant: str | None = None,
) -> Chart:
    """Draw ``theme_links.links``: the strong ones, and those of ``participant`` in the accent colour.

    ``labels``: participant_id -> name; ``themes_of``: participant_id -> number of its themes; Kommunen that share
    none are named in the note. A selected point's customdata is [participant_id, text under the pointer].
    """
    ids = [key for key in labels if key in set(links["a"]) | set(links["b"])]
    spots = _places_on_ring(links, ids)
    mine = _drawn_links_of(links, participant)
    partners = (set(mine["a"]) | set(mine["b"])) - {participant}
    figure = chart.still_figure(
        ROW * max((len(ids) + 1) // 2, 3) + AROUND, margin=chart.margin(8), clickmode="event+select"
    )
    figure.update_xaxes(visible=False, range=[-WIDE, WIDE])
    figure.update_yaxes(visible=False, range=[-1.05, 1.05])
    quiet = links[links["strong"]].drop(index=mine.index, errors="ignore")
    for part, colour in ((quiet, chart.LINE if len(mine) else chart.SEQUENCE[2]), (mine, chart.ACCENT)):
        # the strongest last, on top
        for shared in sorted(set(part["shared"])):
            _draw_links(figure, part[part["shared"] == shared], spots, colour, shared)
    hover = _hover_texts(links, ids, labels, themes_of)
    _draw_names(figure, spots, labels, hover, participant, partners)
    return Chart(
        figure=figure,
        title="Wer teilt Themen mit wem?",
        alt=_alt_text(links, labels, participant),
        source=source,
        table=_links_table(links, labels, participant),
        filename="themen_netz",
        note=_links_note(links, labels, participant),
    )


def _places_on_ring(links: pd.DataFrame, ids: list[str]) -> dict[str, tuple[float, float]]:
    row = {key: at for at, key in enumerate(ids)}
    weights = np.zeros((len(ids), len(ids)))
    a, b = links["a"].map(row).to_numpy(dtype=int), links["b"].map(row).to_numpy(dtype=int)
    # squared: two that share four themes belong together more than four that share one
    weights[a, b] = weights[b, a] = links["shared"].to_numpy(dtype=np.float64) ** 2
    spots = dict(zip(seated(weights), places(len(ids)).tolist(), strict=True))
    return {key: (spots[at][0], spots[at][1]) for key, at in row.items()}


def _drawn_links_of(links: pd.DataFrame, participant: str | None) -> pd.DataFrame:
    """The links of one Kommune that are drawn: with two shared themes or more, or all if it has none of these."""
    mine = links[(links["a"] == participant) | (links["b"] == participant)]
    several = mine[mine["shared"] > 1]
    return several if len(several) else mine


def _draw_links(
    figure: go.Figure, links: pd.DataFrame, spots: dict[str, tuple[float, float]], colour: str, shared: int
) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in zip(links["a"], links["b"], strict=True):
        length = float(np.hypot(spots[a][0] - spots[b][0], spots[a][1] - spots[b][1]))
        for line, one, other in zip((x, y), spots[a], spots[b], strict=True):
            # of a curve's three points the middle one
            bend = (1 - BEND * min(1.0, length / ACROSS)) * (one + other) / 2
            points = (1 - _CURVE) ** 2 * one + 2 * _CURVE * (1 - _CURVE) * bend + _CURVE**2 * other
            line += [round(float(point), 3) for point in points]
            line.append(None)
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": colour, "width": 0.6 + 0.9 * (shared - 1)}, hoverinfo="skip"
    )


def _draw_names(
    figure: go.Figure,
    spots: dict[str, tuple[float, float]],
    labels: dict[str, str],
    hover: dict[str, str],
    participant: str | None,
    partners: set[str],
) -> None:
    bold = {*partners, participant}
    accented = partners if participant else set(spots)
    colours = [chart.WARM if k == participant else chart.ACCENT if k in accented else chart.QUIET for k in spots]
    names = [f"<b>{labels[key]}</b>" if key in bold else labels[key] for key in spots]
    figure.add_scatter(
        x=[x for x, _ in spots.values()],
        y=[y for _, y in spots.values()],
        mode="markers+text",
        marker={
            "size": [15 if key == participant else 10 for key in spots],
            "color": colours,
            "opacity": 1,
            "line": {"color": chart.PAPER, "width": 1},
        },
        text=[f"\u00a0{name}\u00a0" for name in names],
        textposition=["middle right" if x > 0 else "middle left" for x, _ in spots.values()],
        textfont={"size": 14, "color": [chart.WARM if key == participant else chart.INK for key in spots]},
        customdata=[[key, hover[key]] for key in spots],
        hovertemplate="%{customdata[1]}<extra></extra>",
        unselected={"marker": {"opacity": 1}, "textfont": {"color": chart.INK}},
        cliponaxis=False,
    )


def _hover_texts(
    links: pd.DataFrame, ids: list[str], labels: dict[str, str], themes_of: dict[str, int]
) -> dict[str, str]:
    """The text under the pointer, by Kommune."""
    first: dict[str, tuple[str, int]] = {}
    for a, b, shared in links[["a", "b", "shared"]].itertuples(index=False, name=None):
        first.setdefault(a, (b, shared))
        first.setdefault(b, (a, shared))
    return {
        key: f"<b>{labels[key]}</b><br>{count(themes_of.get(key, 0), 'Thema', 'Themen')}"
        f"<br>am meisten gemeinsam mit {labels[first[key][0]]} ({number(first[key][1])})"
        for key in ids
    }


def _alt_text(links: pd.DataFrame, labels: dict[str, str], participant: str | None) -> str:
    if links.empty:
        return "Ohne Einträge: Keine zwei Kommunen haben ein belegtes Thema gemeinsam."
    most = int(links["shared"].max())
    best = links[links["shared"] == most]
    pairs = [f"{labels[a]} mit {labels[b]}" for a, b in best[["a", "b"]].head(3).itertuples(index=False, name=None)]
    also = f" (und {count(len(best) - 3, 'weiteres Paar', 'weitere Paare')})" if len(best) > 3 else ""
    text = (
        f"Ring der Kommunen: {count(len(links), 'Paar', 'Paare')} mit gemeinsamen Themen. Die meisten, "
        f"{number(most)}, teilen {listing(pairs)}{also}."
    )
    mine = links[(links["a"] == participant) | (links["b"] == participant)]
    if len(mine):
        ends = mine[["a", "b"]].head(3).itertuples(index=False, name=None)
        others = [labels[b if a == participant else a] for a, b in ends]
        text += f" {labels[str(participant)]} hat mit {listing(others)} am meisten gemeinsam."
    return text


def _links_note(links: pd.DataFrame, labels: dict[str, str], participant: str | None) -> str:
    strong = int(links["strong"].sum())
    sentences = [
        f"Gezeichnet sind die stärksten {number(strong)} von {count(len(links), 'Verbindung', 'Verbindungen')}, alle "
        "stehen in der Tabelle. Je dicker die Linie, desto mehr gemeinsame Themen; wer viele teilt, steht möglichst "
        "nah beieinander.",
        "Ein Klick auf einen Punkt wählt die Kommune.",
    ]
    if participant and len(_drawn_links_of(links, participant)):
        sentences.append(
            "Orange: die Auswahl, dunkel: ihre Verbindungen (zwei gemeinsame Themen oder mehr, wenn es solche gibt)."
        )
    left = [label for key, label in labels.items() if key not in set(links["a"]) | set(links["b"])]
    if left:
        sentences.append(f"Themen nicht belegt oder mit niemandem gemeinsam: {listing(left)}.")
    return " ".join(sentences)


def _links_table(links: pd.DataFrame, labels: dict[str, str], participant: str | None) -> pd.DataFrame:
    """All links, those of the chosen Kommune first."""
    own = (links["a"] == participant) | (links["b"] == participant)
    rows = pd.concat([links[own], links[~own]])
    rows = rows.assign(a=rows["a"].map(labels), b=rows["b"].map(labels))
    return chart.table(rows, {"a": "Kommune", "b": "und", "shared": "Gemeinsam", "themes": "Gemeinsame Themen"})
