"""The measures of the Werkstattpläne, by Handlungsfeld of a Kommune, and counted with their budgets for all; and the
Mittelabfluss: euros granted, called and spent, per Kommune and year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from zwk_data.german import with_unit
from zwk_data.programme.attention import Thresholds
from zwk_data.schema.words import MEASURE_STATUS, WITHOUT_FIELD
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@remembered
def of_theme(theme_id: str) -> pd.DataFrame:
    """The measures of all Kommunen on one theme, running ones first.

    Columns: measure_id, participant_id, name (of the Kommune), title, goal, responsible, starts, ends, budget_eur,
    target_group, status (code), status_de, indicator, source_url. Empty if no measure is recorded.
    """
    frame = read(
        """
        SELECT measure_id, participant_id, name, title, goal, responsible, starts, ends, budget_eur, target_group,
               status, indicator, m.source_url
        FROM measure m JOIN participant USING (participant_id) WHERE theme_id = ?
        ORDER BY list_position(['running', 'done', 'planned', 'idea', 'parked', 'dropped'], status), starts,
                 strip_accents(lower(name))
        """,
        [theme_id],
    )
    frame["status_de"] = frame["status"].map(MEASURE_STATUS)
    return frame


@remembered
def count() -> int:
    """The number of recorded measures."""
    return int(read("SELECT count(*) AS n FROM measure")["n"].iloc[0])


#: how far a measure is, furthest first
FIELD_ORDER = ("done", "running", "planned", "idea", "parked", "dropped")


@dataclass(frozen=True)
class ActionField:
    """A Handlungsfeld.

    ``measures``: measure_id, title, goal, status, status_de, responsible, starts, ends, indicator, indicator_unit,
    indicator_start, indicator_target, indicator_actual, target_group, budget_eur; furthest first. ``wordings``: the
    themes in the Kommune's own words, only where no measure is recorded.
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


@remembered
def action_fields(participant_id: str) -> list[ActionField]:
    """The Handlungsfelder in alphabetical order, measures without one last.

    Where no measures of a Kommune are recorded, its themes stand in for them (``wordings``, no measures): more is not
    publicly known of most Kommunen.
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
    if len(frame):
        return [
            ActionField(str(name), part.drop(columns="field").reset_index(drop=True))
            for name, part in frame.groupby("field", sort=False)
        ]
    themes = read(
        """
        SELECT coalesce(name_de, wording) AS field, wording FROM participant_theme LEFT JOIN theme USING (theme_id)
        WHERE participant_id = ? ORDER BY strip_accents(lower(field)), lower(wording)
        """,
        [participant_id],
    )
    empty = frame.drop(columns="field")
    return [ActionField(str(name), empty, tuple(part["wording"])) for name, part in themes.groupby("field", sort=False)]


@remembered
def measures() -> pd.DataFrame:
    """Counts per participant, theme and status, so that any choice of Kommunen adds up quickly.

    Columns: participant_id, theme_id („“ for none), name_de (of the theme), status, number, budget_eur (sum of the
    known budgets, NaN without any), unbudgeted (measures without one).
    """
    return read(
        """
        SELECT participant_id, coalesce(theme_id, '') AS theme_id, coalesce(any_value(name_de), 'ohne Thema') AS
               name_de, status, count(*)::INTEGER AS number, sum(budget_eur) AS budget_eur,
               count(*) FILTER (budget_eur IS NULL)::INTEGER AS unbudgeted
        FROM measure LEFT JOIN theme USING (theme_id) GROUP BY participant_id, theme_id, status
        ORDER BY ALL
        """
    )


def by_theme(measures: pd.DataFrame) -> pd.DataFrame:
    """One row per theme, the one with most measures first.

    Columns: theme_id, name_de, one per status (number of measures), number, budget_eur, unbudgeted, participants.
    """
    if measures.empty:
        return pd.DataFrame(
            columns=["theme_id", "name_de", *MEASURE_STATUS, "number", "budget_eur", "unbudgeted", "participants"]
        )
    grid = measures.pivot_table(index=["theme_id", "name_de"], columns="status", values="number", aggfunc="sum")
    grid = grid.reindex(columns=list(MEASURE_STATUS)).fillna(0).astype(int).rename_axis(None, axis=1)
    sums = measures.groupby(["theme_id", "name_de"]).agg(
        number=("number", "sum"),
        budget_eur=("budget_eur", _known_sum),
        unbudgeted=("unbudgeted", "sum"),
        participants=("participant_id", "nunique"),
    )
    made = grid.join(sums).reset_index()
    return made.sort_values(["number", "name_de"], ascending=[False, True], ignore_index=True)


def by_participant(measures: pd.DataFrame) -> pd.DataFrame:
    """Index participant_id, one column per status (number of measures); Kommunen without measures are left out."""
    grid = measures.pivot_table(index="participant_id", columns="status", values="number", aggfunc="sum")
    return grid.reindex(columns=list(MEASURE_STATUS)).fillna(0).astype(int).rename_axis(None, axis=1)


def by_status(measures: pd.DataFrame) -> pd.DataFrame:
    """One row per status in its order: columns status, status_de, number, budget_eur, unbudgeted."""
    sums = measures.groupby("status").agg(
        number=("number", "sum"), budget_eur=("budget_eur", _known_sum), unbudgeted=("unbudgeted", "sum")
    )
    made = sums.reindex(list(MEASURE_STATUS)).reset_index(names="status")
    made.insert(1, "status_de", made["status"].map(MEASURE_STATUS))
    return made.fillna({"number": 0, "unbudgeted": 0}).astype({"number": int, "unbudgeted": int})


def _known_sum(budgets: pd.Series) -> float:
    """The sum of the known budgets, NaN without any: a missing budget is not 0 euros."""
    return float(budgets.sum(min_count=1))


AMOUNTS = {"granted_eur": "Bewilligt", "called_eur": "Abgerufen", "spent_eur": "Ausgegeben"}


@remembered
def funding() -> pd.DataFrame:
    """All amounts, by name and year.

    Columns: participant_id, name, year, granted_eur, called_eur, spent_eur (NaN: not documented), note, called_share
    (of the granted), spent_share (of the called; both NaN if one of the two is not known or the base is 0).
    """
    return read("""
        SELECT participant_id, name, year::INTEGER AS year, granted_eur, called_eur, spent_eur,
               coalesce(f.note, '') AS note,
               called_eur / nullif(granted_eur, 0) AS called_share, spent_eur / nullif(called_eur, 0) AS spent_share
        FROM funding f JOIN participant USING (participant_id)
        ORDER BY strip_accents(lower(name)), year
    """)


def money_by_year(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per year: columns year, participants, granted_eur, called_eur, spent_eur, called_share, open.

    open: Kommunen whose spending is not documented. A share relates only amounts that are both known.
    """
    sums = (
        _sums(funding, ["year"]).fillna(dict.fromkeys(AMOUNTS, 0)).sort_values("year", ignore_index=True, kind="stable")
    )
    sums.insert(1, "participants", sums["year"].map(funding.groupby("year")["participant_id"].nunique()).astype(int))
    return sums


def money_by_participant(funding: pd.DataFrame) -> pd.DataFrame:
    """Sums per Kommune over the years given, lowest share called first.

    Columns participant_id, name, granted_eur, called_eur, spent_eur, called_share, open (years without spending).
    """
    sums = _sums(funding, ["participant_id", "name"])
    return sums.sort_values("called_share", ignore_index=True, kind="stable")


def _sums(funding: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of each group in the order of the first rows; NaN where no amount is known."""
    both = funding["granted_eur"].notna() & funding["called_eur"].notna()
    frame = funding.assign(
        base=funding["granted_eur"].where(both),
        called=funding["called_eur"].where(both),
        open=funding["spent_eur"].isna().astype(int),
    )
    sums = frame.groupby(by, sort=False)[[*AMOUNTS, "base", "called", "open"]].sum(min_count=1).reset_index()
    sums["called_share"] = sums["called"] / sums["base"].where(sums["base"] > 0)
    return sums.drop(columns=["base", "called"])


def outliers(funding: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """Unusual amounts, latest year first: columns participant_id, name, year, text (German), note."""
    rows = []
    for row in funding.sort_values(["year", "name"], ascending=[False, True], kind="stable").to_dict("records"):
        told = []
        granted, called, spent = (row[column] for column in AMOUNTS)
        if granted > limits.most_eur:
            told.append(f"mehr als {with_unit(limits.most_eur, 'Euro')} bewilligt")
        if called > granted:
            told.append("mehr abgerufen als bewilligt")
        elif row["called_share"] < limits.low_share:
            told.append(f"nur {with_unit(row['called_share'] * 100, '%', 1)} der Bewilligung abgerufen")
        if spent > called:
            told.append(f"{with_unit(spent - called, 'Euro')} mehr ausgegeben als abgerufen")
        if told:
            rows.append((row["participant_id"], row["name"], row["year"], "; ".join(told), row["note"]))
    return pd.DataFrame(rows, columns=["participant_id", "name", "year", "text", "note"])
