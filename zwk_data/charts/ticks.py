"""Ticks of axes that grow to both sides from zero and show sizes, not negative numbers."""

from __future__ import annotations

import numpy as np

from zwk_data.german import number


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
