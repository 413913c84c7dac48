"""Building blocks of several charts: a grid of counts, a ring of names, labels kept apart, axes from zero both ways."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from zwk_data.charts import chart
from zwk_data.charts.chart import Look
from zwk_data.german import number

ROW, HEAD = 28, 56
SHADES = (*chart.SEQUENCE[:3], chart.WRITTEN_ON, *chart.SEQUENCE[4:])
#: from this shade on letters are white
DARK = 5


def heat_grid(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[int]],
    *,
    hints: Sequence[Sequence[str]] = (),
    quiet: int = 0,
    marked: int | None = None,
) -> go.Figure:
    """A grid of counts: the higher, the darker, in steps; zero stays empty.

    ``values`` by row and column. The last ``quiet`` columns stay grey: they count what is not known. ``hints``: a line
    for the pointer below name and number; ``marked``: the row whose name is bold.
    """
    loud = len(columns) - quiet
    bounds = _bounds(max((value for row in values for value in row[:loud]), default=0))
    shades = [[bisect_left(bounds, value) * (x < loud) for x, value in enumerate(row)] for row in values]
    colours = (chart.PAPER, *SHADES[: len(bounds)])
    names = [f"<b>{name}</b>" if y == marked else name for y, name in enumerate(rows)]
    cells = [(x, y, value) for y, row in enumerate(values) for x, value in enumerate(row)]
    hover = {(x, y): f"{rows[y]}<br>{columns[x]}: {number(value)}" for x, y, value in cells}
    if hints:
        hover |= {(x, y): f"{text}<br>{hints[y][x]}" for (x, y), text in hover.items() if hints[y][x]}
    figure = chart.still_figure(HEAD + ROW * max(len(rows), 2), margin=chart.margin(44), yaxis=chart.row_axis(names))
    figure.update_xaxes(side="top", type="category", categoryarray=list(columns), tickangle=0)
    figure.add_heatmap(
        z=shades,
        x=list(columns),
        y=list(range(len(rows))),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=chart.stepped(colours),
        showscale=False,
        xgap=2,
        ygap=2,
        **chart.hover([[hover[x, y] for x in range(len(row))] for y, row in enumerate(values)]),
    )
    ink = {
        (x, y): chart.MUTED if x >= loud else chart.PAPER if shades[y][x] >= DARK else chart.INK for x, y, _ in cells
    }
    for colour in (chart.INK, chart.PAPER, chart.MUTED):
        inked = [(columns[x], y, number(value)) for x, y, value in cells if value and ink[x, y] == colour]
        figure.add_scatter(
            x=[column for column, _, _ in inked],
            y=[row for _, row, _ in inked],
            mode="text",
            text=[text for _, _, text in inked],
            textfont={"size": 13, "color": colour},
            hoverinfo="skip",
        )
    return figure


def add_stacked_bars(
    figure: go.Figure, name: str, look: Look, hover: str, *, edge: str = chart.PAPER, size: int = 14, **bars: Any
) -> None:
    """One part of every row of lying bars, its text inside; ``bars``: y, x, text and more of the trace."""
    figure.add_bar(
        orientation="h",
        name=name,
        marker={"color": look.colour, "line": {"color": edge, "width": 1}},
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": look.ink, "size": size},
        hovertemplate=f"{hover}<extra></extra>",
        **bars,
    )


def _bounds(most: int) -> list[float]:
    """Lower bounds of the shades: 0 and then about even steps."""
    shades = min(6, max(most, 1))
    return [0, *(most * i / shades for i in range(1, shades))]


Floats = NDArray[np.float64]
#: how far up and down the outermost places stand, so that the ring closes but for a gap
RING_TOP = 0.96


def places(n: int) -> Floats:
    """``n`` places as rows (x, y) around an ellipse with half axes 1: evenly high, clockwise from the top right."""
    right = (n + 1) // 2
    ys = [np.linspace(RING_TOP, -RING_TOP, side) if side > 1 else np.zeros(side) for side in (right, n - right)]
    xs = [np.sqrt(1 - ys[0] ** 2), -np.sqrt(1 - ys[1] ** 2)]
    # the left side goes on from the bottom upwards
    return np.column_stack([np.concatenate([xs[0], xs[1][::-1]]), np.concatenate([ys[0], ys[1][::-1]])])


def seated(weights: Floats) -> list[int]:
    """An order around the ring in which strong links are short: which row of ``weights`` gets the first place, ….

    Begins with the order given and exchanges the two whose exchange shortens the sum of weight × length the most, as
    long as one does: always the same answer for the same weights (symmetric, diagonal 0).
    """
    n = len(weights)
    spot = places(n)
    apart = np.sqrt(((spot[:, None] - spot[None]) ** 2).sum(axis=2))
    at = np.arange(n)  # at[i]: the place of row i
    while n > 1:
        length = apart[np.ix_(at, at)]
        cost = weights @ length
        own = np.diag(cost)
        gain = cost + cost.T - own[:, None] - own[None] + 2 * weights * length
        best = int(np.argmin(gain))
        a, b = divmod(best, n)
        if gain[a, b] > -1e-9:
            break
        at[a], at[b] = at[b], at[a]
    return [int(row) for row in np.argsort(at, kind="stable")]


def nice_ticks(longest: float) -> list[float]:
    """Zero and one to three round steps up to ``longest``; whole numbers only, as they count people."""
    if longest <= 0:
        return [0.0]
    rough = longest / 3
    power = 10.0 ** np.floor(np.log10(rough))
    step = max(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough), 1.0)
    return [float(tick) for tick in np.arange(0, longest + step * 0.01, step)]


def two_sided(longest: float) -> dict[str, object]:
    """An axis's tickvals and ticktext from -longest to longest, labelled by size."""
    ticks = nice_ticks(longest)
    both = [*(-tick for tick in reversed(ticks[1:])), *ticks]
    return {"tickvals": both, "ticktext": [number(abs(tick)) for tick in both]}


def spread(values: NDArray[np.float64], room: float) -> NDArray[np.float64]:
    """Move sorted values apart so that neighbours keep ``room``, each as near to its own place as its group allows."""
    groups: list[list[float]] = []  # [sum of wanted first places, size]
    for value in values:
        groups.append([float(value), 1])
        while len(groups) > 1:
            (below, n), (above, m) = groups[-2], groups[-1]
            if below / n + n * room <= above / m:
                break
            groups[-2:] = [[below + above - m * n * room, n + m]]
    return np.array([total / size + i * room for total, size in groups for i in range(int(size))])
