"""How many Kommunen have held a stage: the one count behind every number shown.

For each Kommune a stage is documented with a date, without one, by a statement about all Kommunen at once (pauschal),
or not at all. The four never overlap and add up to the total. Plans do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, number
from zwk_data.schema.words import STAGES

#: the evidence for a stage of a Kommune
EVIDENCE = {"dated": "mit Datum", "undated": "ohne Datum", "blanket": "pauschal", "none": NOT_DOCUMENTED}
#: a source names the Kommune itself
ITS_OWN = ("dated", "undated")


def counts(cells: pd.DataFrame, until: date | None = None) -> pd.DataFrame:
    """One row per stage, in their order.

    ``cells``: any rows of ``stages.matrix`` or ``schedule.schedule`` (stage, evidence, reached). Columns: stage,
    stage_de, documented (dated and undated), dated, undated, blanket, none, later (dated, but after ``until``; these
    are not in ``dated``; 0 without ``until``), total. dated, later, undated, blanket and none add up to total.
    """
    found = cells["evidence"]
    if until is not None:
        found = found.mask((found == "dated") & (cells["reached"] > pd.Timestamp(until)), "later")
    # a crosstab takes ten times as long, and the pages count often
    table = found.groupby([cells["stage"], found]).size().unstack(fill_value=0)  # noqa: PD010
    table = table.reindex(index=list(STAGES), columns=[*EVIDENCE, "later"], fill_value=0)
    table["total"] = table.sum(axis=1)
    table.insert(0, "documented", table[list(ITS_OWN)].sum(axis=1))
    table.insert(0, "stage_de", list(STAGES.values()))
    return table.rename_axis(None, axis=1).rename_axis("stage").reset_index()


def is_documented(cells: pd.DataFrame) -> pd.Series:
    """True for each cell with a source about the Kommune itself; blanket evidence does not count."""
    return cells["evidence"].isin(ITS_OWN)


def furthest(cells: pd.DataFrame) -> pd.Series:
    """participant_id -> number of the latest stage documented for the Kommune itself, 0 for none; in the order of
    ``cells``.
    """
    order = {stage: place for place, stage in enumerate(STAGES, start=1)}
    step = cells["stage"].map(order).where(is_documented(cells), 0)
    return step.groupby(cells["participant_id"], sort=False).max().astype(int)


def by_furthest(cells: pd.DataFrame) -> dict[str, int]:
    """Stage -> number of Kommunen whose latest documented stage it is; those without any are left out."""
    known = furthest(cells).value_counts()
    return {stage: int(known.get(place, 0)) for place, stage in enumerate(STAGES, start=1)}


def evidence_words(row: Mapping[Any, Any] | pd.Series) -> str:
    """A row of ``counts`` in words: „34 mit Datum, 2 ohne Datum, 3 pauschal“; zeros are left out."""
    told = [f"{number(int(row[kind]))} {EVIDENCE[kind]}" for kind in ("dated", "undated", "blanket") if row[kind]]
    return ", ".join(told) or NOT_DOCUMENTED


def all_stages(table: pd.DataFrame) -> pd.Series:
    """The sums of ``counts`` over all five stages."""
    return table.drop(columns=["stage", "stage_de"]).sum()
