"""The Handlungsfelder of one Kommune: what it wants there, how that is measured, what it does."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from zwk_data.programme.words import MEASURE_STATUS
from zwk_data.warehouse.connection import read

#: measures that name no Handlungsfeld stand together under these words
WITHOUT_FIELD = "Ohne Handlungsfeld"
#: how far a measure is, furthest first
FIELD_ORDER = ("done", "running", "planned", "idea", "parked", "dropped")


@dataclass(frozen=True)
class ActionField:
    """A Handlungsfeld.

    ``measures``: measure_id, title, goal, status, status_de, responsible, starts, ends, indicator, indicator_unit,
    indicator_start, indicator_target, indicator_actual, target_group, budget_eur; furthest first. ``wordings``: the
    themes in the Kommune's own words that the field is made of; all there is where no measure is recorded.
    """

    name: str
    measures: pd.DataFrame = field(repr=False)
    wordings: tuple[str, ...] = ()

    @property
    def goals(self) -> list[str]:
        """The goals of its measures that are not dropped, each once."""
        kept = self.measures[self.measures["status"] != "dropped"]
        return list(dict.fromkeys(kept["goal"].dropna()))

    @property
    def indicators(self) -> pd.DataFrame:
        """The measures with a Leitkennzahl, in the columns of ``measures``."""
        return self.measures[self.measures["indicator"].notna()].reset_index(drop=True)

    def by_status(self) -> dict[str, int]:
        """Status code -> number of measures, furthest first, only those there are."""
        counts = self.measures["status"].value_counts()
        return {code: int(counts[code]) for code in FIELD_ORDER if code in counts}


def action_fields(participant_id: str) -> list[ActionField]:
    """The Handlungsfelder in the order of the alphabet, measures without one last.

    Where a Kommune has no measures on record its themes stand for Handlungsfelder (``wordings``, no measures): what is
    publicly known of most of them.
    """
    frame = read(
        """
        SELECT measure_id, coalesce(field_of_action, $without) AS field, title, goal, status, responsible, starts, ends,
               indicator, indicator_unit, indicator_start, indicator_target, indicator_actual, target_group, budget_eur
        FROM measure WHERE participant_id = $id
        ORDER BY field = $without, strip_accents(lower(field)), list_position($order, status), starts, lower(title)
        """,
        {"id": participant_id, "without": WITHOUT_FIELD, "order": list(FIELD_ORDER)},
    )
    frame["status_de"] = frame["status"].map(MEASURE_STATUS)
    themes = read(
        """
        SELECT coalesce(name_de, wording) AS field, wording FROM participant_theme LEFT JOIN theme USING (theme_id)
        WHERE participant_id = ? ORDER BY strip_accents(lower(field)), lower(wording)
        """,
        [participant_id],
    )
    empty = frame.drop(columns="field").head(0)
    if frame.empty:
        return [
            ActionField(str(name), empty, tuple(part["wording"])) for name, part in themes.groupby("field", sort=False)
        ]
    return [
        ActionField(str(name), part.drop(columns="field").reset_index(drop=True))
        for name, part in frame.groupby("field", sort=False)
    ]
