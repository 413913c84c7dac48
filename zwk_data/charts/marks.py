"""A grid of counts: the more the darker, in steps, and the number in each field; an empty field is zero.

Places on a ring, its names beside it in two columns, so that none lies over another; and who sits next to whom.

Ticks of axes that grow to both sides from zero and show sizes, not negative numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from zwk_data.charts import chart
from zwk_data.german import number

ROW, HEAD = 28, 56
#: from this step on letters are white
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
    """``values`` by row and column. The last ``quiet`` columns stay grey: they count what is not known.

    ``hints``: what is told under the pointer beneath name and number; ``marked``: the row whose name is set off.
    """
    loud = len(columns) - quiet
    most = max((value for row in values for value in row[:loud]), default=0)
    bounds = _bounds(most)
    step = [[sum(value > bound for bound in bounds) if x < loud else 0 for x, value in enumerate(row)]
            for row in values]  # fmt: skip
    colours = (chart.PAPER, *chart.SEQUENCE[: len(bounds)])
    shares = [(i / len(colours), (i + 1) / len(colours)) for i in range(len(colours))]
    figure = go.Figure()
    figure.add_heatmap(
        z=step,
        x=list(columns),
        y=list(range(len(rows))),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=[(at, colour) for share, colour in zip(shares, colours, strict=True) for at in share],
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=[
            [f"{name}<br>{word}: {number(value)}{f'<br>{hints[y][x]}' if hints and hints[y][x] else ''}"
             for x, (word, value) in enumerate(zip(columns, row, strict=True))]
            for y, (name, row) in enumerate(zip(rows, values, strict=True))
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    for colour, wanted in (
        (chart.INK, lambda x, y: x < loud and step[y][x] < DARK),
        (chart.PAPER, lambda x, y: x < loud and step[y][x] >= DARK),
        (chart.MUTED, lambda x, y: x >= loud),
    ):
        spots = [(x, y, value) for y, row in enumerate(values) for x, value in enumerate(row) if value and wanted(x, y)]
        figure.add_scatter(
            x=[columns[x] for x, _, _ in spots],
            y=[y for _, y, _ in spots],
            mode="text",
            text=[number(value) for _, _, value in spots],
            textfont={"size": 13, "color": colour},
            hoverinfo="skip",
        )
    names = [f"<b>{name}</b>" if at == marked else name for at, name in enumerate(rows)]
    figure.update_layout(
        template=chart.template(),
        height=HEAD + ROW * max(len(rows), 2),
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(
        side="top", type="category", categoryarray=list(columns), fixedrange=True, showgrid=False, tickangle=0
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.5, -0.5], fixedrange=True,
        zeroline=False, showgrid=False,
    )  # fmt: skip
    return figure


def _bounds(most: int) -> list[float]:
    """Lower bounds of the shades: 0 and then about even steps."""
    shades = min(6, max(most, 1))
    return [0, *(most * i / shades for i in range(1, shades))]


Floats = NDArray[np.float64]
#: how far up and down the outermost places stand, so that the ring closes but for a gap
REACH = 0.96


def places(n: int) -> Floats:
    """``n`` places as rows (x, y) around an ellipse with half axes 1: evenly high, clockwise from the top right."""
    right = (n + 1) // 2
    ys = [np.linspace(REACH, -REACH, side) if side > 1 else np.zeros(side) for side in (right, n - right)]
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
    return np.argsort(at).tolist()


def nice_ticks(longest: float) -> list[float]:
    """Zero and one to three round steps up to ``longest``, whole numbers only: nobody counts half a person."""
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
