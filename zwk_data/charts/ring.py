"""Places on a ring, its names beside it in two columns, so that none lies over another; and who sits next to whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
