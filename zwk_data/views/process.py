"""The figures of the process that several places show."""

from __future__ import annotations

import pandas as pd

from zwk_data import settings
from zwk_data.charts.drawing import Drawing, Figure, Series
from zwk_data.charts.measures import STEP_LOOKS, ratings_chart
from zwk_data.records import review
from zwk_data.schema.words import ENTERED, RATING_STEPS
from zwk_data.stores.memo import remembered


@remembered
def ratings(review_id: str) -> Figure | None:
    """Zielerreichung by Handlungsfeld as a Zwischenbilanz holds it; None without any Handlungsfeld."""
    rated = review.ratings(review_id)
    if rated.empty:
        return None
    source = ENTERED[settings.dataset()]
    chart = ratings_chart(rated, "Zielerreichung je Handlungsfeld", source, f"zielerreichung-{review_id}")
    return Figure(chart, _steps(rated), "Zahl im Balken: Stimmen.")


def _steps(rated: pd.DataFrame) -> Drawing:
    drawn = tuple(
        Series(word, tuple(float(value) for value in rated[f"votes_{step}"]), STEP_LOOKS[step])
        for step, word in RATING_STEPS.items()
    )
    names = (
        str(name) if votes else f"{name} (keine Stimmen)"
        for name, votes in zip(rated["field_of_action"], rated["votes"], strict=True)
    )
    return Drawing("stacked", tuple(names), drawn, "Stimmen", 0)
